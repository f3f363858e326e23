"""Figures of how good all classifiers are, on sources they have not seen: after those of Yang et al. (2022), ApJ 941, 104."""

import numpy as np

from lynceus.release.figures.canvas import LIMIT, SERIES, panels, series

# other classifiers on the measured values have no errors, hence no confidence: they are in the ROC curves only
STATED = "classifier not like '%measured values'"
SCHEMES = {"random": "random folds", "field": "folds of whole fields"}
METRICS = {
    "accuracy": "accuracy", "balanced_accuracy": "balanced accuracy", "macro_f1": "macro F1", "mcc": "Matthews correlation",
    "completeness": "completeness", "balanced_completeness": "balanced completeness",
}
CUTS = {"confidence_threshold": "least confidence threshold CT", "class_prob": "least probability of the class"}
LEAST_IMPORTANCE = 0.01  # of a feature that is selected: Yang et al. 2022, section 4.3


def feature_importances(connection):
    """Return a figure of each feature's importance to the trees, with its spread over draws; a random one is among them."""
    classifiers = connection.sql("select distinct classifier from release.feature_importances order by all").fetchall()
    if not classifiers:
        return None
    found = [
        connection.execute("select * from release.feature_importances where classifier = ? order by importance, feature desc", row).fetchnumpy()
        for row in classifiers
    ]
    count = max(len(rows["feature"]) for rows in found)
    figure, [grid] = panels(1, len(found), (max(4.8, 3.8 * len(found)), 1.4 + 0.19 * count))
    for axes, rows, (classifier,) in zip(grid, found, classifiers, strict=True):
        place, selected, is_random = np.arange(len(rows["feature"])), *(np.ma.filled(rows[name], False) for name in ("is_selected", "is_random"))
        for kind, label, style in (
            (selected & ~is_random, "used", {"color": SERIES[0]["color"]}),
            (~selected & ~is_random, "not used", {"color": "white", "edgecolor": SERIES[0]["color"], "hatch": "////"}),
            (is_random, "random", {"color": "black"}),
        ):
            if kind.any():
                spread = np.ma.filled(rows["importance_std"], 0)[kind]
                axes.barh(place[kind], rows["importance"][kind], xerr=spread, ecolor=SERIES[1]["color"], capsize=1.5, label=label, **style)
        axes.axvline(LEAST_IMPORTANCE, label="1 %", **LIMIT)
        axes.set_yticks(place, rows["feature"], fontsize=8)
        axes.set(xlim=(0, None), ylim=(-0.7, len(place) - 0.3), xlabel="share of the decrease of impurity")
        axes.set_title(classifier, fontsize=9)
        axes.legend(loc="lower right")
    return figure


def class_roc(connection):
    """Return a figure of true over false positives, the mean over classes, by classifier; the right panel is the corner of interest."""
    curves = _tested(connection, "class_roc", "")
    if not curves:
        return None
    areas = {tuple(row[:2]): row[2] for row in connection.sql(
        "select classifier, scheme, macro_auc from release.class_evaluation where cut_by = 'none' and macro_auc is not null"
    ).fetchall()}
    figure, [grid] = panels(1, 2, (7.2, 4.2 + 0.17 * len(curves)))
    for number, (classifier, scheme) in enumerate(curves):
        rows = connection.execute(
            "select false_positive_rate, true_positive_rate from release.class_roc where classifier = ? and scheme = ? order by all", [classifier, scheme]
        ).fetchnumpy()
        area = areas.get((classifier, scheme))
        label = f"{classifier}, {SCHEMES.get(scheme, scheme)}" + ("" if area is None else f" ({area:.3f})")
        for axes in grid:
            axes.plot(
                rows["false_positive_rate"], rows["true_positive_rate"], label=label, markersize=4, markevery=(number % 10, 10), **series(number)
            )
    for axes in grid:
        axes.plot([0, 1], [0, 1], color="0.6", linewidth=1)
        axes.grid(alpha=0.3)
        axes.set(xlabel="false positive rate", xlim=(0, 1), ylim=(0, 1.01))
    grid[0].set_ylabel("true positive rate, mean over classes")
    grid[1].set(xlim=(0, 0.3), ylim=(0.5, 1.005))
    figure.legend(*grid[0].get_legend_handles_labels(), loc="outside lower center", title="area under the curve in brackets", title_fontsize=8)
    return figure


def class_metrics(connection):
    """Return a figure of metrics and completeness of the sources kept, over the confidence asked for: CT, and the class's probability."""
    tested = _tested(connection, "class_evaluation", f"and {STATED} and cut_by <> 'none'")
    if not tested:
        return None
    figure, grid = panels(len(tested), 2, (7.2, 1 + 2.7 * len(tested)), sharex="col", sharey=True)
    for line, (classifier, scheme) in zip(grid, tested, strict=True):
        for axes, cut in zip(line, CUTS, strict=True):
            rows = connection.execute(
                "select * from release.class_evaluation where classifier = ? and scheme = ? and (cut_by = ? or cut_by = 'none')"
                " and accuracy is not null order by cut_min",
                [classifier, scheme, cut]
            ).fetchnumpy()
            if not np.any(rows["cut_by"] == cut):
                axes.text(0.5, 0.5, "has no CT", transform=axes.transAxes, ha="center", fontsize=9)
                rows = {name: values[:0] for name, values in rows.items()}
            for number, (name, label) in enumerate(METRICS.items()):
                axes.plot(rows["cut_min"], np.ma.filled(rows[name], np.nan), markersize=3.5, label=label, **series(number))
            axes.grid(alpha=0.3)
            axes.set_title(f"{classifier}, {SCHEMES.get(scheme, scheme)}", fontsize=9)
    for axes, label in zip(grid[-1], CUTS.values(), strict=True):
        axes.set_xlabel(label)
    grid[0][0].set_ylim(None, 1.02)
    figure.supylabel("of the sources kept", fontsize=9)
    figure.legend(*grid[0][0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure


def class_recall(connection):
    """Return a figure of the confusion matrices in per cent of the true class, of all sources and of those the classifier is sure of."""
    return _confusion(connection, "true_class", "class", "share_of_true", ("true class", "class said"))


def class_precision(connection):
    """Return a figure of the confusion matrices in per cent of the class said, of all sources and of those the classifier is sure of."""
    return _confusion(connection, "class", "true_class", "share_of_said", ("class said", "true class"))


def _confusion(connection, down, across, share, titles):
    tested = _tested(connection, "class_confusion", f"and {STATED}")
    if not tested:
        return None
    names = [name for (name,) in connection.sql(
        f"select true_class from release.class_confusion where {STATED} union select class from release.class_confusion where {STATED} order by all"
    ).fetchall()]
    size = max(3.6, 0.9 + 0.36 * len(names))
    figure, grid = panels(len(tested), 2, (2 * size, 0.5 + size * len(tested)))
    for line, (classifier, scheme) in zip(grid, tested, strict=True):
        everyone = None
        for axes, subset in zip(line, ("all", "confident"), strict=True):
            rows = connection.execute(
                f"select {down}, {across}, {share}, n_sources from release.class_confusion where classifier = ? and scheme = ? and subset = ?",
                [classifier, scheme, subset]
            ).fetchall()
            shares, counts = np.full((2, len(names), len(names)), 0.0)
            for row, column, part, number in rows:
                shares[names.index(row), names.index(column)] = part
                counts[names.index(row), names.index(column)] = number
            totals = counts.sum(axis=1)
            everyone = totals if everyone is None else everyone
            share_matrix(axes, shares, totals, names, [_total(*pair, subset) for pair in zip(totals, everyone, strict=True)])
            axes.set_title(f"{classifier}, {SCHEMES.get(scheme, scheme)}: {subset}", fontsize=9)
    figure.supylabel(titles[0], fontsize=9)
    figure.supxlabel(titles[1], fontsize=9)
    return figure


def _total(number, everyone, subset):
    """Return how many sources a row has: of all, and of those the classifier is sure of the share that is left."""
    return f"{int(number):,}" if subset == "all" else f"{number / everyone:.0%}" if everyone else "–"


def share_matrix(axes, shares, totals, names, labels):
    """Draw shares (k, k) in per cent, rows with their totals as labels."""
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.argwhere(shares > 0):
        colour = "white" if shares[row, column] > 0.5 else "black"
        axes.text(column, row, f"{100 * shares[row, column]:.0f}", ha="center", va="center", color=colour, fontsize=8)
    for row in np.flatnonzero(totals == 0):
        axes.text((len(names) - 1) / 2, row, "none", ha="center", va="center", color="0.4", fontsize=8)
    axes.set_xticks(range(len(names)), names, rotation=45, ha="right", rotation_mode="anchor", fontsize=8)
    axes.set_yticks(range(len(names)), [f"{name}\n{label}" for name, label in zip(names, labels, strict=True)], fontsize=8)


def class_reliability(connection):
    """Return a figure of the shares that hold over the class probabilities claimed, by class; calibrated ones lie on the diagonal."""
    tested = _tested(connection, "class_reliability", f"and {STATED} and n_claims > 0")
    if not tested:
        return None
    names = [name for (name,) in connection.sql(
        f"select of_class from release.class_reliability where {STATED} group by of_class order by of_class <> 'said', of_class"
    ).fetchall()]
    columns = min(3, len(names))
    rows = -(-len(names) // columns)
    figure, grid = panels(rows, columns, (max(4.8, 2.4 * columns), 0.9 + 2.3 * rows), sharex=True, sharey=True)
    for axes, name in zip(grid.flat, names, strict=False):
        axes.plot([0, 1], [0, 1], color="0.6", linewidth=1)
        for number, (classifier, scheme) in enumerate(tested):
            claims = connection.execute(
                "select p_mean, true_share, n_claims from release.class_reliability"
                " where classifier = ? and scheme = ? and of_class = ? and n_claims > 0 order by bin", [classifier, scheme, name]
            ).fetchnumpy()
            share, count = np.asarray(claims["true_share"], float), claims["n_claims"]
            # the standard error of a share, with one claim of either kind added so that it is never zero
            smooth = (share * count + 1) / (count + 2)
            axes.errorbar(
                claims["p_mean"], share, np.sqrt(smooth * (1 - smooth) / count), capsize=2, markersize=4,
                label=f"{classifier}, {SCHEMES.get(scheme, scheme)}", **series(number)
            )
        axes.set(xlim=(0, 1), ylim=(0, 1))
        axes.set_title("class that is said" if name == "said" else name, fontsize=9)
    for axes in grid.flat[len(names):]:
        axes.set_axis_off()
    figure.supxlabel("class probability claimed", fontsize=9)
    figure.supylabel("share of the claims that hold", fontsize=9)
    figure.legend(*grid[0][0].get_legend_handles_labels(), loc="outside upper center", ncols=min(2, len(tested)))
    return figure


def _tested(connection, table, condition):
    """Return the (classifier, scheme) of a table: classifiers in order, random folds first."""
    return connection.sql(
        f"select classifier, scheme from release.{table} where classifier is not null {condition} group by classifier, scheme"
        " order by classifier like '%measured values', classifier, scheme <> 'random', scheme"
    ).fetchall()
