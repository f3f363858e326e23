"""Figures of the boosted trees with missing data: whether their probabilities are right, and how large they are (Kumaran et al. 2023, figure 6)."""

import numpy as np

from lynceus.release.figures.canvas import SERIES, panels

SCHEMES = {"random": "folds at random", "field": "fields of the sky held out"}
STEP = 0.02  # width of a bin of release.boosted_membership_density


def boosted_reliability(connection):
    """Return a figure of how often the class is right over its probability, before and after calibration, a panel per scheme of folds."""
    found = {
        scheme: connection.execute(
            "select is_calibrated, mean_class_prob, share_right, n_predictions from release.boosted_reliability"
            " where classifier = 'boosted' and scheme = ? order by all", [scheme],
        ).fetchnumpy()
        for scheme in SCHEMES
    }
    shown = {scheme: rows for scheme, rows in found.items() if len(rows["share_right"])}
    if not shown:
        return None
    figure, [grid] = panels(1, len(shown), (3.8 * len(shown), 3.6), sharey=True)
    for axes, (scheme, rows) in zip(grid, shown.items(), strict=True):
        axes.plot([0, 1], [0, 1], color="0.6", linewidth=1)
        for is_calibrated, label, look in ((False, "as trained", SERIES[1]), (True, "calibrated", SERIES[0])):
            here = rows["is_calibrated"] == is_calibrated
            share, count = rows["share_right"][here], rows["n_predictions"][here]
            smooth = (share * count + 1) / (count + 2)  # a standard error that is never zero
            axes.errorbar(rows["mean_class_prob"][here], share, np.sqrt(smooth * (1 - smooth) / count), capsize=2, markersize=4, label=label, **look)
        axes.set(xlim=(0, 1), ylim=(0, 1.02))
        axes.set_title(SCHEMES[scheme], fontsize=9)
    grid[0].legend(loc="upper left")
    grid[0].set_ylabel("share that is right")
    figure.supxlabel("class membership probability", fontsize=9)
    return figure


def boosted_memberships(connection):
    """Return a figure of the distribution of the class membership probability of sources that do not train, a panel per class."""
    rows = connection.sql("select class, class_prob_min, density, n_sources from release.boosted_membership_density order by all").fetchnumpy()
    names = sorted(set(rows["class"]))
    if not names:
        return None
    lines = -(-len(names) // 4)
    figure, grid = panels(lines, min(4, len(names)), (1.0 + 2.0 * min(4, len(names)), 0.6 + 1.9 * lines), sharex=True)
    for axes, name in zip(grid.flat, names, strict=False):
        here = rows["class"] == name
        axes.bar(rows["class_prob_min"][here], rows["density"][here], STEP, align="edge", color=SERIES[0]["color"])
        axes.set_title(f"{name}, n = {rows['n_sources'][here].sum():,}", fontsize=9)
        axes.set_xlim(0, 1)
    for axes in grid.flat[len(names):]:
        axes.set_axis_off()
    figure.supxlabel("class membership probability", fontsize=9)
    figure.supylabel("density", fontsize=9)
    return figure
