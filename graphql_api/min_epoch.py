"""`extensions.minEpoch`: how new what a request reads must be.

    "extensions": {"minEpoch": [
      {"vcenter": "<global ID>", "type": "VirtualMachine", "tier": "LIGHT", "epoch": 42}]}

It stands in the request and not in the document, so persisted documents need not change for it.
"""

from collections.abc import Mapping
from typing import Any

from graphql_api.refusal import Refusal, refuse
from loaders.awaited import MinEpoch
from models.enums import InventoryType, Tier
from resolvers import global_id
from runtime.errors import InvalidIdError

MOST_EPOCHS = 500
HIGHEST = 2**63 - 1
SHAPE = (
    'extensions.minEpoch must be a list of {"vcenter": ID, "type": kind of object, "tier": LIGHT,'
    ' HEAVY or GUEST (LIGHT if left out), "epoch": number}'
)


def read_min_epoch(extensions: Mapping[str, Any]) -> tuple[MinEpoch, ...]:
    """Return what the extensions ask for; nothing where they do not.

    Raises:
        Refusal: it has another shape, or an ID is not that of a vCenter.
    """
    wanted = extensions.get("minEpoch")
    if wanted is None:
        return ()
    if not isinstance(wanted, list):
        raise _misshapen()
    if len(wanted) > MOST_EPOCHS:
        raise refuse(f"extensions.minEpoch takes at most {MOST_EPOCHS} epochs.", "BAD_REQUEST")
    return tuple(_min_epoch(item) for item in wanted)


def _min_epoch(item: object) -> MinEpoch:
    if not isinstance(item, dict) or not item.keys() <= {"vcenter", "type", "tier", "epoch"}:
        raise _misshapen()
    vcenter, epoch = item.get("vcenter"), item.get("epoch")
    is_number = isinstance(epoch, int) and not isinstance(epoch, bool) and 0 <= epoch <= HIGHEST
    if not isinstance(vcenter, str) or not is_number:
        raise _misshapen()
    try:
        type_ = InventoryType(str(item.get("type")))
        tier = Tier(str(item.get("tier", Tier.LIGHT)))
    except ValueError:
        raise _misshapen() from None
    try:
        uuid = global_id.decode(vcenter, "VCenter").uuid
    except InvalidIdError as error:
        message = f"extensions.minEpoch: {error.message}"
        raise refuse(message, "INVALID_ID", is_well_formed=True) from error
    return MinEpoch(uuid, type_.value, tier.value, int(str(epoch)))


def _misshapen() -> Refusal:
    return refuse(f"{SHAPE}.", "BAD_REQUEST")
