"""Ends what it started, whatever happens to its parent: a small supervisor of the stack's servers.

It runs in a session of its own, takes JSON lines on standard input and answers in JSON lines:

    {"do": "spawn", "name": …, "argv": […], "env": {…}, "cwd": …, "user": …, "log": …, "stop": 15}
    {"do": "stop", "name": …, "grace": 5}     {"do": "signal", "name": …, "signal": 19}
    {"do": "list"}

When standard input ends — the parent closed it, died, or was killed with SIGKILL — every child is
ended in reverse order of its start: its own stop signal, a bounded grace, then SIGKILL to its
process group; then every descendant that was left behind. PDEATHSIG would not do: it is cleared by
a change of user and fires when the *thread* that forked ends. As child subreaper it inherits the
orphans of its children (Erlang's helpers), so it can find and end them. Standard library only.
"""

import ctypes
import json
import os
import pwd
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

PR_SET_CHILD_SUBREAPER = 36
GRACE_SECONDS = 5.0


class Child:
    """One started process and how to end it."""

    def __init__(self, request: dict[str, Any]) -> None:
        self.name: str = request["name"]
        self.stop_signal = int(request.get("stop", signal.SIGTERM))
        account = pwd.getpwnam(request["user"]) if request.get("user") else None
        with Path(request["log"]).open("ab") as log:
            self.process = subprocess.Popen(
                request["argv"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=request["env"],
                cwd=request.get("cwd", "/"),
                start_new_session=True,
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
            )

    def signal(self, number: int, *, group: bool = True) -> None:
        """Send a signal to the process and everything in its group."""
        try:
            if group:
                os.killpg(self.process.pid, number)
            else:
                self.process.send_signal(number)
        except ProcessLookupError:
            return

    def stop(self, grace_seconds: float) -> None:
        """End it gently, then its whole group for certain."""
        if self.process.poll() is None:
            self.signal(signal.SIGCONT)
            self.signal(self.stop_signal, group=False)
            try:
                self.process.wait(grace_seconds)
            except subprocess.TimeoutExpired:
                self.signal(signal.SIGKILL)
        self.signal(signal.SIGKILL)
        self.process.wait()


class Supervisor:
    """The children, in the order they were started."""

    def __init__(self) -> None:
        self.children: dict[str, Child] = {}

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Carry out one request."""
        match request["do"]:
            case "spawn":
                child = Child(request)
                self.children[child.name] = child
                return {"pid": child.process.pid}
            case "stop":
                if request["name"] in self.children:
                    self.children.pop(request["name"]).stop(request.get("grace", GRACE_SECONDS))
                return {}
            case "signal":
                self.children[request["name"]].signal(request["signal"])
                return {}
            case _:
                codes = {name: child.process.poll() for name, child in self.children.items()}
                return {"children": codes}

    def end(self) -> None:
        """End every child, newest first, then whatever they left behind."""
        for child in reversed(self.children.values()):
            child.stop(GRACE_SECONDS)
        deadline = time.monotonic() + GRACE_SECONDS
        while children_left() and time.monotonic() < deadline:
            for pid in descendants(os.getpid()):
                kill(pid)
            time.sleep(0.02)


def descendants(root: int) -> list[int]:
    """Return the pids of every living descendant of `root`, from /proc."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:
            continue
        state, parent = text.rpartition(")")[2].split()[:2]
        if state != "Z":
            parents.setdefault(int(parent), []).append(int(stat.parent.name))
    found: list[int] = []
    front = [root]
    while front:
        front = [child for pid in front for child in parents.get(pid, [])]
        found += front
    return found


def kill(pid: int) -> None:
    """End a process that may have ended by itself meanwhile."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def children_left() -> bool:
    """Collect the exit status of every child and orphan that has ended; are there more?"""
    try:
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            continue
    except ChildProcessError:
        return False
    return True


def interrupted(number: int, frame: object) -> None:
    """Leave the reading loop, so that the children are ended."""
    del number, frame
    raise KeyboardInterrupt


def main() -> int:
    """Serve requests until standard input ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, interrupted)
    supervisor = Supervisor()
    try:
        for line in sys.stdin:
            try:
                reply = supervisor.answer(json.loads(line))
            except (OSError, KeyError, ValueError) as error:
                reply = {"error": f"{type(error).__name__}: {error}"}
            print(json.dumps(reply), flush=True)
    except (KeyboardInterrupt, BrokenPipeError):
        pass
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        supervisor.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
