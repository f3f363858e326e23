"""XClass: a two-stage classifier. The first stage parts groups of classes, the second the classes
of a group (Rangelov et al., section 4.3).

The second stage also sees what the first thinks of a source. Of the sources that train it these
probabilities are out of fold, as they are of the sources it is asked about: by forests that have
not seen them. Nothing of a fold that is judged enters any forest that judges it.
"""

import json
from dataclasses import asdict, dataclass, field, replace

import lightgbm as lgb
import numpy as np
import pyarrow as pa
from sklearn.ensemble import RandomForestClassifier

from lynceus.learning.forest_growth import Growth, grown
from lynceus.learning.forests import flattened, save_forest
from lynceus.learning.lightgbm_files import DETERMINISTIC, LIGHTGBM, save_text
from lynceus.learning.muwclass_draws import oversampled
from lynceus.learning.trees import read_trees
from lynceus.learning.vectors import matrix

# section 4.3
FOREST = {"least_split": 4, "least_leaf": 2, "is_balanced": True}
SKLEARN_FOREST = {
    "min_samples_split": 4,
    "min_samples_leaf": 2,
    "max_features": "sqrt",
    "class_weight": "balanced_subsample",
}
LIGHTGBM_ROUNDS = 100
BOOSTED = {
    "objective": "multiclass",
    "learning_rate": 0.1,
    "num_leaves": 15,
    "min_data_in_leaf": 5,
    "feature_fraction": 0.5,
    "num_threads": 1,
    **DETERMINISTIC,
}
# names of models: of the first stage, and of the published second one
FIRST, PUBLISHED = "groups", "published"
PUBLISHED_PAIR = ("LMXB", "HMXB")
FEWEST = 2  # classes, and rows, without which there is nothing to learn
# what is asked: the group; the published classes, without the CVs, which nothing is ever called;
# with them; all classes
LEVELS = ("stage_one", "published", "published_with_cv", "full")
PREDICTIONS = pa.schema(
    [
        ("variant", pa.string()),
        ("part", pa.string()),
        ("level", pa.string()),
        ("csc_name", pa.string()),
        ("fold", pa.int32()),
        ("true_class", pa.string()),
        ("class", pa.string()),
        ("confidence", pa.float64()),
        ("classes", pa.list_(pa.string())),
        ("p", pa.list_(pa.float64())),
    ]
)
MODELS = pa.schema(
    [
        ("variant", pa.string()),
        ("model", pa.string()),
        ("model_file", pa.string()),
        ("classes", pa.list_(pa.string())),
        ("features", pa.list_(pa.string())),
        ("importance", pa.list_(pa.float64())),
        ("importance_std", pa.list_(pa.float64())),
        ("n_sources", pa.int32()),
        ("parameters", pa.string()),
    ]
)


@dataclass(frozen=True)
class Plan:
    """How to train.

    groups: the classes of each by its name; classifier: `forest`, `sklearn_forest` or `lightgbm`;
    trees of a forest, of those of a validation, and of those whose probabilities only the second
    stage sees; neighbours of SMOTE, 0 for none; seed; threads, which change nothing in the result.
    """

    groups: dict
    classifier: str = "forest"
    trees: int = 600
    validation_trees: int = 600
    inner_trees: int = 100
    neighbours: int = 0
    seed: int = 1
    threads: int = 1

    @property
    def second(self):
        """The classes that each model of the second stage parts, by its name."""
        full = {name: tuple(members) for name, members in self.groups.items() if len(members) > 1}
        known = {one for members in self.groups.values() for one in members}
        return full | ({PUBLISHED: PUBLISHED_PAIR} if known.issuperset(PUBLISHED_PAIR) else {})

    def group_of(self, label):
        """Return the group of each class, (n,) arrays of str."""
        names = {one: group for group, members in self.groups.items() for one in members}
        return np.array([names[one] for one in label], dtype=object)


@dataclass(frozen=True)
class Stage:
    """A trained model of some classes; `model` has predict, and is None where the training rows
    were of one class or none.
    """

    classes: tuple
    model: object = None
    text: str | None = None
    importance: np.ndarray = field(default_factory=lambda: np.empty(0))
    importance_std: np.ndarray = field(default_factory=lambda: np.empty(0))

    def predict(self, values, columns):
        """Return probabilities (n, columns) of values (n, k): 0 for a class that did not train, NaN
        if none did.
        """
        result = np.zeros((len(values), len(columns)))
        places = [columns.index(one) for one in self.classes]
        if not self.classes:
            return np.full_like(result, np.nan)
        result[:, places] = (
            1.0 if self.model is None else self.model.predict(values) if len(values) else 0.0
        )
        return result

    def save(self, folder, prefix):
        """Write the model; return the file's name, None if there is none."""
        if self.model is None:
            return None
        return (
            save_text(self.text, folder, prefix)
            if self.text
            else save_forest(self.model, folder, prefix)
        )


def fit_stage(values, label, plan, columns, trees=None):
    """Return the Stage trained on values (n, k), NaN for missing, and class names (n,); its classes
    are in the order of `columns`.

    References
    ----------
    Rangelov et al., sections 4.2 and 4.3: medians of the training rows stand for missing values, 0
    where a feature has none.
    """
    present = tuple(one for one in columns if np.any(label == one))
    if len(present) < FEWEST:
        return Stage(present)
    with np.errstate(all="ignore"):
        known = np.isfinite(values).any(axis=0)
        fill = np.zeros(values.shape[1])
        fill[known] = np.nanmedian(values[:, known], axis=0)
    number = np.array([present.index(one) for one in label])
    if plan.classifier == "lightgbm":
        return _boosted_stage(values, number, present, plan)
    filled, number = oversampled(
        np.where(np.isnan(values), fill, values),
        number,
        plan.neighbours,
        np.random.default_rng(plan.seed),
    )
    filled, trees = filled.astype(np.float32), trees or plan.trees
    if plan.classifier == "sklearn_forest":
        trained = RandomForestClassifier(
            trees, random_state=plan.seed, n_jobs=plan.threads, **SKLEARN_FOREST
        ).fit(filled, number)
        forest = flattened(trained, fill)
        importances = np.stack([tree.feature_importances_ for tree in trained.estimators_])
    else:
        growth = Growth(trees, plan.seed, **FOREST)
        forest, importances = grown(filled, number, growth, fill, plan.threads)
    return Stage(present, forest, None, importances.mean(axis=0), importances.std(axis=0))


def _boosted_stage(values, number, present, plan):
    """Return the Stage of boosted trees, which take missing values as such; sources of all classes
    together weigh the same.
    """
    weight = 1 / np.bincount(number)[number]
    settings = {**BOOSTED, "num_class": len(present), "seed": plan.seed}
    with LIGHTGBM:
        data = lgb.Dataset(values, number, weight=weight / weight.mean(), params=settings)
        booster = lgb.train(settings, data, num_boost_round=LIGHTGBM_ROUNDS)
        text, gain = booster.model_to_string(), booster.feature_importance("gain")
    return Stage(
        present, read_trees(text), text, gain / max(gain.sum(), 1e-300), np.full(len(gain), np.nan)
    )


def cross_fitted(values, group, fold, plan):
    """Return the first stage's probabilities of each source by a model without its fold, and those
    that may train a second stage.

    Parameters
    ----------
    values : (n, k) array
    group : (n,) array of str
    fold : (n,) int array
    plan : Plan

    Returns
    -------
    outer : (n, groups) array
    inner : dict of int to (n, groups) array
        By the fold that is judged: of all others, by models without that fold and without the
        source's own. NaN in the fold itself.
    """
    groups, folds = list(plan.groups), [int(one) for one in np.unique(fold)]
    outer = np.full((len(values), len(groups)), np.nan)
    inner = {one: outer.copy() for one in folds}
    for place, one in enumerate(folds):
        held = fold == one
        outer[held] = fit_stage(values[~held], group[~held], plan, groups).predict(
            values[held], groups
        )
        for other in folds[place + 1 :]:
            also = fold == other
            kept = ~(held | also)
            stage = fit_stage(values[kept], group[kept], plan, groups, plan.inner_trees)
            inner[one][also] = stage.predict(values[also], groups)
            inner[other][held] = stage.predict(values[held], groups)
    return outer, inner


def fit_second(values, first, label, plan):
    """Return the Stages of the second stage by name; `first` (n, groups) are probabilities of the
    first, out of fold.
    """
    both, stages = np.concatenate([values, first], axis=1), {}
    for name, members in plan.second.items():
        rows = np.isin(label.astype(str), members)
        stages[name] = fit_stage(both[rows], label[rows], plan, list(members))
    return stages


def predict_second(stages, values, first, plan):
    """Return the probabilities (n, classes) within each group of the second stage, by the model's
    name.
    """
    both = np.concatenate([values, first], axis=1)
    return {
        name: stages[name].predict(both, list(members)) for name, members in plan.second.items()
    }


def out_of_fold(values, label, fold, plan):
    """Return probabilities of each source by models that know nothing of its fold: of the groups,
    and within groups by name of the model.
    """
    outer, inner = cross_fitted(values, plan.group_of(label), fold, plan)
    within = {
        name: np.full((len(values), len(members)), np.nan) for name, members in plan.second.items()
    }
    for one, first in inner.items():
        held = fold == one
        stages = fit_second(values[~held], first[~held], label[~held], plan)
        for name, found in predict_second(stages, values[held], outer[held], plan).items():
            within[name][held] = found
    return outer, within


def trained(values, label, fold, plan, outer=None):
    """Return the Stages of a classifier of all the sources given, by name; `outer` spares making
    the out-of-fold probabilities again.
    """
    group, groups = plan.group_of(label), list(plan.groups)
    if outer is None:
        outer = np.full((len(values), len(groups)), np.nan)
        for one in np.unique(fold):
            held = fold == one
            stage = fit_stage(values[~held], group[~held], plan, groups, plan.inner_trees)
            outer[held] = stage.predict(values[held], groups)
    return {FIRST: fit_stage(values, group, plan, groups)} | fit_second(values, outer, label, plan)


def predict(stages, values, plan):
    """Return what `out_of_fold` returns, of sources that are new to the Stages."""
    first = stages[FIRST].predict(values, list(plan.groups))
    return first, predict_second(stages, values, first, plan)


def feature_names(relation):
    """Return the names of the features of a relation with the columns of xclass_features, a list of
    str; none without rows.
    """
    return next(iter(relation.select("feature_names").limit(1).fetchall()), ([],))[0]


def read_training(relation, variant, width):
    """Return names, features (n, width), classes, folds and splits of the training sources of one
    variant, in order of their names.
    """
    table = relation.filter(f"variant = '{variant}'").order("csc_name").to_arrow_table()
    names = np.array(table["csc_name"].to_pylist(), dtype=object)
    values = matrix(table["features"], width) if len(names) else np.empty((0, width))
    label, split = (np.array(table[name].to_pylist(), dtype=object) for name in ("class", "split"))
    return names, values, label, table["fold"].to_numpy().astype(int), split


def plan_of(settings, threads):
    """Return the Plan of vars: a dict of all but the threads."""
    whole = {
        name: int(settings[name])
        for name in ("trees", "validation_trees", "inner_trees", "neighbours", "seed")
    }
    groups = {name: tuple(members) for name, members in settings["groups"].items()}
    return Plan(groups=groups, classifier=settings["classifier"], threads=threads, **whole)


def published_names(plan):
    """Return what each class is called by the published system: stars are one class, X-ray binaries
    and CVs keep their names.
    """
    return {
        one: one if len(members) == 1 or set(PUBLISHED_PAIR) <= set(members) else group
        for group, members in plan.groups.items()
        for one in members
    }


def true_classes(label, plan, level):
    """Return the true class of sources at a level, (n,) array of str, None for those that the level
    leaves out.
    """
    if level == "stage_one":
        return plan.group_of(label)
    if level == "full":
        return label
    names = published_names(plan)
    never = {
        one
        for members in plan.groups.values()
        if set(PUBLISHED_PAIR) <= set(members)
        for one in members
        if one not in PUBLISHED_PAIR
    }
    return np.array(
        [None if level == "published" and one in never else names[one] for one in label],
        dtype=object,
    )


def judged(first, within, plan, level):
    """Return the classes of a level, their probabilities (n, classes), the predicted class (n,) and
    the probability it has in the deciding stage.

    References
    ----------
    Rangelov et al., sections 4.3 and 4.4: the second stage is asked about the sources that the
    first puts into its group.
    """
    groups = list(plan.groups)
    best, sure = first.argmax(axis=1), first.max(axis=1)
    said, classes, parts = np.array(groups, dtype=object)[best], [], []
    for place, (group, members) in enumerate(plan.groups.items()):
        name = (
            group if level == "full" else PUBLISHED if set(PUBLISHED_PAIR) <= set(members) else None
        )
        if level == "stage_one" or len(members) == 1 or name is None:
            classes.append(group if level == "stage_one" or len(members) > 1 else members[0])
            parts.append(first[:, [place]])
            said = np.where(best == place, classes[-1], said)
            continue
        inside, names = np.nan_to_num(within[name]), np.array(plan.second[name], dtype=object)
        classes += list(names)
        parts.append(first[:, [place]] * inside)
        said = np.where(best == place, names[inside.argmax(axis=1)], said)
        sure = np.where(best == place, inside.max(axis=1), sure)
    return classes, np.concatenate(parts, axis=1), said, sure


def prediction_rows(variant, part, names, fold, label, first, within, plan):
    """Return the rows of PREDICTIONS of sources, at every level."""
    tables = []
    for level in LEVELS:
        classes, p, said, sure = judged(first, within, plan, level)
        true = true_classes(label, plan, level)
        rows = np.flatnonzero([one is not None for one in true])
        tables.append(
            pa.table(
                {
                    "variant": [variant] * len(rows),
                    "part": [part] * len(rows),
                    "level": [level] * len(rows),
                    "csc_name": pa.array(names[rows], pa.string()),
                    "fold": pa.array(fold[rows], pa.int32()),
                    "true_class": pa.array(true[rows], pa.string()),
                    "class": pa.array(said[rows], pa.string()),
                    "confidence": sure[rows],
                    "classes": pa.array([classes] * len(rows), pa.list_(pa.string())),
                    "p": pa.array(list(p[rows]), pa.list_(pa.float64())),
                },
                schema=PREDICTIONS,
            )
        )
    return pa.concat_tables(tables)


def is_enough(label, fold, plan):
    """Return whether there are two groups to tell apart, and folds to do it by."""
    return len(label) > 0 and len(set(plan.group_of(label))) > 1 and len(np.unique(fold)) > 2


def predictions_of(variant, training, plan, with_splits=False):
    """Return the rows of PREDICTIONS of training sources by models that have not seen them.

    Parameters
    ----------
    variant : str
        Of translating their photometry.
    training : tuple
        Of `xclass.read_training`.
    plan : xclass.Plan
    with_splits : bool
        Also of the validation and test parts by a model of the training part.
    """
    names, values, label, fold, split = training
    plan = replace(plan, trees=plan.validation_trees)
    if not is_enough(label, fold, plan):
        return PREDICTIONS.empty_table()
    tables = [
        prediction_rows(
            variant, "folds", names, fold, label, *out_of_fold(values, label, fold, plan), plan
        )
    ]
    kept = split == "train"
    if with_splits and is_enough(label[kept], fold[kept], plan):
        stages = trained(values[kept], label[kept], fold[kept], plan)
        for part in ("validation", "test"):
            rows = split == part
            tables.append(
                prediction_rows(
                    variant,
                    part,
                    names[rows],
                    fold[rows],
                    label[rows],
                    *predict(stages, values[rows], plan),
                    plan,
                )
            )
    return pa.concat_tables(tables)


def models_of(variant, training, features, plan, folder):
    """Train on all sources of one variant and write the models; return one row of MODELS for each,
    none if there is nothing to tell apart.
    """
    _, values, label, fold, _ = training
    if not is_enough(label, fold, plan):
        return MODELS.empty_table()
    parameters = json.dumps(
        {
            **FOREST,
            **{
                name: value
                for name, value in asdict(plan).items()
                if name not in ("groups", "threads")
            },
        }
    )
    rows = []
    for name, stage in trained(values, label, fold, plan).items():
        members = list(plan.groups) if name == FIRST else plan.second[name]
        used = len(label) if name == FIRST else int(np.isin(label.astype(str), members).sum())
        names = features if name == FIRST else [*features, *(f"p_{group}" for group in plan.groups)]
        rows.append(
            {
                "variant": variant,
                "model": name,
                "model_file": stage.save(folder, f"xclass_{name.lower()}"),
                "classes": list(stage.classes),
                "features": names,
                "importance": stage.importance.tolist(),
                "importance_std": [
                    None if np.isnan(one) else one for one in stage.importance_std.tolist()
                ],
                "n_sources": used,
                "parameters": parameters,
            }
        )
    return pa.Table.from_pylist(rows, schema=MODELS)
