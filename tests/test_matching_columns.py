"""Columns of somebody's own tables: names of any spelling, epochs in any form, motions and errors
that are missing in the ways of the field.
"""

import datetime
import re

import click
import numpy as np
import pytest
import yaml
from astropy.table import Table
from click.testing import CliRunner
from conftest import Build
from match_tables import entry, match_of, refused, rows_of, write

from lynceus.commands import main
from lynceus.commands.dbt import vars_text
from lynceus.commands.match import read_settings

ARCSEC = 1 / 3600
# mas/yr; of the star of `moving`, which is 1" away in 2016 and nearly upon the primary in 2001
MOTION = 60.0


def moving(folder, epoch, pmra=(0.0,), pmdec=(MOTION,), **settings):
    """Return a match of one X-ray source per epoch with a star that moves; its tables are written."""
    number = len(epoch)
    place = {"ra": 10.0 + np.arange(number), "dec": np.zeros(number)}
    write(folder / "a.parquet", {"id": np.arange(number), **place, "err": [0.3] * number, "when": epoch})  # fmt: skip
    write(
        folder / "b.parquet",
        {
            "id": np.arange(number),
            **place | {"dec": np.full(number, ARCSEC)},
            "err": [0.1] * number,
            "pmra": list(pmra) * (number // len(pmra)),
            "pmdec": list(pmdec) * (number // len(pmdec)),
        },
    )
    motion = {"epoch": 2016.0, "pmra": "pmra", "pmdec": "pmdec"}
    return match_of(
        "moving",
        5.0,
        [
            entry(folder, "a", epoch="when", **settings),
            entry(folder, "b", area_deg2=1.0, completeness=0.9, **motion),
        ],
    )


def separations(matched, match):
    rows = rows_of(matched(match), match)
    return rows["separation_arcsec"][rows["ncat"] == 2]


def test_columns_of_any_name(matched, tmp_path):
    """Blanks, digits first, parentheses, quotes, reserved words, letters of other alphabets."""
    names = {"id": "Source Name", "ra": "RA(ICRS)", "dec": "order", "err": 'the "error"'}
    a = {"id": [1, 2], "ra": [10.0, 20.0], "dec": [0.0, 0.0], "err": [1.0, 1.0]}
    write(tmp_path / "a.parquet", {names[name]: values for name, values in a.items()})
    others = {"id": "2MASS", "ra": "α", "dec": "select", "err": "e-pos"}
    b = {"id": ["x", "y"], "ra": [10.0, 20.0], "dec": [ARCSEC, 3.0], "err": [0.5, 0.5]}
    write(
        tmp_path / "b.parquet",
        {others[name]: values for name, values in b.items()} | {"r-mag": [15.0, 16.0]},
    )

    def named(name, columns, **extra):
        error = {"kind": "circular", "columns": [columns["err"]]}
        return entry(tmp_path, name, error, **extra) | {
            key: columns[key] for key in ("id", "ra", "dec")
        }

    match = match_of(
        "named", 5.0, [named("a", names), named("b", others, area_deg2=1.0, completeness=0.9)]
    )
    # in quotes, as SQL wants it, is the same
    match["catalogues"][1]["id"] = '"2MASS"'
    sky = matched(match)
    rows = sky.rows(
        "select a_Source_Name, b_2MASS from match.posteriors inner join match.primaries using (primary_key) where match_flag = 1 order by 1"
    )
    assert rows["a_Source_Name"].tolist() == [1, 2]
    assert rows["b_2MASS"].tolist() == ["x", None]


def test_a_match_of_columns_of_any_name_is_published(tmp_path):
    """With a prior and the features of a score, by the command, into files."""
    rng = np.random.default_rng(1)
    place = {"RA(ICRS)": np.arange(40) * 5.0, "De-g": np.zeros(40)}
    write(tmp_path / "a.parquet", {"Source Name": np.arange(40), **place, "e pos": np.ones(40), "f/x": rng.random(40)})  # fmt: skip
    write(
        tmp_path / "b.parquet",
        {"2MASS": [f"J{n}" for n in range(40)], **place | {"De-g": np.full(40, ARCSEC)}, "e pos": np.full(40, 0.5), "r-mag (AB)": rng.uniform(14, 20, 40), "H'": rng.random(40)},
    )  # fmt: skip
    (tmp_path / "bins.txt").write_text("14 17 0.7 0.3\n17 20 0.3 0.7\n")

    def named(name, identity, **extra):
        error = {"kind": "circular", "columns": ["e pos"]}
        place = {"id": identity, "ra": "RA(ICRS)", "dec": "De-g"}
        return entry(tmp_path, name, error, **extra) | place

    prior = {"column": "r-mag (AB)", "from": str(tmp_path / "bins.txt")}
    match = match_of(
        "odd_names",
        5.0,
        [
            named("a", "Source Name"),
            named("b", "2MASS", area_deg2=1.0, completeness=0.9, priors=[prior]),
        ],
        classifier={
            "positives": "separation < 2",
            "negatives": "separation > 3",
            "chance_radius_arcsec": 2,
            "features": [
                {"name": "f/x", "of": "a", "kind": "log"},
                {"name": "H'", "of": "b", "kind": "number"},
            ],
        },
    )
    (tmp_path / "m.yml").write_text(yaml.safe_dump({"match": match}))
    sky = Build(tmp_path / "sky")
    done = CliRunner().invoke(
        main,
        ["match", str(tmp_path / "m.yml")],
        env=sky.environment(LYNCEUS_RELEASES=str(tmp_path / "releases"), LYNCEUS_DATA="none"),
    )
    assert done.exit_code == 0, done.output
    # too few to train on, said where it is read
    told = " ".join(done.output.split())
    assert re.search(
        r"no score of positive and negative pairs there are \d+ and \d+ of train", told
    )
    assert "30 of each are needed. Position alone decides" in told
    table = Table.read(tmp_path / "releases/matches/odd_names/named_posteriors.fits")
    best = table[table["match_flag"] == 1]
    assert best["a_Source_Name"].tolist() == list(range(40))
    assert best["b_2MASS"].tolist() == [f"J{n}" for n in range(40)]
    np.testing.assert_allclose(np.unique(best["bias_b_r_mag_ab_"]), [0.3 / 0.7, 0.7 / 0.3], rtol=0.01)  # fmt: skip


def test_the_files_of_a_match_are_those_of_one_run(tmp_path):
    """A run that fails leaves those of the last one, the database among them; one that ends leaves
    none of an earlier one.
    """
    for name in "ab":
        write(tmp_path / f"{name}.parquet", {"id": [1, 2], "ra": [1.0, 2], "dec": [0.0, 0], "err": [1.0, 1]})  # fmt: skip
    match = match_of("again", 5.0, [entry(tmp_path, "a"), entry(tmp_path, "b", area_deg2=1.0)])
    (tmp_path / "m.yml").write_text(yaml.safe_dump({"match": match}))
    folder, sky = tmp_path / "releases/matches/again", Build(tmp_path / "sky")

    def run():
        return CliRunner().invoke(
            main,
            ["match", str(tmp_path / "m.yml")],
            env=sky.environment(LYNCEUS_RELEASES=str(tmp_path / "releases"), LYNCEUS_DATA="none"),
        )

    assert run().exit_code == 0
    (folder / "figure_of_a_former_run.png").touch()
    former = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert "again.duckdb" in former and "named_posteriors.fits" in former
    write(tmp_path / "b.parquet", {"id": [1, 1], "ra": [1.0, 2], "dec": [0.0, 0], "err": [1.0, 1]})
    assert run().exit_code == 1
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == former
    write(tmp_path / "b.parquet", {"id": [1, 3], "ra": [1.0, 2], "dec": [0.0, 0], "err": [1.0, 1]})
    assert run().exit_code == 0
    found = {path.name for path in folder.iterdir()}
    assert found == former.keys() - {"figure_of_a_former_run.png"}
    rows = Table.read(folder / "named_posteriors.fits")
    assert set(rows["b_id"][rows["ncat"] == 2].tolist()) == {1, 3}
    assert [path.name for path in folder.parent.iterdir() if not path.name.startswith(".lock")] == [
        "again"
    ]


JULIAN = [2001.0, 2010.5, None]


@pytest.mark.parametrize(
    ("form", "epoch"),
    [
        ("julian year", JULIAN),
        ("MJD", [51544.5 + 365.25 * 1.0, 51544.5 + 365.25 * 10.5, None]),
        ("ISO", ["2000-12-31T18:00:00", "2010-07-02T15:00:00", None]),
        ("ISO", [datetime.datetime(2000, 12, 31, 18), datetime.datetime(2010, 7, 2, 15), None]),
        (
            "ISO",
            [
                datetime.datetime(2000, 12, 31, 18, tzinfo=datetime.UTC),
                datetime.datetime(2010, 7, 2, 15, tzinfo=datetime.UTC),
                None,
            ],
        ),
    ],
)
def test_epochs_in_every_form_move_the_star_alike(form, epoch, matched, tmp_path, monkeypatch):
    """15 yr of 60 mas/yr are 0.9"; the session's time zone changes nothing."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    match = moving(tmp_path, epoch, epoch_format=form)
    np.testing.assert_allclose(
        separations(matched, match), [0.1, 1 - 5.5 * MOTION / 1000, 1.0], atol=2e-5
    )


@pytest.mark.parametrize("missing", [-9999.0, -999.0, 1e20, float("nan"), float("inf"), None])
def test_a_motion_that_is_missing_moves_nothing(missing, matched, tmp_path):
    match = moving(tmp_path, [2001.0, 2001.0], pmra=(0.0, missing), pmdec=(MOTION, missing))
    np.testing.assert_allclose(separations(matched, match), [0.1, 1.0], atol=1e-5)


def test_a_motion_of_minus_99_is_one(matched, tmp_path):
    match = moving(tmp_path, [2006.0], pmdec=(-99.0,))
    np.testing.assert_allclose(separations(matched, match), [1.99], atol=1e-5)


def test_epochs_and_motions_that_cannot_be_are_refused(sky, tmp_path):
    message = refused(sky, moving(tmp_path, [53371.0, 2001.0]))
    assert "when: 1 row whose epoch, as julian year, is not between 1800 and 2200; epoch_format may be julian year, MJD or ISO (0)" in message  # fmt: skip
    message = refused(sky, moving(tmp_path, ["02/01/2005 03:04"], epoch_format="ISO"))
    assert "when: 1 row whose epoch, as ISO, is not between 1800 and 2200" in message
    message = refused(sky, moving(tmp_path, [2001.0], pmra=(30_000.0,)))
    assert "pmra: 1 row with a proper motion above 20,000 mas/yr (0)" in message
    match = moving(tmp_path, [2001.0])
    match["catalogues"][1]["epoch"] = 57388.0
    assert "catalogues[2].epoch: 57388.0, is no Julian year between 1800 and 2200; epoch_format may be MJD" in refused(sky, match)  # fmt: skip


def test_what_stands_in_for_an_error_serves_where_it_is_0_or_missing(matched, tmp_path):
    write(tmp_path / "a.parquet", {"id": [1, 2], "ra": [10.0, 20.0], "dec": [0.0, 0.0], "err": [0.0, 1.0]})  # fmt: skip
    write(
        tmp_path / "b.parquet",
        {"id": [1, 2], "ra": [10.0, 20.0], "dec": [ARCSEC, ARCSEC], "err": [0.5, -999.0]},
    )
    floor = {"kind": "circular", "columns": ["err"], "floor_arcsec": 0.4}
    standing = {"kind": "circular", "columns": ["err"], "default_arcsec": 0.6}
    match = match_of(
        "standing",
        5.0,
        [
            entry(tmp_path, "a", floor),
            entry(tmp_path, "b", standing, area_deg2=1.0, completeness=0.9),
        ],
    )
    sky = matched(match)
    errors = sky.rows(
        "select primaries.major as one, candidates.major as other from match.primaries inner join match.candidates using (primary_key) order by primary_key"
    )
    assert errors["one"].tolist() == [0.4, 1.0] and errors["other"].tolist() == [0.5, 0.6]


@pytest.mark.parametrize("written", ["1e-5", "1.0e-05", "0.00001", "1E-5"])
def test_a_number_of_a_settings_file_is_one_in_any_notation(written, tmp_path):
    path = tmp_path / "m.yml"
    path.write_text(f"match: {{name: tiny, min_prob: {written}}}")
    variables, *_ = read_settings(path)
    assert variables["match"]["min_prob"] == 1e-5
    # as dbt reads it
    assert yaml.safe_load(vars_text(variables))["match"]["min_prob"] == 1e-5


@pytest.mark.parametrize(
    "content", [b"match: [", b"\tmatch: x", "match: {name: é}".encode("latin-1"), b"", b"- a", b"match:\n  radius: 3"]
)  # fmt: skip
def test_a_settings_file_that_describes_no_match_is_one_message(content, tmp_path):
    path = tmp_path / "m.yml"
    path.write_bytes(content)
    with pytest.raises(click.ClickException, match=r"m\.yml (is no YAML|describes no match)"):
        read_settings(path)
