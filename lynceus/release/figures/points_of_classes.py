"""Figures by class of points that a query selects: each function takes the query's columns as
arrays, in the order of its rows, and returns a figure or, of no rows, None.
"""

import numpy as np

from lynceus.release.figures.canvas import LIMIT, SERIES, class_series, panels
from lynceus.release.figures.rows import different, of_rows, panel_grid, with_legend


@of_rows
def confusion(rows, down="true class", across="predicted class"):
    """Draw confusion matrices in per cent: columns panel, down, across, fraction, n."""
    names = different(rows["panel"])
    shown = {
        panel: sorted(
            {*rows["down"][rows["panel"] == panel], *rows["across"][rows["panel"] == panel]}
        )
        for panel in names
    }
    size = max(3.6, 0.9 + 0.36 * max(map(len, shown.values())))
    figure, grid = panel_grid(len(names), size, size)
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
        _matrix(axes, shares, totals, shown[panel])
        axes.set_title(panel, fontsize=9)
    figure.supylabel(down, fontsize=9)
    figure.supxlabel(across, fontsize=9)
    return figure


def _matrix(axes, shares, totals, names):
    """Draw fractions (k, k) in per cent, rows with their totals as labels."""
    # not interpolated: an SVG holds a pixel for each cell
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, interpolation="none")
    for row, column in np.argwhere(shares > 0):
        colour = "white" if shares[row, column] > 0.5 else "black"
        axes.text(
            column,
            row,
            f"{100 * shares[row, column]:.0f}",
            ha="center",
            va="center",
            color=colour,
            fontsize=8,
            in_layout=False,  # lies inside
        )
    for row in np.flatnonzero(totals == 0):
        axes.text(
            (len(names) - 1) / 2, row, "none", ha="center", va="center", color="0.4", fontsize=8
        )
    axes.set_xticks(
        range(len(names)), names, rotation=45, ha="right", rotation_mode="anchor", fontsize=8
    )
    axes.set_yticks(
        range(len(names)),
        [f"{name}\n{int(total):,}" for name, total in zip(names, totals, strict=True)],
        fontsize=8,
    )


@of_rows
def bars(rows, label, log=False, numbered=False):
    """Draw groups of bars: columns panel, class (a group), series and y; `numbered` writes the
    counts above.
    """
    names, groups, kinds = (different(rows[name]) for name in ("panel", "class", "series"))
    wide = max(7.2, 0.16 * len(groups) * len(kinds) + 1.5)
    figure, grid = panels(len(names), 1, (wide, 0.9 + 2.6 * len(names)), sharex=True)
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
    return with_legend(figure, grid)


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
    names = different(rows["panel"])
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
