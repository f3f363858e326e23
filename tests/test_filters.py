"""Filter curves: against their published wavelengths, closed forms and synphot; and what is
refused.
"""

import csv

import numpy as np
import pytest
import sedpy.observate
import synphot
from synphot.models import BlackBody1D, Empirical1D, PowerLawFlux1D

from lynceus.physics.filters import (
    Filter,
    check_curve,
    filter_origins,
    known_filters,
    load_filter,
    mean_weights,
)
from lynceus.physics.spectra import GRID, all_models, planck, power_law
from lynceus.settings import PROJECT

BOX_EDGES = np.array([4002.499, 4002.5, 6002.5, 6002.501])  # half-way between points of the grid
STAR = all_models().f_nu[16]  # G2
SVO_TABLE = """<?xml version="1.0"?><VOTABLE version="1.1" xmlns="http://www.ivoa.net/xml/VOTable/v1.1"><RESOURCE type="results"><TABLE utype="spec:photometryfilter">
<PARAM name="DetectorType" value="{detector}" datatype="char" arraysize="*"/>
<FIELD name="Wavelength" unit="Angstrom" datatype="float"/><FIELD name="Transmission" datatype="float"/>
<DATA><TABLEDATA>{rows}</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"""


def test_curves_have_their_pivot_wavelengths():
    known = {name: row for name, row in known_filters().items() if not name.startswith("euclid")}
    found = {name: load_filter(name).pivot for name in known}
    assert {
        name: pivot
        for name, pivot in found.items()
        if abs(pivot / float(known[name]["pivot_wavelength"]) - 1) > 1e-3
    } == {}


def test_the_bands_of_the_surveys_have_the_pivot_wavelengths_of_their_curves():
    with (PROJECT / "seeds" / "survey_bands.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len({(row["survey"], row["band"]) for row in rows}) == len(rows) == 27
    for row in rows:
        name, pivot = row["filter"], float(row["pivot_wavelength"])
        if name in known_filters():
            assert pivot == float(known_filters()[name]["pivot_wavelength"])
        else:
            curve = Filter(name, *_curve(name))
            assert curve.pivot == pytest.approx(pivot, rel=1e-4), name


def _curve(name):
    """Return wavelength and throughput of a curve of astro-sedpy; that of SDSS r is negative in
    places.
    """
    curve = sedpy.observate.Filter(name)
    return curve.wavelength, np.clip(curve.transmission, 0, None)


@pytest.mark.parametrize(
    ("convention", "expected"),
    [
        ("photon", 2000 / np.log(6002.5 / 4002.5)),
        ("energy", np.log(6002.5 / 4002.5) / (1 / 4002.5 - 1 / 6002.5)),
        ("published", 5002.5),
    ],
)
def test_the_mean_flux_density_follows_what_a_filter_counts(convention, expected):
    """Of f_nu = wavelength through a box from 4002.5 to 6002.5 Angstrom, in closed form."""
    box = Filter(
        "box",
        BOX_EDGES,
        np.array([0.0, 1, 1, 0]),
        "photon" if convention == "published" else convention,
    )
    weights = mean_weights([box], GRID, "published" if convention == "published" else "convention")
    assert (weights @ GRID)[0] == pytest.approx(expected, rel=2e-6)
    assert (weights @ np.ones_like(GRID))[0] == pytest.approx(1, rel=1e-12)


def synphot_band(name):
    """Return a filter as synphot has it; synphot goes on beyond a curve that does not end in zero,
    as F160W's.
    """
    one = load_filter(name)
    wavelength = np.concatenate(
        [[one.wavelength[0] - 0.01], one.wavelength, [one.wavelength[-1] + 0.01]]
    )
    return synphot.SpectralElement(
        Empirical1D, points=wavelength, lookup_table=np.concatenate([[0], one.throughput, [0]])
    )


@pytest.mark.parametrize(
    ("f_nu", "spectrum"),
    [
        (planck(6000.0), synphot.SourceSpectrum(BlackBody1D, temperature=6000)),
        # photons per wavelength
        (
            power_law(-1.5),
            synphot.SourceSpectrum(PowerLawFlux1D, amplitude=1, x_0=5500, alpha=1 - 1.5),
        ),
        (STAR, synphot.SourceSpectrum(Empirical1D, points=GRID, lookup_table=STAR / GRID)),
    ],
    ids=["black body", "power law", "G2 star"],
)
def test_magnitudes_agree_with_synphot(f_nu, spectrum):
    """Those of seven filters to 0.005 mag; as the spectra's units differ, less that of another
    filter.
    """
    names = [
        "panstarrs_g",
        "gaia_g",
        "panstarrs_i",
        "twomass_Ks",
        "wfc3_uvis_f275w",
        "acs_wfc_f814w",
        "wfc3_ir_f110w",
        "wfc3_ir_f160w",
    ]
    ours = -2.5 * np.log10(mean_weights([load_filter(name) for name in names], GRID) @ f_nu)
    theirs = np.array(
        [
            synphot.Observation(spectrum, synphot_band(name), force="taper").effstim("abmag").value
            for name in names
        ]
    )
    np.testing.assert_allclose(ours[1:] - ours[0], theirs[1:] - theirs[0], atol=0.005)


@pytest.mark.parametrize(
    ("wavelength", "throughput", "fault"),
    [
        ([4000, 5000], [1, 1], "2 points are no curve"),
        ([4000, 5000, 6000], [1, -0.1, 1], "throughput is negative at 5000"),
        ([4000, 5000, 6000], [0, 0, 0], "zero everywhere"),
        ([4000, 5000, 5000], [1, 1, 1], "must grow"),
        ([4000, np.nan, 6000], [1, 1, 1], "is no number"),
    ],
)
def test_an_unsound_curve_is_refused(wavelength, throughput, fault):
    with pytest.raises(ValueError, match=f"filter X: .*{fault}"):
        check_curve("X", np.array(wavelength, float), np.array(throughput, float))


def test_svo_files_of_the_user_are_read(tmp_path):
    (tmp_path / "Euclid_VIS.vis.dat").write_text("6000 0.9\n5000 0.1\n7000 0.2\n")
    (tmp_path / "My_Camera.red.xml").write_text(
        SVO_TABLE.format(
            detector=0,
            rows="".join(
                f"<TR><TD>{wavelength}</TD><TD>{throughput}</TD></TR>"
                for wavelength, throughput in ((5000, 0.1), (6000, 0.9), (7000, 0.2))
            ),
        )
    )
    (tmp_path / "unsaid.dat").write_text("5000 0.1\n6000 0.9\n7000 0.2\n")
    (tmp_path / "Euclid_NISP.H.dat").write_text("5000 0.1\n6000 -0.9\n7000 0.2\n")
    known, other = load_filter("euclid_vis", tmp_path), load_filter("My/Camera.red", tmp_path)
    np.testing.assert_allclose(known.wavelength, [5000, 6000, 7000])
    np.testing.assert_allclose(other.throughput, known.throughput, rtol=1e-6)
    assert (known.convention, other.convention) == ("photon", "energy")
    origins = filter_origins(["gaia_g", "euclid_vis"], tmp_path)
    assert [one["file"] for one in origins] == ["gaia_g.par", "Euclid_VIS.vis.dat"]
    assert (
        origins[0]["source"].startswith("astro-sedpy")
        and origins[1]["source"] == "file of the user"
    )
    with pytest.raises(
        ValueError, match="filter unsaid: its file does not say whether it counts photons"
    ):
        load_filter("unsaid", tmp_path)
    with pytest.raises(ValueError, match="filter euclid_nisp_h: throughput is negative at 6000"):
        load_filter("euclid_nisp_h", tmp_path)
    with pytest.raises(
        ValueError,
        match="unknown filter nothing: astro-sedpy has no such curve, nor has the folder",
    ):
        load_filter("nothing", tmp_path)


def test_names_of_svo_and_of_astro_sedpy_mean_the_same_filter():
    assert (
        load_filter("HST/ACS_WFC.F814W").name
        == load_filter("acs_wfc_f814w").name
        == "acs_wfc_f814w"
    )
    assert load_filter("sdss_g0").zero_point_jy == 3631  # astro-sedpy has it, the seed has not


def test_an_unknown_filter_without_a_folder_says_where_to_put_it():
    with pytest.raises(ValueError, match="unknown filter F999W: .*LYNCEUS_FILTERS"):
        load_filter("F999W")


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("Euclid_VIS.vis.dat", ""),
        ("Euclid_VIS.vis.dat", "# wavelength throughput\n\n"),
    ],
)
def test_a_file_without_rows_is_no_curve(file, content, tmp_path):
    (tmp_path / file).write_text(content)
    with pytest.raises(ValueError, match="filter euclid_vis: 0 points are no curve"):
        load_filter("euclid_vis", tmp_path)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("X.dat", b"5000\n6000\n7000\n"),
        ("X.dat", b"wavelength throughput\n5000 1\n"),
        ("X.dat", b"\xff\xfe \x81"),
        ("X.xml", b""),
        ("X.xml", b"<html/>"),
        (
            "X.xml",
            SVO_TABLE.format(detector=1, rows="")
            .replace('datatype="float"', 'datatype="char" arraysize="*"')
            .replace("<TABLEDATA>", "<TABLEDATA><TR><TD>a</TD><TD>b</TD></TR>")
            .encode(),
        ),
    ],
)
def test_a_file_that_is_no_table_is_named(file, content, tmp_path):
    (tmp_path / file).write_bytes(content)
    with pytest.raises(ValueError, match=f"filter X: {file} cannot be read as a table"):
        load_filter("X", tmp_path)


def test_a_filter_between_two_points_of_the_grid_is_refused():
    narrow = Filter("narrow", np.array([5000.5, 5001, 5002, 5004.5]), np.array([0.0, 1, 1, 0]))
    with pytest.raises(
        ValueError, match="filter narrow: its light, 5001 to 5002 Angstrom, lies between two points"
    ):
        mean_weights([narrow], GRID)


def test_a_filter_beyond_the_models_is_refused():
    with pytest.raises(ValueError, match="filter wise_w1: passes light from"):
        mean_weights([load_filter("wise_w1")], GRID)
