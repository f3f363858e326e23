"""Beside what is published of the match of the CSC with Gaia: its priors, its matches in a cluster,
and the names of its positive set.
"""

import duckdb
import numpy as np

from lynceus.studies.property_match import POSITIVE_ARCSEC, POSITIVE_THETA_ARCMIN

ROWS = "crossmatch/csc21_gaia_nway_candidate_rows.parquet"
CLUSTER = "crossmatch/ngc2516_nway_matches.parquet"
POSITIVES = "crossmatch/positive_set_split_ids.parquet"
# places on the sky with the number of Gaia sources within 10 arcsec
COUNTS = (
    "counterparts/td_gaia_nearest.parquet",
    "fields/ngc3532/gaia_nearest.parquet",
    "fields/trumpler18/gaia_nearest.parquet",
)
PLACES = 5
WHOLE_SKY_ARCMIN2 = 4 * np.pi * np.degrees(1) ** 2 * 3600
GIVEN = 0.9  # share with a counterpart, as published
POSITIVE_P_ANY = 0.9
THRESHOLDS = (0.5, 0.9)


def inputs(folder):
    """Return the files of the folder that are read, those that exist."""
    names = (ROWS, CLUSTER, POSITIVES, *COUNTS)
    return [folder / name for name in names if (folder / name).exists()]


def published_matches(databases, folder):
    """Return all measures as JSON types.

    Parameters
    ----------
    databases : dict of str to path
        The built fields.
    folder : path

    Returns
    -------
    dict
        `priors`: by X-ray source the Gaia density that the published rows stand for, and the counts
        of the nearest places; `cluster`: shares of NGC 2516 above thresholds of p_any; `positives`:
        by field, who is positive as published, and here.
    """
    with duckdb.connect(config={"file_search_path": str(folder.resolve())}) as connection:
        return {
            "priors": priors(connection, folder),
            "cluster": cluster(connection),
            "positives": {name: positives(path, folder) for name, path in databases.items()},
        }


def priors(connection, folder):
    """Return, by X-ray source, the density that turns the Bayes factors of its rows into their
    dist_post, and that of Gaia around the PLACES nearest to it.

    The odds p / (1 - p) of a pair are B times c / nu, with nu the sources of the whole sky at that
    density (Salvato et al. 2018, MNRAS 473, 4937, App. B). A place has a Gaia source to begin with,
    which is not counted.
    """
    counts = " union all ".join(
        f"select ra_deg, dec_deg, n_within_10arcsec - 1 as beside from '{name}' where gaia_source_id is not null"
        for name in COUNTS
        if (folder / name).exists()
    )
    if not counts:
        raise FileNotFoundError(f"the folder lacks {' and '.join(COUNTS)}")
    rows = connection.execute(f"""
        with implied as (
            select name, any_value(csc_ra_deg) as ra, any_value(csc_dec_deg) as dec, count(*) as n,
                min(log10_nu) as low, median(log10_nu) as mid, max(log10_nu) as high
            from (select *, dist_bayesfactor - log10(dist_post / (1 - dist_post)) as log10_nu from '{ROWS}')
            where log10_nu is not null group by name
        ),
        places as (
            select implied.*, beside, degrees(acos(least(1, sin(radians(dec)) * sin(radians(dec_deg))
                + cos(radians(dec)) * cos(radians(dec_deg)) * cos(radians(ra - ra_deg))))) as away
            from implied cross join ({counts})
            qualify row_number() over (partition by name order by away) <= {PLACES}
        )
        select name, any_value(n) as rows, {GIVEN} * pow(10, any_value(mid)) / {WHOLE_SKY_ARCMIN2} as implied_arcmin2,
            any_value(high - low) as spread_dex, avg(beside) / (pi() * pow(10 / 60, 2)) as nearest_arcmin2,
            max(away) as within_deg
        from places group by name order by name
    """)
    names = [column[0] for column in rows.description]
    return [dict(zip(names, row)) for row in rows.fetchall()]


def cluster(connection):
    """Return the sources of NGC 2516 that were matched, and the shares of them above THRESHOLDS."""
    n, *above = connection.execute(
        f"select count(*), {', '.join(f'avg((p_any > {cut})::integer)' for cut in THRESHOLDS)} from '{CLUSTER}'"
    ).fetchall()[0]
    return {"sources": n, **{str(cut): share for cut, share in zip(THRESHOLDS, above)}}


def positives(database, folder):
    """Return numbers of a field's X-ray sources: in all, in the published positive set, positive
    here by position, both; and of the published ones that are not, how many are farther off axis,
    less probable or farther apart than asked for here.
    """
    beyond = {
        "off_axis": f"coalesce(xray.min_theta_mean, 99) > {POSITIVE_THETA_ARCMIN}",
        "improbable": f"coalesce(chosen.p_any, 0) < {POSITIVE_P_ANY}",
        "apart": f"coalesce(pairs.separation, 99) > {POSITIVE_ARCSEC}",
    }
    is_ours = f"not ({' or '.join(beyond.values())})"
    with duckdb.connect(str(database), read_only=True) as connection:
        row = connection.execute(f"""
            select count(*) as sources, count(published.name) as published, count(*) filter ({is_ours}) as here,
                count(published.name) filter ({is_ours}) as both,
                {", ".join(f"count(published.name) filter ({condition}) as {name}" for name, condition in beyond.items())}
            from match.xray_positions as xray
            left join match.chosen_counterparts as chosen using (csc_name)
            left join release.candidate_pairs as pairs
                on pairs.csc_name = xray.csc_name and pairs.gaia_source_id = nway_gaia_source_id
            left join '{folder / POSITIVES}' as published on published.name = xray.csc_name
        """)
        return dict(zip([column[0] for column in row.description], row.fetchall()[0]))


def section(measured):
    """Return the lines of the page, Markdown."""
    yield "## The published match of the CSC with Gaia"
    yield ""
    yield "The rows that are printed of it have a Bayes factor and a posterior, and so the density of Gaia that it took for each X-ray"
    yield f"source (share with a counterpart {GIVEN}). Beside it, Gaia sources around the {PLACES} nearest places of these tables:"
    yield ""
    yield "| X-ray source | rows | implied, per arcmin2 | its spread, dex | nearest places, per arcmin2 | within, deg | ratio, dex |"
    yield "|---|---|---|---|---|---|---|"
    for row in measured["priors"]:
        ratio = np.log10(row["implied_arcmin2"] / row["nearest_arcmin2"])
        yield (
            f"| {row['name']} | {row['rows']} | {row['implied_arcmin2']:.1f} | {row['spread_dex']:.4f} | {row['nearest_arcmin2']:.1f}"
            f" | {row['within_deg']:.1f} | {ratio:.2f} |"
        )
    yield ""
    yield "One density a source, and another for each: the published run was local, in parts of the sky. Degrees away the density is"
    yield "another one; what it takes to have it within 0.3 dex are Gaia's counts around these sources themselves, which `lynceus"
    yield "download --around-xray` asks the archive for."
    yield ""
    shares = ", ".join(f"{measured['cluster'][str(cut)]:.3f} above {cut}" for cut in THRESHOLDS)
    yield f"Of {measured['cluster']['sources']} published matches around NGC 2516 the share with p_any {shares}."
    yield ""
    yield f'X-ray sources in the published positive set, and positive here (on axis, p_any >= {POSITIVE_P_ANY}, separation <= {POSITIVE_ARCSEC}"):'
    yield ""
    yield "| field | X-ray sources | published | here | both | of the published: off axis | p_any lower | farther apart |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, row in measured["positives"].items():
        if row["published"]:
            yield f"| {name} | " + " | ".join(str(value) for value in row.values()) + " |"
    yield ""
    yield "Three quarters of the published set are known, so that a source that is positive here alone may be one of the others."
    yield "Where they differ the published tables are of CSC 2.1, with more observations, and these of CSC 2.0."
    yield ""
