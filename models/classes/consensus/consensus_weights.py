"""What weight each classifier has in the consensus: learned from sources of known class that it has
not seen.
"""

from lynceus.learning.consensus import SEPARATOR, pool_weights, read_votes


def model(dbt, session):
    """Return one row per fold, set of classifiers that vote together, classifier and coarse class;
    none if nothing is classified.
    """
    together = "csc_name, string_agg(distinct classifier, '+' order by classifier) as voters"
    patterns = (
        dbt.ref("class_votes")
        .aggregate(together, "csc_name")
        .union(dbt.ref("held_out_votes").aggregate(together, "csc_name"))
    )
    voters = [text.split(SEPARATOR) for (text,) in patterns.select("voters").distinct().fetchall()]
    known = {}
    for classifier, name in (
        dbt.ref("class_votes").select("classifier, coarse_class").distinct().fetchall()
    ):
        known.setdefault(classifier, set()).add(name)
    votes = read_votes(
        dbt.ref("held_out_votes"),
        float(dbt.config.get("floor")),
        sorted(set().union(*known.values())),
    )
    return pool_weights(votes, voters, known)
