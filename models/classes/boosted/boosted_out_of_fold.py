"""Class probabilities of the training sources by models that have not seen them, nor, in scheme
`field`, their field of the sky.
"""

from lynceus.learning.boosted_validation import (
    nowhere_measured,
    out_of_fold_table,
    read_training,
    without,
)
from lynceus.settings import available_threads


def model(dbt, session):
    """Return one row per classifier, set of features, scheme, repeat and training source; none
    without two classes to tell apart.

    Scheme `field` has no rows where all sources lie in one field.
    """
    settings = dbt.config.get("settings")
    classifiers = [("boosted", settings["features"]), *map(tuple, dbt.config.get("comparisons"))]
    targets = dbt.ref("boosted_features").filter("role = 'target'")
    training = {
        features: read_training(
            dbt.ref("boosted_features"),
            features,
            dbt.config.get("classes"),
        )
        for _, features in classifiers
    }
    own = training[settings["features"]]
    # as of the model that classifies
    if own.is_enough and settings["unmeasured_features"] == "left_out":
        own = without(own, nowhere_measured(targets, own.values.shape[1]))
        training = training | {settings["features"]: own}
    return out_of_fold_table(
        training,
        classifiers,
        dbt.config.get("classes"),
        settings,
        dbt.config.get("trees"),
        available_threads(),
    )
