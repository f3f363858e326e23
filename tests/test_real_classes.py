"""MUWCLASS on the published training set, beside the published classes of the same sources."""

import duckdb
import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score, matthews_corrcoef, recall_score

from lynceus.learning.muwclass_draws import cross_validate, log_ebv
from lynceus.physics.dust import coarse_map_ebv
from lynceus.studies.classes import LATER_LEFT_OUT, LEFT_OUT
from lynceus.studies.left_out_classes import (
    ALIKE,
    against_left_out,
    class_columns,
    compared,
    metrics,
    nearly_left_out,
    published_again,
    read_trained,
)


def fifths(label):
    """Return folds that share out each class."""
    fold = np.empty(len(label), int)
    fold[np.argsort(label, kind="stable")] = np.arange(len(label)) % 5
    return fold


@pytest.fixture(scope="module")
def predictions(real_data):
    """Return our classes of the published training sources, each by draws without its fifth."""
    sources = duckdb.sql(
        f"select *, name as csc_name, true_class as class from '{real_data}/muwclass/td_2022.parquet'"
    )
    place = sources.order("csc_name").fetchnumpy()
    names, training, plan = read_trained(sources, draws=80)
    ebv = 0.86 * coarse_map_ebv(place["ra_deg"], place["dec_deg"])
    return class_columns(
        names,
        training,
        plan,
        *cross_validate(training, fifths(training.label), ebv, plan, threads=2),
    )


@pytest.fixture(scope="module")
def comparison(predictions, real_data):
    return against_left_out(predictions, real_data / LEFT_OUT)


def test_folds_nearly_leave_one_out_and_are_alike():
    rng = np.random.default_rng(3)
    label, ebv = rng.choice(4, 500, p=(0.7, 0.25, 0.04, 0.01)), rng.lognormal(size=500)
    fold = nearly_left_out(label, ebv, parts=30)
    assert sorted(np.unique(fold)) == list(range(fold.max() + 1))
    for one in range(fold.max() + 1):
        members = fold == one
        of_class = label == label[members][0]
        assert len(np.unique(label[members])) == 1 and 1 <= members.sum() <= -(
            -of_class.sum() // 30
        )
        # no other source of the class lies between them
        inside = of_class & (ebv >= ebv[members].min()) & (ebv <= ebv[members].max())
        assert np.array_equal(inside, members)
        assert np.ptp(log_ebv(ebv[members])) <= ALIKE


def test_two_classifications_are_compared_source_by_source():
    true = np.tile(["AGN", "AGN", "AGN", "YSO", "YSO"], 20)
    one = np.tile(["AGN", "AGN", "YSO", "YSO", "CV"], 20), np.tile([3.0, 2.0, 1.0, 4.0, np.nan], 20)
    other = np.tile(["AGN", "YSO", "YSO", "YSO", "YSO"], 20), np.tile([3.0, 5.0, 1.0, 1.0, 0.0], 20)
    found = compared(true, one, other)
    assert found["agreement"] == {
        "sources": 100,
        "same_class": 0.6,
        "same_class_where_both_confident": 0.5,
        "confident_alike": 0.8,
    }
    assert found["classes"] == {
        "AGN": [60, [40, 40, 40], [20, 40, 20]],
        "YSO": [40, [20, 20, 20], [40, 0, 0]],
    }
    ours, theirs = found["metrics"]
    assert (ours["all"]["accuracy"], theirs["all"]["accuracy"]) == pytest.approx((0.6, 0.6))
    assert (ours["all"]["balanced_accuracy"], theirs["all"]["balanced_accuracy"]) == pytest.approx(
        (7 / 12, 2 / 3)
    )
    assert (ours["confident"]["accuracy"], ours["confident"]["fraction_kept"]) == pytest.approx(
        (1, 0.6)
    )
    assert (
        theirs["confident"]["balanced_accuracy"],
        theirs["confident"]["balanced_fraction_kept"],
    ) == pytest.approx((0.5, 1 / 3))


@pytest.mark.parametrize("kept", [0.02, 0.5, 1.0])
def test_metrics_are_those_of_scikit_learn(kept):
    """With few kept, some classes are only true, others only said."""
    rng = np.random.default_rng(7)
    true, said = rng.choice(list("ABCDEF"), (2, 300), p=(0.5, 0.3, 0.1, 0.05, 0.04, 0.01))
    said = np.where(rng.random(300) < 0.6, true, said)
    is_kept = rng.random(300) < kept
    expected = (
        accuracy_score(true[is_kept], said[is_kept]),
        recall_score(
            true[is_kept], said[is_kept], labels=np.unique(true[is_kept]), average="macro"
        ),
        f1_score(true[is_kept], said[is_kept], average="macro"),
        matthews_corrcoef(true[is_kept], said[is_kept]),
        is_kept.mean(),
        np.mean([is_kept[true == name].mean() for name in np.unique(true)]),
    )
    assert list(metrics(true, said, is_kept).values()) == pytest.approx(expected)


def test_a_classification_that_is_never_confident_has_no_metrics_of_its_confident_sources():
    true = np.repeat(["AGN", "YSO"], 50)
    sure = true, np.full(100, 3.0)
    found = compared(true, (true, np.full(100, 1.0)), sure)
    nothing = {"accuracy": None, "balanced_accuracy": None, "macro_f1": None, "mcc": None}
    assert found["metrics"][0]["confident"] == nothing | {
        "fraction_kept": 0,
        "balanced_fraction_kept": 0,
    }
    assert found["difference_errors"]["confident"] == nothing | {
        "fraction_kept": 0,
        "balanced_fraction_kept": 0,
    }
    assert (
        found["agreement"]["same_class_where_both_confident"] is None
        and found["agreement"]["confident_alike"] == 0
    )


@pytest.mark.real
def test_most_sources_get_the_published_class(comparison):
    agreement = comparison["agreement"]
    assert agreement["same_class"] > 0.92
    assert agreement["same_class_where_both_confident"] > 0.99
    assert agreement["correlation_of_probabilities"] > 0.98
    # equation 7 from the published means and deviations
    assert agreement["largest_difference_of_ct_by_our_formula"] < 1e-9


@pytest.mark.real
def test_accuracy_is_the_published_one(predictions, comparison):
    theirs = comparison["metrics"][1]["all"]
    ours = metrics(
        predictions["true_class"], predictions["class"], np.ones(len(predictions["class"]), bool)
    )
    assert ours["accuracy"] == pytest.approx(theirs["accuracy"], abs=0.015)
    assert ours["mcc"] == pytest.approx(theirs["mcc"], abs=0.02)


@pytest.mark.real
def test_our_classes_are_nearer_to_the_published_ones_than_the_authors_next(comparison, real_data):
    again = published_again(real_data / LATER_LEFT_OUT, real_data / LEFT_OUT)["agreement"]
    assert again["sources"] > 1000
    assert 0.9 < again["same_class"] < comparison["agreement"]["same_class"]
