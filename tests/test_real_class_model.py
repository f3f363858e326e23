"""The project's own classifier on the published training table, wherever the folder of real tables
is.
"""

import pytest
from conftest import REAL_DATA

from lynceus.studies.lynceus_classifier import out_of_fold_measures

pytestmark = pytest.mark.real


@pytest.mark.parametrize(
    ("scheme", "accuracy", "mcc", "ece"),
    [("random", 0.91, 0.87, 0.03), ("field", 0.87, 0.80, 0.05)],
)
def test_classes_of_the_published_training_table(scheme, accuracy, mcc, ece):
    """Published: accuracy 0.886 and MCC 0.829, each source left out by itself (Yang et al. 2022,
    section 4.5).
    """
    got = out_of_fold_measures(REAL_DATA / "muwclass" / "td_2022.parquet", scheme, seed=1)
    assert got["accuracy"] >= accuracy and got["mcc"] >= mcc and got["ece"] <= ece, got
