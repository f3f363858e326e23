"""Threads that train classifiers beside each other."""

import warnings

import pytest

from lynceus.learning.worker_threads import FOREST_WARNING, worker_threads


@pytest.fixture
def shown(monkeypatch):
    """The texts of the warnings that are shown."""
    texts = []
    monkeypatch.setattr(
        warnings, "showwarning", lambda message, *place, **more: texts.append(str(message))
    )
    return texts


def test_forests_do_not_complain_of_each_other_and_others_are_heard(shown):
    with worker_threads(2) as pool:
        warnings.simplefilter("always")
        list(pool.map(warnings.warn, [f"{FOREST_WARNING} a thing", "a division by zero"]))
    assert shown == ["a division by zero"]


def test_filters_are_afterwards_what_they_were(shown):
    before, show = list(warnings.filters), warnings.showwarning
    with worker_threads(2) as pool:
        pool.submit(warnings.resetwarnings).result()
    assert list(warnings.filters) == before and warnings.showwarning is show
