"""How often X-ray sources that were moved to empty places pass for matched, by what the match takes
into account; and whether probabilities add up to the counterparts that there are.

Two published catalogues hold the error ellipses of NGC 3532 at other places of that field, with
every Gaia source around them. A score of Gaia's properties learns from one of them what field
sources are, and from the real sources of the field what counterparts are; the other is judged. No
Gaia source is scored by a model that saw it.
"""

from dataclasses import dataclass

import duckdb
import numpy as np
from sklearn.metrics import roc_auc_score

from lynceus.learning.match_calibration import calibrate, log_ratios
from lynceus.learning.match_training import PRESETS, fit, predict
from lynceus.settings import project_vars
from lynceus.studies.property_match import FEATURES, POSITIVE_ARCSEC

MOCKS = ("mock_chance", "mock_completeness")
REAL = "ngc3532"
FOLDS = 5
GIVEN = 0.9  # the odds of a counterpart that NWAY is given (Perez-Diaz et al. 2026)
THRESHOLD = project_vars()["p_any_threshold"]
# what the tables of all these fields have: a score could tell the tables apart by what one lacks
NAMES = (
    "phot_g_mean_mag",
    "phot_bp_mean_mag",
    "phot_rp_mean_mag",
    "bp_rp",
    "bp_g",
    "g_rp",
    "parallax",
    "parallax_error",
    "pm",
)
OF_SCORE = [feature for feature in FEATURES if feature["name"] in NAMES]
# fields of which every Gaia source is known to some radius, and the arcsec within which pairs are
# counted; NGC 3532's score judges its neighbour in Carina too
COUNTED = {"trumpler18": 1.5, "cdfs": 2.0}


@dataclass(frozen=True)
class Candidates:
    """Pairs of the X-ray sources of a field, (n,) arrays: source, gaia_source_id, separation_arcsec,
    evidence by the local and by the mean density (of a counterpart against none, before the share
    that has one); vector (n, k) of Gaia's properties; number of sources; share that the positions
    say, and its error.
    """

    source: np.ndarray
    gaia_source_id: np.ndarray
    separation_arcsec: np.ndarray
    local: np.ndarray
    mean: np.ndarray
    vector: np.ndarray
    number: int
    share: float
    share_error: float

    def p_any(self, evidence, odds, ratio=1.0):
        """Return p_any of each source with a candidate: evidence (n,) of the pairs, the prior odds
        of a counterpart, and the likelihood ratio of each pair's properties.
        """
        _, place = np.unique(self.source, return_inverse=True)
        total = np.bincount(place, odds * evidence * ratio)
        return total / (1 + total)


def read(database):
    """Return the Candidates of a built database."""
    with duckdb.connect(str(database), read_only=True) as connection:
        pairs = connection.execute(f"""
            select primary_key as source, gaia_source_id, separation_arcsec, pow(10, log10_evidence) as local,
                pow(10, log10_bf - (select log10_nu_plus from match.densities)) as mean,
                {", ".join(NAMES)}
            from match.pair_evidence inner join match.match_features using (primary_key, gaia_source_id)
            where not is_fake order by all
        """).fetchnumpy()
        number = connection.execute(
            "select count(*) from match.primaries where not is_fake and major is not null"
        ).fetchall()[0][0]
        share, error = connection.execute("""
            select sum(n_primaries * share) / sum(n_primaries),
                sqrt(sum(pow(n_primaries * share_error, 2))) / sum(n_primaries)
            from match.counterpart_shares
        """).fetchall()[0]
    columns = [np.ma.filled(pairs.pop(one["name"]).astype(float), np.nan) for one in OF_SCORE]
    vector = np.stack(columns, axis=1)
    return Candidates(**pairs, vector=vector, number=number, share=share, share_error=error)


class Score:
    """A score of Gaia's properties, each pair judged by models that have not seen its Gaia source.

    Parameters
    ----------
    counterparts, others : (m, k), (n, k) arrays
        Properties of counterparts and of field sources.
    counterpart_ids, other_ids : (m,), (n,) int arrays
        gaia_source_id.

    Attributes
    ----------
    auc, auc_of_missing_values_alone : float
        Out of fold; the second of a score that knows only which values there are.
    """

    def __init__(self, counterparts, counterpart_ids, others, other_ids):
        values = np.concatenate([counterparts, others])
        labels = np.arange(len(values)) < len(counterparts)
        self._ids = np.concatenate([counterpart_ids, other_ids])
        self._whole = fit(values, labels, OF_SCORE, PRESETS["quick"])
        self._models = self._fitted(values, labels)
        scores = self(values, self._ids)
        self._calibration = calibrate(scores, labels)
        self.auc = float(roc_auc_score(labels, scores))
        missing = np.isnan(values).astype(float)
        unseen = _by_fold(self._fitted(missing, labels), missing, self._ids)
        self.auc_of_missing_values_alone = float(roc_auc_score(labels, unseen))

    def _fitted(self, values, labels):
        outside = [self._ids % FOLDS != fold for fold in range(FOLDS)]
        return [fit(values[rows], labels[rows], OF_SCORE, PRESETS["quick"]) for rows in outside]

    def __call__(self, values, ids):
        """Return the score of properties (n, k) of Gaia sources: (n,) array."""
        seen = np.isin(ids, self._ids)
        return np.where(seen, _by_fold(self._models, values, ids), predict(self._whole, values))

    def ratio(self, candidates):
        """Return the likelihood ratio of each pair of Candidates, of a counterpart to a field
        source: (n,) array.
        """
        score = self(candidates.vector, candidates.gaia_source_id)
        return np.exp(log_ratios(score, self._calibration))


def _by_fold(models, values, ids):
    return np.choose(ids % FOLDS, [predict(model, values) for model in models])


def false_matches(databases):
    """Return all measures as JSON types.

    Parameters
    ----------
    databases : dict of str to path
        A built database for each field.

    Returns
    -------
    dict
        `mocks`: by the mock that is judged, the share of its sources, and of the real ones, above
        the threshold, with densities `mean` and `local`, shares `given` and `estimated` (that of
        the real field), by position and joint; `counts`: by field, the counterparts that the pairs
        within a radius show beyond chance, and the sums of the probabilities.
    """
    real = read(databases[REAL])
    mocks = {name: read(databases[name]) for name in MOCKS}
    near = real.separation_arcsec <= POSITIVE_ARCSEC

    def score(*others):
        return Score(
            real.vector[near],
            real.gaia_source_id[near],
            np.concatenate([one.vector for one in others]),
            np.concatenate([one.gaia_source_id for one in others]),
        )

    measured = {}
    for judged, learnt in (MOCKS, MOCKS[::-1]):
        one = score(mocks[learnt])
        measured[judged] = {
            "auc": one.auc,
            "auc_of_missing_values_alone": one.auc_of_missing_values_alone,
            "estimated_share": mocks[judged].share,
            "estimated_share_error": mocks[judged].share_error,
            "passed": [
                {"density": density, "share": share, "joint": joint}
                | {
                    name: _passed(field, getattr(field, density), odds, one if joint else None)
                    for name, field in (("moved", mocks[judged]), ("real", real))
                }
                for share, odds in (("given", GIVEN), ("estimated", real.share / (1 - real.share)))
                for density in ("mean", "local")
                for joint in (False, True)
            ],
        }
    both = score(*mocks.values())
    return {
        "real_share": real.share,
        "real_share_error": real.share_error,
        "positives": int(near.sum()),
        "mocks": measured,
        "counts": {
            name: counted(read(databases[name]), both, radius)
            for name, radius in COUNTED.items()
            if name in databases
        },
    }


def _passed(field, evidence, odds, score):
    """Return the share of a field's sources above the threshold; by position alone without a score."""
    ratio = 1.0 if score is None else score.ratio(field)
    return float((field.p_any(evidence, odds, ratio) > THRESHOLD).sum() / field.number)


def counted(field, score, radius):
    """Return how many counterparts a field has by counting, and by adding up probabilities.

    Parameters
    ----------
    field : Candidates
    score : Score
    radius : float
        arcsec; the pairs between it and twice its length say how many are by chance.

    Returns
    -------
    dict
        `counted` and `counted_error` (of the Poisson counts): pairs within the radius beyond those
        by chance; `sum_p_any`, `sum_p_any_joint`; `several`: sources with several candidates, of
        which `other_best` have another best one with the properties.
    """
    inside = int((field.separation_arcsec <= radius).sum())
    ring = int(((field.separation_arcsec > radius) & (field.separation_arcsec <= 2 * radius)).sum())
    odds, ratio = field.share / (1 - field.share), score.ratio(field)
    several = other = 0
    for source in np.unique(field.source):
        rows = np.flatnonzero(field.source == source)
        several += len(rows) > 1
        best = (np.argmax(weight[rows]) for weight in (field.local, field.local * ratio))
        other += len(set(best)) > 1
    return {
        "sources": field.number,
        "radius_arcsec": radius,
        # a ring of three times the area
        "counted": inside - ring / 3,
        "counted_error": float(np.sqrt(inside + ring / 9)),
        "sum_p_any": float(field.p_any(field.local, odds).sum()),
        "sum_p_any_joint": float(field.p_any(field.local, odds, ratio).sum()),
        "several": several,
        "other_best": other,
    }


def section(measured):
    """Return the lines of the page, Markdown."""
    yield "## Matches by chance, with the properties"
    yield ""
    yield "Of the X-ray sources of NGC 3532 that were moved to empty places every one that passes is wrong. The share that passes p_any >"
    yield f"{THRESHOLD}, by what the match takes into account, and that of the real sources:"
    yield ""
    yield "| density | share with a counterpart | by | first mock | second mock | real sources |"
    yield "|---|---|---|---|---|---|"
    rows = [measured["mocks"][name]["passed"] for name in MOCKS]
    for first, second in zip(*rows, strict=True):
        share = (
            GIVEN
            if first["share"] == "given"
            else f"{measured['real_share']:.3f} ± {measured['real_share_error']:.3f}, estimated"
        )
        yield (
            f"| {first['density']} | {share} | {'position and properties' if first['joint'] else 'position'} | {first['moved']:.3f}"
            f" | {second['moved']:.3f} | {first['real']:.3f} |"
        )
    yield ""
    first, second = (measured["mocks"][name] for name in MOCKS)
    yield f"The score is of Gaia's magnitudes, colours and astrometry. It learns from {measured['positives']} real sources of the field (nearest"
    yield f'within {POSITIVE_ARCSEC}") and the Gaia sources of the other mock; AUC out of fold {second["auc"]:.3f} and {first["auc"]:.3f}, of missing values alone'
    yield f"{second['auc_of_missing_values_alone']:.3f} and {first['auc_of_missing_values_alone']:.3f}. A local density of half degrees is the field's own here, but for what few sources within 3\""
    yield "say of it. That more pass with the estimated share is right for real sources, most of which have a counterpart, and wrong for"
    yield "the moved ones, of which none has: asked themselves, their positions say"
    yield f"{first['estimated_share']:.3f} ± {first['estimated_share_error']:.3f} and {second['estimated_share']:.3f} ± {second['estimated_share_error']:.3f}."
    yield ""
    if measured["counts"]:
        yield "Where every Gaia source around is known, pairs beyond those by chance tell how many counterparts there are, without a truth:"
        yield ""
        yield "| field | X-ray sources | within | counterparts by counting | sum of p_any | sum of p_any_joint | with several candidates | another best one by properties |"
        yield "|---|---|---|---|---|---|---|---|"
        for name, row in measured["counts"].items():
            yield (
                f'| {name} | {row["sources"]} | {row["radius_arcsec"]:g}" | {row["counted"]:.0f} ± {row["counted_error"]:.0f} | {row["sum_p_any"]:.1f}'
                f" | {row['sum_p_any_joint']:.1f} | {row['several']} | {row['other_best']} |"
            )
        yield ""
        yield "The score is that of NGC 3532, which is near Trumpler 18 on the sky, and far from the deep field."
        yield ""
