"""What turns a score into a probability and a likelihood ratio, learnt from scores out of fold: one
row, NULL without a model.
"""

import pyarrow as pa

from lynceus.learning.match_training import calibrate

SCHEMA = pa.schema(
    [
        (name, pa.float64())
        for name in ("calibration_a", "calibration_b", "calibration_c", "prior_logit")
    ]
)


def model(dbt, session):
    """Fit logit P = a ln s - b ln(1 - s) + c to the candidates of the training and validation
    sources.
    """
    labelled = dbt.ref("labelled_pairs")
    keys = ", ".join(labelled.columns[:2])
    table = (
        dbt.ref("out_of_fold_scores")
        .join(labelled, keys)
        .order(keys)
        .select("p_match_ind, is_positive")
        .to_arrow_table()
    )
    if len(table) == 0:
        return pa.Table.from_pylist([dict.fromkeys(SCHEMA.names)], schema=SCHEMA)
    row = calibrate(table["p_match_ind"].to_numpy(), table["is_positive"].to_numpy().astype(bool))
    return pa.Table.from_pylist([row], schema=SCHEMA)
