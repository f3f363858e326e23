"""The probabilities: against NWAY 4.8's own output, a worked example, and the exact Gaussian."""

import json

import astropy.units as u
import numpy as np
import pyarrow.parquet as pq
import pytest
from mocpy import MOC
from scipy.stats import multivariate_normal

from lynceus.settings import default_match

SIGMA_95 = np.sqrt(-2 * np.log(0.05))  # CSC axes are 95 %, NWAY's are 1 sigma


def columns(path):
    table = pq.read_table(path)
    return {name: table[name].to_numpy(zero_copy_only=False) for name in table.column_names}


def raw_from_parity(folder, xray_file):
    xray, gaia = columns(folder / xray_file), columns(folder / "gaia.parquet")
    major = xray.get("errmaj", xray["pos_err"] if "pos_err" in xray else None)
    return {
        "csc_master": {
            "name": np.array([f"{i:08d}" for i in xray["xray_id"]]),
            "ra": xray["ra"],
            "dec": xray["dec"],
            "err_ellipse_r0": major * SIGMA_95,
            "err_ellipse_r1": xray.get("errmin", major) * SIGMA_95,
            "err_ellipse_ang": xray.get("pa", np.zeros(len(major))),
        },
        "gaia_source": {
            "source_id": gaia["gaia_id"],
            "ra": gaia["ra"],
            "dec": gaia["dec"],
            "ra_error": gaia["pos_err"] * 1000,
            "dec_error": gaia["pos_err"] * 1000,
        },
    }


@pytest.mark.real
@pytest.mark.parametrize("case", ["a_circular", "b_elliptical"])
def test_nway_itself_gives_the_same_rows_flags_and_probabilities(case, real_data, sky):
    folder = real_data / "nway_parity"
    setting = next(c for c in json.loads((folder / "cases.json").read_text()) if c["name"] == case)
    primary, partner = setting["catalogues"]
    sky.write(**raw_from_parity(folder, primary["file"])).build_match(
        default_match(
            radius_arcsec=setting["radius_arcsec"],
            completeness=partner["completeness"],
            gaia={"area_deg2": partner["area_sqdeg"]},
            acceptable_ratio=setting["acceptable_prob"],
            formula="nway",
            density="global",
            fakes=0,
        ),
        "--select",
        "+posteriors",
    )
    ours = sky.rows(
        "select csc_name::bigint as xray_id, coalesce(gaia_source_id, -1) as gaia_id, ncat, match_flag, log10_bf, p_single,"
        " p_any, p_i from match.posteriors inner join match.primaries using (primary_key) order by 1, 2"
    )
    theirs = columns(folder / setting["output"])
    theirs["gaia_id"] = (
        pq.read_table(folder / setting["output"])["gaia_id"].fill_null(-1).to_numpy()
    )
    order = np.lexsort((theirs["gaia_id"], theirs["xray_id"]))
    theirs = {name: values[order] for name, values in theirs.items()}
    assert len(ours["xray_id"]) == setting["rows"]
    for name in ("xray_id", "gaia_id", "ncat", "match_flag"):
        np.testing.assert_array_equal(ours[name], theirs[name], err_msg=name)
    np.testing.assert_allclose(ours["log10_bf"], theirs["dist_bayesfactor"], atol=1e-5)
    np.testing.assert_allclose(ours["p_single"], theirs["p_single"], atol=1e-6)
    np.testing.assert_allclose(ours["p_any"], theirs["p_any"], atol=1e-6)
    np.testing.assert_allclose(ours["p_i"], theirs["p_i"], atol=1e-6)


def one_source(candidates, major=1.0, minor=1.0, angle=0.0, dec=0.0, gaia_sigma=0.1):
    """Raw tables of one X-ray source (1-sigma axes, arcsec) and candidates at (east, north) arcsec
    from it.
    """
    east, north = np.transpose(candidates)
    return {
        "csc_master": {
            "name": ["X"],
            "ra": [180.0],
            "dec": [dec],
            "err_ellipse_r0": [major * SIGMA_95],
            "err_ellipse_r1": [minor * SIGMA_95],
            "err_ellipse_ang": [angle],
        },
        "gaia_source": {
            "source_id": np.arange(len(east)),
            "ra": 180.0 + east / 3600 / np.cos(np.radians(dec)),
            "dec": dec + north / 3600,
            "ra_error": np.full(len(east), gaia_sigma * 1000),
            "dec_error": np.full(len(east), gaia_sigma * 1000),
        },
    }


@pytest.mark.parametrize("formula", ["nway", "exact"])
def test_worked_example_of_two_candidates(formula, sky):
    """sigma 1 and 0.1 arcsec, 60,000 sources on a square degree, completeness 0.9; by hand from
    Salvato et al. 2018.
    """
    sky.write(**one_source([(1.5, 0), (3.0, 0)]))
    sky.build_match(
        default_match(
            gaia={"area_deg2": 3 / 60001}, completeness=0.9, formula=formula, density="global"
        ),
        "--select",
        "+posteriors",
    )
    got = sky.rows(
        "select log10_bf, p_single, p_any, p_i, match_flag from match.posteriors where ncat = 2 order by 1 desc"
    )
    np.testing.assert_allclose(got["log10_bf"], [10.441815035, 8.990583474], atol=1e-8)
    np.testing.assert_allclose(got["p_single"], [0.909554910, 0.262430949], atol=1e-8)
    np.testing.assert_allclose(got["p_any"], 0.912374763, atol=1e-8)
    np.testing.assert_allclose(got["p_i"], [0.965828165, 0.034171835], atol=1e-8)
    assert got["match_flag"].tolist() == [1, 0]


def test_exact_formula_is_the_gaussian_of_both_covariances(sky):
    """Against the density of scipy's bivariate normal, in units of one source per steradian on 4
    pi.
    """
    rng = np.random.default_rng(5)
    offsets = rng.uniform(-6, 6, (40, 2))
    major, minor, angle, sigma = 2.3, 0.7, 35.0, 0.4
    sky.write(**one_source(offsets, major, minor, angle, dec=0.0, gaia_sigma=sigma))
    sky.build_match(default_match(gaia={"area_deg2": 1.0}), "--select", "+posteriors")
    got = sky.rows("select log10_bf from match.posteriors where ncat = 2 order by gaia_source_id")[
        "log10_bf"
    ]
    t = np.radians(angle)
    # rows: unit vectors (east, north) of the axes
    axes = np.array([[np.sin(t), np.cos(t)], [np.cos(t), -np.sin(t)]])
    covariance = axes.T @ np.diag([major**2, minor**2]) @ axes + sigma**2 * np.eye(2)
    arcsec_per_radian = np.degrees(1) * 3600
    density = multivariate_normal([0, 0], covariance).logpdf(offsets) + np.log(
        4 * np.pi * arcsec_per_radian**2
    )
    np.testing.assert_allclose(got, density / np.log(10), atol=1e-6)


def test_published_ellipse_example_of_both_formulas(sky):
    """Axes 2 and 1 arcsec, point-like partner 3 arcsec off: NWAY 10.22 along and 9.28 across, exact
    10.14 and 8.67.
    """
    sky.write(**one_source([(0, 3.0), (3.0, 0)], major=2.0, minor=1.0, angle=0.0, gaia_sigma=1e-6))
    for formula, along, across in (("nway", 10.22, 9.28), ("exact", 10.14, 8.67)):
        sky.build_match(
            default_match(formula=formula, gaia={"area_deg2": 1.0}), "--select", "+posteriors"
        )
        got = sky.rows(
            "select log10_bf from match.posteriors where ncat = 2 order by gaia_source_id"
        )["log10_bf"]
        np.testing.assert_allclose(got, [along, across], atol=0.005)


def test_degenerate_sources_keep_finite_probabilities(sky):
    """No candidate, equal candidates, a hopeless candidate, no error: rows remain, sums hold,
    nothing is NaN.
    """
    names = ["alone", "equal", "hopeless", "no error"]
    sky.write(
        csc_master={
            "name": names,
            "ra": [10.0, 20.0, 30.0, 40.0],
            "dec": [0.0] * 4,
            "err_ellipse_r0": [1.0, 1.0, 0.05, np.nan],
            "err_ellipse_r1": [1.0, 1.0, 0.05, 1.0],
            "err_ellipse_ang": [0.0] * 4,
        },
        gaia_source={
            "source_id": [1, 2, 3, 4],
            "ra": [20.0, 20.0, 30.0, 40.0],
            "dec": [1 / 3600, 1 / 3600, 14.9 / 3600, 1 / 3600],
            "ra_error": [0.1] * 4,
            "dec_error": [0.1] * 4,
        },
    )
    sky.build_match(default_match(gaia={"area_deg2": 1.0}), "--select", "+chosen_counterparts")
    got = sky.rows(
        "select csc_name, ncat, p_any, p_i, match_flag from match.posteriors"
        " inner join (from match.primaries where not is_fake) using (primary_key) order by csc_name, ncat, gaia_source_id"
    )
    rows = list(zip(*(column.tolist() for column in got.values())))
    assert rows[0] == ("alone", 1, 0.0, 0.0, 1)
    assert [row[3:] for row in rows if row[0] == "equal"] == [(0.0, 0), (0.5, 1), (0.5, 1)]
    assert [row[2:] for row in rows if row[0] == "hopeless"] == [(0.0, 0.0, 0), (0.0, 1.0, 1)]
    assert [row[2:] for row in rows if row[0] == "no error"] == [(None, 0.0, 0), (None, None, 0)]
    states = sky.rows(
        "select csc_name, state, is_tie from match.chosen_counterparts order by csc_name"
    )
    assert states["state"].tolist() == [
        "no_candidate",
        "matched",
        "no_confident_match",
        "no_position_error",
    ]
    assert states["is_tie"].tolist()[1] is True


def test_without_an_area_the_density_is_counted_in_the_outer_ring(sky):
    """Three of four candidates lie beyond half the radius: three in two rings of 3/4 of 15 arcsec
    circles.
    """
    sky.write(
        csc_master={
            "name": ["A", "B"],
            "ra": [10.0, 20.0],
            "dec": [0.0, 0.0],
            "err_ellipse_r0": [1.0, 1.0],
            "err_ellipse_r1": [1.0, 1.0],
            "err_ellipse_ang": [0.0, 0.0],
        },
        gaia_source={
            "source_id": [1, 2, 3, 4, 5],
            "ra": [10.0, 10.0, 10.0, 20.0, 30.0],
            "dec": [1 / 3600, 9 / 3600, -14 / 3600, 8 / 3600, 0.0],
        },
    )
    sky.build_match(default_match(), "--select", "+posteriors")
    density = sky.rows(
        "select density_arcmin2, n_sources, log10(completeness) - log10_nu_plus as log10_prior from match.densities"
    )
    per_arcmin2 = 3 / (2 * np.pi * 0.75 * 0.25**2)
    np.testing.assert_allclose(density["density_arcmin2"], per_arcmin2, rtol=1e-12)
    # NWAY adds the option that there is none
    all_sky = per_arcmin2 * 3600 * 41252.96124941928 * 6 / 5
    np.testing.assert_allclose(
        density["log10_prior"], np.log10(0.9) - np.log10(all_sky), rtol=1e-12
    )


def test_a_coverage_moc_gives_the_area_and_the_var_goes_before_it(sky):
    sky.write(**one_source([(1.5, 0), (3.0, 0)]))
    moc = MOC.from_cone(lon=180 * u.deg, lat=0 * u.deg, radius=1 * u.deg, max_depth=14)
    moc.save(sky.raw / "gaia_source_coverage.moc.fits", format="fits")
    sky.build_match(default_match(), "--select", "+densities")
    found = sky.rows("select area_deg2, area_from from match.densities")
    assert found["area_from"].tolist() == ["coverage gaia_source"]
    np.testing.assert_allclose(found["area_deg2"], np.pi, rtol=0.01)
    sky.build_match(default_match(gaia={"area_deg2": 2.5}), "--select", "+densities")
    found = sky.rows("select area_deg2, area_from from match.densities")
    assert found["area_from"].tolist() == ["area_deg2"] and found["area_deg2"].tolist() == [2.5]
