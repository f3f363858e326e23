"""Figures of how good the classifiers are on sources that they were not trained on: after those of
Yang et al. (2022), ApJ 941, 104.
"""

import numpy as np

from lynceus.release.figures.canvas import LIMIT, SERIES, panels, series

# one variant of each classifier, out of fold
RELEASED = "is_released and class_set = 'own' and scheme in ('random', 'field')"
SCHEMES = {"random": "random folds", "field": "fields held out"}
METRICS = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "macro_f1": "macro F1",
    "mcc": "Matthews correlation",
    "fraction_kept": "fraction kept",
    "balanced_fraction_kept": "fraction kept, mean over classes",
}
THRESHOLDS = {"confidence": "least confidence", "class_prob": "least probability of the class"}
LEAST_IMPORTANCE = 0.01  # of a feature that is selected: Yang et al. 2022, section 4.3
SHOWN_FEATURES = 55


def feature_importances(connection):
    """Return a figure of each feature's importance to the trees, with its spread; of MUWCLASS a
    random one is among them.
    """
    models = connection.sql(
        "select classifier, model from release.feature_importances"
        " where classifier <> 'match' and (classifier <> 'xclass' or model like '%, groups') group by all order by all"
    ).fetchall()
    if not models:
        return None
    found = [
        connection.execute(
            "from (select * from release.feature_importances where classifier = ? and model = ? order by importance desc, feature limit ?)"
            " order by importance, feature desc",
            [*row, SHOWN_FEATURES],
        ).fetchnumpy()
        for row in models
    ]
    count = max(len(rows["feature"]) for rows in found)
    figure, [grid] = panels(1, len(found), (max(4.8, 3.8 * len(found)), 1.4 + 0.19 * count))
    for axes, rows, (classifier, model) in zip(grid, found, models, strict=True):
        place, selected, is_random = (
            np.arange(len(rows["feature"])),
            *(np.ma.filled(rows[name], False) for name in ("is_selected", "is_random")),
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
                spread = np.nan_to_num(np.ma.filled(rows["importance_std"].astype(float), 0))[kind]
                axes.barh(
                    place[kind],
                    rows["importance"][kind],
                    xerr=spread,
                    ecolor=SERIES[1]["color"],
                    capsize=1.5,
                    label=label,
                    **style,
                )
        axes.axvline(LEAST_IMPORTANCE, label="1 %", **LIMIT)
        axes.set_yticks(place, rows["feature"], fontsize=8)
        axes.set(
            xlim=(0, None),
            ylim=(-0.7, len(place) - 0.3),
            xlabel="fraction of the decrease of impurity",
        )
        axes.set_title(f"{classifier}, {model}", fontsize=9)
        axes.legend(loc="lower right")
    return figure


def class_roc(connection):
    """Return a figure of true over false positives, the mean over classes, by classifier; the right
    panel is the corner of interest.
    """
    curves = _tested(connection, "class_roc")
    if not curves:
        return None
    areas = {
        tuple(row[:2]): row[2]
        for row in connection.sql(
            f"select classifier, scheme, auc from release.class_evaluation where {RELEASED} and subset = 'all' and class = 'all' and auc is not null"
        ).fetchall()
    }
    figure, [grid] = panels(1, 2, (7.2, 4.2 + 0.17 * len(curves)))
    for number, (classifier, scheme) in enumerate(curves):
        rows = connection.execute(
            f"select false_positive_rate, true_positive_rate from release.class_roc where {RELEASED} and classifier = ? and scheme = ? order by all",
            [classifier, scheme],
        ).fetchnumpy()
        area = areas.get((classifier, scheme))
        label = f"{classifier}, {SCHEMES[scheme]}" + ("" if area is None else f" ({area:.3f})")
        for axes in grid:
            axes.plot(
                rows["false_positive_rate"],
                rows["true_positive_rate"],
                label=label,
                markersize=4,
                markevery=(number % 10, 10),
                **series(number),
            )
    for axes in grid:
        axes.plot([0, 1], [0, 1], color="0.6", linewidth=1)
        axes.grid(alpha=0.3)
        axes.set(xlabel="false positive rate", xlim=(0, 1), ylim=(0, 1.01))
    grid[0].set_ylabel("true positive rate, mean over classes")
    grid[1].set(xlim=(0, 0.3), ylim=(0.5, 1.005))
    figure.legend(
        *grid[0].get_legend_handles_labels(),
        loc="outside lower center",
        ncols=2,
        title="area under the curve in brackets",
        title_fontsize=8,
    )
    return figure


def class_thresholds(connection):
    """Return a figure of how good the predictions are that pass a threshold, over the threshold: in
    confidence, and in the class's probability.
    """
    tested = _tested(connection, "class_thresholds")
    if not tested:
        return None
    figure, grid = panels(len(tested), 2, (7.2, 1 + 2.2 * len(tested)), sharex="col", sharey=True)
    for line, (classifier, scheme) in zip(grid, tested, strict=True):
        for axes, threshold in zip(line, THRESHOLDS, strict=True):
            rows = connection.execute(
                f"select * from release.class_thresholds where {RELEASED} and classifier = ? and scheme = ? and threshold_of in ('none', ?)"
                " order by threshold",
                [classifier, scheme, threshold],
            ).fetchnumpy()
            if not np.any(rows["threshold_of"] == threshold):
                axes.text(
                    0.5, 0.5, "has no confidence", transform=axes.transAxes, ha="center", fontsize=9
                )
                rows = {name: values[:0] for name, values in rows.items()}
            for number, (name, label) in enumerate(METRICS.items()):
                axes.plot(
                    rows["threshold"],
                    np.ma.filled(rows[name], np.nan),
                    markersize=3.5,
                    label=label,
                    **series(number),
                )
            axes.grid(alpha=0.3)
            axes.set_title(f"{classifier}, {SCHEMES[scheme]}", fontsize=9)
    for axes, label in zip(grid[-1], THRESHOLDS.values(), strict=True):
        axes.set_xlabel(label)
    grid[0][0].set_ylim(None, 1.02)
    figure.supylabel("of the predictions kept", fontsize=9)
    figure.legend(*grid[0][0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure


def class_completeness(connection):
    """Return a figure of the confusion matrices in per cent of the true class, a panel for each
    classifier and scheme.
    """
    return _confusion(
        connection, "true_class", "class", "fraction_of_true", ("true class", "predicted class")
    )


def class_purity(connection):
    """Return a figure of the confusion matrices in per cent of the predicted class, a panel for
    each classifier and scheme.
    """
    return _confusion(
        connection,
        "class",
        "true_class",
        "fraction_of_predicted",
        ("predicted class", "true class"),
    )


def _confusion(connection, down, across, share, titles):
    tested = _tested(connection, "class_confusion")
    if not tested:
        return None
    found = [
        connection.execute(
            f"select {down}, {across}, {share}, n from release.class_confusion where {RELEASED} and classifier = ? and scheme = ? and subset = 'all'",
            pair,
        ).fetchall()
        for pair in tested
    ]
    size = max(
        3.6, 0.9 + 0.36 * max(len({name for row in rows for name in row[:2]}) for rows in found)
    )
    lines = -(-len(tested) // 2)
    figure, grid = panels(lines, 2, (2 * size, 0.5 + size * lines))
    for axes, rows, (classifier, scheme) in zip(grid.flat, found, tested, strict=False):
        names = sorted({name for row in rows for name in row[:2]})
        shares, counts = np.zeros((2, len(names), len(names)))
        for row, column, part, number in rows:
            shares[names.index(row), names.index(column)] = part
            counts[names.index(row), names.index(column)] = number
        totals = counts.sum(axis=1)
        share_matrix(axes, shares, totals, names, [f"{int(total):,}" for total in totals])
        axes.set_title(f"{classifier}, {SCHEMES[scheme]}", fontsize=9)
    for axes in grid.flat[len(tested) :]:
        axes.set_axis_off()
    figure.supylabel(titles[0], fontsize=9)
    figure.supxlabel(titles[1], fontsize=9)
    return figure


def share_matrix(axes, shares, totals, names, labels):
    """Draw shares (k, k) in per cent, rows with their totals as labels."""
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
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
        [f"{name}\n{label}" for name, label in zip(names, labels, strict=True)],
        fontsize=8,
    )


def class_reliability(connection):
    """Return a figure of how often the predicted class is right over its probability, a panel for
    each classifier; calibrated ones lie on the diagonal.
    """
    classifiers = list(
        dict.fromkeys(classifier for classifier, _ in _tested(connection, "class_reliability"))
    )
    if not classifiers:
        return None
    columns = min(3, len(classifiers))
    lines = -(-len(classifiers) // columns)
    figure, grid = panels(
        lines, columns, (max(4.8, 2.6 * columns), 0.9 + 2.6 * lines), sharex=True, sharey=True
    )
    for axes, classifier in zip(grid.flat, classifiers, strict=False):
        axes.plot([0, 1], [0, 1], color="0.6", linewidth=1)
        for number, (scheme, label) in enumerate(SCHEMES.items()):
            claims = connection.execute(
                f"select p_mean, true_share, n_claims from release.class_reliability where {RELEASED} and classifier = ? and scheme = ?"
                " and of_class = 'predicted' order by bin",
                [classifier, scheme],
            ).fetchnumpy()
            share, count = np.asarray(claims["true_share"], float), claims["n_claims"]
            if len(share):
                # the standard error of a share, with one claim of either kind added so that it is
                # never zero
                smooth = (share * count + 1) / (count + 2)
                axes.errorbar(
                    claims["p_mean"],
                    share,
                    np.sqrt(smooth * (1 - smooth) / count),
                    capsize=2,
                    markersize=4,
                    label=label,
                    **series(number),
                )
        axes.set(xlim=(0, 1), ylim=(0, 1))
        axes.set_title(classifier, fontsize=9)
    for axes in grid.flat[len(classifiers) :]:
        axes.set_axis_off()
    figure.supxlabel("probability of the predicted class", fontsize=9)
    figure.supylabel("fraction that is right", fontsize=9)
    drawn = {
        label: handle
        for axes in grid.flat
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)
    }
    figure.legend(drawn.values(), drawn.keys(), loc="outside upper center", ncols=2)
    return figure


def class_agreement(connection):
    """Return a figure of how often each two classifiers put a source into the same coarse class,
    and of Cohen's kappa.
    """
    rows = connection.sql("""
        select one.classifier, other.classifier, one.coarse_class, other.coarse_class, count(*)
        from release.source_classes as one
        inner join release.source_classes as other on one.csc_name = other.csc_name and one.classifier < other.classifier
        where one.coarse_class is not null and other.coarse_class is not null
        group by all order by all
    """).fetchall()
    if not rows:
        return None
    names = sorted({name for row in rows for name in row[:2]})
    figure, [grid] = panels(1, 2, (1.6 + 1.7 * len(names), 1.1 + 0.7 * len(names)), sharey=True)
    shown = {
        "fraction in the same coarse class": ("{:.0%}", _same),
        "Cohen's kappa": ("{:.2f}", _kappa),
    }
    for axes, (title, (spell, measure)) in zip(grid, shown.items(), strict=True):
        values = np.full((len(names), len(names)), np.nan)
        for pair in sorted({row[:2] for row in rows}):
            counts = [row[2:] for row in rows if row[:2] == pair]
            one, other = map(names.index, pair)
            value = measure(counts)
            if value is not None:
                values[one, other] = values[other, one] = value
                for row, column in ((one, other), (other, one)):
                    text = f"{spell.format(value)}\n{sum(count for *_, count in counts):,}"
                    axes.text(
                        column,
                        row,
                        text,
                        ha="center",
                        va="center",
                        color="white" if value > 0.6 else "black",
                        fontsize=8,
                    )
        axes.imshow(values, cmap="Blues", vmin=0, vmax=1)
        axes.set_xticks(range(len(names)), names, rotation=30, ha="right", rotation_mode="anchor")
        axes.set_yticks(range(len(names)), names)
        axes.set_title(title, fontsize=9)
    return figure


def _same(counts):
    return sum(count for one, other, count in counts if one == other) / sum(
        count for *_, count in counts
    )


def _kappa(counts):
    """Return Cohen's kappa of rows (class, other class, number), None if only one class is there."""
    total, ones, others = sum(count for *_, count in counts), {}, {}
    for one, other, count in counts:
        ones[one] = ones.get(one, 0) + count
        others[other] = others.get(other, 0) + count
    by_chance = sum(number * others.get(name, 0) for name, number in ones.items()) / total**2
    return None if by_chance == 1 else (_same(counts) - by_chance) / (1 - by_chance)


def _tested(connection, table):
    """Return the (classifier, scheme) of a table: classifiers in order, random folds first."""
    return connection.sql(
        f"select classifier, scheme from release.{table} where {RELEASED} group by classifier, scheme order by classifier, scheme <> 'random', scheme"
    ).fetchall()
