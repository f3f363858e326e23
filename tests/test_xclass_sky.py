"""XClass on a small simulated sky: objects, matches and probabilities computed again another way,
and the truth of the simulated galaxy.
"""

import numpy as np
import pyarrow.parquet as pq
import pytest
from conftest import FEW_DRAWS
from scipy.spatial import cKDTree

from lynceus.inputs.simulated.geometry import ARCSEC, unit_vectors
from lynceus.inputs.simulated.nearby_galaxies import LENDERS, TARGET
from lynceus.learning.forests import load_forest
from lynceus.settings import project_vars

VARS = project_vars()
FILTERS = ["F275W", "F336W", "F475W", "F814W", "F110W", "F160W"]
RADIUS = {"SNR": 2.0}  # arcsec; 5 of the other classes
ALONE = {"classifiers": {"xclass": VARS["classifiers"]["xclass"]}}
SELECTED = (
    "+xclass_classes",
    "+class_evaluation",
    "+class_confusion",
    "+class_census",
    "+source_classes",
)


@pytest.fixture(scope="module")
def sky(small_sky, tmp_path_factory):
    built = small_sky(tmp_path_factory.mktemp("xclass"))
    return built.build(
        "--select",
        *SELECTED,
        "assert_no_known_object_disappears",
        "assert_xclass_counts_every_xray_source",
        variables=ALONE,
    )


def arcsec(a, b):
    """Return the distances between unit vectors."""
    return 2 * np.arcsin(np.linalg.norm(a - b, axis=-1) / 2) * ARCSEC


def test_objects_are_those_of_a_plain_search(sky):
    entries = sky.rows(
        "from classes.xclass_entries where not_used_because is null order by entry_id"
    )
    groups = sky.rows("from classes.xclass_groups order by entry_id")
    place = unit_vectors(entries["ra"], entries["dec"])
    name = np.array(
        [None if one is np.ma.masked else one for one in np.ma.array(entries["normalised_name"])],
        dtype=object,
    )
    parent = np.arange(len(place))

    def root(i):
        while parent[i] != i:
            i = parent[i]
        return i

    for a in range(len(place)):
        same_class = np.flatnonzero(
            (entries["class"] == entries["class"][a]) & (np.arange(len(place)) < a)
        )
        apart = arcsec(place[same_class], place[a])
        for b, separation in zip(same_class, apart):
            same_name = name[a] is not None and name[a] == name[b]
            allowed = same_name or name[a] is None or name[b] is None or separation <= 1
            is_near = (
                separation <= 2 if entries["class"][a] == "SNR" else separation <= 5 and allowed
            )
            if same_name or is_near:
                parent[max(root(a), root(b))] = min(root(a), root(b))
    expected = entries["entry_id"][[root(i) for i in range(len(place))]]
    np.testing.assert_array_equal(groups["object_id"], expected)
    assert 10 < len(place) - len(np.unique(expected))
    objects = sky.rows("from classes.xclass_objects order by object_id")
    centres = unit_vectors(objects["ra"], objects["dec"])[
        np.searchsorted(objects["object_id"], expected)
    ]
    extent = np.zeros(len(objects["object_id"]))
    np.maximum.at(extent, np.searchsorted(objects["object_id"], expected), arcsec(place, centres))
    np.testing.assert_allclose(objects["extent_arcsec"], extent, atol=1e-6)
    census = sky.rows("from release.class_census where classifier = 'xclass' and step = 'objects'")
    wide = [state.startswith("used, of one name") for state in census["state"]]
    assert census["n"][wide].sum() == (extent > 60).sum() and census["n"].sum() == len(extent)


def test_matches_are_those_of_a_plain_search(sky):
    objects, xray = sky.rows("from classes.xclass_objects"), sky.rows("from classes.xclass_xray")
    matches = sky.rows("from classes.xclass_matches")
    tree = cKDTree(unit_vectors(objects["ra"], objects["dec"]))
    expected = {}
    for source, place in enumerate(unit_vectors(xray["ra"], xray["dec"])):
        sigma = xray["sigma_eff_arcsec"][source]
        for one in tree.query_ball_point(
            place, 2 * np.sin(max(3 * sigma, 3.0) * 1.01 / ARCSEC / 2)
        ):
            separation = arcsec(tree.data[one], place)
            is_near = separation <= 3 if objects["class"][one] == "SNR" else separation <= 3 * sigma
            if is_near:
                expected[xray["csc_name"][source], int(objects["object_id"][one])] = (
                    separation / sigma
                )
    found = dict(zip(zip(matches["csc_name"], map(int, matches["object_id"])), matches["nu"]))
    assert found.keys() == expected.keys() and len(found) > 200
    np.testing.assert_allclose(
        [found[key] for key in found], [expected[key] for key in found], atol=1e-6
    )


def test_features_are_those_of_the_paper(sky):
    names = sky.rows("select unnest(feature_names) as name from classes.xclass_features limit 26")[
        "name"
    ].tolist()
    assert len(names) == 26 and names[:8] == [
        "log_flux_s",
        "log_flux_m",
        "log_flux_h",
        "log_flux_b",
        "hr_sm",
        "hr_mh",
        "hr_sh",
        "hr_bm",
    ]
    colours = [name for name in names if name.startswith("F")]
    assert len(colours) == 9 and {
        "F275W-F336W",
        "F475W-F814W",
        "F275W-F814W",
        "F475W-F160W",
    } <= set(colours)
    rows = sky.rows("""
        select features, labelled.magnitudes, xray.flux_s, xray.flux_m, xray.flux_h, xray.flux_b, sigma_eff_arcsec, labelled.nu, significance,
            bpmag, gmag, rpmag, pm, parallax
        from classes.xclass_features as training inner join classes.xclass_labelled as labelled using (variant, csc_name)
        inner join classes.xclass_xray as xray using (csc_name)
        left join classes.xclass_ground as ground on ground.csc_name = training.csc_name and ground.role = 'training'
        where training.role = 'training' and variant = 'label' order by training.csc_name
    """)

    def values(name):
        return np.ma.filled(rows[name].astype(float), np.nan)

    magnitudes = np.array(
        [
            [np.nan if one is None or one is np.ma.masked else one for one in row]
            for row in rows["magnitudes"]
        ],
        float,
    )
    flux = {band: values(f"flux_{band}") for band in "smhb"}
    with np.errstate(all="ignore"):
        expected = [np.log10(flux[band]) for band in "smhb"]
        expected += [(flux[a] - flux[b]) / (flux[a] + flux[b]) for a, b in ("sm", "mh", "sh", "bm")]
        pairs = [name.split("-") for name in colours]
        expected += [
            magnitudes[:, FILTERS.index(a)] - magnitudes[:, FILTERS.index(b)] for a, b in pairs
        ]
        # of the flux density in erg/s/cm2/Hz
        expected += [
            np.log10(flux["b"] / (3631e-23 * 10 ** (-0.4 * magnitudes[:, FILTERS.index(one)])))
            for one in ("F475W", "F814W")
        ]
        expected += [
            values("sigma_eff_arcsec"),
            np.minimum(values("nu"), 3),
            values("significance"),
            values("bpmag") - values("rpmag"),
            values("gmag") - values("rpmag"),
        ]
        parallax = values("parallax")
        expected += [values("pm"), np.where(np.isnan(parallax), np.nan, parallax > 0.5)]
    expected = np.stack(expected, axis=1)
    got = np.array(
        [
            [np.nan if one is None or one is np.ma.masked else one for one in row]
            for row in rows["features"]
        ],
        float,
    )
    # 48.60 is 3631 Jy to a thousandth of a magnitude
    np.testing.assert_allclose(
        got, np.where(np.isfinite(expected), expected, np.nan), rtol=1e-9, atol=5e-4
    )
    assert (np.isfinite(got).mean(axis=0) > 0.2).all()


def test_parts_and_folds_have_their_share_of_each_class(sky):
    rows = sky.rows(
        "select class, split, fold from classes.xclass_labelled where variant = 'label'"
    )
    for name in np.unique(rows["class"]):
        of_class = rows["class"] == name
        number = of_class.sum()
        for split, share in (("train", 0.72), ("validation", 0.18), ("test", 0.10)):
            assert abs((rows["split"][of_class] == split).sum() - share * number) <= 1.5
        assert np.ptp(np.bincount(rows["fold"][of_class], minlength=FEW_DRAWS["xclass_folds"])) <= 1


def test_probabilities_are_those_of_the_files(sky):
    cases = sky.rows("from classes.xclass_features where mode = 'nearest' order by csc_name")
    found = sky.rows(
        "from classes.xclass_case_probabilities where mode = 'nearest' and variant = 'blind' order by csc_name"
    )
    model = sky.rows("from classes.xclass_model where variant = 'blind'")
    folder = sky.database.with_suffix(".models")
    forest = {
        name: load_forest(str(folder / file))
        for name, file in zip(model["model"], model["model_file"])
    }
    classes = {name: list(one) for name, one in zip(model["model"], model["classes"])}
    values = np.array(
        [
            [np.nan if one is None or one is np.ma.masked else one for one in row]
            for row in cases["features"]
        ],
        float,
    )
    first = forest["groups"].predict(values)
    assert classes["groups"] == ["AGN", "OTHER", "SNR", "STAR"]
    second = forest["OTHER"].predict(np.concatenate([values, first], axis=1))
    np.testing.assert_array_equal(found["p_group_star"], first[:, 3])
    np.testing.assert_allclose(
        found["p_lmxb"], first[:, 1] * second[:, classes["OTHER"].index("LMXB")], rtol=1e-14
    )


def test_the_members_of_the_galaxy_are_found_and_the_nearest_object_is_mostly_theirs(sky):
    truth = pq.read_table(sky.raw / "galaxy_truth.parquet").to_pandas()
    found = sky.rows("from formats.xclass_classes")
    members = truth[truth.galaxy == TARGET.name]
    assert len(members) > 60 and set(members.name) <= set(found["csc_name"])
    by_name = dict(zip(found["csc_name"], np.ma.filled(found["hsc_match_id"], -1)))
    seen = members[members.MatchID.notna() & (members.kind != "LMXB")]
    assert np.mean([by_name[row["name"]] == row["MatchID"] for _, row in seen.iterrows()]) > 0.8
    lent = truth[truth.galaxy.isin([galaxy.name for galaxy in LENDERS])]
    training = dict(zip(found["csc_name"], found["is_training_source"]))
    assert np.mean([training[name] for name in lent.name if name in training]) > 0.5
    assert not any(training[name] for name in members.name)


def test_both_classes_stand_beside_each_other_and_those_that_train_are_named(sky):
    rows = sky.rows("""
        select bool_and(c.class is not distinct from l.class and c.confidence is not distinct from l.confidence) as is_label,
            bool_and(c.class_blind is not distinct from b.class and c.confidence_blind is not distinct from b.confidence) as is_blind,
            count(*) filter (c.class <> c.class_blind) as n_apart, count(*) filter (c.is_training_source) as n_training,
            (select count(distinct csc_name) from (from classes.xclass_features where role = 'training') semi join classes.xclass_hst_candidates using (csc_name)) as n_wanted,
            (select count(*) from classes.xclass_target_probabilities where variant = 'label' and mode = 'nearest' and class is not null
                and csc_name not in (select csc_name from classes.xclass_labelled where not_used_because is null)) as n_judged, count(*) filter (not c.is_training_source and c.class is not null) as n_new
        from formats.xclass_classes as c
        left join classes.xclass_target_probabilities as l on c.csc_name = l.csc_name and l.variant = 'label' and l.mode = 'nearest'
        left join classes.xclass_target_probabilities as b on c.csc_name = b.csc_name and b.variant = 'blind' and b.mode = 'nearest'
    """)
    assert rows["is_label"][0] and rows["is_blind"][0] and rows["n_apart"][0] > 0
    assert (
        rows["n_training"][0] == rows["n_wanted"][0] > 0
        and 0 < rows["n_judged"][0] <= rows["n_new"][0]
    )


def test_the_fit_that_knows_the_class_gives_it_away(sky):
    rows = sky.rows(
        "from release.class_evaluation where scheme = 'random' and class_set = 'stage_one' and subset = 'all' and class = 'all'"
    )
    accuracy = dict(zip(rows["variant"], rows["accuracy"]))
    assert accuracy["label"] > accuracy["blind"] + 0.01 and accuracy["blind"] > 0.8
    truth = sky.rows("""
        select variant, avg((class = 'AGN')::integer) as found
        from classes.xclass_target_probabilities inner join staging.stg_truth using (csc_name)
        where kind = 'AGN' and mode = 'nearest' and class is not null
            and csc_name not in (select csc_name from classes.xclass_labelled where not_used_because is null)
        group by variant
    """)
    found = dict(zip(truth["variant"], truth["found"]))
    assert found["blind"] > found["label"] + 0.3


def test_counterparts_have_the_probability_of_their_likelihood_ratio(sky):
    rows = sky.rows(
        "select c.*, sigma_eff_arcsec, pos_err_arcsec from classes.xclass_hst_candidates as c "
        "inner join classes.xclass_xray using (csc_name) inner join staging.stg_hsc__sources using (hsc_match_id)"
    )
    reach = np.maximum(3 * rows["sigma_eff_arcsec"], 15.0)
    for name in np.unique(rows["csc_name"])[:40]:
        of_source = rows["csc_name"] == name
        density = of_source.sum() / (np.pi * reach[of_source][0] ** 2)
        separation, near = rows["separation_arcsec"][of_source], rows["nu"][of_source] <= 3
        variance = (rows["sigma_eff_arcsec"][of_source] / np.sqrt(-2 * np.log(0.05))) ** 2 + rows[
            "pos_err_arcsec"
        ][of_source] ** 2
        ratio = np.where(
            near, np.exp(-(separation**2) / 2 / variance) / (2 * np.pi * variance * density), 0
        )
        np.testing.assert_allclose(
            rows["p_any"][of_source], 0.8 * ratio.sum() / (0.8 * ratio.sum() + 0.2), rtol=1e-3
        )
        if ratio.sum():
            np.testing.assert_allclose(
                rows["p_i"][of_source], ratio / ratio.sum(), rtol=1e-2, atol=1e-12
            )


def test_counterparts_of_the_gaia_match_lose_no_source(sky, small_sky, tmp_path):
    other = small_sky(tmp_path)
    other.build(
        "--select",
        "+xclass_features",
        variables={"xclass_ground_counterparts": "posterior"},
    )
    for table, key in (
        ("ground", "place"),
        ("sed", "variant, csc_name"),
        ("labelled", "variant, csc_name"),
        ("features where role = 'target'", "mode, csc_name, hsc_match_id"),
    ):
        query = f"select md5(string_agg(({key})::varchar, ' ' order by {key})) as key, count(*) as n from classes.xclass_{table}"
        assert [value[0] for value in other.rows(query).values()] == [
            value[0] for value in sky.rows(query).values()
        ], table
    ground = other.rows("""
        select role, count(*) filter (not may_have_gaia) as n_without, count(gaia_source_id) filter (not may_have_gaia) as n_wrong,
            count(panstarrs_objid) filter (not may_have_gaia) as n_panstarrs, max(gaia_separation_arcsec) filter (p.csc_name is not null) as farthest
        from classes.xclass_ground
        left join match.xray_positions as p using (csc_name) group by role order by role
    """)
    assert (
        ground["role"].tolist() == ["target", "training"]
        and (ground["n_without"] > 0).all()
        and (ground["n_wrong"] == 0).all()
    )
    assert (ground["n_panstarrs"] > 0).all() and (ground["farthest"] < 1e-6).all()


def test_filters_that_hubble_has_not_and_one_catalogue_classify_nothing(sky, tmp_path):
    bare = type(sky)(tmp_path)
    for name in (
        "csc_master",
        "csc_observation",
        "csc_stack",
        "gaia_source",
        "galaxy_xray",
        "hsc",
        "literature_liu_hmxb",
    ):
        (bare.raw / f"{name}.parquet").symlink_to(sky.raw / f"{name}.parquet")
    filters = [f"lsst_baseline_{band}" for band in "ugrizy"]
    variables = ALONE | {"sed_output_filters": filters}
    bare.build("--select", *SELECTED, variables=variables)
    asked = bare.dbt(
        "compile",
        "--quiet",
        "--inline",
        "{{ feature_names('xclass') | join(' ') }}",
        variables=FEW_DRAWS | variables,
    )
    names = set(asked.stdout.split())
    assert {"U-G", "Z-Y", "U-I", "R-Y", "U-Y"} <= names and len(names) == 24
    rows = bare.rows("select state, class, p_agn from formats.xclass_classes")
    assert set(rows["state"]) == {"no_magnitude", "not_significant", "no_hst_counterpart"}
    assert np.ma.getmaskarray(rows["class"]).all() and np.ma.getmaskarray(rows["p_agn"]).all()
    for table in ("class_evaluation", "class_confusion"):
        assert (
            bare.rows(f"select count(*) as n from release.{table} where classifier = 'xclass'")[
                "n"
            ][0]
            == 0
        ), table
    assert set(
        bare.rows("select class from release.class_census where step like 'training%'")["class"]
    ) <= {"HMXB"}
    assert set(
        bare.rows("select class from release.class_census where step = 'sources'")["class"]
    ) == {"none"}


def test_vars_that_contradict_each_other_are_told_at_once(sky):
    done = sky.dbt(
        "compile",
        "--inline",
        "select 1",
        variables={
            "xclass_groups": {"AGN": ["AGN"], "OTHER": ["ULX"]},
            "xclass_variants": {"A b": {}},
            "xclass_trees": 0,
            "xclass_ground_radius_arcsec": 12,
        },
    )
    assert done.returncode != 0
    for name in (
        "xclass_groups: ULX",
        "xclass_variants: A b",
        "xclass_trees: 0",
        "xclass_ground_radius_arcsec: 12",
    ):
        assert name in done.stdout, name
