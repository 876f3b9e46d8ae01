"""What every kind of record is made of: columns filled by table, names decoded, a stable hash."""

from collections.abc import Iterable, Mapping
from hashlib import blake2b

import orjson

from models.enums import IdentifierKind
from sync_agent.collector.property import Property
from sync_agent.collector.reply import RawObject
from sync_agent.collector.value import decoded_name

HASH_VERSION = 1
HASH_BYTES = 16

KINDS = {kind.name: kind for kind in IdentifierKind}
Identifiers = dict[IdentifierKind, tuple[str, ...]]


class UndecodableError(ValueError):
    """A property of one object cannot be decoded; its reason names the property."""


class Columns:
    """The columns of one object while they are filled."""

    def __init__(self, raw: RawObject, *, is_degraded: bool = False) -> None:
        self.known: dict[str, object] = {}
        self.unknown: set[str] = set()
        self._raw = raw
        self._is_degraded = is_degraded
        """Whether vCenter has lost touch with the object: what it leaves out is unknown then."""
        self._is_whole = not is_degraded and not raw.missing
        """Whether what is not there is certainly unset."""

    def fill(self, table: Iterable[Property]) -> None:
        """Decode the properties of a table. Raises UndecodableError."""
        known, properties = self.known, self._raw.properties
        for path, column, convert in table:
            node = properties.get(path)
            if node is not None:
                try:
                    known[column] = convert(node)
                except (ValueError, TypeError, OverflowError) as error:
                    raise UndecodableError(f"{path}: {error}") from error
            elif self._is_whole or not self.is_unknown(path):
                known[column] = None
            else:
                self.unknown.add(column)

    def is_missing(self, path: str) -> bool:
        """Tell whether vSphere said that it could not give a property, or one above it."""
        missing = self._raw.missing
        if not missing:
            return False
        return path in missing or any(path.startswith(f"{prefix}.") for prefix in missing)

    def is_unknown(self, path: str) -> bool:
        """Tell whether a property is neither there nor certainly unset."""
        if self._is_whole or path in self._raw.properties:
            return False
        return self._is_degraded or self.is_missing(path)

    def set(self, column: str, content: object, *paths: str) -> None:
        """Set a derived column, unless what it derives from is unknown."""
        if self._is_whole or not any(self.is_unknown(path) for path in paths):
            self.known[column] = content
        else:
            self.unknown.add(column)

    def name(self) -> None:
        """Set name and raw_name."""
        node = self._raw.properties.get("name")
        raw = (node.text or "") if node is not None else ""
        if not raw:
            raise UndecodableError("name: there is none")
        decoded = decoded_name(raw)
        self.known["name"] = decoded
        self.known["raw_name"] = raw if raw != decoded else None

    def text(self, column: str) -> str | None:
        """Return a filled text column."""
        found = self.known.get(column)
        return str(found) if found is not None else None


def identifiers(**kinds: Iterable[object]) -> Identifiers:
    """Return identifiers by kind, each as text, once, in order.

    >>> identifiers(IP=["10.0.0.2", None, "10.0.0.1", "10.0.0.2"])
    {<IdentifierKind.IP: 'IP'>: ('10.0.0.1', '10.0.0.2')}
    """
    return {
        KINDS[kind]: tuple(sorted({str(value).lower() for value in values if value}))
        for kind, values in kinds.items()
    }


def hashed(
    columns: Mapping[str, object],
    unknown: Iterable[str] = (),
    datastores: tuple[str, ...] | None = None,
    found: Mapping[IdentifierKind, tuple[str, ...]] | None = None,
) -> bytes:
    """Return the hash of what is stored of an object; the same in every process and version."""
    listed = sorted(found.items()) if found else None
    content = (HASH_VERSION, columns, sorted(unknown), datastores, listed)
    return blake2b(
        orjson.dumps(content, default=str, option=orjson.OPT_SORT_KEYS), digest_size=HASH_BYTES
    ).digest()
