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
    f1_score,
    log_loss,
    matthews_corrcoef,
    roc_auc_score,
    roc_curve,
)

from lynceus.studies.left_out_classes import difference_errors

CLASSES = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]["muwclass_classes"]


def predicted(rng, number, weights, name):
    """Return random predictions of a classifier that knows a little, in steps of 1/50 so that many are tied."""
    truth = rng.choice(len(CLASSES), number, p=weights)
    votes = np.stack([rng.multinomial(50, share) for share in rng.dirichlet(np.full(len(CLASSES), 0.4), number)])
    hint = rng.random(number) < 0.6
    votes[hint] = votes[hint] // 2
    votes[hint, truth[hint]] += 50 - votes[hint].sum(axis=1)
    p = votes / 50
    return {
        "classifier": [name] * number, "scheme": ["random"] * number, "csc_name": [f"X{i:05d}" for i in range(number)],
        "true_class": np.array(CLASSES)[truth], "class": np.array(CLASSES)[p.argmax(axis=1)], "class_prob": p.max(axis=1),
        "confidence_threshold": rng.exponential(2, number), "p": p, "truth": truth,
    }


@pytest.fixture(scope="module")
def predictions():
    """Return predictions by classifier: of all classes, and of a training set that lacks three of them."""
    rng = np.random.default_rng(4)
    weights = np.array([0.4, 0.02, 0.06, 0.05, 0.2, 0.05, 0.04, 0.18])
    few = np.where(np.arange(len(CLASSES)) < 5, weights, 0)
    return {"one": predicted(rng, 2000, weights, "one"), "few": predicted(rng, 500, few / few.sum(), "few")}


@pytest.fixture(scope="module")
def evaluated(compiled, predictions):
    """Return a function that gives a released table made from the predictions, as a dict of arrays."""
    connection = duckdb.connect()
    connection.execute("create schema classes; create schema release")
    tables = []
    for rows in predictions.values():
        columns = {name: pa.array(values) for name, values in rows.items() if name not in ("p", "truth")}
        columns |= {f"p_{name.lower().replace('-', '_')}": rows["p"][:, k] for k, name in enumerate(CLASSES)}
        columns["p_true"] = rows["p"][np.arange(len(rows["p"])), rows["truth"]]
        columns["sum_p2"] = np.sum(rows["p"] ** 2, axis=1)
        tables.append(pa.table(columns))
    connection.register("given", pa.concat_tables(tables))
    connection.execute("create table classes.class_predictions as select * from given")
    for name, schema in (("class_areas", "classes"), ("class_evaluation", "release"), ("class_roc", "release"), ("class_confusion", "release")):
        connection.execute(f"create table {schema}.{name} as {compiled(name)}")
    yield lambda query: connection.execute(query).fetchnumpy()
    connection.close()


@pytest.mark.parametrize("classifier", ["one", "few"])
def test_measures_of_all_and_of_the_sure_are_scikit_learns(classifier, evaluated, predictions):
    given = predictions[classifier]
    found = evaluated(f"select * from release.class_evaluation where classifier = '{classifier}'")
    kinds = {"none": np.zeros(len(given["truth"])), "confidence_threshold": given["confidence_threshold"], "class_prob": given["class_prob"]}
    assert len(found["cut_by"]) == 1 + 20 + 14
    for row, (by, least) in enumerate(zip(found["cut_by"], found["cut_min"])):
        kept = kinds[by] >= least
        truth, said = given["true_class"][kept], given["class"][kept]
        expected = {
            "n_sources": kept.sum(), "n_right": np.sum(truth == said), "accuracy": accuracy_score(truth, said),
            "macro_f1": f1_score(truth, said, average="macro"), "completeness": kept.mean(),
            "balanced_completeness": np.mean([kept[given["true_class"] == name].mean() for name in set(given["true_class"])]),
        }
        if min(len(set(truth)), len(set(said))) < 2:
            expected["mcc"] = np.ma.masked  # 0 / 0, which scikit-learn calls 0
        else:
            expected["mcc"] = matthews_corrcoef(truth, said)
        with warnings.catch_warnings(action="ignore"):  # of classes that are said and have no member
            expected["balanced_accuracy"] = balanced_accuracy_score(truth, said)
        for name, value in expected.items():
            if value is np.ma.masked:
                assert found[name][row] is np.ma.masked, (by, least, name)
                continue
            assert found[name][row] == pytest.approx(value, abs=1e-9), (by, least, name)


@pytest.mark.parametrize("classifier", ["one", "few"])
def test_measures_of_probabilities_are_scikit_learns(classifier, evaluated, predictions):
    given = predictions[classifier]
    p, truth = given["p"], given["truth"]
    found = evaluated(f"select * from release.class_evaluation where classifier = '{classifier}' and cut_by = 'none'")
    is_true = truth[:, None] == np.arange(len(CLASSES))
    assert found["log_loss"][0] == pytest.approx(log_loss(truth, np.maximum(p, 1e-15), labels=np.arange(len(CLASSES))), abs=1e-9)
    assert found["brier_score"][0] == pytest.approx(np.mean(np.sum((p - is_true) ** 2, axis=1)), abs=1e-9)
    present = np.unique(truth)
    areas = np.array([roc_auc_score(is_true[:, k], p[:, k]) for k in present])
    assert found["macro_auc"][0] == pytest.approx(areas.mean(), abs=1e-9)
    by_class = evaluated(f"select class, auc, n_members from classes.class_areas where classifier = '{classifier}' order by class")
    assert by_class["class"].tolist() == [CLASSES[k] for k in present]
    np.testing.assert_allclose(by_class["auc"], areas, atol=1e-9)
    np.testing.assert_array_equal(by_class["n_members"], np.bincount(truth)[present])
    if len(present) == len(CLASSES):
        assert found["macro_auc"][0] == pytest.approx(roc_auc_score(truth, p, multi_class="ovr", average="macro"), abs=1e-9)


def test_the_calibration_error_is_that_of_ten_bins(evaluated, predictions):
    given = predictions["one"]
    bins = np.minimum(np.floor(given["class_prob"] * 10), 9)
    right = given["class"] == given["true_class"]
    gaps = [abs(right[bins == k].sum() - given["class_prob"][bins == k].sum()) for k in np.unique(bins)]
    found = evaluated("select expected_calibration_error as e from release.class_evaluation where classifier = 'one' and cut_by = 'none'")
    assert found["e"][0] == pytest.approx(sum(gaps) / len(right), abs=1e-9)


@pytest.mark.parametrize("classifier", ["one", "few"])
def test_the_curve_is_the_mean_of_scikit_learns_curves(classifier, evaluated, predictions):
    given = predictions[classifier]
    found = evaluated(f"select * from release.class_roc where classifier = '{classifier}' order by false_positive_rate")
    grid = np.arange(101) / 100
    expected = []
    for k in np.unique(given["truth"]):
        false, true, _ = roc_curve(given["truth"] == k, given["p"][:, k], drop_intermediate=False)
        expected.append([true[false <= rate].max() for rate in grid])
    np.testing.assert_allclose(found["true_positive_rate"], np.mean(expected, axis=0), atol=1e-9)
    assert (np.diff(found["true_positive_rate"]) >= 0).all() and found["true_positive_rate"][-1] == 1


def test_shares_of_the_confusion_add_up(evaluated):
    for column, group in (("share_of_true", "true_class"), ("share_of_said", "class")):
        found = evaluated(f"select sum({column}) as total from release.class_confusion group by classifier, scheme, subset, {group}")
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
