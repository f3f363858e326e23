"""What a model may depend on, proved from dbt's manifest."""

import json

import pytest
from conftest import Build

EVALUATION = {"match_evaluation", "match_reliability"}


@pytest.fixture(scope="module")
def nodes(tmp_path_factory):
    build = Build(tmp_path_factory.mktemp("manifest"))
    done = build.dbt("parse")
    assert done.returncode == 0, done.stdout
    return json.loads((build.folder / "target" / "manifest.json").read_text())["nodes"]


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
