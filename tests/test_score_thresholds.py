"""The threshold of the score: against the distribution the scores were drawn from."""

import numpy as np
import pytest
from scipy.stats import beta

from lynceus.learning.score_thresholds import chance_threshold, youden_threshold

RIGHT, FIELD = beta(5, 1.5), beta(1, 6)


def reference(rng, number, wrong):
    """Return scores of a reference of which a share is wrong, ascending, what its probabilities say
    of that, and the field's distribution at each score.
    """
    is_wrong = rng.random(number) < wrong
    score = np.where(is_wrong, FIELD.rvs(number, random_state=rng), RIGHT.rvs(number, random_state=rng))  # fmt: skip
    score = np.sort(score)
    return score, np.full(number, wrong), FIELD.cdf(score)


@pytest.mark.parametrize("wrong", [0.0, 0.02, 0.08])
def test_wrong_ones_in_the_reference_do_not_move_the_threshold(wrong):
    """8 % wrong ones, uncorrected, would make the threshold of 1.76 % one of the field's scores."""
    rng = np.random.default_rng(1)
    found = chance_threshold(*reference(rng, 40_000, wrong), 0.0176)
    assert found["threshold"] == pytest.approx(RIGHT.ppf(0.0176), abs=0.015)
    if wrong == 0.08:
        score, _, field = reference(rng, 40_000, wrong)
        assert chance_threshold(score, np.zeros(len(score)), field, 0.0176)["threshold"] < 0.1


def test_the_interval_holds_the_truth_nine_times_in_ten():
    rng = np.random.default_rng(2)
    truth = RIGHT.ppf(0.03)
    held = []
    for _ in range(120):
        found = chance_threshold(*reference(rng, 600, 0.03), 0.03)
        held.append(found["threshold_low"] <= truth <= found["threshold_high"])
    assert 0.82 < np.mean(held) <= 0.97


def test_youdens_threshold_and_its_interval_are_of_sources_not_of_pairs():
    """A hundred copies of each candidate tell no more than one."""
    rng = np.random.default_rng(3)
    is_positive = rng.random(300) < 0.4
    score = np.where(is_positive, RIGHT.rvs(300, random_state=rng), FIELD.rvs(300, random_state=rng))  # fmt: skip
    one = youden_threshold(score, is_positive, np.arange(300))
    many = youden_threshold(np.repeat(score, 100), np.repeat(is_positive, 100), np.repeat(np.arange(300), 100))  # fmt: skip
    assert one == many
    assert one["threshold_low"] < one["threshold_high"]
    counted = score > one["threshold"]
    assert one["true_positive_rate"] == pytest.approx(counted[is_positive].mean())
    assert one["false_positive_rate"] == pytest.approx(counted[~is_positive].mean())


def test_without_any_false_candidate_everything_counts():
    found = youden_threshold([0.5, 0.5, 0.7], np.ones(3, bool), [1, 2, 3])
    assert found["threshold"] < 0.5 and found["true_positive_rate"] == 1
    assert found["false_positive_rate"] == 0
