"""Figures of the classified sources beside the training set, each of all classifiers: after those
of Yang et al. (2022), ApJ 941, 104.
"""

import numpy as np
from astropy.coordinates import SkyCoord
from matplotlib.ticker import MultipleLocator

from lynceus.physics.source_features import LOG10_ZERO_FLUX, MAGNITUDES
from lynceus.release.figures.canvas import SERIES, class_series, leave_out, panels

HAS_COUNTERPART = f"coalesce({', '.join(MAGNITUDES)}) is not null"
HAS_DISTANCE = "parallax >= 3 * parallax_error"  # Yang et al. 2022, section 5.4
# by how strongly the Galactic plane draws them: Yang et al. 2022, figure 11
GROUPS = (("HM-STAR", "HMXB", "YSO"), ("LM-STAR", "LMXB", "NS"), ("AGN", "CV"))
STARS = ("LM-STAR", "HM-STAR")
SIZES = {"YSO": 28, "LMXB": 22, "HMXB": 18, "NS": 20}  # of markers with little area
# classifiers with the classes of the training set
SAME_CLASSES = "classifier in ('muwclass', 'lynceus')"
SURVEYS = {
    "gaia": "Gaia DR3",
    "twomass": "2MASS",
    "allwise": "AllWISE",
    "catwise": "CatWISE2020",
    "unwise": "unWISE",
}


def class_features(connection):
    """Return a figure of the training sources' X-ray to G flux ratio over their hardness and their
    BP - RP, by class.
    """
    rows = connection.sql(
        f"select class, log10(flux_s + flux_m + flux_h) - ({float(LOG10_ZERO_FLUX[0])} - 0.4 * gmag) as ratio,"
        " (flux_m - flux_s) / (flux_m + flux_s) as hardness, bpmag - rpmag as bp_rp"
        " from classes.muwclass_training where gmag is not null and flux_s + flux_m > 0 and flux_h is not null order by all"
    ).fetchnumpy()
    if not len(rows["ratio"]):
        return None
    names, counts = np.unique(np.asarray(rows["class"], str), return_counts=True)
    figure, [grid] = panels(1, 2, (7.2, 4.4), sharey=True)
    # the largest class first, below the others
    for name, count in sorted(
        zip(names, counts, strict=True), key=lambda pair: (-pair[1], pair[0])
    ):
        chosen = np.asarray(rows["class"]) == name
        for axes, column in zip(grid, ("hardness", "bp_rp"), strict=True):
            across = np.ma.filled(np.ma.asarray(rows[column], float), np.nan)[chosen]
            axes.scatter(
                across,
                rows["ratio"][chosen],
                s=SIZES.get(name, 12) * (1 if count < 300 else 0.6),
                linewidths=0.2,
                edgecolors="white",
                alpha=0.9 if count < 300 else 0.5,
                label=f"{name} ({count:,})",
                rasterized=True,
                **class_series(name),
            )
    grid[0].set(
        xlabel="hardness, medium to soft (HR_ms)",
        ylabel="log$_{10}$ (F$_X$ / F$_G$)",
        xlim=(-1.05, 1.05),
    )
    grid[1].set_xlabel("BP − RP (mag)")
    for axes in grid:
        axes.grid(alpha=0.3)
    legend = figure.legend(
        *grid[0].get_legend_handles_labels(),
        loc="outside upper center",
        ncols=4,
        title="training sources with a G magnitude",
        title_fontsize=8,
    )
    for handle in legend.legend_handles:
        handle.set(alpha=1, sizes=[30])
    return figure


def class_fluxes(connection):
    """Return a figure of the X-ray fluxes of the confidently classified and of the training
    sources, by class, with and without counterpart.
    """
    splits = {"with counterpart": HAS_COUNTERPART, "without": f"not ({HAS_COUNTERPART})"}
    edges, label = np.geomspace(1e-17, 1e-9, 33), "X-ray flux, 0.5–7 keV (erg s$^{-1}$ cm$^{-2}$)"
    return _histograms(connection, "flux_s + flux_m + flux_h", edges, splits, label)


def class_distances(connection):
    """Return a figure of the distances of the confidently classified and of the training sources,
    by class and quality of the parallax.
    """
    splits = {"parallax ≥ 3σ": HAS_DISTANCE, "parallax < 3σ": f"not ({HAS_DISTANCE})"}
    return _histograms(
        connection, "rgeo", np.geomspace(10, 1e5, 33), splits, "geometric distance rgeo (pc)"
    )


def _histograms(connection, value, edges, splits, label):
    """Return a figure of numbers of sources over `value`: a panel for each class and split, a line
    for the training set and each classifier.
    """
    found = {
        (name, split): _samples(
            connection, f"{value} as value", f"class = '{name}' and {value} > 0 and {condition}"
        )
        for name in _classes(connection)
        for split, condition in splits.items()
    }
    samples = sorted({sample for rows in found.values() for sample in rows}, key=_training_first)
    shown = [key for key, rows in found.items() if rows]
    if not shown:
        return None
    rows = -(-len(shown) // 4)
    figure, grid = panels(rows, 4, (7.2, 1.2 + 1.7 * rows), sharex=True, sharey=True)
    lines = (
        {"color": style["color"], "linestyle": style["linestyle"], "linewidth": 1.3}
        for style in SERIES
    )
    styles = {
        sample: {"fill": True, "color": "0.75"} if sample == "training" else next(lines)
        for sample in samples
    }
    drawn = {}
    for axes, key in zip(grid.flat, shown, strict=False):
        for sample in found[key]:
            # what lies outside is counted at the edge
            counts, _ = np.histogram(
                np.clip(found[key][sample]["value"], edges[0], edges[-1]), edges
            )
            drawn[sample] = axes.stairs(counts, edges, baseline=0.1, **styles[sample])
        axes.set_title("\n".join(key), fontsize=9)
        axes.grid(alpha=0.3)
    leave_out(grid, len(shown))
    grid[0][0].set(xscale="log", yscale="log", ylim=(0.7, None), xlim=(edges[0], edges[-1]))
    for axes in grid.flat:
        axes.tick_params(labelsize=8)
    figure.supxlabel(label, fontsize=9)
    figure.supylabel("sources", fontsize=9)
    _sample_legend(figure, drawn)
    return figure


def class_latitudes(connection):
    """Return a figure of the sine of Galactic latitude of the training and of the confidently
    classified sources, the fraction of each class per bin.
    """
    samples = _samples(
        connection, "class, ra, dec", "class is not null and ra is not null and dec is not null"
    )
    if not samples:
        return None
    edges = np.linspace(-1, 1, 21)
    names = sorted(samples, key=_training_first)
    figure, grid = panels(
        3, len(names), (max(4.8, 3.6 * len(names)), 7.2), sharex=True, sharey="row"
    )
    for column, sample in enumerate(names):
        rows = samples[sample]
        sine = np.sin(
            SkyCoord(
                np.asarray(rows["ra"], float), np.asarray(rows["dec"], float), unit="deg"
            ).galactic.b.radian
        )
        for axes, group in zip(grid[:, column], GROUPS, strict=True):
            for name, style in zip(group, SERIES, strict=False):
                chosen = np.asarray(rows["class"]) == name
                if chosen.any():
                    counts, _ = np.histogram(sine[chosen], edges)
                    axes.stairs(
                        counts / counts.sum(),
                        edges,
                        label=f"{name} ({counts.sum():,})",
                        linewidth=1.5,
                        color=class_series(name)["color"],
                        linestyle=style["linestyle"],
                    )
            axes.grid(alpha=0.3)
            if axes.get_legend_handles_labels()[1]:
                axes.legend()
            else:
                axes.set_axis_off()  # empty
        grid[0, column].set_title(_sample_title(sample), fontsize=9)
        grid[-1, column].set(xlim=(-1, 1), xticks=(-0.5, 0, 0.5))
    figure.supxlabel("sin (Galactic latitude)", fontsize=9)
    figure.supylabel("fraction of the class's sources per bin", fontsize=9)
    return figure


def class_colour_magnitude(connection):
    """Return a figure of absolute G over BP - RP of low-mass and high-mass stars with a parallax of
    three sigma or more.
    """
    known = f"{HAS_DISTANCE} and rgeo > 0 and bpmag is not null and rpmag is not null and gmag is not null"
    columns = "class, bpmag - rpmag as across, gmag - 5 * log10(rgeo) + 5 as up"
    samples = _samples(connection, columns, f"class in {STARS} and {known}")
    classifiers = sorted(set(samples) - {"training"})
    if not samples:
        return None
    lines = classifiers or [None]
    stars = [name for name in STARS if any(name in rows["class"] for rows in samples.values())]
    figure, grid = panels(
        len(lines),
        len(stars),
        (3.6 * len(stars) + 0.6, 0.6 + 3.6 * len(lines)),
        sharex=True,
        sharey=True,
    )
    for line, classifier in zip(grid, lines, strict=True):
        for axes, name in zip(line, stars, strict=True):
            for sample, style in (("training", SERIES[1]), (classifier, SERIES[0])):
                rows = samples.get(sample)
                chosen = np.asarray(rows["class"]) == name if rows else np.zeros(0, bool)
                if chosen.any():
                    open_or_full = (
                        {"facecolors": "none", "edgecolors": style["color"]}
                        if sample == "training"
                        else {"color": style["color"]}
                    )
                    axes.scatter(
                        rows["across"][chosen],
                        rows["up"][chosen],
                        s=16 if sample == "training" else 8,
                        marker=style["marker"],
                        linewidths=0.8,
                        label=f"{_sample_title(sample)} ({chosen.sum():,})",
                        rasterized=True,
                        **open_or_full,
                    )
            axes.set_title(name, fontsize=9)
            axes.grid(alpha=0.3)
            if axes.get_legend_handles_labels()[1]:
                axes.legend(loc="upper right")
            else:
                axes.set_axis_off()  # empty
    grid[0][0].invert_yaxis()  # shared, so of all
    grid[0][0].yaxis.set_major_locator(MultipleLocator(5))
    figure.supxlabel("BP − RP, not corrected for extinction (mag)", fontsize=9)
    figure.supylabel("absolute G, not corrected for extinction (mag)", fontsize=9)
    return figure


def chance_coincidence(connection):
    """Return a figure of how probably a source of each survey lies by chance within the combined
    2-sigma radius of an X-ray source.
    """
    query = "select chance_probability as p from sources.survey_counterparts where survey = ? and chance_probability is not null order by p"
    found = {survey: connection.execute(query, [survey]).fetchnumpy()["p"] for survey in SURVEYS}
    if not any(len(values) for values in found.values()):
        return None
    figure, [[axes]] = panels(size=(5.4, 4.8))
    edges = np.geomspace(1e-4, 1, 41)
    for (survey, values), style in zip(found.items(), SERIES, strict=True):
        if len(values):
            counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), edges)
            axes.stairs(
                counts,
                edges,
                color=style["color"],
                linestyle=style["linestyle"],
                linewidth=1.5,
                label=f"{SURVEYS[survey]}, mean {np.mean(values):.1%} of {len(values):,}",
            )
    axes.set(xscale="log", yscale="log", ylim=(0.7, None), xlim=(edges[0], 1))
    axes.set(
        xlabel="chance-coincidence probability", ylabel="X-ray sources with a survey source near"
    )
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper center", ncols=2)
    axes.grid(alpha=0.3)
    return figure


def _classes(connection):
    return [
        name
        for (name,) in connection.sql(
            f"select class from classes.muwclass_training union select class from release.source_classes where class is not null and {SAME_CLASSES} order by all"
        ).fetchall()
    ]


def _samples(connection, columns, condition):
    """Return columns of the training sources, and of each classifier's confident sources outside of
    them, by name; none of those without rows.
    """
    training = connection.sql(
        f"select {columns} from classes.muwclass_training where {condition} order by all"
    ).fetchnumpy()
    found = {"training": training}
    for (classifier,) in connection.sql(
        f"select distinct classifier from release.source_classes where {SAME_CLASSES} order by all"
    ).fetchall():
        found[classifier] = connection.execute(
            f"select {columns} from sources.source_properties inner join release.source_classes using (csc_name)"
            f" where classifier = ? and is_confident and not is_training_source and {condition} order by all",
            [classifier],
        ).fetchnumpy()
    return {sample: rows for sample, rows in found.items() if len(next(iter(rows.values())))}


def _training_first(sample):
    return sample != "training", sample


def _sample_title(sample):
    return "training set" if sample == "training" else f"{sample}, confident"


def _sample_legend(figure, drawn):
    handles = dict(sorted(drawn.items(), key=lambda item: _training_first(item[0])))
    figure.legend(
        handles.values(),
        [_sample_title(sample) for sample in handles],
        loc="outside upper center",
        ncols=len(handles),
    )
