"""Raw tables as programs of the field write them: each is read as what it says, or told."""

import datetime
import gzip
import shutil

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from astropy.table import Table
from test_bad_input import SENTINELS, sound_tables, spoil

from lynceus.inputs.checks import RawTableError, open_raw_tables


def opened(sky):
    """Return a connection with the views of the raw tables, and the lines that were told."""
    connection = duckdb.connect()
    return connection, open_raw_tables(connection, sky.raw, SENTINELS)


def refused(sky):
    with duckdb.connect() as connection, pytest.raises(RawTableError) as error:
        open_raw_tables(connection, sky.raw, SENTINELS)
    return str(error.value)


def column(sky, table, name, order="1"):
    connection, _ = opened(sky)
    query = f"select {name} from raw.{table} order by {order}"
    return [value for (value,) in connection.execute(query).fetchall()]


@pytest.fixture
def sound(sky):
    """A sky without fault."""
    return sky.write(**sound_tables())


def test_nothing_is_told_of_a_sky_without_fault(sound):
    assert opened(sound)[1] == []


IDS = [2**53 + 1 + i for i in range(20)]


@pytest.mark.parametrize(
    "ids",
    [
        pa.array(IDS, pa.uint64()),
        pa.array(IDS).cast(pa.decimal128(20, 0)),
        pa.array(map(str, IDS)),
        pa.array([f"{i}   " for i in IDS]),
        pa.array([str(i).encode() for i in IDS]),
        pa.array([f"{i}\0\0".encode() for i in IDS], pa.binary()),
    ],
)
def test_ids_of_every_type_keep_their_last_digit(ids, sound):
    spoil(sound.raw, "gaia_source", "source_id", ids)
    assert column(sound, "gaia_source", "source_id") == IDS


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        (pa.array([2**63 + 5, *IDS[1:]], pa.uint64()), "1 row beyond the range of bigint (9223372036854775813)"),
        (pa.array(["12.7", *map(str, IDS[1:])]), "1 row with text where a bigint belongs (12.7)"),
        (pa.array(["1e5", *map(str, IDS[1:])]), "1 row with text where a bigint belongs (1e5)"),
        (pa.array(["", *map(str, IDS[1:])]), "1 row without a value"),
        (pa.array(np.array(IDS, float)), "is DOUBLE, but ids need BIGINT"),
    ],
)  # fmt: skip
def test_ids_that_would_be_lost_are_refused(ids, message, sound):
    spoil(sound.raw, "gaia_source", "source_id", ids)
    assert f"gaia_source.source_id: {message}" in refused(sound)


def test_names_in_bytes_or_padded_are_the_same_names(sound):
    names = sound_tables()["csc_master"]["name"]
    spoil(sound.raw, "csc_master", "name", pa.array([f"{name}  ".encode() for name in names]))
    spoil(sound.raw, "csc_observation", "name", ["  2CXO J00\t".replace("\t", " ")])
    assert column(sound, "csc_master", "name") == names
    assert column(sound, "csc_observation", "name") == names[:1]
    spoil(sound.raw, "csc_master", "name", pa.array([b"\xff\xfe", *map(str.encode, names[1:])]))
    assert "csc_master.name: 1 row with bytes that are no UTF-8 text" in refused(sound)


def test_names_of_columns_in_another_case_are_found_and_an_empty_column_has_any_type(sound):
    path = sound.raw / "gaia_source.parquet"
    table = pq.read_table(path)
    nothing = pa.nulls(len(table))
    at = table.schema.get_field_index("pmra")
    table = table.set_column(at, "pmra", nothing)
    pq.write_table(table.rename_columns([f" {name.upper()} " for name in table.column_names]), path)
    assert column(sound, "gaia_source", "source_id") == list(
        sound_tables()["gaia_source"]["source_id"]
    )
    assert column(sound, "gaia_source", "pmra") == [None] * 20
    pq.write_table(table.rename_columns({"ra": "ra_icrs"}), path)
    assert "gaia_source.ra: the column is missing; rename what it is called, of source_id, ra_icrs, dec, " in refused(sound)  # fmt: skip


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("3.5", 3.5), (" 3.5 ", 3.5), ("3.5E0", 3.5), ("35d-1", 3.5), ("+.35e1", 3.5), ("--", None), ("", None),
        ("N/A", None), ("null", None),
    ],
)  # fmt: skip
def test_numbers_in_any_notation(written, value, sound):
    spoil(sound.raw, "csc_master", "significance", [written, *["1"] * 19])
    assert column(sound, "csc_master", "significance", "name")[0] == value


@pytest.mark.parametrize("written", ["3,5", "1e999", "05:35:17.3", "~3"])
def test_text_that_is_no_number_is_refused(written, sound):
    spoil(sound.raw, "csc_master", "significance", [written, *["1"] * 19])
    assert "csc_master.significance: 1 row with text where a double belongs (2CXO J00)" in refused(sound)  # fmt: skip


@pytest.mark.parametrize(
    ("flags", "read"),
    [([1, 0, None], [True, False, None]), (["T", "F ", "--"], [True, False, None]), ([-99, 0, 1], [None, False, True])],
)  # fmt: skip
def test_flags_of_any_kind(flags, read, sound):
    spoil(sound.raw, "csc_master", "extent_flag", [*flags, *flags[:1] * 17])
    assert column(sound, "csc_master", "extent_flag", "name")[:3] == read


def test_a_flag_of_2_is_refused(sound):
    spoil(sound.raw, "csc_master", "extent_flag", [2, *[0] * 19])
    assert "csc_master.extent_flag: 1 row that are neither 0 nor 1 (2CXO J00)" in refused(sound)


def test_numbers_that_no_quantity_has_are_missing_and_counted_in_one_line(sound):
    spoil(
        sound.raw,
        "gaia_source",
        "phot_g_mean_mag",
        [99.0, float(np.float32(99.99)), 1e20, -99.0, 120.5, *[15.0] * 15],
    )
    spoil(sound.raw, "gaia_source", "pmra", [1e20, -999.0, *[1.0] * 18])
    connection, notes = opened(sound)
    read = connection.execute(
        "select phot_g_mean_mag, pmra from raw.gaia_source order by source_id"
    ).fetchall()
    # -99 and -999 are taken out, and counted, in staging
    assert read[:5] == [(None, None), (None, -999.0), (None, 1.0), (-99.0, 1.0), (120.5, 1.0)]
    assert notes == [
        "Counted as missing: gaia_source.pmra 1 row of 1e+20, 1 row of -999;"
        " gaia_source.phot_g_mean_mag 3 rows of 99, 1 row of -99"
    ]


UTC = datetime.UTC
TOKYO = datetime.timezone(datetime.timedelta(hours=9))


@pytest.mark.parametrize(
    "time",
    [
        "2005-01-02T03:04:00", "2005-01-02 03:04", "2005-01-02T03:04:00Z", "2005-01-02T12:04:00+09:00",
        "2005-01-02 03:04:00 UTC", b"2005-01-02T03:04:00  ",
        datetime.datetime(2005, 1, 2, 3, 4), datetime.datetime(2005, 1, 2, 12, 4, tzinfo=TOKYO),
    ],
)  # fmt: skip
def test_times_are_utc_whatever_the_session(time, sound):
    spoil(sound.raw, "csc_observation", "gti_obs", [time])
    connection, _ = opened(sound)
    for zone in ("Asia/Tokyo", "UTC", "America/Lima"):
        connection.execute(f"set TimeZone = '{zone}'")
        read = connection.execute("select gti_obs from raw.csc_observation").fetchall()
        assert read == [("2005-01-02T03:04:00",)]


@pytest.mark.parametrize(
    ("time", "message"),
    [
        ("02/01/2005 03:04", "1 row with text that is no time of ISO 8601 (2CXO J00 1 0 1)"),
        ("53371.5", "1 row with text that is no time of ISO 8601 (2CXO J00 1 0 1)"),
        ("infinity", "1 row with text that is no time of ISO 8601 (2CXO J00 1 0 1)"),
        ("1000-01-01", "1 row of a year outside 1800 to 2200 (2CXO J00 1 0 1)"),
        (53371.5, "is DOUBLE, but text of ISO 8601 in UTC, or a timestamp, is needed"),
    ],
)
def test_times_of_another_kind_are_refused(time, message, sound):
    spoil(sound.raw, "csc_observation", "gti_obs", [time])
    assert f"csc_observation.gti_obs: {message}" in refused(sound)


def test_rows_that_belong_to_no_source_are_told(sound):
    spoil(sound.raw, "csc_observation", "name", ["2CXO J99"])
    assert opened(sound)[1] == [
        "csc_observation.name: 1 of 1 row belong to no row of csc_master (2CXO J99)"
    ]
    spoil(sound.raw, "csc_observation", "name", ["2cxo j00"])
    assert "csc_observation.name: 1 row belong to csc_master but for capital letters (2cxo j00)" in refused(sound)  # fmt: skip


def test_positions_in_hours_or_radians_are_noticed(sound):
    ra, dec = (sound_tables()["csc_master"][name] for name in ("ra", "dec"))
    spoil(sound.raw, "csc_master", "ra", ra / 15)
    assert "csc_master.ra: 20 rows, none of them near a row of gaia_source, nearly all if they were in hours" in refused(sound)  # fmt: skip
    spoil(sound.raw, "csc_master", "ra", np.radians(ra))
    spoil(sound.raw, "csc_master", "dec", np.radians(dec))
    assert "nearly all if they were in radians" in refused(sound)


def test_hours_over_the_whole_sky_are_told(sky):
    tables = sound_tables(60)
    for table in ("csc_master", "gaia_source"):
        tables[table]["ra"] = np.linspace(0, 24, 60)
    sky.write(**tables)
    assert [note.split(":")[0] for note in opened(sky)[1]] == ["csc_master.ra", "gaia_source.ra"]


def fits(path):
    Table({"a": [1]}).write(path, format="fits")


FILE_FAULTS = {
    "is empty": lambda path: path.write_bytes(b""),
    "is cut off": lambda path: path.write_bytes(path.read_bytes()[:-20]),
    "is FITS": lambda path: (path.unlink(), fits(path)),
    "is compressed (gzip)": lambda path: path.write_bytes(gzip.compress(path.read_bytes())),
    "is a web page": lambda path: path.write_text("<!DOCTYPE html><html>busy</html>"),
    "is XML, perhaps a VOTable": lambda path: path.write_text("<?xml version='1.0'?><VOTABLE/>"),
    "is text, perhaps CSV": lambda path: path.write_text("name,ra\nx,1\n"),
    "cannot be read": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("fault", FILE_FAULTS)
def test_files_that_are_not_whole_parquet_are_named(fault, sound):
    FILE_FAULTS[fault](sound.raw / "gaia_source.parquet")
    assert f"gaia_source: gaia_source.parquet {fault}" in refused(sound)


def test_a_file_damaged_in_its_middle_is_refused(sound):
    path = sound.raw / "gaia_source.parquet"
    content = bytearray(path.read_bytes())
    content[-2000:-1000] = bytes(1000)
    path.write_bytes(content)
    assert "gaia_source: cannot be read as Parquet (damaged?)" in refused(sound)


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("gaia_distances.parquet", "no table has this name, so nothing reads it; is it gaia_distance?"),
        ("TwoMass.parquet", "no table has this name, so nothing reads it; is it twomass?"),
        ("twomass.fits", "is not Parquet, so nothing reads it; write it as twomass.parquet"),
        ("twomass.parquet.gz", "is not Parquet, so nothing reads it; write it as twomass.parquet"),
    ],
)  # fmt: skip
def test_a_table_that_nothing_reads_is_told(name, note, sound):
    shutil.copy(sound.raw / "gaia_source.parquet", sound.raw / name)
    assert opened(sound)[1] == [f"{name}: {note}"]


def test_an_empty_folder_of_a_table_is_told(sound):
    (sound.raw / "twomass").mkdir()
    assert opened(sound)[1] == [
        "twomass: the folder has no Parquet file, so the table counts as absent"
    ]


def test_a_hats_catalogue_is_a_table(sound):
    part = sound.raw / "gaia_source/dataset/Norder=0/Dir=0/Npix=4.parquet"
    part.parent.mkdir(parents=True)
    (sound.raw / "gaia_source.parquet").rename(part)
    shutil.copy(part, sound.raw / "gaia_source/dataset/data_thumbnail.parquet")
    assert len(column(sound, "gaia_source", "source_id")) == 20


@pytest.mark.parametrize("folder", ["it's", 'a "b"', "50 % é *[1]?", "{{ x }} {a,b}"])
def test_a_folder_of_any_name(folder, sound):
    shutil.copytree(sound.raw, sound.folder / folder)
    sound.raw = sound.folder / folder
    assert len(column(sound, "gaia_source", "source_id")) == 20


def test_what_was_found_sound_is_looked_at_again_when_it_changes(sound):
    spoil(sound.raw, "csc_master", "ra", [400.0, *[1.0] * 19])
    assert "csc_master.ra: 1 row outside 0 to 360 deg" in refused(sound)
