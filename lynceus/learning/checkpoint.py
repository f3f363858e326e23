"""Sums of a long run, kept in a file so that an interrupted run goes on where it was."""

import hashlib
import os
from dataclasses import fields
from pathlib import Path

import numpy as np


class Checkpoint:
    """The sums of an unfinished run in a file, bound to its inputs; without a path nothing is kept."""

    def __init__(self, path, *inputs):
        self.path = path and Path(path)
        self.key = path and _digest(inputs)

    def read(self, sums):
        """Return the sums and the number of draws in them: those of the file if it belongs to these
        inputs.
        """
        if not self.path or not self.path.exists():
            return sums, 0
        with np.load(self.path) as file:
            if str(file["key"]) != self.key:
                return sums, 0
            for name in vars(sums):
                setattr(sums, name, file[name])
            return sums, int(file["done"])

    def write(self, sums, done):
        """Replace the file by the sums of the first `done` draws."""
        if self.path:
            partial = self.path.with_name(self.path.name + ".part")
            with open(partial, "wb") as file:
                np.savez(file, key=self.key, done=done, **vars(sums))
            os.replace(partial, self.path)

    def remove(self):
        """Remove the file of a finished run."""
        if self.path:
            self.path.unlink(missing_ok=True)


def _digest(inputs):
    """Return a hash of arrays and dataclasses of arrays."""
    digest = hashlib.blake2b(digest_size=16)
    for value in inputs:
        if hasattr(value, "__dataclass_fields__"):
            digest.update(_digest([getattr(value, field.name) for field in fields(value)]).encode())
        elif isinstance(value, np.ndarray):
            digest.update(np.ascontiguousarray(value).tobytes())
        else:
            digest.update(repr(value).encode())
    return digest.hexdigest()
