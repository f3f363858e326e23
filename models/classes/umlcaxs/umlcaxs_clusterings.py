"""How many clusters X-ray detections fall into: the Bayesian information criterion, its gradient,
and the stability of the choice.
"""

from lynceus.learning.umlcaxs_training import Settings, read_detections, selection_table


def model(dbt, session):
    """Return one row per clustering and number of clusters; none if var studies asks for no fits."""
    settings = Settings.of(dbt.config.get("settings"))
    return selection_table(read_detections(dbt.ref("umlcaxs_training"), settings), settings)
