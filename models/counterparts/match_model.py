"""The score of the property match: one row with the trained model's file, its parameters, measures and calibration."""

import pyarrow as pa

from udfs.match_training import read_pairs, train_match_model
from udfs.plugin import models_folder

SCHEMA = pa.schema(
    [("model_file", pa.string()), ("preset", pa.string()), ("parameters", pa.string())]
    + [(name, pa.int64()) for name in (
        "n_features", "n_trees", "n_positive_train", "n_negative_train", "n_positive_validation", "n_negative_validation",
        "n_positive_test", "n_negative_test", "n_shared",
    )]
    + [(name, pa.float64()) for name in ("auc_train", "auc_validation", "auc_test")]
)


def model(dbt, session):
    """Train on the labelled pairs; without enough of them the row has no model, and nothing is scored."""
    features = dbt.config.get("features")
    pairs = read_pairs(dbt.ref("labelled_pairs"), dbt.ref("match_features"), features)
    row = train_match_model(
        pairs, features, dbt.config.get("preset"), models_folder(), int(dbt.config.get("search_draws")), progress=True,
    )
    return pa.Table.from_pylist([row], schema=SCHEMA)
