"""Boosted trees inside SQL: a LightGBM model is trained once, kept as text under the hash of its
content, and called by name.

In SQL:

    boosted_score(model_file, features)          DOUBLE: the model's probability of class 1
    class_probabilities(model_file, features)    DOUBLE[]: the probability of each class of a model of more than two
    boosted_contributions(model_file, features)  DOUBLE[]: the share of each feature in the log-odds, then the base value

`features` is a list of numbers with NULL for what is missing, in the order the model was trained
in; `model_file` is the name of a file in the models folder. A NULL `model_file` gives NULL.
"""

from pathlib import Path

import pyarrow as pa

from lynceus.learning.lightgbm_files import contributions, load_booster, load_trees
from lynceus.learning.vectors import lists, matrix


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

    connection.create_function(
        "boosted_score", boosted_score, ["VARCHAR", "DOUBLE[]"], "DOUBLE", type="arrow"
    )
    connection.create_function(
        "class_probabilities",
        class_probabilities,
        ["VARCHAR", "DOUBLE[]"],
        "DOUBLE[]",
        type="arrow",
    )
    connection.create_function(
        "boosted_contributions",
        boosted_contributions,
        ["VARCHAR", "DOUBLE[]"],
        "DOUBLE[]",
        type="arrow",
    )


def one_model(model_files):
    """Return the one model that a chunk of rows names.

    Raises
    ------
    ValueError
        If there are several.
    """
    names = model_files.unique().to_pylist()
    if len(names) != 1:
        raise ValueError(
            f"one call is for one model, not {len(names)}: {', '.join(map(str, names))}"
        )
    return names[0]
