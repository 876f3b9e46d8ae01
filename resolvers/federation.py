"""What makes the graph a subgraph of an Apollo Federation (version 2): `_service`, `_entities`.

    router: { _entities(representations: [{__typename: "Host", id: "…"}]) { ... on Host { name } } }

Every type with an ID is an entity by that ID (`node.entity_type` writes its `@key`); entities are
read by the loader that `nodes` uses, so one statement serves all of a type.
"""

import asyncio
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

import strawberry
from strawberry.federation.schema import FederationAny
from strawberry.printer import print_schema
from strawberry.schema.base import BaseSchema

from loaders.entity import ENTITIES
from loaders.row import IdKey
from resolvers import global_id
from resolvers.cluster import Cluster
from resolvers.context import Info
from resolvers.datacenter import Datacenter
from resolvers.datastore import Datastore
from resolvers.distributed_switch import DistributedSwitch
from resolvers.folder import Folder
from resolvers.host import Host
from resolvers.network import Network
from resolvers.node import TYPES, from_row
from resolvers.resource_pool import ResourcePool
from resolvers.storage_pod import StoragePod
from resolvers.sync_run import SyncRun
from resolvers.vcenter import VCenter
from resolvers.virtual_machine import VirtualMachine
from runtime.errors import InvalidRepresentationError, PageSizeError, VMinerError

MOST_REPRESENTATIONS = 500

FederatedEntity = Annotated[
    VCenter
    | Datacenter
    | Folder
    | Cluster
    | Host
    | Datastore
    | VirtualMachine
    | StoragePod
    | ResourcePool
    | Network
    | DistributedSwitch
    | SyncRun,
    strawberry.union("_Entity", description="Anything that a federation may refer to by its ID."),
]

Representations = Annotated[
    list[FederationAny],
    strawberry.argument(description="Objects of __typename and id, at most 500."),
]


@strawberry.type(name="_Service", description="This graph as a subgraph of a federation.")
class Service:
    """What a router asks when a supergraph is composed."""

    sdl: str = strawberry.field(description="The schema, with the directives of the federation.")


def service() -> Any:
    """Show the schema to whoever composes a supergraph."""

    def resolve(info: Info) -> Service:
        return Service(sdl=_sdl(info.schema))

    return strawberry.field(
        resolver=resolve, name="_service", description="For routers of a federation: the schema."
    )


def entities() -> Any:
    """Show objects that other subgraphs refer to; null, with an error, for what is no reference."""

    async def resolve(info: Info, representations: Representations) -> list[FederatedEntity | None]:
        if len(representations) > MOST_REPRESENTATIONS:
            raise PageSizeError(
                f"_entities takes at most {MOST_REPRESENTATIONS} representations,"
                f" not {len(representations)}."
            )
        return list(await asyncio.gather(*(_entity(info, each) for each in representations)))

    return strawberry.field(
        resolver=resolve,
        name="_entities",
        description="For routers of a federation: objects by their representations, in that order; "
        "null where there is none.",
    )


async def _entity(info: Info, representation: object) -> Any:
    """Return the object; an error of ours is returned too, since it is that of one element."""
    try:
        wanted = _decoded(representation)
    except VMinerError as error:
        return error
    entity = ENTITIES[wanted.type]
    row = await info.context.loaders.row_by_id.load(IdKey(entity, wanted.uuid, wanted.moid))
    # Cast, or Strawberry looks for the type among the union's by identity, and the schema, being
    # sorted, has copies of them.
    return None if row is None else strawberry.cast(TYPES[entity], from_row(entity, row))


def _decoded(representation: object) -> global_id.GlobalId:
    """Return what a representation refers to.

    Raises:
        InvalidRepresentationError: it is none, or of no type of ours.
        InvalidIdError: its ID is none of ours, or of another type.
    """
    if not isinstance(representation, Mapping):
        raise InvalidRepresentationError
    name, id_ = representation.get("__typename"), representation.get("id")
    if not isinstance(name, str) or not isinstance(id_, str):
        raise InvalidRepresentationError
    if name not in global_id.TAGS:
        raise InvalidRepresentationError(f"No entity here is a {name[:100]!r}.")
    return global_id.decode(id_, name)


@cache
def _sdl(schema: BaseSchema) -> str:
    return print_schema(schema)
