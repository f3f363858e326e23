"""What Gaia says of the objects in the sky: who is seen, how well, and what stays blank.

The docstring of `sky` explains the columns of the objects.
"""

import numpy as np
from astropy import units as u
from astropy_healpix import HEALPix
from scipy.spatial import cKDTree

from lynceus.inputs.simulated import seds
from lynceus.inputs.simulated.blends import merged
from lynceus.inputs.simulated.geometry import ARCSEC, shifted, unit_vectors
from lynceus.inputs.simulated.tables import taken

EPOCH = 2016.0
CELLS = HEALPix(nside=2**12, order="nested")
LIMIT = 20.95  # G at which half of the sources are found
RESOLUTION = 0.5  # arcsec

# Standard errors in DR3 by G, median over the sky: Gaia Collaboration, Vallenari et al. (2023), A&A
# 674, A1, table 4, Lindegren et al. (2021), A&A 649, A2. Positions and proper motions have nearly
# the same numbers, in mas and mas/yr.
G_GRID = np.array([3.0, 9.0, 12.0, 13.0, 15.0, 17.0, 18.0, 19.0, 20.0, 20.5, 21.0, 22.0])
PARALLAX_ERROR = np.array(
    [0.03, 0.02, 0.016, 0.013, 0.024, 0.07, 0.12, 0.22, 0.50, 0.80, 1.30, 2.6]
)
# zero point (Vega mag of 1 electron/s: Riello et al. 2021, A&A 649, A3), effective seconds
PHOTOMETRY = {"g": (25.6874, 900.0), "bp": (25.3385, 20.0), "rp": (24.7479, 20.0)}


def gaia_columns(rng, objects, preset):
    """Return the rows of `gaia_source` and the owner of each: the objects Gaia sees.

    Parameters
    ----------
    rng : numpy Generator
    objects : dict of arrays
    preset : presets.Preset

    Returns
    -------
    columns : dict of (n,) arrays
    owner : (n,) array of int
        X-ray source that the row is the counterpart of, -1 for none.
    """
    seen = merged(objects, EPOCH, RESOLUTION, seds.G)
    # of a galaxy Gaia's window holds the core
    outside_window = np.where(seen["is_extended"][:, None], preset.outside_window, 0.0)
    seen["magnitudes"] = seen["magnitudes"] + outside_window
    g = seen["magnitudes"][:, seds.G]
    seen = taken(seen, rng.random(len(g)) < 1 / (1 + np.exp((g - LIMIT) / 0.12)))
    errors = _errors(rng, seen)
    columns = _astrometry(rng, seen, errors) | _photometry(rng, seen, preset)
    columns |= (
        _spectroscopy(rng, seen) | _classes(rng, seen, columns) | _parameters(rng, seen, columns)
    )
    is_variable = rng.random(len(errors)) < seen["variable_share"]
    columns["phot_variable_flag"] = np.where(is_variable, "VARIABLE", "NOT_AVAILABLE")
    columns["source_id"] = _ids(rng, columns["ra"], columns["dec"])
    order = np.argsort(columns["source_id"])
    return taken(columns, order), seen["owner"][order]


def with_surroundings(seen, radius):
    """Return the magnitudes of the objects, BP and RP with the light of the nebula about them and of
    all within the radius (arcsec): prisms spread it over a window in which the nearest cannot be
    parted.
    """
    tree = cKDTree(unit_vectors(seen["ra"], seen["dec"]))
    one, other = tree.query_pairs(radius / ARCSEC, output_type="ndarray").T
    magnitudes = seen["magnitudes"].copy()
    for band in (seds.BP, seds.RP):
        light = 10 ** (-0.4 * magnitudes[:, band])
        number = len(light)
        total = (
            light
            + seen["nebula"]
            + np.bincount(one, light[other], number)
            + np.bincount(other, light[one], number)
        )
        magnitudes[:, band] = -2.5 * np.log10(total)
    return magnitudes


def _errors(rng, seen):
    """Return the parallax error of every object, mas; other astrometric errors are proportional to
    it.
    """
    g = seen["magnitudes"][:, seds.G]
    median = np.exp(np.interp(g, G_GRID, np.log(PARALLAX_ERROR)))
    return median * rng.lognormal(0, 0.18, len(g)) * np.where(seen["is_blend"], 1.8, 1.0)


def _astrometry(rng, seen, parallax_error):
    """Return position, parallax and proper motion; faint, extended and blended objects have only a
    position.
    """
    number = len(parallax_error)
    g = seen["magnitudes"][:, seds.G]
    two_parameters = (
        rng.random(number) < 0.02 + 0.9 / (1 + np.exp(-(g - 20.75) / 0.22)) + 0.5 * seen["is_blend"]
    )
    two_parameters |= seen["is_extended"]
    position_error = parallax_error * np.where(two_parameters, 1.6, 0.85)
    errors = {
        "ra": position_error,
        "dec": position_error * 0.92,
        "parallax": parallax_error,
        "pmra": parallax_error * 1.03,
        "pmdec": parallax_error * 0.93,
    }
    true_parallax = np.where(seen["is_star"], 1000 / seen["distance"], 0.0)
    noise = {name: error * rng.normal(0, 1, number) for name, error in errors.items()}
    ra, dec = shifted(seen["ra"], seen["dec"], noise["ra"] / 1000, noise["dec"] / 1000)
    # mean zero point: Lindegren et al. (2021), A&A 649, A4
    parallax = true_parallax + noise["parallax"] - 0.03
    is_binary = rng.random(number) < 0.05
    ruwe = rng.lognormal(0.02, 0.05, number) * np.where(
        is_binary, rng.lognormal(0.5, 0.5, number), 1
    )
    excess = np.where(
        (rng.random(number) < 0.45) & ~is_binary,
        0.0,
        parallax_error * rng.lognormal(0, 0.7, number),
    )
    columns = {
        "parallax": parallax,
        "pmra": seen["pmra"] + noise["pmra"],
        "pmdec": seen["pmdec"] + noise["pmdec"],
    }
    columns["pm"] = np.hypot(columns["pmra"], columns["pmdec"])
    columns |= {f"{name}_error": errors[name] for name in ("parallax", "pmra", "pmdec")} | {
        "ruwe": ruwe
    }
    columns = {name: np.where(two_parameters, np.nan, values) for name, values in columns.items()}
    return columns | {
        "ra": ra,
        "dec": dec,
        "ra_error": errors["ra"],
        "dec_error": errors["dec"],
        "ref_epoch": np.full(number, EPOCH),
        "astrometric_excess_noise": excess,
    }


def _photometry(rng, seen, preset):
    """Return fluxes, magnitudes and colours; BP and RP are missing where faint, crowded or without
    signal.
    """
    columns, number, magnitudes = {}, len(seen["ra"]), seen["magnitudes"]
    if preset.colour_window:
        magnitudes = with_surroundings(seen, preset.colour_window)
    without_colour = rng.random(number) < 0.01 + 0.6 * seen["is_blend"]
    for index, (band, (zero_point, seconds)) in enumerate(PHOTOMETRY.items()):
        background = preset.background[band]
        flux = 10 ** (-0.4 * (magnitudes[:, index] - zero_point))
        error = np.hypot(np.sqrt((flux + background) / seconds), 0.0006 * flux) * rng.lognormal(
            0, 0.15, number
        )
        flux = flux + error * rng.normal(0, 1, number)
        missing = (flux < error) | (without_colour if band != "g" else False)
        flux, error = np.where(missing, np.nan, flux), np.where(missing, np.nan, error)
        columns |= {
            f"phot_{band}_mean_flux": flux,
            f"phot_{band}_mean_flux_error": error,
            f"phot_{band}_mean_mag": zero_point - 2.5 * np.log10(flux),
        }
    g, bp, rp = (columns[f"phot_{band}_mean_mag"] for band in PHOTOMETRY)
    return columns | {"bp_rp": bp - rp, "bp_g": bp - g, "g_rp": g - rp}


def _spectroscopy(rng, seen):
    """Return radial velocities of bright stars that are neither hot nor cool (Katz et al. 2023, A&A
    674, A5).
    """
    number, rp = len(seen["ra"]), seen["magnitudes"][:, seds.RP]
    is_measured = seen["is_star"] & (rp < 13.4) & (rng.random(number) < 0.85)
    is_measured &= (seen["teff"] > 3100) & (seen["teff"] < 14500)
    error = 0.15 + 4.0 * 10 ** (0.35 * (rp - 13.4)) * rng.lognormal(0, 0.4, number)
    velocity = seen["radial_velocity"] + error * rng.normal(0, 1, number)
    spin = rng.lognormal(np.log(np.where(seen["teff"] > 6300, 40.0, 9.0)), 0.5)
    has_broadening = is_measured & (rp < 11.5) & (rng.random(number) < 0.6)
    return {
        "radial_velocity": np.where(is_measured, velocity, np.nan),
        "radial_velocity_error": np.where(is_measured, error, np.nan),
        "vbroad": np.where(has_broadening, spin, np.nan),
    }


def _classes(rng, seen, columns):
    """Return the Discrete Source Classifier's probabilities, NaN without colours.

    It finds two quasars in three and takes most of the rest for stars; few stars, mostly faint blue
    ones, pass for quasars (Delchambre et al. 2023, A&A 674, A31).
    """
    number = len(seen["ra"])
    faint_blue = np.maximum(columns["phot_g_mean_mag"] - 18.5, 0) * np.maximum(
        1.1 - columns["bp_rp"], 0
    )
    quasar = seen["quasar_odds"] + np.where(seen["is_star"], 3.0 * faint_blue, 0)
    quasar = quasar + rng.normal(0, 1, number) * np.where(seen["is_star"], 2.5, 4.0)
    galaxy = np.where(seen["is_extended"], 3.0, -14.0) + rng.normal(0, 3.0, number)
    odds = np.exp(np.clip(np.stack([quasar, galaxy, np.zeros(number)]), -29, 29))
    odds = np.where(np.isfinite(columns["bp_rp"]), odds / odds.sum(axis=0), np.nan)
    return {
        f"classprob_dsc_combmod_{name}": odds[i]
        for i, name in enumerate(("quasar", "galaxy", "star"))
    }


def _parameters(rng, seen, columns):
    """Return GSP-Phot parameters: for sources to G = 19 with parallax and colours, as uncertain as
    its parallax.
    """
    number = len(seen["ra"])
    g = columns["phot_g_mean_mag"]
    given = (
        (g < 19)
        & np.isfinite(columns["parallax"])
        & np.isfinite(columns["bp_rp"])
        & (rng.random(number) < 0.85)
    )
    relative = np.clip(columns["parallax_error"] / np.maximum(columns["parallax"], 0.05), 0.02, 0.5)
    # quasars pass for stars there
    true_distance = np.where(seen["is_star"], seen["distance"], 1500.0)
    teff = seen["teff"] * rng.lognormal(0, 0.04, number)
    parameters = {
        "teff_gspphot": np.clip(teff, 2500, 40000),
        "logg_gspphot": np.clip(seen["logg"] + rng.normal(0, 0.2, number), -0.5, 5.5),
        "distance_gspphot": true_distance
        * np.exp(rng.normal(0, 1, number) * np.nan_to_num(relative, nan=0.5)),
        "azero_gspphot": np.abs(seen["a_v"] + rng.normal(0, 0.12, number)),
    }
    return {name: np.where(given, values, np.nan) for name, values in parameters.items()}


def _ids(rng, ra, dec):
    """Return source ids as Gaia makes them: level-12 HEALPix cell times 2^35 plus a number that is
    unique in it.
    """
    cell = CELLS.lonlat_to_healpix(ra * u.deg, dec * u.deg).astype(np.int64)
    order = np.lexsort((rng.random(len(cell)), cell))
    first = np.searchsorted(cell[order], cell[order])
    running = np.empty(len(cell), np.int64)
    running[order] = np.arange(len(cell)) - first + 1
    return cell * 2**35 + running * 2**17 + rng.integers(0, 2**10, len(cell)) * 2**7
