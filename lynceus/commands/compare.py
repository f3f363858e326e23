"""`lynceus compare`: our matches of Chandra and Gaia beside the published tables of the same kind."""

from pathlib import Path

import click
import duckdb

from lynceus import settings
from lynceus.commands import example
from lynceus.commands.terminal import aligned

TABLES = ("best", "alternate", "ambiguous")
ENDINGS = (".parquet", ".csv", ".fits", ".fit", ".fits.gz", ".vot", ".xml", ".ecsv", ".txt")
# Perez-Diaz et al. 2026, appendix D: columns that are compared where the file has them
NUMBERS = ("separation", "p_i", "p_any", "p_match_ind", "min_theta_mean")
# what becomes of a published pair here
HERE = (*TABLES, "other candidate", "no candidate", "unknown source")


@click.command(epilog=example("lynceus compare zenodo/ --output differences.csv"))
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A .csv, .parquet, .fits or .vot file: every pair that is not in the same table in both.",
)
def compare(folder, output):
    """Compare the catalogue's best, alternate and ambiguous matches with published ones.

    FOLDER holds the published tables (Perez-Diaz et al. 2026, Zenodo), a file each, whose name has
    best, alternat or ambiguous in it: Parquet, CSV, FITS, VOTable or ECSV, with the columns
    csc21_name and gaia3_source_id. Any of them may be absent.
    """
    database = settings.database_path()
    if not database.is_file():
        raise click.ClickException(f"there is no database {database}; lynceus catalog makes it")
    files = published_files(folder)
    with duckdb.connect(str(database), read_only=True) as connection:
        read_published(connection, files)
        for line in report(connection, files):
            print(line)
        if output:
            from lynceus.release.answers import write_answer

            different = connection.sql(
                "select * exclude (is_same) from compared where not is_same order by csc_name, gaia_source_id"
            )
            try:
                print(f"\n{output}: {write_answer(connection, different, output):,} rows")
            except ValueError as error:
                raise click.ClickException(str(error)) from None


def published_files(folder):
    """Return the file of each published table in a folder, by its name.

    Raises
    ------
    click.ClickException
        If there is none, or two of one kind.
    """
    found = {}
    for path in sorted(folder.iterdir()):
        name = path.name.lower()
        kind = next((kind for kind in TABLES if kind[:8] in name), None)
        if kind is None or not name.endswith(ENDINGS):
            continue
        if kind in found:
            raise click.ClickException(
                f"{found[kind]} and {path} are both of {kind} matches; keep one of them in the folder"
            )
        found[kind] = path
    if not found:
        raise click.ClickException(
            f"{folder} has no file of best, alternate or ambiguous matches ({', '.join(ENDINGS)})"
        )
    return found


def read_published(connection, files):
    """Make the temporary tables `theirs`, all published pairs, and `compared`, these and ours side by
    side.

    Raises
    ------
    click.ClickException
        If a file cannot be read, lacks a column, or has ids that are no whole numbers.
    """
    parts = []
    for kind, path in files.items():
        try:
            rows = _relation(connection, path)
        except (OSError, ValueError, TypeError, duckdb.Error) as error:
            raise click.ClickException(f"{path} cannot be read: {error}") from None
        columns = {name.lower(): name for name in rows.columns}
        for name in ("csc21_name", "gaia3_source_id"):
            if name not in columns:
                raise click.ClickException(
                    f"{path} has no column {name}; it has {', '.join(rows.columns)}"
                )
        id_type = str(rows.types[rows.columns.index(columns["gaia3_source_id"])])
        if id_type in ("DOUBLE", "FLOAT"):
            raise click.ClickException(
                f"{path}: gaia3_source_id is of type {id_type}, which has lost digits of 64-bit ids"
            )
        numbers = ", ".join(
            f'try_cast("{columns[name]}" as double) as {name}'
            if name in columns
            else f"null::double as {name}"
            for name in NUMBERS
        )
        # Gaia DR3 528573584943861632 is an id, too
        text = f'trim("{columns["gaia3_source_id"]}"::varchar)'
        source_id = f"try_cast(regexp_extract({text}, '^(Gaia DR3 )?([0-9]+)$', 2) as bigint)"
        connection.execute(
            f"create temp table {kind}_of_theirs as"
            f" select '{kind}' as published_as, \"{columns['csc21_name']}\"::varchar as name,"
            f" {source_id} as gaia_source_id, {numbers} from rows"
        )
        ((lost,),) = connection.sql(
            f"select count(*) from {kind}_of_theirs where gaia_source_id is null or name is null"
        ).fetchall()
        if lost:
            raise click.ClickException(f"{path}: {lost:,} rows have no csc21_name or no whole id")
        parts.append(f"from {kind}_of_theirs")
    connection.execute(
        f"create temp table theirs as select distinct {_bare('name')} as bare_name, * exclude (name) from ({' union all '.join(parts)})"
    )
    ours = " union all ".join(
        f"select csc_name, gaia_source_id, '{kind}' as here_as from formats.{kind}_matches"
        for kind in files
    )
    connection.execute(
        f"""
        create temp table compared as
        with
            sources as (
                select csc_name, {_bare("csc_name")} as bare_name from release.xray_sources
            ),
            ours as (
                select bare_name, selected.* from ({ours}) as selected inner join sources using (csc_name)
            )
        select
            coalesce(sources.csc_name, '2CXO J' || bare_name) as csc_name,
            gaia_source_id,
            published_as,
            coalesce(
                here_as,
                case
                    when sources.csc_name is null then 'unknown source'
                    when pairs.csc_name is null then 'no candidate'
                    else 'other candidate'
                end
            ) as here_as,
            published_as is not distinct from ours.here_as as is_same,
            {", ".join(f"theirs.{name} as published_{name}, pairs.{name}" for name in NUMBERS)}
        from theirs
        full join ours using (bare_name, gaia_source_id)
        left join sources using (bare_name)
        left join release.candidate_pairs as pairs
            on pairs.csc_name = sources.csc_name and pairs.gaia_source_id = coalesce(theirs.gaia_source_id, ours.gaia_source_id)
        """
    )


def _bare(column):
    """Return SQL for the name of an X-ray source without the catalogue's prefix and blanks."""
    return f"regexp_replace(trim({column}), '^(2CXO)? *J?', '')"


def _relation(connection, path):
    """Return the rows of a file as a relation; integers as such, however many digits they have."""
    name = path.name.lower()
    if name.endswith(".parquet"):
        return connection.read_parquet(str(path))
    if name.endswith((".csv", ".txt")):
        return connection.read_csv(str(path), header=True, all_varchar=True)
    import pyarrow as pa
    from astropy.io.registry import IORegistryError
    from astropy.table import Table

    try:
        table = Table.read(path)
    except IORegistryError:
        raise ValueError(f"it is no {path.suffix[1:].upper()} file") from None

    wanted = [name for name in table.colnames if table[name].ndim == 1]
    return connection.from_arrow(pa.table({name: _values(table[name]) for name in wanted}))


def _values(column):
    """Return a column of astropy as an Arrow array, masked values missing."""
    import numpy as np
    import pyarrow as pa

    values = np.ma.asarray(column)
    mask = np.ma.getmaskarray(values)
    plain = values.filled() if mask.any() else values.data
    if plain.dtype.kind in "SUO":
        plain = np.array([x.decode() if isinstance(x, bytes) else str(x) for x in plain], object)
    elif plain.dtype.byteorder == ">":
        plain = plain.astype(plain.dtype.newbyteorder("="))
    return pa.array(plain, mask=mask)


def report(connection, files):
    """Yield the lines of the comparison: what becomes of each published pair here, what is only
    ours, how X-ray sources agree, and how far numbers of common pairs differ.
    """
    counts = ", ".join(f"count(*) filter (here_as = '{where}')" for where in HERE)
    rows = connection.sql(
        f"select coalesce(published_as, 'not published'), count(*), {counts} from compared group by published_as"
        f" order by list_position({list(TABLES)}, published_as) nulls last"
    ).fetchall()
    yield "Pairs, by published table (rows) and by what they are here (columns):\n"
    yield aligned(["published as", "pairs", *HERE], rows)
    if "best" in files:
        same, other, none, unknown = connection.sql(
            """
            select count(*) filter (is_same), count(*) filter (not is_same and has_best),
                count(*) filter (not is_same and not has_best and here_as <> 'unknown source'),
                count(*) filter (here_as = 'unknown source')
            from (select *, csc_name in (select csc_name from formats.best_matches) as has_best
                from compared where published_as = 'best')
            """
        ).fetchall()[0]
        known = same + other + none
        yield "\nBest match of an X-ray source:"
        yield f"  the same Gaia source   {same:,} of {known:,}" + (
            f" ({100 * same / known:.1f} %)" if known else ""
        )
        yield f"  another Gaia source    {other:,}"
        yield f"  none here              {none:,}"
        yield f"  X-ray source unknown   {unknown:,}"
    differences = connection.sql(
        " union all ".join(
            f"select '{name}', count(x), quantile_cont(x, 0.5), quantile_cont(x, 0.95), max(x)"
            f" from (select abs({name} - published_{name}) as x from compared where published_as is not null)"
            for name in NUMBERS
        )
    ).fetchall()
    differences = [row for row in differences if row[1]]
    if differences:
        yield "\nNumbers of common pairs, absolute difference:\n"
        yield aligned(["column", "pairs", "median", "95 %", "largest"], differences, digits=3)
