"""The trained boosted trees: one row with the model's file, its classes, and the temperature that calibrates it."""

from udfs.boosted_validation import read_training, train_model
from udfs.plugin import models_folder


def model(dbt, session):
    """Train on all labelled sources; without two classes the row has no model, and nothing is classified."""
    settings = dbt.config.get("settings")
    training = read_training(dbt.ref("boosted_training"), dbt.ref("boosted_fields"), settings["features"], dbt.config.get("classes"))
    predictions = dbt.ref("boosted_out_of_fold").filter("classifier = 'boosted' and scheme = 'field' and repeat = 1").to_arrow_table()
    return train_model(training, predictions, settings, dbt.config.get("trees"), dbt.config.get("names"), models_folder())
