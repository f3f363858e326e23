"""A field like that of the Chandra Orion Ultradeep Project, at its place: young, crowded, deep, and
in a catalogue of its own, as COUP made one of the same photons.

COUP: Getman et al. (2005), ApJS 160, 319; the field as Perez-Diaz et al. (2026, section IV.5) use it.
"""

import numpy as np

from lynceus.inputs.simulated import acis, seds
from lynceus.inputs.simulated.geometry import galactic, offsets, shifted
from lynceus.inputs.simulated.pointings import Pointing

RA, DEC = 83.8210, -5.3944
DISTANCE = 400.0  # pc
SOURCES = 1850  # X-ray sources, about as many as there are in the Chandra Source Catalog
FEWEST_OTHERS = 9 * SOURCES  # a sky with fewer elsewhere would be all Orion, and has none
APART = 44 * 60  # arcsec; from the centres of other fields
COUP_RADIUS = 12 * 60  # arcsec, the corners of ACIS-I
FOUND = 0.95  # of the X-ray sources, by the other analysis of the same photons
FAINTER = 0.25  # sources of that analysis alone, per source of both; half have a counterpart
SAME_PHOTONS = 0.5  # positions of both differ by this share of the catalogue's error
# mag; the faintest infrared counterparts; arcsec, 1 sigma of their positions in each coordinate
FAINTEST_KS, OIR_ERROR = 18.0, 0.1


def sources_of(sources):
    """Return how many X-ray sources of a sky are wanted in Orion."""
    return SOURCES if sources >= SOURCES + FEWEST_OTHERS else 0


def with_orion(fields):
    """Return fields (list of Pointing) less those that would touch Orion, and Orion."""
    places = np.array([(field.ra, field.dec) for field in fields])
    distance = np.hypot(*offsets(RA, DEC, *places.T))
    others = [field for field, apart in zip(fields, distance, strict=True) if apart > APART]
    glon, glat = galactic(RA, DEC)
    return [
        *others,
        Pointing(len(fields), RA, DEC, float(glon), float(glat), SOURCES, DISTANCE),
    ]


def is_orion(pointing):
    """Return whether a field is that of Orion."""
    return (pointing.ra, pointing.dec) == (RA, DEC)


def coup_columns(rng, positions, own):
    """Return the rows of `coup`: the X-ray sources that another analysis finds too, and fainter ones.

    Parameters
    ----------
    rng : numpy Generator
    positions, own : dict of (n,) arrays
        Rows of csc_master, and the objects that emit the X-rays.
    """
    near = np.hypot(*offsets(RA, DEC, positions["ra"], positions["dec"])) < COUP_RADIUS
    rows = np.flatnonzero(near & (rng.random(len(near)) < FOUND))
    sigma = SAME_PHOTONS * positions["err_ellipse_r0"][rows] / acis.SIGMA_PER_95
    ra, dec = _scattered(rng, positions["ra"][rows], positions["dec"][rows], sigma)
    oir = _scattered(rng, own["ra"][rows], own["dec"][rows], OIR_ERROR)
    separation = np.ma.masked_array(
        np.hypot(*offsets(ra, dec, *oir)), own["magnitudes"][rows, seds.KS] > FAINTEST_KS
    )
    # fainter ones crowd as the others do
    fainter = rng.permutation(len(rows))[: int(FAINTER * len(rows))]
    angle, reach = rng.uniform(0, 2 * np.pi, len(fainter)), rng.uniform(5, 30, len(fainter))
    places = shifted(ra[fainter], dec[fainter], reach * np.sin(angle), reach * np.cos(angle))
    faint_separation = np.ma.masked_array(
        rng.rayleigh(0.4, len(fainter)), rng.random(len(fainter)) < 0.5
    )
    ra, dec = (np.concatenate(pair) for pair in zip((ra, dec), places, strict=True))
    order = np.argsort(ra)
    return {
        "coup": np.arange(1, len(ra) + 1),
        "ra": ra[order],
        "dec": dec[order],
        "theta": np.hypot(*offsets(RA, DEC, ra[order], dec[order])) / 60,
        "oir_separation": np.ma.concatenate([separation, faint_separation])[order],
    }


def _scattered(rng, ra, dec, sigma):
    """Return coordinates with a normal error of `sigma` (arcsec) in each."""
    return shifted(ra, dec, *(sigma * rng.normal(0, 1, (2, len(ra)))))
