"""Matches by chance, and what published rows say of their priors, on made-up ones whose answer is
known.
"""

import duckdb
import numpy as np
import pytest

from lynceus.studies import false_matches as judging
from lynceus.studies import published_matches


def field(n_counterparts, n_sources, density, seed=1):
    """Sources of which some have a counterpart 0.3 arcsec off, and field sources within 5 arcsec;
    counterparts are brighter.
    """
    rng = np.random.default_rng(seed)
    source = np.repeat(np.arange(n_sources), rng.poisson(density * np.pi * 25, n_sources))
    separation = np.concatenate(
        [5 * np.sqrt(rng.random(len(source))), rng.rayleigh(0.3, n_counterparts)]
    )
    is_true = np.arange(len(separation)) >= len(source)
    source = np.concatenate([source, np.arange(n_counterparts)])
    vector = rng.normal(size=(len(source), len(judging.OF_SCORE))) - 1.5 * is_true[:, None]
    # of a Gaussian of 0.3 arcsec against the density of the field
    evidence = np.exp(-(separation**2) / 0.18) / (2 * np.pi * 0.09) / density
    share = n_counterparts / n_sources
    ids = np.arange(len(source)) + 10_000 * seed
    return judging.Candidates(
        source, ids, separation, evidence, evidence, vector, n_sources, share, 0.01
    ), is_true


def test_p_any_is_that_of_bayes():
    one = judging.Candidates(
        *(np.array(v) for v in ([4, 4, 9], [1, 2, 3], [0.1, 0.2, 0.3], [3.0, 1.0, 0.5])),
        None, None, 3, 0.5, 0.1,
    )  # fmt: skip
    # odds 2 (3 + 1) = 8, and 2 x 0.5 = 1; with ratios 2 (3 / 3 + 1 x 3) = 8, and 2 x 0.5 x 4
    np.testing.assert_allclose(one.p_any(one.local, 2.0), [8 / 9, 1 / 2])
    np.testing.assert_allclose(
        one.p_any(one.local, 2.0, np.array([1 / 3, 3.0, 4.0])), [8 / 9, 4 / 5]
    )


def test_the_counts_and_the_probabilities_find_the_counterparts_there_are():
    known, is_true = field(300, 500, 0.02)
    score = judging.Score(
        *(x[rows] for rows in (is_true, ~is_true) for x in (known.vector, known.gaia_source_id))
    )
    other, _ = field(200, 400, 0.02, seed=2)
    found = judging.counted(other, score, 1.5)
    assert abs(found["counted"] - 200) < 3 * found["counted_error"] < 60
    assert found["sum_p_any"] == pytest.approx(200, abs=6)
    assert found["sum_p_any_joint"] == pytest.approx(200, abs=6)
    assert found["several"] == np.count_nonzero(np.bincount(other.source) > 1)
    # a field without counterparts passes less often with the properties
    none, _ = field(0, 400, 0.2, seed=3)
    by_position, joint = (judging._passed(none, none.local, 9.0, one) for one in (None, score))
    assert 0 < joint < by_position / 2


def test_no_gaia_source_is_scored_by_a_model_that_saw_it():
    rng = np.random.default_rng(1)
    values, ids = rng.normal(size=(600, len(judging.OF_SCORE))), np.repeat(np.arange(100), 6)
    values = values[ids]  # each Gaia source six times, as candidates of six X-ray sources
    is_counterpart = ids % 2 == 0
    score = judging.Score(
        *(x[rows] for rows in (is_counterpart, ~is_counterpart) for x in (values, ids))
    )
    assert score.auc < 0.65  # of noise; 1 if it had seen them
    assert score.auc_of_missing_values_alone == pytest.approx(0.5, abs=0.1)


def test_the_density_of_published_rows_and_of_the_nearest_places(tmp_path):
    for folder in ("crossmatch", "counterparts"):
        (tmp_path / folder).mkdir()
    nu = 100 * published_matches.WHOLE_SKY_ARCMIN2  # 100 per arcmin2
    with duckdb.connect(config={"file_search_path": str(tmp_path)}) as connection:
        connection.execute(f"""
            copy (select 'a' as name, 10.0 as csc_ra_deg, 20.0 as csc_dec_deg, b as dist_bayesfactor, odds / (1 + odds) as dist_post
            from (select b, pow(10, b) * 0.9 / {nu} as odds from (values (9.0), (11.0), (null)) as t(b)))
            to '{tmp_path / published_matches.ROWS}'
        """)
        connection.execute(f"""
            copy (select i as gaia_source_id, 10.0 as ra_deg, 20 + i / 10 as dec_deg, case when i <= 5 then i + 1 else 99 end as n_within_10arcsec
            from range(1, 9) as t(i)) to '{tmp_path / published_matches.COUNTS[0]}'
        """)
        (row,) = published_matches.priors(connection, tmp_path)
    assert row["name"] == "a" and row["rows"] == 2 and row["spread_dex"] < 1e-9
    assert row["implied_arcmin2"] == pytest.approx(100)
    # five places with 1, 2, 3, 4, 5 sources beside the one at hand, in circles of 10 arcsec
    assert row["nearest_arcmin2"] == pytest.approx(3 / (np.pi * 100 / 3600))
    assert row["within_deg"] == pytest.approx(0.5)


def test_who_is_positive_as_published_and_here(tmp_path):
    (tmp_path / "crossmatch").mkdir()
    database = tmp_path / "field.duckdb"
    rows = "('both', 1.0, 0.95, 0.5), ('here', 1.0, 0.95, 0.5), ('off', 9.0, 0.95, 0.5), ('weak', 1.0, 0.5, 0.5), ('far', 1.0, 0.95, 2.0), ('none', null, null, null)"
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema match; create schema release")
        connection.execute(f"create table t as from (values {rows}) as t(csc_name, theta, p, sep)")
        connection.execute(
            "create table match.xray_positions as select csc_name, theta as min_theta_mean from t"
        )
        connection.execute(
            "create table match.chosen_counterparts as select csc_name, 7 as nway_gaia_source_id, p as p_any from t"
        )
        connection.execute(
            "create table release.candidate_pairs as select csc_name, 7 as gaia_source_id, sep as separation, theta as min_theta_mean from t"
        )
        connection.execute(
            f"copy (select csc_name as name from t where csc_name <> 'here') to '{tmp_path / published_matches.POSITIVES}'"
        )
    assert published_matches.positives(database, tmp_path) == {
        "sources": 6, "published": 5, "here": 2, "both": 1, "off_axis": 2, "improbable": 2, "apart": 2
    }  # fmt: skip
