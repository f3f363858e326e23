"""The figures of a release, each as PNG and SVG; the same rows give the same bytes."""

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

# without these, dates and random ids would make every SVG another file
STYLE = {"svg.hashsalt": "lynceus", "font.size": 9}
METADATA = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None}}


def draw_figures(connection, folder):
    """Draw every figure of the release into `folder`, which must exist.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        With the table release.xray_sources.
    folder : path

    Returns
    -------
    list of path
        The files written.
    """
    with matplotlib.rc_context(STYLE):
        return _save(sky_map(connection), folder, "sky_map")


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


def _save(figure, folder, name):
    paths = [folder / f"{name}.{kind}" for kind in METADATA]
    for path, metadata in zip(paths, METADATA.values(), strict=True):
        figure.savefig(path, dpi=200, metadata=metadata)
    return paths
