"""Reddening inside SQL.

In SQL, of ICRS degrees:

    map_ebv(ra, dec)         DOUBLE: E(B-V) in mag of the dust map in the user's folder
    coarse_map_ebv(ra, dec)  DOUBLE: of the same map in pixels of a degree
    galactic_ebv(ra, dec)    DOUBLE: of a smooth disc of dust
"""

import pyarrow as pa
from sfdmap2.sfdmap import SFDMap

from lynceus.physics.dust import coarse_map_ebv, galactic_ebv, map_ebv


def register(connection, folder):
    """Give a DuckDB connection the functions; `folder` holds the dust map, None if there is none."""
    dust_map = SFDMap(str(folder), scaling=1.0)

    def of_map(ra, dec):
        return pa.array(map_ebv(dust_map, ra.to_numpy(), dec.to_numpy()))

    def of_coarse_map(ra, dec):
        return pa.array(coarse_map_ebv(ra.to_numpy(), dec.to_numpy()))

    def of_model(ra, dec):
        return pa.array(galactic_ebv(ra.to_numpy(), dec.to_numpy()))

    for name, function in (
        ("map_ebv", of_map),
        ("coarse_map_ebv", of_coarse_map),
        ("galactic_ebv", of_model),
    ):
        connection.create_function(name, function, ["DOUBLE", "DOUBLE"], "DOUBLE", type="arrow")
