"""The trained models of XClass: the first stage, and those of the second."""

import os

from udfs.plugin import models_folder
from udfs.xclass import plan_of, read_training
from udfs.xclass_tables import models_of


def model(dbt, session):
    """Return one row per model, none without two groups to tell apart."""
    settings, ways = dbt.config.get("settings"), dbt.config.get("ways")
    relation, names = dbt.ref("xclass_training"), dbt.ref("xclass_feature_names")
    plan = plan_of(settings, int(os.environ.get("LYNCEUS_THREADS") or os.cpu_count()))
    features = names.order("place").fetchnumpy()["feature"].tolist()
    return models_of(read_training(relation, ways[0], len(features)), features, plan, models_folder())
