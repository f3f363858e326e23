"""Candidates are complete and exact: against brute force with astropy, over poles, RA 0 and fast
stars.
"""

import astropy.units as u
import numpy as np
import pytest
from astropy.coordinates import Distance, SkyCoord, search_around_sky
from astropy.time import Time

from lynceus.settings import default_match

RADIUS = 15.0


def random_sky(rng, n_xray=300, per_source=5):
    """X-ray sources over the sky, on both poles and on RA 0, each with Gaia sources up to 20 arcsec
    away.
    """
    third = n_xray // 3
    ra = np.concatenate(
        [
            rng.uniform(0, 360, third),
            rng.uniform(-0.01, 0.01, third) % 360,
            rng.uniform(0, 360, third),
        ]
    )
    polar = np.sign(rng.uniform(-1, 1, third)) * (90 - rng.exponential(20, third) / 3600)
    dec = np.concatenate(
        [np.degrees(np.arcsin(rng.uniform(-1, 1, third))), rng.uniform(-89.9, 89.9, third), polar]
    )
    ra[-2:], dec[-2:] = [0.0, 360.0], [90.0, -90.0]
    xray = SkyCoord(ra * u.deg, dec * u.deg)
    around = np.repeat(np.arange(n_xray), per_source)
    gaia = xray[around].directional_offset_by(
        rng.uniform(0, 360, len(around)) * u.deg, rng.uniform(0, 20, len(around)) * u.arcsec
    )
    return xray, gaia


def raw_tables(xray, gaia, pmra=None, pmdec=None, epochs=None):
    names = np.array([f"2CXO J{i:06d}" for i in range(len(xray))])
    n = len(gaia)
    tables = {
        "csc_master": {
            "name": names,
            "ra": xray.ra.deg,
            "dec": xray.dec.deg,
            "err_ellipse_r0": np.full(len(xray), 1.0),
            "err_ellipse_r1": np.full(len(xray), 0.8),
            "err_ellipse_ang": np.zeros(len(xray)),
        },
        "gaia_source": {
            "source_id": 2**60 + np.arange(n),
            "ra": gaia.ra.deg,
            "dec": gaia.dec.deg,
            "ref_epoch": np.full(n, 2016.0),
            "ra_error": np.full(n, 0.3),
            "dec_error": np.full(n, 0.3),
            "pmra": np.full(n, np.nan) if pmra is None else pmra,
            "pmdec": np.full(n, np.nan) if pmdec is None else pmdec,
        },
    }
    if epochs is not None:
        known = np.isfinite(epochs)
        start = Time(epochs[known], format="jyear", scale="utc").isot
        tables["csc_observation"] = {
            "name": names[known],
            "obsid": np.arange(known.sum()),
            "obi": np.zeros(known.sum(), int),
            "region_id": np.ones(known.sum(), int),
            "gti_obs": start,
            "gti_end": start,
        }
    return tables


def found(sky):
    return sky.rows(
        "select csc_name, gaia_source_id, separation_arcsec, separation_own_epoch_arcsec"
        " from match.candidates inner join match.primaries using (primary_key)"
        " order by csc_name, gaia_source_id"
    )


def test_candidates_equal_brute_force_on_the_whole_sky(sky):
    xray, gaia = random_sky(np.random.default_rng(7))
    sky.write(**raw_tables(xray, gaia)).build_match(
        default_match(fakes=0), "--select", "+candidates"
    )
    i, j, separation, _ = search_around_sky(xray, gaia, RADIUS * u.arcsec)
    order = np.lexsort((j, i))
    candidates = found(sky)
    assert len(candidates["csc_name"]) == len(i) > 1000
    assert [int(name[-6:]) for name in candidates["csc_name"]] == i[order].tolist()
    assert (candidates["gaia_source_id"] - 2**60).tolist() == j[order].tolist()
    np.testing.assert_allclose(candidates["separation_arcsec"], separation[order].arcsec, atol=1e-6)


def test_moving_stars_are_found_where_they_were_at_the_xray_epoch(sky):
    """Every star is moved by astropy's rigorous space motion; a thousandth of them would leave the
    field unseen.
    """
    rng = np.random.default_rng(11)
    xray, gaia = random_sky(rng)
    epochs = rng.uniform(1999.6, 2021.0, len(xray))
    around = np.repeat(np.arange(len(xray)), len(gaia) // len(xray))
    speed = np.where(
        rng.random(len(gaia)) < 0.3,
        rng.uniform(500, 10400, len(gaia)),
        rng.exponential(30, len(gaia)),
    )
    angle = rng.uniform(0, 2 * np.pi, len(gaia))
    pmra, pmdec = speed * np.sin(angle), speed * np.cos(angle)
    # a start that brings each star near its X-ray source at that source's epoch, which astropy then
    # judges
    catalogued = moved(gaia, pmra, pmdec, 2016.0 - epochs[around])
    tables = raw_tables(xray, catalogued, pmra, pmdec, epochs)
    sky.write(**tables).build_match(default_match(fakes=0), "--select", "+candidates")

    expected = set()
    for k in range(len(xray)):
        at_epoch = moved(catalogued, pmra, pmdec, epochs[k] - 2016.0)
        separation = at_epoch.separation(xray[k]).arcsec
        expected |= {(k, j, separation[j]) for j in np.flatnonzero(separation <= RADIUS)}
    candidates = found(sky)
    pairs = {(int(n[-6:]), int(g) - 2**60): s for n, g, s in zip(*list(candidates.values())[:3])}
    assert set(pairs) == {(k, j) for k, j, _ in expected} and len(pairs) > 500
    assert max(abs(pairs[k, j] - separation) for k, j, separation in expected) < 1e-6
    unmoved = dict(zip(pairs, candidates["separation_own_epoch_arcsec"]))
    for (k, j), separation in list(unmoved.items())[:200]:
        assert separation == pytest.approx(catalogued[j].separation(xray[k]).arcsec, abs=1e-6)


def moved(stars, pmra, pmdec, years):
    """Where stars are after some years, by astropy; at a distance so large that parallax plays no
    part.
    """
    moving = SkyCoord(
        ra=stars.ra,
        dec=stars.dec,
        pm_ra_cosdec=pmra * u.mas / u.yr,
        pm_dec=pmdec * u.mas / u.yr,
        distance=Distance(np.full(len(stars), 1e7) * u.pc),
        obstime=Time(2016.0, format="jyear", scale="tdb"),
        radial_velocity=np.zeros(len(stars)) * u.km / u.s,
    )
    return moving.apply_space_motion(dt=np.broadcast_to(years, len(stars)) * u.yr)


def test_a_star_without_proper_motion_or_a_source_without_epoch_stays_where_it_is(sky):
    xray, gaia = random_sky(np.random.default_rng(3), n_xray=30)
    pmra = np.full(len(gaia), 300.0)
    pmra[::2] = np.nan
    epochs = np.where(np.arange(len(xray)) % 2, 2001.0, np.nan)
    tables = raw_tables(xray, gaia, pmra, np.full(len(gaia), 200.0), epochs)
    sky.write(**tables).build_match(default_match(fakes=0), "--select", "+candidates")
    candidates = found(sky)
    still = np.array(
        [
            int(name[-6:]) % 2 == 0 or int(gaia_id) % 2 == 0
            for name, gaia_id in zip(candidates["csc_name"], candidates["gaia_source_id"])
        ]
    )
    same = candidates["separation_arcsec"] == candidates["separation_own_epoch_arcsec"]
    assert np.array_equal(same, still) and 0 < still.sum() < len(still)
