"""Random forests inside SQL.

In SQL:

    forest_probabilities(model_file, features)    DOUBLE[]: the probability of each class, in the order of the model's classes

`features` is a list of numbers with NULL for what is missing; `model_file` is the name of a file in
the models folder: a forest (.npz), or LightGBM's text. A NULL `model_file` gives NULL.
"""

from pathlib import Path

import pyarrow as pa

from lynceus.learning.forests import Forest, load_forest
from lynceus.learning.lightgbm_files import load_trees
from lynceus.learning.vectors import lists, matrix
from udfs.boosted import one_model


def register(connection, folder):
    """Give a DuckDB connection the function, over the models of a folder."""

    def forest_probabilities(model_files, vectors):
        if not len(vectors):
            return pa.array([], pa.list_(pa.float64()))
        path = str(Path(folder) / one_model(model_files))
        model = load_forest(path) if path.endswith(".npz") else load_trees(path)
        width = len(model.fill) if isinstance(model, Forest) else model.n_features
        return lists(model.predict(matrix(vectors, width)))

    connection.create_function(
        "forest_probabilities",
        forest_probabilities,
        ["VARCHAR", "DOUBLE[]"],
        "DOUBLE[]",
        type="arrow",
    )
