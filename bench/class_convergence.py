"""How many draws a class probability needs, and which random process scatters it most: figures 7,
15 and 16 of Yang et al. (2022), ApJ 941, 104.

    python -m bench.class_convergence <database> [--draws 300] [--targets 500] [--threads 2]
    [--figures folder]

Each draw is a published one: a forest of 100 trees on a drawn and oversampled training set, asked
once about each target, AGN reddened to one E(B-V). Targets are sources outside the training set,
those whose E(B-V) is nearest to the median. Both come from a built database.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import duckdb
import matplotlib
import matplotlib.style
import numpy as np
from scipy.stats import norm
from tqdm import tqdm

from lynceus.learning.muwclass import filled, read_measurements, read_training
from lynceus.learning.muwclass_draws import (
    RANDOM_PROCESSES,
    Plan,
    TrainedDraw,
    log_ebv,
    published_plan,
)
from lynceus.learning.worker_threads import worker_threads
from lynceus.release.figures import STYLE, save_figure
from lynceus.release.figures.canvas import SERIES, panels

PUBLISHED_SHARES = {"measurements": (89, 9), "oversampling": (31, 13), "classifier": (27, 12)}
PUBLISHED_STATISTIC = {100: 14, 1000: 5}  # per cent, below which 84 % of the statistic lie
PUBLISHED_REFERENCE = 3000
SHOWN_SOURCES = 6


def main():
    """Draw, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("database", type=Path, help="a built database")
    parser.add_argument(
        "--draws",
        type=int,
        default=300,
        help="draws with all that is random; each process alone has a third as many",
    )
    parser.add_argument("--targets", type=int, default=500, help="X-ray sources asked about")
    parser.add_argument("--threads", type=int, default=2, help="draws at once")
    parser.add_argument("--figures", type=Path, help="folder for the figures")
    options = parser.parse_args()
    training, targets, ebv, plan = read(options.database, options.targets, options.draws)
    print(
        f"{len(training.label):,} training sources of {len(plan.classes)} classes, {len(targets):,} targets, E(B-V) = {ebv:.2f}\n"
    )
    votes = drawn_votes(training, targets, ebv, plan, options.threads)
    said = np.argmax(votes.mean(axis=0), axis=1)
    statistic = convergence(votes, said)
    print(convergence_table(statistic, options.draws))
    alone = {
        process: drawn_votes(
            training,
            targets,
            ebv,
            replace(plan, varied=(process,), draws=max(2, options.draws // 3)),
            options.threads,
        )
        for process in RANDOM_PROCESSES
    }
    shares = contributions(alone, said)
    print(contribution_table(shares))
    if options.figures:
        options.figures.mkdir(parents=True, exist_ok=True)
        with matplotlib.style.context("default"), matplotlib.rc_context(STYLE):
            save_figure(
                probability_figure(votes, said, plan.classes),
                options.figures,
                "class_probability_draws",
            )
            save_figure(
                convergence_figure(statistic, options.draws), options.figures, "class_convergence"
            )
            save_figure(contribution_figure(shares), options.figures, "class_contributions")


def read(database, count, draws):
    """Return Training, the Measurements of `count` targets, their median E(B-V) and the Plan."""
    with duckdb.connect(str(database), read_only=True) as connection:
        classes = [
            name
            for (name,) in connection.sql(
                "select distinct class from classes.muwclass_training order by class"
            ).fetchall()
        ]
        _, training, present = read_training(connection.table("classes.muwclass_training"), classes)
        selected = connection.sql(
            "select feature from classes.muwclass_features where is_selected order by feature"
        ).fetchnumpy()["feature"]
        sources = connection.sql(
            "select * from sources.source_properties anti join classes.muwclass_training using (csc_name) where not has_no_flux and ebv is not null"
        )
        _, measurements = read_measurements(sources)
        ebv = filled(sources.order("csc_name").fetchnumpy()["ebv"])
    near = np.sort(
        np.argsort(np.abs(log_ebv(ebv) - log_ebv(np.median(ebv))), kind="stable")[:count]
    )
    return (
        training,
        measurements.taken(near),
        float(np.median(ebv)),
        published_plan(Plan(tuple(selected), present, draws), draws),
    )


def drawn_votes(training, targets, ebv, plan, threads=1):
    """Return the class probabilities of each draw, (draws, targets, classes)."""

    def asked(draw):
        return TrainedDraw(plan, training, draw, ebv).votes(targets)

    with worker_threads(threads) as pool:
        varied = ", ".join(plan.varied)
        return np.stack(
            list(
                tqdm(
                    pool.map(asked, range(plan.draws)),
                    total=plan.draws,
                    desc=varied,
                    unit="draw",
                    disable=None,
                )
            )
        )


def convergence(votes, said):
    """Return |P_N - P_ref| / sd of the class said, by N: the mean of the first N draws against that
    of all.

    Parameters
    ----------
    votes : (draws, n, classes) array
    said : (n,) int array

    Returns
    -------
    (draws, m) array
        Of the m sources that differ from draw to draw.
    """
    p = votes[:, np.arange(len(said)), said]
    deviation = p.std(axis=0, ddof=1)
    means = np.cumsum(p, axis=0) / np.arange(1, len(p) + 1)[:, None]
    scatters = deviation > 0
    return np.abs(means - means[-1])[:, scatters] / deviation[scatters]


def expected(quantile, number, reference):
    """Return the quantile of the statistic that independent Gaussian draws have: |z| sqrt(1/N -
    1/N_ref).
    """
    return norm.ppf((1 + quantile) / 2) * np.sqrt(1 / np.asarray(number) - 1 / reference)


def contributions(alone, said):
    """Return the share of each process in the uncertainty of the class said: its deviation over all
    three in quadrature, by process.
    """
    deviations = {
        process: votes[:, np.arange(len(said)), said].std(axis=0, ddof=1)
        for process, votes in alone.items()
    }
    total = np.sqrt(sum(deviation**2 for deviation in deviations.values()))
    return {
        process: deviation[total > 0] / total[total > 0]
        for process, deviation in deviations.items()
    }


def steps(draws):
    """Return the numbers of draws to report: 1, 2, 5, 10, ... and less than all."""
    return [number for number in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000) if number < draws]


def convergence_table(statistic, draws):
    """Return the convergence as Markdown: median and 84 % of the statistic over N."""
    lines = [
        f"|P_N - P_{draws}| / sd of the class said:\n",
        "| N | median | 84 % lie below | independent draws | published (of 3,000), 84 % | independent |",
        "|---|---|---|---|---|---|",
    ]
    for number in steps(draws):
        median, high = np.quantile(statistic[number - 1], [0.5, 0.84])
        published = f"{PUBLISHED_STATISTIC[number]} %" if number in PUBLISHED_STATISTIC else ""
        of_all = expected(0.84, number, PUBLISHED_REFERENCE)
        lines.append(
            f"| {number} | {median:.1%} | {high:.1%} | {expected(0.84, number, draws):.1%} | {published} | {of_all:.1%} |"
        )
    return "\n".join(lines) + "\n"


def contribution_table(shares):
    """Return the contributions to the uncertainty as Markdown: mean and standard deviation over
    sources.
    """
    lines = [
        "Contributions to the uncertainty of the class said:\n",
        "| process | here | published |",
        "|---|---|---|",
    ]
    for process, values in shares.items():
        lines.append(
            "| {} | {:.0f} ± {:.0f} % | {} ± {} % |".format(
                process, 100 * values.mean(), 100 * values.std(), *PUBLISHED_SHARES[process]
            )
        )
    return "\n".join(lines)


def probability_figure(votes, said, classes):
    """Return a figure of the probabilities' distributions over draws: sources from the least to the
    most certain, a line for each class.
    """
    order = np.argsort(votes.mean(axis=0).max(axis=1), kind="stable")
    shown = order[
        np.linspace(0, len(order) - 1, min(SHOWN_SOURCES, len(order))).round().astype(int)
    ]
    figure, grid = panels(
        len(shown),
        len(classes),
        (1.05 * len(classes) + 0.8, 1.1 * len(shown) + 0.8),
        sharex=True,
        sharey=True,
    )
    for line, source in zip(grid, shown, strict=True):
        for axes, place in zip(line, range(len(classes)), strict=True):
            values = votes[:, source, place]
            is_said = place == said[source]
            axes.hist(
                values,
                np.linspace(0, 1, 26),
                color=SERIES[0]["color"] if is_said else "0.6",
                hatch="////" if is_said else None,
            )
            axes.set_title(f"{values.mean():.2f} ± {values.std(ddof=1):.2f}", fontsize=8)
            axes.tick_params(labelsize=8)
    grid[0][0].set(yscale="log", ylim=(0.7, len(votes) * 1.3))  # shared, so of all
    for axes, name in zip(grid[-1], classes, strict=True):
        axes.set_xlabel(name, fontsize=8)
        axes.set_xticks([0, 1])
    figure.supylabel(f"draws, of {len(votes)} (hatched: the class said)", fontsize=9)
    figure.supxlabel("class probability", fontsize=9)
    return figure


def convergence_figure(statistic, draws):
    """Return a figure of the median of the convergence statistic over N, with its 16th and 84th
    percentiles.
    """
    figure, [[axes]] = panels()
    number = np.array(steps(draws))
    low, median, high = np.quantile(statistic[number - 1], [0.16, 0.5, 0.84], axis=1)
    bars, label = [median - low, high - median], f"median, 16 to 84 %; against {draws} draws"
    axes.errorbar(number, median, bars, capsize=2, markersize=4, label=label, **SERIES[0])
    axes.plot(
        number,
        expected(0.84, number, draws),
        label="84 % of independent draws",
        color="0.4",
        linestyle=":",
    )
    published = np.array(list(PUBLISHED_STATISTIC.items())) / [1, 100]
    axes.plot(
        *published.T, "s", color=SERIES[1]["color"], label="Yang et al. (2022), 84 %, against 3,000"
    )
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="draws N",
        ylabel="|P$_N$ − P$_{ref}$| / sd of the class said",
    )
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper center")
    axes.grid(alpha=0.3)
    return figure


def contribution_figure(shares):
    """Return a figure of the distributions over sources of the three contributions to the
    uncertainty.
    """
    figure, [[axes]] = panels()
    for (process, values), style in zip(shares.items(), SERIES, strict=False):
        counts, edges = np.histogram(values, np.linspace(0, 1, 41))
        label = f"{process}: {values.mean():.0%} ± {values.std():.0%}"
        axes.stairs(
            counts,
            edges,
            color=style["color"],
            linestyle=style["linestyle"],
            linewidth=1.5,
            label=label,
        )
    axes.set(
        xlabel="share of the uncertainty (deviation over the three in quadrature)",
        ylabel="sources",
        xlim=(0, 1),
    )
    axes.legend(loc="upper left")
    axes.grid(alpha=0.3)
    return figure


if __name__ == "__main__":
    main()
