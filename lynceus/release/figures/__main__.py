"""The figures of a release, drawn: `python -m lynceus.release.figures DATABASE FOLDER [NAME ...]`.

Ends with the process that holds its standard input, however that ends.
"""

import gc
import os
import sys
import threading
from pathlib import Path

import duckdb

from lynceus.release.figures import draw_figures


def main(database, folder, *names):
    """Draw the figures of a database into a folder: those of some names, or all."""
    threading.Thread(target=_end_with_input, daemon=True).start()
    gc.freeze()  # a tenth of the time went into looking through what is imported
    try:
        with duckdb.connect(database, read_only=True) as connection:
            draw_figures(connection, Path(folder), names)
    finally:
        gc.unfreeze()  # else DuckDB tells of all that it could not free


def _end_with_input():
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
