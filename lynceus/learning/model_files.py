"""Trained models as files that are named by their content: the same model has the same name, and no
file is read that is not what it says.
"""

import hashlib
import os
from pathlib import Path


def save_content(content, folder, prefix, suffix):
    """Write the bytes of a model whole or not at all; return the file's name: prefix, 16 digits of
    the SHA-256 of the content, suffix.
    """
    path = Path(folder) / f"{prefix}_{hashlib.sha256(content).hexdigest()[:16]}{suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.part")
    partial.write_bytes(content)
    partial.replace(path)
    return path.name


def read_content(path):
    """Return the bytes of a model's file.

    Raises
    ------
    ValueError
        If they are not those that the file's name was made from.
    """
    content = Path(path).read_bytes()
    if hashlib.sha256(content).hexdigest()[:16] != Path(path).stem.rsplit("_", 1)[-1]:
        raise ValueError(f"{path} does not hold what its name says; delete it and build again")
    return content
