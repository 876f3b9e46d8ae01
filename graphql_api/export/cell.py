"""From a value of an answer to a cell of text, or of Excel.

A spreadsheet takes text that begins with one of `= + - @`, a tab or a line break for a formula, and
what stands in names and annotations is anybody's. CSV puts an apostrophe before such text, as OWASP
advises; in Excel's format a cell says itself that it is text, so there it stands unchanged.
"""

from datetime import UTC, datetime
from typing import Any

import orjson

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001
EXACT = 2**53
"""Integers beyond it are not exact in Excel, whose numbers are floats."""
LONGEST = 32_767
"""Characters that a cell of Excel holds."""
FIRST_YEAR = 1900

ExcelValue = str | int | float | bool | datetime | None


def text_cell(value: Any) -> str | int | float:
    """Return what CSV shows of a value.

    >>> text_cell("=1+1"), text_cell(-5), text_cell(None), text_cell(True), text_cell(["a", 1])
    ("'=1+1", -5, '', 'true', '["a",1]')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return f"'{text}" if text.startswith(FORMULA) else text


def excel_cell(value: Any, *, is_moment: bool) -> ExcelValue:
    """Return what Excel shows of a value; a moment in UTC, as Excel knows no zones.

    >>> excel_cell("2026-01-31T12:00:00+00:00", is_moment=True)
    datetime.datetime(2026, 1, 31, 12, 0)
    >>> excel_cell(datetime(2026, 1, 31), is_moment=False)
    datetime.datetime(2026, 1, 31, 0, 0)
    >>> excel_cell("=1+1", is_moment=False), excel_cell(2**60, is_moment=False)
    ('=1+1', '1152921504606846976')
    """
    if value is None or isinstance(value, bool | float | datetime):
        return value
    if isinstance(value, int):
        return value if abs(value) <= EXACT else str(value)
    if not isinstance(value, str):
        return orjson.dumps(value).decode()[:LONGEST]
    if is_moment:
        moment = datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None)
        return moment if moment.year >= FIRST_YEAR else value
    return value[:LONGEST]
