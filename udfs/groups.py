"""What belongs together, inside SQL: of lists that hold a whole table, one entry per row.

In SQL:

    connected_groups(nodes, first, second)  BIGINT[]: group of each node (ascending), named by the
    least node in it; first and second are the ends of the links
    sky_fields(ra, dec, link_deg)           INTEGER[]: field of each ICRS position in degrees: those
    nearer than link_deg share one, and so do chains of them; from 0, in their order
    balanced_folds(field, folds)            INTEGER[]: fold of each source, whole fields in one
"""

from functools import wraps

import numpy as np
import pyarrow as pa

from lynceus.learning.components import connected_groups
from lynceus.learning.folds import balanced_folds, sky_fields


def register(connection):
    """Give a DuckDB connection the functions."""
    for function, takes, returns in (
        (connected_groups, ["BIGINT[]", "BIGINT[]", "BIGINT[]"], "BIGINT"),
        (sky_fields, ["DOUBLE[]", "DOUBLE[]", "DOUBLE"], "INTEGER"),
        (balanced_folds, ["INTEGER[]", "INTEGER"], "INTEGER"),
    ):
        connection.create_function(
            function.__name__,
            _of_lists(function, pa.int64() if returns == "BIGINT" else pa.int32()),
            takes,
            f"{returns}[]",
            type="arrow",
        )


def _of_lists(function, kind):
    """Return a function of arrays as one of Arrow columns, whose lists are the arrays."""

    @wraps(function)  # DuckDB counts its arguments
    def called(*columns):
        rows = [
            function(*(np.asarray(one) if isinstance(one, list) else one for one in row))
            for row in zip(*(column.to_pylist() for column in columns), strict=True)
        ]
        return pa.array([row.tolist() for row in rows], pa.list_(kind))

    return called
