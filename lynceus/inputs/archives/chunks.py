"""A download in pieces: each piece is checked against the service's count and kept on disk, so that
an interrupted download goes on where it stopped.

A piece is `<hash>.parquet`, named by the hash of its query and service. A region that had to be cut
into halves leaves `<hash>.split` instead, so that a later run does not ask for it again.
"""

import hashlib

import pyarrow as pa
import pyarrow.parquet as pq

from lynceus.inputs.archives.adql import Region, count_query, data_query
from lynceus.inputs.archives.columns import to_contract
from lynceus.inputs.archives.cones import inside
from lynceus.inputs.archives.services import ArchiveError
from lynceus.inputs.parquet_columns import what_is_wrong
from lynceus.inputs.raw_tables import raw_tables

# halvings of one region; 2**30 slices of a cone are thinner than any catalogue's errors
MOST_SPLITS = 30
# A service may cut answers off without saying so. A shortfall above this many rows may be such a
# limit and is worth smaller queries; below it, rows are being lost.
SMALLEST_ROW_LIMIT = 100


class _Incomplete(Exception):
    """One answer cannot or does not hold all rows of a region; `silent` if the service did not say
    so itself.
    """

    def __init__(self, expected, reason, silent=False):
        super().__init__(reason)
        self.expected, self.silent = expected, silent


class ChunkStore:
    """The pieces of one table.

    Parameters
    ----------
    table : ArchiveTable
    service : Service
    client : TapClient
    folder : path
        Where the pieces lie; made if absent.
    absent : collection of str
        Optional columns the service lacks.
    """

    def __init__(self, table, service, client, folder, absent=()):
        self.table, self.service, self.client, self.folder, self.absent = (
            table,
            service,
            client,
            folder,
            absent,
        )
        self.columns = {
            name: source for name, source in table.columns.items() if name not in absent
        }
        self.schema = raw_tables()[table.name].schema
        folder.mkdir(parents=True, exist_ok=True)

    def regions(self, cones):
        """Return the regions the cones are asked in, before any halving."""
        size = self.service.cones_per_query
        cones = list(map(tuple, cones.tolist()))
        return [Region(tuple(cones[start : start + size])) for start in range(0, len(cones), size)]

    def pieces(self, region, splits=0):
        """Yield the files that together hold the region's rows; what is not on disk yet is
        downloaded.

        Raises
        ------
        ArchiveError
            If the service fails, or sends other than the rows it counts however small the piece.
        """
        query = data_query(self.table, self.service, region, self.columns)
        name = hashlib.sha256(f"{self.service.url}\n{query}".encode()).hexdigest()[:24]
        piece, split = self.folder / f"{name}.parquet", self.folder / f"{name}.split"
        if piece.exists() and not _is_whole(piece):
            piece.unlink()  # of a run, or a disk, that was interrupted
        if not piece.exists() and not split.exists():
            try:
                self._write(piece, *self._download(region, query))
            except _Incomplete as problem:
                self._check_worth_splitting(region, splits, problem)
                split.touch()
        if piece.exists():
            yield piece
        else:
            for half in region.halves():
                yield from self.pieces(half, splits + 1)

    def _download(self, region, query):
        """Return the region's rows, as many as the service counts, and that count."""
        for attempt in range(1, self.client.tries + 1):
            expected = self.client.count(count_query(self.table, self.service, region))
            if expected > self.service.rows_per_query:
                limit = f"{self.service.rows_per_query:,}"
                raise _Incomplete(expected, f"at most {limit} are asked for in one query")
            answer, overflow = self.client.ask(query, maxrec=expected + 1)
            if overflow:
                raise _Incomplete(
                    expected, f"received {len(answer):,}, where the service cut off (OVERFLOW)"
                )
            if len(answer) == expected:
                return self._rows(answer, region), expected
            if attempt < self.client.tries:
                self.client.wait(attempt)
        reason = f"received {len(answer):,} in each of {self.client.tries} tries, and no word of an overflow"
        raise _Incomplete(expected, reason, silent=True)

    def _rows(self, answer, region):
        """Return the answer in the contract's types, cut to the cones if the service sent boxes."""
        try:
            rows = to_contract(answer, self.schema, self.absent)
            if self.service.has_geometry:
                return rows
            position = to_contract(
                answer, pa.schema([("cone_ra", pa.float64()), ("cone_dec", pa.float64())])
            )
        except ArchiveError as error:
            raise ArchiveError(f"{self.table.name}: {error}") from error
        ra, dec = (column.to_numpy() for column in position.columns)
        return rows.filter(pa.array(inside(ra, dec, region.cones)))

    def _write(self, path, rows, counted):
        partial = path.with_suffix(".part")
        try:
            pq.write_table(
                rows.replace_schema_metadata({"counted": str(counted)}), partial, compression="zstd"
            )
            partial.rename(path)
        finally:
            partial.unlink(missing_ok=True)

    def _check_worth_splitting(self, region, splits, problem):
        hopeless = splits >= MOST_SPLITS or region.halves() is None or problem.expected <= 1
        if hopeless or (problem.silent and problem.expected < SMALLEST_ROW_LIMIT):
            raise ArchiveError(
                f"{self.table.name}, {region}: {self.service.url} expects {problem.expected:,} rows: {problem}"
            )


def _is_whole(piece):
    """Tell whether a piece can be read, and says how many rows were counted for it."""
    if what_is_wrong(piece):
        return False
    try:
        return b"counted" in (pq.read_schema(piece).metadata or {})
    except (pa.ArrowException, OSError):
        return False


def counted_rows(pieces):
    """Return how many rows the services counted for these pieces, boxes and overlaps included."""
    return sum(int(pq.read_schema(piece).metadata[b"counted"]) for piece in pieces)
