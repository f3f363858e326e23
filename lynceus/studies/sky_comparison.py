"""The simulated sky beside real tables: quantiles, the two-sample K-S statistic and a figure of
distributions.

No real sample is drawn as the simulated one is (single fields, or sources someone had classified),
so that the statistic says how alike they look, not whether one model holds.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from scipy.stats import ks_2samp

from lynceus.studies.published_tables import named_files

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)

FIELDS = """(
    select err_ellipse_r0, significance, null as flux_aper90_b from 'crossmatch/cdfs_csc.parquet'
    union all select err_ellipse_r0, significance, flux_aper90_b from 'fields/trumpler18/csc_master.parquet'
    union all select err_ellipse_r0, significance, flux_aper90_b from 'fields/ngc3532/csc_master.parquet'
)"""
LABELLED = """(
    select distinct on (name) name, hard_hm, hard_hs, hard_ms from 'csc/csc2_vizier_label_matches.parquet' order by name
)"""
NEAREST = """(
    select phot_g_mean_mag, bp_rp, parallax, pm, separation from 'counterparts/td_gaia_nearest.parquet'
    union all select phot_g_mean_mag, bp_rp, parallax, pm, separation from 'fields/ngc3532/gaia_nearest.parquet'
    union all select phot_g_mean_mag, bp_rp, parallax, pm, separation from 'fields/trumpler18/gaia_nearest.parquet'
) where separation < 1.3"""
TRUE_GAIA = "'sim/gaia_source.parquet' inner join 'sim/truth.parquet' on gaia_source_id = source_id"
CLASSIFIED = "'sim/csc_master.parquet' where significance >= 3"


@dataclass(frozen=True)
class Quantity:
    """One compared quantity: SQL value, and SQL for the real and the simulated rows it is taken
    from.
    """

    label: str
    real_value: str
    real_rows: str
    simulated_value: str
    simulated_rows: str


QUANTITIES = (
    Quantity(
        "95 % error axis r0 (log arcsec)",
        "log10(err_ellipse_r0)",
        FIELDS,
        "log10(err_ellipse_r0)",
        "'sim/csc_master.parquet'",
    ),
    Quantity(
        "significance (log)",
        "log10(significance)",
        FIELDS,
        "log10(significance)",
        "'sim/csc_master.parquet'",
    ),
    Quantity(
        "0.5-7 keV flux (log erg/s/cm2)",
        "log10(nullif(flux_aper90_b, 0))",
        FIELDS,
        "log10(nullif(flux_aper90_b, 0))",
        "'sim/csc_master.parquet'",
    ),
    Quantity("hard_hm", "hard_hm", LABELLED, "hard_hm", CLASSIFIED),
    Quantity("hard_hs", "hard_hs", LABELLED, "hard_hs", CLASSIFIED),
    Quantity("hard_ms", "hard_ms", LABELLED, "hard_ms", CLASSIFIED),
    Quantity("G of counterparts (mag)", "phot_g_mean_mag", NEAREST, "phot_g_mean_mag", TRUE_GAIA),
    Quantity("BP - RP of counterparts (mag)", "bp_rp", NEAREST, "bp_rp", TRUE_GAIA),
    Quantity("parallax of counterparts (mas)", "parallax", NEAREST, "parallax", TRUE_GAIA),
    Quantity("total proper motion (log mas/yr)", "log10(pm)", NEAREST, "log10(pm)", TRUE_GAIA),
    Quantity(
        "J - Ks (mag)",
        "jmag - kmag",
        "'counterparts/td_tmass_nearest.parquet' where separation < 1.3",
        "j_m - k_m",
        "'sim/twomass.parquet' inner join 'sim/truth.parquet' on twomass_designation = designation",
    ),
    Quantity(
        "W1 - W2 (mag)",
        "w1mag - w2mag",
        "'counterparts/td_allwise_nearest.parquet' where separation < 1.3",
        "w1mpro - w2mpro",
        "'sim/allwise.parquet' inner join 'sim/truth.parquet' on allwise_designation = designation",
    ),
    Quantity(
        "separation of counterparts (arcsec)",
        "separation",
        NEAREST,
        "separation",
        """(
        select 3600 * sqrt(pow(g.dec - x.dec, 2) + pow((g.ra - x.ra) * cos(radians(x.dec)), 2)) as separation
        from 'sim/csc_master.parquet' as x inner join 'sim/truth.parquet' as t using (name)
        inner join 'sim/gaia_source.parquet' as g on g.source_id = t.gaia_source_id
    ) where separation < 1.3""",
    ),
)


def files(folder):
    """Return the files of a folder of published tables that the comparison reads."""
    return {path for one in QUANTITIES for path in named_files(folder, one.real_rows)}


def compare(real, simulated, figure):
    """Compare every quantity whose real tables are there and draw all of them into one figure.

    Parameters
    ----------
    real : path
        Folder of published tables.
    simulated : path
        Folder of the simulated raw tables.
    figure : path
        PNG to write.

    Returns
    -------
    list of dict
        Per quantity: numbers of values, K-S statistic and p-value, quantiles of both samples.

    Raises
    ------
    FileNotFoundError
        If no quantity has its real tables.
    """
    with duckdb.connect(config={"file_search_path": str(Path(real).resolve())}) as connection:
        samples = {
            quantity.label: (
                _values(connection, quantity.real_value, quantity.real_rows),
                _values(
                    connection,
                    quantity.simulated_value,
                    quantity.simulated_rows.replace("'sim/", f"'{Path(simulated).resolve()}/"),
                ),
            )
            for quantity in QUANTITIES
            if all(path.exists() for path in named_files(real, quantity.real_rows))
        }
    if not samples:
        raise FileNotFoundError("the folder lacks the tables of every quantity")
    _draw(samples, figure)
    return [_compared(label, *pair) for label, pair in samples.items()]


def _values(connection, value, rows):
    found = np.ma.filled(
        connection.execute(f"select ({value})::double as v from {rows}").fetchnumpy()["v"], np.nan
    )
    return np.sort(found[np.isfinite(found)])


def _compared(label, real, simulated):
    test = ks_2samp(real, simulated)
    return {
        "quantity": label,
        "n_real": len(real),
        "n_simulated": len(simulated),
        "ks_statistic": round(float(test.statistic), 4),
        "p_value": float(test.pvalue),
        "quantiles": list(QUANTILES),
        "real": [round(float(q), 3) for q in np.quantile(real, QUANTILES)],
        "simulated": [round(float(q), 3) for q in np.quantile(simulated, QUANTILES)],
    }


def _draw(samples, path):
    with matplotlib.rc_context({"font.size": 8}):
        figure = Figure(figsize=(9, 9), layout="constrained")
        FigureCanvasAgg(figure)
        rows = -(-len(samples) // 3)
        for axes, (label, (real, simulated)) in zip(figure.subplots(rows, 3).flat, samples.items()):
            low, high = np.quantile(np.concatenate([real, simulated]), [0.005, 0.995])
            edges = np.linspace(low, high, 31)
            axes.hist(real, edges, density=True, color="0.75", label="real")
            axes.hist(
                simulated,
                edges,
                density=True,
                histtype="step",
                color="C0",
                linewidth=1.5,
                label="simulated",
            )
            axes.set_xlabel(label)
            axes.set_yticks([])
        figure.axes[0].legend()
        for axes in figure.axes[len(samples) :]:
            axes.set_axis_off()
        figure.savefig(path, dpi=130, metadata={"Software": None})
