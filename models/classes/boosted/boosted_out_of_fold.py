"""Class probabilities of the training sources by models that have not seen them, nor, in scheme `field`, their field of the sky."""

from udfs.boosted_validation import out_of_fold_table, read_training
from udfs.plugin import available_threads


def model(dbt, session):
    """Return one row per classifier, set of features, scheme, repeat and training source; none without two classes to tell apart.

    Scheme `field` has no rows where all sources lie in one field.
    """
    settings = dbt.config.get("settings")
    classifiers = [("boosted", settings["features"]), *map(tuple, dbt.config.get("comparisons"))]
    training = {
        features: read_training(dbt.ref("boosted_training"), dbt.ref("boosted_fields"), features, dbt.config.get("classes"))
        for _, features in classifiers
    }
    return out_of_fold_table(training, classifiers, dbt.config.get("classes"), settings, dbt.config.get("trees"), available_threads())
