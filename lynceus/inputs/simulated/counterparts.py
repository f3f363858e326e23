"""The light of the X-ray sources, and of galaxies and quasars that emit none, from optical to
infrared.
"""

import numpy as np

from lynceus.inputs.simulated import seds
from lynceus.inputs.simulated.galaxy import scattered
from lynceus.inputs.simulated.kinds import AGN, CV, HMXB, LMXB, NS, PARSEC, YSO

WAVELENGTH = np.array([0.64, 0.51, 0.78, 1.24, 1.66, 2.16, 3.37, 4.62, 12.1, 22.2])  # micron

# mag, decretion disc of a Be star
BE_EXCESS = np.array([0, 0, 0, 0.03, 0.08, 0.17, 0.35, 0.50, 1.0, 1.5])


def apparent_magnitudes(rng, sources, preset):
    """Return the (n, 10) apparent magnitudes of X-ray sources drawn by `kinds.draw_sources`, and
    which are AGN whose nucleus outshines its host in G.
    """
    kind, number = sources["kind"], len(sources["kind"])
    absolute = scattered(rng, seds.star_magnitudes(sources["place"]), 0.25)
    # a share of the young stars and 60 % of the companions of binaries have discs
    share = rng.random((number, 1))
    disc = rng.uniform(0.5, 1.3, (number, 1))
    young = (
        absolute
        - 1.4
        - rng.normal(0, 0.5, (number, 1))
        - np.where(share < preset.disc_share, disc, 0) * preset.disc_excess
    )
    be = absolute - np.where(share < 0.6, disc, 0) * BE_EXCESS
    log_lx = np.log10(sources["flux"] * 4 * np.pi * (sources["distance"] * PARSEC) ** 2)
    # discs of low-mass binaries: brighter with X-ray luminosity (van Paradijs & McClintock 1994,
    # A&A 290, 133)
    lmxb = seds.combined(absolute, hot_light(rng.normal(6.0, 1.0, number) - 1.1 * (log_lx - 33)))
    cv = seds.combined(absolute, hot_light(rng.normal(8.6, 1.6, number)))
    magnitudes = np.select(
        [(kind == k)[:, None] for k in (YSO, HMXB, LMXB, CV, NS)],
        [young, be, lmxb, cv, hot_light(rng.normal(23.0, 1.5, number))],
        absolute,
    )
    magnitudes = seds.apparent(
        magnitudes, sources["distance"], sources["a_v"] + sources["local_a_v"]
    )
    agn, has_bright_nucleus = agn_magnitudes(rng, sources, preset)
    return np.where((kind == AGN)[:, None], agn, magnitudes), (kind == AGN) & has_bright_nucleus


def hot_light(absolute_g):
    """Return the magnitudes of an accretion disc or hot surface of a given absolute G: the colours
    of an A0 star.
    """
    colours = seds.SEQUENCE_MAGNITUDES[seds.sequence_rows("A0V", "A0V")[0]]
    return colours - colours[seds.G] + np.asarray(absolute_g)[:, None]


def agn_magnitudes(rng, sources, preset):
    """Return the apparent magnitudes of AGN: a nucleus behind its torus, in a host galaxy, behind
    the Galaxy; and which nuclei outshine their host in G.

    The nucleus follows the X-ray to optical flux ratio, log (fx/fo) = log fx + G / 2.5 + 5.4
    (Maccacaro et al. 1988, ApJ 326, 680).
    """
    number = len(sources["flux"])
    ratio = rng.normal(*preset.log_fx_fo, number)
    nucleus_g = 2.5 * (ratio - 5.4 - np.log10(sources["flux"]))
    nucleus = (
        quasar_light(rng, nucleus_g, sources["redshift"], preset)
        + sources["local_a_v"][:, None] * seds.EXTINCTION
    )
    host = galaxy_light(
        rng, galaxy_g(rng, sources["distance"], sources["redshift"]), sources["redshift"], preset
    )
    light = seds.combined(nucleus, host) + sources["a_v"][:, None] * seds.EXTINCTION
    return light, nucleus[:, seds.G] < host[:, seds.G]


def quasar_light(rng, g, redshift, preset):
    """Return the magnitudes of unreddened quasars of given G, with their spread in slope and lines."""
    tilt = rng.normal(0, 0.15, (len(g), 1)) * np.log(WAVELENGTH / WAVELENGTH[seds.G])
    return (
        g[:, None]
        + preset.quasar_colours(redshift)
        + tilt
        + rng.normal(0, 0.08, (len(g), len(seds.BANDS)))
    )


def galaxy_light(rng, g, redshift, preset):
    """Return the magnitudes of galaxies of given G, redder with redshift."""
    dust = rng.normal(0, 0.5, (len(g), 1)) * np.array([0, 0, 0, 0, 0, 0, 0, 0.1, 1.0, 1.3])
    colours = preset.galaxy_colours(redshift) + dust
    return g[:, None] + colours + rng.normal(0, 0.08, (len(g), len(seds.BANDS)))


def galaxy_g(rng, distance, redshift):
    """Return the apparent G of host galaxies: M_G = -22.0 +- 0.7 and a K correction of 1.2 mag per
    unit redshift.
    """
    return (
        rng.normal(-22.0, 0.7, len(distance))
        + 5 * np.log10(distance)
        - 5
        + 1.2 * np.minimum(redshift, 1.5)
    )


def draw_background(rng, area, a_v, preset):
    """Draw the galaxies and quasars without X-rays of an area (steradian) behind an extinction
    (mag).

    About 3 galaxies and 0.025 quasars per square arcminute reach the surveys: the counts of AllWISE
    far from the plane, and of Gaia's quasars (Bailer-Jones et al. 2023, A&A 674, A41).

    Returns
    -------
    dict of arrays
        is_quasar, redshift, a_v, magnitudes (n, 10).
    """
    arcmin2 = area * (np.degrees(1) * 60) ** 2
    galaxies, quasars = rng.poisson(3.0 * arcmin2), rng.poisson(0.025 * arcmin2)
    redshift = np.concatenate([rng.gamma(3.0, 0.15, galaxies), rng.uniform(0.3, 3.0, quasars)])
    w1 = 17.6 + np.log10(1 - rng.random(galaxies)) / 0.45  # counts rise as 10^(0.45 W1)
    light = galaxy_light(rng, np.zeros(galaxies), redshift[:galaxies], preset)
    light += (w1 - light[:, seds.W1])[:, None]
    quasar_g = 21.0 + np.log10(1 - rng.random(quasars)) / 0.5
    magnitudes = np.concatenate([light, quasar_light(rng, quasar_g, redshift[galaxies:], preset)])
    return {
        "is_quasar": np.arange(galaxies + quasars) >= galaxies,
        "redshift": redshift,
        "a_v": np.full(galaxies + quasars, a_v),
        "magnitudes": magnitudes + a_v * seds.EXTINCTION,
    }
