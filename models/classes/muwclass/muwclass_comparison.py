"""Other classifiers in the place of MUWCLASS's forest, on the measured values and the random folds,
without reddening: table 4 of Yang et al. (2022).
"""

import time

import numpy as np
import pyarrow as pa

from lynceus.learning.muwclass import plan_of, probability_table, read_training
from lynceus.learning.muwclass_draws import cross_validate


def model(dbt, session):
    """Return one row per classifier and training source, none if fewer than two classes can be
    trained.
    """
    classes, settings = dbt.config.get("classes"), dbt.config.get("settings")
    selected = dbt.ref("muwclass_features").filter("is_selected").fetchnumpy()["feature"]
    names, training, present = read_training(dbt.ref("muwclass_training"), classes)
    fold = dbt.ref("muwclass_training").order("csc_name").fetchnumpy()["fold"]
    kinds = dbt.config.get("classifiers") if len(present) > 1 else []
    parts = [
        probability_table(
            names[:0],
            None,
            None,
            (),
            classes,
            classifier=pa.nulls(0, pa.string()),
            run_time_s=pa.nulls(0, pa.float64()),
        )
    ]
    for kind in kinds:
        start = time.perf_counter()
        plan = plan_of(
            settings
            | {"classifier": kind, "trees": 100, "draws": 1, "target_draws": 1, "error_factor": 0},
            selected,
            present,
        )
        mean, deviation = cross_validate(training, fold, np.zeros(len(fold)), plan)
        parts.append(
            probability_table(
                names,
                mean,
                deviation,
                present,
                classes,
                classifier=pa.array([kind] * len(names), pa.string()),
                run_time_s=pa.array([time.perf_counter() - start] * len(names), pa.float64()),
            )
        )
    return pa.concat_tables(parts)
