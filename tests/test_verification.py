"""The match beside published counterparts: what becomes of each source of theirs."""

import duckdb
import pytest
from match_tables import entry, match_of, refused, write

from lynceus.commands.match import told_of_random_negatives, told_of_verification

# sources of the first catalogue, a degree apart, and candidates so many arcsec north of each
CANDIDATES = {
    "kept": {"k1": 0.1},
    "other": {"near": 0.1, "far": 3.0},
    "two": {"first": 0.1, "second": 3.0},
    "beyond": {"b1": 0.1},
    "lost": {"l1": 4.5},
    "new": {"n1": 0.1},
    "empty": {},
}
PUBLISHED = {
    "first": ["kept", "other", "two", "two", "beyond", "lost", "new", "empty", "elsewhere", None],
    "second": ["k1", "far", "second", "first", "kilo", "l1", None, None, "e1", "k1"],
}
OUTCOMES = {
    "kept": ("k1", 0.1, "k1", "same"),
    "other": ("far", 3.0, "near", "different"),
    "two": ("first", 0.1, "first", "same"),  # of both that are published ours, not the first
    "beyond": ("kilo", None, "b1", "different"),
    "lost": ("l1", 4.5, None, "only theirs"),
    "new": (None, None, "n1", "only ours"),
    "empty": (None, None, None, "neither"),
    "elsewhere": ("e1", None, None, "unknown source"),
}


@pytest.fixture
def settings(tmp_path):
    """Settings of a match with a table of published pairs, all three written."""
    places = {name: (10.0 + number, 0.0) for number, name in enumerate(CANDIDATES)}
    write(
        tmp_path / "xray.parquet",
        {
            "id": list(places),
            "ra": [ra for ra, _ in places.values()],
            "dec": [dec for _, dec in places.values()],
            "err": [0.5] * len(places),
        },
    )
    rows = [
        (key, places[name][0], arcsec / 3600)
        for name, found in CANDIDATES.items()
        for key, arcsec in found.items()
    ]
    ids, ra, dec = zip(*rows, strict=True)
    write(
        tmp_path / "optical.parquet",
        {"id": ids, "ra": ra, "dec": dec, "err": [0.1] * len(rows)},
    )
    write(tmp_path / "published.parquet", PUBLISHED)
    return match_of(
        "verified",
        5.0,
        [entry(tmp_path, "xray"), entry(tmp_path, "optical", area_deg2=1.0)],
        completeness=0.9,
        verification={
            "table": str(tmp_path / "published.parquet"),
            "first": "first",
            "second": "second",
        },
    )


def test_each_published_source_has_its_outcome(matched, settings):
    found = matched(settings).rows("from match.verification")
    got = {
        row[0]: (row[1], row[2], row[3], row[4])
        for row in zip(
            *(
                [None if value is None or value != value else value for value in column.tolist()]
                for column in (
                    found["published_id"],
                    found["published"],
                    found["published_separation_arcsec"],
                    found["optical_id"],
                    found["outcome"],
                )
            ),
            strict=True,
        )
    }
    assert got.keys() == OUTCOMES.keys()
    for name, (published, separation, ours, outcome) in OUTCOMES.items():
        assert (got[name][0], got[name][2], got[name][3]) == (published, ours, outcome), name
        assert got[name][1] == pytest.approx(separation, abs=1e-6), name
    assert not found["trains"].any() and set(found["rule"]) == {"position"}


def test_the_summary_counts_the_outcomes(matched, settings):
    with duckdb.connect(str(matched(settings).database), read_only=True) as connection:
        ((label, text),) = told_of_verification(connection)
    assert label == "published, by position"
    assert text == (
        "2 of 5 counterparts the same (40.0 %), 2 different, 1 only theirs, 1 only ours; 1 sources unknown here"
    )


def test_a_column_that_the_published_table_lacks_is_named(sky, settings):
    settings["verification"]["second"] = "gaia"
    told = refused(sky, settings)
    assert "verification.second" in told and "has no column gaia; it has first, second" in told


def test_a_published_table_that_is_absent_is_named(sky, settings):
    settings["verification"]["table"] += ".parquet"
    assert "verification.table: there is no file" in refused(sky, settings)


@pytest.mark.parametrize(
    ("found", "told"),
    [(0, "0 of the 10 asked for"), (7, "7 of the 10 asked for"), (10, None)],
)
def test_fewer_random_negatives_than_asked_for_are_told(found, told):
    with duckdb.connect() as connection:
        connection.execute(
            "create schema match; create table match.match_model as select 5 as random_negatives"
        )
        connection.execute(
            "create table match.labelled_pairs as select 'positive' as kind, true as is_positive from range(2)"
            f" union all select 'random', false from range({found})"
        )
        lines = told_of_random_negatives(connection)
    assert [told] == [text.split(":")[0] for _, text in lines] if told else lines == []
