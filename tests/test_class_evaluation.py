"""Measures of classifiers in SQL against scikit-learn, on random predictions."""

import warnings

import duckdb
import numpy as np
import pyarrow as pa
import pytest
import yaml
from conftest import PROJECT
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    cohen_kappa_score,
    f1_score,
    log_loss,
    matthews_corrcoef,
    precision_recall_fscore_support,
    roc_auc_score,
    roc_curve,
)

from lynceus.studies.left_out_classes import difference_errors

CLASSES = list(
    yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]["classifiers"]["muwclass"][
        "classes"
    ]
)
CONFIDENT = 2.0
WHERE = "class = 'all' and subset = 'all'"


def predicted(rng, number, weights, name, repeat=1):
    """Return random predictions of a classifier that knows a little, in steps of 1/50 so that many
    are tied.
    """
    truth = rng.choice(len(CLASSES), number, p=weights)
    votes = np.stack(
        [rng.multinomial(50, share) for share in rng.dirichlet(np.full(len(CLASSES), 0.4), number)]
    )
    hint = rng.random(number) < 0.6
    votes[hint] = votes[hint] // 2
    votes[hint, truth[hint]] += 50 - votes[hint].sum(axis=1)
    p = votes / 50
    confidence = rng.exponential(2, number)
    return {
        "classifier": [name] * number,
        "csc_name": [f"X{i:05d}" for i in range(number)],
        "repeat": [repeat] * number,
        "true_class": np.array(CLASSES)[truth],
        "class": np.array(CLASSES)[p.argmax(axis=1)],
        "class_prob": p.max(axis=1),
        "confidence": confidence,
        "is_confident": confidence >= CONFIDENT,
        "p": p,
        "truth": truth,
        "field": np.arange(number) % 7,
        "sets": [[name for name, one in zip(CLASSES, row) if one >= 0.1] for row in p],
    }


@pytest.fixture(scope="module")
def predictions():
    """Return predictions by classifier: of all classes, of a training set that lacks three of them,
    and of two repeats.
    """
    rng = np.random.default_rng(4)
    weights = np.array([0.4, 0.02, 0.06, 0.05, 0.2, 0.05, 0.04, 0.18])
    few = np.where(np.arange(len(CLASSES)) < 5, weights, 0)
    return {
        "one": predicted(rng, 2000, weights, "one"),
        "few": predicted(rng, 500, few / few.sum(), "few"),
        "twice, 1": predicted(rng, 400, weights, "twice"),
        "twice, 2": predicted(rng, 400, weights, "twice", 2),
    }


@pytest.fixture(scope="module")
def evaluated(compiled, predictions):
    """Return a function that gives a released table made from the predictions, as a dict of arrays."""
    connection = duckdb.connect()
    connection.execute("create schema evaluation; create schema release")
    tables = []
    for rows in predictions.values():
        columns = {
            name: pa.array(values)
            for name, values in rows.items()
            if name not in ("p", "truth", "sets")
        }
        columns["p_true"] = rows["p"][np.arange(len(rows["p"])), rows["truth"]]
        columns["sum_p2"] = np.sum(rows["p"] ** 2, axis=1)
        columns |= {
            "classes": pa.array([CLASSES] * len(rows["p"])),
            "probabilities": pa.array(list(rows["p"])),
            "prediction_set": pa.array(rows["sets"]),
        }
        tables.append(pa.table(columns))
    connection.register("given", pa.concat_tables(tables))
    connection.execute(
        "create table evaluation.predictions as select 'made' as variant, true as is_released, "
        "'random' as scheme, 'own' as class_set, * from given"
    )
    # on a sky too small to train on
    connection.execute(
        "insert into evaluation.predictions select * replace ('silent' as classifier, null as class, "
        "null as class_prob, null as confidence, false as is_confident, null as p_true, "
        "null as sum_p2, [null for p in probabilities] as probabilities, null as prediction_set) "
        "from evaluation.predictions where classifier = 'few'"
    )
    connection.execute(
        "create table evaluation.judged_sources (classifier varchar, csc_name varchar, is_reliable boolean)"
    )
    for name, schema in (
        ("evaluated_predictions", "evaluation"),
        ("reliable_thresholds", "evaluation"),
        ("class_measures", "evaluation"),
        ("class_evaluation", "release"),
        ("class_thresholds", "release"),
        ("class_roc", "release"),
        ("class_confusion", "release"),
    ):
        connection.execute(f"create table {schema}.{name} as {compiled(name)}")
    yield lambda query: connection.execute(query).fetchnumpy()
    connection.close()


def scores(truth, predicted):
    """Return scikit-learn's measures of predicted classes; what is 0 / 0 is masked."""
    # of classes that are predicted and have no member
    with warnings.catch_warnings(action="ignore"):
        found = {
            "accuracy": accuracy_score(truth, predicted),
            "macro_f1": f1_score(truth, predicted, average="macro"),
            "balanced_accuracy": balanced_accuracy_score(truth, predicted),
            "mcc": matthews_corrcoef(truth, predicted),
        }
    if min(len(set(truth)), len(set(predicted))) < 2:
        found["mcc"] = np.ma.masked  # 0 / 0, which scikit-learn calls 0
    return found


def assert_equal(found, expected, row, place):
    for name, value in expected.items():
        if value is np.ma.masked:
            assert found[name][row] is np.ma.masked, (place, name)
        else:
            assert found[name][row] == pytest.approx(value, abs=1e-9), (place, name)


@pytest.mark.parametrize("classifier", ["one", "few"])
def test_measures_of_those_that_pass_a_threshold_are_scikit_learns(
    classifier, evaluated, predictions
):
    given = predictions[classifier]
    found = evaluated(f"select * from release.class_thresholds where classifier = '{classifier}'")
    kinds = {
        "none": np.zeros(len(given["truth"])),
        "confidence": given["confidence"],
        "class_prob": given["class_prob"],
        "reliable": given["class_prob"],
    }
    assert {"none", "confidence", "class_prob"} <= set(found["threshold_of"]) and len(
        found["threshold"]
    ) > 30
    for row, (of, least) in enumerate(zip(found["threshold_of"], found["threshold"])):
        kept = kinds[of] >= least
        expected = scores(given["true_class"][kept], given["class"][kept]) | {
            "n": kept.sum(),
            "n_right": np.sum((given["true_class"] == given["class"])[kept]),
            "fraction_kept": kept.mean(),
            "balanced_fraction_kept": np.mean(
                [kept[given["true_class"] == name].mean() for name in set(given["true_class"])]
            ),
        }
        assert_equal(found, expected, row, (of, least))


@pytest.mark.parametrize("classifier", ["one", "few"])
def test_reliable_predictions_are_the_most_that_are_right_often_enough(
    classifier, evaluated, predictions
):
    given = predictions[classifier]
    right, p = given["true_class"] == given["class"], given["class_prob"]
    enough = [least for least in np.unique(p) if right[p >= least].mean() >= 0.97]
    found = evaluated(
        f"select threshold from release.class_thresholds where classifier = '{classifier}' and threshold_of = 'reliable'"
    )
    assert found["threshold"].tolist() == enough[:1]


@pytest.mark.parametrize("classifier", ["one", "few"])
@pytest.mark.parametrize("subset", ["all", "confident"])
def test_measures_of_classes_are_scikit_learns(classifier, subset, evaluated, predictions):
    given = predictions[classifier]
    kept = given["is_confident"] | (subset == "all")
    truth, guess = given["true_class"][kept], given["class"][kept]
    found = evaluated(
        f"select * from release.class_evaluation where classifier = '{classifier}' and subset = '{subset}' and class = 'all'"
    )
    expected = scores(truth, guess) | {
        "weighted_f1": f1_score(truth, guess, average="weighted"),
        "kappa": cohen_kappa_score(truth, guess),
        "coverage": np.mean(
            [
                name in one
                for name, one, keep in zip(given["true_class"], given["sets"], kept)
                if keep
            ]
        ),
        "set_size": np.mean([len(one) for one, keep in zip(given["sets"], kept) if keep]),
        "n_fields": 7,
    }
    assert_equal(found, expected, 0, subset)
    assert all(
        found[name][0] is np.ma.masked for name in ("purity", "completeness", "f1", "e_accuracy")
    )
    by_class = evaluated(
        f"select * from release.class_evaluation where classifier = '{classifier}' and subset = '{subset}' and class <> 'all' order by class"
    )
    names = sorted(set(truth) | set(guess))
    assert by_class["class"].tolist() == names
    purity, completeness, f1, members = precision_recall_fscore_support(
        truth, guess, labels=names, zero_division=np.nan
    )
    for column, values in (
        ("purity", purity),
        ("completeness", completeness),
        ("f1", f1),
        ("n", members),
    ):
        np.testing.assert_allclose(
            np.ma.filled(by_class[column].astype(float), np.nan), values, atol=1e-9
        )


def test_measures_are_means_over_the_repeats_with_the_deviation_between_them(
    evaluated, predictions
):
    both = [
        scores(given["true_class"], given["class"])
        for given in (predictions["twice, 1"], predictions["twice, 2"])
    ]
    found = evaluated(
        f"select * from release.class_evaluation where classifier = 'twice' and {WHERE}"
    )
    assert found["n"][0] == 400 and found["n_repeats"][0] == 2
    for name in both[0]:
        values = [one[name] for one in both]
        assert found[name][0] == pytest.approx(np.mean(values), abs=1e-9) and found[f"e_{name}"][
            0
        ] == pytest.approx(np.std(values, ddof=1), abs=1e-9)


@pytest.mark.parametrize("classifier", ["one", "few"])
def test_measures_of_probabilities_are_scikit_learns(classifier, evaluated, predictions):
    given = predictions[classifier]
    p, truth = given["p"], given["truth"]
    found = evaluated(
        f"select * from release.class_evaluation where classifier = '{classifier}' and {WHERE}"
    )
    is_true = truth[:, None] == np.arange(len(CLASSES))
    assert found["log_loss"][0] == pytest.approx(
        log_loss(truth, np.maximum(p, 1e-15), labels=np.arange(len(CLASSES))), abs=1e-9
    )
    assert found["brier"][0] == pytest.approx(np.mean(np.sum((p - is_true) ** 2, axis=1)), abs=1e-9)
    present = np.unique(truth)
    areas = np.array([roc_auc_score(is_true[:, k], p[:, k]) for k in present])
    assert found["auc"][0] == pytest.approx(areas.mean(), abs=1e-9)
    by_class = evaluated(
        f"select class, auc from release.class_evaluation where classifier = '{classifier}' and subset = 'all' and class <> 'all' and auc is not null order by class"
    )
    assert by_class["class"].tolist() == [CLASSES[k] for k in present]
    np.testing.assert_allclose(by_class["auc"], areas, atol=1e-9)
    if len(present) == len(CLASSES):
        assert found["auc"][0] == pytest.approx(
            roc_auc_score(truth, p, multi_class="ovr", average="macro"), abs=1e-9
        )


def test_the_calibration_error_is_that_of_ten_bins(evaluated, predictions):
    given = predictions["one"]
    bins = np.minimum(np.floor(given["class_prob"] * 10), 9)
    right = given["class"] == given["true_class"]
    gaps = [
        abs(right[bins == k].sum() - given["class_prob"][bins == k].sum()) for k in np.unique(bins)
    ]
    found = evaluated(
        f"select ece from release.class_evaluation where classifier = 'one' and {WHERE}"
    )
    assert found["ece"][0] == pytest.approx(sum(gaps) / len(right), abs=1e-9)


@pytest.mark.parametrize("classifier", ["one", "few"])
def test_the_curve_is_the_mean_of_scikit_learns_curves(classifier, evaluated, predictions):
    given = predictions[classifier]
    found = evaluated(
        f"select * from release.class_roc where classifier = '{classifier}' order by false_positive_rate"
    )
    grid = np.arange(101) / 100
    expected = []
    for k in np.unique(given["truth"]):
        false, true, _ = roc_curve(given["truth"] == k, given["p"][:, k], drop_intermediate=False)
        expected.append([true[false <= rate].max() for rate in grid])
    np.testing.assert_allclose(found["true_positive_rate"], np.mean(expected, axis=0), atol=1e-9)
    assert (np.diff(found["true_positive_rate"]) >= 0).all() and found["true_positive_rate"][
        -1
    ] == 1


def test_a_classifier_without_probabilities_has_no_curve_and_no_area(evaluated):
    auc = evaluated("select auc from release.class_evaluation where classifier = 'silent'")["auc"]
    assert len(auc) and np.ma.getmaskarray(auc).all()
    assert not len(
        evaluated("select * from release.class_roc where classifier = 'silent'")["classifier"]
    )


def test_fractions_of_the_confusion_add_up(evaluated):
    for column, group in (("fraction_of_true", "true_class"), ("fraction_of_predicted", "class")):
        found = evaluated(
            f"select sum({column}) as total from release.class_confusion group by classifier, subset, {group}"
        )
        np.testing.assert_allclose(found["total"], 1, atol=1e-12)


def test_the_error_of_a_difference_of_accuracies_is_that_of_a_mean_over_the_sources():
    rng = np.random.default_rng(2)
    truth = rng.choice(CLASSES, 2000)
    said = tuple(np.where(rng.random(2000) < share, truth, CLASSES[0]) for share in (0.9, 0.8))
    every = np.ones(2000, bool)
    error = difference_errors(truth, said, (every, every))["accuracy"]
    is_right = [(label == truth).astype(float) for label in said]
    # 300 resamples know a deviation to 4 %
    assert error == pytest.approx(np.std(is_right[0] - is_right[1]) / np.sqrt(2000), rel=0.15)
