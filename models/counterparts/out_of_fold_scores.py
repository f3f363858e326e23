"""Scores of candidates by models that have not seen their X-ray source: what thresholds and calibration are read from."""

import json

import pyarrow as pa

from lynceus.learning.match_training import out_of_fold_scores, read_pairs

SCHEMA = pa.schema([("xray_key", pa.int32()), ("gaia_source_id", pa.int64()), ("p_match_ind", pa.float64())])


def model(dbt, session):
    """Return one row per candidate of the training and validation sources, none without a model."""
    parameters, n_trees = dbt.ref("match_model").select("parameters, n_trees").fetchall()[0]
    if parameters is None:
        return SCHEMA.empty_table()
    features = dbt.config.get("features")
    pairs = read_pairs(dbt.ref("labelled_pairs"), dbt.ref("match_features"), features)
    return pa.table(out_of_fold_scores(pairs, features, json.loads(parameters), n_trees), schema=SCHEMA)
