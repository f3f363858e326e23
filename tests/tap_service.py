"""A TAP service for tests: answers ADQL over tables in DuckDB with VOTable, and misbehaves on
request.

ADQL is near enough to DuckDB's SQL: only the geometry functions are given as macros.
"""

import asyncio
import io
import re
import threading
import time
from contextlib import contextmanager
from urllib.parse import parse_qsl

import duckdb
import numpy as np
import uvicorn
from astropy.io.votable.tree import Info, Resource, TableElement, VOTableFile
from astropy.table import MaskedColumn, Table
from starlette.applications import Starlette
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

VOTABLE = "application/x-votable+xml"
GEOMETRY = """
    create macro adql_point(frame, ra, dec) as [radians(ra), radians(dec)];
    create macro adql_circle(frame, ra, dec, radius) as [radians(ra), radians(dec), radians(radius)];
    create macro adql_contains(p, c) as (
        pow(sin((p[2] - c[2]) / 2), 2) + cos(p[2]) * cos(c[2]) * pow(sin((p[1] - c[1]) / 2), 2)
        <= pow(sin(c[3] / 2), 2)
    )::integer;
    create schema tap_schema;
    create table tap_schema.columns (table_name varchar, column_name varchar);
"""


class TapService:
    """The tables, the queries received, and the faults to show.

    `unavailable` and `broken` count down: so many next answers are HTTP 503 (429 with
    `retry_after_s`), or end midway. `error` is a message every query is refused with. `hard_limit`
    cuts answers with an overflow, `silent_limit` without; `lost_rows` are missing from every answer
    but counts. With `delay_s` every answer comes that late, and is 503. `moved` is the status of an
    answer at the address <url>_old, `uncounted` counts down answers to a COUNT that have no row.
    """

    def __init__(self):
        self.queries = []
        self.unavailable = self.broken = self.lost_rows = 0
        self.error = self.hard_limit = self.silent_limit = None
        self.delay_s = self.retry_after_s = self.uncounted = 0
        self.moved = 301
        self._database = duckdb.connect()
        self._database.execute(GEOMETRY)

    def add(self, name, rows):
        """Make the table `schema.table` or `table` of an Arrow table."""
        if "." in name:
            self._database.execute(f"create schema if not exists {name.partition('.')[0]}")
        self._database.register("rows", rows)
        self._database.execute(f"create or replace table {name} as select * from rows")
        self._database.unregister("rows")
        self._database.execute("delete from tap_schema.columns where table_name = ?", [name])
        self._database.executemany(
            "insert into tap_schema.columns values (?, ?)",
            [(name, column) for column in rows.column_names],
        )

    @property
    def data_queries(self):
        """Return the queries that asked for rows of a catalogue."""
        return [
            query for query in self.queries if "COUNT(*)" not in query and "TAP_SCHEMA" not in query
        ]

    async def sync(self, request):
        """Answer one query."""
        form = dict(parse_qsl((await request.body()).decode()))
        query, maxrec = form["QUERY"], int(form.get("MAXREC", 1_000_000))
        self.queries.append(query)
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
            return Response("too late", 503, media_type="text/plain")
        if self.unavailable:
            self.unavailable -= 1
            if self.retry_after_s:
                return Response("", 429, headers={"retry-after": str(self.retry_after_s)})
            return Response("down for a moment", 503, media_type="text/plain")
        if self.error:
            return Response(_votable(Table(), "ERROR", self.error), 400, media_type=VOTABLE)
        try:
            body = self._answer(query, maxrec)
        except duckdb.Error as error:
            return Response(_votable(Table(), "ERROR", str(error)), 400, media_type=VOTABLE)
        if self.broken:
            self.broken -= 1
            length = {"content-length": str(len(body))}
            return StreamingResponse(
                iter([body[: len(body) // 2]]), media_type=VOTABLE, headers=length
            )
        return Response(body, media_type=VOTABLE)

    async def moved_sync(self, request):
        """Say that the service is elsewhere."""
        if self.moved == 303:  # its answer is
            self.kept = await self.sync(request)
        place = "/tap/answer" if self.moved == 303 else "/tap/sync"
        return Response("", self.moved, headers={"location": place})

    async def answer(self, request):
        """Hand out an answer that was kept."""
        return self.kept

    def _answer(self, query, maxrec):
        if "COUNT(*)" in query and self.uncounted:
            self.uncounted -= 1
            query = f"select * from ({query}) where false"
        query = query.replace("COUNT(*)", "COUNT(*) AS counted")  # a name XML allows
        sql = re.sub(r"\b(POINT|CIRCLE|CONTAINS)\(", r"adql_\1(", query)
        rows = self._database.sql(sql).to_arrow_table()
        if "COUNT(*)" not in query and "TAP_SCHEMA" not in query:
            if self.silent_limit is not None:
                rows = rows.slice(0, self.silent_limit)
            rows = rows.slice(self.lost_rows)
        limit = maxrec if self.hard_limit is None else min(maxrec, self.hard_limit)
        status = "OVERFLOW" if len(rows) > limit else "OK"
        return _votable(_astropy(rows.slice(0, limit)), status)


def _astropy(rows):
    """Return an Arrow table as an astropy table, NULL masked and 64-bit integers exact."""
    columns = {}
    for name, column in zip(rows.column_names, rows.columns):
        mask = column.is_null().to_numpy()
        if column.type == "string":
            values = np.array(column.fill_null("").to_pylist(), dtype=object)
            values = values.astype(str) if len(values) else values.astype("U1")
        else:
            values = column.fill_null(False if column.type == "bool" else 0).to_numpy()
        columns[name] = MaskedColumn(values, mask=mask)
    return Table(columns, masked=True)


def _votable(rows, status, message=""):
    document = VOTableFile()
    resource = Resource(type="results")
    document.resources.append(resource)
    resource.infos.append(Info(name="QUERY_STATUS", value=status))
    resource.infos[0].content = message
    if rows.colnames:
        resource.tables.append(TableElement.from_table(document, rows))
    text = io.BytesIO()
    document.to_xml(text)
    return text.getvalue()


@contextmanager
def running(service):
    """Serve on a free port of this machine; yields the TAP base URL."""
    app = Starlette(
        routes=[
            Route("/tap/sync", service.sync, methods=["POST"]),
            Route("/tap_old/sync", service.moved_sync, methods=["POST"]),
            Route("/tap/answer", service.answer),
        ]
    )
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    for _ in range(1000):
        if server.started:
            break
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/tap"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
