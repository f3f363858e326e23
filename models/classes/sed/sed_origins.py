"""Which spectra and filter curves the fits of spectral energy distributions use: one row per
template or filter.
"""

import pyarrow as pa

from lynceus.physics.filters import filter_origins
from lynceus.physics.spectra import template_origins
from lynceus.settings import filters_folder, templates_folder

COLUMNS = pa.schema([(name, pa.string()) for name in ("kind", "name", "source", "file", "sha256")])


def model(dbt, session):
    input_filters, output_filters = (
        dbt.config.get("input_filters"),
        dbt.config.get("output_filters"),
    )
    rows = [{"kind": "template"} | one for one in template_origins(templates_folder())]
    rows += [
        {"kind": "filter"} | one
        for one in filter_origins(sorted({*input_filters, *output_filters}), filters_folder())
    ]
    return pa.Table.from_pylist(rows, schema=COLUMNS)
