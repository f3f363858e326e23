"""The clusters of X-ray detections and the classes in them: trained on all labels, and without
those of the benchmark.
"""

from lynceus.learning.umlcaxs_training import Settings, model_table, read_detections
from lynceus.settings import models_folder


def model(dbt, session):
    """Return one row per training; model_file is NULL, and not_trained_because says why, where
    nothing can be trained.
    """
    settings = Settings.of(dbt.config.get("settings"))
    return model_table(
        read_detections(dbt.ref("umlcaxs_training"), settings), settings, models_folder()
    )
