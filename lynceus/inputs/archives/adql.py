"""The queries: one count and one select per region of the sky."""

import re
from dataclasses import dataclass

import numpy as np

DIGITS = 12  # decimals of a degree in a query: 4e-9 arcsec
THINNEST_SLICE_DEG = 1e-9
BOX_MARGIN_DEG = 1e-9  # a box must not lose a source on the border of its cone to rounding


@dataclass(frozen=True)
class Region:
    """Some cones, or the slice `dec_from <= dec < dec_to` of one cone; None is an open end. All in
    deg.
    """

    cones: tuple[tuple[float, float, float], ...]
    dec_from: float | None = None
    dec_to: float | None = None

    def halves(self):
        """Return two regions that together hold each row of this one; None if it is too thin to
        cut.

        Cones that overlap share rows, which are made unique later. Slices are half-open at the same
        printed number and open at the ends, so they lose and double nothing, at RA 0 and poles too.
        """
        if len(self.cones) > 1:
            middle = len(self.cones) // 2
            return Region(self.cones[:middle]), Region(self.cones[middle:])
        _, dec, radius = self.cones[0]
        low = max(dec - radius, -90) if self.dec_from is None else self.dec_from
        high = min(dec + radius, 90) if self.dec_to is None else self.dec_to
        if high - low < THINNEST_SLICE_DEG:
            return None
        middle = round((low + high) / 2, DIGITS)
        return Region(self.cones, self.dec_from, middle), Region(self.cones, middle, self.dec_to)

    def __str__(self):
        ra, dec, radius = self.cones[0]
        text = f"cone ra={ra:.6f} dec={dec:.6f} radius={radius:.6f} deg"
        if len(self.cones) > 1:
            return f"{text} and {len(self.cones) - 1} more cones"
        if self.dec_from is None and self.dec_to is None:
            return text
        return f"{text}, dec {self.dec_from} to {self.dec_to}".replace("None", "its edge")


def count_query(table, service, region):
    """Return the ADQL that counts the rows of a region."""
    return f"SELECT COUNT(*) {_from_where(table, condition(table, service, region))}"


def data_query(table, service, region, columns):
    """Return the ADQL that fetches the rows of a region.

    Parameters
    ----------
    table : ArchiveTable
    service : Service
    region : Region
    columns : dict of str to str
        ADQL at the service, by column of the contract.
    """
    return _data_query(table, service, columns, condition(table, service, region))


def query_template(table, service, columns):
    """Return the ADQL of `data_query` with `<cones>` in the place of the region."""
    return _data_query(table, service, columns, "<cones>")


def columns_used(expression):
    """Return the (alias, column) pairs an expression of a column is made of."""
    return re.findall(r'\b([A-Za-z]\w*)\."?(\w+)', expression)


def schema_query(archive_table):
    """Return the ADQL that lists the columns of a table at its service."""
    return f"SELECT column_name FROM TAP_SCHEMA.columns WHERE table_name = '{archive_table}'"


def condition(table, service, region):
    """Return the ADQL condition that holds in the region; around it where the service knows no
    geometry.
    """
    ra, dec = table.position
    if service.has_geometry:
        cones = [
            f"1=CONTAINS(POINT('ICRS', {ra}, {dec}), CIRCLE('ICRS', {', '.join(map(_number, cone))}))"
            for cone in region.cones
        ]
    else:
        cones = [_box(ra, dec, *cone) for cone in region.cones]
    text = f"({' OR '.join(cones)})"
    if region.dec_from is not None:
        text += f" AND {dec} >= {_number(region.dec_from)}"
    if region.dec_to is not None:
        text += f" AND {dec} < {_number(region.dec_to)}"
    return text


def _data_query(table, service, columns, where):
    # a name is given only where it differs, quotes of a reserved word aside: CSC's own examples
    # give none to plain columns
    selected = [
        source if source.partition(".")[2].strip('"') == name else f"{source} AS {name}"
        for name, source in columns.items()
    ]
    if not service.has_geometry:
        ra, dec = table.position
        selected += [f"{ra} AS cone_ra", f"{dec} AS cone_dec"]
    return f"SELECT {', '.join(selected)} {_from_where(table, where)}"


def _from_where(table, where):
    sources = ", ".join(f"{name} {alias}" for alias, name in table.sources.items())
    return f"FROM {sources} WHERE {' AND '.join([*table.joined_on, where])}"


def _box(ra_column, dec_column, ra, dec, radius):
    """Return the condition for the box of ra and dec around a cone, across RA 0 and the poles."""
    low, high = dec - radius - BOX_MARGIN_DEG, dec + radius + BOX_MARGIN_DEG
    in_dec = f"{dec_column} BETWEEN {_number(low)} AND {_number(high)}"
    if low <= -90 or high >= 90:
        return f"({in_dec})"
    # the meridians that touch the cone
    reach = (
        np.degrees(np.arcsin(np.sin(np.radians(high - dec)) / np.cos(np.radians(dec))))
        + BOX_MARGIN_DEG
    )
    west, east = ra - reach, ra + reach
    if west >= 0 and east <= 360:
        return f"({in_dec} AND {ra_column} BETWEEN {_number(west)} AND {_number(east)})"
    return f"({in_dec} AND ({ra_column} >= {_number(west % 360)} OR {ra_column} <= {_number(east % 360)}))"


def _number(degrees):
    return f"{degrees:.{DIGITS}f}"
