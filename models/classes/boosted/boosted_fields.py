"""The field of the sky of each source that trains the boosted trees, so that whole fields can be
held out.
"""

import pyarrow as pa

from lynceus.learning.folds import sky_fields


def model(dbt, session):
    """Return one row per training source: its field, numbered in the order of the sources' names."""
    sources = (
        dbt.ref("boosted_training")
        .project("csc_name, ra, dec")
        .distinct()
        .order("csc_name")
        .fetchnumpy()
    )
    field = sky_fields(sources["ra"], sources["dec"], float(dbt.config.get("link_deg")))
    return pa.table(
        {
            "csc_name": pa.array(sources["csc_name"], pa.string()),
            "field": pa.array(field, pa.int32()),
        }
    )
