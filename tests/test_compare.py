"""`lynceus compare`: what becomes of published pairs, in every format the tables may come in."""

import duckdb
import pytest
from astropy.table import Table
from click.testing import CliRunner

from lynceus.commands import main

ID = 528573584943861632  # its last digits are lost in a float
BEST, ALTERNATE, AMBIGUOUS = (
    [("2CXO J000000.0+000000", ID), ("2CXO J000001.0+000000", ID + 1)],
    [("2CXO J000000.0+000000", ID + 2)],
    [("2CXO J000003.0+000000", ID + 4)],
)
# name, id, and how it was published
PUBLISHED = {
    "best": [
        ("000000.0+000000", ID),  # the same
        ("2CXO J000001.0+000000", ID + 3),  # another one, which is a candidate here
        ("J000002.0+000000", ID + 9),  # none here, and no candidate
        ("999999.0+000000", ID),  # no source of ours
    ],
    "alternate": [("000000.0+000000", ID + 2)],
    "ambiguous": [("000001.0+000000", ID + 1)],  # best here
}


@pytest.fixture
def database(tmp_path):
    """A catalogue of four X-ray sources and five candidates."""
    path = tmp_path / "lynceus.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema release; create schema formats")
        connection.execute(
            "create table release.xray_sources as select format('2CXO J00000{}.0+000000', n) as csc_name from range(4) as numbers (n)"
        )
        pairs = [*BEST, *ALTERNATE, *AMBIGUOUS, ("2CXO J000001.0+000000", ID + 3)]
        rows = ", ".join(f"('{name}', {number}::bigint)" for name, number in pairs)
        connection.execute(
            "create table release.candidate_pairs as select *, 1.0 as separation, 0.5 as p_i, 0.5 as p_any, 0.5 as p_match_ind, 1.0 as min_theta_mean"
            f" from (values {rows}) as pairs (csc_name, gaia_source_id)"
        )
        for kind, chosen in (("best", BEST), ("alternate", ALTERNATE), ("ambiguous", AMBIGUOUS)):
            rows = ", ".join(f"('{name}', {number}::bigint)" for name, number in chosen)
            connection.execute(
                f"create table formats.{kind}_matches as from (values {rows}) as pairs (csc_name, gaia_source_id)"
            )
    return path


def compared(database, *arguments, code=0):
    done = CliRunner().invoke(
        main, ["compare", *map(str, arguments)], env={"LYNCEUS_DATABASE": str(database)}
    )
    assert done.exit_code == code, done.output
    return done.output


def write(folder, ending, published=PUBLISHED):
    folder.mkdir()
    for kind, rows in published.items():
        names, ids = zip(*rows, strict=True)
        table = Table({"csc21_name": names, "gaia3_source_id": ids, "p_i": [0.6] * len(rows)})
        path = folder / f"CSC_Gaia_{kind}_matches.{ending}"
        if ending == "parquet":
            duckdb.from_arrow(_arrow(table)).write_parquet(str(path))
        else:
            table.write(path, **({"format": "votable"} if ending == "vot" else {}))
    return folder


def _arrow(table):
    import pyarrow as pa

    return pa.table({name: table[name].tolist() for name in table.colnames})


@pytest.mark.parametrize("ending", ["csv", "parquet", "fits", "vot", "ecsv"])
def test_every_published_pair_is_found_or_told(database, tmp_path, ending):
    told = compared(
        database, write(tmp_path / "zenodo", ending), "--output", tmp_path / "different.csv"
    )
    cells = {line.split()[0]: line.split()[1:] for line in told.splitlines() if line.strip()}
    #                 pairs best alternate ambiguous other none unknown
    assert cells["best"] == ["4", "1", "0", "0", "1", "1", "1"]
    assert cells["alternate"] == ["1", "0", "1", "0", "0", "0", "0"]
    assert cells["ambiguous"] == ["1", "1", "0", "0", "0", "0", "0"]
    assert "not published      1     0          0          1" in told
    for line in (
        "the same Gaia source   1 of 3 (33.3 %)",
        "another Gaia source    1",
        "none here              1",
        "X-ray source unknown   1",
    ):
        assert line in told
    assert cells["p_i"] == ["4", "0.1", "0.1", "0.1"]
    rows = duckdb.read_csv(str(tmp_path / "different.csv")).fetchall()
    assert {row[1] for row in rows} == {ID, ID + 1, ID + 3, ID + 4, ID + 9} and len(rows) == 5


def test_a_table_that_cannot_be_compared_is_named(database, tmp_path):
    folder = tmp_path / "zenodo"
    folder.mkdir()
    assert "has no file of best, alternate or ambiguous" in compared(database, folder, code=1)
    path = folder / "best_matches.csv"
    path.write_text("csc21_name,source\nx,1\n")
    assert "has no column gaia3_source_id; it has csc21_name, source" in compared(
        database, folder, code=1
    )
    path.write_text("csc21_name,gaia3_source_id\n000000.0+000000,5.28e17\n")
    assert "1 rows have no csc21_name or no whole id" in compared(database, folder, code=1)
    path.unlink()
    Table({"csc21_name": ["x"], "gaia3_source_id": [5.28e17]}).write(folder / "best.fits")
    assert "has lost digits" in compared(database, folder, code=1)
    (folder / "best_copy.fits").write_bytes((folder / "best.fits").read_bytes())
    assert "keep one of them" in compared(database, folder, code=1)
    for file in folder.iterdir():
        file.unlink()
    (folder / "ambiguous.fits").write_text("not FITS")
    assert "cannot be read" in compared(database, folder, code=1)


def test_one_published_table_alone_is_compared(database, tmp_path):
    told = compared(
        database, write(tmp_path / "zenodo", "csv", {"alternate": PUBLISHED["alternate"]})
    )
    assert "Best match" not in told and "not published" not in told
