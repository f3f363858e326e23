"""Figures of the three published tables: best, alternate and ambiguous matches side by side, on one
grid.
"""

from matplotlib.ticker import MultipleLocator

from lynceus.release.figures.canvas import (
    MATCH_TABLES,
    count_scale,
    hexagons,
    matched_pairs,
    panels,
)

ABSOLUTE_G = "phot_g_mean_mag + 5 * log10(parallax) - 10"  # parallax in mas
# nearer than a fifth of the distance; fainter parallaxes would scatter over magnitudes
MEASURED = "parallax > 5 * parallax_error and parallax > 0 and bp_rp is not null and phot_g_mean_mag is not null"
FRAME = (-1, 5.5, -6, 16)
HARDNESS = {"hard_hm": "hard_hm, hard to medium", "hard_ms": "hard_ms, medium to soft"}


def colour_magnitude(connection):
    """Return a figure of absolute G over BP - RP of the matches with a parallax of five sigma or
    more, as counts.
    """
    shown = matched_pairs(connection, f"bp_rp as across, {ABSOLUTE_G} as up", MEASURED)
    if not shown:
        return None
    figure, [grid] = panels(1, len(shown), (7.2, 3.6), sharex=True, sharey=True)
    drawn = [
        hexagons(axes, rows["across"], rows["up"], FRAME, title)
        for axes, (title, rows) in zip(grid, shown.items(), strict=True)
    ]
    _name_frame(figure, grid[0])
    count_scale(figure, drawn, "pairs per hexagon")
    return figure


def colour_magnitude_by_hardness(connection):
    """Return a figure of absolute G over BP - RP, coloured by the median X-ray hardness: H - M
    above, M - S below.
    """
    rows = [
        matched_pairs(
            connection,
            f"bp_rp as across, {ABSOLUTE_G} as up, {hardness} as value",
            f"{MEASURED} and {hardness} is not null",
        )
        for hardness in HARDNESS
    ]
    titles = [title for title in MATCH_TABLES.values() if title in rows[0] | rows[1]]
    if not titles:
        return None
    figure, grid = panels(2, len(titles), (7.2, 6.4), sharex=True, sharey=True)
    for line, found, label in zip(grid, rows, HARDNESS.values(), strict=True):
        for axes, title in zip(line, titles, strict=True):
            if title not in found:
                axes.set_axis_off()
                continue
            pairs = found[title]
            drawn = hexagons(axes, pairs["across"], pairs["up"], FRAME, title, pairs["value"])
            drawn.set_clim(-1, 1)
        if found:
            figure.colorbar(drawn, ax=line, label=f"median {label}")
    _name_frame(figure, grid[0][0])
    return figure


def score_by_separation(connection):
    """Return a figure of the score over separation, coloured by the median p_any."""
    columns = "separation as across, p_match_ind as up, p_any as value"
    shown = matched_pairs(connection, columns, "p_match_ind is not null and p_any is not null")
    if not shown:
        return None
    figure, [grid] = panels(1, len(shown), (7.2, 3.4), sharex=True, sharey=True)
    for axes, (title, rows) in zip(grid, shown.items(), strict=True):
        drawn = hexagons(axes, rows["across"], rows["up"], (0, 10, 0, 1), title, rows["value"])
        drawn.set_clim(0, 1)
    grid[0].set_ylabel("score p_match_ind")
    figure.supxlabel("X-ray to Gaia separation (arcsec)", fontsize=9)
    figure.colorbar(drawn, ax=figure.axes, label="median p_any per hexagon")
    return figure


def _name_frame(figure, axes):
    axes.invert_yaxis()  # shared, so of all
    axes.yaxis.set_major_locator(MultipleLocator(5))
    figure.supxlabel("BP − RP (mag)", fontsize=9)
    figure.supylabel("absolute G, not dereddened (mag)", fontsize=9)
