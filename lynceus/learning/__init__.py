"""What trains: trees, draws, folds, mixtures, calibration."""

import os

# OpenMP's threads (LightGBM's, scikit-learn's) sleep while they wait; by default they spin, which
# takes the cores from whatever runs beside them. Read when the libraries are loaded, after this
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
