"""One probability out of what several classifiers say: a logarithmic pool, whose weights are
learned from sources of known class.

P(c) is proportional to exp(b_c) times the product over classifiers of P_k(c) to the power w_k
(Genest & Zidek 1986, Stat. Sci. 1, 114). Classifiers that share their data repeat each other, so
the weights of two that agree fall below 1; one that is too sure of itself gets little. A classifier
that does not know a class says a constant of it, o_k, learned as well. A class of which no source
is known cannot be learned: it stands with a bias of 0 where a classifier that has a say knows it,
and has no part where none does. Which classifiers have a say differs from source to source, so each
set of them has weights of its own: those that serve best where no other is heard. A classifier that
has not been heard of any source of known class has no weight beside others, and without others it
speaks for itself: of such the plain mean is taken.
"""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

SEPARATOR = "+"  # between the classifiers of a set
ALL = -1  # stands for the fold of the weights that all sources train
RIDGE = 5.0  # over the number of sources: with few the weights stay near those of a plain mean
COLUMNS = pa.schema(
    [
        ("field_fold", pa.int32()),
        ("voters", pa.string()),
        ("classifier", pa.string()),
        ("coarse_class", pa.string()),
        ("weight", pa.float64()),
        ("outside", pa.float64()),
        ("bias", pa.float64()),
        ("n_sources", pa.int32()),
    ]
)


@dataclass(frozen=True)
class Votes:
    """What k classifiers say of n sources of known class.

    log_p (n, k, c): logarithms of probabilities, at least that of the floor, NaN where a classifier
    knows no such class or does not classify the source; is_present (n, k); label (n,): place among
    the c classes; fold (n,).
    """

    classifiers: tuple
    classes: tuple
    log_p: np.ndarray
    is_present: np.ndarray
    label: np.ndarray
    fold: np.ndarray

    def heard(self, voters):
        """Return the votes of some classifiers about the sources that all of them classify."""
        columns = [self.classifiers.index(name) for name in voters]
        rows = self.is_present[:, columns].all(axis=1)
        return replace(
            self,
            classifiers=tuple(voters),
            log_p=self.log_p[rows][:, columns],
            is_present=self.is_present[rows][:, columns],
            label=self.label[rows],
            fold=self.fold[rows],
        )

    def unheard(self, voters):
        """Return the votes of classifiers that have said nothing of sources of known class: none."""
        shape = (0, len(voters))
        return replace(
            self,
            classifiers=tuple(voters),
            log_p=np.empty((*shape, len(self.classes))),
            is_present=np.empty(shape, bool),
            label=self.label[:0],
            fold=self.fold[:0],
        )

    def taken(self, rows):
        """Return some of the sources only, a bool array."""
        return replace(
            self,
            log_p=self.log_p[rows],
            is_present=self.is_present[rows],
            label=self.label[rows],
            fold=self.fold[rows],
        )

    def of_classes(self, kept):
        """Return the votes on some of the classes only, a bool array; every label is one of these."""
        places = np.cumsum(kept) - 1
        return replace(
            self,
            classes=tuple(name for name, is_kept in zip(self.classes, kept) if is_kept),
            log_p=np.ascontiguousarray(self.log_p[:, :, kept]),
            label=places[self.label],
        )

    def scores(self, weight, outside, bias):
        """Return what the logarithms of the pooled probabilities are up to a constant, (n, c)."""
        said = np.where(
            np.isnan(self.log_p), outside[:, None], weight[:, None] * np.nan_to_num(self.log_p)
        )
        return bias + np.sum(said * self.is_present[:, :, None], axis=1)


def read_votes(relation, floor, others=()):
    """Return the Votes of a relation with csc_name, field_fold, true_class, classifier,
    coarse_class and p; `others`: classes besides those in it.
    """
    rows = relation.order("csc_name, classifier, coarse_class").fetchnumpy()
    names, first, source = np.unique(
        rows["csc_name"].astype(str), return_index=True, return_inverse=True
    )
    classifiers, voter = np.unique(rows["classifier"].astype(str), return_inverse=True)
    true = rows["true_class"].astype(str)
    classes = np.unique(
        np.concatenate([rows["coarse_class"].astype(str), true, np.array(others, str)])
    )
    log_p = np.full((len(names), len(classifiers), len(classes)), np.nan)
    log_p[source, voter, np.searchsorted(classes, rows["coarse_class"].astype(str))] = np.log(
        np.maximum(np.asarray(rows["p"], float), floor)
    )
    return Votes(
        tuple(classifiers.tolist()),
        tuple(classes.tolist()),
        log_p,
        ~np.isnan(log_p).all(axis=2),
        np.searchsorted(classes, true[first]),
        np.asarray(rows["field_fold"][first], int),
    )


def fit_pool(votes):
    """Return weight (k,), outside (k,) and bias (c,) with the least log-loss; without sources those
    of a plain mean.

    Weights are not negative: no classifier counts against what it says.
    """
    count, k, c = votes.log_p.shape
    start = np.concatenate([np.full(k, 1 / k), np.full(k, -1.0), np.zeros(c)])
    if not count:
        return np.split(start, [k, 2 * k])
    log_p, is_outside = (
        np.nan_to_num(votes.log_p),
        np.isnan(votes.log_p) & votes.is_present[:, :, None],
    )
    right = np.eye(c)[votes.label]

    def loss(values):
        weight, outside, bias = np.split(values, [k, 2 * k])
        scores = votes.scores(weight, outside, bias)
        slope = (softmax(scores, axis=1) - right) / count
        gradient = np.concatenate(
            [
                np.einsum("nc,nkc->k", slope, log_p),
                np.einsum("nc,nkc->k", slope, is_outside),
                slope.sum(axis=0),
            ]
        )
        ridge = RIDGE / count
        penalty = ridge * np.sum((values - start) ** 2)
        return penalty - np.mean(
            np.sum(right * log_softmax(scores, axis=1), axis=1)
        ), gradient + 2 * ridge * (values - start)

    bounds = [(0, None)] * k + [(None, None)] * (k + c)
    found = minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": 1000, "ftol": 1e-12, "gtol": 1e-8},
    ).x
    return np.split(found, [k, 2 * k])


def pool_weights(votes, patterns, known):
    """Return an Arrow table of the weights that each fold is judged with, learned from the other
    folds, and of those of all sources (fold -1).

    Parameters
    ----------
    votes : Votes
    patterns : sequence of sequences of str
        The sets of classifiers that are heard together of any source.
    known : dict of sets of str
        The classes that each classifier knows.

    Returns
    -------
    pyarrow.Table
        One row per fold, set of classifiers (`voters`), classifier of it and coarse class.
        `n_sources` are those that the weights were learned from; 0: they are those of a plain mean.
    """
    rows = []
    is_learned = np.isin(np.arange(len(votes.classes)), votes.label)
    for voters in sorted(map(tuple, patterns)):
        with_say = [name for name in voters if name in votes.classifiers]
        heard = votes.heard(with_say) if with_say else votes.unheard(voters)
        own = set().union(*(known.get(name, ()) for name in heard.classifiers))
        for fold in (ALL, *np.unique(votes.fold).tolist()):
            others = heard.taken(heard.fold != fold)
            weight, outside, learned = fit_pool(others.of_classes(is_learned))
            terms, bias = (
                dict(zip(heard.classifiers, zip(weight, outside))),
                np.zeros(len(votes.classes)),
            )
            bias[is_learned] = learned
            rows += [
                {
                    "field_fold": fold,
                    "voters": SEPARATOR.join(voters),
                    "classifier": classifier,
                    "coarse_class": name,
                    "weight": terms.get(classifier, (0, 0))[0],
                    "outside": terms.get(classifier, (0, 0))[1],
                    "bias": bias[j],
                    "n_sources": len(others.label),
                }
                for classifier in voters
                for j, name in enumerate(votes.classes)
                if is_learned[j] or name in own
            ]
    return pa.Table.from_pylist(rows, schema=COLUMNS)
