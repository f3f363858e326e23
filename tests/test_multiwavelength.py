"""Counterparts in five surveys: against brute force, on a simulated sky, and against published
magnitudes.
"""

import astropy.units as u
import numpy as np
import pytest
from astropy.coordinates import search_around_sky
from conftest import Build
from test_candidates import random_sky

from lynceus.inputs.simulated import simulate_sky
from lynceus.studies.published_tables import assemble

RADIUS = 10.0
BANDS = ("gmag", "bpmag", "rpmag", "jmag", "hmag", "kmag", "w1mag", "w2mag", "w3mag")
CANDIDATES = "from sources.multiwavelength_candidates"


def test_the_nearest_source_is_that_of_brute_force_on_poles_and_meridian(sky):
    rng = np.random.default_rng(17)
    xray, infrared = random_sky(rng)
    infrared = infrared[rng.random(len(infrared)) < 0.5]  # so that some X-ray sources have none
    n, r0, sigma = (
        len(infrared),
        rng.uniform(0.5, 6, len(xray)),
        rng.uniform(0.05, 1, len(infrared)),
    )
    names = np.array([f"T{i:05d}" for i in range(n)])
    sky.write(
        csc_master={
            "name": np.array([f"X{i:04d}" for i in range(len(xray))]),
            "ra": xray.ra.deg,
            "dec": xray.dec.deg,
            "err_ellipse_r0": r0,
            "err_ellipse_r1": r0,
            "err_ellipse_ang": np.zeros(len(xray)),
        },
        gaia_source={"source_id": [1], "ra": [10.0], "dec": [10.0]},
        twomass={
            "designation": names,
            "ra": infrared.ra.deg,
            "dec": infrared.dec.deg,
            "err_maj": sigma,
        },
    ).build("--select", "+survey_counterparts", "--exclude-resource-types", "unit_test")

    i, j, separation, _ = search_around_sky(xray, infrared, RADIUS * u.arcsec)
    expected = {}
    for k in np.unique(i):
        nearest = np.argmin(np.where(i == k, separation.arcsec, np.inf))
        combined = np.hypot(r0[k], 2 * sigma[j[nearest]])
        expected[f"X{k:04d}"] = (
            names[j[nearest]],
            separation[nearest].arcsec,
            combined,
            np.sum(i == k),
        )
    got = sky.rows(
        "select * from sources.survey_counterparts where survey = 'twomass' order by csc_name"
    )
    assert got["csc_name"].tolist() == sorted(expected) and 200 < len(expected) < len(xray)
    designation, distance, combined, number = (
        np.array(column) for column in zip(*(expected[name] for name in sorted(expected)))
    )
    assert got["twomass_designation"].tolist() == designation.tolist()
    np.testing.assert_allclose(got["separation_arcsec"], distance, atol=1e-6)
    np.testing.assert_allclose(got["combined_2sigma_arcsec"], combined)
    np.testing.assert_array_equal(got["n_within_radius"], number)
    np.testing.assert_array_equal(got["is_counterpart"], distance <= combined)
    density = number / (np.pi * RADIUS**2)  # Yang et al. 2022, Appendix C
    np.testing.assert_allclose(
        got["chance_probability"], 1 - np.exp(-density * np.pi * combined**2), rtol=1e-9
    )


def test_the_semi_major_axis_is_that_of_the_covariance_matrix(sky):
    a, b, c = np.array([0.3, 0.1, 0.2]), np.array([0.1, 0.3, 0.2]), np.array([0.1, -0.15, 0.0])
    position = {"ra": [1.0, 2.0, 3.0], "dec": [0.0, 0.0, 0.0]}
    sky.write(
        csc_master={"name": ["X"], "ra": [10.0], "dec": [10.0], "err_ellipse_r0": [1.0]},
        gaia_source={"source_id": [1], "ra": [10.0], "dec": [10.0]},
        allwise={
            "designation": ["1", "2", "3"],
            **position,
            "sigra": a,
            "sigdec": b,
            "sigradec": c,
        },
    ).build("--select", "+survey_photometry")
    covariance = np.stack([[a**2, c * abs(c)], [c * abs(c), b**2]]).transpose(2, 0, 1)
    got = sky.rows(
        "select pos_err_arcsec from sources.survey_photometry where survey = 'allwise' order by ra"
    )["pos_err_arcsec"]
    np.testing.assert_allclose(got, np.sqrt(np.linalg.eigvalsh(covariance)[:, -1]))


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    """A simulated sky with counterparts chosen by the posteriors of the Chandra-Gaia match."""
    sky = Build(tmp_path_factory.mktemp("simulated"))
    simulate_sky(sky.raw, sources=800, pointings=20, seed=2, preset="kind")
    models = ["+multiwavelength", "+multiwavelength_candidates", "stg_truth"]
    return sky.build(
        "--select",
        *models,
        "--exclude-resource-types",
        "unit_test",
        variables={"class_counterparts": "posterior"},
    )


def test_posteriors_choose_the_gaia_source_and_its_place_the_infrared_ones(simulated):
    got = simulated.rows("""
        select
            count(*) as n,
            avg((m.gaia_source_id = t.gaia_source_id)::int) filter (m.gaia_source_id is not null and t.gaia_source_id is not null) as gaia,
            avg((n.gaia_source_id = t.gaia_source_id)::int) filter (n.gaia_source_id is not null and t.gaia_source_id is not null) as gaia_nearest,
            avg((m.twomass_designation = t.twomass_designation)::int)
                filter (m.twomass_designation is not null and t.twomass_designation is not null) as twomass,
            count(*) filter (m.gaia_source_id is not null) = (
                select count(distinct primary_key) from match.posteriors where not is_fake and p_any > 0.5 and gaia_source_id is not null
            ) as all_likely_ones
        from sources.multiwavelength as m
        inner join sources.nearest_choices as n using (csc_name)
        inner join staging.stg_truth as t using (csc_name)
    """)
    assert got["n"][0] > 700 and got["all_likely_ones"][0]
    assert (
        got["gaia"][0] > 0.9
        and got["gaia"][0] >= got["gaia_nearest"][0] - 0.01
        and got["twomass"][0] > 0.95
    )


def test_infrared_sources_at_gaia_candidates_are_those_of_the_same_star(simulated):
    got = simulated.rows("""
        select
            count(t.twomass_designation) as n,
            count(*) filter (g.twomass_designation = t.twomass_designation) as found,
            count(*) filter (g.twomass_designation <> t.twomass_designation) as wrong
        from sources.gaia_infrared as g
        inner join staging.stg_truth as t using (gaia_source_id)
    """)
    n, found, wrong = (int(values[0]) for values in got.values())
    assert n > 100 and found > 0.75 * n and wrong < 0.02 * n  # 2 sigma along each axis hold 86 %


def test_cases_are_the_likely_candidates_and_none_and_their_weights_follow_the_posteriors(
    simulated,
):
    rows = simulated.rows(
        f"select count(*) filter (gaia_source_id is null) as n_none, min(folded_weight) as low, max(folded_weight) as high {CANDIDATES}"
    )
    assert (
        rows["n_none"][0]
        == simulated.rows("select count(*) as n from sources.multiwavelength")["n"][0]
    )
    assert rows["low"][0] == 0 and 0 < rows["high"][0] < 0.5
    weights = simulated.rows(
        f"select p_any, p_i, weight, folded_weight {CANDIDATES} where gaia_source_id is not null"
    )
    np.testing.assert_allclose(
        weights["weight"] * (1 - weights["folded_weight"]),
        weights["p_any"] * weights["p_i"],
        rtol=1e-9,
    )
    assert (weights["p_any"] * weights["p_i"]).min() >= 0.01
    shared = simulated.rows(f"""
        select count(*) as n {CANDIDATES} as a inner join sources.multiwavelength_candidates as b using (csc_name, twomass_designation)
        where a.gaia_source_id is null and b.gaia_source_id is not null
    """)
    assert shared["n"][0] == 0


@pytest.mark.real
def test_magnitudes_of_the_published_training_set_come_out_again(sky, real_data):
    variables = assemble(real_data, "training", sky.raw)
    models = ["+multiwavelength", "stg_literature__yangetal_training"]
    sky.build("--select", *models, "--exclude-resource-types", "unit_test", variables=variables)
    for band in BANDS:
        # published values are rounded to the first digit of their error
        shares = sky.rows(f"""
            select
                avg(((ours.{band} is null) = (published.{band} is null))::int) as presence,
                avg((abs(ours.{band} - published.{band}) <= 0.5 * pow(10, -greatest(
                    length(split_part(published.{band}::varchar, '.', 2)),
                    case when published.e_{band} < 10 then floor(-log10(published.e_{band}) + 0.9999) else -1 end
                )) + 1e-9)::int) as value
            from sources.multiwavelength as ours
            inner join staging.stg_literature__yangetal_training as published using (csc_name)
        """)
        assert shares["presence"][0] > 0.99, band
        assert shares["value"][0] > 0.99, band
