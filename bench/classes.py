"""Class probabilities by few trees a draw, with reddening sampled, beside the published way: a
forest of 100 trees for every draw and bin.

    python -m bench.classes <database> [--draws 3000] [--trees 16] [--targets 66369] [--reference
    300]

The training set and the X-ray sources are those of a built database; sources and their E(B-V) are
drawn from it again and again until there are as many as asked for. Among them the same 1,000
sources stand at each of five E(B-V), where the published way is run too.
"""

import argparse
import resource
import time

import duckdb
import numpy as np

from lynceus.learning.muwclass import filled, read_measurements, read_training
from lynceus.learning.muwclass_draws import Plan, classified, classify, published_plan

PROBES = (0.1, 0.5, 1.5, 5.0, 20.0)  # E(B-V), mag
PROBED = 1000
CLASSES = ("AGN", "CV", "HM-STAR", "HMXB", "LM-STAR", "LMXB", "NS", "YSO")


def main():
    """Run both ways and print how they agree and what they cost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("database", help="a built database, as lynceus.duckdb")
    parser.add_argument("--draws", type=int, default=3000)
    parser.add_argument("--trees", type=int, default=16, help="of each draw")
    parser.add_argument("--targets", type=int, default=66369)
    parser.add_argument(
        "--reference",
        type=int,
        default=300,
        help="draws of the published way at each E(B-V), twice; 0 for the cost alone",
    )
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    with duckdb.connect(options.database, read_only=True) as connection:
        names = connection.sql(
            "select feature from classes.muwclass_features where is_selected"
        ).fetchnumpy()["feature"]
        _, training, present = read_training(
            connection.sql("from classes.muwclass_training"), CLASSES
        )
        pool = connection.sql("from sources.source_properties where not has_no_flux")
        _, measurements = read_measurements(pool)
        pool_ebv = filled(pool.order("csc_name").fetchnumpy()["ebv"])
    plan = Plan(tuple(names), present, options.draws, options.trees, seed=1)
    rng = np.random.default_rng(1)
    probed = rng.integers(0, len(measurements), PROBED)
    others = rng.integers(0, len(measurements), options.targets - len(PROBES) * PROBED)
    rows = np.concatenate([np.tile(probed, len(PROBES)), others])
    ebv = np.concatenate([np.repeat(PROBES, PROBED), pool_ebv[others]])
    print(
        f"{len(training.label)} training sources of {len(present)} classes; {len(rows)} X-ray sources",
        flush=True,
    )
    wall, cpu = time.perf_counter(), time.process_time()
    mean, deviation = classify(
        training, measurements.taken(rows), ebv, plan, threads=options.threads, progress=True
    )
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{options.draws} draws: {wall:.0f} s, {cpu:.0f} CPU s, peak {peak:.2f} GB", flush=True)
    if not options.reference:
        return
    print(
        "\n| at E(B-V) | compared | mean abs dP of the top class | bias | ratio of deviations | same class | CT >= 2 agrees | CPU s |"
    )
    print("|---|---|---|---|---|---|---|---|")
    probes = measurements.taken(probed)
    for number, at in enumerate(PROBES):
        inside = slice(number * PROBED, (number + 1) * PROBED)
        cost = time.process_time()
        one, other = (
            published(training, probes, at, plan, options.reference, seed + number, options.threads)
            for seed in (100, 200)
        )
        cost = time.process_time() - cost
        both = (one[0] + other[0]) / 2, np.sqrt((one[1] ** 2 + other[1] ** 2) / 2)
        print_row(
            at,
            f"{options.draws} draws, {2 * options.reference} published",
            (mean[inside], deviation[inside]),
            both,
            cost,
        )
        print_row(
            at, f"{options.reference} published, {options.reference} published", one, other, cost
        )


def published(training, targets, ebv, plan, draws, seed, threads):
    """Return mean and deviation of the class probabilities by the published way at one E(B-V)."""
    plan = published_plan(plan, draws)
    return classify(
        training,
        targets,
        np.full(len(targets), ebv),
        Plan(**{**vars(plan), "seed": seed}),
        threads=threads,
    )


def print_row(ebv, compared, ours, reference, cpu_seconds):
    """Print how two pairs of mean and deviation agree."""
    label, confidence = classified(*ours)
    expected, expected_confidence = classified(*reference)
    top = (np.arange(len(label)), expected)
    difference = ours[0][top] - reference[0][top]
    print(
        f"| {ebv:g} | {compared} | {np.abs(difference).mean():.4f} | {difference.mean():+.4f}"
        f" | {ours[1][top].mean() / reference[1][top].mean():.3f} | {(label == expected).mean():.3f}"
        f" | {((confidence >= 2) == (expected_confidence >= 2)).mean():.3f} | {cpu_seconds:.0f} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
