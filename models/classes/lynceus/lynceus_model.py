"""The trained classifier: one row with the model's file, its classes, their shares, and its
measures out of fold.
"""

from lynceus.learning.boosted_trees import members_with, read_training_set, train_class_model
from lynceus.settings import models_folder


def model(dbt, session):
    """Train on all sources of known class; without two classes the row has no model, and nothing is
    classified.
    """
    features = dbt.config.get("features")
    training = read_training_set(
        dbt.ref("muwclass_training"),
        dbt.ref("lynceus_features"),
        features,
        dbt.config.get("classes"),
    )
    predictions = dbt.ref("lynceus_predictions").to_arrow_table()
    return train_class_model(
        training,
        features,
        float(dbt.config.get("prior_power")),
        predictions,
        models_folder(),
        members_with(int(dbt.config.get("rounds"))),
    )
