"""Tables and settings of small matches, and how their rows are read back."""

import astropy.units as u
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from astropy.coordinates import SkyCoord

from lynceus.release.matching_tables import key_column

CIRCLE = {"kind": "circular", "columns": ["err"]}


def write(path, columns):
    """Write a Parquet table; None is NULL, NaN stays NaN."""
    pq.write_table(pa.table({name: pa.array(values) for name, values in columns.items()}), path)


def entry(folder, name, error=None, **extra):
    """Return the settings of a catalogue, whose table is <folder>/<name>.parquet."""
    return {
        "name": name,
        "table": str(folder / f"{name}.parquet"),
        "id": "id",
        "ra": "ra",
        "dec": "dec",
        "error": error or CIRCLE,
        **extra,
    }


def match_of(name, radius, catalogues, **extra):
    return {
        "name": name,
        "radius_arcsec": radius,
        "formula": "exact",
        "density": "global",
        "fakes": 0,
        "catalogues": catalogues,
        **extra,
    }


def refused(sky, match):
    """Return what the terminal showed of a build that had to stop, on one line."""
    done = sky.match(match, "build")
    assert done.returncode != 0
    return " ".join(done.stdout.split())


def rows_of(sky, match, where="true"):
    """Return the posteriors of a match as columns, NULL as NaN (-1 in ids), in the order of the
    ids.
    """
    ids = [key_column(catalogue) for catalogue in match["catalogues"]]
    order = ", ".join(f"{i} nulls first" for i in ids)
    found = sky.rows(
        f"select * from match.posteriors inner join (select primary_key, {ids[0]} from match.primaries) using (primary_key)"
        f" where {where} order by {order}"
    )
    return {
        name: np.ma.filled(values, -1)
        if name in ids
        else np.ma.filled(values.astype(float), np.nan)
        for name, values in found.items()
    }


def near(rng, ra, dec, n, width):
    """Return ra, dec of n sources within so many arcsec of each place."""
    centre = SkyCoord(np.repeat(ra, n), np.repeat(dec, n), unit="deg")
    place = centre.directional_offset_by(
        rng.uniform(0, 360, len(centre)) * u.deg,
        width * np.sqrt(rng.random(len(centre))) * u.arcsec,
    )
    return place.ra.deg, place.dec.deg
