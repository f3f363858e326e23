"""Scores that a candidate must exceed to count as a match, by two rules, and how sure they are. One
row per rule.
"""

import pyarrow as pa

from lynceus.learning.score_thresholds import chance_threshold, youden_threshold

SCHEMA = pa.schema(
    [("rule", pa.string())]
    + [
        (name, pa.float64())
        for name in (
            "chance_probability",
            "threshold",
            "threshold_low",
            "threshold_high",
            "true_positive_rate",
            "false_positive_rate",
        )
    ]
)


def model(dbt, session):
    """Chance: as many true counterparts are lost as primaries have a source of the second catalogue
    within the chance radius by chance. Youden: of the candidates out of fold.
    """
    labelled, scores = dbt.ref("labelled_pairs"), dbt.ref("out_of_fold_scores")
    densities, reference = dbt.ref("densities"), dbt.ref("score_reference")
    keys = ", ".join(labelled.columns[:2])
    given = dbt.config.get("chance_density_arcsec2")
    density = f"{given}::double" if given else "density_arcmin2 / 3600"
    radius = dbt.config.get("chance_radius_arcsec")
    (chance,) = (
        densities.filter("catalogue = 2")
        .project(f"least(1, {density} * pi() * pow({radius}, 2))")
        .fetchall()[0]
    )
    known = reference.order("p_match_ind, primary_key").fetchnumpy()
    judged = scores.join(labelled, keys).order(keys).fetchnumpy()
    rows = [{"rule": "chance", "chance_probability": chance}]
    if len(known["p_match_ind"]):
        rows[0] |= chance_threshold(
            known["p_match_ind"], known["p_wrong"], known["field_cdf"], chance
        )
    if len(judged["p_match_ind"]):
        found = youden_threshold(
            judged["p_match_ind"], judged["is_positive"].astype(bool), judged["primary_key"]
        )
        rows.append({"rule": "youden", **found})
    return pa.Table.from_pylist(rows, schema=SCHEMA)
