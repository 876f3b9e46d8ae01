"""docs/cookbook.md: every recipe with the answer that the demo's estate gives.

What is another each time an estate is made stands there as one of `MASKS`, in answers and in
variables alike.
"""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from textwrap import fill
from typing import Any

from resolvers import global_id
from runtime.errors import InvalidIdError
from tests.support.pages import NOT_IN_ANCHORS
from tests.support.recipe import USERS, Recipe

MOMENT, RUN, CURSOR, PORT = "<moment>", "<run>", "<cursor>", "<port>"
MASKS = {
    MOMENT: "a moment of the syncs that made the answers",
    RUN: "the ID of a sync run",
    CURSOR: "a cursor, as an answer before gave it",
    PORT: "the port of a simulated vCenter",
}
CURSORS = {"cursor", "latestCursor", "startCursor", "endCursor"}
ADDRESS = re.compile(r"(?<=\b127\.0\.0\.1:)\d+")
WIDTH = 100
HEAD = """# Cookbook

Questions of those who use [the graph](guide.md), and what it answers. The documents are the files
of [docs/cookbook](cookbook), ready for code generators; `make cookbook` asks them and writes this
page, and the tests compare every answer, and how many SQL statements it took.

The answers are of the first three of the demo's vCenters. New York and London were synced, changed
a little as the demo changes them (one VM moved from one to the other), and synced again; London's
account has lost a privilege since, and Frankfurt refuses the password that was given for it.
`make demo` has the same objects under the same IDs, until it drifts. `first` keeps pages small.
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a recipe was answered."""

    data: dict[str, Any]
    statements: int


@dataclass(frozen=True, slots=True)
class Mask:
    """Puts names in place of what is another each time."""

    began: datetime
    """Moments since then are those of the syncs; the estate's own are all older or far ahead."""
    until: datetime

    def masked(self, value: Any, key: str = "") -> Any:
        """Return an answer as the page shows it."""
        if isinstance(value, Mapping):
            return {name: self.masked(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [self.masked(each, key) for each in value]
        return self._text(value, key) if isinstance(value, str) else value

    def _text(self, text: str, key: str) -> str:
        if key in CURSORS:
            return CURSOR
        if _is_run(text):
            return RUN
        if self._is_of_syncs(text):
            return MOMENT
        return ADDRESS.sub(PORT, text)

    def _is_of_syncs(self, text: str) -> bool:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return False
        return moment.tzinfo is not None and self.began <= moment <= self.until


def _is_run(text: str) -> bool:
    try:
        return global_id.decode(text).type == "SyncRun"
    except InvalidIdError:
        return False


def page(outcomes: Mapping[Recipe, Outcome]) -> str:
    """Return the whole page; answers are masked already."""
    sections = "\n".join(section(recipe, outcome) for recipe, outcome in outcomes.items())
    return f"{HEAD}\n{_table_of_masks()}\n{_contents(list(outcomes))}\n{sections}"


def section(recipe: Recipe, outcome: Outcome) -> str:
    """Return one recipe of the page."""
    return "\n".join(_lines(recipe, outcome)) + "\n"


def heading(recipe: Recipe) -> str:
    """Return a recipe's heading."""
    return f"{recipe.number}. {recipe.question}"


def _lines(recipe: Recipe, outcome: Outcome) -> Iterator[str]:
    yield f"## {heading(recipe)}\n"
    yield f"{recipe.who} · statements: {outcome.statements}"
    if recipe.note:
        yield "\n" + fill(recipe.note.strip(), WIDTH + 20, break_long_words=False)
    yield f"\n```graphql\n{recipe.document}\n```"
    if recipe.by == "GET":
        yield f"\n```console\n{_command(recipe)}\n```"
    elif recipe.variables:
        yield f"\n```json\n{spelled(recipe.variables)}\n```"
    yield f"\n```json\n{spelled(outcome.data)}\n```"


def _command(recipe: Recipe) -> str:
    parameters = {"extensions": recipe.persisted, "variables": recipe.variables}
    texts = [shlex.quote(f"{name}={json.dumps(each)}") for name, each in parameters.items()]
    sent = [f"--data-urlencode {text}" for text in texts]
    return " \\\n    ".join(["$ curl -s -G localhost:8000/graphql", *sent])


def _table_of_masks() -> str:
    rows = [f"| `{mask}` | {what} |" for mask, what in MASKS.items()]
    return "\n".join(["| in an answer | stands for |", "|---|---|", *rows]) + "\n"


def _contents(listed: list[Recipe]) -> str:
    lines: list[str] = []
    for user in USERS:
        lines.append(f"- {user}")
        asked = [heading(each) for each in listed if each.who == user]
        lines += [f"  - [{each}](#{_anchor(each)})" for each in asked]
    return "\n".join(lines) + "\n"


def _anchor(title: str) -> str:
    return NOT_IN_ANCHORS.sub("", title.lower()).replace(" ", "-")


def spelled(value: Any, indent: int = 0, before: str = "") -> str:
    """Return JSON in which whatever fits on a line, behind what is before it, stands on one."""
    line = before + json.dumps(value, ensure_ascii=False)
    if indent + len(line) <= WIDTH or not value or not isinstance(value, list | dict):
        return " " * indent + line
    if isinstance(value, dict):
        names = [f"{json.dumps(name, ensure_ascii=False)}: " for name in value]
        opened, closed, parts = "{", "}", list(zip(names, value.values(), strict=True))
    else:
        opened, closed, parts = "[", "]", [("", each) for each in value]
    inside = ",\n".join(spelled(each, indent + 2, name) for name, each in parts)
    return f"{' ' * indent}{before}{opened}\n{inside}\n{' ' * indent}{closed}"
