"""Training of the property match: a LightGBM score of candidate pairs, and what turns it into a
probability.

Perez-Diaz et al. (2026), section IV.1 and appendix B. The dbt models are thin callers.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import lightgbm as lgb
import numpy as np
import pyarrow as pa
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from lynceus.learning.lightgbm_files import DETERMINISTIC, LIGHTGBM, save_model
from lynceus.learning.trees import read_trees

FEWEST = 30  # positive and negative pairs in each part; below that nothing is trained
PARTS = ("train", "validation", "test")
SEARCH_ROUNDS = 500
EARLY_STOPPING = 10
PRESETS = {
    "quick": {
        "rounds": 300,
        "learning_rate": 0.05,
        "num_leaves": 15,
        "min_data_in_leaf": 20,
        "bagging_fraction": 0.9,
        "feature_fraction": 0.5,
        "lambda_l2": 1.0,
    },
    # as published, appendix B
    "paper": {
        "rounds": 5000,
        "learning_rate": 0.00456,
        "num_leaves": 131,
        "min_data_in_leaf": 2,
        "min_sum_hessian_in_leaf": 5.66,
        "bagging_fraction": 0.914,
        "feature_fraction": 0.519,
        "lambda_l1": 0.0,
        "lambda_l2": 0.205,
    },
}
# of the row that describes a trained model
MODEL_COLUMNS = pa.schema(
    [("model_file", pa.string()), ("preset", pa.string()), ("parameters", pa.string())]
    + [
        (name, pa.int64())
        for name in (
            "n_features",
            "n_trees",
            "n_positive_train",
            "n_negative_train",
            "n_positive_validation",
            "n_negative_validation",
            "n_positive_test",
            "n_negative_test",
            "n_shared",
            "random_negatives",
        )
    ]
    + [("intermediate_negatives", pa.bool_()), ("constructions", pa.string())]
    + [(name, pa.float64()) for name in ("auc_train", "auc_validation", "auc_test")]
    + [("features", pa.list_(pa.string()))]
    + [(name, pa.list_(pa.float64())) for name in ("split_percent", "auc_loss", "auc_loss_spread")]
    + [("outlier_file", pa.string())]
)


@dataclass(frozen=True)
class Pairs:
    """Labelled pairs, of model labelled_pairs.

    features (n, k), NaN for missing; is_positive, is_trainable, is_candidate, is_shared (n,) bool;
    kind, split (n,) str; random_rank (n,) int, 0 but for random negatives; fold (n,) int; keys: the
    ids of both sources, (n,) int each, by name. No source of the first catalogue is in two splits, or
    in two folds.
    """

    features: np.ndarray
    is_positive: np.ndarray
    is_trainable: np.ndarray
    is_candidate: np.ndarray
    is_shared: np.ndarray
    split: np.ndarray
    fold: np.ndarray
    keys: dict
    kind: np.ndarray
    random_rank: np.ndarray

    def constructed(self, intermediate, random):
        """Return the pairs of which others train: with or without intermediate negatives, and so many
        random ones for each positive pair.
        """
        chosen = (intermediate or self.kind != "intermediate") & (self.random_rank <= random)
        return replace(self, is_trainable=self.is_trainable & chosen)

    def rows(self, mask):
        """Return features and labels of some rows."""
        return self.features[mask], self.is_positive[mask]

    def part(self, name):
        """Return features and labels of one split: what is trained on, or of the others all
        candidates.
        """
        return self.rows(
            (self.split == name) & (self.is_trainable if name == "train" else self.is_candidate)
        )


def read_pairs(labelled, properties, features):
    """Return labelled pairs (models labelled_pairs and match_features, DuckDB relations) as arrays,
    in order of their keys: two columns.
    """
    keys = labelled.columns[:2]
    on = ", ".join(keys)
    joined = labelled.join(properties.project("* exclude (is_candidate)"), on).order(on)
    table = joined.to_arrow_table()
    values = {name: table[name].to_numpy() for name in table.column_names}
    return Pairs(
        features=np.stack([values[feature["name"]].astype(float) for feature in features], axis=1),
        split=values["split"].astype(str),
        kind=values["kind"].astype(str),
        random_rank=np.nan_to_num(values["random_rank"].astype(float)),
        **{
            name: values[name].astype(bool)
            for name in ("is_positive", "is_trainable", "is_candidate", "is_shared")
        },
        fold=values["fold"],
        keys={name: values[name] for name in keys},
    )


def train_match_model(
    pairs, features, preset, folder, search_draws=200, progress=False, constructions=((True, 5),)
):
    """Train the score, write the model and describe it.

    Parameters
    ----------
    pairs : Pairs
    features : list of dict
        name and kind of each column of `pairs.features`.
    preset : str
        "quick", "paper" or "search".
    folder : path
        Where the model is written.
    search_draws : int
        Draws of the random search.
    progress : bool
        Show a progress bar while searching.
    constructions : sequence of (bool, int)
        With intermediate negatives, and number of random ones for each positive pair; of several
        the search takes the best.

    Returns
    -------
    dict
        model_file (None if there are too few positive pairs to train on), preset, n_trees,
        parameters (JSON), numbers of pairs, the ROC AUC of each part, intermediate_negatives and
        random_negatives, and constructions (JSON; ROC AUC of each that was searched).

    Raises
    ------
    ValueError
        If the preset is unknown.
    """
    if preset not in (*PRESETS, "search"):
        raise ValueError(
            f"var match_preset is '{preset}'; it must be one of {', '.join([*PRESETS, 'search'])}"
        )
    row = {"preset": preset, "n_features": len(features)}
    (intermediate, random), parameters = constructions[0], PRESETS.get(preset)
    if preset == "search" and _is_enough(pairs):
        found = [
            (
                construction,
                *search(pairs.constructed(*construction), features, search_draws, progress),
            )
            for construction in constructions
        ]
        (intermediate, random), parameters, _ = max(found, key=lambda one: one[2])
        row["constructions"] = json.dumps(
            [
                {"intermediate_negatives": one[0], "random_negatives": one[1], "auc": auc}
                for one, _, auc in found
            ]
        )
    row |= {"intermediate_negatives": intermediate, "random_negatives": random}
    pairs = pairs.constructed(intermediate, random)
    parts = {name: pairs.part(name) for name in PARTS}
    for name, (_, labels) in parts.items():
        row |= {f"n_positive_{name}": int(labels.sum()), f"n_negative_{name}": int((~labels).sum())}
    row["n_shared"] = int(((pairs.split == "train") & pairs.is_shared).sum())
    if not _is_enough(pairs):
        return row | dict.fromkeys(
            ("model_file", "n_trees", "parameters", "auc_train", "auc_validation", "auc_test")
        )
    booster = fit(
        *parts["train"], features, parameters, parts["validation"] if preset != "quick" else None
    )
    trees = read_trees(booster.model_to_string())
    return row | {
        "model_file": save_model(booster, folder, "match"),
        "n_trees": booster.num_trees(),
        "parameters": json.dumps(parameters),
        **{
            f"auc_{name}": roc_auc_score(labels, trees.predict(values))
            for name, (values, labels) in parts.items()
        },
    }


def _is_enough(pairs):
    """Return whether every part has enough pairs of either label."""
    labels = [pairs.part(name)[1] for name in PARTS]
    return all(min(part.sum(), (~part).sum()) >= FEWEST for part in labels)


def out_of_fold_scores(pairs, features, parameters, n_trees, threads=1):
    """Return scores of the candidates of the training and validation sources, and how like they are
    to positive pairs, each from models trained without its source.

    Parameters
    ----------
    pairs : Pairs
    features : list of dict
    parameters : dict
        As the final model's.
    n_trees : int
        As many as the final model has.
    threads : int
        Folds trained at once, which the result does not depend on.

    Returns
    -------
    dict of (m,) arrays
        The pairs' keys by name, fold, p_match_ind and likeness.
    """
    inside = pairs.split != "test"
    score, likeness = np.full((2, len(inside)), np.nan)
    folds = np.unique(pairs.fold[inside])
    # threads of one training wait for each other half of the time, those of several do not
    settings = {**parameters, "rounds": n_trees, "num_threads": 1}

    def scored(fold):
        trained, judged = (
            inside & (pairs.fold != fold) & pairs.is_trainable,
            inside & (pairs.fold == fold) & pairs.is_candidate,
        )
        booster = _fitted(*pairs.rows(trained), features, settings)
        score[judged] = predict(booster, pairs.features[judged])
        outliers = _outlier_model(pairs.features[trained & pairs.is_positive], features, 1)
        likeness[judged] = predict(outliers, pairs.features[judged])

    with LIGHTGBM, ThreadPoolExecutor(threads) as pool:
        list(pool.map(scored, folds))
    rows = inside & pairs.is_candidate
    return {name: key[rows] for name, key in pairs.keys.items()} | {
        "fold": pairs.fold[rows],
        "p_match_ind": score[rows],
        "likeness": likeness[rows],
    }


def fit(values, labels, features, parameters, validation=None):
    """Return a LightGBM model of labelled rows, both classes of equal weight.

    Parameters
    ----------
    values : (n, k) array
    labels : (n,) bool array
    features : list of dict
    parameters : dict
        LightGBM's, and `rounds`.
    validation : (values, labels), optional
        Rows whose log-loss stops the training early.
    """
    with LIGHTGBM:
        return _fitted(values, labels, features, parameters, validation)


def _fitted(values, labels, features, parameters, validation=None):
    """Return what `fit` does; for callers that hold LIGHTGBM."""
    settings = {
        "objective": "binary",
        "is_unbalance": True,
        "bagging_freq": 1,
        **DETERMINISTIC,
        **parameters,
    }
    rounds = settings.pop("rounds")
    data = lgb.Dataset(
        values,
        labels.astype(float),
        feature_name=[feature["name"] for feature in features],
        categorical_feature=[
            feature["name"] for feature in features if feature["kind"] == "category"
        ],
        free_raw_data=False,
    )
    stop = {}
    if validation:
        held_out = data.create_valid(validation[0], validation[1].astype(float))
        stop = {
            "valid_sets": [held_out],
            "callbacks": [lgb.early_stopping(EARLY_STOPPING, verbose=False)],
        }
    return lgb.train(settings, data, num_boost_round=rounds, **stop)


def predict(booster, values):
    """Return the probability of class 1 for values (n, k): (n,) array."""
    return read_trees(booster.model_to_string()).predict(values)


def draw_parameters(rng):
    """Return one draw of the published search space (appendix B)."""

    def log_uniform(low, high):
        return float(np.exp(rng.uniform(low, high)))

    return {
        "rounds": SEARCH_ROUNDS,
        "learning_rate": log_uniform(-7, 0),
        "num_leaves": max(2, round(log_uniform(0, 7))),
        "feature_fraction": rng.uniform(0.5, 1),
        "bagging_fraction": rng.uniform(0.5, 1),
        "min_data_in_leaf": max(2, round(log_uniform(0, 6))),
        "min_sum_hessian_in_leaf": log_uniform(-16, 5),
        "lambda_l1": 0.0 if rng.random() < 0.5 else log_uniform(-16, 2),
        "lambda_l2": 0.0 if rng.random() < 0.5 else log_uniform(-16, 2),
    }


def search(pairs, features, draws, progress=False):
    """Return the parameters of the draw with the highest ROC AUC, mean over five folds by X-ray
    source, ready for the final fit, and that AUC.
    """
    rng = np.random.default_rng(1)
    best, highest = None, -np.inf
    with tqdm(range(draws), desc="search", unit="draw", disable=not progress) as bar:
        for _ in bar:
            parameters = draw_parameters(rng)
            auc = cross_validated_auc(pairs, features, parameters)
            if auc > highest:
                best, highest = parameters, auc
                bar.set_postfix(auc=f"{auc:.4f}")
    return best | {"rounds": PRESETS["paper"]["rounds"]}, highest


def cross_validated_auc(pairs, features, parameters):
    """Return the mean ROC AUC over the folds of the training part, of all candidates there: the same
    pairs, whichever negatives train.
    """
    train = pairs.split == "train"
    found = []
    for fold in np.unique(pairs.fold[train]):
        inside = train & (pairs.fold == fold) & pairs.is_candidate
        outside = train & (pairs.fold != fold) & pairs.is_trainable
        booster = fit(*pairs.rows(outside), features, parameters)
        found.append(
            roc_auc_score(pairs.is_positive[inside], predict(booster, pairs.features[inside]))
        )
    return float(np.mean(found))


def importances(booster, values, labels, repeats=3, most=10_000):
    """Return the importance of each feature: share of splits (%), and the ROC AUC lost when its
    values are shuffled.

    Parameters
    ----------
    booster : lightgbm.Booster
    values : (n, k) array
    labels : (n,) bool array
    repeats : int
    most : int
        Rows used.

    Returns
    -------
    dict of (k,) lists
        features, split_percent, auc_loss, auc_loss_spread (standard deviation over the repeats).
    """
    rng = np.random.default_rng(1)
    rows = np.sort(rng.permutation(len(values))[:most])
    values, labels = values[rows], labels[rows]
    trees = read_trees(booster.model_to_string())
    whole = roc_auc_score(labels, trees.predict(values))
    losses = np.empty((repeats, values.shape[1]))
    for column in range(values.shape[1]):
        for repeat in range(repeats):
            shuffled = values.copy()
            shuffled[:, column] = rng.permutation(values[:, column])
            losses[repeat, column] = whole - roc_auc_score(labels, trees.predict(shuffled))
    splits = booster.feature_importance("split")
    return {
        "features": booster.feature_name(),
        "split_percent": (100 * splits / splits.sum()).tolist(),
        "auc_loss": losses.mean(axis=0).tolist(),
        "auc_loss_spread": losses.std(axis=0).tolist(),
    }


def train_outlier_model(positives, features, folder):
    """Train what tells pairs like the positive ones from pairs unlike them; write the model and
    return its file's name.

    The density of the positive pairs is learnt by telling them from a sample in which every
    property was shuffled by itself among them, and spread evenly over its range in half of the
    rows: where the model is sure of class 1, positive pairs are common (Hastie, Tibshirani &
    Friedman, The Elements of Statistical Learning, section 14.2.4).

    Parameters
    ----------
    positives : (n, k) array
    features : list of dict
    folder : path

    Returns
    -------
    str, or None with fewer than `FEWEST` rows
    """
    if len(positives) < FEWEST:
        return None
    with LIGHTGBM:
        return save_model(_outlier_model(positives, features), folder, "outlier")


def _outlier_model(positives, features, threads=0):
    """Return the model of `train_outlier_model`; for callers that hold LIGHTGBM."""
    rng = np.random.default_rng(1)
    shuffled = np.stack([rng.permutation(column) for column in positives.T], axis=1)
    even = np.stack([_spread(rng, column) for column in positives.T], axis=1)
    reference = np.where(rng.random((len(positives), 1)) < 0.5, shuffled, even)
    values = np.concatenate([positives, reference])
    labels = np.arange(len(values)) < len(positives)
    # what shuffling destroys is seen only in several properties at once: each tree gets all of them
    settings = {**PRESETS["quick"], "feature_fraction": 1.0, "num_threads": threads}
    return _fitted(values, labels, features, settings)


def _spread(rng, column):
    """Return values drawn evenly between the extremes of a column, missing as often as there."""
    known = column[~np.isnan(column)]
    if len(known) == 0:
        return column
    drawn = rng.uniform(known.min(), known.max(), len(column))
    if np.array_equal(known, np.round(known)):  # flags and categories
        drawn = np.round(drawn)
    return np.where(rng.permutation(np.isnan(column)), np.nan, drawn)
