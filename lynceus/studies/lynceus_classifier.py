"""The project's own classifier on the published training table of MUWCLASS (Yang et al. 2022):
repeated cross-validations.
"""

import duckdb
import numpy as np

from lynceus.learning import boosted_trees
from lynceus.learning.boosted_trees import TrainingSet
from lynceus.learning.folds import balanced_folds, sky_fields
from lynceus.learning.muwclass import filled, read_training
from lynceus.physics.source_features import ASTROMETRY, all_features
from lynceus.settings import project_vars

VARS = project_vars()


def training_set(path, seed=1):
    """Return the TrainingSet of the published table, its folds drawn with a seed.

    Parameters
    ----------
    path : path
        Parquet with the columns of the table, `name` and `true_class` among them.
    seed : int
    """
    names, folds = VARS["classifiers"]["lynceus"]["features"], VARS["validation_folds"]
    with duckdb.connect() as connection:
        relation = connection.sql(f"select *, name as csc_name, true_class as class from '{path}'")
        sources, training, present = read_training(
            relation, list(VARS["classifiers"]["lynceus"]["classes"])
        )
        table = relation.order("csc_name").fetchnumpy()
    rng = np.random.default_rng(seed)
    random = np.empty(len(sources), int)
    for one in range(len(present)):
        members = rng.permutation(np.flatnonzero(training.label == one))
        random[members] = (np.arange(len(members)) + rng.integers(folds)) % folds
    field = sky_fields(table["ra_deg"], table["dec_deg"], VARS["field_link_deg"])
    measured, astrometry = training.measurements, {name: filled(table[name]) for name in ASTROMETRY}
    return TrainingSet(
        names=sources,
        classes=present,
        label=training.label,
        measurements=measured,
        astrometry=astrometry,
        values=all_features(
            measured.flux, measured.magnitude, measured.variability, astrometry, names
        ),
        folds={
            "random": random,
            "field": balanced_folds(rng.permutation(field.max() + 1)[field], folds),
        },
    )


def out_of_fold_measures(path, scheme, seed):
    """Return the measures of one cross-validation, `random` or by `field`, by name;
    `ece_uncalibrated` is that before calibration.
    """
    training = training_set(path, seed)
    copies = boosted_trees.noisy_copies(
        training, VARS["classifiers"]["lynceus"]["features"], seed=seed
    )
    raw = boosted_trees.out_of_fold(training, copies, training.folds[scheme], seed=seed)
    final = boosted_trees.calibrated(raw, training.label, training.folds[scheme])
    measures = boosted_trees.measures(
        final, training.label, training.priors, VARS["lynceus_prior_power"]
    )
    return measures | {
        "ece_uncalibrated": boosted_trees.expected_calibration_error(raw, training.label)
    }


def repeated(path, repeats=5):
    """Return (mean, standard deviation) of each measure over repeated cross-validations, by scheme."""
    schemes = {}
    for scheme in boosted_trees.SCHEMES:
        rows = [out_of_fold_measures(path, scheme, seed) for seed in range(1, repeats + 1)]
        schemes[scheme] = {
            name: (
                float(np.mean([row[name] for row in rows])),
                float(np.std([row[name] for row in rows], ddof=min(1, repeats - 1))),
            )
            for name in rows[0]
        }
    return schemes
