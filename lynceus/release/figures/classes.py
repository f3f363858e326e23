"""Figures of how good the classifiers are on sources that they were not trained on: after those of
Yang et al. (2022), ApJ 941, 104.
"""

import numpy as np

from lynceus.release.figures.canvas import leave_out, panels, series
from lynceus.release.figures.points_of_classes import confusion
from lynceus.release.figures.rows import columns_of

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
THRESHOLDS = {"class_prob": "least probability of the class", "confidence": "least confidence"}


def class_thresholds(connection):
    """Return a figure of how good the predictions are that pass a threshold, over the threshold: in
    the class's probability, and in confidence where a classifier has one.
    """
    found = {
        (threshold, *pair): connection.execute(
            f"select * from release.class_thresholds where {RELEASED} and classifier = ? and scheme = ? and threshold_of in ('none', ?)"
            " order by threshold",
            [*pair, threshold],
        ).fetchnumpy()
        for threshold in THRESHOLDS
        for pair in _tested(connection, "class_thresholds")
    }
    shown = {key: rows for key, rows in found.items() if key[0] in rows["threshold_of"]}
    if not shown:
        return None
    columns = min(3, len(shown))
    lines = -(-len(shown) // columns)
    figure, grid = panels(lines, columns, (max(4.8, 2.6 * columns), 1 + 2.4 * lines), sharey=True)
    for axes, ((threshold, classifier, scheme), rows) in zip(
        grid.flat, shown.items(), strict=False
    ):
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
        axes.set_xlabel(THRESHOLDS[threshold])
    leave_out(grid, len(shown))
    grid[0][0].set_ylim(None, 1.02)
    figure.supylabel("measure, of the predictions kept", fontsize=9)
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


def _confusion(connection, down, across, fraction, titles):
    rows = connection.sql(
        f"select classifier || case scheme when 'random' then ', {SCHEMES['random']}' else ', {SCHEMES['field']}' end as panel,"
        f" {down} as down, {across} as across, {fraction} as fraction, n"
        f" from release.class_confusion where {RELEASED} and subset = 'all' order by classifier, scheme <> 'random', down, across"
    )
    return confusion(columns_of(rows), *titles)


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
                f"select p_mean, fraction_true, n_claims from release.class_reliability where {RELEASED} and classifier = ? and scheme = ?"
                " and of_class = 'predicted' order by bin",
                [classifier, scheme],
            ).fetchnumpy()
            share, count = np.asarray(claims["fraction_true"], float), claims["n_claims"]
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
    leave_out(grid, len(classifiers))
    figure.supxlabel("probability of the predicted class", fontsize=9)
    figure.supylabel("fraction that is right", fontsize=9)
    drawn = {
        label: handle
        for axes in grid.flat
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)
    }
    figure.legend(drawn.values(), drawn.keys(), loc="outside upper center", ncols=2)
    return figure


def _tested(connection, table):
    """Return the (classifier, scheme) of a table: classifiers in order, random folds first."""
    return connection.sql(
        f"select classifier, scheme from release.{table} where {RELEASED} group by classifier, scheme order by classifier, scheme <> 'random', scheme"
    ).fetchall()
