"""Classes from X-rays alone: scaling, rules and models by hand, and what a build does with little
or bad input.
"""

import duckdb
import numpy as np
import pytest
from conftest import Build
from scipy.stats import multivariate_normal

from lynceus.learning.lightgbm_files import save_text
from lynceus.learning.mixtures import Mixture
from lynceus.learning.umlcaxs import (
    RULES,
    Classifier,
    Scaling,
    class_moments,
    fit_scaling,
    from_text,
    softmin,
    to_text,
)
from lynceus.learning.umlcaxs_training import (
    TRAININGS,
    Detections,
    Settings,
    clusters,
    model_table,
    selection_table,
    why_not,
)
from lynceus.settings import project_vars
from udfs import umlcaxs

SETTINGS = Settings(
    properties=(("hard_hm", "plain"), ("hard_hs", "plain"), ("bb_kt", "log")),
    classes=("QSO", "HMXB", "YSO"),
    clustering="gaussian_mixture",
    components=3,
    starts=3,
    seed=42,
    fewest_detections=50,
    fewest_members=2,
    few_members=6,
    distance="squared",
    selection_components=(2, 5),
    selection_repeats=2,
    selection_bootstraps=1,
)


def detections(number=600, labelled=0.3, seed=1):
    """Return Detections of three classes in three clusters, and the classes of all of them."""
    rng = np.random.default_rng(seed)
    kind = np.arange(number) % 3
    values = np.array([[-0.5, -0.6, -1], [0.1, 0.0, 0], [0.5, 0.7, 1]])[kind] + rng.normal(
        0, [0.06, 0.05, 0.2], (number, 3)
    )
    values[:, 2] = np.exp(values[:, 2])
    label = np.where(rng.random(number) < labelled, kind, -1)
    trains = rng.random(number) < 0.7
    seen = {name: (label >= 0) & (trains if name != "all" else True) for name in TRAININGS}
    return Detections(values, label, seen), kind


def hand_made(distance="squared", fewest=2):
    """Return a classifier of one property and two clusters: class A in the first, A and B in the
    second, one C that is too few.
    """
    mixture = Mixture(np.array([0.5, 0.5]), np.array([[0.0], [4.0]]), np.ones((2, 1, 1)))
    members = np.array([[5, 0, 1], [4, 12, 0]])
    means = np.array([[[0.0], [0.0], [0.0]], [[3.0], [5.0], [4.0]]])
    return Classifier(
        ("x",),
        ("A", "B", "C"),
        Scaling(np.array([np.nan]), np.zeros(1), np.ones(1)),
        mixture,
        members,
        means,
        np.array([1.0, 1, 1, 1, 4, 1]).reshape(2, 3, 1, 1),
        fewest,
        distance,
    )


def test_properties_are_scaled_by_equations_1_and_2():
    values = np.array([[0.5, 2.0, 0.0], [-0.5, 4.0, 10.0], [0.1, 3.0, 99.0]])
    scaling = fit_scaling(values, ["plain", "scaled", "log"])
    scaled = scaling.scaled(values)
    np.testing.assert_allclose(scaled[:, 0], values[:, 0])
    np.testing.assert_allclose(scaled[:, 1], [0, 1, 0.5])
    # a tenth of the least that is not zero: 1
    np.testing.assert_allclose(scaled[:, 2], [0, np.log(11) / np.log(100), 1])
    assert np.isnan(scaling.scaled(np.array([[0.0, 3.0, -1.0]]))[0, 2])


def test_softmin_is_equation_7():
    np.testing.assert_allclose(
        softmin(np.array([1.0, 2.0, np.inf])), [1 / (1 + np.exp(-1)), 1 / (1 + np.exp(1)), 0]
    )
    np.testing.assert_allclose(
        softmin(np.array([2000.0, 2001.0])), [1 / (1 + np.exp(-1)), 1 / (1 + np.exp(1))]
    )
    assert np.isnan(softmin(np.array([np.inf, np.inf]))).all()


def test_the_rules_are_those_written_down():
    found = hand_made().classify(np.array([[1.0], [3.0]]))
    np.testing.assert_array_equal(found["cluster"], [0, 1])
    # the first cluster knows A alone: B is unknown there, and one C is too few
    np.testing.assert_allclose(found["cluster_probabilities"][0], [1, 0, 0])
    # at 3 squared distances of 0 from A, of 4 / 4 from B
    share = 1 / (1 + np.exp(-1))
    np.testing.assert_allclose(found["cluster_probabilities"][1], [share, 1 - share, 0])
    first = 1 / (1 + np.exp(0.5 * (9 - 1)))
    np.testing.assert_allclose(
        found["responsibility"], [1 / (1 + np.exp(-0.5 * (9 - 1))), 1 - first]
    )
    np.testing.assert_allclose(
        found["weighted_probabilities"][1],
        [first + (1 - first) * share, (1 - first) * (1 - share), 0],
    )
    density = np.array(
        [
            5 * multivariate_normal(0, 1).pdf(3) + 4 * multivariate_normal(3, 1).pdf(3),
            12 * multivariate_normal(5, 4).pdf(3),
            0,
        ]
    )
    np.testing.assert_allclose(found["density_probabilities"][1], density / density.sum())


def test_the_plain_distance_is_the_root_of_the_published_one():
    plain = hand_made("plain").classify(np.array([[3.5]]))["cluster_probabilities"][0]
    np.testing.assert_allclose(plain[1] / plain[0], np.exp(0.5 - 0.75))
    squared = hand_made().classify(np.array([[3.5]]))["cluster_probabilities"][0]
    np.testing.assert_allclose(squared[1] / squared[0], np.exp(0.25 - 0.5625))


def test_a_cluster_without_classes_gives_none_but_by_the_rules_that_look_farther():
    found = hand_made(fewest=6).classify(np.array([[1.0]]))
    assert np.isnan(found["cluster_probabilities"]).all()
    np.testing.assert_allclose(found["weighted_probabilities"][0], [0, 1, 0])
    np.testing.assert_allclose(found["density_probabilities"][0], [0, 1, 0])


def test_few_members_lean_towards_their_cluster():
    mixture = Mixture(np.ones(1), np.zeros((1, 2)), np.array([[[4.0, 0], [0, 4.0]]]))
    rows = np.array([[0.0, 0], [2, 0], [0, 2], [9, 9]])
    members, means, covariances = class_moments(
        rows, np.zeros(4, int), np.array([0, 0, 0, 1]), 3, mixture, few=4
    )
    np.testing.assert_array_equal(members, [[3, 1, 0]])
    np.testing.assert_allclose(means[0, 0], [2 / 3, 2 / 3])
    own = np.array([[4 / 3, -2 / 3], [-2 / 3, 4 / 3]])  # of three members 1 - 2 / 4 is lent
    np.testing.assert_allclose(covariances[0, 0], (own + np.array([[4, 0], [0, 4]])) / 2)
    # as many members as `few` lean still, one more does not
    for few, lean in ((3, 1 / 3), (2, 0), (0, 0)):
        found = class_moments(rows, np.zeros(4, int), np.array([0, 0, 0, 1]), 3, mixture, few)[2][
            0, 0
        ]
        np.testing.assert_allclose(
            found, (1 - lean) * own + lean * mixture.covariances[0], atol=1e-12
        )


def test_a_model_is_the_same_from_its_file_and_inside_sql(tmp_path):
    model = hand_made()
    assert to_text(from_text(to_text(model))) == to_text(model)
    name = save_text(to_text(model), tmp_path, "umlcaxs")
    with duckdb.connect() as connection:
        umlcaxs.register(connection, tmp_path)
        query = "select umlcaxs_classify({}, [x]) as found from (select unnest([1.0, 3.0]) as x)"
        found = connection.execute(query.format(f"'{name}'")).fetchall()
        assert connection.execute(query.format("null")).fetchall() == [(None,), (None,)]
        expected = model.classify(np.array([[1.0], [3.0]]))
        for (row,), cluster, p, density in zip(
            found,
            expected["cluster"],
            expected["cluster_probabilities"],
            expected["density_probabilities"],
        ):
            assert (row["cluster"], row["cluster_probabilities"], row["density_probabilities"]) == (
                cluster,
                p.tolist(),
                density.tolist(),
            )
        with pytest.raises(duckdb.Error, match="takes 1 features, not 2"):
            connection.execute(
                f"select umlcaxs_classify('{name}', [x, x]) from (select 1.0 as x)"
            ).fetchall()


def test_few_labels_class_the_whole(tmp_path):
    data, kind = detections()
    table = model_table(data, SETTINGS, tmp_path)
    assert table["training"].to_pylist() == list(TRAININGS) and table["n_labelled"].to_pylist() == [
        (data.seen[t]).sum() for t in TRAININGS
    ]
    assert np.array(table["members"].to_pylist())[0].sum() == (data.label >= 0).sum()
    model = from_text((tmp_path / table["model_file"][0].as_py()).read_text())
    for rule in RULES:
        assert (
            model.classify(data.values)[f"{rule}_probabilities"].argmax(axis=1) == kind
        ).mean() > 0.98, rule


def test_the_study_finds_the_planted_number_of_clusters():
    data, _ = detections(1500)
    rows = selection_table(data, SETTINGS).to_pylist()
    assert [row["n_components"] for row in rows] == [2, 3, 4, 5]
    assert min(rows, key=lambda row: row["bic"])["n_components"] == 3
    assert (
        rows[1]["rand_index_seeds"] > 0.98
        and rows[1]["rand_index_bootstraps"] > 0.95
        and rows[1]["benchmark_accuracy"] > 0.98
    )
    np.testing.assert_allclose(rows[1]["bic_gradient"], (rows[2]["bic"] - rows[0]["bic"]) / 2)


@pytest.mark.parametrize("clustering", ["dirichlet_process", "hdbscan"])
def test_other_clusterings_choose_the_number_themselves(clustering):
    data, kind = detections(1500)
    scaled = fit_scaling(data.values, SETTINGS.kinds).scaled(data.values)
    found = clusters(scaled, Settings(**{**vars(SETTINGS), "clustering": clustering}))
    assert (
        found.cluster(scaled)[np.argsort(kind, kind="stable")].reshape(3, -1)
        == np.arange(3)[:, None]
    ).mean() > 0.95
    np.testing.assert_allclose(found.weights.sum(), 1)


def test_what_cannot_be_trained_says_why(tmp_path):
    data, _ = detections(40)
    assert why_not(data, SETTINGS) == "40 detections with all properties, fewer than 50"
    data, _ = detections()
    data.values[:, 1] = 0.25
    table = model_table(data, SETTINGS, tmp_path)
    assert table["not_trained_because"].to_pylist() == ["the same in all detections: hard_hs"] * 3
    assert (
        table["model_file"].null_count == 3
        and not list(tmp_path.iterdir())
        and selection_table(data, SETTINGS).num_rows == 0
    )


def raw_tables(number=400):
    """Return raw tables of sources with one detection each, all properties measured, no SIMBAD."""
    rng = np.random.default_rng(3)
    names = [f"2CXO J{i:06d}.0+000000" for i in range(number)]
    band = lambda name: {f"var_{name}_{b}": rng.uniform(0.1, 0.9, number) for b in "bhs"}  # noqa: E731
    observation = {
        "name": names,
        "obsid": np.arange(number),
        "obi": np.zeros(number, int),
        "region_id": np.ones(number, int),
        "flux_significance_b": np.full(number, 9.0),
        "powlaw_gamma": rng.normal(2, 0.3, number),
        "bb_kt": rng.uniform(0.2, 2, number),
        "var_min_b": np.full(number, 0.1),
        "var_max_b": rng.uniform(1, 2, number),
        **{f"hard_{pair}": rng.uniform(-0.9, 0.9, number) for pair in ("hm", "hs", "ms")},
        **band("prob"),
        **band("sigma"),
        **band("mean"),
    }
    place = {"ra": np.linspace(10, 50, number), "dec": np.zeros(number)}
    return {
        "csc_master": {
            "name": names,
            **place,
            "err_ellipse_r0": np.ones(number),
            "err_ellipse_r1": np.ones(number),
        },
        "gaia_source": {"source_id": [1], "ra": [200.0], "dec": [0.0]},
        "csc_observation": observation,
    }


ALONE = {"classifiers": {"umlcaxs": project_vars()["classifiers"]["umlcaxs"]}}
SELECTED = (
    "--select",
    "+umlcaxs_detections",
    "+umlcaxs_selection",
    "+class_census",
    "+source_classes",
    "umlcaxs_uniquely_classified",
    "umlcaxs_ambiguous",
    "assert_umlcaxs_counts_every_detection",
    "--exclude",
    "resource_type:unit_test",
)


def test_without_labels_there_are_clusters_and_no_classes_and_what_is_left_out_is_counted(sky):
    tables = raw_tables()
    tables["csc_observation"]["var_prob_h"][:10] = np.nan
    tables["csc_observation"]["flux_significance_b"][10:30] = 5.0
    sky.write(**tables).build(*SELECTED, variables=ALONE)
    states = sky.rows(
        "select state, n from release.class_census where classifier = 'umlcaxs' and step = 'detections'"
    )
    assert dict(zip(states["state"], states["n"])) == {
        "no class takes part in its cluster": 370,
        "no var_prob_h": 10,
        "too faint": 20,
    }
    found = sky.rows(
        "select count(distinct cluster) as clusters, count(class) as classes, count(*) as n from release.umlcaxs_detections"
    )
    assert (found["clusters"][0], found["classes"][0], found["n"][0]) == (6, 0, 370)


def test_vars_out_of_order_are_named_all_at_once(tmp_path):
    done = Build(tmp_path).dbt(
        "build",
        "--select",
        "umlcaxs_types",
        LYNCEUS_DATA="none",
        variables={
            "classifiers": {
                "umlcaxs": ALONE["classifiers"]["umlcaxs"]
                | {"features": [{"name": "hard_xx", "kind": "plain"}]}
            },
            "studies": {"umlcaxs_clusters": {"clusterings": ["kmeans"]}},
            "umlcaxs_min_significance": -1,
            "umlcaxs_rule": "best",
        },
    )
    assert done.returncode != 0
    for message in (
        "must be entries {name, kind} with a name of hard_hm",
        "studies, umlcaxs_clusters, clusterings: ['kmeans'], must be a list of different ones of dirichlet_process, hdbscan",
        "umlcaxs_min_significance: -1, must be a number at least 0",
        "umlcaxs_rule: best, must be cluster or weighted or density",
    ):
        assert message in done.stdout


def test_purity_counts_all_classes_of_the_other_table_and_restricted_purity_the_compared_ones(
    compiled,
):
    connection = duckdb.connect()
    connection.execute("""
        create schema classes; create schema staging;
        create table classes.umlcaxs_probabilities (csc_name varchar, class varchar, is_ambiguous bool);
        insert into classes.umlcaxs_probabilities values
            ('A', 'QSO', false), ('B', 'Seyfert_1', false), ('C', 'QSO', false),
            ('D', 'HMXB', false), ('unsure', 'QSO', true), ('trained', 'QSO', false);
        create table classes.umlcaxs_labels as
            select csc_name, case when csc_name = 'trained' then 'QSO' end as class
            from classes.umlcaxs_probabilities;
        create table classes.umlcaxs_classes (class varchar, compared_class varchar);
        insert into classes.umlcaxs_classes values
            ('QSO', 'AGN+Seyfert'), ('Seyfert_1', 'AGN+Seyfert'), ('AGN', 'AGN+Seyfert'),
            ('HMXB', 'XB');
        create table staging.stg_literature__yangetal_training
            (csc_name varchar, yangetal_training_class varchar);
        insert into staging.stg_literature__yangetal_training values
            ('A', 'AGN'), ('B', 'HMXB'), ('C', 'LM-STAR'), ('D', 'AGN'), ('unsure', 'AGN'),
            ('trained', 'AGN');
        create table staging.stg_literature__classes
            (reference varchar, csc_name varchar, class varchar);
        create table staging.stg_truth (csc_name varchar, kind varchar);
    """)
    rows = connection.execute(compiled("perez_diaz_2024_table_4")).fetchall()
    assert rows == [
        ("yangetal_training", "AGN+Seyfert", 3, pytest.approx(1 / 3), 0.5, 0.5),
        ("yangetal_training", "XB", 1, 0.0, 0.0, 0.0),
    ]
