"""Time and memory of the X-ray-only classes at the published size: the study of the number of clusters, training, scoring inside SQL.

    python -m bench.umlcaxs [--detections 30000] [--repeats 5] [--bootstraps 3] [--scored 270000]

Ratio: our mixture against scikit-learn's with the same tolerance and ridge on the same rows, seconds and ln likelihood of one start each.
"""

import argparse
import resource
import tempfile
import time

import duckdb
import numpy as np
import pyarrow as pa
from sklearn.mixture import GaussianMixture

from udfs import umlcaxs
from udfs.boosted import lists
from udfs.mixtures import RIDGE, TOLERANCE, fit_mixture, one_thread
from udfs.umlcaxs import fit_scaling
from udfs.umlcaxs_training import TRAININGS, Detections, Settings, model_table, selection_table

PROPERTIES = (
    ("hard_hm", "plain"), ("hard_hs", "plain"), ("hard_ms", "plain"), ("powlaw_gamma", "scaled"), ("bb_kt", "log"), ("var_prob_b", "plain"),
    ("var_ratio_b", "log"), ("var_prob_h", "plain"), ("var_ratio_h", "log"), ("var_prob_s", "plain"), ("var_ratio_s", "log"), ("var_newq_b", "log"),
)
CLASSES = tuple(f"class {i}" for i in range(10))


def drawn(number, seed=1):
    """Return Detections in clusters that overlap, 40 % of them labelled."""
    rng = np.random.default_rng(seed)
    width, kind = len(PROPERTIES), rng.integers(0, 30, number)
    values = rng.normal(0, 1, (30, width))[kind] + rng.normal(0, 1, (number, width)) * rng.uniform(0.1, 0.8, (30, width))[kind]
    is_log = np.array([name == "log" for _, name in PROPERTIES])
    values = np.where(is_log, np.exp(values), values)
    label = np.where(rng.random(number) < 0.4, kind % len(CLASSES), -1)
    return Detections(values, label, {name: (label >= 0) & (rng.random(number) < 0.7) for name in TRAININGS})


def main():
    """Print seconds of every step and the peak memory."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--detections", type=int, default=30_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--bootstraps", type=int, default=3)
    parser.add_argument("--scored", type=int, default=270_000)
    options = parser.parse_args()
    settings = Settings(
        PROPERTIES, CLASSES, "gaussian_mixture", components=6, starts=10, seed=42, fewest_detections=200, fewest_members=2, few_members=24,
        distance="squared", selection_repeats=options.repeats, selection_bootstraps=options.bootstraps,
    )
    data = drawn(options.detections)
    scaled = fit_scaling(data.values, settings.kinds).scaled(data.values)
    for components in (6, 20):
        ours, seconds = timed(lambda: fit_mixture(scaled, components))
        with one_thread():
            theirs, other = timed(lambda: GaussianMixture(components, random_state=42, tol=TOLERANCE, reg_covar=RIDGE, max_iter=200).fit(scaled))
        likelihoods = ours.log_likelihood(scaled).mean(), theirs.score(scaled)
        print(f"{components} clusters: {seconds:.2f} s, scikit-learn {other:.2f} s, ratio {other / seconds:.0f}; mean ln L {likelihoods[0]:.3f}, {likelihoods[1]:.3f}")
    table, seconds = timed(lambda: selection_table(data, settings))
    fits = options.repeats + options.bootstraps
    print(f"selection, {options.detections} detections, {table.num_rows} numbers of clusters, {fits} fits each: {seconds:.0f} s")
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
