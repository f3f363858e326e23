"""The tables that a page about one X-ray source is made of, against the raw tables, the models'
own settings and the formulas of the fits.
"""

import duckdb
import numpy as np
import pytest
from astropy import units
from astropy.coordinates import SkyCoord
from click.testing import CliRunner

from lynceus.commands import main
from lynceus.learning.boosted_trees import CLASS_WEIGHT_POWER
from lynceus.settings import project_vars
from udfs.sed_kernel import MISSING_ERROR, SMALLEST_ERROR_MAG

# of each survey its raw table, its id there, and a band with the raw magnitude and its error
RAW = {
    "gaia": ("gaia_source", "source_id", "G", "phot_g_mean_mag", None),
    "twomass": ("twomass", "designation", "Ks", "k_m", "k_msigcom"),
    "allwise": ("allwise", "designation", "W4", "w4mpro", "w4sigmpro"),
    "catwise": ("catwise", "source_id", "W1", "w1mpro", "w1sigmpro"),
    "panstarrs": ("panstarrs", "objID", "y", "yMeanPSFMag", "yMeanPSFMagErr"),
}


@pytest.mark.parametrize("survey", RAW)
def test_magnitudes_are_those_of_the_archive_under_the_archives_id(undisturbed, survey):
    table, name, band, magnitude, error = RAW[survey]
    rows = undisturbed.rows(f"""
        select released.*, raw."{magnitude}" as raw_magnitude, {f'raw."{error}"' if error else "null::double"} as raw_error
        from release.source_photometry as released
        left join raw.{table} as raw on raw."{name}"::varchar = survey_source_id
        where survey = '{survey}' and band = '{band}'
    """)
    assert len(rows["magnitude"]) > 100
    np.testing.assert_array_equal(rows["magnitude"], rows["raw_magnitude"])
    if error:
        np.testing.assert_array_equal(
            np.ma.filled(rows["magnitude_error"], np.nan), np.ma.filled(rows["raw_error"], np.nan)
        )


def test_separations_are_those_of_the_positions_beside_them(undisturbed):
    rows = undisturbed.rows("""
        select photometry.separation, survey_ra, survey_dec, photometry.csc_ra, photometry.csc_dec
        from release.source_photometry as photometry
    """)
    one, other = (
        SkyCoord(rows[f"{of}_ra"], rows[f"{of}_dec"], unit="deg") for of in ("survey", "csc")
    )
    np.testing.assert_allclose(
        rows["separation"], one.separation(other).to_value(units.arcsec), atol=1e-6
    )


def test_chi_squared_follows_from_the_magnitudes_released(undisturbed):
    """Of fits through an anchor: docs/sed.md, "The fit"."""
    rows = undisturbed.rows("""
        select training_set || csc_name as fit, any_value(chi2_reduced) as chi2_reduced, any_value(n_bands) as n,
            list(observed_magnitude - model_magnitude) as residuals, list(observed_error) as errors
        from release.sed_magnitudes where is_observed and not is_anchor group by all
    """)
    assert len(rows["fit"]) > 100
    for chi2, n, residuals, errors in zip(
        rows["chi2_reduced"], rows["n"], rows["residuals"], rows["errors"]
    ):
        sigma = np.ma.filled(np.ma.asarray(errors).astype(float), np.nan)
        relative = np.where(
            sigma > 0, np.maximum(sigma, SMALLEST_ERROR_MAG) * np.log(10) / 2.5, MISSING_ERROR
        )
        terms = (1 - 10 ** (0.4 * np.array(residuals))) / relative
        assert len(terms) == n - 1
        assert np.sum(terms**2) / (n - 1) == pytest.approx(chi2, rel=1e-6, abs=1e-9)


def test_weights_are_those_of_the_trainings(undisturbed):
    powers = {
        "lynceus": CLASS_WEIGHT_POWER,
        "boosted": project_vars()["boosted_class_weight_power"],
        "muwclass": 0,
    }
    for classifier, power in powers.items():
        rows = undisturbed.rows(f"""
            select class, count(*) as n, min(weight) as least, max(weight) as most
            from release.class_labels where classifier = '{classifier}' and is_used group by class
        """)
        expected = (rows["n"] / rows["n"].max()) ** -float(power)
        np.testing.assert_allclose(rows["least"], expected, rtol=1e-12)
        np.testing.assert_allclose(rows["most"], expected, rtol=1e-12)


def test_a_page_shows_its_source_and_no_other(undisturbed):
    row = undisturbed.rows("""
        select csc_name, gaia_source_id, survey_source_id, magnitude
        from release.source_photometry inner join release.class_labels using (csc_name)
        where is_recommended and band = 'G' and classifier = 'lynceus' order by csc_name limit 1
    """)
    name = row["csc_name"][0]
    shown = CliRunner().invoke(
        main,
        [
            "query",
            "what_is_known_of_one_source",
            "--limit",
            "0",
            "--vars",
            f'{{csc_name: "{name}"}}',
        ],
        env=undisturbed.environment(),
    )
    assert shown.exit_code == 0, shown.output
    assert name in shown.output and str(row["gaia_source_id"][0]) in shown.output
    assert f"{row['magnitude'][0]:.3f}" in shown.output and "Yang et al. 2022" in shown.output
    assert shown.output.count("2CXO J") == 1


def test_an_x_ray_source_of_a_galaxy_has_a_page_though_it_is_not_in_the_csc(undisturbed):
    name = undisturbed.rows("""
        select min(csc_name) as csc_name from release.source_classes
        where classifier = 'xclass' and class is not null and csc_name not in (select csc_name from release.xray_sources)
    """)["csc_name"][0]
    shown = CliRunner().invoke(
        main,
        [
            "query",
            "what_is_known_of_one_source",
            "--limit",
            "0",
            "--vars",
            f'{{csc_name: "{name}"}}',
        ],
        env=undisturbed.environment(),
    )
    assert shown.exit_code == 0 and "xclass" in shown.output, shown.output


def test_ids_are_text_that_no_reader_rounds(undisturbed):
    folder = undisturbed.folder / "releases" / "latest"
    with duckdb.connect() as connection:
        same = connection.execute(f"""
            select count(*), count(*) filter (gaia_source_id::varchar = survey_source_id)
            from '{folder}/source_photometry.parquet' where survey = 'gaia'
        """).fetchall()[0]
    assert same[0] == same[1] > 1000
