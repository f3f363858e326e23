"""`lynceus real`: the project measured on published tables."""

from pathlib import Path

import click

from lynceus.commands import example
from lynceus.settings import PROJECT


@click.command(epilog=example("lynceus real ../shared/data"))
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--results",
    type=Path,
    default=PROJECT / "results",
    show_default="results",
    help="Where the results go.",
)
@click.option(
    "--work",
    type=Path,
    default=PROJECT / "real",
    show_default="real",
    help="Where the fields' databases and the finished studies are kept: a run that was interrupted goes on with the next.",
)
def real(folder, results, work):
    """Build every real field of FOLDER, a folder of published tables, and write down what was
    measured.

    What FOLDER has no tables for is left out, and named.
    """
    from lynceus.studies.real import measure_all

    measure_all(folder, results, work)
