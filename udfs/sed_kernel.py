"""The compiled loops of a spectral fit: which model, how bright, behind how much dust, for one
source after the other.

Each source is fitted by itself, so that its bits do not depend on which others are in the same
call.
"""

import math

import numpy as np
from numba import njit

FEWEST_BANDS = 3
MISSING_ERROR = 0.1  # of the flux, where a magnitude has no error, or 0
SMALLEST_ERROR_MAG = 1e-6  # smaller ones count as this, so that chi-squared stays a number
AB_OF_ONE_JANSKY = 8.90  # 48.60 mag is that of 1 erg/s/cm2/Hz
MAG_PER_LN = 2.5 / math.log(10)
# mag; between the steps the logarithm of the light is linear in A_V: right to 1e-3 mag at worst, in
# the ultraviolet
A_V_STEP = 0.1
REASONS = (
    None,
    "no magnitudes",
    "fewer than 3 bands",
    "an error is negative",
    "no models for the class",
    "A_V is missing or out of range",
    "no model has light in all bands",
)
FITTED, NO_MAGNITUDES, FEW_BANDS, NEGATIVE_ERROR, NO_MODELS, BAD_A_V, NO_FIT = range(len(REASONS))


@njit(cache=True, nogil=True)
def _light(light, place, model, band):
    """Return a model's flux density through a filter behind an extinction that lies between two
    steps of the grid.
    """
    step = int(place)
    low = light[step, model, band]
    if place == step or low == 0:
        return low
    return low * (light[step + 1, model, band] / low) ** (place - step)


@njit(cache=True, nogil=True)
def _scale(flux, error, light, place, model, anchor, least_squares):
    """Return by which factor a model is as bright as the source, in one band or in all; 0 if it has
    no light in one, or none that weighs.
    """
    top, bottom = 0.0, 0.0
    for band in range(len(flux)):
        if flux[band] > 0:
            value = _light(light, place, model, band)
            if not value > 0:
                return 0.0
            if band == anchor and not least_squares:
                top, bottom = flux[band], value
            elif least_squares:
                weight = 1 / (error[band] * error[band])
                top, bottom = top + weight * flux[band] * value, bottom + weight * value * value
    return top / bottom if bottom > 0 else 0.0


@njit(cache=True, nogil=True)
def _chi2(flux, error, light, place, model, scale, left_out):
    total = 0.0
    for band in range(len(flux)):
        if flux[band] > 0 and band != left_out:
            ratio = (flux[band] - scale * _light(light, place, model, band)) / error[band]
            total += ratio * ratio
    return total


@njit(cache=True, nogil=True)
def fit_sources(
    ranges,
    magnitudes,
    errors,
    a_v,
    zero_points,
    seen,
    predicted,
    floor,
    least_squares,
    extinction,
    numbers,
    places,
    translated,
    residuals,
    reason,
):
    """Fit each of n sources by the models of its ranges, and fill the last five arrays.

    Parameters
    ----------
    ranges : (n, 4) int array
        First and last row + 1 of the models to try, and of those to fall back on.
    magnitudes, errors : (n, bands) arrays, mag
        AB magnitudes; NaN where missing.
    a_v : (n,) array, mag
    zero_points : (bands,) array, Jy
        Of magnitude 0.
    seen, predicted : (steps of A_V, models, bands) arrays, Jy
        The models' light through the filters of the sources, and through those wanted.
    floor : float, mag
        Added to the errors in quadrature.
    least_squares : bool
        The scale is that of all bands, not of the brightest.
    extinction : int
        0 none, 1 fitted, 2 given by a_v.
    numbers (n, 4), places (n, 4), translated (n, wanted bands), residuals (n, bands), reason (n,) :
    arrays
        As in sed_fit.Fits.
    """
    bands = magnitudes.shape[1]
    flux, error = np.empty(bands), np.empty(bands)
    for row in range(magnitudes.shape[0]):
        anchor, count, is_negative = -1, 0, False
        for band in range(bands):
            magnitude, sigma = magnitudes[row, band], errors[row, band]
            flux[band] = 0.0
            if math.isfinite(magnitude):
                count += 1
                flux[band] = zero_points[band] * 10.0 ** (-0.4 * magnitude)
                if anchor < 0 or flux[band] > flux[anchor]:
                    anchor = band
                is_negative = is_negative or sigma < 0
                relative = (
                    max(sigma, SMALLEST_ERROR_MAG) / MAG_PER_LN
                    if sigma > 0 and math.isfinite(sigma)
                    else MISSING_ERROR
                )
                error[band] = flux[band] * math.hypot(relative, floor / MAG_PER_LN)
        places[row, 1], places[row, 2] = anchor, count
        first, last = 0.0, float(seen.shape[0] - 1)
        if extinction == 2:
            first = a_v[row] / A_V_STEP
            if not 0 <= first <= last:
                reason[row] = BAD_A_V
            last = first
        if ranges[row, 1] == 0:
            reason[row] = NO_MODELS
        elif count == 0:
            reason[row] = NO_MAGNITUDES
        elif count < FEWEST_BANDS:
            reason[row] = FEW_BANDS
        elif is_negative:
            reason[row] = NEGATIVE_ERROR
        if reason[row] != FITTED:
            continue
        best, best_chi2, best_scale, best_place = -1, math.inf, 0.0, 0.0
        for attempt in range(2):
            place = first
            while place <= last:
                for model in range(ranges[row, 2 * attempt], ranges[row, 2 * attempt + 1]):
                    scale = _scale(flux, error, seen, place, model, anchor, least_squares)
                    if scale > 0:
                        chi2 = _chi2(
                            flux, error, seen, place, model, scale, -1 if least_squares else anchor
                        )
                        if chi2 < best_chi2:
                            best, best_chi2, best_scale, best_place = model, chi2, scale, place
                place += 1.0
            if best >= 0:
                places[row, 3] = attempt
                break
        if best < 0:
            reason[row] = NO_FIT
            continue
        places[row, 0] = best
        numbers[row, 0] = best_chi2 / max(count - 1 - (extinction == 1), 1)
        numbers[row, 1], numbers[row, 2] = best_scale, best_place * A_V_STEP
        for band in range(bands):
            if flux[band] > 0:
                residuals[row, band] = -2.5 * math.log10(
                    flux[band] / (best_scale * _light(seen, best_place, best, band))
                )
        for band in range(predicted.shape[2]):
            value = best_scale * _light(predicted, best_place, best, band)
            if value > 0:
                translated[row, band] = AB_OF_ONE_JANSKY - 2.5 * math.log10(value)
