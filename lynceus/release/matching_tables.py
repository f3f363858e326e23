"""The tables of a match of any catalogues, with the meaning of every column: what their files say
of themselves.

Columns that every match has are described in the YAML of models/match; those that depend on the
match (ids, separations, factors of priors) are described here.
"""

import re
from pathlib import Path

from lynceus.release.tables import SYNONYMS, Column, ReleasedTable, check_tables
from lynceus.settings import PROJECT, read_yaml

PUBLISHED = (
    "named_posteriors",
    "primary_posteriors",
    "purity_estimates",
    "prior_histograms",
    "densities",
    "counterpart_shares",
    "flagged_pairs",
    "score_thresholds",
    "score_reference",
    "score_roc",
    "score_importances",
    "verification",
)


def match_tables(connection, match):
    """Return the published tables of a built match, their columns as they are in the database.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    match : dict
        The entry of var match.

    Returns
    -------
    list of ReleasedTable

    Raises
    ------
    ReleaseError
        If a column has no meaning, or a type that no file format holds.
    """
    described = {
        model["name"]: model
        for path in sorted((PROJECT / "models" / "match").rglob("_*.yml"))
        for model in read_yaml(path).get("models", ())
    }
    tables = []
    for name in PUBLISHED:
        types = connection.execute(
            "select column_name, lower(data_type) from information_schema.columns where table_schema = ? and table_name = ?"
            " order by ordinal_position",
            ["match", name],
        ).fetchall()
        if not types:  # a match without priors or without a classifier
            continue
        # a view has the columns of the table it names, and those of a match of other catalogues are
        # told beside them
        model = described[name if "columns" in described[name] else name.removeprefix("named_")]
        others = model.get("config", {}).get("meta", {}).get("other_columns", [])
        known = {column["name"]: column for column in [*model["columns"], *others]}
        columns = tuple(
            _column(column, SYNONYMS.get(kind, kind), known.get(column), match)
            for column, kind in types
        )
        meaning = " ".join(described[name]["description"].split())
        tables.append(ReleasedTable("match", name, meaning, columns))
    check_tables(tables)
    return tables


def key_column(catalogue):
    """Return the column of a catalogue's ids in the tables of a match: its own name, with the
    catalogue's before it.
    """
    prefix, name = f"{catalogue['name']}_", _as_word(catalogue["id"])
    return name if name.startswith(prefix) else prefix + name


def _as_word(name):
    """Return what a column of ours is called after one of somebody's table (macro _as_word)."""
    if len(name) > 2 and name[0] == name[-1] == '"':
        name = name[1:-1]
    return re.sub(r"[^A-Za-z0-9_]+", "_", name)


def _column(name, kind, known, match):
    if known:
        meta = known.get("config", {}).get("meta", {})
        return Column(
            name, kind, meta.get("unit"), meta.get("ucd", "stat.value"), known["description"]
        )
    for catalogue in match["catalogues"]:
        if name == key_column(catalogue):
            return Column(
                name,
                kind,
                None,
                "meta.id",
                f"{catalogue['id']} of {Path(catalogue['table']).name}.",
            )
        for prior in catalogue.get("priors") or ():
            if name == f"bias_{catalogue['name']}_{_as_word(prior['column']).lower()}":
                return Column(
                    name,
                    kind,
                    None,
                    "stat.likelihood",
                    f"Factor of the prior on {prior['column']} of {catalogue['name']}.",
                )
    if name.startswith("separation_"):
        names = [catalogue["name"] for catalogue in match["catalogues"]]
        pair = next(
            (f"{a} and {b}" for a in names for b in names if name == f"separation_{a}_{b}"), ""
        )
        return Column(
            name,
            kind,
            "arcsec",
            "pos.angDistance",
            f"Separation of the sources of {pair}." if pair else "",
        )
    return Column(name, kind, None, None, "")  # refused by check_tables, which names it
