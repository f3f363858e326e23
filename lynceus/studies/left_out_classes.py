"""Training sources of MUWCLASS classified by forests that have not seen them, beside the paper's
leave-one-out of the same sources.
"""

from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import duckdb
import numpy as np
from tqdm import tqdm

from lynceus.learning.checkpoint import Checkpoint
from lynceus.learning.muwclass import column_of, filled, probability_table, read_training
from lynceus.learning.muwclass_draws import EXTINCTION, Plan, TrainedDraw, VoteSums, classified
from lynceus.learning.worker_threads import worker_threads
from lynceus.physics.source_features import DEPTH, LOG10_ZERO_FLUX
from lynceus.settings import PROJECT, available_threads, project_vars

VARS = project_vars()

SEED = PROJECT / "seeds" / "muwclass_features.csv"
CLASSES = list(VARS["classifiers"]["muwclass"]["classes"])
CONFIDENT = VARS["classifiers"]["muwclass"]["confident"]
METRICS = (
    "accuracy",
    "balanced_accuracy",
    "macro_f1",
    "mcc",
    "fraction_kept",
    "balanced_fraction_kept",
)
RESAMPLES = 300  # for the error of a difference of metrics, and of metrics by other draws


def metrics(true, said, is_kept):
    """Return METRICS of the kept sources, None where nothing is kept; (n,) arrays of class names, or
    numbers, of the same, and bool.
    """
    if not is_kept.any():
        return dict.fromkeys(METRICS) | dict.fromkeys(METRICS[-2:], 0.0)
    names, codes = np.unique([true, said], return_inverse=True)
    codes = codes.reshape(2, -1)
    number = len(names)
    counts = np.bincount(number * codes[0, is_kept] + codes[1, is_kept], minlength=number**2)
    counts = counts.reshape(number, number)  # true class by class
    n, right, of_true, of_said = counts.sum(), np.diag(counts), counts.sum(1), counts.sum(0)
    is_true, is_seen, all_true = of_true > 0, of_true + of_said > 0, np.bincount(codes[0])
    spread = float(n**2 - of_true @ of_true) * float(n**2 - of_said @ of_said)
    values = (
        right.sum() / n,
        np.mean(right[is_true] / of_true[is_true]),
        np.mean(2 * right[is_seen] / (of_true + of_said)[is_seen]),
        (right.sum() * n - of_true @ of_said) / np.sqrt(spread) if spread else 0.0,
        is_kept.mean(),
        np.mean((of_true[: len(all_true)] / np.maximum(all_true, 1))[all_true > 0]),
    )
    return dict(zip(METRICS, map(float, values)))


def difference_errors(true, said, is_kept, resamples=RESAMPLES, seed=1):
    """Return by how much other sources of the same kinds would change the difference of METRICS:
    its deviation over resamples of the rows.

    None where one of the two keeps no source. A resample in which that happens does not count.

    Parameters
    ----------
    true : (n,) array of class names
    said, is_kept : pairs of (n,) arrays
        Class names and bool, of the one and the other classifier.
    resamples, seed : int
    """
    rng = np.random.default_rng(seed)
    true, *said = np.unique([true, *said], return_inverse=True)[1].reshape(3, -1)
    differences = []
    for _ in range(resamples):
        rows = rng.integers(0, len(true), len(true))
        one, other = (
            metrics(true[rows], label[rows], kept[rows]) for label, kept in zip(said, is_kept)
        )
        differences.append(
            [
                np.nan if None in (one[name], other[name]) else one[name] - other[name]
                for name in METRICS
            ]
        )
    counted = [values[~np.isnan(values)] for values in np.transpose(differences)]
    return {
        name: float(np.std(values)) if len(values) else None
        for name, values in zip(METRICS, counted)
    }


def read_trained(sources, **settings):
    """Return what classifies the sources of a relation by each other: their names, in order,
    Training and Plan.

    Parameters
    ----------
    sources : DuckDB relation
        With the columns of classes.muwclass_training.
    settings
        Of lynceus.learning.muwclass_draws.Plan: draws, and others.
    """
    selected = duckdb.sql(f"select feature from '{SEED}' where is_selected").fetchnumpy()["feature"]
    names, training, present = read_training(sources, CLASSES)
    return names, training, Plan(tuple(selected), present, seed=1, **settings)


def class_columns(names, training, plan, mean, deviation):
    """Return class probabilities, (n, classes) each, as columns of the classifiers' tables, and the
    true class.
    """
    table = probability_table(names, mean, deviation, plan.classes, CLASSES)
    columns = {name: table[name].to_numpy(zero_copy_only=False) for name in table.column_names}
    return columns | {"true_class": np.asarray(plan.classes)[training.label]}


def left_out_votes(training, ebv, plan, checkpoint=None):
    """Return what each draw says of each training source by trees that have seen all others:
    (draws, n, classes) array.

    The AGN among the others are reddened to the E(B-V) of the source, without bins.

    Parameters
    ----------
    training : Training
        Of n sources.
    ebv : (n,) array, mag
    plan : Plan
        Its draws, trees and seed; a source is asked about once in each draw.
    checkpoint : path, optional
        File that keeps the draws so far: an interrupted run goes on from there, and it is gone when
        the run is whole.
    """
    plan = replace(plan, classifier="asked_forest")
    every = np.arange(len(ebv))
    kept = Checkpoint(checkpoint, training, ebv, plan, DEPTH, LOG10_ZERO_FLUX, EXTINCTION)
    said, done = kept.read(
        SimpleNamespace(votes=np.zeros((plan.draws, len(ebv), len(plan.classes))))
    )

    def asked(draw, row):
        trained = TrainedDraw(plan, training.taken(every != row), draw, ebv[row])
        return trained.votes(training.measurements.taken([row]))[0]

    bar = tqdm(total=plan.draws, initial=done, unit="draw", disable=None)
    with worker_threads(available_threads()) as pool, bar:
        for draw in range(done, plan.draws):
            said.votes[draw] = list(pool.map(partial(asked, draw), every))
            kept.write(said, draw + 1)
            bar.update()
    kept.remove()
    return said.votes


def averaged(votes, plan):
    """Return mean and deviation over draws of the class probabilities, (n, classes) each, as
    forests of 100 trees would have the deviation.

    Parameters
    ----------
    votes : (draws, n, classes) array
    plan : Plan
    """
    sums, rows = VoteSums(*votes.shape[1:]), np.arange(votes.shape[1])
    for one in votes:
        sums.add(rows, np.ones(len(rows)), np.zeros(len(rows)), one)
    return sums.probabilities(plan)


def draw_errors(votes, plan, true, resamples=RESAMPLES, seed=1):
    """Return by how much other draws would change METRICS of all sources and of the confident ones:
    their deviation over resamples of the draws.

    Parameters
    ----------
    votes : (draws, n, classes) array
    plan : Plan
    true : (n,) int array
        The true class as a place in the plan's classes.
    resamples, seed : int
    """
    rng, found = np.random.default_rng(seed), []
    for _ in range(resamples):
        drawn = votes[rng.integers(0, len(votes), len(votes))]
        label, confidence = classified(*averaged(drawn, plan))
        every = np.ones(len(true), bool)
        found.append(
            [list(metrics(true, label, kept).values()) for kept in (every, confidence >= CONFIDENT)]
        )
    spread = np.std(np.array(found, float), axis=0)
    return {
        subset: dict(zip(METRICS, map(float, values)))
        for subset, values in zip(("all", "confident"), spread)
    }


def compared(true, one, other):
    """Return how two classifications of the same sources compare.

    Parameters
    ----------
    true : (n,) array of class names
    one, other : pairs of (n,) arrays
        Class names, CT.

    Returns
    -------
    dict
        `metrics`: of both, of all sources and of the confident ones; `difference_errors` of these;
        `agreement`, source by source; `classes`: for each class the number of its sources, and for
        both how many are right, confident, and confident and right.
    """
    every = np.ones(len(true), bool)
    said, sure = (one[0], other[0]), tuple(ct >= CONFIDENT for _, ct in (one, other))
    kept = {"all": (every, every), "confident": sure}
    is_same, both = one[0] == other[0], sure[0] & sure[1]
    return {
        "metrics": [
            {subset: metrics(true, label, pair[place]) for subset, pair in kept.items()}
            for place, label in enumerate(said)
        ],
        "difference_errors": {
            subset: difference_errors(true, said, pair) for subset, pair in kept.items()
        },
        "agreement": {
            "sources": len(true),
            "same_class": float(is_same.mean()),
            "same_class_where_both_confident": float(is_same[both].mean()) if both.any() else None,
            "confident_alike": float((sure[0] == sure[1]).mean()),
        },
        "classes": {
            str(name): [
                int((true == name).sum()),
                *(
                    [
                        int((is_counted & (true == name)).sum())
                        for is_counted in (label == true, kept, kept & (label == true))
                    ]
                    for label, kept in zip(said, sure)
                ),
            ]
            for name in np.unique(true)
        },
    }


def read_left_out(path):
    """Return a table of published leave-one-out classes, in order of the names: columns, and the
    class names and CT.
    """
    table = duckdb.sql(f"from '{path}'").order("name").fetchnumpy()
    return table, np.asarray(table["pred_class"], str), filled(table["confidence_threshold"])


def against_left_out(predictions, path):
    """Compare our classes of the training sources with the paper's own, each by a forest that has
    not seen the source.
    """
    table, their_class, their_ct = read_left_out(path)
    _, ours, theirs = np.intersect1d(predictions["csc_name"], table["name"], return_indices=True)
    true, said = (np.asarray(predictions[name], str)[ours] for name in ("true_class", "class"))
    found = compared(
        true,
        (said, filled(predictions["confidence_threshold"])[ours]),
        (their_class[theirs], their_ct[theirs]),
    )
    probabilities = [
        np.stack([filled(columns[f"p_{column_of(name)}"])[rows] for name in CLASSES], axis=1)
        for columns, rows in ((predictions, ours), (table, theirs))
    ]
    mean, deviation = (
        np.stack([filled(table[f"{prefix}_{column_of(name)}"]) for name in CLASSES], axis=1)
        for prefix in ("p", "e_p")
    )
    found["agreement"] |= {
        "correlation_of_probabilities": float(
            np.corrcoef(probabilities[0].ravel(), probabilities[1].ravel())[0, 1]
        ),
        "largest_difference_of_ct_by_our_formula": float(
            np.abs(classified(mean, deviation)[1] - their_ct).max()
        ),
    }
    return found


def published_again(later, path):
    """Compare a later leave-one-out of the paper's authors, of a larger training set, with the
    paper's: sources of the same class in both.
    """
    (one, *later), (other, *paper) = read_left_out(later), read_left_out(path)
    _, ours, theirs = np.intersect1d(one["name"], other["name"], return_indices=True)
    true, other_true = (
        np.asarray(one["true_class"], str)[ours],
        np.asarray(other["true_class"], str)[theirs],
    )
    kept = true == other_true
    return compared(
        true[kept],
        *(
            tuple(values[rows[kept]] for values in pair)
            for pair, rows in ((later, ours), (paper, theirs))
        ),
    )
