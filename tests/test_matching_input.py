"""A match of odd tables gives finite numbers; of bad tables or settings, one message."""

import numpy as np
import pyarrow as pa
import pytest
from conftest import Build
from match_tables import CIRCLE, entry, match_of, near, refused, rows_of, write


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    """Primaries each with one oddity; a candidate of id 10 n + i belongs to primary n."""
    folder = tmp_path_factory.mktemp("odd")
    n = 12
    ra, dec = 30.0 + np.arange(n), np.full(n, 10.0)
    rng = np.random.default_rng(8)
    arcsec = 1 / 3600
    many = near(rng, ra[4:5], dec[4:5], 300, 9)
    err = [1.0] * n
    err[3], err[5] = 1000.0, None
    write(folder / "a.parquet", {"id": np.arange(n), "ra": ra, "dec": dec, "err": err})
    b = [(2, 0, 0, 0.3), (2, 1, 0, 0.3), (3, 0, 1.0, 1000.0), (3, 1, 2.0, 1000.0), (5, 0, 1.0, 0.3)]
    b += [(6, 0, 1.0, None), (6, 1, 2.0, 0.3), (9, 0, 9.9, 0.001)]
    write(
        folder / "b.parquet",
        {
            "id": [10 * k + i for k, i, _, _ in b] + list(range(1000, 1300)),
            "ra": [ra[k] for k, *_ in b] + many[0].tolist(),
            "dec": [dec[k] + north * arcsec for k, _, north, _ in b] + many[1].tolist(),
            "err": [e for *_, e in b] + [0.5] * 300,
        },
    )
    c = [
        (2, 0, 0.0, 300.0, 300.0),
        (3, 0, 0.0, 1e6, 1e6),
        (10, 0, 1.0, 300.0, None),
        (10, 1, 2.0, 300.0, 300.0),
        (6, 0, 1.0, 300.0, 300.0),
    ]
    c += [(11, 0, 1.0, None, None), (11, 1, 2.0, 300.0, 300.0)]
    write(
        folder / "c.parquet",
        {
            "id": [10 * k + i for k, i, *_ in c],
            "ra": [ra[k] for k, *_ in c],
            "dec": [dec[k] + north * arcsec for k, _, north, *_ in c],
            "e_ra": [e[-2] for e in c],
            "e_dec": [e[-1] for e in c],
        },
    )
    c_error = {
        "kind": "sigma_ra_dec",
        "columns": ["e_ra", "e_dec"],
        "unit": "mas",
        "floor_arcsec": 0.01,
    }
    match = match_of(
        "odd",
        10.0,
        [
            entry(folder, "a"),
            entry(folder, "b", area_deg2=1.0, completeness=0.9),
            entry(folder, "c", c_error, area_deg2=1.0, completeness=0.9),
        ],
    )
    return rows_of(Build(folder).build_match(match), match)


def of(rows, primary, *columns):
    """Return the rows of one primary, as tuples of columns."""
    own = rows["a_id"] == primary
    return list(zip(*(rows[column][own].tolist() for column in columns)))


def test_odd_input_gives_finite_numbers(odd):
    known = odd["a_id"] != 5
    for column in (
        "log10_prior",
        "log10_bf",
        "log10_bf_corrected",
        "dist_post",
        "p_single",
        "p_i",
        "match_flag",
    ):
        assert np.isfinite(odd[column][known]).all(), column
    assert np.isfinite(odd["p_any"][known]).all()
    # two candidates over each other, and a third catalogue there too
    assert len(of(odd, 2, "a_id")) == 6 and sum(p for (p,) in of(odd, 2, "p_i")) == pytest.approx(1)
    assert 0 < of(odd, 3, "p_any")[0][0] < 0.2
    assert len(of(odd, 4, "a_id")) == 301 and sum(p for (p,) in of(odd, 4, "p_i")) == pytest.approx(
        1
    )
    assert of(odd, 9, "match_flag", "p_any", "p_i")[1] == (1, pytest.approx(0, abs=1e-9), 1)


def test_a_primary_without_candidates_is_kept_as_unmatched(odd):
    assert of(odd, 1, "ncat", "p_any", "p_i", "match_flag", "all_excluded") == [(1, 0, 0, 1, 0)]


def test_of_a_primary_without_an_error_the_candidates_are_known_and_no_probability(odd):
    rows = of(odd, 5, "ncat", "b_id", "p_any", "p_i", "match_flag", "all_excluded")
    assert [row[:2] for row in rows] == [(1, -1), (2, 50)] and np.isnan(
        [row[2] for row in rows]
    ).all()
    assert rows[0][3:] == (0, 0, 0) and np.isnan(rows[1][3]) and rows[1][4:] == (0, 0)


def test_a_source_without_an_error_takes_no_part(odd):
    assert {b for (b,) in of(odd, 6, "b_id")} == {-1, 61}


def test_a_source_without_errors_takes_no_part_where_errors_have_a_floor(odd):
    assert {c for (c,) in of(odd, 11, "c_id")} == {-1, 111}


def test_a_source_with_one_sigma_of_two_takes_no_part(odd):
    assert {c for (c,) in of(odd, 10, "c_id")} == {-1, 101}


def test_a_single_primary_with_an_empty_outer_ring_and_an_empty_catalogue_has_finite_probabilities(
    matched, tmp_path
):
    """Densities are local and no area is given; the id is a text, and RA 0 lies between the two."""
    write(tmp_path / "a.parquet", {"id": ["only"], "ra": [359.9999], "dec": [0.0], "err": [1.0]})
    write(tmp_path / "b.parquet", {"id": [7], "ra": [0.0], "dec": [0.0], "err": [0.5]})
    write(
        tmp_path / "c.parquet",
        {
            "id": pa.array([], pa.int64()),
            **{name: pa.array([], pa.float64()) for name in ("ra", "dec", "err")},
        },
    )
    match = match_of(
        "lonely", 5.0, [entry(tmp_path, name) for name in "abc"], completeness=0.9, density="local"
    )
    rows = rows_of(matched(match), match)
    assert (
        rows["a_id"].tolist() == ["only"] * 2
        and rows["b_id"].tolist() == [-1, 7]
        and rows["match_flag"].tolist() == [0, 1]
    )
    for column in ("log10_prior", "log10_bf", "dist_post", "p_any", "p_i", "p_single"):
        assert np.isfinite(rows[column]).all(), column
    assert 0 < rows["p_any"][0] < 1


def test_an_error_or_a_motion_that_is_nan_counts_as_missing(matched, tmp_path):
    """As NumPy writes what is missing: the primary keeps its rows, the source takes no part, the
    star stays where it is.
    """
    nan = float("nan")
    write(
        tmp_path / "a.parquet",
        {
            "id": [1, 2],
            "ra": [10.0, 20.0],
            "dec": [0.0, 0.0],
            "err": [1.0, nan],
            "epoch": [2001.0, nan],
        },
    )
    write(
        tmp_path / "b.parquet",
        {
            "id": [7, 8, 9],
            "ra": [10.0, 10.0, 20.0],
            "dec": [1 / 3600, 2 / 3600, 0.0],
            "err": [0.5, nan, 0.5],
            "pmra": [nan] * 3,
            "pmdec": [nan] * 3,
        },
    )
    motion = {
        "epoch": 2016.0,
        "pmra": "pmra",
        "pmdec": "pmdec",
        "area_deg2": 1.0,
        "completeness": 0.9,
    }
    match = match_of(
        "nans", 5.0, [entry(tmp_path, "a", epoch="epoch"), entry(tmp_path, "b", **motion)]
    )
    rows = rows_of(matched(match), match)
    assert list(zip(rows["a_id"].tolist(), rows["b_id"].tolist())) == [
        (1, -1),
        (1, 7),
        (2, -1),
        (2, 9),
    ]
    np.testing.assert_allclose(rows["separation_arcsec"][1], 1.0, atol=1e-6)
    assert np.isfinite(rows["p_any"]).tolist() == [True, True, False, False]


def test_every_wrong_setting_is_named_in_one_message(sky, tmp_path):
    error = {"kind": "sigma_ra_dec", "columns": ["e_ra", "e_dec"], "level": "95 %"}
    match = match_of(
        "wrong",
        0,
        [
            entry(tmp_path, "a", colour="red"),
            entry(tmp_path, "b", error, area_deg2=1.0, coverage="gaia_source", pmra="pmra"),
            entry(
                tmp_path,
                "b",
                CIRCLE | {"columns": ["err", "err2", "err3"]},
                area_deg2=-1,
                priors=[{"column": "mag", "from": "auto", "bin": 3}],
            ),
        ],
        fake_shift_arcsec=[90],
    )
    message = refused(sky, match)
    for part in (
        "match.radius_arcsec: 0, must be a number above 0",
        "match.catalogues[1].colour: no such key",
        "match.catalogues[2]: either area_deg2 or coverage, not both",
        "match.catalogues[2].error.level: 95 %",
        "match.catalogues[2]: pmra and pmdec belong together",
        "match.catalogues[3].error.columns: 3 columns, a circular error has 1 or 2",
        "match.catalogues[3].area_deg2: -1",
        "match.catalogues[3].priors[1].bin: no such key",
        "match.catalogues: two are called b",
        "match.completeness: is missing",
    ):
        assert part in message, part
    assert "match.fake_shift_arcsec" in message


def test_columns_that_are_absent_and_rows_that_cannot_be_matched_are_named_in_one_message(
    sky, tmp_path
):
    good = {"dec": [0.0] * 5, "err": [1.0] * 5}
    write(tmp_path / "a.parquet", {"id": [1, 2, 2, 3, 3], "ra": [1.0, 2, 3, 4, 5], **good})
    # NaN alone, which the file's statistics leave out
    write(
        tmp_path / "b.parquet",
        {
            "id": [5, 4, 3, 2, 1],
            "ra": [400.0, 2, 3, -1, 400],
            **good,
            "dec": [0.0, np.nan, 0, 0, 0],
            "mag": [1.0] * 5,
        },
    )
    write(
        tmp_path / "c.parquet",
        {"id": list("vwxyz"), "ra": [1.0] * 5, "dec": [0.0] * 5, "err": [0.0, -1, 0, 0, 1]},
    )
    rest = {"area_deg2": 1.0, "completeness": 0.9}
    match = match_of(
        "rows",
        5.0,
        [
            entry(tmp_path, "a"),
            entry(tmp_path, "b", **rest),
            entry(tmp_path, "c", **rest),
            entry(tmp_path, "b", **rest, priors=[{"column": "magg", "from": "auto"}])
            | {"name": "d", "ra": "raa"},
        ],
    )
    message = refused(sky, match)
    for part in (
        f"a, {tmp_path / 'a.parquet'}: id: 4 rows share an id (2, 3)",
        f"b, {tmp_path / 'b.parquet'}: ra: 3 rows without a value or outside 0 to 360 deg (1, 2, 5)",
        f"b, {tmp_path / 'b.parquet'}: dec: 1 row without a value or outside -90 to 90 deg (4)",
        f"c, {tmp_path / 'c.parquet'}: err: 4 rows with an error that is not positive (v, w, x, ...)",
        f"d.ra: {tmp_path / 'b.parquet'} has no column raa",
        f"d.priors: {tmp_path / 'b.parquet'} has no column magg",
    ):
        assert part in message, part


def test_files_that_are_absent_and_the_name_of_the_database_are_refused(sky, tmp_path):
    write(
        tmp_path / "a.parquet",
        {"id": np.arange(2), "ra": [1.0, 2.0], "dec": [0.0, 0.0], "err": [1.0, 1.0]},
    )
    missing = entry(
        tmp_path,
        "b",
        completeness=0.9,
        priors=[{"column": "mag", "from": str(tmp_path / "bins.txt")}],
    )
    message = refused(sky, match_of("absent", 3.0, [entry(tmp_path, "a"), missing]))
    assert f"b.table: there is no file {tmp_path / 'b.parquet'}" in message
    assert f"b.priors: {tmp_path / 'bins.txt'} is not there" in message
    message = refused(sky, match_of("staging", 3.0, [entry(tmp_path, "a"), missing]))
    assert "match.name: staging, is a schema of the database" in message


def test_a_catalogue_without_sources_and_without_an_area_leaves_every_primary_unmatched(
    sky, tmp_path
):
    write(
        tmp_path / "a.parquet",
        {"id": np.arange(2), "ra": [1.0, 2.0], "dec": [0.0, 0.0], "err": [1.0, 1.0]},
    )
    nothing = np.array([], float)
    write(
        tmp_path / "b.parquet",
        {"id": np.array([], int), "ra": nothing, "dec": nothing, "err": nothing},
    )
    match = match_of("alone", 3.0, [entry(tmp_path, "a"), entry(tmp_path, "b", completeness=0.9)])
    rows = rows_of(Build(tmp_path / "sky").build_match(match), match)
    assert rows["p_any"].tolist() == [0, 0] and rows["match_flag"].tolist() == [1, 1]


def test_a_condition_leaves_rows_of_a_catalogue_out_and_they_do_not_count(matched, tmp_path):
    """Of two stars beside a primary the faint one takes no part, and the density is that of the
    bright ones.
    """
    write(
        tmp_path / "a.parquet",
        {
            "id": [1, 2],
            "ra": [10.0, 20.0],
            "dec": [0.0, 0.0],
            "err": [1.0, 1.0],
            "good": [True, False],
        },
    )
    write(
        tmp_path / "b.parquet",
        {
            "id": [7, 8],
            "ra": [10.0, 10.0],
            "dec": [1 / 3600, 2 / 3600],
            "err": [0.5, 0.5],
            "mag": [15.0, 21.0],
        },
    )
    match = match_of(
        "bright",
        5.0,
        [
            entry(tmp_path, "a", where="good"),
            entry(tmp_path, "b", where="mag < 20", area_deg2=1.0, completeness=0.9),
        ],
    )
    sky = matched(match)
    rows = rows_of(sky, match)
    assert list(zip(rows["a_id"].tolist(), rows["b_id"].tolist())) == [(1, -1), (1, 7)]
    assert sky.rows("select n_sources from match.densities")["n_sources"].tolist() == [1]
