"""The recipes of the cookbook: one file each below docs/cookbook.

A file is a document with a head of comments, which is YAML: who asks, the question, and where there
is need variables or a note. Its number is that of its name.

    # who: operator
    # question: Which hosts cannot be reached?

    query Down { hosts(filter: {connectionState: {ne: connected}}) { nodes { name } } }
"""

import re
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import yaml

DIRECTORY = Path(__file__).parents[2] / "docs" / "cookbook"
USERS = ("frontend developer", "platform engineer", "automation script", "operator")
NAME = re.compile(r"(\d\d)-([a-z0-9-]+)")
OPERATION = re.compile(r"query (\w+)")
PAGE_SIZE = re.compile(r"\bfirst: (?=[1-9])\d+")
HEAD = re.compile(r"((?:#.*\n)+)\n*")


@dataclass(frozen=True, slots=True, eq=False)
class Recipe:
    """One question, and the document that asks it."""

    number: int
    slug: str
    document: str
    who: str
    question: str
    variables: dict[str, Any] = field(default_factory=dict)
    """As the page shows them: `<cursor>` and its like stand for what is another each time."""
    note: str = ""
    by: Literal["POST", "GET"] = "POST"
    """GET: by the document's hash, once it was sent with its text."""
    extensions: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What its file and its tests are called."""
        return f"{self.number:02}-{self.slug}"

    @property
    def operation(self) -> str:
        """The name of its operation."""
        named = OPERATION.match(self.document)
        assert named, f"{self.name}: a recipe's operation has a name"
        return named[1]

    @property
    def persisted(self) -> dict[str, Any]:
        """The extensions that stand for the document's text."""
        digest = sha256(self.document.encode()).hexdigest()
        return {"persistedQuery": {"version": 1, "sha256Hash": digest}, **self.extensions}


def read_recipe(path: Path) -> Recipe:
    """Return the recipe of a file."""
    named, text = NAME.fullmatch(path.stem), path.read_text(encoding="utf-8")
    head = HEAD.match(text)
    assert named, f"{path.name}: a recipe is called 07-of-what.graphql"
    assert head, f"{path.name}: a recipe begins with comments"
    about = yaml.safe_load(re.sub(r"^# ?", "", head[1], flags=re.MULTILINE))
    return Recipe(int(named[1]), named[2], text[head.end() :].strip(), **about)


def recipes() -> list[Recipe]:
    """Return all of them, by number."""
    return [read_recipe(path) for path in sorted(DIRECTORY.glob("*.graphql"))]


def named(name: str) -> Recipe:
    """Return one by its name."""
    return read_recipe(DIRECTORY / f"{name}.graphql")


def with_larger_pages(small: Recipe) -> Recipe | None:
    """Return a recipe with pages of fifty rows; None: it has none."""
    document = PAGE_SIZE.sub("first: 50", small.document)
    has_size = "first" in small.variables
    variables = small.variables | ({"first": 50} if has_size else {})
    if document == small.document and not has_size:
        return None
    return replace(small, document=document, variables=variables)
