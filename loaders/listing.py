"""Pages and counts of lists in batches: one statement for each relation and kind of page."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from loaders.along import ALL_COLUMNS, Taken, Wanted
from loaders.condition import Condition
from loaders.entity import SYNC_RUN, VCENTER
from loaders.keyed import KEY, VCENTER_ID
from loaders.page import (
    MOST_SIFTED,
    Page,
    Parent,
    Sifting,
    count_of_list,
    page_of_estate,
    pages_of_parents,
    parameters_of_parents,
)
from loaders.reach import Of
from loaders.reading import ReadLoader, Record, grouped
from loaders.relation import Relation
from loaders.scope import Reads, Scope
from loaders.template import prepared_count, prepared_page, template_of, template_of_list
from loaders.vcenter_numbers import number_of, remember

Records = list[Record]
NEARLY_ALL = 10 / 11
"""The part of all vCenters from which on a scope is as good as the estate."""
SOME = 1 / 16
"""The part from which on looking through the scope takes longer than finding a few names."""


class ListKey(NamedTuple):
    """One page of one list."""

    relation: Relation
    page: Page
    parent: Parent | None = None
    """None: the whole estate."""

    @property
    def statement(self) -> tuple[Relation, Page]:
        """What keys must share to share a statement."""
        return self.relation, self.page


class PageOfList(ReadLoader[ListKey, Records]):
    """`hosts`, `hosts_by_cluster`, …: rows of a page, and one more if there is a next page."""

    def __init__(self, reads: Reads, scope: Scope, taken: Taken, held: UUID | None = None) -> None:
        super().__init__(reads)
        self._scope = scope
        self._taken = taken
        self.held = held
        """The vCenter that root lists are held to, as they are exported vCenter by vCenter."""

    async def batch_load_fn(self, keys: list[ListKey]) -> list[Records]:
        """Load one page for each key."""
        pages = await self.pages(keys)
        return [pages[key] for key in keys]

    async def pages(
        self, keys: list[ListKey], wanted: Wanted = ALL_COLUMNS
    ) -> dict[ListKey, Records]:
        """Return the page of each key, and take what goes along with it."""
        pages: dict[ListKey, Records] = {key: [] for key in keys}
        for (relation, page), group in grouped(pages, lambda key: key.statement):
            if relation.is_root:
                own = self._narrowed(relation, page)
                pages[group[0]] = await self._page_of_estate(relation, own, wanted)
                continue
            parents = [key.parent for key in group if key.parent is not None]
            for row in await self._rows(relation, page, wanted, parents):
                pages[group[row[-1] - 1]].append(row[:-1])
        return pages

    def goes_along(self, key: ListKey) -> bool:
        """Tell whether what the rows of a page lead to is read along with it, if it may be."""
        if not key.relation.is_root or not key.relation.target.is_inventory:
            return False
        page = self._narrowed(key.relation, key.page)
        return self._number_of(page.vcenter) is not None and _has_template(page)

    async def _page_of_estate(self, relation: Relation, page: Page, wanted: Wanted) -> Records:
        """Read a page of a root list; once more where the first way did not find what there is.

        That is by the number of its vCenter, which may be another's by now; or by what is found
        without the scope, which may be too much.
        """
        vcenter = page.vcenter if relation.target.is_inventory else None
        if vcenter is not None and (number := self._number_of(vcenter)) is not None:
            found = await self._of_number(relation, page.numbered, wanted, number)
            if found or self._scope.number_of(vcenter) == number:
                return found
            self._reads.forget()
        wanted = wanted._replace(along=())
        if vcenter is not None:
            wanted = wanted.with_number
        rows = await self._rows(relation, page, wanted)
        if page.sifting is Sifting.IF_FEW:
            if not rows or rows[0][-1] <= MOST_SIFTED:
                return [row[:-1] for row in rows]
            own = replace(page, sifting=None)
            self._reads.forget()
            rows = await self._rows(relation, own, wanted)
        shown = wanted.columns or relation.target.keys
        if rows and vcenter is not None and KEY[0] in shown:
            remember(vcenter, rows[0][shown.index(KEY[0])])
        return list(rows)

    def _number_of(self, vcenter: UUID | None) -> int | None:
        """Return the number of a vCenter, where whoever asks, or this process, has it."""
        if vcenter is None:
            return None
        own = self._scope.number_of(vcenter)
        return number_of(vcenter) if own is None else own

    async def _of_number(
        self, relation: Relation, page: Page, wanted: Wanted, number: int
    ) -> Records:
        """Read a page of the vCenter of this number, and what goes along with it."""
        if wanted.along and not _has_template(page):
            wanted = wanted._replace(along=())
        rows = await self._rows(relation, page, wanted, beside={str(VCENTER_ID.key): number})
        return self._taken.take(number, rows[0], wanted) if wanted.along else list(rows)

    async def _rows(
        self,
        relation: Relation,
        page: Page,
        wanted: Wanted,
        parents: Sequence[Parent] = (),
        *,
        beside: Mapping[str, int] = {},
    ) -> Sequence[Record]:
        """Read pages by the statement of all that differ in values alone, where there is one.

        `beside`: parameters that are not values of the page, such as the number of its vCenter.
        """
        template, of = template_of(page), vcenters_of(relation, page, parents)
        if page.sifting is not None and self._scope.vcenters is not None:
            of = tuple(self._scope.vcenters.values())
        if template is not None:
            statement = prepared_page(relation, template.page, wanted)
            given = {**template.values, **parameters_of_parents(parents), **beside}
            return await self.fetch(relation.name, statement, given, of)
        if relation.is_root:
            whole = page_of_estate(relation, page, wanted.columns, wanted.joined).params(beside)
            return await self.rows(relation.name, whole, of)
        rows = pages_of_parents(relation, page, parents, wanted.columns)
        return await self.rows(relation.name, rows, of)

    def _narrowed(self, relation: Relation, page: Page) -> Page:
        if self.held is None:
            return by_vcenters(relation, page, self._scope)
        column = "instance_uuid" if relation.target is VCENTER else "vcenter_uuid"
        return replace(page, conditions=(*page.conditions, Condition(column, "eq", self.held)))


class CountOfList(ReadLoader[ListKey, int]):
    """How many rows a list has, whichever of its pages is asked for."""

    async def batch_load_fn(self, keys: list[ListKey]) -> list[int]:
        """Count the list of each key."""
        counts: dict[ListKey, int] = {}
        for (relation, page), group in grouped(keys, lambda key: key.statement):
            if relation.is_root:
                rows = await self._rows(relation, page, ())
                counts[group[0]] = rows[0][0]
                continue
            parents = [key.parent for key in group if key.parent is not None]
            for position, count in await self._rows(relation, page, parents):
                counts[group[position - 1]] = count
        return [counts[key] for key in keys]

    async def _rows(
        self, relation: Relation, page: Page, parents: Sequence[Parent]
    ) -> Sequence[Record]:
        name, of = f"count_of_{relation.name}", vcenters_of(relation, page, parents)
        if template := template_of_list(page):
            statement = prepared_count(relation, template.page)
            given = template.values | parameters_of_parents(parents)
            return await self.fetch(name, statement, given, of)
        return await self.rows(name, count_of_list(relation, page, parents), of)


def _has_template(page: Page) -> bool:
    """Tell whether its statement is compiled once: to make all levels anew takes too long."""
    return template_of(page) is not None


def vcenters_of(relation: Relation, page: Page, parents: Sequence[Parent] = ()) -> Of | None:
    """Return the vCenters whose rows alone decide what a list shows, where they are known.

    They are those of its parents; of a root list those that a condition on all of its rows names.
    """
    if not relation.is_root:
        return [parent[0] for parent in parents]
    if relation.target is SYNC_RUN:
        return None
    named = (c for c in page.conditions if isinstance(c, Condition))
    for each in named:
        if each.fixes_vcenter:
            return (each.value,)
        if each.scopes_vcenters:
            uuids: tuple[UUID, ...] = each.value
            return uuids
    return None


def by_vcenters(relation: Relation, page: Page, scope: Scope) -> Page:
    """Ask a root list for the vCenters that a scope holds it to anyway, to be quick.

    Each vCenter's own index is walked then; else the estate's, over all that is out of scope. Where
    a condition finds few rows by itself, they are found first and those out of scope left out; so
    they are where much is in scope.
    """
    if scope.vcenters is None or relation.target is VCENTER:
        return page
    if page.in_one_vcenter or page.scope is not None or page.is_identified:
        return page
    uuids = tuple(scope.vcenters.values())
    if len(uuids) == 1:
        own = Condition("vcenter_uuid", "eq", uuids[0])
    elif sifting := _sifting(page, len(uuids), scope.among):
        return replace(page, sifting=sifting)
    elif page.is_narrow:
        return page
    else:
        own = Condition("vcenter_uuid", "in", uuids)
    return replace(page, conditions=(*page.conditions, own))


def _sifting(page: Page, own: int, among: int) -> Sifting | None:
    """Tell whether a page is found sooner in the whole estate than in each vCenter in scope.

    Looking into one of them costs PostgreSQL 0.1 ms. Passing by its VMs costs a microsecond each,
    and all may stand before those in scope: names begin with sites. So the estate is walked where
    hardly anything is left out. What other orders are by has few values, each of many rows, which
    stand by their vCenters then.
    """
    if page.order:
        return None
    if own >= among * NEARLY_ALL > 0:
        return Sifting.ALL
    return Sifting.IF_FEW if page.is_matched and own >= among * SOME > 0 else None
