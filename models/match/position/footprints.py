"""The sky that each catalogue covers, where fakes may lie: one row per catalogue with the coverage that
its settings name, or else, after the first, a MOC learnt from its sources.
"""

import tempfile
from pathlib import Path

import pyarrow as pa

from lynceus.inputs.coverage import coverage_path, footprint
from lynceus.learning.model_files import save_content
from lynceus.settings import data_folder, models_folder

SCHEMA = pa.schema(
    [("catalogue", pa.int32()), ("coverage", pa.string()), ("coverage_file", pa.string())]
)


def model(dbt, session):
    """Return the coverage of each; of sources too few to tell there is none."""
    catalogues = dbt.config.get("catalogues")
    sources = dbt.ref("match_sources")
    rows = []
    for number, catalogue in enumerate(catalogues, start=1):
        given = catalogue.get("coverage")
        is_given = bool(given) and coverage_path(given, data_folder(), models_folder()) is not None
        is_learnt = not is_given and number > 1
        file = _learnt(sources.filter(f"catalogue = {number}")) if is_learnt else None
        rows.append(
            {
                "catalogue": number,
                "coverage": given if is_given else None,
                "coverage_file": file,
            }
        )
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _learnt(sources):
    """Return the file of the MOC that the sources cover, None if they do not tell."""
    batches = sources.project("ra, dec").filter("ra is not null and dec is not null")
    moc = footprint(
        (batch["ra"].to_numpy(), batch["dec"].to_numpy())
        for batch in batches.fetch_arrow_reader(1_000_000)
    )
    if moc.empty():
        return None
    with tempfile.TemporaryDirectory() as folder:
        moc.save(f"{folder}/moc.fits", format="fits")
        content = Path(folder, "moc.fits").read_bytes()
    return save_content(content, models_folder(), "footprint", ".fits")
