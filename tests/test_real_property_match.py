"""How the property match is judged on real sources, on made-up ones whose answer is known."""

import numpy as np
import pytest
from sklearn.metrics import f1_score, jaccard_score, precision_score, recall_score

from lynceus.studies import property_match as judging


def sources(n=300, difference=0.0, seed=1):
    """Sources of noise, a third of them without a near counterpart, whose Gaia properties differ by
    so many sigma.
    """
    rng = np.random.default_rng(seed)
    near = np.arange(n) % 3 > 0
    vector = rng.normal(size=(n, len(judging.FEATURES)))
    vector[:, [feature["kind"] == "category" for feature in judging.FEATURES]] = np.nan
    vector[np.ix_(near, judging.OF_GAIA)] += difference
    return {"vector": vector, "gaia_source_id": np.arange(n), "near": near, "far": ~near}


@pytest.mark.parametrize("kind", judging.NEGATIVES)
def test_no_source_is_on_both_sides_of_a_split_and_no_positive_pair_is_a_negative(kind):
    nearest = sources()
    fold = np.arange(300) % 7 % 5
    xray, gaia, is_positive = judging.draw_pairs(nearest, kind, np.random.default_rng(1), fold)
    np.testing.assert_array_equal(fold[xray], fold[gaia])
    assert is_positive.sum() == nearest["near"].sum()
    assert (xray[is_positive] == gaia[is_positive]).all()
    assert not set(zip(xray[~is_positive], gaia[~is_positive], strict=True)) & set(
        zip(xray[is_positive], gaia[is_positive], strict=True)
    )
    if kind == "far":
        assert nearest["far"][gaia[~is_positive]].all() and (xray == gaia).all()
    else:
        assert nearest["far" if kind == "random" else "near"][gaia[~is_positive]].all()


def test_each_property_comes_from_its_own_source():
    nearest = sources()
    values, _ = judging.labelled_values(nearest, np.array([3]), np.array([8]), np.array([False]))
    for column, feature in enumerate(judging.FEATURES):
        np.testing.assert_array_equal(
            values[0, column], nearest["vector"][8 if feature["of"] == "gaia" else 3, column]
        )


def test_noise_is_not_told_apart_and_a_difference_is(monkeypatch):
    monkeypatch.setattr(judging, "SEEDS", 2)
    noise, signal = (judging.cross_validate(sources(difference=size), "far") for size in (0.0, 1.5))
    assert abs(noise["auc"]["mean"] - 0.5) < 0.1 < 0.4 < signal["auc"]["mean"] - 0.5
    assert abs(signal["auc_of_missing_values_alone"]["mean"] - 0.5) < 0.1
    # the chance rule gives up as many positives as it says, but for the scatter between folds
    assert abs(1 - signal["recall"]["mean"] - judging.CHANCE) < 0.03


def test_measures_are_those_of_scikit_learn():
    rng = np.random.default_rng(1)
    truth, accepted = rng.random(100) < 0.4, rng.random(100) < 0.5
    found = judging.measures(truth, accepted)
    for name, expected in (
        ("precision", precision_score),
        ("recall", recall_score),
        ("f1", f1_score),
        ("jaccard", jaccard_score),
    ):
        assert found[name] == pytest.approx(expected(truth, accepted))
    assert judging.measures(truth, np.zeros(100, bool)) == {
        "precision": 0,
        "recall": 0,
        "f1": 0,
        "jaccard": 0,
    }
