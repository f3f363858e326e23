"""The figures of the papers, by paper and number."""

from functools import partial

from lynceus.release.figures import CLASSIFIED, MATCHES
from lynceus.release.figures.class_sources import (
    chance_coincidence,
    class_colour_magnitude,
    class_distances,
    class_features,
    class_fluxes,
    class_latitudes,
)
from lynceus.release.figures.matches import (
    colour_magnitude_by_hardness,
    colour_magnitude_of_all,
    separation_by_score,
)
from lynceus.release.figures.points import (
    curves,
    densities,
    galactic_sky,
    histograms,
    position_errors,
    quantities,
    scatter,
    shaded,
)
from lynceus.release.figures.points_of_classes import (
    bars,
    confusion,
    importances,
    one_source,
    reliability,
)
from lynceus.release.figures.score import roc_curve, score_cdf, training_pairs
from lynceus.release.figures.sky import candidate_colours, distinguishability, sky_map
from lynceus.release.figures.umlcaxs import umlcaxs_clusters

CLASS_PROBABILITY = "probability of the predicted class"

# drawn from tables: the function, the tables it reads, and what it shows
PAPER_FIGURES = {
    "yang_2022_figure_1": (
        class_features,
        ("classes.muwclass_training",),
        "training sources in two slices of the features",
    ),
    "yang_2022_figure_10": (class_fluxes, CLASSIFIED, "X-ray fluxes, with and without counterpart"),
    "yang_2022_figure_11": (class_latitudes, CLASSIFIED, "Galactic latitudes of each class"),
    "yang_2022_figure_12": (class_distances, CLASSIFIED, "distances of each class"),
    "yang_2022_figure_13": (
        class_colour_magnitude,
        CLASSIFIED,
        "colour-magnitude diagrams of stars, not corrected for extinction",
    ),
    "yang_2022_figure_17": (
        chance_coincidence,
        ("sources.survey_counterparts",),
        "chance-coincidence probability of each survey",
    ),
    "perez_diaz_2024_figure_1": (
        umlcaxs_clusters,
        ("release.umlcaxs_selection",),
        "Bayesian information criterion over the number of clusters",
    ),
    "perez_diaz_2026_figure_1": (
        sky_map,
        ("release.xray_sources",),
        "X-ray sources on the sky, and their numbers of candidates",
    ),
    "perez_diaz_2026_figure_2": (
        candidate_colours,
        ("release.candidate_pairs",),
        "G over BP - RP of the candidates",
    ),
    "perez_diaz_2026_figure_3": (
        distinguishability,
        ("release.distinguishability_tests",),
        "K-S p-values of G, best against least likely candidate",
    ),
    "perez_diaz_2026_figure_4": (
        training_pairs,
        ("match.labelled_pairs", "match.primaries", "release.candidate_pairs"),
        "G over separation of positive and negative pairs",
    ),
    "perez_diaz_2026_figure_6": (
        score_cdf,
        ("match.score_reference", "match.score_thresholds"),
        "distribution of the score of counterparts, and the chance threshold",
    ),
    "perez_diaz_2026_figure_7": (
        roc_curve,
        ("match.score_roc", "match.score_thresholds"),
        "ROC curve of the score, and both thresholds",
    ),
    "perez_diaz_2026_figure_9": (
        colour_magnitude_of_all,
        MATCHES,
        "Hertzsprung-Russell diagrams of all matches with a positive parallax",
    ),
    "perez_diaz_2026_figure_10": (
        colour_magnitude_by_hardness,
        MATCHES,
        "Hertzsprung-Russell diagrams of the matches, by X-ray hardness: maximum, median, minimum",
    ),
    "perez_diaz_2026_figure_11": (
        separation_by_score,
        MATCHES,
        "separation over score, by p_i: maximum, median, minimum",
    ),
}

# drawn from the rows of the query in analyses/papers/ of the same name, which says what it shows
POINT_FIGURES = {
    "yang_2022_figure_4": partial(importances, limit=0.01),  # section 4.3
    "yang_2022_figure_5": partial(
        curves,
        label="false positive rate",
        up="true positive rate, mean over classes",
        corner=(0, 0.3, 0.5, 1.005),
    ),
    "yang_2022_figure_6": partial(
        curves, label="confidence threshold", up="measure, of the predictions kept", mark=2
    ),
    "yang_2022_figure_8": partial(
        confusion,
        down="class of the row, and its number of sources",
        across="class of the column",
    ),
    "yang_2022_figure_9": partial(bars, label="sources", log=True, numbered=True),
    "rangelov_xclass_figure_2": partial(quantities, up="training sources"),
    "rangelov_xclass_figure_3": importances,
    "rangelov_xclass_figure_4": confusion,
    "rangelov_xclass_figure_5": partial(bars, label="purity, completeness, F1"),
    "rangelov_xclass_figure_6": partial(
        histograms, label=CLASS_PROBABILITY, up="training sources", log=True
    ),
    "rangelov_xclass_figure_7": reliability,
    "perez_diaz_2024_figure_2": galactic_sky,
    "perez_diaz_2024_figure_3": partial(
        shaded, label="hard_hm", up="hard_hs", shade="var_prob_h", frame=(-1.05, 1.05, -1.05, 1.05)
    ),
    "perez_diaz_2024_figure_4": confusion,
    "perez_diaz_2024_figure_5": confusion,
    "perez_diaz_2024_figure_6": partial(
        densities, label="hard_hm", up="hard_hs", frame=(-1, 1, -1, 1)
    ),
    "perez_diaz_2024_figure_7": partial(
        densities, label="var_prob_b", up="var_prob_s", frame=(0, 1, 0, 1)
    ),
    "perez_diaz_2024_figure_8": galactic_sky,
    "perez_diaz_2024_figure_10": one_source,
    "kumaran_2023_figure_1": partial(bars, label="fraction of the training sources with values"),
    "kumaran_2023_figure_4": partial(
        histograms, label=CLASS_PROBABILITY, up="training sources below"
    ),
    "kumaran_2023_figure_5": confusion,
    "kumaran_2023_figure_6": partial(histograms, label=CLASS_PROBABILITY, up="probability density"),
    "perez_diaz_2026_figure_5": position_errors,
    "perez_diaz_2026_figure_8": partial(
        scatter, label="off-axis angle (arcmin)", up="separation (arcsec)"
    ),
    "perez_diaz_2026_footnote_3": partial(
        scatter,
        label="off-axis angle (arcmin)",
        up="separation from the nearest source of COUP (arcsec)",
        lines={"limit_arcsec": "limit", "line_arcsec": "least absolute deviations"},
    ),
}
