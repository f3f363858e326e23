"""What emits X-rays: eight kinds, how common and luminous they are, and what their X-ray spectra
look like.

A field's sources are drawn as a flux-limited survey finds them: nearby faint ones and distant
luminous ones, weighted by the volume in which their population lives.
"""

from dataclasses import dataclass

import numpy as np

from lynceus.inputs.simulated import galaxy, seds
from lynceus.inputs.simulated.galaxy import BULGE, THICK, THIN, YOUNG

PARSEC = 3.0857e18  # cm
LUMINOSITY_OFFSETS = np.linspace(-2.4, 2.4, 13)  # in standard deviations


@dataclass(frozen=True)
class Kind:
    """One kind of X-ray source of the Galaxy (AGN have only the lower half of it).

    The star that is seen lies between two rows of the star sequence; `log_lx` is the mean of
    log10(L_X / erg/s, 0.5-7 keV) at the first and the last of them. Pairs (mean, standard
    deviation) belong to normal distributions, of log10 for temperatures (keV) and columns (cm-2).
    `nh_damping` (slope, scale) says roughly how absorption dims the kind, (1 + scale N_H /
    1e22)^-slope: only to leave out early what no field can show.
    """

    name: str
    stars: tuple[str, str] = ("A0V", "A0V")
    log_lx: tuple[float, float] = (0.0, 0.0)
    log_lx_scatter: float = 1.0
    populations: tuple[int, ...] = (THIN,)
    is_weighted_by_density: bool = False
    gamma: tuple[float, float] = (1.8, 0.2)
    log_kt: tuple[float, float] = (0.0, 0.2)
    log_bb_kt: tuple[float, float] = (-0.7, 0.15)
    thermal_share: float = 0.0
    blackbody_share: float = 0.0
    log_local_nh: tuple[float, float] = (19.0, 0.3)
    nh_damping: tuple[float, float] = (0.8, 0.6)
    slow_variability: float = 0.05  # dex between observations
    fast_variability: float = 0.05  # rms within an observation, as a share of the mean
    flare_share: float = 0.0  # observations with a flare several times the mean


# Luminosities and temperatures: coronal stars, Guedel (2004), A&ARv 12, 71; young stars, Preibisch
# et al. (2005), ApJS 160, 401; hot stars, Naze (2009), A&A 506, 1055; binaries and CVs, Grimm et
# al. (2002), A&A 391, 923, and Pretorius & Mukai (2014), MNRAS 442, 2580; neutron stars, Potekhin
# et al. (2020), MNRAS 496, 5052.
KINDS = (
    Kind(
        "AGN",
        gamma=(1.85, 0.25),
        blackbody_share=0.04,
        log_bb_kt=(-0.9, 0.1),
        slow_variability=0.15,
        fast_variability=0.06,
    ),
    Kind(
        "LM-STAR",
        ("F2V", "M6V"),
        (28.9, 27.3),
        0.75,
        (THIN,),
        True,
        log_kt=(-0.3, 0.2),
        thermal_share=1.0,
        nh_damping=(1.6, 4.0),
        slow_variability=0.12,
        fast_variability=0.1,
        flare_share=0.12,
    ),
    Kind(
        "HM-STAR",
        ("O9V", "B3V"),
        (31.8, 29.8),
        0.5,
        (YOUNG,),
        True,
        log_kt=(-0.35, 0.2),
        thermal_share=1.0,
        log_local_nh=(20.8, 0.4),
        nh_damping=(1.6, 4.0),
        slow_variability=0.05,
        fast_variability=0.03,
    ),
    Kind(
        "YSO",
        ("G0V", "M5V"),
        (30.6, 29.2),
        0.6,
        (YOUNG,),
        True,
        log_kt=(0.18, 0.2),
        thermal_share=1.0,
        log_local_nh=(21.5, 0.35),
        nh_damping=(1.3, 1.5),
        slow_variability=0.2,
        fast_variability=0.15,
        flare_share=0.3,
    ),
    Kind(
        "HMXB",
        ("O9V", "B3V"),
        (34.3, 34.3),
        1.1,
        (YOUNG,),
        gamma=(1.2, 0.35),
        log_local_nh=(22.0, 0.5),
        slow_variability=0.5,
        fast_variability=0.35,
    ),
    Kind(
        "LMXB",
        ("G5V", "M3V"),
        (33.3, 33.3),
        1.4,
        (THIN, THICK, BULGE),
        gamma=(1.8, 0.35),
        blackbody_share=0.3,
        log_bb_kt=(-0.2, 0.2),
        log_local_nh=(20.8, 0.5),
        slow_variability=0.45,
        fast_variability=0.25,
    ),
    Kind(
        "CV",
        ("K7V", "M6V"),
        (30.9, 30.9),
        0.7,
        (THIN, THICK),
        log_kt=(1.0, 0.25),
        thermal_share=0.95,
        log_local_nh=(20.8, 0.6),
        slow_variability=0.2,
        fast_variability=0.3,
    ),
    Kind(
        "NS",
        ("A0V", "A0V"),
        (32.3, 32.3),
        1.0,
        (YOUNG, THIN),
        gamma=(1.6, 0.3),
        blackbody_share=0.55,
        log_bb_kt=(-0.75, 0.2),
        slow_variability=0.02,
        fast_variability=0.01,
    ),
)
NAMES = np.array([kind.name for kind in KINDS])
AGN, LM_STAR, HM_STAR, YSO, HMXB, LMXB, CV, NS = range(len(KINDS))

SHARES_LATITUDE = 14.0  # deg; how fast the shares go over from plane to pole


def kind_shares(pointing, preset):
    """Return the expected shares of the kinds among the detected sources of a pointing."""
    plane = np.exp(-abs(pointing.glat) / SHARES_LATITUDE)
    shares = (
        preset.region_shares
        if pointing.region_distance
        else plane * preset.plane_shares + (1 - plane) * preset.pole_shares
    )
    return shares / shares.sum()


def draw_sources(rng, kind, number, line, flux_limit, preset, region_distance=None):
    """Draw X-ray sources of one kind whose flux may reach a limit.

    Parameters
    ----------
    rng : numpy Generator
    kind : int
        Position in `KINDS`.
    number : int
    line : SightLine
    flux_limit : float, erg/s/cm2
        Unabsorbed flux (0.5-7 keV) below which nothing is drawn.
    preset : presets.Preset
    region_distance : float, pc, or None
        Where the young stars of a star-forming region are.

    Returns
    -------
    dict of (number,) arrays
        kind, place, distance (pc), redshift, a_v, local_a_v (mag), flux (erg/s/cm2, unabsorbed),
        nh, local_nh (cm-2), leak, population, and the fields of `spectra.Emission`.
    """
    if kind == AGN:
        sources = _draw_agn(rng, number, line, flux_limit, preset.obscured_share)
    else:
        sources = _draw_galactic(rng, preset.kinds[kind], number, line, flux_limit, region_distance)
    sources["kind"] = np.full(number, kind)
    sources["nh"] = seds.NH_PER_AV * sources["a_v"]
    return sources | draw_emission(rng, preset.kinds[kind], number)


def _draw_galactic(rng, kind, number, line, flux_limit, region_distance):
    rows = seds.sequence_rows(*kind.stars)
    row, offset, shell = _draw_cells(rng, kind, number, rows, line, flux_limit, region_distance)
    inside = kind.name in ("YSO", "HM-STAR") and region_distance is not None
    step = galaxy.DISTANCE_EDGES[1] / galaxy.DISTANCE_EDGES[0]
    distance = galaxy.DISTANCE_EDGES[shell] * step ** rng.random(number)
    if inside:
        distance = region_distance * rng.lognormal(0, 0.02, number)
    log_lx = _mean_log_lx(kind, len(rows))[row] + kind.log_lx_scatter * (
        offset + rng.uniform(-0.2, 0.2, number)
    )
    local_nh = 10 ** rng.normal(*kind.log_local_nh, number)
    # elsewhere the local gas is ionised wind or disc: no dust
    is_dusty = kind.name in ("YSO", "HM-STAR")
    return {
        "place": seds.spread_types(rng, rows[row]),
        "population": rng.choice(kind.populations, number),
        "distance": distance,
        "redshift": np.zeros(number),
        "a_v": line.extinction(distance) * rng.lognormal(0, 0.15, number),
        "local_a_v": local_nh / seds.NH_PER_AV if is_dusty else np.zeros(number),
        "local_nh": local_nh,
        "leak": np.zeros(number),
        "flux": 10**log_lx / (4 * np.pi * (distance * PARSEC) ** 2),
    }


def _mean_log_lx(kind, rows):
    return np.linspace(*kind.log_lx, rows)


def _draw_cells(rng, kind, number, rows, line, flux_limit, region_distance):
    """Return type, luminosity offset and distance cell of sources that may pass the flux limit."""
    density = line.density[list(kind.populations)].sum(axis=0) * galaxy.SHELL_VOLUME
    if kind.name in ("YSO", "HM-STAR") and region_distance is not None:
        density = (
            np.searchsorted(galaxy.DISTANCE_EDGES, region_distance) - 1 == np.arange(len(density))
        ).astype(float)
    common = seds.SEQUENCE["density"][rows] if kind.is_weighted_by_density else np.ones(len(rows))
    log_lx = _mean_log_lx(kind, len(rows))[:, None] + kind.log_lx_scatter * LUMINOSITY_OFFSETS
    slope, column = kind.nh_damping
    damping = -slope * np.log10(1 + column * line.a_v * seds.NH_PER_AV / 1e22)
    log_flux = log_lx[:, :, None] - np.log10(4 * np.pi * (galaxy.DISTANCE * PARSEC) ** 2) + damping
    weights = common[:, None, None] * np.exp(-0.5 * LUMINOSITY_OFFSETS**2)[:, None] * density
    seen = weights * (log_flux > np.log10(flux_limit))
    if not seen.any():  # nothing bright enough lives here: the brightest there can be
        seen = weights * (log_flux == log_flux[weights > 0].max())
    cells = np.cumsum(seen.ravel())
    chosen = np.searchsorted(cells, rng.uniform(0, cells[-1], number), side="right")
    row, offset, shell = np.unravel_index(np.minimum(chosen, len(cells) - 1), seen.shape)
    return row, LUMINOSITY_OFFSETS[offset], shell


def _draw_agn(rng, number, line, flux_limit, obscured_share):
    """Draw AGN: number counts broken at 1e-14 erg/s/cm2 (Georgakakis et al. 2008, MNRAS 388, 1205),
    a share of them behind a torus.
    """
    log_flux = np.linspace(np.log10(flux_limit), -10.5, 121)
    excess = log_flux + 14.0
    counts = np.cumsum(10 ** np.where(excess < 0, -0.58 * excess, -1.5 * excess))
    flux = 10 ** np.interp(rng.uniform(counts[0], counts[-1], number), counts, log_flux)
    redshift = np.clip(
        rng.lognormal(np.log(1.05), 0.6, number) * (flux / 1e-14) ** -0.12, 0.02, 5.5
    )
    is_obscured = rng.random(number) < obscured_share
    log_nh = np.where(is_obscured, rng.uniform(22.0, 23.8, number), rng.uniform(19.5, 21.6, number))
    # dust counts for less than gas in the torus: a tenth of the Galactic ratio (Maiolino et al.
    # 2001, A&A 365, 28)
    local_a_v = np.minimum(0.1 * 10**log_nh / seds.NH_PER_AV, 12.0)
    return {
        "place": np.zeros(number),
        "population": np.full(number, THIN),
        "distance": 1e6 * luminosity_distance(redshift),
        "redshift": redshift,
        "a_v": line.total_extinction * rng.lognormal(0, 0.15, number),
        "local_a_v": local_a_v,
        "local_nh": 10**log_nh,
        "leak": np.where(is_obscured, rng.uniform(0.01, 0.05, number), 0.0),
        "flux": flux,
    }


def luminosity_distance(redshift):
    """Return the luminosity distance in Mpc for H0 = 70 km/s/Mpc, Omega_m = 0.3, flat."""
    grid = np.linspace(0, 8, 1601)
    inverse = 1 / np.sqrt(0.3 * (1 + grid) ** 3 + 0.7)
    comoving = np.concatenate([[0], np.cumsum((inverse[1:] + inverse[:-1]) / 2)]) * (
        grid[1] * 299792.458 / 70
    )
    return (1 + redshift) * np.interp(redshift, grid, comoving)


def draw_emission(rng, kind, number):
    """Return the fields of `spectra.Emission` of sources of one Kind."""
    share = np.clip(kind.blackbody_share * rng.uniform(0.2, 1.8, number), 0, 1)
    return {
        "gamma": rng.normal(*kind.gamma, number),
        "kt": 10 ** rng.normal(*kind.log_kt, number),
        "bb_kt": 10 ** rng.normal(*kind.log_bb_kt, number),
        "thermal_share": np.full(number, kind.thermal_share),
        "blackbody_share": share,
    }
