"""What must hold of a match of any catalogues: its probabilities, and what changes nothing."""

import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from conftest import Build
from match_tables import entry, match_of, near, rows_of, write


def crowd(rng, shift=0.0):
    """Three catalogues at Dec 40, and two twins, with right ascensions that keep their digits when
    90 deg are added.
    """
    ra, dec = 10 + rng.uniform(0, 0.15, 60), 40 + rng.uniform(0, 0.15, 60)
    places = [(ra, dec), near(rng, ra, dec, 3, 8), near(rng, ra, dec, 2, 8)]
    places[1] = [
        np.append(at, start + rng.uniform(0, 0.15, 900)) for at, start in zip(places[1], (10, 40))
    ]
    places = [(np.round(ra * 2**28) / 2**28, dec) for ra, dec in places]
    tables = []
    for k, (ra, dec) in enumerate(places):
        n = len(ra)
        major = rng.uniform(0.4, 1.5, n)
        tables.append(
            {
                "id": rng.permutation(n) + 10,
                "ra": ra,
                "dec": dec,
                "major": major,
                "minor": major * rng.uniform(0.5, 1, n),
                "pa": rng.uniform(0, 180, n),
                "mag": np.where(rng.random(n) < 0.1, np.nan, rng.normal(18 + k, 2, n)),
            }
        )
    # the same primary twice; the second has one candidate more, where the first candidate is
    twins = [[(20.0, 1), (20.5, 2)], [(20.0, 1), (20.5, 2), (20.5, 3)], []]
    for table, added in zip(tables, twins):
        for ra, identifier in added:
            for column, value in zip(table, (identifier, ra, 40.0, 1.0, 1.0, 0.0, np.nan)):
                table[column] = np.append(table[column], value)
    return [table | {"ra": table["ra"] + shift} for table in tables]


def crowd_match(folder, name, tables, **extra):
    folder.mkdir()
    error = {"kind": "ellipse", "columns": ["major", "minor", "pa"]}
    prior = [{"column": "mag", "from": "auto", "radius_arcsec": 4, "min_count": 20, "bins": 4}]
    entries = []
    for k, table in enumerate(tables):
        write(folder / f"{'abc'[k]}.parquet", table)
        entries.append(
            entry(folder, "abc"[k], error, **({"completeness": 0.8, "priors": prior} if k else {}))
        )
    entries[2]["area_deg2"] = 0.02
    return match_of(name, 10.0, entries, **extra)


@pytest.fixture(scope="module")
def crowded(tmp_path_factory):
    """The rows of one sky matched as it is, turned by 90 deg, and with the rows of its files in
    another order.
    """
    folder = tmp_path_factory.mktemp("crowded")
    rng = np.random.default_rng(7)
    plain, turned = crowd(np.random.default_rng(6)), crowd(np.random.default_rng(6), shift=90.0)
    shuffled = []
    for table in plain:
        order = rng.permutation(len(table["id"]))
        shuffled.append({column: values[order] for column, values in table.items()})
    rows = {}
    for name, tables in (("plain", plain), ("turned", turned), ("shuffled", shuffled)):
        match = crowd_match(folder / name, name, tables)
        rows[name] = rows_of(Build(folder).build_match(match), match)
    return rows


def test_the_candidates_of_a_primary_share_one_and_p_any_is_a_probability(crowded):
    rows = crowded["plain"]
    assert len(rows["a_id"]) > 800
    for identifier in np.unique(rows["a_id"]):
        own = rows["a_id"] == identifier
        has_candidate = own.sum() > 1 and not rows["all_excluded"][own].any()
        assert rows["p_i"][own].sum() == pytest.approx(float(has_candidate), abs=1e-12)
        assert len(np.unique(rows["p_any"][own])) == 1 and (rows["ncat"][own] == 1).sum() == 1
    for column in ("p_any", "p_i", "dist_post", "p_single"):
        assert (rows[column] >= 0).all() and (rows[column] <= 1).all()


def test_one_more_candidate_in_the_same_place_raises_p_any(crowded):
    rows = crowded["plain"]
    one, two = (rows["p_any"][rows["a_id"] == twin][0] for twin in (1, 2))
    odds = one / (1 - one)
    assert 0 < one < two < 1 and two == pytest.approx(2 * odds / (1 + 2 * odds), abs=1e-12)
    assert rows["p_i"][(rows["a_id"] == 2) & (rows["ncat"] == 2)] == pytest.approx([0.5, 0.5])
    assert rows["match_flag"][(rows["a_id"] == 2) & (rows["ncat"] == 2)].tolist() == [1, 1]


def test_a_turn_of_the_sky_by_90_degrees_changes_nothing(crowded):
    for column, values in crowded["plain"].items():
        np.testing.assert_allclose(
            crowded["turned"][column], values, rtol=1e-9, atol=1e-9, err_msg=column
        )


def test_the_order_of_rows_in_the_files_changes_no_bit(crowded):
    assert crowded["shuffled"].keys() == crowded["plain"].keys()
    for column, values in crowded["plain"].items():
        np.testing.assert_array_equal(crowded["shuffled"][column], values, err_msg=column)


@pytest.mark.parametrize(("density", "kind"), [("global", "random"), ("local", "shifted")])
def test_fakes_lie_in_empty_places_and_change_no_number_of_the_real_rows(
    density, kind, crowded, tmp_path
):
    tables = crowd(np.random.default_rng(6))
    match = crowd_match(
        tmp_path / "faked",
        "faked",
        tables,
        fakes=6,
        fake_shift_arcsec=[25, 90],
        density=density,
        fake_kind=kind,
    )
    sky = Build(tmp_path).build_match(match)
    if density == "global":
        real = crowded["plain"]
    else:
        plain = {**match, "name": "plain", "fakes": 0}
        real = rows_of(Build(tmp_path / "plain").build_match(plain), plain)
    places = sky.rows("select a_id, ra, dec from match.primaries where is_fake")
    assert 60 < len(places["ra"]) < 6 * 62
    at = SkyCoord(places["ra"], places["dec"], unit="deg")
    order = np.argsort(tables[0]["id"])
    sources = SkyCoord(tables[0]["ra"][order], tables[0]["dec"][order], unit="deg")
    assert at[:, None].separation(sources[None, :]).arcsec.min() > 15 - 1e-6
    shift = at.separation(sources[np.searchsorted(tables[0]["id"][order], places["a_id"])]).arcsec
    assert shift.min() > 25 - 1e-6 and shift.max() < 90 + 1e-6 and shift.std() > 10
    # all of one copy by one offset, or each its own way
    assert (len(np.unique(shift.round(4))) <= 6) == (kind == "shifted")
    again = rows_of(sky, match, "not is_fake")
    assert rows_of(sky, match, "is_fake")["ncat"].max() > 1
    for column, values in real.items():
        np.testing.assert_array_equal(again[column], values, err_msg=column)
