"""Sessions: the cookie, what belongs to it, and when it is over."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from vminer.simulator.inventory.catalog import KINDS
from vminer.simulator.inventory.entity import NOTHING_HIDDEN
from vminer.simulator.inventory.inventory import Inventory
from vminer.simulator.inventory.ref import ROOT_FOLDER, Ref
from vminer.simulator.render.schema import is_a
from vminer.simulator.retrieval import Retrieval
from vminer.simulator.selection import contained

DEFAULT_COLLECTOR = "propertyCollector"
IDLE_SECONDS = 1_800.0


@dataclass(slots=True)
class View:
    """A ContainerView of one session."""

    ref: Ref
    container: Ref
    kinds: tuple[str, ...]
    recursive: bool
    list_refs: Callable[["View"], list[Ref]]
    hidden = NOTHING_HIDDEN

    def refs(self) -> list[Ref]:
        """What it shows now."""
        return self.list_refs(self)


@dataclass(slots=True)
class Session:
    """A login."""

    key: str
    cookie: str
    username: str
    address: str
    user_agent: str
    login_time: datetime
    last_active: datetime
    last_seen_seconds: float
    calls: int = 0
    made: int = 0
    """Counts collectors and views, so that their ids differ."""
    collectors: dict[str, dict[str, Retrieval]] = field(
        default_factory=lambda: {DEFAULT_COLLECTOR: {}}
    )
    """Each collector's unfinished retrievals by token."""
    views: dict[str, View] = field(default_factory=dict)

    def new_moid(self, what: str) -> str:
        """Session-scoped ids look like this in life."""
        self.made += 1
        return f"session[{self.key}]{what}-{self.made}"


class Sessions:
    """All sessions of one vCenter."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._by_cookie: dict[str, Session] = {}
        self.idle_seconds = IDLE_SECONDS
        self.logins = 0

    def __len__(self) -> int:
        return len(self._by_cookie)

    @property
    def held(self) -> int:
        """How many views and collectors of their own all sessions hold."""
        return sum(
            len(each.views) + len(each.collectors.keys() - {DEFAULT_COLLECTOR})
            for each in self._by_cookie.values()
        )

    @property
    def user_agents(self) -> list[str]:
        """What each session says it is, as SessionManager.sessionList shows."""
        return [each.user_agent for each in self._by_cookie.values()]

    def open(self, username: str, address: str, user_agent: str) -> Session:
        """A new login."""
        now = datetime.now(UTC)
        self.logins += 1
        session = Session(
            key=secrets.token_hex(16),
            cookie=secrets.token_hex(20),
            username=username,
            address=address,
            user_agent=user_agent,
            login_time=now,
            last_active=now,
            last_seen_seconds=self._clock(),
        )
        self._by_cookie[session.cookie] = session
        return session

    def find(self, cookie: str | None) -> Session | None:
        """The session behind a cookie, unless it is over; counts as activity."""
        session = self._by_cookie.get(cookie or "")
        if session is None:
            return None
        now = self._clock()
        if now - session.last_seen_seconds > self.idle_seconds:
            self.close(session)
            return None
        session.last_seen_seconds = now
        session.last_active = datetime.now(UTC)
        session.calls += 1
        return session

    def close(self, session: Session) -> None:
        """With everything that belongs to it."""
        self._by_cookie.pop(session.cookie, None)

    def close_all(self) -> None:
        """As when a vCenter restarts."""
        self._by_cookie.clear()


def list_view(view: View, inventory: Inventory) -> list[Ref]:
    """What a container view shows: objects of its types beneath its container."""
    wanted = view.kinds or ("ManagedEntity",)
    kinds = [kind for kind in KINDS if any(is_a(kind, each) for each in wanted)]
    if view.container == ROOT_FOLDER and view.recursive:
        found = [ref for kind in kinds for ref in inventory.catalog.refs(kind)]
        return [ref for ref in found if ref != ROOT_FOLDER]
    beneath = contained(view.container, inventory, recursive=view.recursive)
    return [ref for ref in beneath if ref.kind in kinds]
