"""The score of the property match: one row with the trained model's file, its parameters, measures
and calibration.
"""

import pyarrow as pa

from lynceus.learning.match_training import MODEL_COLUMNS, read_pairs, train_match_model
from lynceus.settings import models_folder


def model(dbt, session):
    """Train on the labelled pairs; without enough of them the row has no model, and nothing is
    scored.
    """
    features = dbt.config.get("features")
    pairs = read_pairs(dbt.ref("labelled_pairs"), dbt.ref("match_features"), features)
    row = train_match_model(
        pairs,
        features,
        dbt.config.get("preset"),
        models_folder(),
        int(dbt.config.get("search_draws")),
        progress=True,
    )
    return pa.Table.from_pylist([row], schema=MODEL_COLUMNS)
