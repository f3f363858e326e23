"""`lynceus sky`: a simulated sky as raw tables."""

from pathlib import Path

import click

from lynceus.commands import example
from lynceus.settings import data_folder

preset = click.option(
    "--preset",
    type=click.Choice(["hard", "kind"]),
    default="hard",
    show_default=True,
    help="Whether a simulated sky is as hard as the real one, or kinder.",
)


@click.command(
    epilog=example("lynceus sky --sources 2000 --pointings 40 --seed 7 --folder data/small")
)
@click.option(
    "--folder",
    type=Path,
    default=data_folder,
    show_default="LYNCEUS_DATA, else data/simulated",
    help="Where the raw tables go.",
)
@click.option("--sources", default=20_000, show_default=True, help="Number of X-ray sources.")
@click.option("--pointings", default=400, show_default=True, help="Number of fields.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same sky.")
@preset
@click.option(
    "--cutout-radius-arcsec",
    default=40.0,
    show_default=True,
    help="How far around each X-ray source other surveys are given.",
)
def sky(**options):
    """Simulate a sky, with the truth beside it."""
    from lynceus.inputs.simulated import simulate_sky

    simulate_sky(**options, progress=True)
