"""The simulated sky beside real tables: quantiles, the two-sample K-S statistic and a figure of
distributions.

Real counterparts and hardnesses are those of sources that someone had classified, so they stand
beside the sources of the simulated training set, weighted to the same shares of classes. X-ray
positions and fluxes are those of single fields. The statistic says how alike they look, not whether
one model holds.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from lynceus.studies.published_tables import named_files

HARDNESS_RATIOS = ("hard_hm", "hard_hs", "hard_ms")
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)

FIELDS = """(
    select null as class, err_ellipse_r0, significance, null as flux_aper90_b from 'crossmatch/cdfs_csc.parquet'
    union all select null, err_ellipse_r0, significance, flux_aper90_b from 'fields/trumpler18/csc_master.parquet'
    union all select null, err_ellipse_r0, significance, flux_aper90_b from 'fields/ngc3532/csc_master.parquet'
)"""
KNOWN = """(
    select name, min(true_class) as class from (
        select name, true_class from 'muwclass/td_2022.parquet'
        union all select name, true_class from 'muwclass/td_20231104.parquet'
    ) group by name
)"""
HARDNESS = f"""(
    select distinct on (name) name, hard_hm, hard_hs, hard_ms from 'csc/csc2_vizier_label_matches.parquet' order by name
) inner join {KNOWN} using (name)"""


def nearest(survey):
    """Return the real rows of a survey nearest to sources of known class, taken to be the counterpart."""
    return f"'counterparts/td_{survey}_nearest.parquet' inner join {KNOWN} using (name) where separation < 1.3"


ALL_SOURCES = "(select null as class, * from 'sim/csc_master.parquet')"
TRAINING = (
    "(select name, class from 'sim/literature_yangetal_training.parquet')"
    " inner join 'sim/truth.parquet' using (name)"
)
TRAINING_HARDNESS = f"{TRAINING} inner join 'sim/csc_master.parquet' using (name)"
TRUE_GAIA = f"{TRAINING} inner join 'sim/gaia_source.parquet' on gaia_source_id = source_id"


@dataclass(frozen=True)
class Quantity:
    """One compared quantity: SQL value, and SQL for the real and the simulated rows it is taken
    from, which have a column `class`, NULL where it is not known.
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
        ALL_SOURCES,
    ),
    Quantity(
        "significance (log)",
        "log10(significance)",
        FIELDS,
        "log10(significance)",
        ALL_SOURCES,
    ),
    Quantity(
        "0.5-7 keV flux (log erg/s/cm2)",
        "log10(nullif(flux_aper90_b, 0))",
        FIELDS,
        "log10(nullif(flux_aper90_b, 0))",
        ALL_SOURCES,
    ),
    *(Quantity(name, name, HARDNESS, name, TRAINING_HARDNESS) for name in HARDNESS_RATIOS),
    *(
        Quantity(label, value, nearest("gaia"), value, TRUE_GAIA)
        for label, value in (
            ("G of counterparts (mag)", "phot_g_mean_mag"),
            ("BP - RP of counterparts (mag)", "bp_rp"),
            ("parallax of counterparts (mas)", "parallax"),
            ("total proper motion (log mas/yr)", "log10(pm)"),
        )
    ),
    Quantity(
        "J - Ks (mag)",
        "jmag - kmag",
        nearest("tmass"),
        "j_m - k_m",
        f"{TRAINING} inner join 'sim/twomass.parquet' on twomass_designation = designation",
    ),
    Quantity(
        "W1 - W2 (mag)",
        "w1mag - w2mag",
        nearest("allwise"),
        "w1mpro - w2mpro",
        f"{TRAINING} inner join 'sim/allwise.parquet' on allwise_designation = designation",
    ),
    Quantity(
        "separation of counterparts (arcsec)",
        "separation",
        nearest("gaia"),
        "separation",
        f"""(
        select class, 3600 * sqrt(pow(g.dec - x.dec, 2) + pow((g.ra - x.ra) * cos(radians(x.dec)), 2)) as separation
        from {TRAINING} inner join 'sim/csc_master.parquet' as x using (name)
        inner join 'sim/gaia_source.parquet' as g on g.source_id = gaia_source_id
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
        Per quantity: numbers of values, K-S statistic, quantiles of both samples.

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
    """Return the values in ascending order and the class of each."""
    found = connection.execute(f"""
        select v, coalesce(class, '') as class from (select ({value})::double as v, class from {rows})
        where isfinite(v) order by v, class
    """).fetchnumpy()
    return np.asarray(found["v"]), np.asarray(found["class"], dtype=str)


def weights_of(real, simulated):
    """Return a weight of every simulated source, with which its classes have the shares that the
    real ones have.

    Parameters
    ----------
    real, simulated : arrays of str
        The class of each source.
    """
    classes, row, count = np.unique(simulated, return_inverse=True, return_counts=True)
    wanted = np.array([np.sum(real == name) for name in classes])
    weights = (wanted / count)[row]
    return weights / weights.sum()


def ks_statistic(real, simulated, weights):
    """Return the greatest difference between the distributions of two ascending samples, the second
    with weights that add up to 1.
    """
    places = np.concatenate([real, simulated])
    of_real = np.searchsorted(real, places, side="right") / len(real)
    cumulative = np.concatenate([[0.0], np.cumsum(weights)])
    of_simulated = cumulative[np.searchsorted(simulated, places, side="right")]
    return float(np.max(np.abs(of_real - of_simulated)))


def _compared(label, real, simulated):
    (real, real_class), (simulated, simulated_class) = real, simulated
    weights = weights_of(real_class, simulated_class)
    cumulative = np.cumsum(weights) - weights / 2
    return {
        "quantity": label,
        "n_real": len(real),
        "n_simulated": len(simulated),
        "ks_statistic": round(ks_statistic(real, simulated, weights), 4),
        "quantiles": list(QUANTILES),
        "real": [round(float(q), 3) for q in np.quantile(real, QUANTILES)],
        "simulated": [round(float(q), 3) for q in np.interp(QUANTILES, cumulative, simulated)],
    }


def _draw(samples, path):
    with matplotlib.rc_context({"font.size": 8}):
        figure = Figure(figsize=(9, 9), layout="constrained")
        FigureCanvasAgg(figure)
        rows = -(-len(samples) // 3)
        for axes, (label, (real, simulated)) in zip(figure.subplots(rows, 3).flat, samples.items()):
            (real, real_class), (simulated, simulated_class) = real, simulated
            low, high = np.quantile(np.concatenate([real, simulated]), [0.005, 0.995])
            edges = np.linspace(low, high, 31)
            axes.hist(real, edges, density=True, color="0.75", label="real")
            axes.hist(
                simulated,
                edges,
                weights=weights_of(real_class, simulated_class),
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
