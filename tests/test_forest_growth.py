"""Forests grown by the compiled kernel: cuts against brute force, forests against scikit-learn's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.neighbors import NearestNeighbors

from lynceus.learning import forest_growth
from lynceus.learning.forest_growth import BINS, AskedForest, GrownForest, Growth, binned, grown
from lynceus.learning.oversampling import filled_up, nearest


def impurity(label, weight):
    """Return the Gini impurity times the weight of labelled rows."""
    whole = weight.sum()
    return whole - sum(weight[label == one].sum() ** 2 for one in np.unique(label)) / whole


@settings(max_examples=200, deadline=None)
@given(
    st.integers(2, 120).flatmap(
        lambda rows: st.tuples(
            st.lists(st.integers(0, 30), min_size=rows, max_size=rows),
            st.lists(st.integers(0, 3), min_size=rows, max_size=rows),
            st.lists(st.integers(1, 5), min_size=rows, max_size=rows),
        )
    ),
    st.integers(1, 3),
)
def test_the_best_cut_is_that_of_brute_force(rows, least_leaf):
    """Few rows are sorted and many counted: both ways find the cut that lowers the impurity most."""
    code, label, weight = (
        np.array(rows[0], np.uint8),
        np.array(rows[1], np.int32),
        np.array(rows[2]),
    )
    weight = weight.astype(float)
    gains = {}
    for below, above in zip(np.unique(code)[:-1], np.unique(code)[1:]):
        left = code <= below
        if min(left.sum(), (~left).sum()) >= least_leaf:
            gains[below, above] = impurity(label, weight) - sum(
                impurity(label[side], weight[side]) for side in (left, ~left)
            )
    summed, occupied = np.zeros((BINS + 1, 4)), np.zeros(BINS, np.int64)
    gain, below, above = forest_growth._best_cut(
        code,
        np.arange(len(code), dtype=np.int32),
        label,
        weight,
        np.bincount(label, weight, minlength=4),
        least_leaf,
        summed,
        occupied,
        np.empty(forest_growth.SMALL, np.int64),
    )
    assert not summed.any() and not occupied.any()
    assert (below == -1) == (len(np.unique(code)) == 1)
    assert gain == pytest.approx(max([-np.inf, *gains.values()]), abs=1e-9)
    if gains:
        assert gains[below, above] == pytest.approx(gain, abs=1e-9)


@pytest.mark.parametrize("distinct", [3, 255, 256, 4000])
def test_bins_are_in_order_and_as_even_as_ties_allow(distinct):
    rng = np.random.default_rng(distinct)
    values = rng.integers(0, distinct, (5000, 2)).astype(np.float32)
    values[:40, 1] = -100  # stands for missing, in fewer rows than a bin has
    codes, low, high = binned(values)
    for j in range(2):
        column, code = values[:, j], codes[j].astype(int)
        assert (low[j][code] <= column).all() and (column <= high[j][code]).all()
        used = np.unique(code)
        assert used.tolist() == list(range(len(used)))
        assert (high[j][used[:-1]] < low[j][used[1:]]).all()
        number = len(np.unique(column))
        assert len(used) == number if number <= BINS else 240 < len(used) <= BINS
        lowest = column == column.min()
        assert (code[lowest] == 0).all() and (code[~lowest] > 0).all()
    if distinct > 1000:
        assert np.bincount(codes[0])[1:].max() < 3 * 5000 / BINS


def test_fully_grown_trees_know_their_rows_and_thresholds_lie_midway():
    rng = np.random.default_rng(1)
    values = rng.permutation(200)[:, None].astype(np.float32)
    label = rng.integers(0, 3, 200)
    forest, importances = grown(values, label, Growth(trees=30, seed=2))
    # a row is in the bootstrap of two trees of three, and each of these knows it
    assert (forest.predict(values).argmax(axis=1) == label).mean() > 0.95
    thresholds = forest.threshold[forest.feature >= 0]
    assert set(thresholds * 2 % 1) == {0.0}  # midway between whole numbers
    assert set(np.unique(forest.shares[forest.feature < 0])) == {0.0, 1.0}
    np.testing.assert_allclose(importances, 1)


def test_rows_alike_but_for_the_label_share_a_leaf():
    forest, importances = grown(np.zeros((6, 2)), np.array([0, 0, 0, 1, 1, 1]), Growth(trees=200))
    assert len(forest.feature) == 200 and not importances.any()
    np.testing.assert_allclose(forest.predict(np.ones((1, 2))), 0.5, atol=0.1)


def useful_nodes(tree):
    """Return the number of nodes of scikit-learn's tree but those below a node of one class: with
    weights its impurity is 1e-16 by rounding, and it is split.
    """
    tree = tree.tree_
    is_open = (tree.children_left >= 0) & (tree.value[:, 0].max(axis=1) < 1 - 1e-9)
    return 1 + 2 * is_open.sum()


@pytest.mark.parametrize(
    "growth, sklearn",
    [
        (Growth(100), {}),
        (
            Growth(100, least_split=4, least_leaf=2, is_balanced=True),
            {
                "min_samples_split": 4,
                "min_samples_leaf": 2,
                "class_weight": "balanced_subsample",
            },
        ),
    ],
)
def test_forests_are_as_good_and_as_large_as_scikit_learns(growth, sklearn):
    """Over 12 data sets: accuracy, mean square error of the probabilities and importances differ by
    no more than three standard errors of the mean.
    """
    differences, sizes = [], []
    for seed in range(12):
        values, label = make_classification(
            1500,
            12,
            n_informative=6,
            n_classes=4,
            weights=[0.6, 0.25, 0.1, 0.05],
            random_state=seed,
        )
        values = values.astype(np.float32)
        values[np.random.default_rng(seed).random(values.shape) < 0.1] = -100
        seen, asked = slice(0, 900), slice(900, None)
        theirs = RandomForestClassifier(100, random_state=seed, **sklearn)
        theirs.fit(values[seen], label[seen])
        ours, importances = grown(
            values[seen], label[seen], Growth(**{**growth.__dict__, "seed": seed})
        )
        pair = ours.predict(values[asked]), theirs.predict_proba(values[asked])
        truth = np.eye(4)[label[asked]]
        right = [(p.argmax(axis=1) == label[asked]).mean() for p in pair]
        error = [np.square(p - truth).sum(axis=1).mean() for p in pair]
        assert np.abs(importances.mean(axis=0) - theirs.feature_importances_).max() < 0.02
        differences.append([right[0] - right[1], error[0] - error[1]])
        sizes.append(len(ours.feature) / sum(map(useful_nodes, theirs.estimators_)))
    mean, spread = np.mean(differences, axis=0), np.std(differences, axis=0, ddof=1) / np.sqrt(12)
    assert (np.abs(mean) < 3 * spread + 1e-3).all(), (mean, spread)
    assert np.mean(sizes) == pytest.approx(1, abs=0.03)


def test_a_forest_does_not_depend_on_threads_and_another_seed_is_another_forest():
    values, label = make_classification(300, 5, random_state=1)
    one, by_one = grown(values, label, Growth(20, seed=3))
    two, by_two = grown(values, label, Growth(20, seed=3), threads=2)
    for name in ("first", "feature", "threshold", "left", "right", "shares"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
    np.testing.assert_array_equal(by_one, by_two)
    assert len(grown(values, label, Growth(20, seed=4))[0].feature) != len(one.feature)


def test_labels_may_be_any_integers_and_missing_values_are_refused():
    forest = GrownForest(10, 1).fit(np.array([[0.0], [1.0]] * 10), np.array([2, 7] * 10))
    assert forest.classes_.tolist() == [2, 7]
    np.testing.assert_array_equal(forest.predict_proba(np.array([[0.0], [1.0]])), np.eye(2))
    with pytest.raises(ValueError, match="no missing values"):
        grown(np.array([[np.nan]]), np.array([0]), Growth(1))
    with pytest.raises(ValueError, match="needs rows"):
        grown(np.empty((0, 2)), np.empty(0, int), Growth(1))


def test_neighbours_are_scikit_learns_and_new_rows_lie_between_a_row_and_one_of_them():
    rng = np.random.default_rng(5)
    values = np.concatenate([rng.normal(0, 1, (60, 4)), rng.normal(3, 1, (25, 4))])
    label = np.repeat([0, 1], [60, 25])
    of_class = values[label == 1]
    expected = NearestNeighbors(n_neighbors=5).fit(of_class).kneighbors(of_class)[1][:, 1:]
    found = nearest(of_class, np.arange(25), 4)
    np.testing.assert_array_equal(np.sort(found, axis=1), np.sort(expected, axis=1))
    more, more_label = filled_up(values, label, 4, 1)
    np.testing.assert_array_equal(more[:85], values)
    assert np.bincount(more_label).tolist() == [60, 60] and (more_label[85:] == 1).all()
    for row in more[85:]:
        # on the segment from some row to one of its neighbours: the parts add up to the whole
        start, end = of_class[:, None], of_class[expected]
        detour = np.linalg.norm(row - start, axis=2) + np.linalg.norm(end - row, axis=2)
        assert (detour - np.linalg.norm(end - start, axis=2)).min() < 1e-9


def test_a_branch_is_that_of_the_whole_tree():
    """With one feature a tree follows from its bootstrap alone: the same seed, the same vote."""
    rng = np.random.default_rng(5)
    values, label = rng.normal(size=(300, 1)).astype(np.float32), rng.integers(0, 3, 300)
    asked = rng.normal(size=(20, 1)).astype(np.float32)
    seeds = forest_growth._seeds(Growth(7, 3), 20)
    grow = forest_growth._grower(values, label, Growth(7, 3))
    lazy = AskedForest(7, 3).fit(values, label).predict_proba(asked)
    for row, one in enumerate(asked):
        votes = []
        for seed in seeds[row]:
            feature, threshold, left, right, shares, _ = grow(seed)
            node = 0
            while feature[node] >= 0:
                node = left[node] if one[0] <= threshold[node] else right[node]
            votes.append(shares[node])
        np.testing.assert_array_equal(lazy[row], np.mean(votes, axis=0))


def test_branches_say_what_whole_forests_say():
    """Over many trees the votes differ by no more than their own scatter."""
    values, label = make_classification(
        400, 10, n_informative=5, n_classes=3, flip_y=0.2, random_state=2
    )
    asked, trees = values[::20] + 0.1, 3000
    whole = GrownForest(trees, 1).fit(values, label + 4)
    lazy = AskedForest(trees, 2).fit(values, label + 4)
    assert whole.classes_.tolist() == lazy.classes_.tolist() == [4, 5, 6]
    one, other = whole.predict_proba(asked), lazy.predict_proba(asked)
    error = np.sqrt(one * (1 - one) * 2 / trees) + 1e-3
    assert np.abs((one - other) / error).max() < 4
    assert lazy.predict_proba(asked[:0]).shape == (0, 3)
