"""What several classifiers say pooled into one probability."""

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from scipy.special import softmax

from lynceus.learning import consensus
from lynceus.learning.consensus import ALL, COLUMNS, Votes, fit_pool, pool_weights, read_votes

CLASSES = ("AGN", "STAR", "YSO")
KNOWN = {"a": set(CLASSES), "b": {"AGN", "YSO"}}


def votes(rng, count, weight, bias, outside=-2.0):
    """Return votes of two classifiers about sources whose class follows from their logarithmic
    pool; the second knows no YSO.
    """
    log_p = np.log(rng.dirichlet((0.5, 0.5, 0.5), (count, 2)))
    log_p[:, 1, 2] = np.nan
    made = Votes(
        ("a", "b"),
        CLASSES,
        log_p,
        np.ones((count, 2), bool),
        np.zeros(count, int),
        np.arange(count) % 5,
    )
    p = softmax(made.scores(np.array(weight), np.array([0.0, outside]), np.array(bias)), axis=1)
    label = (p.cumsum(axis=1) > rng.random((count, 1))).argmax(axis=1)
    return Votes(made.classifiers, CLASSES, log_p, made.is_present, label, made.fold)


def test_the_weights_that_made_the_classes_are_found_again():
    made = votes(np.random.default_rng(1), 20_000, (0.9, 0.4), (0.3, 0.0, -0.3))
    weight, outside, bias = fit_pool(made)
    assert weight == pytest.approx([0.9, 0.4], abs=0.05)
    assert bias - bias[1] == pytest.approx([0.3, 0.0, outside[1] * 0 + bias[2] - bias[1]], abs=0.1)
    # of a class that only one of both knows, constant and bias are told together
    assert outside[1] + bias[2] - bias[1] == pytest.approx(-2.3, abs=0.1)


def test_a_classifier_that_tells_nothing_gets_no_weight():
    rng = np.random.default_rng(2)
    made = votes(rng, 5000, (1.0, 0.0), (0.0, 0.0, 2.0))
    weight, _, _ = fit_pool(made)
    assert weight[0] == pytest.approx(1, abs=0.1) and 0 <= weight[1] < 0.05


def test_no_fold_has_a_part_in_its_own_weights(monkeypatch):
    made = votes(np.random.default_rng(3), 100, (1.0, 0.5), (0.0, 0.0, 0.0))
    seen = []
    monkeypatch.setattr(
        consensus,
        "fit_pool",
        lambda given: seen.append(given) or (np.ones(2), np.zeros(2), np.zeros(3)),
    )
    table = pool_weights(made, [("a", "b")], KNOWN).to_pydict()
    assert (
        sorted(set(table["field_fold"])) == [ALL, 0, 1, 2, 3, 4]
        and len(table["weight"]) == 6 * 2 * 3
    )
    assert len(seen[0].label) == 100
    for fold, given in enumerate(seen[1:]):
        assert (
            np.array_equal(given.log_p, made.log_p[made.fold != fold], equal_nan=True)
            and fold not in given.fold
        )


def test_each_set_of_classifiers_has_weights_that_serve_without_the_others():
    rng = np.random.default_rng(4)
    made = votes(rng, 4000, (1.0, 1.0), (0.0, 0.0, 0.0))
    # of half of the sources the first classifier says nothing
    made.is_present[::2, 0] = False
    made.log_p[::2, 0] = np.nan
    table = pool_weights(made, [("a", "b"), ("b",), ("a", "c")], KNOWN).to_pydict()
    assert set(table["voters"]) == {"a+b", "b", "a+c"}
    counted = {
        (voters, n)
        for voters, fold, n in zip(table["voters"], table["field_fold"], table["n_sources"])
        if fold == ALL
    }
    assert counted == {("a+b", 2000), ("b", 4000), ("a+c", 2000)}
    alone = next(
        weight
        for voters, fold, weight in zip(table["voters"], table["field_fold"], table["weight"])
        if (voters, fold) == ("b", ALL)
    )
    both = [
        weight
        for voters, fold, weight in zip(table["voters"], table["field_fold"], table["weight"])
        if (voters, fold) == ("a+b", ALL)
    ]
    assert both == pytest.approx([1.0] * 6, abs=0.15) and 0 < alone < 0.9


def test_a_classifier_without_votes_on_known_sources_leaves_the_word_to_those_that_have_them():
    made = votes(np.random.default_rng(5), 500, (1.0, 0.5), (0.0, 0.0, 0.0))
    table = pool_weights(made, [("a",), ("a", "c"), ("c", "d")], KNOWN).to_pylist()
    terms = {
        (row["voters"], row["classifier"], row["coarse_class"]): row
        for row in table
        if row["field_fold"] == ALL
    }
    for name in CLASSES:
        alone, beside = terms["a", "a", name], terms["a+c", "a", name]
        assert [alone[key] for key in ("weight", "outside", "bias", "n_sources")] == [
            beside[key] for key in ("weight", "outside", "bias", "n_sources")
        ]
        assert (terms["a+c", "c", name]["weight"], terms["a+c", "c", name]["outside"]) == (0, 0)
        # nobody is known: the plain mean of the logarithms
        assert all(
            (
                terms["c+d", one, name]["weight"],
                terms["c+d", one, name]["bias"],
                terms["c+d", one, name]["n_sources"],
            )
            == (0.5, 0, 0)
            for one in "cd"
        )


def test_a_class_of_which_no_source_is_known_counts_only_where_a_classifier_with_a_say_knows_it():
    made = votes(np.random.default_rng(6), 500, (1.0, 0.5), (0.0, 0.0, 0.0))
    without = pool_weights(made, [("a",), ("a", "b")], KNOWN).to_pylist()
    log_p = np.concatenate([made.log_p, np.full((500, 2, 1), np.nan)], axis=2)
    log_p[:, 0, 3] = np.log(1e-3)
    more = Votes(made.classifiers, (*CLASSES, "SNR"), log_p, made.is_present, made.label, made.fold)
    table = pool_weights(
        more, [("a",), ("b",), ("a", "b")], KNOWN | {"a": {*CLASSES, "SNR"}}
    ).to_pylist()
    # what is learned does not change
    assert [
        row for row in table if row["coarse_class"] != "SNR" and row["voters"] != "b"
    ] == without
    new = [row for row in table if row["coarse_class"] == "SNR"]
    assert {row["voters"] for row in new} == {"a", "a+b"} and {row["bias"] for row in new} == {0}


def test_votes_are_read_in_any_order_and_what_is_not_said_is_absent():
    rows = [
        ("X1", 0, "YSO", "a", "AGN", 0.75),
        ("X1", 0, "YSO", "a", "YSO", 0.25),
        ("X1", 0, "YSO", "b", "AGN", 1.0),
        ("X2", 1, "AGN", "a", "AGN", 0.0),
        ("X2", 1, "AGN", "a", "YSO", 1.0),
    ]
    names = ("csc_name", "field_fold", "true_class", "classifier", "coarse_class", "p")
    for order in (rows, rows[::-1]):
        table = pa.table(dict(zip(names, map(list, zip(*order)))))
        got = read_votes(duckdb.arrow(table), 1e-3)
        assert got.classifiers == ("a", "b") and got.classes == ("AGN", "YSO")
        assert np.array_equal(got.is_present, [[True, True], [True, False]])
        assert np.exp(got.log_p[0, 0]) == pytest.approx([0.75, 0.25]) and np.exp(
            got.log_p[1, 0]
        ) == pytest.approx([1e-3, 1])
        assert (
            np.isnan(got.log_p[0, 1, 1])
            and got.label.tolist() == [1, 0]
            and got.fold.tolist() == [0, 1]
        )


def test_without_votes_there_are_no_weights():
    empty = Votes(
        (), (), np.empty((0, 0, 0)), np.empty((0, 0), bool), np.empty(0, int), np.empty(0, int)
    )
    table = pool_weights(empty, [("a",)], KNOWN)
    assert table.schema.equals(COLUMNS) and table.num_rows == 0
    columns = "csc_name varchar, field_fold integer, true_class varchar, classifier varchar, coarse_class varchar, p double"
    with duckdb.connect() as connection:
        connection.execute(f"create table held_out_votes ({columns})")
        given = read_votes(connection.table("held_out_votes"), 1e-3, ["YSO", "AGN"])
    rows = pool_weights(given, [("a", "b")], KNOWN).to_pylist()
    assert [(row["classifier"], row["coarse_class"], row["weight"]) for row in rows] == [
        (a, c, 0.5) for a in "ab" for c in ("AGN", "YSO")
    ]


# ---------- in a whole build


# weight, outside and bias of a class that has no part in a set of classifiers
NO_PART = (0, 0, -np.inf)


def test_sql_pools_as_the_function_that_learned_the_weights_does(undisturbed):
    held_out = undisturbed.rows(
        "select * from classes.held_out_votes order by csc_name, classifier, coarse_class"
    )
    assert len(held_out["p"]) > 500
    with duckdb.connect(str(undisturbed.database), read_only=True) as connection:
        classes = [
            name
            for (name,) in connection.sql(
                "select distinct coarse_class from classes.class_votes"
            ).fetchall()
        ]
        given = read_votes(connection.sql("from classes.held_out_votes"), 1e-3, classes)
        names = [
            name
            for (name,) in connection.sql(
                "select distinct csc_name from classes.held_out_votes order by 1"
            ).fetchall()
        ]
        weights = connection.sql(
            "from classes.consensus_weights where field_fold >= 0"
        ).fetchnumpy()
        found = connection.sql(
            "select csc_name, unnest(classes), unnest(probabilities) from classes.consensus_predictions where classifier = 'consensus'"
        ).fetchall()
    terms = {
        key[:4]: key[4:]
        for key in zip(
            *(
                weights[column].tolist()
                for column in (
                    "field_fold",
                    "voters",
                    "classifier",
                    "coarse_class",
                    "weight",
                    "outside",
                    "bias",
                )
            )
        )
    }
    expected = np.empty((len(names), len(given.classes)))
    for row in range(len(names)):
        voters = [
            name for name, is_present in zip(given.classifiers, given.is_present[row]) if is_present
        ]
        heard = given.taken(np.arange(len(names)) == row).heard(voters)
        of = np.array(
            [
                [
                    terms.get((given.fold[row], "+".join(voters), voter, name), NO_PART)
                    for name in given.classes
                ]
                for voter in voters
            ]
        )
        expected[row] = softmax(heard.scores(of[:, 0, 0], of[:, 0, 1], of[0, :, 2])[0])
    assert len(found) <= expected.size
    for name, coarse, p in found:
        assert p == pytest.approx(
            expected[names.index(name), given.classes.index(coarse)], abs=1e-12
        )


def test_the_consensus_tells_more_than_the_weaker_of_two_classifiers(undisturbed):
    rows = undisturbed.rows(
        "select classifier, log_loss from release.class_evaluation where class_set = 'coarse' and scheme = 'field' and subset = 'all' and class = 'all'"
    )
    losses = dict(zip(rows["classifier"].tolist(), rows["log_loss"].tolist()))
    # which classify the same sources
    assert losses["consensus"] < max(losses["lynceus"], losses["muwclass"])


def test_every_source_has_its_row_and_agreement_is_counted(undisturbed):
    got = undisturbed.rows("select * from release.class_consensus order by csc_name")
    assert set(got["csc_name"]) >= set(
        undisturbed.rows("select name from raw.csc_master")["name"]
    ) and len(set(got["csc_name"])) == len(got["csc_name"])
    assert (got["n_agreeing"] <= got["n_classifiers"]).all() and got["n_classifiers"].max() >= 2
    assert np.array_equal(np.ma.getmaskarray(got["class"]), got["n_classifiers"] == 0)
