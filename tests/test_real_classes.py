"""MUWCLASS on the published training set, beside the published classes of the same sources."""

import duckdb
import numpy as np
import pytest

from outputs.real_classes import LEFT_OUT, against_left_out, metrics, nearly_left_out
from udfs.reddening import galactic_ebv

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def predictions(real_data):
    """Return our classes of the published training sources, each by draws without its tenth."""
    sources = duckdb.sql(f"select *, name as csc_name, true_class as class from '{real_data}/muwclass/td_2022.parquet'")
    place = sources.order("csc_name").fetchnumpy()
    return nearly_left_out(sources, galactic_ebv(place["ra_deg"], place["dec_deg"]), folds=10, draws=24)


@pytest.fixture(scope="module")
def compared(predictions, real_data):
    return against_left_out(predictions, real_data / LEFT_OUT)


def test_most_sources_get_the_published_class(compared):
    agreement = compared["agreement"]
    assert agreement["same_class"] > 0.92
    assert agreement["same_class_where_both_confident"] > 0.99
    assert agreement["correlation_of_probabilities"] > 0.98
    # equation 7 from the published means and deviations
    assert agreement["largest_difference_of_ct_by_our_formula"] < 1e-9


def test_accuracy_is_the_published_one(predictions, compared):
    theirs = compared["published_same_rows"]["all"]
    ours = metrics(predictions["true_class"], predictions["class"], np.ones(len(predictions["class"]), bool))
    assert ours["accuracy"] == pytest.approx(theirs["accuracy"], abs=0.015)
    assert ours["mcc"] == pytest.approx(theirs["mcc"], abs=0.02)
