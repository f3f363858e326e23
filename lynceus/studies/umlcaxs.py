"""Classes of real X-ray detections from X-rays alone: the published mixture, votes and tables made
anew, and the whole way on real observations.

    python -m lynceus.studies.umlcaxs <folder of published tables>
"""

import sys
import tempfile
from pathlib import Path

import duckdb
import numpy as np
from sklearn.metrics import adjusted_rand_score

from lynceus.commands.dbt import NO_UNIT_TESTS, run_dbt
from lynceus.learning.mixtures import Mixture, fit_mixture
from lynceus.learning.umlcaxs import Scaling, fit_scaling
from lynceus.settings import PROJECT, project_vars
from lynceus.studies.published_tables import assemble

VARS = project_vars()

FILES = [
    f"umlcaxs/{name}.parquet"
    for name in (
        "detection_classification",
        "gmm_covariances",
        "gmm_scaler_estimated",
        "gmm_weights_means",
        "source_classification_ambiguous",
        "source_classification_unique",
    )
]
COMPARED, OBSERVATIONS, LABELS = (
    "muwclass/td_2022.parquet",
    "csc/csc2_per_observation.parquet",
    "muwclass/td_candidates_simbad.parquet",
)
CLASSES = ("qso", "agn", "seyfert_1", "seyfert_2", "hmxb", "lmxb", "xb", "yso", "ttau", "orion_v")
NAMES = tuple(VARS["classifiers"]["umlcaxs"]["classes"])
PROPERTIES = tuple(entry["name"] for entry in VARS["classifiers"]["umlcaxs"]["features"])
KINDS = tuple(entry["kind"] for entry in VARS["classifiers"]["umlcaxs"]["features"])
# Perez-Diaz et al. (2024), section 4.2.3 and table 4
PUBLISHED = {
    "sources": 8756,
    "ambiguous": 485,
    "kappa": 0.94,
    "precision_agn_seyfert_xb_yso": (0.32, 0.17, 0.18),
    "recall": (0.83, 0.31, 0.83),
}
# of the project, run on published tables
QUERIES = (
    "umlcaxs_probabilities",
    "how_far_do_hard_and_soft_votes_agree",
    "perez_diaz_2024_table_4",
)
STARTS = 10
TINY = 1e-50  # a probability below it is not fitted
# what the table of real observations has: no variability but in the broad band
OBSERVED = [
    entry
    for entry in VARS["classifiers"]["umlcaxs"]["features"]
    if entry["name"]
    in (
        "hard_hm",
        "hard_hs",
        "hard_ms",
        "powlaw_gamma",
        "bb_kt",
        "var_prob_b",
        "var_ratio_b",
        "var_newq_b",
    )
]
SELECTION = VARS["studies"]["umlcaxs_clusters"] | {
    "components": [2, 12],
    "clusterings": ["dirichlet_process", "hdbscan"],
}


def inputs(folder):
    """Return the files of the folder that are read, those that exist."""
    return [
        path
        for path in (Path(folder) / name for name in (*FILES, COMPARED, OBSERVATIONS, LABELS))
        if path.exists()
    ]


def umlcaxs(folder):
    """Return all measures as JSON types.

    `clusters`: the published mixture on sources with one detection, and our own fit to them;
    `log_odds`: whether squared distances explain the published probabilities; `votes`: the
    published votes made anew from the published detections; `comparison`: Table 4 of the published
    classes with the MUWCLASS training set; `pipeline`: the whole way on real observations with real
    SIMBAD labels.
    """
    folder = Path(folder)
    with tempfile.TemporaryDirectory() as work:
        queries = compiled(Path(work))
        return {
            "published": PUBLISHED,
            "clusters": clusters(folder),
            "log_odds": log_odds(folder),
            "variability_ratio": variability_ratio(folder),
            "votes": votes(folder, queries),
            "comparison": comparison(folder, queries),
            "pipeline": pipeline(folder, Path(work)),
        }


def published_mixture(folder):
    """Return the published Mixture, and the Scaling that was found by fitting its clusters."""
    scaler = duckdb.sql(
        f"from '{folder}/umlcaxs/gmm_scaler_estimated.parquet' order by feature_order"
    ).fetchnumpy()
    moments = duckdb.sql(
        f"from '{folder}/umlcaxs/gmm_weights_means.parquet' order by component"
    ).fetchnumpy()
    covariances = duckdb.sql(
        f"from '{folder}/umlcaxs/gmm_covariances.parquet' order by component, i, j"
    ).fetchnumpy()["covariance"]
    assert tuple(scaler["feature"]) == PROPERTIES
    means = np.stack([moments[f"mean_{name}"] for name in PROPERTIES], axis=1)
    offset = np.where(scaler["transform"] == "log", scaler["log_offset"], np.nan)
    return Mixture(
        moments["weight"], means, covariances.reshape(len(means), len(PROPERTIES), -1)
    ), Scaling(offset, scaler["scale_lo"], scaler["scale_hi"])


def single_detections(folder):
    """Return properties (n, 12) of the sources with one detection, their published cluster (n,) and
    class probabilities (n, 10).
    """
    table = duckdb.sql(f"""
        select {", ".join(f"sources.{name}" for name in PROPERTIES)}, cluster, {", ".join(f"detections.p_{name}" for name in CLASSES)}
        from '{folder}/umlcaxs/source_classification_unique.parquet' as sources
        inner join '{folder}/umlcaxs/detection_classification.parquet' as detections using (name)
        where detection_count = 1 order by name
    """).fetchnumpy()
    return (
        np.stack([table[name] for name in PROPERTIES], axis=1).astype(float),
        np.asarray(table["cluster"]),
        np.stack([table[f"p_{name}"] for name in CLASSES], axis=1).astype(float),
    )


def clusters(folder):
    """Return how far the published clusters come back: by the published mixture, and by fits of our
    own.
    """
    mixture, scaling = published_mixture(folder)
    values, cluster, _ = single_detections(folder)
    theirs = scaling.scaled(values)
    logs = mixture.log_densities(theirs)
    own = fit_scaling(values, KINDS).scaled(values)
    fits = {
        "ours": (fit_mixture(own, len(mixture.weights), VARS["umlcaxs_seed"], STARTS), own),
        "ours_their_scaling": (
            fit_mixture(theirs, len(mixture.weights), VARS["umlcaxs_seed"], STARTS),
            theirs,
        ),
        "ours_from_theirs": (
            fit_mixture(
                theirs, len(mixture.weights), responsibilities=np.eye(len(mixture.weights))[cluster]
            ),
            theirs,
        ),
    }
    return {
        "detections": len(cluster),
        "same_cluster": float((logs.argmax(axis=1) == cluster).mean()),
        "bic_published": mixture.bic(logs),
        **{
            f"rand_index_{name}": float(adjusted_rand_score(fit.cluster(scaled), cluster))
            for name, (fit, scaled) in fits.items()
        },
        **{
            f"bic_{name}": fit.bic(fit.log_densities(scaled))
            for name, (fit, scaled) in fits.items()
        },
    }


def log_odds(folder):
    """Return how well log-odds that are quadratic in the properties, as squared distances make
    them, foretell held-out published classes.

    In each cluster ln(p / p of the commonest class) of three of four detections is fitted, by least
    squares; the others are foretold.
    """
    _, scaling = published_mixture(folder)
    values, cluster, probabilities = single_detections(folder)
    scaled = scaling.scaled(values)
    scaled = (scaled - scaled.mean(axis=0)) / scaled.std(axis=0)
    upper = np.triu_indices(scaled.shape[1])
    terms = np.concatenate(
        [np.ones((len(scaled), 1)), scaled, scaled[:, upper[0]] * scaled[:, upper[1]]], axis=1
    )
    is_fitted = np.random.default_rng(1).random(len(scaled)) < 0.75
    said, foretold, error = [], [], []
    for k in np.unique(cluster):
        rows = cluster == k
        p = probabilities[rows]
        reference = np.median(p, axis=0).argmax()
        logs = np.full(p.shape, -np.inf)
        for c in range(p.shape[1]):
            usable = is_fitted[rows] & (p[:, c] > TINY) & (p[:, reference] > TINY)
            if usable.sum() > terms.shape[1]:
                odds = np.log(p[usable, c] / p[usable, reference])
                logs[:, c] = terms[rows] @ np.linalg.lstsq(terms[rows][usable], odds, rcond=None)[0]
        tested = ~is_fitted[rows]
        made = np.exp(logs[tested] - logs[tested].max(axis=1, keepdims=True))
        made /= made.sum(axis=1, keepdims=True)
        said += p[tested].argmax(axis=1).tolist()
        foretold += made.argmax(axis=1).tolist()
        error += np.abs(made - p[tested]).max(axis=1).tolist()
    same = np.array(said) == np.array(foretold)
    return {
        "held_out": len(same),
        "same_class": float(same.mean()),
        "median_largest_difference": float(np.median(error)),
    }


def variability_ratio(folder):
    """Return of how many detections the published var_ratio_b is sigma over mean, and of how many
    mean over sigma, within 0.2 %.
    """
    rows = duckdb.sql(f"""
        select
            count(*), count(*) filter (abs(published.var_ratio_b / (var_sigma_b / var_mean_b) - 1) < 0.002),
            count(*) filter (abs(published.var_ratio_b / (var_mean_b / var_sigma_b) - 1) < 0.002)
        from '{folder}/umlcaxs/source_classification_unique.parquet' as published
        inner join '{folder}/umlcaxs/detection_classification.parquet' as detections using (name)
        inner join '{folder}/{OBSERVATIONS}' as observed on observed.name = published.name and observed.obsid = detections.obsid
        where detection_count = 1 and var_sigma_b > 1e-5
    """).fetchall()[0]
    return dict(zip(("detections", "sigma_over_mean", "mean_over_sigma"), rows))


def compiled(work):
    """Return the project's queries of the votes, by name, as dbt compiles them, for a database in
    memory.
    """
    run_dbt(work / "compiled", "compile", "--select", *QUERIES, variables={}, LYNCEUS_DATA="none")
    paths = {
        path.stem: path
        for path in (work / "compiled" / "target" / "compiled" / "lynceus").rglob("*.sql")
    }
    return {name: paths[name].read_text().replace('"lynceus".', "") for name in QUERIES}


def votes(folder, queries):
    """Return how far the published votes come back from the published detections, by the project's
    own queries.
    """
    with duckdb.connect() as connection:
        connection.execute("create schema classes")
        columns = ", ".join(f"p_{name}" for name in CLASSES)
        connection.execute(f"""
            create table classes.umlcaxs_detection_probabilities as
            select row_number() over (order by name, obsid)::varchar as detection_id, name as csc_name, pred_class as class, {columns}
            from '{folder}/umlcaxs/detection_classification.parquet'
        """)
        connection.execute(
            "create table classes.umlcaxs_labels as select distinct csc_name, null::varchar as class from classes.umlcaxs_detection_probabilities"
        )
        connection.execute(
            f"create table classes.umlcaxs_probabilities as {queries['umlcaxs_probabilities']}"
        )
        # the published tables give three decimals
        differences = ", ".join(
            f"abs(round(ours.{prefix}_{name}, 3) - theirs.{prefix}_{name})"
            for name in CLASSES
            for prefix in ("p", "e_p")
        )
        row = connection.execute(f"""
            with theirs as (
                select *, master_class as hard_class, master_class as soft_class, false as is_ambiguous
                from '{folder}/umlcaxs/source_classification_unique.parquet'
                union all by name
                select *, hard_master_class as hard_class, soft_master_class as soft_class, true as is_ambiguous
                from '{folder}/umlcaxs/source_classification_ambiguous.parquet'
            )
            select
                count(*) as sources,
                count(*) filter (ours.class = soft_class) as same_soft_class,
                count(*) filter (is_tie) as ties,
                count(*) filter (not is_tie and ours.hard_class = theirs.hard_class) as same_hard_class_without_tie,
                count(*) filter (theirs.is_ambiguous) as published_ambiguous,
                count(*) filter (theirs.is_ambiguous and is_tie) as published_ambiguous_ties,
                count(*) filter (ours.is_ambiguous) as ambiguous,
                max(greatest({differences})) as largest_difference_of_three_decimals,
                count(*) filter (ours.n_detections <> detection_count) as other_counts
            from theirs inner join classes.umlcaxs_probabilities as ours on ours.csc_name = theirs.name
        """)
        names = [column[0] for column in row.description]
        measured = dict(zip(names, row.fetchall()[0]))
        rows = connection.execute(queries["how_far_do_hard_and_soft_votes_agree"]).fetchall()
        measured["kappa_ours"] = {subset: kappa for subset, *_, kappa in rows}
        # the published hard class, ties broken by the order of rows
        connection.execute(f"""
            create or replace table classes.umlcaxs_probabilities as
            select ours.* replace (coalesce(hard_master_class, ours.class) as hard_class)
            from classes.umlcaxs_probabilities as ours
            left join '{folder}/umlcaxs/source_classification_ambiguous.parquet' as theirs on theirs.name = ours.csc_name
        """)
        rows = connection.execute(queries["how_far_do_hard_and_soft_votes_agree"]).fetchall()
        measured["kappa_published"] = {subset: kappa for subset, *_, kappa in rows}
        return measured


def comparison(folder, queries):
    """Return Table 4 of the published classes with the training set of MUWCLASS, by the project's
    own query, of the rows at hand.
    """
    with duckdb.connect() as connection:
        for schema in ("classes", "staging"):
            connection.execute(f"create schema {schema}")
        connection.execute(f"""
            create table classes.umlcaxs_probabilities as
            select name as csc_name, master_class as class, false as is_ambiguous
            from '{folder}/umlcaxs/source_classification_unique.parquet'
        """)
        connection.execute(
            "create table classes.umlcaxs_labels as select csc_name, null::varchar as class from classes.umlcaxs_probabilities"
        )
        connection.execute(
            f"create table classes.umlcaxs_classes as from '{PROJECT}/seeds/umlcaxs_classes.csv'"
        )
        connection.execute(
            "create table staging.stg_literature__classes (reference varchar, csc_name varchar, class varchar)"
        )
        connection.execute(
            "create table staging.stg_literature__yangetal_training (csc_name varchar, yangetal_training_class varchar)"
        )
        connection.execute("create table staging.stg_truth (csc_name varchar, kind varchar)")
        connection.execute(
            f"insert into staging.stg_literature__yangetal_training select name, true_class from '{folder}/{COMPARED}'"
        )
        rows = connection.execute(queries["perez_diaz_2024_table_4"])
        names = [column[0] for column in rows.description]
        return [dict(zip(names, row)) for row in rows.fetchall()]


def pipeline(folder, work):
    """Return what the whole way says of real observations: labels by SIMBAD, spectral fits of the
    master sources, broad-band variability.

    The observations are those of the sources of MUWCLASS's training set; their hardness ratios are
    made of energy fluxes.
    """
    raw = work / "raw"
    assemble(folder, "training", raw)
    ratio = (
        "(o.flux_aper90_{0} - o.flux_aper90_{1}) / nullif(o.flux_aper90_{0} + o.flux_aper90_{1}, 0)"
    )
    hardness = ", ".join(f"{ratio.format(*pair)} as hard_{pair}" for pair in ("hm", "hs", "ms"))
    duckdb.sql(f"""
        copy (
            select o.*, {hardness}, m.powlaw_gamma, m.bb_kt
            from '{raw}/csc_observation.parquet' as o
            inner join '{folder}/csc/csc2_master.parquet' as m using (name)
            order by name, obsid, obi, region_id
        ) to '{raw}/observation.parquet' (format parquet)
    """)
    (raw / "observation.parquet").replace(raw / "csc_observation.parquet")
    duckdb.sql(f"""
        copy (
            select distinct on (main_id) main_id, ra_simbad as ra, dec_simbad as dec, main_type as otype
            from '{folder}/{LABELS}' where main_id is not null and ra_simbad is not null order by main_id, sep_simbad
        ) to '{raw}/simbad.parquet' (format parquet)
    """)
    database = run_dbt(
        work,
        "build",
        *NO_UNIT_TESTS,
        "--select",
        "+class_evaluation",
        "+umlcaxs_selection",
        "+umlcaxs_changes",
        variables={
            "classifiers": {"umlcaxs": VARS["classifiers"]["umlcaxs"] | {"features": OBSERVED}},
            "studies": {"umlcaxs_clusters": SELECTION},
        },
    )
    with duckdb.connect(str(database), read_only=True) as connection:
        found = {
            "selection": _records(connection, "from release.umlcaxs_selection"),
            "evaluation": _records(
                connection,
                """
            from release.class_evaluation
            where classifier = 'umlcaxs' and class = 'all' and subset = 'all' order by scheme, variant, class_set
        """,
            ),
        }
        found["labels"] = _records(
            connection,
            """
            select class, count(*) as detections, count(distinct csc_name) as sources
            from classes.umlcaxs_training where class is not null group by class order by class
        """,
        )
        found["changes"] = connection.sql(
            "select count(*), count(distinct csc_name) from release.umlcaxs_changes"
        ).fetchall()[0]
        return found


def _records(connection, query):
    rows = connection.sql(query)
    return [dict(zip(rows.columns, row)) for row in rows.fetchall()]


def section(measured):
    """Return the lines of the report, Markdown."""
    clusters_, votes_, odds, ratio = (
        measured[name] for name in ("clusters", "votes", "log_odds", "variability_ratio")
    )
    yield "## Classes from X-rays alone"
    yield ""
    yield f"The published mixture (Perez-Diaz et al. 2024) puts {clusters_['same_cluster']:.2%} of {clusters_['detections']} sources with one detection"
    yield f"into the published cluster. Fitted anew to these rows, whose information criterion is {clusters_['bic_ours_their_scaling']:.0f} against"
    yield f"{clusters_['bic_published']:.0f} of the published mixture, the clusters agree to an adjusted Rand index of"
    yield f"{clusters_['rand_index_ours_their_scaling']:.2f} ({clusters_['rand_index_ours']:.2f} with our own scaling; started from the published"
    yield f"clusters {clusters_['rand_index_ours_from_theirs']:.2f})."
    yield ""
    yield f"The published probabilities are those of squared distances: of {odds['held_out']} held-out detections {odds['same_class']:.2%} get their class by"
    yield f"log-odds quadratic in the properties. The published variability ratio is sigma over mean for {ratio['sigma_over_mean']} of"
    yield f"{ratio['detections']} detections, mean over sigma for {ratio['mean_over_sigma']}."
    yield ""
    yield f"From the published detections our votes give the published soft class for {votes_['same_soft_class']} of {votes_['sources']} sources; means"
    yield f"and deviations differ by {votes_['largest_difference_of_three_decimals']:g} at most in the three decimals that are published; the published hard"
    yield f"class for {votes_['same_hard_class_without_tie']} of the"
    yield f"{votes_['sources'] - votes_['ties']} without a tie. {votes_['published_ambiguous_ties']} of the {votes_['published_ambiguous']} ambiguous ones are ties."
    yield ""
    yield "| kappa of hard and soft vote | " + " | ".join(votes_["kappa_ours"]) + " |"
    yield "|---" * (len(votes_["kappa_ours"]) + 1) + "|"
    for name in ("published", "ours"):
        yield (
            f"| {name} | "
            + " | ".join(f"{value:.3f}" for value in votes_[f"kappa_{name}"].values())
            + " |"
        )
    yield ""
    yield "On real observations with real labels (variability in the broad band only):"
    yield ""
    columns = (
        "bic",
        "bic_gradient",
        "rand_index_seeds",
        "rand_index_bootstraps",
        "silhouette",
        "benchmark_accuracy",
    )
    yield (
        "| clustering | clusters | " + " | ".join(name.replace("_", " ") for name in columns) + " |"
    )
    yield "|---" * (len(columns) + 2) + "|"
    for row in measured["pipeline"]["selection"]:
        cells = [
            "" if row[name] is None else f"{row[name]:.{0 if name.startswith('bic') else 3}f}"
            for name in columns
        ]
        yield (
            f"| {row['clustering'].replace('_', ' ')} | {row['n_components']} | "
            + " | ".join(cells)
            + " |"
        )
    yield ""
    measures = ("accuracy", "balanced_accuracy", "macro_f1", "mcc", "log_loss", "ece")
    yield (
        "| scheme | variant | classes | n | "
        + " | ".join(name.replace("_", " ") for name in measures)
        + " |"
    )
    yield "|---" * (len(measures) + 4) + "|"
    for row in measured["pipeline"]["evaluation"]:
        cells = ["" if row[name] is None else f"{row[name]:.3f}" for name in measures]
        yield (
            f"| {row['scheme']} | {row['variant']} | {row['class_set']} | {row['n']} | "
            + " | ".join(cells)
            + " |"
        )


if __name__ == "__main__":
    print("\n".join(section(umlcaxs(sys.argv[1]))))
