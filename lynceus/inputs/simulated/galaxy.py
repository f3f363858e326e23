"""The Galaxy along one line of sight: where its stars and its dust lie, how they move, and which a
survey can see.
"""

from dataclasses import dataclass

import numpy as np

from lynceus.inputs.simulated import seds
from lynceus.inputs.simulated.geometry import GALACTIC_FROM_ICRS, local_axes, unit_vectors

# pc from the Galactic centre: Bland-Hawthorn & Gerhard (2016), ARA&A 54, 529
SUN = np.array([8200.0, 0.0, 20.8])
POPULATIONS = ("young", "thin", "thick", "halo", "bulge")
YOUNG, THIN, THICK, HALO, BULGE = range(len(POPULATIONS))

DISTANCE_EDGES = np.geomspace(4.0, 5e4, 81)  # pc
DISTANCE = np.sqrt(DISTANCE_EDGES[1:] * DISTANCE_EDGES[:-1])
SHELL_VOLUME = np.diff(DISTANCE_EDGES**3) / 3  # pc3 per steradian

DUST_PER_KPC = 1.0  # mag of A_V per kpc near the Sun, in the plane
DUST_HEIGHT, DUST_LENGTH = 125.0, 4000.0  # pc
# a star fainter than all of these is in no survey
FAINTEST = {seds.G: 21.4, seds.J: 17.1, seds.W1: 17.6}

# Mean lag behind the rotation of the Galaxy and dispersions (radial, azimuthal, vertical), km/s.
CIRCULAR_SPEED = 233.0
SOLAR_MOTION = np.array([11.1, 12.24, 7.25])  # Schonrich, Binney & Dehnen (2010), MNRAS 403, 1829
LAG = np.array([3.0, 15.0, 50.0, 225.0, 160.0])
DISPERSION = np.array(
    [[14, 10, 7], [35, 25, 18], [65, 45, 40], [140, 100, 95], [110, 110, 95]], float
)
KM_S_PER_MAS_PC = 4.740470464e-3  # km/s of a motion of 1 mas/yr at 1 pc


@dataclass(frozen=True)
class SightLine:
    """Density of each population (relative to all stars near the Sun) and A_V (mag) at each of
    `DISTANCE`.
    """

    glon: float
    glat: float
    density: np.ndarray
    a_v: np.ndarray

    def extinction(self, distance):
        """Return A_V in front of stars at distances in pc."""
        return np.interp(distance, DISTANCE, self.a_v)

    @property
    def total_extinction(self):
        """Return A_V through the whole Galaxy."""
        return float(self.a_v[-1])


def sight_line(glon, glat, dust_factor=1.0):
    """Return the Galaxy towards (glon, glat), degrees; `dust_factor` scales the mean amount of
    dust.

    References
    ----------
    Bland-Hawthorn & Gerhard (2016), ARA&A 54, 529 (discs, bulge); Juric et al. (2008), ApJ 673, 864
    (halo).
    """
    place = galactocentric(unit_vectors(glon, glat)[None, :], DISTANCE)
    radius, height = np.hypot(place[:, 0], place[:, 1]), np.abs(place[:, 2])
    inner = np.maximum(radius, 3000)  # discs and dust end at the bar
    disc = (SUN[0] - inner) / 2600
    flat = np.hypot(radius, height / 0.64)
    bar = np.sqrt((radius / 700) ** 2 + (height / 400) ** 2)
    density = np.stack(
        [
            np.exp(disc - height / 80),
            np.exp(disc - height / 300),
            0.07 * np.exp((SUN[0] - inner) / 2000 - height / 900),
            0.001 * (np.maximum(flat, 1000) / SUN[0]) ** -2.8,
            9.0 * np.exp(-bar),
        ]
    )
    dust = np.exp((SUN[0] - inner) / DUST_LENGTH - height / DUST_HEIGHT)
    a_v = np.cumsum(DUST_PER_KPC * dust * np.diff(DISTANCE_EDGES) / 1000) * dust_factor
    return SightLine(glon, glat, density, a_v)


def galactocentric(direction, distance):
    """Return (n, 3) positions, pc, with the Sun at `SUN`: x away from the centre, y against
    rotation, z north.
    """
    return SUN + np.asarray(distance)[:, None] * direction * np.array([-1.0, -1.0, 1.0])


def type_shares():
    """Return how many stars per pc3 near the Sun each row of the star sequence has in each
    population, (type, 5).
    """
    hot = (seds.SEQUENCE["sequence"] == "dwarf") & (seds.SEQUENCE["teff"] > 7800)
    turned_off = (seds.SEQUENCE["sequence"] == "dwarf") & (seds.SEQUENCE["teff"] > 6300)
    shares = np.ones((len(seds.SEQUENCE), len(POPULATIONS)))
    shares[:, YOUNG] = hot
    shares[hot, THIN] = 0
    shares[turned_off, THICK:] = 0
    return shares * seds.SEQUENCE["density"][:, None]


def visible_stars(line):
    """Return the stars per steradian that some survey could see, by (type, population, distance)."""
    distance_modulus = 5 * np.log10(DISTANCE) - 5
    visible = np.zeros((len(seds.SEQUENCE), len(DISTANCE)), bool)
    for band, limit in FAINTEST.items():
        magnitude = (
            seds.SEQUENCE_MAGNITUDES[:, band, None]
            + distance_modulus
            + seds.EXTINCTION[band] * line.a_v
        )
        visible |= magnitude < limit
    return type_shares()[:, :, None] * (line.density * SHELL_VOLUME)[None] * visible[:, None, :]


def draw_stars(rng, line, area, richness=1.0):
    """Draw the field stars of an area.

    Parameters
    ----------
    rng : numpy Generator
    line : SightLine
    area : float, steradian
    richness : float
        Factor on the mean density: the patchiness of the sky.

    Returns
    -------
    dict of arrays
        place (row of the star sequence), population, distance (pc), a_v (mag), magnitudes (n, 10).
    """
    cells = np.cumsum(visible_stars(line).ravel())
    number = rng.poisson(cells[-1] * area * richness)
    chosen = np.searchsorted(cells, rng.uniform(0, cells[-1], number), side="right")
    shape = (len(seds.SEQUENCE), len(POPULATIONS), len(DISTANCE))
    row, population, shell = np.unravel_index(np.minimum(chosen, len(cells) - 1), shape)
    distance = DISTANCE_EDGES[shell] * (DISTANCE_EDGES[1] / DISTANCE_EDGES[0]) ** rng.random(number)
    place = seds.spread_types(rng, row)
    a_v = line.extinction(distance) * rng.lognormal(0, 0.15, number)
    absolute = scattered(rng, seds.star_magnitudes(place), 0.25)
    return {
        "place": place,
        "population": population,
        "distance": distance,
        "a_v": a_v,
        "magnitudes": seds.apparent(absolute, distance, a_v),
    }


def scattered(rng, magnitudes, brightness, colour=0.02):
    """Return magnitudes with a scatter in brightness (mag, all bands alike) and a small one in each
    band.
    """
    number = len(magnitudes)
    return (
        magnitudes
        + rng.normal(0, brightness, (number, 1))
        + rng.normal(0, colour, (number, len(seds.BANDS)))
    )


def motions(rng, ra, dec, distance, population):
    """Return pmra (times cos dec) and pmdec, mas/yr, and radial velocity, km/s, of stars of a
    population.

    Galactic rotation less the lag of the population, its dispersion, and the reflex of the Sun's
    motion.
    """
    direction = unit_vectors(ra, dec)
    place = galactocentric(direction @ GALACTIC_FROM_ICRS.T, distance)
    radius = np.maximum(np.hypot(place[:, 0], place[:, 1]), 1.0)
    outward = np.stack([place[:, 0], place[:, 1], np.zeros_like(radius)], axis=1) / radius[:, None]
    # y points against rotation, so that rotation runs from x towards -y
    along = np.stack([outward[:, 1], -outward[:, 0], np.zeros_like(radius)], axis=1)
    peculiar = rng.normal(0, 1, (len(distance), 3)) * DISPERSION[population]
    rotation = (CIRCULAR_SPEED * np.minimum(radius / 1000, 1) - LAG[population]) + peculiar[:, 1]
    velocity = peculiar[:, :1] * outward + rotation[:, None] * along
    velocity[:, 2] += peculiar[:, 2]
    sun = np.array([-SOLAR_MOTION[0], -(CIRCULAR_SPEED + SOLAR_MOTION[1]), SOLAR_MOTION[2]])
    heliocentric = (velocity - sun) * np.array([-1.0, -1.0, 1.0]) @ GALACTIC_FROM_ICRS
    east, north = local_axes(ra, dec)
    scale = 1 / (KM_S_PER_MAS_PC * distance)
    return (
        np.sum(heliocentric * east, axis=1) * scale,
        np.sum(heliocentric * north, axis=1) * scale,
        np.sum(heliocentric * direction, axis=1),
    )
