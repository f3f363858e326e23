"""What the X-ray source catalogue says of a field: per observation, per stack, and the master source."""

import numpy as np

from inputs.simulated import acis, spectral_fits
from inputs.simulated.geometry import offsets, sexagesimal_name
from inputs.simulated.kinds import KINDS, draw_sources, kind_shares
from inputs.simulated.pointings import FIELD_RADIUS
from inputs.simulated.spectra import Emission, band_energies, band_photons, photon_spectra
from inputs.simulated.geometry import shifted
from inputs.simulated.tables import concatenated, taken
from inputs.simulated.variability import between_observations, draw_light_curves, test_columns

BANDS = ("s", "m", "h")
HARDNESS_LIMIT = 0.9994  # the catalogue's ratios end here
FLUX_PER_RATE = 1.1e-11  # erg/cm2 per count of a hard source on axis
EMISSION_FIELDS = ("gamma", "kt", "bb_kt", "thermal_share", "blackbody_share")


def detect_sources(rng, pointing, observations, line):
    """Draw the X-ray sources of a field that are detected, about `pointing.sources` of them.

    Returns
    -------
    dict of arrays
        Columns of `kinds.draw_sources`, ra_true and dec_true (deg, at the X-ray epoch), theta (n, k; arcmin),
        rms (n, k), total and background counts (n, k, 3), photons and energy per count (n, 3).
    """
    wanted = rng.multinomial(pointing.sources, kind_shares(pointing))
    wanted[1:] = np.minimum(wanted[1:], pointing.sources)
    limit = 4 * FLUX_PER_RATE / observations.acis_seconds.sum()
    found = []
    for kind in range(len(KINDS)):
        missing, tries = wanted[kind], 0
        while missing > 0 and tries < 30:
            proposed = draw_sources(rng, kind, 4 * missing + 20, line, limit, pointing.region_distance)
            seen = _look(rng, pointing, observations, proposed)
            seen = taken(seen, np.arange(min(missing, len(seen["kind"]))))
            found.append(seen)
            missing, tries = missing - len(seen["kind"]), tries + 1
    return _resolved(concatenated(found)) if found else None


def _look(rng, pointing, observations, sources):
    """Place the sources in the field, count their photons and keep those that are detected."""
    number = len(sources["kind"])
    radius = FIELD_RADIUS * rng.beta(1.35, 3.2, number)  # few chips reach far off axis, and aim points crowd near it
    azimuth = rng.uniform(0, 2 * np.pi, number)
    ra, dec = shifted(
        np.full(number, pointing.ra), np.full(number, pointing.dec), radius * np.sin(azimuth), radius * np.cos(azimuth),
    )
    east, north = offsets(observations.ra, observations.dec, ra[:, None], dec[:, None])
    theta = np.hypot(east, north) / 60
    emission = Emission(*(sources[name] for name in EMISSION_FIELDS))
    photons = photon_spectra(
        emission, sources["flux"], sources["nh"], sources["local_nh"], sources["redshift"], sources["leak"],
    )
    level, rms = draw_light_curves(rng, sources["kind"], theta.shape[1])
    seconds = observations.acis_seconds * acis.vignetting(theta) * acis.ENCLOSED
    background = acis.background_counts(theta, np.broadcast_to(observations.acis_seconds, theta.shape))
    rates = acis.count_rates(photons)
    total = rng.poisson((level * seconds)[..., None] * rates[:, None, :] + background).astype(float)
    sources = sources | {
        "ra_true": ra, "dec_true": dec, "theta": theta, "phi": np.degrees(np.arctan2(east, north)), "rms": rms,
        "total": total, "background": background, "seconds": seconds,
        "photons_per_count": band_photons(photons) / np.maximum(rates, 1e-300),
        "energy_per_count": band_energies(photons) / np.maximum(rates, 1e-300),
    }
    measured = acis.significance(total.sum(axis=(1, 2)), background.sum(axis=(1, 2)))
    return taken(sources, acis.is_detected(rng, measured))


def _resolved(sources):
    """Drop the sources that lie inside the core of a brighter one, where detection cannot part them."""
    east, north, core = _pairs(sources)
    brightness = sources["total"].sum(axis=(1, 2))
    is_hidden = (np.hypot(east, north) < 0.5 * core) & (brightness[:, None] <= brightness[None, :])
    np.fill_diagonal(is_hidden, False)
    return taken(sources, ~is_hidden.any(axis=1))


def _pairs(sources):
    """Return the offsets between all pairs of sources of a field and the larger PSF radius of either, arcsec."""
    ra, dec = sources["ra_true"], sources["dec_true"]
    east, north = offsets(ra[:, None], dec[:, None], ra[None, :], dec[None, :])
    radius = acis.radius_90(sources["theta"].mean(axis=1))
    return east, north, np.maximum(radius[:, None], radius[None, :])


def place_sources(rng, pointing, observations, sources):
    """Return catalogue positions with their error ellipses, and names.

    Positions scatter by exactly the ellipse given, plus one offset for the whole field, the rest of the
    aspect solution: about 0.1 arcsec rms in each coordinate.
    """
    weight = observations.acis_seconds / observations.acis_seconds.sum()
    theta = sources["theta"] @ weight
    net = np.maximum(sources["total"] - sources["background"], 0).sum(axis=(1, 2))
    major, minor = acis.error_ellipses(rng, net, theta)
    east, north = offsets(pointing.ra, pointing.dec, sources["ra_true"], sources["dec_true"])
    angle = (np.degrees(np.arctan2(east, north)) + 90) % 180  # the point spread function is longest along the azimuth
    along, across = rng.normal(0, 1, (2, len(net))) * np.stack([major, minor]) / acis.SIGMA_PER_95
    field_offset = rng.normal(0, 0.1, 2)
    sine, cosine = np.sin(np.radians(angle)), np.cos(np.radians(angle))
    ra, dec = shifted(
        sources["ra_true"], sources["dec_true"],
        along * sine + across * cosine + field_offset[0], along * cosine - across * sine + field_offset[1],
    )
    return {"name": _names(ra, dec), "ra": ra, "dec": dec, "err_ellipse_r0": major, "err_ellipse_r1": minor,
            "err_ellipse_ang": angle}


def _names(ra, dec):
    """Return source names; of two with the same digits the later has an X appended."""
    names = np.strings.add("2CXO J", sexagesimal_name(ra, dec, 1, 0))
    order = np.argsort(names, kind="stable")
    first = np.concatenate([[True], names[order][1:] != names[order][:-1]])
    rank = np.arange(len(names)) - np.maximum.accumulate(np.where(first, np.arange(len(names)), 0))
    suffix = np.empty(len(names), "U8")
    suffix[order] = np.strings.multiply("X", rank)
    return np.strings.add(names, suffix)


def band_fluxes(total, background, seconds, photons_per_count, energy_per_count):
    """Return net counts, photon and energy fluxes per band with their 68 % limits.

    Parameters
    ----------
    total, background : (n, 3) array
        Counts in the aperture, s, m, h.
    seconds : (n,) array
        Exposure times the share of area and light collected; fluxes are NaN where it is 0.
    photons_per_count, energy_per_count : (n, 3) array
        Photons (erg) per cm2 for each count on axis.

    Returns
    -------
    dict of str to (n, 3) tuples of arrays
        For "s", "m", "h" and "b": (value, lolim, hilim) of "counts", "photflux", "flux".
    """
    low, high = acis.count_errors(total)
    net = np.maximum(total - background, 0)
    seconds = np.where(seconds > 0, seconds, np.nan)[:, None]
    fluxes = {}
    for quantity, factor in (("counts", np.where(np.isnan(seconds), np.nan, 1.0) * np.ones(3)),
                             ("photflux", photons_per_count / seconds), ("flux", energy_per_count / seconds)):
        value, below, above = net * factor, low * factor, high * factor
        for i, band in enumerate(BANDS):
            fluxes[quantity, band] = _with_limits(value[:, i], below[:, i], above[:, i])
        fluxes[quantity, "b"] = _with_limits(
            value.sum(axis=1), np.sqrt(np.sum(below**2, axis=1)), np.sqrt(np.sum(above**2, axis=1)),
        )
    return fluxes


def _with_limits(value, below, above):
    return value, np.maximum(value - below, 0), value + above


def hardness(fluxes, first, second):
    """Return the hardness ratio (a - b) / (a + b) of two bands' photon fluxes with its 68 % limits.

    NaN where both bands together hold fewer than three net counts: nothing is known then.
    """
    a, b = fluxes["photflux", first], fluxes["photflux", second]
    total = a[0] + b[0]
    known = fluxes["counts", first][0] + fluxes["counts", second][0] >= 3
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = (a[0] - b[0]) / total
        error_a, error_b = (a[2] - a[1]) / 2, (b[2] - b[1]) / 2
        sigma = 2 * np.hypot(b[0] * error_a, a[0] * error_b) / total**2
    limits = (ratio, ratio - sigma, ratio + sigma)
    return tuple(np.where(known, np.clip(value, -HARDNESS_LIMIT, HARDNESS_LIMIT), np.nan) for value in limits)


def _flux_columns(fluxes, bands="bsmh"):
    return {
        f"flux_aper90{suffix}_{band}": values
        for band in bands
        for suffix, values in zip(("", "_lolim", "_hilim"), fluxes["flux", band])
    }


def observation_columns(rng, pointing, observations, sources, names):
    """Return the rows of `csc_observation`: every source in every observation of its field."""
    number, times = sources["theta"].shape
    each = lambda values: np.broadcast_to(values, (number, times)).ravel()
    flat = lambda values: values.reshape(number * times, *values.shape[2:])
    repeated = lambda values: np.repeat(values, times, axis=0)
    total, background, seconds = (flat(sources[name]) for name in ("total", "background", "seconds"))
    fluxes = band_fluxes(
        total, background, seconds, repeated(sources["photons_per_count"]), repeated(sources["energy_per_count"]),
    )
    is_acis = seconds > 0
    net = np.stack([fluxes["counts", band][0] for band in BANDS], axis=1)
    rate = fluxes["counts", "b"][0] / np.where(is_acis, each(observations.exposure), np.nan)
    tests = test_columns(
        rng, {band: np.nan_to_num(fluxes["counts", band][0]) for band in "bsmh"}, flat(sources["rms"]),
        each(observations.acis_seconds),
    )
    fits = spectral_fits.fit(np.nan_to_num(net))
    start = each(observations.start)
    columns = {
        "name": repeated(names),
        "obsid": each(10 + pointing.index * 64 + np.arange(times)),
        "obi": np.zeros(number * times, np.int32),
        "region_id": np.repeat(np.arange(1, number + 1), times),
        "instrument": np.where(is_acis, "ACIS", "HRC"),
        "gti_obs": iso_time(start),
        "gti_end": iso_time(start + each(observations.exposure) / 86400),
        "livetime": each(observations.exposure),
        "theta": flat(sources["theta"]),
        "phi": (flat(sources["phi"]) - each(observations.roll)) % 360,
        "src_cnts_aper90_b": fluxes["counts", "b"][0],
        "src_cnts_aper90_lolim_b": fluxes["counts", "b"][1],
        "src_cnts_aper90_hilim_b": fluxes["counts", "b"][2],
        "flux_significance_b": np.where(is_acis, acis.significance(total.sum(axis=1), background.sum(axis=1)), np.nan),
        "pileup_warning": rate * acis.FRAME_SECONDS,
        "sat_src_flag": np.nan_to_num(rate) * acis.FRAME_SECONDS > 3,
        **{name: fits[name] for name in ("powlaw_gamma", "powlaw_nh", "bb_kt")},
        **_flux_columns(fluxes), **tests,
    }
    for name, pair in (("hard_hm", "hm"), ("hard_hs", "hs"), ("hard_ms", "ms")):
        columns[name] = hardness(fluxes, *pair)[0]
    return columns


def iso_time(mjd):
    """Return modified Julian dates as ISO 8601 text to the second."""
    seconds = np.round((np.asarray(mjd) - 40587.0) * 86400).astype("datetime64[s]")
    return np.datetime_as_string(seconds)


def stack_columns(pointing, observations, sources, names):
    """Return the rows of `csc_stack`: every source in each stack of observations, with its mean off-axis angle."""
    stacks = np.unique(observations.stack)
    field = sexagesimal_name(np.array([pointing.ra]), np.array([pointing.dec]), 1, 0, "")[0]
    label = "acisfJ" + field.replace("+", "p").replace("-", "m")
    theta = np.stack([sources["theta"][:, observations.stack == stack].mean(axis=1) for stack in stacks], axis=1)
    return {
        "name": np.repeat(names, len(stacks)),
        "detect_stack_id": np.tile([f"{label}_{stack + 1:03d}" for stack in stacks], len(names)),
        "theta_mean": theta.ravel(),
    }


def master_columns(rng, observations, line, sources, per_observation):
    """Return the columns of `csc_master` besides the position: all observations of a source taken together."""
    fluxes = band_fluxes(
        sources["total"].sum(axis=1), sources["background"].sum(axis=1), sources["seconds"].sum(axis=1),
        sources["photons_per_count"], sources["energy_per_count"],
    )
    shape = sources["theta"].shape
    net = np.stack([fluxes["counts", band][0] for band in BANDS], axis=1)
    columns = {
        "significance": _highest_significance(observations, sources),
        "nh_gal": np.full(len(net), line.total_extinction * 22.1),
        **_flux_columns(fluxes), **_region_fluxes(rng, fluxes), **spectral_fits.fit(net),
        **_variability(per_observation, shape, sources),
    }
    for name, pair in (("hard_hm", "hm"), ("hard_hs", "hs"), ("hard_ms", "ms")):
        for suffix, values in zip(("", "_lolim", "_hilim"), hardness(fluxes, *pair)):
            columns[name + suffix] = values
    return columns | _flags(rng, sources, columns, per_observation, shape)


def _highest_significance(observations, sources):
    """Return the highest significance over the stacks, each taken as one long observation."""
    best = np.zeros(len(sources["theta"]))
    for stack in np.unique(observations.stack):
        inside = observations.stack == stack
        total, background = (sources[name][:, inside].sum(axis=(1, 2)) for name in ("total", "background"))
        best = np.maximum(best, acis.significance(total, background))
    return best


def _region_fluxes(rng, fluxes):
    """Return fluxes in the source region, which holds slightly other photons than the 90 % aperture."""
    counts = np.maximum(fluxes["counts", "b"][0], 1)
    factor = rng.lognormal(0, 0.25 / np.sqrt(counts))
    columns = {}
    for name, quantity in (("flux_aper", "flux"), ("photflux_aper", "photflux")):
        for suffix, values in zip(("", "_lolim", "_hilim"), fluxes[quantity, "b"]):
            columns[f"{name}{suffix}_b"] = values * factor
    return columns


def _variability(rows, shape, sources):
    """Return variability of the master sources: the strongest within, and the test between observations."""
    def highest(name):
        table = rows[name].reshape(shape)
        filled = np.where(np.isnan(table), -np.inf, table).max(axis=1)
        return np.where(np.isfinite(filled), filled, np.nan)

    seconds = np.where(sources["seconds"] > 0, sources["seconds"], np.nan)
    scale = np.mean(sources["photons_per_count"], axis=1, keepdims=True) / seconds
    counts, background = sources["total"].sum(axis=2), sources["background"].sum(axis=2)
    error = np.hypot(*acis.count_errors(counts)) / np.sqrt(2)
    probability, index, sigma = between_observations(np.maximum(counts - background, 0) * scale, error * scale)
    return {
        "var_intra_prob_b": highest("var_prob_b"), "var_intra_index_b": highest("var_index_b"),
        "ks_intra_prob_b": highest("ks_prob_b"), "kp_intra_prob_b": highest("kp_prob_b"),
        "var_inter_prob_b": probability, "var_inter_index_b": index, "var_inter_sigma_b": sigma,
    }


def _flags(rng, sources, columns, rows, shape):
    """Return the flags of the master sources; random ones at the rates of the catalogue."""
    number = shape[0]
    east, north, core = _pairs(sources)
    close = np.hypot(east, north) < 2 * core
    np.fill_diagonal(close, False)
    pileup = np.nan_to_num(rows["pileup_warning"]).reshape(shape).max(axis=1)
    is_variable = (np.nan_to_num(columns["var_intra_prob_b"]) > 0.99) | (np.nan_to_num(columns["var_inter_prob_b"]) > 0.999)
    theta = sources["theta"].mean(axis=1)
    return {
        "likelihood_class": np.where(columns["significance"] + rng.normal(0, 0.4, number) > 2.5, "TRUE", "MARGINAL"),
        "conf_flag": close.any(axis=1),
        "dither_warning_flag": rng.random(number) < 0.03,
        "extent_flag": rng.random(number) < 0.05 + 0.02 * theta,
        "pileup_flag": pileup > 0.1,
        "sat_src_flag": rows["sat_src_flag"].reshape(shape).all(axis=1),
        "streak_src_flag": rng.random(number) < 0.015,
        "var_flag": is_variable,
        "var_inter_hard_flag": is_variable & (rng.random(number) < 0.3),
    }
