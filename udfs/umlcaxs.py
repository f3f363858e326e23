"""Classes of X-ray detections inside SQL.

In SQL:

    umlcaxs_classify(model_file, properties)    STRUCT: cluster, responsibility, log_likelihood; cluster_probabilities,
                                                weighted_probabilities, density_probabilities
                                                DOUBLE[]: of the classes in the model's order by
                                                each rule, NULL if no class takes part

`properties` are as measured, in the model's order, without NULL. A NULL `model_file` gives NULL.
"""

from pathlib import Path

import numpy as np
import pyarrow as pa

from lynceus.learning.umlcaxs import RULES, load_classifier
from lynceus.learning.vectors import matrix
from udfs.boosted import one_model

RESULT = pa.struct(
    [
        ("cluster", pa.int32()),
        ("responsibility", pa.float64()),
        ("log_likelihood", pa.float64()),
        *((f"{rule}_probabilities", pa.list_(pa.float64())) for rule in RULES),
    ]
)
SQL_RESULT = (
    "STRUCT(cluster INTEGER, responsibility DOUBLE, log_likelihood DOUBLE, "
    + ", ".join(f"{rule}_probabilities DOUBLE[]" for rule in RULES)
    + ")"
)


def register(connection, folder):
    """Give a DuckDB connection the function, over the models of a folder."""

    def umlcaxs_classify(model_files, vectors):
        if not len(vectors):
            return pa.array([], RESULT)
        classifier = load_classifier(str(Path(folder) / one_model(model_files)))
        found = classifier.classify(matrix(vectors, len(classifier.properties)))
        lists = [_lists(found[f"{rule}_probabilities"]) for rule in RULES]
        return pa.StructArray.from_arrays(
            [
                pa.array(found["cluster"], pa.int32()),
                pa.array(found["responsibility"]),
                pa.array(found["log_likelihood"]),
                *lists,
            ],
            fields=list(RESULT),
        )

    connection.create_function(
        "umlcaxs_classify", umlcaxs_classify, ["VARCHAR", "DOUBLE[]"], SQL_RESULT, type="arrow"
    )


def _lists(values):
    """Return an (n, k) array as an Arrow array of n lists, NaN as NULL."""
    flat = pa.array(values.ravel(), from_pandas=True)
    return pa.ListArray.from_arrays(
        np.arange(len(values) + 1, dtype=np.int32) * values.shape[1], flat
    )
