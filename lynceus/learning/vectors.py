"""Lists of numbers in Arrow as NumPy matrices, and back."""

import numpy as np
import pyarrow as pa


def lists(values):
    """Return an (n, k) array as an Arrow array of n lists."""
    return pa.ListArray.from_arrays(np.arange(len(values) + 1) * values.shape[1], values.ravel())


def matrix(vectors, width):
    """Return an Arrow array of n lists as an (n, width) array, NULL as NaN.

    Raises
    ------
    ValueError
        If a list is of another length.
    """
    whole = vectors.combine_chunks() if isinstance(vectors, pa.ChunkedArray) else vectors
    lengths = whole.value_lengths().to_numpy(zero_copy_only=False)
    if (lengths != width).any():
        raise ValueError(f"the model takes {width} features, not {lengths[lengths != width][0]}")
    return whole.flatten().to_numpy(zero_copy_only=False).astype(float).reshape(len(whole), width)
