"""The classifier of X-ray sources that is this project's own: boosted trees over the features of
MUWCLASS and of the distance.

The sources of known class train it (Yang et al. 2022, ApJ 941, 104, section 2) with copies of them
that are drawn anew from their measurement errors: the trees learn how far a value can be trusted,
and what a source looks like with a measurement lost. Several boosted models are one: the logarithms
of their probabilities are averaged by writing all their trees into one file, the values of the
leaves divided by the number of models and by the temperature that calibrates them. Neither
positions nor anything else of the sky are features.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.optimize import minimize_scalar
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    f1_score,
    log_loss,
    matthews_corrcoef,
)

from lynceus.learning.folds import can_be_held_out
from lynceus.learning.lightgbm_files import DETERMINISTIC, LIGHTGBM, save_text
from lynceus.learning.muwclass import read_training
from lynceus.learning.predictions import COLUMNS, prediction_rows
from lynceus.learning.trees import read_trees
from lynceus.learning.vectors import matrix
from lynceus.physics.source_features import ASTROMETRY, Measurements, all_features

FEWEST_CLASSES = 2
TEMPERATURES = (0.5, 3.0)
CLASS_WEIGHT_POWER = 0.8  # sources weigh as the size of their class to minus this power
# of every source, shared out among the models that are averaged; each model has the measured
# values, too
COPIES = 12
SHARED = {
    "objective": "multiclass",
    "learning_rate": 0.1,
    "max_bin": 63,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "num_threads": 1,  # with so few rows more threads only wait for each other
    **DETERMINISTIC,
}
MEMBERS = 4 * (
    {
        "rounds": 100,
        "num_leaves": 15,
        "min_data_in_leaf": 40,
        "feature_fraction": 0.4,
        "lambda_l2": 1.0,
    },
)
MEASURES = ("accuracy", "balanced_accuracy", "macro_f1", "mcc", "log_loss", "brier", "ece")
SCHEMES = ("random", "field")
UNCALIBRATED = pa.field("uncalibrated", pa.list_(pa.float64()))
# of the row that describes a trained model
MODEL_COLUMNS = pa.schema(
    [
        ("model_file", pa.string()),
        ("parameters", pa.string()),
        ("features", pa.list_(pa.string())),
        ("n_features", pa.int32()),
    ]
    + [
        ("classes", pa.list_(pa.string())),
        ("priors", pa.list_(pa.float64())),
        ("members", pa.list_(pa.int32())),
        ("n_sources", pa.int32()),
    ]
    + [("n_trees", pa.int32()), ("temperature", pa.float64()), ("prior_power", pa.float64())]
    + [
        (f"{name}_{scheme}", pa.float64())
        for scheme in SCHEMES
        for name in (*MEASURES, "ece_uncalibrated")
    ]
)


@dataclass(frozen=True)
class TrainingSet:
    """Sources of known class, in order of their names.

    names (n,); classes: those present; label (n,): place in `classes`; values (n, k): features as
    measured, NaN where missing; measurements; astrometry: (n,) arrays by name; folds: (n,) int
    arrays by scheme; field: (n,) int, of the sky.
    """

    names: np.ndarray
    classes: tuple
    label: np.ndarray
    values: np.ndarray
    measurements: Measurements
    astrometry: dict
    folds: dict
    field: np.ndarray | None = None

    @property
    def priors(self):
        """The share of each class."""
        return np.bincount(self.label, minlength=len(self.classes)) / max(len(self.label), 1)

    @property
    def is_enough(self):
        """Whether there is anything to tell apart."""
        return len(self.classes) >= FEWEST_CLASSES


def read_training_set(training, vectors, features, classes):
    """Return the TrainingSet of relations muwclass_training and lynceus_features.

    Parameters
    ----------
    training, vectors : DuckDB relations
    features : list of str
        Names of the features of `vectors`.
    classes : list of str
        All of the scheme, in their order.
    """
    names, labelled, present = read_training(training, classes)
    of_training = vectors.filter("role = 'training'").project("csc_name, features")
    table = training.join(of_training, "csc_name").order("csc_name").to_arrow_table()
    return TrainingSet(
        names=names,
        classes=present,
        label=labelled.label,
        values=matrix(table["features"], len(features)),
        measurements=labelled.measurements,
        astrometry={name: table[name].to_numpy().astype(float) for name in ASTROMETRY},
        folds={"random": table["fold"].to_numpy(), "field": table["field_fold"].to_numpy()},
        field=table["field"].to_numpy(),
    )


def noisy_copies(training, names, copies=None, seed=1):
    """Return features of the training sources drawn anew from their errors: (copies, n, k) array.

    Fluxes and magnitudes as in Yang et al. (2022), section 3.2; parallaxes with their error;
    distances log-normal, each side by itself.
    """
    rng = np.random.default_rng(seed)
    lo, mid, hi = (np.log(training.astrometry[name]) for name in ("rgeo_lo", "rgeo", "rgeo_hi"))
    drawn = []
    for _ in range(COPIES if copies is None else copies):
        flux, magnitude = training.measurements.drawn(rng)
        step, parallax_step = rng.standard_normal((2, len(mid)))
        distance = np.where(step > 0, (hi - mid) * step, (mid - lo) * step)
        astrometry = training.astrometry | {
            "parallax": training.astrometry["parallax"]
            + training.astrometry["parallax_error"] * parallax_step,
            "rgeo": np.exp(mid + distance),
        }
        drawn.append(
            all_features(flux, magnitude, training.measurements.variability, astrometry, names)
        )
    return np.stack(drawn)


def fit(training, copies, rows=None, members=None, seed=1, class_weight=None):
    """Return the text of the model trained on some of the sources.

    Parameters
    ----------
    training : TrainingSet
    copies : (m, n, k) array
        Of `noisy_copies`; each of the averaged models gets its share.
    rows : (n,) bool array, optional
        Left out: all sources.
    members : sequence of dict, optional
        Of each of the averaged models LightGBM's parameters, and `rounds`; left out: MEMBERS.
    seed : int
    class_weight : function, optional
        The weight of a source of each class from the number of its sources, (classes,) arrays; left
        out: to the power -CLASS_WEIGHT_POWER.
    """
    with LIGHTGBM:
        return _fitted(training, copies, rows, members, seed, class_weight)


def _fitted(training, copies, rows, members, seed, class_weight):
    """Return what `fit` does; for callers that hold LIGHTGBM."""
    members = members or MEMBERS
    rows = slice(None) if rows is None else rows
    label = training.label[rows]
    # rare classes count for less than common ones, but each of their sources for more
    counts = np.maximum(np.bincount(label, minlength=len(training.classes)), 1)
    weight = (counts**-CLASS_WEIGHT_POWER if class_weight is None else class_weight(counts))[label]
    texts = []
    for number, member in enumerate(members):
        versions = [training.values[rows], *(copy[rows] for copy in copies[number :: len(members)])]
        settings = {**SHARED, "num_class": len(training.classes), **member, "seed": seed + number}
        rounds = settings.pop("rounds")
        data = lgb.Dataset(
            np.concatenate(versions),
            np.tile(label, len(versions)),
            weight=np.tile(weight / weight.mean(), len(versions)),
            params=settings,
        )
        texts.append(lgb.train(settings, data, num_boost_round=rounds).model_to_string())
    return averaged(texts)


def averaged(texts, temperature=1.0):
    """Return one LightGBM model whose log-probabilities are the mean of those of several, over the
    temperature.

    Parameters
    ----------
    texts : list of str
        LightGBM models of the same classes and features.
    temperature : float
        Above 1: less certain.
    """
    head = "\n".join(
        line
        for line in texts[0].split("\nTree=")[0].splitlines()
        if not line.startswith("tree_sizes")
    )
    trees = []
    for text in texts:
        for section in text.split("\nend of trees")[0].split("\nTree=")[1:]:
            lines = section.splitlines()[1:]
            trees.append(
                "\n".join(
                    [
                        f"Tree={len(trees)}",
                        *(_divided(line, len(texts) * temperature) for line in lines),
                    ]
                ).rstrip()
            )
    return "\n\n".join([head.rstrip(), *trees, "end of trees\n"])


def _divided(line, by):
    """Return a line of a tree, its leaves divided by a number."""
    name, _, values = line.partition("=")
    return (
        f"leaf_value={' '.join(repr(float(value) / by) for value in values.split())}"
        if name == "leaf_value"
        else line
    )


def out_of_fold(training, copies, fold, members=None, seed=1, class_weight=None, threads=1):
    """Return the class probabilities (n, classes) of each source by a model trained without its
    fold.

    Arguments as of `fit`; `threads`: folds trained at once, which the result does not depend on.
    """

    def predicted(one):
        text = _fitted(training, copies, fold != one, members, seed, class_weight)
        return read_trees(text).predict(training.values[fold == one])

    probabilities, parts = (
        np.full((len(training.label), len(training.classes)), np.nan),
        np.unique(fold),
    )
    # every call of LightGBM in here is for the same number of threads, SHARED's, so they may run
    # beside each other
    with LIGHTGBM, ThreadPoolExecutor(threads) as pool:
        for one, found in zip(parts, pool.map(predicted, parts)):
            probabilities[fold == one] = found
    return probabilities


def tempered(probabilities, temperature):
    """Return probabilities whose logarithms are divided by a temperature."""
    logs = np.log(np.maximum(probabilities, np.finfo(float).tiny)) / temperature
    powers = np.exp(logs - logs.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def fitted_temperature(probabilities, label):
    """Return the temperature with the least log-loss of probabilities (n, k) of labels (n,)."""

    def loss(temperature):
        return -np.mean(
            np.log(
                np.maximum(
                    tempered(probabilities, temperature)[np.arange(len(label)), label],
                    np.finfo(float).tiny,
                )
            )
        )

    return float(minimize_scalar(loss, bounds=TEMPERATURES, method="bounded").x)


def calibrated(probabilities, label, fold):
    """Return out-of-fold probabilities, those of each fold with the temperature of the others."""
    result = probabilities.copy()
    for one in np.unique(fold):
        inside = fold == one
        if not inside.all():
            result[inside] = tempered(
                probabilities[inside], fitted_temperature(probabilities[~inside], label[~inside])
            )
    return result


def chosen(probabilities, priors, power):
    """Return the class (n,) with the largest probability over its share to a power: 0 the most
    probable, 1 that of even shares.
    """
    return np.argmax(probabilities / priors**power, axis=1)


def expected_calibration_error(probabilities, label, bins=10):
    """Return the mean difference of the largest probability and of how often it is right, over bins
    of equal width.
    """
    highest, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == label
    place = np.minimum((highest * bins).astype(int), bins - 1)
    return float(np.sum(np.abs(np.bincount(place, right - highest))) / len(label))


def measures(probabilities, label, priors, power):
    """Return the MEASURES of probabilities (n, k): those of the chosen class, then those of the
    probabilities.
    """
    choice, count = chosen(probabilities, priors, power), probabilities.shape[1]
    return dict(
        zip(
            MEASURES,
            (
                accuracy_score(label, choice),
                balanced_accuracy_score(label, choice),
                f1_score(label, choice, average="macro"),
                matthews_corrcoef(label, choice),
                log_loss(label, probabilities, labels=range(count)),
                float(np.mean(np.sum((probabilities - np.eye(count)[label]) ** 2, axis=1))),
                expected_calibration_error(probabilities, label),
            ),
        )
    )


def members_with(rounds):
    """Return MEMBERS with this number of rounds."""
    return tuple({**member, "rounds": rounds} for member in MEMBERS)


def predictions_table(training, names, classes, power, threads=1, members=None):
    """Return predictions for the training sources by models that have not seen them, an Arrow table
    of `predictions.COLUMNS` and the probabilities before calibration.

    One row per source and scheme: `random` folds, and `field`, which holds whole fields of the sky
    out; a scheme with one fold alone has none. Calibrated, each fold by the others. `threads`
    and `members` as of `out_of_fold`.
    """
    tables = [COLUMNS.append(UNCALIBRATED).empty_table()]
    copies = noisy_copies(training, names) if training.is_enough else None
    for scheme, fold in training.folds.items() if training.is_enough else ():
        if not can_be_held_out(fold, "lynceus", scheme):
            continue
        raw = out_of_fold(training, copies, fold, members, threads=threads)
        final = calibrated(raw, training.label, fold)
        present = np.asarray(training.classes, object)
        rows = prediction_rows(
            {
                "csc_name": training.names,
                "true_class": present[training.label],
                "fold": fold,
                "field": training.field,
            },
            present[chosen(final, training.priors, power)],
            final,
            training.classes,
            classes,
            variant="calibrated",
            is_released=True,
            scheme=scheme,
        )
        tables.append(rows.append_column(UNCALIBRATED, pa.array(list(raw), UNCALIBRATED.type)))
    return pa.concat_tables(tables)


def train_class_model(training, names, power, predictions, folder, members=None):
    """Train on all sources, write the model and describe it.

    Parameters
    ----------
    training : TrainingSet
    names : list of str
        Of the features.
    power : float
        Of the priors in the decision rule.
    predictions : DuckDB relation or Arrow table
        Of `predictions_table`.
    folder : path
        Where the model is written.
    members : sequence of dict, optional
        As of `fit`.

    Returns
    -------
    pyarrow.Table
        One row of MODEL_COLUMNS; model_file is NULL if there are too few classes, the measures of a
        scheme if it has no predictions.
    """
    row = {
        "n_features": len(names),
        "features": list(names),
        "n_sources": len(training.label),
        "prior_power": power,
    }
    if training.is_enough:
        raw = {
            scheme: _raw(predictions, scheme)
            for scheme in SCHEMES
            if pc.any(pc.equal(predictions["scheme"], scheme)).as_py()
        }
        temperature = fitted_temperature(raw["random"], training.label) if "random" in raw else 1.0
        for scheme in raw:
            final = calibrated(raw[scheme], training.label, training.folds[scheme])
            row |= {
                f"{name}_{scheme}": value
                for name, value in measures(final, training.label, training.priors, power).items()
            }
            row[f"ece_uncalibrated_{scheme}"] = expected_calibration_error(
                raw[scheme], training.label
            )
        text = averaged([fit(training, noisy_copies(training, names), None, members)], temperature)
        row |= {
            "model_file": save_text(text, folder, "lynceus"),
            "classes": list(training.classes),
            "priors": training.priors.tolist(),
            "members": np.bincount(training.label, minlength=len(training.classes)).tolist(),
            "temperature": temperature,
            "n_trees": text.count("\nTree="),
            "parameters": json.dumps(
                {
                    **SHARED,
                    "copies": COPIES,
                    "class_weight_power": CLASS_WEIGHT_POWER,
                    "members": members or MEMBERS,
                },
            ),
        }
    return pa.Table.from_pylist([row], schema=MODEL_COLUMNS)


def _raw(predictions, scheme):
    """Return the uncalibrated probabilities of one scheme, in order of the sources' names."""
    rows = pc.filter(predictions, pc.equal(predictions["scheme"], scheme)).sort_by("csc_name")
    return np.stack(rows["uncalibrated"].to_numpy())
