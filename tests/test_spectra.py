"""Model spectra: against Planck's law of astropy, Vega, published colours of stars; and those read
from a user's files.
"""

import csv
import hashlib

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from astropy import units as u
from astropy.io import fits
from astropy.modeling.physical_models import BlackBody
from sedpy.reference_spectra import vega

from lynceus.inputs.simulated.seds import SEQUENCE
from lynceus.physics.filters import load_filter, mean_weights
from lynceus.physics.spectra import (
    APPROXIMATION,
    GRID,
    SEEDS,
    SLOPES,
    TEMPERATURES,
    all_models,
    approximate_quasar,
    approximate_stars,
    planck,
    read_composite,
    star_rows,
    template_origins,
)
from lynceus.release.manifest import sed_sources

TYPES = [row["spectral_type"] for row in star_rows()]


def magnitudes(f_nu, *names):
    """Return the magnitudes of f_nu (m, g) in filters, with the archive's zero points but for a
    common constant.
    """
    filters = [load_filter(name) for name in names]
    zero_points = np.array(
        [one.zero_point_jy * 10 ** (-0.4 * one.vega_to_ab_mag) for one in filters]
    )
    return -2.5 * np.log10(f_nu @ mean_weights(filters, GRID).T / zero_points)


def test_the_grid_has_all_families():
    models = all_models()
    counts = {
        family: int((models.family == family).sum()) for family in dict.fromkeys(models.family)
    }
    assert counts == {
        "stellar_atlas": 27,
        "agn_composite": 1,
        "power_law": 81,
        "blackbody": 73,
        "star_disc": 12,
    }
    assert (TYPES[0], TYPES[-1], SLOPES[0], SLOPES[-1]) == ("O5", "M6", -2.5, 1.5)
    np.testing.assert_allclose(TEMPERATURES[[0, 31, 32, -1]], [2000, 9750, 10000, 50000])
    np.testing.assert_allclose(models.f_nu[:, GRID == 5500], 1)


@pytest.mark.parametrize("temperature", [2000.0, 5770.0, 50000.0])
def test_black_bodies_are_those_of_astropy(temperature):
    bright = GRID > 2000
    expected = BlackBody(temperature * u.K)(GRID[bright] * u.AA).value
    ours = planck(temperature)[bright]
    np.testing.assert_allclose(ours / ours[700], expected / expected[700], rtol=1e-6)


def test_a_disc_of_no_light_leaves_the_star_and_half_lifts_it_half_way():
    models = all_models()
    first, last = models.rows("star_disc", "B2")
    star = models.f_nu[TYPES.index("B2")]
    np.testing.assert_allclose(models.f_nu[first], star)
    np.testing.assert_allclose(models.f_nu[last - 1], (star + 1) / 2)


def test_approximate_stars_have_the_published_colours():
    u_b, b_v, v_k = (
        np.array([float(row[name] or "nan") for row in star_rows()])
        for name in ("u_b", "b_v", "v_k")
    )
    found = magnitudes(approximate_stars(), "bessell_U", "bessell_B", "bessell_V", "twomass_Ks")
    np.testing.assert_allclose(found[:, 0] - found[:, 1], u_b, atol=1e-4)
    np.testing.assert_allclose(found[:, 1] - found[:, 2], b_v, atol=1e-4)
    np.testing.assert_allclose((found[:, 2] - found[:, 3])[1:], v_k[1:], atol=1e-4)


def test_approximate_stars_have_gaia_colours_that_they_were_not_made_from():
    """BP - RP and G - RP of dwarfs from A0 on, for which Pecaut & Mamajek have them, in the
    simulated sky's table.
    """
    found = magnitudes(approximate_stars(), "gaia_bp", "gaia_g", "gaia_rp")
    dwarfs = {
        row["spectral_type"].removesuffix("V"): row
        for row in SEQUENCE
        if row["sequence"] == "dwarf"
    }
    rows = [row for row, name in enumerate(TYPES) if name in dwarfs and row >= TYPES.index("A0")]
    published = np.array([[dwarfs[TYPES[row]][band] for band in ("bp", "g", "rp")] for row in rows])
    apart = np.abs((found[rows] - found[rows, 2:]) - (published - published[:, 2:]))[:, :2]
    assert len(rows) == 19 and np.median(apart) < 0.025 and apart.max() < 0.16


def test_the_approximate_a0_star_looks_like_vega():
    spectrum = np.interp(GRID, vega[:, 0], vega[:, 1]) * GRID**2
    names = (
        "wfc3_uvis_f336w",
        "acs_wfc_f475w",
        "acs_wfc_f814w",
        "wfc3_ir_f110w",
        "wfc3_ir_f160w",
        "twomass_Ks",
    )
    ours, theirs = magnitudes(np.stack([all_models().f_nu[TYPES.index("A0")], spectrum]), *names)
    apart = (ours - ours[1]) - (theirs - theirs[1])
    assert np.abs(apart[2:]).max() < 0.1 and abs(apart[0]) < 0.15


def test_the_approximate_quasar_has_the_published_slopes_and_lines():
    f_nu = approximate_quasar()
    slopes = [
        np.log(np.divide(*f_nu[np.searchsorted(GRID, ends)])) / np.log(ends[1] / ends[0])
        for ends in ((2200.0, 4000.0), (9000.0, 20000.0))
    ]
    np.testing.assert_allclose(slopes, [-0.44, -2.45], atol=0.01)
    # over the continuum at Mg II, whose equivalent width is 32.28 Angstrom
    near = (GRID > 2600) & (GRID < 3000)
    continuum = np.interp(GRID[near], GRID[near][[0, -1]], f_nu[near][[0, -1]])
    assert np.sum(f_nu[near] / continuum - 1) * 5 == pytest.approx(32.28, rel=0.02)


def write_atlas(folder, types=TYPES):
    """Write a black body of each type's temperature in the layout of STScI's atlas."""
    wavelength = np.arange(1150.0, 25001, 5)
    for row in star_rows():
        if row["spectral_type"] in types:
            columns = [
                fits.Column("WAVELENGTH", "D", array=wavelength),
                fits.Column(
                    "FLUX", "D", array=planck(float(row["teff"]), wavelength) / wavelength**2
                ),
            ]
            fits.BinTableHDU.from_columns(columns).writeto(
                folder / f"pickles_uk_{row['pickles_number']}.fits"
            )


def test_the_atlas_of_the_user_is_read_and_named(tmp_path):
    assert {one["source"] for one in template_origins(tmp_path)} == {APPROXIMATION}
    write_atlas(tmp_path)
    ours, row = all_models(tmp_path).f_nu, TYPES.index("K5")
    expected = planck(4440.0)
    inside = GRID >= 1150
    np.testing.assert_allclose(
        ours[row][inside], (expected / expected[GRID == 5500])[inside], rtol=1e-9
    )
    assert ours[row][GRID < 1150].max() == 0
    named = {one["name"]: one for one in template_origins(tmp_path)}
    assert [name for name, one in named.items() if one["source"] == "Pickles (1998)"] == TYPES
    assert (
        named["K5"]["sha256"]
        == hashlib.sha256((tmp_path / "pickles_uk_36.fits").read_bytes()).hexdigest()
    )
    assert named["quasar"] == {
        "name": "quasar",
        "source": APPROXIMATION,
        "file": None,
        "sha256": None,
    }


def test_an_atlas_with_gaps_is_refused(tmp_path):
    write_atlas(tmp_path, [name for name in TYPES if name not in ("K5", "M0")])
    with pytest.raises(ValueError, match=r"LYNCEUS_SED_TEMPLATES: .* without K5, M0"):
        all_models(tmp_path)


def test_the_composite_of_the_user_is_read_and_goes_on_beyond_its_ends(tmp_path):
    wavelength = np.arange(800.5, 8555.5)
    (tmp_path / "vanden_berk_2001.txt").write_text(
        "# wavelength flux error\n" + "".join(f"{w} {3.0 / w**2} 0.1\n" for w in wavelength)
    )
    f_nu, beyond = read_composite(tmp_path), approximate_quasar()
    inside = (GRID > 805) & (GRID < 8550)
    np.testing.assert_allclose(f_nu[inside], 3, rtol=1e-4)
    np.testing.assert_allclose(
        f_nu[-1] / f_nu[GRID == 8550], beyond[-1] / beyond[GRID == 8550], rtol=1e-4
    )
    assert template_origins(tmp_path)[-1]["source"] == "Vanden Berk et al. (2001)"


@pytest.mark.parametrize(
    "text", ["1000 1\n900 1\n", "1000 1\n1100 -1\n", "1000 1\n", "1000 x\n1100 1\n"]
)
def test_a_file_that_is_no_spectrum_is_refused(tmp_path, text):
    (tmp_path / "vanden_berk_2001.txt").write_text(text)
    with pytest.raises(ValueError, match="no spectrum"):
        read_composite(tmp_path)


def test_the_manifest_names_the_templates(tmp_path):
    """From the released table, written when the database was built."""
    assert sed_sources(tmp_path) == {}
    rows = [{"kind": "template"} | one for one in template_origins()] + [
        {"kind": "filter", "name": "gaia_g", "source": "astro-sedpy 0.4.1"}
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "sed_inputs.parquet")
    assert sed_sources(tmp_path) == {
        "template": {APPROXIMATION: [*TYPES, "quasar"]},
        "filter": {"astro-sedpy 0.4.1": ["gaia_g"]},
    }


def test_the_quasars_lines_have_the_published_fluxes():
    """Equivalent width times continuum, over H beta: table 2 has both, and iron moves its continua
    by up to a third.
    """
    published = {
        "C IV": 25.291,
        "C III]": 15.943,
        "Mg II": 14.725,
        "H gamma + [O III]": 2.616,
        "H delta": 1.066,
        "H alpha": 30.832,
        "H beta": 8.649,
    }
    with (SEEDS / "sed_quasar_lines.csv").open() as file:
        lines = {
            row["line"]: (float(row["wavelength"]), float(row["equivalent_width"]))
            for row in csv.DictReader(file)
        }
    # f_lambda of the continuum: two power laws that meet at 5000 Angstrom
    flux = {
        name: width * (wavelength / 5000) ** ((0.44 if wavelength < 5000 else 2.45) - 2)
        for name, (wavelength, width) in lines.items()
    }
    for name in published:
        assert flux[name] / flux["H beta"] == pytest.approx(
            published[name] / published["H beta"], rel=1 / 3
        ), name
