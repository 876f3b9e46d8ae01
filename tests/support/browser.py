"""Headless Chromium for tests: opens a page, acts on it, and tells every address it asked for.

The browser reaches no host but 127.0.0.1. It is driven over the DevTools protocol on a pair of
pipes (JSON messages, each ended by a zero byte), so no debugging port is open and Chromium ends
when the pipes close.
"""

import base64
import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runtime.settings import inherited_environment
from tests.support import debian

PACKAGES = ("chromium", "fonts-dejavu-core")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--remote-debugging-pipe",
    "--window-size=1280,800",
)
# Chromium reads commands from descriptor 3 and writes answers to 4, whatever ours are called.
MOVE_PIPES = """
import fcntl, os, sys
commands, answers = (fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3])
os.dup2(commands, 3)
os.dup2(answers, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
START_SECONDS = 60.0
POLL_SECONDS = 0.1


class BrowserError(Exception):
    """Chromium did not do what it was asked."""


class ChromiumUnavailableError(Exception):
    """Chromium is not here and cannot be installed."""


@dataclass(slots=True)
class Page:
    """One open tab; what it asked the network for and complained about collects here."""

    _devtools: "_DevTools"
    _session: str
    requests: list[str] = field(default_factory=list)
    """Every address requested by the page, its frames and its workers; `data:` is no request."""
    complaints: list[str] = field(default_factory=list)
    """Uncaught exceptions, console errors and what the Content-Security-Policy refused."""

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression (awaited, when it is a promise)."""
        answer = self._devtools.call(
            "Runtime.evaluate",
            {"expression": expression, "awaitPromise": True, "returnByValue": True},
            session=self._session,
        )
        if "exceptionDetails" in answer:
            raise BrowserError(_exception_text(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def wait_until(self, expression: str, *, timeout_seconds: float = 60.0) -> None:
        """Return once a JavaScript expression is true."""
        deadline = time.monotonic() + timeout_seconds
        while not self.evaluate(f"Boolean({expression})"):
            if time.monotonic() > deadline:
                raise BrowserError(
                    f"not true after {timeout_seconds:g} s: {expression}\n{self.text}"
                )
            self._devtools.listen(POLL_SECONDS)

    def go(self, url: str, *, timeout_seconds: float = 30.0) -> None:
        """Open an address and wait until the page has loaded."""
        answer = self._devtools.call("Page.navigate", {"url": url}, session=self._session)
        if "errorText" in answer:
            raise BrowserError(f"{url}: {answer['errorText']}")
        self.wait_until("document.readyState === 'complete'", timeout_seconds=timeout_seconds)

    def click(self, selector: str) -> None:
        """Click the middle of the first element that a CSS selector finds."""
        box = self.evaluate(
            f"(() => {{ const box = document.querySelector({json.dumps(selector)})"
            "?.getBoundingClientRect(); return box && "
            "[box.x + box.width / 2, box.y + box.height / 2] })()"
        )
        if box is None:
            raise BrowserError(f"nothing on the page matches {selector}")
        mouse = {"x": box[0], "y": box[1], "button": "left", "clickCount": 1}
        for kind in ("mousePressed", "mouseReleased"):
            self._devtools.call(
                "Input.dispatchMouseEvent", {"type": kind, **mouse}, session=self._session
            )

    def type(self, text: str) -> None:
        """Insert text where the cursor is."""
        self._devtools.call("Input.insertText", {"text": text}, session=self._session)

    @property
    def text(self) -> str:
        """The text a reader sees."""
        return str(self.evaluate("document.body?.innerText ?? ''"))

    @property
    def url(self) -> str:
        """The address as the address bar shows it now."""
        return str(self.evaluate("window.location.href"))

    def screenshot(self, path: Path) -> Path:
        """Write a PNG of what is visible and return its path."""
        answer = self._devtools.call(
            "Page.captureScreenshot", {"format": "png"}, session=self._session
        )
        path.write_bytes(base64.b64decode(answer["data"]))
        return path

    def hear(self, method: str, parameters: dict[str, Any]) -> None:
        """Note one event of the DevTools protocol."""
        match method:
            case "Network.requestWillBeSent":
                if not parameters["request"]["url"].startswith("data:"):
                    self.requests.append(parameters["request"]["url"])
            case "Network.webSocketCreated":
                self.requests.append(parameters["url"])
            case "Runtime.exceptionThrown":
                self.complaints.append(_exception_text(parameters["exceptionDetails"]))
            case "Runtime.consoleAPICalled" if parameters["type"] in {"error", "assert"}:
                words = (item.get("value", item.get("description")) for item in parameters["args"])
                self.complaints.append(" ".join(str(word) for word in words))
            case "Log.entryAdded" if parameters["entry"]["level"] == "error":
                self.complaints.append(parameters["entry"]["text"])
            case _:
                pass


@dataclass(slots=True)
class _DevTools:
    """The DevTools protocol over a pair of pipes: calls one way, answers and events the other."""

    commands: int
    answers: int
    page: Page | None = None
    _number: int = 0
    _unread: bytes = b""

    def call(
        self, method: str, parameters: dict[str, Any] | None = None, *, session: str | None = None
    ) -> dict[str, Any]:
        """Send one command and return its result; events that come meanwhile go to the page."""
        number = self._send(method, parameters or {}, session)
        deadline = time.monotonic() + START_SECONDS
        while (remaining := deadline - time.monotonic()) > 0:
            message = self._receive(remaining)
            if message is not None and message.get("id") == number:
                if "error" in message:
                    raise BrowserError(f"{method}: {message['error']['message']}")
                result: dict[str, Any] = message["result"]
                return result
        raise BrowserError(f"{method}: no answer in {START_SECONDS:g} s")

    def listen(self, seconds: float) -> None:
        """Take in events for a while."""
        deadline = time.monotonic() + seconds
        while (remaining := deadline - time.monotonic()) > 0:
            self._receive(remaining)

    def watch(self, session: str) -> None:
        """Ask a tab, frame or worker to report its requests and complaints, and its children's."""
        for domain in ("Network", "Runtime", "Log"):
            self._send(f"{domain}.enable", {}, session)
        attach = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True}
        self._send("Target.setAutoAttach", attach, session)
        self._send("Runtime.runIfWaitingForDebugger", {}, session)

    def _send(self, method: str, parameters: dict[str, Any], session: str | None) -> int:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        with suppress(BrokenPipeError):  # the missing answer is what gets reported
            os.write(self.commands, json.dumps(message).encode() + b"\0")
        return self._number

    def _receive(self, seconds: float) -> dict[str, Any] | None:
        """Return the next message, or None when none came in time; events are handled here."""
        while b"\0" not in self._unread:
            with selectors.DefaultSelector() as selector:
                selector.register(self.answers, selectors.EVENT_READ)
                if not selector.select(seconds):
                    return None
            chunk = os.read(self.answers, 1 << 20)
            if not chunk:
                raise BrowserError("Chromium ended")
            self._unread += chunk
        line, _, self._unread = self._unread.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        if message.get("method") == "Target.attachedToTarget":
            self.watch(message["params"]["sessionId"])
        elif "method" in message and self.page is not None:
            self.page.hear(message["method"], message["params"])
        return message


def find_chromium() -> str:
    """Return the path of Chromium, installed from Debian when it is missing.

    Raises:
        ChromiumUnavailableError: with the reason.
    """
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    try:
        debian.install(*PACKAGES)
    except debian.PackagesUnavailableError as error:
        raise ChromiumUnavailableError(f"no Chromium here: {error}") from error
    if path := shutil.which("chromium"):
        return path
    raise ChromiumUnavailableError("the chromium package is installed, but holds no `chromium`")


def chromium_or_skip() -> str:
    """Return the path of Chromium; skip the test where it cannot be had, fail it in CI."""
    try:
        return find_chromium()
    except ChromiumUnavailableError as error:
        debian.skip_or_fail(str(error))


@contextmanager
def open_page(url: str, *, chromium: str | None = None) -> Iterator[Page]:
    """Open an address in a new browser with an empty profile; the browser ends with the block."""
    with (
        tempfile.TemporaryDirectory(prefix="vminer-chromium-", ignore_cleanup_errors=True) as home,
        _running(chromium or find_chromium(), Path(home)) as devtools,
    ):
        page = devtools.page = _new_page(devtools)
        page.go(url)
        yield page


def _new_page(devtools: _DevTools) -> Page:
    target = devtools.call("Target.createTarget", {"url": "about:blank"})["targetId"]
    attached = devtools.call("Target.attachToTarget", {"targetId": target, "flatten": True})
    session = attached["sessionId"]
    devtools.call("Page.enable", session=session)
    return Page(devtools, session)


@contextmanager
def _running(chromium: str, home: Path) -> Iterator[_DevTools]:
    their_commands, our_commands = os.pipe()
    our_answers, their_answers = os.pipe()
    mover = [sys.executable, "-c", MOVE_PIPES, str(their_commands), str(their_answers)]
    with (home / "stderr").open("wb") as stderr:
        process = subprocess.Popen(
            [*mover, chromium, *FLAGS, f"--user-data-dir={home / 'profile'}", "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            pass_fds=(their_commands, their_answers),
            env={**inherited_environment(), "HOME": str(home)},
            start_new_session=True,
        )
    os.close(their_commands)
    os.close(their_answers)
    try:
        yield _DevTools(our_commands, our_answers)
    finally:
        os.close(our_commands)
        os.close(our_answers)
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Wait for Chromium to notice the closed pipes; kill its whole group when it does not."""
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=5)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _exception_text(details: dict[str, Any]) -> str:
    exception = details.get("exception", {})
    return str(exception.get("description") or details.get("text", "exception"))
