"""Fits of spectral energy distributions inside SQL beside a loop over sources, models and bands,
and their memory.

    python -m bench.sed [--sources 11266] [--many 1000000] [--looped 60]

All models are fitted to every source, as when its class is not known. The loop integrates each
model through each filter for each source, as one writes it first, over spectra and curves that are
ready; it takes some of the sources, and its time for all is theirs in proportion. Memory is the
peak of a process of its own for each number of sources, once with the table of sources and once
without any fit.
"""

import argparse
import json
import resource
import subprocess
import sys
import time

import duckdb
import numpy as np
import pyarrow as pa

from lynceus.learning.vectors import lists
from lynceus.physics.filters import load_filter
from lynceus.physics.spectra import GRID, all_models
from lynceus.settings import project_vars
from udfs import sed_fit
from udfs.sed_fit import Setting

VARS = project_vars()

NAMES = ("input_filters", "output_filters", "normalisation", "extinction")
SETTING = json.dumps({name: VARS[f"sed_{name}"] for name in NAMES})
QUERY = "select sum(fit.chi2_reduced), count(fit.chi2_reduced) from (select sed_fit(?, null, null, magnitudes, errors, null) as fit from {})"
CHUNK = 50_000


def main():
    """Print how long the fits take, how long the loop does, and the memory of few and many sources."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sources", type=int, default=11_266, help="as in the paper")
    parser.add_argument("--many", type=int, default=1_000_000)
    parser.add_argument("--looped", type=int, default=60, help="sources that the loop takes")
    parser.add_argument(
        "--measure",
        type=int,
        help="fit so many sources, print seconds and peak memory, and nothing else",
    )
    parser.add_argument("--idle", action="store_true", help="with --measure: make the sources only")
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure, options.idle)))
        return
    ours = child(options.sources)
    magnitudes, errors = photometry(options.looped)
    slow, seconds = looped(magnitudes, errors)
    seconds *= options.sources / options.looped
    translator = sed_fit.load_translator(SETTING)
    fits = translator.fit(
        np.tile(translator.ranges(None), (options.looped, 1)),
        magnitudes,
        errors,
        np.full(options.looped, np.nan),
    )
    same = np.array_equal(fits.places[:, 0], [model for model, _ in slow])
    apart = np.max(np.abs(fits.numbers[:, 0] / [chi2 for _, chi2 in slow] - 1))
    print(
        f"{options.sources:,} sources x {len(translator.models.family)} models: SQL {ours['seconds']:.2f} s; loop {seconds:,.0f} s"
        f" (measured on {options.looped}); ratio {seconds / ours['seconds']:,.0f}; same models: {'yes' if same else 'NO'},"
        f" chi2 apart by {apart:.0e}"
    )
    for rows in (options.many // 10, options.many):
        busy, idle = child(rows), child(rows, "--idle")
        print(
            f"{rows:>9,} sources: {busy['seconds']:.1f} s, {rows / busy['seconds']:,.0f} sources/s, peak {busy['peak_gb']:.2f} GB,"
            f" without the fits {idle['peak_gb']:.2f} GB"
        )


def child(rows, *flags):
    """Return what `measure` finds in a process of its own."""
    command = [sys.executable, "-m", "bench.sed", "--measure", str(rows), *flags]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def measure(rows, is_idle):
    """Fit sources inside SQL; return seconds from the table to the last fit, and the process's peak
    memory.
    """
    connection = duckdb.connect(config={"threads": 2})
    sed_fit.register(connection)
    connection.execute("create table sources (magnitudes double[], errors double[])")
    for start in range(0, rows, CHUNK):
        chunk = pa.table(
            {
                name: lists(values)
                for name, values in zip(
                    ("magnitudes", "errors"), photometry(min(CHUNK, rows - start), start)
                )
            }
        )
        connection.register("chunk", chunk).execute("insert into sources from chunk")
        connection.unregister("chunk")
    # light through filters, and the compiled kernel
    connection.execute(QUERY.format("(from sources limit 1)"), [SETTING]).fetchall()
    start = time.perf_counter()
    if not is_idle:
        [(_, count)] = connection.execute(QUERY.format("sources"), [SETTING]).fetchall()
        assert count == rows
    return {
        "seconds": time.perf_counter() - start,
        "peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
    }


def photometry(rows, seed=0):
    """Return magnitudes and errors (rows, bands) of sources with random models, 0.05 mag of noise
    and any brightness.
    """
    translator, rng = sed_fit.load_translator(SETTING), np.random.default_rng(seed)
    light = translator.seen[0][rng.integers(len(translator.models.family), size=rows)]
    magnitudes = (
        -2.5 * np.log10(light / translator.zero_points)
        - translator.offsets
        + rng.uniform(10, 22, rows)[:, None]
    )
    errors = np.full(magnitudes.shape, 0.05)
    return magnitudes + rng.normal(0, errors), errors


def looped(magnitudes, errors):
    """Return the best model of each source and its reduced chi-squared, models integrated for each
    anew: Rangelov et al., section 3.2.
    """
    filters = [load_filter(name) for name in Setting.read(SETTING).input_filters]
    # all of them count photons
    weights = [
        np.interp(GRID, one.wavelength, one.throughput, left=0, right=0) / GRID for one in filters
    ]
    spectra, start = all_models().f_nu, time.perf_counter()
    found = []
    for magnitude, sigma in zip(magnitudes, errors):
        flux = np.array(
            [
                one.zero_point_jy * 10 ** (-0.4 * (value + one.vega_to_ab_mag))
                for one, value in zip(filters, magnitude)
            ]
        )
        error = flux * np.log(10) / 2.5 * sigma
        anchor = np.argmax(flux)
        best = (-1, np.inf)
        for number, f_nu in enumerate(spectra):
            model = np.array(
                [
                    np.trapezoid(f_nu * weight, GRID) / np.trapezoid(weight, GRID)
                    for weight in weights
                ]
            )
            model *= flux[anchor] / model[anchor]
            chi2 = sum(
                ((flux[k] - model[k]) / error[k]) ** 2 for k in range(len(flux)) if k != anchor
            ) / (len(flux) - 1)
            best = min(best, (number, chi2), key=lambda pair: pair[1])
        found.append(best)
    return found, time.perf_counter() - start


if __name__ == "__main__":
    main()
