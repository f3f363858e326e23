"""Whether positions of two tables are in one unit and on one sky: what a table of right ascensions in
hours would otherwise make is a match without a pair.
"""

# what right ascension and declination are multiplied by to be degrees
UNITS = {"hours": ("15", "1"), "radians": ("degrees(1)", "degrees(1)")}
FEWEST = 5  # rows that a unit is judged by
SHARE = 0.9  # of them, that would be near others in that unit
WIDE_DEG, MANY = 30, 50  # a table of that extent and so many rows has right ascensions above 24


def problem_of_units(connection, one, other):
    """Return how many rows of a table are near no row of another but would be in another unit, and in
    which; None if there is no such unit.

    Parameters
    ----------
    connection : duckdb connection
    one, other : str
        SQL relations with columns ra and dec (deg).

    Returns
    -------
    (int, str) or None
    """
    rows, near = _near(connection, one, other, ("1", "1"))
    if rows < FEWEST or near:
        return None
    for unit, scale in UNITS.items():
        if _near(connection, one, other, scale)[1] >= SHARE * rows:
            return rows, unit
    return None


def is_apart(connection, one, other):
    """Return whether no row of a table lies within half a degree of any row of another."""
    rows, near = _near(connection, one, other, ("1", "1"))
    return rows > 0 and near == 0


def may_be_hours(connection, table):
    """Return whether right ascensions end where those in hours do, of a table over much sky."""
    rows, largest, extent = connection.execute(
        f"select count(ra), max(ra), max(dec) - min(dec) from {table}"
    ).fetchall()[0]
    return bool(rows >= MANY and largest <= 24 and extent >= WIDE_DEG)


def _near(connection, one, other, scale):
    """Return how many rows a table has, and how many of these lie in a square degree where another
    has one, of four grids that are half a degree apart: so all within half a degree are found.
    """
    ra, dec = f"ra * {scale[0]}", f"dec * {scale[1]}"
    grids = [(east, north) for east in (0, 0.5) for north in (0, 0.5)]
    conditions = [
        f"(floor(({ra} + {east}) % 360), floor({dec} + {north})) in"
        f" (select distinct (floor((ra + {east}) % 360), floor(dec + {north})) from {other})"
        for east, north in grids
    ]
    return connection.execute(
        f"select count(*), count(*) filter ({' or '.join(conditions)}) from {one}"
    ).fetchall()[0]
