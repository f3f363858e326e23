"""Where, when and how long Chandra looked: fields that do not overlap, denser towards the Galactic
plane.
"""

from dataclasses import dataclass

import numpy as np
from astropy import units as u
from astropy_healpix import HEALPix

from lynceus.inputs.simulated.geometry import galactic, shifted

FIELD_RADIUS = 19.5 * 60  # arcsec; off-axis angles end near 20 arcmin
# neighbouring centres are at least 44 arcmin apart: fields do not touch
GRID = HEALPix(nside=64, order="nested")
FIRST_DAY, LAST_DAY = 51400.0, 59500.0  # MJD, August 1999 to October 2021


@dataclass(frozen=True)
class Pointing:
    """One field: centre (deg, ICRS and Galactic), wanted number of X-ray sources, star-forming
    region or not.
    """

    index: int
    ra: float
    dec: float
    glon: float
    glat: float
    sources: int
    region_distance: float | None  # pc; None outside star-forming regions


@dataclass(frozen=True)
class Observations:
    """The k observations of one field: aim points (deg), start (MJD), exposure (s), stack number,
    instrument.
    """

    ra: np.ndarray
    dec: np.ndarray
    start: np.ndarray
    exposure: np.ndarray
    stack: np.ndarray
    roll: np.ndarray
    is_hrc: np.ndarray

    @property
    def acis_seconds(self):
        """Return the exposure of each observation in which ACIS looked, else 0."""
        return np.where(self.is_hrc, 0.0, self.exposure)


def plan(rng, sources, pointings, preset):
    """Return all pointings: centres without repetition, `sources` X-ray sources shared out
    unevenly.

    Parameters
    ----------
    rng : numpy Generator
    sources, pointings : int
    preset : presets.Preset

    Returns
    -------
    list of Pointing

    Raises
    ------
    ValueError
        If there are more pointings than fields on the sky.
    """
    if not 0 < pointings <= GRID.npix // 3:
        raise ValueError(
            f"the number of pointings must lie between 1 and {GRID.npix // 3}, not {pointings}"
        )
    lon, lat = GRID.healpix_to_lonlat(np.arange(GRID.npix))
    ra, dec = lon.to_value(u.deg), lat.to_value(u.deg)
    latitude = np.abs(galactic(ra, dec)[1])
    weight = 1 + preset.plane_excess * np.exp(-latitude / preset.latitude_scale)
    cells = rng.choice(GRID.npix, pointings, replace=False, p=weight / weight.sum())
    glon, glat = galactic(ra[cells], dec[cells])
    deep_surveys = 1 - preset.survey_excess * np.exp(-np.abs(glat) / preset.survey_scale)
    share = deep_surveys * rng.lognormal(0, 0.6, pointings)
    counts = rng.multinomial(sources, share / share.sum())
    distance = _region_distances(rng, glat, preset)
    if preset.region_richness > 1:
        share *= np.where(np.equal(distance, None), 1.0, preset.region_richness)
        counts = rng.multinomial(sources, share / share.sum())
    return [
        Pointing(i, ra[cell], dec[cell], glon[i], glat[i], int(counts[i]), distance[i])
        for i, cell in enumerate(cells)
    ]


def _region_distances(rng, glat, preset):
    """Return the distance (pc) of the star-forming region in each field, None for most."""
    is_region = rng.random(len(glat)) < preset.region_share * np.exp(-np.abs(glat) / 8.0)
    distance = 10 ** rng.uniform(*preset.region_log_distance, len(glat))
    return [float(d) if found else None for d, found in zip(distance, is_region)]


def observe(rng, pointing, depth):
    """Return the observations of a field: rich fields were looked at for longer, half of them only
    once; `depth` is a factor on the exposures.
    """
    number = 1 if rng.random() < 0.5 else 1 + rng.geometric(0.35)
    richness = (pointing.sources + 5) / 50
    total = np.clip(2.5e4 * depth * richness * rng.lognormal(0, 0.6), 4e3, 2e6)  # s
    exposure = np.maximum(total * rng.dirichlet(np.full(number, 3.0)), 1500.0)
    season = rng.uniform(FIRST_DAY, LAST_DAY)
    is_return = rng.random(number) < 0.5
    start = np.where(
        is_return, rng.uniform(FIRST_DAY, LAST_DAY, number), season + rng.uniform(0, 30, number)
    )
    is_hrc = rng.random(number) < 0.04
    is_hrc[0] = False
    stack = np.where(rng.random(number) < 0.15, 1, 0)
    stack[0] = 0
    # arcsec (east, north) of either stack
    aim = rng.normal(0, 1, (2, 2)) * np.array([[20.0], [90.0]])
    jitter = rng.normal(0, 10.0, (number, 2))
    ra, dec = shifted(pointing.ra, pointing.dec, *(aim[stack] + jitter).T)
    order = np.argsort(start)
    columns = (ra, dec, start, exposure, stack, rng.uniform(0, 360, number), is_hrc)
    return Observations(*(column[order] for column in columns))


def places_in_field(rng, pointing, number):
    """Return coordinates as those of X-ray sources: few chips reach far off axis, and aim points
    crowd near it.
    """
    return _around(rng, pointing, FIELD_RADIUS * rng.beta(1.35, 3.2, number))


def places_in_cluster(rng, pointing, number, radius):
    """Return coordinates in the field, half of them within `radius` (arcsec) of its centre, as in a
    cluster of Plummer (1911), MNRAS 71, 460.
    """
    share = rng.uniform(0, 1 / (1 + (radius / FIELD_RADIUS) ** 2), number)
    return _around(rng, pointing, radius * np.sqrt(share / (1 - share)))


def _around(rng, pointing, radius):
    azimuth = rng.uniform(0, 2 * np.pi, len(radius))
    return shifted(
        np.full(len(radius), pointing.ra),
        np.full(len(radius), pointing.dec),
        radius * np.sin(azimuth),
        radius * np.cos(azimuth),
    )
