"""LightGBM models as text files under the hash of their content: trained the same at any number of
threads.
"""

import threading
from functools import cache

from lynceus.learning.model_files import read_content, save_content
from lynceus.learning.trees import read_trees

# the same trees from the same rows, at any number of threads
DETERMINISTIC = {"deterministic": True, "force_row_wise": True, "seed": 1, "verbosity": -1}

# LightGBM's number of threads is one for the whole process, and changing it under a running call
# crashes: one call at a time
LIGHTGBM = threading.RLock()


def save_model(booster, folder, prefix):
    """Write a model as text, named by its content; return the file's name.

    Parameters
    ----------
    booster : lightgbm.Booster
    folder : path
        Made if absent.
    prefix : str
        Of the file's name, before the first 16 digits of the SHA-256 of its content.
    """
    return save_text(booster.model_to_string(), folder, prefix)


def save_text(text, folder, prefix):
    """Write the text of a model, named by its content; return the file's name."""
    return save_content(text.encode(), folder, prefix, ".txt")


@cache
def read_model(path):
    """Return the text of a model's file.

    Raises
    ------
    ValueError
        If the content is not that which the file's name was made from.
    """
    return read_content(path).decode()


@cache
def load_booster(path):
    """Return the LightGBM model of a file."""
    import lightgbm as lgb  # half of the time in which this project's functions are loaded

    return lgb.Booster(model_str=read_model(path))


@cache
def load_trees(path):
    """Return the trees of a file for the compiled kernel."""
    return read_trees(read_model(path))


def contributions(booster, values):
    """Return SHAP values (log-odds) of values (n, k), and the base value last: (n, k + 1) array.

    References
    ----------
    Lundberg et al. (2020), Nature Machine Intelligence 2, 56.
    """
    with LIGHTGBM:
        return booster.predict(values, pred_contrib=True)
