"""Nearby galaxies that Hubble imaged: X-ray binaries and supernova remnants of known nature, and
what lies in front and behind.

One galaxy is to be classified: X-ray binaries and remnants are added to a field whose stars and
active nuclei are there already, and Hubble measures all of them. Three others lend their remnants,
which catalogues know, to training. Members are too faint for Gaia.
"""

from dataclasses import dataclass

import numpy as np

from lynceus.inputs.simulated import acis, detections, kinds, seds
from lynceus.inputs.simulated.broad_light import ab_magnitudes, black_body
from lynceus.inputs.simulated.geometry import offsets, sexagesimal_name, shifted
from lynceus.inputs.simulated.measurements import band_fluxes
from lynceus.inputs.simulated.tables import concatenated, taken

SNR = len(kinds.KINDS)
NAMES = np.append(kinds.NAMES, "SNR")
FARTHEST_LATITUDE = 25.0  # deg; galaxies are seen away from the Galactic plane
RADIUS, APART = 240.0, 15.0  # arcsec; of the galaxy, and between any two X-ray sources
FLUX_SLOPE = -0.6  # of the numbers of members brighter than a flux
SIGNIFICANCE = 3.0
FILTERS = {
    "W3_F275W": 2710.0,
    "W3_F336W": 3355.0,
    "A_F475W": 4745.0,
    "A_F814W": 8045.0,
    "W3_F110W": 11534.0,
    "W3_F160W": 15369.0,
}  # Angstrom, pivot; the filters of PHAT, Dalcanton et al. (2012), ApJS 200, 18
# AB mag at signal to noise 4 in crowded fields, roughly theirs
DEPTHS = np.array([25.1, 26.0, 27.5, 26.8, 25.8, 24.8])
SATURATED = 17.5  # AB mag; brighter stars are not measured
# stars of the galaxy per arcsec2, and out to where they are given
CROWDING, CROWDED_RADIUS = 0.08, 15.0
BINARY_EXTINCTION = 0.6  # mag of A_V, mean
# A_filter / A_V: Schlafly & Finkbeiner (2011), ApJ 737, 103, table 6
LAW = np.array([2.05, 1.67, 1.20, 0.60, 0.33, 0.20])


@dataclass(frozen=True)
class Galaxy:
    """One galaxy: its field, its distance modulus, the members wanted of each kind, and the
    catalogue that knows its remnants.
    """

    name: str
    distance_modulus: float
    members: dict
    table: str | None = None


TARGET = Galaxy("target", 24.5, {kinds.HMXB: 45, kinds.LMXB: 45, SNR: 20})
LENDERS = (
    Galaxy("M33", 24.6, {SNR: 45}, "literature_snr_m33"),
    Galaxy("NGC 6946", 29.2, {SNR: 25}, "literature_snr_ngc6946"),
    Galaxy("M83", 28.3, {SNR: 35}, "literature_snr_m83"),
)
TABLES = ("galaxy_xray", "galaxy_truth", "hsc", *(galaxy.table for galaxy in LENDERS))


def host_fields(fields):
    """Return the galaxy of each field that has one, by the field's number: the richest fields away
    from the plane.
    """
    high = sorted(
        (field for field in fields if abs(field.glat) > FARTHEST_LATITUDE),
        key=lambda field: (-field.sources, field.index),
    )
    return {field.index: galaxy for field, galaxy in zip(high, (TARGET, *LENDERS))}


def galaxy_columns(rng, galaxy, pointing, observations, line, own, master):
    """Return the rows of every table of TABLES for one galaxy.

    Parameters
    ----------
    rng : numpy Generator
    galaxy : Galaxy
    pointing, observations, line
        The field, how it was observed, and the dust before it.
    own, master : dict of (n,) arrays
        The objects that emit the X-rays of the field's other sources, and their rows of csc_master.
    """
    members = _members(rng, galaxy, pointing, observations, line, master)
    light = _member_light(rng, galaxy, members)
    tables = {"galaxy_xray": members["xray"]}
    if galaxy.table:
        tables[galaxy.table] = _remnants(rng, members)
        owner, objects, magnitudes = np.arange(len(light)), (members["ra"], members["dec"]), light
    else:
        others = ab_magnitudes(own, list(FILTERS.values()))
        owner = np.concatenate([np.arange(len(light)), np.full(len(others), -1)])
        objects = tuple(np.concatenate([members[axis], own[axis]]) for axis in ("ra", "dec"))
        magnitudes = np.concatenate([light, others])
    tables["hsc"], found = _hubble(rng, galaxy, objects, magnitudes, owner)
    match = np.ma.masked_all(len(light), np.int64)
    match[found["owner"][found["owner"] >= 0]] = found["MatchID"][found["owner"] >= 0]
    tables["galaxy_truth"] = {
        "name": members["xray"]["name"],
        "galaxy": np.full(len(light), galaxy.name, dtype=object),
        "kind": NAMES[members["kind"]],
        "MatchID": match,
    }
    return tables


def _members(rng, galaxy, pointing, observations, line, master):
    """Return the members that are detected: kind, flux, true position, and their rows as X-ray
    sources.
    """
    kind = np.repeat(list(galaxy.members), list(galaxy.members.values()))
    limit = 12 * detections.FLUX_PER_RATE / observations.acis_seconds.sum()
    flux = limit * rng.random(len(kind)) ** (1 / FLUX_SLOPE)
    flux = np.minimum(flux, 300 * limit)
    ra, dec = _places(rng, pointing, len(kind), master)
    shape = np.where(kind == SNR, kinds.NS, kind)
    emission = concatenated([_emission(rng, one) for one in kind])
    east, north = offsets(observations.ra, observations.dec, ra[:, None], dec[:, None])
    sources = emission | {
        "kind": shape,
        "flux": flux,
        "nh": np.full(len(kind), seds.NH_PER_AV * line.total_extinction),
        "redshift": np.zeros(len(kind)),
        "leak": np.zeros(len(kind)),
        "ra_true": ra,
        "dec_true": dec,
        "theta": np.hypot(east, north) / 60,
    }
    sources |= detections.count_photons(rng, observations, sources)
    strength = acis.significance(
        sources["total"].sum(axis=(1, 2)), sources["background"].sum(axis=(1, 2))
    )
    kept = strength >= SIGNIFICANCE
    sources, kind, strength = taken(sources, kept), kind[kept], strength[kept]
    placed = detections.place_sources(rng, pointing, observations, sources)
    fluxes = band_fluxes(
        sources["total"].sum(axis=1),
        sources["background"].sum(axis=1),
        sources["seconds"].sum(axis=1),
        sources["photons_per_count"],
        sources["energy_per_count"],
    )
    xray = {
        name: placed[name] for name in ("name", "ra", "dec", "err_ellipse_r0", "err_ellipse_r1")
    } | {"significance": strength}
    for band in "smhb":
        for suffix, values in zip(("", "_lolim", "_hilim"), fluxes["flux", band]):
            xray[f"flux_aper90{suffix}_{band}"] = values
    return {
        "kind": kind,
        "flux": sources["flux"],
        "ra": sources["ra_true"],
        "dec": sources["dec_true"],
        "xray": xray,
    }


def _places(rng, pointing, number, master):
    """Return positions in the galaxy, apart from each other and from the sources there are."""
    east, north = (
        list(values) for values in offsets(pointing.ra, pointing.dec, master["ra"], master["dec"])
    )
    start = len(east)
    while len(east) < start + number:
        radius, angle = RADIUS * np.sqrt(rng.random()), rng.uniform(0, 2 * np.pi)
        x, y = radius * np.sin(angle), radius * np.cos(angle)
        if np.min(np.hypot(np.array(east) - x, np.array(north) - y), initial=np.inf) > APART:
            east.append(x)
            north.append(y)
    centre = np.full(number, pointing.ra), np.full(number, pointing.dec)
    return shifted(*centre, np.array(east[start:]), np.array(north[start:]))


def _emission(rng, kind):
    """Return the X-ray spectrum of one member; remnants are soft thermal plasma (Long et al. 2010,
    ApJS 187, 495).
    """
    if kind == SNR:
        thermal = {
            "gamma": 2.0,
            "kt": 10 ** rng.normal(-0.3, 0.15),
            "bb_kt": 0.2,
            "thermal_share": 1.0,
            "blackbody_share": 0.0,
        }
        return {name: np.array([value]) for name, value in thermal.items()} | {
            "local_nh": 10 ** rng.normal(20.8, 0.3, 1)
        }
    return kinds.draw_emission(rng, kinds.KINDS[kind], 1) | {
        "local_nh": 10 ** rng.normal(*kinds.KINDS[kind].log_local_nh, 1)
    }


def _member_light(rng, galaxy, members):
    """Return the AB magnitudes (n, 6) of the members in FILTERS.

    Donors of high-mass binaries are hot stars, most with the infrared excess of a Be star; low-mass
    ones show their disc, brighter with the X-rays as van Paradijs & McClintock (1994), A&A 290,
    133; remnants shine in lines, most in F475W.
    """
    number, wavelengths = len(members["kind"]), np.array(list(FILTERS.values()))
    hot = black_body(10 ** rng.uniform(4.2, 4.52, number), wavelengths)
    excess = rng.uniform(0, 1, (number, 1)) * np.array([0, 0, 0, 0, 0.1, 0.25])
    high_mass = hot - hot[:, [2]] + rng.uniform(-5.2, -1.5, (number, 1)) - excess
    parsec = 10 ** (galaxy.distance_modulus / 5 + 1)
    log_lx = np.log10(4 * np.pi * (parsec * kinds.PARSEC) ** 2 * members["flux"])
    disc = 2.5 / 3 * np.log10(wavelengths / wavelengths[2]) + rng.normal(
        0, 0.2, (number, 1)
    ) * np.log(wavelengths / wavelengths[2])
    low_mass = disc + (6.0 - 1.1 * (log_lx - 33) + rng.normal(0, 1.0, number))[:, None]
    remnant = (
        np.array([0.6, 0.4, 0.0, 0.7, 0.9, 0.8])
        + rng.normal(0, 0.3, (number, 6))
        + rng.normal(-1.5, 1.0, (number, 1))
    )
    light = np.select(
        [(members["kind"] == kinds.HMXB)[:, None], (members["kind"] == kinds.LMXB)[:, None]],
        [high_mass, low_mass],
        remnant,
    )
    dust = rng.exponential(BINARY_EXTINCTION, (number, 1)) * LAW
    return light + galaxy.distance_modulus + dust


def _hubble(rng, galaxy, places, magnitudes, owner):
    """Return the rows of `hsc` and owner and MatchID of each: the objects given, and stars of the
    galaxy around them.
    """
    area = np.pi * CROWDED_RADIUS**2
    around = np.repeat(np.arange(len(owner)), rng.poisson(CROWDING * area, len(owner)))
    radius, angle = (
        CROWDED_RADIUS * np.sqrt(rng.random(len(around))),
        rng.uniform(0, 2 * np.pi, len(around)),
    )
    ra, dec = shifted(
        places[0][around], places[1][around], radius * np.sin(angle), radius * np.cos(angle)
    )
    # most stars are red giants near the limit
    faint = DEPTHS[2] - rng.exponential(1.0, len(around))
    is_red = rng.random(len(around)) < 0.75
    teff = np.where(
        is_red, rng.uniform(3400, 5200, len(around)), 10 ** rng.uniform(3.8, 4.4, len(around))
    )
    star = black_body(teff, list(FILTERS.values()))
    ra, dec = np.concatenate([places[0], ra]), np.concatenate([places[1], dec])
    magnitudes = np.concatenate([magnitudes, star - star[:, [2]] + faint[:, None]])
    owner = np.concatenate([owner, np.full(len(around), -1)])
    noise = 0.02 + 0.25 * 10 ** (0.4 * (magnitudes - DEPTHS))
    measured = np.where(
        (magnitudes < DEPTHS) & (magnitudes > SATURATED),
        magnitudes + noise * rng.normal(0, 1, magnitudes.shape),
        np.nan,
    )
    seen = np.isfinite(measured).any(axis=1)
    ra, dec = shifted(ra, dec, *(0.05 * rng.normal(0, 1, (2, len(ra)))))
    number = np.sort(rng.choice(10**9, len(ra), replace=False)) + 10**9 * sum(map(ord, galaxy.name))
    columns = {
        "MatchID": number,
        "MatchRA": ra,
        "MatchDec": dec,
        "DSigma": np.abs(rng.normal(5, 2, len(ra))),
    }
    for place, name in enumerate(FILTERS):
        columns |= {
            name: measured[:, place],
            f"{name}_MAD": np.where(np.isfinite(measured[:, place]), noise[:, place], np.nan),
        }
    columns = taken(columns, seen)
    return columns, {"owner": owner[seen], "MatchID": columns["MatchID"]}


def _remnants(rng, members):
    """Return a catalogue's rows of the remnants: all found in the optical, half in X-rays, a few in
    radio, each with its own position.
    """
    parts = []
    for band, share, sigma in (("optical", 1.0, 0.4), ("X-ray", 0.5, 0.2), ("radio", 0.2, 0.5)):
        rows = np.flatnonzero(rng.random(len(members["ra"])) < share)
        ra, dec = shifted(
            members["ra"][rows], members["dec"][rows], *(sigma * rng.normal(0, 1, (2, len(rows))))
        )
        name = np.strings.add("SNR ", sexagesimal_name(ra, dec, 1, 0)).astype(object)
        parts.append(
            {
                "band": np.full(len(rows), band, dtype=object),
                "recno": 1 + rows,
                "Name": name,
                "_RAJ2000": ra,
                "_DEJ2000": dec,
            }
        )
    return concatenated(parts)
