"""RabbitMQ with an epmd of its own; without it Erlang leaves an epmd behind for ever."""

import secrets
import shutil
from pathlib import Path

from runtime.errors import StackError
from runtime.settings import inherited_environment
from vminer.stack.account import Account
from vminer.stack.install import private_erlang_bin
from vminer.stack.ports import answers, free_port
from vminer.stack.process import Supervisor

NAME = "rabbitmq"
EPMD = "epmd"
BOOT_SECONDS = 120.0  # 6 to 10 s on an idle machine, 30 s on a busy one
CONFIGURATION = """
listeners.tcp.default = {port}
default_user = vminer
default_pass = {password}
vm_memory_high_watermark.absolute = 512MB
disk_free_limit.absolute = 50MB
log.console = true
log.console.level = warning
log.file = false
"""
QUIET_ERLANG = "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none"


class RabbitMQ:
    """One RabbitMQ node, which keeps its queues over a restart."""

    def __init__(
        self, supervisor: Supervisor, script: Path, directory: Path, account: Account
    ) -> None:
        self.port = free_port()
        self._supervisor = supervisor
        self._script = script
        self._directory = directory
        self._account = account
        self._password = secrets.token_urlsafe(12)
        self._epmd_port = free_port()
        self._environment: dict[str, str] = {}

    @property
    def url(self) -> str:
        """Return the URL clients connect to."""
        return f"amqp://vminer:{self._password}@127.0.0.1:{self.port}/"

    def begin(self) -> None:
        """Start epmd and the node without waiting: it boots for seconds."""
        self._prepare()
        self._supervisor.spawn(
            EPMD,
            [self._epmd(), "-port", str(self._epmd_port), "-address", "127.0.0.1"],
            env=self._environment,
            user=self._account.name,
        )
        self._supervisor.wait_until(lambda: answers(self._epmd_port), EPMD, seconds=20)
        self.restart()

    def restart(self) -> None:
        """Start the node, on the queues it had, without waiting."""
        self._supervisor.spawn(
            NAME,
            [str(self._script)],
            env=self._environment,
            user=self._account.name,
            cwd=self._directory,
        )

    def wait(self) -> None:
        """Wait until the node accepts connections."""
        self._supervisor.wait_until(lambda: answers(self.port), NAME, seconds=BOOT_SECONDS)

    def stop(self) -> None:
        """Stop the node in order, so that it can start again on its queues."""
        self._supervisor.stop(NAME, grace_seconds=20)

    def _prepare(self) -> None:
        home = self._directory / "home"
        for path in (self._directory, home, self._directory / "mnesia", self._directory / "log"):
            self._account.make_directory(path)
        self._write(home / ".erlang.cookie", secrets.token_hex(16), mode=0o400)
        configuration = CONFIGURATION.format(port=self.port, password=self._password)
        self._write(self._directory / "rabbitmq.conf", configuration)
        self._write(self._directory / "enabled_plugins", "[].\n")
        base = self._directory
        erlang = private_erlang_bin()
        search = inherited_environment().get("PATH", "/usr/bin:/bin")
        self._environment = inherited_environment() | {
            "HOME": str(home),
            "PATH": f"{erlang}:{search}" if erlang.exists() else search,
            "RABBITMQ_NODENAME": f"vminer{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_BASE": str(base),
            "RABBITMQ_MNESIA_BASE": str(base / "mnesia"),
            "RABBITMQ_LOG_BASE": str(base / "log"),
            "RABBITMQ_CONFIG_FILE": str(base / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(base / "none.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(base / "enabled_plugins"),
            "RABBITMQ_PID_FILE": str(base / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": QUIET_ERLANG,
        }

    def _epmd(self) -> str:
        private = private_erlang_bin() / "epmd"
        found = str(private) if private.exists() else shutil.which("epmd")
        if not found:
            raise StackError("Erlang's epmd is missing; run `python -m vminer.stack.install`")
        return found

    def _write(self, path: Path, content: str, *, mode: int = 0o644) -> None:
        path.write_text(content)
        path.chmod(mode)
        self._account.own(path)
