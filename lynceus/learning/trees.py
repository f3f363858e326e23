"""Boosted trees read from LightGBM's text, and evaluated by a compiled kernel: bit for bit what
LightGBM itself returns.

LightGBM's own prediction holds settings that all threads share, and is a crash when one thread
changes them under another; this one has no state. It is also faster: a block of rows goes down one
tree after the other while the tree is in the cache.
"""

import math
from dataclasses import dataclass

import numpy as np
from numba import njit

BLOCK = 512  # rows
# bits of a node's decision type; the two after them say what counts as missing
IS_CATEGORY, DEFAULT_LEFT = 1, 2
MISSING_ZERO, MISSING_NAN = 1, 2
ZERO = 1e-35  # LightGBM's kZeroThreshold


@dataclass(frozen=True)
class Trees:
    """All trees of a model, node after node; children below zero are leaves, ~child their number in
    the tree.

    n_classes is 1 for a model of two classes, which has one score; tree i of a model of k classes
    belongs to class i modulo k.
    """

    n_features: int
    n_classes: int
    first_node: np.ndarray
    first_leaf: np.ndarray
    feature: np.ndarray
    threshold: np.ndarray
    decision: np.ndarray
    left: np.ndarray
    right: np.ndarray
    leaf_value: np.ndarray
    category_start: np.ndarray
    category_end: np.ndarray
    category_bits: np.ndarray

    def predict(self, values):
        """Return the probability of class 1 for values (n, n_features), NaN for missing: (n,)
        array; of k classes (n, k).

        Raises
        ------
        ValueError
            If the number of features is another.
        """
        if values.shape[1] != self.n_features:
            raise ValueError(f"the model takes {self.n_features} features, not {values.shape[1]}")
        scores = _scores(
            np.ascontiguousarray(values, dtype=np.float64),
            self.n_classes,
            self.first_node,
            self.first_leaf,
            self.feature,
            self.threshold,
            self.decision,
            self.left,
            self.right,
            self.leaf_value,
            self.category_start,
            self.category_end,
            self.category_bits,
        )
        return _logistic(scores[:, 0]) if self.n_classes == 1 else _softmax(scores)


def read_trees(text):
    """Return the trees of the text of a LightGBM model of two or of more classes.

    Raises
    ------
    ValueError
        If the model is neither a binary classifier with a sigmoid of slope 1 nor a softmax over
        classes.
    """
    head, *sections = text.split("\nTree=")
    header = dict(line.split("=", 1) for line in head.splitlines() if "=" in line)
    if header.get("objective") not in (
        "binary sigmoid:1",
        f"multiclass num_class:{header.get('num_class')}",
    ):
        raise ValueError(
            f"the model is '{header.get('objective')}', not 'binary sigmoid:1' or 'multiclass'"
        )
    columns = {
        name: []
        for name in (
            "first_node",
            "first_leaf",
            "feature",
            "threshold",
            "decision",
            "left",
            "right",
            "leaf_value",
            "category_start",
            "category_end",
            "category_bits",
        )
    }
    sizes = np.zeros(3, int)  # nodes, leaves and words of category bits so far
    for section in sections:
        sizes += _append_tree(
            columns, dict(line.split("=", 1) for line in section.splitlines() if "=" in line), sizes
        )
    types = {"threshold": np.float64, "leaf_value": np.float64, "category_bits": np.uint32}
    arrays = {
        name: np.asarray(values, dtype=types.get(name, np.int32))
        for name, values in columns.items()
    }
    return Trees(
        n_features=int(header["max_feature_idx"]) + 1,
        n_classes=int(header["num_tree_per_iteration"]),
        **arrays,
    )


def _append_tree(columns, tree, sizes):
    """Add one tree's nodes and leaves to the columns; return how many nodes, leaves and words of
    bits it has.
    """

    def numbers(name, kind):
        return [kind(word) for word in tree.get(name, "").split()]

    if tree.get("is_linear", "0") != "0":
        raise ValueError("linear trees are not supported")
    columns["first_node"].append(sizes[0])
    columns["first_leaf"].append(sizes[1])
    leaves = numbers("leaf_value", float)
    columns["leaf_value"] += leaves
    if len(leaves) == 1:  # no node: as one that sends everything to its only leaf
        for name, value in (
            ("feature", 0),
            ("threshold", 0.0),
            ("decision", 0),
            ("left", -1),
            ("right", -1),
            ("category_start", 0),
            ("category_end", 0),
        ):
            columns[name].append(value)
        return 1, 1, 0
    thresholds, decisions = numbers("threshold", float), numbers("decision_type", int)
    bounds, bits = numbers("cat_boundaries", int), numbers("cat_threshold", int)
    for threshold, decision in zip(thresholds, decisions, strict=True):
        which = int(threshold) if decision & IS_CATEGORY else None
        columns["category_start"].append(0 if which is None else sizes[2] + bounds[which])
        columns["category_end"].append(0 if which is None else sizes[2] + bounds[which + 1])
    columns["feature"] += numbers("split_feature", int)
    columns["threshold"] += thresholds
    columns["decision"] += decisions
    columns["left"] += numbers("left_child", int)
    columns["right"] += numbers("right_child", int)
    columns["category_bits"] += bits
    return len(thresholds), len(leaves), len(bits)


@njit(cache=True, nogil=True)
def _scores(
    values,
    classes,
    first_node,
    first_leaf,
    feature,
    threshold,
    decision,
    left,
    right,
    leaf_value,
    category_start,
    category_end,
    bits,
):
    """Return the sum of the trees of each class: (n, classes) array."""
    rows = values.shape[0]
    result = np.zeros((rows, classes))
    for start in range(0, rows, BLOCK):
        stop = min(start + BLOCK, rows)
        for tree in range(first_node.shape[0]):
            root, leaves = first_node[tree], first_leaf[tree]
            for row in range(start, stop):
                node = 0
                while node >= 0:
                    at = root + node
                    value, kind = values[row, feature[at]], decision[at]
                    if kind & IS_CATEGORY:
                        goes_left = _has_bit(bits, category_start[at], category_end[at], value)
                    else:
                        missing = (kind >> 2) & 3
                        if math.isnan(value) and missing != MISSING_NAN:
                            value = 0.0
                        if (missing == MISSING_ZERO and -ZERO < value <= ZERO) or (
                            missing == MISSING_NAN and math.isnan(value)
                        ):
                            goes_left = kind & DEFAULT_LEFT != 0
                        else:
                            goes_left = value <= threshold[at]
                    node = left[at] if goes_left else right[at]
                result[row, tree % classes] += leaf_value[leaves + ~node]
    return result


@njit(cache=True, nogil=True)
def _logistic(scores):
    result = np.empty(len(scores))
    for row in range(len(scores)):
        result[row] = 1.0 / (1.0 + math.exp(-scores[row]))
    return result


@njit(cache=True, nogil=True)
def _softmax(scores):
    result = np.empty_like(scores)
    for row in range(scores.shape[0]):
        highest = scores[row].max()
        total = 0.0
        for one in range(scores.shape[1]):
            result[row, one] = math.exp(scores[row, one] - highest)
            total += result[row, one]
        for one in range(scores.shape[1]):
            result[row, one] /= total
    return result


@njit(cache=True, nogil=True)
def _has_bit(bits, start, end, value):
    """Return whether a category is among those that go left; missing and unknown ones are not."""
    if math.isnan(value) or value <= -1 or value >= 32 * (end - start):
        return False
    category = np.int64(value)  # towards zero, as in C
    return (bits[start + category // 32] >> np.uint32(category % 32)) & np.uint32(1) != 0
