"""What is read by statements that are compiled already, with its parameters."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from models.db.sessions import ReadSession
from models.db.text import Text

Fetched = list[tuple[str, list[Any]]]


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Fetched:
    """Collect it, as (SQL, values)."""
    found: Fetched = []
    fetch = ReadSession.fetch

    async def noted(self: ReadSession, text: Text, parameters: Mapping[str, Any]) -> Sequence[Any]:
        given = {**text.constants, **parameters}
        found.append((text.sql, [given[name] for name in text.names]))
        return await fetch(self, text, parameters)

    monkeypatch.setattr(ReadSession, "fetch", noted)
    return found
