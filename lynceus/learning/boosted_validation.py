"""Boosted trees with missing data (Kumaran et al. 2023, MNRAS 520, 5065): what trains them, and
what they say of sources they have not seen.

Cumulative cross-validation (section 3.5): the predictions of all folds are put together, each
source predicted once, and judged as one; repeated with other folds. Besides folds at random there
are folds of whole fields of the sky, since neighbours in one galaxy or cluster give each other
away. The trees themselves are those of lynceus.learning.boosted_trees.
"""

import hashlib
import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
from joblib import Memory

from lynceus.learning import boosted_trees
from lynceus.learning.boosted_trees import TrainingSet
from lynceus.learning.folds import balanced_folds, can_be_held_out
from lynceus.learning.imputed_classifiers import KINDS, imputed_out_of_fold
from lynceus.learning.lightgbm_files import save_text
from lynceus.learning.muwclass import column_of
from lynceus.learning.vectors import matrix

# LightGBM as published: its defaults
KUMARAN = (
    {
        "rounds": 100,
        "num_leaves": 31,
        "min_data_in_leaf": 20,
        "feature_fraction": 1.0,
        "lambda_l2": 0.0,
        "learning_rate": 0.1,
        "bagging_fraction": 1.0,
        "bagging_freq": 0,
        "max_bin": 255,
    },
)
# with a hundred features, of which a tree takes a part, the same trees in an eighth less time
BY_COLUMNS = {"force_row_wise": False, "force_col_wise": True}
MODEL_COLUMNS = pa.schema(
    [
        ("model_file", pa.string()),
        ("parameters", pa.string()),
        ("features", pa.list_(pa.string())),
        ("unusable_features", pa.list_(pa.string())),
    ]
    + [
        ("left_out_features", pa.list_(pa.string())),
        ("classes", pa.list_(pa.string())),
        ("members", pa.list_(pa.int32())),
        ("n_sources", pa.int32()),
        ("n_trees", pa.int32()),
    ]
    + [("temperature", pa.float64())]
)


def read_training(training, feature_set, classes):
    """Return the TrainingSet of one set of features from relation boosted_features; its only fold
    is the `field`.
    """
    of_set = training.filter(f"role = 'training' and feature_set = '{feature_set}'")
    table = of_set.order("csc_name").to_arrow_table()
    found = table["class"].to_pylist()
    present = tuple(name for name in classes if name in set(found))
    values = table["features"].combine_chunks()
    return TrainingSet(
        names=np.array(table["csc_name"].to_pylist(), dtype=object),
        classes=present,
        label=np.array([present.index(name) for name in found], dtype=int),
        values=matrix(values, len(values[0]) if len(values) else 0),
        measurements=None,
        astrometry={},
        folds={"field": table["field"].to_numpy().astype(int)},
    )


def nowhere_measured(relation, number):
    """Return which of so many features no source of a relation with `features` has, (number,) bool
    array; none if there are no sources.
    """
    counts = relation.aggregate(
        ", ".join(["count(*)", *(f"count(features[{place + 1}])" for place in range(number))])
    ).fetchall()[0]
    return np.array([counts[0] > 0 and not count for count in counts[1:]], dtype=bool)


def without(training, is_out):
    """Return the training set without the values of some features, (k,) bool array, which keep
    their places.

    Trees that have learnt from a feature what sources without it are not would be misled by sources
    that merely have not been looked at.
    """
    return replace(training, values=np.where(is_out, np.nan, training.values))


def random_folds(names, label, folds, repeat):
    """Return a fold for each source, (n,) int array: each has its share of each class; they follow
    from the names and the repeat alone.
    """
    fold = np.empty(len(names), int)
    for one in np.unique(label):
        members = sorted(np.flatnonzero(label == one), key=lambda row: _hash(names[row], repeat))
        fold[members] = np.arange(len(members)) % folds
    return fold


def field_folds(names, field, folds, repeat):
    """Return a fold for each source, whole fields in one, as even as the largest fields allow;
    fields alike in size go by hash.
    """
    first = np.unique(field, return_index=True)[1] if len(field) else np.empty(0, int)
    order = np.array(
        sorted(range(len(first)), key=lambda one: _hash(names[first[one]], repeat)), dtype=int
    )
    rank = np.empty(len(order), int)
    rank[order] = np.arange(len(order))
    return balanced_folds(rank[field], folds)


def scheme_folds(training, folds, repeat):
    """Return the folds of a TrainingSet by scheme: at random, and by whole fields."""
    return {
        "random": random_folds(training.names, training.label, folds, repeat),
        "field": field_folds(training.names, training.folds["field"], folds, repeat),
    }


def _hash(name, repeat):
    return hashlib.md5(f"{name} {repeat}".encode(), usedforsecurity=False).digest()


def published_weight(counts):
    """Return the weights of the classes in the published training, exp(0.07 N / n), from the
    members of each of the whole training set.

    From the members in the training folds they would explode where most of a class is one field: 20
    LMXBs of 5,000 sources would weigh 4e7.
    """
    return np.exp(0.07 * counts.sum() / counts)


def members_of(settings, trees):
    """Return LightGBM's parameters for each of the averaged models; numbers may come as text."""
    return int(settings["members"]) * ({"rounds": int(settings["rounds"]), **BY_COLUMNS, **trees},)


def held_out(classifier, training, fold, settings, trees, seed, threads=1):
    """Return class probabilities (n, classes) of each source by a classifier that has not seen its
    fold.

    Parameters
    ----------
    classifier : str
        boosted, kumaran (LightGBM with the published weights), forest or gradient_boosting (both
        imputed and oversampled).
    training : TrainingSet
    fold : (n,) int array
    settings, trees : dict
        As of the dbt models.
    seed : int
    threads : int
        Folds trained at once; the result does not depend on it.

    Raises
    ------
    ValueError
        If there is no such classifier.
    """
    if classifier in KINDS:
        return imputed_out_of_fold(
            KINDS[classifier],
            training.values,
            training.label,
            len(training.classes),
            fold,
            seed,
            threads,
        )
    if classifier not in ("boosted", "kumaran"):
        raise ValueError(
            f"var studies, boosted_classifiers: no classifier {classifier}; known are kumaran, {', '.join(KINDS)}"
        )
    nothing = np.empty((0, *training.values.shape))
    if classifier == "kumaran":
        weights = published_weight(np.bincount(training.label, minlength=len(training.classes)))
        return boosted_trees.out_of_fold(
            training, nothing, fold, KUMARAN, seed, lambda counts: weights, threads
        )
    return boosted_trees.out_of_fold(
        training, nothing, fold, members_of(settings, trees), seed, _weight(settings), threads
    )


def _weight(settings):
    return lambda counts: counts ** -float(settings["class_weight_power"])


def out_of_fold_table(training, classifiers, classes, settings, trees, threads=1):
    """Return class probabilities of the training sources by classifiers that have not seen them, an
    Arrow table.

    Parameters
    ----------
    training : dict of str to TrainingSet
        By set of features.
    classifiers : list of (classifier, set of features)
    classes : list of str
        All of the scheme.
    settings : dict
        folds, repeats, members, rounds, class_weight_power; and kept, a folder where each repeat
        is found again by another run, or nothing.
    trees : dict
        Parameters of LightGBM.
    threads : int
        As of `held_out`.

    Returns
    -------
    pyarrow.Table
        One row per classifier, set of features, scheme (`random`, `field`), repeat and source; a
        scheme with one fold alone, as where all sources lie in one field, has none. `boosted` is
        calibrated, each fold by the others.
    """
    tables = [
        _rows(
            "boosted",
            settings["features"],
            "random",
            1,
            None,
            np.empty((0, 0)),
            np.empty((0, 0)),
            np.empty(0, int),
            classes,
        )
    ]
    # found again by all it is of, so that a run that ends early goes on with the next repeat
    kept = Memory(settings.get("kept") or None, verbose=0).cache(held_out, ignore=["threads"])
    of_trees = {name: settings[name] for name in ("members", "rounds", "class_weight_power")}
    for classifier, features in classifiers:
        one = training[features]
        for repeat in range(1, int(settings["repeats"]) + 1) if one.is_enough else ():
            for scheme, fold in scheme_folds(one, int(settings["folds"]), repeat).items():
                if not can_be_held_out(fold, classifier, scheme):
                    continue
                raw = kept(classifier, one, fold, of_trees, trees, repeat, threads=threads)
                final = (
                    boosted_trees.calibrated(raw, one.label, fold)
                    if classifier == "boosted"
                    else raw
                )
                tables.append(
                    _rows(classifier, features, scheme, repeat, one, final, raw, fold, classes)
                )
    return pa.concat_tables(tables)


def _rows(classifier, features, scheme, repeat, training, probabilities, raw, fold, classes):
    number = len(fold)
    label, present = (training.label, training.classes) if number else (np.empty(0, int), ())
    names = np.array(present, dtype=object)
    choice = probabilities.argmax(axis=1) if number else label
    columns = {
        "classifier": pa.array([classifier] * number, pa.string()),
        "features": pa.array([features] * number, pa.string()),
        "scheme": pa.array([scheme] * number, pa.string()),
        "repeat": pa.array([repeat] * number, pa.int32()),
        "csc_name": pa.array(training.names if number else [], pa.string()),
        "fold": pa.array(fold, pa.int32()),
        "field": pa.array(training.folds["field"] if number else [], pa.int32()),
        "true_class": pa.array(names[label], pa.string()),
        "class": pa.array(names[choice], pa.string()),
        "class_prob": pa.array(
            probabilities[np.arange(number), choice] if number else [], pa.float64()
        ),
        "p_true": pa.array(probabilities[np.arange(number), label] if number else [], pa.float64()),
    }
    for name in classes:
        columns[f"p_{column_of(name)}"] = (
            pa.array(probabilities[:, present.index(name)])
            if name in present
            else pa.nulls(number, pa.float64())
        )
    columns["uncalibrated"] = pa.array(list(raw) if number else [], pa.list_(pa.float64()))
    return pa.table(columns)


def unusable(values):
    """Return which features tell nothing, (k,) bool array: one value of values (n, k), or missing,
    for all sources.
    """
    return np.array(
        [len(np.unique(column)) < 2 for column in np.where(np.isfinite(values), values, np.nan).T],
        dtype=bool,
    )


def train_model(training, predictions, settings, trees, names, left_out, folder):
    """Train on all sources, calibrate by sources whose field the models had not seen, write the
    model and describe it.

    Parameters
    ----------
    training : TrainingSet
    predictions : pyarrow.Table
        Rows of `out_of_fold_table`: boosted, by field, of one repeat. Without any the temperature
        is 1.
    settings, trees : dict
    names : list of str
        Of the features.
    left_out : (k,) bool array
        Which of them training is `without`.
    folder : path
        Where the model is written.

    Returns
    -------
    pyarrow.Table
        One row of MODEL_COLUMNS; model_file is NULL if there are too few classes.
    """
    row = {
        "features": list(names),
        "left_out_features": [name for name, is_out in zip(names, left_out) if is_out],
        "n_sources": len(training.label),
    }
    if training.is_enough:
        raw = predictions.sort_by("csc_name")["uncalibrated"].to_numpy()
        temperature = (
            boosted_trees.fitted_temperature(np.stack(raw), training.label) if len(raw) else 1.0
        )
        members = members_of(settings, trees)
        text = boosted_trees.fit(
            training, np.empty((0, *training.values.shape)), None, members, 1, _weight(settings)
        )
        text = boosted_trees.averaged([text], temperature)
        row |= {
            "model_file": save_text(text, folder, "boosted"),
            "classes": list(training.classes),
            "temperature": temperature,
            "members": np.bincount(training.label, minlength=len(training.classes)).tolist(),
            "n_trees": text.count("\nTree="),
            "unusable_features": [
                name for name, is_out in zip(names, unusable(training.values) & ~left_out) if is_out
            ],
            "parameters": json.dumps(
                {
                    **boosted_trees.SHARED,
                    **members[0],
                    "members": len(members),
                    **{name: float(settings[name]) for name in ("class_weight_power",)},
                }
            ),
        }
    return pa.Table.from_pylist([row], schema=MODEL_COLUMNS)
