"""Light at wavelengths that Gaia and 2MASS do not measure: AB magnitudes of the objects in the sky
from 0.2 to 2.2 micron.

Between their bands it is interpolated; bluer than BP stars follow a black body less what metal
lines take away, and all else a power law. Spectral lines are not in it: it is made otherwise than
the spectra that classifiers fit, on purpose.
"""

import numpy as np

from lynceus.inputs.simulated import seds

# Angstrom
KNOWN = {
    seds.BP: 5110.0,
    seds.G: 6218.0,
    seds.RP: 7769.0,
    seds.J: 12355.0,
    seds.H: 16457.0,
    seds.KS: 21603.0,
}
# mag
VEGA_TO_AB = {
    seds.BP: 0.015,
    seds.G: 0.114,
    seds.RP: 0.356,
    seds.J: 0.894,
    seds.H: 1.374,
    seds.KS: 1.840,
}
HC_OVER_K = 1.438777e8  # Angstrom K
# line blanketing at 2500 Angstrom: mag per 5000 K below the temperature
LINE_FREE_KELVIN, BLANKETING = 9000.0, 1.6
PAN_STARRS = {"g": 4849.0, "r": 6201.0, "i": 7535.0, "z": 8674.0, "y": 9628.0}  # Angstrom
BLUE_SLOPE = -0.5  # of f_nu over frequency: Vanden Berk et al. (2001), AJ 122, 549


def ab_magnitudes(objects, wavelengths):
    """Return AB magnitudes (n, k) of objects at k wavelengths in Angstrom.

    Parameters
    ----------
    objects : dict of (n,) arrays
        magnitudes (n, 10; Vega, order of seds.BANDS), teff (K), is_star.
    wavelengths : (k,) array, Angstrom
    """
    bands = list(KNOWN)
    known = objects["magnitudes"][:, bands] + np.array([VEGA_TO_AB[band] for band in bands])
    place, wanted = np.log(list(KNOWN.values())), np.log(wavelengths)
    right = np.clip(np.searchsorted(place, wanted), 1, len(bands) - 1)
    share = np.clip((wanted - place[right - 1]) / (place[right] - place[right - 1]), 0, 1)
    light = known[:, right - 1] * (1 - share) + known[:, right] * share
    blue = np.asarray(wavelengths) < KNOWN[seds.BP]
    edge = KNOWN[seds.BP]
    stars = black_body(objects["teff"], wavelengths) - black_body(objects["teff"], [edge])
    lines = (
        np.clip((LINE_FREE_KELVIN - objects["teff"]) / 5000, 0, 1)[:, None]
        * BLANKETING
        * np.clip((edge - np.asarray(wavelengths)) / 2600, 0, 1)
    )
    others = -2.5 * BLUE_SLOPE * np.log10(edge / np.asarray(wavelengths))
    return light + np.where(blue, np.where(objects["is_star"][:, None], stars + lines, others), 0.0)


def black_body(teff, wavelengths):
    """Return AB magnitudes (n, k), less a constant, of black bodies of n temperatures in K."""
    wavelengths = np.asarray(wavelengths, float)
    return 2.5 * (
        3 * np.log10(wavelengths)
        + np.log10(np.expm1(HC_OVER_K / (wavelengths * np.asarray(teff, float)[:, None])))
    )
