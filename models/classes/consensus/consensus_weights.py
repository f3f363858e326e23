"""What weight each classifier has in the consensus: learned from sources of known class that it has not seen."""

from udfs.class_pool import pool_weights, read_votes


def model(dbt, session):
    """Return one row per fold, classifier and coarse class; none if nothing is trained."""
    return pool_weights(read_votes(dbt.ref("held_out_votes"), float(dbt.config.get("floor"))))
