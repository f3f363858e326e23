"""What trains: trees, draws, folds, mixtures, calibration."""
