"""Real fields, wherever the folder of real tables is: complete candidates, and released tables out
of the whole build.
"""

import json

import duckdb
import pytest
from conftest import FEW_DRAWS, REAL_DATA

from lynceus.studies import classes as real_classes
from lynceus.studies import real as measuring
from lynceus.studies.left_out_classes import read_trained
from lynceus.studies.property_match import property_match
from lynceus.studies.published_tables import REAL_FIELDS, assemble
from lynceus.studies.report import report

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def fields(tmp_path_factory):
    """Every real field, built and measured once; classes with few draws."""
    work = tmp_path_factory.mktemp("real")
    with pytest.MonkeyPatch.context() as patch:
        few = FEW_DRAWS | {
            "validation_draws": 2,
            "muwclass_draws": 4,
            "studies": {"muwclass_classifiers": ["tree"]},
        }
        patch.setattr(real_classes, "VARIABLES", {"training": few})
        return {name: measuring.measure(REAL_DATA, name, work / name) for name in REAL_FIELDS}


@pytest.fixture(scope="module")
def properties(fields, tmp_path_factory):
    """The property match of the fields, which are built before."""
    work = tmp_path_factory.getbasetemp() / "real0"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lynceus.studies.property_match.SEEDS", 1)
        return property_match({name: work / name / "lynceus.duckdb" for name in REAL_FIELDS})


def few_trained(sources, **settings):
    """A fifth of the training sources of every class, of a rare one 8."""
    kept = sources.query(
        "s",
        "from s qualify row_number() over (partition by class order by csc_name) <= greatest(8, count(*) over (partition by class) / 5)",
    )
    return read_trained(kept, **settings)


@pytest.fixture(scope="module")
def classes(fields, tmp_path_factory):
    """The classifiers on the fields, which are built before."""
    work = tmp_path_factory.getbasetemp() / "real0"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(real_classes, "FIELD_DRAWS", 10)
        patch.setattr(real_classes, "MAP_DRAWS", 60)
        patch.setattr(real_classes, "LEFT_OUT_DRAWS", 2)
        patch.setattr(real_classes, "REPEATS", 1)
        patch.setattr(real_classes, "EBV", (1.5,))
        patch.setattr(real_classes, "read_trained", few_trained)
        databases = {name: work / name / "lynceus.duckdb" for name in REAL_FIELDS}
        return real_classes.left_out_match(databases, REAL_DATA, work) | real_classes.class_match(
            databases, REAL_DATA
        )


def test_classes_of_fields_are_the_published_ones_where_both_are_sure(classes):
    for field in [*classes["fields"].values(), classes["hess"]]:
        for row in field["by_ebv"]:
            assert row["same_where_both_confident"] > 0.95
            assert row["same_class"] > 0.6


def test_fields_held_out_are_harder_than_random_folds(classes):
    accuracy = {
        (row["classifier"], row["scheme"]): row["accuracy"]
        for row in classes["training"]
        if row["subset"] == "all"
    }
    assert 0.7 < accuracy["muwclass", "field"] < accuracy["muwclass", "random"] + 0.01
    assert "| muwclass | fields | all |" in "\n".join(real_classes.section(classes))


@pytest.mark.parametrize(
    ("scheme", "accuracy", "mcc", "ece"),
    [("random", 0.91, 0.87, 0.03), ("field", 0.87, 0.80, 0.05)],
)
def test_our_own_classes_of_the_published_training_table(scheme, accuracy, mcc, ece, classes):
    """Published: accuracy 0.886 and MCC 0.829, each source left out by itself (Yang et al. 2022,
    section 4.5).
    """
    got = {name: mean for name, (mean, _) in classes["lynceus_repeats"][scheme].items()}
    assert got["accuracy"] >= accuracy and got["mcc"] >= mcc and got["ece"] <= ece, got


def test_properties_tell_counterparts_of_real_sources_from_the_field(properties):
    rows = properties["cross_validation"]
    for row in rows.values():
        # which values are missing must not give the answer away
        assert abs(row["auc_of_missing_values_alone"]["mean"] - 0.5) < 0.1
        assert row["auc"]["mean"] > 0.65
    assert len(properties["features"]) >= 15
    for field in properties["fields"].values():
        assert (
            field["nway_confident_and_accepted"]
            <= field["nway_confident"]
            <= field["with_candidate"]
            <= field["xray_sources"]
        )


def test_candidates_equal_brute_force_but_for_stars_that_moved_across_the_radius(fields):
    for name, field in fields.items():
        pairs = field["brute_force"]
        assert pairs["largest_difference_arcsec"] < 1e-6, name
        assert pairs["in_both"] + pairs["only_ours_by_motion"] == pairs["our_pairs"], name
        assert pairs["only_astropy"] <= 0.01 * pairs["astropy_pairs"], name
    # no X-ray epochs there, hence no motion
    assert (
        fields["cdfs"]["brute_force"]["only_astropy"]
        == 0
        < fields["cdfs"]["brute_force"]["our_pairs"]
    )


def test_every_source_has_a_state_and_every_published_pair_is_found(fields):
    for field in fields.values():
        assert sum(field["states"].values()) == field["xray_sources"] > 0
    cdfs = fields["cdfs"]["published"]
    assert (
        cdfs["found_here"] == cdfs["published_pairs"] and cdfs["largest_difference_arcsec"] < 1e-6
    )
    trumpler = fields["trumpler18"]["published"]
    assert (
        trumpler["found_here"] >= 0.95 * trumpler["published_candidates"]
        and trumpler["largest_difference_arcsec"] < 1e-3
    )


def test_best_candidates_agree_with_the_published_nway_match(fields):
    training = fields["training"]["published"]
    assert (
        training["same_best_candidate"]
        >= 0.98 * (training["published_matches"] - training["no_candidate_here"])
        > 100
    )


def test_sources_moved_to_empty_places_match_less_the_higher_p_any(fields):
    for mock in ("mock_chance", "mock_completeness"):
        shares = [cell["share"] for cell in fields[mock]["matched_by_p_any"].values()]
        assert shares == sorted(shares, reverse=True)
        for cut in ("0.5", "0.9"):
            assert (
                fields[mock]["matched_by_p_any"][cut]["share"]
                < 0.5 * fields["ngc3532"]["matched_by_p_any"][cut]["share"]
            )


def test_the_report_says_what_was_measured(fields, properties, classes):
    sky = {"sources": 1, "pointings": 1, "seed": 1, "preset": "hard", "quantities": []}
    page = report(
        {
            "date": "2000-01-01",
            "git_commit": "abc",
            "how": "a test",
            "fields": fields,
            "property_match": properties,
            "classes": classes,
            "simulated_sky": sky,
            "left_out": {},
        }
    )
    json.dumps(fields)
    for field in fields.values():
        assert f"| {field['title']} | {field['xray_sources']} |" in page


def test_a_folder_is_measured_as_far_as_it_goes_and_not_twice(tmp_path, monkeypatch, capsys):
    """A field that nobody knows, of the same layout as the known ones; no table of any study."""
    folder = tmp_path / "published"
    (folder / "fields/elsewhere").mkdir(parents=True)
    for name in ("csc_master", "gaia_nearest"):
        path = f"fields/{{}}/{name}.parquet"
        (folder / path.format("elsewhere")).symlink_to(REAL_DATA / path.format("trumpler18"))
    measuring.measure_all(folder, tmp_path / "results", tmp_path / "work")
    results = json.loads((tmp_path / "results/real_data.json").read_text())
    assert list(results["fields"]) == ["elsewhere"]
    assert set(results["left_out"]) == {
        "false_matches",
        "published_matches",
        *(f"field_{name}" for name in REAL_FIELDS),
        *("property_match", "left_out", "classes", "sed", "umlcaxs", "boosted", "xclass"),
        "simulated_sky",
    }
    told = capsys.readouterr().out
    assert "Left out: field_ngc3532, the folder lacks fields/ngc3532/csc_master.parquet" in told
    assert "Left out: sed, the folder lacks what field training is built from" in told
    page = (tmp_path / "results/README.md").read_text()
    assert "| elsewhere, nearest Gaia source only |" in page and "Left out: `classes`" in page
    monkeypatch.setattr(measuring, "run_dbt", None)
    measuring.measure_all(folder, tmp_path / "results", tmp_path / "work")
    again = json.loads((tmp_path / "results/real_data.json").read_text())
    assert again["fields"] == results["fields"]


def test_a_study_is_measured_anew_when_tables_or_code_change(tmp_path):
    studies = measuring.Studies(tmp_path, "one")
    assert studies.measured("a", lambda: {"n": 1, "rows": [(1, None)]}) == {"n": 1, "rows": [[1, None]]}  # fmt: skip
    assert studies.measured("a", None)["n"] == 1
    assert measuring.Studies(tmp_path, "two").measured("a", lambda: {"n": 2}) == {"n": 2}
    with pytest.raises(ZeroDivisionError):
        studies.measured("b", lambda: 1 / 0)
    assert not (tmp_path / "b.json").exists() and not studies.left_out
    assert studies.measured("b", lambda: 3, made=tmp_path / "database") == 3
    assert studies.measured("b", lambda: 4, made=tmp_path / "database") == 4


def test_a_field_without_its_tables_says_which(tmp_path):
    with pytest.raises(FileNotFoundError, match="crossmatch/cdfs_csc.parquet"):
        assemble(tmp_path, "cdfs", tmp_path / "raw")


def test_gaia_ids_and_values_of_the_real_table_are_unchanged(tmp_path, real_data):
    assemble(real_data, "cdfs", tmp_path)
    query = "select sum(source_id::hugeint), sum(phot_g_mean_mag), count(parallax) from '{}'"
    ours = duckdb.sql(query.format(tmp_path / "gaia_source.parquet")).fetchall()[0]
    theirs = duckdb.sql(
        query.format(real_data / "crossmatch" / "cdfs_gaia.parquet").replace(
            "source_id", "gaia_source_id"
        )
    ).fetchall()[0]
    assert (
        ours[0] == theirs[0]
        and ours[2] == theirs[2]
        and ours[1] == pytest.approx(theirs[1], rel=1e-12)
    )
