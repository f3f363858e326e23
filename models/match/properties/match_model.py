"""The score of the property match: one row with the trained model's file, its parameters and
measures, how much each property matters to it on the validation part, and the file of the model of
what positive pairs look like.
"""

from itertools import product

import pyarrow as pa

from lynceus.learning.lightgbm_files import load_booster
from lynceus.learning.match_training import (
    MODEL_COLUMNS,
    importances,
    read_pairs,
    train_match_model,
    train_outlier_model,
)
from lynceus.settings import models_folder, score_features


def model(dbt, session):
    """Train on the labelled pairs, and learn the properties of the positive ones of the training
    part; without enough of them the row has no models, and nothing is scored.
    """
    features = score_features(dbt.config.get("features"), dbt.config.get("feature_sets"))
    pairs = read_pairs(dbt.ref("labelled_pairs"), dbt.ref("match_features"), features)
    intermediate, random = (
        dbt.config.get("intermediate_negatives"),
        dbt.config.get("random_negatives"),
    )
    constructions = product(
        (True, False) if intermediate == "search" else (intermediate,),
        random if isinstance(random, list) else (random,),
    )
    row = train_match_model(
        pairs,
        features,
        dbt.config.get("preset"),
        models_folder(),
        int(dbt.config.get("search_draws")),
        progress=True,
        constructions=list(constructions),
    )
    pairs = pairs.constructed(row["intermediate_negatives"], row["random_negatives"])
    values, is_positive = pairs.part("train")
    row["outlier_file"] = train_outlier_model(values[is_positive], features, models_folder())
    if row["model_file"]:
        booster = load_booster(str(models_folder() / row["model_file"]))
        row |= importances(booster, *pairs.part("validation"))
    return pa.Table.from_pylist([row], schema=MODEL_COLUMNS)
