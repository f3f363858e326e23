"""Figures drawn in a process of their own while this one writes tables."""

import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from lynceus.release.tables import ReleaseError
from lynceus.settings import PROJECT


@contextmanager
def drawn_figures(database, folder, names=()):
    """Draw the figures of a database into a new folder while the block runs; at its end they are
    there.

    A block that fails, or a process that is killed in it, takes the drawing with it.

    Parameters
    ----------
    database : path
        Of a DuckDB file, which may be open here read-only.
    folder : path
    names : iterable of str
        Of the figures; none of them: all.

    Raises
    ------
    ReleaseError
        With the traceback, if a figure fails.
    """
    folder.mkdir()
    command = [sys.executable, "-m", "lynceus.release.figures"]
    command += [Path(database).resolve(), folder.resolve(), *names]
    path = os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")]))
    with (
        tempfile.TemporaryFile("w+") as messages,
        subprocess.Popen(
            command,
            cwd=PROJECT,
            env=os.environ | {"PYTHONPATH": path},
            stdin=subprocess.PIPE,  # open as long as this process lives, and the other with it
            stderr=messages,
        ) as process,
    ):
        try:
            yield
            failed = process.wait()
        finally:
            process.kill()
        messages.seek(0)
        if failed:
            raise ReleaseError(f"the figures could not be drawn:\n{messages.read()}")
        sys.stderr.write(messages.read())  # warnings
