"""The field of Orion on the simulated sky, and the catalogue of COUP there."""

import numpy as np
import pytest

from lynceus.inputs.raw_tables import raw_tables
from lynceus.inputs.simulated import orion, seds
from lynceus.inputs.simulated.geometry import offsets, shifted
from lynceus.inputs.simulated.pointings import FIELD_RADIUS, Pointing


def test_a_sky_has_orion_where_it_holds_ten_times_as_many_sources():
    assert orion.sources_of(20_000) == orion.SOURCES >= 1000
    assert orion.sources_of(10 * orion.SOURCES) == orion.SOURCES
    assert orion.sources_of(10 * orion.SOURCES - 1) == 0


def test_orion_is_one_more_field_and_no_other_touches_it():
    far = [Pointing(n, 10.0 * n, -40.0, 0.0, -60.0, 50, None) for n in range(5)]
    touching = Pointing(5, orion.RA, orion.DEC + 0.7, 0.0, -19.0, 50, None)
    fields = orion.with_orion([*far, touching])
    assert fields[:-1] == far and orion.is_orion(fields[-1])
    assert len({field.index for field in fields}) == len(fields)
    assert fields[-1].glat == pytest.approx(-19.38, abs=0.01)  # of the Trapezium
    assert fields[-1].glon == pytest.approx(209.01, abs=0.01)
    assert orion.APART > 2 * FIELD_RADIUS


@pytest.fixture(scope="module")
def coup():
    """X-ray sources all over the field, a tenth of them invisible in the infrared, and their table."""
    rng = np.random.default_rng(1)
    number, centre = 3000, (np.full(3000, orion.RA), np.full(3000, orion.DEC))
    ra, dec = shifted(*centre, *rng.uniform(-800, 800, (2, number)))
    magnitudes = np.full((number, 10), 12.0)
    magnitudes[: number // 10, seds.KS] = 21.0
    positions = {"ra": ra, "dec": dec, "err_ellipse_r0": np.full(number, 1.0)}
    own = {"ra": ra, "dec": dec, "magnitudes": magnitudes}
    return positions, orion.coup_columns(rng, positions, own)


def test_the_table_of_coup_keeps_its_contract(coup):
    _, table = coup
    contract = next(one for one in raw_tables().values() if one.name == "coup")
    assert [column.name for column in contract.columns] == list(table)
    assert len(set(table["coup"].tolist())) == len(table["coup"])
    assert (table["theta"] * 60 < orion.COUP_RADIUS + 60).all()


def test_coup_finds_most_x_ray_sources_and_fainter_ones(coup):
    positions, table = coup
    east, north = offsets(
        positions["ra"][:, None], positions["dec"][:, None], table["ra"], table["dec"]
    )
    nearest = np.hypot(east, north).min(axis=1)
    inside = np.hypot(*offsets(orion.RA, orion.DEC, positions["ra"], positions["dec"])) < 60 * 11
    assert np.mean(nearest[inside] < 2) == pytest.approx(orion.FOUND, abs=0.02)
    both = np.count_nonzero(np.hypot(east, north).min(axis=0) < 2)
    assert len(table["coup"]) == pytest.approx((1 + orion.FAINTER) * both, rel=0.03)
    # 95 % of a circle of an arcsecond; COUP's positions differ by half of that
    assert np.median(nearest[nearest < 2]) == pytest.approx(
        0.5 * np.sqrt(np.log(2) / np.log(20)), rel=0.06
    )


def test_counterparts_are_those_that_the_infrared_shows(coup):
    _, table = coup
    known = 1 - np.mean(np.ma.getmaskarray(table["oir_separation"]))
    expected = (0.9 + 0.5 * orion.FAINTER) / (1 + orion.FAINTER)
    assert known == pytest.approx(expected, abs=0.03)
    assert np.ma.median(table["oir_separation"]) < 0.5
