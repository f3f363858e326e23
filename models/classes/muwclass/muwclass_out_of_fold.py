"""Class probabilities of every training source by MUWCLASS without it: by random folds, and by folds of whole fields of the sky."""

import pyarrow as pa

from udfs.class_draws import cross_validate
from udfs.muwclass import filled, plan_of, probability_table, read_training
from udfs.plugin import available_threads


def model(dbt, session):
    """Return one row per training source and way of folding, none if fewer than two classes can be trained."""
    classes, settings = dbt.config.get("classes"), dbt.config.get("settings")
    selected = dbt.ref("muwclass_features").filter("is_selected").fetchnumpy()["feature"]
    names, training, present = read_training(dbt.ref("muwclass_training"), classes)
    if len(present) < 2:
        names = names[:0]
    plan = plan_of(settings, selected, present)
    folds = dbt.ref("muwclass_training").select("csc_name, fold, ebv").join(dbt.ref("training_fields"), "csc_name")
    folds = folds.order("csc_name").fetchnumpy()
    ebv = filled(folds["ebv"])
    parts = []
    for scheme, fold in (("random", folds["fold"]), ("field", folds["field_fold"])):
        mean, deviation = (
            cross_validate(training, fold, ebv, plan, threads=available_threads(), progress=True) if len(names) else (None, None)
        )
        parts.append(probability_table(
            names, mean, deviation, present if len(names) else (), classes, scheme=pa.array([scheme] * len(names), pa.string()),
        ))
    return pa.concat_tables(parts)
