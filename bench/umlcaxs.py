"""Time and memory of the X-ray-only classes at the published size: the study of the number of
clusters, training, scoring inside SQL.

    python -m bench.umlcaxs [--detections 30000] [--repeats 5] [--bootstraps 3] [--scored 270000]

Ratio: seconds of STEPS steps of the expectation maximisation, scikit-learn's over ours, from the
same start on the same rows.
"""

import argparse
import resource
import tempfile
import time
import warnings
from unittest.mock import patch

import duckdb
import numpy as np
import pyarrow as pa
from sklearn.mixture import GaussianMixture

from lynceus.learning import mixtures
from lynceus.learning.mixtures import one_thread
from lynceus.learning.umlcaxs import fit_scaling
from lynceus.learning.umlcaxs_training import (
    TRAININGS,
    Detections,
    Settings,
    model_table,
    selection_table,
)
from lynceus.learning.vectors import lists
from udfs import umlcaxs

PROPERTIES = (
    ("hard_hm", "plain"),
    ("hard_hs", "plain"),
    ("hard_ms", "plain"),
    ("powlaw_gamma", "scaled"),
    ("bb_kt", "log"),
    ("var_prob_b", "plain"),
    ("var_ratio_b", "log"),
    ("var_prob_h", "plain"),
    ("var_ratio_h", "log"),
    ("var_prob_s", "plain"),
    ("var_ratio_s", "log"),
    ("var_newq_b", "log"),
)
STEPS = 20
CLASSES = tuple(f"class {i}" for i in range(10))


def drawn(number, seed=1):
    """Return Detections in clusters that overlap, 40 % of them labelled."""
    rng = np.random.default_rng(seed)
    width, kind = len(PROPERTIES), rng.integers(0, 30, number)
    values = (
        rng.normal(0, 1, (30, width))[kind]
        + rng.normal(0, 1, (number, width)) * rng.uniform(0.1, 0.8, (30, width))[kind]
    )
    is_log = np.array([name == "log" for _, name in PROPERTIES])
    values = np.where(is_log, np.exp(values), values)
    label = np.where(rng.random(number) < 0.4, kind % len(CLASSES), -1)
    return Detections(
        values, label, {name: (label >= 0) & (rng.random(number) < 0.7) for name in TRAININGS}
    )


def step_seconds(scaled, components):
    """Return the seconds of STEPS steps from k random groups, ours and scikit-learn's, both on one
    thread.
    """
    start = np.eye(components)[np.random.default_rng(1).integers(0, components, len(scaled))]
    with (
        one_thread(),
        patch.multiple(mixtures, MOST_STEPS=STEPS, TOLERANCE=-np.inf),
        warnings.catch_warnings(action="ignore"),
    ):
        _, ours = timed(lambda: mixtures.fit_mixture(scaled, components, responsibilities=start))
        groups = [scaled[start[:, k] > 0] for k in range(components)]
        _, theirs = timed(
            lambda: GaussianMixture(
                components,
                tol=0,
                max_iter=STEPS,
                weights_init=start.mean(axis=0),
                means_init=np.stack([group.mean(axis=0) for group in groups]),
                precisions_init=np.linalg.inv([np.cov(group.T) for group in groups]),
                random_state=1,
            ).fit(scaled)
        )
    return ours, theirs


def main():
    """Print seconds of every step and the peak memory."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--detections", type=int, default=30_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--bootstraps", type=int, default=3)
    parser.add_argument("--scored", type=int, default=270_000)
    options = parser.parse_args()
    settings = Settings(
        PROPERTIES,
        CLASSES,
        "gaussian_mixture",
        components=6,
        starts=10,
        seed=42,
        fewest_detections=200,
        fewest_members=2,
        few_members=24,
        distance="squared",
        selection_repeats=options.repeats,
        selection_bootstraps=options.bootstraps,
    )
    data = drawn(options.detections)
    scaled = fit_scaling(data.values, settings.kinds).scaled(data.values)
    for components in (6, 20):
        ours, theirs = step_seconds(scaled, components)
        print(
            f"{STEPS} steps with {components} clusters: {ours:.2f} s, scikit-learn {theirs:.2f} s, ratio {theirs / ours:.1f}"
        )
    table, seconds = timed(lambda: selection_table(data, settings))
    fits = options.repeats + options.bootstraps
    print(
        f"selection, {options.detections} detections, {table.num_rows} numbers of clusters, {fits} fits each: {seconds:.0f} s"
    )
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        table, seconds = timed(lambda: model_table(data, settings, folder))
        print(f"training, {settings.starts} starts, {len(TRAININGS)} models: {seconds:.1f} s")
        umlcaxs.register(connection, folder)
        detections = pa.table({"properties": lists(drawn(options.scored, seed=2).values)})
        connection.register("given", detections)
        connection.execute("create table detections as from given")
        query = f"select count(found.cluster) from (select umlcaxs_classify('{table['model_file'][0].as_py()}', properties) as found from detections)"
        scored, seconds = timed(lambda: connection.execute(query).fetchall())
        print(f"scored inside SQL: {scored[0][0]} rows in {seconds:.1f} s")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


def timed(step):
    """Return what a step returns, and its seconds."""
    start = time.perf_counter()
    return step(), time.perf_counter() - start


if __name__ == "__main__":
    main()
