"""Reads the code as data, for tests that compare what is written about it with what it does."""

import ast
from collections.abc import Iterator
from typing import TypeVar

from tests.support.pages import ROOT

T = TypeVar("T", bound=ast.AST)

PACKAGES = ("vminer", "graphql_api", "resolvers", "loaders", "sync_agent", "models", "runtime")


def modules(*places: str) -> Iterator[ast.Module]:
    """Yield the modules of some files and folders."""
    for place in places:
        path = ROOT / place
        files = [path] if path.is_file() else sorted(path.rglob("*.py"))
        assert files, f"{place} holds no module"
        for file in files:
            yield ast.parse(file.read_text(encoding="utf-8"), str(file))


def nodes(kind: type[T], *places: str) -> Iterator[T]:
    """Yield every node of a kind."""
    for module in modules(*places):
        yield from (node for node in ast.walk(module) if isinstance(node, kind))


def calls(name: str, *places: str) -> Iterator[ast.Call]:
    """Yield the calls of a function."""
    for call in nodes(ast.Call, *places):
        if isinstance(call.func, ast.Name) and call.func.id == name:
            yield call


def text_of(node: ast.expr) -> str | None:
    """Return the text of a literal; None for any other expression."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """Return what a call passes by this name."""
    return next((word.value for word in call.keywords if word.arg == name), None)


def names_raised(*places: str) -> set[str]:
    """Return the names of what is raised or made: `raise X`, `X(…)`, or a mapping to `X`."""
    found: set[str] = set()
    for module in modules(*places):
        for node in ast.walk(module):
            made: list[ast.expr | None] = []
            if isinstance(node, ast.Raise):
                made = [node.exc]
            elif isinstance(node, ast.Call):
                made = [node.func]
            elif isinstance(node, ast.Dict):
                made = [*node.values]
            found |= {name.id for name in made if isinstance(name, ast.Name)}
    return found
