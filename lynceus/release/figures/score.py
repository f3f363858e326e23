"""Figures of the score: what it is trained on, where its thresholds lie, and which properties
matter to it.
"""

import numpy as np

from lynceus.release.figures.canvas import LIMIT, SERIES, count_scale, hexagons, panels

CHANCE = LIMIT | {"linestyle": "--"}
YOUDEN = {"color": "black", "linewidth": 1.5, "linestyle": ":"}


def training_pairs(connection):
    """Return a figure of G over separation of the positive pairs and of the intermediate and clear
    negatives.
    """
    shown = {}
    for kind, title in (
        ("positive", "positive pairs"),
        ("intermediate", "intermediate negatives"),
        ("clear", "clear negatives"),
    ):
        rows = connection.execute(
            "select separation, phot_g_mean_mag as g"
            " from match.labelled_pairs inner join (select primary_key, csc_name from match.primaries) using (primary_key)"
            " inner join release.candidate_pairs using (csc_name, gaia_source_id)"
            " where kind = ? and g is not null order by all",
            [kind],
        ).fetchnumpy()
        if len(rows["g"]):
            shown[title] = rows
    if not shown:
        return None
    figure, [grid] = panels(1, len(shown), (7.2, 3.4), sharey=True)
    drawn = [
        hexagons(axes, rows["separation"], rows["g"], (0, 15, 2, 22), title, columns=30)
        for axes, (title, rows) in zip(grid, shown.items(), strict=True)
    ]
    grid[0].invert_yaxis()
    grid[0].set_ylabel("G (mag)")
    figure.supxlabel("X-ray to Gaia separation (arcsec)", fontsize=9)
    count_scale(figure, drawn, "pairs per hexagon")
    return figure


def score_cdf(connection):
    """Return a figure of the score's distribution among counterparts, with the chance line and both
    thresholds.
    """
    rows = connection.sql(
        "select p_match_ind, max(cdf) as cdf from match.score_reference where cdf > 0 group by p_match_ind order by p_match_ind"
    ).fetchnumpy()
    if not len(rows["cdf"]):
        return None
    ((sources,),) = connection.sql("select count(*) from match.score_reference").fetchall()
    rules = {
        rule: values
        for rule, *values in connection.sql(
            "select rule, chance_probability, threshold from match.score_thresholds"
        ).fetchall()
    }
    (chance, threshold), (_, youden) = (
        rules.get(rule, (None, None)) for rule in ("chance", "youden")
    )
    figure, [grid] = panels(1, 2, (7.2, 3.8), sharex=True)
    for axes in grid:
        axes.plot(
            rows["p_match_ind"],
            rows["cdf"],
            color=SERIES[0]["color"],
            label=f"counterparts, from {sources:,} sources",
        )
        if chance is not None:
            axes.axhline(
                chance, color="0.4", linewidth=1, label=f"chance coincidence, {chance:.4f}"
            )
        for name, value, line in (("chance", threshold, CHANCE), ("Youden", youden, YOUDEN)):
            if value is not None:
                axes.axvline(value, label=f"{name} threshold, {value:.3f}", **line)
        axes.set(xlabel="score", xlim=(0, 1))
    grid[0].set(ylabel="cumulative fraction", ylim=(0, 1.02))
    grid[1].set(yscale="log", ylim=(min(chance or 1, rows["cdf"][0]) / 1.5, 1.2))
    figure.legend(*grid[0].get_legend_handles_labels(), loc="outside upper center", ncols=2)
    return figure


def roc_curve(connection):
    """Return a figure of true over false positive rates of scores out of fold, with both thresholds
    marked.
    """
    rates = connection.sql(
        "from match.score_roc where true_positive_rate is not null and false_positive_rate is not null order by p_match_ind desc"
    ).fetchnumpy()
    if not len(rates["p_match_ind"]):
        return None
    hit = np.append(0, rates["true_positive_rate"])
    false = np.append(0, rates["false_positive_rate"])
    figure, [grid] = panels(1, 2, (7.2, 3.6), sharey=True)
    thresholds = connection.sql(
        "select rule, threshold from match.score_thresholds where threshold is not null order by rule"
    )
    marks = [
        # the last score above the threshold
        (rule, value, np.count_nonzero(rates["p_match_ind"] > value))
        for rule, value in thresholds.fetchall()
    ]
    for axes in grid:
        axes.plot(
            false,
            hit,
            color=SERIES[0]["color"],
            label=f"scores out of fold, area {np.trapezoid(hit, false):.4f}",
        )
        axes.plot(
            np.geomspace(1e-5, 1, 200),
            np.geomspace(1e-5, 1, 200),
            color="0.5",
            linewidth=1,
            linestyle=":",
            label="no skill",
        )
        for (rule, value, place), mark, colour in zip(
            marks, "s^", (CHANCE["color"], "black"), strict=False
        ):
            label = f"{rule.replace('youden', 'Youden')} threshold, {value:.3f}"
            axes.plot(false[place], hit[place], mark, color=colour, markersize=7, label=label)
        axes.set_xlabel("false positive rate")
    grid[0].set(ylabel="true positive rate", xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    grid[1].set(xscale="log", xlim=(max(false[false > 0].min(), 1e-5), 1.2))
    grid[0].legend(loc="lower right")
    return figure


def property_importances(connection):
    """Return a figure of each property's share of the splits and of the ROC area lost without it."""
    rows = connection.sql(
        "from match.score_importances order by split_percent, feature desc"
    ).fetchnumpy()
    count = len(rows["feature"])
    if not count:
        return None
    figure, [grid] = panels(1, 2, (7.2, 1.2 + 0.19 * count), sharey=True)
    grid[0].barh(rows["feature"], rows["split_percent"], color=SERIES[0]["color"])
    loss, spread = (np.ma.filled(rows[name], 0) for name in ("auc_loss", "auc_loss_spread"))
    grid[1].barh(
        rows["feature"], loss, xerr=spread, color=SERIES[1]["color"], ecolor="black", capsize=1.5
    )
    grid[1].axvline(0, color="black", linewidth=0.8)
    for axes in grid:
        axes.grid(axis="x", alpha=0.3)
        axes.set_axisbelow(True)
        axes.tick_params(axis="y", labelsize=8)
    grid[0].set(xlabel="splits of the trees (%)", ylim=(-0.7, count - 0.3))
    grid[1].set_xlabel("loss of ROC area when permuted")
    return figure
