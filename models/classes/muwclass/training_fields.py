"""The fields of the sky that the training sources lie in, and folds that hold fields whole."""

import pyarrow as pa

from lynceus.learning.folds import balanced_folds, sky_fields


def model(dbt, session):
    """Return one row per training source: its field, and the fold of the field."""
    link_deg, folds = float(dbt.config.get("link_deg")), int(dbt.config.get("folds"))
    sources = (
        dbt.ref("muwclass_training").select("csc_name, ra, dec").order("csc_name").fetchnumpy()
    )
    field = sky_fields(sources["ra"], sources["dec"], link_deg)
    return pa.table(
        {
            "csc_name": pa.array(sources["csc_name"], pa.string()),
            "field": pa.array(field, pa.int32()),
            "field_fold": pa.array(balanced_folds(field, folds) if folds else field, pa.int32()),
        }
    )
