"""Figures against the truth of a simulated sky; real data have none, and these are not drawn (but
for p_match's panel).
"""

import numpy as np

from lynceus.release.figures.canvas import SERIES, panels

METHODS = {
    "nway": "position (NWAY)",
    "joint": "position and properties",
    "score within the separation limit": "score within the separation limit",
    "nearest within the separation limit": "nearest within the separation limit",
    "nearest": "nearest",
}
# cuts of the sources, with the label of their axis
CUTS = {
    "off-axis angle": "off-axis angle (arcmin)",
    "Gaia density": "Gaia density (arcmin$^{-2}$)",
    "X-ray flux": "log flux, 0.5–7 keV (erg s$^{-1}$ cm$^{-2}$)",
}
# what the probabilities of each panel claim; p_match is judged without truth, by NWAY
CLAIMS = {
    "the source has a counterpart in Gaia": ("p_any", "p_any_joint"),
    "the candidate is the counterpart, if there is one": ("p_i", "p_i_joint"),
    "the candidate is the counterpart": ("p_any p_i",),
    "the candidate is NWAY's choice (test set)": ("p_match",),
}


def reliability(connection):
    """Return a figure of the fraction of true claims over the probability; calibrated probabilities
    lie on the diagonal.
    """
    found = {
        title: {name: rows for name in claims if len((rows := _claims(connection, name))["p_mean"])}
        for title, claims in CLAIMS.items()
    }
    shown = {title: claims for title, claims in found.items() if claims}
    if not shown:
        return None
    columns = min(2, len(shown))
    rows = -(-len(shown) // columns)
    figure, grid = panels(
        rows, columns, (3.6 * columns, 0.3 + 3.1 * rows), sharex=True, sharey=True
    )
    for axes, (title, claims) in zip(grid.flat, shown.items(), strict=False):
        axes.plot([0, 1], [0, 1], color="0.6", linewidth=1)
        for (name, rows), series in zip(claims.items(), SERIES, strict=False):
            share, count = np.asarray(rows["fraction_true"]), rows["n_claims"]
            # the standard error of a share, with one claim of either kind added so that it is never
            # zero
            smooth = (share * count + 1) / (count + 2)
            axes.errorbar(
                rows["p_mean"],
                share,
                np.sqrt(smooth * (1 - smooth) / count),
                capsize=2,
                markersize=4,
                label=name,
                **series,
            )
        axes.legend(loc="upper left")
        axes.set(xlim=(0, 1), ylim=(0, 1))
        axes.set_title(title, fontsize=9)
    figure.supxlabel("probability", fontsize=9)
    figure.supylabel("fraction of true claims", fontsize=9)
    return figure


def _claims(connection, name):
    return connection.execute(
        "select p_mean, fraction_true, n_claims from release.match_reliability"
        " where probability = ? and n_claims > 0 and fraction_true is not null order by bin",
        [name],
    ).fetchnumpy()


def completeness_and_purity(connection):
    """Return a figure of completeness and purity of each method by off-axis angle, Gaia density and
    X-ray flux.
    """
    figure, grid = panels(2, 3, (7.2, 5.4), sharey="row", sharex="col")
    drawn = {}
    for column, (cut, unit) in enumerate(CUTS.items()):
        for (method, label), series in zip(METHODS.items(), SERIES, strict=True):
            bins = connection.execute(
                "select bin, completeness, purity from release.match_evaluation"
                " where cut_by = ? and method = ? and bin <> 'unknown' order by bin",
                [cut, method],
            ).fetchnumpy()
            labels = [_short(name) for name in bins["bin"]]
            for axes, quantity in zip(grid[:, column], ("completeness", "purity"), strict=True):
                if labels:
                    (drawn[label],) = axes.plot(
                        labels, np.ma.filled(bins[quantity], np.nan), markersize=5, **series
                    )
        grid[1][column].set_xlabel(unit)
        grid[1][column].tick_params(axis="x", labelsize=8, rotation=45)
    if not drawn:
        return None
    grid[0][0].set_ylabel("completeness")
    grid[1][0].set_ylabel("purity")
    for axes in grid.flat:
        axes.grid(alpha=0.3)
    figure.legend(drawn.values(), drawn.keys(), loc="outside upper center", ncols=2)
    return figure


def _short(label):
    """Return `6–10` of `3: 6 to 10 arcmin`, `≥ 15` of `5: 15 and more arcmin` and `−15 to −14` of
    `2: -15 to -14 dex`.
    """
    words = label.split(": ")[-1].rsplit(" ", 1)[0].replace("-", "−")
    if words.endswith(" and more"):
        return f"≥ {words.removesuffix(' and more')}"
    return words if "−" in words else words.replace(" to ", "–")


def purity_against_completeness(connection):
    """Return a figure of purity over completeness as the threshold falls; the right panel is the
    corner of interest.
    """
    figure, [grid] = panels(1, 2, (7.2, 3.8))
    drawn = {}
    for (method, label), series in zip(METHODS.items(), SERIES, strict=True):
        curve = connection.execute(
            "select completeness, purity from release.match_curves"
            " where method = ? and completeness is not null and purity is not null order by n_chosen",
            [method],
        ).fetchnumpy()
        for axes in grid:
            if len(curve["completeness"]):
                (drawn[label],) = axes.plot(
                    curve["completeness"], curve["purity"], markersize=4, markevery=10, **series
                )
    if not drawn:
        return None
    for axes in grid:
        axes.grid(alpha=0.3)
        axes.set_xlabel("completeness")
    grid[0].set(ylabel="purity", xlim=(0, 1.01), ylim=(None, 1.01))
    grid[1].set(xlim=(0.8, 1.002), ylim=(0.9, 1.002))
    figure.legend(drawn.values(), drawn.keys(), loc="outside upper center", ncols=3)
    return figure
