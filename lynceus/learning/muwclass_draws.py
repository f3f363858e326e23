"""Class probabilities with measurement errors: forests trained on draws of the training set, asked
about draws of the targets.

Yang et al. (2022), ApJ 941, 104, sections 3.2 to 3.7 and 4.5. As published, each of 1,000 draws
trains 100 trees for each bin of reddening and asks once about each target. Nearly all of that time
trains trees, so here

- a draw trains few trees and asks several times about each target. The mean is the same. Fully
  grown trees vote 0 or 1, so what 100 trees would have scattered less is known: sd^2 = Var(q) -
  E[q (1 - q)] T / (T - 1) (1 / T - 1 / 100) for T trees with mean vote q, and at least E[q (1 - q)]
  T / (T - 1) / 100, what 100 trees scatter if nothing else varies;
- a draw reddens the AGN of the training set by an E(B-V) of its own, and a target listens to the
  draws near its E(B-V): the votes are fitted by a line in log(0.05 + E(B-V)), with Epanechnikov
  weights. One bin and 100 trees give the published way.
"""

from contextlib import nullcontext
from dataclasses import dataclass, replace

import numpy as np
from lightgbm import LGBMClassifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    BaggingClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier
from tqdm import tqdm

from lynceus.learning.checkpoint import Checkpoint
from lynceus.learning.forest_growth import AskedForest, GrownForest
from lynceus.learning.lightgbm_files import LIGHTGBM
from lynceus.learning.oversampling import filled_up
from lynceus.learning.worker_threads import worker_threads
from lynceus.physics.absorption import extinction_per_ebv, xray_factors
from lynceus.physics.source_features import (
    DEPTH,
    ERROR_FACTOR,
    LOG10_ZERO_FLUX,
    Measurements,
    features,
)

MISSING = -100.0  # stands for a missing value after standardisation: section 3.6
PUBLISHED_TREES = 100
FEWEST_MEMBERS = 6  # of a class: SMOTE mixes a source with 4 others
LEAST_DEVIATION = 1e-5  # stands for 0 in the confidence threshold: section 4.5
EVEN_SHARE = 0.6  # of the draws, spread evenly over E(B-V), for targets unlike most
# about a target: with more draws near it, it is asked about fewer times in each
ENOUGH_VOTES = 1000
HALF_WIDTH_DRAWS = 3000  # with which the kernel is as wide as the plan says
FEWEST_DRAWS = 20  # that a target listens to, and
LEAST_SHARE = 0.1  # of all draws; the kernel of one with fewer near it is widened
LEAST_EFFECTIVE = 1.1  # draws, by their weights: of fewer there is no deviation
CHECKPOINT_DRAWS = 100
# each takes the number of trees and a seed: of VOTING, whose mean over independent trees is known;
# boosting has its 100 rounds
CLASSIFIERS = {
    "forest": GrownForest,
    "asked_forest": AskedForest,
    "sklearn_forest": lambda trees, seed: RandomForestClassifier(trees, random_state=seed),
    "extra_trees": lambda trees, seed: ExtraTreesClassifier(trees, random_state=seed),
    "bagging": lambda trees, seed: BaggingClassifier(n_estimators=trees, random_state=seed),
    "tree": lambda _, seed: DecisionTreeClassifier(random_state=seed),
    "gradient_boosting": lambda _, seed: GradientBoostingClassifier(random_state=seed),
    "nearest_neighbours": lambda *_: KNeighborsClassifier(5),
    "support_vectors": lambda _, seed: CalibratedClassifierCV(
        SVC(gamma="auto", random_state=seed), ensemble=False
    ),
    "lightgbm": lambda _, seed: LGBMClassifier(random_state=seed, n_jobs=1, verbose=-1),
}
VOTING = (
    "forest",
    "asked_forest",
    "sklearn_forest",
    "extra_trees",
    "bagging",
)  # fully grown trees: each votes 0 or 1
EXTINCTION = np.array(list(extinction_per_ebv().values()))  # mag per mag of E(B-V), by band
RANDOM_PROCESSES = ("measurements", "oversampling", "classifier")


@dataclass(frozen=True)
class Plan:
    """How classes are drawn.

    names: features; classes: their order; reddened: the class that is reddened to each target, if
    it is among them. draws of the training set, each with `trees` trees (of a classifier of VOTING)
    and up to `target_draws` draws of each target, fewer where draws enough are near it. half_width:
    of the kernel in log(0.05 + E(B-V)), with 3,000 draws. neighbours: of SMOTE, 0 for none.
    error_factor: of the measurement errors, 0 for the measured values themselves.
    has_common_flux_error: the X-ray bands are drawn by one random number a source, as the code of
    the paper's authors draws them. varied: which of RANDOM_PROCESSES differ from draw to draw.
    """

    names: tuple
    classes: tuple
    draws: int
    trees: int = 10
    target_draws: int = 4
    half_width: float = 0.35
    classifier: str = "forest"
    neighbours: int = 4
    reddened: str = "AGN"
    error_factor: float = ERROR_FACTOR
    has_common_flux_error: bool = False
    seed: int = 0
    varied: tuple = RANDOM_PROCESSES

    def reach(self):
        """Return the half width of the kernel with the plan's own draws: narrower with more, by the
        power that a local line asks for.

        References
        ----------
        Fan & Gijbels (1996), Local Polynomial Modelling and Its Applications, section 3.2.
        """
        return self.half_width * (HALF_WIDTH_DRAWS / self.draws) ** 0.2

    def generators(self, draw):
        """Return the random generators of one draw: for measurements, oversampling and the
        classifier.
        """
        return [
            np.random.default_rng([self.seed, number, draw if process in self.varied else 0])
            for number, process in enumerate(RANDOM_PROCESSES)
        ]


@dataclass(frozen=True)
class Training:
    """Sources of known class: their measurements (n) and their class (n,) as a place in the plan's
    classes.
    """

    measurements: Measurements
    label: np.ndarray

    def taken(self, rows):
        """Return some of the sources only: an index or boolean array."""
        return Training(self.measurements.taken(rows), self.label[rows])


class TrainedDraw:
    """One draw of the training set and what was trained on it, ready to be asked about other
    sources.

    With `has_control` it has a last feature that is pure chance, and only its importances are of
    use.
    """

    def __init__(self, plan, training, draw, ebv, has_control=False):
        rng, oversampling, classifier = plan.generators(draw)
        flux, magnitude = training.measurements.drawn(
            rng, plan.error_factor, plan.has_common_flux_error
        )
        if ebv > 0 and plan.reddened in plan.classes:
            is_reddened = training.label == plan.classes.index(plan.reddened)
            flux[is_reddened] *= xray_factors(np.array([ebv]))[:, 1:]
            magnitude[is_reddened] += EXTINCTION * ebv
        values = features(flux, magnitude, training.measurements.variability, plan.names)
        self.plan, self.rng = plan, rng
        measured = np.ma.masked_invalid(values)  # a feature that no source has is no reason to warn
        self.centre, self.scale = measured.mean(axis=0).filled(0), measured.std(axis=0).filled(1)
        self.scale[self.scale == 0] = 1
        balanced, label = oversampled(
            self._standardised(values), training.label, plan.neighbours, oversampling
        )
        if has_control:
            balanced = np.column_stack([balanced, rng.random(len(balanced))])
        self.classifier = CLASSIFIERS[plan.classifier](plan.trees, int(classifier.integers(2**31)))
        self.calls = LIGHTGBM if plan.classifier == "lightgbm" else nullcontext()
        with self.calls:
            self.classifier.fit(balanced, label)

    def _standardised(self, values):
        values = (values - self.centre) / self.scale
        return np.where(np.isnan(values), MISSING, values).astype(np.float32)

    def votes(self, measurements):
        """Return the probabilities of the classes for one more draw of other sources, (n, classes)."""
        votes = np.zeros((len(measurements), len(self.plan.classes)))
        if not len(measurements):
            return votes
        flux, magnitude = measurements.drawn(
            self.rng, self.plan.error_factor, self.plan.has_common_flux_error
        )
        values = features(flux, magnitude, measurements.variability, self.plan.names)
        with self.calls:
            votes[:, self.classifier.classes_] = self.classifier.predict_proba(
                self._standardised(values)
            )
        return votes


def oversampled(values, label, neighbours, rng):
    """Return training rows with as many of each class as of the largest, by SMOTE; missing values
    stay missing.

    Parameters
    ----------
    values : (n, k) array
        Standardised features, MISSING where missing.
    label : (n,) int array
    neighbours : int
        As in `filled_up`; 0: no oversampling.
    rng : numpy Generator
    """
    if not neighbours or len(np.unique(label)) == 1:
        return values, label
    mixed, mixed_label = filled_up(values, label, neighbours, int(rng.integers(2**31)))
    # between a missing value and a measured one there is nothing
    least = np.where(values == MISSING, np.inf, values).min(axis=0)
    mixed[mixed < least] = MISSING
    return mixed, mixed_label


class VoteSums:
    """Weighted sums over draws from which mean and deviation of the class probabilities of n
    targets follow.
    """

    def __init__(self, targets, classes):
        self.weight, self.weight2, self.weight_x, self.weight_xx = np.zeros((4, targets))
        self.vote, self.vote_x, self.vote2 = np.zeros((3, targets, classes))

    def add(self, rows, weight, x, votes):
        """Add (n, classes) votes about some targets, all different, with the draw's weight and
        distance in x, (n,) each.
        """
        self.weight[rows] += weight
        self.weight2[rows] += weight**2
        self.weight_x[rows] += weight * x
        self.weight_xx[rows] += weight * x**2
        self.vote[rows] += weight[:, None] * votes
        self.vote_x[rows] += (weight * x)[:, None] * votes
        self.vote2[rows] += weight[:, None] * votes**2

    def probabilities(self, plan):
        """Return mean and standard deviation of the class probabilities, (n, classes) each; a
        deviation of a single draw is NaN.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = self.weight * self.weight_xx - self.weight_x**2
            has_slope = spread > 1e-9 * self.weight * self.weight_xx
            weight, x = self.weight[:, None], self.weight_x[:, None]
            slope = np.where(
                has_slope[:, None], (weight * self.vote_x - x * self.vote) / spread[:, None], 0
            )
            mean = (self.vote - slope * x) / weight
            effective = weight**2 / self.weight2[:, None]
            effective[effective < LEAST_EFFECTIVE] = np.nan
            variance = (
                (self.vote2 - mean * self.vote - slope * self.vote_x)
                / weight
                * effective
                / (effective - 1)
            )
            if plan.classifier in VOTING and plan.trees > 1:
                single = (self.vote - self.vote2) / weight * plan.trees / (plan.trees - 1)
                variance -= single * (1 / plan.trees - 1 / PUBLISHED_TREES)
                if plan.trees != PUBLISHED_TREES:
                    # of few draws the difference may come out smaller than 100 trees alone can
                    # scatter
                    variance = np.maximum(variance, single / PUBLISHED_TREES)
        mean = np.clip(mean, 0, 1)
        return mean / mean.sum(axis=1, keepdims=True), np.sqrt(np.maximum(variance, 0))


def log_ebv(ebv):
    """Return the scale on which class probabilities vary evenly with E(B-V) (mag)."""
    return np.log(0.05 + np.asarray(ebv))


def drawn_ebv(ebv, plan):
    """Return an E(B-V) (mag) for each draw: a share of them spread evenly, to a kernel's width
    beyond the extremes, the others as the targets are.
    """
    x = np.sort(log_ebv(ebv))
    rng = np.random.default_rng([plan.seed, len(RANDOM_PROCESSES)])
    levels = (np.arange(plan.draws) + rng.random(plan.draws)) / plan.draws
    if x[0] == x[-1]:
        return np.full(plan.draws, ebv[0])
    # a line through draws on one side only would be four times as uncertain
    low, high = max(x[0] - plan.reach(), log_ebv(0)), x[-1] + plan.reach()
    knots = np.union1d(np.quantile(x, np.linspace(0, 1, 201)), np.linspace(low, high, 201))
    even = (knots - low) / (high - low)
    share = np.searchsorted(x, knots, side="right") / len(x)
    cumulative = EVEN_SHARE * even + (1 - EVEN_SHARE) * (share - share[0]) / (1 - share[0])
    # in random order, so that the first draws alone are a smaller run of the same kind
    return np.exp(np.interp(rng.permutation(levels), cumulative, knots)) - 0.05


def half_widths(target_x, draw_x, least):
    """Return the half width of each target's kernel: at least `least`, and so wide that enough of
    the draws (sorted) lie inside, or all.
    """
    wanted = min(max(FEWEST_DRAWS, round(LEAST_SHARE * len(draw_x))), len(draw_x))
    # the nearest of so many are neighbours in order: the best of all runs of that length
    first = np.arange(len(draw_x) - wanted + 1)
    place = np.clip(
        np.searchsorted(draw_x, target_x)[:, None] - np.arange(wanted + 1), 0, first[-1]
    )
    reach = np.maximum(
        target_x[:, None] - draw_x[place], draw_x[place + wanted - 1] - target_x[:, None]
    ).min(axis=1)
    return np.maximum(least, reach * (1 + 1e-9) + 1e-9)


def classify(training, targets, ebv, plan, threads=1, checkpoint=None, progress=False):
    """Return the class probabilities of targets.

    Parameters
    ----------
    training : Training
    targets : Measurements
        Of n sources.
    ebv : (n,) array, mag
        E(B-V) to which AGN are reddened for each target.
    plan : Plan
    threads : int
        Draws made at once; the result does not depend on it.
    checkpoint : path, optional
        File that keeps the sums so far: an interrupted run goes on from there, and it is gone when
        the run is whole.
    progress : bool
        Show a progress bar.

    Returns
    -------
    mean, deviation : (n, classes) arrays
        Of the class probabilities over draws; the deviation as forests of 100 trees would have it,
        NaN from a single draw.

    Raises
    ------
    ValueError
        If a class of the plan has fewer than 6 training sources, or an E(B-V) is negative or
        missing.
    """
    members = np.bincount(training.label, minlength=len(plan.classes))
    if members.min() < FEWEST_MEMBERS:
        few = ", ".join(
            f"{name} {number}"
            for name, number in zip(plan.classes, members)
            if number < FEWEST_MEMBERS
        )
        raise ValueError(
            f"too few training sources, at least {FEWEST_MEMBERS} per class are needed: {few}"
        )
    ebv = np.asarray(ebv, float)
    if len(ebv) == 0:
        return np.empty((2, 0, len(plan.classes)))
    kept = Checkpoint(checkpoint, training, targets, ebv, plan, DEPTH, LOG10_ZERO_FLUX, EXTINCTION)
    return _drawn(
        training, targets, ebv, [(slice(None), np.arange(len(ebv)))], plan, threads, kept, progress
    )


def cross_validate(training, fold, ebv, plan, threads=1, progress=False):
    """Return the class probabilities of each training source by draws trained without its fold.

    Parameters
    ----------
    training : Training
        Of n sources.
    fold : (n,) int array
        All different: leave one out.
    ebv : (n,) array, mag
        E(B-V) in the direction of each source, to which AGN are reddened when it is asked about; as
        published, an AGN that is asked about is not.
    plan, threads, progress
        As in `classify`.

    Returns
    -------
    mean, deviation : (n, classes) arrays
    """
    parts = [(np.flatnonzero(fold != one), np.flatnonzero(fold == one)) for one in np.unique(fold)]
    return _drawn(
        training,
        training.measurements,
        np.asarray(ebv, float),
        parts,
        plan,
        threads,
        Checkpoint(None),
        progress,
    )


def _drawn(training, targets, ebv, parts, plan, threads, checkpoint, progress):
    """Return mean and deviation over the draws; each part says which sources train and which
    targets they are asked about.
    """
    if not np.all(ebv >= 0):
        raise ValueError(f"E(B-V) must be 0 or more; it is not for {np.sum(~(ebv >= 0))} targets")
    target_x, draw_ebv = log_ebv(ebv), drawn_ebv(ebv, plan)
    draw_x = np.sort(log_ebv(draw_ebv))
    half_width = half_widths(target_x, draw_x, plan.reach())
    near = np.searchsorted(draw_x, target_x + half_width) - np.searchsorted(
        draw_x, target_x - half_width
    )
    times = np.clip(-(-ENOUGH_VOTES // np.maximum(near, 1)), 1, plan.target_draws)

    def asked(draw):
        x = log_ebv(draw_ebv[draw]) - target_x
        wanted = np.where(np.abs(x) < half_width, times, 0)
        answers = []
        for trained_by, asked_about in parts:
            if not wanted[asked_about].any():
                continue
            trained = TrainedDraw(plan, training.taken(trained_by), draw, draw_ebv[draw])
            for time in range(plan.target_draws):
                rows = asked_about[wanted[asked_about] > time]
                answers.append(
                    (
                        rows,
                        1 - (x[rows] / half_width[rows]) ** 2,
                        x[rows],
                        trained.votes(targets.taken(rows)),
                    )
                )
        return answers

    return _summed(asked, len(targets), plan, threads, checkpoint, progress)


def importances(training, plan, threads=1):
    """Return how much each feature, and a random one last, lowers the impurity of the trees: its
    share of the whole.

    Returns
    -------
    mean, deviation : (features + 1,) arrays
        Over draws; the means sum to 1.
    """

    def asked(draw):
        return TrainedDraw(
            plan, training, draw, 0.0, has_control=True
        ).classifier.feature_importances_

    with worker_threads(threads) as pool:
        shares = np.stack(list(pool.map(asked, range(plan.draws))))
    return shares.mean(axis=0), shares.std(axis=0, ddof=min(1, plan.draws - 1))


def _summed(asked, targets, plan, threads, checkpoint, progress):
    """Return mean and deviation from all draws, added in their order whichever is ready first."""
    sums, done = checkpoint.read(VoteSums(targets, len(plan.classes)))
    bar = tqdm(total=plan.draws, initial=done, unit="draw", disable=None if progress else True)
    # draws run side by side; threads inside of one only get in each other's way
    with worker_threads(threads) as pool, bar:
        for start in range(done, plan.draws, CHECKPOINT_DRAWS):
            stop = min(start + CHECKPOINT_DRAWS, plan.draws)
            for answers in pool.map(asked, range(start, stop)):
                for answer in answers:
                    sums.add(*answer)
                bar.update()
            checkpoint.write(sums, stop)
    checkpoint.remove()
    return sums.probabilities(plan)


def classified(mean, deviation):
    """Return the most probable class and how clearly it is ahead.

    Parameters
    ----------
    mean, deviation : (n, classes) arrays

    Returns
    -------
    label : (n,) int array
    confidence : (n,) array
        CT of eq. 7: the least, over the other classes, of the difference of the means in units of
        the sum of the deviations. NaN where one of these is.
    """
    mean, deviation = (
        np.asarray(mean),
        np.where(np.asarray(deviation) == 0, LEAST_DEVIATION, deviation),
    )
    label = np.argmax(mean, axis=1)
    best = (np.arange(len(mean)), label)
    ahead = (mean[best][:, None] - mean) / (deviation[best][:, None] + deviation)
    ahead[best] = np.inf
    return label, ahead.min(axis=1)


def published_plan(plan, draws):
    """Return the plan that does a draw as published: 100 trees, asked once about each target, all
    draws at one E(B-V).
    """
    return replace(plan, draws=draws, trees=PUBLISHED_TREES, target_draws=1)
