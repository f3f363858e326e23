"""Figures of how well spectra fit the sources of known class, after figure 2 of Rangelov et al.:
one panel per way of fitting.
"""

import numpy as np

from lynceus.release.figures.canvas import LIMIT, class_series, panels

GOOD_CHI2 = 10  # Rangelov et al., section 3.4
CHI2 = (1e-2, 1e6)
BANDS = {"bp": "BP", "g": "G", "rp": "RP", "j": "J", "h": "H", "k": "Ks"}


def sed_chi2(connection):
    """Return a figure of the reduced chi-squared of the fits: the share of each class below it."""
    ways, classes = _named(connection, "way"), _named(connection, "class")
    if not ways:
        return None
    figure, grid = _grid(ways)
    for axes, way in zip(grid.flat, ways, strict=False):
        for name in classes:
            found = connection.execute(
                "select greatest(chi2_reduced, ?) as chi2 from classes.sed_fits where way = ? and class = ? and chi2_reduced is not null order by all",
                [CHI2[0], way, name],
            ).fetchnumpy()["chi2"]
            if len(found):
                share = np.arange(1, len(found) + 1) / len(found)
                axes.step(
                    found,
                    share,
                    where="post",
                    color=class_series(name)["color"],
                    label=name,
                    marker=class_series(name)["marker"],
                    markersize=3.5,
                    markevery=max(1, len(found) // 6),
                )
        axes.axvline(GOOD_CHI2, **LIMIT)
        axes.set(xscale="log", xlim=CHI2, ylim=(0, 1.01))
    figure.supxlabel("reduced chi-squared", fontsize=9)
    figure.supylabel("share of the fitted sources below it", fontsize=9)
    return _with_legend(figure, grid)


def sed_residuals(connection):
    """Return a figure of observed less model magnitudes by band and class: medians, and median
    absolute deviations as bars.
    """
    ways, classes = _named(connection, "way"), _named(connection, "class")
    if not ways:
        return None
    figure, grid = _grid(ways)
    for axes, way in zip(grid.flat, ways, strict=False):
        for number, name in enumerate(classes):
            row = connection.execute(
                "from release.sed_fit_quality where way = ? and class = ? order by all", [way, name]
            ).fetchnumpy()
            if len(row["class"]):
                median, mad = (
                    np.array(
                        [np.ma.filled(row[f"{band}_residual_{what}"], np.nan)[0] for band in BANDS],
                        float,
                    )
                    for what in ("median", "mad")
                )
                place = np.arange(len(BANDS)) + 0.09 * (number - (len(classes) - 1) / 2)
                axes.errorbar(
                    place,
                    median,
                    mad,
                    linestyle="none",
                    markersize=4,
                    capsize=1.5,
                    label=name,
                    **class_series(name),
                )
        axes.axhline(0, color="0.6", linewidth=1)
        axes.set_xticks(range(len(BANDS)), BANDS.values())
        axes.set(ylim=(-1.5, 1.5))
    figure.supylabel("observed less model magnitude", fontsize=9)
    return _with_legend(figure, grid)


def _named(connection, column):
    """Return the ways, or the classes, of which any source was fitted."""
    return [
        name
        for (name,) in connection.sql(
            f"select distinct {column} from classes.sed_fits where chi2_reduced is not null order by all"
        ).fetchall()
    ]


def _grid(ways):
    columns = min(2, len(ways))
    rows = -(-len(ways) // columns)
    figure, grid = panels(
        rows, columns, (max(4.8, 3.6 * columns), 1 + 2.2 * rows), sharex=True, sharey=True
    )
    for axes, way in zip(grid.flat, ways, strict=False):
        axes.set_title(way.replace("_", " "), fontsize=9)
    for axes in grid.flat[len(ways) :]:
        axes.set_axis_off()
    return figure, grid


def _with_legend(figure, grid):
    """Return the figure with one legend for all panels, each class once."""
    entries = {
        label: handle
        for axes in grid.flat
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)
    }
    names = sorted(entries)
    figure.legend([entries[name] for name in names], names, loc="outside upper center", ncols=4)
    return figure
