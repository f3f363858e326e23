"""Linked entries are one: connected components against a search that follows the links."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lynceus.learning.components import connected_groups


def followed(nodes, links):
    """Return the least node that can be reached from each."""
    neighbours = {node: {node} for node in nodes}
    for a, b in links:
        neighbours[a].add(b)
        neighbours[b].add(a)
    least = []
    for node in nodes:
        reached, edge = {node}, {node}
        while edge:
            edge = set().union(*(neighbours[one] for one in edge)) - reached
            reached |= edge
        least.append(min(reached))
    return least


@given(st.data())
def test_groups_are_what_links_reach(data):
    nodes = sorted(data.draw(st.sets(st.integers(0, 10**12), min_size=1, max_size=25)))
    links = data.draw(
        st.lists(st.tuples(st.sampled_from(nodes), st.sampled_from(nodes)), max_size=40)
    )
    first, second = (np.array([link[end] for link in links], np.int64) for end in (0, 1))
    assert connected_groups(np.array(nodes), first, second).tolist() == followed(nodes, links)


def test_no_nodes_and_no_links():
    assert len(connected_groups(np.array([], np.int64), [], [])) == 0
    assert connected_groups(np.array([3, 8]), [], []).tolist() == [3, 8]


@pytest.mark.parametrize("end", [0, 5, 99])
def test_a_link_to_nowhere_is_refused(end):
    with pytest.raises(ValueError, match="no node"):
        connected_groups(np.array([3, 8]), [3], [end])
