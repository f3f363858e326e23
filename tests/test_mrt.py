"""Machine-readable tables of the AAS: what is printed is what was there, with its meaning."""

import warnings
from dataclasses import replace
from pathlib import Path

import pytest
from astropy import units
from astropy.table import Table
from released_examples import (
    COLUMNS,
    ORIGIN,
    ROWS,
    expected_meanings,
    meanings,
    plain_rows,
    rounded,
    sorted_rows,
    table_of,
    write_all,
)

from lynceus.release.mrt import write_mrt

# erg is deprecated in VOUnit and says so whenever it is read
pytestmark = pytest.mark.filterwarnings("ignore::astropy.units.UnitsWarning")


def mrt_of(folder, table, rows):
    """Write a table as .mrt and return its path."""
    path = Path(folder) / f"{table.name}.mrt"
    write_mrt(table, write_all(folder, table, rows)[0], path, ORIGIN)
    return path


def test_a_machine_readable_table_is_read_back_within_the_printed_digits(tmp_path):
    path = mrt_of(tmp_path, table_of(COLUMNS), ROWS)
    assert plain_rows(Table.read(path, format="ascii.mrt")) == rounded(sorted_rows(ROWS))
    assert path.read_bytes().isascii()


def test_a_machine_readable_table_says_unit_and_meaning(tmp_path):
    text = "Median of 16 values, 2 arcsec off. " * 9 + "Ångström, 95 % of 12 of the 3 - or 4. Ends."
    table = table_of(COLUMNS)
    table = replace(
        table, columns=(*table.columns[:-1], replace(table.columns[-1], description=text))
    )
    path = mrt_of(tmp_path, table, ROWS)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", units.UnitsWarning)  # the deprecated erg
        found = Table.read(path, format="ascii.mrt")
    expected = expected_meanings() | {
        "flux": (expected_meanings()["flux"][0], text.replace("Å", "A").replace("ö", "o"))
    }
    assert meanings(found.itercols()) == expected
    head = path.read_text().split("2CXO")[0].splitlines()
    assert (
        head[0] == "Title: Lynceus 0.0-test"
        and "Byte-by-byte Description of file: xray_sources.mrt" in head
    )
    assert max(map(len, head)) <= 80


def test_extreme_numbers_and_columns_without_any_keep_their_bytes(tmp_path):
    names = ("csc_name", "flux", "p_any", "is_tie")
    rows = [
        ("a", 1e-300, -0.00001, None),
        ("b", -1e-300, 1e6, None),
        ("c", None, None, None),
        ("d", 1e100, -12.5, None),
    ]
    found = Table.read(
        mrt_of(tmp_path, table_of({name: COLUMNS[name] for name in names}), rows),
        format="ascii.mrt",
    )
    assert plain_rows(found) == rounded(rows, names)


def test_a_machine_readable_table_without_rows_has_its_head(tmp_path):
    text = mrt_of(tmp_path, table_of(COLUMNS), []).read_text()
    assert all(f" {name} " in text for name in COLUMNS) and text.endswith("-\n")


def test_the_unit_of_a_flux_is_written_without_a_word_of_warning(tmp_path):
    with warnings.catch_warnings(action="error"):
        text = mrt_of(tmp_path, table_of(COLUMNS), ROWS).read_text()
    assert " erg.s-1.cm-2 " in text or " erg.cm-2.s-1 " in text


def test_errors_of_magnitudes_have_a_digit_more_than_magnitudes(tmp_path):
    columns = {
        "gmag": ("double", "mag", "phot.mag;em.opt"),
        "e_gmag": ("double", "mag", "stat.error;phot.mag;em.opt"),
    }
    assert (
        mrt_of(tmp_path, table_of(columns, sort_by=()), [(15.12345, 0.00283)])
        .read_text()
        .endswith("\n15.123 0.0028\n")
    )
