"""An Excel workbook that is written row by row, in constant memory, through XlsxWriter.

Rows wait in temporary files, one for each sheet, until the workbook is closed and packed: a zip has
to be whole before anything of it can be read.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from graphql_api.export.cell import ExcelValue

MOST_ROWS = 1_048_576
"""Rows of a sheet, its header among them."""
LONGEST_NAME = 31
MOMENT = "yyyy-mm-dd hh:mm:ss"
WIDTH = 18


class ExcelFile:
    """A workbook under way; its rows wait beside it, and it is packed where `with` ends well."""

    def __init__(self, path: Path) -> None:
        options = {
            "constant_memory": True,
            "tmpdir": str(path.parent),
            "default_date_format": MOMENT,
        }
        self._workbook = Workbook(str(path), options)
        self._workbook.use_zip64()
        self._bold: Format = self._workbook.add_format({"bold": True})

    def table(self, name: str, headers: Sequence[str], most_rows: int = MOST_ROWS) -> "SheetTable":
        """Begin a table on a sheet of its own."""
        return SheetTable(self, name, headers, most_rows)

    def sheet(self, name: str, headers: Sequence[str]) -> Worksheet:
        """Begin a sheet with its header."""
        sheet = self._workbook.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(headers) - 1, 0), WIDTH)
        for column, header in enumerate(headers):
            sheet.write_string(0, column, header, self._bold)
        return sheet

    def close(self) -> None:
        """Pack the file. Raises OSError where there is no room."""
        try:
            self._workbook.close()
        except FileCreateError as error:
            raise OSError(*error.args[0].args) from error

    def discard(self) -> None:
        """Let go of the rows of a workbook that is not wanted; of a closed one they are gone."""
        for sheet in self._workbook.worksheets():
            if sheet.row_data_fh is not None:
                sheet.row_data_fh.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self.close()
        finally:
            self.discard()


class SheetTable:
    """Rows on a sheet, and on further ones where it is full."""

    def __init__(self, file: ExcelFile, name: str, headers: Sequence[str], most_rows: int) -> None:
        self._file = file
        self._name = name
        self._headers = headers
        self._most_rows = most_rows
        self._sheets = 0
        self._next = 0
        self._sheet = self._begin()

    def write(self, cells: Sequence[ExcelValue]) -> None:
        """Add a row."""
        if self._next >= self._most_rows:
            self._sheet = self._begin()
        for column, value in enumerate(cells):
            _write(self._sheet, self._next, column, value)
        self._next += 1

    def _begin(self) -> Worksheet:
        self._sheets += 1
        self._next = 1
        suffix = f" ({self._sheets})" if self._sheets > 1 else ""
        name = self._name[: LONGEST_NAME - len(suffix)] + suffix
        return self._file.sheet(name, self._headers)


def _write(sheet: Worksheet, row: int, column: int, value: ExcelValue) -> None:
    """Write a cell as what it is: nothing is guessed from text, least of all a formula."""
    if value is None:
        return
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, value)
    else:
        sheet.write_number(row, column, value)
