"""The sky that a catalogue covers: from the MOC that lies beside its table, or from its sources."""

import gzip
import zlib
from io import BytesIO
from pathlib import Path

import astropy.units as u
import numpy as np
from astropy.coordinates import SkyCoord
from astropy_healpix import HEALPix
from mocpy import MOC

from lynceus.inputs.checks import RawTableError
from lynceus.inputs.raw_tables import raw_tables
from lynceus.settings import data_folder, home, models_folder

GZIP = b"\x1f\x8b"  # how its files begin
SKY_DEG2 = 4 * np.pi * np.degrees(1) ** 2
COARSEST, FINEST = 5, 14  # HEALPix orders of cells of 1.8 deg and 13 arcsec
PER_CELL = 16  # sources; of so many expected, one cell in 10,000 has less than a quarter by chance


def covered_areas(folder):
    """Return the area of each catalogue with a coverage MOC in the folder.

    Parameters
    ----------
    folder : path
        Folder of the raw tables.

    Returns
    -------
    dict of str to float, deg2

    Raises
    ------
    RawTableError
        If a MOC cannot be read or covers nothing, or a table has two.
    """
    return {table: area_deg2(read_moc(path)) for table, path in coverage_files(folder).items()}


def coverage_files(folder):
    """Return the MOC of each raw table that has one in the folder: `<table>_coverage` with any
    ending, such as .moc.fits, .moc or .fits.gz.

    Raises
    ------
    RawTableError
        If a table has two.
    """
    found = {}
    for path in sorted(Path(folder).glob("*_coverage.*")):
        table = path.name[: path.name.index("_coverage.")]
        if table not in raw_tables() or path.suffix == ".part":
            continue
        if table in found:
            raise RawTableError(
                f"{found[table].name} and {path.name} both say what {table} covers; one has to go"
            )
        found[table] = path
    return found


def coverage_path(coverage, folder, models):
    """Return the path of a MOC; None if it is that of a raw table which has none.

    Parameters
    ----------
    coverage : str
        A raw table, whose MOC lies in the folder; the name of a MOC in the models folder; or a path.
    folder, models : path
    """
    if coverage in raw_tables():
        return coverage_files(folder).get(coverage)
    learnt = Path(models) / coverage
    return learnt if learnt.is_file() else home() / Path(coverage).expanduser()


def check_coverages(match):
    """Read the MOC of each catalogue of a match that names one, before anything is built of it.

    Raises
    ------
    RawTableError
        If it cannot be read or covers nothing.
    """
    for catalogue in match.get("catalogues") or ():
        # what is no catalogue, dbt tells together with all that is wrong
        coverage = catalogue.get("coverage") if isinstance(catalogue, dict) else None
        path = coverage and coverage_path(str(coverage), data_folder(), models_folder())
        if path:
            read_moc(path)


def read_moc(path):
    """Return the MOC of a file: FITS, JSON or ASCII, compressed by gzip or not, whatever its name.

    Raises
    ------
    RawTableError
        If it cannot be read or covers nothing.
    """
    try:
        content = Path(path).read_bytes()
        if content.startswith(GZIP):
            content = gzip.decompress(content)
        if content.startswith(b"SIMPLE"):
            moc = MOC.from_fits(BytesIO(content))
        else:
            kind = "json" if content.lstrip().startswith(b"{") else "ascii"
            moc = MOC.from_string(content.decode("ascii"), format=kind)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        why = str(error).splitlines()[0]
        raise RawTableError(f"{path} cannot be read as a MOC: {why}") from error
    if moc.empty():
        raise RawTableError(
            f"{path} covers no sky; delete it, or write the coverage of the whole table"
        )
    return moc


def area_deg2(moc):
    """Return the area of a MOC, deg2."""
    return float(moc.sky_fraction * SKY_DEG2)


def holds_circles(moc, ra, dec, radius):
    """Return whether a MOC holds circles: their centres, and eight points of each rim.

    Parameters
    ----------
    moc : MOC
    ra, dec : (n,) array, deg
    radius : float, deg

    Returns
    -------
    (n,) bool array
    """
    centres = SkyCoord(ra * u.deg, dec * u.deg)
    inside = moc.contains_skycoords(centres)
    for angle in range(0, 360, 45) if radius else ():
        inside &= moc.contains_skycoords(
            centres.directional_offset_by(angle * u.deg, radius * u.deg)
        )
    return inside


def footprint(batches):
    """Return the sky that sources cover, as far as they tell: cells of PER_CELL to 4 PER_CELL sources,
    finer where there are more, whose neighbours each have at least a quarter as many, and which have
    a quarter of their mean.

    So rims and holes of the covered sky are left out, where a cell is covered in part.

    Parameters
    ----------
    batches : iterable of (ra, dec)
        Positions, each two (n,) arrays, deg.

    Returns
    -------
    MOC
        Empty, if there are too few sources to tell.
    """
    grid = HEALPix(nside=2**FINEST, order="nested")
    cells, counts = np.empty(0, np.int64), np.empty(0, np.int64)
    for ra, dec in batches:
        found = np.concatenate([cells, grid.lonlat_to_healpix(ra * u.deg, dec * u.deg)])
        weights = np.concatenate([counts, np.ones(len(ra), np.int64)])
        cells, place = np.unique(found, return_inverse=True)
        counts = np.bincount(place, weights).astype(np.int64)
    pyramid = {FINEST: (cells, counts)}
    for order in range(FINEST - 1, COARSEST - 1, -1):
        parents, place = np.unique(pyramid[order + 1][0] >> 2, return_inverse=True)
        pyramid[order] = parents, np.bincount(place, pyramid[order + 1][1])
    inner, orders, is_open = [], [], np.ones(len(pyramid[COARSEST][0]), bool)
    for order, (cells, counts) in reversed(pyramid.items()):
        ends = is_open & ((counts < 4 * PER_CELL) | (order == FINEST))
        around = HEALPix(nside=2**order, order="nested").neighbours(cells[ends])
        place = np.minimum(np.searchsorted(cells, around), len(cells) - 1)
        beside = np.where(cells[place] == around, counts[place], 0)
        # of the eight neighbours a few cells of the sky have only seven; a cell that is empty beside
        # them is a hole
        whole = ((4 * beside >= counts[ends]) | (around < 0)).all(axis=0)
        whole &= 4 * counts[ends] >= beside.mean(axis=0)
        inner.append(cells[ends][whole])
        orders.append(np.full(whole.sum(), order, np.uint8))
        if order < FINEST:
            finer = pyramid[order + 1][0]
            is_open = (is_open & ~ends)[np.searchsorted(cells, finer >> 2)]
    return MOC.from_healpix_cells(
        np.concatenate(inner).astype(np.uint64), np.concatenate(orders), FINEST
    )
