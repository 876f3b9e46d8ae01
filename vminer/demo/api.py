"""The demo's own GraphQL client: what it shows, it asks as any script would."""

from dataclasses import dataclass
from typing import Any

import httpx

from runtime.errors import UnavailableError

PROGRESS = """
query DemoProgress($after: String) {
  vcenters(first: 200, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes {
      name state stateReason virtualMachineCount
      syncRuns(first: 1) {
        nodes { state objectsRead objectsExpected attempt errorMessage }
      }
    }
  }
}
"""


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """How far the newest sync of one vCenter is."""

    vcenter: str
    state: str
    objects_read: int
    objects_expected: int | None
    virtual_machines: int
    error: str | None

    @property
    def synced(self) -> bool:
        """Whether the newest sync has succeeded."""
        return self.state == "SUCCEEDED"


class Api:
    """The GraphQL endpoint of the demo."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._http = httpx.Client(base_url=base_url, timeout=10)

    def ready(self) -> bool:
        """Return whether the API can answer queries."""
        try:
            return self._http.get("/readyz").is_success
        except httpx.HTTPError:
            return False

    def query(self, document: str, **variables: object) -> dict[str, Any]:
        """Return the data of a query.

        Raises:
            UnavailableError: no answer, or an answer with errors.
        """
        body = {"query": document, "variables": variables}
        try:
            answer = self._http.post("/graphql", json=body).json()
        except (httpx.HTTPError, ValueError) as error:
            raise UnavailableError(f"{self.base_url}/graphql does not answer: {error}") from error
        if answer.get("errors"):
            raise UnavailableError(f"GraphQL says: {answer['errors'][0]['message']}")
        data: dict[str, Any] = answer["data"]
        return data

    def progress(self) -> list[SyncProgress]:
        """Return how far the newest sync of each vCenter is."""
        found: list[SyncProgress] = []
        after = None
        while True:
            page = self.query(PROGRESS, after=after)["vcenters"]
            found += [_progress(node) for node in page["nodes"]]
            if not page["pageInfo"]["hasNextPage"]:
                return found
            after = page["pageInfo"]["endCursor"]

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def _progress(node: dict[str, Any]) -> SyncProgress:
    run = next(iter(node["syncRuns"]["nodes"]), None) or {}
    return SyncProgress(
        vcenter=node["name"],
        state=run.get("state") or "QUEUED",
        objects_read=run.get("objectsRead") or 0,
        objects_expected=run.get("objectsExpected"),
        virtual_machines=node["virtualMachineCount"] or 0,
        error=run.get("errorMessage") or node["stateReason"],
    )
