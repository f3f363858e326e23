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
NO_ROW = np.empty(0, np.float32)  # a tree grows as a whole


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
    tree, seeds = _grower(values, label, growth), _seeds(growth)[0]
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


def _seeds(growth, forests=1):
    """Return the seeds of the trees of one forest after the other: (forests, trees) array."""
    states = np.random.SeedSequence(growth.seed).generate_state(forests * growth.trees, np.uint64)
    return states.reshape(forests, growth.trees)


def _grower(values, label, growth):
    """Return the function that grows a tree from a seed, and for a row (k,) only its branch."""
    codes, low, high = binned(values)
    classes, tried = int(label.max()) + 1, max(1, int(np.sqrt(values.shape[1])))

    def tree(seed, asked=NO_ROW):
        return _tree(
            codes,
            low,
            high,
            label,
            classes,
            tried,
            growth.least_split,
            growth.least_leaf,
            growth.is_balanced,
            seed,
            asked,
        )

    return tree


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


class AskedForest:
    """A random forest of which only the branches grow that a row asked about goes down: a third of
    the time of whole trees where one row is asked.

    It has the methods of scikit-learn's. Each row has trees of its own, of the same kind as those
    of GrownForest (lazy trees: Friedman, Kohavi & Yun 1996, AAAI-96, 717).
    """

    def __init__(self, trees, seed):
        self.growth = Growth(trees, seed)

    def fit(self, values, label):
        """Keep values (n, k), without NaN, and labels (n,)."""
        self.classes_, number = np.unique(label, return_inverse=True)
        self.grow = _grower(np.ascontiguousarray(values, dtype=np.float32), number, self.growth)
        return self

    def predict_proba(self, values):
        """Return the probabilities of `classes_` for values (n, k): (n, classes) array."""
        rows = np.ascontiguousarray(values, dtype=np.float32)
        seeds = _seeds(self.growth, len(rows))
        return np.array(
            [
                np.mean([self.grow(seed, row)[4][-1] for seed in of_row], axis=0)
                for of_row, row in zip(seeds, rows)
            ]
        ).reshape(-1, len(self.classes_))


def binned(values):
    """Return the bin of every value, (k, n) uint8, and the lowest and highest value in each bin,
    (k, BINS).

    Bins are values where there are no more than BINS, else quantiles; the lowest value, which may
    stand for missing ones, has a bin of its own.

    Parameters
    ----------
    values : (n, k) float32 array
    """
    columns = np.ascontiguousarray(values.T)
    return _binned(columns, np.sort(columns, axis=1))


@njit(cache=True, nogil=True, error_model="numpy")
def _binned(columns, ordered):
    features, rows = columns.shape
    codes = np.zeros((features, rows), np.uint8)
    low, high = np.zeros((features, BINS)), np.zeros((features, BINS))
    edges = np.empty(256, np.float32)
    for j in range(features):
        distinct = 1
        for i in range(1, rows):
            distinct += ordered[j, i] > ordered[j, i - 1]
        bins, above_lowest = 1, rows
        low[j, 0], high[j, 0] = ordered[j, 0], ordered[j, rows - 1]
        for i in range(1, rows):
            if ordered[j, i] > ordered[j, i - 1]:
                if bins == 1:
                    above_lowest = i
                # the next quantile of the rows above the lowest value
                reached = (i - above_lowest) * (BINS - 1) // (rows - above_lowest)
                if distinct <= BINS or bins == 1 or (reached >= bins and bins < BINS):
                    high[j, bins - 1] = ordered[j, i - 1]
                    low[j, bins], high[j, bins] = ordered[j, i], ordered[j, rows - 1]
                    edges[bins - 1] = ordered[j, i]
                    bins += 1
        edges[bins - 1 :] = np.inf
        for i in range(rows):
            code = 0
            for step in (128, 64, 32, 16, 8, 4, 2, 1):
                code += step * (columns[j, i] >= edges[code + step - 1])
            codes[j, i] = code
    return codes, low, high


@njit(cache=True, nogil=True, error_model="numpy")
def _random(state):
    """Return the next 64 random bits: xorshift64*, Vigna (2016), ACM TOMS 42, 30."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return x * np.uint64(2685821657736338717)


@njit(cache=True, nogil=True, error_model="numpy")
def _below(state, number):
    """Return a random integer from 0 to below a number (of at most 2^31)."""
    return np.int64(((_random(state) >> np.uint64(32)) * np.uint64(number)) >> np.uint64(32))


@njit(cache=True, nogil=True, error_model="numpy")
def _bootstrap(label, classes, is_balanced, state):
    """Return the rows drawn with replacement, each once, their labels and their weights."""
    rows = len(label)
    drawn = np.zeros(rows)
    for _ in range(rows):
        drawn[_below(state, rows)] += 1
    chosen = np.flatnonzero(drawn).astype(np.int32)
    labels, weight = np.empty(len(chosen), np.int32), np.empty(len(chosen))
    of_class = np.zeros(classes)
    for i, row in enumerate(chosen):
        labels[i], weight[i] = label[row], drawn[row]
        of_class[label[row]] += drawn[row]
    if is_balanced:
        present = np.count_nonzero(of_class)
        for i in range(len(chosen)):
            weight[i] *= rows / (present * of_class[labels[i]])
    return chosen, labels, weight


@njit(cache=True, nogil=True, error_model="numpy")
def _tree(
    codes, low, high, label, classes, tried, least_split, least_leaf, is_balanced, seed, asked
):  # fmt: skip
    """Return one tree: of each node feature, threshold, left and right node and class shares; and
    the importance of each feature.

    With `asked`, the values (k,) of a row, there are the nodes it goes through, the leaf last, and
    none has a left or right one.
    """
    state = np.array([seed | np.uint64(1)], np.uint64)
    # the rows of a node lie side by side, their labels and weights with them
    chosen, labels, weight = _bootstrap(label, classes, is_balanced, state)
    moved, moved_labels, moved_weight = chosen.copy(), labels.copy(), weight.copy()
    features, most = codes.shape[0], 2 * len(chosen) - 1
    feature, threshold = np.full(most, LEAF, np.int16), np.zeros(most)
    left, right = np.full(most, LEAF, np.int32), np.full(most, LEAF, np.int32)
    shares, importance = np.zeros((most, classes)), np.zeros(features)
    first, last = np.zeros(most, np.int64), np.zeros(most, np.int64)
    last[0] = len(chosen)
    summed, occupied = np.zeros((BINS + 1, classes)), np.zeros(BINS, np.int64)
    order, places = np.arange(features), np.empty(SMALL, np.int64)
    nodes, node = 1, 0
    while node < nodes:
        start, stop = first[node], last[node]
        totals = shares[node]
        for i in range(start, stop):
            totals[labels[i]] += weight[i]
        whole, present = 0.0, 0
        for c in range(classes):
            whole += totals[c]
            present += totals[c] > 0
        is_open = present > 1 and stop - start >= max(least_split, 2 * least_leaf)
        best, best_gain, best_bin, best_next = LEAF, -np.inf, 0, 0
        untried, visited, constant = features, 0, 0
        # a feature without a choice counts as tried, and at least one with a choice is
        while is_open and untried > 0 and (visited < tried or visited <= constant):
            at = _below(state, untried)
            untried -= 1
            visited += 1
            j = order[at]
            order[at], order[untried] = order[untried], j
            gain, one, other = _best_cut(
                codes[j],
                chosen[start:stop],
                labels[start:stop],
                weight[start:stop],
                totals,
                least_leaf,
                summed,
                occupied,
                places,
            )
            constant += one < 0
            if gain > best_gain:
                best, best_gain, best_bin, best_next = j, gain, one, other
        if best >= 0:
            below, above = start, 0
            code = codes[best]
            for i in range(start, stop):
                if code[chosen[i]] <= best_bin:
                    chosen[below], labels[below], weight[below] = chosen[i], labels[i], weight[i]
                    below += 1
                else:
                    moved[above], moved_labels[above] = chosen[i], labels[i]
                    moved_weight[above] = weight[i]
                    above += 1
            chosen[below:stop] = moved[:above]
            labels[below:stop] = moved_labels[:above]
            weight[below:stop] = moved_weight[:above]
            feature[node] = best
            threshold[node] = (high[best, best_bin] + low[best, best_next]) / 2
            importance[best] += max(best_gain, 0.0)
            if len(asked) > 0:
                goes_left = asked[best] <= threshold[node]
                first[nodes], last[nodes] = (start, below) if goes_left else (below, stop)
                nodes += 1
            else:
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


@njit(cache=True, nogil=True, error_model="numpy")
def _best_cut(code, rows, labels, weight, totals, least_leaf, summed, occupied, order):
    """Return how much the best cut of a feature lowers the impurity of a node, times its weight,
    and the occupied bins on both sides; minus infinity if no cut is allowed, and -1 for the first
    bin if all rows lie in one.

    `code` (all rows,); rows, labels, weight: those of the node. `summed` (bins + 1, classes) and
    `occupied` (bins,) hold zeros before and after; `order` has room for SMALL numbers.
    """
    number, classes = len(rows), len(totals)
    is_small = number <= SMALL
    lowest, highest = np.int64(BINS), np.int64(-1)
    if is_small:
        # few rows are put in order
        for i in range(number):
            at, b = i, code[rows[i]]
            while at > 0 and code[rows[order[at - 1]]] > b:
                order[at] = order[at - 1]
                at -= 1
            order[at] = i
        lowest, highest = np.int64(code[rows[order[0]]]), np.int64(code[rows[order[number - 1]]])
    else:
        for i in range(number):
            b = np.int64(code[rows[i]])
            summed[b, labels[i]] += weight[i]
            occupied[b] += 1
            lowest, highest = min(lowest, b), max(highest, b)
    best, best_bin, best_next = -np.inf, np.int64(0), np.int64(0)
    if lowest == highest:
        best_bin = -1
    whole, squares = 0.0, 0.0
    for c in range(classes):
        whole += totals[c]
        squares += totals[c] * totals[c]
    so_far = summed[BINS]  # the row beyond the bins
    below, below_squares, above_squares = 0.0, 0.0, squares
    passed, previous, b = 0, np.int64(-1), lowest
    while b <= highest:
        if previous >= 0 and passed >= least_leaf and number - passed >= least_leaf:
            gain = below_squares / below + above_squares / (whole - below) - squares / whole
            if gain > best:
                best, best_bin, best_next = gain, previous, b
        previous = b
        if is_small:
            while passed < number and code[rows[order[passed]]] == b:
                c, more = labels[order[passed]], weight[order[passed]]
                below_squares += more * (2 * so_far[c] + more)
                above_squares += more * (more - 2 * (totals[c] - so_far[c]))
                so_far[c] += more
                below += more
                passed += 1
            b = np.int64(code[rows[order[passed]]]) if passed < number else highest + 1
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
