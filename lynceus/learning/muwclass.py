"""MUWCLASS (Yang et al. 2022, ApJ 941, 104) between the database and `muwclass_draws`: relations
in, Arrow tables out.
"""

import numpy as np
import pyarrow as pa

from lynceus.learning.muwclass_draws import Plan, Training, classified
from lynceus.physics.source_features import MAGNITUDES, XRAY_BANDS, Measurements

COLUMNS = (
    tuple(f"flux_{band}" for band in XRAY_BANDS),
    tuple(f"e_flux_{band}" for band in XRAY_BANDS),
    MAGNITUDES,
    tuple(f"e_{name}" for name in MAGNITUDES),
    ("var_inter_prob", "var_intra_prob"),
)


def plan_of(settings, features, classes):
    """Return the Plan that the settings of a dbt model describe: numbers may come as text."""
    kinds = {
        "draws": int,
        "trees": int,
        "target_draws": int,
        "half_width": float,
        "neighbours": int,
        "seed": int,
        "error_factor": float,
    }
    return Plan(
        tuple(features),
        tuple(classes),
        **{name: kinds.get(name, str)(value) for name, value in settings.items()},
    )


def read_measurements(relation):
    """Return the names (n,) and the Measurements of the sources of a relation with the columns of
    source_properties, by name.
    """
    table = relation.order("csc_name").fetchnumpy()
    values = (np.stack([filled(table[name]) for name in names], axis=1) for names in COLUMNS)
    return np.asarray(table["csc_name"], dtype=object), Measurements(*values)


def read_training(relation, classes):
    """Return names (n,), Training and the classes it has, in the order of `classes`."""
    table = relation.order("csc_name").fetchnumpy()
    present = [name for name in classes if name in set(table["class"])]
    names, measurements = read_measurements(relation)
    label = np.array([present.index(name) for name in table["class"]], dtype=int)
    return names, Training(measurements, label), tuple(present)


def filled(column):
    """Return a column of a DuckDB result as floats, NULL as NaN."""
    return np.ma.filled(np.ma.asarray(column).astype(float), np.nan)


def column_of(name):
    """Return the column name of a class: 'HM-STAR' is hm_star."""
    return name.lower().replace("-", "_")


def probability_table(names, mean, deviation, present, classes, **others):
    """Return class probabilities as an Arrow table, one row per source; NULL for classes that are
    not present, and for NaN.

    Parameters
    ----------
    names : (n,) array of str
    mean, deviation : (n, k) arrays
        Of the k present classes.
    present, classes : sequences of str
        The classes that were trained, and all classes of the scheme.
    others : (n,) arrays
        Columns to put after the name.
    """
    columns = {"csc_name": pa.array(names, pa.string())} | others
    if present and len(names):
        label, confidence = classified(mean, deviation)
        best = (np.arange(len(names)), label)
        columns |= {
            "class": pa.array(np.asarray(present, dtype=object)[label], pa.string()),
            "class_prob": mean[best],
            "e_class_prob": pa.array(deviation[best], from_pandas=True),
            "confidence_threshold": pa.array(confidence, from_pandas=True),
        }
    else:
        columns |= {"class": pa.nulls(len(names), pa.string())}
        columns |= {
            name: pa.nulls(len(names), pa.float64())
            for name in ("class_prob", "e_class_prob", "confidence_threshold")
        }
    for prefix, values in (("p", mean), ("e_p", deviation)):
        for name in classes:
            columns[f"{prefix}_{column_of(name)}"] = (
                pa.array(values[:, present.index(name)], from_pandas=True)
                if name in present
                else pa.nulls(len(names), pa.float64())
            )
    return pa.table(columns)
