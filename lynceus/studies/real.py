"""Every real field of a folder of published tables, built and measured.

The figures go to `results/real_data.json`, and as sentences and tables to `results/README.md`;
there too is the simulated sky beside the real tables. Each study is kept as it ends, so that a run
that was interrupted goes on with the next; what the folder has no tables for is left out, and named.
"""

import json
import os
import tempfile
from datetime import UTC, datetime
from functools import partial

import astropy.units as u
import duckdb
import numpy as np
from astropy.coordinates import SkyCoord, search_around_sky
from tqdm import tqdm

from lynceus.build.keys import checksum
from lynceus.commands.dbt import NO_UNIT_TESTS, run_dbt
from lynceus.inputs.simulated import simulate_sky
from lynceus.release.manifest import git_commit, sha256
from lynceus.settings import PROJECT, project_vars
from lynceus.studies import boosted as real_boosted
from lynceus.studies import classes as real_classes
from lynceus.studies import published_matches as real_matches
from lynceus.studies import sed as real_sed
from lynceus.studies import sky_comparison
from lynceus.studies import umlcaxs as real_umlcaxs
from lynceus.studies import xclass as real_xclass
from lynceus.studies.false_matches import false_matches
from lynceus.studies.property_match import property_match
from lynceus.studies.published_tables import assemble, real_fields
from lynceus.studies.report import report

# the sky that is compared with the real tables
SIMULATED = {"sources": 6000, "pointings": 150, "seed": 1, "preset": "hard"}
STUDIES = (real_matches, real_classes, real_sed, real_umlcaxs, real_boosted, real_xclass)
# of a study whose tables, or whose fields, are not there
MISSING = (FileNotFoundError, duckdb.IOException)
# what is built of a field, with all that it reads: what is measured; of the training field everything
MATCHED = ("+candidate_pairs", "+chosen_counterparts", "+match_features")
CLASSIFIED = ("+muwclass_training", "+muwclass_features", "+source_properties")
SELECTED = {"training": ()} | dict.fromkeys(real_classes.FIELDS, (*MATCHED, *CLASSIFIED))
# the best candidates, and the state of the match by position alone, which is what was published
CHOSEN = "match.chosen_counterparts as chosen"
VARS = project_vars()
STATE = f"""case
    when chosen.state in ('no_candidate', 'no_position_error') then chosen.state
    when chosen.p_any > {VARS["p_any_threshold"]} then 'matched' else 'no_confident_match'
end"""
THRESHOLDS = (0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99)


def measure_all(folder, results_folder, work):
    """Measure what a folder of published tables has, and write both results.

    Parameters
    ----------
    folder, results_folder : path
    work : path
        For the fields' databases and the finished studies; made if absent.
    """
    for path in (results_folder, work):
        path.mkdir(exist_ok=True, parents=True)
    commit = git_commit(PROJECT)  # before the results themselves differ from it
    fields, read = real_fields(folder), inputs(folder)
    studies = Studies(work, checksum(code_checksum(), read))
    measured, databases = {}, Databases()
    for name in tqdm(fields, desc="real fields", disable=None):
        database = work / name / "lynceus.duckdb"
        found = studies.measured(
            f"field_{name}", partial(measure, folder, name, work / name), made=database
        )
        if found is not None:
            measured[name], databases[name] = found, database
    left_out = studies.measured(
        "left_out", lambda: real_classes.left_out_match(databases, folder, work)
    )
    classes = studies.measured("classes", lambda: real_classes.class_match(databases, folder))
    results = {
        "date": datetime.now(UTC).date().isoformat(),
        "git_commit": commit,
        "how": "lynceus real <folder>",
        "inputs": read,
        "fields": measured,
        "property_match": studies.measured("property_match", lambda: property_match(databases)),
        "false_matches": studies.measured("false_matches", lambda: false_matches(databases)),
        "published_matches": studies.measured(
            "published_matches", lambda: real_matches.published_matches(databases, folder)
        ),
        "classes": left_out and classes and left_out | classes,
        "sed": studies.measured("sed", lambda: real_sed.sed_fits(databases, folder)),
        "umlcaxs": studies.measured("umlcaxs", lambda: real_umlcaxs.umlcaxs(folder)),
        "boosted": studies.measured(
            "boosted", lambda: real_boosted.boosted_match(folder, kept=work / "boosted")
        ),
        "xclass": studies.measured("xclass", lambda: real_xclass.measure(folder)),
        "simulated_sky": studies.measured(
            "simulated_sky", lambda: beside_simulated(folder, results_folder)
        ),
        "left_out": studies.left_out,
    }
    results = {name: value for name, value in results.items() if value is not None}
    (results_folder / "real_data.json").write_text(json.dumps(results, indent=2) + "\n")
    (results_folder / "README.md").write_text(report(results))
    for name, why in studies.left_out.items():
        print(f"Left out: {name}, {why}")
    print(f"Written: {results_folder / 'real_data.json'} and README.md")


class Studies:
    """Measured studies, each kept in a file from its end until code or tables change.

    Parameters
    ----------
    work : path
    key : str
        What the studies depend on.

    Attributes
    ----------
    left_out : dict of str to str
        Why a study was left out: what the folder of published tables lacks.
    """

    def __init__(self, work, key):
        self.work, self.key, self.left_out = work, key, {}

    def measured(self, name, measure, made=None):
        """Return what a study measured, JSON types, now or in a former run; None where its tables
        are missing.

        Parameters
        ----------
        name : str
        measure : function without arguments
        made : path, optional
            What `measure` leaves behind, without which it is called again.
        """
        path = self.work / f"{name}.json"
        if path.exists() and (made is None or made.exists()):
            kept = json.loads(path.read_text())
            if kept["key"] == self.key:
                return kept["measured"]
        try:
            text = json.dumps({"key": self.key, "measured": measure()})
        except MISSING as error:
            self.left_out[name] = str(error).splitlines()[0]
            return None
        partial_path = path.with_suffix(".part")
        partial_path.write_text(text)
        os.replace(partial_path, path)
        return json.loads(text)["measured"]


class Databases(dict):
    """The databases of the fields that were built, by the name of the field."""

    def __missing__(self, name):
        raise FileNotFoundError(f"the folder lacks what field {name} is built from")


def code_checksum():
    """Return the checksum of all code that measures."""
    files = sorted(
        path
        for folder in ("lynceus", "macros", "models", "seeds", "udfs")
        for path in (PROJECT / folder).rglob("*")
        if path.suffix in (".py", ".sql", ".yml", ".csv")
    )
    return checksum([sha256(path) for path in (*files, PROJECT / "dbt_project.yml")])


def beside_simulated(folder, results_folder):
    """Compare a simulated sky with the real tables; draw both into the results' figure."""
    with tempfile.TemporaryDirectory() as sky:
        simulate_sky(sky, **SIMULATED)
        figure = results_folder / "simulated_vs_real.png"
        return {**SIMULATED, "quantities": sky_comparison.compare(folder, sky, figure)}


def inputs(folder):
    """Return the SHA-256 of every file read, by its path in the folder, of those that are there."""
    read = {path for field in real_fields(folder).values() for path in field.files(folder)}
    files = sorted(
        read
        | sky_comparison.files(folder)
        | {folder / path for _, path in COMPARISONS.values()}
        | {path for study in STUDIES for path in study.inputs(folder)}
    )
    return {str(path.relative_to(folder)): sha256(path) for path in files if path.exists()}


def build(folder, name, work):
    """Assemble one field and build its database, as far as SELECTED; return its path and the vars.

    Raises
    ------
    SystemExit
        With dbt's output, if the build fails.
    """
    variables = assemble(folder, name, work / "raw") | real_classes.VARIABLES.get(name, {})
    wanted = SELECTED.get(name, MATCHED)
    selected = ["--select", *wanted] if wanted else []
    return run_dbt(work, "build", *NO_UNIT_TESTS, *selected, variables=variables), variables


def measure(folder, name, work):
    """Return everything measured in one field as JSON types."""
    database, variables = build(folder, name, work)
    field = real_fields(folder)[name]
    with duckdb.connect(
        str(database), read_only=True, config={"file_search_path": str(folder.resolve())}
    ) as connection:
        measured = {
            "title": field.title,
            "complete": field.complete,
            **{name: value for name, value in variables.items() if name != "match"},
            "match_radius_arcsec": field.radius_arcsec,
            "gaia_area_deg2": variables["match"]["catalogues"][1]["area_deg2"],
            **census(connection),
            "brute_force": brute_force(connection, field.radius_arcsec),
            "matched_by_p_any": matched_by_p_any(connection),
        }
        if name in COMPARISONS and (folder / COMPARISONS[name][1]).exists():
            compared, path = COMPARISONS[name]
            measured["published"] = compared(connection, path)
    return measured


def census(connection):
    """Count X-ray sources by state of the match by position, candidates and matches within the
    separation limit.
    """
    states = dict(
        connection.execute(
            f"select {STATE} as nway_state, count(*) from {CHOSEN} group by all order by all"
        ).fetchall()
    )
    row = connection.execute(f"""
        select count(*), sum(n_candidates)::bigint, max(n_candidates), count(*) filter ({STATE} = 'matched' and pairs.sep_ok),
            count(*) filter ({STATE} = 'matched' and pairs.sep_ok is null)
        from {CHOSEN} left join match.flagged_pairs as pairs
            on pairs.csc_name = chosen.csc_name and pairs.gaia_source_id = nway_gaia_source_id
    """).fetchall()[0]
    names = (
        "xray_sources",
        "candidates",
        "most_candidates",
        "matched_within_limit",
        "matched_without_off_axis_angle",
    )
    density = connection.execute("select density_arcmin2 from match.densities").fetchall()[0][0]
    return {**dict(zip(names, row)), "states": states, "gaia_per_arcmin2": round(density, 3)}


def brute_force(connection, radius_arcsec):
    """Compare the candidates with astropy's search of all pairs: counts, and the largest difference
    of separations.
    """
    xray = connection.execute(
        "select csc_name, ra, dec from staging.stg_csc__sources order by csc_name"
    ).fetchnumpy()
    gaia = connection.execute(
        "select gaia_source_id, ra, dec from staging.stg_gaia__sources order by gaia_source_id"
    ).fetchnumpy()
    i, j, separation, _ = search_around_sky(
        *(SkyCoord(table["ra"] * u.deg, table["dec"] * u.deg) for table in (xray, gaia)),
        radius_arcsec * u.arcsec,
    )
    expected = {
        (xray["csc_name"][a], int(gaia["gaia_source_id"][b])): s
        for a, b, s in zip(i, j, separation.arcsec)
    }
    ours = {
        (name, gaia_id): (moved, still)
        for name, gaia_id, moved, still in connection.execute(
            "select csc_name, gaia_source_id, separation_arcsec, separation_own_epoch_arcsec"
            " from match.candidates inner join (from match.primaries where not is_fake) using (primary_key)"
        ).fetchall()
    }
    shared = expected.keys() & ours.keys()
    return {
        "astropy_pairs": len(expected),
        "our_pairs": len(ours),
        "in_both": len(shared),
        # a star may cross the radius between the epochs; then only one of the two counts it
        "only_ours_by_motion": sum(
            1 for key in ours.keys() - shared if ours[key][0] != ours[key][1]
        ),
        "only_astropy": len(expected.keys() - shared),
        "largest_difference_arcsec": max(
            (abs(expected[key] - ours[key][1]) for key in shared), default=0.0
        ),
    }


def matched_by_p_any(connection):
    """Return the share of all X-ray sources with p_any above each threshold, and their number."""
    p_any = np.asarray(
        connection.execute(
            "select coalesce(p_any, 0) as p from match.chosen_counterparts"
        ).fetchnumpy()["p"]
    )
    return {
        str(cut): {
            "sources": int((p_any > cut).sum()),
            "share": round(float((p_any > cut).mean()), 4),
        }
        for cut in THRESHOLDS
    }


def compare_cdfs(connection, published):
    """Compare with the published pairs within 5 arcsec, the best match of each Gaia source."""
    return one_row(
        connection,
        f"""
        select count(*) as published_pairs, count(pairs.csc_name) as found_here,
            max(abs(pairs.separation_gaia_epoch - published.separation)) as largest_difference_arcsec,
            count(*) filter ({STATE} = 'matched') as of_matched_sources,
            count(distinct chosen.csc_name) filter ({STATE} = 'matched') as matched_sources,
            count(*) filter (nway_gaia_source_id = published.gaia_source_id) as our_best_candidate
        from '{published}' as published
        left join release.candidate_pairs as pairs on csc_name = name and pairs.gaia_source_id = published.gaia_source_id
        left join {CHOSEN} on chosen.csc_name = name
    """,
    )


def compare_trumpler18(connection, published):
    """Compare with the published candidate list, which has the archive's own separations."""
    return one_row(
        connection,
        f"""
        select count(*) as published_candidates, count(pairs.csc_name) as found_here,
            max(abs(separation_gaia_epoch - separation_recomputed)) as largest_difference_arcsec,
            median(abs(separation_gaia_epoch - pairs.separation)) as median_motion_arcsec
        from '{published}' as published
        left join release.candidate_pairs as pairs on csc_name = name and pairs.gaia_source_id = published.gaia_source_id
        where published.gaia_source_id is not null
    """,
    )


def compare_training(connection, published):
    """Compare with the two-catalogue NWAY match of the same sources, which took 95 % errors for 1
    sigma.
    """
    return one_row(
        connection,
        f"""
        select count(*) as published_matches,
            count(*) filter (nway_gaia_source_id = published.gaia_source_id) as same_best_candidate,
            count(*) filter (nway_gaia_source_id <> published.gaia_source_id) as other_best_candidate,
            count(*) filter (nway_gaia_source_id is null) as no_candidate_here,
            count(*) filter ({STATE} = 'matched' and nway_gaia_source_id = published.gaia_source_id) as matched_alike
        from '{published}' as published
        inner join {CHOSEN} on csc_name = name
        where published.gaia_source_id is not null and published.match_flag = 1
    """,
    )


def one_row(connection, query):
    """Return a query's only row as a dict of JSON types."""
    result = connection.execute(query)
    names = [column[0] for column in result.description]
    return dict(zip(names, result.fetchall()[0]))


COMPARISONS = {
    "cdfs": (compare_cdfs, "crossmatch/cdfs_reference_pairs_5arcsec.parquet"),
    "trumpler18": (compare_trumpler18, "crossmatch/trumpler18_gaia_candidates.parquet"),
    "training": (compare_training, "muwclass/td_20230526_nway_gaia.parquet"),
}
