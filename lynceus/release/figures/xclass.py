"""Figures of XClass on training sources that its models have not seen, after figures 3, 4, 6 and 7 of Rangelov et al."""

import numpy as np

from lynceus.release.figures.canvas import panels, series
from lynceus.release.figures.classes import share_matrix

LEVELS = {"stage_one": "first stage", "full": "all classes"}
SHOWN_FEATURES = 15


def xclass_confusion(connection):
    """Return a figure of the confusion matrices in per cent of the true class: a row of panels per way of translating the photometry."""
    ways = _ways(connection, "xclass_confusion", "part = 'folds' and level in ('stage_one', 'full')")
    if not ways:
        return None
    figure, grid = panels(len(ways), 2, (8.4, 0.5 + 3.9 * len(ways)))
    for line, way in zip(grid, ways, strict=True):
        for axes, (level, title) in zip(line, LEVELS.items(), strict=True):
            rows = connection.execute(
                "select true_class, class, share_of_true, n_sources from release.xclass_confusion"
                " where part = 'folds' and way = ? and level = ?", [way, level],
            ).fetchall()
            names = sorted({row[0] for row in rows} | {row[1] for row in rows})
            shares, counts = np.zeros((2, len(names), len(names)))
            for true, said, share, number in rows:
                shares[names.index(true), names.index(said)] = share
                counts[names.index(true), names.index(said)] = number
            totals = counts.sum(axis=1)
            share_matrix(axes, shares, totals, names, [f"{int(total):,}" for total in totals])
            axes.set_title(f"{way.replace('_', ' ')}, {title}", fontsize=9)
    figure.supylabel("true class", fontsize=9)
    figure.supxlabel("class said", fontsize=9)
    return figure


def xclass_reliability(connection):
    """Return a figure of how often classes are right over the probability of the stage that decided, and of how many are right and wrong."""
    ways = _ways(connection, "xclass_reliability", "part = 'folds' and level in ('stage_one', 'full')")
    if not ways:
        return None
    figure, grid = panels(2, 2, (7.2, 6.0), sharex=True)
    for column, (level, title) in enumerate(LEVELS.items()):
        for number, way in enumerate(ways):
            rows = connection.execute(
                "select p_low, p_high, n_claims, n_right, n_wrong, p_mean, right_share from release.xclass_reliability"
                " where part = 'folds' and way = ? and level = ? order by bin", [way, level],
            ).fetchnumpy()
            if not len(rows["p_mean"]):
                continue
            count, share = np.asarray(rows["n_claims"], float), np.asarray(rows["right_share"], float)
            smooth = (share * count + 1) / (count + 2)  # a standard error that is never zero
            grid[0][column].errorbar(
                rows["p_mean"], share, np.sqrt(smooth * (1 - smooth) / count), capsize=2, markersize=4, label=way.replace("_", " "), **series(number)
            )
            middle = (rows["p_low"] + rows["p_high"]) / 2 + 0.01 * (number - (len(ways) - 1) / 2)
            look = {name: value for name, value in series(number).items() if name in ("color", "marker")}
            for kind, face in (("n_right", look["color"]), ("n_wrong", "white")):
                seen = rows[kind] > 0
                grid[1][column].plot(middle[seen], rows[kind][seen], linestyle="none", markersize=4, markerfacecolor=face, **look)
        grid[0][column].plot([0, 1], [0, 1], color="0.6", linewidth=1)
        grid[0][column].set(xlim=(0, 1), ylim=(0, 1.02))
        grid[0][column].set_title(title, fontsize=9)
        grid[1][column].set(yscale="log", ylim=(0.7, None))
    grid[0][0].set_ylabel("share that is right")
    grid[1][0].set_ylabel("sources: full right, open wrong")
    figure.supxlabel("probability in the stage that decided", fontsize=9)
    handles, labels = grid[0][0].get_legend_handles_labels()
    if not handles:
        handles, labels = grid[0][1].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=3)
    return figure


def xclass_importances(connection):
    """Return a figure of the most important features of the first stage, with their deviation from tree to tree."""
    ways = _ways(connection, "xclass_importances", "model = 'groups'")
    if not ways:
        return None
    figure, grid = panels(1, len(ways), (3.8 * len(ways), 4.0), sharex=True)
    for axes, way in zip(grid[0], ways, strict=True):
        rows = connection.execute(
            "select feature, importance, importance_std from release.xclass_importances where model = 'groups' and way = ?"
            " order by importance desc, feature limit ?", [way, SHOWN_FEATURES],
        ).fetchnumpy()
        place = np.arange(len(rows["feature"]))[::-1]
        axes.barh(place, rows["importance"], xerr=np.nan_to_num(np.ma.filled(rows["importance_std"].astype(float), 0)), color="#56B4E9", capsize=2)
        axes.set_yticks(place, rows["feature"], fontsize=8)
        axes.set_title(way.replace("_", " "), fontsize=9)
        axes.set_xlim(0, None)
    figure.supxlabel("importance (mean decrease of impurity)", fontsize=9)
    return figure


def _ways(connection, table, condition):
    """Return the ways that have rows in a table."""
    return [way for (way,) in connection.sql(f"select distinct way from release.{table} where {condition} order by all").fetchall()]
