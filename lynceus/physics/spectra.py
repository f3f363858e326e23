"""Model spectra of stars, active nuclei and accreting binaries, on one grid of wavelengths, all 1
at 5500 Angstrom.

The spectra of the stellar atlas (Pickles 1998, PASP 110, 863) and the composite quasar (Vanden Berk
et al. 2001, AJ 122, 549) are read where the user's folder has them. Where it does not,
approximations stand in: stars are Planck's law bent to the published colours of their type (Pecaut
& Mamajek 2013, ApJS 208, 9), quasars the published two power laws and emission lines.
"""

import csv
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from astropy.io import fits

from lynceus.physics.filters import load_filter, mean_weights
from lynceus.settings import PROJECT

SEEDS = PROJECT / "seeds"
GRID = np.arange(100.0, 25000.1, 5.0)  # Angstrom
REFERENCE = 5500.0  # Angstrom; where models are 1, and power laws and discs are measured
HC_OVER_K = 1.438776877e8  # Angstrom K
TEMPERATURES = np.concatenate([np.arange(2000.0, 9751, 250), np.arange(10000.0, 50001, 1000)])  # K
SLOPES = np.round(np.arange(-2.5, 1.51, 0.05), 2)
DISC_FRACTIONS = np.arange(6) / 10
# donors: of low-mass X-ray binaries and cataclysmic variables, and of high-mass X-ray binaries
DISC_STARS = ("K5", "B2")
# Vanden Berk et al. (2001): f_nu ~ nu^-0.44 from 1300 to 5000 Angstrom, nu^-2.45 beyond; below Ly
# alpha nu^-1.76, Telfer et al. (2002), ApJ 565, 773
LYMAN_ALPHA, BREAK = 1216.0, 5000.0  # Angstrom
QUASAR_SLOPES = (-1.76, -0.44, -2.45)
# of the colours: the bands of magnitude 0 of Bessell, Castelli & Plez (1998), A&A 333, 231, and
# 2MASS
COLOUR_BANDS = (
    "bessell_U",
    "bessell_B",
    "bessell_V",
    "bessell_R",
    "bessell_I",
    "twomass_J",
    "twomass_H",
    "twomass_Ks",
)
BENDS = 30  # steps of the iteration, which gains a digit in two
COMPOSITE_FILES = ("vanden_berk_2001.fits", "vanden_berk_2001.dat", "vanden_berk_2001.txt")
APPROXIMATION = "built-in approximation"


@dataclass(frozen=True)
class Models:
    """Model spectra: (m,) arrays of family, template (None where the family needs none) and
    parameter (NaN likewise), and f_nu (m, g).
    """

    family: np.ndarray
    template: np.ndarray
    parameter: np.ndarray
    f_nu: np.ndarray

    def rows(self, family, template=None):
        """Return first and last-but-one row of a family, or of those of one template."""
        found = np.flatnonzero(
            (self.family == family) & (True if template is None else self.template == template)
        )
        return int(found[0]), int(found[-1]) + 1


@cache
def all_models(folder=None):
    """Return the Models: atlas, quasar composite, power laws, black bodies, and stars with discs.

    Parameters
    ----------
    folder : path, optional
        Of the atlas and the composite.

    References
    ----------
    Rangelov et al., section 3.1.
    """
    types = [row["spectral_type"] for row in star_rows()]
    stars = read_atlas(folder)
    stars = approximate_stars() if stars is None else stars
    composite = read_composite(folder)
    composite = approximate_quasar() if composite is None else composite
    parts = [
        ("stellar_atlas", types, np.full(len(types), np.nan), stars),
        ("agn_composite", ["quasar"], [np.nan], composite[None]),
        ("power_law", [None] * len(SLOPES), SLOPES, power_law(SLOPES[:, None])),
        ("blackbody", [None] * len(TEMPERATURES), TEMPERATURES, planck(TEMPERATURES[:, None])),
    ]
    for star in DISC_STARS:
        share = DISC_FRACTIONS[:, None]
        # a disc's f_nu is constant: eq. 1
        mixed = (1 - share) * _at_reference(stars[types.index(star)]) + share
        parts.append(("star_disc", [star] * len(share), DISC_FRACTIONS, mixed))
    families, templates, parameters, spectra = zip(*parts)
    return Models(
        family=np.repeat(np.array(families, dtype=object), [len(part) for part in templates]),
        template=np.array(sum(map(list, templates), []), dtype=object),
        parameter=np.concatenate(parameters),
        f_nu=_at_reference(np.concatenate(spectra)),
    )


def planck(temperature, wavelength=GRID):
    """Return f_nu of a black body, in any unit; temperature in K, wavelength in Angstrom."""
    with np.errstate(over="ignore"):
        return wavelength**-3.0 / np.expm1(HC_OVER_K / (wavelength * temperature))


def power_law(alpha, wavelength=GRID):
    """Return f_nu = (5500 Angstrom / wavelength)^alpha: positive slopes are blue. Rangelov et al.,
    section 3.1.
    """
    return (REFERENCE / wavelength) ** alpha


def _at_reference(f_nu):
    """Return spectra over their value at the reference wavelength."""
    return f_nu / f_nu[..., [int((REFERENCE - GRID[0]) // (GRID[1] - GRID[0]))]]


@cache
def star_rows():
    """Return the rows of seed sed_star_templates, from hot to cool."""
    with (SEEDS / "sed_star_templates.csv").open() as file:
        return tuple(csv.DictReader(file))


@cache
def approximate_stars():
    """Return f_nu (types, g) of stars: a black body of the type's temperature, bent until it has
    the type's colours.

    The bend is a factor whose logarithm is linear in that of the wavelength between the bands, and
    constant beyond them: ultraviolet light is that of the temperature, scaled to U. Lines and bands
    of molecules are in it only as far as they move the colours.
    """
    filters = [load_filter(name) for name in COLOUR_BANDS]
    weights = mean_weights(filters, GRID)
    zero_points = np.array([one.zero_point_jy for one in filters])
    place = np.log([one.pivot for one in filters])
    result = []
    for row in star_rows():
        wanted = -0.4 * np.log(10) * _magnitudes_over_v(row)
        known = np.isfinite(wanted)
        black, bend = planck(float(row["teff"])), np.zeros(len(filters))
        for _ in range(BENDS):
            spectrum = black * np.exp(np.interp(np.log(GRID), place[known], bend[known]))
            found = np.log(weights @ spectrum / zero_points)
            bend += wanted - (found - found[COLOUR_BANDS.index("bessell_V")])
        result.append(spectrum)
    return np.stack(result)


def _magnitudes_over_v(row):
    """Return the magnitudes in COLOUR_BANDS less V of a row of the seed, NaN where it has no
    colour.
    """
    u_b, b_v, v_r, v_i, v_k, j_h, h_k = (
        float(row[name] or "nan") for name in ("u_b", "b_v", "v_r", "v_i", "v_k", "j_h", "h_k")
    )
    return np.array([u_b + b_v, b_v, 0, -v_r, -v_i, j_h + h_k - v_k, h_k - v_k, -v_k])


def approximate_quasar():
    """Return f_nu of a quasar: power laws and the strongest lines of Vanden Berk et al. (2001),
    sections 4 and 5, table 2.

    Lines are Gaussians of the published equivalent width (Angstrom) and sigma. Left out are iron
    and the Balmer continuum.
    """
    below, middle, above = QUASAR_SLOPES
    continuum = np.where(GRID < BREAK, (BREAK / GRID) ** middle, (BREAK / GRID) ** above)
    continuum = np.where(
        GRID < LYMAN_ALPHA,
        (BREAK / LYMAN_ALPHA) ** middle * (LYMAN_ALPHA / GRID) ** below,
        continuum,
    )
    lines = np.ones_like(GRID)
    with (SEEDS / "sed_quasar_lines.csv").open() as file:
        for row in csv.DictReader(file):
            centre, width, sigma = (
                float(row[name]) for name in ("wavelength", "equivalent_width", "width_sigma")
            )
            lines += (
                width / (sigma * np.sqrt(2 * np.pi)) * np.exp(-(((GRID - centre) / sigma) ** 2) / 2)
            )
    return continuum * lines


def atlas_files(folder):
    """Return the 27 files of the atlas in a folder, by spectral type; None if it has none of them.

    Raises
    ------
    ValueError
        If it has some of them only.
    """
    found = {}
    for row in star_rows() if folder else ():
        names = (f"pickles_uk_{row['pickles_number']}.fits", f"{row['pickles_name']}.dat")
        path = next(
            (Path(folder) / name for name in names if (Path(folder) / name).is_file()), None
        )
        if path:
            found[row["spectral_type"]] = path
    missing = [row["spectral_type"] for row in star_rows() if row["spectral_type"] not in found]
    if found and missing:
        raise ValueError(
            f"LYNCEUS_SED_TEMPLATES: the folder {folder} has the atlas of Pickles (1998) without {', '.join(missing)} (seed sed_star_templates)"
        )
    return found or None


def read_atlas(folder):
    """Return f_nu (types, g) of the atlas in a folder, None if it has none."""
    found = atlas_files(folder)
    return (
        None
        if found is None
        else np.stack(
            [_on_grid(*_read_spectrum(found[row["spectral_type"]])) for row in star_rows()]
        )
    )


def composite_file(folder):
    """Return the file of the quasar composite in a folder, None if it has none."""
    return (
        next(
            (path for path in (Path(folder) / name for name in COMPOSITE_FILES) if path.is_file()),
            None,
        )
        if folder
        else None
    )


def read_composite(folder):
    """Return f_nu of the quasar composite in a folder, beyond its ends that of
    `approximate_quasar`; None if it has none.
    """
    path = composite_file(folder)
    if path is None:
        return None
    f_nu, beyond = _on_grid(*_read_spectrum(path)), approximate_quasar()
    lit = np.flatnonzero(f_nu > 0)
    for end, outside in ((lit[0], slice(None, lit[0])), (lit[-1], slice(lit[-1] + 1, None))):
        f_nu[outside] = beyond[outside] * f_nu[end] / beyond[end]
    return f_nu


def _read_spectrum(path):
    """Return wavelength (Angstrom) and f_lambda of a file: the first two columns of its text or
    first FITS table.

    Raises
    ------
    ValueError
        If there are not two columns of numbers, or f_lambda is negative.
    """
    if path.suffix == ".fits":
        table = fits.getdata(path, 1)
        wavelength, f_lambda = (np.asarray(table.field(column), float) for column in (0, 1))
    else:
        wavelength, f_lambda = np.genfromtxt(path, usecols=(0, 1), comments="#", unpack=True)
    if np.ndim(wavelength) == 0 or not (
        np.isfinite(wavelength).all() and (np.diff(wavelength) > 0).all() and (f_lambda >= 0).all()
    ):
        raise ValueError(
            f"{path}: no spectrum; needed are growing wavelengths in Angstrom and f_lambda, none negative"
        )
    return wavelength, f_lambda


def _on_grid(wavelength, f_lambda):
    """Return f_nu on the grid, 0 outside the spectrum."""
    return np.interp(GRID, wavelength, f_lambda, left=0, right=0) * GRID**2


def template_origins(folder=None):
    """Return of each atlas spectrum and the composite a dict of `name`, `source`, and `file` and
    `sha256` of what was read, else None.
    """
    composite = composite_file(folder)
    origins = [
        *((name, "Pickles (1998)", path) for name, path in (atlas_files(folder) or {}).items()),
        *([("quasar", "Vanden Berk et al. (2001)", composite)] if composite else []),
    ]
    found = {
        name: {
            "name": name,
            "source": source,
            "file": path.name,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for name, source, path in origins
    }
    names = [*(row["spectral_type"] for row in star_rows()), "quasar"]
    return [
        found.get(name, {"name": name, "source": APPROXIMATION, "file": None, "sha256": None})
        for name in names
    ]
