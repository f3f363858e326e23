"""The property match on real sources: cross-validated on those of the training field, applied to
the other fields.

The samples are not the published ones: the nearest Gaia source of X-ray sources that someone had
classified. What each of them can show is said beside its figures (`section`).
"""

import duckdb
import numpy as np
from sklearn.metrics import roc_auc_score, roc_curve

from lynceus.learning.match_training import PRESETS, fit, predict
from lynceus.settings import default_match, project_vars
from lynceus.studies.published_tables import REAL_FIELDS

SEEDS, FOLDS = 5, 5
P_ANY_THRESHOLD = project_vars()["p_any_threshold"]
RULES = default_match()["classifier"]
FEATURES = RULES["feature_sets"]["published"]
# arcsec and arcmin, of the conditions `positives` and `negatives`
POSITIVE_ARCSEC, NEGATIVE_ARCSEC, POSITIVE_THETA_ARCMIN = 1.3, 5.0, 3.0
OF_GAIA = np.array([feature["of"] == "gaia" for feature in FEATURES])
NAMES = ", ".join(f"match_features.{feature['name']}" for feature in FEATURES)
# what the chance rule gives up: the share of places that have a Gaia source within the positive
# radius
CHANCE = RULES["chance_density_arcsec2"] * np.pi * RULES["chance_radius_arcsec"] ** 2
# Perez-Diaz et al. (2026), section IV.1 and Table 3: validation AUC, and the test set with the
# separation limit
PUBLISHED = {"auc": 0.894, "precision": 0.962, "recall": 0.791, "f1": 0.868, "jaccard": 0.77}
APPLIED = ("cdfs", "trumpler18", "mock_chance", "mock_completeness")
NEGATIVES = {
    "far": 'their own nearest Gaia source, where that is 5-10" away',
    "random": "those Gaia sources, also as random partners of positive X-ray sources, 5 each",
    "swapped": "counterparts of other X-ray sources, 5 for each positive",
}


def property_match(databases):
    """Return all measures of the property match as JSON types.

    Parameters
    ----------
    databases : dict of str to path
        A built database for each field of lynceus.studies.published_tables.REAL_FIELDS.

    Returns
    -------
    dict
        `published`; `features`: those with a value in the training field; `cross_validation`: by
        kind of negatives the measures, each as mean and standard deviation over the seeds;
        `fields`: counts for each of APPLIED.
    """
    nearest = nearest_pairs(databases["training"])
    measured = {kind: cross_validate(nearest, kind) for kind in NEGATIVES}
    booster = fit(
        *labelled_values(nearest, *draw_pairs(nearest, "random", np.random.default_rng(1))),
        FEATURES,
        PRESETS["quick"],
    )
    threshold = measured["random"]["threshold"]["mean"]
    return {
        "published": PUBLISHED,
        "features": [
            feature["name"]
            for feature, known in zip(FEATURES, ~np.isnan(nearest["vector"]).all(0), strict=True)
            if known
        ],
        "cross_validation": measured,
        "fields": {
            name: {
                "title": REAL_FIELDS[name].title,
                **judge_field(databases[name], booster, threshold),
            }
            for name in APPLIED
            if name in databases
        },
    }


def nearest_pairs(database):
    """Return the nearest candidate of each on-axis X-ray source of a field: vector (n, k),
    gaia_source_id, near and far (n,).
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.sql(
            f"select [{NAMES}] as vector, gaia_source_id, separation_arcsec <= ? as near, separation_arcsec >= ? as far"
            " from match.match_features inner join match.candidates using (primary_key, gaia_source_id)"
            " inner join (select primary_key, csc_name from match.primaries where not is_fake) using (primary_key)"
            " inner join match.xray_positions using (csc_name) where is_candidate and min_theta_mean <= ?"
            " qualify row_number() over (partition by primary_key order by separation_arcsec, gaia_source_id) = 1 order by csc_name",
            params=[POSITIVE_ARCSEC, NEGATIVE_ARCSEC, POSITIVE_THETA_ARCMIN],
        ).to_arrow_table()
    return _arrays(rows)


def _arrays(table):
    """Return a table's columns as arrays by name, with `vector`, lists of numbers, as an (n, k)
    array.
    """
    found = {name: table[name].to_numpy() for name in table.column_names if name != "vector"}
    values = table["vector"].combine_chunks().flatten().to_numpy(zero_copy_only=False).astype(float)
    return found | {"vector": values.reshape(table.num_rows, len(FEATURES))}


def draw_pairs(nearest, kind, rng, fold=None):
    """Return pairs as rows of `nearest`: of the X-ray source, of the Gaia source, and whether it is
    a positive one.

    Partners are drawn within the fold, so that no source is on both sides of a split.
    """
    fold = np.zeros(len(nearest["near"]), int) if fold is None else fold
    near, far = np.flatnonzero(nearest["near"]), np.flatnonzero(nearest["far"])
    pool = near if kind == "swapped" else far
    xray, gaia = [near] + [far] * (kind != "swapped"), [near] + [far] * (kind != "swapped")
    for part in np.unique(fold) if kind != "far" else []:
        hosts, partners = near[fold[near] == part], pool[fold[pool] == part]
        if len(partners) > 1:
            xray.append(np.repeat(hosts, RULES["random_negatives"]))
            gaia.append(rng.choice(partners, len(xray[-1])))
    xray, gaia = np.concatenate(xray), np.concatenate(gaia)
    is_positive = np.arange(len(xray)) < len(near)
    # a source may have been dealt its own counterpart
    kept = (
        is_positive
        | (nearest["gaia_source_id"][xray] != nearest["gaia_source_id"][gaia])
        | nearest["far"][xray]
    )
    return xray[kept], gaia[kept], is_positive[kept]


def labelled_values(nearest, xray, gaia, is_positive):
    """Return features and labels of pairs: each property from its own source."""
    return np.where(OF_GAIA, nearest["vector"][gaia], nearest["vector"][xray]), is_positive


def cross_validate(nearest, kind):
    """Return the measures of one kind of negatives: mean and standard deviation over the seeds, and
    the numbers of pairs.
    """
    runs = [_cross_validated(nearest, kind, np.random.default_rng(seed)) for seed in range(SEEDS)]
    return {
        name: {"mean": round(float(np.mean(values)), 4), "sd": round(float(np.std(values)), 4)}
        for name in runs[0]
        for values in [[run[name] for run in runs]]
    }


def _cross_validated(nearest, kind, rng):
    # a Gaia source and all X-ray sources it is nearest to are in one fold
    ids, which = np.unique(nearest["gaia_source_id"], return_inverse=True)
    fold = rng.integers(0, FOLDS, len(ids))[which]
    xray, gaia, is_positive = draw_pairs(nearest, kind, rng, fold)
    values, _ = labelled_values(nearest, xray, gaia, is_positive)
    score, missing_score, accepted, accepted_youden = np.empty((4, len(xray)))
    for part in range(FOLDS):
        inside, outside = fold[xray] == part, fold[xray] != part
        score[inside] = predict(
            fit(values[outside], is_positive[outside], FEATURES, PRESETS["quick"]), values[inside]
        )
        pattern = np.isnan(values).astype(float)
        numbers = [feature | {"kind": "number"} for feature in FEATURES]
        missing_score[inside] = predict(
            fit(pattern[outside], is_positive[outside], numbers, PRESETS["quick"]), pattern[inside]
        )
    thresholds = []
    for part in range(FOLDS):  # from the scores of the other folds
        inside, outside = fold[xray] == part, fold[xray] != part
        thresholds.append(np.quantile(score[outside & is_positive], CHANCE))
        false, true, cuts = roc_curve(is_positive[outside], score[outside])
        accepted[inside] = score[inside] >= thresholds[-1]
        accepted_youden[inside] = score[inside] >= cuts[np.argmax(true - false)]
    return {
        "positives": int(is_positive.sum()),
        "negatives": int((~is_positive).sum()),
        "auc": roc_auc_score(is_positive, score),
        "auc_of_missing_values_alone": roc_auc_score(is_positive, missing_score),
        "threshold": float(np.mean(thresholds)),
        **measures(is_positive, accepted > 0),
        **{f"{name}_youden": v for name, v in measures(is_positive, accepted_youden > 0).items()},
    }


def measures(is_positive, accepted):
    """Return precision, recall, F1 and the Jaccard index of accepted pairs; zero where none is
    accepted.
    """
    hits, n_accepted, n_positive = (is_positive & accepted).sum(), accepted.sum(), is_positive.sum()
    return {
        "precision": hits / max(n_accepted, 1),
        "recall": hits / n_positive,
        "f1": 2 * hits / (n_accepted + n_positive),
        "jaccard": hits / (n_accepted + n_positive - hits),
    }


def judge_field(database, booster, threshold):
    """Return how NWAY and the score choose in one field: numbers of X-ray sources."""
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = _arrays(
            connection.sql(
                f"select primary_key, [{NAMES}] as vector, p_any, match_flag = 1 as is_best from match.match_features"
                " inner join match.posteriors using (primary_key, gaia_source_id) where is_candidate and not is_fake order by primary_key, gaia_source_id"
            ).to_arrow_table()
        )
        total = connection.execute("select count(*) from match.xray_positions").fetchall()[0][0]
    score = predict(booster, rows["vector"])
    best, p_any = rows["is_best"].astype(bool), np.nan_to_num(rows["p_any"].astype(float))
    _, source = np.unique(rows["primary_key"], return_inverse=True)
    highest = np.full(source.max(initial=-1) + 1, -np.inf)
    np.maximum.at(highest, source, score)
    confident = best & (p_any > P_ANY_THRESHOLD)
    return {
        "xray_sources": total,
        "with_candidate": len(highest),
        "with_several": int((np.bincount(source) > 1).sum()),
        "score_accepts_one": int((highest >= threshold).sum()),
        "nway_confident": int(confident.sum()),
        "nway_confident_and_accepted": int((confident & (score >= threshold)).sum()),
        "same_choice_of_several": int(
            (confident & (score == highest[source]) & (np.bincount(source)[source] > 1)).sum()
        ),
        "nway_confident_of_several": int((confident & (np.bincount(source)[source] > 1)).sum()),
    }


def section(measured):
    """Return the lines of the page, Markdown."""
    rows = measured["cross_validation"]
    names = ("auc", "auc_of_missing_values_alone", "precision", "recall", "f1", "jaccard")
    yield "## The property match"
    yield ""
    yield f"Cross-validated ({FOLDS} folds, {SEEDS} seeds; no X-ray or Gaia source on both sides) on the on-axis sources of the training"
    yield f'field: the nearest Gaia source within {POSITIVE_ARCSEC}" is the positive one. {len(measured["features"])} of the'
    yield f"{len(FEATURES)} features have values there. Mean and standard deviation over the seeds; the threshold is that of the chance"
    yield f"rule (gives up {100 * CHANCE:.2f} % of the positives), in brackets Youden's."
    yield ""
    yield "| negatives | n+ | n- | AUC | AUC of missing values alone | precision | recall | F1 | Jaccard |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for kind, title in NEGATIVES.items():
        row = rows[kind]
        cells = [f"{row[name]['mean']:.3f} ± {row[name]['sd']:.3f}" for name in names]
        cells[2:] = [
            f"{cell} ({row[f'{name}_youden']['mean']:.3f})"
            for cell, name in zip(cells[2:], names[2:], strict=True)
        ]
        yield f"| {title} | {row['positives']['mean']:.0f} | {row['negatives']['mean']:.0f} | {' | '.join(cells)} |"
    published = measured["published"]
    yield (
        f'| *as published: candidates farther than 5" and random Gaia sources, 24,000 positives; with the separation limit* | | |'
        f" {published['auc']} | | {published['precision']} | {published['recall']} | {published['f1']} | {published['jaccard']} |"
    )
    yield ""
    yield "What this can show: that the properties tell counterparts of classified sources from Gaia sources beside them. What it cannot:"
    yield "the positives are sources someone could classify, brighter than the field; there are few negatives, all nearest neighbours;"
    yield "all of them are farther than the separation limit on axis, so that the limit would make any precision 1, and is left out here;"
    yield "precision follows the mix of positives and negatives. *Swapped* counterparts are X-ray emitters too: only what X-rays and"
    yield "optical light say together tells them apart. The column of missing values alone is what a model learns that sees"
    yield "only which values are there: the nearer it is to the AUC, the less that means. Photon flux and hardness are left out for that"
    yield "reason: one table has them for every seventh source, those that match a label, and that alone tells something."
    yield ""
    yield "Trained on all these pairs with random partners, and applied with the threshold of the chance rule:"
    yield ""
    yield "| field | X-ray sources | with a candidate | with several | score accepts one | NWAY confident | both | of several: NWAY confident | same choice |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for row in measured["fields"].values():
        yield (
            f"| {row['title']} | {row['xray_sources']} | {row['with_candidate']} | {row['with_several']} | {row['score_accepts_one']}"
            f" | {row['nway_confident']} | {row['nway_confident_and_accepted']} | {row['nway_confident_of_several']} | {row['same_choice_of_several']} |"
        )
    yield ""
    yield "In the two mock fields every acceptance is by chance. No truth is known in the first two; their NWAY matches and the"
    yield "score's are two opinions, and a score that has learnt from classified sources of the whole sky has seen little like"
    yield "the faint galaxies of the first and the stars of a cluster in the second."
    yield ""
