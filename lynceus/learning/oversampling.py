"""Classes filled up to the size of the largest one."""

import numpy as np


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
        The given rows first; new ones lie between a row drawn at random and one of its neighbours.

    Examples
    --------
    >>> values, label = filled_up(np.array([[0.0], [1.0], [2.0], [9.0]]), np.array([0, 0, 0, 1]), 4, 1)
    >>> values[4:].tolist(), label.tolist()
    ([[9.0], [9.0]], [0, 0, 0, 1, 1, 1])

    References
    ----------
    Chawla et al. (2002), JAIR 16, 321.
    """
    rng, members = np.random.default_rng(seed), np.bincount(label)
    added, added_label = [values], [label]
    for one in np.flatnonzero((members > 0) & (members < members.max())):
        of_class = values[label == one]
        number, reach = members.max() - len(of_class), min(neighbours, len(of_class) - 1)
        drawn = rng.integers(len(of_class), size=number)
        new = of_class[drawn]
        if reach > 0:
            asked, place = np.unique(drawn, return_inverse=True)
            near = nearest(of_class, asked, reach)[place, rng.integers(reach, size=number)]
            new = new + rng.random((number, 1)) * (of_class[near] - new)
        added.append(new.astype(values.dtype))
        added_label.append(np.full(number, one, label.dtype))
    return np.concatenate(added), np.concatenate(added_label)


def nearest(values, rows, number):
    """Return the nearest rows of some rows but themselves: (len(rows), number) int array.

    Parameters
    ----------
    values : (n, k) array
    rows : (m,) int array
    number : int
        Below n.
    """
    values = values.astype(float)
    squares = np.einsum("ij,ij->i", values, values)
    distance2 = squares - 2 * values[rows] @ values.T  # but for the square of the row itself
    distance2[np.arange(len(rows)), rows] = np.inf
    return np.argpartition(distance2, number - 1, axis=1)[:, :number]
