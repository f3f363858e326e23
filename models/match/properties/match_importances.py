"""How much each property matters to the score, on the validation part."""

import pyarrow as pa

from lynceus.learning.lightgbm_files import load_booster
from lynceus.learning.match_training import importances, read_pairs
from lynceus.settings import models_folder

SCHEMA = pa.schema(
    [
        ("feature", pa.string()),
        ("split_percent", pa.float64()),
        ("auc_loss", pa.float64()),
        ("auc_loss_spread", pa.float64()),
    ]
)


def model(dbt, session):
    """Return one row per property, none without a model."""
    name = dbt.ref("match_model").select("model_file").fetchall()[0][0]
    if name is None:
        return SCHEMA.empty_table()
    features = dbt.config.get("features")
    pairs = read_pairs(dbt.ref("labelled_pairs"), dbt.ref("match_features"), features)
    return pa.table(
        importances(load_booster(str(models_folder() / name)), *pairs.part("validation")),
        schema=SCHEMA,
    )
