"""Figures of points that a query in analyses/papers/ selects, by kind: each function takes the
query's columns as arrays, in the order of its rows, and returns a figure or, of no rows, None.
"""

from functools import wraps

import numpy as np

from lynceus.release.figures.canvas import (
    LIMIT,
    SERIES,
    class_series,
    count_scale,
    hexagons,
    leave_out,
    panels,
    series,
)
from lynceus.release.figures.classes import share_matrix

OUTCOMES = {"correct": SERIES[0], "incorrect": {"color": "#D55E00", "linestyle": "--"}}


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
    def drawn(rows, **options):
        return draw(rows, **options) if len(next(iter(rows.values()))) else None

    return drawn


@of_rows
def confusion(rows, down="true class", across="predicted class", size=3.6, ordered=()):
    """Draw confusion matrices in per cent: columns panel, down, across, fraction, n."""
    names = _names(rows["panel"])
    shown = {
        panel: sorted(
            {*rows["down"][rows["panel"] == panel], *rows["across"][rows["panel"] == panel]},
            key=lambda name: (ordered.index(name) if name in ordered else len(ordered), name),
        )
        for panel in names
    }
    size = max(size, 0.9 + 0.4 * max(map(len, shown.values())))
    figure, grid = _grid(len(names), size, size)
    for axes, panel in zip(grid.flat, names, strict=False):
        chosen = rows["panel"] == panel
        cells = {
            (one, other): (fraction, n)
            for one, other, fraction, n in zip(
                *(rows[name][chosen] for name in ("down", "across", "fraction", "n")), strict=True
            )
        }
        shares, counts = (
            np.array(
                [
                    [cells.get((one, other), (0, 0))[place] for other in shown[panel]]
                    for one in shown[panel]
                ],
                float,
            )
            for place in (0, 1)
        )
        totals = counts.sum(axis=1)
        share_matrix(axes, shares, totals, shown[panel], [f"{int(total):,}" for total in totals])
        axes.set_title(panel, fontsize=9)
    figure.supylabel(down, fontsize=9)
    figure.supxlabel(across, fontsize=9)
    return figure


@of_rows
def bars(rows, label, log=False, numbered=False):
    """Draw groups of bars: columns panel, class (a group), series and y; `numbered` writes the
    counts above.
    """
    names, groups, kinds = (_names(rows[name]) for name in ("panel", "class", "series"))
    wide = max(4.8, 0.16 * len(groups) * len(kinds) + 1.5)
    figure, grid = panels(len(names), 1, (max(wide, 7.2), 0.9 + 2.6 * len(names)), sharex=True)
    width = 0.85 / len(kinds)
    for axes, panel in zip(grid.flat, names, strict=True):
        for number, kind in enumerate(kinds):
            chosen = (rows["panel"] == panel) & (rows["series"] == kind)
            place = np.array([groups.index(name) for name in rows["class"][chosen]], float)
            style = class_series(kind, SERIES[number % len(SERIES)])
            drawn = axes.bar(
                place + (number - (len(kinds) - 1) / 2) * width,
                rows["y"][chosen],
                width,
                label=kind,
                color=style["color"],
                edgecolor="white",
                linewidth=0.4,
            )
            if numbered:
                axes.bar_label(
                    drawn, fmt="{:,.0f}", fontsize=8, rotation=90, padding=2, color="0.3"
                )
        axes.set_xticks(range(len(groups)), groups, fontsize=8)
        axes.grid(axis="y", alpha=0.3)
        axes.set_axisbelow(True)
        axes.set_title(panel, fontsize=9)
        if log:
            axes.set(yscale="log", ylim=(0.7, 8 * max(rows["y"])))
    figure.supylabel(label, fontsize=9)
    return _with_legend(figure, grid)


@of_rows
def histograms(rows, label, up, log=False):
    """Draw histograms: columns panel, series, low, high, y; one step line per series."""
    names, kinds = _names(rows["panel"]), _names(rows["series"])
    figure, grid = _grid(len(names), 3.6, 2.7, columns=min(3, len(names)), sharex=True)
    _steps(grid.flat, rows, "panel", kinds)
    for axes, panel in zip(grid.flat, names, strict=False):
        axes.set_title(panel, fontsize=9)
        axes.set_xlim(0, 1)
        axes.set(yscale="log", ylim=(0.7, None)) if log else axes.set_ylim(0, None)
    figure.supxlabel(label, fontsize=9)
    figure.supylabel(up, fontsize=9)
    return _with_legend(figure, grid) if len(kinds) > 1 else figure


@of_rows
def quantities(rows, up):
    """Draw histograms of several quantities, a line of panels for each: columns quantity, panel,
    series, low, high, y.
    """
    lines, names, kinds = (_names(rows[name]) for name in ("quantity", "panel", "series"))
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
    return _with_legend(figure, grid)


def _steps(grid, rows, column, kinds, names=None):
    """Draw one step line per series into each panel; bins that the query leaves out are empty."""
    for axes, panel in zip(grid, names or _names(rows[column]), strict=False):
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
        for number, kind in enumerate(_names(rows["series"])):
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
    return _with_legend(figure, grid, columns=2)


@of_rows
def scatter(rows, label, up):
    """Draw points: columns series, x, y."""
    figure, [[axes]] = panels(size=(5.6, 4.6))
    for number, kind in enumerate(_names(rows["series"])):
        chosen, style = rows["series"] == kind, SERIES[number % len(SERIES)]
        axes.scatter(
            rows["x"][chosen],
            rows["y"][chosen],
            s=14,
            marker=style["marker"],
            facecolors="none" if number == 0 else style["color"],
            edgecolors=style["color"],
            linewidths=0.8,
            label=f"{kind} ({chosen.sum():,})",
            rasterized=True,
        )
    axes.set(xlabel=label, ylabel=up, xlim=(0, None), ylim=(0, None))
    axes.grid(alpha=0.3)
    axes.legend()
    return figure


@of_rows
def shaded(rows, label, up, shade, frame):
    """Draw points of each panel, coloured by `shade`: columns panel, x, y, shade."""
    names = _names(rows["panel"])
    figure, grid = _grid(len(names), 2.6, 2.6, columns=min(3, len(names)))
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
    names = _names(rows["panel"])
    figure, grid = _grid(len(names), 2.2, 2.2, columns=min(4, len(names)))
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
    names, kinds = _names(rows["panel"]), _names(rows["series"])
    figure, grid = _grid(
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
    return _with_legend(figure, grid, columns=3) if len(kinds) > 1 else figure


@of_rows
def importances(rows, limit=None):
    """Draw importances of features with their spread: columns feature, importance, importance_std,
    is_selected, is_random, the largest first.
    """
    count = len(rows["feature"])
    figure, [[axes]] = panels(size=(5.4, 1.4 + 0.19 * count))
    place, selected, is_random = (
        np.arange(count)[::-1],
        *(rows[name].astype(bool) for name in ("is_selected", "is_random")),
    )
    for kind, label, style in (
        (selected & ~is_random, "used", {"color": SERIES[0]["color"]}),
        (
            ~selected & ~is_random,
            "not used",
            {"color": "white", "edgecolor": SERIES[0]["color"], "hatch": "////"},
        ),
        (is_random, "random", {"color": "black"}),
    ):
        if kind.any():
            axes.barh(
                place[kind],
                rows["importance"][kind],
                xerr=np.nan_to_num(rows["importance_std"][kind].astype(float)),
                ecolor=SERIES[1]["color"],
                capsize=1.5,
                label=label,
                **style,
            )
    if limit is not None:
        axes.axvline(limit, label=f"{limit:.0%}", **LIMIT)
        axes.legend(loc="lower right")
    axes.set_yticks(place, rows["feature"], fontsize=8)
    axes.set(
        xlim=(0, None),
        ylim=(-0.7, count - 0.3),
        xlabel="importance (mean decrease of impurity)",
    )
    return figure


@of_rows
def reliability(rows):
    """Draw accuracy over the claimed probability, and the number of sources below: columns panel,
    p_mean, accuracy, n_sources, ece.
    """
    names = _names(rows["panel"])
    figure, grid = panels(
        2,
        len(names),
        (max(4.8, 3.6 * len(names)), 4.6),
        sharex=True,
        sharey="row",
        height_ratios=(3, 1),
    )
    for [above, below], panel in zip(grid.T, names, strict=True):
        chosen = rows["panel"] == panel
        claimed, accuracy, n = (
            rows[name][chosen].astype(float) for name in ("p_mean", "accuracy", "n_sources")
        )
        above.plot([0, 1], [0, 1], color="0.6", linewidth=1)
        above.plot(claimed, accuracy, markersize=5, **SERIES[0])
        below.bar(claimed, n, 0.06, color="0.6")
        below.set(yscale="log", xlim=(0, 1), ylim=(0.7, None))
        ece = rows["ece"][chosen][0]
        above.set_title(f"{panel}\nexpected calibration error {ece:.3f}", fontsize=9)
        above.set_ylim(0, 1.02)
        for axes in (above, below):
            axes.grid(alpha=0.3)
    grid[0, 0].set_ylabel("accuracy")
    grid[1, 0].set_ylabel("sources")
    figure.supxlabel("probability of the predicted class", fontsize=9)
    return figure


@of_rows
def one_source(rows):
    """Draw the class probabilities of one source: columns csc_name, class, probability, error,
    is_predicted.
    """
    figure, [[axes]] = panels(size=(6.4, 3.8))
    place = np.arange(len(rows["class"]))
    p, error = (np.nan_to_num(rows[name].astype(float)) for name in ("probability", "error"))
    axes.errorbar(
        place, p, error, linestyle="none", capsize=3, markersize=5, marker="o", color="black"
    )
    predicted = rows["is_predicted"].astype(bool)
    axes.plot(
        place[predicted],
        p[predicted],
        "s",
        color="#D55E00",
        markersize=10,
        fillstyle="none",
        label="predicted class",
    )
    axes.set_xticks(place, rows["class"], rotation=30, ha="right", rotation_mode="anchor")
    axes.set(ylabel="mean class probability of the detections", ylim=(0, 1))
    axes.set_title(rows["csc_name"][0], fontsize=9)
    axes.legend()
    axes.grid(axis="y", alpha=0.3)
    return figure


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


def _names(values):
    """Return the different values, in the order of their first row."""
    return list(dict.fromkeys(values.tolist()))


def _grid(count, width, height, columns=2, **options):
    """Return a figure and its grid of `count` panels, in `columns` where there are more."""
    columns = min(columns, count)
    lines = -(-count // columns)
    figure, grid = panels(
        lines, columns, (max(4.8, width * columns), 0.8 + height * lines), **options
    )
    leave_out(grid, count)
    return figure, grid


def _with_legend(figure, grid, columns=4):
    """Return the figure with one legend for all panels, each series once."""
    entries = {
        label: handle
        for axes in np.ravel(grid)
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)
    }
    figure.legend(entries.values(), entries.keys(), loc="outside upper center", ncols=columns)
    return figure
