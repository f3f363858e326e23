"""Forests as arrays: bit for bit what scikit-learn says, kept and called by name."""

import duckdb
import lightgbm as lgb
import numpy as np
import pyarrow as pa
import pytest
from sklearn.ensemble import RandomForestClassifier

from lynceus.learning.forests import flattened, load_forest, save_forest
from lynceus.learning.lightgbm_files import save_model
from lynceus.learning.trees import read_trees
from udfs import forests


def fitted(classes=3, rows=300, features=7, seed=1):
    rng = np.random.default_rng(seed)
    values = rng.normal(0, 1, (rows, features))
    label = (values[:, 0] > 0).astype(int) + (values[:, 1] > 0.5) * (classes - 2)
    model = RandomForestClassifier(
        40, random_state=seed, class_weight="balanced_subsample", min_samples_leaf=2
    )
    return model.fit(values.astype(np.float32), label), values


@pytest.mark.parametrize("classes", [2, 3])
def test_probabilities_are_those_of_scikit_learn_to_the_last_bit(classes):
    model, _ = fitted(classes)
    fill = np.linspace(-1, 1, 7)
    values = np.random.default_rng(2).normal(0, 1, (1500, 7))
    values[np.random.default_rng(3).random(values.shape) < 0.3] = np.nan
    got = flattened(model, fill).predict(values)
    expected = model.predict_proba(np.where(np.isnan(values), fill, values).astype(np.float32))
    np.testing.assert_array_equal(got, expected)
    assert 0.1 < got.std() and got.shape == (1500, classes)


def test_a_forest_is_kept_under_its_content_and_called_from_sql(tmp_path):
    model, values = fitted()
    forest = flattened(model, np.zeros(7))
    name = save_forest(forest, tmp_path, "test")
    assert save_forest(flattened(fitted()[0], np.zeros(7)), tmp_path, "test") == name
    np.testing.assert_array_equal(
        load_forest(str(tmp_path / name)).predict(values), forest.predict(values)
    )
    connection = duckdb.connect()
    forests.register(connection, tmp_path)
    holes = [
        [None if i == j else float(x) for j, x in enumerate(row)] for i, row in enumerate(values)
    ]
    connection.register(
        "given",
        pa.table({"id": range(len(holes)), "f": pa.array([*holes], pa.list_(pa.float64()))}),
    )
    got = connection.execute(
        f"select forest_probabilities('{name}', f) as p from given order by id"
    ).fetchnumpy()["p"]
    missing = np.array([[np.nan if x is None else x for x in row] for row in holes])
    np.testing.assert_array_equal(np.stack(got), forest.predict(missing))
    assert connection.execute("select forest_probabilities(null, [1.0])").fetchall() == [(None,)]
    assert connection.execute(
        f"select count(forest_probabilities('{name}', f)) from given where id < 0"
    ).fetchall() == [(0,)]
    with pytest.raises(duckdb.Error, match="takes 7 features, not 1"):
        connection.execute(f"select forest_probabilities('{name}', [1.0])").fetchall()


def test_lightgbm_text_is_called_by_the_same_name(tmp_path):
    rng = np.random.default_rng(4)
    values, label = rng.normal(0, 1, (200, 3)), rng.integers(0, 2, 200)
    settings = {"objective": "multiclass", "num_class": 2, "verbosity": -1, "num_threads": 1}
    booster = lgb.train(settings, lgb.Dataset(values, label), num_boost_round=5)
    name = save_model(booster, tmp_path, "test")
    connection = duckdb.connect()
    forests.register(connection, tmp_path)
    got = connection.execute(f"select forest_probabilities('{name}', [0.1, null, 0.3])").fetchall()[
        0
    ][0]
    np.testing.assert_array_equal(
        got, read_trees(booster.model_to_string()).predict(np.array([[0.1, np.nan, 0.3]]))[0]
    )


def test_a_changed_file_is_refused(tmp_path):
    name = save_forest(flattened(fitted()[0], np.zeros(7)), tmp_path, "test")
    content = bytearray((tmp_path / name).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match="does not hold what its name says"):
        load_forest(str(tmp_path / name))


def test_another_number_of_features_is_refused():
    with pytest.raises(ValueError, match="takes 7 features, not 6"):
        flattened(fitted()[0], np.zeros(7)).predict(np.zeros((2, 6)))
