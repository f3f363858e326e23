"""The training table of Kumaran et al. (2023, MNRAS 520, 5065) as a raw table: its normalised
values back in physical units.

The published table gives every feature normalised linearly to 0-10 (equation 2 there), without the
constants. For sources that other published tables have, too, the constants follow: a straight line
through the pairs of values. The lines are conversions of units: they know no class. Three things
were found by this, and are set right here (docs/boosted.md has the figures):

- The columns of X-ray bands are interchanged. `flux_aper90_b` holds the soft flux (0.5-1.2 keV),
  `flux_aper90_h` the broad (0.5-7), `flux_aper90_s` the hard (2-7), as the CSC's own fluxes of the
  same sources show; soft, medium and hard of this order add up to the broad one.
- `flux_aper90_u` and `ks_intra_prob_b` are fluxes that the photometry of NED has under 0.3-8 and
  2-7 keV. NED's bands are interchanged alike; the second is taken for the ultrasoft one, which is
  the only band left, and the first for the widest.
- Which sources the other tables have depends on the class (NED's: 100 % of AGN, 1 % of YSO), so
  nothing else may be taken from them.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lynceus.inputs.raw_tables import raw_tables

TRAINING, NED = "kumaran/training_41_features.parquet", "kumaran/ned_multiwavelength.parquet"
MASTER, MUWCLASS = "csc/csc2_master.parquet", "muwclass/td_2022.parquet"
TABLE = "literature_kumaranetal_training"


@dataclass(frozen=True)
class Origin:
    """Where a column of the raw table is from: the published column, and the table and column that
    it is calibrated by.
    """

    published: str
    table: str
    column: str
    is_flux: bool = False  # a flux has no offset: the least of 277,069 sources is next to nothing


_VARIABILITY = (
    "var_inter_prob_b",
    "var_inter_sigma_b",
    "var_inter_index_b",
    "var_intra_prob_b",
    "var_intra_index_b",
    "kp_intra_prob_b",
)
ORIGINS = (
    {name: Origin(name, MASTER, name) for name in _VARIABILITY}
    | {
        "flux_aper90_b": Origin("flux_aper90_h", MASTER, "flux_aper90_b", True),
        "flux_aper90_h": Origin("flux_aper90_s", MASTER, "flux_aper90_h", True),
        "flux_aper90_m": Origin("flux_aper90_m", MASTER, "flux_aper90_m", True),
        "flux_aper90_s": Origin("flux_aper90_b", MASTER, "flux_aper90_s", True),
        "flux_aper90_u": Origin("ks_intra_prob_b", NED, "chandra_2_7kev", True),
        "flux_aper90_w": Origin("flux_aper90_u", NED, "chandra_0p3_8kev", True),
    }
    | {name: Origin(name, MUWCLASS, name) for name in ("gmag", "bpmag", "rpmag")}
    | {
        f"{band}mag": Origin(f"{band}mag", NED, f"tmass_{'ks' if band == 'k' else band}")
        for band in "jhk"
    }
    | {f"w{band}mag": Origin(f"w{band}mag", NED, f"wise_w{band}") for band in "1234"}
    | {f"{band}mag": Origin(f"{band}mag", NED, f"galex_{band}") for band in ("fuv", "nuv")}
    | {f"{band}_sdss": Origin(f"{band}_sdss", NED, f"sdss_{band}") for band in "ugriz"}
    | {"mips24": Origin("mips24", NED, "mips_24um", True)}
)


def files(folder):
    """Return the files of the folder that are read."""
    return [Path(folder) / name for name in (TRAINING, NED, MASTER, MUWCLASS)]


def line_through(x, y):
    """Return offset and slope of the line through most of the points, both (n,) arrays: the median
    slope of distant pairs.

    Raises
    ------
    ValueError
        If there are fewer than two different x.
    """
    if len(np.unique(x)) < 2:
        raise ValueError("a line needs points at two places")
    order = np.argsort(x, kind="stable")
    half = len(x) // 2
    near, far = order[:half], order[len(x) - half :]
    apart = x[far] > x[near]
    slope = np.median((y[far] - y[near])[apart] / (x[far] - x[near])[apart])
    return float(np.median(y - slope * x)), float(slope)


def calibration(folder):
    """Return for each column of the raw table its offset and slope, the number of sources they are
    from, and the scatter.

    Returns
    -------
    dict of str to dict
        offset, slope, n_sources, and `within`: the share of the sources whose value of the other
        table is met to 0.1 % (magnitudes: 1 mmag).
    """
    lines = {}
    for name, origin in ORIGINS.items():
        pairs = duckdb.sql(f"""
            select training.{origin.published} as x, median(other.{origin.column}) as y
            from '{Path(folder) / TRAINING}' as training inner join '{Path(folder) / origin.table}' as other using (name)
            where training.{origin.published} is not null and other.{origin.column} is not null
            group by name, training.{origin.published} order by name
        """).fetchnumpy()
        x, y = np.asarray(pairs["x"], float), np.asarray(pairs["y"], float)
        if origin.is_flux:
            is_positive = (x > 0) & (y > 0)
            x, y = x[is_positive], y[is_positive]
            offset, slope = 0.0, float(10 ** np.median(np.log10(y / x)))
        else:
            offset, slope = line_through(x, y)
        tolerance = 1e-3 * (1.0 if name.endswith(("mag", "sdss")) else np.maximum(np.abs(y), 1e-30))
        lines[name] = {
            "offset": offset,
            "slope": slope,
            "n_sources": len(x),
            "within": float(np.mean(np.abs(offset + slope * x - y) <= tolerance)),
            "scatter_dex": float(np.percentile(np.abs(np.log10(y / (slope * x))), 68))
            if origin.is_flux
            else None,
        }
    return lines


def write_training(folder, raw):
    """Write the raw table of the published training sources; return the calibration of its columns."""
    lines = calibration(folder)
    values = {
        name: f"{line['offset']!r} + {line['slope']!r} * {ORIGINS[name].published}"
        for name, line in lines.items()
    }
    # the master table rounds probabilities, so that a line may end a hair beyond 1
    columns = ", ".join(
        f"{f'least(1, greatest(0, {value}))' if '_prob_' in name else value} as {name}"
        for name, value in values.items()
    )
    # the name is the position, to 0.1 s and 1 arcsec
    part = {
        "h": (7, 2),
        "m": (9, 2),
        "s": (11, 4),
        "sign": (15, 1),
        "d": (16, 2),
        "dm": (18, 2),
        "ds": (20, 2),
    }
    text = {key: f"name[{start}:{start + length - 1}]" for key, (start, length) in part.items()}
    table = duckdb.sql(f"""
        select name, true_class as class,
            15 * ({text["h"]}::double + {text["m"]}::double / 60 + {text["s"]}::double / 3600) as ra,
            ({text["d"]}::double + {text["dm"]}::double / 60 + {text["ds"]}::double / 3600) * case {text["sign"]} when '-' then -1 else 1 end as dec,
            {columns}
        from '{Path(folder) / TRAINING}' order by name
    """).to_arrow_table()
    schema = raw_tables()[TABLE].schema
    pq.write_table(
        table.select(schema.names).cast(pa.schema(schema)), Path(raw) / f"{TABLE}.parquet"
    )
    return lines
