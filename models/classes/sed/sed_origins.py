"""Which spectra and filter curves the fits of spectral energy distributions use: one row per template or filter."""

import pyarrow as pa

from udfs.filters import filter_origins
from udfs.plugin import filters_folder, templates_folder
from udfs.sed_models import template_origins

COLUMNS = pa.schema([(name, pa.string()) for name in ("kind", "name", "source", "file", "sha256")])


def model(dbt, session):
    input_filters, output_filters = dbt.config.get("input_filters"), dbt.config.get("output_filters")
    rows = [{"kind": "template"} | one for one in template_origins(templates_folder())]
    rows += [{"kind": "filter"} | one for one in filter_origins(sorted({*input_filters, *output_filters}), filters_folder())]
    return pa.Table.from_pylist(rows, schema=COLUMNS)
