"""Class probabilities of every X-ray source with a flux and a reddening, as MUWCLASS draws them
(Yang et al. 2022).
"""

from lynceus.learning.muwclass import (
    filled,
    plan_of,
    probability_table,
    read_measurements,
    read_training,
)
from lynceus.learning.muwclass_draws import classify
from lynceus.settings import available_threads, models_folder


def model(dbt, session):
    """Return one row per X-ray source with a flux and a reddening; probabilities are NULL if fewer
    than two classes can be trained.
    """
    classes, settings = dbt.config.get("classes"), dbt.config.get("settings")
    selected = dbt.ref("muwclass_features").filter("is_selected").fetchnumpy()["feature"]
    targets = dbt.ref("source_properties").filter("not has_no_flux and ebv is not null")
    names, measurements = read_measurements(targets)
    ebv = filled(targets.order("csc_name").fetchnumpy()["ebv"])
    _, training, present = read_training(dbt.ref("muwclass_training"), classes)
    if len(present) < 2:
        return probability_table(names, None, None, (), classes, ebv=ebv)
    models_folder().mkdir(parents=True, exist_ok=True)
    mean, deviation = classify(
        training,
        measurements,
        ebv,
        plan_of(settings, selected, present),
        threads=available_threads(),
        checkpoint=models_folder() / "muwclass_draws.npz",
        progress=True,
    )
    return probability_table(names, mean, deviation, present, classes, ebv=ebv)
