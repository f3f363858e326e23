"""Any number of catalogues, their priors, wide errors and motions: every row and number against
brute force.
"""

import re

import astropy.units as u
import matching_reference as reference
import numpy as np
import pytest
from astropy.coordinates import Distance, SkyCoord
from astropy.time import Time
from conftest import Build
from match_tables import CIRCLE, entry, match_of, near, refused, rows_of, write
from scipy.stats import multivariate_normal

SIGMAS_95 = np.sqrt(-2 * np.log(0.05))
COMMENTED_PRIOR = "# lo hi q n, from the spectroscopic sample\n10 14 0.1 0.02   # bright\n\n14 18 0.3 0.1\n 18 20.5 0 0.7\n20.5 22 0.2 0\n"


def same_as_brute_force(sky, match, catalogues, **settings):
    """Compare every row and number of a match with the reference; return its rows in the same
    order, and its histograms.
    """
    expected, histograms = reference.match(catalogues, match["radius_arcsec"], **settings)
    expected.sort(key=lambda row: [-1 if i is None else i for i in row["ids"]])
    names = [catalogue["name"] for catalogue in match["catalogues"]]
    got = rows_of(sky, match)
    ids = list(zip(*(got[f"{name}_id"].tolist() for name in names)))
    assert ids == [tuple(-1 if i is None else i for i in row["ids"]) for row in expected]
    for column in ("ncat", "match_flag", "all_excluded"):
        np.testing.assert_array_equal(
            got[column], [float(row[column]) for row in expected], err_msg=column
        )
    for column in ("log10_prior", "log10_bf", "log10_bf_corrected"):
        np.testing.assert_allclose(
            got[column], [row[column] for row in expected], rtol=0, atol=1e-6, err_msg=column
        )
    for column in histograms:
        np.testing.assert_allclose(
            got[column], [row[column] for row in expected], rtol=1e-8, atol=1e-8, err_msg=column
        )
    np.testing.assert_allclose(
        np.nan_to_num(got["separation_arcsec"]),
        [row["separation_max"] for row in expected],
        rtol=1e-8,
        atol=1e-8,
    )
    for column in ("dist_post", "p_single", "p_any", "p_i"):
        wanted = np.array([row[column] for row in expected], float)
        np.testing.assert_allclose(got[column], wanted, rtol=0, atol=1e-8, err_msg=column)
    for later in range(1, len(names)):
        for earlier in range(later):
            wanted = [row["separations"].get((later, earlier), np.nan) for row in expected]
            np.testing.assert_allclose(
                got[f"separation_{names[later]}_{names[earlier]}"], wanted, rtol=0, atol=1e-8
            )
    return expected, histograms


def test_four_catalogues_are_matched_as_by_brute_force_over_ra_0_and_both_poles(matched, tmp_path):
    """Ellipses at 95 %, circles, sigmas in mas, circles at 90 % in degrees: on the equator, at Dec
    47 and on both poles.
    """
    rng = np.random.default_rng(1)
    ra, dec = (
        np.array([0.0, 210.0, 33.0, 280.0]),
        np.array([0.0, 47.0, 90 - 2 / 3600, -90 + 1 / 3600]),
    )
    places = [near(rng, ra, dec, 10, 25)] + [near(rng, ra, dec, n, 33) for n in (60, 55, 50)]
    places[0][0][0], places[0][1][0] = 360.0, 0.0
    places[0][0][20], places[0][1][20] = 123.0, 90.0
    n1, n2, n3, n4 = (len(place[0]) for place in places)
    major = rng.uniform(0.6, 3, n1)
    minor, angle = major * rng.uniform(0.4, 1, n1), rng.uniform(-180, 360, n1)
    circle, sigmas, wide = (
        rng.uniform(0.4, 1.5, n2),
        rng.uniform(0.4, 2.5, (2, n3)),
        rng.uniform(0.4, 2, n4),
    )
    ids = [rng.permutation(np.arange(n)) + 1000 * k for k, n in enumerate((n1, n2, n3, n4))]
    errors = [
        {"a95": major * SIGMAS_95, "b95": minor * SIGMAS_95, "pa": angle},
        {"err": circle},
        {"e_ra": sigmas[0] * 1000, "e_dec": sigmas[1] * 1000},
        {"e90": wide * np.sqrt(-2 * np.log(0.1)) / 3600},
    ]
    kinds = [
        {"kind": "ellipse", "columns": ["a95", "b95", "pa"], "level": "95 %"},
        CIRCLE,
        {"kind": "sigma_ra_dec", "columns": ["e_ra", "e_dec"], "unit": "mas"},
        {"kind": "circular", "columns": ["e90"], "level": "90 %", "unit": "deg"},
    ]
    areas = [1.0, 0.002, 0.004, 0.003]
    entries, catalogues = [], []
    axes = [(major, minor, angle), (circle,), (sigmas[0], sigmas[1], np.full(n3, 90.0)), (wide,)]
    for k, name in enumerate("abcd"):
        write(
            tmp_path / f"{name}.parquet",
            {"id": ids[k], "ra": places[k][0], "dec": places[k][1], **errors[k]},
        )
        entries.append(entry(tmp_path, name, kinds[k], **({"area_deg2": areas[k]} if k else {})))
        catalogues.append(
            reference.catalogue(
                ids[k], *places[k], *axes[k], area=areas[k], completeness=0.8 ** (1 / 3)
            )
        )
    match = match_of("four", 8.0, entries, completeness=0.8, acceptable_ratio=0.3)
    expected, _ = same_as_brute_force(matched(match), match, catalogues, acceptable_ratio=0.3)
    assert len(expected) > 1500 and {row["ncat"] for row in expected} == {1, 2, 3, 4}
    assert sum(row["log10_bf_corrected"] > row["log10_bf"] for row in expected) > 50
    assert {row["match_flag"] for row in expected} == {0, 1, 2}


def test_sigmas_of_ra_and_dec_are_exchanged_by_nway_and_by_it_alone(matched, tmp_path):
    """sigma_RA 2 arcsec, sigma_Dec 1 arcsec, a point 3 arcsec north and one 3 arcsec east: NWAY has
    10.22 and 9.28.
    """
    write(
        tmp_path / "x.parquet",
        {"id": [1], "ra": [180.0], "dec": [0.0], "e_ra": [2.0], "e_dec": [1.0]},
    )
    write(
        tmp_path / "p.parquet",
        {"id": [1, 2], "ra": [180.0, 180 + 3 / 3600], "dec": [3 / 3600, 0.0], "err": [1e-6, 1e-6]},
    )
    entries = [
        entry(tmp_path, "x", {"kind": "sigma_ra_dec", "columns": ["e_ra", "e_dec"]}),
        entry(tmp_path, "p", area_deg2=1.0),
    ]
    density = multivariate_normal([0, 0], [[4, 0], [0, 1]]).logpdf([[0, 3], [3, 0]]) + np.log(
        4 * np.pi * reference.ARCSEC**2
    )
    for formula, expected, tolerance in (
        ("nway", [10.22, 9.28], 0.005),
        ("exact", density / np.log(10), 1e-6),
    ):
        match = match_of(formula, 10.0, entries, completeness=0.9) | {"formula": formula}
        got = rows_of(matched(match), match, "ncat = 2")["log10_bf"]
        np.testing.assert_allclose(got, expected, rtol=0, atol=tolerance)


def counterparts(rng, n=160, n_field=500):
    """Primaries a minute apart, each with a counterpart whose magnitude is about 17 among a field
    of 12 to 24.
    """
    ra, dec = np.meshgrid(50 + np.arange(n // 10) / 60, 20 + np.arange(10) / 60)
    ra, dec = ra.ravel(), dec.ravel()
    at_ra, at_dec = near(rng, ra, dec, 1, 1.0)
    field_ra, field_dec = rng.uniform(49.9, 50.4, n_field), rng.uniform(19.9, 20.3, n_field)
    mag = np.concatenate([rng.normal(17, 1, n), rng.uniform(12, 24, n_field)])
    return (ra, dec), (np.concatenate([at_ra, field_ra]), np.concatenate([at_dec, field_dec])), mag


def test_priors_from_secure_matches_and_from_a_file_are_those_of_brute_force(matched, tmp_path):
    """Two from the match itself on one catalogue, one from a file on another; values missing, out
    of range and excluded.
    """
    rng = np.random.default_rng(2)
    (ra, dec), (ra2, dec2), mag = counterparts(rng)
    ra3, dec3 = near(rng, ra, dec, 1, 4)
    mag3 = rng.uniform(9, 23, len(ra3))
    mag3[:4] = [22.0, 14.0, 10.0, 20.5]
    # rivals of counterparts, and lonely candidates far off: too bright for any secure source, or
    # brighter than the field
    rival_ra, rival_dec = near(rng, ra[:60], dec[:60], 1, 5.0)
    ra2, dec2, mag = (
        np.append(ra2, rival_ra),
        np.append(dec2, rival_dec),
        np.append(mag, rng.uniform(12, 24, 60)),
    )
    # sources twice seen: their counterparts are secure with each, of different weight
    twin_ra, twin_dec = near(np.random.default_rng(12), ra[60:100], dec[60:100], 1, 1.5)
    ra, dec = np.append(ra, twin_ra), np.append(dec, twin_dec)
    ra, dec = np.append(ra, [55.0, 55.1, 55.2]), np.append(dec, [20.0] * 3)
    ra2, dec2 = (
        np.append(ra2, [55.0, 55.1, 55.2]),
        np.append(dec2, np.array([20.0] * 3) + 2.7 / 3600),
    )
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
    write(
        tmp_path / "b.parquet",
        {
            "id": ids2,
            "ra": ra2,
            "dec": dec2,
            "err": np.full(n2, 0.3),
            "mag": nulls,
            "colour": colour,
        },
    )
    write(
        tmp_path / "c.parquet",
        {"id": ids3, "ra": ra3, "dec": dec3, "err": np.full(n3, 0.4), "w1": mag3},
    )
    match = match_of(
        "priors",
        6.0,
        [
            entry(tmp_path, "a"),
            entry(
                tmp_path,
                "b",
                area_deg2=0.1,
                completeness=0.9,
                priors=[
                    {"column": "mag", "from": "auto"},
                    {
                        "column": "colour",
                        "from": "auto",
                        "radius_arcsec": 1.5,
                        "exclude_radius_arcsec": 4,
                        "bins": 5,
                        "min_count": 50,
                    },
                ],
            ),
            entry(
                tmp_path,
                "c",
                area_deg2=0.1,
                completeness=0.7,
                priors=[{"column": "w1", "from": str(tmp_path / "prior.txt")}],
            ),
        ],
    )
    catalogues = [
        reference.catalogue(ids1, ra, dec, np.full(n1, 0.8)),
        reference.catalogue(
            ids2,
            ra2,
            dec2,
            np.full(n2, 0.3),
            area=0.1,
            completeness=0.9,
            priors=[
                {"name": "bias_b_mag", "values": mag},
                {
                    "name": "bias_b_colour",
                    "values": colour,
                    "auto": {"radius": 1.5, "exclude_radius": 4, "bins": 5},
                },
            ],
        ),
        reference.catalogue(
            ids3,
            ra3,
            dec3,
            np.full(n3, 0.4),
            area=0.1,
            completeness=0.7,
            priors=[
                {
                    "name": "bias_c_w1",
                    "values": mag3,
                    "histogram": ([10, 14, 18, 20.5, 22], [0.1, 0.3, 0, 0.2], [0.02, 0.1, 0.7, 0]),
                },
            ],
        ),
    ]
    sky = matched(match)
    for _number, name in enumerate(("bias_b_mag", "bias_b_colour"), 1):
        _, histograms = reference.match(catalogues, 6.0)
        bins = sky.rows(
            f"select low, high, q, n from match.prior_histograms where name = '{name}' order by bin"
        )
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
    assert all(
        np.isfinite(got[name]).all()
        for name in ("p_single", "p_any", "p_i", "dist_post", "log10_bf")
    )


@pytest.fixture(scope="module")
def extreme_priors(tmp_path_factory):
    """A prior whose two largest secure fluxes a, b have a + (b - a) other than b, the field's too;
    and one without any field.
    """
    folder = tmp_path_factory.mktemp("priors")
    rng = np.random.default_rng(3)
    (ra, dec), (ra2, dec2), mag = counterparts(rng)
    flux = np.minimum(rng.lognormal(0, 1, len(ra2)), 30)
    flux[1], flux[0] = next(
        (a, b) for a, b in rng.uniform([31, 71], [35, 190], (100, 2)).tolist() if a + (b - a) != b
    )
    flux[-1] = flux[0]
    write(
        folder / "a.parquet", {"id": np.arange(160), "ra": ra, "dec": dec, "err": np.full(160, 0.8)}
    )
    write(
        folder / "b.parquet",
        {
            "id": np.arange(len(ra2)),
            "ra": ra2,
            "dec": dec2,
            "err": np.full(len(ra2), 0.3),
            "flux": flux,
        },
    )
    write(
        folder / "c.parquet",
        {
            "id": np.arange(160),
            "ra": ra2[:160],
            "dec": dec2[:160],
            "err": np.full(160, 0.3),
            "mag": mag[:160],
        },
    )
    priors = [
        {"column": column, "from": "auto", "radius_arcsec": 1.5, "min_count": 150}
        for column in ("flux", "mag")
    ]
    others = [
        entry(folder, name, area_deg2=0.1, completeness=0.9, priors=[prior])
        for name, prior in zip("bc", priors)
    ]
    match = match_of("extreme", 3.0, [entry(folder, "a"), *others])
    sky = Build(folder).build_match(match)
    return (
        rows_of(sky, match),
        sky.rows("select name, high, n_matches from match.prior_histograms order by name, bin"),
        flux[0],
    )


def test_the_bins_of_a_prior_reach_its_largest_secure_value_to_the_last_digit(extreme_priors):
    _, bins, largest = extreme_priors
    of_flux = bins["name"] == "bias_b_flux"
    assert bins["high"][of_flux][-1] == largest and bins["n_matches"][of_flux].sum() == 160


def test_a_prior_whose_field_is_empty_excludes_no_counterpart(extreme_priors):
    """Nothing is known of the field, in no bin: the factor is 100, as in a single bin without field
    sources.
    """
    rows, *_ = extreme_priors
    assert not rows["all_excluded"].any()
    np.testing.assert_allclose(rows["bias_c_mag"][rows["c_id"] >= 0], 100)


def test_a_prior_from_too_few_secure_matches_or_from_a_file_with_a_gap_stops_the_build(
    sky, tmp_path
):
    (ra, dec), (ra2, dec2), mag = counterparts(np.random.default_rng(5), n=20)
    write(
        tmp_path / "a.parquet", {"id": np.arange(20), "ra": ra, "dec": dec, "err": np.full(20, 0.8)}
    )
    write(
        tmp_path / "b.parquet",
        {
            "id": np.arange(len(ra2)),
            "ra": ra2,
            "dec": dec2,
            "err": np.full(len(ra2), 0.3),
            "mag": mag,
            "same": np.full(len(mag), 15.0),
        },
    )
    (tmp_path / "gap.txt").write_text(COMMENTED_PRIOR.replace("14 18", "14.5 18"))
    messages = {}
    for name, prior in (
        ("few", {"from": "auto", "min_count": 30}),
        ("gap", {"from": str(tmp_path / "gap.txt")}),
        ("same", {"column": "same", "from": "auto", "min_count": 10}),
    ):
        entries = [
            entry(tmp_path, "a"),
            entry(
                tmp_path, "b", area_deg2=0.1, completeness=0.9, priors=[{"column": "mag", **prior}]
            ),
        ]
        messages[name] = refused(sky, match_of(name, 3.0, entries))
    assert (
        "match few: prior bias_b_mag: 20 sources of secure matches have a mag; 30 are needed (min_count)"
        in messages["few"]
    )
    assert (
        "same is 15.0 in all secure matches, which tells nothing; leave the prior out"
        in messages["same"]
    )
    assert re.search(
        r"b\.priors: \S+gap.txt line \d begins at 14.5, where the bin before it ends at 14; bins are contiguous",
        messages["gap"],
    )


def test_errors_with_wide_wings_give_the_mean_of_the_factors_of_core_and_wings(matched, tmp_path):
    """Mixtures in the first and third catalogue of three: every number is that of brute force, one
    pair by hand.
    """
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
        catalogues.append(
            reference.catalogue(
                ids, at_ra, at_dec, error, area=0.1, completeness=0.9**0.5, mixture=mixture
            )
        )
    match = match_of("wings", 8.0, entries, completeness=0.9, min_prob=1e-4)
    sky = matched(match)
    expected, _ = same_as_brute_force(sky, match, catalogues, min_prob=1e-4)
    row = next(row for row in expected if row["ids"][1] is not None and row["ids"][2] is None)
    sigma, partner = (catalogues[k]["major"][row["members"][k]] for k in (0, 1))
    factor = 0.0
    for share, scale in ((0.9, 1), (0.1, 4)):
        variance = (scale * sigma) ** 2 + partner**2
        factor += (
            share
            * 2
            * reference.ARCSEC**2
            / variance
            * np.exp(-(row["separation_max"] ** 2) / 2 / variance)
        )
    assert row["log10_bf"] == pytest.approx(np.log10(factor), abs=1e-7)


def moved(stars, pmra, pmdec, years):
    """Where stars are after some years, by astropy; at a distance so large that parallax plays no
    part.
    """
    n = len(stars)
    moving = SkyCoord(
        ra=stars.ra,
        dec=stars.dec,
        pm_ra_cosdec=pmra * u.mas / u.yr,
        pm_dec=pmdec * u.mas / u.yr,
        distance=Distance(np.full(n, 1e7) * u.pc),
        obstime=Time(2016.0, format="jyear", scale="tdb"),
        radial_velocity=np.zeros(n) * u.km / u.s,
    )
    return moving.apply_space_motion(dt=np.broadcast_to(years, n) * u.yr)


def test_moving_stars_are_matched_where_they_were_at_the_epoch_of_each_primary(matched, tmp_path):
    """Up to 10 arcsec/yr, over RA 0 and near both poles; a star without motion, or a primary
    without epoch, stays put.
    """
    rng = np.random.default_rng(10)
    ra = np.concatenate([rng.uniform(-0.005, 0.005, 20) % 360, rng.uniform(0, 360, 40)])
    dec = np.concatenate(
        [
            rng.uniform(-80, 80, 40),
            90 - rng.exponential(30, 10) / 3600,
            -90 + rng.exponential(30, 10) / 3600,
        ]
    )
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
    null = (
        [None if s else float(p) for s, p in zip(still, pmra)],
        [None if s else float(p) for s, p in zip(still, pmdec)],
    )
    known = [None if k % 19 == 7 else float(epoch) for k, epoch in enumerate(epochs)]
    write(
        tmp_path / "a.parquet",
        {"id": np.arange(60), "ra": ra, "dec": dec, "err": np.full(60, 1.0), "epoch": known},
    )
    write(
        tmp_path / "b.parquet",
        {
            "id": np.arange(n),
            "ra": stars.ra.deg,
            "dec": stars.dec.deg,
            "err": np.full(n, 0.1),
            "pmra": null[0],
            "pmdec": null[1],
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
        "moving", 5.0, [entry(tmp_path, "a", epoch="epoch"), entry(tmp_path, "b", **motion)]
    )
    rows = rows_of(matched(match), match, "ncat = 2")
    got = {
        (a, b): s
        for a, b, s in zip(rows["a_id"].tolist(), rows["b_id"].tolist(), rows["separation_arcsec"])
    }
    expected = {}
    for k, epoch in enumerate(known):
        at_epoch = stars if epoch is None else moved(stars, pmra, pmdec, epoch - 2016)
        apart = (
            SkyCoord(ra[k], dec[k], unit="deg")
            .separation(SkyCoord(at_epoch.ra, at_epoch.dec))
            .arcsec
        )
        expected |= {(k, int(b)): apart[b] for b in np.flatnonzero(apart < 5)}
    assert (
        got.keys() == expected.keys()
        and len(got) > 100
        and sum(speed[b] > 9000 for _, b in got) > 5
    )
    assert max(abs(got[pair] - expected[pair]) for pair in got) < 1e-5
