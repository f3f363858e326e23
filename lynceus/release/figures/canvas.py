"""What all figures share: panels, hexagons on one grid, rows of the match tables, series told apart
without colour.
"""

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

# colour, marker and line of the first, second... series: blue, orange, black, sky, purple of Okabe
# & Ito
SERIES = (
    {"color": "#0072B2", "marker": "o", "linestyle": "-"},
    {"color": "#E69F00", "marker": "s", "linestyle": "--"},
    {"color": "black", "marker": "^", "linestyle": "-."},
    {"color": "#56B4E9", "marker": "D", "linestyle": ":"},
    {"color": "#CC79A7", "marker": "v", "linestyle": (0, (5, 1, 1, 1, 1, 1))},
)
# colour and marker of each class of X-ray sources, the same in all figures: of Okabe & Ito, and a
# grey
CLASS_SERIES = {
    "AGN": {"color": "#0072B2", "marker": "o"},
    "CV": {"color": "black", "marker": "^"},
    "HM-STAR": {"color": "#56B4E9", "marker": "D"},
    "HMXB": {"color": "#D55E00", "marker": "v"},
    "LM-STAR": {"color": "#E69F00", "marker": "s"},
    "LMXB": {"color": "#CC79A7", "marker": "P"},
    "NS": {"color": "0.45", "marker": "X"},
    "YSO": {"color": "#009E73", "marker": "*"},
    "SNR": {"color": "#8C510A", "marker": "h"},
    "ULX": {"color": "#8073AC", "marker": "p"},
}
# names of other classifiers for the same
OTHER_NAMES = {"STAR": "LM-STAR", "PULSAR": "NS"}
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
LIMIT = {"color": "#D55E00", "linewidth": 1.5}
MATCH_TABLES = {
    "best_matches": "best matches",
    "alternate_matches": "alternate matches",
    "ambiguous_matches": "ambiguous matches",
}


def panels(rows=1, columns=1, size=(4.8, 4.2), **shared):
    """Return a figure and its axes as an array of (rows, columns)."""
    figure = Figure(figsize=size, layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.subplots(rows, columns, squeeze=False, **shared)


def series(number):
    """Return colour, marker and line of series `number`, from 0: those of SERIES, then the same
    with open markers and other lines.
    """
    again, place = divmod(number, len(SERIES))
    return SERIES[place] | (
        {"linestyle": LINES[(place + again) % len(LINES)], "markerfacecolor": "white"}
        if again
        else {}
    )


def class_series(name, otherwise=None):
    """Return colour and marker of a class; of one that is not known `otherwise`, or grey crosses."""
    return CLASS_SERIES.get(
        OTHER_NAMES.get(name, name), otherwise or {"color": "0.7", "marker": "x"}
    )


def leave_out(grid, count):
    """Leave out the panels after the first `count`; those above them show the shared x axis."""
    for place in range(count, grid.size):
        grid.flat[place].set_axis_off()
        if place >= grid.shape[1]:
            grid.flat[place - grid.shape[1]].tick_params(labelbottom=True)


def matched_pairs(connection, columns, where):
    """Return the columns of candidate_pairs of each match table as arrays, by its title; tables
    without such rows are left out.
    """
    found = {
        title: connection.sql(
            f"select {columns} from release.candidate_pairs semi join formats.{table}"
            f" using (csc_name, gaia_source_id) where {where} order by all"
        ).fetchnumpy()
        for table, title in MATCH_TABLES.items()
    }
    return {title: rows for title, rows in found.items() if len(next(iter(rows.values())))}


def hexagons(axes, across, up, extent, title, values=None, columns=40, reduced=np.median):
    """Draw counts, or the median of `values` or what else `reduced` makes of them, in hexagons on a
    grid that `extent` (left, right, bottom, top) and the panel's shape decide.

    Returns
    -------
    matplotlib.collections.PolyCollection
        The panel's title tells how many points lie inside, and of how many where some do not.
    """
    left, right, bottom, top = extent
    inside = (across >= left) & (across <= right) & (up >= bottom) & (up <= top)
    shown, total = np.count_nonzero(inside), len(across)
    box = axes.get_window_extent()
    drawn = axes.hexbin(
        across,
        up,
        values,
        reduce_C_function=reduced,
        extent=extent,
        mincnt=1,
        linewidths=0.1,
        cmap="viridis",
        # the hexagons of 40 columns are regular if there are 40 / sqrt(3) rows in a square
        gridsize=(columns, max(1, round(columns * box.height / box.width / np.sqrt(3)))),
    )
    axes.set(xlim=(left, right), ylim=(bottom, top))
    axes.set_title(
        f"{title}\nn = {shown:,}" + (f" of {total:,}" if shown < total else ""), fontsize=9
    )
    return drawn


def count_scale(figure, drawn, label):
    """Give all panels one logarithmic colour scale of counts, and the figure its colour bar."""
    most = max(float(np.max(np.asarray(panel.get_array()), initial=1)) for panel in drawn)
    for panel in drawn:
        panel.set_norm(LogNorm(1, max(most, 2)))
    return figure.colorbar(drawn[0], ax=figure.axes, label=label, aspect=30)


def lay_out(figure, dpi):
    """Place all parts of a figure, once for every file written of it, and leave minor ticks to the
    outer panels.

    Matplotlib would do so for each file, and what it asks for the space it needs updates all ticks
    of a panel: it is asked only where labels could need space.
    """
    figure.dpi = dpi
    for axes in figure.axes:
        for axis, sides in ((axes.xaxis, ("bottom", "top")), (axes.yaxis, ("left", "right"))):
            shown = axis.get_tick_params()
            if any(shown[f"label{side}"] for side in sides):
                outer = sides  # tick labels reach farther than the ticks on a spine
            else:
                outer = sides[1:]  # without ticks
                axis.set_in_layout(False)
                axis.set_tick_params(which="minor", **dict.fromkeys(sides, False))
                axis.set_tick_params(which="minor", **{f"label{side}": False for side in sides})
                axis.grid(False, which="minor")
            for side in outer:
                if side in axes.spines:
                    axes.spines[side].set_in_layout(False)
            if not axis.label.get_text():
                axis.set_label_coords(0, 0)  # a place for nothing
    figure.get_layout_engine().execute(figure)
    figure.set_layout_engine(None)
