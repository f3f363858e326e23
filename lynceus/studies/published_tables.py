"""Real fields as raw tables: from a folder of published tables, one raw folder per field.

The folder holds what other projects published about Chandra sources (its README names every
origin). Only their column names are translated here; every value stays as it is, but for error
ellipses that the archive gives in another form. Each field is a sky of its own, since how far
around an X-ray source its Gaia table is complete differs from field to field.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import numpy as np

from lynceus.inputs.raw_tables import raw_tables
from lynceus.settings import default_match

# the field's Gaia cone, cut into halves at the right ascension of its centre
CDFS_CENTRE_RA, CDFS_RADIUS_DEG = 53.1167, 0.5


@dataclass(frozen=True)
class RealField:
    """One real field: its X-ray table, its Gaia query, and to which radius that is complete.

    `csc` and `gaia` are SQL over the folder's files; `complete` says whether it holds every Gaia
    source within the radius of every X-ray source, or only the nearest one. `density` is SQL for
    Gaia sources per deg2. `others` is SQL for further raw tables, by their names; of surveys they
    hold the nearest source alone.
    """

    title: str
    csc: str
    gaia: str
    radius_arcsec: float
    complete: bool
    density: str
    observations: str | None = None
    others: dict[str, str] = field(default_factory=dict)

    def files(self, folder):
        """Return the files of the folder that this field needs."""
        observations = f"'{self.observations}'" if self.observations else ""
        text = (self.csc, self.gaia, self.density, observations, *self.others.values())
        return sorted(named_files(folder, " ".join(text)))


def _density_from_counts(counts, sources):
    """Return SQL for the mean Gaia density from the number of sources within 10 arcsec of each
    X-ray source.
    """
    circles = f"(select count(*) from '{sources}') * pi() * pow(10 / 3600.0, 2)"
    return f"select sum(n_within_10arcsec) / ({circles}) from '{counts}'"


_NGC3532_COUNTS = _density_from_counts(
    "fields/ngc3532/gaia_nearest.parquet", "fields/ngc3532/csc_master.parquet"
)


# the tables of the mocks have magnitudes only, no fluxes and colours, and 0 where Gaia has no astrometry; zero points of
# Gaia (E)DR3, Riello et al. 2021, A&A 649, A3
_GAIA_FLUXES = ", ".join(
    f"pow(10, ({zero_point} - gaia_{band}mag) / 2.5) as phot_{band}_mean_flux"
    for band, zero_point in (("g", 25.6874), ("bp", 25.3385), ("rp", 24.7479))
)


def _mock(name, title):
    return RealField(
        title=title,
        # a mock source has no name; it is called by its id
        csc=f"select *, csc_id::varchar as name from 'crossmatch/ngc3532_mock_{name}_csc.parquet'",
        gaia=f"""
            select distinct gaia_source_id, gaia_ra as ra_deg, gaia_dec as dec_deg, 2016.0 as ref_epoch,
                gaia_pu * 1000 as ra_error, gaia_pu * 1000 as dec_error, gaia_gmag as phot_g_mean_mag,
                gaia_bpmag as phot_bp_mean_mag, gaia_rpmag as phot_rp_mean_mag, {_GAIA_FLUXES},
                gaia_bpmag - gaia_rpmag as bp_rp, gaia_bpmag - gaia_gmag as bp_g, gaia_gmag - gaia_rpmag as g_rp,
                nullif(gaia_plx, 0) * 1000 as parallax, nullif(gaia_e_plx, 0) * 1000 as parallax_error,
                nullif(gaia_pm, 0) * 1000 as pm, gaia_pmra as pmra, gaia_pmde as pmdec
            from 'crossmatch/ngc3532_mock_{name}_nway5.parquet' where gaia_source_id is not null
        """,
        radius_arcsec=3.0,
        complete=True,
        density=_NGC3532_COUNTS,
    )


# AllWISE itself gives the errors along the axes and the co-sigma, not the ellipse
_ALLWISE_ERRORS = """
    sqrt(pow(err_maj * sin(radians(err_pa)), 2) + pow(err_min * cos(radians(err_pa)), 2)) as sigra,
    sqrt(pow(err_maj * cos(radians(err_pa)), 2) + pow(err_min * sin(radians(err_pa)), 2)) as sigdec,
    sign(sin(2 * radians(err_pa))) * sqrt((pow(err_maj, 2) - pow(err_min, 2)) * abs(sin(2 * radians(err_pa))) / 2) as sigradec
"""


def _infrared(nearest):
    """Return SQL for the infrared tables out of files of the nearest sources, `nearest` with the
    survey for `{}`.
    """

    def mags(names, value, error):
        return ", ".join(
            f"{band}mag as {value.format(name)}, e_{band}mag as {error.format(name)}"
            for band, name in names.items()
        )

    wise = {band: band for band in ("w1", "w2", "w3", "w4")}
    first_two = {band: band for band in ("w1", "w2")}
    queries = {
        "twomass": (
            "tmass",
            "tmass_id",
            f"""
            tmass_id as designation, err_maj, err_min, err_pa as err_ang, quality_flag as ph_qual, contam_flag as cc_flg,
            {mags({"j": "j", "h": "h", "k": "k"}, "{}_m", "{}_msigcom")}
        """,
        ),
        "allwise": (
            "allwise",
            "allwise_id",
            f"""
            allwise_id as designation, {_ALLWISE_ERRORS}, cc_flags, ext_flag as ext_flg, var_flag as var_flg, ph_qual,
            {mags(wise, "{}mpro", "{}sigmpro")}
        """,
        ),
        "catwise": (
            "catwise",
            "catwise_id",
            f"""
            catwise_name as source_name, catwise_id as source_id, ra_error as sigra, dec_error as sigdec, pos_err as sigradec,
            pmra, pmdec, pmra_error as sigpmra, pmdec_error as sigpmdec, cc_flags, ab_flags,
            {mags(first_two, "{}mpro", "{}sigmpro")}
        """,
        ),
        "unwise": (
            "unwise",
            "unwise_id",
            """
            unwise_id as unwise_objid, flux_w1, e_flux_w1 as dflux_w1, flux_w2, e_flux_w2 as dflux_w2, e_xpos_w1 as dx_w1,
            e_ypos_w1 as dy_w1, e_xpos_w2 as dx_w2, e_ypos_w2 as dy_w2, primary_flag as "primary"
        """,
        ),
    }
    return {
        table: f"select ra_deg, dec_deg, {columns} from '{nearest.format(file)}' where {key} is not null"
        for table, (file, key, columns) in queries.items()
    }


_TRAINING_CLASSES = {
    "literature_yangetal_training": "select *, true_class as class, pos_err_95 as err_ellipse_r0 from 'muwclass/td_2022.parquet'",
}
_TRAINING_DISTANCES = {
    "gaia_distance": """
        select gaia_source_id as source_id, rgeo as r_med_geo, rgeo_lo as r_lo_geo, rgeo_hi as r_hi_geo,
            rpgeo as r_med_photogeo, rpgeo_lo as r_lo_photogeo, rpgeo_hi as r_hi_photogeo
        from 'counterparts/td_gaia_nearest.parquet' where gaia_source_id is not null
    """,
}


def nearest_field(name, title):
    """Return the RealField of a folder `fields/<name>`, with the nearest Gaia source of each X-ray
    source.
    """
    csc, gaia = (f"fields/{name}/{table}.parquet" for table in ("csc_master", "gaia_nearest"))
    return RealField(
        title=title,
        csc=f"select * from '{csc}'",
        gaia=f"select *, 2016.0 as ref_epoch from '{gaia}' where gaia_source_id is not null",
        radius_arcsec=10.0,
        complete=False,
        density=_density_from_counts(gaia, csc),
        observations=f"fields/{name}/csc_per_observation.parquet",
        others=_infrared(f"fields/{name}/{{}}_nearest.parquet") | _TRAINING_CLASSES,
    )


REAL_FIELDS = {
    "cdfs": RealField(
        title="Chandra Deep Field South, complete Gaia cone",
        csc="select * from 'crossmatch/cdfs_csc.parquet'",
        gaia="select *, 2016.0 as ref_epoch from 'crossmatch/cdfs_gaia.parquet'",
        radius_arcsec=15.0,
        complete=True,
        density=f"""
            select count(*) / (pi() * pow({CDFS_RADIUS_DEG}, 2) * count(distinct ra_deg < {CDFS_CENTRE_RA}) / 2)
            from 'crossmatch/cdfs_gaia.parquet'
        """,
    ),
    "trumpler18": RealField(
        title="Trumpler 18, every Gaia source within 3 arcsec",
        csc="select * from 'fields/trumpler18/csc_master.parquet'",
        gaia="""
            select * exclude (name, separation, separation_recomputed), gaia_ra_deg as ra_deg, gaia_dec_deg as dec_deg
            from 'crossmatch/trumpler18_gaia_candidates.parquet' where gaia_source_id is not null
        """,
        radius_arcsec=3.0,
        complete=True,
        density=_density_from_counts(
            "fields/trumpler18/gaia_nearest.parquet", "fields/trumpler18/csc_master.parquet"
        ),
        observations="fields/trumpler18/csc_per_observation.parquet",
        others=_infrared("fields/trumpler18/{}_nearest.parquet") | _TRAINING_CLASSES,
    ),
    "ngc3532": nearest_field("ngc3532", "NGC 3532, nearest Gaia source only"),
    "training": RealField(
        title="CSC sources of the MUWCLASS training set, nearest Gaia source only",
        csc="select * from 'csc/csc2_master.parquet'",
        gaia="select * from 'counterparts/td_gaia_nearest.parquet' where gaia_source_id is not null",
        radius_arcsec=10.0,
        complete=False,
        density=_density_from_counts(
            "counterparts/td_gaia_nearest.parquet", "csc/csc2_master.parquet"
        ),
        observations="csc/csc2_per_observation.parquet",
        others=_infrared("counterparts/td_{}_nearest.parquet")
        | _TRAINING_DISTANCES
        | _TRAINING_CLASSES,
    ),
    "mock_chance": _mock("chance", "NGC 3532, X-ray sources moved to empty places"),
    "mock_completeness": _mock(
        "completeness", "NGC 3532, X-ray sources moved to other empty places"
    ),
}


def real_fields(folder):
    """Return the fields of a folder of published tables, by name: REAL_FIELDS, and every
    `fields/<name>` beside them; each with those of its further tables that are there.
    """
    folder = Path(folder)
    others = {path.parent.name for path in (folder / "fields").glob("*/csc_master.parquet")}
    fields = REAL_FIELDS | {
        name: nearest_field(name, f"{name}, nearest Gaia source only")
        for name in sorted(others - REAL_FIELDS.keys())
    }
    return {
        name: replace(
            one,
            observations=one.observations
            if one.observations and (folder / one.observations).exists()
            else None,
            others={
                table: query
                for table, query in one.others.items()
                if all(path.exists() for path in named_files(folder, query))
            },
        )
        for name, one in fields.items()
    }


def named_files(folder, text):
    """Return the Parquet files of a folder that SQL names."""
    return {Path(folder) / name for name in text.split("'") if name.endswith(".parquet")}


def assemble(folder, field, raw):
    """Write the raw tables of one real field and return the vars to build it with.

    Parameters
    ----------
    folder : path
        Folder of the published tables.
    field : str
        Name of a field of real_fields(folder).
    raw : path
        Folder to write the raw tables into; made if absent.

    Returns
    -------
    dict
        The var match: the default one, with the radius, the Gaia area and the kind of density of the
        field.

    Raises
    ------
    FileNotFoundError
        If a table of the field is not in the folder.
    """
    real = real_fields(folder)[field]
    missing = [str(path.relative_to(folder)) for path in real.files(folder) if not path.exists()]
    if missing:
        raise FileNotFoundError(f"the folder lacks {', '.join(missing)}")
    Path(raw).mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"file_search_path": str(Path(folder).resolve())}) as connection:
        _write(connection, raw, "csc_master", real.csc)
        n_gaia = _write(
            connection,
            raw,
            "gaia_source",
            f"select *, gaia_source_id as source_id from ({real.gaia})",
        )
        if real.observations:
            _write(connection, raw, "csc_observation", f"select * from '{real.observations}'")
        for table, query in real.others.items():
            _write(connection, raw, table, query)
        density = connection.execute(real.density).fetchall()[0][0]
    return {
        "match": default_match(
            radius_arcsec=real.radius_arcsec,
            # counted around each source, where all of Gaia is there
            density="local" if real.complete else "global",
            gaia={"area_deg2": float(np.round(n_gaia / density, 9))},
        )
    }


def _write(connection, raw, table, query):
    """Write the columns of a query that the raw table has; return its rows. Equal rows count once."""
    found = [row[0] for row in connection.execute(f"describe {query}").fetchall()]
    sources = {"ra": "ra_deg", "dec": "dec_deg"}
    columns = ", ".join(
        f'"{sources.get(column.name, column.name)}"::{column.data_type} as "{column.name}"'
        for column in raw_tables()[table].columns
        if sources.get(column.name, column.name) in found
    )
    key = ", ".join(name for name in raw_tables()[table].key)
    path = Path(raw) / f"{table}.parquet"
    connection.execute(
        f"copy (select distinct {columns} from ({query}) order by {key}) to '{path}' (format parquet)"
    )
    return connection.execute(f"select count(*) from '{path}'").fetchall()[0][0]
