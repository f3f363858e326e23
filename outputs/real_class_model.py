"""The project's own classifier on the published training table of MUWCLASS (Yang et al. 2022), beside the published kind of forest.

    python -m outputs.real_class_model ../shared/data/muwclass/td_2022.parquet [--repeats 5]

Every row is the mean over repeated ten-fold cross-validations on the same folds: at random, and with whole fields of the sky
held out. Nothing of the sky is a feature.
"""

import argparse
import csv
from pathlib import Path

import duckdb
import numpy as np
import yaml

from udfs import class_model
from udfs.class_model import ASTROMETRY, MEASURES, TrainingSet, feature_values
from udfs.source_features import BANDS, XRAY_BANDS, Measurements
from udfs.sky_fields import balanced_folds, sky_fields

PROJECT = Path(__file__).resolve().parent.parent
FOLDS = 10
LINK_DEG = 1.0
MISSING = -100.0  # stands for a missing value in the published forest


def settings():
    """Return the project's vars."""
    return yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]


def published_features():
    """Return the names of the 29 features of Yang et al. (2022)."""
    with open(PROJECT / "seeds" / "muwclass_features.csv") as file:
        return [row["feature"] for row in csv.DictReader(file) if row["is_selected"] == "true"]


def training_set(path, names, seed=1):
    """Return the TrainingSet of the published table, its folds drawn with a seed.

    Parameters
    ----------
    path : path
        Parquet with the columns of the table, `name` and `true_class` among them.
    names : sequence of str
        Features.
    seed : int
    """
    with duckdb.connect() as connection:
        table = connection.execute("from read_parquet(?) order by name", [str(path)]).fetchnumpy()

    def columns(columns_):
        return np.stack([np.ma.filled(np.ma.asarray(table[name]).astype(float), np.nan) for name in columns_], axis=1)

    fluxes, magnitudes = [f"flux_{band}" for band in XRAY_BANDS], [f"{band.lower()}mag" for band in BANDS]
    measured = Measurements(
        columns(fluxes), columns([f"e_{name}" for name in fluxes]), columns(magnitudes), columns([f"e_{name}" for name in magnitudes]),
        columns(["var_inter_prob", "var_intra_prob"]),
    )
    astrometry = dict(zip(ASTROMETRY, columns(ASTROMETRY).T))
    classes, label = np.unique(np.asarray(table["true_class"], dtype=str), return_inverse=True)
    rng = np.random.default_rng(seed)
    random = np.empty(len(label), int)
    for one in range(len(classes)):
        random[rng.permutation(np.flatnonzero(label == one))] = (np.arange(np.sum(label == one)) + rng.integers(FOLDS)) % FOLDS
    field = sky_fields(table["ra_deg"], table["dec_deg"], LINK_DEG)
    return TrainingSet(
        names=np.asarray(table["name"], dtype=object), classes=tuple(classes.tolist()), label=label,
        values=feature_values(measured.flux, measured.magnitude, measured.variability, astrometry, names),
        measurements=measured, astrometry=astrometry,
        folds={"random": random, "field": balanced_folds(rng.permutation(field.max() + 1)[field], FOLDS)},
    )


def lynceus(training, names, scheme, seed):
    """Return calibrated out-of-fold probabilities of the project's classifier, and those before calibration."""
    fold = training.folds[scheme]
    raw = class_model.out_of_fold(training, class_model.noisy_copies(training, names, seed=seed), fold, seed=seed)
    return class_model.calibrated(raw, training.label, fold), raw


def forest(training, scheme, seed):
    """Return out-of-fold probabilities of a random forest of 100 trees on oversampled rows, as published but without draws."""
    from imblearn.over_sampling import SMOTE
    from sklearn.ensemble import RandomForestClassifier

    fold, probabilities = training.folds[scheme], np.zeros((len(training.label), len(training.classes)))
    for one in range(FOLDS):
        inside = fold == one
        centre, scale = np.nanmean(training.values[~inside], axis=0), np.nanstd(training.values[~inside], axis=0)
        values = np.nan_to_num((training.values - centre) / scale, nan=MISSING)
        balanced = SMOTE(k_neighbors=4, random_state=seed).fit_resample(values[~inside], training.label[~inside])
        probabilities[inside] = RandomForestClassifier(100, random_state=seed).fit(*balanced).predict_proba(values[inside])
    return probabilities


def main():
    """Print the measures of each classifier and scheme, mean and deviation over the repeats."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("training", help="Parquet file of the published training table")
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    names, power = settings()["lynceus_features"], settings()["lynceus_prior_power"]
    print(f"{'classifier':30} {'folds':7}" + "".join(f"{name:>18}" for name in MEASURES), flush=True)
    for scheme in class_model.SCHEMES:
        found = {}
        for seed in range(1, options.repeats + 1):
            training = training_set(options.training, names, seed)
            final, raw = lynceus(training, names, scheme, seed)
            votes = forest(training_set(options.training, published_features(), seed), scheme, seed)
            for title, probabilities, a in (
                ("forest and SMOTE, 29 features", votes, 0.0), ("lynceus", final, power),
                ("lynceus, most probable class", final, 0.0), ("lynceus, not calibrated", raw, power),
            ):
                found.setdefault(title, []).append(list(class_model.measures(probabilities, training.label, training.priors, a).values()))
        for title, rows in found.items():
            mean, deviation = np.mean(rows, axis=0), np.std(rows, axis=0, ddof=min(1, len(rows) - 1))
            print(f"{title:30} {scheme:7}" + "".join(f"{m:>10.4f} ± {d:.3f}" for m, d in zip(mean, deviation)), flush=True)


if __name__ == "__main__":
    main()
