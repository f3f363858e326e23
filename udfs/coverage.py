"""Coverage maps (MOC) inside SQL.

In SQL:

    moc_area_deg2(coverage)                         DOUBLE: area of a MOC, deg2
    moc_holds_circle(coverage, ra, dec, radius)     BOOLEAN: whether it holds a circle (all deg)

`coverage` is the path of a MOC, the name of one in the models folder, or that of a raw table whose
MOC lies in the data folder.
"""

from functools import lru_cache

import numpy as np
import pyarrow as pa

from lynceus.inputs.coverage import area_deg2, coverage_path, holds_circles, read_moc


@lru_cache(maxsize=4)
def _moc(path, _changed):
    """Return the MOC of a file that changed at that time; a query asks for it once per vector."""
    return read_moc(path)


def register(connection, folder, models):
    """Give a DuckDB connection functions of coverage: moc_area_deg2(coverage) and
    moc_holds_circle(coverage, ra, dec, radius).

    Of a raw table whose MOC is not in the data folder, and of no coverage, both are NULL.
    """

    def moc_of(coverage):
        path = coverage_path(coverage, folder, models)
        if path is None:
            return None
        return _moc(path, path.stat().st_mtime_ns) if path.exists() else read_moc(path)

    def moc_area_deg2(coverage):
        moc = moc_of(coverage)
        return None if moc is None else area_deg2(moc)

    def moc_holds_circle(coverage, ra, dec, radius):
        if not len(ra):
            return pa.array([], pa.bool_())
        name = coverage[0].as_py()
        moc = None if name is None else moc_of(name)
        if moc is None:
            return pa.nulls(len(ra), pa.bool_())
        ra, dec, radius = (column.to_numpy(zero_copy_only=False) for column in (ra, dec, radius))
        held, is_known = np.zeros(len(ra), bool), np.isfinite(ra) & np.isfinite(dec)
        held[is_known] = holds_circles(moc, ra[is_known], dec[is_known], radius[0])
        return pa.array(held, mask=~is_known)

    connection.create_function(
        "moc_area_deg2", moc_area_deg2, ["VARCHAR"], "DOUBLE", null_handling="special"
    )
    connection.create_function(
        "moc_holds_circle",
        moc_holds_circle,
        ["VARCHAR", "DOUBLE", "DOUBLE", "DOUBLE"],
        "BOOLEAN",
        type="arrow",
        null_handling="special",
    )
