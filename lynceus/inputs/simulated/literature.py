"""Published classes of the X-ray sources, as far as publications go: of the clearer sources, and
not always right.

Of two catalogues of classes and one training set: shares of sources and of right classes as their
authors give them (Yang et al. 2022, ApJ 941, 104, tables 4 and 6, figure 6; Perez-Diaz et al. 2024,
MNRAS 528, 4852, section 5).
"""

from itertools import zip_longest

import numpy as np

from lynceus.inputs.simulated import kinds

TABLES = ("literature_yangetal_gcs", "literature_yangetal_training", "literature_perezdiazetal")

GCS_SIGNIFICANCE = 6.0  # faintest source that MUWCLASS takes
# order of kinds.KINDS
GCS_RECALL = np.array([0.925, 0.860, 0.720, 0.935, 0.692, 0.262, 0.545, 0.678])
CLUSTERED_SIGNIFICANCE = 5.0
CLUSTERED_SHARE = 0.12
CLUSTERED_RECALL = 0.65
# what the clustering, which knows eight classes and no stars, calls each kind when it is right
CLUSTERED_CLASSES = (
    ("QSO", "AGN", "Seyfert_1", "Seyfert_2"),
    ("YSO", "TTau*"),
    ("YSO",),
    ("YSO", "TTau*", "Orion_V*"),
    ("HMXB", "XB"),
    ("LMXB", "XB"),
    ("XB", "LMXB"),
    ("XB",),
)
_CHOICES = np.array([len(classes) for classes in CLUSTERED_CLASSES])
_CALLED = np.array(list(zip_longest(*CLUSTERED_CLASSES)), dtype=object).T


def literature_columns(rng, sources, master, training_share, known=1.0):
    """Return the rows of every literature table for the sources of one field.

    Parameters
    ----------
    rng : numpy Generator
    sources : dict of (n,) arrays
        With kind.
    master : dict of (n,) arrays
        Rows of `csc_master`, in the same order: name, significance.
    training_share : (n,) array
        Chance of each source as significant as MUWCLASS takes to be in the training set.
    known : float
        How much of that share the training set has.

    Returns
    -------
    dict of table name to dict of arrays
    """
    kind, names, significance = sources["kind"], master["name"], master["significance"]
    classified = significance >= GCS_SIGNIFICANCE
    is_right = rng.random(len(kind)) < GCS_RECALL[kind]
    gcs = np.where(
        is_right, kinds.NAMES[kind], kinds.NAMES[rng.integers(0, len(kinds.NAMES), len(kind))]
    )
    training = classified & (rng.random(len(kind)) < known * training_share)
    clustered = (significance >= CLUSTERED_SIGNIFICANCE) & (rng.random(len(kind)) < CLUSTERED_SHARE)
    meant = np.where(
        rng.random(len(kind)) < CLUSTERED_RECALL, kind, rng.integers(0, len(kinds.NAMES), len(kind))
    )
    called = _CALLED[meant, rng.integers(0, _CHOICES[meant])]
    return {
        table: {"name": names[rows], "class": classes[rows]}
        for table, rows, classes in zip(
            TABLES, (classified, training, clustered), (gcs, kinds.NAMES[kind], called)
        )
    }


# how the catalogues of known objects call each kind, and in which of them it is; order of
# kinds.KINDS
KNOWN_CLASSES = np.array(["AGN", "STAR", "STAR", "YSO", "HMXB", "LMXB", "CV", "PULSAR"])
KNOWN_CATALOGUES = np.array(
    ["VERONCAT", "SKIFF", "SKIFF", "SPICY", "HMXBCAT", "LMXBCAT", "OPENCV", "ATNF"]
)
KNOWN_SHARE = np.array([0.15, 0.08, 0.4, 0.25, 0.4, 0.5, 0.4, 0.6])
KNOWN_POSITION_ERROR = 0.25  # arcsec, 1 sigma per axis


def known_source_columns(rng, sources, positions, known=1.0):
    """Return rows of `literature_known_sources`: some of the X-ray sources under their optical
    names and positions.

    Parameters
    ----------
    rng : numpy Generator
    sources, positions : dicts of (n,) arrays
        With kind, ra_true and dec_true; with name.
    known : float
        How much of KNOWN_SHARE is known.
    """
    kind = sources["kind"]
    is_known = rng.random(len(kind)) < known * KNOWN_SHARE[kind]
    east, north = rng.normal(0, KNOWN_POSITION_ERROR / 3600, (2, len(kind)))
    return {
        "catalog": KNOWN_CATALOGUES[kind][is_known],
        "object": np.array(
            [f"[sim] {name[6:]}" for name in positions["name"][is_known]], dtype=object
        ),
        "class": KNOWN_CLASSES[kind][is_known],
        "ra": ((sources["ra_true"] + east / np.cos(np.radians(sources["dec_true"]))) % 360)[
            is_known
        ],
        "dec": np.clip(sources["dec_true"] + north, -90, 90)[is_known],
    }
