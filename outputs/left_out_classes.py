"""Training sources of MUWCLASS classified by forests that have not seen them, beside the paper's leave-one-out of the same sources."""

import duckdb
import numpy as np
from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score, matthews_corrcoef
from tqdm import tqdm

from outputs.real_property_match import VARS
from udfs.class_draws import Plan, classified, classify, log_ebv
from udfs.muwclass import column_of, filled, probability_table, read_training
from udfs.plugin import PROJECT, available_threads

SEED = PROJECT / "seeds" / "muwclass_features.csv"
CLASSES = VARS["muwclass_classes"]
CONFIDENT = VARS["confident_ct"]
METRICS = ("accuracy", "balanced_accuracy", "macro_f1", "mcc", "completeness", "balanced_completeness")
RESAMPLES = 300  # for the error of a difference of metrics
ALIKE = 0.1  # in log(0.05 + E(B-V)): a seventh of the width of the kernel of udfs.class_draws


def metrics(true, said, is_kept):
    """Return METRICS of the kept sources; (n,) arrays of class names, class names and bool."""
    if not is_kept.any():
        return dict.fromkeys(METRICS)
    names = np.unique(true)
    values = (
        accuracy_score(true[is_kept], said[is_kept]), balanced_accuracy_score(true[is_kept], said[is_kept]),
        f1_score(true[is_kept], said[is_kept], average="macro"), matthews_corrcoef(true[is_kept], said[is_kept]),
        is_kept.mean(), np.mean([is_kept[true == name].mean() for name in names]),
    )
    return dict(zip(METRICS, map(float, values)))


def difference_errors(true, said, is_kept, resamples=RESAMPLES, seed=1):
    """Return by how much other sources of the same kinds would change the difference of METRICS: its deviation over resamples of the rows.

    Parameters
    ----------
    true : (n,) array of class names
    said, is_kept : pairs of (n,) arrays
        Class names and bool, of the one and the other classifier.
    resamples, seed : int
    """
    rng = np.random.default_rng(seed)
    differences = []
    for _ in range(resamples):
        rows = rng.integers(0, len(true), len(true))
        one, other = (metrics(true[rows], label[rows], kept[rows]) for label, kept in zip(said, is_kept))
        differences.append([one[name] - other[name] for name in METRICS])
    return dict(zip(METRICS, map(float, np.std(differences, axis=0))))


def nearly_left_out(label, ebv, parts):
    """Return folds, (n,) int, each of one class and at like E(B-V): at most one in so many of the class, or one source where there are no more.

    Parameters
    ----------
    label : (n,) int array
    ebv : (n,) array, mag
    parts : int
    """
    fold, last = np.empty(len(label), int), -1
    for one in np.unique(label):
        members = np.flatnonzero(label == one)
        members = members[np.argsort(ebv[members], kind="stable")]
        most, x = -(-len(members) // parts), log_ebv(ebv[members])
        first = None
        for place, member in enumerate(members):
            if first is None or place - first == most or x[place] - x[first] > ALIKE:
                first, last = place, last + 1
            fold[member] = last
    return fold


def read_trained(sources, **settings):
    """Return what classifies the sources of a relation by each other: their names, in order, Training and Plan.

    Parameters
    ----------
    sources : DuckDB relation
        With the columns of classes.muwclass_training.
    settings
        Of udfs.class_draws.Plan: draws, and others.
    """
    selected = duckdb.sql(f"select feature from '{SEED}' where is_selected").fetchnumpy()["feature"]
    names, training, present = read_training(sources, CLASSES)
    return names, training, Plan(tuple(selected), present, seed=1, **settings)


def class_columns(names, training, plan, mean, deviation):
    """Return class probabilities, (n, classes) each, as columns of the classifiers' tables, and the true class."""
    table = probability_table(names, mean, deviation, plan.classes, CLASSES)
    columns = {name: table[name].to_numpy(zero_copy_only=False) for name in table.column_names}
    return columns | {"true_class": np.asarray(plan.classes)[training.label]}


def nearly_left_out_classes(sources, ebv, parts, **settings):
    """Return our classes of the sources of a relation by forests that have seen nearly all others, as columns in order of the names.

    All draws for a fold have their AGN at its median E(B-V), as those of a bin in the paper have.

    Parameters
    ----------
    sources, settings
        As in `read_trained`.
    ebv : (n,) array, mag
        In order of the names.
    parts : int
        As in `nearly_left_out`.
    """
    names, training, plan = read_trained(sources, **settings)
    fold, ebv = nearly_left_out(training.label, ebv, parts), np.asarray(ebv, float)
    probabilities = np.empty((2, len(names), len(plan.classes)))
    for one in tqdm(np.unique(fold), unit="fold", disable=None):
        inside = fold == one
        towards = np.full(inside.sum(), np.median(ebv[inside]))
        probabilities[:, inside] = classify(
            training.taken(~inside), training.measurements.taken(inside), towards, plan, threads=available_threads()
        )
    return class_columns(names, training, plan, *probabilities)


def against_left_out(predictions, path):
    """Compare our classes of the training sources with the paper's own, each by a forest that has not seen the source."""
    published = duckdb.sql(f"from '{path}'").order("name").fetchnumpy()
    _, ours, theirs = np.intersect1d(predictions["csc_name"], published["name"], return_indices=True)
    true, said = (np.asarray(predictions[name], str)[ours] for name in ("true_class", "class"))
    their_class, their_ct = np.asarray(published["pred_class"], str)[theirs], filled(published["confidence_threshold"])[theirs]
    our_ct = filled(predictions["confidence_threshold"])[ours]
    probabilities = [
        np.stack([filled(table[f"p_{column_of(name)}"])[rows] for name in CLASSES], axis=1)
        for table, rows in ((predictions, ours), (published, theirs))
    ]
    mean, deviation = (
        np.stack([filled(published[f"{prefix}_{column_of(name)}"]) for name in CLASSES], axis=1) for prefix in ("p", "e_p")
    )
    every = np.ones(len(true), bool)
    is_kept = {"all": (every, every), "confident": (our_ct >= CONFIDENT, their_ct >= CONFIDENT)}
    return {
        "same_rows": {subset: metrics(true, said, kept) for subset, (kept, _) in is_kept.items()},
        "published_same_rows": {subset: metrics(true, their_class, kept) for subset, (_, kept) in is_kept.items()},
        "difference_errors": {
            subset: difference_errors(true, (said, their_class), kept) for subset, kept in is_kept.items()
        },
        "agreement": {
            "sources": len(true),
            "same_class": float((said == their_class).mean()),
            "same_class_where_both_confident": float((said == their_class)[(our_ct >= CONFIDENT) & (their_ct >= CONFIDENT)].mean()),
            "confident_alike": float(((our_ct >= CONFIDENT) == (their_ct >= CONFIDENT)).mean()),
            "correlation_of_probabilities": float(np.corrcoef(probabilities[0].ravel(), probabilities[1].ravel())[0, 1]),
            "largest_difference_of_ct_by_our_formula": float(
                np.abs(classified(mean, deviation)[1] - filled(published["confidence_threshold"])).max()
            ),
        },
    }
