"""A sixth classifier is a folder of models and an entry of var classifiers: with a class that no
other has, it is everywhere that the five are.
"""

import shutil

import pytest
from conftest import FEW_DRAWS, PROJECT, Build

from lynceus.settings import project_vars

# by its X-ray flux a source is a star, an active galaxy or a blazar, which is the brighter half of
# these
ENTRY = {
    "classes": {"AGN": "AGN", "BLAZAR": "BLAZAR", "STAR": "STAR"},
    "confident": 0.4,
    "errors": False,
    "held_out": "random",
    "knows_fields": True,
}
FEATURE = "log10(flux_s + flux_m + flux_h + 1e-18)"
PROBABILITIES = """
    exp(-abs({0} - agn)) / (exp(-abs({0} - agn)) + exp(-abs({0} - blazar)) + exp(-abs({0} - star))) as p_agn,
    exp(-abs({0} - blazar)) / (exp(-abs({0} - agn)) + exp(-abs({0} - blazar)) + exp(-abs({0} - star))) as p_blazar,
    1 - p_agn - p_blazar as p_star
"""
CLASS = "case when p_agn is not null then ['AGN', 'BLAZAR', 'STAR'][list_position([p_agn, p_blazar, p_star], greatest(p_agn, p_blazar, p_star))] end"
ROOMS = {
    "labels": """
        select csc_name, ra, dec, class as kind, not_used_because, 'a catalogue' as label_from,
            case when class <> 'AGN' then 'STAR' when flux_b > median(flux_b) over (partition by class) then 'BLAZAR' else 'AGN' end as class
        from {{ ref('muwclass_labels') }} where not_used_because is null and class in ('AGN', 'LM-STAR', 'HM-STAR')
    """,
    "features": f"select csc_name, {FEATURE} as x from {{{{ ref('source_properties') }}}} where not has_no_flux",
    # one model without each half of the sources, and one of all (-1)
    "model": """
        select without, avg(x) filter (class = 'AGN') as agn, avg(x) filter (class = 'BLAZAR') as blazar, avg(x) filter (class = 'STAR') as star
        from {{ ref('toy_labels') }} inner join {{ ref('toy_features') }} using (csc_name)
        cross join (select unnest([-1, 0, 1]) as without)
        where without <> ascii(csc_name[-1]) % 2
        group by without
    """,
    "predictions": f"""
        with scored as (
            select csc_name, labels.class as true_class, without as fold, {PROBABILITIES.format("x")}
            from {{{{ ref('toy_labels') }}}} as labels inner join {{{{ ref('toy_features') }}}} using (csc_name)
            inner join {{{{ ref('toy_model') }}}} on without = ascii(csc_name[-1]) % 2
        )

        select 'flux' as variant, true as is_released, 'random' as scheme, 'own' as class_set, csc_name, 1 as repeat, fold, true_class, {CLASS} as class,
            ['AGN', 'BLAZAR', 'STAR'] as classes, [p_agn, p_blazar, p_star]::double[] as probabilities
        from scored
    """,
    "probabilities": f"""
        with scored as (
            select csc_name, {PROBABILITIES.format("x")} from {{{{ ref('toy_features') }}}} cross join {{{{ ref('toy_model') }}}} where without = -1
        )

        select csc_name, case when scored.csc_name is null then 'no_xray_flux' else 'classified' end as state, {CLASS} as class,
            greatest(p_agn, p_blazar, p_star) as class_prob, class_prob as confidence, labels.csc_name is not null as is_training_source,
            p_agn, p_blazar, p_star
        from {{{{ ref('source_properties') }}}} left join scored using (csc_name) left join {{{{ ref('toy_labels') }}}} as labels using (csc_name)
    """,
}


@pytest.fixture(scope="module")
def with_a_sixth(undisturbed, tmp_path_factory):
    """The catalogue, built on from the models of a sixth classifier, by a copy of the project that
    has nothing new but its folder.
    """
    folder = tmp_path_factory.mktemp("sixth")
    built = Build(shutil.copytree(undisturbed.folder, folder / "sky", symlinks=True))
    return add_toy(built, folder / "project")


def add_toy(built, project):
    """Build a sixth classifier, and all that follows from it, into a built catalogue."""
    shutil.copytree(PROJECT / "models", project / "models")
    for name in ("dbt_project.yml", "macros", "seeds", "tests", "udfs", "analyses", "lynceus"):
        (project / name).symlink_to(PROJECT / name)
    (project / "models" / "classes" / "toy").mkdir()
    for room, query in ROOMS.items():
        (project / "models" / "classes" / "toy" / f"toy_{room}.sql").write_text(query)
    classifiers = project_vars()["classifiers"] | {"toy": ENTRY}
    done = built.dbt(
        "build",
        "--select",
        "path:models/classes/toy+",
        "--exclude-resource-type",
        "unit_test",
        project=project,
        variables=FEW_DRAWS | {"classifiers": classifiers},
    )
    assert done.returncode == 0, done.stdout[-6000:]
    return built


def test_its_classes_stand_beside_those_of_the_five(with_a_sixth):
    rows = with_a_sixth.rows("select * from release.source_classes where classifier = 'toy'")
    assert set(rows["state"]) <= {"classified", "no_xray_flux"} and {
        "AGN",
        "BLAZAR",
        "STAR",
    } <= set(rows["class"].compressed())
    assert (
        set(rows["coarse_class"].compressed()) == {"AGN", "BLAZAR", "STAR"}
        and rows["is_training_source"].sum() > 50
    )
    assert 0 < rows["is_confident"].sum() < len(rows["is_confident"])
    others = with_a_sixth.rows("select distinct classifier from release.source_classes")[
        "classifier"
    ]
    assert set(others) == {"muwclass", "lynceus", "boosted", "umlcaxs", "xclass", "toy"}


def test_its_probabilities_are_rows_and_so_is_its_class_in_the_consensus(with_a_sixth):
    rows = with_a_sixth.rows(
        "select classifier, count(*) as n from release.class_probabilities where class = 'BLAZAR' group by all order by all"
    )
    assert rows["classifier"].tolist() == ["consensus", "toy"] and (rows["n"] > 500).all()
    voters = with_a_sixth.rows(
        "select distinct voters from classes.consensus_weights where coarse_class = 'BLAZAR'"
    )["voters"]
    assert len(voters) > 1 and all("toy" in one.split("+") for one in voters)
    counted = with_a_sixth.rows(
        "select max(n_classifiers) as most, count(*) filter (class = 'BLAZAR') as blazars from release.class_consensus"
    )
    assert counted["most"][0] >= 4 and counted["blazars"][0] >= 0


def test_its_labels_are_rows_with_what_its_room_knows_of_them(with_a_sixth):
    rows = with_a_sixth.rows("""
        select toy.csc_name, labels.class, toy.class as its_class, coarse_class, labels.label_from, object_name, separation, is_used, weight
        from classes.toy_labels as toy left join release.class_labels as labels on labels.csc_name = toy.csc_name and classifier = 'toy'
    """)
    assert rows["class"].tolist() == rows["its_class"].tolist() == rows["coarse_class"].tolist()
    assert set(rows["label_from"]) == {"a catalogue"} and rows["is_used"].all()
    assert (rows["weight"] == 1).all()
    assert not rows["object_name"].count() and not rows["separation"].count()


def test_it_is_judged_as_the_five_are(with_a_sixth):
    rows = with_a_sixth.rows("""
        select scheme, class_set, subset, n, accuracy, log_loss from release.class_evaluation where classifier = 'toy' and class = 'all'
    """)
    found = dict(zip(zip(rows["scheme"], rows["class_set"], rows["subset"]), rows["accuracy"]))
    assert {
        ("random", "own", "all"),
        ("field", "coarse", "with lynceus"),
        ("simulated", "own", "all"),
        ("simulated", "coarse", "all"),
    } <= set(found)
    for table in (
        "class_confusion",
        "class_reliability",
        "class_roc",
        "class_thresholds",
        "class_census",
    ):
        assert (
            with_a_sixth.rows(
                f"select count(*) as n from release.{table} where classifier = 'toy'"
            )["n"][0]
            > 0
        ), table
    blazars = with_a_sixth.rows(
        "select completeness from release.class_evaluation where classifier = 'toy' and scheme = 'random' and class = 'BLAZAR'"
    )
    assert blazars["completeness"][0] > 0.5
