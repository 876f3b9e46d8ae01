"""Root lists of a caller's scope are read by the indexes of its vCenters, where that is quicker."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Executable

from loaders.along import Taken, Wanted
from loaders.condition import Condition
from loaders.entity import VIRTUAL_MACHINE
from loaders.listing import ListKey, PageOfList, by_vcenters
from loaders.page import Page, Sifting
from loaders.reach import Reach
from loaders.relation import RELATIONS
from loaders.scope import EVERYTHING, Scope
from models.db.text import LookUp, Text

UUIDS = (uuid4(), uuid4())
PLAIN = Page(5)
NAMED = Page(5, conditions=(Condition("name", "contains", "web"),))
OF_ANOTHER = Page(5, conditions=(Condition("vcenter_uuid", "eq", uuid4()),))
IDENTIFIED = Page(5, conditions=(Condition("identifier", "eq", (("IP", "10.0.0.1"),)),))
ONE, SEVERAL, ALL = Scope({7: UUIDS[0]}), Scope(dict(enumerate(UUIDS))), EVERYTHING
OF_ONE = Condition("vcenter_uuid", "eq", UUIDS[0])
OF_SEVERAL = Condition("vcenter_uuid", "in", UUIDS)
MEMORY = VIRTUAL_MACHINE.ordered_by("memory_bytes", is_descending=True, nulls_first=False)


class Nothing:
    """A session that finds nothing."""

    async def rows(self, statement: Executable) -> Sequence[Any]:
        raise AssertionError(statement)

    async def fetch(self, text: Text, parameters: Mapping[str, Any]) -> Sequence[Any]:
        return []

    async def look_up(
        self, statement: LookUp, key: Mapping[str, Any], shared: Mapping[str, Any]
    ) -> Sequence[Any]:
        raise AssertionError(statement)


@pytest.mark.parametrize(
    ("root", "page", "scope", "more"),
    [
        ("virtual_machines", PLAIN, ALL, ()),
        ("virtual_machines", PLAIN, ONE, (OF_ONE,)),
        ("virtual_machines", PLAIN, SEVERAL, (OF_SEVERAL,)),
        ("virtual_machines", NAMED, ONE, (OF_ONE,)),
        ("virtual_machines", NAMED, SEVERAL, ()),
        ("virtual_machines", OF_ANOTHER, ONE, ()),
        ("virtual_machines", IDENTIFIED, ONE, ()),
        ("sync_runs", PLAIN, ONE, (OF_ONE,)),
        ("vcenters", PLAIN, ONE, ()),
    ],
    ids=[
        "everything",
        "one vCenter",
        "several",
        "by name in one",
        "by name in several: trigrams first",
        "asked for one already",
        "by identifier: that first",
        "runs",
        "vCenters themselves",
    ],
)
def test_root_lists_walk_the_indexes_of_the_scope(
    root: str, page: Page, scope: Scope, more: tuple[Condition, ...]
) -> None:
    narrow = by_vcenters(RELATIONS[root], page, scope)

    assert narrow.conditions == (*page.conditions, *more)


CONDITION = Condition("guest_hostname", "eq", "a")
BY_HOSTNAME, BY_MEMORY = Page(5, conditions=(CONDITION,)), Page(5, order=(MEMORY,))


@pytest.mark.parametrize(
    ("page", "own", "among", "sifting"),
    [
        (PLAIN, 1000, 1100, Sifting.ALL),
        (PLAIN, 999, 1100, None),
        (PLAIN, 1000, 0, None),
        (NAMED, 63, 1000, Sifting.IF_FEW),
        (NAMED, 62, 1000, None),
        (NAMED, 910, 1000, Sifting.ALL),
        (BY_HOSTNAME, 900, 1000, None),
        (BY_HOSTNAME, 910, 1000, Sifting.ALL),
        (BY_MEMORY, 1000, 1000, None),
        (OF_ANOTHER, 1000, 1000, None),
        (IDENTIFIED, 1000, 1000, None),
        (PLAIN, 1, 1, None),
    ],
    ids=[
        "nearly all",
        "less",
        "nobody counted",
        "names: a few are tried",
        "names in little",
        "names in nearly all",
        "what no index knows, in much",
        "in nearly all",
        "another order",
        "one vCenter",
        "an identifier",
        "the only one",
    ],
)
def test_where_nearly_all_is_in_scope_the_estate_is_read(
    page: Page, own: int, among: int, sifting: Sifting | None
) -> None:
    scope = Scope({number: uuid4() for number in range(own)}, among)

    read = by_vcenters(RELATIONS["virtual_machines"], page, scope)

    assert read.sifting is sifting
    if sifting is not None:
        assert read.conditions == page.conditions


@pytest.mark.parametrize(
    ("page", "among"), [(PLAIN, 2), (NAMED, 2), (NAMED, 32)], ids=["all", "names", "a few"]
)
async def test_what_is_read_of_the_estate_rests_on_the_scope_alone(page: Page, among: int) -> None:
    reads, relation = SEVERAL.over(Nothing()), RELATIONS["virtual_machines"]
    reads.reach = Reach()
    loader = PageOfList(reads, replace(SEVERAL, among=among), Taken())

    await loader.pages([ListKey(relation, page)], Wanted(("name",)))

    assert by_vcenters(relation, page, replace(SEVERAL, among=among)).sifting is not None
    assert reads.reach.is_bounded
    assert reads.reach.uuids == set(UUIDS)
