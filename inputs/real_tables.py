"""Real fields as raw tables: from a folder of published tables, one raw folder per field.

The folder holds what other projects published about Chandra sources (its README names every origin).
Only their column names are translated here; every value stays as it is. Each field is a sky of its
own, since how far around an X-ray source its Gaia table is complete differs from field to field.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from inputs.raw_tables import raw_tables

CDFS_CENTRE_RA, CDFS_RADIUS_DEG = 53.1167, 0.5  # the field's Gaia cone, cut into halves at the right ascension of its centre


@dataclass(frozen=True)
class RealField:
    """One real field: its X-ray table, its Gaia query, and to which radius that is complete.

    `csc` and `gaia` are SQL over the folder's files; `complete` says whether it holds every Gaia source within
    the radius of every X-ray source, or only the nearest one. `density` is SQL for Gaia sources per deg2.
    """

    title: str
    csc: str
    gaia: str
    radius_arcsec: float
    complete: bool
    density: str
    observations: str | None = None

    def files(self, folder):
        """Return the files of the folder that this field needs."""
        text = " ".join((self.csc, self.gaia, self.density, f"'{self.observations}'" if self.observations else ""))
        return sorted({Path(folder) / name for name in text.split("'") if name.endswith(".parquet")})


def _density_from_counts(counts, sources):
    """Return SQL for the mean Gaia density from the number of sources within 10 arcsec of each X-ray source."""
    circles = f"(select count(*) from '{sources}') * pi() * pow(10 / 3600.0, 2)"
    return f"select sum(n_within_10arcsec) / ({circles}) from '{counts}'"


_NGC3532_COUNTS = _density_from_counts("fields/ngc3532/gaia_nearest.parquet", "fields/ngc3532/csc_master.parquet")


# the tables of the mocks have magnitudes only, and 0 where Gaia has no astrometry; zero points of Gaia (E)DR3, Riello et al. 2021, A&A 649, A3
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
                nullif(gaia_plx, 0) * 1000 as parallax, nullif(gaia_e_plx, 0) * 1000 as parallax_error,
                nullif(gaia_pm, 0) * 1000 as pm, gaia_pmra as pmra, gaia_pmde as pmdec
            from 'crossmatch/ngc3532_mock_{name}_nway5.parquet' where gaia_source_id is not null
        """,
        radius_arcsec=3.0, complete=True, density=_NGC3532_COUNTS,
    )


REAL_FIELDS = {
    "cdfs": RealField(
        title="Chandra Deep Field South, complete Gaia cone",
        csc="select * from 'crossmatch/cdfs_csc.parquet'",
        gaia="select *, 2016.0 as ref_epoch from 'crossmatch/cdfs_gaia.parquet'",
        radius_arcsec=15.0, complete=True,
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
        radius_arcsec=3.0, complete=True,
        density=_density_from_counts("fields/trumpler18/gaia_nearest.parquet", "fields/trumpler18/csc_master.parquet"),
        observations="fields/trumpler18/csc_per_observation.parquet",
    ),
    "ngc3532": RealField(
        title="NGC 3532, nearest Gaia source only",
        csc="select * from 'fields/ngc3532/csc_master.parquet'",
        gaia="select *, 2016.0 as ref_epoch from 'fields/ngc3532/gaia_nearest.parquet' where gaia_source_id is not null",
        radius_arcsec=10.0, complete=False, density=_NGC3532_COUNTS,
        observations="fields/ngc3532/csc_per_observation.parquet",
    ),
    "training": RealField(
        title="CSC sources of the MUWCLASS training set, nearest Gaia source only",
        csc="select * from 'csc/csc2_master.parquet'",
        gaia="select * from 'counterparts/td_gaia_nearest.parquet' where gaia_source_id is not null",
        radius_arcsec=10.0, complete=False,
        density=_density_from_counts("counterparts/td_gaia_nearest.parquet", "csc/csc2_master.parquet"),
        observations="csc/csc2_per_observation.parquet",
    ),
    "mock_chance": _mock("chance", "NGC 3532, X-ray sources moved to empty places"),
    "mock_completeness": _mock("completeness", "NGC 3532, X-ray sources moved to other empty places"),
}


def assemble(folder, field, raw):
    """Write the raw tables of one real field and return the vars to build it with.

    Parameters
    ----------
    folder : path
        Folder of the published tables.
    field : str
        Name of a field in REAL_FIELDS.
    raw : path
        Folder to write the raw tables into; made if absent.

    Returns
    -------
    dict
        dbt vars: match_radius_arcsec and gaia_area_deg2.

    Raises
    ------
    FileNotFoundError
        If a table of the field is not in the folder.
    """
    real = REAL_FIELDS[field]
    missing = [str(path.relative_to(folder)) for path in real.files(folder) if not path.exists()]
    if missing:
        raise FileNotFoundError(f"{field}: {', '.join(missing)} not in {folder}")
    Path(raw).mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"file_search_path": str(Path(folder).resolve())}) as connection:
        _write(connection, raw, "csc_master", real.csc)
        n_gaia = _write(connection, raw, "gaia_source", f"select *, gaia_source_id as source_id from ({real.gaia})")
        if real.observations:
            _write(connection, raw, "csc_observation", f"select * from '{real.observations}'")
        density = connection.execute(real.density).fetchall()[0][0]
    return {"match_radius_arcsec": real.radius_arcsec, "gaia_area_deg2": float(np.round(n_gaia / density, 9))}


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
    connection.execute(f"copy (select distinct {columns} from ({query}) order by {key}) to '{path}' (format parquet)")
    return connection.execute(f"select count(*) from '{path}'").fetchall()[0][0]
