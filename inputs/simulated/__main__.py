"""Write a simulated sky: python -m inputs.simulated --folder data/simulated."""

import argparse

from inputs.simulated.sky import simulate_sky


def main(arguments=None):
    """Read the command line and write the sky."""
    parser = argparse.ArgumentParser(prog="python -m inputs.simulated", description=__doc__)
    parser.add_argument("--folder", default="data/simulated", help="where the raw tables go (default: %(default)s)")
    parser.add_argument("--sources", type=int, default=20_000, help="number of X-ray sources (default: %(default)s)")
    parser.add_argument("--pointings", type=int, default=400, help="number of fields (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same sky (default: %(default)s)")
    parser.add_argument(
        "--cutout-radius-arcsec", type=float, default=30.0,
        help="how far around each X-ray source the other surveys are given (default: %(default)s)",
    )
    options = parser.parse_args(arguments)
    simulate_sky(**vars(options), progress=True)


if __name__ == "__main__":
    main()
