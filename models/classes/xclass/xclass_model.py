"""The trained models of XClass, for each variant of translating the photometry: the first stage,
and those of the second.
"""

import os

import pyarrow as pa

from lynceus.learning.xclass import feature_names, models_of, plan_of, read_training
from lynceus.settings import models_folder


def model(dbt, session):
    """Return one row per variant and model, none without two groups to tell apart."""
    settings, variants = dbt.config.get("settings"), dbt.config.get("variants")
    training = dbt.ref("xclass_features").filter("role = 'training'")
    plan = plan_of(settings, int(os.environ.get("LYNCEUS_THREADS") or os.cpu_count()))
    features = feature_names(training)
    return pa.concat_tables(
        [
            models_of(
                variant,
                read_training(training, variant, len(features)),
                features,
                plan,
                models_folder(),
            )
            for variant in variants
        ]
    )
