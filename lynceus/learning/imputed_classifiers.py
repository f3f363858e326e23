"""Classifiers that take no missing values, as in Kumaran et al. (2023, MNRAS 520, 5065), sections
3.2 to 3.4.

Features are normalised to 0 to 10 (equation 2), missing ones become the column's most frequent
value, and the rare classes are filled up by SMOTE. All of it is learnt from the training folds
alone.
"""

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer

from lynceus.learning.forest_growth import GrownForest
from lynceus.learning.oversampling import filled_up
from lynceus.learning.worker_threads import worker_threads

HIGHEST = 10.0
NEIGHBOURS = 5  # of SMOTE
KINDS = {
    "forest": lambda seed: GrownForest(100, seed),
    # trees of the size that GradientBoostingClassifier grows by default, over histograms of the
    # features: a tenth of the time
    "gradient_boosting": lambda seed: HistGradientBoostingClassifier(
        max_iter=100,
        max_depth=3,
        max_leaf_nodes=None,
        min_samples_leaf=1,
        early_stopping=False,
        random_state=seed,
    ),
}


class Imputer:
    """Fill in and normalise values (n, k) as the training values say, which hold NaN where missing."""

    def __init__(self, values):
        self.filler = SimpleImputer(strategy="most_frequent", keep_empty_features=True).fit(values)
        filled = self.filler.transform(values)
        self.least, width = filled.min(axis=0), np.ptp(filled, axis=0)
        self.width = np.where(width > 0, width, 1.0)

    def __call__(self, values):
        return HIGHEST * (self.filler.transform(values) - self.least) / self.width


def imputed_out_of_fold(make, values, label, classes, fold, seed, threads=1):
    """Return class probabilities (n, classes) of each source by a classifier that has not seen its
    fold.

    Parameters
    ----------
    make : function
        From a seed to a scikit-learn classifier; one of KINDS.
    values : (n, k) array
        NaN where missing.
    label, fold : (n,) int arrays
    classes, seed : int
    threads : int
        Folds trained at once; the result does not depend on it.
    """

    def predicted(one):
        inside = fold == one
        seen = np.unique(label[~inside])
        if len(seen) == 1:  # nothing else is known
            return seen, np.ones((np.count_nonzero(inside), 1))
        imputer = Imputer(values[~inside])
        trained = make(seed).fit(
            *filled_up(imputer(values[~inside]), label[~inside], NEIGHBOURS, seed)
        )
        return trained.classes_, trained.predict_proba(imputer(values[inside]))

    probabilities, parts = np.zeros((len(label), classes)), np.unique(fold)
    # threads inside of one only wait for each other
    with worker_threads(threads) as pool:
        for one, (known, found) in zip(parts, pool.map(predicted, parts)):
            probabilities[np.ix_(fold == one, known)] = found
    return probabilities
