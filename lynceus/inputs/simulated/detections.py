"""Which X-ray sources of a field are found, and where the catalogue places them."""

import numpy as np

from lynceus.inputs.simulated import acis, regions
from lynceus.inputs.simulated.geometry import offsets, sexagesimal_name, shifted
from lynceus.inputs.simulated.kinds import draw_sources, kind_shares
from lynceus.inputs.simulated.pointings import places_in_field
from lynceus.inputs.simulated.spectra import Emission, band_energies, band_photons, photon_spectra
from lynceus.inputs.simulated.tables import concatenated, length, taken
from lynceus.inputs.simulated.variability import draw_light_curves

MOST_TRIES = 30  # of finding sources of a kind that hardly ever can be seen in a field
FLUX_PER_RATE = 1.1e-11  # erg/cm2 per count of a hard source on axis
EMISSION_FIELDS = ("gamma", "kt", "bb_kt", "thermal_share", "blackbody_share")


def detect_sources(rng, pointing, observations, line, preset):
    """Draw the X-ray sources of a field that are detected, about `pointing.sources` of them.

    Parameters
    ----------
    rng : numpy Generator
    pointing : pointings.Pointing
    observations : pointings.Observations
        The k observations of the field.
    line : galaxy.SightLine
    preset : presets.Preset

    Returns
    -------
    dict of arrays, or None if no source is wanted or found
        Columns of `kinds.draw_sources`; ra_true, dec_true (deg, at the X-ray epoch); theta
        (arcmin), phi (deg), rms, seconds (effective), each (n, k); total and background counts (n,
        k, 3); photons_per_count and energy_per_count (n, 3; per cm2 for a count per s on axis).
    """
    wanted = rng.multinomial(pointing.sources, kind_shares(pointing, preset))
    limit = 4 * FLUX_PER_RATE / observations.acis_seconds.sum()
    found = []
    for kind, missing in enumerate(wanted):
        for _ in range(MOST_TRIES):
            if missing <= 0:
                break
            proposed = draw_sources(
                rng, kind, 4 * missing + 20, line, limit, preset, pointing.region_distance
            )
            seen = taken(_look(rng, pointing, observations, proposed, preset), slice(missing))
            found.append(seen)
            missing -= length(seen)
    return _resolved(concatenated(found)) if found else None


def _look(rng, pointing, observations, sources, preset):
    """Place the sources in the field, count their photons and keep those that are detected."""
    number = length(sources)
    if preset.cluster_radius and regions.is_member(pointing, sources["kind"]).all():  # of one kind
        ra, dec = regions.places(rng, pointing, number, preset.cluster_radius)
    else:
        ra, dec = places_in_field(rng, pointing, number)
    east, north = offsets(observations.ra, observations.dec, ra[:, None], dec[:, None])
    sources = sources | {
        "ra_true": ra,
        "dec_true": dec,
        "theta": np.hypot(east, north) / 60,
        "phi": np.degrees(np.arctan2(east, north)),
    }
    sources |= count_photons(rng, observations, sources)
    measured = acis.significance(
        sources["total"].sum(axis=(1, 2)), sources["background"].sum(axis=(1, 2))
    )
    return taken(sources, acis.is_detected(rng, measured))


def count_photons(rng, observations, sources):
    """Return what ACIS counts of each source in each observation; nothing where HRC looked."""
    emission = Emission(*(sources[name] for name in EMISSION_FIELDS))
    photons = photon_spectra(
        emission,
        sources["flux"],
        sources["nh"],
        sources["local_nh"],
        sources["redshift"],
        sources["leak"],
    )
    theta = sources["theta"]
    level, rms = draw_light_curves(rng, sources["kind"], theta.shape[1])
    seconds = observations.acis_seconds * acis.vignetting(theta) * acis.ENCLOSED
    background = acis.background_counts(
        theta, np.broadcast_to(observations.acis_seconds, theta.shape)
    )
    rates = acis.count_rates(photons)
    return {
        "rms": rms,
        "background": background,
        "seconds": seconds,
        "total": rng.poisson((level * seconds)[..., None] * rates[:, None, :] + background).astype(
            float
        ),
        "photons_per_count": band_photons(photons) / np.maximum(rates, 1e-300),
        "energy_per_count": band_energies(photons) / np.maximum(rates, 1e-300),
    }


def _resolved(sources):
    """Drop the sources that lie inside the core of a brighter one, where detection cannot part
    them.
    """
    east, north, core = pair_offsets(sources)
    brightness = sources["total"].sum(axis=(1, 2))
    is_hidden = (np.hypot(east, north) < 0.5 * core) & (brightness[:, None] <= brightness[None, :])
    np.fill_diagonal(is_hidden, False)
    return taken(sources, ~is_hidden.any(axis=1))


def pair_offsets(sources):
    """Return the offsets between all pairs of sources of a field and the larger PSF radius of
    either, arcsec.
    """
    ra, dec = sources["ra_true"], sources["dec_true"]
    east, north = offsets(ra[:, None], dec[:, None], ra[None, :], dec[None, :])
    radius = acis.radius_90(sources["theta"].mean(axis=1))
    return east, north, np.maximum(radius[:, None], radius[None, :])


def place_sources(rng, pointing, observations, sources):
    """Return catalogue positions with their error ellipses, and names.

    Positions scatter by exactly the ellipse given, plus one offset for the whole field, the rest of
    the aspect solution: about 0.1 arcsec rms in each coordinate.
    """
    weight = observations.acis_seconds / observations.acis_seconds.sum()
    theta = sources["theta"] @ weight
    net = np.maximum(sources["total"] - sources["background"], 0).sum(axis=(1, 2))
    major, minor = acis.error_ellipses(rng, net, theta)
    east, north = offsets(pointing.ra, pointing.dec, sources["ra_true"], sources["dec_true"])
    # the point spread function is longest along the azimuth
    angle = (np.degrees(np.arctan2(east, north)) + 90) % 180
    along, across = rng.normal(0, 1, (2, len(net))) * np.stack([major, minor]) / acis.SIGMA_PER_95
    field_offset = rng.normal(0, 0.1, 2)
    sine, cosine = np.sin(np.radians(angle)), np.cos(np.radians(angle))
    ra, dec = shifted(
        sources["ra_true"],
        sources["dec_true"],
        along * sine + across * cosine + field_offset[0],
        along * cosine - across * sine + field_offset[1],
    )
    return {
        "name": _names(ra, dec),
        "ra": ra,
        "dec": dec,
        "err_ellipse_r0": major,
        "err_ellipse_r1": minor,
        "err_ellipse_ang": angle,
    }


def _names(ra, dec):
    """Return source names; of two with the same digits the later has an X appended."""
    names = np.strings.add("2CXO J", sexagesimal_name(ra, dec, 1, 0))
    order = np.argsort(names, kind="stable")
    first = np.concatenate([[True], names[order][1:] != names[order][:-1]])
    rank = np.arange(len(names)) - np.maximum.accumulate(np.where(first, np.arange(len(names)), 0))
    suffix = np.empty(len(names), "U8")
    suffix[order] = np.strings.multiply("X", rank)
    return np.strings.add(names, suffix)
