"""Bad raw tables stop the build with one message naming table, column and rows; what stands is
untouched.
"""

import re

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from conftest import PROJECT, Build
from mocpy import MOC

from lynceus.inputs.checks import RawTableError, open_raw_tables

SENTINELS = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]["missing_sentinels"]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A sound sky, built once."""
    return (
        Build(tmp_path_factory.mktemp("sky"))
        .write(**sound_tables())
        .build("--select", "staging", "+chosen_counterparts")
    )


def sound_tables(n=20):
    names = [f"2CXO J{i:02d}" for i in range(n)]
    ra, dec = np.linspace(10, 50, n), np.linspace(-60, 60, n)
    return {
        "csc_master": {
            "name": names,
            "ra": ra,
            "dec": dec,
            "err_ellipse_r0": np.full(n, 1.0),
            "err_ellipse_r1": np.full(n, 0.9),
            "err_ellipse_ang": np.zeros(n),
            "significance": np.full(n, 3.0),
        },
        "gaia_source": {
            "source_id": 2**60 + np.arange(n),
            "ra": ra,
            "dec": dec + 1 / 3600,
            "ra_error": np.full(n, 0.1),
            "dec_error": np.full(n, 0.1),
            "pmra": np.zeros(n),
        },
        "csc_observation": {
            "name": names[:1],
            "obsid": [1],
            "obi": [0],
            "region_id": [1],
            "livetime": [1e4],
        },
    }


def spoil(folder, table, column, values):
    """Replace a column of a written raw table; None drops it."""
    path = folder / f"{table}.parquet"
    written = pq.read_table(path)
    at = written.schema.get_field_index(column)
    written = written.remove_column(at)
    if values is not None:
        written = written.add_column(at, column, pa.array(values))
    pq.write_table(written, path)


def first_replaced(table, column, *values):
    return [*values, *list(sound_tables()[table][column])[len(values) :]]


CASES = {
    "a required column is missing": (
        "csc_master",
        "err_ellipse_r0",
        None,
        ["csc_master.err_ellipse_r0: the column is missing"],
    ),
    "a source id is given twice": (
        "csc_master",
        "name",
        first_replaced("csc_master", "name", "2CXO J01"),
        ["csc_master.name: 2 rows share 1 id (2CXO J01)"],
    ),
    "a Gaia id is given twice": (
        "gaia_source",
        "source_id",
        [int(i) for i in first_replaced("gaia_source", "source_id", 2**60 + 5)],
        ["gaia_source.source_id: 2 rows share 1 id (1152921504606846981)"],
    ),
    "a right ascension of 370": (
        "csc_master",
        "ra",
        first_replaced("csc_master", "ra", 370.0),
        ["csc_master.ra: 1 row outside 0 to 360 deg (2CXO J00)"],
    ),
    "a declination of -95": (
        "gaia_source",
        "dec",
        first_replaced("gaia_source", "dec", -95.0, -95.0),
        [
            "gaia_source.dec: 2 rows outside -90 to 90 deg (1152921504606846976, 1152921504606846977)"
        ],
    ),
    "a position that is missing": (
        "csc_master",
        "dec",
        first_replaced("csc_master", "dec", np.nan),
        ["csc_master.dec: 1 row without a value (2CXO J00)"],
    ),
    "a position error of zero": (
        "csc_master",
        "err_ellipse_r1",
        first_replaced("csc_master", "err_ellipse_r1", 0.0),
        ["csc_master.err_ellipse_r1: 1 row with an error that is not positive (2CXO J00)"],
    ),
    "negative position errors": (
        "csc_master",
        "err_ellipse_r0",
        [-1.0] * 20,
        [
            "csc_master.err_ellipse_r0: 20 rows with an error that is not positive (2CXO J00, 2CXO J01, 2CXO J02, ...)"
        ],
    ),
    "a proper motion in degrees a year": (
        "gaia_source",
        "pmra",
        [1e5, *[0.0] * 19],
        ["gaia_source.pmra: 1 row outside -20000 to 20000 mas.yr**-1 (1152921504606846976)"],
    ),
    "a negative error of a flux": (
        "gaia_source",
        "phot_g_mean_flux_error",
        [-1.0, *[1.0] * 19],
        [
            "gaia_source.phot_g_mean_flux_error: 1 row below 0 'electron'.s**-1 (1152921504606846976)"
        ],
    ),
    "a probability of variability above 1": (
        "csc_observation",
        "kp_prob_b",
        [1.5],
        ["csc_observation.kp_prob_b: 1 row outside 0 to 1 (2CXO J00 1 0 1)"],
    ),
    "a livetime of ages": (
        "csc_observation",
        "livetime",
        [1e10],
        ["csc_observation.livetime: 1 row outside 0 to 1000000000.0 s (2CXO J00 1 0 1)"],
    ),
    "text in a number": (
        "csc_master",
        "significance",
        ["3.5", "bright", *["2"] * 18],
        ["csc_master.significance: 1 row with text where a double belongs (2CXO J01)"],
    ),
    "ids that went through a float": (
        "gaia_source",
        "source_id",
        [float(2**60 + i) for i in range(20)],
        ["gaia_source.source_id: is DOUBLE, but ids need BIGINT"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_tables_are_refused_with_one_message(case, sky):
    """By what every build does first; that it then stops, other tests show."""
    table, column, values, messages = CASES[case]
    sky.write(**sound_tables())
    spoil(sky.raw, table, column, values)
    with duckdb.connect() as connection, pytest.raises(RawTableError) as refused:
        open_raw_tables(connection, sky.raw, SENTINELS)
    for message in messages:
        assert str(refused.value).count(message) == 1, refused.value


def test_errors_of_published_properties_and_sizes_of_regions_below_zero_stop_the_build(sky):
    sky.write(**sound_tables())
    sky.write(
        literature_yangetal_training={
            "name": ["2CXO J00", "2CXO J01", "2CXO J02"],
            "class": ["AGN", "NS", "NS_BIN"],
            "e_flux_s": [-1e-15, 0.0, 1e-15],
            "e_w3mag": [0.1, -0.1, -99.0],
            "parallax_error": [0.1, 0.1, -0.2],
        },
        gamma_ray_regions={
            "Source_Name": ["HESS J0", "HESS J1", "HESS J2", "HESS J3"],
            "RAJ2000": [1.0] * 4,
            "DEJ2000": [2.0] * 4,
            "Size": [-0.1, 0.0, np.nan, 3600.0],
            "Pos_Err_68": [0.1, 0.0, 30.0, np.nan],
        },
    )
    assert_stopped(
        sky.dbt("build"),
        [
            "literature_yangetal_training.e_flux_s: 1 row below 0 erg.s**-1.cm**-2 (2CXO J00)",
            "literature_yangetal_training.e_w3mag: 1 row below 0 mag (2CXO J01)",
            "literature_yangetal_training.parallax_error: 1 row below 0 mas (2CXO J02)",
            "gamma_ray_regions.Size: 2 rows outside 0 to 20 deg (HESS J0, HESS J3)",
            "gamma_ray_regions.Pos_Err_68: 1 row with an error that is not positive (HESS J1)",
            "gamma_ray_regions.Pos_Err_68: 1 row above 20 deg (HESS J2)",
        ],
    )


def test_an_empty_table_stops_the_build(sky):
    tables = sound_tables()
    sky.write(
        csc_master=tables["csc_master"],
        gaia_source={name: values[:0] for name, values in tables["gaia_source"].items()},
    )
    assert_stopped(sky.dbt("build"), ["gaia_source: the table is empty"])


def test_a_truncated_file_stops_the_build(sky):
    sky.write(**sound_tables())
    path = sky.raw / "gaia_source.parquet"
    path.write_bytes(path.read_bytes()[:-200])
    assert_stopped(
        sky.dbt("build"), ["gaia_source: gaia_source.parquet is cut off; fetch or write it again"]
    )


def test_a_folder_without_tables_says_what_to_run(sky):
    assert_stopped(sky.dbt("build"), ["There are no raw tables in", "make sky"])


def test_a_coverage_that_is_cut_off_or_empty_stops_the_build(sky):
    sky.write(**sound_tables())
    path = sky.raw / "gaia_source_coverage.moc.fits"
    MOC.from_string("5/1-4").save(path, format="fits")
    path.write_bytes(path.read_bytes()[:2000])
    assert_stopped(sky.dbt("build"), [f"{path} cannot be read as a MOC"])
    MOC.new_empty(max_depth=5).save(path, format="fits", overwrite=True)
    assert_stopped(sky.dbt("build"), [f"{path} covers no sky"])


def test_vars_out_of_range_or_misspelt_stop_the_build(sky):
    sky.write(**sound_tables())
    done = sky.dbt(
        "build",
        variables={
            "survey_radius_arcsec": 0,
            "simbad_radius_arcsec": -15,
            "p_any_threshold": "0.5",
            "match_preset": "fast",
            "match_presets": "quick",
            "studies": {"muwclass_classifiers": ["forest", "oracle"], "clusters": 1},
            "boosted_memberships": [0.9],
            "classifiers": {
                "muwclass": {
                    "classes": {"AGN": "AGN", "YSO": "YSO"},
                    "confident": 2.0,
                    "errors": True,
                    "held_out": None,
                    "knows_fields": False,
                },
                "boosted": {"classes": {"AGN": "AGN"}},
            },
        },
    )
    assert_stopped(
        done,
        [
            "survey_radius_arcsec: 0, must be a number above 0 and at most 600",
            "simbad_radius_arcsec: -15, must be a number above 0 and at most 600",
            "p_any_threshold: 0.5, must be a number at least 0 and at most 1",
            "match_preset: fast, must be quick or paper or search",
            "match_presets: no var of that name",
            "studies, muwclass_classifiers: ['forest', 'oracle'], must be a list of different ones of forest, sklearn_forest,",
            "studies, clusters: must be one of muwclass_classifiers, boosted_classifiers, boosted_kept, sed_variants, umlcaxs_clusters",
            "boosted_memberships: no var of that name",
            "classifiers: muwclass must tell apart AGN, CV, HM-STAR, HMXB, LM-STAR, LMXB, NS, YSO",
            "classifiers: boosted must have classes, each with its coarse class, and confident, errors, held_out and knows_fields",
        ],
    )


def test_every_var_has_its_rule():
    rules = re.findall(
        r"^        '(\w+)':",
        (PROJECT / "macros" / "checks" / "check_vars.sql").read_text(),
        re.MULTILINE,
    )
    assert rules == list(yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"])


def test_all_problems_are_told_at_once(sky):
    sky.write(**sound_tables())
    spoil(sky.raw, "csc_master", "ra", first_replaced("csc_master", "ra", 370.0))
    spoil(sky.raw, "gaia_source", "dec", None)
    assert_stopped(
        sky.dbt("build"),
        ["2 problems", "csc_master.ra: 1 row", "gaia_source.dec: the column is missing"],
    )


def assert_stopped(process, messages):
    assert process.returncode != 0
    for message in messages:
        assert process.stdout.count(message) == 1, process.stdout
    assert "Traceback" not in process.stdout


def test_a_stopped_build_leaves_the_last_one_as_it_was(built):
    before = built.rows("select * from match.chosen_counterparts")
    whole = (built.raw / "csc_master.parquet").read_bytes()
    spoil(built.raw, "csc_master", "ra", first_replaced("csc_master", "ra", 370.0))
    assert built.dbt("build").returncode != 0
    (built.raw / "csc_master.parquet").write_bytes(whole)
    after = built.rows("select * from match.chosen_counterparts")
    for name, values in before.items():
        np.testing.assert_array_equal(values, after[name])


def test_sentinels_nan_and_infinity_become_null_and_are_counted(sky):
    sky.write(**sound_tables())
    spoil(sky.raw, "csc_master", "significance", [-999.0, -99.0, np.inf, np.nan, None, *[3.0] * 15])
    sky.build("--select", "staging")
    got = sky.rows("select significance from staging.stg_csc__sources order by csc_name")[
        "significance"
    ]
    assert got.mask.tolist() == [True] * 5 + [False] * 15
    counted = sky.rows(
        "select n_rows, n_null, n_not_finite, n_sentinel from staging.missing_values"
        " where raw_table = 'csc_master' and raw_column = 'significance'"
    )
    assert [int(values[0]) for values in counted.values()] == [20, 1, 2, 2]


def test_nan_becomes_null_where_the_files_statistics_leave_it_out(sky):
    sky.write(**sound_tables())
    spoil(sky.raw, "csc_master", "significance", [np.nan, *[3.0] * 19])
    sky.build("--select", "staging")
    got = sky.rows("select significance from staging.stg_csc__sources order by csc_name")[
        "significance"
    ]
    assert got.mask.tolist() == [True] + [False] * 19


def test_an_absent_optional_table_is_an_empty_one(built):
    assert built.rows("select count(*) as n from raw.csc_stack")["n"][0] == 0
    assert built.rows("select count(*) as n from staging.stg_allwise__sources")["n"][0] == 0


def test_tables_may_be_folders_of_files_and_dates_may_be_timestamps(sky):
    sky.write(**sound_tables())
    (sky.raw / "csc_master").mkdir()
    whole = pq.read_table(sky.raw / "csc_master.parquet")
    (sky.raw / "csc_master.parquet").unlink()
    pq.write_table(whole.slice(0, 7), sky.raw / "csc_master" / "a.parquet")
    pq.write_table(whole.slice(7), sky.raw / "csc_master" / "b.parquet")
    observation = pa.table(
        {
            "name": ["2CXO J00"],
            "obsid": [1],
            "gti_obs": pa.array([946728000], pa.timestamp("s")),
        }
    )
    pq.write_table(observation, sky.raw / "csc_observation.parquet")
    sky.build("--select", "+xray_positions")
    got = sky.rows("select xray_epoch from match.xray_positions order by csc_name")["xray_epoch"]
    assert len(got) == 20 and got[0] == 2000.0


def test_every_var_that_is_read_has_a_value():
    known = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]
    files = [
        path
        for folder in ("models", "macros", "tests")
        for path in (PROJECT / folder).rglob("*.sql")
    ]
    read = {
        name
        for path in files
        for name in re.findall(r"\bvar\([\'\"](\w+)[\'\"]\)", path.read_text())
    }
    assert len(read) > 40 and read <= set(known)
