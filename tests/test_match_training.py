"""Training of the property match on pairs whose answer is known."""

import json
from dataclasses import replace
from itertools import product

import duckdb
import numpy as np
import pytest
from scipy.special import expit, logit

from lynceus.learning import match_training
from lynceus.learning.lightgbm_files import load_booster
from lynceus.learning.match_calibration import borne_out, calibrate
from lynceus.learning.match_training import (
    PRESETS,
    Pairs,
    draw_parameters,
    fit,
    importances,
    out_of_fold_scores,
    predict,
    search,
    train_match_model,
    train_outlier_model,
)

FEATURES = [
    {"name": "signal", "kind": "number"},
    {"name": "noise", "kind": "number"},
    {"name": "class", "kind": "category"},
]


def pairs_of(rng, sources=400, candidates=6):
    """Return pairs in which the positive one of each source tends to a larger signal and to class
    1.
    """
    key = np.repeat(np.arange(sources), candidates)
    positive = np.tile(np.arange(candidates) == 0, sources)
    features = np.stack(
        [
            rng.normal(size=len(key)) + 2 * positive,
            rng.normal(size=len(key)),
            np.where(rng.random(len(key)) < 0.3 + 0.4 * positive, 1.0, 0.0),
        ],
        axis=1,
    )
    features[rng.random(features.shape) < 0.1] = np.nan
    always = np.ones(len(key), bool)
    return Pairs(
        features=features,
        is_positive=positive,
        is_trainable=always,
        is_candidate=always,
        is_shared=~always,
        split=np.array(["train", "train", "train", "validation", "test"])[key % 5],
        fold=key // 5 % 5,
        keys={"primary_key": key, "gaia_source_id": np.arange(len(key))},
        kind=np.where(
            positive,
            "positive",
            np.where(np.arange(len(key)) % candidates == 1, "clear", "intermediate"),
        ),
        random_rank=np.zeros(len(key)),
    )


def test_the_model_tells_the_signal_and_is_the_same_at_any_number_of_threads(tmp_path, monkeypatch):
    pairs = pairs_of(np.random.default_rng(1))
    rows = []
    for threads in (1, 2):
        monkeypatch.setitem(match_training.DETERMINISTIC, "num_threads", threads)
        rows.append(train_match_model(pairs, FEATURES, "quick", tmp_path))
    names = {
        load_booster(str(tmp_path / row["model_file"])).model_to_string().split("\nparameters:")[0]
        for row in rows
    }
    assert len(names) == 1
    assert (
        rows[0]["auc_test"] > 0.85
        and rows[0]["n_positive_test"] == 80
        and rows[0]["n_negative_train"] == 1200
    )


def test_too_few_pairs_train_nothing(tmp_path):
    row = train_match_model(
        pairs_of(np.random.default_rng(1), sources=100), FEATURES, "quick", tmp_path
    )
    assert (
        row["model_file"] is None and row["n_positive_test"] == 20 and not list(tmp_path.iterdir())
    )


def test_an_unknown_preset_is_named(tmp_path):
    with pytest.raises(
        ValueError, match="var match_preset is 'fast'; it must be one of quick, paper, search"
    ):
        train_match_model(pairs_of(np.random.default_rng(1)), FEATURES, "fast", tmp_path)


def test_the_published_parameters_stop_early_on_validation(tmp_path):
    row = train_match_model(pairs_of(np.random.default_rng(1)), FEATURES, "paper", tmp_path)
    assert 10 < row["n_trees"] < PRESETS["paper"]["rounds"] and row["auc_test"] > 0.85


def test_scores_out_of_fold_know_nothing_of_their_own_source():
    """Labels drawn at random: a model that had seen the source would tell them, one that has not
    cannot.
    """
    rng = np.random.default_rng(2)
    pairs = pairs_of(rng)
    lottery = Pairs(
        **{
            **pairs.__dict__,
            "features": rng.normal(size=pairs.features.shape),
            "is_positive": rng.random(len(pairs.fold)) < 0.3,
        }
    )
    kinds = [{"name": name, "kind": "number"} for name in "abc"]
    scores = out_of_fold_scores(lottery, kinds, PRESETS["quick"], 100)
    inside = lottery.split != "test"
    np.testing.assert_array_equal(scores["gaia_source_id"], lottery.keys["gaia_source_id"][inside])
    own = predict(fit(*lottery.rows(inside), kinds, PRESETS["quick"]), lottery.features[inside])
    labels = lottery.is_positive[inside]

    def auc(values):
        return match_training.roc_auc_score(labels, values)

    assert auc(own) > 0.8 and abs(auc(scores["p_match_ind"]) - 0.5) < 0.06


def test_calibration_finds_the_curve_the_labels_were_drawn_from():
    rng = np.random.default_rng(3)
    scores = rng.beta(0.6, 1.5, 200_000)
    a, b, c = 0.8, 1.4, -1.2
    labels = rng.random(len(scores)) < expit(a * np.log(scores) - b * np.log1p(-scores) + c)
    found = calibrate(scores, labels)
    np.testing.assert_allclose(
        [found["calibration_a"], found["calibration_b"], found["calibration_c"]],
        [a, b, c],
        atol=0.06,
    )
    assert found["prior_logit"] == pytest.approx(logit(labels.mean()))


def test_calibration_never_falls_with_the_score():
    rng = np.random.default_rng(4)
    scores = rng.random(2000)
    found = calibrate(scores, rng.random(2000) < 0.9 - 0.8 * scores)  # upside down
    assert found["calibration_a"] == found["calibration_b"] == 0 and found[
        "calibration_c"
    ] == pytest.approx(found["prior_logit"], abs=1e-6)


def test_shuffling_the_signal_costs_and_shuffling_noise_does_not(tmp_path):
    pairs = pairs_of(np.random.default_rng(5))
    booster = fit(*pairs.part("train"), FEATURES, PRESETS["quick"])
    found = importances(booster, *pairs.part("validation"))
    loss = dict(zip(found["features"], found["auc_loss"]))
    assert loss["signal"] > 0.2 > 0.05 > abs(loss["noise"])
    assert sum(found["split_percent"]) == pytest.approx(100)


def test_the_search_draws_inside_the_published_ranges_and_keeps_the_best(monkeypatch):
    rng = np.random.default_rng(6)
    for _ in range(300):
        drawn = draw_parameters(rng)
        assert (
            np.exp(-7) <= drawn["learning_rate"] <= 1 and 2 <= drawn["num_leaves"] <= np.exp(7) + 1
        )
        assert 0.5 <= drawn["feature_fraction"] <= 1 and 0.5 <= drawn["bagging_fraction"] <= 1
        assert 2 <= drawn["min_data_in_leaf"] <= np.exp(6) + 1 and np.exp(-16) <= drawn[
            "min_sum_hessian_in_leaf"
        ] <= np.exp(5)
        for penalty in (drawn["lambda_l1"], drawn["lambda_l2"]):
            assert penalty == 0 or np.exp(-16) <= penalty <= np.exp(2)
    monkeypatch.setattr(match_training, "SEARCH_ROUNDS", 20)
    pairs = pairs_of(np.random.default_rng(7), sources=200)
    best, auc = search(pairs, FEATURES, draws=4)
    scores = []
    rng = np.random.default_rng(1)
    for _ in range(4):
        drawn = draw_parameters(rng)
        scores.append(
            (match_training.cross_validated_auc(pairs, FEATURES, drawn), drawn["learning_rate"])
        )
    assert auc == max(scores)[0]
    assert best["learning_rate"] == max(scores)[1] and best["rounds"] == PRESETS["paper"]["rounds"]


def test_the_search_takes_the_negatives_that_train_the_better_score(tmp_path, monkeypatch):
    monkeypatch.setattr(match_training, "SEARCH_ROUNDS", 20)
    pairs = pairs_of(np.random.default_rng(9))
    # intermediate negatives that look like positive pairs of the training spoil it, and random ones
    # help: only they are without the signal
    misled = pairs.features.copy()
    train = pairs.split == "train"
    misled[train & (pairs.kind == "intermediate") & (pairs.keys["gaia_source_id"] % 2 == 0), 0] += 9
    odd = (np.arange(len(train)) % 6 == 5) & train
    pairs = replace(
        pairs,
        features=misled,
        kind=np.where(odd, "random", pairs.kind),
        random_rank=np.where(odd, 2, 0),
        is_candidate=pairs.is_candidate & ~odd,
    )
    constructions = list(product((True, False), (0, 2)))
    row = train_match_model(pairs, FEATURES, "search", tmp_path, 2, False, constructions)
    tried = json.loads(row["constructions"])
    assert [
        (one["intermediate_negatives"], one["random_negatives"]) for one in tried
    ] == constructions
    best = max(tried, key=lambda one: one["auc"])
    assert (row["intermediate_negatives"], row["random_negatives"]) == (
        best["intermediate_negatives"],
        best["random_negatives"],
    )
    chosen = pairs.constructed(row["intermediate_negatives"], row["random_negatives"])
    assert row["n_negative_train"] == (~chosen.part("train")[1]).sum()
    assert row["n_negative_train"] != (~pairs.part("train")[1]).sum() or best == tried[1]


def test_usual_pairs_look_more_like_the_positive_ones_than_odd_ones(tmp_path):
    rng = np.random.default_rng(8)
    first = rng.normal(size=2000)
    usual = np.stack([first, first + 0.1 * rng.normal(size=2000), np.ones(2000)], axis=1)
    name = train_outlier_model(usual[:1500], FEATURES, tmp_path)
    booster = load_booster(str(tmp_path / name))
    odd = np.stack([first, -first, np.ones(2000)], axis=1)[np.abs(first) > 0.5]
    assert (
        match_training.roc_auc_score(
            np.arange(500 + len(odd)) < 500, predict(booster, np.concatenate([usual[1500:], odd]))
        )
        > 0.9
    )
    assert train_outlier_model(usual[:10], FEATURES, tmp_path) is None


def field_of(rng, sources=4000, share=0.6, density=0.02, sigma=1.0, radius=6.0):
    """Return sources and fakes among neighbours strewn evenly, a share of the sources with a
    counterpart beside it: source, is_fake, is_counterpart, log10 weight by position and ln of the
    true likelihood ratio of a property.
    """
    is_fake, has = np.arange(2 * sources) >= sources, rng.random(2 * sources) < share
    has &= ~is_fake
    strewn = rng.poisson(density * np.pi * radius**2, 2 * sources)
    source = np.concatenate([np.flatnonzero(has), np.repeat(np.arange(2 * sources), strewn)])
    is_counterpart = np.arange(len(source)) < has.sum()
    squared = np.where(
        is_counterpart,
        rng.exponential(2 * sigma**2, len(source)),
        radius**2 * rng.random(len(source)),
    )
    ln_weight = -squared / (2 * sigma**2) - np.log(2 * np.pi * sigma**2 * density)
    # a property normal about 0 in the field, about 2 among counterparts
    value = rng.normal(2.0 * is_counterpart)
    return {
        "source": source,
        "is_fake": is_fake[source],
        "is_counterpart": is_counterpart,
        "log10_weight": (ln_weight + logit(share)) / np.log(10),
        "ln_ratio": 2 * value - 2,
    }


def loss_of(field, ln_ratio, exponent, ln_field_ratio):
    """Return the mean log-loss of whether the real sources have a counterpart."""
    real = ~field["is_fake"]
    weight = 10 ** field["log10_weight"] * np.exp(exponent * ln_ratio - ln_field_ratio)
    total = np.bincount(field["source"][real], weight[real])
    has = np.bincount(field["source"][real], field["is_counterpart"][real]) > 0
    known = np.bincount(field["source"][real]) > 0
    p = np.clip(total / (1 + total), 1e-12, 1 - 1e-12)[known]
    return -np.log(np.where(has[known], p, 1 - p)).mean()


@pytest.mark.parametrize("power, expected", [(1.0, 1.0), (2.0, 0.5), (0.8, 1.25)])
def test_a_likelihood_ratio_that_claims_too_much_or_too_little_is_put_right(power, expected):
    field = field_of(np.random.default_rng(1))
    ratio = power * field["ln_ratio"]
    found = borne_out(ratio, field["log10_weight"], field["source"], field["is_fake"])
    assert found["exponent"] == pytest.approx(expected, abs=0.1)
    # over the field R^s has the mean exp(s (s - 1) 2) of a lognormal
    s = power * found["exponent"]
    assert found["ln_field_ratio"] == pytest.approx(2 * s * (s - 1), abs=0.15)
    assert loss_of(field, ratio, **found) < loss_of(field, ratio, 0, 0) - 0.05
    assert loss_of(field, ratio, **found) <= loss_of(field, ratio, 1, 0) + 0.001


def test_shuffled_properties_leave_the_choice_to_position():
    rng = np.random.default_rng(2)
    field = field_of(rng)
    ratio = rng.permutation(field["ln_ratio"])
    found = borne_out(ratio, field["log10_weight"], field["source"], field["is_fake"])
    assert found == {"exponent": 0.0, "ln_field_ratio": 0.0}
    # taken at their word they do harm
    assert loss_of(field, ratio, 1, 0) > loss_of(field, ratio, 0, 0) + 0.1


def test_without_chance_neighbours_a_likelihood_ratio_is_taken_at_its_word():
    few = {"exponent": 1.0, "ln_field_ratio": 0.0}
    assert borne_out(np.ones(9), np.ones(9), np.arange(9), np.zeros(9, bool)) == few


def test_pairs_are_read_in_the_order_of_their_keys():
    connection = duckdb.connect()
    labelled = connection.sql("""
        select x as primary_key, 100 - x as gaia_source_id, x % 2 = 0 as is_positive, true as is_trainable, true as is_candidate,
            false as is_shared, 'train' as split, 0 as fold,
            if(x % 3 = 0, 'random', 'clear') as kind, if(x % 3 = 0, 2, null) as random_rank from range(50) as t(x) order by random()
    """)
    properties = connection.sql(
        "select x as primary_key, 100 - x as gaia_source_id, true as is_candidate, x * 1.5 as signal from range(50) as t(x)"
    )
    pairs = match_training.read_pairs(labelled, properties, [{"name": "signal", "kind": "number"}])
    np.testing.assert_array_equal(pairs.keys["primary_key"], np.arange(50))
    np.testing.assert_array_equal(pairs.features[:, 0], np.arange(50) * 1.5)
    np.testing.assert_array_equal(pairs.is_positive, np.arange(50) % 2 == 0)
    np.testing.assert_array_equal(pairs.random_rank, np.where(np.arange(50) % 3 == 0, 2, 0))
