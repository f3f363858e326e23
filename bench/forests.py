"""Our compiled forest beside scikit-learn's, paired: what MUWCLASS and XClass say of their training
sources, held out, by either.

    python -m bench.forests <database> [--seeds 20 --draws 6]

The database is a built one with training sets, simulated or real. For each seed both forests see
the same draws, folds and oversampled classes; the table gives each mean, the mean difference, its
standard error over the seeds and their ratio. Beyond two standard errors the forests differ. The
last lines compare the importances of the features and the CPU time.
"""

import argparse
import time

import duckdb
import numpy as np
from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score, log_loss

from lynceus.learning.boosted_trees import expected_calibration_error
from lynceus.learning.muwclass import filled, read_training
from lynceus.learning.muwclass_draws import Plan, cross_validate, importances
from lynceus.learning.xclass import Plan as StagedPlan
from lynceus.learning.xclass import cross_fitted
from lynceus.learning.xclass import read_training as read_staged_training
from lynceus.settings import project_vars

KINDS = ("sklearn_forest", "forest")
MEASURES = ("accuracy", "balanced_accuracy", "macro_f1", "log_loss", "ece")
LEAST_P = 1e-3  # of a probability whose logarithm is taken


def main():
    """Print one table for each classifier and scheme."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("database")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--draws", type=int, default=6, help="of MUWCLASS's training set")
    parser.add_argument("--trees", type=int, default=600, help="of XClass's forests")
    options = parser.parse_args()
    with duckdb.connect(options.database, read_only=True) as connection:
        for name, compared in (
            *muwclass(connection, options.draws),
            *xclass(connection, options.trees),
        ):
            print_table(
                name, [[compared(kind, seed) for kind in KINDS] for seed in range(options.seeds)]
            )


def muwclass(connection, draws):
    """Yield the schemes of MUWCLASS, each with what measures one forest in it; none without it."""
    if not has(connection, "muwclass_features"):
        return
    classes = list(project_vars()["classifiers"]["muwclass"]["classes"])
    table = connection.table("classes.muwclass_training")
    _, training, present = read_training(table, classes)
    columns = table.order("csc_name").fetchnumpy()
    selected = [
        name
        for (name,) in connection.execute(
            "select feature from classes.muwclass_features where is_selected"
        ).fetchall()
    ]

    def measured(fold, kind, seed):
        plan = Plan(tuple(selected), tuple(present), draws, classifier=kind, seed=seed)
        start = time.process_time()
        mean, _ = cross_validate(training, fold, filled(columns["ebv"]), plan)
        return measures(mean, training.label, time.process_time() - start) | {
            "importances": importances(training, plan)[0]
        }

    for scheme, name in (("random", "fold"), ("field", "field_fold")):
        yield f"muwclass, {scheme}", lambda *of, fold=columns[name]: measured(fold, *of)


def xclass(connection, trees):
    """Yield the first stage of XClass for each variant of the fits, with what measures one forest;
    none without it.
    """
    if not has(connection, "xclass_labelled"):
        return
    variants = connection.execute(
        "select distinct variant from classes.xclass_labelled order by variant"
    ).fetchall()
    groups = {name: tuple(members) for name, members in project_vars()["xclass_groups"].items()}
    training = connection.sql("from classes.xclass_features where role = 'training'")
    ((width,),) = training.aggregate("max(len(features))").fetchall()
    for (variant,) in variants if width else ():
        names, values, label, fold, _ = read_staged_training(training, variant, width)

        def measured(kind, seed, values=values, label=label, fold=fold):
            plan = StagedPlan(groups, kind, trees, trees, 1, seed=seed)
            start = time.process_time()
            outer, _ = cross_fitted(values, plan.group_of(label), fold, plan)
            truth = np.array([list(groups).index(one) for one in plan.group_of(label)])
            return measures(outer, truth, time.process_time() - start)

        yield f"xclass, groups, {variant}", measured


def has(connection, name):
    """Return whether the database has a table of the classifiers."""
    return bool(
        connection.execute(
            "select 1 from duckdb_tables() where schema_name = 'classes' and table_name = ?", [name]
        ).fetchall()
    )


def measures(probabilities, label, seconds):
    """Return the MEASURES of probabilities (n, k), and the CPU seconds they took."""
    choice, kept = probabilities.argmax(axis=1), np.maximum(probabilities, LEAST_P)
    kept = kept / kept.sum(axis=1, keepdims=True)
    values = (
        accuracy_score(label, choice),
        balanced_accuracy_score(label, choice),
        f1_score(label, choice, average="macro"),
        log_loss(label, kept, labels=np.arange(kept.shape[1])),
        expected_calibration_error(probabilities, label),
    )
    return dict(zip(MEASURES, values, strict=True)) | {"CPU s": seconds}


def print_table(name, pairs):
    """Print means, mean differences and their errors of pairs of measures, [scikit-learn's, ours]."""
    print(f"\n{name}: {len(pairs)} seeds\n\n| | scikit-learn | ours | difference | error | ratio |")
    print("|---|---|---|---|---|---|")
    for measure in MEASURES:
        values = np.array([[one[measure] for one in pair] for pair in pairs])
        difference = values[:, 1] - values[:, 0]
        mean, error = difference.mean(), difference.std(ddof=1) / np.sqrt(len(pairs))
        print(
            f"| {measure} | {values[:, 0].mean():.4f} | {values[:, 1].mean():.4f} "
            f"| {mean:+.4f} | {error:.4f} | {mean / error if error else 0:+.1f} |"
        )
    seconds = np.median([[one["CPU s"] for one in pair] for pair in pairs], axis=0)
    print(f"| CPU s | {seconds[0]:.2f} | {seconds[1]:.2f} | | | {seconds[0] / seconds[1]:.1f} |")
    if "importances" in pairs[0][0]:
        theirs, ours = (np.mean([pair[i]["importances"] for pair in pairs], axis=0) for i in (0, 1))
        print(
            f"\nimportances: correlation {np.corrcoef(theirs, ours)[0, 1]:.4f}, "
            f"largest difference {np.abs(theirs - ours).max():.4f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
