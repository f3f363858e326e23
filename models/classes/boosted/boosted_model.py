"""The trained boosted trees: one row with the model's file, its classes, and the temperature that
calibrates it.
"""

from lynceus.learning.boosted_validation import (
    nowhere_measured,
    read_training,
    train_model,
    without,
)
from lynceus.settings import models_folder


def model(dbt, session):
    """Train on all labelled sources; without two classes the row has no model, and nothing is
    classified.
    """
    settings, names = dbt.config.get("settings"), dbt.config.get("names")
    targets = dbt.ref("boosted_features").filter("role = 'target'")
    training = read_training(
        dbt.ref("boosted_features"),
        settings["features"],
        dbt.config.get("classes"),
    )
    left_out = nowhere_measured(targets, len(names)) & (
        settings["unmeasured_features"] == "left_out"
    )
    if training.is_enough:
        training = without(training, left_out)
    predictions = (
        dbt.ref("boosted_out_of_fold")
        .filter("classifier = 'boosted' and scheme = 'field' and repeat = 1")
        .to_arrow_table()
    )
    return train_model(
        training, predictions, settings, dbt.config.get("trees"), names, left_out, models_folder()
    )
