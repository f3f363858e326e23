"""The worked matches of matches/, built as a user builds them, against the truth of simulated
skies.
"""

import os
import re

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml
from astropy.table import Table
from click.testing import CliRunner
from conftest import PROJECT, REAL_DATA, Build

from lynceus.commands import main
from lynceus.inputs.simulated.survey_field import simulate_field
from lynceus.settings import default_match


def match(folder, name, sky, changes=None, data=None):
    """Build matches/<name>.yml on a sky, its settings changed; return what the terminal showed."""
    path = PROJECT / "matches" / f"{name}.yml"
    settings = yaml.safe_load(path.read_text()) if path.exists() else {"match": default_match()}
    settings["match"] |= changes or {}
    for catalogue in settings["match"]["catalogues"] if data else ():
        catalogue["table"] = str(data / os.path.basename(catalogue["table"]))
    path = folder / f"{name}.yml"
    path.write_text(yaml.safe_dump(settings))
    return terminal(sky, "match", path)


def rows_of(sky, name, query):
    """Return the rows of a query on the database of a match, the small sky's staging tables beside
    it.
    """
    with duckdb.connect(
        str(sky.folder / "releases" / "matches" / name / f"{name}.duckdb"), read_only=True
    ) as connection:
        return connection.execute(query).fetchnumpy()


def terminal(sky, *arguments, code=0):
    """Run `lynceus`; return what the terminal showed."""
    done = CliRunner().invoke(
        main,
        list(map(str, arguments)),
        env=sky.environment(LYNCEUS_RELEASES=str(sky.folder / "releases")),
    )
    assert done.exit_code == code, done.output
    return done.output


@pytest.fixture(scope="module")
def chandra(undisturbed, tmp_path_factory):
    """The small sky's raw tables, to build matches of."""
    sky = Build(tmp_path_factory.mktemp("chandra"))
    sky.raw = undisturbed.raw
    return sky


@pytest.fixture(scope="module")
def four(chandra, tmp_path_factory):
    return match(tmp_path_factory.mktemp("four"), "chandra_gaia_2mass_allwise", chandra)


TRUE_ASSOCIATION = """
    select p_any, p_i, coalesce(t.gaia_source_id, -1) = coalesce(p.gaia_source_id, -1)
        and coalesce(t.twomass_designation, '') = coalesce(p.twomass_designation, '')
        and coalesce(t.allwise_designation, '') = coalesce(p.allwise_designation, '') as whole,
        coalesce(t.gaia_source_id::varchar, t.twomass_designation, t.allwise_designation) is not null as has_any
    from match.posteriors p inner join match.primaries using (primary_key) inner join raw.truth t on name = csc_name
    where match_flag = 1 and ncat > 1 and not p.is_fake
"""


def test_four_catalogues_find_whole_objects_and_say_what_came_out(chandra, four):
    found = rows_of(chandra, "chandra_gaia_2mass_allwise", TRUE_ASSOCIATION)
    likely = found["p_any"] > 0.5
    assert likely.sum() > 800
    assert found["whole"][likely].mean() > 0.7 and found["has_any"][likely].mean() > 0.9
    assert "primaries" in four and "by fakes" in four
    files = {
        path.name
        for path in (chandra.folder / "releases/matches/chandra_gaia_2mass_allwise").iterdir()
    }
    assert files >= {
        "named_posteriors.parquet",
        "primary_posteriors.vot",
        "cutoff_calibration.png",
        "prior_histograms.svg",
    }
    table = Table.read(
        chandra.folder / "releases/matches/chandra_gaia_2mass_allwise/named_posteriors.fits"
    )
    assert (
        table["separation_gaia_csc"].unit == "arcsec" and table["gaia_source_id"].dtype.str == ">i8"
    )
    (rows,) = rows_of(
        chandra,
        "chandra_gaia_2mass_allwise",
        "select count(*) as n from match.posteriors where not is_fake",
    )["n"]
    assert len(table) == rows


def test_sources_that_move_together_are_put_together(chandra, four, tmp_path):
    settings = yaml.safe_load((PROJECT / "matches/chandra_gaia_2mass_allwise.yml").read_text())[
        "match"
    ]["catalogues"]
    still = [
        {key: value for key, value in catalogue.items() if key not in ("epoch", "pmra", "pmdec")}
        for catalogue in settings
    ]
    match(tmp_path, "chandra_gaia_2mass_allwise", chandra, {"name": "still", "catalogues": still})
    right = [
        rows_of(chandra, name, TRUE_ASSOCIATION)["whole"].sum()
        for name in ("chandra_gaia_2mass_allwise", "still")
    ]
    assert right[0] > 1.1 * right[1]


def test_fakes_tell_the_purity_that_the_truth_tells(chandra, four):
    found = rows_of(chandra, "chandra_gaia_2mass_allwise", TRUE_ASSOCIATION)
    told = rows_of(
        chandra,
        "chandra_gaia_2mass_allwise",
        "select * from match.purity_estimates where probability = 'p_any' and cut_by = 'all' order by p_cut",
    )
    assert len(told["p_cut"]) == 99 and told["n_fakes"][0] > 1000
    assert (np.diff(told["n_selected"]) <= 0).all() and (np.diff(told["fake_share"]) <= 0).all()
    for cut in (20, 50, 80):
        truth = found["has_any"][found["p_any"] > cut / 100].mean()
        assert abs(told["purity"][cut - 1] - truth) < 0.05
    assert np.array_equal(np.ma.getmaskarray(told["purity"]), told["n_selected"] == 0)


def test_an_explanation_names_every_factor_and_they_add_up(chandra, four):
    (source,) = rows_of(
        chandra,
        "chandra_gaia_2mass_allwise",
        "select csc_name from match.posteriors p inner join match.primaries using (primary_key)"
        " where match_flag = 1 and ncat = 4 and not p.is_fake order by p_any desc, csc_name limit 1",
    )["csc_name"]
    path = PROJECT / "matches/chandra_gaia_2mass_allwise.yml"
    shown = terminal(chandra, "explain", path, source).splitlines()
    names = shown[0].split()
    rows = [
        dict(zip(names, line.replace(source, source.replace(" ", "_")).split(), strict=True))
        for line in shown[1:]
        if source in line
    ]
    assert len(rows) >= 8
    assert sum(float(row["p"]) for row in rows) == pytest.approx(1, abs=1e-3)
    for row in rows:
        factors = sum(
            float(row[name])
            for name in names
            if name.startswith("log10_")
            and name not in ("log10_weight", "log10_sum")
            and row[name] != "."
        )
        assert factors == pytest.approx(float(row["log10_weight"]), abs=2e-3)
        assert float(row["p"]) == pytest.approx(
            10 ** (float(row["log10_weight"]) - float(row["log10_sum"])), rel=0.05, abs=1e-12
        )
    assert shown[-1].endswith(".svg") and os.path.exists(shown[-1])


def test_an_unknown_source_and_a_match_not_built_are_said(chandra, four, tmp_path):
    path = PROJECT / "matches/chandra_gaia_2mass_allwise.yml"
    assert "2CXO J999 is no source of chandra_gaia_2mass_allwise" in terminal(
        chandra, "explain", path, "2CXO J999", code=1
    )
    assert "xmm_field is not built" in terminal(
        chandra, "explain", PROJECT / "matches/xmm_field.yml", "1", code=1
    )


def test_a_local_density_is_the_better_calibrated(chandra, tmp_path):
    losses = {}
    for density in ("local", "global"):
        match(
            tmp_path,
            "chandra_gaia",
            chandra,
            {"name": f"the_{density}", "density": density, "classifier": None},
        )
        found = rows_of(
            chandra,
            f"the_{density}",
            "select p_any, gaia_source_id is not null as has from match.primary_posteriors"
            " inner join raw.truth on name = csc_name where not is_fake and n_associations > 0 and p_any is not null",
        )
        p, has = np.clip(np.asarray(found["p_any"]), 1e-6, 1 - 1e-6), found["has"].astype(bool)
        losses[density] = -np.log(np.where(has, p, 1 - p))
    assert losses["local"].mean() < 0.9 * losses["global"].mean()


def test_all_five_steps_choose_among_allwise_sources(chandra, tmp_path):
    # the truth as what others have published
    truth = next(
        path
        for path in (chandra.raw / "truth.parquet", chandra.raw / "truth/*.parquet")
        if list(path.parent.glob(path.name))
    )
    published = {"table": str(truth), "first": "name", "second": "allwise_designation"}
    told = match(tmp_path, "csc_allwise", chandra, {"verification": published})
    for part in (
        "score",
        "ROC area 0.",
        "likelihood ratio to the power",
        "chance threshold",
        "5 to 95 %",
        " best, ",
        " ambiguous",
    ):
        assert part in told, part
    assert (chandra.folder / "releases/matches/csc_allwise/flagged_pairs.fits").exists()
    model = rows_of(
        chandra, "csc_allwise", "select auc_test, n_positive_train from match.match_model"
    )
    assert model["auc_test"][0] > 0.75 and model["n_positive_train"][0] > 300
    pairs = rows_of(
        chandra, "csc_allwise", "select kind, count(*) as n from match.labelled_pairs group by kind"
    )
    assert set(pairs["kind"]) >= {"positive", "clear", "intermediate", "random"}
    thresholds = rows_of(
        chandra, "csc_allwise", "select rule, threshold from match.score_thresholds order by rule"
    )
    assert (
        thresholds["rule"].tolist() == ["chance", "youden"]
        and 0 < thresholds["threshold"][0] < thresholds["threshold"][1] < 1
    )
    chosen = rows_of(
        chandra,
        "csc_allwise",
        "select coalesce(p.allwise_designation = t.allwise_designation, false) as is_right, csc_name, sep_ok,"
        " ml_confident, p_match_ind from match.flagged_pairs p inner join raw.truth t on name = csc_name where selection = 'best'",
    )
    assert len(set(chosen["csc_name"])) == len(chosen["csc_name"]) > 800
    assert chosen["is_right"].mean() > 0.8
    found = rows_of(
        chandra,
        "csc_allwise",
        "select rule, count(*) filter (outcome = 'same') as same, count(*) as n, count(*) filter (trains) as n_trains"
        " from match.verification group by rule order by rule",
    )
    assert found["rule"].tolist() == ["joint", "position", "score"]
    assert found["same"][2] == chosen["is_right"].sum()
    sources = rows_of(chandra, "csc_allwise", "select count(*) as n from raw.truth")["n"][0]
    assert (found["n"] == sources).all()
    trained = rows_of(
        chandra,
        "csc_allwise",
        "select count(distinct primary_key) as n from match.labelled_pairs where split <> 'test' and is_trainable",
    )["n"][0]
    assert (found["n_trains"] == trained).all() and trained > 300
    assert re.search(rf"published, by score +{found['same'][2]:,} of ", told)
    assert "of sources that do not train, by joint" in told
    assert (
        chosen["sep_ok"].all()
        and chosen["ml_confident"].all()
        and (chosen["p_match_ind"] > thresholds["threshold"][0]).all()
    )


def test_a_score_judges_the_pairs_of_a_match_of_four_catalogues(chandra, tmp_path):
    """Chandra and Gaia with the associations of 2MASS and AllWISE: a pair has the probability of
    all its associations together.
    """
    catalogues = yaml.safe_load((PROJECT / "matches/chandra_gaia_2mass_allwise.yml").read_text())[
        "match"
    ]["catalogues"]
    catalogues[0]["properties"] = "xray_properties"
    changes = {
        "name": "scored",
        "fakes": 0,
        "catalogues": catalogues,
        # enough pairs in each part of a small sky
        "classifier": default_match()["classifier"]
        | {"split": {"test": 0.3, "validation": 0.3, "folds": 5}},
    }
    match(tmp_path, "chandra_gaia_2mass_allwise", chandra, changes)
    pairs = rows_of(
        chandra,
        "scored",
        """
        select p_any, whole from match.pair_posteriors
        inner join (
            select primary_key, sum(p_any * p_i) as whole from match.posteriors where gaia_source_id is not null group by primary_key
        ) using (primary_key)
    """,
    )
    np.testing.assert_allclose(pairs["p_any"], pairs["whole"], atol=1e-12)
    joint = rows_of(
        chandra,
        "scored",
        "select sum(p_i_joint) as total from match.flagged_pairs where p_i_joint is not null group by primary_key",
    )
    np.testing.assert_allclose(joint["total"], 1, atol=1e-9)
    best = rows_of(
        chandra,
        "scored",
        """
        select coalesce(p.gaia_source_id = t.gaia_source_id, false) as is_right
        from match.flagged_pairs p inner join raw.truth t on name = csc_name where selection = 'best'
    """,
    )
    assert len(best["is_right"]) > 500 and best["is_right"].mean() > 0.85


@pytest.fixture(scope="module")
def field(tmp_path_factory):
    """A survey field, around the X-ray sources of XMM-COSMOS where the folder of real tables is."""
    folder = tmp_path_factory.mktemp("field")
    real = REAL_DATA / "nway" / "cosmos_xmm.parquet"
    simulate_field(folder / "tables", real if real.exists() else None)
    sky = Build(folder)
    sky.raw = "none"
    return sky


def test_magnitude_priors_find_counterparts_that_positions_miss(field):
    tables = field.folder / "tables"
    match(field.folder, "xmm_field", field, data=tables)
    plain = yaml.safe_load((PROJECT / "matches/xmm_field.yml").read_text())["match"]["catalogues"]
    plain = [
        {key: value for key, value in catalogue.items() if key != "priors"} for catalogue in plain
    ]
    match(field.folder, "xmm_field", field, {"name": "positions", "catalogues": plain}, tables)
    truth = pq.read_table(tables / "truth.parquet").to_pydict()
    owner = dict(zip(truth["xray_id"], truth["optical_id"], strict=True))
    right = {}
    for name in ("xmm_field", "positions"):
        found = rows_of(
            field,
            name,
            "select xray_id, optical_id from match.posteriors p inner join match.primaries using (primary_key)"
            " where match_flag = 1 and not p.is_fake",
        )
        chosen = zip(found["xray_id"].tolist(), found["optical_id"].tolist(), strict=True)
        right[name] = sum(
            optical is not None and owner.get(xray) == optical for xray, optical in chosen
        )
    missed = {name: len(owner) - count for name, count in right.items()}
    assert missed["xmm_field"] < 0.8 * missed["positions"] < 0.1 * len(owner)
    bins = rows_of(
        field,
        "xmm_field",
        "select * from match.prior_histograms where name = 'bias_optical_mag_i' order by bin",
    )
    # counterparts are drawn brighter than the field
    assert bins["factor"][len(bins["bin"]) // 2] > 1 > bins["factor"][-2]
    np.testing.assert_allclose((bins["q"] * (bins["high"] - bins["low"])).sum(), 1)


def test_a_simulated_field_is_the_same_for_the_same_seed(tmp_path):
    for name in ("a", "b"):
        simulate_field(tmp_path / name)
    for table in ("xray", "optical", "infrared", "truth"):
        assert (tmp_path / "a" / f"{table}.parquet").read_bytes() == (
            tmp_path / "b" / f"{table}.parquet"
        ).read_bytes()
