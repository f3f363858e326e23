"""Figure of the clusters that X-ray detections fall into (Perez-Diaz et al. 2024, figure 1)."""

from lynceus.release.figures.canvas import LIMIT, SERIES, panels


def umlcaxs_clusters(connection):
    """Return a figure of the Bayesian information criterion over the number of clusters, its
    gradient, and how alike fits from other starts are.
    """
    rows = connection.sql("""
        select n_components, bic, bic_std, bic_gradient, rand_index_seeds, is_chosen from release.umlcaxs_selection
        where clustering = 'gaussian_mixture' order by all
    """).fetchnumpy()
    if not len(rows["bic"]):
        return None
    figure, [grid] = panels(1, 3, (9.0, 3.2), sharex=True)
    number = rows["n_components"]
    grid[0].errorbar(number, rows["bic"], rows["bic_std"], capsize=2, markersize=4, **SERIES[0])
    for axes, name in zip(grid[1:], ("bic_gradient", "rand_index_seeds"), strict=True):
        axes.plot(number, rows[name], markersize=4, **SERIES[0])
    for axes, title in zip(
        grid,
        (
            "Bayesian information criterion",
            "its change per cluster",
            "adjusted Rand index between starts",
        ),
        strict=True,
    ):
        for chosen in number[rows["is_chosen"]]:
            axes.axvline(chosen, **LIMIT)
        axes.set_title(title, fontsize=9)
    figure.supxlabel("clusters (line: those in use)", fontsize=9)
    return figure
