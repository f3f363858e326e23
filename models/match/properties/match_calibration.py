"""What turns a score into a probability and a likelihood ratio, learnt from scores out of fold, and how
far the sources bear that ratio out: one row, NULL without a model.
"""

import pyarrow as pa

from lynceus.learning.match_calibration import borne_out, calibrate, log_ratios

SCHEMA = pa.schema(
    [
        (name, pa.float64())
        for name in (
            "calibration_a",
            "calibration_b",
            "calibration_c",
            "prior_logit",
            "exponent",
            "ln_field_ratio",
        )
    ]
)


def model(dbt, session):
    """Fit logit P = a ln s - b ln(1 - s) + c to the candidates of the training and validation
    sources, and the exponent of the likelihood ratio to all sources.
    """
    labelled, scores = dbt.ref("labelled_pairs"), dbt.ref("match_scores")
    keys = ", ".join(labelled.columns[:2])
    known = dbt.ref("out_of_fold_scores").join(labelled, keys).order(keys).fetchnumpy()
    if len(known["p_match_ind"]) == 0:
        return pa.Table.from_pylist([dict.fromkeys(SCHEMA.names)], schema=SCHEMA)
    row = calibrate(known["p_match_ind"], known["is_positive"].astype(bool))
    pairs = (
        scores.join(dbt.ref("pair_posteriors"), keys)
        .filter("log10_weight is not null")
        .order(keys)
        .fetchnumpy()
    )
    return pa.Table.from_pylist(
        [
            row
            | borne_out(
                log_ratios(pairs["p_match_ind"], row),
                pairs["log10_weight"],
                pairs["primary_key"],
                pairs["is_fake"].astype(bool),
            )
        ],
        schema=SCHEMA,
    )
