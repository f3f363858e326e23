"""What the two-stage classifier of lynceus/learning/xclass.py says, as tables: of sources it has not seen, how good that is, and the models."""

import json
from dataclasses import asdict, replace

import numpy as np
import pyarrow as pa
from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score, matthews_corrcoef

from lynceus.learning.xclass import FIRST, FOREST, PUBLISHED, PUBLISHED_PAIR, out_of_fold, predict, trained

# what is asked: the group; the published classes, without the CVs, which nothing is ever called; with them; all classes
LEVELS = ("stage_one", "published", "published_with_cv", "full")
PREDICTIONS = pa.schema([
    ("way", pa.string()), ("part", pa.string()), ("level", pa.string()), ("csc_name", pa.string()), ("fold", pa.int32()),
    ("true_class", pa.string()), ("class", pa.string()), ("confidence", pa.float64()), ("class_prob", pa.float64()), ("p_true", pa.float64()), ("brier", pa.float64()),
    ("classes", pa.list_(pa.string())), ("p", pa.list_(pa.float64())),
])
METRICS = ("accuracy", "balanced_accuracy", "macro_f1", "mcc", "ece", "ece_class_prob", "brier", "log_loss")
MEASURES = pa.schema(
    [("way", pa.string()), ("part", pa.string()), ("level", pa.string()), ("subset", pa.string()), ("n_sources", pa.int32())]
    + [(name, pa.float64()) for name in METRICS] + [("completeness", pa.float64())]
    + [(f"{name}_{what}", pa.float64()) for name in METRICS for what in ("mean", "std")]
)
MODELS = pa.schema([
    ("way", pa.string()), ("model", pa.string()), ("model_file", pa.string()), ("classes", pa.list_(pa.string())), ("features", pa.list_(pa.string())),
    ("importance", pa.list_(pa.float64())), ("importance_std", pa.list_(pa.float64())), ("n_sources", pa.int32()), ("parameters", pa.string()),
])
BINS = 10
LEAST_P = 1e-15  # stands for 0 in the logarithm


def published_names(plan):
    """Return what each class is called by the published system: stars are one class, X-ray binaries and CVs keep their names."""
    return {
        one: one if len(members) == 1 or set(PUBLISHED_PAIR) <= set(members) else group
        for group, members in plan.groups.items() for one in members
    }


def true_classes(label, plan, level):
    """Return the true class of sources at a level, (n,) array of str, None for those that the level leaves out."""
    if level == "stage_one":
        return plan.group_of(label)
    if level == "full":
        return label
    names = published_names(plan)
    never = {one for members in plan.groups.values() if set(PUBLISHED_PAIR) <= set(members) for one in members if one not in PUBLISHED_PAIR}
    return np.array([None if level == "published" and one in never else names[one] for one in label], dtype=object)


def judged(first, within, plan, level):
    """Return the classes of a level, their probabilities (n, classes), the class said (n,) and the probability it has in the deciding stage.

    References
    ----------
    Rangelov et al., sections 4.3 and 4.4: the second stage is asked about the sources that the first puts into its group.
    """
    groups = list(plan.groups)
    best, sure = first.argmax(axis=1), first.max(axis=1)
    said, classes, parts = np.array(groups, dtype=object)[best], [], []
    for place, (group, members) in enumerate(plan.groups.items()):
        name = group if level == "full" else PUBLISHED if set(PUBLISHED_PAIR) <= set(members) else None
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


def prediction_rows(way, part, names, fold, label, first, within, plan):
    """Return the rows of PREDICTIONS of sources, at every level."""
    tables = []
    for level in LEVELS:
        classes, p, said, sure = judged(first, within, plan, level)
        true = true_classes(label, plan, level)
        rows = np.flatnonzero([one is not None for one in true])
        is_true, is_said = (
            np.array([[one == name for name in classes] for one in of[rows]], float).reshape(len(rows), len(classes)) for of in (true, said)
        )
        p_true = (p[rows] * is_true).sum(axis=1)
        tables.append(pa.table({
            "way": [way] * len(rows), "part": [part] * len(rows), "level": [level] * len(rows), "csc_name": pa.array(names[rows], pa.string()),
            "fold": pa.array(fold[rows], pa.int32()), "true_class": pa.array(true[rows], pa.string()), "class": pa.array(said[rows], pa.string()),
            "confidence": sure[rows], "class_prob": (p[rows] * is_said).sum(axis=1), "p_true": p_true,
            "brier": (p[rows] ** 2).sum(axis=1) - 2 * p_true + 1,  # also of a class that nothing is ever called
            "classes": pa.array([classes] * len(rows), pa.list_(pa.string())), "p": pa.array(list(p[rows]), pa.list_(pa.float64())),
        }, schema=PREDICTIONS))
    return pa.concat_tables(tables)


def is_enough(label, fold, plan):
    """Return whether there are two groups to tell apart, and folds to do it by."""
    return len(label) > 0 and len(set(plan.group_of(label))) > 1 and len(np.unique(fold)) > 2


def predictions_of(way, training, plan, with_splits=False):
    """Return the rows of PREDICTIONS of training sources by models that have not seen them.

    Parameters
    ----------
    way : str
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
    tables = [prediction_rows(way, "folds", names, fold, label, *out_of_fold(values, label, fold, plan), plan)]
    kept = split == "train"
    if with_splits and is_enough(label[kept], fold[kept], plan):
        stages = trained(values[kept], label[kept], fold[kept], plan)
        for part in ("validation", "test"):
            rows = split == part
            tables.append(prediction_rows(way, part, names[rows], fold[rows], label[rows], *predict(stages, values[rows], plan), plan))
    return pa.concat_tables(tables)


def calibration_error(claimed, is_right):
    """Return the expected calibration error of claimed probabilities (n,), in bins of equal width."""
    place = np.minimum((claimed * BINS).astype(int), BINS - 1)
    return np.abs(np.bincount(place, is_right - claimed)).sum() / len(claimed)


def metrics(rows):
    """Return METRICS of a dict of columns of PREDICTIONS; classes count that are true of a source."""
    true, said = rows["true_class"].astype(str), rows["class"].astype(str)
    classes = np.unique(true)
    with np.errstate(all="ignore"):
        values = (
            accuracy_score(true, said), balanced_accuracy_score(true, said) if len(classes) > 1 else 1.0 * (true == said).mean(),
            f1_score(true, said, labels=classes, average="macro", zero_division=0), matthews_corrcoef(true, said),
            *(calibration_error(rows[name], said == true) for name in ("confidence", "class_prob")), rows["brier"].mean(),
            -np.log(np.maximum(rows["p_true"], LEAST_P)).mean(),
        )
    return dict(zip(METRICS, map(float, values)))


def measures_of(predictions, confident):
    """Return MEASURES of a table of PREDICTIONS: of all sources and of the confident ones, together, and mean and deviation over folds."""
    columns = {name: predictions[name].to_numpy(zero_copy_only=False) for name in PREDICTIONS.names if name not in ("classes", "p")}
    order = np.argsort(columns["csc_name"].astype(str), kind="stable")  # sums in one order
    columns, result = {name: values[order] for name, values in columns.items()}, []
    keys = sorted(set(zip(columns["way"], columns["part"], columns["level"])), key=lambda key: (*key[:2], LEVELS.index(key[2])))
    for way, part, level in keys:
        of_key = (columns["way"] == way) & (columns["part"] == part) & (columns["level"] == level)
        for subset, least in (("all", -1.0), ("confident", confident)):
            kept = of_key & (columns["confidence"] >= least)
            if not kept.any():
                continue
            row = {"way": way, "part": part, "level": level, "subset": subset, "n_sources": int(kept.sum()),
                   "completeness": float(kept.sum() / of_key.sum()), **metrics({name: values[kept] for name, values in columns.items()})}
            if part == "folds":
                each = [kept & (columns["fold"] == one) for one in np.unique(columns["fold"][kept])]
                by_fold = [metrics({name: values[one] for name, values in columns.items()}) for one in each]
                for name in METRICS:
                    of_folds = [one[name] for one in by_fold]
                    row |= {f"{name}_mean": float(np.mean(of_folds)), f"{name}_std": float(np.std(of_folds))}
            result.append(row)
    return pa.Table.from_pylist(result, schema=MEASURES)


def models_of(way, training, features, plan, folder):
    """Train on all sources of one way and write the models; return one row of MODELS for each, none if there is nothing to tell apart."""
    _, values, label, fold, _ = training
    if not is_enough(label, fold, plan):
        return MODELS.empty_table()
    parameters = json.dumps({**FOREST, **{name: value for name, value in asdict(plan).items() if name not in ("groups", "threads")}})
    rows = []
    for name, stage in trained(values, label, fold, plan).items():
        members = list(plan.groups) if name == FIRST else plan.second[name]
        used = len(label) if name == FIRST else int(np.isin(label.astype(str), members).sum())
        names = features if name == FIRST else [*features, *(f"p_{group}" for group in plan.groups)]
        rows.append({
            "way": way, "model": name, "model_file": stage.save(folder, f"xclass_{name.lower()}"), "classes": list(stage.classes), "features": names,
            "importance": stage.importance.tolist(), "importance_std": [None if np.isnan(one) else one for one in stage.importance_std.tolist()],
            "n_sources": used, "parameters": parameters,
        })
    return pa.Table.from_pylist(rows, schema=MODELS)
