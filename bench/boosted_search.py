"""Look for better parameters of the boosted trees: a search over vars boosted_* with a budget
(Optuna; extra `search`).

    python -m bench.boosted_search <database> [--trials 40] [--seconds 3000] [--inner 3]

Every trial is judged by fields of the sky held out, in folds of their own (repeat 1001, which no
evaluation uses), by its log-loss after calibration: a proper score, less noisy than counts of right
classes. With --inner the search is nested: for each of so many outer parts of the fields it runs on
the others alone, and what it finds is judged on that part, which is what an honest gain looks like.
The best of the search over all fields is printed as the lines of dbt_project.yml.
"""

import argparse
import time
from pathlib import Path

import duckdb
import numpy as np
import optuna
import yaml
from sklearn.metrics import f1_score

from lynceus.learning.boosted_trees import TrainingSet, calibrated
from lynceus.learning.boosted_validation import field_folds, held_out, read_training
from lynceus.settings import project_vars

VARS = project_vars()
REPEAT, FOLDS, SEED = 1001, 5, 1
OWN = {
    "members": 1,
    "rounds": VARS["boosted_rounds"],
    "class_weight_power": VARS["boosted_class_weight_power"],
    **VARS["boosted_parameters"],
}


def main():
    """Search and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("database", type=Path, help="a built database")
    parser.add_argument("--trials", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=3000, help="the budget of each search")
    parser.add_argument(
        "--inner", type=int, default=0, help="outer parts of a nested search; 0: none"
    )
    options = parser.parse_args()
    with duckdb.connect(str(options.database), read_only=True) as connection:
        training = read_training(
            connection.table("classes.boosted_features"),
            VARS["boosted_features"],
            list(VARS["classifiers"]["boosted"]["classes"]),
        )
    print(
        "| searched on | judged on | log-loss | weighted F1 | macro F1 | trials | s |\n|---|---|---|---|---|---|---|"
    )
    outer = (
        field_folds(training.names, training.folds["field"], options.inner, REPEAT + 1)
        if options.inner
        else np.empty(0, int)
    )
    for one in np.unique(outer):
        best, trials, seconds = search(taken(training, outer != one), options)
        for title, parameters in (("the other parts", best), ("nothing: the vars", OWN)):
            line(
                title,
                f"part {one + 1}",
                score(training, parameters, outer, only=one),
                trials,
                seconds,
            )
    best, trials, seconds = search(training, options)
    fold = field_folds(training.names, training.folds["field"], FOLDS, REPEAT)
    for title, parameters in (("all fields", best), ("nothing: the vars", OWN)):
        line(title, "the same folds", score(training, parameters, fold), trials, seconds)
    print(
        "\n"
        + yaml.safe_dump(
            {f"boosted_{name}": value for name, value in split(best).items()}, sort_keys=False
        )
    )


def search(training, options):
    """Return the best parameters, the number of trials and the seconds."""
    fold = field_folds(training.names, training.folds["field"], FOLDS, REPEAT)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=SEED))
    study.enqueue_trial({name: value for name, value in OWN.items() if name != "members"})
    start = time.perf_counter()
    study.optimize(
        lambda trial: score(training, proposed(trial), fold)[0],
        n_trials=options.trials,
        timeout=options.seconds,
    )
    return {"members": 1, **study.best_params}, len(study.trials), time.perf_counter() - start


def proposed(trial):
    """Return parameters within the bounds of the search."""
    return {
        "members": 1,
        "rounds": trial.suggest_int("rounds", 50, 400),
        "class_weight_power": trial.suggest_float("class_weight_power", 0.0, 1.0),
        "learning_rate": trial.suggest_float("learning_rate", 0.02, 0.2, log=True),
        "num_leaves": trial.suggest_int("num_leaves", 3, 31, log=True),
        "min_data_in_leaf": trial.suggest_int("min_data_in_leaf", 5, 120, log=True),
        "feature_fraction": trial.suggest_float("feature_fraction", 0.1, 0.9),
        "lambda_l2": trial.suggest_float("lambda_l2", 0.01, 30.0, log=True),
    }


def split(parameters):
    """Return the vars that the parameters are, by the name after `boosted_`."""
    own = {name: parameters[name] for name in ("rounds", "class_weight_power")}
    return own | {
        "parameters": {
            name: value for name, value in parameters.items() if name not in (*own, "members")
        }
    }


def score(training, parameters, fold, only=None):
    """Return log-loss, weighted and macro F1 of sources whose fold has not been seen, `only` those
    of one fold if given.
    """
    settings = {name: parameters[name] for name in ("members", "rounds", "class_weight_power")}
    trees = split(parameters)["parameters"]
    folds = fold if only is None else (fold == only).astype(int)
    raw = held_out("boosted", training, folds, settings, trees, SEED)
    final = calibrated(raw, training.label, folds)
    inside = slice(None) if only is None else folds == 1
    label, p = training.label[inside], final[inside]
    said = p.argmax(axis=1)
    loss = -np.mean(np.log(np.maximum(p[np.arange(len(label)), label], 1e-12)))
    return loss, f1_score(label, said, average="weighted"), f1_score(label, said, average="macro")


def taken(training, rows):
    """Return some of the sources only; fields are numbered anew."""
    field = np.unique(training.folds["field"][rows], return_inverse=True)[1]
    return TrainingSet(
        training.names[rows],
        training.classes,
        training.label[rows],
        training.values[rows],
        None,
        {},
        {"field": field},
    )


def line(searched, judged, scores, trials, seconds):
    """Print a row of the table."""
    print(
        f"| {searched} | {judged} | "
        + " | ".join(f"{one:.4f}" for one in scores)
        + f" | {trials} | {seconds:.0f} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
