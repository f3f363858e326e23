"""Threads that train classifiers of scikit-learn beside each other."""

import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from threadpoolctl import threadpool_limits

FOREST_WARNING = "`sklearn.utils.parallel.delayed` should be used with"


@contextmanager
def worker_threads(number):
    """Yield a ThreadPoolExecutor of so many threads, each of which computes alone, and whose
    forests do not complain of each other.

    A forest of scikit-learn empties the list of warning filters for a moment, and there is one list
    for all threads: another forest that finds it empty takes itself for wrongly called, and says
    so, thousands of times. All other warnings are shown, and the filters are afterwards what they
    were.
    """
    with warnings.catch_warnings(), threadpool_limits(1), ThreadPoolExecutor(number) as pool:
        show = warnings.showwarning

        def show_others(message, *place, **more):
            if not str(message).startswith(FOREST_WARNING):
                show(message, *place, **more)

        warnings.showwarning = show_others
        yield pool
