"""One probability out of what several classifiers say: a logarithmic pool, whose weights are learned from sources of known class.

P(c) is proportional to exp(b_c) times the product over classifiers of P_k(c) to the power w_k (Genest & Zidek 1986, Stat. Sci. 1, 114). Classifiers that
share their data repeat each other, so the weights of two that agree fall below 1; one that is too sure of itself gets little.
A classifier that does not know a class says a constant of it, o_k, learned as well; one that does not classify a source says nothing.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

ALL = -1  # stands for the fold of the weights that all sources train
RIDGE = 1e-3  # per source: keeps weights of classes with few members near those of a plain mean
COLUMNS = pa.schema([
    ("field_fold", pa.int32()), ("classifier", pa.string()), ("coarse_class", pa.string()), ("weight", pa.float64()),
    ("outside", pa.float64()), ("bias", pa.float64()), ("n_sources", pa.int32()),
])


@dataclass(frozen=True)
class Votes:
    """What k classifiers say of n sources of known class.

    log_p (n, k, c): logarithms of probabilities, at least that of the floor, NaN where a classifier knows no such class or does not
    classify the source; is_present (n, k); label (n,): place among the c classes; fold (n,).
    """

    classifiers: tuple
    classes: tuple
    log_p: np.ndarray
    is_present: np.ndarray
    label: np.ndarray
    fold: np.ndarray

    def scores(self, weight, outside, bias):
        """Return what the logarithms of the pooled probabilities are up to a constant, (n, c)."""
        said = np.where(np.isnan(self.log_p), outside[:, None], weight[:, None] * np.nan_to_num(self.log_p))
        return bias + np.sum(said * self.is_present[:, :, None], axis=1)


def read_votes(relation, floor):
    """Return the Votes of a relation with csc_name, field_fold, true_class, classifier, coarse_class and p."""
    rows = relation.order("csc_name, classifier, coarse_class").fetchnumpy()
    names, first, source = np.unique(rows["csc_name"].astype(str), return_index=True, return_inverse=True)
    classifiers, voter = np.unique(rows["classifier"].astype(str), return_inverse=True)
    true = rows["true_class"].astype(str)
    classes = np.unique(np.concatenate([rows["coarse_class"].astype(str), true]))
    log_p = np.full((len(names), len(classifiers), len(classes)), np.nan)
    log_p[source, voter, np.searchsorted(classes, rows["coarse_class"].astype(str))] = np.log(np.maximum(np.asarray(rows["p"], float), floor))
    return Votes(
        tuple(classifiers.tolist()), tuple(classes.tolist()), log_p, ~np.isnan(log_p).all(axis=2),
        np.searchsorted(classes, true[first]), np.asarray(rows["field_fold"][first], int),
    )


def fit_pool(votes, rows=None):
    """Return weight (k,), outside (k,) and bias (c,) with the least log-loss of some of the sources, a bool array; all if left out.

    Weights are not negative: no classifier counts against what it says.
    """
    rows = np.ones(len(votes.label), bool) if rows is None else rows
    part = Votes(votes.classifiers, votes.classes, votes.log_p[rows], votes.is_present[rows], votes.label[rows], votes.fold[rows])
    count, k, c = part.log_p.shape
    log_p, outside_of = np.nan_to_num(part.log_p), np.isnan(part.log_p) & part.is_present[:, :, None]
    right = np.eye(c)[part.label]
    start = np.concatenate([np.full(k, 1 / k), np.full(k, -1.0), np.zeros(c)])

    def loss(values):
        weight, outside, bias = np.split(values, [k, 2 * k])
        scores = part.scores(weight, outside, bias)
        slope = (softmax(scores, axis=1) - right) / count
        gradient = np.concatenate([np.einsum("nc,nkc->k", slope, log_p), np.einsum("nc,nkc->k", slope, outside_of), slope.sum(axis=0)])
        penalty = RIDGE * np.sum((values - start) ** 2)
        return penalty - np.mean(np.sum(right * log_softmax(scores, axis=1), axis=1)), gradient + 2 * RIDGE * (values - start)

    bounds = [(0, None)] * k + [(None, None)] * (k + c)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 1000, "ftol": 1e-12, "gtol": 1e-8}).x
    return np.split(found, [k, 2 * k])


def pool_weights(votes):
    """Return an Arrow table of the weights that each fold is judged with, learned from the other folds, and of those of all sources (fold -1).

    One row per fold, classifier and coarse class; none without votes.
    """
    if not len(votes.label):
        return COLUMNS.empty_table()
    rows = []
    for fold in (ALL, *np.unique(votes.fold).tolist()):
        others = votes.fold != fold
        if not others.any():
            continue
        weight, outside, bias = fit_pool(votes, others)
        rows += [
            {"field_fold": fold, "classifier": classifier, "coarse_class": name, "weight": weight[i], "outside": outside[i], "bias": bias[j],
             "n_sources": int(others.sum())}
            for i, classifier in enumerate(votes.classifiers) for j, name in enumerate(votes.classes)
        ]
    return pa.Table.from_pylist(rows, schema=COLUMNS)
