"""Star-forming regions: members whose X-rays are too faint, and the motion that all members share."""

from dataclasses import replace

import numpy as np

from lynceus.inputs.simulated import galaxy, kinds, seds
from lynceus.inputs.simulated.footprint import contains
from lynceus.inputs.simulated.geometry import ARCSEC
from lynceus.inputs.simulated.pointings import places_in_cluster

MEMBERS = (kinds.HM_STAR, kinds.YSO)
MEMBER_TYPES = ("F8V", "M6V")


def is_member(pointing, kind):
    """Return which X-ray sources of a field are members of its region."""
    return np.isin(kind, MEMBERS) & (pointing.region_distance is not None)


def with_cloud(rng, pointing, line, preset):
    """Return the line of sight with the cloud of the field's region, a little behind its stars, which
    have dust of their own.

    Its A_V is half of that of the middle star: most of a field lies beside the densest part.
    """
    middle = 10 ** preset.kinds[kinds.YSO].log_local_nh[0] / seds.NH_PER_AV
    a_v = 0.5 * middle * rng.lognormal(0, 0.4)
    is_behind = galaxy.DISTANCE > 1.25 * pointing.region_distance
    return replace(line, a_v=line.a_v + np.where(is_behind, a_v, 0.0))


def nebular_light(rng, number, preset):
    """Return the light, as 10^(-0.4 magnitude), of the nebula in the window of each object."""
    mean, between, within = preset.nebula
    return 10 ** (-0.4 * (rng.normal(mean, between) + rng.normal(0, within, number)))


def places(rng, pointing, number, radius):
    """Return coordinates of members of a region, half of them within `radius` (pc) of its centre."""
    return places_in_cluster(rng, pointing, number, radius / pointing.region_distance * ARCSEC)


def draw_members(rng, pointing, line, sources, cells, preset):
    """Draw the members of the region in a field that no X-rays are detected of, in the given cells.

    They are as common as field stars of their types, behind as much dust as the young X-ray
    sources, and crowd as these do.

    Returns
    -------
    dict of arrays
        Columns of `kinds.draw_sources` that light and motion follow from; ra, dec (deg).
    """
    number = rng.poisson(preset.members * np.sum(sources["kind"] == kinds.YSO))
    ra, dec = places(rng, pointing, number, preset.cluster_radius)
    inside = contains(cells, ra, dec)
    ra, dec, number = ra[inside], dec[inside], int(inside.sum())
    rows = seds.sequence_rows(*MEMBER_TYPES)
    common = seds.SEQUENCE["density"][rows]
    distance = pointing.region_distance * rng.lognormal(0, 0.02, number)
    local_nh = 10 ** rng.normal(*preset.kinds[kinds.YSO].log_local_nh, number)
    return {
        "ra": ra,
        "dec": dec,
        "kind": np.full(number, kinds.YSO),
        "place": seds.spread_types(rng, rng.choice(rows, number, p=common / common.sum())),
        "population": np.full(number, galaxy.YOUNG),
        "distance": distance,
        "redshift": np.zeros(number),
        "a_v": line.extinction(distance) * rng.lognormal(0, 0.15, number),
        "local_a_v": local_nh / seds.NH_PER_AV,
        "flux": np.full(number, 1e-20),
    }


def draw_motion(rng, pointing):
    """Return pmra, pmdec (mas/yr) and radial velocity (km/s) of a region: those of one young star."""
    centre = np.array([pointing.ra]), np.array([pointing.dec])
    distance = np.array([pointing.region_distance])
    return np.array(galaxy.motions(rng, *centre, distance, np.array([galaxy.YOUNG])))[:, 0]


def member_motions(rng, motion, distance, dispersion):
    """Return pmra, pmdec (mas/yr) and radial velocity (km/s) of members: their region's, and a
    dispersion (km/s in each coordinate) about it.
    """
    per_km_s = np.stack([1 / (galaxy.KM_S_PER_MAS_PC * distance)] * 2 + [np.ones(len(distance))])
    return motion[:, None] + dispersion * rng.normal(0, 1, per_km_s.shape) * per_km_s
