"""Scores of the classifier of a match by models that have not seen the primary: what its thresholds are read from."""

import json

import pyarrow as pa

from udfs.match_training import out_of_fold_scores, read_pairs

SCHEMA = pa.schema([("primary_key", pa.int32()), ("source_key", pa.int32()), ("p_match_ind", pa.float64())])


def model(dbt, session):
    """Return one row per candidate of the training and validation primaries, none without a model."""
    parameters, n_trees = dbt.ref("pair_model").select("parameters, n_trees").fetchall()[0]
    if parameters is None:
        return SCHEMA.empty_table()
    features = dbt.config.get("rules")["features"]
    pairs = read_pairs(dbt.ref("training_pairs"), dbt.ref("pair_features"), features, ("primary_key", "source_key"))
    return pa.table(out_of_fold_scores(pairs, features, json.loads(parameters), n_trees), schema=SCHEMA)
