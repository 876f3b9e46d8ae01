"""Answers in the process: bounded in bytes, the longest unused go first.

An entry is found by its key, or by a request's own bytes (`RawKey`); those go with it.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any

from opentelemetry.metrics import CallbackOptions, Observation

from graphql_api.answers.entry import Entry, RawKey
from graphql_api.answers.freshness import Freshness
from graphql_api.answers.key import AnswerKey
from runtime.telemetry import Tally, meter

MOST_RAW = 64
"""Ways to ask for one answer that are remembered: other keys of the same scope, other spellings."""
RAW_BYTES = 300
evictions = Tally("vminer_response_cache_evictions", "Answers dropped, by reason.")


class Floor:
    """The answers of one process."""

    def __init__(
        self, most_bytes: int, known: Freshness, *, clock: Callable[[], float] = monotonic
    ) -> None:
        self._most_bytes = most_bytes
        self._known = known
        self._clock = clock
        self._entries: OrderedDict[AnswerKey, Entry] = OrderedDict()
        self._raw: dict[RawKey, tuple[AnswerKey, Entry, Any]] = {}
        self.bytes = 0
        meter.create_observable_gauge("vminer_response_cache_bytes", [self._observe_bytes])
        meter.create_observable_gauge("vminer_response_cache_entries", [self._observe_entries])

    def __len__(self) -> int:
        """How many answers there are."""
        return len(self._entries)

    def find(self, key: AnswerKey) -> Entry | None:
        """Return the answer of a key, if it holds; one that does not is dropped."""
        entry = self._entries.get(key)
        return None if entry is None else self._used(key, entry)

    def recall(self, raw: RawKey) -> Any:
        """Return what was remembered of a request's bytes, if their answer holds; else None."""
        found = self._raw.get(raw)
        if found is None or self._used(found[0], found[1]) is None:
            return None
        return found[2]

    def keep(self, key: AnswerKey, entry: Entry) -> None:
        """Keep an answer, in place of the one there was."""
        if entry.size > self._most_bytes:
            return
        self._drop(key, "replaced")
        self._entries[key] = entry
        self.bytes += entry.size
        while self.bytes > self._most_bytes:
            self._drop(next(iter(self._entries)), "full")

    def remember(self, raw: RawKey, key: AnswerKey, entry: Entry, what: object) -> None:
        """Let a request's bytes lead to what is remembered, as long as the answer is kept."""
        if self._entries.get(key) is not entry:
            return
        if (before := self._raw.get(raw)) is not None:
            self._forget(raw, before[1])  # another's, where the scope of its API key has changed
        while len(entry.raw) >= MOST_RAW:
            self._forget(next(iter(entry.raw)), entry)
        entry.raw[raw] = None
        self._raw[raw] = (key, entry, what)
        self.bytes += _size(raw)
        while self.bytes > self._most_bytes:
            self._drop(next(iter(self._entries)), "full")

    def age(self, entry: Entry) -> int:
        """Return whole seconds since an answer was read."""
        return int(self._clock() - entry.began)

    def _used(self, key: AnswerKey, entry: Entry) -> Entry | None:
        if not entry.holds(self._known, self._clock()):
            if self._known.is_known:
                self._drop(key, "stale")
            return None
        self._entries.move_to_end(key)
        return entry

    def _drop(self, key: AnswerKey, reason: str) -> None:
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        for raw in list(entry.raw):
            self._forget(raw, entry)
        self.bytes -= entry.size
        evictions.add(1, {"reason": reason})

    def _forget(self, raw: RawKey, entry: Entry) -> None:
        del entry.raw[raw]
        del self._raw[raw]
        self.bytes -= _size(raw)

    def _observe_bytes(self, options: CallbackOptions) -> Iterable[Observation]:
        del options
        return [Observation(self.bytes)]

    def _observe_entries(self, options: CallbackOptions) -> Iterable[Observation]:
        del options
        return [Observation(len(self._entries))]


def _size(raw: RawKey) -> int:
    return RAW_BYTES + sum(len(part) for part in raw if part is not None)
