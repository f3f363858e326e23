"""What a model may depend on, proved from dbt's manifest."""

import json
import warnings

import pytest
from astropy import units
from astropy.io.votable.ucd import parse_ucd
from conftest import Build

from lynceus.inputs.raw_tables import raw_tables
from lynceus.release.tables import released_tables

EVALUATION = {
    "evaluation_cuts", "match_evaluation", "match_reliability", "match_curves", "match_comparison", "familiarity_evaluation", "class_truth",
    "xclass_truth",
    "umlcaxs_comparison",
}


@pytest.fixture(scope="module")
def manifest(tmp_path_factory):
    build = Build(tmp_path_factory.mktemp("manifest"))
    done = build.dbt("parse")
    assert done.returncode == 0, done.stdout
    return build.folder / "target" / "manifest.json"


@pytest.fixture(scope="module")
def nodes(manifest):
    return json.loads(manifest.read_text())["nodes"]


def descendants(nodes, name):
    reached = {name}
    while True:
        more = {key for key, node in nodes.items() if node["resource_type"] == "model" and reached & set(node["depends_on"]["nodes"])}
        if more <= reached:
            return reached - {name}
        reached |= more


def test_only_evaluation_models_read_the_truth(nodes):
    read = descendants(nodes, "source.lynceus.simulated.truth")
    assert {key.split(".")[-1] for key in read} == {"stg_truth"} | EVALUATION


def test_released_models_are_tables_and_every_column_is_described(nodes):
    released = [node for node in nodes.values() if node["resource_type"] == "model" and node["schema"] == "release"]
    assert len(released) >= 5
    for node in released:
        assert node["config"]["materialized"] == "table" and node["config"]["contract"]["enforced"]
        for column in node["columns"].values():
            assert column["description"] and column["data_type"] and column["config"]["meta"]["ucd"], column["name"]


def test_every_released_unit_is_a_vounit_and_every_ucd_in_the_vocabulary(manifest):
    tables = released_tables(manifest)  # refuses what is not, naming table and column
    assert {table.name for table in tables} >= {"candidate_pairs", "xray_sources", "nway_matches"}
    columns = {column.name: column for table in tables for column in table.columns}
    assert columns["separation"].unit == "arcsec" and columns["p_any"].unit is None
    assert all(table.sort_by for table in tables)


def test_every_raw_unit_is_a_vounit_and_every_ucd_in_the_vocabulary():
    for table in raw_tables().values():
        for column in table.columns:
            assert column.description, (table.name, column.name)
            parse_ucd(column.ucd, check_controlled_vocabulary=True)
            if column.unit:
                with warnings.catch_warnings(action="ignore"):  # VOUnit deprecates erg
                    units.Unit(column.unit, format="vounit", parse_strict="raise")
