"""Filter curves, and the mean flux density that a spectrum has through them.

Curves are those of astro-sedpy (MIT licence), else files of the SVO Filter Profile Service in a
folder of the user's. The seed sed_filters says of each filter which zero point its magnitudes have,
and what its curve counts: photons, or energy.
"""

import csv
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from xml.parsers.expat import ExpatError

import numpy as np
from astropy.io.votable import parse_single_table

from lynceus.settings import PROJECT

SEED = PROJECT / "seeds" / "sed_filters.csv"
AB_ZERO_POINT_JY = 3631.0
# power of 1/wavelength in the mean of f_nu: a photon counter's signal is the integral of f_nu T /
# lambda, an energy integrator's that of f_nu T / lambda^2; Rangelov et al., eq. 3, has neither
POWER = {"photon": 1, "energy": 2, "published": 0}
FEWEST_POINTS = 3
SUFFIXES = (".dat", ".txt", ".xml", ".vot")
DETECTOR = {"0": "energy", "1": "photon"}  # of SVO's parameter DetectorType


@dataclass(frozen=True)
class Filter:
    """A filter: its name, curve (wavelength in Angstrom, throughput in any unit) and what is known
    of its magnitudes.

    convention: `photon` or `energy`; zero_point_jy: flux density of magnitude 0; vega_to_ab_mag:
    added to Vega magnitudes to have AB ones, 0 where the zero point says it all;
    systematic_error_mag: of predicted magnitudes, added in quadrature.
    """

    name: str
    wavelength: np.ndarray
    throughput: np.ndarray
    convention: str = "photon"
    zero_point_jy: float = AB_ZERO_POINT_JY
    vega_to_ab_mag: float = 0.0
    systematic_error_mag: float = 0.0

    @property
    def pivot(self):
        """The pivot wavelength, Angstrom."""
        power = POWER[self.convention]
        top, bottom = (
            np.trapezoid(self.throughput * self.wavelength**p, self.wavelength)
            for p in (2 - power, -power)
        )
        return float(np.sqrt(top / bottom))


@cache
def known_filters():
    """Return the rows of seed sed_filters by filter."""
    with SEED.open() as file:
        return {row["filter"]: row for row in csv.DictReader(file)}


def load_filter(name, folder=None):
    """Return a Filter by its name in seed sed_filters or astro-sedpy, or its SVO name.

    Parameters
    ----------
    name : str
    folder : path, optional
        Of SVO files: `<name>.dat` or `.xml`, or as SVO names them, HST_ACS_WFC.F814W.dat.

    Raises
    ------
    ValueError
        If there is no such filter, or its curve is unsound.
    """
    row, path, is_shipped = find_curve(name, folder)
    try:
        if is_shipped:
            # all of astro-sedpy's are signal per photon
            wavelength, throughput, convention = *_read_columns(path), "photon"
        else:
            wavelength, throughput, convention = (
                _read_table(path)
                if path.suffix in (".xml", ".vot")
                else (*_read_columns(path), None)
            )
    except (ValueError, TypeError, ExpatError) as fault:
        raise ValueError(
            f"filter {name}: {path.name} cannot be read as a table of wavelength and throughput: {fault}"
        ) from fault
    convention = row.get("convention") or convention
    if convention not in POWER:
        raise ValueError(
            f"filter {name}: its file does not say whether it counts photons or energy; add a row to seed sed_filters, or take SVO's VOTable"
        )
    check_curve(name, wavelength, throughput)
    numbers = {
        column: float(row[column])
        for column in ("zero_point_jy", "vega_to_ab_mag", "systematic_error_mag")
        if row
    }
    return Filter(row.get("filter", name), wavelength, throughput, convention, **numbers)


def find_curve(name, folder=None):
    """Return a filter's row in the seed ({} if it has none), the path of its curve, and whether
    that is astro-sedpy's.

    Raises
    ------
    ValueError
        If there is no such filter.
    """
    row = known_filters().get(name) or next(
        (row for row in known_filters().values() if row["svo_name"] == name), {}
    )
    known, svo_name = row.get("filter", name), row.get("svo_name", name)
    shipped = files("sedpy") / "data" / "filters" / f"{known}.par"
    if "/" not in known and shipped.is_file():
        return row, shipped, True
    stems = dict.fromkeys(
        (known.replace("/", "_"), svo_name.replace("/", "_"), svo_name.replace("/", "."))
    )
    for path in (
        (Path(folder) / (stem + suffix) for stem in stems for suffix in SUFFIXES) if folder else ()
    ):
        if path.is_file():
            return row, path, False
    where = (
        f"nor has the folder {folder} a file {'.dat or '.join(stems)}.dat"
        if folder
        else "and LYNCEUS_FILTERS names no folder of SVO files"
    )
    raise ValueError(f"unknown filter {name}: astro-sedpy has no such curve, {where}")


def filter_origins(names, folder=None):
    """Return of each filter a dict of `name`, `source`, `file` and `sha256` of its curve."""
    found = [(name, *find_curve(name, folder)[1:]) for name in names]
    return [
        {
            "name": name,
            "source": f"astro-sedpy {version('astro-sedpy')}" if is_shipped else "file of the user",
            "file": path.name,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for name, path, is_shipped in found
    ]


def check_curve(name, wavelength, throughput):
    """Say what is wrong with a filter's curve.

    Raises
    ------
    ValueError
        If it has fewer than three points, no light, negative or infinite throughput, or wavelengths
        that do not grow.
    """
    if len(wavelength) < FEWEST_POINTS:
        raise ValueError(
            f"filter {name}: {len(wavelength)} points are no curve, at least {FEWEST_POINTS} are needed"
        )
    if not (np.isfinite(wavelength).all() and np.isfinite(throughput).all()):
        raise ValueError(f"filter {name}: a wavelength or throughput is no number")
    if (np.diff(wavelength) <= 0).any():
        raise ValueError(f"filter {name}: wavelengths must grow from row to row")
    if (throughput < 0).any():
        raise ValueError(
            f"filter {name}: throughput is negative at {wavelength[throughput < 0][0]:g} Angstrom"
        )
    if not (throughput > 0).any():
        raise ValueError(f"filter {name}: throughput is zero everywhere")


def _read_columns(path):
    """Return the first two columns of a text file, in order of wavelength; # begins a comment."""
    with path.open() as file:
        rows = [words[:2] for line in file if (words := line.partition("#")[0].split())]
    table = np.array(rows, float).reshape(len(rows), 2)
    order = np.argsort(table[:, 0], kind="stable")
    return table[order, 0], table[order, 1]


def _read_table(path):
    """Return wavelength, throughput and convention (None if it does not say) of a VOTable of SVO's."""
    table = parse_single_table(path, verify="ignore")
    detector = [
        str(parameter.value) for parameter in table.params if parameter.name == "DetectorType"
    ]
    columns = [
        np.ma.filled(table.array[column].astype(float), np.nan)
        for column in table.array.dtype.names[:2]
    ]
    return *columns, DETECTOR.get(detector[0] if detector else None)


def mean_weights(filters, grid, weighting="convention"):
    """Return the weights with which the mean flux density through each filter is a sum over a
    spectrum.

    Parameters
    ----------
    filters : sequence of Filter
    grid : (g,) array, Angstrom
        Even steps.
    weighting : str
        `convention`: what each filter counts; `published`: no factor of the wavelength, as Rangelov
        et al., eq. 3.

    Returns
    -------
    (len(filters), g) array
        Each row sums to 1: a spectrum of constant f_nu keeps it.

    Raises
    ------
    ValueError
        If a filter passes light beyond the grid, or none at its points.
    """
    weights = np.zeros((len(filters), len(grid)))
    for one, row in zip(filters, weights):
        lit = one.wavelength[one.throughput > 0]
        if lit[0] < grid[0] or lit[-1] > grid[-1]:
            raise ValueError(
                f"filter {one.name}: passes light from {lit[0]:g} to {lit[-1]:g} Angstrom, models go from {grid[0]:g} to {grid[-1]:g}"
            )
        power = POWER[one.convention if weighting == "convention" else weighting]
        row[:] = np.interp(grid, one.wavelength, one.throughput, left=0, right=0) * grid**-power
        if not row.any():
            raise ValueError(
                f"filter {one.name}: its light, {lit[0]:g} to {lit[-1]:g} Angstrom, lies between two points of the models' grid"
            )
        row /= row.sum()
    return weights
