"""MUWCLASS on the published training set, beside the published classes of the same sources."""

from dataclasses import replace

import duckdb
import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score, matthews_corrcoef, recall_score

from lynceus.learning.muwclass_draws import (
    Plan,
    TrainedDraw,
    Training,
    classified,
    cross_validate,
)
from lynceus.physics.dust import coarse_map_ebv
from lynceus.physics.source_features import Measurements
from lynceus.studies import left_out_classes
from lynceus.studies.classes import LATER_LEFT_OUT, LEFT_OUT
from lynceus.studies.left_out_classes import (
    against_left_out,
    averaged,
    class_columns,
    compared,
    draw_errors,
    left_out_votes,
    metrics,
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


@pytest.fixture
def sources():
    """Training, E(B-V) and Plan of 60 made-up sources of two classes, which hardness tells apart."""
    rng = np.random.default_rng(4)
    label = np.repeat([0, 1], [40, 20])
    flux = 1e-14 * np.where(label[:, None] == 0, (1.0, 2.0, 4.0), (4.0, 2.0, 1.0))
    flux = flux * rng.lognormal(0, 0.5, (60, 3))
    magnitude = 15 + rng.normal(size=(60, 9))
    measurements = Measurements(
        flux, 0.2 * flux, magnitude, np.full((60, 9), 0.1), rng.random((60, 2))
    )
    names = ("F_s", "F_m", "F_h", "G", "W1-W2")
    plan = Plan(names, ("AGN", "YSO"), draws=3, trees=5, seed=1)
    return Training(measurements, label), rng.lognormal(-1, 1, 60), plan


def test_each_source_is_classified_by_all_others(sources):
    training, ebv, plan = sources
    votes = left_out_votes(training, ebv, plan)
    lazy = replace(plan, classifier="asked_forest")
    for row in (0, 17, 59):
        others = np.arange(60) != row
        expected = [
            TrainedDraw(lazy, training.taken(others), draw, ebv[row]).votes(
                training.measurements.taken([row])
            )[0]
            for draw in range(3)
        ]
        np.testing.assert_array_equal(votes[:, row], expected)
    # what a source itself is called does not matter to what is said of it
    renamed = Training(training.measurements, np.where(np.arange(60) == 5, 1, training.label))
    np.testing.assert_array_equal(left_out_votes(renamed, ebv, plan)[:, 5], votes[:, 5])
    mean, deviation = averaged(votes, plan)
    np.testing.assert_allclose(mean, votes.mean(axis=0))
    assert (mean.argmax(axis=1) == training.label).mean() > 0.8 and (deviation >= 0).all()


def test_an_interrupted_leave_one_out_goes_on_and_says_the_same(sources, tmp_path, monkeypatch):
    training, ebv, plan = sources
    expected = left_out_votes(training, ebv, plan)

    def interrupted(draws):
        def drawn(plan, training, draw, ebv, *_):
            if draw >= draws:
                raise KeyboardInterrupt
            made.append(draw)
            return TrainedDraw(plan, training, draw, ebv)

        return drawn

    made = []
    monkeypatch.setattr(left_out_classes, "TrainedDraw", interrupted(2))
    with pytest.raises(KeyboardInterrupt):
        left_out_votes(training, ebv, plan, tmp_path / "votes.npz")
    assert set(made) == {0, 1}
    made = []
    monkeypatch.setattr(left_out_classes, "TrainedDraw", interrupted(3))
    np.testing.assert_array_equal(
        left_out_votes(training, ebv, plan, tmp_path / "votes.npz"), expected
    )
    assert set(made) == {2} and not list(tmp_path.iterdir())


def test_errors_by_other_draws_are_those_of_independent_runs(sources):
    """The deviation of the accuracy over ten runs, beside what the draws of one run say of it."""
    training, ebv, plan = sources
    ten = replace(plan, draws=10)
    runs = [left_out_votes(training, ebv, replace(ten, seed=seed)) for seed in range(10)]
    scores = [
        metrics(training.label, classified(*averaged(votes, ten))[0], np.ones(60, bool))["mcc"]
        for votes in runs
    ]
    said = np.mean([draw_errors(votes, ten, training.label)["all"]["mcc"] for votes in runs[:3]])
    assert 0.3 < np.std(scores, ddof=1) / said < 3


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
