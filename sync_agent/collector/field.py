"""Fields of one structure, by name: for what is made of an element and not of a property."""

from collections.abc import Iterator

from sync_agent.collector import value
from sync_agent.collector.reply import Element, children


def child(node: Element | None, *path: str) -> Element | None:
    """Return the element at the end of a path of names; None where the way breaks off."""
    for name in path:
        node = next(children(node, name), None) if node is not None else None
    return node


def each(node: Element | None, name: str) -> Iterator[Element]:
    """Return the elements of an array."""
    return children(node, name) if node is not None else iter(())


def text(node: Element | None, *path: str) -> str | None:
    """Return a text."""
    found = child(node, *path)
    return value.text(found) if found is not None else None


def trimmed(node: Element | None, *path: str) -> str | None:
    """Return a text that hardware pads with blanks."""
    return (text(node, *path) or "").strip() or None


def texts(node: Element | None, name: str) -> list[str]:
    """Return the texts of an array."""
    return [content for item in each(node, name) if (content := value.text(item)) is not None]


def number(node: Element | None, *path: str) -> int | None:
    """Return a whole number."""
    found = child(node, *path)
    return value.integer(found) if found is not None else None


def flag(node: Element | None, *path: str) -> bool | None:
    """Return a truth value."""
    found = child(node, *path)
    return value.boolean(found) if found is not None else None
