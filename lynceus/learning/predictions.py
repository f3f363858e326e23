"""Predictions for sources of known class by models that have not seen them, in the columns that all
classifiers have (room <name>_predictions).
"""

import numpy as np
import pyarrow as pa

COLUMNS = pa.schema(
    [
        ("variant", pa.string()),
        ("is_released", pa.bool_()),
        ("scheme", pa.string()),
        ("class_set", pa.string()),
        ("csc_name", pa.string()),
        ("repeat", pa.int32()),
        ("fold", pa.int32()),
        ("field", pa.int32()),
        ("true_class", pa.string()),
        ("class", pa.string()),
        ("confidence", pa.float64()),
        ("classes", pa.list_(pa.string())),
        ("probabilities", pa.list_(pa.float64())),
    ]
)


def prediction_rows(sources, said, probabilities, present, classes, confidence=None, **shared):
    """Return a table of COLUMNS, one row per source.

    Parameters
    ----------
    sources : dict of (n,) arrays
        csc_name, true_class, fold and field.
    said : (n,) array of str
        The predicted classes.
    probabilities : (n, k) array
        Of the k classes that trained.
    present, classes : sequences of str
        The classes that trained, and all of the scheme: of one that did not train the probability
        is NULL.
    confidence : (n,) array, optional
        NaN where there is none.
    shared : variant, is_released and scheme of all rows
    """
    number = len(said)
    whole = np.full((number, len(classes)), np.nan)
    whole[:, [list(classes).index(one) for one in present]] = probabilities
    columns = sources | {
        "class_set": ["own"] * number,
        "repeat": [1] * number,
        "class": said,
        "confidence": np.full(number, np.nan) if confidence is None else confidence,
        "classes": [list(classes)] * number,
        "probabilities": [
            [None if np.isnan(one) else one for one in row] for row in whole.tolist()
        ],
    }
    columns |= {name: [value] * number for name, value in shared.items()}
    return pa.table(
        [pa.array(columns[one.name], one.type, from_pandas=True) for one in COLUMNS],
        schema=COLUMNS,
    )
