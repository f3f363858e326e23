"""Classes filled up to the size of the largest one."""

import numpy as np
from imblearn.over_sampling import SMOTE, RandomOverSampler


def filled_up(values, label, neighbours, seed):
    """Return training rows with as many of each class as of the largest, by SMOTE.

    Parameters
    ----------
    values : (n, k) array
        Without NaN.
    label : (n,) int array
    neighbours : int
        Among how many neighbours of its class a row finds its partner; fewer in a class too small
        for it, and of one row there are only copies.
    seed : int

    Returns
    -------
    values (m, k), label (m,) : arrays
        The given rows first.

    References
    ----------
    Chawla et al. (2002), JAIR 16, 321.
    """
    members = np.bincount(label)
    reach = np.minimum(neighbours, members - 1)
    for k in np.unique(reach[members > 0])[::-1]:
        of_these = {
            "sampling_strategy": {
                one: members.max() for one in np.flatnonzero((members > 0) & (reach == k))
            },
            "random_state": seed,
        }
        sampler = SMOTE(k_neighbors=int(k), **of_these) if k > 0 else RandomOverSampler(**of_these)
        values, label = sampler.fit_resample(values, label)
    return values, label
