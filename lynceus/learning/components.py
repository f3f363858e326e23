"""What is linked belongs together: connected components of a graph, by the numbers of its nodes."""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


def connected_groups(nodes, first, second):
    """Return the group of each node, named by the least node in it.

    Parameters
    ----------
    nodes : (n,) int array
        Each once, in ascending order.
    first, second : (m,) int array
        The nodes at the two ends of each link.

    Returns
    -------
    (n,) int array

    Raises
    ------
    ValueError
        If a link ends at no node.
    """
    nodes = np.asarray(nodes, np.int64)
    ends = [np.searchsorted(nodes, np.asarray(one, np.int64)) for one in (first, second)]
    for one, given in zip(ends, (first, second)):
        if len(given) and (
            len(nodes) == 0 or np.any(nodes[np.minimum(one, len(nodes) - 1)] != given)
        ):
            raise ValueError("a link ends at no node")
    if len(nodes) == 0:
        return nodes
    graph = coo_array((np.ones(len(ends[0]), np.int8), tuple(ends)), shape=(len(nodes), len(nodes)))
    label = connected_components(graph, directed=False)[1]
    least = np.full(label.max() + 1, len(nodes))
    np.minimum.at(least, label, np.arange(len(nodes)))
    return nodes[least[label]]
