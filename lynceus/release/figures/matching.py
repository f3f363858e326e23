"""Figures of a match of any catalogues: its priors, the calibration of its cut, and the field of
one source.
"""

import numpy as np
from matplotlib.patches import Ellipse

from lynceus.release.figures.canvas import SERIES, panels
from lynceus.release.matching_tables import key_column
from udfs.associations import offsets


def prior_histograms(connection):
    """Return a figure of each prior's property: densities of counterparts and of the field, and the
    factor below; None without priors.
    """
    if not connection.sql(
        "select 1 from duckdb_tables() where schema_name = 'match' and table_name = 'prior_histograms'"
    ).fetchall():
        return None
    priors = [
        row[0]
        for row in connection.sql(
            "select distinct name from match.prior_histograms order by name"
        ).fetchall()
    ]
    figure, grid = panels(2, len(priors), (3.6 * len(priors) + 0.6, 4.6), sharex="col")
    for column, prior in enumerate(priors):
        bins = connection.execute(
            "select low, high, q, n, factor from match.prior_histograms where name = ? order by bin",
            [prior],
        ).fetchnumpy()
        edges = np.append(bins["low"], bins["high"][-1])
        for values, label, series in (
            (bins["q"], "counterparts", SERIES[0]),
            (bins["n"], "field", SERIES[1]),
        ):
            grid[0, column].stairs(
                values,
                edges,
                label=label,
                color=series["color"],
                linestyle=series["linestyle"],
                linewidth=1.5,
            )
        grid[1, column].stairs(bins["factor"], edges, color="black")
        grid[1, column].axhline(1, color="0.6", linewidth=1, linestyle=":")
        positive = bins["factor"][bins["factor"] > 0]
        if len(positive):
            grid[1, column].set(yscale="log", ylim=(positive.min() / 2, positive.max() * 2))
        grid[0, column].set_title(prior.removeprefix("bias_"), fontsize=9)
        grid[1, column].set_xlabel(f"{prior.removeprefix('bias_')}, in its own unit")
    grid[0, 0].set_ylabel("density")
    grid[1, 0].set_ylabel("factor, counterparts / field")
    grid[0, 0].legend()
    return figure


def cutoff_calibration(connection):
    """Return a figure of the fractions of primaries and of fakes above each cut in p_any; None
    without fakes.
    """
    rows = connection.sql(
        "select p_cut, n_selected / n_sources as selected_share, fake_share from match.purity_estimates"
        " where probability = 'p_any' and cut_by = 'all' order by p_cut"
    ).fetchnumpy()
    if not len(rows["p_cut"]):
        return None
    figure, [[left, right]] = panels(1, 2, (7.2, 3.6))
    for column, label, series in (
        ("selected_share", "primaries", SERIES[0]),
        ("fake_share", "fakes", SERIES[1]),
    ):
        left.plot(
            rows["p_cut"],
            rows[column],
            color=series["color"],
            linestyle=series["linestyle"],
            label=label,
        )
    left.set(xlabel="cut in p_any", ylabel="fraction above the cut", yscale="log", xlim=(0, 1))
    left.legend()
    right.plot(rows["fake_share"], rows["selected_share"], color="black")
    for cut in (0, 9, 49, 89):
        right.plot(
            rows["fake_share"][cut],
            rows["selected_share"][cut],
            "o",
            color="black",
            markersize=4,
        )
        right.annotate(
            f" {rows['p_cut'][cut]:g}",
            (rows["fake_share"][cut], rows["selected_share"][cut]),
            fontsize=8,
        )
    right.set(
        xlabel="fraction of fakes above the cut", ylabel="fraction of primaries above the cut"
    )
    return figure


def association_field(connection, match, source):
    """Return a figure of the sky around one source of the first catalogue: 2-sigma ellipses, with
    the probability of each candidate.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    match : dict
        The entry of var match.
    source : str
        Id of the source, as text.
    """
    catalogues = [catalogue["name"] for catalogue in match["catalogues"]]
    keys = [key_column(catalogue) for catalogue in match["catalogues"]]
    second_axis, turned = (
        ("minor", "angle") if _has_column(connection, "minor") else ("major", "0.0")
    )
    key, ra, dec, major, minor, angle, p_any = connection.execute(
        "select primary_key, ra, dec, major, minor, angle, p_any from match.primaries"
        f" inner join (select primary_key, p_any from match.primary_posteriors) using (primary_key) where not is_fake and {keys[0]}::varchar = ?",
        [source],
    ).fetchall()[0]
    figure, [[axes]] = panels(size=(5.6, 5.2))
    if major is not None:
        axes.add_patch(_ellipse(0, 0, major, minor, angle, color="0.5", linewidth=2))
    axes.plot(
        0,
        0,
        "+",
        color="0.5",
        markersize=10,
        label=f"{catalogues[0]} {source}, p_any = {p_any if p_any is None else round(p_any, 3)}",
    )
    # a source's probability is that of all associations it takes part in
    for number, (catalogue, series) in enumerate(zip(catalogues[1:], SERIES, strict=False), 2):
        near = connection.execute(
            f"select pairs.ra, pairs.dec, pairs.major, {second_axis}, {turned}, {keys[number - 1]}::varchar, sum(p_i) from match.candidates as pairs"
            f" left join (select {keys[number - 1]}, p_i from match.posteriors where primary_key = ?) using ({keys[number - 1]})"
            " where pairs.primary_key = ? and catalogue = ? group by all order by all",
            [key, key, number],
        ).fetchall()
        for row, (ra_c, dec_c, major_c, minor_c, angle_c, _, p) in enumerate(near):
            east, north = (
                float(value) for value in offsets(ra, dec, np.float64(ra_c), np.float64(dec_c))
            )
            axes.add_patch(_ellipse(east, north, major_c, minor_c, angle_c, color=series["color"]))
            label = f"{catalogue}, {len(near)} within the radius" if row == 0 else None
            axes.plot(
                east,
                north,
                series["marker"],
                color=series["color"],
                markersize=4 + 6 * (p or 0),
                label=label,
            )
            if p and p > 0.01:
                axes.annotate(
                    f"{p:.2f}",
                    (east, north),
                    (4, 4 - 9 * (number - 2)),
                    textcoords="offset points",
                    fontsize=8,
                    color=series["color"],
                )
    radius = match["radius_arcsec"]
    axes.set(
        xlim=(radius, -radius),
        ylim=(-radius, radius),
        aspect="equal",
        xlabel="east (arcsec)",
        ylabel="north (arcsec)",
    )
    axes.set_title("2-sigma ellipses; numbers: p_i of all associations with the source", fontsize=9)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center")
    return figure


def _has_column(connection, name):
    """Return whether the candidates of the match have a column; errors that are circles need no
    second axis.
    """
    found = "select 1 from duckdb_columns() where schema_name = 'match' and table_name = 'candidates' and column_name = ?"
    return bool(connection.execute(found, [name]).fetchall())


def _ellipse(east, north, major, minor, angle, **style):
    # matplotlib counts angles from the first axis to the second: from east to north; ours goes from
    # north to east
    return Ellipse((east, north), 4 * major, 4 * minor, angle=90 - angle, fill=False, **style)
