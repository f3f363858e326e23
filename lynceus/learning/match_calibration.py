"""What makes a score of properties a likelihood ratio: a calibration out of fold, and how far all
sources bear it out.
"""

import numpy as np
from sklearn.linear_model import LogisticRegression

EXPONENTS = np.arange(0, 41) / 20
RULED_OUT = -2  # log10 weight of a candidate that position takes for a chance neighbour
FEWEST_FIELD = 30  # candidates known to be no counterparts


def calibrate(scores, labels):
    """Return what turns a score into a probability: logit P = a ln s - b ln(1 - s) + c.

    Parameters
    ----------
    scores : (n,) array
        Of pairs that the model was not trained on.
    labels : (n,) bool array

    Returns
    -------
    dict
        calibration_a, calibration_b (not negative), calibration_c, and prior_logit, the log-odds of
        the share of positives: logit P less it is the logarithm of the likelihood ratio of a
        counterpart to a field source.

    References
    ----------
    Beta calibration: Kull, Silva Filho & Flach (2017), PMLR 54, 623.
    """
    scores = np.clip(scores, 1e-12, 1 - 1e-12)
    terms = np.stack([np.log(scores), -np.log1p(-scores)], axis=1)
    used, fitted = [0, 1], None
    while used:
        fitted = LogisticRegression(C=np.inf, max_iter=1000, tol=1e-8).fit(terms[:, used], labels)
        if (fitted.coef_ >= 0).all():
            break
        # a falling calibration is noise: do without that term
        used.remove(used[int(np.argmin(fitted.coef_))])
    slopes = np.zeros(2)
    slopes[used] = fitted.coef_[0] if used else 0.0
    share = labels.mean()
    prior = np.log(share / (1 - share))
    intercept = float(fitted.intercept_[0]) if used else prior
    return {
        "calibration_a": float(slopes[0]),
        "calibration_b": float(slopes[1]),
        "calibration_c": intercept,
        "prior_logit": float(prior),
    }


def log_ratios(scores, calibration):
    """Return ln of the likelihood ratio of counterpart to field source for scores (n,), by the
    calibration of `calibrate`.
    """
    scores = np.clip(scores, 1e-12, 1 - 1e-12)
    return (
        calibration["calibration_a"] * np.log(scores)
        - calibration["calibration_b"] * np.log1p(-scores)
        + calibration["calibration_c"]
        - calibration["prior_logit"]
    )


def borne_out(ratios, log10_weight, source, is_fake):
    """Return the power of the likelihood ratio under which the sources are likeliest.

    A counterpart's properties are taken to be distributed as R^s / Z times those of a field source,
    where Z makes the integral 1: the mean of R^s over candidates that are no counterparts, those of
    fakes and those that position rules out. Of a source with weights W by position this makes the
    likelihood 1 + sum W R^s / Z, in units of its having none. With s = 0 properties count nothing, as
    is right where the ratio tells what it does not know.

    Parameters
    ----------
    ratios : (n,) array
        ln R of each candidate.
    log10_weight : (n,) array
        Of the candidate by position, against the hypothesis that there is no counterpart.
    source : (n,) int array
        Number of the candidate's source.
    is_fake : (n,) bool array
        Whether the source is a fake.

    Returns
    -------
    dict
        exponent s, between 0 and 2, and ln_field_ratio, ln Z; 1 and 0 where fewer than `FEWEST_FIELD`
        candidates are known to be none.
    """
    is_field = is_fake | (log10_weight < RULED_OUT)
    if is_field.sum() < FEWEST_FIELD:
        return {"exponent": 1.0, "ln_field_ratio": 0.0}
    weight, ratios_of = 10.0 ** log10_weight[~is_fake], ratios[~is_fake]
    _, number = np.unique(source[~is_fake], return_inverse=True)
    ln_z = [np.log(np.mean(np.exp(s * ratios[is_field]))) for s in EXPONENTS]
    likelihoods = [
        np.log1p(np.bincount(number, weight * np.exp(s * ratios_of - z))).sum()
        for s, z in zip(EXPONENTS, ln_z, strict=True)
    ]
    best = int(np.argmax(likelihoods))
    return {"exponent": float(EXPONENTS[best]), "ln_field_ratio": float(ln_z[best])}
