"""Boosted trees with missing data: folds, imputation, prediction sets and the measures in SQL,
against values found another way.
"""

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute
import pytest
import yaml
from astropy import units
from astropy.coordinates import SkyCoord
from conftest import PROJECT
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import matthews_corrcoef, precision_recall_fscore_support

from lynceus.learning import boosted_trees
from lynceus.learning.boosted_trees import TrainingSet
from lynceus.learning.boosted_validation import (
    field_folds,
    held_out,
    nowhere_measured,
    out_of_fold_table,
    published_weight,
    random_folds,
    train_model,
    unusable,
    without,
)
from lynceus.learning.imputed_classifiers import HIGHEST, Imputer
from lynceus.learning.lightgbm_files import load_trees
from lynceus.learning.oversampling import filled_up

CLASSES = list(
    yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]["classifiers"]["boosted"][
        "classes"
    ]
)
SETTINGS = {
    "features": "ours",
    "folds": 3,
    "repeats": 2,
    "members": 2,
    "rounds": 5,
    "class_weight_power": 0.5,
}
TREES = {"num_leaves": 4, "min_data_in_leaf": 5}


def names_of(number):
    return np.array([f"2CXO J{one:06d}" for one in range(number)], dtype=object)


def training_set(number=240, features=4, seed=2):
    """Return sources of three classes, told apart by the first feature; fields of twelve."""
    rng = np.random.default_rng(seed)
    label = rng.integers(0, 3, number)
    values = rng.normal(size=(number, features))
    values[:, 0] += 2 * label
    values[rng.random(values.shape) < 0.2] = np.nan
    return TrainingSet(
        names_of(number),
        ("AGN", "STAR", "CV"),
        label,
        values,
        None,
        {},
        {"field": np.arange(number) // 12},
    )


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=60),
    st.integers(2, 10),
    st.integers(1, 3),
    st.randoms(use_true_random=False),
)
def test_random_folds_share_out_each_class_and_do_not_depend_on_the_order_of_rows(
    labels, folds, repeat, random
):
    label, names = np.array(labels), names_of(len(labels))
    fold = random_folds(names, label, folds, repeat)
    for one in np.unique(label):
        counts = np.bincount(fold[label == one], minlength=folds)
        assert counts.max() - counts.min() <= 1
    order = np.array(random.sample(range(len(label)), len(label)))
    assert (random_folds(names[order], label[order], folds, repeat) == fold[order]).all()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=80), st.integers(2, 6), st.integers(1, 3))
def test_field_folds_hold_fields_whole(fields, folds, repeat):
    field = np.unique(fields, return_inverse=True)[1]
    fold = field_folds(names_of(len(field)), field, folds, repeat)
    assert all(len(np.unique(fold[field == one])) == 1 for one in np.unique(field))
    assert fold.min() >= 0 and fold.max() < folds
    # no fold outgrows another by more than the largest field
    sizes = np.bincount(fold, minlength=folds)
    assert sizes.max() - sizes.min() <= np.bincount(field).max()


def test_repeats_have_folds_of_their_own():
    names, label, field = names_of(60), np.zeros(60, int), np.arange(60) // 3
    assert (random_folds(names, label, 5, 1) != random_folds(names, label, 5, 2)).any()
    assert (field_folds(names, field, 5, 1) != field_folds(names, field, 5, 2)).any()


def test_missing_values_become_the_most_frequent_of_the_training_rows_alone():
    seen = np.array([[1.0, np.nan], [1.0, np.nan], [3.0, np.nan], [np.nan, np.nan]])
    imputer = Imputer(seen)
    np.testing.assert_allclose(imputer(seen)[:, 0], [0, 0, HIGHEST, 0])
    np.testing.assert_allclose(
        imputer(np.array([[np.nan, 7.0], [2.0, np.nan]]))[:, 0], [0, HIGHEST / 2]
    )
    assert np.isfinite(imputer(seen)).all()  # a column without any value is no obstacle


def test_oversampling_fills_up_every_class_between_its_members():
    rng = np.random.default_rng(1)
    values, label = rng.normal(size=(60, 2)), np.repeat([0, 1, 2], [50, 9, 1])
    more, more_label = filled_up(values[:59], label[:59], 5, 1)
    assert (np.bincount(more_label) == 50).all() and (more[:59] == values[:59]).all()
    rare = more[more_label == 1]
    assert (rare >= values[label == 1].min(axis=0)).all() and (
        rare <= values[label == 1].max(axis=0)
    ).all()
    # one member has no neighbour to be mixed with: it is repeated
    assert (np.bincount(filled_up(values, label, 5, 1)[1]) == 50).all()


@pytest.mark.real
def test_published_weights_of_the_classes(real_data):
    """Published: the weights that the authors' model was trained with; the counts are those of
    their table 4.
    """
    weights = dict(
        duckdb.sql(
            f"select class, class_weight from '{real_data}/kumaran/lgbm_class_weights.parquet'"
        ).fetchall()
    )
    counts = np.array([2395, 2790, 1149, 748, 143, 211, 166, 101])
    np.testing.assert_allclose(
        published_weight(counts), [weights[name] for name in CLASSES], rtol=1e-9
    )


def test_features_that_tell_nothing_are_named():
    nan = np.nan
    values = np.array([[nan, 5.0, 5.0, 1.0], [nan, 5.0, nan, 2.0], [nan, 5.0, 5.0, 3.0]])
    assert unusable(values).tolist() == [True, True, False, False]


@pytest.mark.parametrize("classifier", ["boosted", "kumaran", "forest", "gradient_boosting"])
def test_every_classifier_learns_what_can_be_learnt(classifier):
    training = training_set()
    fold = random_folds(training.names, training.label, 3, 1)
    probabilities = held_out(classifier, training, fold, SETTINGS, TREES, 1)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    assert (probabilities.argmax(axis=1) == training.label).mean() > 0.6  # chance: a third
    # what a source is does not depend on which labels its own fold has: they have not been seen
    label = training.label.copy()
    label[fold == 0] = np.roll(label[fold == 0], 1)
    assert (label != training.label).any()
    other = TrainingSet(**{**vars(training), "label": label})
    np.testing.assert_array_equal(
        held_out(classifier, other, fold, SETTINGS, TREES, 1)[fold == 0], probabilities[fold == 0]
    )


def in_fields(training, field):
    """Return the training set with other fields."""
    return TrainingSet(**{**vars(training), "folds": {"field": field}})


@pytest.mark.parametrize("classifier", ["boosted", "kumaran", "forest", "gradient_boosting"])
def test_a_training_set_in_one_field_has_no_scheme_of_fields_and_says_so(
    classifier, tmp_path, caplog
):
    training = in_fields(training_set(120), np.zeros(120, int))
    table = out_of_fold_table({"ours": training}, [(classifier, "ours")], CLASSES, SETTINGS, TREES)
    assert set(table["scheme"].to_pylist()) == {"random"} and len(table) == 240
    assert (
        f"{classifier}: no validation by scheme field, all 120 training sources are in one fold"
        in caplog.text
    )
    by_field = table.filter(pyarrow.compute.equal(table["scheme"], "field"))
    row = train_model(
        training, by_field, SETTINGS, TREES, ["a", "b", "c", "d"], np.zeros(4, bool), tmp_path
    ).to_pylist()[0]
    assert row["temperature"] == 1 and row["model_file"] is not None


@pytest.mark.parametrize("classifier", ["boosted", "kumaran", "forest", "gradient_boosting"])
def test_a_field_that_holds_a_class_alone_leaves_the_others_to_be_told(classifier):
    training = training_set(120)
    probabilities = held_out(
        classifier, training, (training.label == 0).astype(int), SETTINGS, TREES, 1
    )
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    assert probabilities[training.label == 0, 0].max() < 0.5  # what has not been seen is not said
    two = TrainingSet(
        training.names,
        ("AGN", "STAR"),
        (training.label > 0).astype(int),
        training.values,
        None,
        {},
        {},
    )
    np.testing.assert_allclose(
        held_out(classifier, two, two.label, SETTINGS, TREES, 1).sum(axis=1), 1
    )


@pytest.mark.parametrize("classifier", ["boosted", "kumaran", "forest", "gradient_boosting"])
def test_predictions_are_the_same_whatever_the_number_of_threads(classifier):
    training = training_set()
    fold = field_folds(training.names, training.folds["field"], 5, 1)
    one, three = (
        held_out(classifier, training, fold, SETTINGS, TREES, 1, threads) for threads in (1, 3)
    )
    assert one.tobytes() == three.tobytes()


def test_unknown_classifiers_are_refused():
    with pytest.raises(
        ValueError, match="no classifier nonsense; known are kumaran, forest, gradient_boosting"
    ):
        held_out("nonsense", training_set(), np.zeros(240, int), SETTINGS, TREES, 1)


@pytest.fixture(scope="module")
def predictions():
    """Return the table of out-of-fold predictions of a small training set."""
    return out_of_fold_table(
        {"ours": training_set()}, [("boosted", "ours")], CLASSES, SETTINGS, TREES
    )


def test_every_source_is_predicted_once_in_each_repeat_and_scheme(predictions):
    counts = duckdb.sql(
        "select scheme, repeat, count(*), count(distinct csc_name), count(p_agn), count(p_ulx) from predictions group by all"
    ).fetchall()
    assert len(counts) == 4 and all(row[2:] == (240, 240, 240, 0) for row in counts)
    again = out_of_fold_table(
        {"ours": training_set()}, [("boosted", "ours")], CLASSES, SETTINGS, TREES
    )
    assert again.equals(predictions)


def test_a_repeat_that_was_kept_is_found_again_and_another_is_not(tmp_path, monkeypatch):
    one = ({"ours": training_set()}, [("kumaran", "ours")], CLASSES)
    kept = SETTINGS | {"kept": str(tmp_path)}
    plain = out_of_fold_table(*one, SETTINGS, TREES)
    assert out_of_fold_table(*one, kept | {"repeats": 1}, TREES).num_rows == plain.num_rows // 2
    trained, really = [], boosted_trees.out_of_fold

    def counted(*arguments):
        trained.append(arguments[4])  # the seed, which is the repeat
        return really(*arguments)

    monkeypatch.setattr(boosted_trees, "out_of_fold", counted)
    # as after an end in the first repeat: the second alone is trained, on any number of threads
    assert out_of_fold_table(*one, kept, TREES, threads=2).equals(plain) and trained == [2, 2]
    assert out_of_fold_table(*one, kept, TREES).equals(plain) and trained == [2, 2]
    other = ({"ours": training_set(seed=3)}, *one[1:])
    assert not out_of_fold_table(*other, kept, TREES).equals(plain) and len(trained) == 6


def test_the_model_is_a_file_and_one_class_gives_none(predictions, tmp_path):
    chosen = duckdb.sql("from predictions where scheme = 'field' and repeat = 1").to_arrow_table()
    row = train_model(
        training_set(), chosen, SETTINGS, TREES, ["a", "b", "c", "d"], np.zeros(4, bool), tmp_path
    ).to_pylist()[0]
    assert (
        (tmp_path / row["model_file"]).exists()
        and row["n_trees"] == 2 * 5 * 3
        and row["unusable_features"] == []
    )
    alone = TrainingSet(
        names_of(5),
        ("AGN",),
        np.zeros(5, int),
        np.zeros((5, 4)),
        None,
        {},
        {"field": np.zeros(5, int)},
    )
    empty = out_of_fold_table({"ours": alone}, [("boosted", "ours")], CLASSES, SETTINGS, TREES)
    assert len(empty) == 0 and empty.schema == predictions.schema
    row = train_model(
        alone, empty, SETTINGS, TREES, ["a", "b", "c", "d"], np.zeros(4, bool), tmp_path
    ).to_pylist()[0]
    assert row["model_file"] is None and row["n_sources"] == 5


def test_what_no_xray_source_has_is_left_out_of_training(tmp_path):
    """Trees that learnt that sources without the first feature are of class CV would take every
    X-ray source for one.
    """
    training = training_set()
    is_cv = training.label == 2
    training.values[:, 0] = np.where(is_cv, np.nan, training.values[:, 1])
    with duckdb.connect() as connection:
        connection.execute(
            "create table sources as select [null, x, null, null]::double[] as features from range(5) as t(x)"
        )
        left_out = nowhere_measured(connection.table("sources"), 4)
        assert left_out.tolist() == [True, False, True, True]
        connection.execute("delete from sources")
        # nothing is to be classified
        assert not nowhere_measured(connection.table("sources"), 4).any()
    less = without(training, left_out)
    np.testing.assert_array_equal(less.values[:, 1], training.values[:, 1])
    row = train_model(
        less,
        out_of_fold_table({"ours": less}, [], CLASSES, SETTINGS, TREES),
        SETTINGS,
        TREES,
        list("abcd"),
        left_out,
        tmp_path,
    ).to_pylist()[0]
    assert row["left_out_features"] == ["a", "c", "d"] and row["unusable_features"] == []
    unseen = np.array([[np.nan, 0.1, np.nan, np.nan]])
    assert load_trees(str(tmp_path / row["model_file"])).predict(unseen)[0, 2] < 0.6
    misled = train_model(
        training,
        out_of_fold_table({"ours": less}, [], CLASSES, SETTINGS, TREES),
        SETTINGS,
        TREES,
        list("abcd"),
        left_out & False,
        tmp_path,
    )
    assert (
        load_trees(str(tmp_path / misled.to_pylist()[0]["model_file"])).predict(unseen)[0, 2]
        > row["temperature"] * 0.6
    )


@pytest.fixture(scope="module")
def judged(compiled):
    """Return a function from a table of random predictions to the released tables made of it, by
    name.
    """

    def build(number, repeats, seed, of_field=1):
        rng = np.random.default_rng(seed)
        label = rng.choice(8, number, p=[0.3, 0.3, 0.14, 0.1, 0.05, 0.05, 0.04, 0.02])
        parts = []
        for repeat in range(1, repeats + 1):
            p = rng.dirichlet(np.full(8, 0.5), number)
            p[np.arange(number), label] += rng.random(number)
            p /= p.sum(axis=1, keepdims=True)
            choice = p.argmax(axis=1)
            parts.append(
                pa.table(
                    {
                        "classifier": ["boosted"] * number,
                        "features": ["ours"] * number,
                        "scheme": ["field"] * number,
                        "repeat": pa.array([repeat] * number, pa.int32()),
                        "csc_name": names_of(number),
                        "fold": pa.array(rng.integers(0, 10, number), pa.int32()),
                        "true_class": np.array(CLASSES)[label],
                        "uncalibrated": list(p**2 / np.sum(p**2, axis=1, keepdims=True)),
                        "class": np.array(CLASSES)[choice],
                        "class_prob": p.max(axis=1),
                        "p_true": p[np.arange(number), label],
                        **{f"p_{name.lower()}": p[:, k] for k, name in enumerate(CLASSES)},
                    }
                )
            )
        connection = duckdb.connect()
        connection.execute("create schema classes; create schema release")
        connection.register("given", pa.concat_tables(parts))
        connection.execute(
            f"create table classes.boosted_out_of_fold as select *, ((dense_rank() over (order by csc_name) - 1) // {of_field})::integer as field from given"
        )
        connection.execute("create schema evaluation")
        connection.execute(f"create table classes.boosted_model as select {CLASSES} as classes")
        for name in ("boosted_set_thresholds", "boosted_predictions"):
            connection.execute(f"create table classes.{name} as {compiled(name)}")
        nothing = "select *, '' as classifier, null::varchar as detection_id from classes.boosted_predictions where false"
        for room in ("classes.muwclass", "classes.lynceus", "classes.umlcaxs", "classes.xclass"):
            connection.execute(
                f"create table {room}_predictions as select * exclude (classifier) from ({nothing})"
            )
        for room in ("classes.consensus", "evaluation.simulated"):
            connection.execute(f"create table {room}_predictions as {nothing}")
        connection.execute(
            "create table evaluation.judged_sources (classifier varchar, csc_name varchar, is_reliable boolean)"
        )
        for schema, name in (
            ("evaluation", "predictions"),
            ("evaluation", "evaluated_predictions"),
            ("evaluation", "class_measures"),
            ("release", "class_evaluation"),
            ("release", "class_confusion"),
            ("release", "class_reliability"),
        ):
            connection.execute(f"create table {schema}.{name} as {compiled(name)}")
        return connection

    return build


SETS = "from release.class_evaluation where variant = 'ours' and subset = 'all'"


def test_measures_are_those_of_scikit_learn(judged):
    connection = judged(700, 3, seed=3)
    tables = [
        connection.sql(
            f"from classes.boosted_out_of_fold where repeat = {one} order by csc_name"
        ).fetchnumpy()
        for one in (1, 2, 3)
    ]
    expected = {}
    for table in tables:
        true, choice = (np.asarray(table[name], str) for name in ("true_class", "class"))
        per_class = np.array(precision_recall_fscore_support(true, choice, labels=CLASSES)[:3]).T
        for name, row in zip(CLASSES, per_class):
            expected.setdefault(name, []).append(row)
        macro, weighted = (
            precision_recall_fscore_support(true, choice, average=average)[2]
            for average in ("macro", "weighted")
        )
        expected.setdefault("all", []).append((macro, weighted, matthews_corrcoef(true, choice)))
    names = dict.fromkeys(CLASSES, ("purity", "completeness", "f1")) | {
        "all": ("macro_f1", "weighted_f1", "mcc")
    }
    rows = connection.sql(f"select * {SETS}").fetchnumpy()
    assert set(rows["class"]) == set(names) and set(rows["n_repeats"]) == {3}
    for row, name in enumerate(rows["class"]):
        np.testing.assert_allclose(
            [rows[one][row] for one in names[name]], np.mean(expected[name], axis=0), atol=1e-12
        )
        np.testing.assert_allclose(
            [rows[f"e_{one}"][row] for one in names[name]],
            np.std(expected[name], axis=0, ddof=1),
            atol=1e-12,
        )
    confusion = "from release.class_confusion where variant = 'ours' and subset = 'all'"
    assert connection.sql(f"select sum(fraction_of_true), sum(n) {confusion}").fetchall()[0] == (
        pytest.approx(8),
        2100,
    )


def test_prediction_sets_hold_each_class_as_often_as_asked(judged):
    """Of n sources of a class, each in a field of its own, split conformal sets cover 95 % in the
    mean, and within four standard deviations of the binomial.
    """
    connection = judged(20_000, 1, seed=4)
    for name, number, coverage, size in connection.sql(
        f"select class, n, coverage, set_size {SETS}"
    ).fetchall():
        assert abs(coverage - 0.95) < 4 * np.sqrt(0.05 * 0.95 / number), name
        assert 1 < size < 8  # neither nothing nor everything
    # the threshold of all folds is the (n + 1) 0.05-th smallest probability of the true class
    for name, threshold in connection.sql(
        "select class, least_probability from classes.boosted_set_thresholds where fold is null"
    ).fetchall():
        p = np.sort(
            connection.execute(
                "select p_true from classes.boosted_out_of_fold where true_class = ?", [name]
            ).fetchnumpy()["p_true"]
        )
        assert threshold == p[int(np.floor((len(p) + 1) * 0.05 + 1e-9)) - 1]


# trees that say what the features are
SCORED = "create macro class_probabilities(model_file, features) as features"


def test_a_source_has_the_class_of_the_largest_probability_and_the_set_of_all_above_their_thresholds(
    compiled,
):
    with duckdb.connect() as connection:
        connection.execute(f"""
            create schema classes; {SCORED};
            create table classes.boosted_features as
            select * from (values ('target', 'sure', [0.0, 1.0]), ('target', 'torn', [0.5, 0.5]), ('target', 'not scored', null), ('training', 'torn', [1.0, 0.0]))
                as t(role, csc_name, features);
            create table classes.boosted_set_thresholds as
            select * from (values (1, null, 'STAR', 0.5::double), (1, null, 'AGN', 0.25), (1, 1, 'AGN', 0.75), (2, null, 'AGN', 0.75))
                as t(repeat, fold, class, least_probability);
            create table classes.boosted_model as select ['AGN', 'STAR'] as classes, '' as model_file;
            create table classes.boosted_measurements as
            select * from (values ('sure', null), ('torn', null), ('not scored', null), ('flagged', 'conf_flag')) as t(csc_name, excluding_flags);
            create table classes.boosted_labels as
            select * from (values ('sure', null), ('torn', 'a flag')) as t(csc_name, not_used_because);
        """)
        found = connection.sql(
            "select csc_name, class, class_prob, second_class, prediction_set, state, is_training_source, p_agn, p_cv, p_star"
            f" from ({compiled('boosted_probabilities')}) order by csc_name"
        ).fetchall()
    assert found == [
        ("flagged", None, None, None, None, "flagged", False, None, None, None),
        ("not scored", None, None, None, None, "not_trained", False, None, None, None),
        ("sure", "STAR", 1.0, "AGN", ["STAR"], "classified", True, 0.0, None, 1.0),
        ("torn", "AGN", 0.5, "STAR", ["AGN", "STAR"], "classified", False, 0.5, None, 0.5),
    ]


def test_a_class_without_threshold_is_in_every_set(judged, compiled):
    connection = judged(4000, 2, seed=7, of_field=20)
    before = connection.sql(
        f"select class, coverage, e_coverage, field_coverage, n_fields, n_repeats {SETS} order by 1"
    ).fetchall()
    assert all(
        0.88 < row[1] < 1 and row[2] >= 0 and 0.88 < row[3] < 1 and row[4] <= 200 and row[5] == 2
        for row in before
    ), before
    connection.execute("delete from classes.boosted_set_thresholds where class = 'CV'")
    after = connection.sql(
        f"select prediction_set from ({compiled('boosted_predictions')}) where is_released"
    ).fetchall()
    assert len(after) == 8000 and all("CV" in row[0] for row in after)
    connection.execute(
        "create or replace table classes.boosted_model as select ['AGN', 'CV'] as classes, '' as model_file"
    )
    connection.execute(SCORED)
    connection.execute(
        "create table classes.boosted_features as select 'target' as role, 'x' as csc_name, [1.0, 0.0] as features"
    )
    connection.execute(
        "create table classes.boosted_measurements as select 'x' as csc_name, null::varchar as excluding_flags"
    )
    connection.execute(
        "create table classes.boosted_labels (csc_name varchar, not_used_because varchar)"
    )
    assert connection.sql(
        f"select prediction_set from ({compiled('boosted_probabilities')})"
    ).fetchall() == [(["AGN", "CV"],)]
    # one field: nothing to set them by
    connection.execute("delete from classes.boosted_set_thresholds")
    assert connection.sql(
        f"select prediction_set from ({compiled('boosted_probabilities')})"
    ).fetchall() == [(None,)]


def test_a_class_of_few_fields_is_in_every_set_however_many_sources_it_has(judged):
    """95 % of fewer than 19 fields cannot be told from all of them."""
    connection = judged(4000, 1, seed=8, of_field=400)
    assert set(
        connection.sql("select least_probability from classes.boosted_set_thresholds").fetchall()
    ) == {(0.0,)}
    assert connection.sql(f"select min(coverage), min(set_size) {SETS}").fetchall() == [(1.0, 8.0)]


def test_reliability_bins_hold_every_prediction_and_its_rate(judged):
    connection = judged(900, 1, seed=5)
    table = connection.sql("from classes.boosted_out_of_fold").fetchnumpy()
    place = np.minimum((table["class_prob"] * 10).astype(int), 9)
    is_right = np.asarray(table["class"], str) == np.asarray(table["true_class"], str)
    bins = "from release.class_reliability where of_class = 'predicted'"
    rows = connection.sql(
        f"select bin, n_claims, p_mean, fraction_true {bins} and variant = 'ours' order by 1"
    ).fetchall()
    assert [row[0] for row in rows] == np.unique(place).tolist()
    for row, one in zip(rows, np.unique(place)):
        inside = place == one
        np.testing.assert_allclose(
            row[1:],
            [inside.sum(), table["class_prob"][inside].mean(), is_right[inside].mean()],
            atol=1e-12,
        )
    # the probabilities before calibration have rows of their own
    raw = np.stack(table["uncalibrated"]).max(axis=1)
    found = connection.sql(
        f"select sum(n_claims), sum(n_claims * p_mean) / 900 {bins} and variant = 'ours, uncalibrated'"
    ).fetchall()
    assert found == [(900, pytest.approx(raw.mean()))]


def test_galactic_coordinates_are_those_of_astropy(compiled):
    rng = np.random.default_rng(6)
    ra, dec = (
        np.append(rng.uniform(0, 360, 500), [0, 0, 0, 360]),
        np.append(np.degrees(np.arcsin(rng.uniform(-1, 1, 500))), [90, -90, 0, 0]),
    )
    place = SkyCoord(ra * units.deg, dec * units.deg).galactic
    source = (PROJECT / "macros" / "sky" / "galactic.sql").read_text()
    import jinja2

    module = jinja2.Environment().from_string(source).module
    given_places = pa.table({"ra": ra, "dec": dec})  # noqa: F841, read by the query
    got = duckdb.sql(
        f"select {module.galactic_longitude('ra', 'dec')} as l, {module.galactic_latitude('ra', 'dec')} as b from given_places"
    ).fetchnumpy()
    np.testing.assert_allclose(got["b"], place.b.deg, atol=1e-5)
    np.testing.assert_allclose((got["l"] - place.l.deg + 180) % 360 - 180, 0, atol=2e-4)
