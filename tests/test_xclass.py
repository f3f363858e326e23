"""The two-stage classifier: what it may know, what it says, and how that is measured."""

from dataclasses import replace

import numpy as np
import pytest

from lynceus.learning import xclass
from lynceus.learning.forests import load_forest
from lynceus.learning.xclass import (
    FIRST,
    PUBLISHED,
    Plan,
    cross_fitted,
    fit_stage,
    judged,
    models_of,
    out_of_fold,
    predict,
    prediction_rows,
    predictions_of,
    published_names,
    trained,
    true_classes,
)

GROUPS = {
    "AGN": ("AGN",),
    "OTHER": ("LMXB", "HMXB", "CV"),
    "SNR": ("SNR",),
    "STAR": ("LM-STAR", "HM-STAR"),
}
CLASSES = [one for members in GROUPS.values() for one in members]
PLAN = Plan(GROUPS, trees=30, validation_trees=20, inner_trees=20)
FOLDS = 4


def sources(rows=280, seed=1):
    """Return values and class of sources that their first three features tell apart, and folds with
    a share of each class.
    """
    rng = np.random.default_rng(seed)
    label = np.array(CLASSES, dtype=object)[np.arange(rows) % len(CLASSES)]
    group = np.array([list(GROUPS).index(one) for one in PLAN.group_of(label)])
    values = rng.normal(0, 1, (rows, 6))
    values[:, 0] += 3 * group
    values[:, 1] += 3 * np.array([CLASSES.index(one) for one in label])
    values[rng.random(values.shape) < 0.05] = np.nan
    return values, label, np.arange(rows) // len(CLASSES) % FOLDS


def test_the_classes_are_told_by_models_that_have_not_seen_the_source():
    values, label, fold = sources()
    first, within = out_of_fold(values, label, fold, PLAN)
    np.testing.assert_allclose(first.sum(axis=1), 1)
    _, _, said, _ = judged(first, within, PLAN, "full")
    assert np.mean(said == label) > 0.7
    lottery = np.random.default_rng(2).permutation(label)
    first, within = out_of_fold(values, lottery, fold, PLAN)
    assert np.mean(judged(first, within, PLAN, "full")[2] == lottery) < 0.3


def test_nothing_of_the_fold_that_is_judged_reaches_what_judges_it():
    values, label, fold = sources()
    # labels of fold 0 changed: nothing said of fold 0 may change, in either stage
    changed = label.copy()
    changed[fold == 0] = np.random.default_rng(3).permutation(label[fold == 0])
    before, after = out_of_fold(values, label, fold, PLAN), out_of_fold(values, changed, fold, PLAN)
    np.testing.assert_array_equal(before[0][fold == 0], after[0][fold == 0])
    for name in before[1]:
        np.testing.assert_array_equal(before[1][name][fold == 0], after[1][name][fold == 0])
    assert not np.array_equal(before[0][fold == 1], after[0][fold == 1])


def test_the_second_stage_trains_on_probabilities_of_models_without_the_source():
    values, label, fold = sources()
    group = PLAN.group_of(label)
    outer, inner = cross_fitted(values, group, fold, PLAN)
    assert set(inner) == set(range(FOLDS)) and np.isfinite(outer).all()
    for one, first in inner.items():
        assert np.isnan(first[fold == one]).all() and np.isfinite(first[fold != one]).all()
    # by hand: fold 2, judged by what knows neither 2 nor 0
    kept = (fold != 0) & (fold != 2)
    stage = fit_stage(values[kept], group[kept], PLAN, list(GROUPS), PLAN.inner_trees)
    np.testing.assert_array_equal(
        inner[0][fold == 2], stage.predict(values[fold == 2], list(GROUPS))
    )


def test_threads_change_nothing():
    values, label, fold = sources(140)
    one, two = (
        out_of_fold(values, label, fold, replace(PLAN, threads=threads)) for threads in (1, 2)
    )
    np.testing.assert_array_equal(one[0], two[0])
    for name in one[1]:
        np.testing.assert_array_equal(one[1][name], two[1][name])


def test_missing_values_are_medians_of_the_training_rows_and_0_where_there_are_none():
    values, label, _ = sources()
    values[:, 5] = np.nan
    stage = fit_stage(values, PLAN.group_of(label), PLAN, list(GROUPS))
    np.testing.assert_array_equal(stage.model.fill[:5], np.nanmedian(values[:, :5], axis=0))
    assert stage.model.fill[5] == 0
    assert (
        stage.importance.sum() == pytest.approx(1)
        and stage.importance[5] == 0
        and (stage.importance_std[:5] > 0).all()
    )


@pytest.mark.parametrize("change", [{"classifier": "lightgbm"}, {"neighbours": 3}])
def test_other_ways_to_train_tell_the_classes_too(change, tmp_path):
    values, label, fold = sources()
    plan = replace(PLAN, **change)
    first, within = out_of_fold(values, label, fold, plan)
    assert np.mean(judged(first, within, plan, "full")[2] == label) > 0.6
    rows = models_of(
        "label", (label, values, label, fold, label), ["a", "b", "c", "d", "e", "f"], plan, tmp_path
    ).to_pylist()
    assert {row["model"] for row in rows} == {FIRST, PUBLISHED, "OTHER", "STAR"}
    assert all(
        (tmp_path / row["model_file"]).is_file() and len(row["importance"]) == len(row["features"])
        for row in rows
    )


def test_the_trained_models_say_what_their_files_say(tmp_path):
    values, label, fold = sources()
    stages = trained(values, label, fold, PLAN)
    new = sources(70, seed=9)[0]
    first, within = predict(stages, new, PLAN)
    row = {
        row["model"]: row
        for row in models_of(
            "label", (label, values, label, fold, label), list("abcdef"), PLAN, tmp_path
        ).to_pylist()
    }
    np.testing.assert_array_equal(
        load_forest(str(tmp_path / row[FIRST]["model_file"])).predict(new), first
    )
    both = np.concatenate([new, first], axis=1)
    np.testing.assert_array_equal(
        load_forest(str(tmp_path / row["OTHER"]["model_file"])).predict(both), within["OTHER"]
    )
    assert (
        row["OTHER"]["features"][-4:] == ["p_AGN", "p_OTHER", "p_SNR", "p_STAR"]
        and row["OTHER"]["n_sources"] == np.isin(label.astype(str), GROUPS["OTHER"]).sum()
    )


def test_the_group_decides_before_the_class():
    first = np.array([[0.4, 0.5, 0.0, 0.1], [0.1, 0.2, 0.0, 0.7]])
    within = {
        "OTHER": np.array([[0.4, 0.4, 0.2]] * 2),
        "STAR": np.array([[0.5, 0.5], [0.2, 0.8]]),
        PUBLISHED: np.array([[0.3, 0.7]] * 2),
    }
    classes, p, said, sure = judged(first, within, PLAN, "full")
    assert classes == CLASSES and said.tolist() == ["LMXB", "HM-STAR"]
    np.testing.assert_allclose(p.sum(axis=1), 1)
    np.testing.assert_allclose(sure, [0.4, 0.8])
    classes, p, said, sure = judged(first, within, PLAN, PUBLISHED)
    assert classes == ["AGN", "LMXB", "HMXB", "SNR", "STAR"] and said.tolist() == ["HMXB", "STAR"]
    np.testing.assert_allclose(sure, [0.7, 0.7])
    np.testing.assert_allclose(p[0], [0.4, 0.15, 0.35, 0, 0.1])
    assert judged(first, within, PLAN, "stage_one")[2].tolist() == ["OTHER", "STAR"]


def test_levels_name_classes_as_the_published_system_does():
    assert published_names(PLAN)["HM-STAR"] == "STAR" and published_names(PLAN)["CV"] == "CV"
    label = np.array(["AGN", "CV", "LM-STAR", "HMXB"], dtype=object)
    assert true_classes(label, PLAN, "stage_one").tolist() == ["AGN", "OTHER", "STAR", "OTHER"]
    assert true_classes(label, PLAN, "published").tolist() == ["AGN", None, "STAR", "HMXB"]
    assert true_classes(label, PLAN, "published_with_cv").tolist() == ["AGN", "CV", "STAR", "HMXB"]
    assert true_classes(label, PLAN, "full").tolist() == label.tolist()


def test_the_published_system_never_calls_anything_a_cv():
    values, label, fold = sources()
    first, within = out_of_fold(values, label, fold, PLAN)
    names = np.array([f"S{i:03}" for i in range(len(label))], dtype=object)
    rows = prediction_rows("label", "folds", names, fold, label, first, within, PLAN).to_pylist()
    counts = {
        level: sum(row["level"] == level for row in rows)
        for level in ("published", "published_with_cv", "full")
    }
    assert counts == {
        "published": np.sum(label != "CV"),
        "published_with_cv": len(label),
        "full": len(label),
    }
    for row in rows:
        p = dict(zip(row["classes"], row["p"]))
        if row["level"].startswith("published"):
            assert row["class"] != "CV" and "CV" not in p
        assert p[row["class"]] <= row["confidence"] + 1e-12 and sum(row["p"]) == pytest.approx(1)


def test_validation_and_test_parts_are_judged_by_the_training_part():
    values, label, fold = sources()
    split = np.array(["train", "train", "train", "validation", "test"], dtype=object)[
        np.arange(len(label)) // len(CLASSES) % 5
    ]
    names = np.array([f"S{i:03}" for i in range(len(label))], dtype=object)
    table = predictions_of("label", (names, values, label, fold, split), PLAN, with_splits=True)
    parts = {
        part: {row["csc_name"] for row in table.to_pylist() if row["part"] == part}
        for part in ("folds", "validation", "test")
    }
    assert (
        parts["folds"] == set(names)
        and parts["validation"] == set(names[split == "validation"])
        and parts["test"] == set(names[split == "test"])
    )
    # what is said of the test part does not hang on its labels
    other = np.where(split == "test", np.random.default_rng(4).permutation(label), label)
    again = predictions_of("label", (names, values, other, fold, split), PLAN, with_splits=True)
    said = [
        [
            (row["csc_name"], row["level"], row["p"])
            for row in one.to_pylist()
            if row["part"] == "test" and row["level"] == "full"
        ]
        for one in (table, again)
    ]
    assert said[0] == said[1]


@pytest.mark.parametrize("kept", [[], ["AGN"], ["LM-STAR", "HM-STAR"]])
def test_one_group_trains_nothing(kept, tmp_path):
    values, label, fold = sources()
    rows = np.isin(label.astype(str), kept)
    training = (
        label[rows],
        values[rows],
        label[rows],
        fold[rows],
        np.full(rows.sum(), "train", dtype=object),
    )
    assert predictions_of("label", training, PLAN).num_rows == 0
    assert models_of("label", training, list("abcdef"), PLAN, tmp_path).num_rows == 0


def test_a_class_alone_in_its_group_is_certain_there(tmp_path):
    values, label, fold = sources()
    rows = np.isin(label.astype(str), ["AGN", "LMXB", "SNR", "LM-STAR", "HM-STAR"])
    first, within = out_of_fold(values[rows], label[rows], fold[rows], PLAN)
    np.testing.assert_array_equal(within["OTHER"], np.tile([1.0, 0.0, 0.0], (rows.sum(), 1)))
    models = {
        row["model"]: row
        for row in models_of(
            "label",
            (label[rows], values[rows], label[rows], fold[rows], None),
            list("abcdef"),
            PLAN,
            tmp_path,
        ).to_pylist()
    }
    assert models["OTHER"]["model_file"] is None and models["OTHER"]["classes"] == ["LMXB"]
    assert (
        xclass.Stage(()).predict(values[:3], ["A"]).tolist()
        == [[pytest.approx(np.nan, nan_ok=True)]] * 3
    )
