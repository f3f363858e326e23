"""`lynceus query` and `lynceus origin` on a built catalogue, and the worked questions of analyses/."""

import re
from pathlib import Path

import duckdb
import numpy as np
import pytest
from astropy.io import fits
from click.testing import CliRunner

from lynceus.commands import main
from lynceus.commands.papers import NOTHING
from lynceus.release.adql_words import RESERVED
from lynceus.release.figures.papers import PAPER_FIGURES, POINT_FIGURES
from lynceus.settings import PROJECT

ANALYSES = sorted(path.stem for path in (PROJECT / "analyses").glob("*.sql"))
TABLES = sorted(path.stem for path in (PROJECT / "analyses" / "papers").glob("*.sql"))


@pytest.fixture(scope="module")
def ask(undisturbed):
    """A function that runs `lynceus` on the built catalogue and returns what the terminal shows."""

    def run(*arguments, code=0):
        done = CliRunner().invoke(main, list(map(str, arguments)), env=undisturbed.environment())
        assert done.exit_code == code, done.output
        return done.output

    return run


def test_names_and_ids_are_whole_and_years_are_plain_numbers(ask, undisturbed):
    query = "select csc_name, gaia_source_id, xray_epoch from release.xray_sources where gaia_source_id is not null order by csc_name limit 1"
    row = undisturbed.rows(query)
    shown = ask("query", query)
    assert row["csc_name"][0] in shown and str(row["gaia_source_id"][0]) in shown
    assert f"{row['xray_epoch'][0]:.9g}" in shown and "(1 row)" in shown


def test_a_query_may_call_the_functions_of_the_catalogue(ask):
    assert float(ask("query", "select round(chi2_cdf(1.0, 1), 4) as p").split()[1]) == 0.6827


def test_answers_are_written_with_units_and_exact_ids(ask, undisturbed, tmp_path):
    query = "select csc_name, gaia_source_id, csc_ra, p_any as mine from release.xray_sources order by csc_name"
    rows = undisturbed.rows(query)
    for kind in ("csv", "parquet", "fits", "vot"):
        ask("query", query, "--output", tmp_path / f"answer.{kind}")
    with fits.open(tmp_path / "answer.fits") as opened:
        table = opened[1]
        assert table.columns["csc_ra"].unit == "deg" and table.header["TUCD2"] == "meta.id.cross"
        known = ~np.ma.getmaskarray(rows["gaia_source_id"])
        np.testing.assert_array_equal(
            table.data["gaia_source_id"][known], rows["gaia_source_id"][known]
        )
    for kind in ("csv", "parquet"):
        ids = duckdb.sql(
            f"select gaia_source_id from '{tmp_path}/answer.{kind}' order by csc_name"
        ).fetchall()
        assert [value for (value,) in ids] == rows["gaia_source_id"].tolist()
    assert "ending must be" in ask("query", query, "--output", tmp_path / "answer.xlsx", code=1)


def test_a_wrong_query_and_an_absent_database_are_one_message(ask, tmp_path):
    assert "Error: " in ask("query", "select nothing from release.xray_sources", code=1)
    assert "does not exist" in ask(
        "query", "select 1", "--database", tmp_path / "none.duckdb", code=2
    )


@pytest.mark.parametrize("name", ANALYSES)
def test_every_worked_question_is_answered(ask, name):
    if name == "what_makes_an_association_probable":
        pytest.skip("of a match: lynceus explain answers it (test_matching_examples.py)")
    shown = ask("query", name)
    assert shown.splitlines()[-1].startswith(("(", "first"))
    question = (PROJECT / "analyses" / f"{name}.sql").read_text().split("?")[0]
    assert all(line.startswith("-- ") for line in question.splitlines())


def test_the_origin_of_a_column_reaches_the_raw_tables(ask):
    shown = ask("origin", "release.xray_sources.p_any")
    assert (
        "raw.csc_master.ra" in shown
        and "raw.gaia_source.pmra" in shown
        and "models/staging/csc/_csc__sources.yml" in shown
    )
    assert "no column" in ask("origin", "release.xray_sources.nothing", code=1)


def test_plain_duckdb_calls_what_the_catalogue_calls(undisturbed):
    rows = undisturbed.rows("""
        select separation, great_circle_arcsec(csc_ra, csc_dec, gaia_ra, gaia_dec) as again, in_cone(gaia_ra, gaia_dec, csc_ra, csc_dec, 16 / 60) as near,
            separation_limit, separation_limit_arcsec(min_theta_mean) as limit_again
        from release.candidate_pairs where separation = separation_gaia_epoch
    """)
    np.testing.assert_allclose(rows["again"], rows["separation"], atol=1e-6)
    assert rows["near"].all()
    np.testing.assert_array_equal(rows["limit_again"], rows["separation_limit"])
    # two circular errors of 1 and 0.5 arcsec at 2 arcsec: Budavari & Szalay (2008), eq. 16
    factor = undisturbed.rows("select log10_bayes_factor(2, 1, 0.5) as b")["b"][0]
    arcsec = np.radians(1 / 3600)
    assert factor == pytest.approx(
        np.log10(2 / (1.25 * arcsec**2)) - 4 / (2 * 1.25) / np.log(10), abs=1e-12
    )


# ---------- the papers


@pytest.fixture(scope="module")
def of_papers(ask, tmp_path_factory):
    """The folder that `lynceus papers` has written, with what it has printed as printed.txt."""
    folder = tmp_path_factory.mktemp("papers")
    (folder / "printed.txt").write_text(ask("papers", "--folder", folder))
    return folder


def test_every_query_and_figure_of_the_papers_is_written_or_said_to_be_empty(of_papers):
    lines = (of_papers / "printed.txt").read_text().splitlines()
    empty = {line.split(":")[0] for line in lines if line.endswith(NOTHING)}
    # a small simulated sky has no Orion, and no trees with X-ray features only are trained
    assert empty == {
        "kumaran_2023_table_7",
        "perez_diaz_2026_table_4",
        "perez_diaz_2026_figure_8",
        "perez_diaz_2026_footnote_3",
    }
    assert {path.stem for path in of_papers.glob("*.csv")} == set(TABLES) - empty
    figures = PAPER_FIGURES.keys() | POINT_FIGURES.keys()
    assert {path.stem for path in of_papers.glob("*.png")} == figures - empty
    files = {path.name for path in of_papers.iterdir()} - {"printed.txt"}
    assert {Path(line.split(":")[0]).name for line in lines} == files | empty
    for path in of_papers.glob("*.csv"):
        header, *rows = path.read_text().splitlines()
        assert rows, path.stem
        assert not {name.upper() for name in header.split(",")} & RESERVED, path.stem


def test_a_figure_of_points_has_its_query_and_each_query_says_what_it_is(of_papers):
    assert {name for name in TABLES if re.search("figure|footnote", name)} == POINT_FIGURES.keys()
    named = re.compile(r"-- (Table|Section|Footnote|Figure) (A?\d+) of ([^:]+): .+\.")
    documented = (PROJECT / "docs" / "tables.md").read_text()
    for name in TABLES:
        first, second, *_ = (
            (PROJECT / "analyses" / "papers" / f"{name}.sql").read_text().split("\n")
        )
        kind, number, _ = named.fullmatch(first).groups()
        assert name.endswith(f"_{kind.lower()}_{number.lower()}"), name
        assert second.startswith(("-- One row per ", "-- Two rows per ")), name
    for name in TABLES + list(PAPER_FIGURES):
        assert f"`{name}`" in documented, name


def test_the_census_counts_what_numpy_counts(of_papers, undisturbed):
    rows = duckdb.sql(
        f"select side || ' ' || subset as k, number from '{of_papers}/perez_diaz_2026_table_6.csv'"
    ).fetchall()
    census = dict(rows)
    pairs = undisturbed.rows(
        "select csc_name, gaia_source_id, nway_confident, ml_confident and sep_ok as ml from release.candidate_pairs"
    )
    ml, nway = pairs["ml"].astype(bool), pairs["nway_confident"].astype(bool)
    per_csc, per_gaia = (
        np.unique(pairs[key][ml], return_counts=True)[1] for key in ("csc_name", "gaia_source_id")
    )
    assert census["CSC cross-matched with NWAY"] == len(set(pairs["csc_name"][nway]))
    assert census["CSC with best ML cross-matches"] == len(per_csc)
    assert [
        census[f"CSC {n} ML match{'es' if 'exactly 1' not in n else ''}"]
        for n in ("exactly 1", "exactly 2", "more than 2")
    ] == [
        (per_csc == 1).sum(),
        (per_csc == 2).sum(),
        (per_csc > 2).sum(),
    ]
    assert census["Gaia all ML matches"] == len(per_gaia)
    # an X-ray source has either match, both or none, and the two agree or differ
    with_nway, with_ml = set(pairs["csc_name"][nway]), set(pairs["csc_name"][ml])
    assert census["CSC matched with both NWAY and ML"] == len(with_nway & with_ml)
    assert census["CSC with NWAY match but no ML match"] == len(with_nway - with_ml)
    assert census["CSC with ML match but no NWAY match"] == len(with_ml - with_nway)
    assert (
        census["CSC with matches where both ML and NWAY agree"]
        + census["CSC with different ML and NWAY matches"]
        == census["CSC matched with both NWAY and ML"]
    )
    assert census["CSC whose NWAY match is no ML match"] == len(set(pairs["csc_name"][nway & ~ml]))


def test_tables_of_the_papers_agree_with_what_they_count(of_papers, undisturbed):
    def table(name):
        return duckdb.sql(f"from '{of_papers}/{name}.csv'").fetchnumpy()

    def number(query):
        return undisturbed.rows(f"select (select {query}) as n")["n"][0]

    training = table("yang_2022_table_1")
    assert training["n_sources"][:-1].sum() == training["n_sources"][-1]
    assert training["n_sources"][-1] == number("count(*) from classes.muwclass_training")
    bands = table("yang_2022_table_3")
    faintest = dict(zip(bands["band"], bands["faintest_mag"], strict=True))
    assert faintest["K"] == number("max(kmag) from sources.source_properties")
    simbad = table("yang_2022_table_6")
    for name in set(simbad["simbad_class"]):
        assert simbad["fraction"][simbad["simbad_class"] == name].sum() == pytest.approx(1)
    for name in ("yang_2022_figure_8", "kumaran_2023_figure_5", "perez_diaz_2024_figure_5"):
        cells = table(name)
        for row in set(zip(cells["panel"], cells["down"], strict=True)):
            chosen = (cells["panel"] == row[0]) & (cells["down"] == row[1])
            assert cells["fraction"][chosen].sum() == pytest.approx(1), (name, row)
    boosted = table("kumaran_2023_table_4")
    assert boosted["n_sources"][-3:-1].sum() == boosted["n_sources"][-1]
    unknown = table("kumaran_2023_table_8")
    assert unknown["n_sources"][-1] == boosted["n_sources"][-2]
    density = table("kumaran_2023_figure_6")
    for name in set(density["panel"]):
        chosen = density["panel"] == name
        area = (density["y"] * (density["high"] - density["low"]))[chosen].sum()
        assert area == pytest.approx(1), name
    below = table("kumaran_2023_figure_4")
    assert set(below["y"][below["high"] == 1]) == {
        number("count(*) from classes.boosted_labels where not_used_because is null")
    }
    pairs = table("perez_diaz_2026_table_1")
    assert pairs["n_candidates"][1] == number("count(*) from release.candidate_pairs")
    assert pairs["n_sources"][0] == number("count(*) from release.xray_sources")
    split = ("n_with_up_to_5", "n_with_6_to_10", "n_with_11_to_20", "n_with_more")
    assert sum(pairs[name][1] for name in split) == pairs["n_sources"][1]
    matches = table("perez_diaz_2026_section_5")
    assert matches["matches"].tolist() == ["best", "alternate", "ambiguous"]
    for name, count in zip(matches["matches"], matches["n_pairs"], strict=True):
        assert count == number(f"count(*) from formats.{name}_matches"), name
    error = table("perez_diaz_2026_section_6")
    assert (error["error_rate_low"] <= error["error_rate"]).all()
    assert (error["error_rate"] <= error["error_rate_high"]).all()
    fitted = table("rangelov_xclass_table_2")
    steps = table("rangelov_xclass_table_1")
    aware = fitted["fits"] == "class-aware fits"
    assert fitted["n_sources"][aware].sum() == steps["n_fitted"][-1]
    clusters = table("perez_diaz_2024_table_3")
    assert clusters["rank"].max() <= 10
    assert (np.diff(clusters["n_detections"])[np.diff(clusters["cluster"]) == 0] <= 0).all()
