"""Catalogues of objects of known class, as VizieR gives them: some of the X-ray sources'
counterparts, and others without X-rays.

Their names differ between catalogues, some are empty, positions are as good as the catalogue's time
allowed, and one object may stand in several. Spectral types are those of the star sequence, a few
of them uncertain.
"""

import numpy as np

from lynceus.inputs.simulated import kinds, seds
from lynceus.inputs.simulated.geometry import sexagesimal_name, shifted

TABLES = (
    "literature_veroncetty",
    "literature_liu_lmxb",
    "literature_liu_hmxb",
    "literature_ritterkolb_lmxb",
    "literature_ritterkolb_cv",
    "literature_downes",
    "literature_skiff",
    "literature_apogee",
    "literature_vanderhucht",
    "literature_vanderhucht_annex",
)
# of each catalogue: kind, share of the kind it knows, faintest G, position error in each coordinate
# (arcsec), prefix of its names
CATALOGUES = {
    "literature_veroncetty": (kinds.AGN, 0.25, 21.0, 0.3, "SDSS J"),
    "literature_liu_lmxb": (kinds.LMXB, 0.6, 25.0, 0.3, "LMXB "),
    "literature_ritterkolb_lmxb": (kinds.LMXB, 0.5, 22.0, 0.3, "lmxb"),
    "literature_liu_hmxb": (kinds.HMXB, 0.8, 22.0, 0.3, "HMXB J"),
    "literature_ritterkolb_cv": (kinds.CV, 0.4, 21.0, 0.3, "CV "),
    "literature_downes": (kinds.CV, 0.4, 21.0, 0.5, "cv-"),
    "literature_skiff": (kinds.LM_STAR, 0.15, 19.0, 0.2, "TYC "),
    "literature_apogee": (kinds.LM_STAR, 0.08, 17.0, 0.1, "2M"),
    "literature_vanderhucht": (kinds.HM_STAR, 0.2, 17.0, 0.5, "WR "),
    "literature_vanderhucht_annex": (kinds.HM_STAR, 0.1, 17.0, 0.5, "WR"),
}
HOT_STARS_IN_SKIFF = 0.6
OTHERS = 8  # stars without X-rays in a field that are in Skiff's list
UNCERTAIN_TYPES, NO_NAME = 0.06, 0.05


def known_object_columns(rng, number, sources, own, objects, known=1.0):
    """Return the rows of every catalogue that knows an object of one field.

    Parameters
    ----------
    rng : numpy Generator
    number : int
        Of the field; rows of different fields have different numbers.
    sources, own : dict of (n,) arrays
        X-ray sources and the objects that emit the X-rays.
    objects : dict of arrays
        All objects of the field.
    known : float
        How much of its share each catalogue knows.
    """
    tables = {}
    for table in CATALOGUES:
        rows = _known(rng, table, sources, own, known)
        ra, dec, types = own["ra"][rows], own["dec"][rows], _types(rng, sources["place"][rows])
        if table == "literature_skiff":
            ra, dec, types = (
                np.concatenate(pair) for pair in zip((ra, dec, types), _others(rng, objects))
            )
        if not len(ra):
            continue
        *_, sigma, prefix = CATALOGUES[table]
        tables[table] = _rows(rng, number * 100_000 + np.arange(len(ra)), ra, dec, sigma, prefix)
        if table == "literature_skiff":
            tables[table]["SpType"] = types
        elif table.startswith("literature_vanderhucht"):
            letters, subtypes = rng.choice(["N", "C"], len(ra)), rng.integers(3, 10, len(ra))
            tables[table]["SpType"] = np.array(
                [f"W{letter}{subtype}" for letter, subtype in zip(letters, subtypes)], dtype=object
            )
        elif table == "literature_apogee":
            tables[table] |= _parameters(rng, own["teff"][rows], own["logg"][rows])
    return tables


def _known(rng, table, sources, own, known):
    """Return the X-ray sources that a catalogue knows."""
    kind, share, faintest, *_ = CATALOGUES[table]
    g = own["magnitudes"][:, seds.G]
    shares = np.where(sources["kind"] == kind, share, 0.0)
    if table == "literature_skiff":
        shares = np.where(sources["kind"] == kinds.HM_STAR, HOT_STARS_IN_SKIFF, shares)
    return np.flatnonzero((rng.random(len(g)) < known * shares) & (g < faintest))


def _others(rng, objects):
    """Return position and type of some bright stars of the field that emit no X-rays."""
    bright = (objects["owner"] < 0) & objects["is_star"] & (objects["magnitudes"][:, seds.G] < 16)
    rows = rng.permutation(np.flatnonzero(bright))[:OTHERS]
    nearest = np.abs(seds.SEQUENCE["teff"][:, None] - objects["teff"][rows]).argmin(axis=0)
    return objects["ra"][rows], objects["dec"][rows], _types(rng, nearest)


def _parameters(rng, teff, logg):
    """Return what APOGEE-2 says of stars; the velocities of a fifth vary."""
    number = len(teff)
    return {
        "Teff": teff * rng.normal(1, 0.02, number),
        "logg": logg + rng.normal(0, 0.1, number),
        "s_HRV": rng.exponential(0.6, number),
    }


def _rows(rng, numbers, ra, dec, sigma, prefix):
    """Return number, name and position of the rows of one catalogue."""
    name = np.strings.add(prefix, sexagesimal_name(ra, dec, 1, 0)).astype(object)
    name[rng.random(len(ra)) < NO_NAME] = None
    ra, dec = shifted(ra, dec, *(sigma * rng.normal(0, 1, (2, len(ra)))))
    return {"recno": numbers, "Name": name, "_RAJ2000": ra, "_DEJ2000": dec}


def _types(rng, place):
    """Return spectral types of fractional rows of the star sequence, as an array of str; a few of
    them cannot be told.
    """
    rows = np.clip(np.round(place).astype(int), 0, len(seds.SEQUENCE) - 1)
    types = seds.SEQUENCE["spectral_type"][rows].astype(object)
    unclear = rng.random(len(rows)) < UNCERTAIN_TYPES
    types[unclear] = rng.choice(np.array(["B9/A0", "OB-A", "?", "em"], dtype=object), unclear.sum())
    return types
