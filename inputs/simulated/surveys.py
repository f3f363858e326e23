"""What Gaia, 2MASS and AllWISE say of the objects in the sky: who is seen, how well, and what stays blank.

All objects of a field are one dict of arrays (the docstring of `sky` explains the columns); each survey first
merges what it cannot part, then measures.
"""

import numpy as np
from astropy import units as u
from astropy_healpix import HEALPix
from scipy.spatial import cKDTree

from inputs.simulated import seds
from inputs.simulated.geometry import ARCSEC, offsets, sexagesimal_name, shifted, unit_vectors
from inputs.simulated.tables import taken

GAIA_EPOCH, TWOMASS_EPOCH, ALLWISE_EPOCH = 2016.0, 1999.5, 2010.5
GAIA_CELLS = HEALPix(nside=2**12, order="nested")
GAIA_LIMIT = 20.95  # G at which half of the sources are found
RESOLUTION = {"gaia": 0.5, "twomass": 2.0, "allwise": 6.0}  # arcsec

# Standard errors in DR3 by G, median over the sky: Gaia Collaboration, Vallenari et al. (2023), A&A 674, A1, table 4,
# Lindegren et al. (2021), A&A 649, A2. Positions and proper motions have nearly the same numbers, in mas and mas/yr.
G_GRID = np.array([3.0, 9.0, 12.0, 13.0, 15.0, 17.0, 18.0, 19.0, 20.0, 20.5, 21.0, 22.0])
PARALLAX_ERROR = np.array([0.03, 0.02, 0.016, 0.013, 0.024, 0.07, 0.12, 0.22, 0.50, 0.80, 1.30, 2.6])
# zero point (Vega mag of 1 electron/s: Riello et al. 2021, A&A 649, A3), effective seconds, background (electron/s)
GAIA_BANDS = {"g": (25.6874, 900.0, 100.0), "bp": (25.3385, 20.0, 400.0), "rp": (24.7479, 20.0, 400.0)}

TWOMASS_10SIGMA = {"j": 15.9, "h": 15.1, "k": 14.4}  # mag: Skrutskie et al. (2006), AJ 131, 1163
ALLWISE_5SIGMA = {"w1": 17.1, "w2": 15.8, "w3": 11.5, "w4": 7.8}  # mag: AllWISE Explanatory Supplement, II.3


def positions_at(objects, epoch):
    """Return the coordinates of the objects at a Julian year, their proper motions applied."""
    years = epoch - objects["epoch"]
    return shifted(objects["ra"], objects["dec"], objects["pmra"] * years / 1000, objects["pmdec"] * years / 1000)


def merged(objects, epoch, resolution, band):
    """Return the objects as a survey of limited resolution parts them, at its epoch.

    Brightest first: what lies within `resolution` (arcsec) of a brighter object adds its light to it and
    draws the position towards it; a faint object between two others that is part of neither is lost.
    """
    ra, dec = positions_at(objects, epoch)
    order = np.lexsort((np.arange(len(ra)), objects["magnitudes"][:, band]))
    rank = np.empty(len(ra), np.int64)
    rank[order] = np.arange(len(ra))
    pairs = cKDTree(unit_vectors(ra, dec)).query_pairs(resolution / ARCSEC, output_type="ndarray")
    faint = np.where(rank[pairs[:, 0]] > rank[pairs[:, 1]], pairs[:, 0], pairs[:, 1])
    bright = pairs.sum(axis=1) - faint
    is_primary = np.ones(len(ra), bool)
    is_primary[faint] = False
    best = np.full(len(ra), len(ra))
    to_primary = is_primary[bright]
    np.minimum.at(best, faint[to_primary], rank[bright[to_primary]])
    home = np.where(is_primary, np.arange(len(ra)), order[np.minimum(best, len(ra) - 1)])
    joins = is_primary | (best < len(ra))
    return _added_up(objects | {"ra": ra, "dec": dec}, home, joins, is_primary, band)


def _added_up(objects, home, joins, is_primary, band):
    """Return the primary objects with the light of those that have them as `home`."""
    light = np.zeros_like(objects["magnitudes"])
    np.add.at(light, home[joins], 10 ** (-0.4 * objects["magnitudes"][joins]))
    weight = 10 ** (-0.4 * objects["magnitudes"][:, band])
    east, north = offsets(objects["ra"][home], objects["dec"][home], objects["ra"], objects["dec"])
    pull = [np.bincount(home[joins], (weight * axis)[joins], minlength=len(home)) for axis in (east, north)]
    total = np.maximum(light[:, band], 1e-30)
    objects["ra"], objects["dec"] = shifted(objects["ra"], objects["dec"], pull[0] / total, pull[1] / total)
    objects["magnitudes"] = -2.5 * np.log10(np.maximum(light, 1e-30))
    objects["is_blend"] = np.bincount(home[joins], minlength=len(home)) > 1
    return taken(objects, is_primary)


def gaia_columns(rng, objects):
    """Return the rows of `gaia_source` and the owner of each: the objects Gaia sees.

    Parameters
    ----------
    rng : numpy Generator
    objects : dict of arrays

    Returns
    -------
    columns : dict of (n,) arrays
    owner : (n,) array of int
        X-ray source that the row is the counterpart of, -1 for none.
    """
    seen = merged(objects, GAIA_EPOCH, RESOLUTION["gaia"], seds.G)
    g = seen["magnitudes"][:, seds.G] + np.where(seen["is_extended"], 2.0, 0.0)  # Gaia sees only the core of a galaxy
    seen = taken(seen, rng.random(len(g)) < 1 / (1 + np.exp((g - GAIA_LIMIT) / 0.12)))
    errors = _gaia_errors(rng, seen)
    columns = _gaia_astrometry(rng, seen, errors) | _gaia_photometry(rng, seen)
    columns |= _gaia_spectroscopy(rng, seen) | _gaia_classes(rng, seen, columns) | _gaia_parameters(rng, seen, columns)
    columns["phot_variable_flag"] = np.where(rng.random(len(seen["ra"])) < seen["variable_share"], "VARIABLE", "NOT_AVAILABLE")
    columns["source_id"] = _gaia_ids(rng, columns["ra"], columns["dec"])
    order = np.argsort(columns["source_id"])
    return taken(columns, order), seen["owner"][order]


def _gaia_errors(rng, seen):
    """Return the parallax error of every object, mas; other astrometric errors are proportional to it."""
    g = seen["magnitudes"][:, seds.G]
    median = np.exp(np.interp(g, G_GRID, np.log(PARALLAX_ERROR)))
    return median * rng.lognormal(0, 0.18, len(g)) * np.where(seen["is_blend"], 1.8, 1.0)


def _gaia_astrometry(rng, seen, parallax_error):
    """Return position, parallax and proper motion; faint, extended and blended objects have only a position."""
    number = len(parallax_error)
    g = seen["magnitudes"][:, seds.G]
    two_parameters = rng.random(number) < 0.02 + 0.9 / (1 + np.exp(-(g - 20.75) / 0.22)) + 0.5 * seen["is_blend"]
    two_parameters |= seen["is_extended"]
    position_error = parallax_error * np.where(two_parameters, 1.6, 0.85)
    errors = {"ra": position_error, "dec": position_error * 0.92, "parallax": parallax_error,
              "pmra": parallax_error * 1.03, "pmdec": parallax_error * 0.93}
    true_parallax = np.where(seen["is_star"], 1000 / seen["distance"], 0.0)
    noise = {name: error * rng.normal(0, 1, number) for name, error in errors.items()}
    ra, dec = shifted(seen["ra"], seen["dec"], noise["ra"] / 1000, noise["dec"] / 1000)
    parallax = true_parallax + noise["parallax"] - 0.03  # mean zero point: Lindegren et al. (2021), A&A 649, A4
    is_binary = rng.random(number) < 0.05
    ruwe = rng.lognormal(0.02, 0.05, number) * np.where(is_binary, rng.lognormal(0.5, 0.5, number), 1)
    excess = np.where((rng.random(number) < 0.45) & ~is_binary, 0.0, parallax_error * rng.lognormal(0, 0.7, number))
    columns = {"parallax": parallax, "pmra": seen["pmra"] + noise["pmra"], "pmdec": seen["pmdec"] + noise["pmdec"]}
    columns["pm"] = np.hypot(columns["pmra"], columns["pmdec"])
    columns |= {f"{name}_error": errors[name] for name in ("parallax", "pmra", "pmdec")} | {"ruwe": ruwe}
    columns = {name: np.where(two_parameters, np.nan, values) for name, values in columns.items()}
    return columns | {"ra": ra, "dec": dec, "ra_error": errors["ra"], "dec_error": errors["dec"],
                      "ref_epoch": np.full(number, GAIA_EPOCH), "astrometric_excess_noise": excess}


def _gaia_photometry(rng, seen):
    """Return fluxes, magnitudes and colours; BP and RP are missing where faint, crowded or without signal."""
    columns, number = {}, len(seen["ra"])
    without_colour = rng.random(number) < 0.01 + 0.6 * seen["is_blend"]
    for index, (band, (zero_point, seconds, background)) in enumerate(GAIA_BANDS.items()):
        flux = 10 ** (-0.4 * (seen["magnitudes"][:, index] - zero_point))
        error = np.hypot(np.sqrt((flux + background) / seconds), 0.0006 * flux) * rng.lognormal(0, 0.15, number)
        flux = flux + error * rng.normal(0, 1, number)
        missing = (flux < error) | (without_colour if band != "g" else False)
        flux, error = np.where(missing, np.nan, flux), np.where(missing, np.nan, error)
        columns |= {f"phot_{band}_mean_flux": flux, f"phot_{band}_mean_flux_error": error,
                    f"phot_{band}_mean_mag": zero_point - 2.5 * np.log10(flux)}
    g, bp, rp = (columns[f"phot_{band}_mean_mag"] for band in GAIA_BANDS)
    return columns | {"bp_rp": bp - rp, "bp_g": bp - g, "g_rp": g - rp}


def _gaia_spectroscopy(rng, seen):
    """Return radial velocities of bright stars that are neither hot nor cool (Katz et al. 2023, A&A 674, A5)."""
    number, rp = len(seen["ra"]), seen["magnitudes"][:, seds.RP]
    is_measured = seen["is_star"] & (rp < 13.4) & (seen["teff"] > 3100) & (seen["teff"] < 14500) & (rng.random(number) < 0.85)
    error = 0.15 + 4.0 * 10 ** (0.35 * (rp - 13.4)) * rng.lognormal(0, 0.4, number)
    velocity = seen["radial_velocity"] + error * rng.normal(0, 1, number)
    spin = rng.lognormal(np.log(np.where(seen["teff"] > 6300, 40.0, 9.0)), 0.5)
    has_broadening = is_measured & (rp < 11.5) & (rng.random(number) < 0.6)
    return {
        "radial_velocity": np.where(is_measured, velocity, np.nan),
        "radial_velocity_error": np.where(is_measured, error, np.nan),
        "vbroad": np.where(has_broadening, spin, np.nan),
    }


def _gaia_classes(rng, seen, columns):
    """Return the Discrete Source Classifier's probabilities, NaN without colours.

    It finds two quasars in three and takes most of the rest for stars; few stars, mostly faint blue ones,
    pass for quasars (Delchambre et al. 2023, A&A 674, A31).
    """
    number = len(seen["ra"])
    likeness = np.where(seen["is_star"], -16.0, np.where(seen["is_extended"], -3.0, 2.0))  # ln odds of quasar to star
    faint_blue = np.maximum(columns["phot_g_mean_mag"] - 18.5, 0) * np.maximum(1.1 - columns["bp_rp"], 0)
    quasar = likeness + np.where(seen["is_star"], 3.0 * faint_blue, 0) + rng.normal(0, 1, number) * np.where(seen["is_star"], 2.5, 4.0)
    galaxy = np.where(seen["is_extended"], 3.0, -14.0) + rng.normal(0, 3.0, number)
    odds = np.exp(np.clip(np.stack([quasar, galaxy, np.zeros(number)]), -29, 29))
    odds = np.where(np.isfinite(columns["bp_rp"]), odds / odds.sum(axis=0), np.nan)
    return {f"classprob_dsc_combmod_{name}": odds[i] for i, name in enumerate(("quasar", "galaxy", "star"))}


def _gaia_parameters(rng, seen, columns):
    """Return GSP-Phot parameters: for sources to G = 19 with parallax and colours, as uncertain as its parallax."""
    number = len(seen["ra"])
    g = columns["phot_g_mean_mag"]
    given = (g < 19) & np.isfinite(columns["parallax"]) & np.isfinite(columns["bp_rp"]) & (rng.random(number) < 0.85)
    relative = np.clip(columns["parallax_error"] / np.maximum(columns["parallax"], 0.05), 0.02, 0.5)
    true_distance = np.where(seen["is_star"], seen["distance"], 1500.0)  # quasars pass for stars there
    teff = seen["teff"] * rng.lognormal(0, 0.04, number)
    parameters = {
        "teff_gspphot": np.clip(teff, 2500, 40000),
        "logg_gspphot": np.clip(seen["logg"] + rng.normal(0, 0.2, number), -0.5, 5.5),
        "distance_gspphot": true_distance * np.exp(rng.normal(0, 1, number) * np.nan_to_num(relative, nan=0.5)),
        "azero_gspphot": np.abs(seen["a_v"] + rng.normal(0, 0.12, number)),
    }
    return {name: np.where(given, values, np.nan) for name, values in parameters.items()}


def _gaia_ids(rng, ra, dec):
    """Return source ids as Gaia makes them: level-12 HEALPix cell times 2^35 plus a number that is unique in it."""
    cell = GAIA_CELLS.lonlat_to_healpix(ra * u.deg, dec * u.deg).astype(np.int64)
    order = np.lexsort((rng.random(len(cell)), cell))
    first = np.searchsorted(cell[order], cell[order])
    running = np.empty(len(cell), np.int64)
    running[order] = np.arange(len(cell)) - first + 1
    return cell * 2**35 + running * 2**17 + rng.integers(0, 2**10, len(cell)) * 2**7


def twomass_columns(rng, objects):
    """Return the rows of `twomass` and the owner of each: point sources with a detection in one band at least."""
    seen = merged(objects, TWOMASS_EPOCH, RESOLUTION["twomass"], seds.KS)
    bands = dict(zip(TWOMASS_10SIGMA, (seds.J, seds.H, seds.KS)))
    photometry = {
        band: _infrared_band(rng, seen["magnitudes"][:, index], TWOMASS_10SIGMA[band], 10.0, 0.02, 6.0)
        for band, index in bands.items()
    }
    is_seen = np.any([np.isfinite(error) for _, error in photometry.values()], axis=0)
    quality = _letters([error for _, error in photometry.values()], (0.109, 0.155, 0.217))
    best = np.nanmin(np.where(is_seen, [np.nan_to_num(e, nan=9.0) for _, e in photometry.values()], 9.0), axis=0)
    sigma = np.clip(np.hypot(0.06, 0.9 * best), 0.06, 0.4)
    ra, dec = shifted(seen["ra"], seen["dec"], *(sigma * rng.normal(0, 1, (2, len(sigma)))))
    columns = {"designation": sexagesimal_name(ra, dec, 2, 1, ""), "ra": ra, "dec": dec, "err_maj": sigma,
               "err_min": sigma * rng.uniform(0.85, 1, len(sigma)), "err_ang": rng.uniform(0, 180, len(sigma)),
               "ph_qual": quality, "cc_flg": np.where(seen["is_blend"] & (rng.random(len(ra)) < 0.5), "ccc", "000")}
    for band, (magnitude, error) in photometry.items():
        columns |= {f"{band}_m": magnitude, f"{band}_msigcom": error}
    return _unique(taken(columns, is_seen), seen["owner"][is_seen])


def allwise_columns(rng, objects):
    """Return the rows of `allwise` and the owner of each: sources found in W1 or W2."""
    seen = merged(objects, ALLWISE_EPOCH, RESOLUTION["allwise"], seds.W1)
    photometry = {
        band: _infrared_band(rng, seen["magnitudes"][:, index], ALLWISE_5SIGMA[band], 5.0, 0.023, 2.0)
        for band, index in zip(ALLWISE_5SIGMA, (seds.W1, seds.W2, seds.W3, seds.W4))
    }
    errors = [error for _, error in photometry.values()]
    is_seen = (errors[0] < 0.22) | (errors[1] < 0.22)
    best = np.nanmin(np.where(is_seen, [np.nan_to_num(e, nan=9.0) for e in errors[:2]], 9.0), axis=0)
    sigma = np.clip(np.hypot(0.035, 2.2 * best), 0.035, 0.9)
    ra, dec = shifted(seen["ra"], seen["dec"], *(sigma * rng.normal(0, 1, (2, len(sigma)))))
    number = len(ra)
    variable = np.where(rng.random(number) < seen["variable_share"], "52nn", "01nn")
    columns = {"designation": np.strings.add("J", sexagesimal_name(ra, dec, 2, 1)), "ra": ra, "dec": dec,
               "sigra": sigma, "sigdec": sigma * rng.uniform(0.9, 1.1, number), "ph_qual": _letters(errors, (0.1086, 0.362, 0.5429)),
               "cc_flags": np.where(rng.random(number) < 0.12, "hh00", "0000"),
               "ext_flg": np.where(seen["is_extended"], 5, np.where(seen["is_blend"] & (rng.random(number) < 0.4), 1, 0)),
               "var_flg": np.where(errors[0] < 0.1, variable, "nnnn")}
    for band, (magnitude, error) in photometry.items():
        columns |= {f"{band}mpro": magnitude, f"{band}sigmpro": error}
    return _unique(taken(columns, is_seen), seen["owner"][is_seen])


def _infrared_band(rng, magnitude, limit, limit_sigma, floor, least_sigma):
    """Return measured magnitudes and errors; below `least_sigma` the magnitude is a limit and its error NaN.

    `limit` is the magnitude measured with `limit_sigma` standard deviations; it varies a little over the sky.
    """
    number = len(magnitude)
    depth = limit + rng.normal(0, 0.1, number)
    noise = 10 ** (-0.4 * depth) / limit_sigma
    flux = 10 ** (-0.4 * magnitude) + noise * rng.normal(0, 1, number)
    signal = flux / noise
    is_measured = signal > least_sigma
    error = np.hypot(floor, 1.0857 / np.where(is_measured, signal, 1.0))
    measured = -2.5 * np.log10(np.where(is_measured, flux, noise * least_sigma)) + floor * rng.normal(0, 1, number)
    return measured, np.where(is_measured, error, np.nan)


def _letters(errors, edges):
    """Return the quality letters of a row, one per band: A, B, C, D by error, U for a limit."""
    letters = np.array(["A", "B", "C", "D", "U"])
    text = np.full(len(errors[0]), "", "U1")
    for error in errors:
        text = np.strings.add(text, letters[np.where(np.isnan(error), 4, np.searchsorted(edges, np.nan_to_num(error)))])
    return text


def _unique(columns, owner):
    """Return rows sorted by designation, each designation once."""
    _, order = np.unique(columns["designation"], return_index=True)
    return taken(columns, order), owner[order]
