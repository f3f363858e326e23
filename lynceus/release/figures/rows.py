"""What figures of the rows of a query share: its columns as arrays, their different values, panels
and one legend.
"""

from functools import wraps

import numpy as np

from lynceus.release.figures.canvas import leave_out, panels


def columns_of(relation):
    """Return the columns of a relation as arrays; missing numbers are NaN, missing texts None."""
    columns = {}
    for name, values in relation.fetchnumpy().items():
        if np.ma.is_masked(values):
            is_number = values.dtype.kind in "biuf"
            values = values.astype(float).filled(np.nan) if is_number else values.filled(None)
        columns[name] = np.asarray(values)
    return columns


def of_rows(draw):
    """Make a figure function return None where it gets no rows."""

    @wraps(draw)
    def drawn(rows, *titles, **options):
        return draw(rows, *titles, **options) if len(next(iter(rows.values()))) else None

    return drawn


def different(values):
    """Return the different values, in the order of their first row."""
    return list(dict.fromkeys(values.tolist()))


def panel_grid(count, width, height, columns=2, **options):
    """Return a figure and its grid of `count` panels, in `columns` where there are more."""
    columns = min(columns, count)
    lines = -(-count // columns)
    figure, grid = panels(
        lines, columns, (max(4.8, width * columns), 0.8 + height * lines), **options
    )
    leave_out(grid, count)
    return figure, grid


def with_legend(figure, grid, columns=4):
    """Return the figure with one legend for all panels, each series once."""
    entries = {
        label: handle
        for axes in np.ravel(grid)
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)
    }
    figure.legend(entries.values(), entries.keys(), loc="outside upper center", ncols=columns)
    return figure
