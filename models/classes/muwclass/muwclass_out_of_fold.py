"""Class probabilities of every training source by MUWCLASS without it: by random folds, and by
folds of whole fields of the sky.
"""

import pyarrow as pa

from lynceus.learning.folds import can_be_held_out
from lynceus.learning.muwclass import filled, plan_of, probability_table, read_training
from lynceus.learning.muwclass_draws import cross_validate
from lynceus.settings import available_threads


def model(dbt, session):
    """Return one row per training source and way of folding; none if fewer than two classes can be
    trained, and none of a way with one fold.
    """
    classes, settings = dbt.config.get("classes"), dbt.config.get("settings")
    selected = dbt.ref("muwclass_features").filter("is_selected").fetchnumpy()["feature"]
    names, training, present = read_training(dbt.ref("muwclass_training"), classes)
    plan = plan_of(settings, selected, present)
    folds = (
        dbt.ref("muwclass_training")
        .select("csc_name, fold, ebv")
        .join(dbt.ref("training_fields"), "csc_name")
    )
    folds = folds.order("csc_name").fetchnumpy()
    ebv = filled(folds["ebv"])
    parts = [probability_table(names[:0], None, None, (), classes, scheme=pa.nulls(0, pa.string()))]
    for scheme, fold in (
        (("random", folds["fold"]), ("field", folds["field_fold"])) if len(present) > 1 else ()
    ):
        if can_be_held_out(fold, "muwclass", scheme):
            mean, deviation = cross_validate(
                training, fold, ebv, plan, threads=available_threads(), progress=True
            )
            parts.append(
                probability_table(
                    names,
                    mean,
                    deviation,
                    present,
                    classes,
                    scheme=pa.array([scheme] * len(names), pa.string()),
                )
            )
    return pa.concat_tables(parts)
