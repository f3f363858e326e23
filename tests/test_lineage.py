"""What a model may depend on, proved from dbt's manifest."""

import json
import warnings

import pytest
from astropy import units
from astropy.io.votable.ucd import parse_ucd
from conftest import Build

from lynceus.inputs.raw_tables import raw_tables
from lynceus.release.tables import released_tables

# in the order that data flow; formats are exports, which nothing reads
ROOMS = ("staging", "match", "sources", "classes", "evaluation", "release")
# the tables of Perez-Diaz et al. 2026, Appendix D, are made of candidate_pairs
READ_RELEASE = {
    ("best_matches", "candidate_pairs"),
    ("ambiguous_matches", "candidate_pairs"),
    ("alternate_matches", "candidate_pairs"),
    ("alternate_matches", "best_matches"),
}


@pytest.fixture(scope="module")
def manifest(tmp_path_factory):
    build = Build(tmp_path_factory.mktemp("manifest"))
    done = build.dbt("parse", "--write-json")
    assert done.returncode == 0, done.stdout
    return build.folder / "target" / "manifest.json"


@pytest.fixture(scope="module")
def nodes(manifest):
    return json.loads(manifest.read_text())["nodes"]


def edges(nodes):
    """Return (reader, read) of all models that read another, as nodes."""
    models = {key: node for key, node in nodes.items() if node["resource_type"] == "model"}
    return [
        (node, models[key])
        for node in models.values()
        for key in node["depends_on"]["nodes"]
        if key in models
    ]


def room(node):
    return node["fqn"][1]


def test_every_model_is_in_a_room(nodes):
    assert {room(node) for pair in edges(nodes) for node in pair} == {*ROOMS, "formats"}


def test_no_model_reads_a_later_room(nodes):
    place = {name: number for number, name in enumerate((*ROOMS, "formats"))}
    backwards = {
        (one["name"], other["name"])
        for one, other in edges(nodes)
        if place[room(other)] > place[room(one)]
    }
    assert backwards == set()


def test_only_the_release_reads_evaluation(nodes):
    readers = {room(one) for one, other in edges(nodes) if room(other) == "evaluation"}
    assert readers == {"evaluation", "release"}


def test_nothing_reads_the_release_or_a_published_format(nodes):
    read = {
        (one["name"], other["name"])
        for one, other in edges(nodes)
        if room(other) in ("release", "formats")
    }
    assert read == READ_RELEASE


def test_only_evaluation_reads_the_truth(nodes):
    truths = {"stg_truth", "stg_galaxies__truth"}
    readers = [one for one, other in edges(nodes) if other["name"] in truths]
    assert {room(one) for one in readers} == {"evaluation"}
    raw = [
        node["name"]
        for node in nodes.values()
        if node["resource_type"] == "model"
        and any(
            key.split(".")[-1] in ("truth", "galaxy_truth")
            for key in node["depends_on"]["nodes"]
            if key.startswith("source.")
        )
    ]
    assert set(raw) == truths


def test_the_release_is_on_one_page(nodes):
    assert (
        sum(room(node) == "release" for node in nodes.values() if node["resource_type"] == "model")
        <= 30
    )


def test_released_models_are_tables_and_every_column_is_described(nodes):
    released = [
        node
        for node in nodes.values()
        if node["resource_type"] == "model" and node["schema"] in ("release", "formats")
    ]
    assert len(released) >= 5
    for node in released:
        assert node["config"]["materialized"] == "table" and node["config"]["contract"]["enforced"]
        for column in node["columns"].values():
            assert (
                column["description"] and column["data_type"] and column["config"]["meta"]["ucd"]
            ), column["name"]


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
