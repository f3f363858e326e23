"""The simulated sky, pointing by pointing: draw what is there, observe it, write the raw tables.

Every pointing has random numbers of its own, made from the seed and its number alone, so that it
comes out the same however many others there are before it in a batch.

All objects of a field that shine from the optical to the infrared are one dict of arrays: ra, dec
(degrees, at `epoch`, Julian year), pmra, pmdec (mas/yr), radial_velocity (km/s), distance (pc), a_v
(mag), magnitudes (n, 10), light (n, 10; 10^(-0.4 magnitude)), teff (K), logg, is_star, is_extended,
variable_share (chance to be flagged variable), quasar_odds (natural logarithm of the odds of quasar
to star that Gaia's classifier gives on average), nebula (10^(-0.4 magnitude) of the light around it
in Gaia's prisms) and owner (the X-ray source whose light it is, -1
for none).
"""

import json
import shutil
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from tqdm import tqdm

from lynceus.inputs.raw_tables import RawTableWriter
from lynceus.inputs.simulated import (
    catalogue,
    counterparts,
    deep_infrared,
    detections,
    distances,
    gaia,
    galaxy,
    gamma_ray,
    infrared,
    kinds,
    known_objects,
    literature,
    nearby_galaxies,
    orion,
    panstarrs,
    presets,
    regions,
    seds,
    simbad,
)
from lynceus.inputs.simulated.footprint import CELL_AREA, cells_around, contains, moc_of, points_in
from lynceus.inputs.simulated.pointings import observe, plan
from lynceus.inputs.simulated.presets import PRESETS
from lynceus.inputs.simulated.tables import concatenated, length, taken
from lynceus.physics.dust import galactic_ebv

SURVEYS = {
    "gaia_source": gaia.gaia_columns,
    "twomass": infrared.twomass_columns,
    "allwise": infrared.allwise_columns,
    "catwise": deep_infrared.catwise_columns,
    "unwise": deep_infrared.unwise_columns,
}
DEEP_SURVEYS = ("catwise", "unwise")
FIELD_TABLES = (
    "csc_master",
    "csc_stack",
    "csc_observation",
    *SURVEYS,
    "truth",
    *literature.TABLES,
    "literature_known_sources",
    "simbad",
    "panstarrs",
    *known_objects.TABLES,
    *nearby_galaxies.TABLES,
    "coup",
)
# of a batch of fields, made of rows of csc_master and gaia_source
DERIVED_TABLES = ("source_reddening", "gaia_distance")
TABLES = (*FIELD_TABLES, *DERIVED_TABLES, "gamma_ray_regions")
# X-ray sources up to which more of them are known the larger the sky is: then some 3,400 are in the
# training set, as in Yang et al. (2022, ApJ 941, 104), and 8,000 in the other lists
KNOWN_AMONG = 50_000
# natural logarithm of the odds of quasar to star
STAR_ODDS, EXTENDED_ODDS, QUASAR_ODDS = -16.0, -3.0, 2.0
PARAMETERS = "simulation.json"
STREAM_OF_PLAN, STREAM_OF_REGIONS = 2**32, 2**32 + 1  # beyond every pointing's number


def simulate_sky(
    folder,
    sources=20_000,
    pointings=400,
    seed=1,
    cutout_radius_arcsec=40.0,
    batch=20,
    progress=False,
    preset="hard",
):
    """Write the raw tables of a simulated sky, its truth and its coverage into a folder.

    Parameters
    ----------
    folder : path
        Made anew, in the place of an older sky; written beside it and renamed when it is whole.
    sources : int
        Number of X-ray sources wanted; a few less are found where fields are crowded. Of 18,500 and
        more some lie in a field as crowded as Orion, at its place.
    pointings : int
        Number of fields, without overlap, but for Orion.
    seed : int
        The same arguments give the same bytes.
    cutout_radius_arcsec : float
        Radius around each X-ray source in which Gaia, 2MASS and WISE sources are given.
    batch : int
        Pointings held in memory and written at once.
    progress : bool
        Show a progress bar.
    preset : str
        hard: sources resemble their neighbours as much as real ones do; kind: they stand out.

    Returns
    -------
    path of the folder

    Raises
    ------
    ValueError
        If there is no such preset, sources, pointings, batch or radius are not positive, the sky
        has no room for the pointings, or the folder holds something else.
    """
    parameters = {
        "sources": sources,
        "pointings": pointings,
        "seed": seed,
        "cutout_radius_arcsec": cutout_radius_arcsec,
        "preset": preset,
    }
    if preset not in PRESETS:
        raise ValueError(f"the presets are {', '.join(PRESETS)}; not {preset}")
    if min(sources, pointings, batch, cutout_radius_arcsec) <= 0:
        raise ValueError("sources, pointings, batch and cutout_radius_arcsec must be positive")
    folder = Path(folder)
    _refuse_other_folders(folder)
    in_orion = orion.sources_of(sources)
    fields = plan(
        np.random.default_rng([seed, STREAM_OF_PLAN]),
        sources - in_orion,
        pointings,
        PRESETS[preset],
    )
    if in_orion:
        fields = orion.with_orion(fields)
    partial = folder.with_name(folder.name + ".part")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    coverage = _write_tables(
        partial, fields, seed, cutout_radius_arcsec, batch, progress, PRESETS[preset]
    )
    for table in SURVEYS:
        coverage.save(partial / f"{table}_coverage.moc.fits", format="fits")
    (partial / PARAMETERS).write_text(json.dumps(parameters, indent=2) + "\n")
    _replace(folder, partial)
    return folder


def _refuse_other_folders(folder):
    """Raise ValueError if the folder holds something that is not a simulated sky: it will be
    replaced.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / PARAMETERS).exists():
        raise ValueError(f"{folder} is not a simulated sky and will not be replaced")


def _replace(folder, partial):
    """Put the finished folder in the place of the old one, which goes only when the new one stands."""
    old = folder.with_name(folder.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    partial.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _write_tables(folder, fields, seed, radius, batch, progress, preset):
    """Write all tables batch by batch; return the MOC of the sky cut out of the surveys."""
    mocs, galaxies = [], nearby_galaxies.host_fields(fields)
    known = min(1.0, KNOWN_AMONG / sum(field.sources for field in fields))
    with (
        ExitStack() as stack,
        tqdm(total=len(fields), unit="pointing", disable=None if progress else True) as bar,
    ):
        writers = {table: stack.enter_context(RawTableWriter(folder, table)) for table in TABLES}
        for first in range(0, len(fields), batch):
            written = []
            for field in fields[first : first + batch]:
                simulated = simulate_pointing(
                    np.random.default_rng([seed, field.index]),
                    field,
                    radius,
                    galaxies.get(field.index),
                    known,
                    preset,
                )
                if simulated:
                    written.append(simulated[0])
                    mocs.append(moc_of(simulated[1]))
                bar.update()
            for table, columns in _of_all_fields(written).items():
                writers[table].write(columns)
        writers["gamma_ray_regions"].write(
            gamma_ray.region_columns(np.random.default_rng([seed, STREAM_OF_REGIONS]), fields)
        )
    return mocs[0].union(*mocs[1:]) if len(mocs) > 1 else mocs[0]


def _of_all_fields(written):
    """Return the tables of a batch of fields that have rows, with those that follow from others."""
    batch = {}
    for table in FIELD_TABLES:
        rows = [tables[table] for tables in written if table in tables and length(tables[table])]
        if rows:
            batch[table] = concatenated(rows)
    if "csc_master" in batch:
        batch["source_reddening"] = _reddening_columns(batch["csc_master"])
    if "gaia_source" in batch:
        batch["gaia_distance"] = distances.distance_columns(batch["gaia_source"])
    return {table: columns for table, columns in batch.items() if length(columns)}


def _reddening_columns(master):
    """Return the rows of `source_reddening` for rows of `csc_master`: not the fields' own dust, as
    real maps are wrong; this one knows no clouds.
    """
    return {"name": master["name"], "ebv": galactic_ebv(master["ra"], master["dec"])}


def simulate_pointing(
    rng, pointing, cutout_radius_arcsec, nearby=None, known=1.0, preset=presets.HARD
):
    """Return the rows of every one of FIELD_TABLES for one field, and the HEALPix cells its survey
    sources lie in.

    Parameters
    ----------
    rng : numpy Generator
    pointing : pointings.Pointing
    cutout_radius_arcsec : float
    nearby : nearby_galaxies.Galaxy, optional
        That lies in the field.
    known : float
        How much of what is known of a small sky is known of this one.
    preset : presets.Preset

    Returns
    -------
    (dict of table to dict of arrays, array of int), or None for a field without X-ray sources
    """
    observations = observe(rng, pointing, preset.depth)
    line = galaxy.sight_line(pointing.glon, pointing.glat, rng.lognormal(0, 0.4))
    is_cluster = pointing.region_distance is not None and preset.cluster_radius is not None
    if is_cluster:
        line = regions.with_cloud(rng, pointing, line, preset)
    sources = detections.detect_sources(rng, pointing, observations, line, preset)
    if sources is None:
        return None
    positions = detections.place_sources(rng, pointing, observations, sources)
    order = np.argsort(positions["name"])
    sources, positions = taken(sources, order), taken(positions, order)
    tables = _xray_tables(rng, pointing, observations, line, sources, positions)
    cells = cells_around(positions["ra"], positions["dec"], cutout_radius_arcsec)
    epoch = (
        2000
        + (
            observations.start @ observations.acis_seconds / observations.acis_seconds.sum()
            - 51544.5
        )
        / 365.25
    )
    motion = regions.draw_motion(rng, pointing) if is_cluster else None
    own, has_bright_nucleus = _counterparts(rng, sources, epoch, motion, preset)
    objects = [own, _field_objects(rng, line, cells, preset)]
    if is_cluster:
        objects.append(_members(rng, pointing, line, sources, cells, motion, preset))
    objects = concatenated(objects)
    objects["nebula"] = np.zeros(length(objects))
    if is_cluster:
        objects["nebula"] = regions.nebular_light(rng, length(objects), preset)
    # once, as it is dear and every survey adds it up
    objects["light"] = 10 ** (-0.4 * objects["magnitudes"])
    owners, deep_rng = {}, rng.spawn(1)[0]
    for table, columns_of in SURVEYS.items():
        # random numbers of their own: the other tables are the same with and without these
        given = (objects, preset) if table == "gaia_source" else (objects,)
        columns, owner = columns_of(deep_rng if table in DEEP_SURVEYS else rng, *given)
        inside = contains(cells, columns["ra"], columns["dec"])
        tables[table], owners[table] = taken(columns, inside), owner[inside]
    tables |= literature.literature_columns(
        rng,
        sources,
        tables["csc_master"],
        _training_share(sources, own, has_bright_nucleus, preset),
        known,
    )
    # each with random numbers of its own, as the deep surveys have: what was there before stays the
    # same
    tables["literature_known_sources"] = literature.known_source_columns(
        rng.spawn(1)[0], sources, positions, known
    )
    tables["simbad"] = simbad.object_columns(rng.spawn(1)[0], sources, tables["csc_master"])
    tables["truth"] = _truth(pointing, sources, positions["name"], own, tables, owners)
    own_rng = rng.spawn(1)[0]  # what was there before stays the same
    seen = panstarrs.panstarrs_columns(own_rng, objects)
    tables["panstarrs"] = taken(seen, contains(cells, seen["raMean"], seen["decMean"]))
    tables |= known_objects.known_object_columns(
        own_rng, pointing.index, sources, own, objects, known
    )
    if nearby:
        tables |= nearby_galaxies.galaxy_columns(
            own_rng, nearby, pointing, observations, line, own, tables["csc_master"]
        )
    if orion.is_orion(pointing):
        tables["coup"] = orion.coup_columns(rng.spawn(1)[0], positions, own)
    return tables, cells


def _xray_tables(rng, pointing, observations, line, sources, positions):
    names, flags = positions["name"], catalogue.draw_flags(rng, sources)
    rows = catalogue.observation_columns(rng, pointing, observations, sources, names, flags)
    return {
        "csc_observation": rows,
        "csc_stack": catalogue.stack_columns(pointing, observations, sources, names),
        "csc_master": positions
        | catalogue.master_columns(rng, observations, line, sources, rows, flags),
    }


def _training_share(sources, own, has_bright_nucleus, preset):
    """Return the chance of each X-ray source to be in the training set: rare kinds are known one by
    one, as in the published one, most AGN by the optical spectrum of a quasar.
    """
    kind, g = sources["kind"], own["magnitudes"][:, seds.G]
    share = np.where(
        (kind == kinds.AGN) & ~has_bright_nucleus,
        preset.training_share_of_hosts,
        preset.training_share[kind],
    )
    return np.where(g < preset.training_faintest[kind], share, 0.0)


def _counterparts(rng, sources, epoch, motion, preset):
    """Return the objects that emit the X-rays, at the X-ray epoch, and which of them are AGN that
    outshine their host.
    """
    number = length(sources)
    is_star = sources["kind"] != kinds.AGN
    pmra, pmdec, velocity = galaxy.motions(
        rng,
        sources["ra_true"],
        sources["dec_true"],
        sources["distance"],
        sources["population"],
    )
    if motion is not None:
        is_member = np.isin(sources["kind"], regions.MEMBERS)
        pmra[is_member], pmdec[is_member], velocity[is_member] = regions.member_motions(
            rng, motion, sources["distance"][is_member], preset.region_dispersion
        )
    magnitudes, has_bright_nucleus = counterparts.apparent_magnitudes(rng, sources, preset)
    is_extended = ~is_star & (sources["redshift"] < 0.25)
    objects = {
        "ra": sources["ra_true"],
        "dec": sources["dec_true"],
        "epoch": np.full(number, epoch),
        "pmra": np.where(is_star, pmra, 0.0),
        "pmdec": np.where(is_star, pmdec, 0.0),
        "radial_velocity": np.where(is_star, velocity, 0.0),
        "distance": sources["distance"],
        "a_v": sources["a_v"] + np.where(is_star, sources["local_a_v"], 0.0),
        "magnitudes": magnitudes,
        "teff": np.where(is_star, seds.sequence_values(sources["place"], "teff"), 7000.0),
        "logg": np.where(is_star, seds.sequence_values(sources["place"], "logg"), 4.5),
        "is_star": is_star,
        "is_extended": is_extended,
        "variable_share": preset.variable_share[sources["kind"]],
        "quasar_odds": np.select(
            [is_star, is_extended, has_bright_nucleus],
            [STAR_ODDS, EXTENDED_ODDS, QUASAR_ODDS],
            preset.host_odds,
        ),
        "owner": np.arange(number),
    }
    return objects, has_bright_nucleus


def _members(rng, pointing, line, sources, cells, motion, preset):
    """Return the members of a star-forming region without detected X-rays, at Gaia's epoch."""
    members = regions.draw_members(rng, pointing, line, sources, cells, preset)
    pmra, pmdec, velocity = regions.member_motions(
        rng, motion, members["distance"], preset.region_dispersion
    )
    number = length(members)
    return _still(members["ra"], members["dec"], preset) | {
        "pmra": pmra,
        "pmdec": pmdec,
        "radial_velocity": velocity,
        "distance": members["distance"],
        "a_v": members["a_v"] + members["local_a_v"],
        "magnitudes": counterparts.apparent_magnitudes(rng, members, preset)[0],
        "teff": seds.sequence_values(members["place"], "teff"),
        "logg": seds.sequence_values(members["place"], "logg"),
        "is_star": np.ones(number, bool),
        "quasar_odds": np.full(number, STAR_ODDS),
        "variable_share": np.full(number, preset.variable_share[kinds.YSO]),
    }


def _field_objects(rng, line, cells, preset):
    """Return the stars, galaxies and quasars without X-rays in the cells, at Gaia's epoch."""
    area = len(cells) * CELL_AREA
    stars = galaxy.draw_stars(rng, line, area, rng.lognormal(0, _patchiness(line.glat)))
    ra, dec = points_in(rng, cells, length(stars))
    pmra, pmdec, velocity = galaxy.motions(rng, ra, dec, stars["distance"], stars["population"])
    stars = _still(ra, dec, preset) | {
        "pmra": pmra,
        "pmdec": pmdec,
        "radial_velocity": velocity,
        "distance": stars["distance"],
        "a_v": stars["a_v"],
        "magnitudes": stars["magnitudes"],
        "teff": seds.sequence_values(stars["place"], "teff"),
        "logg": seds.sequence_values(stars["place"], "logg"),
        "is_star": np.ones(len(ra), bool),
        "quasar_odds": np.full(len(ra), STAR_ODDS),
    }
    background = counterparts.draw_background(rng, area, line.total_extinction, preset)
    ra, dec = points_in(rng, cells, length(background))
    distant = _still(ra, dec, preset) | {
        "distance": 1e6 * kinds.luminosity_distance(background["redshift"]),
        "a_v": background["a_v"],
        "magnitudes": background["magnitudes"],
        "is_extended": ~background["is_quasar"],
        "quasar_odds": np.where(background["is_quasar"], QUASAR_ODDS, EXTENDED_ODDS),
    }
    return concatenated([stars, distant])


def _patchiness(glat):
    """Return the scatter (natural log) of the star density between fields: clusters and clouds lie
    near the plane.
    """
    return 0.2 + 0.8 * np.exp(-abs(glat) / 12)


def _still(ra, dec, preset):
    """Return objects with the values that most background objects have."""
    number = len(ra)
    return {
        "ra": ra,
        "dec": dec,
        "epoch": np.full(number, gaia.EPOCH),
        "pmra": np.zeros(number),
        "pmdec": np.zeros(number),
        "radial_velocity": np.zeros(number),
        "teff": np.full(number, 7000.0),
        "logg": np.full(number, 4.5),
        "is_star": np.zeros(number, bool),
        "is_extended": np.zeros(number, bool),
        "variable_share": np.full(number, preset.field_variable_share),
        "owner": np.full(number, -1),
    }


def _truth(pointing, sources, names, own, tables, owners):
    """Return the truth: what each X-ray source is, and its row in each survey, masked where it has
    none.
    """

    def row_of(table, key):
        values = np.ma.masked_all(len(names), tables[table][key].dtype)
        is_owned = owners[table] >= 0
        values[owners[table][is_owned]] = tables[table][key][is_owned]
        return values

    return {
        "name": names,
        "kind": kinds.NAMES[sources["kind"]],
        "gaia_source_id": row_of("gaia_source", "source_id"),
        "twomass_designation": row_of("twomass", "designation"),
        "allwise_designation": row_of("allwise", "designation"),
        "ra_true": sources["ra_true"],
        "dec_true": sources["dec_true"],
        "epoch_true": own["epoch"],
        "distance": sources["distance"],
        "redshift": np.where(sources["kind"] == kinds.AGN, sources["redshift"], np.nan),
        "a_v": sources["a_v"] + sources["local_a_v"],
        "g_mag_true": own["magnitudes"][:, seds.G],
        "pointing": np.full(len(names), pointing.index),
    }
