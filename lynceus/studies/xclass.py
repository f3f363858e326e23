"""XClass on real sources: labels that others matched to the same X-ray sources, and the two-stage
forest on real Gaia and 2MASS photometry.

    python -m lynceus.studies.xclass <folder of published tables>

There is no real Pan-STARRS1 or Hubble photometry at hand, so no supernova remnant can train, and no
galaxy can be classified.
"""

import json
import sys
import tempfile
from pathlib import Path

import duckdb

from lynceus.commands.dbt import NO_UNIT_TESTS, run_dbt
from lynceus.inputs.raw_tables import RawTableWriter
from lynceus.settings import project_vars
from lynceus.studies.published_tables import assemble

CANDIDATES, MATCHES = (
    "muwclass/td_candidates_simbad.parquet",
    "csc/csc2_vizier_label_matches.parquet",
)
# the catalogue of each reference and class; types of other stars stand in Skiff's list
CATALOGUES = {
    ("AGN", "2010A&A...518A..10V"): "veroncetty",
    ("LMXB", "2007A&A...469..807L"): "liu_lmxb",
    ("HMXB", "2006A&A...455.1165L"): "liu_hmxb",
    ("LMXB", "2003A&A...404..301R"): "ritterkolb_lmxb",
    ("CV", "2003A&A...404..301R"): "ritterkolb_cv",
    ("CV", "2005JAD....11....2D"): "downes",
    ("HM-STAR", "2001NewAR..45..135V"): "vanderhucht",
    ("HM-STAR", "2006A&A...458..453V"): "vanderhucht_annex",
}
STARS = ("HM-STAR", "LM-STAR")
VARIABLES = {
    "xclass_inner_trees": 200,
    "xclass_variants": {
        "label": {},
        "blind": {"labels": "blind"},
        "stellar": {"labels": "stellar"},
    },
    "classifiers": {"xclass": project_vars()["classifiers"]["xclass"]},
}
MEASURES = ("n", "accuracy", "balanced_accuracy", "macro_f1", "mcc", "ece", "brier")


def inputs(folder):
    """Return the files of the folder that are read besides those of the training field."""
    return [Path(folder) / name for name in (CANDIDATES, MATCHES)]


def label_rows(folder):
    """Return entries of the catalogues: class, reference, name, position, spectral type, and the
    X-ray source that others matched them to.

    Where both tables have an entry, and not the same type, it is that of the first.
    """
    connection = duckdb.connect()
    candidates, matches = inputs(folder)
    return connection.sql(f"""
        select class, ref, name_cat, ra_cat, dec_cat, coalesce(min(sp_type), min(subclass)) as type, min(name) as csc_name
        from (
            select class, ref, name_cat, ra_cat, dec_cat, coalesce(nullif(sp_type, 'NaN'), subclass) as sp_type, null as subclass, name from '{candidates}'
            union all
            select class, ref, name_cat, ra_cat, dec_cat, null, subclass, name from '{matches}'
        )
        where ra_cat is not null and dec_cat is not null
        group by all order by all
    """).fetchall()


def write_labels(folder, raw):
    """Write the raw tables literature_* of real entries; return how many rows each has."""
    tables = {}
    for source_class, reference, name, ra, dec, spectral_type, _ in label_rows(folder):
        catalogue = CATALOGUES.get((source_class, reference)) or (
            "skiff" if source_class in STARS else None
        )
        if catalogue:
            rows = tables.setdefault(
                catalogue, {"recno": [], "Name": [], "_RAJ2000": [], "_DEJ2000": [], "SpType": []}
            )
            for column, value in zip(rows, (len(rows["recno"]) + 1, name, ra, dec, spectral_type)):
                rows[column].append(value)
    for catalogue, rows in tables.items():
        columns = (
            rows
            if catalogue in ("skiff", "vanderhucht", "vanderhucht_annex")
            else {k: v for k, v in rows.items() if k != "SpType"}
        )
        with RawTableWriter(raw, f"literature_{catalogue}") as writer:
            writer.write(columns)
    return {catalogue: len(rows["recno"]) for catalogue, rows in sorted(tables.items())}


def build(folder, work):
    """Assemble the raw tables and build XClass; return the path of the database and the number of
    rows of each catalogue.

    Raises
    ------
    SystemExit
        With dbt's output, if the build fails.
    """
    raw = Path(work) / "raw"
    variables = assemble(folder, "training", raw) | VARIABLES
    rows = write_labels(folder, raw)
    return run_dbt(
        work,
        "build",
        *NO_UNIT_TESTS,
        "--select",
        "+xclass_classes",
        "+class_evaluation",
        "+class_census",
        variables=variables,
    ), rows


def xclass_match(database, rows, folder):
    """Return all measures as JSON types: rows of the catalogues, census, agreement with the
    published matches, evaluation, scores and fits.
    """
    published = {}
    for _, _reference, _name, ra, dec, _, csc_name in label_rows(folder):
        published.setdefault((round(ra, 6), round(dec, 6)), set()).add(csc_name)
    with duckdb.connect(str(database), read_only=True) as connection:

        def records(query):
            found = connection.sql(query)
            return [dict(zip(found.columns, row)) for row in found.fetchall()]

        pairs = connection.sql("""
            select distinct csc_name, entries.ra, entries.dec
            from classes.xclass_matches inner join classes.xclass_groups using (object_id) inner join classes.xclass_entries as entries using (entry_id)
        """).fetchall()
        matched = [
            name in published[place]
            for name, ra, dec in pairs
            if (place := (round(ra, 6), round(dec, 6))) in published
        ]
        return {
            "catalogue_rows": rows,
            "census": records(
                "select step, class, state, n from release.class_census where classifier = 'xclass' and step not in ('training, blind', 'training, stellar') order by all"
            ),
            "pairs": len(matched),
            "pairs_as_published": sum(matched),
            "evaluation": records(
                f"select variant, class_set, {', '.join(MEASURES)} from release.class_evaluation "
                "where classifier = 'xclass' and scheme = 'random' and subset = 'all' and class = 'all' order by variant, class_set"
            ),
            "scores": records(
                "select variant, class, n, purity, completeness, f1 from release.class_evaluation where classifier = 'xclass' "
                "and scheme = 'random' and subset = 'all' and class_set = 'own' and class <> 'all' order by variant, class"
            ),
            "fits": records("""
                select variant, class, count(*) as n, count(chi2_reduced) as n_fitted, median(chi2_reduced) as chi2_reduced
                from classes.xclass_sed inner join classes.xclass_labels using (csc_name) group by all order by all
            """),
        }


def section(measured):
    """Return the lines of the report, Markdown."""

    def number(value, digits=3):
        return "" if value is None else f"{value:.{digits}f}"

    yield "### XClass on real Gaia and 2MASS photometry"
    yield ""
    yield f"{sum(measured['catalogue_rows'].values())} entries of {len(measured['catalogue_rows'])} catalogues. Of {measured['pairs']} pairs of an entry and"
    yield f"an X-ray source within three position errors, {measured['pairs_as_published']} are pairs that MUWCLASS's authors matched as well."
    yield ""
    yield "| fits | classes | sources | accuracy | balanced | macro F1 | MCC | ECE | Brier |"
    yield "|---" * 9 + "|"
    for row in measured["evaluation"]:
        cells = [number(row[name]) for name in MEASURES[1:]]
        yield f"| {row['variant']} | {row['class_set']} | {row['n']} | " + " | ".join(cells) + " |"
    yield ""
    yield "| fits | class | sources | purity | completeness | F1 |"
    yield "|---" * 6 + "|"
    for row in measured["scores"]:
        yield f"| {row['variant']} | {row['class']} | {row['n']} | {number(row['purity'])} | {number(row['completeness'])} | {number(row['f1'])} |"
    yield ""
    yield "| fits | class | sources | fitted | median reduced chi-square |"
    yield "|---" * 5 + "|"
    for row in measured["fits"]:
        yield f"| {row['variant']} | {row['class']} | {row['n']} | {row['n_fitted']} | {number(row['chi2_reduced'], 1)} |"
    yield ""


def measure(folder):
    """Return all measures of XClass on a folder of published tables, of a database that is built
    for it and not kept.
    """
    with tempfile.TemporaryDirectory() as work:
        database, rows = build(folder, work)
        return xclass_match(database, rows, folder)


def main():
    """Measure on the folder given, and print the report."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    measured = measure(Path(sys.argv[1]))
    print("\n".join(section(measured)))
    print(json.dumps({name: measured[name] for name in ("catalogue_rows", "census")}, indent=1))


if __name__ == "__main__":
    main()
