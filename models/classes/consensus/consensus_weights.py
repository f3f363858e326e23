"""What weight each classifier has in the consensus: learned from sources of known class that it has not seen."""

from lynceus.learning.consensus import SEPARATOR, pool_weights, read_votes


def model(dbt, session):
    """Return one row per fold, set of classifiers that are heard together, classifier and coarse class; none if nothing is classified."""
    heard = "csc_name, string_agg(distinct classifier, '+' order by classifier) as voters"
    patterns = dbt.ref("class_votes").aggregate(heard, "csc_name").union(dbt.ref("held_out_votes").aggregate(heard, "csc_name"))
    voters = [text.split(SEPARATOR) for (text,) in patterns.select("voters").distinct().fetchall()]
    classes = [name for (name,) in dbt.ref("class_votes").select("coarse_class").distinct().fetchall()]
    return pool_weights(read_votes(dbt.ref("held_out_votes"), float(dbt.config.get("floor")), classes), voters)
