"""Random forests grown over histograms of the features, by a compiled kernel.

Breiman (2001), Machine Learning 45, 5, with the choices of scikit-learn: the Gini impurity, the
square root of the number of features tried at each node, bootstraps as weights, thresholds midway
between the values on both sides. A feature with more than 255 values is cut into 255 bins of its
quantiles, and the values on both sides of a cut are those of the bins that hold rows of the node;
this is the only difference in kind, and what makes a tree some ten times faster.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import njit

from lynceus.learning.forests import LEAF, Forest

BINS = 255
SMALL = 32  # rows that are sorted sooner than counted


@dataclass(frozen=True)
class Growth:
    """How trees grow.

    trees; seed; least_split: a node with fewer rows is a leaf; least_leaf: rows on each side of a
    split; is_balanced: rows weigh inversely as their class in the tree's bootstrap (scikit-learn's
    `balanced_subsample`).
    """

    trees: int
    seed: int = 0
    least_split: int = 2
    least_leaf: int = 1
    is_balanced: bool = False


def grown(values, label, growth, fill=None, threads=1):
    """Return a random forest trained on values (n, k), and the importances of its features.

    Parameters
    ----------
    values : (n, k) array
        Without NaN; single precision is what trees compare.
    label : (n,) int array
        From 0; the forest has as many classes as the highest says.
    growth : Growth
    fill : (k,) array, optional
        What stands for a missing value of each feature when the forest is asked.
    threads : int
        Trees grown at once, which the result does not depend on.

    Returns
    -------
    forest : Forest
    importances : (trees, k) array
        Share of each feature in the decrease of the impurity, by tree; zeros for a tree without a
        split.

    Raises
    ------
    ValueError
        If there are no rows, or a value is missing.

    Examples
    --------
    >>> values = np.array([[0.0, 5.0], [1.0, 5.0], [2.0, 5.0], [3.0, 5.0]])
    >>> forest, importances = grown(values, np.array([0, 0, 1, 1]), Growth(trees=50))
    >>> forest.predict(np.array([[-1.0, 5.0], [9.0, 5.0]])).argmax(axis=1).tolist()
    [0, 1]
    >>> importances.mean(axis=0).round(1).tolist()
    [1.0, 0.0]
    """
    values = np.ascontiguousarray(values, dtype=np.float32)
    if not len(values):
        raise ValueError("a forest needs rows to train on")
    if np.isnan(values).any():
        raise ValueError("a forest takes no missing values")
    label = np.ascontiguousarray(label, dtype=np.int64)
    codes, low, high = binned(values)
    seeds = np.random.SeedSequence(growth.seed).generate_state(growth.trees, np.uint64)
    classes = int(label.max()) + 1

    def tree(seed):
        return _tree(
            codes,
            low,
            high,
            label,
            classes,
            max(1, int(np.sqrt(values.shape[1]))),
            growth.least_split,
            growth.least_leaf,
            growth.is_balanced,
            seed,
        )

    if threads > 1:
        with ThreadPoolExecutor(threads) as pool:
            trees = list(pool.map(tree, seeds))
    else:
        trees = [tree(seed) for seed in seeds]
    feature, threshold, left, right, shares, importances = zip(*trees)
    first = np.cumsum([0] + [len(one) for one in feature[:-1]], dtype=np.int32)
    forest = Forest(
        fill=np.zeros(values.shape[1]) if fill is None else np.asarray(fill, float),
        first=first,
        feature=np.concatenate(feature),
        threshold=np.concatenate(threshold),
        left=np.concatenate([np.where(one < 0, LEAF, one + at) for one, at in zip(left, first)]),
        right=np.concatenate([np.where(one < 0, LEAF, one + at) for one, at in zip(right, first)]),
        shares=np.concatenate(shares),
    )
    return forest, np.stack(importances)


class GrownForest:
    """A random forest of fully grown trees, with the methods and attributes of scikit-learn's."""

    def __init__(self, trees, seed):
        self.growth = Growth(trees, seed)

    def fit(self, values, label):
        """Train on values (n, k), without NaN, and labels (n,)."""
        self.classes_, number = np.unique(label, return_inverse=True)
        self.forest, importances = grown(values, number, self.growth)
        total = importances.sum()
        self.feature_importances_ = importances.sum(axis=0) / (total if total > 0 else 1)
        return self

    def predict_proba(self, values):
        """Return the probabilities of `classes_` for values (n, k): (n, classes) array."""
        return self.forest.predict(values)


@njit(cache=True, nogil=True)
def binned(values):
    """Return the bin of every value, (k, n) uint8, and the lowest and highest value in each bin,
    (k, BINS).

    Bins are values where there are no more than BINS, else quantiles; the lowest value, which may
    stand for missing ones, has a bin of its own.
    """
    rows, features = values.shape
    codes = np.zeros((features, rows), np.uint8)
    low, high = np.zeros((features, BINS)), np.zeros((features, BINS))
    starts = np.zeros(BINS, np.int64)
    for j in range(features):
        order = np.argsort(values[:, j], kind="mergesort")
        distinct = 1
        for i in range(1, rows):
            distinct += values[order[i], j] > values[order[i - 1], j]
        bins, beyond_lowest = 1, 0
        for i in range(1, rows):
            if values[order[i], j] > values[order[i - 1], j]:
                if bins == 1:
                    beyond_lowest = i
                # the next quantile of the rows above the lowest value
                share = (i - beyond_lowest) * (BINS - 1) // max(rows - beyond_lowest, 1)
                if distinct <= BINS or bins == 1 or (share >= bins and bins < BINS):
                    starts[bins] = i
                    bins += 1
        for b in range(bins):
            stop = starts[b + 1] if b + 1 < bins else rows
            low[j, b], high[j, b] = values[order[starts[b]], j], values[order[stop - 1], j]
            for i in range(starts[b], stop):
                codes[j, order[i]] = b
    return codes, low, high


@njit(cache=True, nogil=True)
def _random(state):
    """Return the next 64 random bits: xorshift64*, Vigna (2016), ACM TOMS 42, 30."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return x * np.uint64(2685821657736338717)


@njit(cache=True, nogil=True)
def _below(state, number):
    """Return a random integer from 0 to below a number (of at most 2^31)."""
    return np.int64(((_random(state) >> np.uint64(32)) * np.uint64(number)) >> np.uint64(32))


@njit(cache=True, nogil=True)
def _bootstrap(label, classes, is_balanced, state):
    """Return the rows drawn with replacement, each once, and the weight of every row."""
    rows = len(label)
    weight = np.zeros(rows)
    for _ in range(rows):
        weight[_below(state, rows)] += 1
    chosen = np.flatnonzero(weight)
    if is_balanced:
        drawn = np.zeros(classes)
        for row in chosen:
            drawn[label[row]] += weight[row]
        present = np.count_nonzero(drawn)
        for row in chosen:
            weight[row] *= rows / (present * drawn[label[row]])
    return chosen, weight


@njit(cache=True, nogil=True)
def _tree(
    codes, low, high, label, classes, tried, least_split, least_leaf, is_balanced, seed
):  # fmt: skip
    """Return one tree: of each node feature, threshold, left and right node and class shares; and
    the importance of each feature.
    """
    state = np.array([seed | np.uint64(1)], np.uint64)
    chosen, weight = _bootstrap(label, classes, is_balanced, state)
    features, most = codes.shape[0], 2 * len(chosen) - 1
    feature, threshold = np.full(most, LEAF, np.int16), np.zeros(most)
    left, right = np.full(most, LEAF, np.int32), np.full(most, LEAF, np.int32)
    shares, importance = np.zeros((most, classes)), np.zeros(features)
    first, last = np.zeros(most, np.int64), np.zeros(most, np.int64)
    last[0] = len(chosen)
    summed, occupied = np.zeros((BINS + 1, classes)), np.zeros(BINS, np.int64)
    order, side = np.arange(features), np.empty(len(chosen), np.int64)
    nodes, node = 1, 0
    while node < nodes:
        start, stop = first[node], last[node]
        totals = shares[node]
        for i in range(start, stop):
            totals[label[chosen[i]]] += weight[chosen[i]]
        whole = totals.sum()
        is_open = (
            stop - start >= max(least_split, 2 * least_leaf) and np.count_nonzero(totals > 0) > 1
        )
        best, best_gain, best_bin, best_next = LEAF, 0.0, 0, 0
        untried, visited, constant = features, 0, 0
        # a feature without a choice counts as tried, and at least one with a choice is
        while is_open and untried > 0 and (visited < tried or visited <= constant):
            at = _below(state, untried)
            untried -= 1
            visited += 1
            j = order[at]
            order[at], order[untried] = order[untried], j
            gain, one, other = _best_cut(
                codes[j], label, weight, chosen, start, stop, totals, least_leaf, summed, occupied
            )
            constant += one < 0
            if gain > best_gain:
                best, best_gain, best_bin, best_next = j, gain, one, other
        if best >= 0:
            below, above = start, 0
            for i in range(start, stop):
                row = chosen[i]
                if codes[best, row] <= best_bin:
                    chosen[below] = row
                    below += 1
                else:
                    side[above] = row
                    above += 1
            chosen[below:stop] = side[:above]
            feature[node] = best
            threshold[node] = (high[best, best_bin] + low[best, best_next]) / 2
            importance[best] += best_gain
            left[node], right[node] = nodes, nodes + 1
            first[nodes], last[nodes] = start, below
            first[nodes + 1], last[nodes + 1] = below, stop
            nodes += 2
        for c in range(classes):
            totals[c] /= whole
        node += 1
    total = importance.sum()
    if total > 0:
        importance /= total
    return (
        feature[:nodes].copy(),
        threshold[:nodes].copy(),
        left[:nodes].copy(),
        right[:nodes].copy(),
        shares[:nodes].copy(),
        importance,
    )


@njit(cache=True, nogil=True)
def _best_cut(code, label, weight, chosen, start, stop, totals, least_leaf, summed, occupied):
    """Return how much the best cut of a feature lowers the impurity of a node, times its weight,
    and the occupied bins on both sides; -1 for the first if all rows lie in one bin.

    `summed` (bins, classes) and `occupied` (bins,) hold zeros before and after; the rows of the
    node may change their order.
    """
    rows, classes = stop - start, len(totals)
    is_small = rows <= SMALL
    lowest, highest = np.int64(BINS), np.int64(-1)
    if is_small:
        # few rows are put in order
        for i in range(start, stop):
            row, at = chosen[i], i
            b = code[row]
            while at > start and code[chosen[at - 1]] > b:
                chosen[at] = chosen[at - 1]
                at -= 1
            chosen[at] = row
        lowest, highest = np.int64(code[chosen[start]]), np.int64(code[chosen[stop - 1]])
    else:
        for i in range(start, stop):
            row = chosen[i]
            b = np.int64(code[row])
            summed[b, label[row]] += weight[row]
            occupied[b] += 1
            lowest, highest = min(lowest, b), max(highest, b)
    best, best_bin, best_next = 0.0, np.int64(0), np.int64(0)
    if lowest == highest:
        best_bin = -1
    whole, squares = 0.0, 0.0
    for c in range(classes):
        whole += totals[c]
        squares += totals[c] * totals[c]
    so_far = summed[BINS]  # a row beyond the bins
    below, below_squares, above_squares = 0.0, 0.0, squares
    passed, previous, b = 0, np.int64(-1), lowest
    while b <= highest:
        if previous >= 0 and passed >= least_leaf and rows - passed >= least_leaf:
            gain = below_squares / below + above_squares / (whole - below) - squares / whole
            if gain > best:
                best, best_bin, best_next = gain, previous, b
        previous = b
        if is_small:
            while passed < rows and code[chosen[start + passed]] == b:
                row = chosen[start + passed]
                c, more = label[row], weight[row]
                below_squares += more * (2 * so_far[c] + more)
                above_squares += more * (more - 2 * (totals[c] - so_far[c]))
                so_far[c] += more
                below += more
                passed += 1
            b = np.int64(code[chosen[start + passed]]) if passed < rows else highest + 1
        else:
            for c in range(classes):
                more = summed[b, c]
                if more > 0:
                    below_squares += more * (2 * so_far[c] + more)
                    above_squares += more * (more - 2 * (totals[c] - so_far[c]))
                    so_far[c] += more
                    below += more
                    summed[b, c] = 0.0
            passed += occupied[b]
            occupied[b] = 0
            b += 1
            while b <= highest and occupied[b] == 0:
                b += 1
    for c in range(classes):
        so_far[c] = 0.0
    return best, best_bin, best_next
