"""Valkey, which speaks Redis: nothing on disk, one port."""

import signal
from pathlib import Path

from runtime.settings import inherited_environment
from vminer.stack.account import Account
from vminer.stack.ports import answers, free_port
from vminer.stack.process import Supervisor

NAME = "valkey"


class Valkey:
    """One Valkey server."""

    def __init__(self, supervisor: Supervisor, program: Path, account: Account) -> None:
        self.port = free_port()
        self._supervisor = supervisor
        self._program = program
        self._account = account

    @property
    def url(self) -> str:
        """Return the URL clients connect to."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it accepts connections."""
        options = [
            "--bind",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--save",
            "",
            "--daemonize",
            "no",
        ]
        self._supervisor.spawn(
            NAME,
            [str(self._program), *options],
            env=inherited_environment(),
            user=self._account.name,
            stop_signal=signal.SIGTERM,
        )
        self._supervisor.wait_until(lambda: answers(self.port), NAME, seconds=20)

    def stop(self) -> None:
        """End it; what it held is gone."""
        self._supervisor.stop(NAME)
