"""MUWCLASS on the published training set, beside the published classes of the same sources."""

import duckdb
import numpy as np
import pytest

from outputs.left_out_classes import ALIKE, against_left_out, class_columns, metrics, nearly_left_out, nearly_left_out_classes, read_trained
from outputs.real_classes import LEFT_OUT
from udfs.class_draws import cross_validate, log_ebv
from udfs.reddening import coarse_map_ebv


def fifths(label):
    """Return folds that share out each class."""
    fold = np.empty(len(label), int)
    fold[np.argsort(label, kind="stable")] = np.arange(len(label)) % 5
    return fold


@pytest.fixture(scope="module")
def predictions(real_data):
    """Return our classes of the published training sources, each by draws without its fifth."""
    sources = duckdb.sql(f"select *, name as csc_name, true_class as class from '{real_data}/muwclass/td_2022.parquet'")
    place = sources.order("csc_name").fetchnumpy()
    names, training, plan = read_trained(sources, draws=80)
    ebv = 0.86 * coarse_map_ebv(place["ra_deg"], place["dec_deg"])
    return class_columns(names, training, plan, *cross_validate(training, fifths(training.label), ebv, plan, threads=2))


@pytest.fixture(scope="module")
def compared(predictions, real_data):
    return against_left_out(predictions, real_data / LEFT_OUT)


def test_folds_nearly_leave_one_out_and_are_alike():
    rng = np.random.default_rng(3)
    label, ebv = rng.choice(4, 500, p=(0.7, 0.25, 0.04, 0.01)), rng.lognormal(size=500)
    fold = nearly_left_out(label, ebv, parts=30)
    assert sorted(np.unique(fold)) == list(range(fold.max() + 1))
    for one in range(fold.max() + 1):
        members = fold == one
        of_class = label == label[members][0]
        assert len(np.unique(label[members])) == 1 and 1 <= members.sum() <= -(-of_class.sum() // 30)
        # no other source of the class lies between them
        inside = of_class & (ebv >= ebv[members].min()) & (ebv <= ebv[members].max())
        assert np.array_equal(inside, members)
        assert np.ptp(log_ebv(ebv[members])) <= ALIKE


@pytest.mark.real
def test_most_sources_get_the_published_class(compared):
    agreement = compared["agreement"]
    assert agreement["same_class"] > 0.92
    assert agreement["same_class_where_both_confident"] > 0.99
    assert agreement["correlation_of_probabilities"] > 0.98
    # equation 7 from the published means and deviations
    assert agreement["largest_difference_of_ct_by_our_formula"] < 1e-9


@pytest.mark.real
def test_accuracy_is_the_published_one(predictions, compared):
    theirs = compared["published_same_rows"]["all"]
    ours = metrics(predictions["true_class"], predictions["class"], np.ones(len(predictions["class"]), bool))
    assert ours["accuracy"] == pytest.approx(theirs["accuracy"], abs=0.015)
    assert ours["mcc"] == pytest.approx(theirs["mcc"], abs=0.02)
