"""What XClass says of the training sources by models that have not seen them, for each variant of
translating their photometry.
"""

import os

import pyarrow as pa

from lynceus.learning.xclass import feature_names, plan_of, predictions_of, read_training


def model(dbt, session):
    """Return one row per variant, part (folds; validation and test of the first variant), level and
    source; none without two groups to tell apart.
    """
    settings, variants = dbt.config.get("settings"), dbt.config.get("variants")
    training = dbt.ref("xclass_features").filter("role = 'training'")
    width = len(feature_names(training))
    plan = plan_of(settings, int(os.environ.get("LYNCEUS_THREADS") or os.cpu_count()))
    return pa.concat_tables(
        [
            predictions_of(
                variant, read_training(training, variant, width), plan, with_splits=number == 0
            )
            for number, variant in enumerate(variants)
        ]
    )
