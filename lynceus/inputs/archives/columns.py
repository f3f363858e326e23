"""From an archive's answer to the contract's columns and types."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lynceus.inputs.archives.services import ArchiveError

TRUE, FALSE = ("true", "t", "1", "yes"), ("false", "f", "0", "no")


def to_contract(answer, schema, absent=()):
    """Return the rows of an answer under a raw table's schema.

    Masked values, NaN and empty strings become NULL; padding of strings goes.

    Parameters
    ----------
    answer : astropy.table.Table
        Columns under the contract's names, in any case of letters; others are left out.
    schema : pyarrow.Schema
    absent : collection of str
        Columns the service does not have: all NULL.

    Returns
    -------
    pyarrow.Table

    Raises
    ------
    ArchiveError
        If a column is missing from the answer, or its values do not fit the type.
    """
    found = {name.lower(): name for name in answer.colnames}
    arrays = []
    for field in schema:
        if field.name in absent:
            arrays.append(pa.nulls(len(answer), field.type))
        elif field.name not in found:
            raise ArchiveError(f"the service's answer has no column {field.name}")
        else:
            try:
                arrays.append(_array(answer[found[field.name]], field.type))
            except (pa.ArrowException, ValueError) as error:
                raise ArchiveError(
                    f"column {field.name} does not hold {field.type} values: {error}"
                ) from error
    return pa.Table.from_arrays(arrays, schema=schema)


def _array(column, wanted):
    values, mask = np.ma.getdata(column.data), np.ma.getmaskarray(column.data)
    if values.dtype.kind in "SUO":
        return _from_text(values, mask, wanted)
    if pa.types.is_int64(wanted) and values.dtype.kind == "f":
        raise ValueError("ids came as floating point, which loses their last digits")
    if values.dtype.kind == "f":
        mask = mask | np.isnan(values)
    array = pa.array(values.astype(values.dtype.newbyteorder("=")), mask=mask)
    if pa.types.is_boolean(wanted) and not pa.types.is_boolean(array.type):
        return _from_text(
            array.cast(pa.int64()).cast(pa.string()).to_numpy(zero_copy_only=False), mask, wanted
        )
    return array.cast(wanted)


def _from_text(values, mask, wanted):
    if values.dtype.kind == "S":
        values = np.char.decode(values, "utf-8")
    text = pc.utf8_trim_whitespace(pa.array(values, mask=mask).cast(pa.string()))
    text = pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
    return _booleans(text) if pa.types.is_boolean(wanted) else text.cast(wanted)


def _booleans(text):
    text = pc.utf8_lower(text)
    positions = pc.index_in(text, pa.array(TRUE + FALSE))
    unknown = pc.and_(pc.is_valid(text), pc.is_null(positions))
    if pc.any(unknown).as_py():
        raise ValueError(f"{text.filter(unknown)[0].as_py()!r} is neither true nor false")
    return pc.less(positions, len(TRUE))
