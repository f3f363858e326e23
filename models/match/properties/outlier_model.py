"""The model of what positive pairs look like: one row with its file."""

import pyarrow as pa

from lynceus.learning.match_training import read_pairs, train_outlier_model
from lynceus.settings import models_folder


def model(dbt, session):
    """Learn the properties of the positive pairs of the training part."""
    features = dbt.config.get("features")
    values, is_positive = read_pairs(
        dbt.ref("labelled_pairs"), dbt.ref("match_features"), features
    ).part("train")
    row = {"model_file": train_outlier_model(values[is_positive], features, models_folder())}
    return pa.Table.from_pylist([row], schema=pa.schema([("model_file", pa.string())]))
