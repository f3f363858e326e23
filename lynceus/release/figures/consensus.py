"""Figures of how far the classifiers agree."""

import numpy as np

from lynceus.release.figures.canvas import panels


def class_agreement(connection):
    """Return a figure of how often each two classifiers put a source into the same coarse class, and of Cohen's kappa."""
    pairs = connection.sql("select classifier, other_classifier, same_share, kappa, n_sources from release.class_agreement order by all").fetchall()
    if not pairs:
        return None
    names = sorted({name for pair in pairs for name in pair[:2]})
    figure, [grid] = panels(1, 2, (1.6 + 1.7 * len(names), 1.1 + 0.7 * len(names)), sharey=True)
    for axes, place, title, spell in (
        (grid[0], 2, "share in the same coarse class", "{:.0%}"), (grid[1], 3, "Cohen's kappa", "{:.2f}"),
    ):
        values = np.full((len(names), len(names)), np.nan)
        for pair in pairs:
            one, other = (names.index(name) for name in pair[:2])
            if pair[place] is not None:
                values[one, other] = values[other, one] = pair[place]
                for row, column in ((one, other), (other, one)):
                    colour = "white" if pair[place] > 0.6 else "black"
                    axes.text(column, row, f"{spell.format(pair[place])}\n{pair[4]:,}", ha="center", va="center", color=colour, fontsize=8)
        axes.imshow(values, cmap="Blues", vmin=0, vmax=1)
        axes.set_xticks(range(len(names)), names, rotation=30, ha="right", rotation_mode="anchor")
        axes.set_yticks(range(len(names)), names)
        axes.set_title(title, fontsize=9)
    return figure
