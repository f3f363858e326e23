"""The score that a candidate must exceed to count as a match, with its interval."""

import numpy as np

RESAMPLES = 500
INTERVAL = (0.05, 0.95)


def chance_threshold(score, p_wrong, field_cdf, chance, seed=1):
    """Return the score that as large a share of the counterparts falls short of as `chance` says.

    Perez-Diaz et al. (2026), section IV.2.2; for a reference of which some are wrong, as model
    score_reference says.

    Parameters
    ----------
    score : (n,) array
        Of the reference, ascending.
    p_wrong : (n,) array
        Probability that each is no counterpart.
    field_cdf : (n,) array
        Share of the scores of other candidates up to this one.
    chance : float
        From 0 to 1.
    seed : int
        Of the resamples.

    Returns
    -------
    dict
        threshold: interpolated between the scores; the lowest for smaller shares, the highest for
        greater ones. threshold_low, threshold_high: 5 and 95 % of it over resamples of the
        reference.

    Examples
    --------
    >>> found = chance_threshold(np.arange(101.0), np.zeros(101), np.zeros(101), 0.5)
    >>> found["threshold"]
    49.5
    >>> found["threshold_low"] < 49 and 50 < found["threshold_high"]
    True
    """
    rng = np.random.default_rng(seed)

    def threshold(times):
        cdf = np.cumsum(times) / times.sum()
        wrong = np.average(p_wrong, weights=times)
        right = np.maximum.accumulate((cdf - wrong * field_cdf) / (1 - wrong))
        return float(np.interp(chance, right, score))

    once = np.ones(len(score))
    drawn = [threshold(rng.multinomial(len(score), once / len(score))) for _ in range(RESAMPLES)]
    return {"threshold": threshold(once), **_interval(drawn)}


def youden_threshold(score, is_positive, source, seed=1):
    """Return the score above which the true-positive rate exceeds the false-positive rate by most.

    Parameters
    ----------
    score : (n,) array
    is_positive : (n,) bool array
    source : (n,) int array
        Whose candidate each is: resampled are sources, with all their candidates.
    seed : int
        Of the resamples.

    Returns
    -------
    dict
        threshold: midway between the lowest score that counts as a match and the next lower one;
        threshold_low, threshold_high: 5 and 95 % of it over resamples of the sources;
        true_positive_rate, false_positive_rate: of the scores above it.

    Examples
    --------
    >>> found = youden_threshold([0.1, 0.2, 0.6, 0.9], np.array([False, False, True, True]), [1, 1, 2, 2])
    >>> found["threshold"], found["true_positive_rate"], found["false_positive_rate"]
    (0.4, 1.0, 0.0)

    References
    ----------
    Youden (1950), Cancer 3, 32.
    """
    order = np.argsort(-np.asarray(score), kind="stable")
    score, is_positive = np.asarray(score)[order], np.asarray(is_positive)[order]
    names, source = np.unique(np.asarray(source)[order], return_inverse=True)
    # a cut between equal scores is none
    ends = np.flatnonzero(np.append(score[1:] < score[:-1], True))
    midway = (score[ends[:-1]] + score[ends[:-1] + 1]) / 2
    cuts = np.append(midway, np.nextafter(score[-1], -np.inf))
    rng = np.random.default_rng(seed)

    def rates(times):
        of_source = times[source]
        return [
            np.cumsum(of_source * chosen)[ends] / max(1, (of_source * chosen).sum())
            for chosen in (is_positive, ~is_positive)
        ]

    def best(times):
        true, false = rates(times)
        return int(np.argmax(true - false))

    once = np.ones(len(names))
    true, false = rates(once)
    place = best(once)
    drawn = [
        float(cuts[best(rng.multinomial(len(names), once / len(names)))]) for _ in range(RESAMPLES)
    ]
    return {
        "threshold": float(cuts[place]),
        **_interval(drawn),
        "true_positive_rate": float(true[place]),
        "false_positive_rate": float(false[place]),
    }


def _interval(drawn):
    low, high = np.quantile(drawn, INTERVAL)
    return {"threshold_low": float(low), "threshold_high": float(high)}
