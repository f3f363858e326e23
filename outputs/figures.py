"""The figures of a release, each as PNG and SVG; the same rows give the same bytes."""

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

# without these, dates and random ids would make every SVG another file
STYLE = {"svg.hashsalt": "lynceus", "font.size": 9}
METADATA = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None}}


def draw_figures(connection, folder):
    """Draw every figure of the release whose table has rows into `folder`, which must exist.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        With the tables of schema release.
    folder : path

    Returns
    -------
    list of path
        The files written.
    """
    tables = {row[0] for row in connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'release' and estimated_size > 0"
    ).fetchall()}
    drawn = {
        "sky_map": sky_map,
        "separation_by_off_axis_angle": separation_by_off_axis_angle,
        "reliability": reliability,
        "recall_and_purity": recall_and_purity,
    }
    needed = {
        "separation_by_off_axis_angle": "nway_matches", "reliability": "match_reliability", "recall_and_purity": "match_evaluation",
    }
    with matplotlib.rc_context(STYLE):
        return [
            path
            for name, draw in drawn.items()
            if name == "sky_map" or needed[name] in tables
            for path in _save(draw(connection), folder, name)
        ]


def sky_map(connection):
    """Return a figure of the X-ray sources on the sky (Aitoff, ICRS), coloured by their number of candidates."""
    sources = connection.sql(
        "select csc_ra, csc_dec, n_candidates from release.xray_sources"
        # crowded sources last, on top; the rest of the order makes the figure repeatable
        " order by n_candidates, csc_ra, csc_dec"
    ).fetchnumpy()
    # seen from inside the sphere: right ascension grows to the left, 0 in the middle
    across = -np.radians((sources["csc_ra"] + 180) % 360 - 180)
    up = np.radians(sources["csc_dec"])
    count = np.asarray(sources["n_candidates"], float)

    figure = Figure(figsize=(7.2, 4.2), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(projection="aitoff")
    dots = {"s": 2, "linewidths": 0, "rasterized": True}
    none, some = count == 0, count > 0
    axes.scatter(across[none], up[none], color="0.6", **dots)
    shown = axes.scatter(across[some], up[some], c=np.log10(count[some]), cmap="viridis", **dots)
    figure.colorbar(shown, shrink=0.7, label="log$_{10}$ (number of Gaia candidates)")
    axes.grid(alpha=0.3)
    axes.set_xticks(np.radians([-120, -60, 0, 60, 120]), ["120°", "60°", "0°", "300°", "240°"])
    axes.set_yticks(np.radians([-60, -30, 0, 30, 60]))
    title = f"{count.size:,} Chandra sources, {np.count_nonzero(none):,} of them without a candidate (grey)"
    axes.set_title(title, pad=12)
    return figure


def separation_by_off_axis_angle(connection):
    """Return a figure of the matches' separations (arcsec) over the off-axis angle (arcmin), with the limit believed."""
    matches = connection.sql(
        "select min_theta_mean, separation, separation_limit from release.nway_matches"
        " where min_theta_mean is not null order by all"
    ).fetchnumpy()
    figure, axes = _axes()
    if len(matches["separation"]):
        axes.hexbin(matches["min_theta_mean"], matches["separation"], gridsize=60, bins="log", mincnt=1, cmap="cividis")
        axes.step(matches["min_theta_mean"], matches["separation_limit"], where="post", color="C3", label="separation limit")
        axes.legend()
    axes.set(xlabel="off-axis angle (arcmin)", ylabel="X-ray to Gaia separation (arcsec)", title="NWAY matches")
    return figure


def reliability(connection):
    """Return a figure of true shares over claimed probabilities; calibrated ones lie on the diagonal."""
    figure, axes = _axes()
    axes.plot([0, 1], [0, 1], color="0.6", linewidth=1)
    for probability, marker in (("p_any", "o"), ("p_i", "s"), ("p_any p_i", "^")):
        claims = connection.execute(
            "select p_mean, true_share, n_claims from release.match_reliability where probability = ? order by bin", [probability]
        ).fetchnumpy()
        share, count = np.asarray(claims["true_share"]), np.maximum(claims["n_claims"], 1)
        # the standard error of a share, with one claim of either kind added so that it is never zero
        smooth = (share * count + 1) / (count + 2)
        axes.errorbar(claims["p_mean"], share, np.sqrt(smooth * (1 - smooth) / count), marker=marker, capsize=2, label=probability)
    axes.legend()
    axes.set(xlabel="probability claimed", ylabel="share that is true", xlim=(0, 1), ylim=(0, 1), title="Calibration against the truth")
    return figure


def recall_and_purity(connection):
    """Return a figure of recall and purity of each method by off-axis angle and by Gaia density."""
    figure = Figure(figsize=(7.2, 6), layout="constrained")
    FigureCanvasAgg(figure)
    grid = figure.subplots(2, 2, sharey=True)
    methods = (("nearest", "^"), ("nearest within the separation limit", "s"), ("nway", "o"))
    for column, cut in enumerate(("off-axis angle", "Gaia density")):
        for method, marker in methods:
            bins = connection.execute(
                "select bin, recall, purity from release.match_evaluation where cut_by = ? and method = ? order by bin", [cut, method]
            ).fetchnumpy()
            labels = [label.split(": ")[-1].rsplit(" ", 1)[0] for label in bins["bin"]]
            for row, quantity in enumerate(("recall", "purity")):
                grid[row][column].plot(labels, np.ma.filled(bins[quantity], np.nan), marker=marker, label=method)
                grid[row][column].set_ylabel(quantity)
                grid[row][column].tick_params(axis="x", rotation=25)
        grid[1][column].set_xlabel(f"{cut} ({'arcmin' if column == 0 else 'arcmin$^{-2}$'})")
    grid[0][0].legend(fontsize=7)
    return figure


def _axes():
    figure = Figure(figsize=(4.8, 4.2), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.add_subplot()


def _save(figure, folder, name):
    paths = [folder / f"{name}.{kind}" for kind in METADATA]
    for path, metadata in zip(paths, METADATA.values(), strict=True):
        figure.savefig(path, dpi=200, metadata=metadata)
    return paths
