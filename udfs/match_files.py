"""Own files of a match inside SQL, for the macros that write its queries.

In SQL:

    read_match_files(match)     VARCHAR: of var match as JSON, the relation of each catalogue that is
                                a file, problems and notes, as JSON
"""

import json
from functools import lru_cache

import duckdb

from lynceus import settings
from lynceus.inputs.match_files import (
    open_match_file,
    problems_of_pair,
    problems_of_prior,
    problems_of_table,
)


@lru_cache(maxsize=64)
def _opened(catalogue):
    """Return how the table of a catalogue (as JSON) is read; a build asks for the same many times."""
    with duckdb.connect() as connection:
        sentinels = settings.project_vars()["missing_sentinels"]
        return open_match_file(connection, json.loads(catalogue), sentinels)


def read_match_files(match):
    """Return how the files of a match are read, and all that is wrong with them.

    Parameters
    ----------
    match : str
        JSON: those `catalogues` of a match whose tables are files, each of `number` 1, 2, ...; and
        `priors`, pairs of what names a file of bins and its path; and `tables`, other tables: what
        names each, its path, and pairs of what names a column and that column.

    Returns
    -------
    str
        JSON: `relations` by catalogue, `problems`, `notes`.
    """
    match = json.loads(match)
    catalogues = match["catalogues"]
    opened = [_opened(json.dumps(catalogue)) for catalogue in catalogues]
    problems = [problem for one in opened for problem in one.problems]
    problems += [
        f"{where}: {path} {fault}"
        for where, path in match["priors"]
        if (fault := problems_of_prior(path))
    ]
    if match["tables"]:
        with duckdb.connect() as connection:
            for table in match["tables"]:
                problems += problems_of_table(connection, *table)
    notes = [note for one in opened for note in one.notes]
    if not problems and catalogues and catalogues[0]["number"] == 1:
        with duckdb.connect() as connection:
            for catalogue, one in zip(catalogues[1:], opened[1:]):
                faults, told = problems_of_pair(
                    connection, catalogues[0], catalogue, opened[0].relation, one.relation
                )
                problems += faults
                notes += told
    relations = {one["name"]: found.relation for one, found in zip(catalogues, opened)}
    notes = list(dict.fromkeys(notes))
    return json.dumps({"relations": relations, "problems": problems, "notes": notes})


def register(connection):
    """Give a DuckDB connection the function."""
    connection.create_function("read_match_files", read_match_files, ["VARCHAR"], "VARCHAR")
