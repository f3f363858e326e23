"""Spectra fitted to real photometry: Gaia and 2MASS of the published training sources, and their
templates beside published spectral types.
"""

from pathlib import Path

import duckdb
import numpy as np

from udfs.sed_fit import type_number

TYPES = "muwclass/td_candidates_simbad.parquet"
BANDS = ("bp", "g", "rp", "j", "h", "k")
TYPE_VARIANTS = ("least_squares", "fitted_extinction")
STARS = ("LM-STAR", "HM-STAR")
MANY = 10  # sources of a class, below which it is not shown


def inputs(folder):
    """Return the files of the folder that are read besides the fields' own, those that exist."""
    return [path for path in (Path(folder) / TYPES,) if path.exists()]


def sed_fits(databases, folder):
    """Return how well spectra fit real sources, as JSON types.

    Parameters
    ----------
    databases : dict of str to path
        A built database for each field of lynceus.studies.published_tables.REAL_FIELDS; read is
        that of `training`.
    folder : path
        Of the published tables.

    Returns
    -------
    dict
        `quality`: the rows of release.sed_fit_quality; `spectral_types`: by class and variant, how
        far templates are from the published spectral types, in subclasses; `templates`: where the
        spectra are from.
    """
    with duckdb.connect(str(databases["training"]), read_only=True) as connection:
        quality = connection.sql("from release.sed_fit_quality order by class, variant")
        measured = {
            "quality": [dict(zip(quality.columns, row)) for row in quality.fetchall()],
            "templates": connection.sql(
                "select distinct source from release.sed_inputs where kind = 'template' order by all"
            ).fetchall(),
        }
        path = Path(folder) / TYPES
        if path.exists():
            measured["spectral_types"] = [
                row
                for name in STARS
                for variant in TYPE_VARIANTS
                if (row := against_types(connection, path, name, variant))["sources"] >= MANY
            ]
    return measured


def against_types(connection, path, source_class, variant):
    """Compare the templates of one class's sources with their published spectral types, where these
    can be read.
    """
    rows = connection.execute(
        "select template, max(sp_type) from classes.sed_fits as fits inner join read_parquet(?) as types on csc_name = types.name"
        " where fits.class = ? and variant = ? and model = 'stellar_atlas' and sp_type is not null group by csc_name, template order by csc_name",
        [str(path), source_class, variant],
    ).fetchall()
    pairs = [
        (type_number(template), type_number(said))
        for template, said in rows
        if type_number(said) is not None
    ]
    later = np.array([ours - theirs for ours, theirs in pairs])
    return {
        "class": source_class,
        "variant": variant,
        "sources": len(pairs),
        "median_subclasses_later": float(np.median(later)) if len(later) else None,
        "median_subclasses_apart": float(np.median(np.abs(later))) if len(later) else None,
        "within_five_subclasses": float(np.mean(np.abs(later) <= 5)) if len(later) else None,
    }


def section(measured):
    """Return the lines of the report, Markdown."""
    yield "## Spectral energy distributions of real sources"
    yield ""
    yield "Spectra of each class (Rangelov et al., table 2) fitted to the published Gaia and 2MASS photometry of the MUWCLASS training sources, in"
    yield f"the variants of var `studies`. Templates: {', '.join(source for (source,) in measured['templates'])}. Residuals are medians of observed less"
    yield "model magnitudes; good fits have a reduced chi-squared below 10. No PanSTARRS or HST photometry of these sources is at hand."
    yield ""
    yield (
        "| class | variant | fitted of | good | chi2 16 % | median | 84 % | "
        + " | ".join(band.upper() for band in BANDS)
        + " |"
    )
    yield "|---" * (7 + len(BANDS)) + "|"
    for row in measured["quality"]:
        if row["n_fitted"] >= MANY:
            residuals = " | ".join(
                _number(row[f"{band}_residual_median"], "+.2f") for band in BANDS
            )
            chi2 = " | ".join(
                _number(row[f"chi2_reduced_{name}"], ",.1f") for name in ("p16", "median", "p84")
            )
            share = row["n_good"] / row["n_fitted"]
            yield f"| {row['class']} | {row['variant']} | {row['n_fitted']} of {row['n_sources']} | {share:.0%} | {chi2} | {residuals} |"
    yield ""
    for row in measured.get("spectral_types", ()):
        yield f"- {row['class']}, {row['variant']}: the best template of {row['sources']} sources with a published spectral type (SIMBAD) is"
        yield f"  {row['median_subclasses_apart']:.1f} subclasses from it in the median, {row['within_five_subclasses']:.0%} within five"
        yield f"  (median offset {row['median_subclasses_later']:+.1f}, positive is later)."
    yield ""


def _number(value, form):
    return "" if value is None else format(value + 0.0, form)
