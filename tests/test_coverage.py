"""MOCs of any name and kind, and what is said of those that are none."""

import gzip

import astropy.units as u
import duckdb
import numpy as np
import pytest
from click.testing import CliRunner
from match_tables import entry, match_of, near, write
from mocpy import MOC

from lynceus.commands.match import match
from lynceus.inputs.checks import RawTableError
from lynceus.inputs.coverage import coverage_files, covered_areas, read_moc
from udfs import coverage

ONE_CELL = MOC.from_string("5/1")  # of 12 * 4^5 equal ones
AREA = 4 * np.pi * np.degrees(1) ** 2 / (12 * 4**5)
KINDS = {
    "testcat.moc": "fits",
    "testcat.fit": "fits",
    "testcat.FIT": "fits",
    "TESTCAT.FITS": "fits",
    "testcat.fits.gz": "fits",
    "a field, 2nd": "fits",
    "testcat.json": "json",
    "testcat.json.gz": "json",
    "testcat.txt": "ascii",
}


def written(folder, name):
    """Write the MOC of one cell under a name of KINDS; return its path."""
    ONE_CELL.save(folder / "plain", format=KINDS[name])
    content = (folder / "plain").read_bytes()
    (folder / "plain").unlink()
    path = folder / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


@pytest.mark.parametrize("name", KINDS)
def test_a_moc_may_have_any_name_and_kind(tmp_path, name):
    path = written(tmp_path, name)
    assert read_moc(path) == ONE_CELL
    with duckdb.connect() as connection:
        coverage.register(connection, tmp_path, tmp_path)
        (area,) = connection.execute("select moc_area_deg2(?)", [str(path)]).fetchone()
    assert area == pytest.approx(AREA, rel=1e-12)


@pytest.mark.parametrize("ending", ["moc.fits", "moc", "fits.gz", "FIT"])
def test_the_moc_beside_a_raw_table_may_have_any_ending(tmp_path, ending):
    name = "testcat.fits.gz" if ending.endswith("gz") else "testcat.moc"
    written(tmp_path, name).rename(tmp_path / f"gaia_source_coverage.{ending}")
    (tmp_path / "nothing_of_ours_coverage.moc").write_text("junk")
    assert covered_areas(tmp_path) == {"gaia_source": pytest.approx(AREA, rel=1e-12)}
    with duckdb.connect() as connection:
        coverage.register(connection, tmp_path, tmp_path)
        found = connection.execute(
            "select moc_area_deg2('gaia_source'), moc_area_deg2('twomass')"
        ).fetchone()
    assert found == (pytest.approx(AREA, rel=1e-12), None)


def test_without_a_coverage_nothing_is_said_of_any_place(tmp_path):
    with duckdb.connect() as connection:
        coverage.register(connection, tmp_path, tmp_path)
        for name in ("'gaia_source'", "null"):
            places = "(values (10.0, 20.0), (null, 20.0)) as places (ra, dec)"
            found = connection.sql(f"select moc_holds_circle({name}, ra, dec, 0.0) from {places}")
            assert found.fetchall() == [(None,), (None,)]


def test_two_mocs_of_one_table_are_refused(tmp_path):
    for ending in ("moc", "fits"):
        ONE_CELL.save(tmp_path / f"gaia_source_coverage.{ending}", format="fits")
    with pytest.raises(RawTableError, match=r"coverage\.fits and .*coverage\.moc both say"):
        coverage_files(tmp_path)


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"\xff\xfe", b"SIMPLE  = T", b"\x1f\x8bcut", None]
)
def test_what_is_no_moc_is_one_line(tmp_path, content):
    path = tmp_path / "field.moc"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RawTableError, match=r"field\.moc cannot be read as a MOC: [^\n]+\Z"):
        read_moc(path)


def test_a_match_whose_moc_is_absent_ends_before_it_is_built(tmp_path):
    settings = tmp_path / "mine.yml"
    settings.write_text(
        f"match: {{name: mine, catalogues: [{{name: a}}, {{name: b, coverage: {tmp_path}/no.moc}}]}}"
    )
    done = CliRunner().invoke(match, [str(settings)])
    assert done.exit_code == 1 and "no.moc cannot be read as a MOC: [Errno 2]" in done.output


def test_sources_that_another_catalogue_leaves_out_are_set_apart(matched, tmp_path):
    """Inside, everything is as without those outside; their candidates tell nothing. Fakes stay on
    sky that both catalogues cover.
    """
    rng = np.random.default_rng(4)
    n = 150
    ra, dec = 150 + rng.uniform(-0.3, 0.3, n), rng.uniform(-0.3, 0.3, n)
    at_ra, at_dec = near(rng, ra, dec, 1, 1.5)
    field_ra, field_dec = 150 + rng.uniform(-0.4, 0.4, 3000), rng.uniform(-0.4, 0.4, 3000)
    ids = np.arange(3000 + n)
    write(
        tmp_path / "b.parquet",
        {
            "id": ids,
            "ra": np.append(at_ra, field_ra),
            "dec": np.append(at_dec, field_dec),
            "err": np.full(len(ids), 0.3),
        },
    )
    covers = {
        name: MOC.from_cone(
            lon=(150 + offset) * u.deg, lat=0 * u.deg, radius=0.25 * u.deg, max_depth=13
        )
        for name, offset in (("a", -0.05), ("b", 0.05))
    }
    covers["a"].save(tmp_path / "a.moc", format="json")
    covers["b"].save(tmp_path / "b.FIT", format="fits")
    inside = covers["b"].contains_lonlat(ra * u.deg, dec * u.deg)
    assert 50 < inside.sum() < 120

    def built(kept):
        write(
            tmp_path / "a.parquet",
            {
                "id": np.arange(n)[kept],
                "ra": ra[kept],
                "dec": dec[kept],
                "err": np.full(kept.sum(), 0.8),
            },
        )
        match = match_of(
            "footprints",
            6.0,
            [
                entry(tmp_path, "a", coverage=str(tmp_path / "a.moc")),
                entry(tmp_path, "b", coverage=str(tmp_path / "b.FIT"), completeness=0.9),
            ],
            density="local",
            fakes=1,
        )
        sky = matched(match)
        return sky, sky.rows(
            "select a_id, is_covered, p_any from match.primary_posteriors where not is_fake order by a_id"
        )

    sky, found = built(np.ones(n, bool))
    np.testing.assert_array_equal(found["is_covered"], inside)
    np.testing.assert_array_equal(np.ma.getmaskarray(found["p_any"]), ~inside)
    fakes = sky.rows("select ra, dec, is_covered from match.primaries where is_fake")
    assert len(fakes["ra"]) > 20 and fakes["is_covered"].all()
    for cover in covers.values():
        assert cover.contains_lonlat(fakes["ra"] * u.deg, fakes["dec"] * u.deg).all()
    _, alone = built(inside)
    np.testing.assert_allclose(found["p_any"][inside], alone["p_any"], rtol=1e-12)
