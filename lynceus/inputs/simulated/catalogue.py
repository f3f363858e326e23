"""What the X-ray source catalogue says of a field: per observation, per stack, and the master
source.
"""

import numpy as np

from lynceus.inputs.simulated import acis, spectral_fits
from lynceus.inputs.simulated.detections import pair_offsets
from lynceus.inputs.simulated.geometry import sexagesimal_name
from lynceus.inputs.simulated.measurements import BANDS, band_fluxes, hardness
from lynceus.inputs.simulated.variability import between_observations, test_columns

HARDNESS_RATIOS = ("hm", "hs", "ms")
LIMITS = ("", "_lolim", "_hilim")
NH_GAL_PER_AV = 22.1  # 1e20 cm-2 per mag, as seds.NH_PER_AV


def observation_columns(rng, pointing, observations, sources, names, flags):
    """Return the rows of `csc_observation`: every source in every observation of its field.

    Parameters
    ----------
    rng : numpy Generator
    pointing, observations
        The field, and how it was observed k times.
    sources : dict of arrays
        From `detections.detect_sources`.
    names : (n,) array of str
    flags : dict of (n,) arrays
        From `draw_flags`.

    Returns
    -------
    dict of (n * k,) arrays
    """
    number, times = sources["theta"].shape
    fluxes = _observation_fluxes(sources)
    columns = {
        "name": np.repeat(names, times),
        "obsid": np.tile(10 + pointing.index * 64 + np.arange(times), number),
        "obi": np.zeros(number * times, np.int32),
        "region_id": np.repeat(np.arange(1, number + 1), times),
        "conf_code": np.repeat(np.where(flags["conf_flag"], 7, 0), times),
        "extent_code": np.repeat(np.where(flags["extent_flag"], 8, 0), times),
        "streak_src_flag": np.repeat(flags["streak_src_flag"], times),
        "theta": sources["theta"].ravel(),
        "phi": (sources["phi"] - observations.roll).ravel() % 360,
        **_times(observations, number),
        **_counts(observations, sources, fluxes),
        **_variability_tests(rng, observations, sources, fluxes),
        **_flux_columns(fluxes),
    }
    fits = spectral_fits.fit(
        np.nan_to_num(np.stack([fluxes["counts", band][0] for band in BANDS], axis=1))
    )
    columns |= {name: fits[name] for name in ("powlaw_gamma", "powlaw_nh", "bb_kt")}
    return columns | {f"hard_{pair}": hardness(fluxes, *pair)[0] for pair in HARDNESS_RATIOS}


def _observation_fluxes(sources):
    times = sources["theta"].shape[1]
    return band_fluxes(
        sources["total"].reshape(-1, 3),
        sources["background"].reshape(-1, 3),
        sources["seconds"].ravel(),
        np.repeat(sources["photons_per_count"], times, axis=0),
        np.repeat(sources["energy_per_count"], times, axis=0),
    )


def _times(observations, number):
    return {
        "instrument": np.tile(np.where(observations.is_hrc, "HRC", "ACIS"), number),
        "gti_obs": np.tile(iso_time(observations.start), number),
        "gti_end": np.tile(iso_time(observations.start + observations.exposure / 86400), number),
        "livetime": np.tile(observations.exposure, number),
    }


def iso_time(mjd):
    """Return modified Julian dates as ISO 8601 text to the second."""
    seconds = np.round((np.asarray(mjd) - 40587.0) * 86400).astype("datetime64[s]")
    return np.datetime_as_string(seconds)


def _counts(observations, sources, fluxes):
    """Return counts, significance and counts per frame of every observation; NaN where HRC looked."""
    counts, low, high = fluxes["counts", "b"]
    per_frame = counts / np.tile(observations.exposure, len(sources["theta"])) * acis.FRAME_SECONDS
    strength = acis.significance(
        sources["total"].sum(axis=2), sources["background"].sum(axis=2)
    ).ravel()
    return {
        "src_cnts_aper90_b": counts,
        "src_cnts_aper90_lolim_b": low,
        "src_cnts_aper90_hilim_b": high,
        "flux_significance_b": np.where(np.isnan(counts), np.nan, strength),
        "pileup_warning": per_frame,
        "sat_src_flag": np.nan_to_num(per_frame) > acis.SATURATION,
    }


def _variability_tests(rng, observations, sources, fluxes):
    counts = {band: np.nan_to_num(fluxes["counts", band][0]) for band in "bsmh"}
    seconds = np.tile(observations.acis_seconds, len(sources["theta"]))
    return test_columns(rng, counts, sources["rms"].ravel(), seconds)


def _flux_columns(fluxes):
    return {
        f"flux_aper90{suffix}_{band}": values
        for band in "bsmh"
        for suffix, values in zip(LIMITS, fluxes["flux", band])
    }


def stack_columns(pointing, observations, sources, names):
    """Return the rows of `csc_stack`: every source in each stack of observations, with its mean
    off-axis angle.
    """
    stacks = np.unique(observations.stack)
    field = sexagesimal_name(np.array([pointing.ra]), np.array([pointing.dec]), 1, 0, "")[0]
    label = "acisfJ" + field.replace("+", "p").replace("-", "m")
    theta = np.stack(
        [sources["theta"][:, observations.stack == stack].mean(axis=1) for stack in stacks], axis=1
    )
    return {
        "name": np.repeat(names, len(stacks)),
        "detect_stack_id": np.tile([f"{label}_{stack + 1:03d}" for stack in stacks], len(names)),
        "theta_mean": theta.ravel(),
    }


def draw_flags(rng, sources):
    """Return the flags of the master sources that no other column decides; random ones at the rates
    of the archive.
    """
    number = len(sources["theta"])
    east, north, core = pair_offsets(sources)
    close = np.hypot(east, north) < 4 * core
    np.fill_diagonal(close, False)
    return {
        "conf_flag": close.any(axis=1),
        "dither_warning_flag": rng.random(number) < 0.03,
        "extent_flag": rng.random(number) < 0.05 + 0.02 * sources["theta"].mean(axis=1),
        "streak_src_flag": rng.random(number) < 0.015,
    }


def master_columns(rng, observations, line, sources, rows, flags):
    """Return the columns of `csc_master` besides the position: all observations of a source taken
    together.

    Parameters
    ----------
    rng : numpy Generator
    observations : pointings.Observations
    line : galaxy.SightLine
    sources : dict of arrays
        From `detections.detect_sources`.
    rows : dict of arrays
        From `observation_columns`.
    flags : dict of (n,) arrays
        From `draw_flags`.

    Returns
    -------
    dict of (n,) arrays
    """
    fluxes = band_fluxes(
        sources["total"].sum(axis=1),
        sources["background"].sum(axis=1),
        sources["seconds"].sum(axis=1),
        sources["photons_per_count"],
        sources["energy_per_count"],
    )
    net = np.stack([fluxes["counts", band][0] for band in BANDS], axis=1)
    columns = {
        "significance": _highest_significance(observations, sources),
        "nh_gal": np.full(len(net), line.total_extinction * NH_GAL_PER_AV),
        **flags,
        **_flux_columns(fluxes),
        **_region_fluxes(rng, fluxes),
        **spectral_fits.fit(net),
        **_variability(rows, sources),
    }
    for pair in HARDNESS_RATIOS:
        columns |= {
            f"hard_{pair}{suffix}": values
            for suffix, values in zip(LIMITS, hardness(fluxes, *pair))
        }
    return columns | _decided_flags(rng, columns, rows)


def _highest_significance(observations, sources):
    """Return the highest significance over the stacks, each taken as one long observation."""
    best = np.zeros(len(sources["theta"]))
    for stack in np.unique(observations.stack):
        inside = observations.stack == stack
        total, background = (
            sources[name][:, inside].sum(axis=(1, 2)) for name in ("total", "background")
        )
        best = np.maximum(best, acis.significance(total, background))
    return best


def _region_fluxes(rng, fluxes):
    """Return fluxes in the source region, which holds slightly other photons than the 90 %
    aperture.
    """
    factor = rng.lognormal(0, 0.25 / np.sqrt(np.maximum(fluxes["counts", "b"][0], 1)))
    return {
        f"{quantity}_aper{suffix}_b": values * factor
        for quantity in ("flux", "photflux")
        for suffix, values in zip(LIMITS, fluxes[quantity, "b"])
    }


def _variability(rows, sources):
    """Return variability of the master sources: the strongest within, and the test between
    observations.
    """
    shape = sources["theta"].shape
    columns = {
        f"{test}_b": _highest(rows[name], shape)
        for test, name in (
            ("var_intra_prob", "var_prob_b"),
            ("var_intra_index", "var_index_b"),
            ("ks_intra_prob", "ks_prob_b"),
            ("kp_intra_prob", "kp_prob_b"),
        )
    }
    seconds = np.where(sources["seconds"] > 0, sources["seconds"], np.nan)
    scale = np.mean(sources["photons_per_count"], axis=1, keepdims=True) / seconds
    counts, background = sources["total"].sum(axis=2), sources["background"].sum(axis=2)
    error = np.hypot(*acis.count_errors(counts)) / np.sqrt(2)
    between = between_observations(np.maximum(counts - background, 0) * scale, error * scale)
    return columns | dict(
        zip(("var_inter_prob_b", "var_inter_index_b", "var_inter_sigma_b"), between)
    )


def _highest(values, shape):
    """Return the highest value of each source over its observations; NaN where none has one."""
    highest = np.where(np.isnan(values), -np.inf, values).reshape(shape).max(axis=1)
    return np.where(np.isfinite(highest), highest, np.nan)


def _decided_flags(rng, columns, rows):
    """Return the flags that follow from other columns of the master sources and their observations."""
    number = len(columns["significance"])
    within, between = (
        np.nan_to_num(columns[name]) for name in ("var_intra_prob_b", "var_inter_prob_b")
    )
    is_variable = (within > 0.99) | (between > 0.999)
    per_source = (number, -1)
    return {
        "likelihood_class": np.where(
            columns["significance"] + rng.normal(0, 0.4, number) > 2.5, "TRUE", "MARGINAL"
        ),
        "pileup_flag": np.nan_to_num(rows["pileup_warning"]).reshape(per_source).max(axis=1)
        > acis.PILEUP,
        "sat_src_flag": rows["sat_src_flag"].reshape(per_source).all(axis=1),
        "var_flag": is_variable,
        "var_inter_hard_flag": is_variable & (rng.random(number) < 0.3),
    }
