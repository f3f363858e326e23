"""Why MUWCLASS here gives sources of a field another class than a published table does.

    python -m bench.class_differences <database> <published> [--properties --draws 400 --samples 2
    --share 0.75 --shown 4]

The database is a built one with a training set, the published table (Parquet) has MUWCLASS's
probabilities of its sources; with --properties also what they were classified by. Beside how often
the classes agree: how sure the published class was, what other draws, half of the map's E(B-V), and
a training set with fewer sources change.
"""

import argparse
from collections import Counter
from dataclasses import replace

import numpy as np

from bench.training_size import sampled
from lynceus.learning.muwclass import column_of, filled
from lynceus.learning.muwclass_draws import classify
from lynceus.settings import available_threads
from lynceus.studies.classes import read_published_field

LEADS = (0, 0.05, 0.1, 0.2, 0.4, 1)  # of the published class over the second


def main():
    """Print the agreement by what differs, by the published lead, and of the most frequent
    differences.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("database")
    parser.add_argument("published")
    parser.add_argument(
        "--properties",
        action="store_true",
        help="the published table has fluxes and magnitudes, else those of the database",
    )
    parser.add_argument("--draws", type=int, default=400)
    parser.add_argument("--samples", type=int, default=2, help="of the training set")
    parser.add_argument(
        "--share", type=float, default=0.75, help="of the sources of each class in a sample"
    )
    parser.add_argument("--shown", type=int, default=4, help="differences")
    options = parser.parse_args()
    training, plan, table, measurements, ebv = read_published_field(
        options.database, options.published, options.properties
    )
    plan = replace(plan, draws=options.draws)
    probabilities = np.stack(
        [filled(table[f"p_{column_of(name)}"]) for name in plan.classes], axis=1
    )
    published, ranked = probabilities.argmax(axis=1), np.sort(probabilities, axis=1)
    lead, is_dark = ranked[:, -1] - ranked[:, -2], np.isnan(measurements.magnitude).all(axis=1)
    ways = {
        "ours": (training, ebv, 1),
        "other draws": (training, ebv, 2),
        "half of the map's E(B-V)": (training, ebv / 2, 1),
        **{
            f"{options.share:g} of the training set, {number + 1}": (
                training.taken(sampled(training.label, options.share, number)),
                ebv,
                1,
            )
            for number in range(options.samples)
        },
    }
    found = {
        name: classify(
            sources, measurements, towards, replace(plan, seed=seed), available_threads()
        )[0]
        for name, (sources, towards, seed) in ways.items()
    }
    said = {name: mean.argmax(axis=1) for name, mean in found.items()}
    ours = said["ours"]
    print(
        f"{len(ebv)} sources, E(B-V) {ebv.min():.2f} to {ebv.max():.2f}\n\n| | as published | as ours |\n|---|---|---|"
    )
    for name, label in said.items():
        print(f"| {name} | {(label == published).mean():.3f} | {(label == ours).mean():.3f} |")
    print("\n| published lead over the second class | sources | ours as published |\n|---|---|---|")
    place = np.digitize(lead, LEADS[1:-1])
    for number, (low, high) in enumerate(zip(LEADS, LEADS[1:])):
        inside = place == number
        if inside.any():
            print(
                f"| {low:g} to {high:g} | {inside.sum()} | {np.mean(ours[inside] == published[inside]):.3f} |"
            )
    print(
        "\n| published | ours | sources | median lead | without optical or infrared light | median E(B-V) | median significance"
        " | as published with half of the map's E(B-V) | likewise changed by a smaller training set |\n|---|---|---|---|---|---|---|---|---|"
    )
    significance = filled(table["significance"])
    pairs = Counter(zip(published[ours != published].tolist(), ours[ours != published].tolist()))
    for (theirs, here), number in pairs.most_common(options.shown):
        of_pair, before = (
            (published == theirs) & (ours == here),
            (published == theirs) & (ours == theirs),
        )
        changed = [
            str((before & (label == here)).sum())
            for name, label in said.items()
            if "training set" in name
        ]
        halved = (said["half of the map's E(B-V)"][of_pair] == theirs).mean()
        print(
            f"| {plan.classes[theirs]} | {plan.classes[here]} | {number} | {np.median(lead[of_pair]):.2f} | {is_dark[of_pair].mean():.2f}"
            f" | {np.median(ebv[of_pair]):.1f} | {np.median(significance[of_pair]):.1f} | {halved:.2f} | {', '.join(changed)} |"
        )
    print(
        "\n| mean probability | "
        + " | ".join(plan.classes)
        + " |\n"
        + "|---" * (len(plan.classes) + 1)
        + "|"
    )
    for name, mean in {"published": probabilities, **found}.items():
        print(f"| {name} | " + " | ".join(f"{value:.3f}" for value in mean.mean(axis=0)) + " |")


if __name__ == "__main__":
    main()
