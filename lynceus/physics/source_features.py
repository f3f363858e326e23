"""What the classifiers see of an X-ray source: fluxes, hardness, variability, and optical to
infrared photometry.

Yang et al. (2022), ApJ 941, 104, sections 2.2, 3.3, 3.4 and 4.3; and what a parallax or a distance
tells. Macro `feature` has the same formulas for the measured values; here they serve draws from the
measurement errors, thousands of times.
"""

import csv
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.special import ndtr, ndtri

from lynceus.settings import PROJECT

XRAY_BANDS = ("s", "m", "h")
with open(PROJECT / "seeds" / "photometric_bands.csv") as file:
    _BANDS = list(csv.DictReader(file))
BANDS = tuple(row["band"] for row in _BANDS)
# their columns
MAGNITUDES = tuple(f"{band}mag" for band in ("g", "bp", "rp", "j", "h", "k", "w1", "w2", "w3"))
DEPTH = np.array([float(row["depth_mag"]) for row in _BANDS])
# log10 of the energy flux of magnitude 0, erg/s/cm2
LOG10_ZERO_FLUX = np.log10(
    [float(row["zero_point_flux"]) * float(row["effective_width"]) for row in _BANDS]
)

COLOURS = tuple(combinations(range(len(BANDS)), 2))
FEATURES = (
    "F_s",
    "F_m",
    "F_h",
    "F_b",
    "HR_ms",
    "HR_hm",
    "HR_h_ms",
    "P_inter",
    "P_intra",
    *BANDS,
    *(f"{BANDS[blue]}-{BANDS[red]}" for blue, red in COLOURS),
)
# mas, mas, mas/yr, pc, pc, pc
ASTROMETRY = ("parallax", "parallax_error", "pm", "rgeo", "rgeo_lo", "rgeo_hi")
# measurement errors are underestimated: section 3.2, after Shy et al. (2022)
ERROR_FACTOR = np.sqrt(2)


@dataclass(frozen=True)
class Measurements:
    """Measured properties of n sources; NaN where missing.

    flux, flux_error (n, 3): X-ray energy flux in the s, m and h band, erg/s/cm2; errors are 1
    sigma. magnitude, magnitude_error (n, 9): in the order of BANDS. variability (n, 2): P_inter and
    P_intra.
    """

    flux: np.ndarray
    flux_error: np.ndarray
    magnitude: np.ndarray
    magnitude_error: np.ndarray
    variability: np.ndarray

    def __len__(self):
        return len(self.flux)

    def taken(self, rows):
        """Return the measurements of some sources only: an index or boolean array."""
        return Measurements(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    def drawn(self, rng, factor=ERROR_FACTOR, has_common_flux_error=False):
        """Return (flux, magnitude) drawn from the errors, times `factor`: Gaussians, those of
        fluxes above zero only.

        As published, a magnitude without an error is missing in a draw; a flux without one stays as
        it is. With a common error one Gaussian number moves the three bands of a source, and a band
        that falls below zero by it is drawn anew, alone.
        """
        sigma = factor * self.flux_error
        # the upper tail, by symmetry: exact however little of the Gaussian lies above zero, until
        # that underflows
        with np.errstate(divide="ignore", invalid="ignore"):
            flux = self.flux - sigma * ndtri(rng.random(self.flux.shape) * ndtr(self.flux / sigma))
        if has_common_flux_error:
            moved = self.flux + sigma * rng.standard_normal((len(self), 1))
            flux = np.where(moved > 0, moved, flux)
        flux = np.where(np.isposinf(flux), 0, flux)
        flux = np.where(sigma > 0, np.maximum(flux, np.finfo(float).tiny), self.flux)
        return flux, self.magnitude + factor * self.magnitude_error * rng.standard_normal(
            self.magnitude.shape
        )


def features(flux, magnitude, variability, names=FEATURES):
    """Return features of sources, one column per name.

    Parameters
    ----------
    flux : (n, 3) array, erg/s/cm2
        X-ray energy flux in the s, m and h band.
    magnitude : (n, 9) array, mag
        Vega, in the order of BANDS; NaN where missing. Fainter than the survey's depth counts as
        missing.
    variability : (n, 2) array
        P_inter, P_intra.
    names : sequence of str
        Which of FEATURES, in this order.

    Returns
    -------
    (n, len(names)) array
        Fluxes are log10 of their ratio to the broad-band X-ray flux, which itself is log10 of
        erg/s/cm2; colours in mag. NaN where a logarithm would be of 0 or less.

    Raises
    ------
    ValueError
        If a name is not one of FEATURES.
    """
    unknown = [name for name in names if name not in FEATURES]
    if unknown:
        raise ValueError(f"unknown features {', '.join(unknown)}; known are {', '.join(FEATURES)}")
    soft, medium, hard = flux.T
    broad = soft + medium + hard
    log10_flux, log10_broad = (
        np.log10(values, out=np.full(values.shape, np.nan), where=values > 0)
        for values in (flux.T, broad)
    )
    magnitude = np.where(magnitude < DEPTH, magnitude, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        known = dict(
            zip(
                FEATURES,
                (
                    *(log10_flux - log10_broad),
                    log10_broad,
                    (medium - soft) / (medium + soft),
                    (hard - medium) / (hard + medium),
                    (hard - medium - soft) / broad,
                    *variability.T,
                ),
            )
        )
    known |= zip(BANDS, (LOG10_ZERO_FLUX - 0.4 * magnitude).T - log10_broad)
    columns = []
    for name in names:
        if name not in known:
            blue, red = COLOURS[FEATURES.index(name) - len(known)]
            columns.append(magnitude[:, blue] - magnitude[:, red])
        else:
            columns.append(known[name])
    return np.stack(columns, axis=1) if columns else np.empty((len(flux), 0))


def all_features(flux, magnitude, variability, astrometry, names):
    """Return features of sources, those of `features` and those that astrometry tells, NaN where
    missing or not finite.

    Parameters
    ----------
    flux, magnitude, variability
        As in `features`.
    astrometry : dict of (n,) arrays
        Of ASTROMETRY.
    names : sequence of str
        Of FEATURES or of those below, in this order.

    Returns
    -------
    (n, len(names)) array
    """
    photometric = [name for name in names if name in FEATURES]
    g, k = np.where(magnitude < DEPTH, magnitude, np.nan).T[[BANDS.index("G"), BANDS.index("K")]]
    parallax, parallax_error, pm, rgeo, rgeo_lo, rgeo_hi = (astrometry[name] for name in ASTROMETRY)
    with np.errstate(divide="ignore", invalid="ignore"):
        modulus = 5 * np.log10(rgeo) - 5
        known = dict(zip(photometric, features(flux, magnitude, variability, photometric).T)) | {
            "parallax": parallax,
            "parallax_over_error": parallax / parallax_error,
            "pm": pm,
            "rgeo": rgeo,
            "rgeo_relative_width": (rgeo_hi - rgeo_lo) / rgeo,
            "log10_luminosity": np.log10(flux.sum(axis=1)) + 2 * np.log10(rgeo),
            "G_absolute": g - modulus,
            "K_absolute": k - modulus,
            "G_reduced": g + 5 * np.log10(pm) - 10,
            "log10_tangential_velocity": np.log10(pm) + np.log10(rgeo) + np.log10(4.74047e-3),
        }
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ValueError(
            f"unknown features {', '.join(unknown)}; known are {', '.join([*FEATURES, *known])}"
        )
    values = np.stack([known[name] for name in names], axis=1)
    return np.where(np.isfinite(values), values, np.nan)
