"""X-ray spectra: emission of a few physical shapes behind cold gas, and their fluxes in the Chandra
bands.
"""

from dataclasses import dataclass

import numpy as np

KEV = 1.602176634e-9  # erg
# keV; broad (b) is their sum, 0.5-7 keV
BANDS = {"s": (0.5, 1.2), "m": (1.2, 2.0), "h": (2.0, 7.0)}
EDGES = np.concatenate(
    [
        np.geomspace(0.5, 1.2, 29),
        np.geomspace(1.2, 2.0, 17)[1:],
        np.geomspace(2.0, 7.0, 33)[1:],
    ]
)
ENERGY = np.sqrt(EDGES[1:] * EDGES[:-1])  # keV
WIDTH = np.diff(EDGES)  # keV
# s, m, h
IN_BAND = np.stack([(ENERGY > low) & (ENERGY < high) for low, high in BANDS.values()]).astype(float)

# Morrison & McCammon (1983), ApJ 270, 119, table 2: sigma = (c0 + c1 E + c2 E^2) E^-3 1e-24 cm2
# from each lower edge (keV) upwards; the last row holds to 10 keV, and beyond for the redshifted
# absorbers, where it hardly matters.
CROSS_SECTION = np.array(
    [
        [0.030, 17.3, 608.1, -2150.0],
        [0.100, 34.6, 267.9, -476.1],
        [0.284, 78.1, 18.8, 4.3],
        [0.400, 71.4, 66.8, -51.4],
        [0.532, 95.5, 145.8, -61.1],
        [0.707, 308.9, -380.6, 294.0],
        [0.867, 120.6, 169.3, -47.7],
        [1.303, 141.3, 146.8, -31.5],
        [1.840, 202.7, 104.7, -17.0],
        [2.471, 342.7, 18.7, 0.0],
        [3.210, 352.2, 18.7, 0.0],
        [4.038, 433.9, -2.4, 0.75],
        [7.111, 629.0, 30.9, 0.0],
        [8.331, 701.2, 25.2, 0.0],
    ]
)


def cross_section(energy):
    """Return the photoelectric cross section per hydrogen atom of interstellar gas, cm2, at
    energies in keV.

    References
    ----------
    Morrison & McCammon (1983), ApJ 270, 119.
    """
    row = np.clip(np.searchsorted(CROSS_SECTION[:, 0], energy, side="right") - 1, 0, None)
    c0, c1, c2 = (coefficient.take(row) for coefficient in CROSS_SECTION[:, 1:].T)
    return 1e-24 * (c0 + c1 * energy + c2 * energy**2) / energy**3


@dataclass(frozen=True)
class Emission:
    """Unabsorbed spectra of n sources: shares of the 0.5-7 keV energy flux, and the shape of each
    component.

    A power law with photon index `gamma`, thermal bremsstrahlung of temperature `kt` and a black
    body of temperature `bb_kt` (keV); what is not black body or thermal is power law.
    """

    gamma: np.ndarray
    kt: np.ndarray
    bb_kt: np.ndarray
    thermal_share: np.ndarray
    blackbody_share: np.ndarray


def photon_spectra(emission, flux, nh, local_nh=0.0, redshift=0.0, unabsorbed_share=0.0):
    """Return photons per cm2, s and bin of `ENERGY` behind absorption.

    Parameters
    ----------
    emission : Emission
    flux : (n,) array, erg/s/cm2
        Energy flux 0.5-7 keV before any absorption.
    nh, local_nh : (n,) array, cm-2
        Column density of the Galaxy, and of the source itself, at its redshift.
    redshift, unabsorbed_share : (n,) array
        Redshift of the local absorber, and the share of the light that scatters round it.

    Returns
    -------
    (n, len(ENERGY)) array
    """
    columns = [
        np.broadcast_to(np.asarray(value, float), np.shape(flux))[:, None]
        for value in (nh, local_nh, redshift, unabsorbed_share)
    ]
    nh, local_nh, redshift, leak = columns
    shape = _shape(emission)
    photons = (
        shape / np.sum(shape * ENERGY * KEV, axis=1, keepdims=True) * np.asarray(flux)[:, None]
    )
    local = leak + (1 - leak) * np.exp(-local_nh * cross_section(ENERGY * (1 + redshift)))
    return photons * np.exp(-nh * cross_section(ENERGY)) * local


def _shape(emission):
    """Return the relative photons per bin: components weighted so that their energy fluxes have the
    given shares.
    """
    energy = ENERGY[None, :]
    with np.errstate(under="ignore", over="ignore"):
        components = [
            energy ** -emission.gamma[:, None],
            np.exp(-energy / emission.kt[:, None]) / energy,
            energy**2 / np.expm1(energy / emission.bb_kt[:, None]),
        ]
    shares = [
        1 - emission.thermal_share - emission.blackbody_share,
        emission.thermal_share,
        emission.blackbody_share,
    ]
    total = np.zeros_like(components[0])
    for component, share in zip(components, shares):
        photons = component * WIDTH
        total += share[:, None] * photons / np.sum(photons * ENERGY, axis=1, keepdims=True)
    return total


def band_photons(photons):
    """Return the photon flux in s, m, h as an (n, 3) array, from `photon_spectra`."""
    return photons @ IN_BAND.T


def band_energies(photons):
    """Return the energy flux in s, m, h, erg/s/cm2, as an (n, 3) array, from `photon_spectra`."""
    return (photons * ENERGY * KEV) @ IN_BAND.T
