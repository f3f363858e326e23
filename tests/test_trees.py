"""Boosted trees in SQL: bit for bit LightGBM's own, whatever is missing or unknown."""

import threading

import duckdb
import lightgbm as lgb
import numpy as np
import pyarrow as pa
import pytest

from lynceus.learning.lightgbm_files import (
    LIGHTGBM,
    contributions,
    load_booster,
    load_trees,
    save_model,
)
from lynceus.learning.trees import read_trees
from udfs import boosted


def trained(rng, rows=3000, width=6, **parameters):
    """Return a model of numbers, zeros, missing values and two categories, and the values it was
    trained on.
    """
    values = rng.normal(size=(rows, width))
    values[:, 1] = np.where(rng.random(rows) < 0.4, 0.0, values[:, 1])
    values[:, 2] = rng.integers(0, 70, rows)
    values[:, 3] = rng.integers(0, 3, rows)
    values[rng.random(values.shape) < 0.15] = np.nan
    labels = (
        np.nan_to_num(values[:, 0] + np.sin(values[:, 2]) - 0.5 * values[:, 1] * values[:, 3])
        + rng.normal(size=rows)
        > 0
    )
    settings = {
        "objective": "binary",
        "verbosity": -1,
        "num_leaves": 31,
        "min_data_in_leaf": 3,
        **parameters,
    }
    return lgb.train(
        settings, lgb.Dataset(values, labels.astype(float), categorical_feature=[2, 3]), 60
    ), values


def unseen(rng, width=6):
    """Return values that training never saw: extremes, unknown and negative categories, infinities."""
    values = rng.normal(scale=5, size=(5000, width))
    values[:, 2] = rng.integers(-5, 500, 5000) + np.where(rng.random(5000) < 0.2, 0.7, 0)
    special = np.array([np.nan, 0.0, -0.0, 1e-36, -1e-36, np.inf, -np.inf, 1e300])
    return np.where(rng.random(values.shape) < 0.3, rng.choice(special, values.shape), values)


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"zero_as_missing": True},
        {"use_missing": False},
        {"max_cat_to_onehot": 100},
        {"is_unbalance": True, "bagging_fraction": 0.5, "bagging_freq": 1},
    ],
)
def test_the_kernel_returns_every_bit_of_lightgbm(parameters):
    rng = np.random.default_rng(3)
    booster, values = trained(rng, **parameters)
    trees = read_trees(booster.model_to_string())
    for sample in (values, unseen(rng)):
        categories = sample[:, 2:4]
        # undefined in C
        sample[:, 2:4] = np.where(
            np.isinf(categories) | (np.abs(categories) > 2**31), np.nan, categories
        )
        np.testing.assert_array_equal(trees.predict(sample), booster.predict(sample))


def classes_of(rng, **parameters):
    """Return a model of four classes, the last of them in one row only, and the values it was
    trained on.
    """
    _, values = trained(rng)
    labels = np.digitize(
        np.nan_to_num(values[:, 0] + values[:, 2] % 3) + 0.5 * rng.normal(size=len(values)),
        [0, 1.5],
    ).astype(float)
    labels[0] = 3
    settings = {
        "objective": "multiclass",
        "num_class": 4,
        "verbosity": -1,
        "num_leaves": 15,
        **parameters,
    }
    return lgb.train(settings, lgb.Dataset(values, labels, categorical_feature=[2, 3]), 20), values


@pytest.mark.parametrize(
    "parameters",
    [{}, {"extra_trees": True, "bagging_fraction": 0.5, "bagging_freq": 1}, {"learning_rate": 0.9}],
)
def test_the_kernel_returns_every_bit_of_lightgbm_for_more_classes(parameters):
    rng = np.random.default_rng(4)
    booster, values = classes_of(rng, **parameters)
    trees = read_trees(booster.model_to_string())
    for sample in (values, unseen(rng)):
        categories = sample[:, 2:4]
        # undefined in C
        sample[:, 2:4] = np.where(
            np.isinf(categories) | (np.abs(categories) > 2**31), np.nan, categories
        )
        np.testing.assert_array_equal(trees.predict(sample), booster.predict(sample))


def test_a_model_of_one_leaf_per_tree_has_one_score():
    booster = lgb.train(
        {"objective": "binary", "verbosity": -1, "min_data_in_leaf": 50},
        lgb.Dataset(np.ones((60, 2)), np.arange(60) % 2),
        3,
    )
    trees = read_trees(booster.model_to_string())
    np.testing.assert_array_equal(
        trees.predict(np.zeros((4, 2))), booster.predict(np.zeros((4, 2)))
    )


def test_a_model_of_another_kind_is_refused():
    booster = lgb.train(
        {"objective": "regression", "verbosity": -1},
        lgb.Dataset(np.random.default_rng(1).normal(size=(50, 2)), np.arange(50)),
        2,
    )
    with pytest.raises(ValueError, match="not 'binary sigmoid:1' or 'multiclass'"):
        read_trees(booster.model_to_string())


@pytest.fixture
def called(tmp_path):
    """A database with the functions, a model's file and values to call it with."""
    rng = np.random.default_rng(5)
    booster, values = trained(rng)
    name = save_model(booster, tmp_path, "test")
    connection = duckdb.connect(config={"threads": 2})
    boosted.register(connection, tmp_path)
    columns = {f"f{i}": values[:, i] for i in range(6)}
    connection.register(
        "rows",
        pa.table(
            {
                "id": np.arange(len(values)),
                **{k: pa.array(v, from_pandas=True) for k, v in columns.items()},
            }
        ),
    )
    vector = "[" + ", ".join(columns) + "]"
    return connection, booster, values, name, vector


def test_sql_scores_are_the_boosters_to_the_last_bit(called):
    connection, booster, values, name, vector = called
    got = connection.execute(
        f"select boosted_score('{name}', {vector}) as s from rows order by id"
    ).fetchnumpy()["s"]
    np.testing.assert_array_equal(got, booster.predict(values))
    assert connection.execute(
        f"select count(boosted_score(null, {vector})) from rows"
    ).fetchall() == [(0,)]


def test_class_probabilities_in_sql_are_the_boosters_to_the_last_bit(called, tmp_path):
    connection, _, values, _, vector = called
    booster, _ = classes_of(np.random.default_rng(6))
    name = save_model(booster, tmp_path, "classes")
    got = connection.execute(
        f"select class_probabilities('{name}', {vector}) as p from rows order by id"
    ).fetchnumpy()["p"]
    np.testing.assert_array_equal(np.stack(got), booster.predict(values))
    assert (
        connection.execute(
            f"select class_probabilities('{name}', {vector}) from rows where id < 0"
        ).fetchall()
        == []
    )
    assert connection.execute(
        f"select count(class_probabilities(null, {vector})) from rows"
    ).fetchall() == [(0,)]


def test_contributions_add_up_to_the_log_odds(called):
    connection, booster, values, name, vector = called
    got = connection.execute(
        f"select boosted_contributions('{name}', {vector}) as c from rows order by id"
    ).fetchnumpy()["c"]
    np.testing.assert_allclose(
        [row.sum() for row in got], booster.predict(values, raw_score=True), atol=1e-9
    )
    np.testing.assert_array_equal(np.stack(got), contributions(booster, values))


def test_wrong_calls_say_what_is_wrong(called, tmp_path):
    connection, _, _, name, _ = called
    with pytest.raises(duckdb.Error, match="the model takes 6 features, not 2"):
        connection.execute(f"select boosted_score('{name}', [f0, f1]) from rows").fetchall()
    with pytest.raises(duckdb.Error, match="one call is for one model, not 2"):
        connection.execute(
            f"select boosted_score(case when id % 2 = 0 then '{name}' else 'other' end, [f0]) from rows"
        ).fetchall()
    forged = tmp_path / "test_0123456789abcdef.txt"
    forged.write_bytes((tmp_path / name).read_bytes())
    with pytest.raises(ValueError, match="does not hold what its name says"):
        load_trees(str(forged))


def test_the_same_model_has_the_same_name(tmp_path):
    names = {
        save_model(trained(np.random.default_rng(5))[0], tmp_path / str(i), "m") for i in range(2)
    }
    assert len(names) == 1
    assert load_booster(str(tmp_path / "0" / names.pop())).num_trees() == 60


def test_training_and_scoring_at_once_do_not_disturb_each_other(tmp_path):
    """LightGBM alone crashes when one thread changes the number of threads under another."""
    rng = np.random.default_rng(5)
    booster, values = trained(rng)
    path = str(tmp_path / save_model(booster, tmp_path, "m"))
    expected, seen, stop = booster.predict(values), [], threading.Event()

    def score():
        while not stop.is_set():
            seen.append(np.array_equal(load_trees(path).predict(values), expected))

    threads = [threading.Thread(target=score) for _ in range(2)]
    for thread in threads:
        thread.start()
    for threads_used in (1, 2, 1, 2):
        with LIGHTGBM:
            trained(np.random.default_rng(5), num_threads=threads_used)
        contributions(load_booster(path), values[:500])
    stop.set()
    for thread in threads:
        thread.join()
    assert seen and all(seen)
