"""Predictions for the training sources by MUWCLASS without them, by random folds and by folds of
whole fields of the sky; and by other classifiers in the place of its forest, on the measured values
and the random folds, without reddening (Yang et al. 2022, table 4).
"""

import time

import numpy as np
import pyarrow as pa

from lynceus.learning.folds import can_be_held_out
from lynceus.learning.muwclass import filled, plan_of, read_training
from lynceus.learning.muwclass_draws import classified, cross_validate
from lynceus.learning.predictions import COLUMNS, prediction_rows
from lynceus.settings import available_threads

RUN_TIME = pa.field("run_time_s", pa.float64())
MEASURED = {"trees": 100, "draws": 1, "target_draws": 1, "error_factor": 0}


def model(dbt, session):
    """Return one row per variant, scheme and training source; none if fewer than two classes can be
    trained, and none of a scheme with one fold.
    """
    classes, settings = dbt.config.get("classes"), dbt.config.get("settings")
    selected = dbt.ref("muwclass_features").filter("is_selected").fetchnumpy()["feature"]
    relation = dbt.ref("muwclass_training")
    _, training, present = read_training(relation, classes)
    sources = relation.order("csc_name").fetchnumpy()
    ebv, random = filled(sources["ebv"]), ("random", sources["fold"])
    # variant, whether it is released, its settings, the reddening of its targets, schemes
    variants = [
        (settings["classifier"], True, settings, ebv, (random, ("field", sources["field_fold"])))
    ]
    for kind in dbt.config.get("classifiers"):
        plan, name = settings | MEASURED | {"classifier": kind}, kind.replace("_", " ")
        variants.append((f"{name}, measured values", False, plan, np.zeros(len(ebv)), (random,)))
    parts = [COLUMNS.append(RUN_TIME).empty_table()]
    for variant, is_released, plan, reddening, schemes in variants if len(present) > 1 else ():
        for scheme, fold in schemes:
            if not can_be_held_out(fold, "muwclass", scheme):
                continue
            start = time.perf_counter()
            mean, deviation = cross_validate(
                training,
                fold,
                reddening,
                plan_of(plan, selected, present),
                # of the others the time of one processor is told
                threads=available_threads() if is_released else 1,
                progress=is_released,
            )
            seconds = time.perf_counter() - start
            label, confidence = classified(mean, deviation)
            rows = prediction_rows(
                {"true_class": sources["class"], "fold": fold}
                | {name: sources[name] for name in ("csc_name", "field")},
                np.asarray(present, object)[label],
                mean,
                present,
                classes,
                # one draw has no deviation to be confident by
                confidence if is_released else None,
                variant=variant,
                is_released=is_released,
                scheme=scheme,
            )
            parts.append(rows.append_column(RUN_TIME, pa.array([seconds] * len(rows))))
    return pa.concat_tables(parts)
