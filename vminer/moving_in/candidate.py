"""What a file says of vCenters to register, read from CSV, YAML or the earlier vMiner's SQLite.

Columns and keys: name, host, port, username, password, ca_file, fingerprint, interval. Host and
username are needed; the name defaults to the host.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml

from runtime.errors import InvalidArgumentError
from vminer.moving_in.earlier import earlier_database, vcenter_rows

SQLITE_MAGIC = b"SQLite format 3\0"
KEYS = ("name", "host", "port", "username", "password", "ca_file", "fingerprint", "interval")
LOWEST_INTERVAL = 10


@dataclass(frozen=True, slots=True)
class Candidate:
    """One vCenter that may be registered."""

    name: str
    host: str
    username: str
    password: str = field(repr=False, default="")
    port: int = 443
    ca_file: str | None = None
    fingerprint: str | None = None
    interval: int = 300
    problem: str | None = None
    """What is wrong with it as it stands in the file; None: nothing."""
    left_out: str | None = None
    """Why it is not to be registered though nothing is wrong with it; None: it is."""

    @property
    def is_wanted(self) -> bool:
        """Tell whether it is to be registered, and can be as far as is known."""
        return self.problem is None and self.left_out is None


def read_candidates(path: Path) -> list[Candidate]:
    """Return what a file lists, in its order.

    Raises:
        InvalidArgumentError: it is no such file at all.
    """
    if is_sqlite(path):
        with earlier_database(path) as database:
            return [_from_old(row) for row in vcenter_rows(database)]
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidArgumentError(f"{path} is neither text nor an SQLite database") from error
    if path.suffix.lower() in {".yaml", ".yml"}:
        return [_candidate(item) for item in _yaml_items(text, path)]
    reader = csv.DictReader(text.splitlines())
    unknown = set(reader.fieldnames or ()) - set(KEYS)
    if unknown or "host" not in (reader.fieldnames or ()):
        raise InvalidArgumentError(
            f"{path} must have the columns {', '.join(KEYS)} (host and username at least);"
            f" unknown: {', '.join(sorted(unknown)) or 'none'}"
        )
    return [_candidate(row) for row in reader]


def is_sqlite(path: Path) -> bool:
    """Tell whether a file is an SQLite database."""
    with path.open("rb") as content:
        return content.read(len(SQLITE_MAGIC)) == SQLITE_MAGIC


def _yaml_items(text: str, path: Path) -> list[Mapping[str, object]]:
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InvalidArgumentError(f"{path} is not YAML: {error}") from error
    items = content.get("vcenters") if isinstance(content, dict) else content
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise InvalidArgumentError(f"{path} must hold a list of vCenters, each with its keys")
    return items


def _from_old(row: Mapping[str, object]) -> Candidate:
    """Return what a row of the earlier `vcenters` says, under today's names."""
    known = {"host": row.get("hostname"), "username": row.get("username")}
    more = {key: row[key] for key in ("name", "port", "password") if row.get(key)}
    found = _candidate({**known, **more})
    inactive = "is_active" in row and not row["is_active"]
    return replace(found, problem=None, left_out="it was not active") if inactive else found


def _candidate(row: Mapping[str, object]) -> Candidate:
    texts = {key: str(value).strip() for key, value in row.items() if value not in (None, "")}
    problems = [f"{key} is missing" for key in ("host", "username") if not texts.get(key)]
    problems += [f"{key} is not known" for key in texts if key not in KEYS]
    port = _number(texts.get("port", "443"), 1, 65_535, "port", problems)
    interval = _number(texts.get("interval", "300"), LOWEST_INTERVAL, 10**9, "interval", problems)
    return Candidate(
        name=texts.get("name") or texts.get("host", ""),
        host=texts.get("host", ""),
        username=texts.get("username", ""),
        password=texts.get("password", ""),
        port=port,
        ca_file=texts.get("ca_file"),
        fingerprint=texts.get("fingerprint"),
        interval=interval,
        problem="; ".join(problems) or None,
    )


def _number(text: str, lowest: int, highest: int, what: str, problems: list[str]) -> int:
    if text.isdecimal() and lowest <= int(text) <= highest:
        return int(text)
    problems.append(f"{what} must be a number from {lowest} to {highest}, not {text!r}")
    return lowest


def trusting(
    candidates: Iterable[Candidate], *, ca_file: str | None, fingerprints: Mapping[str, str]
) -> list[Candidate]:
    """Return the candidates, those that name no trust of their own given it.

    `fingerprints` are by host, or by host:port; the CA holds for all that are left.

    Raises:
        InvalidArgumentError: a fingerprint belongs to none of them.
    """
    given = {address.lower(): value for address, value in fingerprints.items()}
    used: set[str] = set()
    trusted = []
    for each in candidates:
        names = (f"{each.host}:{each.port}".lower(), each.host.lower())
        address = next((name for name in names if name in given), None)
        used |= {name for name in names if name in given}
        if each.ca_file is not None or each.fingerprint is not None:
            trusted.append(each)
        elif address is not None:
            trusted.append(replace(each, fingerprint=given[address]))
        else:
            trusted.append(replace(each, ca_file=ca_file))
    if strange := given.keys() - used:
        raise InvalidArgumentError(f"no vCenter of the file has the address {min(strange)!r}")
    return trusted


def with_problems(
    candidates: Iterable[Candidate], *, names: set[str], addresses: set[tuple[str, int]]
) -> list[Candidate]:
    """Return the candidates, those that clash with the registry or each other marked so."""
    names, addresses = set(names), set(addresses)
    checked = []
    for each in candidates:
        address = (each.host.lower(), each.port)
        problem = each.problem
        if each.is_wanted and address in addresses:
            problem = f"{each.host}:{each.port} is registered, or listed twice"
        elif each.is_wanted and each.name in names:
            problem = f"the name {each.name!r} is taken, or listed twice"
        elif each.is_wanted:
            names.add(each.name)
            addresses.add(address)
        checked.append(replace(each, problem=problem))
    return checked
