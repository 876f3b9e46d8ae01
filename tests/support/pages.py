"""Reads the documentation as data: its code blocks, its tables, its commands, its links."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parent.parent.parent
GUIDE = ROOT / "docs" / "guide.md"
OPERATIONS = ROOT / "docs" / "operations.md"
README = ROOT / "README.md"

CODE = re.compile(r"`([^`]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")
OPERATORS = {"&", "|", "&&", ";"}


def blocks(page: Path, language: str) -> list[str]:
    """Return the fenced blocks of a language."""
    tokens = _tokens(page)
    return [token.content for token in tokens if token.type == "fence" and token.info == language]


def table(page: Path, heading: str, *, number: int = 0) -> list[list[str]]:
    """Return a table's rows, below its head, as Markdown; `number` counts those of one heading."""
    tokens = iter(_tokens(page))
    for token in tokens:
        if token.type == "heading_open" and next(tokens).content == heading:
            break
    else:
        raise AssertionError(f"{page.name} has no heading {heading!r}")
    return _tables(tokens)[number]


def codes(cell: str) -> list[str]:
    """Return what stands between backticks."""
    return CODE.findall(cell)


def commands(page: Path) -> list[list[str]]:
    """Return the commands a reader is to type, as words, one after the other."""
    found: list[list[str]] = []
    for block in blocks(page, "console"):
        for typed in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            found += _simple_commands(typed)
    return found


def links(page: Path) -> list[str]:
    """Return the targets of links to other pages and headings of ours."""
    return [link for link in LINK.findall(page.read_text()) if "://" not in link]


def anchors(page: Path) -> set[str]:
    """Return the names that GitHub gives a page's headings."""
    tokens = _tokens(page)
    headings = [
        tokens[place + 1].content
        for place, token in enumerate(tokens)
        if token.type == "heading_open"
    ]
    return {NOT_IN_ANCHORS.sub("", heading.lower()).replace(" ", "-") for heading in headings}


def _tokens(page: Path) -> list[Token]:
    return MarkdownIt().enable("table").parse(page.read_text(encoding="utf-8"))


def _tables(tokens: Iterator[Token]) -> list[list[list[str]]]:
    """Return the tables before the next heading."""
    tables: list[list[list[str]]] = []
    is_head = False
    for token in tokens:
        if token.type == "heading_open":
            break
        if token.type == "table_open":
            tables.append([])
        elif token.type in ("thead_open", "thead_close"):
            is_head = token.type == "thead_open"
        elif token.type == "tr_open" and not is_head:
            tables[-1].append([])
        elif token.type == "td_open":
            tables[-1][-1].append(next(tokens).content)
    return tables


def _simple_commands(typed: str) -> list[list[str]]:
    """Split what was typed at shell operators; output that follows a command is left out."""
    words = shlex.split(_first_command(typed), comments=True)
    found: list[list[str]] = [[]]
    for word in words:
        if word in OPERATORS:
            found.append([])
        else:
            found[-1].append(word)
    return [command for command in found if command]


def _first_command(typed: str) -> str:
    """Return the lines that belong to a command: it goes on after a backslash or an open quote."""
    lines = typed.splitlines()
    for end in range(1, len(lines) + 1):
        command = "\n".join(lines[:end])
        if command.endswith("\\") or command.count("'") % 2 or command.count('"') % 2:
            continue
        return command.replace("\\\n", " ")
    raise AssertionError(f"a command does not end: {typed}")
