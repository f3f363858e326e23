"""Cones on the sky: reading and checking them, the cut to them, and the area they cover."""

import hashlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
from astropy import units as u
from astropy.coordinates import Latitude, Longitude
from mocpy import MOC

from lynceus.inputs.archives.services import ArchiveError

COLUMNS = ("ra", "dec", "radius_deg")
LARGEST_RADIUS_DEG = 90
# A MOC's cells cover more than the cone by 1.3 cell sizes / radius; cells of radius / 140 keep that
# below 1 %.
CELLS_PER_RADIUS = 140
CELL_SIZE_DEG = np.degrees(np.sqrt(np.pi / 3))  # of the 12 cells of order 0; halved by every order
DEEPEST_ORDER = 29


def checked(cones, where):
    """Return the cones without repetitions, sorted, so that the same set always asks the same
    queries.

    Parameters
    ----------
    cones : (n, 3) array_like
        ra, dec (ICRS deg) and radius (deg).
    where : str
        What to call their source in a message.

    Raises
    ------
    ArchiveError
        If there are none, or ra, dec or radius are missing or out of range.
    """
    cones = np.asarray(cones, dtype=float).reshape(-1, 3)
    if not len(cones):
        raise ArchiveError(f"{where}: there are no cones")
    ra, dec, radius = cones.T
    for name, wrong, allowed in (
        ("ra", ~((ra >= 0) & (ra <= 360)), "0 to 360"),
        ("dec", ~((dec >= -90) & (dec <= 90)), "-90 to 90"),
        (
            "radius",
            ~((radius > 0) & (radius <= LARGEST_RADIUS_DEG)),
            f"above 0, to {LARGEST_RADIUS_DEG}",
        ),
    ):
        if wrong.any():
            first = cones[wrong][0][("ra", "dec", "radius").index(name)]
            how_many = f"{wrong.sum()} of {len(cones)} cones"
            raise ArchiveError(f"{where}: {name} must be {allowed} deg, not {first:g} ({how_many})")
    return np.unique(cones, axis=0)


def read_cones(path):
    """Return the cones of a CSV or Parquet file with columns ra, dec, radius_deg (deg).

    Raises
    ------
    ArchiveError
        If the file cannot be read, lacks a column or holds an impossible cone.
    """
    table = _read(path)
    missing = [name for name in COLUMNS if name not in table.column_names]
    if missing:
        raise ArchiveError(
            f"{path}: no column {', '.join(missing)}; cones need {', '.join(COLUMNS)} (deg)"
        )
    return checked(_matrix(table, COLUMNS, path), str(path))


def cones_around_xray(folder, radius_arcsec):
    """Return one cone around each X-ray source downloaded into the folder.

    Raises
    ------
    ArchiveError
        If there is no csc_master table, it is empty, or the radius (arcsec) is not positive.
    """
    path = Path(folder) / "csc_master.parquet"
    if not path.exists():
        raise ArchiveError(
            f"there is no {path}: download csc_master first, then the tables around its sources"
        )
    positions = _matrix(_read(path), ("ra", "dec"), path)
    radii = np.full((len(positions), 1), radius_arcsec / 3600)
    return checked(np.hstack([positions, radii]), f"cones around {path.name}")


def cones_hash(cones):
    """Return the sha256 of the cones, to tell two downloads' cones apart."""
    return hashlib.sha256(np.ascontiguousarray(cones, dtype="<f8").tobytes()).hexdigest()


def inside(ra, dec, cones):
    """Tell which positions lie in any of the cones, borders included.

    Parameters
    ----------
    ra, dec : (n,) array, ICRS deg
    cones : sequence of (ra, dec, radius), deg

    Returns
    -------
    (n,) array of bool
    """
    ra, dec = np.radians(ra), np.radians(dec)
    found = np.zeros(len(ra), dtype=bool)
    for cone_ra, cone_dec, radius in np.radians(cones):
        # haversine: exact below an arcsecond, where acos loses its digits
        half = (
            np.sin((dec - cone_dec) / 2) ** 2
            + np.cos(dec) * np.cos(cone_dec) * np.sin((ra - cone_ra) / 2) ** 2
        )
        found |= half <= np.sin(radius / 2) ** 2
    return found


def write_coverage(cones, path):
    """Write the MOC of the cones as FITS; its area is at most 1 % above theirs."""
    ra, dec, radius = np.transpose(cones)
    order = int(np.ceil(np.log2(CELL_SIZE_DEG * CELLS_PER_RADIUS / radius.min())))
    moc = MOC.from_cones(
        Longitude(ra, u.deg),
        Latitude(dec, u.deg),
        radius=radius * u.deg,
        max_depth=min(max(order, 0), DEEPEST_ORDER),
        union_strategy="small_cones",
    )
    partial = Path(f"{path}.part")
    moc.save(partial, format="fits", overwrite=True)
    partial.rename(path)


def _read(path):
    try:
        return (
            pq.read_table(path) if Path(path).suffix == ".parquet" else pyarrow.csv.read_csv(path)
        )
    except (OSError, pa.ArrowException) as error:
        raise ArchiveError(f"{path}: cannot be read: {error}") from error


def _matrix(table, names, path):
    try:
        columns = [pc.cast(table[name], pa.float64()).to_numpy() for name in names]
    except pa.ArrowException as error:
        raise ArchiveError(f"{path}: {', '.join(names)} must be numbers: {error}") from error
    return np.column_stack(columns)
