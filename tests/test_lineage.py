"""What a model may depend on, proved from dbt's manifest."""

import json
import warnings

import pytest
from astropy import units
from astropy.io.votable.ucd import parse_ucd
from conftest import Build

from lynceus.inputs.raw_tables import raw_tables
from lynceus.release.tables import released_tables

# data flow along these rooms (folders of models/), never back
ROOMS = ("staging", "sources", "match", "classes", "evaluation", "release", "formats")
# who may be read by whom, beside its own room
READERS = {"evaluation": {"release"}, "release": {"formats"}, "formats": set()}
# released tables against the truth of a simulated sky
JUDGED = {
    "match_evaluation", "match_reliability", "match_curves", "class_evaluation", "class_confusion", "class_reliability", "class_roc", "class_thresholds",
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


def edges(nodes):
    """Yield the pairs (read, reader) of models as (room, name)."""
    models = {key: (node["fqn"][1], node["name"]) for key, node in nodes.items() if node["resource_type"] == "model"}
    for key, reader in models.items():
        for parent in nodes[key]["depends_on"]["nodes"]:
            if parent in models:
                yield models[parent], reader


def test_no_model_reads_a_later_room(nodes):
    assert [pair for pair in edges(nodes) if ROOMS.index(pair[0][0]) > ROOMS.index(pair[1][0])] == []


def test_only_the_release_reads_evaluation_and_only_its_formats_read_the_release(nodes):
    read = [(parent, reader) for parent, reader in edges(nodes) if parent[0] in READERS and parent[0] != reader[0]]
    assert [pair for pair in read if pair[1][0] not in READERS[pair[0][0]]] == []


def test_only_evaluation_reads_the_truth(nodes):
    reached = {(nodes[key]["fqn"][1], nodes[key]["name"]) for key in descendants(nodes, "source.lynceus.simulated.truth")}
    assert {name for room, name in reached if room not in ("staging", "evaluation")} <= JUDGED
    assert {room for room, _ in reached} == {"staging", "evaluation", "release"}


def test_the_house_stays_small(nodes):
    models = [node for node in nodes.values() if node["resource_type"] == "model"]
    assert sum(node["fqn"][1] == "release" for node in models) <= 30
    assert all(node["fqn"][1] in ROOMS for node in models)


def test_released_models_are_tables_and_every_column_is_described(nodes):
    released = [node for node in nodes.values() if node["resource_type"] == "model" and node["schema"] == "release"]
    assert len(released) >= 5
    for node in released:
        assert node["config"]["materialized"] == "table" and node["config"]["contract"]["enforced"]
        for column in node["columns"].values():
            assert column["description"] and column["data_type"] and column["config"]["meta"]["ucd"], column["name"]


def test_every_released_unit_is_a_vounit_and_every_ucd_in_the_vocabulary(manifest):
    tables = released_tables(manifest)  # refuses what is not, naming table and column
    assert {table.name for table in tables} >= {"candidate_pairs", "xray_sources"}
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
