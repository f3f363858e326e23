"""From which columns of which models a column is made, read from the SQL that dbt compiled."""

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.lineage import lineage
from sqlglot.schema import MappingSchema


def upstream_columns(manifest, compiled, column, schema):
    """Return every model column that a column comes from.

    Parameters
    ----------
    manifest : dict
        dbt's manifest.
    compiled : path
        Folder of the SQL that dbt compiled, in the places of the models' files.
    column : str
        `table.column` or `schema.table.column`.
    schema : dict
        Of the database: {schema: {table: {column: type}}}.

    Returns
    -------
    list of (int, str, str)
        Depth, `schema.table.column`, and the model's file; the column itself first, each column
        once. A Python model ends the search: it lists what it reads as tables.

    Raises
    ------
    ValueError
        If there is no such column.
    FileNotFoundError
        If a model was not compiled.
    """
    models = {
        (node["schema"], node.get("alias") or node["name"]): node
        for node in (*manifest["nodes"].values(), *manifest["sources"].values())
        if node["resource_type"] in ("model", "seed", "source")
    }
    *folder, table, name = column.split(".")
    found = [key for key in models if key[1] == table and (not folder or key[0] == folder[-1])]
    if not found or name not in schema.get(found[0][0], {}).get(table, {}):
        raise ValueError(f"there is no column {column}; name it as [schema.]table.column")
    known = MappingSchema(schema, dialect="duckdb")
    steps, seen = [], set()

    def visit(key, name, depth):
        if (key, name) in seen or key not in models:
            return
        seen.add((key, name))
        node = models[key]
        steps.append((depth, f"{key[0]}.{key[1]}.{name}", node["original_file_path"]))
        if node["resource_type"] != "model":
            return
        if node["language"] != "sql":
            for parent in node["depends_on"]["nodes"]:
                read = manifest["nodes"].get(parent) or manifest["sources"].get(parent)
                steps.append(
                    (depth + 1, f"{read['schema']}.{read['name']}", read["original_file_path"])
                )
            return
        for parent, parent_column in _parents(
            (compiled / node["original_file_path"]).read_text(), name, known
        ):
            visit(parent, parent_column, depth + 1)

    visit(found[0], name, 0)
    return steps


def _parents(sql, column, known):
    """Return the ((schema, table), column) that a column of a query is made of, in order."""
    try:
        root = lineage(column, sql, schema=known, dialect="duckdb")
    except SqlglotError:  # SQL beyond the parser: DuckDB's newest syntax
        return []
    parents = []
    for node in root.walk():
        table = node.source
        if not node.downstream and isinstance(table, exp.Table) and table.db:
            parents.append(((table.db, table.name), node.name.split(".")[-1].strip('"')))
    return list(dict.fromkeys(parents))
