"""Any number of catalogues: against brute force, invariants, priors, fakes, moving stars, odd and bad input."""

import astropy.units as u
import matching_reference as reference
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from astropy.coordinates import Distance, SkyCoord
from astropy.time import Time
from conftest import Build
from scipy.stats import multivariate_normal

SIGMAS_95 = np.sqrt(-2 * np.log(0.05))
CIRCLE = {"kind": "circular", "columns": ["err"]}
COMMENTED_PRIOR = "# lo hi q n, from the spectroscopic sample\n10 14 0.1 0.02   # bright\n\n14 18 0.3 0.1\n 18 20.5 0 0.7\n20.5 22 0.2 0\n"


def write(path, columns):
    """Write a Parquet table; None is NULL, NaN stays NaN."""
    pq.write_table(pa.table({name: pa.array(values) for name, values in columns.items()}), path)


def entry(folder, name, error=None, **extra):
    """Return the settings of a catalogue, whose table is <folder>/<name>.parquet."""
    return {
        "name": name, "table": str(folder / f"{name}.parquet"), "id": "id", "ra": "ra", "dec": "dec",
        "error": error or CIRCLE, **extra,
    }


def match_of(name, radius, catalogues, **extra):
    return {"name": name, "radius_arcsec": radius, "formula": "exact", "density": "global", "catalogues": catalogues, **extra}


def refused(sky, match):
    """Return what the terminal showed of a build that had to stop, on one line."""
    done = sky.match("build", match)
    assert done.returncode != 0
    return " ".join(done.stdout.split())


def rows_of(sky, match, where="true"):
    """Return the posteriors of a match as columns, NULL as NaN (-1 in ids), in the order of the ids."""
    ids = [f"{catalogue['name']}_id" for catalogue in match["catalogues"]]
    order = ", ".join(f"{i} nulls first" for i in ids)
    found = sky.rows(f"select * from {match['name']}.association_posteriors where {where} order by {order}")
    return {
        name: np.ma.filled(values, -1) if name in ids else np.ma.filled(values.astype(float), np.nan) for name, values in found.items()
    }


def near(rng, ra, dec, n, width):
    """Return ra, dec of n sources within so many arcsec of each place."""
    centre = SkyCoord(np.repeat(ra, n), np.repeat(dec, n), unit="deg")
    place = centre.directional_offset_by(rng.uniform(0, 360, len(centre)) * u.deg, width * np.sqrt(rng.random(len(centre))) * u.arcsec)
    return place.ra.deg, place.dec.deg


def same_as_brute_force(sky, match, catalogues, **settings):
    """Compare every row and number of a match with the reference; return its rows in the same order, and its histograms."""
    expected, histograms = reference.match(catalogues, match["radius_arcsec"], **settings)
    expected.sort(key=lambda row: [-1 if i is None else i for i in row["ids"]])
    names = [catalogue["name"] for catalogue in match["catalogues"]]
    got = rows_of(sky, match)
    ids = list(zip(*(got[f"{name}_id"].tolist() for name in names)))
    assert ids == [tuple(-1 if i is None else i for i in row["ids"]) for row in expected]
    for column in ("ncat", "match_flag", "all_excluded"):
        np.testing.assert_array_equal(got[column], [float(row[column]) for row in expected], err_msg=column)
    for column in ("log10_prior", "log10_bf", "log10_bf_corrected"):
        np.testing.assert_allclose(got[column], [row[column] for row in expected], rtol=0, atol=1e-6, err_msg=column)
    for column in (*histograms, "separation_max"):
        np.testing.assert_allclose(got[column], [row[column] for row in expected], rtol=1e-8, atol=1e-8, err_msg=column)
    for column in ("dist_post", "p_single", "p_any", "p_i"):
        wanted = np.array([row[column] for row in expected], float)
        np.testing.assert_allclose(got[column], wanted, rtol=0, atol=1e-8, err_msg=column)
    for later in range(1, len(names)):
        for earlier in range(later):
            wanted = [row["separations"].get((later, earlier), np.nan) for row in expected]
            np.testing.assert_allclose(got[f"separation_{names[later]}_{names[earlier]}"], wanted, rtol=0, atol=1e-8)
    return expected, histograms


def test_four_catalogues_are_matched_as_by_brute_force_over_ra_0_and_both_poles(matched, tmp_path):
    """Ellipses at 95 %, circles, sigmas in mas, circles at 90 % in degrees: on the equator, at Dec 47 and on both poles."""
    rng = np.random.default_rng(1)
    ra, dec = np.array([0.0, 210.0, 33.0, 280.0]), np.array([0.0, 47.0, 90 - 2 / 3600, -90 + 1 / 3600])
    places = [near(rng, ra, dec, 10, 25)] + [near(rng, ra, dec, n, 33) for n in (60, 55, 50)]
    places[0][0][0], places[0][1][0] = 360.0, 0.0
    places[0][0][20], places[0][1][20] = 123.0, 90.0
    n1, n2, n3, n4 = (len(place[0]) for place in places)
    major = rng.uniform(0.6, 3, n1)
    minor, angle = major * rng.uniform(0.4, 1, n1), rng.uniform(-180, 360, n1)
    circle, sigmas, wide = rng.uniform(0.4, 1.5, n2), rng.uniform(0.4, 2.5, (2, n3)), rng.uniform(0.4, 2, n4)
    ids = [rng.permutation(np.arange(n)) + 1000 * k for k, n in enumerate((n1, n2, n3, n4))]
    errors = [
        {"a95": major * SIGMAS_95, "b95": minor * SIGMAS_95, "pa": angle}, {"err": circle},
        {"e_ra": sigmas[0] * 1000, "e_dec": sigmas[1] * 1000}, {"e90": wide * np.sqrt(-2 * np.log(0.1)) / 3600},
    ]
    kinds = [
        {"kind": "ellipse", "columns": ["a95", "b95", "pa"], "level": "95 %"}, CIRCLE,
        {"kind": "sigma_ra_dec", "columns": ["e_ra", "e_dec"], "unit": "mas"},
        {"kind": "circular", "columns": ["e90"], "level": "90 %", "unit": "deg"},
    ]
    areas = [1.0, 0.002, 0.004, 0.003]
    entries, catalogues = [], []
    axes = [(major, minor, angle), (circle,), (sigmas[0], sigmas[1], np.full(n3, 90.0)), (wide,)]
    for k, name in enumerate("abcd"):
        write(tmp_path / f"{name}.parquet", {"id": ids[k], "ra": places[k][0], "dec": places[k][1], **errors[k]})
        entries.append(entry(tmp_path, name, kinds[k], **({"area_deg2": areas[k]} if k else {})))
        catalogues.append(reference.catalogue(ids[k], *places[k], *axes[k], area=areas[k], completeness=0.8 ** (1 / 3)))
    match = match_of("four", 8.0, entries, completeness=0.8, acceptable_ratio=0.3)
    expected, _ = same_as_brute_force(matched(match), match, catalogues, acceptable_ratio=0.3)
    assert len(expected) > 1500 and {row["ncat"] for row in expected} == {1, 2, 3, 4}
    assert sum(row["log10_bf_corrected"] > row["log10_bf"] for row in expected) > 50
    assert {row["match_flag"] for row in expected} == {0, 1, 2}


def test_sigmas_of_ra_and_dec_are_exchanged_by_nway_and_by_it_alone(matched, tmp_path):
    """sigma_RA 2 arcsec, sigma_Dec 1 arcsec, a point 3 arcsec north and one 3 arcsec east: NWAY has 10.22 and 9.28."""
    write(tmp_path / "x.parquet", {"id": [1], "ra": [180.0], "dec": [0.0], "e_ra": [2.0], "e_dec": [1.0]})
    write(tmp_path / "p.parquet", {"id": [1, 2], "ra": [180.0, 180 + 3 / 3600], "dec": [3 / 3600, 0.0], "err": [1e-6, 1e-6]})
    entries = [entry(tmp_path, "x", {"kind": "sigma_ra_dec", "columns": ["e_ra", "e_dec"]}), entry(tmp_path, "p", area_deg2=1.0)]
    density = multivariate_normal([0, 0], [[4, 0], [0, 1]]).logpdf([[0, 3], [3, 0]]) + np.log(4 * np.pi * reference.ARCSEC**2)
    for formula, expected, tolerance in (("nway", [10.22, 9.28], 0.005), ("exact", density / np.log(10), 1e-6)):
        match = match_of(formula, 10.0, entries, completeness=0.9) | {"formula": formula}
        got = rows_of(matched(match), match, "ncat = 2")["log10_bf"]
        np.testing.assert_allclose(got, expected, rtol=0, atol=tolerance)


def counterparts(rng, n=160, n_field=500):
    """Primaries a minute apart, each with a counterpart whose magnitude is about 17 among a field of 12 to 24."""
    ra, dec = np.meshgrid(50 + np.arange(n // 10) / 60, 20 + np.arange(10) / 60)
    ra, dec = ra.ravel(), dec.ravel()
    at_ra, at_dec = near(rng, ra, dec, 1, 1.0)
    field_ra, field_dec = rng.uniform(49.9, 50.4, n_field), rng.uniform(19.9, 20.3, n_field)
    mag = np.concatenate([rng.normal(17, 1, n), rng.uniform(12, 24, n_field)])
    return (ra, dec), (np.concatenate([at_ra, field_ra]), np.concatenate([at_dec, field_dec])), mag


def test_priors_from_secure_matches_and_from_a_file_are_those_of_brute_force(matched, tmp_path):
    """Two from the match itself on one catalogue, one from a file on another; values missing, out of range and excluded."""
    rng = np.random.default_rng(2)
    (ra, dec), (ra2, dec2), mag = counterparts(rng)
    ra3, dec3 = near(rng, ra, dec, 1, 4)
    mag3 = rng.uniform(9, 23, len(ra3))
    mag3[:4] = [22.0, 14.0, 10.0, 20.5]
    # rivals of counterparts, and lonely candidates far off: too bright for any secure source, or brighter than the field
    rival_ra, rival_dec = near(rng, ra[:60], dec[:60], 1, 5.0)
    ra2, dec2, mag = np.append(ra2, rival_ra), np.append(dec2, rival_dec), np.append(mag, rng.uniform(12, 24, 60))
    ra, dec = np.append(ra, [55.0, 55.1, 55.2]), np.append(dec, [20.0] * 3)
    ra2, dec2 = np.append(ra2, [55.0, 55.1, 55.2]), np.append(dec2, np.array([20.0] * 3) + 2.7 / 3600)
    mag = np.append(mag, [12.4, 2.0, 12.5])
    colour = rng.normal(0.8, 0.3, len(mag))
    colour[160:] = rng.normal(1.2, 0.6, len(mag) - 160)
    colour[-3:] = 0.8
    mag[[3, 200, 661]], mag[[4, 201]], colour[[5, 202]] = -99, np.nan, np.nan
    n1, n2, n3 = len(ra), len(ra2), len(ra3)
    ids1, ids2, ids3 = rng.permutation(n1), rng.permutation(n2), rng.permutation(n3)
    nulls = [None if k in (7, 203) else m for k, m in enumerate(mag.tolist())]
    mag[[7, 203]] = np.nan
    (tmp_path / "prior.txt").write_text(COMMENTED_PRIOR)
    write(tmp_path / "a.parquet", {"id": ids1, "ra": ra, "dec": dec, "err": np.full(n1, 0.8)})
    write(tmp_path / "b.parquet", {"id": ids2, "ra": ra2, "dec": dec2, "err": np.full(n2, 0.3), "mag": nulls, "colour": colour})
    write(tmp_path / "c.parquet", {"id": ids3, "ra": ra3, "dec": dec3, "err": np.full(n3, 0.4), "w1": mag3})
    match = match_of("priors", 6.0, [
        entry(tmp_path, "a"),
        entry(tmp_path, "b", area_deg2=0.1, completeness=0.9, priors=[
            {"column": "mag", "from": "auto"},
            {"column": "colour", "from": "auto", "radius_arcsec": 1.5, "exclude_radius_arcsec": 4, "bins": 5, "min_count": 50},
        ]),
        entry(tmp_path, "c", area_deg2=0.1, completeness=0.7, priors=[{"column": "w1", "from": str(tmp_path / "prior.txt")}]),
    ])
    catalogues = [
        reference.catalogue(ids1, ra, dec, np.full(n1, 0.8)),
        reference.catalogue(ids2, ra2, dec2, np.full(n2, 0.3), area=0.1, completeness=0.9, priors=[
            {"name": "bias_b_mag", "values": mag},
            {"name": "bias_b_colour", "values": colour, "auto": {"radius": 1.5, "exclude_radius": 4, "bins": 5}},
        ]),
        reference.catalogue(ids3, ra3, dec3, np.full(n3, 0.4), area=0.1, completeness=0.7, priors=[
            {"name": "bias_c_w1", "values": mag3, "histogram": ([10, 14, 18, 20.5, 22], [0.1, 0.3, 0, 0.2], [0.02, 0.1, 0.7, 0])},
        ]),
    ]
    sky = matched(match)
    for number, name in enumerate(("bias_b_mag", "bias_b_colour"), 1):
        _, histograms = reference.match(catalogues, 6.0)
        bins = sky.rows(f"select low, high, q, n from priors.prior_histograms where name = '{name}' order by bin")
        edges, q, n = histograms[name]
        np.testing.assert_allclose(np.append(bins["low"], bins["high"][-1]), edges, rtol=1e-12)
        np.testing.assert_allclose(bins["q"], q, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(bins["n"], n, rtol=1e-9, atol=1e-12)
    expected, _ = same_as_brute_force(sky, match, catalogues)
    by_id = {row["ids"]: row for row in expected}
    lonely = [by_id[ids1[-3 + k], ids2[-3 + k], None] for k in range(3)]
    assert [row["all_excluded"] for row in lonely] == [True, False, True]
    assert [row["bias_b_mag"] for row in lonely] == [0, 1, 0] and lonely[1]["p_i"] == 1
    assert {0.0, 1.0, 5.0, 3.0, 100.0} <= {round(row["bias_c_w1"], 9) for row in expected}
    got = rows_of(sky, match)
    assert all(np.isfinite(got[name]).all() for name in ("p_single", "p_any", "p_i", "dist_post", "log10_bf"))


@pytest.fixture(scope="module")
def extreme_priors(tmp_path_factory):
    """A prior whose two largest secure fluxes a, b have a + (b - a) other than b, the field's too; and one without any field."""
    folder = tmp_path_factory.mktemp("priors")
    rng = np.random.default_rng(3)
    (ra, dec), (ra2, dec2), mag = counterparts(rng)
    flux = np.minimum(rng.lognormal(0, 1, len(ra2)), 30)
    flux[1], flux[0] = next((a, b) for a, b in rng.uniform([31, 71], [35, 190], (100, 2)).tolist() if a + (b - a) != b)
    flux[-1] = flux[0]
    write(folder / "a.parquet", {"id": np.arange(160), "ra": ra, "dec": dec, "err": np.full(160, 0.8)})
    write(folder / "b.parquet", {"id": np.arange(len(ra2)), "ra": ra2, "dec": dec2, "err": np.full(len(ra2), 0.3), "flux": flux})
    write(folder / "c.parquet", {"id": np.arange(160), "ra": ra2[:160], "dec": dec2[:160], "err": np.full(160, 0.3), "mag": mag[:160]})
    priors = [{"column": column, "from": "auto", "radius_arcsec": 1.5, "min_count": 150} for column in ("flux", "mag")]
    others = [entry(folder, name, area_deg2=0.1, completeness=0.9, priors=[prior]) for name, prior in zip("bc", priors)]
    match = match_of("extreme", 3.0, [entry(folder, "a"), *others])
    sky = Build(folder).build_match(match)
    return rows_of(sky, match), sky.rows("select name, high, n_matches from extreme.prior_histograms order by name, bin"), flux[0]


def test_the_bins_of_a_prior_reach_its_largest_secure_value_to_the_last_digit(extreme_priors):
    _, bins, largest = extreme_priors
    of_flux = bins["name"] == "bias_b_flux"
    assert bins["high"][of_flux][-1] == largest and bins["n_matches"][of_flux].sum() == 160


def test_a_prior_whose_field_is_empty_excludes_no_counterpart(extreme_priors):
    """Nothing is known of the field, in no bin: the factor is 100, as in a single bin without field sources."""
    rows, *_ = extreme_priors
    assert not rows["all_excluded"].any()
    np.testing.assert_allclose(rows["bias_c_mag"][rows["c_id"] >= 0], 100)


def test_a_prior_from_too_few_secure_matches_or_from_a_file_with_a_gap_stops_the_build(sky, tmp_path):
    (ra, dec), (ra2, dec2), mag = counterparts(np.random.default_rng(5), n=20)
    write(tmp_path / "a.parquet", {"id": np.arange(20), "ra": ra, "dec": dec, "err": np.full(20, 0.8)})
    write(tmp_path / "b.parquet", {"id": np.arange(len(ra2)), "ra": ra2, "dec": dec2, "err": np.full(len(ra2), 0.3), "mag": mag})
    (tmp_path / "gap.txt").write_text(COMMENTED_PRIOR.replace("14 18", "14.5 18"))
    messages = {}
    for name, prior in (("few", {"from": "auto", "min_count": 30}), ("gap", {"from": str(tmp_path / "gap.txt")})):
        entries = [entry(tmp_path, "a"), entry(tmp_path, "b", area_deg2=0.1, completeness=0.9, priors=[{"column": "mag", **prior}])]
        messages[name] = refused(sky, match_of(name, 3.0, entries))
    assert "match few: prior bias_b_mag: 20 sources of secure matches have a mag; 30 are needed (min_count)" in messages["few"]
    assert "prior bias_b_mag: " in messages["gap"] and "gap.txt needs four numbers a line, its bins contiguous" in messages["gap"]


def crowd(rng, shift=0.0):
    """Three catalogues at Dec 40, and two twins, with right ascensions that keep their digits when 90 deg are added."""
    ra, dec = 10 + rng.uniform(0, 0.15, 60), 40 + rng.uniform(0, 0.15, 60)
    places = [(ra, dec), near(rng, ra, dec, 3, 8), near(rng, ra, dec, 2, 8)]
    places[1] = [np.append(at, start + rng.uniform(0, 0.15, 900)) for at, start in zip(places[1], (10, 40))]
    places = [(np.round(ra * 2**28) / 2**28, dec) for ra, dec in places]
    tables = []
    for k, (ra, dec) in enumerate(places):
        n = len(ra)
        major = rng.uniform(0.4, 1.5, n)
        tables.append({
            "id": rng.permutation(n) + 10, "ra": ra, "dec": dec, "major": major, "minor": major * rng.uniform(0.5, 1, n),
            "pa": rng.uniform(0, 180, n), "mag": np.where(rng.random(n) < 0.1, np.nan, rng.normal(18 + k, 2, n)),
        })
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
        entries.append(entry(folder, "abc"[k], error, **({"completeness": 0.8, "priors": prior} if k else {})))
    entries[2]["area_deg2"] = 0.02
    return match_of(name, 10.0, entries, **extra)


@pytest.fixture(scope="module")
def crowded(tmp_path_factory):
    """The rows of one sky matched as it is, turned by 90 deg, and with the rows of its files in another order."""
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
        np.testing.assert_allclose(crowded["turned"][column], values, rtol=1e-9, atol=1e-9, err_msg=column)


def test_the_order_of_rows_in_the_files_changes_no_bit(crowded):
    assert crowded["shuffled"].keys() == crowded["plain"].keys()
    for column, values in crowded["plain"].items():
        np.testing.assert_array_equal(crowded["shuffled"][column], values, err_msg=column)


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
    write(folder / "b.parquet", {
        "id": [10 * k + i for k, i, _, _ in b] + list(range(1000, 1300)), "ra": [ra[k] for k, *_ in b] + many[0].tolist(),
        "dec": [dec[k] + north * arcsec for k, _, north, _ in b] + many[1].tolist(), "err": [e for *_, e in b] + [0.5] * 300,
    })
    c = [(2, 0, 0.0, 300.0, 300.0), (3, 0, 0.0, 1e6, 1e6), (10, 0, 1.0, 300.0, None), (10, 1, 2.0, 300.0, 300.0), (6, 0, 1.0, 300.0, 300.0)]
    c += [(11, 0, 1.0, None, None), (11, 1, 2.0, 300.0, 300.0)]
    write(folder / "c.parquet", {
        "id": [10 * k + i for k, i, *_ in c], "ra": [ra[k] for k, *_ in c], "dec": [dec[k] + north * arcsec for k, _, north, *_ in c],
        "e_ra": [e[-2] for e in c], "e_dec": [e[-1] for e in c],
    })
    c_error = {"kind": "sigma_ra_dec", "columns": ["e_ra", "e_dec"], "unit": "mas", "floor_arcsec": 0.01}
    match = match_of("odd", 10.0, [
        entry(folder, "a"), entry(folder, "b", area_deg2=1.0, completeness=0.9), entry(folder, "c", c_error, area_deg2=1.0, completeness=0.9),
    ])
    return rows_of(Build(folder).build_match(match), match)


def of(rows, primary, *columns):
    """Return the rows of one primary, as tuples of columns."""
    own = rows["a_id"] == primary
    return list(zip(*(rows[column][own].tolist() for column in columns)))


def test_odd_input_gives_finite_numbers(odd):
    known = odd["a_id"] != 5
    for column in ("log10_prior", "log10_bf", "log10_bf_corrected", "dist_post", "p_single", "p_i", "separation_max", "match_flag"):
        assert np.isfinite(odd[column]).all(), column
    assert np.isfinite(odd["p_any"][known]).all()
    # two candidates over each other, and a third catalogue there too
    assert len(of(odd, 2, "a_id")) == 6 and sum(p for p, in of(odd, 2, "p_i")) == pytest.approx(1)
    assert 0 < of(odd, 3, "p_any")[0][0] < 0.2
    assert len(of(odd, 4, "a_id")) == 301 and sum(p for p, in of(odd, 4, "p_i")) == pytest.approx(1)
    assert of(odd, 9, "match_flag", "p_any", "p_i")[1] == (1, pytest.approx(0, abs=1e-9), 1)


def test_a_primary_without_candidates_is_kept_as_unmatched(odd):
    assert of(odd, 1, "ncat", "p_any", "p_i", "match_flag", "all_excluded") == [(1, 0, 0, 1, 0)]


def test_a_primary_without_an_error_keeps_its_row_and_has_no_p_any(odd):
    row, = of(odd, 5, "ncat", "p_any", "p_i", "b_id")
    assert row[0] == 1 and np.isnan(row[1]) and row[2:] == (0, -1)


def test_a_source_without_an_error_takes_no_part(odd):
    assert {b for b, in of(odd, 6, "b_id")} == {-1, 61}


def test_a_source_without_errors_takes_no_part_where_errors_have_a_floor(odd):
    assert {c for c, in of(odd, 11, "c_id")} == {-1, 111}


def test_a_source_with_one_sigma_of_two_takes_no_part(odd):
    assert {c for c, in of(odd, 10, "c_id")} == {-1, 101}


def test_a_single_primary_with_an_empty_outer_ring_and_an_empty_catalogue_has_finite_probabilities(matched, tmp_path):
    """Densities are local and no area is given; the id is a text, and RA 0 lies between the two."""
    write(tmp_path / "a.parquet", {"id": ["only"], "ra": [359.9999], "dec": [0.0], "err": [1.0]})
    write(tmp_path / "b.parquet", {"id": [7], "ra": [0.0], "dec": [0.0], "err": [0.5]})
    write(tmp_path / "c.parquet", {"id": pa.array([], pa.int64()), **{name: pa.array([], pa.float64()) for name in ("ra", "dec", "err")}})
    match = match_of("lonely", 5.0, [entry(tmp_path, name) for name in "abc"], completeness=0.9, density="local")
    rows = rows_of(matched(match), match)
    assert rows["a_id"].tolist() == ["only"] * 2 and rows["b_id"].tolist() == [-1, 7] and rows["match_flag"].tolist() == [0, 1]
    for column in ("log10_prior", "log10_bf", "dist_post", "p_any", "p_i", "p_single"):
        assert np.isfinite(rows[column]).all(), column
    assert 0 < rows["p_any"][0] < 1


def test_errors_with_wide_wings_give_the_mean_of_the_factors_of_core_and_wings(matched, tmp_path):
    """Mixtures in the first and third catalogue of three: every number is that of brute force, one pair by hand."""
    rng = np.random.default_rng(9)
    ra, dec = 100 + rng.uniform(0, 0.1, 15), -60 + rng.uniform(0, 0.1, 15)
    places = [(ra, dec), near(rng, ra, dec, 2, 6), near(rng, ra, dec, 2, 6)]
    mixtures = [{"share": 0.1, "scale": 4.0}, None, {"share": 0.3, "scale": 2.5}]
    entries, catalogues = [], []
    for k, (at_ra, at_dec) in enumerate(places):
        name, error, ids = "abc"[k], rng.uniform(0.5, 1, len(at_ra)), rng.permutation(len(at_ra))
        write(tmp_path / f"{name}.parquet", {"id": ids, "ra": at_ra, "dec": at_dec, "err": error})
        extra = {"mixture": mixtures[k]} if mixtures[k] else {}
        entries.append(entry(tmp_path, name, **extra, **({"area_deg2": 0.1} if k else {})))
        mixture = tuple(mixtures[k].values()) if mixtures[k] else None
        catalogues.append(reference.catalogue(ids, at_ra, at_dec, error, area=0.1, completeness=0.9**0.5, mixture=mixture))
    match = match_of("wings", 8.0, entries, completeness=0.9, min_prob=1e-4)
    sky = matched(match)
    expected, _ = same_as_brute_force(sky, match, catalogues, min_prob=1e-4)
    row = next(row for row in expected if row["ids"][1] is not None and row["ids"][2] is None)
    sigma, partner = (catalogues[k]["major"][row["members"][k]] for k in (0, 1))
    factor = 0.0
    for share, scale in ((0.9, 1), (0.1, 4)):
        variance = (scale * sigma) ** 2 + partner**2
        factor += share * 2 * reference.ARCSEC**2 / variance * np.exp(-(row["separation_max"] ** 2) / 2 / variance)
    assert row["log10_bf"] == pytest.approx(np.log10(factor), abs=1e-7)


def moved(stars, pmra, pmdec, years):
    """Where stars are after some years, by astropy; at a distance so large that parallax plays no part."""
    n = len(stars)
    moving = SkyCoord(
        ra=stars.ra, dec=stars.dec, pm_ra_cosdec=pmra * u.mas / u.yr, pm_dec=pmdec * u.mas / u.yr, distance=Distance(np.full(n, 1e7) * u.pc),
        obstime=Time(2016.0, format="jyear", scale="tdb"), radial_velocity=np.zeros(n) * u.km / u.s,
    )
    return moving.apply_space_motion(dt=np.broadcast_to(years, n) * u.yr)


def test_moving_stars_are_matched_where_they_were_at_the_epoch_of_each_primary(matched, tmp_path):
    """Up to 10 arcsec/yr, over RA 0 and near both poles; a star without motion, or a primary without epoch, stays put."""
    rng = np.random.default_rng(10)
    ra = np.concatenate([rng.uniform(-0.005, 0.005, 20) % 360, rng.uniform(0, 360, 40)])
    dec = np.concatenate([rng.uniform(-80, 80, 40), 90 - rng.exponential(30, 10) / 3600, -90 + rng.exponential(30, 10) / 3600])
    epochs = rng.uniform(1998, 2022, 60)
    at_ra, at_dec = near(rng, ra, dec, 4, 7)
    around, n = np.repeat(np.arange(60), 4), 240
    speed = np.where(rng.random(n) < 0.4, rng.uniform(300, 10400, n), rng.exponential(20, n))
    speed[::20] = 10000.0
    direction = rng.uniform(0, 2 * np.pi, n)
    pmra, pmdec = speed * np.sin(direction), speed * np.cos(direction)
    still = np.arange(n) % 17 == 5
    pmra[still] = pmdec[still] = 0
    stars = moved(SkyCoord(at_ra, at_dec, unit="deg"), pmra, pmdec, 2016 - epochs[around])
    stars = SkyCoord(stars.ra, stars.dec)
    null = [None if s else float(p) for s, p in zip(still, pmra)], [None if s else float(p) for s, p in zip(still, pmdec)]
    known = [None if k % 19 == 7 else float(epoch) for k, epoch in enumerate(epochs)]
    write(tmp_path / "a.parquet", {"id": np.arange(60), "ra": ra, "dec": dec, "err": np.full(60, 1.0), "epoch": known})
    write(tmp_path / "b.parquet", {
        "id": np.arange(n), "ra": stars.ra.deg, "dec": stars.dec.deg, "err": np.full(n, 0.1), "pmra": null[0], "pmdec": null[1],
    })
    motion = {"epoch": 2016.0, "pmra": "pmra", "pmdec": "pmdec", "area_deg2": 1.0, "completeness": 0.9}
    match = match_of("moving", 5.0, [entry(tmp_path, "a", epoch="epoch"), entry(tmp_path, "b", **motion)])
    rows = rows_of(matched(match), match, "ncat = 2")
    got = {(a, b): s for a, b, s in zip(rows["a_id"].tolist(), rows["b_id"].tolist(), rows["separation_b_a"])}
    expected = {}
    for k, epoch in enumerate(known):
        at_epoch = stars if epoch is None else moved(stars, pmra, pmdec, epoch - 2016)
        apart = SkyCoord(ra[k], dec[k], unit="deg").separation(SkyCoord(at_epoch.ra, at_epoch.dec)).arcsec
        expected |= {(k, int(b)): apart[b] for b in np.flatnonzero(apart < 5)}
    assert got.keys() == expected.keys() and len(got) > 100 and sum(speed[b] > 9000 for _, b in got) > 5
    assert max(abs(got[pair] - expected[pair]) for pair in got) < 1e-5


def test_an_error_or_a_motion_that_is_nan_counts_as_missing(matched, tmp_path):
    """As NumPy writes what is missing: the primary keeps its row, the source takes no part, the star stays where it is."""
    nan = float("nan")
    write(tmp_path / "a.parquet", {"id": [1, 2], "ra": [10.0, 20.0], "dec": [0.0, 0.0], "err": [1.0, nan], "epoch": [2001.0, nan]})
    write(tmp_path / "b.parquet", {
        "id": [7, 8, 9], "ra": [10.0, 10.0, 20.0], "dec": [1 / 3600, 2 / 3600, 0.0], "err": [0.5, nan, 0.5],
        "pmra": [nan] * 3, "pmdec": [nan] * 3,
    })
    motion = {"epoch": 2016.0, "pmra": "pmra", "pmdec": "pmdec", "area_deg2": 1.0, "completeness": 0.9}
    match = match_of("nans", 5.0, [entry(tmp_path, "a", epoch="epoch"), entry(tmp_path, "b", **motion)])
    rows = rows_of(matched(match), match)
    assert list(zip(rows["a_id"].tolist(), rows["b_id"].tolist())) == [(1, -1), (1, 7), (2, -1)]
    np.testing.assert_allclose(rows["separation_b_a"][1], 1.0, atol=1e-6)
    assert np.isfinite(rows["p_any"]).tolist() == [True, True, False]


@pytest.mark.parametrize(("density", "kind"), [("global", "random"), ("local", "shifted")])
def test_fakes_lie_in_empty_places_and_change_no_number_of_the_real_rows(density, kind, crowded, tmp_path):
    tables = crowd(np.random.default_rng(6))
    match = crowd_match(tmp_path / "faked", "faked", tables, fakes=6, fake_shift_arcsec=[25, 90], density=density, fake_kind=kind)
    sky = Build(tmp_path).build_match(match)
    if density == "global":
        real = crowded["plain"]
    else:
        plain = {**match, "name": "plain", "fakes": 0}
        real = rows_of(Build(tmp_path).build_match(plain), plain)
    places = sky.rows("select a_id, ra, dec from faked.matching_primaries where is_fake")
    assert 150 < len(places["ra"]) < 6 * 62
    at = SkyCoord(places["ra"], places["dec"], unit="deg")
    order = np.argsort(tables[0]["id"])
    sources = SkyCoord(tables[0]["ra"][order], tables[0]["dec"][order], unit="deg")
    assert at[:, None].separation(sources[None, :]).arcsec.min() > 20 - 1e-6
    shift = at.separation(sources[np.searchsorted(tables[0]["id"][order], places["a_id"])]).arcsec
    assert shift.min() > 25 - 1e-6 and shift.max() < 90 + 1e-6 and shift.std() > 10
    # all of one copy by one offset, or each its own way
    assert (len(np.unique(shift.round(4))) <= 6) == (kind == "shifted")
    again = rows_of(sky, match, "not is_fake")
    assert rows_of(sky, match, "is_fake")["ncat"].max() > 1
    for column, values in real.items():
        np.testing.assert_array_equal(again[column], values, err_msg=column)


def test_every_wrong_setting_is_named_in_one_message(sky, tmp_path):
    error = {"kind": "sigma_ra_dec", "columns": ["e_ra", "e_dec"], "level": "95 %"}
    match = match_of("wrong", 0, [
        entry(tmp_path, "a", colour="red"),
        entry(tmp_path, "b", error, area_deg2=1.0, coverage="gaia_source", pmra="pmra"),
        entry(tmp_path, "b", CIRCLE | {"columns": ["err", "err2"]}, area_deg2=-1, priors=[{"column": "mag", "from": "auto", "bin": 3}]),
    ], fake_shift_arcsec=[90])
    message = refused(sky, match)
    for part in (
        "match.radius_arcsec: 0, must be a number above 0", "match.catalogues[1].colour: no such key",
        "match.catalogues[2]: either area_deg2 or coverage, not both", "match.catalogues[2].error.level: 95 %",
        "match.catalogues[2]: pmra and pmdec belong together", "match.catalogues[3].error.columns: 2 columns, a circular error has 1",
        "match.catalogues[3].area_deg2: -1", "match.catalogues[3].priors[1].bin: no such key", "match.catalogues: two are called b",
        "match.completeness: is missing",
    ):
        assert part in message, part
    assert "match.fake_shift_arcsec" in message


def test_columns_that_are_absent_and_rows_that_cannot_be_matched_are_named_in_one_message(sky, tmp_path):
    good = {"dec": [0.0] * 5, "err": [1.0] * 5}
    write(tmp_path / "a.parquet", {"id": [1, 2, 2, 3, 3], "ra": [1.0, 2, 3, 4, 5], **good})
    # NaN alone, which the file's statistics leave out
    write(tmp_path / "b.parquet", {"id": [5, 4, 3, 2, 1], "ra": [400.0, 2, 3, -1, 400], **good, "dec": [0.0, np.nan, 0, 0, 0], "mag": [1.0] * 5})
    write(tmp_path / "c.parquet", {"id": list("vwxyz"), "ra": [1.0] * 5, "dec": [0.0] * 5, "err": [0.0, -1, 0, 0, 1]})
    rest = {"area_deg2": 1.0, "completeness": 0.9}
    match = match_of("rows", 5.0, [
        entry(tmp_path, "a"), entry(tmp_path, "b", **rest), entry(tmp_path, "c", **rest),
        entry(tmp_path, "b", **rest, priors=[{"column": "magg", "from": "auto"}]) | {"name": "d", "ra": "raa"},
    ])
    message = refused(sky, match)
    for part in (
        f"a, {tmp_path / 'a.parquet'}: id: 4 rows share an id (2, 3)",
        f"b, {tmp_path / 'b.parquet'}: ra: 3 rows without a value or outside 0 to 360 deg (1, 2, 5)",
        f"b, {tmp_path / 'b.parquet'}: dec: 1 rows without a value or outside -90 to 90 deg (4)",
        f"c, {tmp_path / 'c.parquet'}: err: 4 rows with an error that is not positive (v, w, x, ...)",
        f"d.ra: {tmp_path / 'b.parquet'} has no column raa", f"d.priors: {tmp_path / 'b.parquet'} has no column magg",
    ):
        assert part in message, part


def test_files_that_are_absent_and_the_name_of_the_database_are_refused(sky, tmp_path):
    write(tmp_path / "a.parquet", {"id": np.arange(2), "ra": [1.0, 2.0], "dec": [0.0, 0.0], "err": [1.0, 1.0]})
    missing = entry(tmp_path, "b", completeness=0.9, priors=[{"column": "mag", "from": str(tmp_path / "bins.txt")}])
    message = refused(sky, match_of("absent", 3.0, [entry(tmp_path, "a"), missing]))
    assert f"b.table: there is no file {tmp_path / 'b.parquet'}" in message
    assert f"b.priors: there is no file {tmp_path / 'bins.txt'}" in message
    message = refused(sky, match_of("lynceus", 3.0, [entry(tmp_path, "a"), missing]))
    assert "match.name: lynceus, is a schema of the catalogue or the name of the database" in message


def test_a_catalogue_without_sources_and_without_an_area_leaves_every_primary_unmatched(sky, tmp_path):
    write(tmp_path / "a.parquet", {"id": np.arange(2), "ra": [1.0, 2.0], "dec": [0.0, 0.0], "err": [1.0, 1.0]})
    nothing = np.array([], float)
    write(tmp_path / "b.parquet", {"id": np.array([], int), "ra": nothing, "dec": nothing, "err": nothing})
    match = match_of("alone", 3.0, [entry(tmp_path, "a"), entry(tmp_path, "b", completeness=0.9)])
    rows = rows_of(Build(tmp_path / "sky").build_match(match), match)
    assert rows["p_any"].tolist() == [0, 0] and rows["match_flag"].tolist() == [1, 1]
