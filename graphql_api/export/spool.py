"""The rows of one vCenter until they are sent: as lines of JSON, in memory, then on disk."""

from collections.abc import Iterator, Sequence
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Any, Self

import orjson

BATCH_BYTES = 256 * 1024


class Spool:
    """Rows that are written once and read once; to be closed."""

    def __init__(self, memory_bytes: int) -> None:
        self._file = SpooledTemporaryFile(max_size=memory_bytes)  # noqa: SIM115 - closed below
        self.count = 0

    def write(self, nodes: Sequence[Any]) -> None:
        """Add rows."""
        self._file.write(
            b"".join(orjson.dumps(node, option=orjson.OPT_APPEND_NEWLINE) for node in nodes)
        )
        self.count += len(nodes)

    def batches(self) -> Iterator[list[bytes]]:
        """Yield all rows, some hundred lines at a time."""
        self._file.seek(0)
        while lines := self._file.readlines(BATCH_BYTES):
            yield lines

    def close(self) -> None:
        """Forget the rows."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
