"""The three formats: rows as lines of JSON go in, bytes come out."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Protocol

import orjson

from graphql_api.export.cell import excel_cell, text_cell
from graphql_api.export.plan import Plan
from graphql_api.export.table import Table, no_list, table_of
from graphql_api.export.workbook import ExcelFile

CHUNK_BYTES = 256 * 1024


class Encoder(Protocol):
    """Makes a file of rows; all of it is called in threads, never twice at once."""

    written: int
    """Rows so far."""

    def begin(self) -> bytes:
        """Return what stands before the first row."""

    def encode(self, lines: Sequence[bytes]) -> bytes:
        """Return some more rows; nothing where they are kept to the end."""

    def end(self) -> Iterator[bytes]:
        """Yield what stands behind the last row."""

    def close(self) -> None:
        """Let go of what is kept on disk."""


class NdjsonEncoder:
    """Each row as it was selected, a line each."""

    def __init__(self) -> None:
        self.written = 0

    def begin(self) -> bytes:
        """Return nothing: there is no header."""
        return b""

    def encode(self, lines: Sequence[bytes]) -> bytes:
        """Return the lines."""
        self.written += len(lines)
        return b"".join(lines)

    def end(self) -> Iterator[bytes]:
        """Yield nothing."""
        yield from ()

    def close(self) -> None:
        """Keep nothing."""


class CsvEncoder:
    """RFC 4180 in UTF-8, with a header."""

    def __init__(self, table: Table) -> None:
        self.written = 0
        self._table = table

    def begin(self) -> bytes:
        """Return the header."""
        return self._encoded([[column.header for column in self._table.columns]])

    def encode(self, lines: Sequence[bytes]) -> bytes:
        """Return rows."""
        table = self._table
        rows = [
            [text_cell(cell) for cell in cells]
            for line in lines
            for cells in table.cells(orjson.loads(line))
        ]
        self.written += len(rows)
        return self._encoded(rows)

    def end(self) -> Iterator[bytes]:
        """Yield nothing."""
        yield from ()

    def close(self) -> None:
        """Keep nothing."""

    def _encoded(self, rows: Sequence[Sequence[object]]) -> bytes:
        text = io.StringIO()
        csv.writer(text, lineterminator="\r\n").writerows(rows)
        return text.getvalue().encode()


class ExcelEncoder:
    """A workbook of one table; it is whole before the first byte of it is sent."""

    def __init__(self, table: Table, name: str) -> None:
        self.written = 0
        self._table = table
        self._moments = [column.is_moment for column in table.columns]
        self._directory = TemporaryDirectory(prefix="vminer-export-", ignore_cleanup_errors=True)
        self._working = Lock()
        self._path = Path(self._directory.name) / "export.xlsx"
        self._file = ExcelFile(self._path)
        self._sheet = self._file.table(name, [column.header for column in table.columns])

    def begin(self) -> bytes:
        """Return nothing."""
        return b""

    def encode(self, lines: Sequence[bytes]) -> bytes:
        """Write rows, and return nothing."""
        with self._working:
            for line in lines:
                for cells in self._table.cells(orjson.loads(line)):
                    row = zip(cells, self._moments, strict=True)
                    self._sheet.write([excel_cell(cell, is_moment=moment) for cell, moment in row])
                    self.written += 1
        return b""

    def end(self) -> Iterator[bytes]:
        """Yield the file."""
        with self._working:
            self._file.close()
        with self._path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk

    def close(self) -> None:
        """Remove the file, once nothing is written to it any more."""
        with self._working:
            self._file.discard()
            self._directory.cleanup()


@dataclass(frozen=True, slots=True)
class Format:
    """What an export can be written in."""

    name: str
    """As it stands in the address, and as files of it end."""
    media_type: str
    encoder: Callable[[Plan, str], Encoder]
    """From a plan and the list whose elements have a row each. Raises Refusal."""


def _ndjson(plan: Plan, rows: str) -> Encoder:
    del plan
    if rows:
        raise no_list(f"{rows} (for csv and xlsx)")
    return NdjsonEncoder()


def _csv(plan: Plan, rows: str) -> Encoder:
    return CsvEncoder(table_of(plan.selection, plan.objects, rows))


def _xlsx(plan: Plan, rows: str) -> Encoder:
    return ExcelEncoder(table_of(plan.selection, plan.objects, rows), plan.name)


FORMATS: Mapping[str, Format] = {
    each.name: each
    for each in (
        Format("csv", "text/csv; charset=utf-8; header=present", _csv),
        Format("ndjson", "application/x-ndjson", _ndjson),
        Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
    )
}
