"""Download raw tables: `python -m inputs.archives --folder data/archive --cone RA DEC RADIUS_DEG`.

With `--around-xray`, Gaia, 2MASS and WISE catalogues are taken in small cones around each X-ray source of
csc_master only: a whole pointing in the Galactic plane holds far too many stars.
"""

import argparse
import os
import sys
from pathlib import Path

from inputs.archives.cones import checked, cones_around_xray, read_cones
from inputs.archives.download import Settings, download
from inputs.archives.services import SERVICES, TABLES, ArchiveError

XRAY_TABLES = [name for name, table in TABLES.items() if table.service == "csc"]


def main(arguments=None):
    """Download the tables the command line asks for; return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        for name, cones in _plan(options):
            entry = download(name, cones(), options.folder, _settings(options))
            print(_summary(name, entry))
    except (ArchiveError, OSError) as error:  # OSError: the folder cannot be written
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; the same command goes on where this one stopped", file=sys.stderr)
        return 130
    return 0


def _parser():
    parser = argparse.ArgumentParser(prog="python -m inputs.archives", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where the raw tables go")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--cone", type=float, nargs=3, metavar=("RA", "DEC", "RADIUS_DEG"), help="one cone, ICRS deg")
    where.add_argument("--cones", type=Path, help="CSV or Parquet file with columns ra, dec, radius_deg")
    parser.add_argument("--around-xray", action="store_true",
                        help="Gaia, 2MASS and WISE catalogues around the sources of csc_master only")
    parser.add_argument("--radius-arcsec", type=float, default=30.0, help="radius around each of them (default 30)")
    parser.add_argument("--tables", nargs="+", choices=TABLES, metavar="TABLE", help=f"of {', '.join(TABLES)}")
    parser.add_argument("--service", action="append", default=[], metavar="NAME=URL",
                        help=f"another TAP base URL for {', '.join(SERVICES)}; or set LYNCEUS_TAP_<NAME>")
    parser.add_argument("--rows-per-query", type=_positive_integer, metavar="N",
                        help="cut queries with more rows (default: by service)")
    parser.add_argument("--cones-per-query", type=_positive_integer, metavar="N",
                        help="cones that share a query (default: by service)")
    parser.add_argument("--tries", type=_positive_integer, default=5, metavar="N",
                        help="how often a failing query is sent (default 5)")
    parser.add_argument("--wait-s", type=_positive_number, default=2.0, metavar="S",
                        help="wait before the second try, doubling (default 2)")
    parser.add_argument("--timeout-s", type=_positive_number, default=300.0, metavar="S",
                        help="longest silence of a service (default 300)")
    return parser


def _plan(options):
    """Return (table, function that gives its cones) in order; X-ray tables first, as others may need their sources.

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
        name for name in TABLES if given is not None or (options.around_xray and name not in XRAY_TABLES)
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
        name: os.environ[variable] for name in SERVICES if (variable := f"LYNCEUS_TAP_{name.upper()}") in os.environ
    }
    for override in options.service:
        name, _, url = override.partition("=")
        if name not in SERVICES or not url:
            raise ArchiveError(f"--service takes NAME=URL with a name of {', '.join(SERVICES)}, not {override!r}")
        urls[name] = url
    return Settings(
        urls, options.rows_per_query, options.cones_per_query, options.tries, options.wait_s, options.timeout_s
    )


def _summary(name, entry):
    text = f"{name}: {entry['rows']:,} rows in {entry['cones']:,} cone{'s' if entry['cones'] > 1 else ''}"
    if entry["columns_absent"]:
        text += f"; NULL because the service lacks them: {', '.join(entry['columns_absent'])}"
    if entry["keys_with_differing_rows"]:
        text += f"; {entry['keys_with_differing_rows']:,} keys had differing rows, the first of which stays"
    return text


def _positive_integer(text):
    return _above_zero(int(text))


def _positive_number(text):
    return _above_zero(float(text))


def _above_zero(number):
    if not number > 0:
        raise argparse.ArgumentTypeError(f"must be above 0, not {number:g}")
    return number


if __name__ == "__main__":
    sys.exit(main())
