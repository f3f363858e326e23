"""Figures against the truth of a simulated sky; real data have none, and these are not drawn (but for p_match's panel)."""

import numpy as np

from lynceus.release.figures.canvas import SERIES, panels

METHODS = ("nway", "joint", "score within the separation limit", "nearest within the separation limit", "nearest")
# what the probabilities of each panel claim, with the table that judges them: p_match is judged without truth, by NWAY
CLAIMS = {
    "the source has a counterpart in Gaia": (("p_any", "match"), ("p_any_joint", "match")),
    "the candidate is it, if there is one": (("p_i", "match"), ("p_i_joint", "match")),
    "the candidate is it": (("p_any p_i", "match"),),
    "the candidate is NWAY's choice (test set)": (("p_match", "score"),),
}


def reliability(connection):
    """Return a figure of the shares that hold over the probabilities claimed; calibrated ones lie on the diagonal."""
    found = {
        title: {name: rows for name, table in claims if len((rows := _claims(connection, name, table))["p_mean"])}
        for title, claims in CLAIMS.items()
    }
    shown = {title: claims for title, claims in found.items() if claims}
    if not shown:
        return None
    columns = min(2, len(shown))
    rows = -(-len(shown) // columns)
    figure, grid = panels(rows, columns, (3.6 * columns, 0.3 + 3.1 * rows), sharex=True, sharey=True)
    for axes, (title, claims) in zip(grid.flat, shown.items(), strict=False):
        axes.plot([0, 1], [0, 1], color="0.6", linewidth=1)
        for (name, rows), series in zip(claims.items(), SERIES, strict=False):
            share, count = np.asarray(rows["true_share"]), rows["n_claims"]
            # the standard error of a share, with one claim of either kind added so that it is never zero
            smooth = (share * count + 1) / (count + 2)
            axes.errorbar(rows["p_mean"], share, np.sqrt(smooth * (1 - smooth) / count), capsize=2, markersize=4, label=name, **series)
        axes.legend(loc="upper left")
        axes.set(xlim=(0, 1), ylim=(0, 1))
        axes.set_title(title, fontsize=9)
    figure.supxlabel("probability claimed", fontsize=9)
    figure.supylabel("share of the claims that hold", fontsize=9)
    return figure


def _claims(connection, name, table):
    which = "probability = ?" if table == "match" else "? is not null"  # score_reliability judges p_match alone
    return connection.execute(
        f"select p_mean, true_share, n_claims from release.{table}_reliability"
        f" where {which} and n_claims > 0 and true_share is not null order by bin", [name]
    ).fetchnumpy()


def recall_and_purity(connection):
    """Return a figure of recall and purity of each method by off-axis angle and by Gaia density."""
    figure, grid = panels(2, 2, (7.2, 6.4), sharey="row", sharex="col")
    drawn = {}
    for column, (cut, unit) in enumerate((("off-axis angle", "arcmin"), ("Gaia density", "arcmin$^{-2}$"))):
        for method, series in zip(METHODS, SERIES, strict=True):
            bins = connection.execute(
                "select bin, recall, purity from release.match_evaluation where cut_by = ? and method = ? order by bin", [cut, method]
            ).fetchnumpy()
            labels = [_short(label) for label in bins["bin"]]
            for axes, quantity in zip(grid[:, column], ("recall", "purity"), strict=True):
                if labels:
                    drawn[method], = axes.plot(labels, np.ma.filled(bins[quantity], np.nan), markersize=5, **series)
        grid[1][column].set_xlabel(f"{cut} ({unit})")
    if not drawn:
        return None
    grid[0][0].set_ylabel("recall")
    grid[1][0].set_ylabel("purity")
    for axes in grid.flat:
        axes.grid(alpha=0.3)
    figure.legend(drawn.values(), drawn.keys(), loc="outside upper center", ncols=2)
    return figure


def _short(label):
    """Return `6–10` of `3: 6 to 10 arcmin` and `≥ 15` of `5: 15 and more arcmin`."""
    words = label.split(": ")[-1].rsplit(" ", 1)[0]
    return f"≥ {words.removesuffix(' and more')}" if words.endswith(" and more") else words.replace(" to ", "–")


def purity_against_recall(connection):
    """Return a figure of purity over recall as the confidence asked for falls; the right panel is the corner of interest."""
    figure, [grid] = panels(1, 2, (7.2, 3.8))
    drawn = {}
    for method, series in zip(METHODS, SERIES, strict=True):
        curve = connection.execute(
            "select recall, purity from release.match_curves"
            " where method = ? and recall is not null and purity is not null order by n_chosen", [method]
        ).fetchnumpy()
        for axes in grid:
            if len(curve["recall"]):
                drawn[method], = axes.plot(curve["recall"], curve["purity"], markersize=4, markevery=10, **series)
    if not drawn:
        return None
    for axes in grid:
        axes.grid(alpha=0.3)
        axes.set_xlabel("recall")
    grid[0].set(ylabel="purity", xlim=(0, 1.01), ylim=(None, 1.01))
    grid[1].set(xlim=(0.8, 1.002), ylim=(0.9, 1.002))
    figure.legend(drawn.values(), drawn.keys(), loc="outside upper center", ncols=len(drawn))
    return figure
