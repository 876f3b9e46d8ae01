"""What every kind of record is made of: columns filled by table, names decoded, a stable hash."""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from ipaddress import IPv4Address, IPv6Address

import orjson

from models.enums import IdentifierKind, InventoryType
from sync_agent.collector.reply import NOT_IN_RELEASE, Element, RawObject
from sync_agent.collector.table import Fields, Table
from sync_agent.collector.value import decoded_name, references, spelled
from sync_agent.records import Ends

BARE: Mapping[str, object] = {}
"""What an edge holds that holds nothing but its ends."""
NOTHING: frozenset[str] = frozenset()
HASH_VERSION = 2
HASH_BYTES = 16

KINDS = {kind.name: kind for kind in IdentifierKind}
Identifiers = dict[IdentifierKind, tuple[str, ...]]
Edges = dict[InventoryType, Ends]


class UndecodableError(ValueError):
    """A property of one object cannot be decoded; its reason names the property."""


class Columns:
    """The columns of one object while they are filled."""

    def __init__(self, raw: RawObject, *, is_degraded: bool = False) -> None:
        self.known: dict[str, object] = {}
        self.unknown: set[str] = set()
        self.unseen: set[str] = set()
        self.partly: frozenset[IdentifierKind] = frozenset()
        self._raw = raw
        self._is_degraded = is_degraded
        """Whether vCenter has lost touch with the object: what it leaves out is unknown then."""
        self._withheld = withheld(raw.missing)
        self._is_whole = not is_degraded and not self._withheld
        """Whether what is not there is certainly unset."""

    def fill(self, table: Table) -> None:
        """Decode the properties of a table. Raises UndecodableError."""
        known, get, path = self.known, self._raw.properties.get, ""
        if not self._is_degraded:
            known.update(table.blank)
        try:
            for path, column, convert in table.values:
                node = get(path)
                if node is not None:
                    known[column] = convert(node)
            for path, fields in table.structures:
                node = get(path)
                if node is not None:
                    _fill_within(known, node, fields)
        except (ValueError, TypeError, OverflowError) as error:
            raise UndecodableError(f"{path}: {error}") from error
        if not self._is_whole:
            self._leave_unknown(table)

    def _leave_unknown(self, table: Table) -> None:
        """Name the columns of which nobody can tell whether they are set."""
        known, properties = self.known, self._raw.properties
        for path, columns in table.columns_by_path.items():
            if self._is_degraded:
                self.unknown.update(column for column in columns if column not in known)
            elif path not in properties and self._is_withheld(path):
                self.unknown.update(columns)
                for column in columns:
                    del known[column]

    def _is_withheld(self, path: str) -> bool:
        """Tell whether vSphere said that it could not give a property, or one above it."""
        return path in self._withheld or any(
            path.startswith(f"{prefix}.") for prefix in self._withheld
        )

    def is_unknown(self, path: str) -> bool:
        """Tell whether a property is neither there nor certainly unset."""
        if self._is_whole or path in self._raw.properties:
            return False
        return self._is_degraded or self._is_withheld(path)

    def usage(self, table: Table) -> dict[str, object] | None:
        """Return volatile numbers; None, and all of them unknown here, where one of them is."""
        numbers = Columns(self._raw, is_degraded=self._is_degraded)
        numbers.fill(table)
        if not numbers.unknown:
            return numbers.known
        self.unknown |= numbers.unknown | numbers.known.keys()
        return None

    def set(self, column: str, content: object, *paths: str, is_whole: bool = True) -> None:
        """Set a derived column, unless what it derives from is unknown.

        `is_whole`: whether finding nothing means that there is nothing (else: it was not seen).
        """
        if not self._is_whole and any(self.is_unknown(path) for path in paths):
            self.unknown.add(column)
        elif content is None and not is_whole:
            self.unseen.add(column)
        else:
            self.known[column] = content

    def doubt(self, sources: Mapping[IdentifierKind, Iterable[str]]) -> None:
        """Note the kinds of identifiers of which not every value was read.

        `sources`: the properties each kind derives from.
        """
        if not self._is_whole:
            self.partly = frozenset(
                kind
                for kind, paths in sources.items()
                if any(self.is_unknown(path) for path in paths)
            )

    def derive(self, column: str, content: object, *columns: str) -> None:
        """Set a column that follows from other columns, unless one of those is unknown."""
        if self.unknown.isdisjoint(columns):
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


def _fill_within(known: dict[str, object], node: Element, fields: Fields) -> None:
    """Decode the fields of a structure: a loop over what is in it."""
    get = fields.values.get
    for child in node:
        rule = get(child.tag)
        if rule is not None:
            known[rule[0]] = rule[1](child)
        elif fields.structures and child.tag in fields.structures:
            _fill_within(known, child, fields.structures[child.tag])


def withheld(missing: Mapping[str, str]) -> frozenset[str]:
    """Return the properties that vCenter kept back; what its release does not have is just unset.

    >>> withheld({"config.keyId": "InvalidProperty", "config": "NoPermission"})
    frozenset({'config'})
    """
    if not missing:
        return NOTHING
    return frozenset(path for path, fault in missing.items() if fault != NOT_IN_RELEASE)


def edges_of(raw: RawObject, columns: Columns, paths: Mapping[InventoryType, str]) -> Edges:
    """Return what an object is tied to, by the property that lists it; unknown is left out."""
    found: Edges = {}
    for end, path in paths.items():
        if not columns.is_unknown(path):
            node = raw.properties.get(path)
            found[end] = dict.fromkeys(references(node), BARE) if node is not None else {}
    return found


def identifiers(**kinds: Iterable[object]) -> Identifiers:
    """Return identifiers by kind, each as text, once, in order.

    >>> identifiers(IP=["10.0.0.2", None, "10.0.0.1", "10.0.0.2"])
    {<IdentifierKind.IP: 'IP'>: ('10.0.0.1', '10.0.0.2')}
    """
    found: Identifiers = {}
    for kind, values in kinds.items():
        texts = {_identifier(value) for value in values if value}
        found[KINDS[kind]] = tuple(sorted(texts)) if len(texts) > 1 else tuple(texts)
    return found


def _identifier(value: object) -> str:
    if isinstance(value, IPv4Address | IPv6Address):
        return spelled(value)
    return str(value).lower()


def hashed(
    columns: Mapping[str, object],
    unknown: Iterable[str] = (),
    edges: Mapping[InventoryType, Ends] | None = None,
    found: Mapping[IdentifierKind, tuple[str, ...]] | None = None,
) -> bytes:
    """Return the hash of what is stored of an object; the same in every process and version."""
    listed = sorted(found.items()) if found else None
    tied = sorted(edges.items()) if edges else None
    content = (HASH_VERSION, columns, sorted(unknown), tied, listed)
    return blake2b(
        orjson.dumps(content, default=_plain, option=orjson.OPT_SORT_KEYS), digest_size=HASH_BYTES
    ).digest()


def _plain(value: object) -> str:
    """Return what orjson does not know; addresses as they are stored: as text they cost more."""
    if isinstance(value, IPv4Address | IPv6Address):
        return value.packed.hex()
    return str(value)
