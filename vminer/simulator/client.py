"""Speaks to the control endpoint of a simulation in another process."""

from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx
import orjson

READY_FILE = "simulator.json"


class SimulatorClient:
    """Blocking, because tests and the demo's driver are; use it as a context manager."""

    def __init__(self, control_url: str) -> None:
        self._http = httpx.Client(base_url=control_url, trust_env=False)

    @classmethod
    def of_directory(cls, directory: Path) -> Self:
        """The simulation that was started with this directory."""
        facts = orjson.loads((directory / READY_FILE).read_bytes())
        return cls(facts["control"])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connection, not the simulation."""
        self._http.close()

    def vcenters(self) -> list[dict[str, Any]]:
        """The status of all."""
        found: list[dict[str, Any]] = self._call("GET", "/vcenters")
        return found

    def status(self, name: str) -> dict[str, Any]:
        """VMs, sessions, calls so far, what is switched on."""
        found: dict[str, Any] = self._call("GET", _path(name))
        return found

    def switch_on(self, name: str, kind: str, /, **where: Any) -> None:
        """Makes a vCenter misbehave; `where` as in trouble.Trouble (times, page, seconds, …)."""
        self._call("POST", _path(name, "troubles"), {"kind": kind, **where})

    def clear(self, name: str, kind: str | None = None) -> None:
        """Makes it behave again."""
        suffix = "" if kind is None else f"?kind={quote(kind)}"
        self._call("DELETE", _path(name, "troubles") + suffix)

    def change(self, name: str, change: str, /, **arguments: Any) -> Any:
        """One of control.CHANGES; answers its result (the moid of an added machine)."""
        body = {"change": change, **arguments}
        return self._call("POST", _path(name, "changes"), body)["result"]

    def drift(self, name: str, count: int, seed: int | None = None) -> list[str]:
        """Makes `count` small changes in one vCenter."""
        body = {"count": count, "seed": seed}
        lines: list[str] = self._call("POST", _path(name, "drift"), body)["changes"]
        return lines

    def drift_all(self, count: int, seed: int | None = None) -> dict[str, list[str]]:
        """Makes `count` small changes in every vCenter."""
        found: dict[str, list[str]] = self._call("POST", "/drift", {"count": count, "seed": seed})
        return found

    def move(self, moid: str, *, source: str, target: str) -> str:
        """A machine goes to another vCenter, with all it is known by; answers its moid there."""
        body = {"source": source, "target": target, "moid": moid}
        taken: str = self._call("POST", "/moves", body)["moid"]
        return taken

    def expire_sessions(self, name: str) -> None:
        """As if the vCenter had restarted."""
        self._call("POST", _path(name, "expire"))

    def reissue_certificate(self) -> None:
        """All vCenters, which share it, show a new certificate of the same authority."""
        self._call("POST", "/certificate")

    def settings(self, name: str, **values: Any) -> None:
        """moving_numbers, idle_seconds."""
        self._call("POST", _path(name, "settings"), values)

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        content = None if body is None else orjson.dumps(body)
        answer = self._http.request(method, path, content=content)
        if answer.is_error:
            raise ValueError(answer.text)
        return orjson.loads(answer.content)


def _path(name: str, action: str = "") -> str:
    return f"/vcenters/{quote(name)}/{action}".rstrip("/")
