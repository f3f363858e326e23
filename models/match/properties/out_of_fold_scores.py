"""Scores of the candidates of those primaries that train, by models that have not seen them: what
they are released with, and what thresholds and calibration are read from.
"""

import json

import pyarrow as pa

from lynceus.learning.match_training import out_of_fold_scores, read_pairs
from lynceus.settings import available_threads, score_features


def model(dbt, session):
    """Return one row per candidate of the training and validation primaries, none without a model."""
    parameters, n_trees, *construction = (
        dbt.ref("match_model")
        .select("parameters, n_trees, intermediate_negatives, random_negatives")
        .fetchall()[0]
    )
    labelled = dbt.ref("labelled_pairs")
    if parameters is None:
        return labelled.filter("false").project(
            f"{', '.join(labelled.columns[:2])}, fold, null::double as p_match_ind, null::double as likeness"
        )
    features = score_features(dbt.config.get("features"), dbt.config.get("feature_sets"))
    pairs = read_pairs(labelled, dbt.ref("match_features"), features).constructed(*construction)
    return pa.table(
        out_of_fold_scores(pairs, features, json.loads(parameters), n_trees, available_threads())
    )
