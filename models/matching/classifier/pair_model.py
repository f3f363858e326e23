"""The classifier of a match: one row with the trained model's file, its parameters and measures."""

import pyarrow as pa

from lynceus.learning.match_training import MODEL_COLUMNS, read_pairs, train_match_model
from lynceus.settings import models_folder


def model(dbt, session):
    """Train on the pairs of the match; without enough of them the row has no model, and nothing is scored."""
    rules, second = dbt.config.get("rules"), dbt.config.get("second")
    pairs = read_pairs(dbt.ref("training_pairs"), dbt.ref("pair_features"), rules["features"], ("primary_key", f"{second}_id"))
    row = train_match_model(pairs, rules["features"], rules.get("preset", dbt.config.get("preset")), models_folder(), progress=True)
    return pa.Table.from_pylist([row], schema=MODEL_COLUMNS)
