"""The property match on a small simulated sky: sets, scores, thresholds, flags and tables, each
computed again another way.
"""

import json

import duckdb
import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord
from conftest import Build
from scipy.stats import ks_2samp
from sklearn.metrics import (
    f1_score,
    jaccard_score,
    precision_score,
    recall_score,
    roc_auc_score,
    roc_curve,
)

from lynceus.inputs.raw_tables import raw_tables
from lynceus.settings import default_match, score_features

RULES = default_match()["classifier"]
SCORED = score_features(RULES["features"], RULES["feature_sets"])
FEATURES = [feature["name"] for feature in SCORED]

# Perez-Diaz et al. 2026, table 2
PUBLISHED_FEATURES = """
phot_g_mean_mag phot_bp_mean_mag phot_rp_mean_mag phot_g_mean_flux phot_bp_mean_flux phot_rp_mean_flux bp_rp bp_g g_rp
photflux_aper_b hard_hs hard_hm hard_ms var_intra_prob_b var_intra_index_b var_inter_prob_b var_inter_index_b var_inter_sigma_b
extent_flag phot_variable_flag yangetal_gcs_class yangetal_training_class perezdiazetal_class
classprob_dsc_combmod_quasar classprob_dsc_combmod_galaxy classprob_dsc_combmod_star
parallax parallax_error pm radial_velocity vbroad distance_gspphot
""".split()


@pytest.fixture(scope="module")
def rows(undisturbed):
    """Return the result of a query on the built sky as arrays."""
    return undisturbed.rows


# ---------- what the score may see


def test_the_score_sees_the_published_properties_the_flux_ratio_and_no_position():
    published = RULES["feature_sets"]["published"]
    assert [feature["name"] for feature in published] == PUBLISHED_FEATURES
    assert FEATURES == [*PUBLISHED_FEATURES, "log_fx_fg"] and len(PUBLISHED_FEATURES) == 32
    columns = {column.name: column for table in raw_tables().values() for column in table.columns}
    for name in FEATURES:
        # the published classes have a name of their own
        ucd = columns[name].ucd if name in columns else "src.class"
        assert not (ucd or "").startswith("pos.") or name in (
            "parallax",
            "parallax_error",
            "pm",
            "distance_gspphot",
        ), name
    logs = {feature["name"] for feature in SCORED if feature["kind"] == "log"}
    assert logs == {
        "parallax",
        "parallax_error",
        "photflux_aper_b",
        "phot_g_mean_flux",
        "phot_bp_mean_flux",
        "phot_rp_mean_flux",
        "radial_velocity",
        "distance_gspphot",
        "pm",
    }


def test_no_column_of_positions_reaches_the_model(undisturbed, rows):
    keys = {"primary_key", "gaia_source_id", "is_candidate"}
    found = rows(
        "select column_name from information_schema.columns where table_name = 'match_features'"
    )["column_name"].tolist()
    assert set(found) - keys == set(FEATURES)
    nodes = json.loads((undisturbed.folder / "target" / "manifest.json").read_text())["nodes"]
    reads = {
        node.split(".")[-1] for node in nodes["model.lynceus.match_features"]["depends_on"]["nodes"]
    }
    assert reads == {
        "xray_properties",
        "stg_gaia__sources",
        "primaries",
        "pair_posteriors",
        "labelled_pairs",
    }
    compiled = (
        undisturbed.folder / "target/compiled/lynceus/models/match/properties/match_features.sql"
    ).read_text()
    for word in ("separation", "theta", " ra,", " dec,", "err_ellipse", "p_any", "p_i"):
        assert word not in compiled, word


def test_the_published_properties_are_one_setting_away(undisturbed, tmp_path):
    """Ours add the ratio of X-ray to optical flux, which is of both catalogues; the rows are the same,
    in as many columns less one.
    """
    ours = undisturbed.rows("""
        select count(*) as n, count(log_fx_fg) as n_known, max(abs(log_fx_fg - log10(flux_aper90_b) - g.phot_g_mean_mag / 2.5)) as apart
        from match.match_features join match.primaries using (primary_key) join staging.stg_csc__sources using (csc_name)
        join staging.stg_gaia__sources as g using (gaia_source_id)
    """)
    assert ours["n_known"][0] > 1000 and ours["apart"][0] < 1e-9
    sky = Build(tmp_path)
    sky.database.write_bytes(undisturbed.database.read_bytes())
    sky.raw = undisturbed.raw
    sky.build_match(
        default_match(classifier={"features": ["published"]}), "--select", "match_features"
    )
    columns = set(sky.rows("describe match.match_features")["column_name"])
    assert columns == {"primary_key", "gaia_source_id", "is_candidate", *PUBLISHED_FEATURES}
    assert sky.rows("select count(*) as n from match.match_features")["n"][0] == ours["n"][0]


def test_a_sky_turned_about_its_pole_has_the_same_scores(undisturbed, small_sky, tmp_path):
    """No position enters: every right ascension is moved by 90 degrees, and no score by a bit. With
    one density and one completeness, since the cells of local ones do not turn with the sky.
    """
    area = float(undisturbed.rows("select area_deg2 from match.densities")["area_deg2"][0])
    match = default_match(gaia={"area_deg2": area}, density="global", completeness=0.9, fakes=0)
    still = small_sky(tmp_path / "still")
    still.build_match(match, "--select", "+match_likelihoods")
    sky = small_sky(tmp_path / "turned")
    for table in ("csc_master", "gaia_source"):
        path = sky.raw / f"{table}.parquet"
        duckdb.sql(
            f"copy (select * replace ((ra + 90) % 360 as ra) from '{path}') to '{path}.turned' (format parquet)"
        )
        (sky.raw / f"{table}.parquet.turned").rename(path)
    for moc in sky.raw.glob("*.moc.fits"):
        moc.unlink()
    sky.build_match(match, "--select", "+match_likelihoods")
    query = "select primary_key, gaia_source_id, p_match_ind, likeness from match.match_likelihoods order by 1, 2"
    before, after = still.rows(query), sky.rows(query)
    for name in before:
        np.testing.assert_array_equal(before[name], after[name])


def test_no_source_is_scored_by_a_model_that_saw_it(rows):
    """Sources that train have the scores of their fold, all others those of the final model."""
    pairs = rows("""
        select pairs.p_match_ind, pairs.score_fold, unseen.p_match_ind as of_fold, unseen.fold, labelled.fold as its_fold,
            labelled.split, trains_score, of_source
        from release.candidate_pairs as pairs inner join (from match.primaries where not is_fake) using (csc_name)
        inner join (select csc_name, trains_score, score_fold as of_source from release.xray_sources) using (csc_name)
        left join match.out_of_fold_scores as unseen using (primary_key, gaia_source_id)
        left join (select distinct primary_key, fold, split from match.labelled_pairs) as labelled using (primary_key)
        order by csc_name, pairs.gaia_source_id
    """)
    trained = np.isin(pairs["split"].filled(""), ["train", "validation"])
    assert 500 < trained.sum() < len(trained)
    for name in ("score_fold", "of_source", "fold"):
        np.testing.assert_array_equal(pairs[name].mask, ~trained)
        np.testing.assert_array_equal(pairs[name][trained], pairs["its_fold"][trained])
    np.testing.assert_array_equal(pairs["p_match_ind"][trained], pairs["of_fold"][trained])
    assert set(np.unique(pairs["score_fold"].compressed())) == {0, 1, 2, 3, 4}
    assert not pairs["trains_score"][~trained].any()


def test_logarithms_keep_sign_and_order_and_categories_their_number(undisturbed, rows):
    got = rows("""
        select f.parallax as ours, g.parallax, f.radial_velocity as ours_velocity, g.radial_velocity,
            coalesce(f.phot_variable_flag, -1) as ours_flag, coalesce(g.phot_variable_flag, '') as flag
        from match.match_features f join staging.stg_gaia__sources g using (gaia_source_id) order by all
    """)
    for ours, theirs in (("ours", "parallax"), ("ours_velocity", "radial_velocity")):
        value = got[theirs].filled(np.nan)
        np.testing.assert_allclose(
            got[ours].filled(np.nan), np.sign(value) * np.log1p(np.abs(value)), rtol=2e-12
        )
        assert (value < -1).any()
    categories = SCORED[FEATURES.index("phot_variable_flag")]["categories"]
    for number, flag in zip(got["ours_flag"], got["flag"]):
        assert (categories[int(number)] if number >= 0 else "") == flag


# ---------- what it is trained on


def test_positive_pairs_obey_the_published_cuts_and_are_all_that_do(rows):
    ours = rows(
        "select csc_name, gaia_source_id from match.labelled_pairs join match.primaries using (primary_key) where is_positive order by csc_name"
    )
    pairs = rows(
        "select csc_name, gaia_source_id, p_i, p_any, separation, min_theta_mean from release.candidate_pairs where p_i is not null"
    )
    order = np.lexsort(
        (pairs["gaia_source_id"], pairs["separation"], -pairs["p_i"], pairs["csc_name"])
    )
    first = order[np.unique(pairs["csc_name"][order], return_index=True)[1]]
    chosen = first[
        (pairs["min_theta_mean"][first] <= 3)
        & (pairs["separation"][first] <= 1.3)
        & (pairs["p_any"][first] >= 0.9)
    ]
    assert ours["csc_name"].tolist() == pairs["csc_name"][chosen].tolist() and len(chosen) > 100
    np.testing.assert_array_equal(ours["gaia_source_id"], pairs["gaia_source_id"][chosen])


def test_negatives_are_clear_intermediate_or_random_and_counted_once(rows):
    pairs = rows("""
        select n.primary_key, n.gaia_source_id, n.kind, p.gaia_source_id = n.gaia_source_id as is_positive, separation_arcsec,
            (select max(separation_arcsec) from match.candidates c where c.primary_key = n.primary_key and c.gaia_source_id <> p.gaia_source_id) as farthest
        from match.labelled_pairs n
        join (select primary_key, gaia_source_id from match.labelled_pairs where is_positive) p using (primary_key)
        left join match.candidates as own on own.primary_key = n.primary_key and own.gaia_source_id = n.gaia_source_id
        where n.kind not in ('positive', 'unclear') order by n.primary_key, n.gaia_source_id
    """)
    kind = pairs["kind"]
    assert not pairs["is_positive"].any()
    keys = list(zip(pairs["primary_key"].tolist(), pairs["gaia_source_id"].tolist()))
    assert len(set(keys)) == len(keys)
    np.testing.assert_array_equal(
        pairs["separation_arcsec"][kind == "clear"], pairs["farthest"][kind == "clear"]
    )
    assert (pairs["separation_arcsec"][kind != "random"] >= 5).all() and np.ma.getmaskarray(
        pairs["separation_arcsec"]
    )[kind == "random"].all()
    assert np.unique(pairs["primary_key"][kind == "clear"], return_counts=True)[1].max() == 1
    n_positive = int(
        rows("select count(*) as n from match.labelled_pairs where is_positive")["n"][0]
    )
    per_source = np.unique(pairs["primary_key"][kind == "random"], return_counts=True)[1]
    assert len(per_source) == n_positive and set(per_source.tolist()) == {5}


def test_random_negatives_lie_beyond_the_radius_of_every_xray_source(rows):
    drawn = rows(
        "select ra, dec from staging.stg_gaia__sources where gaia_source_id in (select gaia_source_id from match.labelled_pairs where kind = 'random')"
    )
    xray = rows("select ra, dec from staging.stg_csc__sources")
    _, separation, _ = SkyCoord(drawn["ra"], drawn["dec"], unit="deg").match_to_catalog_sky(
        SkyCoord(xray["ra"], xray["dec"], unit="deg")
    )
    # a moving star may have been farther at the X-ray epoch
    assert separation.min() > 14.5 * u.arcsec
    assert len(drawn["ra"]) > 500


def test_random_negatives_are_drawn_evenly_from_the_pool(rows):
    pool = rows("""
        select phot_g_mean_mag as g, gaia_source_id in (select gaia_source_id from match.labelled_pairs where kind = 'random') as is_drawn
        from staging.stg_gaia__sources anti join match.candidates using (gaia_source_id) where phot_g_mean_mag is not null
    """)
    drawn = pool["is_drawn"].astype(bool)
    assert ks_2samp(pool["g"][drawn], pool["g"][~drawn]).pvalue > 1e-3


def test_no_source_is_in_two_parts_and_shared_gaia_sources_train_nothing(rows):
    splits = rows(
        "select csc_name, split from match.labelled_pairs join match.primaries using (primary_key) where is_positive"
    )
    assert len(set(splits["csc_name"].tolist())) == len(splits["csc_name"])
    for part, share in (("train", 0.64), ("validation", 0.16), ("test", 0.20)):
        expected = share * len(splits["split"])
        assert abs((splits["split"] == part).sum() - expected) < 4 * np.sqrt(expected), part
    trained = rows(
        "select distinct gaia_source_id from match.labelled_pairs where split = 'train' and is_trainable"
    )
    held_out = rows(
        "select distinct gaia_source_id from match.labelled_pairs where split <> 'train'"
    )
    assert not np.intersect1d(trained["gaia_source_id"], held_out["gaia_source_id"]).size


# ---------- scores, thresholds and flags


def test_thresholds_are_those_of_numpy_and_scikit_learn(rows):
    found = {
        row[0]: row[1:]
        for row in zip(
            *rows(
                "select rule, threshold, chance_probability, threshold_low, threshold_high, true_positive_rate, false_positive_rate from match.score_thresholds"
            ).values()
        )
    }
    judged = rows("""
        select o.p_match_ind, is_positive, p_any * p_i as p_right from match.out_of_fold_scores o
        join match.labelled_pairs using (primary_key, gaia_source_id) join match.pair_posteriors using (primary_key, gaia_source_id)
    """)
    is_positive = judged["is_positive"].astype(bool)
    # the share of scores up to each among right positives, from all of them and the field's
    scores = np.sort(judged["p_match_ind"][is_positive])
    wrong = 1 - judged["p_right"][is_positive].mean()
    field = np.mean(judged["p_match_ind"][~is_positive] <= scores[:, None], axis=1)
    share = (np.arange(1, len(scores) + 1) / len(scores) - wrong * field) / (1 - wrong)
    chance = 3.315e-3 * np.pi * 1.3**2
    assert found["chance"][1] == pytest.approx(chance) and round(chance, 4) == 0.0176
    assert found["chance"][0] == pytest.approx(
        np.interp(chance, np.maximum.accumulate(share), scores), rel=1e-12
    )
    false_rate, true_rate, cuts = roc_curve(
        is_positive, judged["p_match_ind"], drop_intermediate=False
    )
    best = np.argmax(true_rate - false_rate)
    lower = judged["p_match_ind"][judged["p_match_ind"] < cuts[best]].max()
    assert found["youden"][0] == pytest.approx((cuts[best] + lower) / 2, rel=1e-12)
    assert found["youden"][4:] == pytest.approx((true_rate[best], false_rate[best]), rel=1e-12)
    for threshold, _, low, high, *_ in found.values():
        assert low <= threshold <= high


def test_the_local_threshold_rises_with_the_density_of_gaia(undisturbed, tmp_path):
    sky = Build(tmp_path)
    sky.database.write_bytes(undisturbed.database.read_bytes())
    sky.raw = undisturbed.raw
    sky.build_match(
        default_match(classifier={"threshold_density": "local"}),
        "--select",
        "primary_densities",
        "flagged_pairs",
    )
    got = sky.rows(
        "select density_deg2, score_threshold as threshold from match.flagged_pairs join match.primary_densities using (primary_key) order by 1"
    )
    assert (np.diff(got["threshold"]) >= 0).all() and got["threshold"][-1] > got["threshold"][0]
    reference = undisturbed.rows("select p_match_ind, cdf from match.score_reference order by 1")
    chance = got["density_deg2"] / 3600**2 * np.pi * 1.3**2
    expected = np.interp(chance, reference["cdf"], reference["p_match_ind"])
    np.testing.assert_allclose(got["threshold"], expected, rtol=1e-9)
    done = sky.match(
        default_match(classifier={"threshold": "median"}), "build", "--select", "flagged_pairs"
    )
    assert "match.classifier.threshold: median, must be chance or youden" in done.stdout


def test_the_published_reference_is_isolated_secure_sources(undisturbed, tmp_path):
    """All of them are taken for right."""
    sky = Build(tmp_path)
    sky.database.write_bytes(undisturbed.database.read_bytes())
    sky.raw = undisturbed.raw
    sky.build_match(
        default_match(classifier={"threshold_reference": "isolated"}), "--select", "score_reference"
    )
    got = sky.rows("select primary_key, cdf from match.score_reference order by p_match_ind, primary_key")  # fmt: skip
    expected = undisturbed.rows("""
        select primary_key from match.out_of_fold_scores inner join match.pair_posteriors using (primary_key, gaia_source_id)
        where primary_key in (select primary_key from match.candidates group by all having count(*) = 1) and p_any > 0.99 and p_i > 0.99
        order by p_match_ind, primary_key
    """)["primary_key"]
    np.testing.assert_array_equal(got["primary_key"], expected)
    np.testing.assert_allclose(got["cdf"], np.arange(1, len(expected) + 1) / len(expected))


def test_positives_may_be_limited_by_the_critical_separation_of_the_ks_test(undisturbed, tmp_path):
    sky = Build(tmp_path)
    sky.database.write_bytes(undisturbed.database.read_bytes())
    sky.raw = undisturbed.raw
    condition = "min_theta_mean <= 3.0 and separation <= critical_separation / 2 and p_any >= 0.9"
    sky.build_match(
        default_match(classifier={"positives": condition}), "--select", "labelled_pairs"
    )
    (critical,) = sky.rows(
        "select coalesce(min(critical_separation), 15) as c from match.distinguishability where off_axis = 'all'"
    )["c"]
    query = """
        select primary_key, gaia_source_id from match.labelled_pairs inner join match.pair_posteriors using (primary_key, gaia_source_id)
        where is_positive and separation_arcsec <= {} order by all
    """
    got = sky.rows(query.format(1e9))
    # no looser than the published 1.3", which the undisturbed sky has
    expected = undisturbed.rows(query.format(critical / 2))
    inside = sky.rows(query.format(1.3))
    np.testing.assert_array_equal(inside["primary_key"], expected["primary_key"])
    assert 0 < len(got["primary_key"]) == len(sky.rows(query.format(critical / 2))["primary_key"])


def test_of_several_numbers_of_random_negatives_the_lesser_are_among_the_greater(
    undisturbed, tmp_path
):
    sky = Build(tmp_path)
    sky.database.write_bytes(undisturbed.database.read_bytes())
    sky.raw = undisturbed.raw
    several = {
        "preset": "search",
        "random_negatives": [0, 6, 5],
        "intermediate_negatives": "search",
    }
    sky.build_match(default_match(classifier=several), "--select", "labelled_pairs")
    query = "select primary_key, gaia_source_id from match.labelled_pairs where kind = 'random' {} order by all"
    got, five = sky.rows(query.format("and random_rank <= 5")), undisturbed.rows(query.format(""))
    for name in five:
        np.testing.assert_array_equal(got[name], five[name])
    ranks = sky.rows("select random_rank as r, count(*) as n from match.labelled_pairs where r is not null group by r order by r")  # fmt: skip
    positives = sky.rows("select count(*) as n from match.labelled_pairs where is_positive")["n"][0]
    assert ranks["r"].tolist() == [1, 2, 3, 4, 5, 6] and (ranks["n"] == positives).all()
    sky.build_match(
        default_match(classifier={"intermediate_negatives": False}), "--select", "labelled_pairs"
    )
    trained = sky.rows("select distinct kind from match.labelled_pairs where is_trainable order by kind")  # fmt: skip
    assert trained["kind"].tolist() == ["clear", "positive", "random"]


def test_a_second_round_takes_its_positives_from_the_joint_posterior_of_the_first(
    undisturbed, tmp_path
):
    """Each the likeliest candidate there of a source on axis; more of them right than by position."""
    sky = Build(tmp_path)
    sky.database.write_bytes(undisturbed.database.read_bytes())
    sky.raw = undisturbed.raw
    first = tmp_path / "flagged_pairs.parquet"
    with duckdb.connect(str(sky.database), read_only=True) as connection:
        connection.sql("from match.flagged_pairs").write_parquet(str(first))
    second = {
        "first_round": str(first),
        "positives": "min_theta_mean <= 3.0 and p_any_joint >= 0.9",
    }
    sky.build_match(
        default_match(classifier=second),
        "--select",
        "labelled_pairs match_features match_model out_of_fold_scores score_reference",
    )
    positives = """
        select csc_name, gaia_source_id, p_right from match.labelled_pairs
        inner join match.primaries using (primary_key) where is_positive order by csc_name
    """
    found = sky.rows(positives)
    expected = undisturbed.rows("""
        select csc_name, gaia_source_id, p_any_joint * p_i_joint as p_right from match.flagged_pairs
        inner join match.xray_positions using (csc_name) where min_theta_mean <= 3 and p_any_joint >= 0.9
        qualify row_number() over (partition by csc_name order by p_i_joint desc, separation_arcsec, gaia_source_id) = 1
        order by csc_name
    """)
    assert len(found["csc_name"]) > 100
    for name in found:
        np.testing.assert_array_equal(found[name], expected[name])
    right = f"select avg(coalesce(truth.gaia_source_id = p.gaia_source_id, false)::integer) as share from ({positives}) as p inner join staging.stg_truth as truth using (csc_name)"
    assert sky.rows(right)["share"][0] >= undisturbed.rows(right)["share"][0]
    wrong = "select avg(p_wrong) as wrong from match.score_reference"
    expected_wrong = 1 - np.mean(
        sky.rows("""
            select p_right from match.labelled_pairs inner join match.out_of_fold_scores using (primary_key, gaia_source_id) where is_positive
        """)["p_right"]
    )
    assert sky.rows(wrong)["wrong"][0] == pytest.approx(expected_wrong, abs=1e-12)


def test_what_knows_too_much_or_too_little_is_refused_by_name(sky):
    """A prior that the score sees too; a critical separation without the test, or as the limit."""
    prior = [{"column": "phot_g_mean_mag", "from": "auto"}]
    for changes, message in (
        ({"gaia": {"priors": prior}}, "prior bias_gaia_phot_g_mean_mag: phot_g_mean_mag is in feature phot_g_mean_mag of the classifier too"),
        ({"classifier": {"positives": "separation < critical_separation", "distinguishability": None}}, "positives and negatives may read critical_separation where distinguishability is given"),
        ({"classifier": {"positives": "p_any_joint >= 0.9"}}, "match.classifier.first_round: belongs together with positives that read p_any_joint"),
        ({"classifier": {"first_round": "flagged_pairs.parquet"}}, "match.classifier.first_round: belongs together with positives that read p_any_joint"),
        ({"classifier": {"features": ["publshed"]}}, "match.classifier.features: publshed, is no set of feature_sets: ours, published"),
        ({"classifier": {"separation_limit_arcsec": "critical_separation"}}, "separation_limit_arcsec: critical_separation is known to positives and negatives alone"),
        ({"classifier": {"random_negatives": [0, 5]}}, "random_negatives: [0, 5], of which only preset search can choose"),
        ({"classifier": {"random_negatives": [0, "many"]}}, "random_negatives: [0, 'many'], must be a number at least 0 and at most 1000, each of a list"),
        ({"classifier": {"intermediate_negatives": "search"}}, "intermediate_negatives: search, of which only preset search can choose"),
    ):  # fmt: skip
        done = sky.match(default_match(**changes), "parse")
        assert done.returncode != 0 and message in " ".join(done.stdout.split()), message


def test_every_pair_the_score_accepts_is_best_or_alternate_and_every_other_nway_match_ambiguous(
    rows,
):
    pairs = rows(
        "select csc_name, gaia_source_id, nway_confident, ml_confident, sep_ok, p_match_ind, p_any, match_flag, score_threshold from release.candidate_pairs"
    )
    np.testing.assert_array_equal(
        pairs["ml_confident"], pairs["p_match_ind"] > pairs["score_threshold"]
    )
    np.testing.assert_array_equal(
        pairs["nway_confident"], (pairs["p_any"] > 0.5) & (pairs["match_flag"] == 1)
    )
    keys = np.array(
        [f"{name} {gaia}" for name, gaia in zip(pairs["csc_name"], pairs["gaia_source_id"])]
    )
    tables = {
        table: set(
            rows(f"select concat(csc_name, ' ', gaia_source_id) as k from formats.{table}")[
                "k"
            ].tolist()
        )
        for table in ("best_matches", "alternate_matches", "ambiguous_matches")
    }
    accepted = (pairs["ml_confident"] & pairs["sep_ok"]).astype(bool)
    assert tables["best_matches"] | tables["alternate_matches"] == set(keys[accepted].tolist())
    assert not tables["best_matches"] & tables["alternate_matches"]
    assert tables["ambiguous_matches"] == set(
        keys[pairs["nway_confident"].astype(bool) & ~accepted].tolist()
    )
    best = dict(zip(pairs["csc_name"][accepted], pairs["p_match_ind"][accepted]))
    for name, score in zip(pairs["csc_name"][accepted], pairs["p_match_ind"][accepted]):
        best[name] = max(best[name], score)
    released = rows("select csc_name, p_match_ind from formats.best_matches")
    assert dict(zip(released["csc_name"].tolist(), released["p_match_ind"].tolist())) == best


def test_measures_of_the_test_set_are_scikit_learns(rows):
    pairs = rows("""
        select is_positive, p_match_ind, ml_confident, sep_ok from match.labelled_pairs join match.flagged_pairs
        using (primary_key, gaia_source_id) where split = 'test' and is_candidate
    """)
    truth, accepted, inside = (
        pairs[name].astype(bool) for name in ("is_positive", "ml_confident", "sep_ok")
    )
    found = rows(
        "select * from release.score_evaluation where split = 'test' order by within_limit"
    )
    for row, match, score in (
        (0, accepted, pairs["p_match_ind"]),
        (1, accepted & inside, np.where(inside, pairs["p_match_ind"], -1)),
    ):
        for name, measure in (
            ("purity", precision_score),
            ("completeness", recall_score),
            ("f1", f1_score),
            ("jaccard", jaccard_score),
        ):
            assert found[name][row] == pytest.approx(measure(truth, match)), name
        assert found["negative_predictive_value"][row] == pytest.approx(
            precision_score(~truth, ~match)
        )
        assert found["roc_auc"][row] == pytest.approx(roc_auc_score(truth, score))


# ---------- the joint posterior


def test_the_density_around_a_source_is_counted_in_the_outer_rings_of_its_half_degree(rows):
    """By NumPy: an exponential prior about the mean makes it (counts + 1) / (rings + 1 / mean)."""
    primaries = rows(
        "select primary_key, ra, dec from match.primaries where not is_fake order by 1"
    )
    pairs = rows(
        "select primary_key, separation_arcsec from match.candidates"
        " semi join (from match.primaries where not is_fake) using (primary_key)"
    )
    whole = rows("select n_sources / area_deg2 as mean, area_deg2 from match.densities")
    zone = np.floor(primaries["dec"] / 0.5)
    column = np.floor(primaries["ra"] * np.cos(np.radians(zone * 0.5)) / 0.5)
    _, cell = np.unique(np.stack([zone, column]), axis=1, return_inverse=True)
    place = np.searchsorted(primaries["primary_key"], pairs["primary_key"])
    counts = np.bincount(cell[place], pairs["separation_arcsec"] > 7.5, cell.max() + 1)
    ring = np.pi * (15**2 - 7.5**2) / 3600**2
    expected = ((counts + 1) / (np.bincount(cell) * ring + 1 / whole["mean"][0]))[cell]
    got = rows(
        "select density_deg2, log10_nu_plus from match.primary_densities"
        " semi join (from match.primaries where not is_fake) using (primary_key) order by primary_key"
    )
    np.testing.assert_allclose(got["density_deg2"], expected, rtol=1e-12)
    sky = 4 * np.pi * np.degrees(1) ** 2
    np.testing.assert_allclose(
        got["log10_nu_plus"], np.log10((expected + 1 / whole["area_deg2"][0]) * sky), rtol=1e-12
    )
    assert np.ptp(np.log10(expected)) > 1
    released = rows("select gaia_density from release.xray_sources order by csc_name")
    np.testing.assert_allclose(np.sort(released["gaia_density"]), np.sort(expected) / 3600, rtol=1e-12)  # fmt: skip


def test_the_joint_posterior_is_bayes_theorem_with_one_more_factor(rows):
    pairs = rows("""
        select csc_name, log10_bf, log10_lr, p_any_joint, p_i_joint, log10(share / (1 - share)) - log10_nu_plus as log10_prior
        from release.candidate_pairs inner join (from match.primaries where not is_fake) using (csc_name)
        inner join match.primary_densities using (primary_key)
        asof inner join (select share, density_low * (bin > 0)::integer as low from match.counterpart_shares) on density_deg2 / 3600 >= low
        order by csc_name, gaia_source_id
    """)
    weight = 10.0 ** (pairs["log10_bf"] + pairs["log10_lr"] + pairs["log10_prior"])
    _, source = np.unique(pairs["csc_name"], return_inverse=True)
    total = np.bincount(source, weight)[source]
    np.testing.assert_allclose(pairs["p_any_joint"], total / (1 + total), rtol=1e-9, atol=1e-15)
    solid = total > 1e-250
    np.testing.assert_allclose(
        pairs["p_i_joint"][solid], weight[solid] / total[solid], rtol=1e-9, atol=1e-15
    )
    np.testing.assert_allclose(np.bincount(source, pairs["p_i_joint"]), 1, atol=1e-9)


def test_shuffled_properties_leave_p_any_joint_at_p_any(undisturbed, tmp_path):
    """Scores of other candidates, calibrated as if they were each one's own."""
    sky = Build(tmp_path)
    sky.database.write_bytes(undisturbed.database.read_bytes())
    sky.raw = undisturbed.raw
    with duckdb.connect(str(sky.database)) as connection:
        connection.execute("""
            create or replace table match.match_scores as
            with numbered as (select *, row_number() over (order by primary_key, gaia_source_id) as n,
                row_number() over (order by hash(gaia_source_id, primary_key), primary_key) as other from match.match_scores)
            select own.* exclude (n, other) replace (given.p_match_ind as p_match_ind)
            from numbered as own join numbered as given on own.n = given.other
        """)
    sky.build_match(default_match(), "--select", "match_calibration match_likelihoods")
    assert sky.rows("select exponent from match.match_calibration")["exponent"].tolist() == [0]
    pairs = sky.rows("""
        select p_any, p_i, p_any_joint, p_i_joint from match.match_likelihoods
        join match.pair_posteriors using (primary_key, gaia_source_id) where not is_fake and p_any is not null
    """)
    for probability in ("p_any", "p_i"):
        np.testing.assert_allclose(
            pairs[f"{probability}_joint"], pairs[probability], rtol=1e-9, atol=1e-15
        )


def test_the_likelihood_ratio_is_a_power_of_the_calibrated_odds_over_the_prior_odds(rows):
    pairs = rows(
        "select p_match_ind, p_match, log10_lr from release.candidate_pairs order by p_match_ind"
    )
    found = {name: values[0] for name, values in rows("from match.match_calibration").items()}
    odds = np.log(pairs["p_match"] / (1 - pairs["p_match"])) - found["prior_logit"]
    ratio = (found["exponent"] * odds - found["ln_field_ratio"]) / np.log(10)
    np.testing.assert_allclose(ratio, pairs["log10_lr"], rtol=1e-6, atol=1e-6)
    assert 0.5 < found["exponent"] < 1.5
    assert (np.diff(pairs["p_match"]) >= 0).all()


def test_at_equal_purity_the_joint_posterior_recovers_what_nway_misses_and_is_nowhere_worse(
    rows, compiled
):
    comparison = compiled("do_properties_help")
    whole = rows(f"from ({comparison}) where cut_by = 'all'")
    assert (
        whole["missed_recovered"][0] >= 0.25 and whole["joint_purity"][0] >= whole["nway_purity"][0]
    )
    bins = rows(f"""
        select cut_by, bin, nway_completeness, joint_completeness_as_pure from ({comparison})
        -- where no choice of NWAY is wrong, one of the joint posterior decides
        where n_counterparts >= 30 and nway_purity < 0.99
            and cut_by in ('off-axis angle', 'Gaia density', 'G of the true object', 'kind')
    """)
    for cut, bin_, nway, joint in zip(*bins.values()):
        assert joint >= nway, (cut, bin_)


def test_two_samples_of_a_bin_have_scipys_statistic(rows):
    pairs = rows("""
        select x.csc_name, p.p_i, p.separation, p.gaia_source_id, p.phot_g_mean_mag as g from release.candidate_pairs p
        join release.xray_sources x using (csc_name) where n_candidates > 1 and p.p_i is not null
    """)
    order = np.lexsort(
        (pairs["gaia_source_id"], pairs["separation"], -pairs["p_i"], pairs["csc_name"])
    )
    names, first = np.unique(pairs["csc_name"][order], return_index=True)
    best, least = order[first], order[np.append(first[1:], len(order)) - 1]
    tests = rows(
        "select separation_low, separation_high, n_sources, ks_statistic, p_value from release.distinguishability_tests where off_axis = 'all' order by bin"
    )
    assert len(tests["n_sources"]) >= RULES["distinguishability"]["bins"]
    for low, high, n, statistic, p in zip(
        *(
            tests[name]
            for name in (
                "separation_low",
                "separation_high",
                "n_sources",
                "ks_statistic",
                "p_value",
            )
        )
    ):
        inside = (pairs["separation"][best] >= low) & (pairs["separation"][best] <= high)
        if (
            not np.ma.getmaskarray(pairs["g"][best])[inside].any()
            and not np.ma.getmaskarray(pairs["g"][least])[inside].any()
        ):
            expected = ks_2samp(pairs["g"][best][inside], pairs["g"][least][inside], method="exact")
            assert (
                n == inside.sum()
                and statistic == pytest.approx(expected.statistic)
                and p == pytest.approx(expected.pvalue, rel=1e-6)
            )


# ---------- published rows


@pytest.mark.real
def test_published_rows_obey_our_flags_and_table_membership(undisturbed, real_data):
    """Their rows with their scores and probabilities, through our limit and our three tables."""
    done = undisturbed.dbt(
        "compile",
        "--quiet",
        "--inline",
        f"""
        select name as csc_name, gaia_source_id, separation, coalesce(p_i, 0) as p_i, p_any, ml_score as p_match_ind, catalog_table,
            flag_nway_confident as nway_confident, ml_score > 0.466 as ml_confident,
            theta as min_theta_mean, separation <= {{{{ match_settings().classifier.separation_limit_arcsec }}}} as sep_ok, flag_ml_confident, flag_sep_ok,
            ra_deg as csc_ra, dec_deg as csc_dec, ra_deg as gaia_ra, dec_deg as gaia_dec, null as xray_epoch,
            null as gaia_ra_xray_epoch, null as gaia_dec_xray_epoch, 1 as match_flag, phot_g_mean_mag
        from '{real_data / "crossmatch" / "counterpart_catalog_examples.parquet"}'
    """,
    )
    connection = duckdb.connect(":memory:lynceus")
    connection.execute("create schema release; create schema formats")
    connection.execute(f"create table release.candidate_pairs as {done.stdout}")
    published = connection.execute(
        "select ml_confident, flag_ml_confident, sep_ok, flag_sep_ok, nway_confident, p_any from release.candidate_pairs"
    ).fetchall()
    assert published and all(
        ml == their_ml and sep == their_sep and (not nway or p_any > 0.5)
        for ml, their_ml, sep, their_sep, nway, p_any in published
    )
    compiled = undisturbed.folder / "target" / "compiled" / "lynceus" / "models" / "formats"
    connection.execute(
        "create table formats.best_matches as " + in_memory(compiled / "best_matches.sql")
    )
    for table, theirs in (("best_matches", "best"), ("ambiguous_matches", "nway_only")):
        ours = {
            row[0]
            for row in connection.execute(
                f"select csc_name from ({in_memory(compiled / f'{table}.sql')})"
            ).fetchall()
        }
        assert ours >= {
            row[0]
            for row in connection.execute(
                "select csc_name from release.candidate_pairs where catalog_table = ?", [theirs]
            ).fetchall()
        }
    # an alternate is one beside a better pair of its source, which the printed rows do not show:
    # both flags hold, and it is not ambiguous
    alternates = connection.execute(
        "select ml_confident and sep_ok and not nway_confident from release.candidate_pairs where catalog_table = 'alternate'"
    ).fetchall()
    assert alternates and all(row[0] for row in alternates)


def in_memory(path):
    """Return a compiled model's SQL for a database that is not on disk."""
    return path.read_text().replace('"lynceus".', "")


@pytest.mark.real
def test_published_disagreements_are_disagreements_by_our_rule(undisturbed, real_data):
    """In every pair of rows the score prefers one within the limit that position does not."""
    done = undisturbed.dbt(
        "compile",
        "--quiet",
        "--inline",
        f"""
        select name, max(ml_score) filter (match_algorithm = 'ml') > max(ml_score) filter (match_algorithm = 'nway') as score_prefers,
            max(p_i) filter (match_algorithm = 'ml') < max(p_i) filter (match_algorithm = 'nway') as position_prefers,
            bool_and(separation <= {{{{ match_settings().classifier.separation_limit_arcsec }}}}) as sep_ok
        from (select *, theta as min_theta_mean from '{real_data / "crossmatch" / "coup_nway_vs_ml_pairs.parquet"}') group by name
    """,
    )
    found = duckdb.sql(done.stdout).fetchall()
    assert found and all(row[1] and row[2] and row[3] for row in found)


@pytest.mark.real
def test_published_candidates_have_one_best_flag_where_p_i_is_highest(real_data):
    found = duckdb.sql(f"""
        select name, count(*) filter (match_flag = 1) as n_best,
            max(p_i) filter (match_flag = 1) >= max(p_i) as best_is_highest, sum(p_i) <= 1 + 1e-6 as sums
        from '{real_data / "crossmatch" / "csc21_gaia_nway_candidate_rows.parquet"}'
        where release = 'gaia_dr3' and match_flag is not null and p_i is not null group by name having count(*) > 1
    """).fetchall()
    assert found and all(
        n_best <= 1 and best is not False and sums for _, n_best, best, sums in found
    )
