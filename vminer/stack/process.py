"""The client of the supervisor: starts, signals and ends child processes of the stack."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from runtime.errors import StackError

SUPERVISOR = Path(__file__).with_name("supervisor.py")
END_SECONDS = 30.0


class Supervisor:
    """The supervisor process of one stack. When this process dies, however, the children end."""

    def __init__(self, log_directory: Path) -> None:
        self._logs = log_directory
        self._turn = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-E", str(SUPERVISOR)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd="/",
            start_new_session=True,
        )

    def spawn(
        self,
        name: str,
        argv: Sequence[str],
        *,
        env: Mapping[str, str],
        user: str | None = None,
        cwd: Path | None = None,
        stop_signal: int = signal.SIGTERM,
    ) -> int:
        """Start a process in a group of its own and return its pid; its output goes to its log."""
        request = {
            "do": "spawn",
            "name": name,
            "argv": list(argv),
            "env": dict(env),
            "user": user,
            "cwd": str(cwd or "/"),
            "log": str(self.log(name)),
            "stop": int(stop_signal),
        }
        return int(self._ask(request)["pid"])

    def log(self, name: str) -> Path:
        """Return the file that holds the output of a child."""
        return self._logs / f"{name}.log"

    def stop(self, name: str, *, grace_seconds: float = 5.0) -> None:
        """End a process, gently first."""
        self._ask({"do": "stop", "name": name, "grace": grace_seconds})

    def kill(self, name: str) -> None:
        """End a process and its group at once, as a crash would."""
        self._ask({"do": "signal", "name": name, "signal": int(signal.SIGKILL)})
        self.stop(name, grace_seconds=0)

    def signal(self, name: str, number: int) -> None:
        """Send a signal to a process and its group."""
        self._ask({"do": "signal", "name": name, "signal": int(number)})

    def exited(self) -> list[str]:
        """Return the names of the children that ended by themselves."""
        children: dict[str, int | None] = self._ask({"do": "list"})["children"]
        return [name for name, code in children.items() if code is not None]

    def wait_until(self, ready: Callable[[], bool], name: str, *, seconds: float) -> None:
        """Wait until `ready` says so.

        Raises:
            StackError: the process ended, or the time ran out; with the last lines of its log.
        """
        end = time.monotonic() + seconds
        while not ready():
            if name in self.exited():
                raise StackError(f"{name} ended while it was starting:\n{self.tail(name)}")
            if time.monotonic() > end:
                raise StackError(f"{name} was not ready in {seconds:.0f} s:\n{self.tail(name)}")
            time.sleep(0.05)

    def tail(self, name: str, lines: int = 12) -> str:
        """Return the last lines a child wrote."""
        path = self.log(name)
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])

    def close(self) -> None:
        """End every child and the supervisor itself."""
        with self._turn:
            if self._process.stdin and not self._process.stdin.closed:
                self._process.stdin.close()
            try:
                self._process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            if self._process.stdout:
                self._process.stdout.close()

    def _ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        with self._turn:
            assert self._process.stdin
            assert self._process.stdout
            try:
                self._process.stdin.write(json.dumps(request) + "\n")
                self._process.stdin.flush()
                line = self._process.stdout.readline()
            except (BrokenPipeError, ValueError) as error:
                raise StackError("the supervisor of the stack has ended") from error
        reply: dict[str, Any] = json.loads(line) if line else {"error": "the supervisor has ended"}
        if "error" in reply:
            raise StackError(f"cannot {request['do']} {request.get('name', '')}: {reply['error']}")
        return reply
