"""Boosted trees on the published training table of Kumaran et al. (2023, MNRAS 520, 5065), beside
the paper's figures.

    python -m lynceus.studies.boosted <folder>        prints the report, and its figures as JSON
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

import duckdb
import numpy as np
from sklearn.metrics import f1_score, matthews_corrcoef

from lynceus.build.keys import checksum, modules_of
from lynceus.commands.dbt import NO_UNIT_TESTS, run_dbt
from lynceus.learning.boosted_trees import expected_calibration_error
from lynceus.learning.boosted_validation import read_training, scheme_folds
from lynceus.settings import project_vars
from lynceus.studies.published_kumaran import files, write_training
from lynceus.studies.published_tables import assemble

VARS = project_vars()

REPEATS = 15  # as published
TRAINING = "import lynceus.learning.boosted_validation"  # what a kept repeat is made by
DRAWS = 200  # of the fields, for the sample's own error
COMPARED = (
    ("kumaran", "published"),
    ("kumaran", "without_place"),
    ("kumaran", "xray"),
    ("forest", "published"),
    ("gradient_boosting", "published"),
)
# tables 5 and 6: all features, 20 folds at random; F1 and the errors of precision, recall and F1
# over 15 repeats
PUBLISHED = {
    "weighted": {"precision": 0.932, "recall": 0.932, "f1": 0.932, "mcc": 0.91},
    "f1": {
        "AGN": 0.972,
        "STAR": 0.959,
        "YSO": 0.941,
        "HMXB": 0.912,
        "LMXB": 0.872,
        "ULX": 0.715,
        "CV": 0.574,
        "PULSAR": 0.437,
    },
    "forest": {"precision": 0.907, "recall": 0.900, "f1": 0.903, "mcc": 0.87},
    "gradient_boosting": {"precision": 0.913, "recall": 0.890, "f1": 0.899, "mcc": 0.86},
}
TABLES = (
    "class_evaluation",
    "class_confusion",
    "class_reliability",
    "class_census",
    "boosted_classes",
)


def inputs(folder):
    """Return the files of the folder that are read, those that exist."""
    return [path for path in files(folder) if path.exists()]


def build(folder, work, **variables):
    """Build the boosted models over the published training table; return the database, the
    calibration of its columns and the seconds.
    """
    work = Path(work)
    # the published table is judged as it is, whatever the tables of the X-ray sources lack
    variables |= assemble(folder, "training", work / "raw") | {
        "boosted_unmeasured_features": "trained",
        "classifiers": {"boosted": VARS["classifiers"]["boosted"]},
    }
    lines = write_training(folder, work / "raw")
    start = time.perf_counter()
    database = run_dbt(
        work,
        "build",
        *NO_UNIT_TESTS,
        "--select",
        *(f"+{name}" for name in TABLES),
        variables=variables,
    )
    return database, lines, time.perf_counter() - start


def code_of_training():
    """Return the checksum of the modules that train; settings reach them as arguments alone."""
    modules = modules_of(TRAINING)
    rooms = ("lynceus/learning/", "lynceus/physics/")
    return checksum({path: code for path, code in modules.items() if path.startswith(rooms)})


def boosted_match(
    folder, repeats=REPEATS, compared=COMPARED, folds=20, link_deg=VARS["field_link_deg"], kept=None
):
    """Return all measures of the boosted trees as JSON types.

    Parameters
    ----------
    folder : path
    repeats, folds : int
    compared : list of (classifier, set of features)
    link_deg : float
    kept : path, optional
        Where each repeat is found again by another run, as long as what trains is the same.

    Returns
    -------
    dict
        `evaluation`: by classifier, set of features, scheme and class; `published`; `plain`: the
        published classifier in a few lines of its own on the same rows and folds; `calibration`:
        expected calibration error before and after; `errors`: what other fields of the sky would
        change; `memberships`: counts by class membership probability; `restored`: how well the
        columns' units were found again.
    """
    with tempfile.TemporaryDirectory() as work:
        variables = {
            "boosted_repeats": repeats,
            "boosted_folds": folds,
            "studies": {
                "boosted_classifiers": [list(one) for one in compared],
                "boosted_kept": str(kept / code_of_training()) if kept else "",
            },
            "field_link_deg": link_deg,
        }
        database, lines, seconds = build(folder, work, **variables)
        with duckdb.connect(str(database), read_only=True) as connection:

            def rows(query):
                relation = connection.sql(query)
                return [dict(zip(relation.columns, row)) for row in relation.fetchall()]

            return {
                "folds": folds,
                "repeats": repeats,
                "link_deg": link_deg,
                "build_seconds": round(seconds, 1),
                "published": PUBLISHED,
                "restored": lines,
                "census": rows(
                    "from release.class_census where classifier = 'boosted' and step = 'labels'"
                ),
                "fields": rows(
                    "select count(distinct field) as fields, max(n) as largest from (select field, count(*) as n from (select distinct csc_name, field from classes.boosted_features where role = 'training') group by field)"
                )[0],
                "evaluation": rows(
                    "from release.class_evaluation where classifier = 'boosted' and class_set = 'own' and subset = 'all' order by all"
                ),
                "plain": plain(connection, folds),
                "calibration": calibration(connection),
                "errors": errors(connection),
                "reliability": rows(
                    "from release.class_reliability where classifier = 'boosted' and of_class = 'predicted' order by all"
                ),
                "memberships": rows("""
                    select class, count(*) as n, count(*) filter (class_prob > 0.997) as n_3_sigma, count(*) filter (class_prob > 0.9999) as n_4_sigma
                    from formats.boosted_classes where state = 'classified' and not is_training_source group by class order by class
                """),
                "model": rows(
                    "select temperature, n_trees, unusable_features, n_sources from classes.boosted_model"
                )[0],
            }


def plain(connection, folds):
    """Return the measures of a LightGBM of defaults with the published weights, with its own code,
    on the folds of the first repeat.
    """
    import lightgbm as lgb

    measured = []
    for features in ("published", "without_place"):
        if (
            not connection.sql(
                f"from classes.boosted_features where role = 'training' and feature_set = '{features}'"
            )
            .limit(1)
            .fetchall()
        ):
            continue
        training = read_training(
            connection.table("classes.boosted_features"),
            features,
            list(VARS["classifiers"]["boosted"]["classes"]),
        )
        weight = np.exp(0.07 * len(training.label) / np.bincount(training.label))[training.label]
        for scheme, fold in scheme_folds(training, folds, 1).items():
            said = np.empty(len(fold), int)
            for one in np.unique(fold):
                seen = fold != one
                data = lgb.Dataset(training.values[seen], training.label[seen], weight=weight[seen])
                settings = {
                    "objective": "multiclass",
                    "num_class": len(training.classes),
                    "verbosity": -1,
                    "num_threads": 1,
                    "seed": 1,
                }
                said[~seen] = (
                    lgb.train(settings, data, 100)
                    .predict(training.values[~seen], num_threads=1)
                    .argmax(axis=1)
                )
            measured.append(
                {
                    "features": features,
                    "scheme": scheme,
                    "weighted_f1": float(f1_score(training.label, said, average="weighted")),
                    "macro_f1": float(f1_score(training.label, said, average="macro")),
                    "mcc": float(matthews_corrcoef(training.label, said)),
                }
            )
    return measured


def calibration(connection):
    """Return the expected calibration error of `boosted` before and after calibration, by scheme,
    over all repeats.
    """
    errors = {}
    for scheme in ("random", "field"):
        table = connection.sql(f"""
            from classes.boosted_out_of_fold where classifier = 'boosted' and scheme = '{scheme}' order by repeat, csc_name
        """).to_arrow_table()
        classes = connection.sql("select classes from classes.boosted_model").fetchall()[0][0]
        label = np.array([classes.index(name) for name in table["true_class"].to_pylist()])
        raw = np.stack(table["uncalibrated"].to_numpy())
        final = np.stack([table[f"p_{name.lower()}"].to_numpy() for name in classes], axis=1)
        errors[scheme] = {
            "ece_uncalibrated": expected_calibration_error(raw, label),
            "ece": expected_calibration_error(final, label),
            "log_loss_uncalibrated": float(-np.mean(np.log(raw[np.arange(len(label)), label]))),
            "log_loss": float(-np.mean(np.log(final[np.arange(len(label)), label]))),
        }
    return errors


def errors(connection):
    """Return the standard deviation of the scores of `boosted`, fields held out, over DRAWS samples
    of as many fields drawn with replacement.
    """
    table = connection.sql("""
        select field, true_class, class from classes.boosted_out_of_fold
        where classifier = 'boosted' and scheme = 'field' and repeat = 1 order by csc_name
    """).fetchnumpy()
    fields, rng = (
        [np.flatnonzero(table["field"] == one) for one in np.unique(table["field"])],
        np.random.default_rng(1),
    )
    scores = []
    for _ in range(DRAWS):
        rows = np.concatenate([fields[one] for one in rng.integers(0, len(fields), len(fields))])
        true, said = (np.asarray(table[name], str)[rows] for name in ("true_class", "class"))
        scores.append(
            (
                f1_score(true, said, average="weighted"),
                f1_score(true, said, average="macro"),
                matthews_corrcoef(true, said),
            )
        )
    return dict(zip(("weighted_f1", "macro_f1", "mcc"), np.std(scores, axis=0).tolist()))


def section(measured):
    """Return the lines of the report, Markdown."""
    by_class = {}
    for row in measured["evaluation"]:
        if "uncalibrated" not in row["variant"]:
            by_class.setdefault((row["variant"], row["scheme"]), {})[row["class"]] = row
    yield "## Boosted trees with missing data"
    yield ""
    yield f"Kumaran et al. (2023) with our code on the part of their training table at hand, {measured['model']['n_sources']:,} of 7,703 sources:"
    yield f"cumulative cross-validation in {measured['folds']} folds, {measured['repeats']} repeats, at random as published and with whole fields of the sky held"
    yield (
        f"out ({measured['fields']['fields']:,} fields of sources within {measured['link_deg']:g} deg and chains of them, {measured['fields']['largest']} sources in the"
        f" largest). ± is the scatter of the folds; other fields of the sky would change the scores of `boosted` by {measured['errors']['weighted_f1']:.3f} (weighted"
        f" F1), {measured['errors']['macro_f1']:.3f} (macro F1) and {measured['errors']['mcc']:.3f} (MCC), one standard deviation of samples of fields."
    )
    yield ""
    yield "| variant | held out | weighted purity | accuracy | weighted F1 | macro F1 | MCC |"
    yield "|---|---|---|---|---|---|---|"
    whole = measured["published"]["weighted"]
    yield f"| paper, 7,703 sources | a twentieth | {whole['precision']:.3f} | {whole['recall']:.3f} | {whole['f1']:.3f} | | {whole['mcc']:.2f} |"
    for (variant, scheme), rows in by_class.items():
        purity = (
            sum((row["purity"] or 0) * row["n"] for name, row in rows.items() if name != "all")
            / rows["all"]["n"]
        )
        cells = [
            f"{purity:.3f}",
            *(
                _with_error(rows["all"], name)
                for name in ("accuracy", "weighted_f1", "macro_f1", "mcc")
            ),
        ]
        yield (
            f"| {variant} | {'a fold' if scheme == 'random' else 'fields'} | "
            + " | ".join(cells)
            + " |"
        )
    for row in measured["plain"]:
        yield (
            f"| LightGBM by itself, {row['features']}, first repeat | {'a fold' if row['scheme'] == 'random' else 'fields'} | | | "
            f"{row['weighted_f1']:.3f} | {row['macro_f1']:.3f} | {row['mcc']:.3f} |"
        )
    yield ""
    names = list(measured["published"]["f1"])
    yield "F1 by class:"
    yield ""
    yield "| variant | held out | " + " | ".join(names) + " |"
    yield "|---" * (2 + len(names)) + "|"
    yield (
        "| paper | a twentieth | "
        + " | ".join(f"{value:.3f}" for value in measured["published"]["f1"].values())
        + " |"
    )
    for (variant, scheme), rows in by_class.items():
        yield (
            f"| {variant} | {'a fold' if scheme == 'random' else 'fields'} | "
            + " | ".join(_with_error(rows[name], "f1") for name in names)
            + " |"
        )
    yield ""
    for scheme, row in measured["calibration"].items():
        yield (
            f"Calibration, {'random folds' if scheme == 'random' else 'fields held out'}: expected error {row['ece_uncalibrated']:.3f} before, {row['ece']:.3f} after; "
            f"log-loss {row['log_loss_uncalibrated']:.3f} and {row['log_loss']:.3f}."
        )
    yield ""
    yield f"Prediction sets, fields held out, {measured['repeats']} repeats; they aim at {VARS['boosted_coverage']:.0%} of each class in the mean over fields:"
    yield ""
    yield "| class | sources | fields | coverage by source | coverage by field | classes in a set |"
    yield "|---|---|---|---|---|---|"
    for row in (row for row in measured["evaluation"] if row["coverage"] is not None):
        coverages = f"{_with_error(row, 'coverage')} | {_with_error(row, 'field_coverage')}"
        yield f"| {row['class']} | {row['n']} | {row['n_fields']} | {coverages} | {row['set_size']:.2f} |"
    yield ""


def _with_error(row, name):
    return f"{row[name]:.3f}" + (
        f" ± {row['e_' + name]:.3f}" if row[f"e_{name}"] is not None else ""
    )


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="folder of published tables")
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--folds", type=int, default=20)
    parser.add_argument(
        "--link-deg",
        type=float,
        default=VARS["field_link_deg"],
        help="how near sources make one field",
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="without the forest and the gradient boosting of scikit-learn",
    )
    options = parser.parse_args()
    measured = boosted_match(
        options.folder,
        options.repeats,
        COMPARED[:3] if options.quick else COMPARED,
        options.folds,
        options.link_deg,
    )
    print("\n".join(section(measured)))
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
