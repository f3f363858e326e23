"""`lynceus download`: raw tables from the archives.

With `--around-xray`, Gaia, 2MASS and WISE catalogues are taken in small cones around each X-ray
source of csc_master only: a whole pointing in the Galactic plane holds far too many stars.
"""

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import click

from lynceus import settings
from lynceus.commands import example
from lynceus.inputs.archives.cones import checked, cones_around_xray, read_cones
from lynceus.inputs.archives.download import Settings
from lynceus.inputs.archives.download import download as download_table
from lynceus.inputs.archives.services import SERVICES, TABLES, ArchiveError

XRAY_TABLES = [name for name, table in TABLES.items() if table.service == "csc"]


def _table_names(context, parameter, value):
    names = value.split(",") if value else []
    for name in names:
        if name not in TABLES:
            raise click.BadParameter(f"'{name}' is none of {', '.join(TABLES)}")
    return names


def _positive(context, parameter, value):
    if value is not None and not value > 0:
        raise click.BadParameter(f"must be above 0, not {value:g}")
    return value


@click.command(
    epilog=example(
        "lynceus download --folder data/orion --cone 83.82 -5.39 0.2 --tables csc_master,csc_stack",
        "lynceus download --folder data/orion --around-xray --tables gaia_source,twomass",
    )
)
@click.option(
    "--folder",
    type=Path,
    default=settings.data_folder,
    show_default="LYNCEUS_DATA",
    help="Where the raw tables go.",
)
@click.option(
    "--cone", type=(float, float, float), metavar="RA DEC RADIUS", help="One cone, ICRS deg."
)
@click.option("--cones", type=Path, help="CSV or Parquet file with columns ra, dec, radius_deg.")
@click.option(
    "--around-xray",
    is_flag=True,
    help="Gaia, 2MASS and WISE catalogues around the sources of csc_master only.",
)
@click.option(
    "--radius-arcsec", default=40.0, show_default=True, help="Radius around each of them."
)
@click.option(
    "--tables",
    callback=_table_names,
    metavar="NAME,NAME...",
    help=f"Of {', '.join(TABLES)}; all by default.",
)
@click.option(
    "--service",
    multiple=True,
    metavar="NAME=URL",
    help=f"Another TAP base URL for {', '.join(SERVICES)}; or set LYNCEUS_TAP_<NAME>.",
)
@click.option(
    "--rows-per-query",
    type=int,
    callback=_positive,
    help="Cut queries with more rows (default: by service).",
)
@click.option(
    "--cones-per-query",
    type=int,
    callback=_positive,
    help="Cones that share a query (default: by service).",
)
@click.option(
    "--tries",
    default=5,
    callback=_positive,
    show_default=True,
    help="How often a failing query is sent.",
)
@click.option(
    "--wait-s",
    default=2.0,
    callback=_positive,
    show_default=True,
    help="Wait before the second try, doubling.",
)
@click.option(
    "--timeout-s",
    default=300.0,
    callback=_positive,
    show_default=True,
    help="Longest silence of a service.",
)
def download(**options):
    """Download raw tables in cones on the sky; an interrupted download goes on where it stopped."""
    options = SimpleNamespace(**options)
    if options.cone and options.cones:
        raise click.UsageError("--cone or --cones, not both")
    try:
        for name, cones in _plan(options):
            print(_summary(name, download_table(name, cones(), options.folder, _settings(options))))
    except ArchiveError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("interrupted; the same command goes on where this one stopped", file=sys.stderr)
        sys.exit(130)


def _plan(options):
    """Return (table, function that gives its cones) in order; X-ray tables first, as others may
    need their sources.

    Raises
    ------
    ArchiveError
        If a table is left without cones, or a cone is impossible.
    """
    given = None
    if options.cone:
        given = checked([options.cone], "--cone")
    elif options.cones:
        given = read_cones(options.cones)
    if options.around_xray and options.radius_arcsec <= 0:
        raise ArchiveError(f"--radius-arcsec must be above 0, not {options.radius_arcsec:g}")
    tables = options.tables or [
        name
        for name in TABLES
        if given is not None or (options.around_xray and name not in XRAY_TABLES)
    ]
    if not tables:
        raise ArchiveError("say where: --cone, --cones or --around-xray")
    plan = []
    for name in sorted(set(tables), key=list(TABLES).index):
        if options.around_xray and name not in XRAY_TABLES:
            plan.append((name, lambda: cones_around_xray(options.folder, options.radius_arcsec)))
        elif given is not None:
            plan.append((name, lambda: given))
        else:
            raise ArchiveError(f"{name} needs --cone or --cones")
    return plan


def _settings(options):
    urls = {
        name: os.environ[variable]
        for name in SERVICES
        if (variable := f"LYNCEUS_TAP_{name.upper()}") in os.environ
    }
    for override in options.service:
        name, _, url = override.partition("=")
        if name not in SERVICES or not url:
            raise ArchiveError(
                f"--service takes NAME=URL with a name of {', '.join(SERVICES)}, not {override!r}"
            )
        urls[name] = url
    return Settings(
        urls,
        options.rows_per_query,
        options.cones_per_query,
        options.tries,
        options.wait_s,
        options.timeout_s,
    )


def _summary(name, entry):
    text = f"{name}: {entry['rows']:,} rows in {entry['cones']:,} cone{'s' if entry['cones'] > 1 else ''}"
    if entry["columns_absent"]:
        text += f"; NULL because the service lacks them: {', '.join(entry['columns_absent'])}"
    if entry["keys_with_differing_rows"]:
        text += f"; {entry['keys_with_differing_rows']:,} keys had differing rows, the first of which stays"
    return text
