"""What further properties add to the score of Chandra and Gaia, against the truth of simulated skies.

    python -m bench.score_features data/simulated [another sky ...]

Each set is the published properties and what its name says; `random` is a column of numbers that
mean nothing: what it seems to gain is noise of the training. Errors are those of the difference to
the published properties, paired by source: log-loss of p_any_joint over all sources with a
candidate, ROC area out of fold by bootstrap.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import numpy as np
from sklearn.metrics import roc_auc_score

from lynceus.settings import PROJECT, default_match

RULES = default_match()["classifier"]
DENSITY = """(
    select log10(density_deg2) from match.primary_densities inner join match.primaries using (primary_key)
    where primaries.csc_name = xray_properties.csc_name and catalogue = 2 and not is_fake
)"""
NUMBERS = {
    "ruwe": {"of": "gaia", "value": "ruwe"},
    "excess noise": {"of": "gaia", "value": "ln(1 + astrometric_excess_noise)"},
    "random": {"of": "gaia", "value": "hash(gaia_source_id) % 1000003"},
    "density": {"of": "csc", "value": DENSITY},
}
FURTHER = {"published": [], "fx / fg": RULES["feature_sets"]["ours"]} | {
    name: [{"name": name.replace(" ", "_"), "kind": "number", **feature}]
    for name, feature in NUMBERS.items()
}
QUARTERS, BINS, DRAWS = 4, 15, 100


def main():
    """Build the match with each set on each sky and print the gains."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("skies", nargs="+", type=Path, help="folders of simulated skies")
    options = parser.parse_args()
    print("| sky | properties | log-loss | gain | ROC area | gain | calibration error by density |")
    print("|---" * 7 + "|")
    for sky in options.skies:
        with tempfile.TemporaryDirectory() as work:
            measured = {
                name: measure(sky, Path(work), further) for name, further in FURTHER.items()
            }
        for name, found in measured.items():
            print(
                f"| {sky.name} | {name} | {' | '.join(told(found, measured['published']))} |",
                flush=True,
            )


def measure(sky, work, further):
    """Return what the match with the published and further properties makes of the sources: arrays by
    name, of sources with a candidate (p, has, density) and of the pairs scored out of fold (source,
    score, is_positive).
    """
    build(sky, work, [*RULES["feature_sets"]["published"], *further])
    with duckdb.connect(f"{work}/features.duckdb", read_only=True) as connection:
        sources = connection.sql("""
            select p_any_joint as p, truth.gaia_source_id is not null as has, density_deg2 as density
            from match.chosen_counterparts inner join staging.stg_truth as truth using (csc_name)
            inner join match.primary_densities using (primary_key)
            where n_candidates > 0 and p_any_joint is not null order by primary_key
        """).fetchnumpy()
        pairs = connection.sql("""
            select primary_key as source, p_match_ind as score, is_positive
            from match.out_of_fold_scores inner join match.labelled_pairs using (primary_key, gaia_source_id)
            order by primary_key, gaia_source_id
        """).fetchnumpy()
    return sources | pairs


def build(sky, work, features):
    """Build the match into a database of that folder; its positions once."""
    settings = {"match": default_match(name="features", fakes=0, classifier={"features": features})}
    environment = {
        **os.environ,
        "LYNCEUS_DATA": str(sky.resolve()),
        "LYNCEUS_DATABASE": str(work / "features.duckdb"),
        "DBT_TARGET_PATH": str(work / "target"),
        "DBT_LOG_PATH": str(work),
        "DBT_PROJECT_DIR": str(PROJECT),
        "DBT_PROFILES_DIR": str(PROJECT),
    }
    is_begun = (work / "features.duckdb").exists()
    chosen = (
        ["match_features+,+chosen_counterparts"]
        if is_begun
        else ["+chosen_counterparts", "stg_truth"]
    )
    command = [
        *(sys.executable, "-W", "ignore", "-m", "dbt.cli.main", "--quiet"),
        "run",
        "--select",
    ]
    subprocess.run([*command, *chosen, "--vars", json.dumps(settings)], env=environment, check=True)


def told(found, published):
    """Return the cells of one row of the table."""
    loss = log_loss(found["p"], found["has"])
    gain = log_loss(published["p"], published["has"]) - loss
    area, area_gain, area_error = roc_areas(found, published)
    quarter = np.argsort(np.argsort(found["density"], kind="stable")) * QUARTERS // len(loss)
    errors = [
        excess_calibration_error(found["p"][quarter == n], found["has"][quarter == n])
        for n in range(QUARTERS)
    ]
    return (
        f"{loss.mean():.4f}",
        f"{gain.mean():+.4f} ± {gain.std() / len(gain) ** 0.5:.4f}",
        f"{area:.4f}",
        f"{area_gain:+.4f} ± {area_error:.4f}",
        ", ".join(f"{error:.3f}" for error in errors),
    )


def log_loss(p, truth):
    """Return the negative log-likelihood of each truth."""
    p = np.clip(p, 1e-6, 1 - 1e-6)
    return -np.log(np.where(truth, p, 1 - p))


def roc_areas(found, published):
    """Return the ROC area, how much larger it is than that of the published properties, and the error
    of that by bootstrap of the sources.
    """
    rng = np.random.default_rng(1)
    _, first, counts = np.unique(found["source"], return_index=True, return_counts=True)
    ways = [way["score"] for way in (found, published)]
    areas = [roc_auc_score(found["is_positive"], score) for score in ways]
    gains = []
    for _ in range(DRAWS):
        drawn = rng.integers(0, len(first), len(first))
        rows = np.concatenate([np.arange(first[n], first[n] + counts[n]) for n in drawn])
        of_draw = [roc_auc_score(found["is_positive"][rows], score[rows]) for score in ways]
        gains.append(of_draw[0] - of_draw[1])
    return areas[0], areas[0] - areas[1], np.std(gains)


def excess_calibration_error(p, truth):
    """Return the expected calibration error less what it is by chance where p is right."""
    rng = np.random.default_rng(1)
    chance = [calibration_error(p, rng.random(len(p)) < p) for _ in range(30)]
    return calibration_error(p, truth) - np.mean(chance)


def calibration_error(p, truth):
    """Return the expected calibration error in bins of equally many sources."""
    parts = np.array_split(np.argsort(p, kind="stable"), BINS)
    return sum(abs(p[rows].mean() - truth[rows].mean()) * len(rows) for rows in parts) / len(p)


if __name__ == "__main__":
    main()
