"""Class probabilities over draws from the measurement errors."""

from dataclasses import replace

import numpy as np
import pytest

from lynceus.learning import muwclass_draws
from lynceus.learning.muwclass_draws import (
    MISSING,
    Plan,
    Training,
    VoteSums,
    classified,
    classify,
    cross_validate,
    drawn_ebv,
    half_widths,
    log_ebv,
    oversampled,
    published_plan,
)
from lynceus.physics.source_features import BANDS, FEATURES, Measurements

CLASSES = ("AGN", "CV", "STAR")
PLAN = Plan(FEATURES[:9] + BANDS[:3], CLASSES, draws=40, seed=5)


def sources(rng, label):
    """Return sources whose fluxes and magnitudes tell their class, but not surely."""
    count = len(label)
    flux = 1e-14 * 10 ** (
        rng.normal(0, 0.5, (count, 3)) + 0.4 * label[:, None] * np.array([-1, 0, 1])
    )
    magnitude = rng.normal(18, 1, (count, len(BANDS))) - 1.2 * label[:, None]
    magnitude[rng.random(count) < 0.2] = np.nan
    return Measurements(
        flux, 0.3 * flux, magnitude, np.full(magnitude.shape, 0.2), rng.random((count, 2))
    )


@pytest.fixture(scope="module")
def sky():
    """Return a training set of three classes of different size, 60 targets and their E(B-V)."""
    rng = np.random.default_rng(11)
    label = np.repeat([0, 1, 2], [150, 25, 80])
    targets = sources(rng, rng.integers(0, 3, 60))
    return Training(sources(rng, label), label), targets, rng.lognormal(-1, 1, 60)


def test_few_trees_asked_often_give_mean_and_deviation_of_the_published_way(sky):
    training, targets, _ = sky
    fixed = np.zeros(len(targets))
    mean, deviation = classify(training, targets, fixed, replace(PLAN, draws=100))
    published_mean, published_deviation = classify(
        training, targets, fixed, published_plan(replace(PLAN, seed=6), 100)
    )
    assert np.abs(mean - published_mean).mean() < 0.02
    assert deviation.mean() / published_deviation.mean() == pytest.approx(1, abs=0.05)


def test_probabilities_sum_to_one_and_follow_reddening(sky):
    training, targets, ebv = sky
    plan = replace(PLAN, draws=200)
    mean, deviation = classify(training, targets, ebv, plan)
    assert mean.sum(axis=1) == pytest.approx(1)
    assert (deviation >= 0).all() and (deviation < 0.51).all()
    # a target at one E(B-V) of many gets what draws at that E(B-V) alone give
    one = np.argsort(ebv)[30]
    alone, spread = classify(training, targets, np.full(len(ebv), ebv[one]), replace(plan, seed=8))
    assert np.abs(mean[one] - alone[one]).max() < 0.06
    assert np.abs(deviation[one] - spread[one]).max() < 0.05


def test_a_target_with_many_draws_near_it_is_asked_about_less_often(sky, monkeypatch):
    training, targets, _ = sky
    asked = []
    votes = muwclass_draws.TrainedDraw.votes
    monkeypatch.setattr(
        muwclass_draws.TrainedDraw,
        "votes",
        lambda self, near: asked.append(len(near)) or votes(self, near),
    )
    for enough, times in ((1000, 4), (30, 2), (20, 1), (1, 1)):
        monkeypatch.setattr(muwclass_draws, "ENOUGH_VOTES", enough)
        asked.clear()
        classify(training, targets, np.zeros(60), replace(PLAN, draws=20))
        assert sum(asked) == 20 * 60 * times


def test_the_result_does_not_depend_on_threads(sky):
    training, targets, ebv = sky
    one, two = (
        classify(training, targets, ebv, replace(PLAN, draws=12), threads=threads)
        for threads in (1, 2)
    )
    assert np.array_equal(one, two)


def test_an_interrupted_run_goes_on_where_it_was(sky, tmp_path, monkeypatch):
    training, targets, ebv = sky
    monkeypatch.setattr(muwclass_draws, "CHECKPOINT_DRAWS", 5)
    whole = classify(training, targets, ebv, PLAN)
    trained = []
    build = muwclass_draws.TrainedDraw.__init__

    def stopping(self, plan, training, draw, ebv):
        trained.append(draw)
        if draw == 23 and len(trained) < 30:
            raise KeyboardInterrupt
        build(self, plan, training, draw, ebv)

    monkeypatch.setattr(muwclass_draws.TrainedDraw, "__init__", stopping)
    path = tmp_path / "draws.npz"
    with pytest.raises(KeyboardInterrupt):
        classify(training, targets, ebv, PLAN, checkpoint=path)
    assert path.exists()
    trained.extend([-1] * 10)
    resumed = classify(training, targets, ebv, PLAN, checkpoint=path)
    assert np.array_equal(whole, resumed)
    assert trained.count(19) == 1 and trained.count(20) == 2
    assert not path.exists()


def test_sums_of_another_run_are_not_taken(sky, tmp_path, monkeypatch):
    training, targets, ebv = sky
    path = tmp_path / "draws.npz"
    monkeypatch.setattr(muwclass_draws.Checkpoint, "remove", lambda self: None)
    plan = replace(PLAN, draws=5)
    classify(training, targets, ebv, plan, checkpoint=path)
    other = classify(training, targets, ebv + 0.1, plan, checkpoint=path)
    assert np.array_equal(other, classify(training, targets, ebv + 0.1, plan))


def test_a_line_in_the_votes_changes_neither_mean_nor_deviation():
    rng = np.random.default_rng(3)
    x = rng.uniform(-0.4, 0.5, 5000)
    noise = rng.normal(0, 0.05, len(x))
    share = 0.3 + 0.2 * x + noise
    sums = VoteSums(1, 2)
    for place, vote in zip(x, share):
        sums.add(
            [0], np.array([1 - (place / 0.5) ** 2]), np.array([place]), np.array([[vote, 1 - vote]])
        )
    mean, deviation = sums.probabilities(replace(PLAN, classifier="lightgbm"))
    assert mean[0] == pytest.approx([0.3, 0.7], abs=0.003)
    assert deviation[0] == pytest.approx([0.05, 0.05], abs=0.002)


def test_a_hundred_trees_scatter_as_they_must_however_few_the_draws():
    """A class that each tree votes for with 0.3, whatever the draw: 100 trees scatter by sqrt(0.3 x
    0.7 / 100).
    """
    rng = np.random.default_rng(4)
    votes = rng.binomial(PLAN.trees, 0.3, (20, 500)) / PLAN.trees
    sums, one = VoteSums(500, 2), np.ones(500)
    for vote in votes:
        sums.add(np.arange(500), one, 0 * one, np.stack([vote, 1 - vote], axis=1))
    mean, deviation = sums.probabilities(PLAN)
    single = (votes * (1 - votes)).mean(axis=0) * PLAN.trees / (PLAN.trees - 1)
    assert mean[:, 0].mean() == pytest.approx(0.3, abs=0.01)
    assert (deviation[:, 0] >= np.sqrt(single / 100) * (1 - 1e-9)).all()
    assert np.median(deviation[:, 0]) == pytest.approx(np.sqrt(0.3 * 0.7 / 100), abs=0.015)


def test_a_single_draw_has_no_deviation_and_no_confidence(sky):
    training, targets, ebv = sky
    mean, deviation = classify(training, targets, ebv, replace(PLAN, draws=1, target_draws=1))
    assert (
        mean.sum(axis=1) == pytest.approx(1)
        and np.isnan(deviation).all()
        and np.isnan(classified(mean, deviation)[1]).all()
    )


def test_a_feature_that_no_source_has_tells_nothing_and_warns_of_nothing(sky, recwarn):
    training, targets, ebv = sky
    magnitude = np.full(training.measurements.magnitude.shape, np.nan)
    dark = Training(replace(training.measurements, magnitude=magnitude), training.label)
    mean, _ = classify(dark, targets, ebv, replace(PLAN, draws=3))
    assert mean.sum(axis=1) == pytest.approx(1)
    assert not [warning for warning in recwarn if issubclass(warning.category, RuntimeWarning)]


def test_draws_are_spread_as_the_targets_are_and_none_is_far_from_all():
    ebv = np.concatenate([np.random.default_rng(1).lognormal(-2, 0.5, 5000), [20.0]])
    plan = replace(PLAN, draws=1000)
    drawn = drawn_ebv(ebv, plan)
    # two fifths of them as the targets are, the others evenly over a range of which these have a
    # seventh
    low, high = np.quantile(ebv, [0.1, 0.9])
    assert np.mean((drawn > low) & (drawn < high)) == pytest.approx(0.4 * 0.8 + 0.6 / 7, abs=0.05)
    # as many on either side of the last target, so that it is no end of its line
    beyond = log_ebv(drawn) - log_ebv(20.0)
    assert (np.abs(beyond) < plan.reach()).sum() > 50
    assert (
        0.7
        < ((beyond > 0) & (beyond < plan.reach())).sum()
        / ((beyond < 0) & (beyond > -plan.reach())).sum()
        < 1.4
    )
    assert drawn.min() >= 0 and beyond.max() <= plan.reach()
    assert (drawn_ebv(np.full(3, 0.7), PLAN) == 0.7).all()


def test_the_kernel_narrows_with_the_fifth_root_of_the_draws():
    assert replace(PLAN, half_width=0.35, draws=3000).reach() == pytest.approx(0.35)
    assert replace(PLAN, half_width=0.35, draws=3000 * 32).reach() == pytest.approx(0.175)


def test_a_target_far_from_the_draws_listens_to_the_nearest_twenty():
    draws = np.sort(np.random.default_rng(4).normal(0, 1, 200))
    targets = np.array([-8.0, 0.0, 0.5, 3.0])
    widths = half_widths(targets, draws, 0.1)
    nearest = np.sort(np.abs(targets[:, None] - draws), axis=1)[:, 19]
    assert widths == pytest.approx(np.maximum(0.1, nearest))
    assert (np.abs(targets[:, None] - draws) < widths[:, None]).sum(axis=1).min() >= 20
    assert half_widths(targets, draws[:3], 0.1)[0] == pytest.approx(8 + draws[2])
    # and to a tenth of many
    many = np.linspace(0, 1, 1001)
    assert half_widths(np.array([0.5]), many, 0.01)[0] == pytest.approx(0.05, abs=0.001)


def test_classes_are_filled_up_between_neighbours_and_missing_values_stay_missing():
    rng = np.random.default_rng(2)
    values = rng.normal(0, 1, (60, 3)).astype(np.float32)
    values[::7, 1] = MISSING
    label = np.repeat([0, 1, 2], [40, 15, 5])
    mixed, mixed_label = oversampled(values, label, 4, rng)
    assert np.bincount(mixed_label).tolist() == [40, 40, 40]
    assert np.array_equal(mixed[:60], values)
    real = mixed != MISSING
    for column in range(3):
        kept = values[:, column][values[:, column] != MISSING]
        assert (
            mixed[real[:, column], column].min() >= kept.min()
            and mixed[real[:, column], column].max() <= kept.max()
        )
    assert oversampled(values, label, 0, rng)[0] is values


@pytest.mark.parametrize("members", [1, 2])
def test_a_class_of_one_or_two_members_in_a_fold_is_still_filled_up(members):
    label = np.repeat([0, 1], [20, members])
    mixed, mixed_label = oversampled(
        np.random.default_rng(1).normal(0, 1, (len(label), 2)), label, 4, np.random.default_rng(1)
    )
    assert np.bincount(mixed_label).tolist() == [20, 20]


def test_a_small_class_does_not_narrow_the_neighbourhoods_of_the_others():
    values, label = (
        np.random.default_rng(1).normal(0, 1, (57, 2)),
        np.repeat([0, 1, 2], [40, 15, 2]),
    )
    with_small, small_label = oversampled(values, label, 4, np.random.default_rng(1))
    without, large_label = oversampled(values[:55], label[:55], 4, np.random.default_rng(1))
    assert np.array_equal(with_small[small_label == 1], without[large_label == 1])
    assert np.bincount(small_label).tolist() == [40, 40, 40]


def test_each_source_is_predicted_by_draws_that_did_not_see_it(sky):
    training, _, _ = sky
    fold, ebv = (
        np.arange(len(training.label)) % 5,
        np.random.default_rng(2).uniform(0, 0.1, len(training.label)),
    )
    mean, _ = cross_validate(training, fold, ebv, PLAN)
    told = np.argmax(mean, axis=1) == training.label
    assert 0.5 < told.mean() < 0.95
    # with its own label shuffled among the trained, a source cannot be known
    shuffled = Training(training.measurements, np.random.default_rng(1).permutation(training.label))
    mean, _ = cross_validate(shuffled, fold, ebv, PLAN)
    assert (np.argmax(mean, axis=1) == shuffled.label).mean() < 0.55


def test_confidence_is_the_least_lead_in_units_of_both_deviations():
    mean = np.array([[0.6, 0.3, 0.1], [0.5, 0.5, 0.0], [1.0, 0.0, 0.0]])
    deviation = np.array([[0.1, 0.1, 0.01], [0.1, 0.1, 0.1], [0.0, 0.0, 0.0]])
    label, confidence = classified(mean, deviation)
    assert label.tolist() == [0, 0, 0]
    assert confidence == pytest.approx([1.5, 0.0, 1 / 2e-5])


def test_without_the_class_that_is_reddened_reddening_changes_nothing(sky):
    training, targets, _ = sky
    plan = replace(PLAN, classes=("HMXB", "CV", "STAR"), draws=5)
    clear, dusty = (classify(training, targets, np.full(60, ebv), plan)[0] for ebv in (0.0, 2.0))
    assert np.array_equal(clear, dusty)


@pytest.mark.parametrize("classifier", muwclass_draws.CLASSIFIERS)
def test_any_classifier_takes_the_place_of_the_forest(sky, classifier):
    training, targets, ebv = sky
    mean, _ = classify(training, targets, ebv, replace(PLAN, classifier=classifier, draws=3))
    assert mean.sum(axis=1) == pytest.approx(1)


@pytest.mark.parametrize("classifier", ["gradient_boosting", "lightgbm"])
def test_boosting_keeps_its_rounds_however_few_trees_a_forest_has(classifier):
    assert muwclass_draws.CLASSIFIERS[classifier](3, 1).get_params()["n_estimators"] == 100


def test_too_few_members_and_impossible_reddening_are_named(sky):
    training, targets, ebv = sky
    few = training.taken(np.r_[0:150, 150:155, 175:255])
    with pytest.raises(ValueError, match="at least 6 per class are needed: CV 5"):
        classify(few, targets, ebv, PLAN)
    with pytest.raises(ValueError, match="it is not for 60 targets"):
        classify(training, targets, -ebv, PLAN)


def test_no_targets_give_no_rows(sky):
    training, targets, ebv = sky
    mean, deviation = classify(training, targets.taken(slice(0, 0)), ebv[:0], PLAN)
    assert mean.shape == deviation.shape == (0, 3)
