"""Root lists of a caller's scope are read by the indexes of its vCenters, where that is quicker."""

from uuid import uuid4

import pytest

from loaders.condition import Condition
from loaders.listing import by_vcenters
from loaders.page import Page
from loaders.relation import RELATIONS
from loaders.scope import EVERYTHING, Scope

UUIDS = (uuid4(), uuid4())
PLAIN = Page(5)
NAMED = Page(5, conditions=(Condition("name", "contains", "web"),))
OF_ANOTHER = Page(5, conditions=(Condition("vcenter_uuid", "eq", uuid4()),))
IDENTIFIED = Page(5, conditions=(Condition("identifier", "eq", (("IP", "10.0.0.1"),)),))
ONE, SEVERAL, ALL = Scope({7: UUIDS[0]}), Scope(dict(enumerate(UUIDS))), EVERYTHING
OF_ONE = Condition("vcenter_uuid", "eq", UUIDS[0])
OF_SEVERAL = Condition("vcenter_uuid", "in", UUIDS)


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
