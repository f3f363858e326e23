"""The figures of a release, each as PNG and SVG; the same rows give the same bytes."""

from functools import partial

import matplotlib
import matplotlib.style

from lynceus.release.figures.canvas import lay_out
from lynceus.release.figures.class_sources import (
    class_fluxes,
)
from lynceus.release.figures.classes import (
    class_completeness,
    class_purity,
    class_reliability,
    class_thresholds,
)
from lynceus.release.figures.matches import (
    colour_magnitude,
)
from lynceus.release.figures.score import property_importances, roc_curve, score_cdf
from lynceus.release.figures.sky import (
    normalised_separation,
    separation_by_off_axis_angle,
    sky_map,
)
from lynceus.release.figures.truth import (
    completeness_and_purity,
    purity_against_completeness,
    reliability,
)
from lynceus.release.origin import sky_is_simulated

STYLE = {
    "font.size": 9,
    "legend.fontsize": 8,
    "legend.framealpha": 0.9,
    "axes.titley": 1,  # where titles are anyway, but found without updating all ticks
    # without this, and without dates, random ids would make every SVG another file
    "svg.hashsalt": "lynceus",
}
DPI = 200
# a third less time than of the default compression, for a tenth more bytes
KINDS = {
    "png": {"metadata": {"Software": None}, "pil_kwargs": {"compress_level": 3}},
    "svg": {"metadata": {"Date": None, "Creator": None}},
}

MATCHES = (
    "formats.best_matches",
    "formats.alternate_matches",
    "formats.ambiguous_matches",
    "release.candidate_pairs",
)
CLASSIFIED = ("release.source_classes", "sources.source_properties", "classes.muwclass_training")

# each with the tables it reads; the file is named after the function
FIGURES = {
    sky_map: ("release.xray_sources",),
    separation_by_off_axis_angle: MATCHES,
    normalised_separation: ("release.xray_sources", "release.candidate_pairs"),
    completeness_and_purity: ("release.match_evaluation",),
    purity_against_completeness: ("release.match_curves",),
    reliability: ("release.match_reliability",),
    score_cdf: ("match.score_reference", "match.score_thresholds"),
    roc_curve: ("match.score_roc", "match.score_thresholds"),
    property_importances: ("match.score_importances",),
    colour_magnitude: MATCHES,
    class_completeness: ("release.class_confusion",),
    class_purity: ("release.class_confusion",),
    class_thresholds: ("release.class_thresholds",),
    class_reliability: ("release.class_reliability",),
    class_fluxes: CLASSIFIED,
}


def draw_figures(connection, folder, names=None):
    """Draw every figure of a release that has rows to show into `folder`, which must exist; return
    the files written.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        With the tables of schemas release, formats, match, sources and classes; those absent draw
        nothing.
    folder : path
    names : iterable of str, optional
        Those to draw; left out: all.
    """
    tables = known_tables(connection)
    figures = {
        draw.__name__: partial(draw, connection)
        for draw, read in FIGURES.items()
        if tables.issuperset(read) and (not names or draw.__name__ in names)
    }
    return [path for _, path in save_figures(connection, folder, figures)]


def known_tables(connection):
    """Return the names of all tables of a database, with their schemas."""
    return {
        name
        for (name,) in connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables"
        ).fetchall()
    }


def save_figures(connection, folder, figures, kinds=("png", "svg")):
    """Draw figures into files without dates; on a simulated sky each says so.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    folder : path
    figures : dict
        Functions of no argument by the file's name: each returns a figure, or None.
    kinds : tuple of str
        Endings of the files.

    Yields
    ------
    name, path
        Of each file written.
    """
    is_simulated = sky_is_simulated(connection)
    # the reader's own matplotlibrc must not change a release
    with matplotlib.style.context("default"), matplotlib.rc_context(STYLE):
        for name, draw in figures.items():
            figure = draw()
            if figure is None:
                continue
            for path in save_figure(figure, folder, name, kinds, is_simulated):
                yield name, path


def save_figure(figure, folder, name, kinds=("png", "svg"), is_simulated=False):
    """Write a figure as `<name>.<kind>`, without dates; return the paths. That of a simulated sky
    says so.
    """
    if is_simulated:
        # no figure has anything in its lower left corner
        figure.text(0.005, 0.005, "simulated sky", ha="left", va="bottom", fontsize=8, color="0.4")
    paths = [folder / f"{name}.{kind}" for kind in kinds]
    lay_out(figure, DPI)
    for path, kind in zip(paths, kinds):
        figure.savefig(path, dpi=DPI, **KINDS[kind])
    return paths
