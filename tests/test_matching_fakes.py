"""What a match tells without any truth: the share of sources that have a counterpart, and from fakes
the purity of a cut; each against the truth of small skies.
"""

import astropy.units as u
import duckdb
import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from conftest import Build
from match_tables import entry, match_of, refused, write
from mocpy import MOC
from scipy.optimize import brentq

from lynceus.commands.match import told_of_fakes
from lynceus.inputs.coverage import footprint

ARCSEC = 1 / 3600


def field(folder, seed, sources=900, others=9000, share=0.6, centre=(359.9, 30.0), size=0.5):
    """Write catalogue a of sources, of which that share has a counterpart in b, whose others are
    spread evenly over a square across right ascension 0; return which have one.
    """
    rng = np.random.default_rng(seed)
    stretch = 1 / np.cos(np.radians(centre[1]))

    def spread(number, size):
        return (
            centre[0] + stretch * rng.uniform(-size / 2, size / 2, number),
            centre[1] + rng.uniform(-size / 2, size / 2, number),
        )

    ra, dec = spread(sources, 0.8 * size)
    error = rng.uniform(0.5, 3, sources)
    has_one = rng.random(sources) < share
    where = tuple(
        at + scale * error * ARCSEC * rng.normal(size=sources)
        for at, scale in ((ra, stretch), (dec, 1))
    )
    field_ra, field_dec = spread(others, size)
    write(
        folder / "a.parquet",
        {"id": np.arange(sources), "ra": ra % 360, "dec": dec, "err": error},
    )
    write(
        folder / "b.parquet",
        {
            # a counterpart has the number of its source
            "id": np.concatenate([np.flatnonzero(has_one), 10**6 + np.arange(others)]),
            "ra": np.concatenate([where[0][has_one], field_ra]) % 360,
            "dec": np.concatenate([where[1][has_one], field_dec]),
            "err": np.full(has_one.sum() + others, 0.1),
        },
    )
    return has_one


def estimated(name, folder, radius=10.0, **extra):
    match = match_of(
        name, radius, [entry(folder, "a"), entry(folder, "b", **extra.pop("b", {}))], fakes=3
    )
    return match | {"density": "local"} | extra


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """A match of two tables alone, without a MOC; and which sources have a counterpart."""
    folder = tmp_path_factory.mktemp("told")
    has_one = field(folder, 1)
    return Build(folder / "sky").build_match(estimated("told", folder)), has_one


def test_the_share_with_a_counterpart_is_the_likeliest_one_and_near_the_truth(told):
    sky, has_one = told
    bins = sky.rows("select * from match.counterpart_shares order by bin")
    assert bins["n_primaries"].sum() == 900 and len(bins["bin"]) <= 4
    pairs = sky.rows(
        "select primary_key, density_deg2 / 3600 as density, p_any,"
        " coalesce(sum(pow(10, log10_bf - log10_nu_plus)), 0) as evidence from match.primaries"
        " inner join match.primary_densities using (primary_key)"
        " left join match.posteriors using (primary_key) where not primaries.is_fake"
        " and ncat > 1 or ncat is null group by all"
    )
    alone = 900 - len(pairs["evidence"])  # sources without candidates
    for k in range(len(bins["bin"])):
        inside = (pairs["density"] >= bins["density_low"][k] * (1 - 1e-12)) & (
            pairs["density"] <= bins["density_high"][k] * (1 + 1e-12)
        )
        evidence = np.asarray(pairs["evidence"][inside], float)
        evidence = np.append(evidence, np.zeros(bins["n_primaries"][k] - len(evidence)))

        def slope(q, evidence=evidence):
            return ((evidence - 1) / (q * evidence + 1 - q)).sum() + 1 / q - 1 / (1 - q)

        q = brentq(slope, 1e-6, 1 - 1e-6)
        assert bins["share"][k] == pytest.approx(q, abs=1e-9)
        p_any = q * evidence[: inside.sum()] / (q * evidence[: inside.sum()] + 1 - q)
        np.testing.assert_allclose(pairs["p_any"][inside], p_any, atol=1e-9)
    assert alone > 0
    mean = np.average(bins["share"], weights=bins["n_primaries"])
    error = np.sqrt(((bins["share_error"] * bins["n_primaries"]) ** 2).sum()) / 900
    assert abs(mean - has_one.mean()) < 3 * error < 0.06


@pytest.mark.parametrize(
    "other, same",
    [
        # circles written as ellipses
        ({"error": {"kind": "ellipse", "columns": ["err", "err", "angle"]}}, True),
        # the property of the sources tells nothing of counterparts, and the share is by position
        ({"priors": [{"column": "mag", "from": "auto", "min_count": 50}]}, True),
        ({"mixture": {"share": 0.1, "scale": 3}}, False),
    ],
)
def test_the_share_is_estimated_for_ellipses_priors_and_mixtures_too(told, tmp_path, other, same):
    """By the models of any match, in place of the one formula for two catalogues of circles."""
    sky, has_one = told
    field(tmp_path, 1)
    with duckdb.connect() as connection:
        rows = (
            f"select *, 30.0 as angle, hash(id) % 1000 / 100.0 as mag from '{tmp_path}/b.parquet'"
        )
        connection.sql(rows).write_parquet(str(tmp_path / "c.parquet"))
    (tmp_path / "c.parquet").rename(tmp_path / "b.parquet")
    general = Build(tmp_path / "sky").build_match(estimated("general", tmp_path, b=other))
    shares = "select * from match.counterpart_shares order by bin"
    found, expected = general.rows(shares), sky.rows(shares)
    np.testing.assert_allclose(found["share"], expected["share"], atol=1e-9 if same else 0.03)
    assert same or (found["share"] > expected["share"]).all()
    p_any = "select p_any from match.primary_posteriors where not is_fake order by primary_key"
    if "error" in other:
        np.testing.assert_allclose(
            general.rows(p_any)["p_any"], sky.rows(p_any)["p_any"], atol=1e-9
        )
    claimed = general.rows("select sum(p_any) as n from match.primary_posteriors where not is_fake")
    assert claimed["n"][0] == pytest.approx(has_one.sum(), rel=0.05)


def test_the_share_is_refused_for_more_than_two_catalogues(sky, tmp_path):
    for name in "abc":
        write(tmp_path / f"{name}.parquet", {"id": [1], "ra": [1.0], "dec": [0.0], "err": [1.0]})
    entries = [entry(tmp_path, name) for name in "abc"]
    message = refused(sky, match_of("three", 3.0, entries, completeness="estimated"))
    assert "match.completeness: estimated, which is for two catalogues" in message
    message = refused(sky, match_of("word", 3.0, entries, completeness="guessed"))
    assert (
        "match.completeness: guessed, must be a number above 0 and at most 1 or estimated"
        in message
    )


def test_fakes_of_a_table_without_moc_lie_where_it_has_sources_and_tell_its_purity(told):
    sky, has_one = told
    places = sky.rows("select a_id, ra, dec from match.primaries where is_fake")
    assert len(places["ra"]) > 0.9 * 3 * 900
    east = (np.asarray(places["ra"]) - 359.9 + 180) % 360 - 180
    # the whole search circle inside the square
    assert (np.abs(east) * np.cos(np.radians(30)) < 0.25 - 9 * ARCSEC).all()
    assert (np.abs(places["dec"] - 30) < 0.25 - 9 * ARCSEC).all()
    best = sky.rows(
        "select a_id, p_any, b_id = a_id as is_right from match.named_posteriors where match_flag = 1 and ncat = 2"
    )
    for cut in (0.5, 0.9):
        (row,) = sky.rows(
            "select struct_pack(n_selected, purity, purity_error, completeness, completeness_error, n_counterparts) as row"
            f" from match.purity_estimates where cut_by = 'all' and p_cut = {cut}"
        )["row"]
        chosen = best["p_any"] > cut
        right = best["is_right"][chosen]
        assert row["n_selected"] == chosen.sum() and row["purity_error"] < 0.02
        of_chance = np.sqrt(right.mean() * (1 - right.mean()) / len(right))
        assert abs(row["purity"] - right.mean()) < 3 * np.hypot(row["purity_error"], of_chance)
        assert (
            abs(row["completeness"] - right.sum() / has_one.sum()) < 4 * row["completeness_error"]
        )
        # chance is worth telling: a cut that lets nothing through would pass, too
        assert right.mean() < 0.99


def test_a_table_cut_out_around_the_sources_tells_nothing_and_says_so(tmp_path):
    """Of circles of 11 arcsec around each source no place is empty and covered; where the cells that
    hold sources make it seem so, the fakes have no neighbours.
    """
    field(tmp_path, 2, sources=300, others=40_000, size=0.3)
    sky = Build(tmp_path / "sky")
    b = duckdb.sql(
        f"select b.* from '{tmp_path}/b.parquet' b where exists (select 1 from '{tmp_path}/a.parquet' a"
        " where abs(a.dec - b.dec) < 11 / 3600 and abs((a.ra - b.ra + 540) % 360 - 180) < 11 / 3600)"
    )
    write(tmp_path / "b.parquet", b.fetchnumpy())
    sky.build_match(estimated("cut", tmp_path))
    assert not len(sky.rows("select 1 as one from match.purity_estimates")["one"])
    with duckdb.connect(str(sky.database), read_only=True) as connection:
        ((_, why),) = told_of_fakes(connection)
    assert "cut out" in why or "none found an empty place" in why


def test_fakes_find_their_place_in_narrow_cut_outs_whose_moc_is_given(tmp_path):
    """Circles of 26 arcsec around each source leave a ring of one arcsecond: no one misses it in eight
    tries but by the crowd.
    """
    field(tmp_path, 3, sources=200, others=20_000)
    a = duckdb.sql(f"from '{tmp_path}/a.parquet'").fetchnumpy()
    MOC.from_cones(
        lon=a["ra"] * u.deg,
        lat=a["dec"] * u.deg,
        radius=26 * u.arcsec,
        max_depth=17,
        delta_depth=0,
        union_strategy="small_cones",
    ).save(tmp_path / "b.moc.fits", format="fits")
    match = estimated("narrow", tmp_path, b={"coverage": str(tmp_path / "b.moc.fits")})
    sky = Build(tmp_path / "sky").build_match(match)
    places = sky.rows("select a_id, ra, dec from match.primaries where is_fake")
    assert len(places["ra"]) > 0.9 * 600
    at = SkyCoord(places["ra"], places["dec"], unit="deg")
    sources = SkyCoord(a["ra"], a["dec"], unit="deg")
    assert at[:, None].separation(sources[None, :]).arcsec.min() > 15 - 1e-6
    # between neighbours there is more room
    assert np.quantile(at.match_to_catalog_sky(sources)[1].arcsec, 0.5) < 17
    assert (
        sky.rows("select purity from match.purity_estimates where cut_by = 'all'")["purity"].min()
        > 0.5
    )


@pytest.mark.parametrize(("ra", "dec"), [(0.0, 0.0), (123.0, -60.0), (40.0, 90.0), (200.0, -89.9)])
def test_a_footprint_is_the_sky_with_sources_without_its_rim_and_its_holes(ra, dec):
    rng = np.random.default_rng(4)
    centre = SkyCoord(ra, dec, unit="deg")

    def disc(number, radius):
        return centre.directional_offset_by(
            rng.uniform(0, 360, number) * u.deg, radius * np.sqrt(rng.random(number)) * u.deg
        )

    sources = disc(20_000, 0.5)
    hole = centre.directional_offset_by(77 * u.deg, 0.2 * u.deg)
    sources = sources[sources.separation(hole) > 0.1 * u.deg]
    halves = np.array_split(np.arange(len(sources)), 2)
    moc = footprint((sources.ra.deg[half], sources.dec.deg[half]) for half in halves)
    places = disc(20_000, 0.6)
    covered = moc.contains_skycoords(places)
    from_rim, from_hole = 0.5 - places.separation(centre).deg, places.separation(hole).deg - 0.1
    assert not covered[(from_rim < 0) | (from_hole < 0)].any()
    assert covered[(from_rim > 0.06) & (from_hole > 0.06)].mean() > 0.98
    assert footprint([(np.array([ra, ra]), np.array([dec, dec]))]).empty()
    assert footprint([]).empty()
