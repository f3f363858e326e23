"""What SIMBAD knows of the X-ray sources: more of the brighter ones, not always what they are, now
and then wrong.

Shares of the types as Perez-Diaz et al. (2024, MNRAS 528, 4852, Table 3) find them among Chandra
detections: a third has no object within 1 arcsec, and of the objects a third is called star, X-ray
source or the like.
"""

from itertools import zip_longest

import numpy as np

from lynceus.inputs.simulated import kinds
from lynceus.inputs.simulated.geometry import shifted

SIGNIFICANCE_OF_HALF = 6.0  # where half of what can be known is known
KNOWN_SHARE = 0.85  # of the brightest
POSITION_ERROR = 0.15  # arcsec per axis
WRONG_SHARE = 0.04  # have the type of another kind
VAGUE_SHARE = 0.3  # are called by where they shine
VAGUE_TYPES = np.array(["X", "*", "IR", "Rad", "PoG"])
VAGUE_ODDS = np.array([0.5, 0.35, 0.05, 0.06, 0.04])
# types of each kind in order of kinds.KINDS, in SIMBAD's short spelling, with their odds
TYPES = (
    ({"QSO": 0.62, "AGN": 0.15, "Sy1": 0.11, "Sy2": 0.08, "G": 0.04}),
    ({"*": 0.55, "PM*": 0.15, "LM*": 0.15, "BY*": 0.15}),
    ({"*": 0.4, "Em*": 0.3, "SB*": 0.3}),
    ({"Y*O": 0.42, "Or*": 0.36, "TT*": 0.22}),
    ({"HXB": 0.8, "XB*": 0.2}),
    ({"LXB": 0.6, "XB*": 0.4}),
    ({"CV*": 0.8, "XB*": 0.2}),
    ({"Psr": 0.9, "XB*": 0.1}),
)
# (kind, type): name, and odds of the types so far
_NAMES = np.array(list(zip_longest(*TYPES, fillvalue="")), dtype=object).T
_ODDS_SO_FAR = np.cumsum(
    list(zip_longest(*(odds.values() for odds in TYPES), fillvalue=0)), axis=0
).T


def object_columns(rng, sources, master):
    """Return the rows of `simbad` for the sources of one field.

    Parameters
    ----------
    rng : numpy Generator
    sources : dict of (n,) arrays
        With kind, ra_true, dec_true (deg).
    master : dict of (n,) arrays
        Rows of `csc_master`, in the same order: name, significance.
    """
    number = len(sources["kind"])
    chance = KNOWN_SHARE * master["significance"] / (master["significance"] + SIGNIFICANCE_OF_HALF)
    is_known = rng.random(number) < chance
    kind = np.where(
        rng.random(number) < WRONG_SHARE, rng.integers(0, len(kinds.NAMES), number), sources["kind"]
    )
    so_far = _ODDS_SO_FAR[kind] / _ODDS_SO_FAR[kind, -1:]
    exact = _NAMES[kind, (rng.random((number, 1)) >= so_far).sum(axis=1)]
    vague = rng.choice(VAGUE_TYPES, number, p=VAGUE_ODDS).astype(object)
    otype = np.where(rng.random(number) < VAGUE_SHARE, vague, exact)
    ra, dec = shifted(
        sources["ra_true"], sources["dec_true"], *rng.normal(0, POSITION_ERROR, (2, number))
    )
    names = np.strings.replace(np.asarray(master["name"], str), "2CXO J", "SIM ")
    return {
        "main_id": names[is_known],
        "ra": ra[is_known],
        "dec": dec[is_known],
        "otype": otype[is_known],
    }
