"""The figures of a release, each as PNG and SVG; the same rows give the same bytes."""

import matplotlib
import matplotlib.style

from lynceus.release.figures.class_sources import (
    chance_coincidence,
    class_colour_magnitude,
    class_distances,
    class_features,
    class_fluxes,
    class_latitudes,
)
from lynceus.release.figures.classes import (
    class_agreement,
    class_completeness,
    class_purity,
    class_reliability,
    class_roc,
    class_thresholds,
    feature_importances,
)
from lynceus.release.figures.matches import (
    colour_magnitude,
    colour_magnitude_by_hardness,
    score_by_separation,
)
from lynceus.release.figures.score import property_importances, roc_curve, score_cdf, training_pairs
from lynceus.release.figures.sed import sed_chi2, sed_residuals
from lynceus.release.figures.sky import (
    candidate_colours,
    distinguishability,
    normalised_separation,
    separation_by_off_axis_angle,
    sky_map,
)
from lynceus.release.figures.truth import (
    completeness_and_purity,
    purity_against_completeness,
    reliability,
)
from lynceus.release.figures.umlcaxs import umlcaxs_clusters

# without these, dates and random ids would make every SVG another file
STYLE = {"svg.hashsalt": "lynceus", "font.size": 9, "legend.fontsize": 8, "legend.framealpha": 0.9}
METADATA = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None}}

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
    score_cdf: ("match.score_reference", "release.match_thresholds"),
    roc_curve: ("match.labelled_pairs", "match.out_of_fold_scores", "match.score_thresholds"),
    property_importances: ("match.match_model",),
    colour_magnitude: MATCHES,
    class_completeness: ("release.class_confusion",),
    class_purity: ("release.class_confusion",),
    class_thresholds: ("release.class_thresholds",),
    class_reliability: ("release.class_reliability",),
    class_fluxes: CLASSIFIED,
}

# of the papers, by `lynceus papers`
PAPER_FIGURES = {
    candidate_colours: ("release.candidate_pairs",),
    distinguishability: ("release.distinguishability_tests",),
    training_pairs: ("match.labelled_pairs", "release.candidate_pairs"),
    colour_magnitude_by_hardness: MATCHES,
    score_by_separation: MATCHES,
    class_features: ("classes.muwclass_training",),
    feature_importances: ("release.feature_importances",),
    class_roc: ("release.class_roc", "release.class_evaluation"),
    class_agreement: ("release.source_classes",),
    umlcaxs_clusters: ("release.umlcaxs_selection",),
    class_latitudes: CLASSIFIED,
    class_distances: CLASSIFIED,
    class_colour_magnitude: CLASSIFIED,
    sed_chi2: ("classes.sed_fits",),
    sed_residuals: ("classes.sed_fits", "release.sed_fit_quality"),
    chance_coincidence: ("sources.survey_counterparts",),
}


def draw_figures(connection, folder, figures=None):
    """Draw every figure that has rows to show into `folder`, which must exist; on a simulated sky
    each says so.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        With the tables of schemas release, formats, match, sources and classes; those absent draw nothing.
    folder : path
    figures : dict, optional
        Functions with the tables they read; those of the release by default.

    Returns
    -------
    list of path
        The files written.
    """
    tables = {
        name
        for (name,) in connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables"
        ).fetchall()
    }
    is_simulated = "staging.stg_truth" in tables and bool(
        connection.execute("select 1 from staging.stg_truth limit 1").fetchall()
    )
    paths = []
    # the reader's own matplotlibrc must not change a release
    with matplotlib.style.context("default"), matplotlib.rc_context(STYLE):
        for draw, read in (FIGURES if figures is None else figures).items():
            figure = draw(connection) if tables.issuperset(read) else None
            if figure is not None:
                if is_simulated:
                    figure.text(
                        0.995, 0.997, "simulated sky", ha="right", va="top", fontsize=8, color="0.4"
                    )
                paths += save_figure(figure, folder, draw.__name__)
    return paths


def save_figure(figure, folder, name):
    """Write a figure as `<name>.png` and `<name>.svg`, without dates; return the paths."""
    paths = [folder / f"{name}.{kind}" for kind in METADATA]
    for path, metadata in zip(paths, METADATA.values(), strict=True):
        figure.savefig(path, dpi=200, metadata=metadata)
    return paths
