"""MUWCLASS between database and draws, and what the whole build says of every X-ray source of a
small sky.
"""

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml
from conftest import PROJECT, Build

from lynceus.inputs.simulated import simulate_sky
from lynceus.learning.muwclass import (
    COLUMNS,
    column_of,
    filled,
    plan_of,
    probability_table,
    read_measurements,
    read_training,
)
from lynceus.learning.muwclass_draws import LEAST_DEVIATION
from lynceus.physics.source_features import MAGNITUDES

VARS = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]
CLASSES = list(VARS["classifiers"]["muwclass"]["classes"])
ALL_COLUMNS = [name for names in COLUMNS for name in names]
SETTINGS = {
    "draws": "7",
    "trees": "10",
    "target_draws": 4,
    "half_width": "0.5",
    "classifier": "forest",
    "neighbours": "4",
    "reddened": "AGN",
    "seed": "1",
}


def only(*names):
    """Return the vars by which only these classifiers are built, reddening from its raw table."""
    classifiers = {name: VARS["classifiers"][name] for name in names}
    return {"classifiers": classifiers, "ebv_source": "column"}


def relation_of(*rows):
    """Return a relation in memory with the columns that are read, NULL unless a row gives them, and
    csc_name and class.
    """
    connection = duckdb.connect()
    columns = ", ".join(f"{name} double" for name in ALL_COLUMNS)
    connection.execute(f"create table sources (csc_name varchar, class varchar, {columns})")
    for row in rows:
        connection.execute(
            f"insert into sources ({', '.join(row)}) values ({', '.join('?' * len(row))})",
            list(row.values()),
        )
    return connection.table("sources")


# ---------- in


def test_measurements_come_by_name_with_null_as_nan():
    names, found = read_measurements(
        relation_of(
            {
                "csc_name": "B",
                "flux_s": 2.0,
                "e_flux_s": 0.2,
                "gmag": 18.0,
                "e_w3mag": 0.3,
                "var_inter_prob": 0.5,
            },
            {"csc_name": "A", "flux_s": 1.0, "flux_h": 3.0, "var_intra_prob": 0.25},
        )
    )
    nan = np.nan
    assert names.tolist() == ["A", "B"]
    np.testing.assert_array_equal(found.flux, [[1, nan, 3], [2, nan, nan]])
    np.testing.assert_array_equal(found.flux_error, [[nan, nan, nan], [0.2, nan, nan]])
    np.testing.assert_array_equal(found.magnitude[:, MAGNITUDES.index("gmag")], [nan, 18])
    np.testing.assert_array_equal(found.magnitude_error[:, MAGNITUDES.index("w3mag")], [nan, 0.3])
    np.testing.assert_array_equal(found.variability, [[nan, 0.25], [0.5, nan]])


def test_no_sources_are_no_rows():
    names, found = read_measurements(relation_of())
    assert (
        len(names) == 0
        and found.flux.shape == (0, 3)
        and found.magnitude.shape == (0, len(MAGNITUDES))
    )
    names, training, present = read_training(relation_of(), CLASSES)
    assert len(names) == 0 and present == () and training.label.tolist() == []


def test_training_classes_stand_in_the_order_of_the_scheme():
    names, training, present = read_training(
        relation_of(
            {"csc_name": "C", "class": "AGN"},
            {"csc_name": "A", "class": "YSO"},
            {"csc_name": "B", "class": "NS"},
        ),
        CLASSES,
    )
    assert (
        names.tolist() == ["A", "B", "C"]
        and present == ("AGN", "NS", "YSO")
        and training.label.tolist() == [2, 1, 0]
    )


def test_settings_may_come_as_text():
    plan = plan_of(SETTINGS | {"error_factor": "0"}, ["gmag", "flux_s"], ["AGN", "NS"])
    assert (
        plan.draws,
        plan.trees,
        plan.half_width,
        plan.neighbours,
        plan.seed,
        plan.error_factor,
    ) == (7, 10, 0.5, 4, 1, 0.0)
    assert (plan.names, plan.classes, plan.reddened) == (("gmag", "flux_s"), ("AGN", "NS"), "AGN")


def test_a_masked_column_of_any_type_is_floats():
    column = np.ma.MaskedArray([1, 2], mask=[False, True])
    np.testing.assert_array_equal(filled(column), [1.0, np.nan])
    np.testing.assert_array_equal(filled(np.array([1.5])), [1.5])


# ---------- out


def test_classes_that_are_not_trained_are_null_and_the_best_is_said():
    mean, deviation = np.array([[0.25, 0.75], [0.5, 0.5]]), np.array([[0.125, 0.125], [0.0, 0.0]])
    table = probability_table(
        np.array(["A", "B"], object),
        mean,
        deviation,
        ("AGN", "HM-STAR"),
        CLASSES,
        ebv=np.array([0.5, 1.0]),
    ).to_pydict()
    assert (
        list(table)[:2] == ["csc_name", "ebv"]
        and table["class"] == ["HM-STAR", "AGN"]
        and table["class_prob"] == [0.75, 0.5]
    )
    assert table["e_class_prob"] == [0.125, 0.0] and table["confidence_threshold"] == [2.0, 0.0]
    assert table["p_hm_star"] == [0.75, 0.5] and table["e_p_agn"] == [0.125, 0.0]
    for name in set(CLASSES) - {"AGN", "HM-STAR"}:
        assert table[f"p_{column_of(name)}"] == table[f"e_p_{column_of(name)}"] == [None, None]


def test_a_deviation_that_nothing_tells_is_null_and_so_is_the_confidence():
    mean = np.array([[0.25, 0.75]])
    row = probability_table(
        np.array(["A"], object), mean, np.full((1, 2), np.nan), ("AGN", "NS"), CLASSES
    ).to_pydict()
    assert row["class"] == ["NS"] and row["class_prob"] == [0.75] and row["p_agn"] == [0.25]
    assert row["e_class_prob"] == row["confidence_threshold"] == row["e_p_agn"] == [None]


def test_without_training_or_targets_the_table_has_the_same_columns_and_types():
    full = probability_table(
        np.array(["A"], object), np.array([[1.0]]), np.array([[0.0]]), ("AGN",), CLASSES
    )
    untrained = probability_table(np.array(["A"], object), None, None, (), CLASSES)
    empty = probability_table(
        np.array([], object), np.empty((0, 1)), np.empty((0, 1)), ("AGN",), CLASSES
    )
    assert (
        untrained.schema.equals(full.schema)
        and empty.schema.equals(full.schema)
        and empty.num_rows == 0
    )
    assert {name for name, values in untrained.to_pydict().items() if values != [None]} == {
        "csc_name"
    }


# ---------- a training table that nothing can be learned from


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A sky with too few training sources of every class, and the reddening of all X-ray sources
    but ten.
    """
    tiny = Build(tmp_path_factory.mktemp("tiny"))
    simulate_sky(tiny.raw, sources=100, pointings=3, seed=2, preset="kind")
    tiny.names = pq.read_table(tiny.raw / "csc_master.parquet")["name"].to_pylist()
    return tiny.write(
        source_reddening={"name": tiny.names[10:], "ebv": np.full(len(tiny.names) - 10, 0.5)}
    )


@pytest.mark.parametrize("classes", [["BLAZAR", None, "NS_BIN", "AGN"], []])
def test_a_training_table_of_odd_classes_or_none_builds_and_says_not_trained(classes, tiny):
    (tiny.raw / "literature_yangetal_training.parquet").unlink(missing_ok=True)
    if classes:
        tiny.write(
            literature_yangetal_training={"name": tiny.names[: len(classes)], "class": classes}
        )
    tiny.build(
        "--select",
        "+muwclass_classes",
        "+class_evaluation",
        "+class_roc",
        "+muwclass_importances",
        "+region_class_counts",
        "+class_census",
        "+class_probabilities",
        "+source_classes",
        variables=only("lynceus", "muwclass"),
    )
    found = tiny.rows("""
        select state, count(*) as n, count(class) + count(class_prob) + count(is_confident) as n_said from release.source_classes
        where classifier in ('lynceus', 'muwclass') group by state order by state
    """)
    assert (
        found["state"].tolist()[-1] == "not_trained"
        and found["n"][-1] > 50
        and found["n_said"].sum() == 0
    )
    assert set(found["state"]) <= {"no_reddening", "no_xray_flux", "not_trained"}
    # a source without reddening is asked of no forest, and says so
    reddened = tiny.rows(
        "select csc_name from release.source_classes where state = 'no_reddening' and classifier = 'muwclass' order by 1"
    )
    asked = set(tiny.rows("select csc_name from classes.muwclass_draws")["csc_name"].tolist())
    assert 0 < len(reddened["csc_name"]) <= 10 and set(reddened["csc_name"]) <= set(tiny.names[:10])
    assert asked and not asked & set(tiny.names[:10])
    census = tiny.rows(
        "select state, n from release.class_census where classifier = 'muwclass' and step = 'labels'"
    )
    assert census["n"].sum() == len(classes) and (
        census["state"] == "class is outside the scheme"
    ).sum() == max(len(classes) - 1, 0)
    assert tiny.rows("select count(*) as n from formats.muwclass_classes")["n"][0] == 0
    for table in ("class_evaluation", "class_roc", "class_probabilities"):
        assert (
            tiny.rows(
                f"select count(*) as n from release.{table} where classifier in ('lynceus', 'muwclass')"
            )["n"][0]
            == 0
        )
    assert tiny.rows("select sum(n_confident) as n from release.region_class_counts")["n"][0] == 0


def test_a_training_table_in_one_field_classifies_and_is_validated_by_random_folds(tiny):
    """One field (here: the whole sky) cannot be held out: no scheme field, no prediction sets, and
    a consensus of equal weights.
    """
    few = np.repeat(["AGN", "LM-STAR"], 20)
    tiny.write(literature_yangetal_training={"name": tiny.names[:40], "class": few})
    tiny.write(
        literature_kumaranetal_training={
            "name": tiny.names[:40],
            "class": np.where(few == "AGN", "AGN", "STAR"),
        }
    )
    tiny.build(
        "--select",
        "+class_evaluation",
        "+class_consensus",
        "+boosted_classes",
        variables=only("lynceus", "muwclass", "boosted") | {"field_link_deg": 180.0},
    )
    for table in ("muwclass_predictions", "lynceus_predictions", "boosted_predictions"):
        assert set(tiny.rows(f"select distinct scheme from classes.{table}")["scheme"]) == {
            "random"
        }
    said = tiny.rows(
        "select count(prediction_set) as sets, count(class) as classes from formats.boosted_classes"
    )
    assert said["sets"][0] == 0 and said["classes"][0] > 50
    assert tiny.rows("select count(coverage) as n from release.class_evaluation")["n"][0] == 0
    together = tiny.rows("select n_classifiers, class from release.class_consensus")
    assert together["n_classifiers"].max() >= 2
    assert np.array_equal(np.ma.getmaskarray(together["class"]), together["n_classifiers"] == 0)


def test_any_classifier_and_a_single_draw_build_and_nothing_is_sure_by_one_draw(tiny):
    few = np.repeat(["AGN", "LM-STAR"], 20)
    tiny.write(literature_yangetal_training={"name": tiny.names[:40], "class": few})
    tiny.build(
        "--select",
        "+muwclass_classes",
        "+source_classes",
        "+feature_importances",
        variables=only("muwclass")
        | {
            "muwclass_classifier": "nearest_neighbours",
            "muwclass_draws": 1,
            "muwclass_target_draws": 1,
        },
    )
    said = tiny.rows(
        "select count(*) as n, count(class) as classes, count(confidence_threshold) as sure, count(e_class_prob) as deviations from formats.muwclass_classes"
    )
    assert (
        said["n"][0] > 50
        and said["classes"][0] == said["n"][0]
        and said["sure"][0] == said["deviations"][0] == 0
    )
    assert (
        tiny.rows(
            "select count(is_confident) as n from release.source_classes where classifier = 'muwclass'"
        )["n"][0]
        == 0
    )
    assert tiny.rows(
        "select sum(importance) as total from release.feature_importances where classifier = 'muwclass'"
    )["total"][0] == pytest.approx(1)


# ---------- the whole build


@pytest.fixture(scope="module")
def classes(undisturbed):
    return undisturbed.rows("select * from release.source_classes order by classifier, csc_name")


def test_every_source_is_there_once_for_every_classifier(undisturbed, classes):
    names = undisturbed.rows("select name from raw.csc_master order by name")["name"].tolist()
    found = classes["classifier"].tolist()
    assert "muwclass" in found
    for classifier in set(found):
        here = [name for name, by in zip(classes["csc_name"], found) if by == classifier]
        # XClass knows sources in other galaxies besides
        assert here == names or (
            classifier == "xclass" and set(here) > set(names) and len(set(here)) == len(here)
        )


def test_probabilities_sum_to_one_and_the_class_is_the_most_probable(undisturbed, classes):
    is_ours = (classes["classifier"] == "muwclass") & (classes["state"] == "classified")
    room = undisturbed.rows(
        "select * from classes.muwclass_probabilities where state = 'classified' order by csc_name"
    )
    p, e_p = (
        np.stack([filled(room[f"{kind}_{column_of(name)}"]) for name in CLASSES], axis=1)
        for kind in ("p", "e_p")
    )
    long = undisturbed.rows(
        "select csc_name, class, probability, error from release.class_probabilities where classifier = 'muwclass'"
    )
    places = {name: place for place, name in enumerate(room["csc_name"])}
    rows, columns = (
        [places[name] for name in long["csc_name"]],
        [CLASSES.index(name) for name in long["class"]],
    )
    np.testing.assert_array_equal(filled(long["probability"]), p[rows, columns])
    np.testing.assert_array_equal(filled(long["error"]), e_p[rows, columns])
    assert len(set(zip(rows, columns))) == len(rows) == np.isfinite(p).sum()
    trained = ~np.isnan(p).all(axis=0)
    assert is_ours.sum() > 1000 and trained.sum() > 2
    # no error where all draws agree, which they do on nothing but 0 and 1
    agreed = np.isnan(e_p[:, trained])
    assert not np.isnan(p[:, trained]).any() and np.isin(p[:, trained][agreed], (0, 1)).all()
    assert (e_p[:, trained][~agreed] > 0).all() and not agreed.all()
    np.testing.assert_allclose(np.nansum(p, axis=1), 1, atol=1e-9)
    best = np.nanargmax(p, axis=1)
    rows = np.arange(len(p))
    assert np.ma.getdata(classes["class"])[is_ours].tolist() == np.array(CLASSES)[best].tolist()
    np.testing.assert_array_equal(filled(classes["class_prob"])[is_ours], p[rows, best])
    # CT of Yang et al. 2022, eq. 7
    e_p = np.where(np.isnan(e_p), LEAST_DEVIATION, e_p)
    ahead = (p[rows, best][:, None] - p) / (e_p[rows, best][:, None] + e_p)
    ahead[rows, best] = np.nan
    confidence = np.nanmin(ahead, axis=1)
    np.testing.assert_allclose(filled(classes["confidence"])[is_ours], confidence, rtol=1e-12)
    np.testing.assert_array_equal(
        classes["is_confident"][is_ours], confidence >= VARS["classifiers"]["muwclass"]["confident"]
    )


def test_states_reconcile_with_fluxes_and_with_the_training_table(undisturbed, classes):
    dark = set(
        undisturbed.rows("select csc_name from sources.source_properties where has_no_flux")[
            "csc_name"
        ].tolist()
    )
    is_ours = classes["classifier"] == "muwclass"
    states = dict(zip(classes["csc_name"][is_ours].tolist(), classes["state"][is_ours].tolist()))
    assert {name for name, state in states.items() if state == "no_xray_flux"} == dark
    assert set(states.values()) == {"classified", "no_xray_flux"}
    census = undisturbed.rows(
        "select state, sum(n)::bigint as n from release.class_census where classifier = 'muwclass' and step = 'labels' group by state"
    )
    counted = dict(zip(census["state"].tolist(), census["n"].tolist()))
    assert (
        sum(counted.values())
        == undisturbed.rows("select count(*) as n from raw.literature_yangetal_training")["n"][0]
    )
    trained = set(
        undisturbed.rows("select csc_name from classes.muwclass_training")["csc_name"].tolist()
    )
    assert len(trained) == counted["trains"] > 50
    assert {
        name
        for name, is_trained in zip(
            classes["csc_name"][is_ours], classes["is_training_source"][is_ours]
        )
        if is_trained
    } == trained
    released = undisturbed.rows("select count(*) as n from formats.muwclass_classes")["n"][0]
    assert released == sum(state == "classified" for state in states.values())
