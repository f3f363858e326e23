"""How good XClass is on sources it has not seen: together, and fold by fold (Rangelov et al., table 4)."""

from lynceus.learning.xclass_tables import measures_of


def model(dbt, session):
    """Return one row per way, part, level and subset."""
    predictions, confident = dbt.ref("xclass_out_of_fold"), dbt.config.get("confident")
    return measures_of(predictions.to_arrow_table(), float(confident))
