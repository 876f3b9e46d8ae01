"""Everything the schema offers, as seen by who may see no vCenter, and by who may see one.

What is asked is made from the schema (`tests.support.walk`): a new field is walked by itself.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Executable

from graphql_api.schema import core_schema
from loaders import Loaders, build_loaders
from loaders.build import LOADERS
from loaders.scope import EVERYTHING, Scope
from models.db.sessions import ReadSession
from models.db.text import Text
from resolvers import global_id
from tests.support.estate import Written, vm_address
from tests.support.graph import Graph, execute_valid
from tests.support.tied import SHARED, ids_of, merged
from tests.support.walk import Walk, something

pytestmark = pytest.mark.timeout(600)  # hundreds of documents each

ROOTS = set(core_schema.query_type.fields)  # type: ignore[union-attr]
THE_SAME_FOR_ALL = {
    ("changesSince", "cursor"),
    ("changesSince", "latestCursor"),
    ("_service", "sdl"),
}
"""Places in the feed, where nothing stands for who sees nothing; the schema itself."""
AT_ROOTS_ONLY = {
    *("head_of_feed", "stretch_of_feed", "changes_of_feed"),
    *("duplicate_values", "carriers_of_identifier", "hits_of_search"),
}
NO_WRITES: Any = (None, None, None)


class Watched:
    """Reads, and whatever they gave to a caller who may see nothing."""

    def __init__(self, reads: ReadSession) -> None:
        self._reads = reads
        self.leaks: list[Any] = []

    async def rows(self, statement: Executable) -> Sequence[Any]:
        rows = await self._reads.rows(statement)
        if statement.__visit_name__ == "narrowed":  # type: ignore[attr-defined]
            self.leaks += [row for row in rows if not is_count_of_nothing(row)]
        return rows

    async def fetch(self, text: Text, parameters: Mapping[str, Any]) -> Sequence[Any]:
        rows = await self._reads.fetch(text, parameters)
        self.leaks += [row for row in rows if not is_count_of_nothing(row)]
        return rows


def is_count_of_nothing(row: Sequence[Any]) -> bool:
    """Tell whether a row says zero, of all or of the parent whose position stands before it.

    Sums of nothing follow in aggregates: they are null.
    """
    numbers = [value for value in row if value is not None]
    sums = row[len(numbers) :]
    return len(numbers) <= 2 and numbers[-1:] == [0] and not any(sums)


def names_of(vcenter: Written) -> list[str]:
    """Return texts that only this vCenter's objects hold."""
    return [f"{vcenter.name}-", f"{vcenter.name}.", f"{vcenter.name} ", str(vcenter.uuid)]


def uuids_in(answer: Any) -> set[UUID]:
    """Return whose objects' IDs stand in an answer."""
    found: set[UUID] = set()
    if isinstance(answer, dict):
        if isinstance(answer.get("id"), str):
            decoded = global_id.decode(answer["id"])
            found |= {decoded.uuid} if decoded.type != "SyncRun" else set()
        for value in answer.values():
            found |= uuids_in(value)
    elif isinstance(answer, list):
        for value in answer:
            found |= uuids_in(value)
    return found


async def test_who_may_see_no_vcenter_gets_nothing_from_any_root(tied: Graph) -> None:
    texts = [vm_address(tied.vcenters[0], 1), SHARED]
    walk = Walk(core_schema, merged(await ids_of(tied)), texts)
    nobody = tied.within()
    wrong, asked = [], set()

    for root, document in walk.roots():
        data, errors, _ = await nobody._execute(document, {})
        asked.add(root)
        found = [at for at in something(data) if at not in THE_SAME_FOR_ALL]
        if found or set(errors) - {"INVALID_ARGUMENT", "ORDER_NEEDS_VCENTER"}:
            wrong.append((document[:200], found, errors))

    assert wrong == []
    assert asked == ROOTS


async def test_who_may_see_everything_gets_something_from_every_root(tied: Graph) -> None:
    """Or the test above would prove nothing."""
    walk = Walk(core_schema, merged(await ids_of(tied)), [vm_address(tied.vcenters[0], 1)])
    got = set()

    for root, document in walk.roots():
        if root in got:
            continue
        data, _, _ = await tied._execute(document, {})
        if [at for at in something(data) if at not in THE_SAME_FOR_ALL]:
            got.add(root)

    assert got == ROOTS - {"_service"}


async def test_no_field_of_any_object_leads_out_of_scope(tied: Graph) -> None:
    """Each parent is read without scope, all that its fields read, with none: nothing comes."""
    ids = merged(await ids_of(tied))
    walk = Walk(core_schema, ids)
    leaks, used = [], set()

    for type_ in walk.node_types():
        for field, document in walk.edges(type_):
            async with ReadSession(tied.reads) as session:
                watched = Watched(session)
                nothing = build_loaders(watched, Scope({}))  # type: ignore[arg-type]
                parents = build_loaders(session, EVERYTHING).row_by_id
                vars(nothing)["row_by_id"] = parents
                await execute_valid(document, {"ids": ids[type_]}, nothing, *NO_WRITES)
                leaks += [(type_, field, row) for row in watched.leaks]
                used |= {name for name in LOADERS if _was_used(nothing, name)}

    assert leaks == []
    assert used - {"row_by_id"} == set(LOADERS) - AT_ROOTS_ONLY - {"row_by_id"}


def _was_used(loaders: Loaders, name: str) -> bool:
    return name in vars(loaders) and getattr(loaders, name)._is_asked is True


async def test_who_may_see_a_vcenter_sees_all_of_it(tied: Graph) -> None:
    """Every field of every object answers as it does to who may see everything, moves apart."""
    alpha = tied.vcenters[0]
    ids = (await ids_of(tied))[alpha.uuid]
    walk = Walk(core_schema, ids)
    own = tied.within(alpha)
    different = []

    for type_ in walk.node_types():
        for field, document in walk.edges(type_):
            if "formerName" in document:
                continue
            whole = await tied.ask(document, ids=ids[type_])
            seen = await own.ask(document, ids=ids[type_])
            if seen != whole:
                different.append((type_, field))

    assert different == []


async def test_lists_show_a_vcenter_as_if_there_were_no_other(tied: Graph) -> None:
    alpha, beta, gamma = tied.vcenters
    walk = Walk(core_schema, merged(await ids_of(tied)), [vm_address(alpha, 1), SHARED])
    own = tied.within(alpha)
    strangers = [name for other in (beta, gamma) for name in names_of(other)]
    wrong = []

    for _, document in walk.roots(every_value=False):
        data, _, _ = await own._execute(document, {})
        text = json.dumps(data, default=str)
        names = [name for name in strangers if name in text]
        if names or not uuids_in(data) <= {alpha.uuid}:
            wrong.append((document[:200], names))

    assert wrong == []


async def test_what_is_out_of_scope_cannot_be_asked_for_and_seems_not_to_be(tied: Graph) -> None:
    alpha, beta, _ = tied.vcenters
    ids = await ids_of(tied)
    strangers, nobodys = (
        Walk(core_schema, ids[beta.uuid]),
        Walk(
            core_schema,
            {
                "VCenter": [global_id.encode("VCenter", uuid4())],
                "SyncRun": [global_id.encode("SyncRun", uuid4())],
            },
        ),
    )
    own = tied.within(alpha)

    async def messages(walk: Walk) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for field, _, document in walk.mutations():
            data, errors, _ = await own._execute(document, {})
            assert not list(something(data)), document
            found[field] |= set(errors)
        return found

    assert await messages(strangers) == await messages(nobodys)
    assert {code for codes in (await messages(strangers)).values() for code in codes} == {
        "INVALID_ID",
        "NOT_FOUND",
    }
    assert own.requested == []
