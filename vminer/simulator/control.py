"""The control endpoint: plain HTTP and JSON on the loopback, for tests and the demo.

GET    /vcenters                       all, with what is switched on
GET    /vcenters/{name}                one
POST   /vcenters/{name}/troubles       {"kind": "slow", "seconds": 2, "times": 1, ...}
DELETE /vcenters/{name}/troubles       all, or ?kind=slow
POST   /vcenters/{name}/changes        {"change": "power", "moid": "vm-1001", ...}
POST   /vcenters/{name}/drift          {"count": 20, "seed": 1}
POST   /vcenters/{name}/expire         ends all sessions
POST   /vcenters/{name}/settings       {"moving_numbers": true, "idle_seconds": 60}
POST   /drift                          the same drift in every vCenter
POST   /moves                          {"source": name, "target": name, "moid": "vm-1001"}
POST   /certificate                    a new certificate, which all vCenters share
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qs, unquote

import orjson

from vminer.simulator.changes import UnknownObjectError
from vminer.simulator.trouble import TroubleKind
from vminer.simulator.vcenter import SimulatedVCenter
from vminer.simulator.web import Answer, Request

Body = dict[str, Any]
Change = Callable[[SimulatedVCenter, Body], Any]

CHANGES: Mapping[str, Change] = {
    "power": lambda vcenter, it: vcenter.changes.power(it["moid"], it["state"]),
    "rename": lambda vcenter, it: vcenter.changes.rename(it["moid"], it["name"]),
    "annotate": lambda vcenter, it: vcenter.changes.annotate(it["moid"], it["text"]),
    "resize": lambda vcenter, it: vcenter.changes.resize(it["moid"], it["memory_mb"]),
    "use": lambda vcenter, it: vcenter.changes.use(it["moid"]),
    "move": lambda vcenter, it: vcenter.changes.move(it["moid"], it["host"]),
    "connect": lambda vcenter, it: vcenter.changes.connect(it["moid"], it["state"]),
    "add": lambda vcenter, _: vcenter.changes.add(),
    "remove": lambda vcenter, it: vcenter.changes.remove(it["moid"]),
    "reuse": lambda vcenter, it: vcenter.changes.reuse(it["moid"]),
    "add_snapshot": lambda vcenter, it: vcenter.changes.add_snapshot(
        it["moid"], it.get("name", "snapshot")
    ),
    "remove_snapshot": lambda vcenter, it: vcenter.changes.remove_snapshot(
        it["moid"], it.get("number")
    ),
    "set_free_space": lambda vcenter, it: vcenter.changes.set_free_space(
        it["moid"], it["free_bytes"]
    ),
    "tick": lambda vcenter, _: vcenter.changes.tick(),
}


class Control:
    """Reads requests, calls the vCenters' own methods."""

    def __init__(
        self, vcenters: Mapping[str, SimulatedVCenter], reissue: Callable[[], None]
    ) -> None:
        self._vcenters = vcenters
        self._reissue = reissue

    def answer(self, request: Request) -> Answer:
        """JSON in, JSON out; what is wrong with a request is said with 400 or 404."""
        path, _, query = request.path.partition("?")
        parts = [unquote(part) for part in path.strip("/").split("/")]
        try:
            body = orjson.loads(request.body) if request.body else {}
            result = self._route(request.method, parts, body, parse_qs(query))
        except (UnknownObjectError, KeyError, ValueError, TypeError) as error:
            return _json(400, {"error": f"{type(error).__name__}: {error}"})
        return _json(404, {"error": "no such resource"}) if result is None else _json(200, result)

    def _route(self, method: str, parts: list[str], body: Body, query: Mapping[str, Any]) -> Any:
        if (method, parts) == ("GET", ["vcenters"]):
            return [status(each) for each in self._vcenters.values()]
        if (method, parts) == ("POST", ["drift"]):
            return {name: each.drift(**body) for name, each in self._vcenters.items()}
        if (method, parts) == ("POST", ["moves"]):
            return self._move(**body)
        if (method, parts) == ("POST", ["certificate"]):
            self._reissue()
            return {}
        if parts[0] != "vcenters" or len(parts) < 2 or parts[1] not in self._vcenters:
            return None
        vcenter = self._vcenters[parts[1]]
        action = _ACTIONS.get((method, "/".join(parts[2:])))
        return None if action is None else action(vcenter, body, query)

    def _move(self, source: str, target: str, moid: str) -> Body:
        leaves = self._vcenters[source].changes
        taken = self._vcenters[target].changes.take(leaves.machine(moid))
        leaves.remove(moid)
        return {"moid": taken}


def status(vcenter: SimulatedVCenter) -> Body:
    """What it holds, who is logged in, what is switched on."""
    return {
        "name": vcenter.identity.name,
        "instance_uuid": vcenter.identity.instance_uuid,
        "vms": len(vcenter.inventory.frame.machine_indexes()),
        "sessions": len(vcenter.sessions),
        "logins": vcenter.sessions.logins,
        "calls": vcenter.calls,
        "moving_numbers": vcenter.moving_numbers,
        "troubles": [asdict(each) for each in vcenter.troubles.active],
    }


def _switch_on(vcenter: SimulatedVCenter, body: Body, _: Mapping[str, Any]) -> Body:
    vcenter.switch_on(**body)
    return status(vcenter)


def _clear(vcenter: SimulatedVCenter, _: Body, query: Mapping[str, Any]) -> Body:
    for kind in query.get("kind", [None]):
        vcenter.troubles.clear(None if kind is None else TroubleKind(kind))
    return status(vcenter)


def _change(vcenter: SimulatedVCenter, body: Body, _: Mapping[str, Any]) -> Body:
    return {"result": CHANGES[body["change"]](vcenter, body)}


def _drift(vcenter: SimulatedVCenter, body: Body, _: Mapping[str, Any]) -> Body:
    return {"changes": vcenter.drift(**body)}


def _expire(vcenter: SimulatedVCenter, _: Body, __: Mapping[str, Any]) -> Body:
    vcenter.sessions.close_all()
    return status(vcenter)


def _settings(vcenter: SimulatedVCenter, body: Body, _: Mapping[str, Any]) -> Body:
    vcenter.moving_numbers = bool(body.get("moving_numbers", vcenter.moving_numbers))
    idle = float(body.get("idle_seconds", vcenter.sessions.idle_seconds))
    vcenter.sessions.idle_seconds = idle
    return status(vcenter)


_ACTIONS: Mapping[tuple[str, str], Callable[[SimulatedVCenter, Body, Mapping[str, Any]], Body]] = {
    ("GET", ""): lambda vcenter, _, __: status(vcenter),
    ("POST", "troubles"): _switch_on,
    ("DELETE", "troubles"): _clear,
    ("POST", "changes"): _change,
    ("POST", "drift"): _drift,
    ("POST", "expire"): _expire,
    ("POST", "settings"): _settings,
}


def _json(status_code: int, value: Any) -> Answer:
    return Answer(status_code, orjson.dumps(value), "application/json")
