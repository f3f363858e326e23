"""Figures of positions: where the sources lie, what their candidates are, and up to which
separation one believes them.
"""

import numpy as np
from astropy.coordinates import SkyCoord
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from lynceus.release.figures.canvas import (
    LIMIT,
    SERIES,
    count_scale,
    hexagons,
    matched_pairs,
    panels,
)

# p-values below this are drawn on it, as triangles
P_FLOOR = 1e-6


def sky_map(connection):
    """Return a figure of the X-ray sources on the sky (Aitoff), equatorial and Galactic, coloured
    by their number of candidates.
    """
    sources = connection.sql(
        "select csc_ra, csc_dec, n_candidates from release.xray_sources"
        # crowded sources last, on top; the rest of the order makes the figure repeatable
        " order by n_candidates, csc_ra, csc_dec"
    ).fetchnumpy()
    if not len(sources["csc_ra"]):
        return None
    count = np.asarray(sources["n_candidates"], float)
    galactic = SkyCoord(sources["csc_ra"], sources["csc_dec"], unit="deg").galactic
    frames = (
        ("right ascension", "declination", sources["csc_ra"], sources["csc_dec"]),
        ("Galactic longitude", "Galactic latitude", galactic.l.deg, galactic.b.deg),
    )
    figure = Figure(figsize=(7.2, 7.6), layout="constrained")
    FigureCanvasAgg(figure)
    for number, (across, up, longitude, latitude) in enumerate(frames, start=1):
        axes = figure.add_subplot(2, 1, number, projection="aitoff")
        shown = _sources_on_the_sky(
            axes, np.asarray(longitude, float), np.asarray(latitude, float), count
        )
        axes.set(xlabel=across, ylabel=up)
    figure.colorbar(
        shown, ax=figure.axes, shrink=0.6, label="log$_{10}$ (number of Gaia candidates)"
    )
    title = f"{count.size:,} Chandra sources, {np.count_nonzero(count == 0):,} of them without a candidate (grey)"
    figure.suptitle(title, fontsize=9)
    return figure


def _sources_on_the_sky(axes, longitude, latitude, count):
    """Draw sources (deg) as seen from inside the sphere: longitude grows to the left, 0 in the
    middle.
    """
    across, up = -np.radians((longitude + 180) % 360 - 180), np.radians(latitude)
    dots = {"linewidths": 0, "rasterized": True}
    none, some = count == 0, count > 0
    # larger, to be seen around the sources of the same pointing
    axes.scatter(across[none], up[none], color="0.6", s=9, **dots)
    shown = axes.scatter(
        across[some], up[some], c=np.log10(count[some]), cmap="viridis", s=2, **dots
    )
    axes.grid(alpha=0.3)
    axes.set_xticks(
        np.radians([-120, -60, 0, 60, 120]), ["120°", "60°", "0°", "300°", "240°"], fontsize=8
    )
    axes.set_yticks(np.radians([-60, -30, 0, 30, 60]))
    return shown


def normalised_separation(connection):
    """Return a figure of the separations of likely counterparts in units of their errors, beside
    the Rayleigh curve they should follow.
    """
    rows = connection.sql(
        "select pairs.separation / sqrt((pow(pairs.csc_pos_err_major, 2) + pow(pairs.csc_pos_err_minor, 2)) / 2 + pow(gaia_pos_err, 2)) as x"
        " from release.xray_sources as sources inner join release.candidate_pairs as pairs using (csc_name, gaia_source_id)"
        " where p_counterpart > 0.9 and pairs.csc_pos_err_major > 0 order by x"
    ).fetchnumpy()["x"]
    values = np.asarray(rows, float)
    if not len(values):
        return None
    edges = np.linspace(0, 6, 49)
    centres, width = (edges[1:] + edges[:-1]) / 2, edges[1] - edges[0]
    counts, _ = np.histogram(values, edges)
    expected = len(values) * width * centres * np.exp(-(centres**2) / 2)
    figure, [[axes]] = panels(size=(4.8, 3.8))
    axes.stairs(
        counts,
        edges,
        color=SERIES[0]["color"],
        label=f"counterparts, p > 0.9 (n = {len(values):,})",
    )
    axes.plot(
        centres, expected, color=SERIES[1]["color"], linestyle="--", label="Rayleigh distribution"
    )
    beyond = np.count_nonzero(values > edges[-1])
    axes.set(
        xlabel="separation / combined 1-sigma error",
        ylabel="counterparts per bin",
        xlim=(0, edges[-1]),
        ylim=(0, None),
    )
    axes.legend(title=f"{beyond:,} beyond {edges[-1]:g}" if beyond else None, title_fontsize=8)
    axes.grid(alpha=0.3)
    return figure


def candidate_colours(connection):
    """Return a figure of G over BP - RP of the Gaia sources that are candidates, each once."""
    sources = connection.sql(
        "select distinct gaia_source_id, bp_rp, phot_g_mean_mag from release.candidate_pairs"
        " where bp_rp is not null and phot_g_mean_mag is not null order by all"
    ).fetchnumpy()
    if not len(sources["bp_rp"]):
        return None
    figure, [[axes]] = panels()
    drawn = hexagons(
        axes,
        sources["bp_rp"],
        sources["phot_g_mean_mag"],
        (-1, 6, 2, 22),
        "Gaia candidates",
        columns=65,
    )
    axes.invert_yaxis()
    axes.set(xlabel="BP − RP (mag)", ylabel="G (mag)")
    count_scale(figure, [drawn], "Gaia sources per hexagon")
    return figure


def distinguishability(connection):
    """Return a figure of K-S p-values, best against least likely candidate, over separation in each
    range of off-axis angle.
    """
    ranges = connection.sql(
        "select off_axis, any_value(critical_separation), any_value(adopted_separation)"
        " from release.distinguishability_tests where p_value is not null group by off_axis order by off_axis"
    ).fetchall()
    if not ranges:
        return None
    columns = min(2, len(ranges))
    figure, grid = panels(-(-len(ranges) // columns), columns, (7.2, 6.2), sharex=True, sharey=True)
    for axes, (off_axis, critical, adopted) in zip(grid.flat, ranges, strict=False):
        _p_values(axes, connection, off_axis)
        axes.axhline(0.10, color="0.4", linewidth=1, linestyle=":", label="p = 0.10")
        axes.axvline(
            adopted,
            color="black",
            linewidth=1,
            linestyle="-.",
            label=f"adopted separation, {adopted:g} arcsec",
        )
        if critical is not None:
            axes.axvline(critical, linestyle="--", label="critical separation", **LIMIT)
        axes.set(xscale="log", yscale="log", ylim=(P_FLOOR / 2, 2))
        angles = (
            "all off-axis angles"
            if off_axis == "all"
            else f"off-axis angle {off_axis.split(': ')[-1]}"
        )
        axes.set_title(
            f"{angles}\n"
            + (
                "no critical separation"
                if critical is None
                else f"critical at {critical:.2f} arcsec"
            ),
            fontsize=9,
        )
    named = {
        label: line
        for axes in grid.flat
        for line, label in zip(*axes.get_legend_handles_labels(), strict=True)
    }
    figure.legend(named.values(), named.keys(), loc="outside upper center", ncols=3)
    figure.supxlabel("separation of the best candidate, upper edge of the bin (arcsec)", fontsize=9)
    figure.supylabel("K-S p-value of G, best against least likely candidate", fontsize=9)
    return figure


def _p_values(axes, connection, off_axis):
    tests = connection.execute(
        "select separation_high, p_value, p_value_smoothed from release.distinguishability_tests"
        " where off_axis = ? and p_value is not null order by bin",
        [off_axis],
    ).fetchnumpy()
    across, p = tests["separation_high"], tests["p_value"]
    low, dots = p < P_FLOOR, {"linestyle": "", "color": SERIES[0]["color"], "markersize": 4}
    axes.plot(across[~low], p[~low], marker="o", label="p-value", **dots)
    if low.any():
        axes.plot(
            across[low],
            np.full(np.count_nonzero(low), P_FLOOR),
            marker="v",
            fillstyle="none",
            label=f"p-value below {P_FLOOR:g}",
            **dots,
        )
    smoothed = np.ma.filled(np.ma.masked_invalid(tests["p_value_smoothed"]), np.nan)
    axes.plot(across, smoothed, color=SERIES[0]["color"], label="mean of five bins")


def separation_by_off_axis_angle(connection):
    """Return a figure of the matches' separations (arcsec) over the off-axis angle (arcmin), with
    the limit believed.
    """
    columns, known = (
        "min_theta_mean, separation",
        "min_theta_mean is not null and separation is not null",
    )
    nway = connection.sql(
        f"select {columns} from release.candidate_pairs where nway_confident and {known} order by all"
    ).fetchnumpy()
    shown = {"NWAY matches": nway} if len(nway["separation"]) else {}
    shown |= matched_pairs(connection, columns, known)
    if not shown:
        return None
    wide = min(2, len(shown))
    figure, grid = panels(-(-len(shown) // wide), wide, (7.2, 6), sharex=True, sharey=True)
    drawn = []
    for axes, (title, rows) in zip(grid.flat, shown.items(), strict=False):
        drawn.append(
            hexagons(
                axes, rows["min_theta_mean"], rows["separation"], (0, 20, 0, 12), title, columns=50
            )
        )
        _separation_limit(axes, connection)
    grid.flat[0].legend(loc="upper left")
    figure.supxlabel("off-axis angle (arcmin)", fontsize=9)
    figure.supylabel("X-ray to Gaia separation (arcsec)", fontsize=9)
    count_scale(figure, drawn, "pairs per hexagon")
    return figure


def _separation_limit(axes, connection):
    steps = connection.sql(
        "select min(min_theta_mean) as theta, separation_limit from release.candidate_pairs"
        " where min_theta_mean is not null and separation_limit is not null group by separation_limit order by theta"
    ).fetchnumpy()
    if len(steps["theta"]):
        theta, limit = (
            np.append(steps["theta"], 30),
            np.append(steps["separation_limit"], steps["separation_limit"][-1]),
        )
        theta[0] = 0
        axes.step(theta, limit, where="post", label="separation limit", **LIMIT)
