"""The project's own classifier: features in two languages, boosted trees in one file, calibration
and decision.
"""

import duckdb
import lightgbm as lgb
import numpy as np
import pyarrow as pa
import pytest
import yaml
from conftest import PROJECT

from lynceus.learning import boosted_trees
from lynceus.learning.boosted_trees import (
    MODEL_COLUMNS,
    TrainingSet,
    averaged,
    calibrated,
    chosen,
    expected_calibration_error,
    fit,
    fitted_temperature,
    measures,
    noisy_copies,
    out_of_fold,
    predictions_table,
    read_training_set,
    tempered,
    train_class_model,
)
from lynceus.learning.lightgbm_files import load_trees
from lynceus.learning.trees import read_trees
from lynceus.learning.vectors import matrix
from lynceus.physics.source_features import (
    ASTROMETRY,
    BANDS,
    DEPTH,
    FEATURES,
    Measurements,
    all_features,
)
from udfs import boosted

NAMES = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]["classifiers"]["lynceus"][
    "features"
]
OTHERS = ["K_absolute", "G_reduced", "log10_tangential_velocity"]
CLASSES = ["AGN", "CV", "HM-STAR"]
MEMBERS = 2 * ({"rounds": 20, "num_leaves": 7, "min_data_in_leaf": 5, "learning_rate": 0.3},)


@pytest.fixture(autouse=True)
def small_models(monkeypatch):
    """Small models in every test."""
    monkeypatch.setattr(boosted_trees, "MEMBERS", MEMBERS)
    monkeypatch.setattr(boosted_trees, "COPIES", 2)


def sources(rng, rows):
    """Return fluxes, magnitudes, variability and astrometry of sources, a third of all but the
    fluxes missing.
    """

    def some(values):
        return np.where(rng.random(values.shape) < 0.3, np.nan, values)

    magnitude = some(rng.uniform(8, 22, (rows, len(BANDS))))
    at_depth = rng.random(magnitude.shape) < 0.1
    magnitude = np.where(at_depth, DEPTH, magnitude)
    magnitude = np.where(rng.random(magnitude.shape) < 0.1, np.nextafter(DEPTH, 0), magnitude)
    rgeo = some(rng.uniform(50, 9000, rows))
    astrometry = dict(
        zip(
            ASTROMETRY,
            (
                some(rng.normal(1, 2, rows)),
                some(rng.uniform(0.02, 1, rows)),
                some(rng.uniform(0, 40, rows)),
                rgeo,
                rgeo * 0.9,
                rgeo * 1.2,
            ),
        )
    )
    return (
        10 ** rng.uniform(-16, -11, (rows, 3)),
        magnitude,
        some(rng.random((rows, 2))),
        astrometry,
    )


def training_of(rng, rows=300, names=NAMES):
    """Return a training set of three classes, one of them rare, told apart by their hardness and a
    colour.
    """
    _, magnitude, variability, astrometry = sources(rng, rows)
    label = rng.choice(3, rows, p=[0.6, 0.3, 0.1])
    flux = 10 ** rng.normal(-14, 0.3, (rows, 3))
    flux[:, 2] *= np.where(label == 1, 100, 1)
    magnitude[:, :2] = (
        np.array([14, 15]) + rng.normal(0, 0.5, (rows, 2)) + np.outer(label == 2, [0, 4])
    )
    measured = Measurements(
        flux, 0.1 * flux, magnitude, np.full(magnitude.shape, 0.05), variability
    )
    return TrainingSet(
        names=np.array([f"S{i:04d}" for i in range(rows)], dtype=object),
        classes=tuple(CLASSES),
        label=label,
        values=all_features(flux, magnitude, variability, astrometry, names),
        measurements=measured,
        astrometry=astrometry,
        folds={"random": np.arange(rows) % 5, "field": np.arange(rows) * 5 // rows},
        field=np.arange(rows) * 20 // rows,
    )


def test_sql_and_python_make_the_same_features(sky):
    rng = np.random.default_rng(1)
    flux, magnitude, variability, astrometry = sources(rng, 2000)
    flux[:5] = 0.0
    names = [*FEATURES, *[name for name in NAMES if name not in FEATURES], *OTHERS]
    columns = dict(zip(("flux_s", "flux_m", "flux_h"), flux.T)) | {
        f"{band.lower()}mag": m for band, m in zip(BANDS, magnitude.T)
    }
    columns |= dict(zip(("var_inter_prob", "var_intra_prob"), variability.T)) | astrometry
    given = pa.table(
        {"id": np.arange(2000)}
        | {name: pa.array(values, from_pandas=True) for name, values in columns.items()}
    )
    done = sky.dbt(
        "compile",
        "--inline",
        f"{{{{ feature_vectors(limited_photometry('given'), ['id'], {names}) }}}}",
        "--quiet",
        LYNCEUS_DATA="none",
    )
    assert done.returncode == 0, done.stdout
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as lynceus")
    connection.execute("create schema lynceus.classes")
    connection.execute(
        f"create table lynceus.classes.photometric_bands as from '{PROJECT}/seeds/photometric_bands.csv'"
    )
    connection.register("given", given)
    got = connection.sql(f"select features from ({done.stdout}) order by id").to_arrow_table()[
        "features"
    ]
    got = matrix(got, len(names))
    expected = all_features(flux, magnitude, variability, astrometry, names)
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-12)
    assert 0.2 < np.isnan(expected).mean() < 0.9 and np.isfinite(got).any(axis=0).all()


def test_an_unknown_feature_is_named(sky):
    with pytest.raises(ValueError, match="unknown features ra"):
        training_of(np.random.default_rng(1), names=["F_b", "ra"])
    done = sky.dbt("compile", "--inline", "{{ feature('ra') }}", "--quiet", LYNCEUS_DATA="none")
    assert done.returncode != 0 and "no feature ra" in done.stdout


def test_absolute_magnitude_and_luminosity_are_those_of_the_distance():
    astrometry = dict(zip(ASTROMETRY, np.array([[10.0], [0.5], [20.0], [100.0], [95.0], [110.0]])))
    magnitude = np.full((1, len(BANDS)), 12.0)
    names = [
        "G_absolute",
        "log10_luminosity",
        "parallax_over_error",
        "rgeo_relative_width",
        "G_reduced",
        "log10_tangential_velocity",
    ]
    got = all_features(
        np.array([[1e-14, 1e-14, 8e-14]]), magnitude, np.zeros((1, 2)), astrometry, names
    )[0]
    # 20 mas/yr at 100 pc are 4.74047 * 0.02 * 100 km/s
    np.testing.assert_allclose(
        got, [7.0, -9.0, 20.0, 0.15, 12 + 5 * np.log10(20) - 10, np.log10(9.48094)]
    )


def test_the_classes_are_told_and_by_models_that_know_nothing_of_their_own_sources():
    training = training_of(np.random.default_rng(2))
    copies = noisy_copies(training, NAMES)
    assert copies.shape == (2, *training.values.shape) and not np.array_equal(
        copies[0], copies[1], equal_nan=True
    )
    found = out_of_fold(training, copies, training.folds["random"], MEMBERS)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert np.mean(found.argmax(axis=1) == training.label) > 0.85
    lottery = TrainingSet(
        **{**training.__dict__, "label": np.random.default_rng(3).permutation(training.label)}
    )
    own = read_trees(fit(lottery, copies, members=MEMBERS)).predict(lottery.values)
    blind = out_of_fold(lottery, copies, lottery.folds["random"], MEMBERS)
    assert (
        np.mean(own.argmax(axis=1) == lottery.label)
        > np.mean(blind.argmax(axis=1) == lottery.label) + 0.1
    )
    assert np.mean(blind.argmax(axis=1) == lottery.label) < 0.65


def test_the_model_is_the_same_at_any_number_of_threads(monkeypatch):
    training = training_of(np.random.default_rng(4))
    texts = []
    for threads in (1, 2):
        monkeypatch.setitem(boosted_trees.SHARED, "num_threads", threads)
        texts.append(fit(training, noisy_copies(training, NAMES), members=MEMBERS))
    assert texts[0] == texts[1]


def test_one_file_holds_the_mean_of_several_models_and_is_lightgbms_to_the_last_bit():
    rng = np.random.default_rng(5)
    training = training_of(rng)
    copies = noisy_copies(training, NAMES)
    texts = [fit(training, copies, members=MEMBERS[:1], seed=seed) for seed in (1, 2, 3)]
    logs = np.mean([np.log(read_trees(text).predict(training.values)) for text in texts], axis=0)
    joined = averaged(texts, temperature=1.5)
    got = read_trees(joined).predict(training.values)
    np.testing.assert_allclose(got, tempered(np.exp(logs), 1.5), atol=1e-12)
    np.testing.assert_array_equal(got, lgb.Booster(model_str=joined).predict(training.values))


def test_a_temperature_that_was_applied_is_found_and_calibrates():
    rng = np.random.default_rng(6)
    true = rng.dirichlet([0.5, 0.5, 0.5], 20_000)
    label = (rng.random((len(true), 1)) > np.cumsum(true, axis=1)).sum(axis=1)
    sure = tempered(true, 0.6)
    assert fitted_temperature(sure, label) == pytest.approx(1 / 0.6, rel=0.05)
    better = calibrated(sure, label, np.arange(len(label)) % 4)
    assert (
        expected_calibration_error(better, label)
        < 0.01
        < 0.05
        < expected_calibration_error(sure, label)
    )
    np.testing.assert_array_equal(better.argmax(axis=1), sure.argmax(axis=1))


def test_a_rare_class_is_chosen_before_a_more_probable_common_one():
    probabilities, priors = np.array([[0.6, 0.4], [0.8, 0.2]]), np.array([0.9, 0.1])
    assert chosen(probabilities, priors, 0).tolist() == [0, 0]
    assert chosen(probabilities, priors, 0.5).tolist() == [1, 0]
    assert chosen(probabilities, priors, 1).tolist() == [1, 1]


def test_measures_of_a_small_table():
    probabilities = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.7, 0.3]])
    got = measures(probabilities, np.array([0, 0, 1, 1]), np.array([0.5, 0.5]), 0.2)
    assert got["accuracy"] == got["balanced_accuracy"] == 0.75
    assert got["brier"] == pytest.approx(2 * (0.01 + 0.16 + 0.04 + 0.49) / 4)
    assert got["log_loss"] == pytest.approx(-np.mean(np.log([0.9, 0.6, 0.8, 0.3])))
    assert got["ece"] == pytest.approx((0.1 + 0.4 + 0.2 + 0.7) / 4)


def test_a_trained_model_is_described_and_called_from_sql(tmp_path):
    training = training_of(np.random.default_rng(7))
    predictions = predictions_table(training, NAMES, CLASSES, 0.2)
    assert predictions.num_rows == 2 * len(training.label)
    assert set(predictions["scheme"].to_pylist()) == {"random", "field"} and all(
        None not in row for row in predictions["probabilities"].to_pylist()
    )
    shuffled = predictions.take(np.random.default_rng(8).permutation(predictions.num_rows))
    described = train_class_model(training, NAMES, 0.2, shuffled, tmp_path)
    assert described.schema == MODEL_COLUMNS
    row = described.to_pylist()[0]
    assert (
        row["classes"] == CLASSES
        and sum(row["members"]) == row["n_sources"] == 300
        and sum(row["priors"]) == pytest.approx(1)
    )
    assert row["accuracy_random"] > 0.85 and row["accuracy_field"] > 0.85
    trees = load_trees(str(tmp_path / row["model_file"]))
    assert len(trees.first_node) == row["n_trees"] and trees.n_classes == 3
    connection = duckdb.connect()
    boosted.register(connection, tmp_path)
    connection.register(
        "cases",
        pa.table(
            {"f": pa.array([list(map(float, v)) for v in training.values], pa.list_(pa.float64()))}
        ),
    )
    got = connection.execute(
        f"select class_probabilities('{row['model_file']}', f) as p from cases"
    ).fetchnumpy()["p"]
    np.testing.assert_array_equal(np.stack(got), trees.predict(training.values))


def test_a_training_set_in_one_field_is_validated_by_random_folds_alone(tmp_path, caplog):
    whole = training_of(np.random.default_rng(10), rows=120)
    alone = TrainingSet(
        **{**vars(whole), "folds": {"random": whole.folds["random"], "field": np.zeros(120, int)}}
    )
    predictions = predictions_table(alone, NAMES, CLASSES, 0.2)
    assert set(predictions["scheme"].to_pylist()) == {"random"}
    assert (
        "lynceus: no validation by scheme field, all 120 training sources are in one fold"
        in caplog.text
    )
    row = train_class_model(alone, NAMES, 0.2, predictions, tmp_path).to_pylist()[0]
    assert (
        row["model_file"] is not None
        and row["accuracy_random"] > 0.5
        and row["accuracy_field"] is None
    )


def test_folds_are_the_same_whatever_the_number_of_threads():
    training = training_of(np.random.default_rng(11))
    copies = noisy_copies(training, NAMES)
    one, three = (
        out_of_fold(training, copies, training.folds["random"], MEMBERS, threads=threads)
        for threads in (1, 3)
    )
    assert one.tobytes() == three.tobytes()


def test_fewer_than_two_classes_train_nothing(tmp_path):
    whole = training_of(np.random.default_rng(9))
    for rows, classes in ((whole.label == 0, ("AGN",)), (whole.label < 0, ())):
        few = TrainingSet(
            names=whole.names[rows],
            classes=classes,
            label=whole.label[rows],
            values=whole.values[rows],
            measurements=whole.measurements.taken(rows),
            astrometry={k: v[rows] for k, v in whole.astrometry.items()},
            folds={k: v[rows] for k, v in whole.folds.items()},
        )
        predictions = predictions_table(few, NAMES, CLASSES, 0.2)
        assert predictions.num_rows == 0 and "probabilities" in predictions.column_names
        row = train_class_model(few, NAMES, 0.2, predictions, tmp_path).to_pylist()[0]
        assert (
            row["model_file"] is None
            and row["n_sources"] == rows.sum()
            and row["accuracy_random"] is None
        )


@pytest.mark.parametrize("rows", [0, 40])
def test_the_training_set_is_read_in_the_order_of_names(rows):
    connection = duckdb.connect()
    names = [f"{kind}_{band}" for band in ("s", "m", "h") for kind in ("flux",)] + [
        f"{band.lower()}mag" for band in BANDS
    ]
    values = ", ".join(f"x * 1.5 as {name}, 0.1 as e_{name}" for name in names)
    astrometry = ", ".join(
        f"null::double as {name}" for name in ("var_inter_prob", "var_intra_prob", *ASTROMETRY)
    )
    training = connection.sql(f"""
        select printf('S%03d', x) as csc_name, case when x % 3 = 0 then 'HM-STAR' else 'AGN' end as class, x % 5 as fold, x // 4 as field, x % 2 as field_fold, {values}, {astrometry}
        from range({rows}) as t(x) order by random()
    """)
    vectors = connection.sql(
        f"select role, printf('S%03d', x) as csc_name, [x + (role = 'target')::integer, null]::double[] as features "
        f"from range({rows}) as t(x) cross join (values ('training'), ('target')) as roles(role)"
    )
    read = read_training_set(training, vectors, ["F_b", "G"], CLASSES)
    assert read.classes == (("AGN", "HM-STAR") if rows else ()) and read.is_enough == bool(rows)
    np.testing.assert_array_equal(read.values[:, 0], np.arange(rows))
    np.testing.assert_array_equal(read.label, (np.arange(rows) % 3 == 0))
    np.testing.assert_array_equal(read.measurements.flux[:, 1], np.arange(rows) * 1.5)
    np.testing.assert_array_equal(read.folds["field"], np.arange(rows) % 2)
    np.testing.assert_array_equal(read.field, np.arange(rows) // 4)
    assert np.isnan(read.values[:, 1]).all() and np.isnan(read.astrometry["rgeo"]).all()
