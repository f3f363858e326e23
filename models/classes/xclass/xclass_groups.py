"""The object that each entry of the catalogues of known objects belongs to: linked entries are one,
and so are chains of them.
"""

import pyarrow as pa

from lynceus.learning.components import connected_groups


def model(dbt, session):
    """Return one row per entry that is used."""
    entries = (
        dbt.ref("xclass_entries")
        .filter("not_used_because is null")
        .order("entry_id")
        .fetchnumpy()["entry_id"]
    )
    links = dbt.ref("xclass_links").fetchnumpy()
    return pa.table(
        {
            "entry_id": entries,
            "object_id": connected_groups(entries, links["first_id"], links["second_id"]),
        }
    )
