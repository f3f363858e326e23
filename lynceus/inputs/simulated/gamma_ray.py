"""Gamma-ray regions about the fields nearest to the Galactic plane: where and how large, nothing
else is known of them.

In the columns and with the sizes of the H.E.S.S. Galactic plane survey (H.E.S.S. Collaboration
2018, A&A 612, A1).
"""

import numpy as np

from lynceus.inputs.simulated.geometry import shifted

REGIONS = 15
# arcsec east and north between the centres of a region and its field; fields are much farther apart
FARTHEST = 300.0


def region_columns(rng, fields):
    """Return the rows of `gamma_ray_regions` for the fields (pointings.Pointing) of a sky; three of
    four are resolved.
    """
    chosen = sorted(fields, key=lambda field: (abs(field.glat), field.index))[:REGIONS]
    number = len(chosen)
    centres = np.array([field.ra for field in chosen]), np.array([field.dec for field in chosen])
    ra, dec = shifted(*centres, *rng.uniform(-FARTHEST, FARTHEST, (2, number)))
    size, error = rng.uniform(0.03, 0.4, number), rng.uniform(0.01, 0.07, number)
    return {
        "Source_Name": [_name(*position) for position in zip(ra, dec)],
        "RAJ2000": ra,
        "DEJ2000": dec,
        "Pos_Err_68": error,
        "Size": np.where(np.arange(number) % 4 < 3, size, np.nan),
    }


def _name(ra, dec):
    """Return "SIM JHHMM+DDd", cut off as the survey's names are."""
    minutes, tenths = int(ra * 4), int(abs(dec) * 10)
    return f"SIM J{minutes // 60:02d}{minutes % 60:02d}{'-' if dec < 0 else '+'}{tenths:03d}"
