"""For every X-ray source: which optical source it is, and what it is."""


def open(database=None, read_only=True):
    """Return a DuckDB connection to a built database, with the project's functions in SQL.

    Parameters
    ----------
    database : path, optional
        By default LYNCEUS_DATABASE, else lynceus.duckdb.
    read_only : bool

    Returns
    -------
    duckdb.DuckDBPyConnection

    Raises
    ------
    FileNotFoundError
        If there is no such file.

    Examples
    --------
    >>> connection = lynceus.open()  # doctest: +SKIP
    >>> connection.sql("select csc_name, p_any from release.xray_sources limit 3").show()  # doctest: +SKIP
    """
    from pathlib import Path

    import duckdb

    from lynceus import settings

    path = Path(database).expanduser() if database else settings.database_path()
    if not path.is_file():
        raise FileNotFoundError(f"there is no database {path}; `lynceus catalog` makes it")
    connection = duckdb.connect(str(path), read_only=read_only)
    from udfs import register

    register(connection, path.with_suffix(".models"))
    return connection


def read_table(table):
    """Return a released table as astropy has tables, every value as it is: 64-bit identifiers beside
    NULL too, which pandas without its own types and astropy's reader of Parquet turn into doubles.

    Parameters
    ----------
    table : str or path
        The name of a table of the latest release, or the path of a released Parquet file.

    Returns
    -------
    astropy.table.Table
        Missing values are masked; units, descriptions and UCDs (in `meta`) are those of the file.

    Raises
    ------
    FileNotFoundError
        If there is no such table.

    Examples
    --------
    >>> sources = lynceus.read_table("xray_sources")  # doctest: +SKIP
    >>> sources["csc_name", "gaia_source_id", "p_counterpart"][:3]  # doctest: +SKIP
    """
    from lynceus.release.reading import read_table

    return read_table(table)
