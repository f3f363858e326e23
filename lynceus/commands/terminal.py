"""Rows as text in columns: names and numbers whole, so that they can be pasted into the next query."""


def aligned(names, rows, digits=9):
    """Return rows as lines of right-aligned columns; a dot where a value is missing.

    Parameters
    ----------
    names : sequence of str
    rows : sequence of tuples
    digits : int
        Significant digits of a float; integers have all of theirs.

    Examples
    --------
    >>> print(aligned(["source_id", "p_any"], [(2881848529344230784, 0.25), (7, None)]))
              source_id  p_any
    2881848529344230784   0.25
                      7      .
    """
    cells = [list(names)] + [[_text(value, digits) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(f"{cell:>{width}}" for cell, width in zip(line, widths, strict=True))
        for line in cells
    )


def _text(value, digits):
    if value is None:
        return "."
    return f"{value:.{digits}g}" if isinstance(value, float) else str(value)
