"""The simulated sky: the same from the same seed, true to the raw-table contract, and consistent in
its physics.
"""

import json
from hashlib import sha256
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from astropy import units as u
from click.testing import CliRunner
from mocpy import MOC
from scipy.spatial import cKDTree
from scipy.stats import ks_2samp, kstest

from lynceus.commands.sky import sky as sky_command
from lynceus.inputs.raw_tables import raw_tables
from lynceus.inputs.simulated import (
    acis,
    blends,
    counterparts,
    galaxy,
    kinds,
    measurements,
    presets,
    regions,
    seds,
    simulate_sky,
    spectra,
)
from lynceus.inputs.simulated.footprint import CELL_AREA, cells_around, contains, points_in
from lynceus.inputs.simulated.gaia import CELLS as GAIA_CELLS
from lynceus.inputs.simulated.gaia import with_surroundings
from lynceus.inputs.simulated.geometry import (
    ARCSEC,
    coordinates,
    galactic,
    offsets,
    sexagesimal_name,
    shifted,
    unit_vectors,
)
from lynceus.inputs.simulated.nearby_galaxies import FILTERS
from lynceus.inputs.simulated.pointings import FIELD_RADIUS, Pointing, plan
from lynceus.inputs.simulated.sky import SURVEYS, TABLES, simulate_pointing
from lynceus.inputs.simulated.spectral_fits import fit
from lynceus.studies import sky_comparison

SOURCES, POINTINGS, SEED = 3000, 120, 7
# SHA-256 of the keys of a small kind sky, and sums of some columns, as they were when it was the
# only one
KIND_KEYS = {
    ("csc_master", "name"): "11a54b0d04b162dc",
    ("truth", "kind"): "1b55c8ea762c2a05",
    ("gaia_source", "source_id"): "1ce1bd8a19498ca1",
    ("twomass", "designation"): "a76c8407fd402818",
    ("allwise", "designation"): "af6cc84577806872",
    ("literature_yangetal_training", "name"): "c6d41af0db48b66b",
}
KIND_SUMS = {
    ("csc_master", "flux_aper90_b"): 6.075021993142343e-11,
    ("gaia_source", "phot_bp_mean_mag"): 245300.12108911702,
    ("gaia_source", "parallax"): 3007.8512495543764,
    ("gaia_source", "classprob_dsc_combmod_quasar"): 13.803090241548073,
    ("twomass", "j_m"): 107773.00945848733,
    ("allwise", "w1mpro"): 52624.59504437962,
}


def tables_of(folder):
    return SimpleNamespace(
        **{table: pq.read_table(folder / f"{table}.parquet") for table in TABLES}
    )


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A sky of each preset."""
    return {
        preset: simulate_sky(
            tmp_path_factory.mktemp(preset) / "sky", SOURCES, POINTINGS, SEED, preset=preset
        )
        for preset in presets.PRESETS
    }


@pytest.fixture(scope="module", params=presets.PRESETS)
def folder(folders, request):
    return folders[request.param]


@pytest.fixture(scope="module")
def sky(folder):
    return tables_of(folder)


@pytest.fixture(scope="module")
def hard(folders):
    return tables_of(folders["hard"])


@pytest.fixture(scope="module")
def kind(folders):
    return tables_of(folders["kind"])


def column(table, name):
    """Return a column as an array, NULL as NaN."""
    return table[name].to_numpy()


def matched(left, left_key, right, right_key):
    """Return the row numbers of left and right with equal keys, NULL keys left out; right keys are
    unique.
    """
    keys = left[left_key].combine_chunks()
    place = pa.compute.index_in(keys, right[right_key].combine_chunks())
    known = pa.compute.and_(pa.compute.is_valid(keys), pa.compute.is_valid(place)).to_numpy(
        zero_copy_only=False
    )
    rows = np.flatnonzero(known)
    return rows, place.filter(pa.array(known)).to_numpy(zero_copy_only=False).astype(int)


def master_and_truth(sky):
    """Return the two tables with their rows in the same order."""
    rows, truth_rows = matched(sky.csc_master, "name", sky.truth, "name")
    assert len(rows) == len(sky.csc_master) == len(sky.truth)
    return sky.csc_master, sky.truth.take(truth_rows)


def scatter(master, truth):
    """Return the offsets (east, north), arcsec, of the catalogue positions from the true ones."""
    return offsets(
        *(
            column(table, name)
            for table, name in (
                (truth, "ra_true"),
                (truth, "dec_true"),
                (master, "ra"),
                (master, "dec"),
            )
        )
    )


def files_of(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


# ---------- determinism and files


def test_the_same_arguments_give_the_same_bytes(tmp_path):
    first = simulate_sky(tmp_path / "first", sources=150, pointings=6, seed=3)
    second = simulate_sky(tmp_path / "second", sources=150, pointings=6, seed=3)
    assert files_of(first) == files_of(second)
    assert files_of(first) != files_of(
        simulate_sky(tmp_path / "other", sources=150, pointings=6, seed=4)
    )


def test_rows_do_not_depend_on_the_batch(tmp_path):
    whole = simulate_sky(tmp_path / "whole", sources=150, pointings=6, seed=3, batch=6)
    single = simulate_sky(tmp_path / "single", sources=150, pointings=6, seed=3, batch=1)
    for table in TABLES:
        assert pq.read_table(whole / f"{table}.parquet").equals(
            pq.read_table(single / f"{table}.parquet")
        ), table


def test_beyond_a_size_of_the_sky_no_more_sources_are_known(tmp_path, monkeypatch):
    all_known = simulate_sky(tmp_path / "all", sources=600, pointings=6, seed=3)
    monkeypatch.setattr("lynceus.inputs.simulated.sky.KNOWN_AMONG", 200)
    some_known = simulate_sky(tmp_path / "some", sources=600, pointings=6, seed=3)

    def rows(folder, table):
        return pq.read_table(folder / f"{table}.parquet").num_rows

    for table in ("literature_yangetal_training", "literature_known_sources"):
        assert 0.15 < rows(some_known, table) / rows(all_known, table) < 0.5, table
    for table in ("csc_master", "gaia_source", "truth"):
        assert files_of(some_known)[f"{table}.parquet"] == files_of(all_known)[f"{table}.parquet"]


def test_a_killed_run_leaves_the_old_sky_and_a_new_one_cleans_up(tmp_path, monkeypatch):
    old = files_of(simulate_sky(tmp_path / "sky", sources=60, pointings=3, seed=3))

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("lynceus.inputs.simulated.sky.simulate_pointing", killed)
        with pytest.raises(KeyboardInterrupt):
            simulate_sky(tmp_path / "sky", sources=60, pointings=3, seed=4)
    assert files_of(tmp_path / "sky") == old
    (tmp_path / "sky.part").mkdir(exist_ok=True)
    (tmp_path / "sky.part" / "leftover").write_text("half a table")
    assert set(files_of(simulate_sky(tmp_path / "sky", sources=60, pointings=3, seed=4))) == set(
        old
    )
    assert [path.name for path in tmp_path.iterdir()] == ["sky"]


def test_the_kind_sky_is_what_it_was(tmp_path):
    folder = simulate_sky(tmp_path / "sky", sources=150, pointings=6, seed=3, preset="kind")
    read = {table: pq.read_table(folder / f"{table}.parquet") for table in TABLES}
    for (table, key), checksum in KIND_KEYS.items():
        text = "\n".join(map(str, read[table][key].to_pylist()))
        assert sha256(text.encode()).hexdigest().startswith(checksum), (table, key)
    for (table, name), total in KIND_SUMS.items():
        assert np.nansum(column(read[table], name)) == pytest.approx(total, rel=1e-9), (table, name)


def test_the_default_sky_is_the_hard_one_and_the_folder_says_so(tmp_path):
    by_default = simulate_sky(tmp_path / "default", sources=60, pointings=3, seed=3)
    hard = simulate_sky(tmp_path / "hard", sources=60, pointings=3, seed=3, preset="hard")
    assert files_of(by_default) == files_of(hard)
    assert json.loads((hard / "simulation.json").read_text())["preset"] == "hard"


def test_the_command_makes_either_sky(tmp_path):
    for preset in presets.PRESETS:
        size = ["--sources", "60", "--pointings", "3", "--seed", "3", "--preset", preset]
        told = CliRunner().invoke(sky_command, [*size, "--folder", str(tmp_path / preset)])
        assert told.exit_code == 0, told.output
        again = simulate_sky(tmp_path / "again", sources=60, pointings=3, seed=3, preset=preset)
        assert files_of(tmp_path / preset) == files_of(again)


@pytest.mark.parametrize(
    "wrong",
    [
        {"sources": 0},
        {"pointings": -1},
        {"cutout_radius_arcsec": 0},
        {"pointings": 40_000},
        {"preset": "easy"},
    ],
)
def test_impossible_sizes_are_refused_before_anything_is_written(tmp_path, wrong):
    with pytest.raises(ValueError):
        simulate_sky(tmp_path / "sky", **({"sources": 10, "pointings": 2} | wrong))
    assert not any(tmp_path.iterdir())


def test_a_folder_of_other_things_is_never_replaced(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(ValueError, match="not a simulated sky"):
        simulate_sky(tmp_path, sources=10, pointings=2)
    assert files_of(tmp_path) == {"thesis.txt": b"years of work"}


def test_gamma_ray_regions_lie_about_the_fields_nearest_to_the_plane(sky):
    regions, truth = sky.gamma_ray_regions, sky.truth
    assert len(regions) == 15 and 0 < regions["Size"].null_count < 8
    latitude = np.abs(galactic(column(regions, "RAJ2000"), column(regions, "DEJ2000"))[1])
    fields = np.abs(galactic(column(truth, "ra_true"), column(truth, "dec_true"))[1])
    assert latitude.max() < 5 < np.median(fields)
    xray = cKDTree(unit_vectors(column(truth, "ra_true"), column(truth, "dec_true")))
    distance, _ = xray.query(unit_vectors(column(regions, "RAJ2000"), column(regions, "DEJ2000")))
    # a few fields are without X-ray sources
    assert np.mean(np.degrees(distance) < 0.5) > 0.8


# ---------- the contract


# COUP's is that of large skies: tests/test_orion.py
@pytest.mark.parametrize("table", [table for table in TABLES if table != "coup"])
def test_tables_keep_the_contract(sky, table):
    rows, contract = getattr(sky, table), raw_tables()[table]
    assert rows.schema.equals(contract.schema)
    assert len(rows) > 0
    keys = rows.select(contract.key)
    assert keys.group_by(contract.key).aggregate([]).num_rows == len(rows)
    for name in contract.key:
        assert keys[name].null_count == 0
    for limits in contract.columns:
        values = rows[limits.name].drop_null()
        if not pa.types.is_floating(values.type) and not pa.types.is_integer(values.type):
            continue
        values = values.to_numpy()
        assert np.isfinite(values).all(), limits.name
        assert not limits.positive or (values > 0).all(), limits.name
        assert limits.minimum is None or (values >= limits.minimum).all(), limits.name
        assert limits.maximum is None or (values <= limits.maximum).all(), limits.name


def test_every_column_is_filled_somewhere(sky):
    empty = [
        f"{table}.{name}"
        for table in TABLES
        for name in getattr(sky, table).column_names
        if table != "coup" and getattr(sky, table)[name].null_count == len(getattr(sky, table))
    ]
    # nobody has published properties of simulated sources
    properties = set(raw_tables()["literature_yangetal_training"].schema.names) - {"name", "class"}
    others = {column.name for column in raw_tables()["hsc"].columns if column.unit == "mag"} - {
        name + end for name in FILTERS for end in ("", "_MAD")
    }
    assert set(empty) == {f"literature_yangetal_training.{name}" for name in properties} | {
        f"hsc.{name}" for name in others
    }


def test_limits_enclose_their_values(sky):
    for name in sky.csc_master.column_names:
        if "_hilim" in name:
            names = (name.replace("_hilim", limit) for limit in ("", "_lolim", "_hilim"))
            value, low, high = (column(sky.csc_master, name) for name in names)
            known = np.isfinite(value)
            assert (low[known] <= value[known]).all() and (value[known] <= high[known]).all(), name


def test_truth_names_rows_that_exist_and_gaia_ids_are_those_of_the_position(sky):
    for table, key, name in (
        ("gaia_source", "source_id", "gaia_source_id"),
        ("twomass", "designation", "twomass_designation"),
        ("allwise", "designation", "allwise_designation"),
    ):
        rows, _ = matched(sky.truth, name, getattr(sky, table), key)
        assert len(rows) == len(sky.truth) - sky.truth[name].null_count > 0
    ids = column(sky.gaia_source, "source_id")
    cells = GAIA_CELLS.lonlat_to_healpix(
        column(sky.gaia_source, "ra") * u.deg,
        column(sky.gaia_source, "dec") * u.deg,
    )
    assert (ids // 2**35 == cells).all()


def test_nothing_but_the_truth_tells_the_counterparts(sky):
    # the order of the rows is that of the ids, and counterparts stand among field stars in id and
    # position
    ids = column(sky.gaia_source, "source_id")
    true_ids = sky.truth["gaia_source_id"].drop_null().to_numpy()
    running, is_true = ids % 2**35 // 2**17, np.isin(ids, true_ids)
    crowded = np.isin(ids // 2**35, (ids // 2**35)[running > 10])
    assert np.mean(running[is_true & crowded] == 1) < 0.2
    names = sky.csc_master["name"].to_pylist()
    pointing = column(sky.truth, "pointing")
    assert all(
        names[i] < names[i + 1] for i in range(len(names) - 1) if pointing[i] == pointing[i + 1]
    )


# ---------- positions


def test_counterparts_scatter_by_the_declared_ellipse(sky):
    """After the offset of each field is taken out, squared offsets in sigma follow chi2 with 2
    degrees of freedom.
    """
    master, truth = master_and_truth(sky)
    east, north = scatter(master, truth)
    angle = np.radians(column(master, "err_ellipse_ang"))
    # sqrt(-2 ln 0.05)
    major, minor = (column(master, f"err_ellipse_{axis}") / 2.4477 for axis in ("r0", "r1"))
    along = (east * np.sin(angle) + north * np.cos(angle)) / major
    across = (east * np.cos(angle) - north * np.sin(angle)) / minor
    wide = minor > 0.7  # arcsec; the field offsets of 0.1 arcsec hardly count for these
    assert kstest(along[wide] ** 2 + across[wide] ** 2, "chi2", args=(2,)).pvalue > 0.001
    assert (
        kstest(along[wide], "norm").pvalue > 0.001 and kstest(across[wide], "norm").pvalue > 0.001
    )
    inside = np.mean(along**2 + across**2 < acis.SIGMA_PER_95**2)
    assert 0.90 < inside < 0.96


def test_ellipses_are_longest_along_the_azimuth_off_axis(sky):
    master, truth = master_and_truth(sky)
    angle = column(master, "err_ellipse_ang")
    ratio = column(master, "err_ellipse_r1") / column(master, "err_ellipse_r0")
    pointing, ra, dec = (
        column(table, name)
        for table, name in ((truth, "pointing"), (master, "ra"), (master, "dec"))
    )
    field = pointing == np.bincount(pointing).argmax()
    # near enough to the aim point for sources far off it
    centre = unit_vectors(ra[field], dec[field]).mean(axis=0)
    east, north = offsets(*coordinates(*centre), ra[field], dec[field])
    far = np.hypot(east, north) > 480
    radial = np.degrees(np.arctan2(east, north))[far]
    assert np.median(np.abs((angle[field][far] - radial) % 180 - 90)) < 20
    assert np.median(ratio[field][far]) < 0.95


def test_fields_are_offset_by_a_tenth_of_an_arcsecond(sky):
    master, truth = master_and_truth(sky)
    east, _ = scatter(master, truth)
    weight = column(master, "err_ellipse_r0") ** -2.0
    pointing = column(truth, "pointing")
    mean = np.bincount(pointing, weight * east) / np.maximum(np.bincount(pointing, weight), 1e-9)
    error = (np.maximum(np.bincount(pointing, weight), 1e-9) * acis.SIGMA_PER_95**2) ** -0.5
    rms = np.sqrt(np.mean((mean**2 - error**2)[error < 0.1]))
    assert 0.06 < rms < 0.14


def test_error_ellipses_follow_kim_2007():
    # eq. 12: 100 counts on axis log PU = 0.1932 - 2 x 0.4958; 1000 counts at 5 arcmin 0.484 - 3 x
    # 0.2064 - 0.426
    rng = np.random.default_rng(1)
    major, minor = acis.error_ellipses(rng, np.array([100.0, 1000.0]), np.array([0.0, 5.0]))
    assert major[0] == pytest.approx(np.hypot(10 ** (0.1932 - 0.9916), acis.POSITION_FLOOR))
    statistical = np.sqrt(np.array([major[1], minor[1]]) ** 2 - acis.POSITION_FLOOR**2)
    assert np.sqrt(statistical.prod()) == pytest.approx(10 ** (0.484 - 0.6192 - 0.426))
    assert (minor <= major).all()


def test_fast_movers_meet_their_xray_source_only_at_its_epoch(sky):
    master, truth = master_and_truth(sky)
    rows, gaia = matched(truth, "gaia_source_id", sky.gaia_source, "source_id")
    pmra, pmdec = (column(sky.gaia_source, name)[gaia] for name in ("pmra", "pmdec"))
    years = column(truth, "epoch_true")[rows] - 2016.0
    ra, dec = (column(sky.gaia_source, name)[gaia] for name in ("ra", "dec"))
    goal = column(truth, "ra_true")[rows], column(truth, "dec_true")[rows]
    moved = shifted(ra, dec, pmra * years / 1000, pmdec * years / 1000)
    fast = np.hypot(pmra, pmdec) * np.abs(years) > 300
    assert fast.sum() > 12
    assert np.median(np.hypot(*offsets(*goal, *moved))[fast]) < 0.02
    assert np.median(np.hypot(*offsets(*goal, ra, dec))[fast]) > 0.3


@pytest.mark.parametrize(("ra", "dec"), [(0.0, 0.0), (359.9, -30.0), (45.0, 89.8), (300.0, -89.9)])
def test_fields_on_the_meridian_and_at_the_poles_are_whole(ra, dec):
    glon, glat = galactic(np.array([ra]), np.array([dec]))
    pointing = Pointing(0, ra, dec, float(glon[0]), float(glat[0]), 80, None)
    tables, cells = simulate_pointing(np.random.default_rng(5), pointing, 30.0)
    master, gaia = tables["csc_master"], tables["gaia_source"]
    for table in (*SURVEYS, "csc_master"):
        assert (tables[table]["ra"] >= 0).all() and (tables[table]["ra"] < 360).all()
        assert (np.abs(tables[table]["dec"]) <= 90).all()
    east, north = offsets(ra, dec, master["ra"], master["dec"])
    assert (np.hypot(east, north) < FIELD_RADIUS + 60).all()
    assert (east > 0).any() and (east < 0).any() and (north > 0).any() and (north < 0).any()
    nearest, _ = cKDTree(unit_vectors(master["ra"], master["dec"])).query(
        unit_vectors(gaia["ra"], gaia["dec"])
    )
    assert nearest.max() * ARCSEC < 35
    assert contains(cells, gaia["ra"], gaia["dec"]).all()
    assert (tables["csc_observation"]["theta"] < 24).all()


def test_fields_do_not_overlap_and_all_sources_are_shared_out():
    fields = plan(np.random.default_rng(1), 20_000, 2_000, presets.HARD)
    distance, _ = cKDTree(unit_vectors([f.ra for f in fields], [f.dec for f in fields])).query(
        unit_vectors([f.ra for f in fields], [f.dec for f in fields]),
        k=2,
    )
    assert distance[:, 1].min() * ARCSEC > 2 * (FIELD_RADIUS + 60)
    assert sum(field.sources for field in fields) == 20_000
    latitudes = np.abs([field.glat for field in fields])
    assert np.mean(latitudes < 5) > 1.5 * np.sin(np.radians(5))


def test_offsets_undo_shifts_and_names_are_cut_off():
    ra, dec = np.array([0.0, 10.0, 359.9999]), np.array([89.9999, -90.0, 0.0])
    east, north = np.array([1.0, 500.0, 3.0]), np.array([-2.0, 7.0, -0.001])
    back = offsets(ra, dec, *shifted(ra, dec, east, north))
    np.testing.assert_allclose(back, (east, north), atol=1e-6)
    # 10.68471 deg is 00h42m44.3304s, 41.26875 deg is 41d16m07.5s
    assert sexagesimal_name(np.array([10.68471]), np.array([41.26875]), 2, 1).tolist() == [
        "004244.33+411607.5"
    ]
    assert sexagesimal_name(np.array([10.68471]), np.array([-0.26875]), 2, 1, "").tolist() == [
        "00424433-0016075"
    ]


# ---------- coverage and candidates


def test_the_coverage_has_the_area_of_the_union_of_circles(sky, folder):
    """Random points in every circle, each counted once however many circles cover it, give the area
    of the union.
    """
    master = sky.csc_master
    ra, dec = column(master, "ra"), column(master, "dec")
    area = (
        MOC.from_fits(folder / "gaia_source_coverage.moc.fits").sky_fraction * 4 * np.pi * ARCSEC**2
    )
    rng, number = np.random.default_rng(1), 400
    radius = 40.0 * np.sqrt(rng.random((len(ra), number)))
    angle = rng.uniform(0, 2 * np.pi, radius.shape)
    points = unit_vectors(
        *shifted(ra[:, None], dec[:, None], radius * np.sin(angle), radius * np.cos(angle))
    )
    sources = cKDTree(unit_vectors(ra, dec))
    times_covered = sources.query_ball_point(points.reshape(-1, 3), 40 / ARCSEC, return_length=True)
    union = np.pi * 40.0**2 * len(ra) * np.mean(1 / np.maximum(times_covered, 1))
    assert area == pytest.approx(union, rel=0.01)


def test_survey_sources_lie_in_their_coverage(sky, folder):
    for table in SURVEYS:
        coverage = MOC.from_fits(folder / f"{table}_coverage.moc.fits")
        rows = getattr(sky, table)
        assert coverage.contains_lonlat(
            column(rows, "ra") * u.deg, column(rows, "dec") * u.deg
        ).all(), table


def test_points_fall_evenly_over_overlapping_circles():
    ra, dec = np.array([10.0, 10.0]), np.array([0.0, 30 / 3600])
    cells = cells_around(ra, dec, 30.0)
    overlap = 2 * np.arccos(0.5) - np.sqrt(3) / 2  # of two unit circles at distance 1
    assert len(cells) * CELL_AREA * ARCSEC**2 == pytest.approx(
        900 * (2 * np.pi - overlap), rel=0.01
    )
    points = points_in(np.random.default_rng(1), cells, 20_000)
    inside = [np.hypot(*offsets(r, d, *points)) < 30 for r, d in zip(ra, dec)]
    assert np.mean(inside[0] & inside[1]) == pytest.approx(
        overlap / (2 * np.pi - overlap), abs=0.015
    )


def candidates(sky, radius=15.0):
    xray, gaia = (
        cKDTree(unit_vectors(column(t, "ra"), column(t, "dec")))
        for t in (sky.csc_master, sky.gaia_source)
    )
    return np.array(gaia.query_ball_point(xray.data, radius / ARCSEC, return_length=True))


def test_candidates_are_as_many_as_around_real_sources(sky):
    """CSC 2.1 against Gaia DR3: 62 % of the sources have one; of these 35 % one only, mean 9.5,
    median 3.
    """
    number = candidates(sky)
    found = number[number > 0]
    assert 0.55 < len(found) / len(number) < 0.85
    assert 0.2 < np.mean(found == 1) < 0.5
    # 120 fields: the mean hangs on the richest few
    assert 4 < found.mean() < 18 and 2 <= np.median(found) <= 4
    assert found.max() > 60


def test_gaia_is_dense_in_the_plane_and_sparse_at_the_poles(sky):
    latitude = np.abs(galactic(column(sky.csc_master, "ra"), column(sky.csc_master, "dec"))[1])
    density = candidates(sky, 30.0) / (np.pi * 0.5**2)  # per square arcminute
    assert 0.4 < np.median(density[latitude > 60]) < 3
    assert np.mean(density[latitude < 5]) > 40


def test_sources_with_a_gaia_counterpart_are_as_many_as_their_kinds_allow(sky):
    kind = np.array(sky.truth["kind"].to_pylist())
    seen = np.array(sky.truth["gaia_source_id"].is_valid())
    assert 0.25 < seen.mean() < 0.55
    assert seen[kind == "LM-STAR"].mean() > 0.9 and seen[kind == "HM-STAR"].mean() > 0.9
    assert 0.08 < seen[kind == "AGN"].mean() < 0.3
    assert seen[kind == "NS"].mean() < 0.1
    assert set(kind) == set(kinds.NAMES)
    assert np.array_equal(np.isfinite(column(sky.truth, "redshift")), kind == "AGN")


# ---------- optical to infrared light


def test_gaia_colours_are_differences_of_magnitudes_and_fluxes_give_them(sky):
    gaia = sky.gaia_source
    g, bp, rp = (column(gaia, f"phot_{band}_mean_mag") for band in ("g", "bp", "rp"))
    np.testing.assert_allclose(column(gaia, "bp_rp"), bp - rp)
    np.testing.assert_allclose(column(gaia, "bp_g"), bp - g)
    np.testing.assert_allclose(column(gaia, "g_rp"), g - rp)
    np.testing.assert_allclose(
        column(gaia, "pm"), np.hypot(column(gaia, "pmra"), column(gaia, "pmdec"))
    )
    # Riello et al. (2021): 1 electron/s is G = 25.6874
    np.testing.assert_allclose(g, 25.6874 - 2.5 * np.log10(column(gaia, "phot_g_mean_flux")))


def test_parallaxes_follow_the_true_distances(sky):
    rows, gaia = matched(sky.truth, "gaia_source_id", sky.gaia_source, "source_id")
    parallax, error = (
        column(sky.gaia_source, name)[gaia] for name in ("parallax", "parallax_error")
    )
    is_agn = np.array(sky.truth["kind"].to_pylist())[rows] == "AGN"
    expected = np.where(is_agn, 0.0, 1000 / column(sky.truth, "distance")[rows])
    pull = (parallax + 0.03 - expected) / error
    pull = pull[np.isfinite(pull)]
    # blends with another star's parallax are few
    assert np.std(pull) == pytest.approx(1.0, abs=0.06)
    assert np.median(pull) == pytest.approx(0.0, abs=0.08)


def test_gaia_2mass_and_wise_see_one_light(sky):
    """Low-mass stars: colours from one survey foretell those between the others."""
    rows, gaia = matched(sky.truth, "gaia_source_id", sky.gaia_source, "source_id")
    truth = sky.truth.take(rows)
    inner, infrared = matched(truth, "twomass_designation", sky.twomass, "designation")
    kind = np.array(truth["kind"].to_pylist())[inner]
    g, colour = (
        column(sky.gaia_source, name)[gaia][inner] for name in ("phot_g_mean_mag", "bp_rp")
    )
    j, ks = column(sky.twomass, "j_m")[infrared], column(sky.twomass, "k_m")[infrared]
    known = (kind == "LM-STAR") & np.isfinite(colour) & (g < 17)
    # neighbours and nebulae are in the colours
    assert np.corrcoef(colour[known], (g - ks)[known])[0, 1] > 0.9
    assert np.corrcoef((g - j)[known], (g - ks)[known])[0, 1] > 0.95


@pytest.mark.parametrize("crowded", [0, np.inf])
def test_light_goes_to_the_brightest_primary_within_the_resolution(monkeypatch, crowded):
    monkeypatch.setattr(blends, "CROWDED", crowded)
    rng, number, resolution = np.random.default_rng(4), 300, 6.0
    ra, dec = shifted(np.full(number, 0.0), np.full(number, 60.0), *rng.uniform(-40, 40, (2, 300)))
    magnitudes = rng.uniform(10, 20, (number, len(seds.BANDS)))
    light = 10 ** (-0.4 * magnitudes)
    still = {name: np.zeros(number) for name in ("pmra", "pmdec", "epoch")}
    objects = {"ra": ra, "dec": dec, "magnitudes": magnitudes, "light": light} | still
    seen = blends.merged(objects | {"row": np.arange(number)}, 0.0, resolution, seds.W1)
    near = np.hypot(*offsets(ra[:, None], dec[:, None], ra, dec)) < resolution
    w1 = light[:, seds.W1]
    is_primary = w1 == np.where(near, w1, 0).max(axis=1)
    assert seen["row"].tolist() == np.flatnonzero(is_primary).tolist()
    home = np.where(near & is_primary, w1, 0).argmax(axis=1)
    joins = (near & is_primary).any(axis=1)
    assert 10 < is_primary.sum() < joins.sum() < number  # some merge, some are lost
    total = np.array([light[joins & (home == row)].sum(axis=0) for row in seen["row"]])
    assert np.allclose(10 ** (-0.4 * seen["magnitudes"]), total, rtol=1e-12)
    assert (seen["is_blend"] == [(joins & (home == row)).sum() > 1 for row in seen["row"]]).all()


def test_extinction_reddens_as_wang_and_chen_2019():
    dwarf = seds.SEQUENCE_MAGNITUDES[seds.sequence_rows("G2V", "G2V")]
    change = seds.apparent(dwarf, np.array([10.0]), np.array([2.0]))[0] - dwarf[0]
    assert change[seds.G] == pytest.approx(2 * 0.789)
    assert change[seds.BP] - change[seds.RP] == pytest.approx(2 * (1.002 - 0.589))
    assert change[seds.J] - change[seds.KS] == pytest.approx(2 * (0.243 - 0.078))
    assert np.isfinite(seds.SEQUENCE_MAGNITUDES).all()


def test_reddening_given_is_right_on_average(sky):
    """About as much as goes with the column of gas, and off by what the fields' clouds are."""
    rows, places = matched(sky.csc_master, "name", sky.source_reddening, "name")
    assert len(rows) == len(sky.csc_master) == len(sky.source_reddening)
    # Guver & Ozel (2009): 2.21e21 cm-2 per mag of A_V
    own = column(sky.csc_master, "nh_gal") / 22.1 / 3.1
    clouds = np.log(own / column(sky.source_reddening, "ebv")[places])
    assert abs(np.median(clouds)) < 0.15 and 0.3 < np.std(clouds) < 0.6


def test_the_sun_has_its_published_magnitudes():
    # Pecaut & Mamajek (2013), G2V: M_G = 4.64, BP - RP = 0.82, M_Ks = 3.24
    sun = seds.star_magnitudes(seds.sequence_rows("G2V", "G2V").astype(float))[0]
    assert sun[[seds.G, seds.KS]] == pytest.approx([4.635, 3.236], abs=0.01)
    assert sun[seds.BP] - sun[seds.RP] == pytest.approx(0.823, abs=0.01)
    assert seds.combined(sun, sun) == pytest.approx(sun - 2.5 * np.log10(2))


def test_quasars_are_red_in_wise_and_stars_are_not():
    rng = np.random.default_rng(1)
    for preset in presets.PRESETS.values():
        quasars = counterparts.quasar_light(rng, np.full(500, 19.0), np.full(500, 1.0), preset)
        assert np.mean(quasars[:, seds.W1] - quasars[:, seds.W2] > 0.8) > 0.8
    dwarfs = seds.SEQUENCE_MAGNITUDES[seds.sequence_rows("A0V", "M3V")]
    assert (dwarfs[:, seds.W1] - dwarfs[:, seds.W2] < 0.2).all()


def test_stars_seen_from_the_sun_move_as_the_galaxy_turns():
    """Towards l = 90 deg at 1 kpc the mean motion is Oort's: pm_l cos b = (A cos 2l + B) / 4.74,
    about -5.8 mas/yr.
    """
    ra, dec = np.full(20_000, 318.0043), np.full(20_000, 48.3296)  # l = 90, b = 0
    pmra, pmdec, velocity = galaxy.motions(
        np.random.default_rng(1),
        ra,
        dec,
        np.full(20_000, 1000.0),
        np.full(20_000, galaxy.YOUNG),
    )
    assert np.mean(np.hypot(pmra, pmdec)) < 12
    assert np.mean(velocity) == pytest.approx(-15, abs=6)  # 12.24 km/s of the Sun and the lag


def test_missing_values_are_where_the_archives_have_them(sky):
    gaia = sky.gaia_source
    g = column(gaia, "phot_g_mean_mag")
    named = ("parallax", "bp_rp", "radial_velocity", "distance_gspphot")
    has = {name: np.isfinite(column(gaia, name)) for name in named}
    for name, bright, faint in (
        ("parallax", 0.87, 0.5),
        ("bp_rp", 0.85, 1.0),
        ("distance_gspphot", 0.6, 0.0),
    ):
        assert has[name][g < 17].mean() > bright and has[name][g > 20.8].mean() <= faint, name
    assert has["radial_velocity"].mean() < 0.1 and not has["radial_velocity"][g > 16].any()
    for name in ("parallax_error", "pm", "pmra", "pmdec", "ruwe"):
        assert np.array_equal(np.isfinite(column(gaia, name)), has["parallax"]), name
    for survey, value, error in (
        ("twomass", "k_m", "k_msigcom"),
        ("allwise", "w3mpro", "w3sigmpro"),
    ):
        limits = getattr(sky, survey)[error].null_count / len(getattr(sky, survey))
        assert 0.05 < limits < 0.99 and getattr(sky, survey)[value].null_count == 0
    single = (
        sky.csc_observation.group_by("name")
        .aggregate([("obsid", "count")])["obsid_count"]
        .to_numpy()
        == 1
    )
    assert sky.csc_master["var_inter_prob_b"].null_count >= single.sum() > 0
    faint = column(sky.csc_master, "significance") < 3
    has_hardness = np.isfinite(column(sky.csc_master, "hard_hm"))
    assert has_hardness[~faint].mean() > has_hardness[faint].mean() > 0.3


# ---------- the hard sky


def region(preset, distance=1000.0, sources=300):
    """Return the tables of one star-forming region at a distance in pc."""
    ra, dec = 120.0, -40.0
    glon, glat = galactic(np.array([ra]), np.array([dec]))
    pointing = Pointing(0, ra, dec, float(glon[0]), float(glat[0]), sources, distance)
    tables, _ = simulate_pointing(np.random.default_rng(5), pointing, 30.0, preset=preset)
    return tables


def test_members_of_a_region_crowd_and_move_as_one():
    spread, motion = {}, {}
    for name, preset in presets.PRESETS.items():
        tables = region(preset)
        truth, gaia = tables["truth"], tables["gaia_source"]
        young = truth["kind"] == "YSO"
        offset = np.hypot(*offsets(120.0, -40.0, truth["ra_true"][young], truth["dec_true"][young]))
        spread[name] = np.median(offset) / ARCSEC * 1000
        rows = np.isin(gaia["source_id"], truth["gaia_source_id"][young].compressed())
        bright = rows & (gaia["phot_g_mean_mag"] < 18)
        motion[name] = 4.74 * np.nanstd(gaia["pmra"][bright])
    assert spread["hard"] == pytest.approx(presets.HARD.cluster_radius, rel=0.2)
    assert spread["kind"] > 2 * spread["hard"]
    assert motion["hard"] == pytest.approx(presets.HARD.region_dispersion, rel=0.3)
    assert motion["kind"] > 2 * motion["hard"]


def test_a_cloud_dims_what_lies_behind_its_stars_and_nothing_before():
    pointing = Pointing(0, 120.0, -40.0, 258.0, -5.0, 300, 1000.0)
    clear = galaxy.sight_line(pointing.glon, pointing.glat)
    line = regions.with_cloud(np.random.default_rng(1), pointing, clear, presets.HARD)
    near, far = np.array([500.0, 1000.0]), np.array([1500.0, 5000.0])
    assert (line.extinction(near) == clear.extinction(near)).all()
    added = line.extinction(far) - clear.extinction(far)
    assert added[0] == pytest.approx(added[1]) and 0.3 < added[0] < 5


def test_prisms_add_up_neighbours_and_nebula_and_g_does_not():
    magnitudes = np.full((3, len(seds.BANDS)), 18.0)
    seen = {
        "ra": np.zeros(3),
        "dec": np.array([0.0, 1.0, 10.0]) / 3600,
        "magnitudes": magnitudes,
        "nebula": np.array([0.0, 0.0, 10 ** (-0.4 * 18.0)]),
    }
    got = with_surroundings(seen, 1.75)
    assert got[:, [seds.BP, seds.RP]] == pytest.approx(18.0 - 2.5 * np.log10(2))
    assert (np.delete(got, [seds.BP, seds.RP], axis=1) == 18.0).all()
    alone = with_surroundings(seen | {"nebula": np.zeros(3)}, 0.5)
    assert alone == pytest.approx(magnitudes)


def test_fewer_sources_of_the_hard_sky_have_a_counterpart_or_a_candidate(hard, kind):
    """Published: 0.62 have a Gaia source within 15 arcsec, 0.30 a match by position."""
    found, near = {}, {}
    for name, sky in (("hard", hard), ("kind", kind)):
        tree = cKDTree(unit_vectors(column(sky.gaia_source, "ra"), column(sky.gaia_source, "dec")))
        distance, _ = tree.query(
            unit_vectors(column(sky.csc_master, "ra"), column(sky.csc_master, "dec"))
        )
        near[name] = np.mean(distance * ARCSEC < 15)
        found[name] = 1 - sky.truth["gaia_source_id"].null_count / len(sky.truth)
    assert 0.55 < near["hard"] < 0.7 < near["kind"]
    assert 0.25 < found["hard"] < 0.35 < found["kind"]


def test_stars_of_known_class_are_bright_and_most_known_agn_are_quasars(hard, kind):
    blue = {}
    for name, sky in (("hard", hard), ("kind", kind)):
        rows, truth_rows = matched(sky.literature_yangetal_training, "name", sky.truth, "name")
        assert len(rows) == len(sky.literature_yangetal_training)
        truth = sky.truth.take(truth_rows)
        kinds_of = np.array(truth["kind"].to_pylist())
        if name == "hard":
            assert column(truth, "g_mag_true")[kinds_of == "LM-STAR"].max() < 13.5
        inner, rows = matched(truth, "gaia_source_id", sky.gaia_source, "source_id")
        colour = column(sky.gaia_source, "bp_rp")[rows][kinds_of[inner] == "AGN"]
        blue[name] = np.nanmedian(colour)
    assert blue["hard"] < 1.0 < blue["kind"]


@pytest.mark.real
def test_colours_of_the_hard_sky_are_those_of_real_sources(folders, real_data, tmp_path):
    """K-S D: 0.15 at most, and what the few hundred sources of this sky leave uncertain."""
    compared = {
        row["quantity"]: row
        for row in sky_comparison.compare(real_data, folders["hard"], tmp_path / "figure.png")
    }
    for colour in ("BP - RP of counterparts (mag)", "J - Ks (mag)", "W1 - W2 (mag)"):
        row = compared[colour]
        assert row["ks_statistic"] < 0.15 + 1.36 / np.sqrt(row["n_simulated"]), colour


@pytest.mark.parametrize("seed", range(5))
def test_a_weighted_statistic_is_that_of_rows_repeated(seed):
    rng = np.random.default_rng(seed)
    real, simulated = np.sort(rng.normal(0, 1, 40)), np.sort(rng.normal(0.3, 1, 30))
    simulated_class = rng.choice(["a", "b"], 30)
    times = np.where(simulated_class == "a", 3, 1)
    repeated = ks_2samp(real, np.repeat(simulated, times)).statistic
    assert sky_comparison.ks_statistic(real, simulated, times / times.sum()) == pytest.approx(
        repeated
    )
    number = {name: np.sum(simulated_class == name) for name in "ab"}
    real_class = np.repeat(["a", "b"], [3 * number["a"], number["b"]])
    weights = sky_comparison.weights_of(real_class, simulated_class)
    assert weights == pytest.approx(times / times.sum())


# ---------- X-rays


def test_band_fluxes_add_up(sky):
    for table in (sky.csc_master, sky.csc_observation):
        parts = sum(column(table, f"flux_aper90_{band}") for band in "smh")
        np.testing.assert_allclose(column(table, "flux_aper90_b"), parts, rtol=1e-9)


def test_hardness_is_the_contrast_of_photon_fluxes():
    unit = np.ones((2, 3))
    fluxes = measurements.band_fluxes(
        np.array([[100.0, 200.0, 300.0], [0.0, 1.0, 1.0]]),
        np.zeros((2, 3)),
        np.full(2, 1e4),
        unit * [1.0, 2.0, 3.0],
        unit * 1e-9,
    )
    soft, medium, hard = (fluxes["photflux", band][0][0] for band in measurements.BANDS)
    assert (soft, medium, hard) == pytest.approx((0.01, 0.04, 0.09))
    ratio, low, high = measurements.hardness(fluxes, "h", "m")
    assert ratio[0] == pytest.approx((0.09 - 0.04) / (0.09 + 0.04))
    assert low[0] < ratio[0] < high[0]
    assert np.isnan(ratio[1])  # two counts tell nothing


def test_hardness_and_energy_fluxes_agree(sky):
    hardness = column(sky.csc_master, "hard_hs")
    hard, soft = (column(sky.csc_master, f"flux_aper90_{band}") for band in "hs")
    known = np.isfinite(hardness) & (hard + soft > 0)
    assert (np.abs(hardness[known]) <= measurements.HARDNESS_LIMIT).all()
    contrast = (hard - soft)[known] / (hard + soft)[known]
    assert np.corrcoef(hardness[known], contrast)[0, 1] > 0.9


def test_cross_section_is_that_of_morrison_and_mccammon():
    # table 2 at 1 keV: (120.6 + 169.3 - 47.7) 1e-24 cm2; above the iron edge at 8 keV: (629.0 +
    # 30.9 x 8) / 8^3
    assert spectra.cross_section(np.array([1.0, 8.0])) == pytest.approx(
        [2.422e-22, 1e-24 * (629.0 + 247.2) / 512]
    )


def test_absorption_hardens_and_spectra_keep_their_flux():
    ones = np.ones(2)
    emission = spectra.Emission(1.7 * ones, ones, ones, 0 * ones, 0 * ones)
    photons = spectra.photon_spectra(emission, 1e-13 * ones, np.array([0.0, 1e22]))
    clear, absorbed = spectra.band_energies(photons)
    assert clear.sum() == pytest.approx(1e-13, rel=1e-6)
    assert (absorbed < clear).all() and absorbed[0] / clear[0] < 0.1 < 0.7 < absorbed[2] / clear[2]
    # power law of index 1.7: energy flux between a and b goes as b^0.3 - a^0.3
    share = (7**0.3 - 2**0.3) / (7**0.3 - 0.5**0.3)
    assert clear[2] / clear.sum() == pytest.approx(share, rel=0.005)


def test_kinds_have_their_colours_in_xrays(sky):
    master, truth = master_and_truth(sky)
    kind, hardness = np.array(truth["kind"].to_pylist()), column(master, "hard_hs")
    median = {name: np.nanmedian(hardness[kind == name]) for name in ("AGN", "LM-STAR", "HMXB")}
    assert median["LM-STAR"] < median["AGN"] < median["HMXB"]


def test_variability_is_seen_where_it_is(sky):
    master, truth = master_and_truth(sky)
    kind = np.array(truth["kind"].to_pylist())
    bright = column(master, "significance") > 10
    probability = column(master, "var_intra_prob_b")
    share = {name: np.mean(probability[bright & (kind == name)] > 0.99) for name in ("YSO", "AGN")}
    assert share["YSO"] > share["AGN"]
    quiet = column(sky.csc_observation, "var_prob_b")
    assert 0.25 < np.nanmedian(quiet) < 0.5
    assert np.nanmin(quiet) >= 0 and np.nanmax(quiet) <= 1


def test_spectral_fits_need_counts_and_find_the_slope(sky):
    ones = np.ones(3)
    gamma, nh = np.array([1.2, 1.7, 2.5]), np.array([1e21, 3e21, 1e20])
    photons = spectra.photon_spectra(
        spectra.Emission(gamma, ones, ones, 0 * ones, 0 * ones), 1e-11 * ones, nh
    )
    found = fit(1e6 * acis.count_rates(photons))
    assert found["powlaw_gamma"] == pytest.approx(gamma, abs=0.1)
    assert found["powlaw_nh"] == pytest.approx(nh / 1e20, abs=4)
    assert np.isnan(fit(np.full((1, 3), 10.0))["powlaw_gamma"]).all()
    assert 0.02 < 1 - sky.csc_master["powlaw_gamma"].null_count / len(sky.csc_master) < 0.3


def test_error_ellipses_are_as_large_as_the_catalogues(sky):
    """CSC sources: radii from 0.3 arcsec, half within 1.3 arcsec or so, a tail beyond 5 arcsec off
    axis.
    """
    radius = column(sky.csc_master, "err_ellipse_r0")
    assert radius.min() > 0.3
    assert 0.6 < np.median(radius) < 1.6
    assert 4 < np.quantile(radius, 0.98) < 15
