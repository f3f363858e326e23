"""Figures of points that a query in analyses/papers/ selects, by kind: each function takes the
query's columns as arrays, in the order of its rows, and returns a figure or, of no rows, None.
"""

import numpy as np

from lynceus.release.figures.canvas import (
    LIMIT,
    LINES,
    SERIES,
    class_series,
    count_scale,
    hexagons,
    panels,
    series,
)
from lynceus.release.figures.rows import different, of_rows, panel_grid, with_legend

OUTCOMES = {"correct": SERIES[0], "incorrect": {"color": "#D55E00", "linestyle": "--"}}


@of_rows
def histograms(rows, label, up, log=False):
    """Draw histograms: columns panel, series, low, high, y; one step line per series."""
    names, kinds = different(rows["panel"]), different(rows["series"])
    figure, grid = panel_grid(len(names), 3.6, 2.7, columns=min(3, len(names)), sharex=True)
    _steps(grid.flat, rows, "panel", kinds)
    for axes, panel in zip(grid.flat, names, strict=False):
        axes.set_title(panel, fontsize=9)
        axes.set_xlim(0, 1)
        axes.set(yscale="log", ylim=(0.7, None)) if log else axes.set_ylim(0, None)
    figure.supxlabel(label, fontsize=9)
    figure.supylabel(up, fontsize=9)
    return with_legend(figure, grid) if len(kinds) > 1 else figure


@of_rows
def quantities(rows, up):
    """Draw histograms of several quantities, a line of panels for each: columns quantity, panel,
    series, low, high, y.
    """
    lines, names, kinds = (different(rows[name]) for name in ("quantity", "panel", "series"))
    figure, grid = panels(
        len(lines), len(names), (max(4.8, 3.6 * len(names)), 0.9 + 2.6 * len(lines)), sharex="row"
    )
    for line, quantity in zip(grid, lines, strict=True):
        chosen = rows["quantity"] == quantity
        _steps(line, {name: values[chosen] for name, values in rows.items()}, "panel", kinds, names)
        for axes, panel in zip(line, names, strict=True):
            axes.set(xlabel=quantity.replace("log10", "log$_{10}$"), yscale="log", ylim=(0.7, None))
            axes.set_title(panel, fontsize=9)
    figure.supylabel(up, fontsize=9)
    return with_legend(figure, grid)


def _steps(grid, rows, column, kinds, names=None):
    """Draw one step line per series into each panel; bins that the query leaves out are empty."""
    for axes, panel in zip(grid, names or different(rows[column]), strict=False):
        for number, kind in enumerate(kinds):
            chosen = (rows[column] == panel) & (rows["series"] == kind)
            if not chosen.any():
                continue
            low, high, counts = (rows[name][chosen].astype(float) for name in ("low", "high", "y"))
            style = series(number) | OUTCOMES.get(kind, class_series(kind, series(number)))
            width = high[0] - low[0]
            place = np.round((low - low.min()) / width).astype(int)
            filled = np.zeros(place.max() + 1)
            filled[place] = counts
            axes.stairs(
                filled,
                low.min() + width * np.arange(len(filled) + 1),
                baseline=0,
                color=style["color"],
                linestyle=style["linestyle"],
                linewidth=1.4,
                label=kind,
            )
        axes.grid(alpha=0.3)


@of_rows
def curves(rows, label, up, corner=None, mark=None):
    """Draw curves: columns series, x, y; beside them a corner of interest (left, right, bottom,
    top), and a line at `mark`.
    """
    figure, [grid] = panels(1, 2 if corner else 1, (7.2 if corner else 5.6, 4.2))
    for axes in grid:
        for number, kind in enumerate(different(rows["series"])):
            chosen = rows["series"] == kind
            axes.plot(
                rows["x"][chosen],
                rows["y"][chosen],
                markersize=4,
                markevery=(number % 10, 10) if corner else None,
                label=kind,
                **series(number),
            )
        if mark is not None:
            axes.axvline(mark, **LIMIT)
        axes.grid(alpha=0.3)
        axes.set(xlabel=label)
    grid[0].set(ylabel=up, ylim=(None, 1.02))
    if corner:
        for axes in grid:
            axes.plot([0, 1], [0, 1], color="0.6", linewidth=1)
        grid[0].set(xlim=(0, 1), ylim=(0, 1.01))
        grid[1].set(xlim=corner[:2], ylim=corner[2:])
    return with_legend(figure, grid, columns=2)


@of_rows
def scatter(rows, label, up, lines=None):
    """Draw points on a logarithmic scale: columns series, x, y; and lines over x, `lines` gives their
    names by column.
    """
    figure, [[axes]] = panels(size=(5.6, 4.6))
    names = different(rows["series"])
    # the first series lies below, filled; the next is open, so that both are seen
    looks = [SERIES[2] | {"marker": "s"}, SERIES[0], OUTCOMES["incorrect"] | {"marker": "o"}]
    for number, kind in enumerate(names):
        chosen, style = rows["series"] == kind, looks[number % len(looks)]
        axes.scatter(
            rows["x"][chosen],
            rows["y"][chosen],
            s=7 if number == 0 else 14,
            marker=style["marker"],
            facecolors="none" if number % len(looks) == 1 else style["color"],
            edgecolors=style["color"],
            linewidths=0.8 if number else 0,
            label=f"{kind} ({chosen.sum():,})",
            rasterized=True,
        )
    order = np.argsort(rows["x"])
    for number, (column, name) in enumerate((lines or {}).items()):
        axes.plot(
            rows["x"][order],
            rows[column][order],
            label=name,
            **LIMIT | {"linestyle": LINES[number]},
        )
    axes.set(xlabel=label, ylabel=up, xlim=(0, None), yscale="log")
    axes.grid(alpha=0.3)
    axes.legend()
    return figure


@of_rows
def shaded(rows, label, up, shade, frame):
    """Draw points of each panel, coloured by `shade`: columns panel, x, y, shade."""
    names = different(rows["panel"])
    figure, grid = panel_grid(len(names), 2.6, 2.6, columns=min(3, len(names)))
    for axes, panel in zip(grid.flat, names, strict=False):
        chosen = rows["panel"] == panel
        drawn = axes.scatter(
            *(rows[name][chosen] for name in ("x", "y")),
            c=rows["shade"][chosen].astype(float),
            s=6,
            vmin=0,
            vmax=1,
            cmap="viridis",
            linewidths=0,
            rasterized=True,
        )
        axes.set(xlim=frame[:2], ylim=frame[2:])
        axes.set_title(f"{panel}\nn = {chosen.sum():,}", fontsize=9)
        axes.grid(alpha=0.3)
    figure.supxlabel(label, fontsize=9)
    figure.supylabel(up, fontsize=9)
    figure.colorbar(drawn, ax=figure.axes, label=shade, aspect=30)
    return figure


@of_rows
def densities(rows, label, up, frame):
    """Draw counts in hexagons, a panel each: columns panel, x, y."""
    names = different(rows["panel"])
    figure, grid = panel_grid(len(names), 2.2, 2.2, columns=min(4, len(names)))
    drawn = []
    for axes, panel in zip(grid.flat, names, strict=False):
        chosen = rows["panel"] == panel
        across, upward = (rows[name][chosen].astype(float) for name in ("x", "y"))
        drawn.append(hexagons(axes, across, upward, frame, panel, columns=20))
    figure.supxlabel(label, fontsize=9)
    figure.supylabel(up, fontsize=9)
    count_scale(figure, drawn, "per hexagon")
    return figure


@of_rows
def galactic_sky(rows):
    """Draw points on the Galactic sky (Mollweide), a panel each: columns panel, series, glon, glat."""
    names, kinds = different(rows["panel"]), different(rows["series"])
    figure, grid = panel_grid(
        len(names),
        3.6 if len(names) > 1 else 7.2,
        2.3 if len(names) > 1 else 4.2,
        subplot_kw={"projection": "mollweide"},
    )
    for axes, panel in zip(grid.flat, names, strict=False):
        for number, kind in enumerate(kinds):
            chosen = (rows["panel"] == panel) & (rows["series"] == kind)
            style = series(number)
            # as seen from inside the sphere: longitude grows to the left, 0 in the middle
            axes.scatter(
                -np.radians((rows["glon"][chosen] + 180) % 360 - 180),
                np.radians(rows["glat"][chosen]),
                s=8,
                marker=style["marker"],
                facecolors=style.get("markerfacecolor", style["color"]),
                edgecolors=style["color"],
                linewidths=0.4,
                alpha=0.7,
                label=kind or None,
                rasterized=True,
            )
        axes.grid(alpha=0.3)
        axes.set_xticks(np.radians([-120, -60, 0, 60, 120]), ["120°", "60°", "0°", "300°", "240°"])
        axes.tick_params(labelsize=8)
        count = np.count_nonzero(rows["panel"] == panel)
        axes.set_title(f"{panel}{', ' if panel else ''}n = {count:,}", fontsize=9)
    figure.supxlabel("Galactic longitude", fontsize=9)
    figure.supylabel("Galactic latitude", fontsize=9)
    return with_legend(figure, grid, columns=3) if len(kinds) > 1 else figure


@of_rows
def position_errors(rows):
    """Draw position errors over the off-axis angle with the separation limit: columns
    min_theta_mean, csc_pos_err_95, separation_limit.
    """
    figure, [[axes]] = panels(size=(5.6, 4.4))
    theta, error, limit = (
        rows[name].astype(float)
        for name in ("min_theta_mean", "csc_pos_err_95", "separation_limit")
    )
    drawn = hexagons(axes, theta, error, (0, 20, 0, 12), "X-ray sources", columns=50)
    order = np.argsort(theta)
    axes.step(theta[order], limit[order], where="post", label="separation limit", **LIMIT)
    axes.set(xlabel="off-axis angle (arcmin)", ylabel="semi-major axis, 95 % (arcsec)")
    axes.legend(loc="upper left")
    count_scale(figure, [drawn], "sources per hexagon")
    return figure
