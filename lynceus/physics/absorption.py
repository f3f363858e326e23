"""What the dust and gas of a field do to a source behind them: X-ray fluxes weaken, magnitudes
grow.

The absorption cross section is the table xsect_tbabs_angr.fits of astromodels 2.6.0 (BSD licence
beside it): XSPEC's model `tbabs` (Wilms, Allen & McCray 2000, ApJ 542, 914) with the abundances of
Anders & Grevesse (1989, GeCoA 53, 197), XSPEC's default. MUWCLASS used the same: its published
table and factors are equal to it. With the abundances of Wilms et al. soft X-rays would pass 1.6
times as much at 5e21 cm-2.
"""

import csv
from functools import cache
from pathlib import Path

import numpy as np
from astropy.io import fits
from extinction import fitzpatrick99

from lynceus.settings import PROJECT

CROSS_SECTION = Path(__file__).with_name("xsect_tbabs_angr.fits")
PHOTOMETRIC_BANDS = PROJECT / "seeds" / "photometric_bands.csv"

R_V = 3.1  # A_V over E(B-V)
NH_PER_AV = 2.21e21  # cm-2 per mag: Guver & Ozel (2009), MNRAS 400, 2050
XRAY_BANDS = ("b", "s", "m", "h")
NARROW_BANDS_KEV = ((0.5, 1.2), (1.2, 2.0), (2.0, 7.0))  # s, m and h; b is all of them
ROWS = 512  # sight lines integrated at once, which bounds the memory


def xray_factors(ebv, gamma=2.0):
    """Return which share of a power law's energy flux passes the absorption of a field, per CSC
    band.

    Integrated directly, hence of any depth: a soft factor is 8e-10 at E(B-V) = 16, 3e-40 at 80, and
    0 beyond 700, which a double cannot hold.

    Parameters
    ----------
    ebv : (n,) array, mag
        Reddening E(B-V) of the field.
    gamma : float
        Photon index: the energy flux density is proportional to E^(1 - gamma).

    Returns
    -------
    (n, 4) array
        Bands b (0.5-7 keV), s (0.5-1.2), m (1.2-2) and h (2-7), between 0 and 1. NaN where E(B-V)
        is NaN.

    Raises
    ------
    ValueError
        If E(B-V) is negative.

    References
    ----------
    Yang et al. (2022), ApJ 941, 104, section 3.3, eq. 5.
    """
    ebv = np.asarray(ebv, float)
    if np.any(ebv < 0):
        raise ValueError("E(B-V) must not be negative")
    column = NH_PER_AV * R_V * ebv
    energy_flux, passed = np.empty(3), np.empty((len(ebv), 3))
    for i, (low, high) in enumerate(NARROW_BANDS_KEV):
        energy, cross_section = _band(low, high)
        half_step = np.diff(energy) / 2
        weight = energy ** (1 - gamma) * (np.append(half_step, 0) + np.append(0, half_step))
        energy_flux[i] = weight.sum()
        for start in range(0, len(ebv), ROWS):
            rows = slice(start, start + ROWS)
            passed[rows, i] = np.exp(-np.outer(column[rows], cross_section)) @ weight
    return np.column_stack([passed.sum(axis=1) / energy_flux.sum(), passed / energy_flux])


@cache
def _band(low, high):
    """Return the energies (keV) from low to high at which the cross section (cm2 per H atom) is
    tabulated, and both ends.
    """
    table = fits.getdata(CROSS_SECTION, "TBABS")
    energy, cross_section = table["ENERGY"].astype(float), table["SIGMA"] * 1e-22
    inside = np.concatenate([[low], energy[(energy > low) & (energy < high)], [high]])
    return inside, np.interp(inside, energy, cross_section)


def extinction_per_ebv():
    """Return by how much magnitudes grow per magnitude of E(B-V); the relation is linear.

    Returns
    -------
    dict of str to float, mag per mag
        By band of the seed photometric_bands, at its effective wavelength.

    References
    ----------
    Fitzpatrick (1999), PASP 111, 63, with R_V = 3.1.
    """
    with PHOTOMETRIC_BANDS.open() as file:
        wavelengths = {
            row["band"]: float(row["effective_wavelength"]) for row in csv.DictReader(file)
        }
    grown = fitzpatrick99(np.array(list(wavelengths.values())), R_V, R_V)
    return dict(zip(wavelengths, grown.tolist()))
