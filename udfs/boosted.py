"""Boosted trees inside SQL: a LightGBM model is trained once, kept as text under the hash of its content, and called by name.

In SQL:

    boosted_score(model_file, features)          DOUBLE: the model's probability of class 1
    class_probabilities(model_file, features)    DOUBLE[]: the probability of each class of a model of more than two
    boosted_contributions(model_file, features)  DOUBLE[]: the share of each feature in the log-odds, then the base value

`features` is a list of numbers with NULL for what is missing, in the order the model was trained in; `model_file` is the
name of a file in the models folder. A NULL `model_file` gives NULL.
"""

import threading
from functools import cache
from pathlib import Path

import lightgbm as lgb
import numpy as np
import pyarrow as pa

from udfs.model_files import read_content, save_content
from udfs.trees import read_trees

# the same trees from the same rows, at any number of threads
DETERMINISTIC = {"deterministic": True, "force_row_wise": True, "seed": 1, "verbosity": -1}

# LightGBM's number of threads is one for the whole process, and changing it under a running call crashes: one call at a time
LIGHTGBM = threading.RLock()


def save_model(booster, folder, prefix):
    """Write a model as text, named by its content; return the file's name.

    Parameters
    ----------
    booster : lightgbm.Booster
    folder : path
        Made if absent.
    prefix : str
        Of the file's name, before the first 16 digits of the SHA-256 of its content.
    """
    return save_text(booster.model_to_string(), folder, prefix)


def save_text(text, folder, prefix):
    """Write the text of a model, named by its content; return the file's name."""
    return save_content(text.encode(), folder, prefix, ".txt")


@cache
def read_model(path):
    """Return the text of a model's file.

    Raises
    ------
    ValueError
        If the content is not that which the file's name was made from.
    """
    return read_content(path).decode()


@cache
def load_booster(path):
    """Return the LightGBM model of a file."""
    return lgb.Booster(model_str=read_model(path))


@cache
def load_trees(path):
    """Return the trees of a file for the compiled kernel."""
    return read_trees(read_model(path))


def contributions(booster, values):
    """Return SHAP values (log-odds) of values (n, k), and the base value last: (n, k + 1) array.

    References
    ----------
    Lundberg et al. (2020), Nature Machine Intelligence 2, 56.
    """
    with LIGHTGBM:
        return booster.predict(values, pred_contrib=True)


def register(connection, folder):
    """Give a DuckDB connection the functions, over the models of a folder."""
    def path_of(model_files):
        return str(Path(folder) / one_model(model_files))

    # DuckDB takes the rows with NULL out before the call, and calls for none as well
    def boosted_score(model_files, vectors):
        if not len(vectors):
            return pa.array([], pa.float64())
        trees = load_trees(path_of(model_files))
        return pa.array(trees.predict(matrix(vectors, trees.n_features)))

    def class_probabilities(model_files, vectors):
        if not len(vectors):
            return pa.array([], pa.list_(pa.float64()))
        trees = load_trees(path_of(model_files))
        return lists(trees.predict(matrix(vectors, trees.n_features)))

    def boosted_contributions(model_files, vectors):
        if not len(vectors):
            return pa.array([], pa.list_(pa.float64()))
        booster = load_booster(path_of(model_files))
        return lists(contributions(booster, matrix(vectors, booster.num_feature())))

    connection.create_function("boosted_score", boosted_score, ["VARCHAR", "DOUBLE[]"], "DOUBLE", type="arrow")
    connection.create_function("class_probabilities", class_probabilities, ["VARCHAR", "DOUBLE[]"], "DOUBLE[]", type="arrow")
    connection.create_function("boosted_contributions", boosted_contributions, ["VARCHAR", "DOUBLE[]"], "DOUBLE[]", type="arrow")


def one_model(model_files):
    """Return the one model that a chunk of rows names.

    Raises
    ------
    ValueError
        If there are several.
    """
    names = model_files.unique().to_pylist()
    if len(names) != 1:
        raise ValueError(f"one call is for one model, not {len(names)}: {', '.join(map(str, names))}")
    return names[0]


def lists(values):
    """Return an (n, k) array as an Arrow array of n lists."""
    return pa.ListArray.from_arrays(np.arange(len(values) + 1) * values.shape[1], values.ravel())


def matrix(vectors, width):
    """Return an Arrow array of n lists as an (n, width) array, NULL as NaN.

    Raises
    ------
    ValueError
        If a list is of another length.
    """
    whole = vectors.combine_chunks() if isinstance(vectors, pa.ChunkedArray) else vectors
    lengths = whole.value_lengths().to_numpy(zero_copy_only=False)
    if (lengths != width).any():
        raise ValueError(f"the model takes {width} features, not {lengths[lengths != width][0]}")
    return whole.flatten().to_numpy(zero_copy_only=False).astype(float).reshape(len(whole), width)
