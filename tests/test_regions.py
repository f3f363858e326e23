"""X-ray sources inside gamma-ray regions: complete against brute force, and the summaries against
the published table.
"""

import duckdb
import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord

from lynceus.settings import project_vars

# Yang et al. 2022, table 7; of J1018-589 the component B
PUBLISHED = {
    "J1912+101": "2LM-STAR, 1NS",
    "J1843-033": "1NS, 8YSO",
    "J1813-126": "1AGN, 1YSO",
    "J1018-589": "1AGN, 1HMXB, 1LM-STAR",
    "J1614-518": "2NS",
    "J1841-055": "1NS, 2YSO",
    "J1800-240": "1NS, 5YSO",
    "J1857+026": "1LM-STAR, 1NS, 1YSO",
    "J1848-018": "1NS, 1YSO",
    "J1023-575": "5HM-STAR, 1LM-STAR, 29YSO",
    "J1458-608": "1YSO",
    "J1616-508": "1LM-STAR, 4YSO",
    "J1632-478": "2YSO",
    "J1634-472": "3YSO",
    "J1713-381": "1YSO",
    "J1718-385": "4YSO",
    "J1745-303": "1LM-STAR",
    "J1826-130": "4YSO",
    "J1844-030": "1YSO",
    "J1923+141": "6YSO",
}


def around(rng, centres, radius, number):
    """Return points about each centre, some inside of its radius (deg) and some outside."""
    index = np.repeat(np.arange(len(centres)), number)
    angle, reach = rng.uniform(0, 360, len(index)), 1.5 * np.sqrt(rng.random(len(index)))
    return centres[index].directional_offset_by(angle * u.deg, radius[index] * reach * u.deg)


def test_region_candidates_equal_brute_force_on_poles_and_meridian(compiled):
    rng = np.random.default_rng(8)
    ra = np.concatenate([[0, 360, 359.95, 0.01, 180, 77, 12, 266], rng.uniform(0, 360, 40)])
    dec = np.concatenate(
        [[0, 0, -45, 60, 90, -90, 89.7, -89.2], np.degrees(np.arcsin(rng.uniform(-1, 1, 40)))]
    )
    regions, radius = (
        SkyCoord(ra * u.deg, dec * u.deg),
        np.exp(rng.uniform(np.log(0.02), np.log(12), len(ra))),
    )
    radius[:8] = [0.5, 1.0, 3.0, 12.0, 2.5, 0.4, 5.0, 0.9]
    xray = around(rng, regions, radius, 60)
    xray = SkyCoord(
        np.append(xray.ra.deg, [0.0, 360.0, 5.0, 5.0]) * u.deg,
        np.append(xray.dec.deg, [0.0, 0.0, 90.0, -90.0]) * u.deg,
    )
    columns = {
        "regions": {"region_name": np.arange(len(ra)), "ra": ra, "dec": dec, "radius_deg": radius},
        "properties": {"csc_name": np.arange(len(xray)), "ra": xray.ra.deg, "dec": xray.dec.deg},
    }
    with duckdb.connect() as connection:
        connection.execute("create schema staging; create schema sources")
        for name, relation in (
            ("regions", "staging.stg_gamma_ray__regions"),
            ("properties", "sources.source_properties"),
        ):
            connection.register(name, columns[name])
            connection.execute(
                f"create table {relation} as select *, 7.0 as significance, 1e-14 as flux_b from {name}"
            )
        found = connection.execute(
            f"select region_name, csc_name, separation_deg from ({compiled('region_sources')}) order by all"
        ).fetchnumpy()
    separation = regions[:, None].separation(xray[None, :]).deg
    i, j = np.nonzero(separation <= radius[:, None])
    assert len(i) > 1000
    assert found["region_name"].tolist() == i.tolist() and found["csc_name"].tolist() == j.tolist()
    np.testing.assert_allclose(found["separation_deg"], separation[i, j], atol=1e-9)


def test_the_summary_of_a_simulated_region_names_what_its_candidates_are(undisturbed):
    counts = undisturbed.rows(
        "select * from release.region_class_counts order by region_name, classifier"
    )
    assert counts["n_confident"].sum() > 0 and (counts["n_inside"] >= counts["n_classified"]).all()
    for row, (region, classifier) in enumerate(zip(counts["region_name"], counts["classifier"])):
        found = undisturbed.rows(f"""
            select class, count(*) as n from release.region_candidates
            where region_name = '{region}' and classifier = '{classifier}' and significance >= 6 and not is_training_source
                and coalesce(is_confident, is_reliable)
            group by class order by class
        """)
        text = ", ".join(f"{n}{name}" for name, n in zip(found["class"], found["n"]))
        assert (counts["summary"][row] or "") == text and counts["n_confident"][row] == found[
            "n"
        ].sum()


@pytest.mark.real
def test_published_classes_give_no_more_of_a_class_than_the_published_summary(real_data):
    """The visible rows are a part of the published ones; the paper counts no training sources."""
    found = duckdb.sql(f"""
        select hess_field, string_agg(n || class, ', ' order by class) as summary
        from (
            select hess_field, pred_class as class, count(*) as n
            from '{real_data / "muwclass" / "gcs_hess_fields.parquet"}'
            where significance >= {project_vars()["region_min_significance"]}
                and confidence_threshold >= {project_vars()["classifiers"]["muwclass"]["confident"]}
                and true_class is null
            group by all
        )
        group by hess_field
    """)
    found = {
        field: summary for field, summary in found.fetchall() if field in PUBLISHED and summary
    }
    assert found
    for field, summary in found.items():
        ours, theirs = by_class(summary), by_class(PUBLISHED[field])
        assert all(number <= theirs.get(name, 0) for name, number in ours.items()), field


def by_class(summary):
    """Return the numbers of a summary by class: '5HM-STAR, 1NS' is {'HM-STAR': 5, 'NS': 1}."""
    parts = [part.strip() for part in summary.split(",")]
    number = [len(part) - len(part.lstrip("0123456789")) for part in parts]
    return {part[digits:]: int(part[:digits]) for part, digits in zip(parts, number)}
