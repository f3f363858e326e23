"""Figures of the three published tables: best, alternate and ambiguous matches side by side, on one
grid.
"""

import numpy as np
from matplotlib.ticker import MaxNLocator, MultipleLocator

from lynceus.release.figures.canvas import (
    MATCH_TABLES,
    count_scale,
    hexagons,
    matched_pairs,
    panels,
)

ABSOLUTE_G = "phot_g_mean_mag + 5 * log10(parallax) - 10"  # parallax in mas
SHOWN = "parallax > 0 and bp_rp is not null and phot_g_mean_mag is not null"
# nearer than a fifth of the distance; fainter parallaxes scatter over magnitudes
MEASURED = f"{SHOWN} and parallax > 5 * parallax_error"
FRAME = (-1, 5.5, -6, 16)
WIDE_FRAME = (-1, 5.5, -8, 17)  # small parallaxes move stars up, spurious ones down
STATISTICS = {"maximum": np.max, "median": np.median, "minimum": np.min}
SOFT_TO_HARD = "coolwarm_r"  # the redder, the softer


def colour_magnitude(connection, where=MEASURED, frame=FRAME):
    """Return a figure of absolute G over BP - RP of the matches with a parallax of five sigma or
    more, or of those that `where` selects, as counts.
    """
    shown = matched_pairs(connection, f"bp_rp as across, {ABSOLUTE_G} as up", where)
    if not shown:
        return None
    figure, [grid] = panels(1, len(shown), (7.2, 3.6), sharex=True, sharey=True)
    drawn = [
        hexagons(axes, rows["across"], rows["up"], frame, title)
        for axes, (title, rows) in zip(grid, shown.items(), strict=True)
    ]
    _name_frame(figure, grid[0])
    count_scale(figure, drawn, "pairs per hexagon")
    return figure


def colour_magnitude_of_all(connection):
    """Return a figure of absolute G over BP - RP of all matches with a positive parallax, however
    uncertain, as counts.
    """
    return colour_magnitude(connection, SHOWN, WIDE_FRAME)


def colour_magnitude_by_hardness(connection):
    """Return a figure of absolute G over BP - RP of all matches with a positive parallax, coloured
    by the X-ray hardness of hard to soft band: its maximum, median and minimum in each hexagon.
    """
    shown = matched_pairs(
        connection,
        f"bp_rp as across, {ABSOLUTE_G} as up, hard_hs as value",
        f"{SHOWN} and hard_hs is not null",
    )
    if not shown:
        return None
    figure, grid, drawn = _by_statistic(shown, dict.fromkeys(shown, WIDE_FRAME), (-1, 1))
    for panel in drawn:
        panel.set_cmap(SOFT_TO_HARD)
    _name_frame(figure, grid[0][0])
    figure.colorbar(drawn[0], ax=figure.axes, label="X-ray hardness hard_hs", aspect=40)
    return figure


def separation_by_score(connection):
    """Return a figure of the separation over the score, coloured by p_i: its maximum, median and
    minimum in each hexagon. Ambiguous matches have scores below the threshold, the others above.
    """
    shown = matched_pairs(
        connection,
        "p_match_ind as across, separation as up, p_i as value, score_threshold as threshold",
        "p_match_ind is not null and score_threshold is not null",
    )
    if not shown:
        return None
    # one threshold, or one of each X-ray source
    thresholds = np.concatenate([rows["threshold"] for rows in shown.values()])
    accepted, refused = (thresholds.min(), 1, 0, 10), (0, thresholds.max(), 0, 10)
    extents = dict.fromkeys(shown, accepted) | {MATCH_TABLES["ambiguous_matches"]: refused}
    figure, grid, drawn = _by_statistic(shown, extents, (0, 1))
    for axes in grid[-1]:
        axes.xaxis.set_major_locator(
            MaxNLocator(4, prune="upper")
        )  # panels have ranges of their own
    figure.supxlabel("score p_match_ind", fontsize=9)
    figure.supylabel("X-ray to Gaia separation (arcsec)", fontsize=9)
    figure.colorbar(drawn[0], ax=figure.axes, label="p_i", aspect=40)
    return figure


def _by_statistic(shown, extents, limits):
    """Draw `value` of each table: maximum, median and minimum per hexagon, a line of panels each.

    Parameters
    ----------
    shown : dict
        Arrays across, up and value by the table's title.
    extents : dict
        Left, right, bottom, top by the table's title.
    limits : tuple
        Of the colours.

    Returns
    -------
    figure, grid of axes, what is drawn in each
    """
    figure, grid = panels(len(STATISTICS), len(shown), (7.2, 7.6), sharex="col", sharey=True)
    drawn = []
    for line, (statistic, reduced) in zip(grid, STATISTICS.items(), strict=True):
        for axes, (title, rows) in zip(line, shown.items(), strict=True):
            place, up, value = rows["across"], rows["up"], rows["value"]
            drawn.append(hexagons(axes, place, up, extents[title], title, value, reduced=reduced))
            drawn[-1].set_clim(*limits)
            if axes not in grid[0]:
                axes.set_title("")
        line[0].set_ylabel(statistic)
    return figure, grid, drawn


def _name_frame(figure, axes):
    axes.invert_yaxis()  # shared, so of all
    axes.yaxis.set_major_locator(MultipleLocator(5))
    figure.supxlabel("BP − RP (mag)", fontsize=9)
    figure.supylabel("absolute G, not dereddened (mag)", fontsize=9)
