"""The classifiers on real sources: cross-validated on the published training set, beside the
published results; and applied to fields.
"""

from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from lynceus.learning.muwclass import filled, read_measurements, read_training
from lynceus.learning.muwclass_draws import Plan, classified, classify
from lynceus.physics.dust import coarse_map_ebv
from lynceus.settings import available_threads, project_vars
from lynceus.studies.left_out_classes import (
    CLASSES,
    CONFIDENT,
    METRICS,
    RESAMPLES,
    against_left_out,
    averaged,
    class_columns,
    draw_errors,
    left_out_votes,
    published_again,
    read_trained,
)
from lynceus.studies.lynceus_classifier import repeated

VARS = project_vars()

# Yang et al. (2022), section 4.5, over all 2,941 sources
PUBLISHED = {
    "all": dict(zip(METRICS, (0.886, 0.702, 0.681, 0.829, 1.0, 1.0))),
    "confident": dict(zip(METRICS, (0.970, 0.790, 0.795, 0.950, 0.810, 0.569))),
}
TRAINING, REPEATS = "muwclass/td_2022.parquet", 5
LEFT_OUT = "muwclass/loocv_2022.parquet"
# by the same authors and code, 3,111 training sources
LATER_LEFT_OUT = "muwclass/loocv_20221116.parquet"
FIELDS = {
    "ngc3532": "fields/ngc3532/classification.parquet",
    "trumpler18": "fields/trumpler18/classification.parquet",
}
HESS = "muwclass/gcs_hess_fields.parquet"
# mag, for all sources of a field, beside that of the map towards each
EBV = (0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0)
# with one E(B-V) for all sources; with many, of which some draws each concern a source
FIELD_DRAWS, MAP_DRAWS = 100, 400
LEFT_OUT_DRAWS = 100  # of ten trees each; the paper's are 1,000 of 100
HELD_OUT = {"random": "a tenth", "field": "fields"}
# of the builds: only in the training field the classifiers are judged
VARIABLES = {
    "training": {
        "validation_draws": 250,
        "studies": VARS["studies"]
        | {
            "muwclass_classifiers": [
                "forest",
                "extra_trees",
                "bagging",
                "gradient_boosting",
                "tree",
                "nearest_neighbours",
                "support_vectors",
                "lightgbm",
            ]
        },
    }
}


def inputs(folder):
    """Return the files of the folder that are read besides the fields' own, those that exist."""
    return [
        path
        for path in (
            Path(folder) / name for name in (LEFT_OUT, LATER_LEFT_OUT, HESS, *FIELDS.values())
        )
        if path.exists()
    ]


def left_out_match(databases, folder, work):
    """Return as JSON types how our classes of the training sources, each by all others, compare
    with the paper's leave-one-out of the rows at hand.

    Parameters
    ----------
    databases : dict of str to path
        Built databases by field; read is that of `training`.
    folder : path
        Of the published tables.
    work : path
        Folder in which the draws so far are kept, until all are there.

    Returns
    -------
    dict
        `left_out`: ours beside the paper's, `published_again` its authors' later ones beside
        these, as lynceus.studies.left_out_classes compares them; `draws`, `draw_errors`: of ours.
    """
    folder = Path(folder)
    paper, later = folder / LEFT_OUT, folder / LATER_LEFT_OUT
    if not paper.exists():
        raise FileNotFoundError(f"the folder lacks {LEFT_OUT}")
    with duckdb.connect(str(databases["training"]), read_only=True) as connection:
        trained = connection.sql("from classes.muwclass_training")
        names, training, plan = read_trained(trained, draws=LEFT_OUT_DRAWS)
        towards = dict(trained.select("csc_name, ebv").fetchall())
    ebv = np.array([towards[name] for name in names], float)
    votes = left_out_votes(training, ebv, plan, Path(work) / "left_out_votes.npz")
    ours = class_columns(names, training, plan, *averaged(votes, plan))
    measured = {
        "draws": LEFT_OUT_DRAWS,
        "draw_errors": draw_errors(votes, plan, training.label),
        "left_out": against_left_out(ours, paper),
    }
    return measured | ({"published_again": published_again(later, paper)} if later.exists() else {})


def class_match(databases, folder):
    """Return all other measures of the classifiers as JSON types.

    Parameters
    ----------
    databases, folder
        As in `left_out_match`; read are the databases of `training` and of FIELDS.

    Returns
    -------
    dict
        `training`: by classifier, scheme and subset; `published`: the paper's figures;
        `lynceus_repeats`: mean and deviation of our own classifier's measures over repeated
        cross-validations; `fields`, `hess`: agreement with published classes of the same sources,
        by the E(B-V) of the map, of half of it, and by one taken for all of them; `regions`: what
        is in each HESS field by the published classes and by ours; `unpublished`: the classes of
        fields without published ones; `run_times`: of the compared classifiers, s.
    """
    folder = Path(folder)
    with duckdb.connect(str(databases["training"]), read_only=True) as connection:
        measured = {
            "training": evaluation(connection),
            "census": connection.sql(
                "select class, state, n from release.class_census where classifier = 'muwclass' and step = 'labels' order by all"
            ).fetchall(),
            "published": PUBLISHED,
            "importances": connection.sql(
                "select feature, importance from classes.muwclass_importances order by importance desc limit 5"
            ).fetchall(),
            "run_times": dict(
                connection.sql(
                    "select replace(replace(variant, ', measured values', ''), ' ', '_') as classifier, any_value(run_time_s) from classes.muwclass_predictions where not is_released group by all order by all"
                ).fetchall()
            ),
        }
    measured["lynceus_repeats"] = repeated(folder / TRAINING, REPEATS)
    measured["fields"] = {
        name: against_field(databases[name], folder / path)
        for name, path in FIELDS.items()
        if name in databases and (folder / path).exists()
    }
    measured["unpublished"] = {
        name: field_classes(databases[name])
        for name in FIELDS
        if name in databases and name not in measured["fields"]
    }
    if (folder / HESS).exists():
        measured["hess"] = against_field(databases["training"], folder / HESS, has_properties=True)
        measured["regions"] = region_summaries(folder / HESS, measured["hess"].pop("classes"))
    for field in measured["fields"].values():
        field.pop("classes")
    return measured


def field_classes(database):
    """Return the number of sources of each class that MUWCLASS gives a field's sources, and of the
    confident ones among them.

    E(B-V) is the field's own in the database.
    """
    training, plan, _, table, measurements = read_field(database)
    mapped = replace(plan, draws=MAP_DRAWS)
    label, confidence = classified(
        *classify(training, measurements, filled(table["ebv"]), mapped, available_threads())
    )
    return [
        [
            name,
            int(np.sum(label == number)),
            int(np.sum((label == number) & (confidence >= CONFIDENT))),
        ]
        for number, name in enumerate(plan.classes)
    ]


def read_field(database):
    """Return what classifies the sources of a built field: Training, Plan, names of the training
    sources; and the sources: columns, Measurements.
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        names = connection.sql(
            "select feature from classes.muwclass_features where is_selected"
        ).fetchnumpy()["feature"]
        trained_on, training, present = read_training(
            connection.sql("from classes.muwclass_training"), CLASSES
        )
        sources = connection.sql("from sources.source_properties where not has_no_flux")
        return (
            training,
            Plan(tuple(names), present, FIELD_DRAWS, seed=1),
            trained_on,
            sources.order("csc_name").fetchnumpy(),
            read_measurements(sources)[1],
        )


def read_published_field(database, path, has_properties=False):
    """Return what classifies the sources of a field that are published and not of the training set,
    in order of their names.

    Returns
    -------
    training, plan : Training, Plan
    table : dict of arrays
        The columns of the published table.
    measurements : Measurements
        As in `against_field`.
    ebv : (n,) array, mag
        Of the map towards each source.
    """
    training, plan, trained_on, found, measurements = read_field(database)
    sources = found["csc_name"]
    published = duckdb.sql(f"select *, name as csc_name from '{path}'").order("name")
    if has_properties:
        sources, measurements = read_measurements(published)
    table = published.fetchnumpy()
    _, _, theirs = np.intersect1d(
        np.setdiff1d(sources, trained_on), table["csc_name"], return_indices=True
    )
    table = {name: values[theirs] for name, values in table.items()}
    ebv = (
        coarse_map_ebv(*(filled(table[name]) for name in ("ra_deg", "dec_deg")))
        * VARS["ebv_map_scaling"]
    )
    return (
        training,
        plan,
        table,
        measurements.taken(np.searchsorted(sources, table["csc_name"])),
        ebv,
    )


def region_summaries(path, classes):
    """Return rows of (field, published summary, ours): how many sources of each class each field of
    a table has, as in table 7 of the paper.

    Counted are sources at 6 sigma or more, confident (CT >= 2) and not of the training set.

    Parameters
    ----------
    path : path
        The published table.
    classes : Arrow table
        name, class and confidence_threshold of our own.
    """
    rows = duckdb.sql(f"""
        with said as (
            select hess_field, 'published' as whose, pred_class as class, published.confidence_threshold, significance, true_class
            from '{path}' as published
            union all
            select hess_field, 'ours', classes.class, classes.confidence_threshold, significance, true_class
            from '{path}' as published inner join classes using (name)
        ),

        counted as (
            select hess_field, whose, class, count(*) as n
            from said
            where significance >= {VARS["region_min_significance"]} and confidence_threshold >= {CONFIDENT} and true_class is null
            group by all
        )

        select hess_field, string_agg(n || class, ', ' order by class) filter (whose = 'published'), string_agg(n || class, ', ' order by class) filter (whose = 'ours')
        from counted
        group by hess_field
        order by hess_field
    """)
    return rows.fetchall()


def evaluation(connection):
    """Return the measures of every variant and scheme of muwclass and lynceus, of all sources and
    of the confident ones.
    """
    rows = connection.sql(f"""
        select
            case when is_released then classifier else classifier || ' with ' || variant end as classifier,
            scheme, case threshold_of when 'none' then 'all' else 'confident' end as subset, kept.n,
            {", ".join(f"kept.{name}" for name in METRICS)},
            case threshold_of when 'none' then log_loss end as log_loss, case threshold_of when 'none' then ece end as ece
        from release.class_thresholds as kept
        inner join (select * from release.class_evaluation where class = 'all' and subset = 'all') as every
            using (classifier, variant, is_released, scheme, class_set)
        where classifier in ('muwclass', 'lynceus') and class_set = 'own'
            and (threshold_of = 'none' or (threshold_of = 'confidence' and threshold = {CONFIDENT}))
        order by all
    """)
    return [dict(zip(rows.columns, row)) for row in rows.fetchall()]


def against_field(database, path, has_properties=False):
    """Compare our classes of a field's sources with published ones, with the E(B-V) of the map,
    with half of it, and with one for all sources.

    With `has_properties` the sources are taken with their published properties, without they are
    those of the database. Sources of the training set are left out. `changes` counts the pairs of
    unequal classes with the map, and `classes` has ours.
    """
    training, plan, table, measurements, of_map = read_published_field(
        database, path, has_properties
    )
    their_class, their_ct = (
        np.asarray(table["pred_class"], str),
        filled(table["confidence_threshold"]),
    )
    rows, said = [], {}
    for name, ebv in (
        ("map", of_map),
        ("half the map", of_map / 2),
        *((f"{value:g}", np.full(len(of_map), value)) for value in EBV),
    ):
        taken = replace(plan, draws=FIELD_DRAWS if np.ptp(ebv) == 0 else MAP_DRAWS)
        label, confidence = classified(
            *classify(training, measurements, ebv, taken, available_threads())
        )
        said[name] = np.asarray(plan.classes)[label], confidence
        is_same = said[name][0] == their_class
        both = (confidence >= CONFIDENT) & (their_ct >= CONFIDENT)
        rows.append(
            {
                "ebv": name,
                "same_class": float(is_same.mean()),
                "both_confident": int(both.sum()),
                "same_where_both_confident": float(is_same[both].mean()) if both.any() else None,
                "confident": int((confidence >= CONFIDENT).sum()),
            }
        )
    our_class, our_ct = said["map"]
    both = (our_ct >= CONFIDENT) & (their_ct >= CONFIDENT)
    changes = {}
    for pair in zip(their_class.tolist(), our_class.tolist(), both):
        if pair[0] != pair[1]:
            number, confident = changes.get(pair[:2], (0, 0))
            changes[pair[:2]] = number + 1, confident + int(pair[2])
    return {
        "sources": len(of_map),
        "published_confident": int((their_ct >= CONFIDENT).sum()),
        "map_ebv": [float(value) for value in np.quantile(of_map, (0, 0.5, 1))],
        "by_ebv": rows,
        "changes": sorted(
            ([*pair, *numbers] for pair, numbers in changes.items()),
            key=lambda row: (-row[2], row[:2]),
        ),
        "classes": pa.table(
            {
                "name": table["csc_name"].astype(str),
                "class": our_class.astype(str),
                "confidence_threshold": our_ct,
            }
        ),
    }


def section(measured):
    """Return the lines of the report, Markdown."""
    left_out = measured["left_out"]
    agreement, (ours, theirs) = left_out["agreement"], left_out["metrics"]
    yield "## Classes of real sources"
    yield ""
    yield f"MUWCLASS (Yang et al. 2022) with our code on the part of its training set that is at hand, {agreement['sources']} of 2,941 sources,"
    yield "each classified by draws that have not seen it: by random folds, and by whole fields of the sky held out. The paper's own figures"
    yield "come from leaving out one source at a time with all 2,941 to train on, so rare classes had a third more sources."
    yield ""
    yield (
        "| | held out | subset | "
        + " | ".join(name.replace("_", " ") for name in METRICS)
        + " | log-loss | ECE |"
    )
    yield "|---" * (len(METRICS) + 5) + "|"
    for subset, values in measured["published"].items():
        yield _row("paper, 2,941 sources", "one", subset, values)
    for subset, values in theirs.items():
        yield _row("paper, the rows at hand", "one", subset, values)
    for subset, values in ours.items():
        yield _row("muwclass", "one", subset, values)
        yield _row("its error by other draws", "one", subset, measured["draw_errors"][subset])
    yield from _differences("muwclass less paper, the rows at hand", left_out)
    if "published_again" in measured:
        yield from _differences("the authors' later run less paper", measured["published_again"])
    for row in measured["training"]:
        if row["subset"] == "all" or row["classifier"] == "muwclass":
            yield _row(row["classifier"], HELD_OUT[row["scheme"]], row["subset"], row)
    yield ""
    yield f"The errors of the differences are those of drawing the sources again, {RESAMPLES} times. Our leave-one-out takes {measured['draws']} draws of"
    yield "ten trees for each source, with the AGN of the training set at its E(B-V); its error is that of drawing these draws again."
    if "published_again" in measured:
        again = measured["published_again"]["agreement"]
        yield f"The later run is the authors' leave-one-out of November 2022, with 3,111 training sources and revised tables, for the {again['sources']} sources of both:"
        yield f"what the authors' own next version of the training set changes. It gives the same class for {again['same_class']:.1%}, confident alike {again['confident_alike']:.1%}."
    same_where_both = agreement["same_class_where_both_confident"]
    yield f"Source by source beside the paper's own result for the same rows: the same class for {agreement['same_class']:.1%}, and for"
    yield f"{'none' if same_where_both is None else f'{same_where_both:.1%}'} where both are confident; confident alike {agreement['confident_alike']:.1%};"
    yield f"correlation of the probabilities {agreement['correlation_of_probabilities']:.3f}. Equation 7 gives the published CT from the published"
    yield f"means and deviations to {agreement['largest_difference_of_ct_by_our_formula']:.0e}."
    yield ""
    yield "Of each class, ours and the paper's: one source of a class of which n are counted is 1 / (8 n) of a mean over the classes."
    yield ""
    yield "| class | sources | right | paper | confident | paper | of these right | paper |"
    yield "|---" * 8 + "|"
    for name, (sources, *both) in left_out["classes"].items():
        yield (
            f"| {name} | {sources} | "
            + " | ".join(f"{one} | {other}" for one, other in zip(*both))
            + " |"
        )
    yield ""
    yield (
        "Run times of the compared classifiers, ten folds of the measured values on one thread: "
        + ", ".join(
            f"{name} {seconds:.1f} s"
            for name, seconds in sorted(measured["run_times"].items(), key=lambda item: item[1])
        )
        + "."
    )
    yield ""
    yield f"`lynceus`, our own classifier, over {REPEATS} repeats of ten folds (mean and standard deviation):"
    yield ""
    names = list(measured["lynceus_repeats"]["random"])
    yield "| held out | " + " | ".join(name.replace("_", " ") for name in names) + " |"
    yield "|---" * (len(names) + 1) + "|"
    for scheme, values in measured["lynceus_repeats"].items():
        yield (
            f"| {HELD_OUT[scheme]} | "
            + " | ".join(f"{values[name][0]:.4f} ± {values[name][1]:.4f}" for name in names)
            + " |"
        )
    yield ""
    yield "### Fields"
    yield ""
    yield "E(B-V) is that of the coarse map towards each source, as the authors' code takes it; beside it half of that, as of sources halfway"
    yield "through the dust, and one value after the other for all sources of a field, to show what depends on it. Sources of the training set are"
    yield "left out."
    yield ""
    for title, field in [
        *measured["fields"].items(),
        *([("HESS fields", measured["hess"])] if "hess" in measured else []),
    ]:
        least, median, most = field["map_ebv"]
        yield f"**{title}**: {field['sources']} sources, {field['published_confident']} confident as published. The map's E(B-V) is {least:.2f} to {most:.2f}, its median {median:.2f}."
        yield ""
        yield "| E(B-V) | same class | both confident | same class there | confident here |"
        yield "|---|---|---|---|---|"
        for row in field["by_ebv"]:
            there = (
                ""
                if row["same_where_both_confident"] is None
                else f"{row['same_where_both_confident']:.3f}"
            )
            yield f"| {row['ebv']} | {row['same_class']:.3f} | {row['both_confident']} | {there} | {row['confident']} |"
        yield ""
        changes = ", ".join(
            f"{theirs} to {ours} {n} ({n_confident})"
            for theirs, ours, n, n_confident in field["changes"][:6]
        )
        yield f"Most frequent differences with the map, published class to ours, of these both confident: {changes}."
        yield ""
    for title, counts in measured["unpublished"].items():
        told = ", ".join(f"{name} {n} ({n_confident})" for name, n, n_confident in counts)
        yield f"**{title}**: no published classes are at hand. Ours, of these confident: {told}."
        yield ""
    if "regions" in measured:
        yield from _region_table(measured["regions"])


def _region_table(regions):
    yield "Significant, confidently classified sources of each HESS field (table 7 of the paper), as the visible rows of the published table say and"
    yield "as ours do:"
    yield ""
    yield "| field | published | ours |"
    yield "|---|---|---|"
    for field, published, ours in regions:
        yield f"| {field} | {published or ''} | {ours or ''} |"
    yield ""


def _differences(title, comparison):
    one, other = comparison["metrics"]
    for subset, errors in comparison["difference_errors"].items():
        cells = (
            "" if error is None else f"{one[subset][name] - other[subset][name]:+.3f} ± {error:.3f}"
            for name, error in errors.items()
        )
        yield f"| {title} | | {subset} | " + " | ".join(cells) + " | | |"


def _row(title, held_out, subset, values):
    cells = [values.get(name) for name in (*METRICS, "log_loss", "ece")]
    return (
        f"| {title} | {held_out} | {subset} | "
        + " | ".join("" if cell is None else f"{cell:.3f}" for cell in cells)
        + " |"
    )
