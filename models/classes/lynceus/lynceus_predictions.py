"""Predictions for the sources of known class by models that have not seen them, nor, in scheme
`field`, their field of the sky.
"""

from lynceus.learning.boosted_trees import members_with, predictions_table, read_training_set
from lynceus.settings import available_threads


def model(dbt, session):
    """Return one row per training source and scheme; none without two classes to tell apart, and
    none of a scheme without two folds.
    """
    features, classes = dbt.config.get("features"), dbt.config.get("classes")
    training = read_training_set(
        dbt.ref("muwclass_training"), dbt.ref("lynceus_features"), features, classes
    )
    return predictions_table(
        training,
        features,
        classes,
        float(dbt.config.get("prior_power")),
        available_threads(),
        members_with(int(dbt.config.get("rounds"))),
    )
