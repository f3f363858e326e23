"""The project's own classifier on the published training table, wherever the folder of real tables is."""

import pytest
from conftest import REAL_DATA

from outputs.real_class_model import lynceus, settings, training_set
from udfs.class_model import measures

pytestmark = pytest.mark.real


@pytest.mark.parametrize(("scheme", "accuracy", "mcc", "ece"), [("random", 0.91, 0.87, 0.03), ("field", 0.87, 0.80, 0.05)])
def test_classes_of_the_published_training_table(scheme, accuracy, mcc, ece):
    """Published: accuracy 0.886 and MCC 0.829, each source left out by itself (Yang et al. 2022, section 4.6)."""
    names, power = settings()["lynceus_features"], settings()["lynceus_prior_power"]
    training = training_set(REAL_DATA / "muwclass" / "td_2022.parquet", names)
    got = measures(lynceus(training, names, scheme, seed=1)[0], training.label, training.priors, power)
    assert got["accuracy"] >= accuracy and got["mcc"] >= mcc and got["ece"] <= ece, got
