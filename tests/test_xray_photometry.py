"""X-ray photometry: the split normal distribution against integrals, and averages of real
detections against published ones.
"""

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import Build
from scipy.stats import norm
from test_bad_input import sound_tables
from test_macros import evaluated

from lynceus.inputs.raw_tables import raw_tables

PUBLISHED = "muwclass/td_20221116_xray_avg.parquet"
OBSERVATIONS = "csc/csc2_per_observation.parquet"
BANDS = ("s", "m", "h", "b")


def test_moments_are_the_integrals_of_two_half_normals_of_one_height(sky):
    cases = [(3.0, 2.0, 5.0), (0.0, 0.0, 1.0), (2.0, 0.5, 2.0), (1.0, 0.8, 1.2)]
    values = ", ".join(
        f"({i}, {mode}::double, {low}::double, {high}::double)"
        for i, (mode, low, high) in enumerate(cases)
    )
    moments = (
        "[{{ fechner_mean('mode', 'low', 'high') }}, {{ fechner_variance('mode', 'low', 'high') }}]"
    )
    got = evaluated(sky, moments, f"(values {values}) as t(i, mode, low, high) order by i")
    for (mode, low, high), ours in zip(cases, got):
        x = np.linspace(mode - 12 * (mode - low), mode + 12 * (high - mode), 2_000_001)
        width = np.where(x < mode, max(mode - low, 1e-300), max(high - mode, 1e-300))
        density = norm.pdf((x - mode) / width)
        mean = np.trapezoid(x * density, x) / np.trapezoid(density, x)
        variance = np.trapezoid((x - mean) ** 2 * density, x) / np.trapezoid(density, x)
        np.testing.assert_allclose(ours, [mean, variance], rtol=1e-5)


def photometry(sky, observations, threads="2"):
    """Build the photometry of the sources of a Parquet file of detections; return the sky."""
    columns = [column.name for column in raw_tables()["csc_observation"].columns]
    present = {row[0] for row in duckdb.sql(f"describe select * from '{observations}'").fetchall()}
    chosen = ", ".join(column for column in columns if column in present)
    sky.write(**sound_tables(1))
    duckdb.sql(
        f"copy (select {chosen} from '{observations}') to '{sky.raw}/csc_observation.parquet'"
    )
    # no position enters
    source = f"select distinct name, 0 as ra, 0 as dec, 1 as err_ellipse_r0, 1 as err_ellipse_r1 from '{observations}'"
    duckdb.sql(f"copy ({source}) to '{sky.raw}/csc_master.parquet'")
    return sky.build("--select", "+xray_photometry", LYNCEUS_THREADS=threads)


@pytest.fixture(scope="module")
def compared(real_data, tmp_path_factory):
    """Our photometry of the real detections beside the published one, one row per source of both
    tables.
    """
    sky = photometry(Build(tmp_path_factory.mktemp("photometry")), real_data / OBSERVATIONS)
    return sky.rows(
        "select ours.*, coalesce(ours.dof, -1) as our_dof, theirs.dof as their_dof, theirs.flux_flag as their_flag, "
        "theirs.chisqr as their_chisqr, theirs.var_inter_prob as their_inter, kp_prob_b_max as their_intra, "
        + ", ".join(
            f"flux_aper90_ave_{band} as their_{band}, e_flux_aper90_ave_{band} as their_e_{band}"
            for band in BANDS
        )
        + f" from sources.xray_photometry as ours inner join '{real_data / PUBLISHED}' as theirs on ours.csc_name = theirs.name"
    )


def alike(ours, theirs, tolerance=0.01):
    """Return where two columns agree: both missing, or equal to the relative tolerance."""
    ours, theirs = (np.ma.filled(np.ma.asarray(x, float), np.nan) for x in (ours, theirs))
    return np.isclose(ours, theirs, rtol=tolerance, atol=0, equal_nan=True)


@pytest.mark.real
def test_averages_equal_the_published_ones_wherever_they_rest_on_the_same_detections(compared):
    """Fluxes, errors and variability equal the published ones; those that differ rest on other
    detections.

    How many detections the published averages rest on is told by their degrees of freedom. Of 2,020
    sources of both tables
    - 1,838 (91 %) rest on as many as here: of 1,837 everything is equal; the other has no flux,
      here marked and there filled in;
    - 176 rest on more: their authors recovered fluxes that the catalogue lacks (section 2.2) and
      that are not public;
    - 6 rest on fewer: without one or two detections (far off-axis, or near another source) that
      pass the published rules.

    The published broad band is the sum of the averaged bands, not the average of the sums (equation
    3), which only chi-square uses; the highest Kuiper probability is that of detections with a
    broad-band flux.
    """
    same = compared["our_dof"] == compared["their_dof"]
    more = compared["our_dof"] < compared["their_dof"]
    assert same.mean() > 0.85
    assert (~same & ~more).mean() < 0.01
    for band in BANDS:
        equal = alike(compared[f"flux_{band}"], compared[f"their_{band}"]) & alike(
            compared[f"e_flux_{band}"], compared[f"their_e_{band}"]
        )
        assert equal[same].mean() > 0.99, band
        assert equal.mean() > 0.85, band
    assert (compared["flux_flag"] == compared["their_flag"])[same].mean() > 0.99
    assert alike(compared["chisqr"], compared["their_chisqr"])[same].mean() > 0.995
    assert alike(compared["var_intra_prob"], compared["their_intra"])[same].mean() > 0.995
    # published with three decimals
    ours, theirs = (
        np.ma.filled(compared[name][same], -1) for name in ("var_inter_prob", "their_inter")
    )
    assert (np.abs(ours - theirs) < 0.00051).mean() > 0.995


def test_the_photometry_does_not_depend_on_the_order_of_rows_or_on_threads(tmp_path):
    """The same detections in another order, on one thread and on two, give the same bytes."""
    rng, rows = np.random.default_rng(5), 5000
    tables = {
        "name": [f"X{i % 7}" for i in range(rows)],
        "obsid": np.arange(rows),
        "obi": np.zeros(rows, int),
        "region_id": np.ones(rows, int),
    }
    for band in "smh":
        mode, below, above = rng.uniform(0.2, 1, (3, rows)) * 1e-15
        tables |= {
            f"flux_aper90_{band}": mode,
            f"flux_aper90_lolim_{band}": mode - below,
            f"flux_aper90_hilim_{band}": mode + above,
        }
    results = []
    for order, threads in ((np.arange(rows), "1"), (rng.permutation(rows), "2")):
        pq.write_table(pa.table(tables).take(order), tmp_path / "rows.parquet")
        sky = photometry(Build(tmp_path / threads), tmp_path / "rows.parquet", threads)
        results.append(sky.rows("select * from sources.xray_photometry order by csc_name"))
    for name, values in results[0].items():
        assert values.tolist() == results[1][name].tolist(), name
    assert results[0]["n_observations"].sum() == rows and (results[0]["var_inter_prob"] > 0).all()
