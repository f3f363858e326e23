"""Random forests kept as arrays under the hash of their content, and evaluated by a compiled
kernel.

A forest brings the values that stand for missing ones, and nothing that could run.
"""

import io
from dataclasses import asdict, dataclass
from functools import cache

import numpy as np
from numba import njit

from lynceus.learning.model_files import read_content, save_content

BLOCK = 512  # rows that go down one tree after the other, while it is in the cache
LEAF = -1


@dataclass(frozen=True)
class Forest:
    """All trees of a forest, node after node.

    fill (k,): what stands for a missing value of each feature; first (t,): the root of each tree;
    feature (n,): LEAF at a leaf; threshold (n,): values up to it go left; left, right (n,): nodes
    of the whole forest; shares (n, c): of each class in a node.
    """

    fill: np.ndarray
    first: np.ndarray
    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    shares: np.ndarray

    def predict(self, values):
        """Return class probabilities (n, c) of values (n, k), NaN for missing: the mean over the
        trees, as scikit-learn's to the last bit.

        Raises
        ------
        ValueError
            If the number of features is another.
        """
        if values.shape[1] != len(self.fill):
            raise ValueError(f"the model takes {len(self.fill)} features, not {values.shape[1]}")
        # scikit-learn compares single precision with double
        filled = np.where(np.isnan(values), self.fill, values).astype(np.float32)
        return _mean_shares(
            np.ascontiguousarray(filled),
            self.first,
            self.feature,
            self.threshold,
            self.left,
            self.right,
            self.shares,
        )


def flattened(forest, fill):
    """Return a fitted scikit-learn random forest as a Forest."""
    trees = [tree.tree_ for tree in forest.estimators_]
    first = np.concatenate([[0], np.cumsum([tree.node_count for tree in trees])[:-1]]).astype(
        np.int32
    )
    is_leaf = np.concatenate([tree.children_left for tree in trees]) < 0
    shift = np.repeat(first, [tree.node_count for tree in trees])
    return Forest(
        fill=np.asarray(fill, float),
        first=first,
        feature=np.where(is_leaf, LEAF, np.concatenate([tree.feature for tree in trees])).astype(
            np.int16
        ),
        threshold=np.concatenate([tree.threshold for tree in trees]),
        left=np.where(
            is_leaf, LEAF, np.concatenate([tree.children_left for tree in trees]) + shift
        ).astype(np.int32),
        right=np.where(
            is_leaf, LEAF, np.concatenate([tree.children_right for tree in trees]) + shift
        ).astype(np.int32),
        shares=np.concatenate([tree.value[:, 0, :] for tree in trees]),
    )


@njit(cache=True, nogil=True)
def _mean_shares(values, first, feature, threshold, left, right, shares):
    rows, classes = values.shape[0], shares.shape[1]
    result = np.zeros((rows, classes))
    for start in range(0, rows, BLOCK):
        for tree in range(len(first)):
            for row in range(start, min(start + BLOCK, rows)):
                node = first[tree]
                while feature[node] >= 0:
                    node = (
                        left[node] if values[row, feature[node]] <= threshold[node] else right[node]
                    )
                for one in range(classes):
                    result[row, one] += shares[node, one]
    return result / len(first)


def save_forest(forest, folder, prefix):
    """Write a Forest, named by its content; return the file's name: the same forest has the same
    bytes.
    """
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **asdict(forest))
    return save_content(buffer.getvalue(), folder, prefix, ".npz")


@cache
def load_forest(path):
    """Return the Forest of a file.

    Raises
    ------
    ValueError
        If the content is not that which the file's name was made from.
    """
    with np.load(io.BytesIO(read_content(path)), allow_pickle=False) as arrays:
        return Forest(**arrays)
