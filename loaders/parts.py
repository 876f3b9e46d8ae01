"""What statements are made of."""

from collections import deque
from collections.abc import Iterator
from typing import Any


def parts_of(statement: Any) -> Iterator[Any]:
    """Yield a statement and each of its parts once.

    SQLAlchemy's `iterate` comes back to a table expression for each column that is read of it.
    """
    known = {id(statement): statement}
    waiting = deque([statement])
    while waiting:
        part = waiting.popleft()
        yield part
        for child in part.get_children():
            if id(child) not in known:
                known[id(child)] = child  # or another one could be given its id
                waiting.append(child)
