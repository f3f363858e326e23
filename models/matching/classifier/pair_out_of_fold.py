"""Scores of the classifier of a match by models that have not seen the primary: what its thresholds are read from."""

import json

import pyarrow as pa

from lynceus.learning.match_training import out_of_fold_scores, read_pairs


def model(dbt, session):
    """Return one row per candidate of the training and validation primaries, none without a model."""
    parameters, n_trees = dbt.ref("pair_model").select("parameters, n_trees").fetchall()[0]
    second = dbt.config.get("second")
    keys = ("primary_key", f"{second}_id")
    if parameters is None:
        return dbt.ref("training_pairs").filter("false").project(f"{', '.join(keys)}, null::double as p_match_ind")
    features = dbt.config.get("rules")["features"]
    pairs = read_pairs(dbt.ref("training_pairs"), dbt.ref("pair_features"), features, keys)
    return pa.table(out_of_fold_scores(pairs, features, json.loads(parameters), n_trees))
