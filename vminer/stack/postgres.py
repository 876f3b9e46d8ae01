"""PostgreSQL: a primary and its streaming replicas."""

import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from runtime.errors import StackError
from runtime.settings import inherited_environment
from vminer.stack.account import Account
from vminer.stack.ports import answers, free_port
from vminer.stack.process import Supervisor

USER = "vminer"
DATABASE = "vminer"
START_SECONDS = 60.0
CONFIGURATION = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off                        # a demo or a test: nothing here outlives the machine
full_page_writes = off
synchronous_commit = on            # off would hold WAL back: 200 ms of lag at the median
wal_level = replica
max_wal_senders = 12
max_replication_slots = 12
max_slot_wal_keep_size = 2GB
wal_keep_size = 128MB
hot_standby = on
hot_standby_feedback = on
wal_retrieve_retry_interval = 200ms
max_connections = 300
shared_buffers = {shared_buffers}
jit = off
log_checkpoints = off
"""


class Postgres:
    """One primary and `replicas` streaming replicas below one directory."""

    def __init__(
        self, supervisor: Supervisor, programs: Path, directory: Path, account: Account
    ) -> None:
        self.primary_port = free_port()
        self.replica_ports: list[int] = []
        self._supervisor = supervisor
        self._programs = programs
        self._directory = directory
        self._account = account

    @staticmethod
    def url(port: int) -> str:
        """Return the URL of the server on a port."""
        return f"postgresql+asyncpg://{USER}@127.0.0.1:{port}/{DATABASE}"

    def create(self, replicas: int, *, shared_buffers: str = "256MB") -> None:
        """Initialise and start the primary, then copy and start the replicas."""
        primary = self._directory / "primary"
        self._account.make_directory(self._directory)
        options = ("--auth=trust", "--no-sync", "--no-instructions")
        locale = ("--locale=C.UTF-8", "--encoding=UTF8")
        self._run("initdb", "-D", str(primary), "-U", USER, *options, *locale)
        with (primary / "postgresql.conf").open("a") as configuration:
            configuration.write(CONFIGURATION.format(shared_buffers=shared_buffers))
        self.start_primary()
        self._run("createdb", *self._to_primary(), DATABASE)
        self.replica_ports = [free_port() for _ in range(replicas)]
        for number in range(replicas):
            self._copy(number)
            self.start_replica(number)

    def start_primary(self) -> None:
        """Start the primary and wait until it accepts connections."""
        self._start("postgres-primary", self._directory / "primary", self.primary_port)

    def stop_primary(self) -> None:
        """Stop the primary as an administrator would, at once for its clients."""
        self._supervisor.stop("postgres-primary")

    def start_replica(self, number: int) -> None:
        """Start a replica and wait until it accepts connections."""
        name = self.replica_name(number)
        self._start(name, self._directory / name, self.replica_ports[number])

    def stop_replica(self, number: int) -> None:
        """Stop a replica as an administrator would, at once for its clients."""
        self._supervisor.stop(self.replica_name(number))

    def kill_replica(self, number: int) -> None:
        """End a replica as a crash would."""
        self._supervisor.kill(self.replica_name(number))

    @staticmethod
    def replica_name(number: int) -> str:
        """Return the name a replica has in the supervisor and in the logs."""
        return f"postgres-replica-{number + 1}"

    def execute(self, port: int, statement: str, *, database: str = DATABASE) -> str:
        """Run one statement as an administrator and return its output, unaligned."""
        return self._run(
            "psql", "-h", "127.0.0.1", "-p", str(port), "-U", USER, "-Atqc", statement, database
        )

    def _copy(self, number: int) -> None:
        name = self.replica_name(number)
        slot = name.replace("-", "_")
        target = (
            "-D",
            str(self._directory / name),
            "-R",
            "-X",
            "stream",
            "-c",
            "fast",
            "--no-sync",
        )
        self._run("pg_basebackup", *self._to_primary(), *target, "-C", "-S", slot)

    def _start(self, name: str, directory: Path, port: int) -> None:
        program = str(self._programs / "postgres")
        self._supervisor.spawn(
            name,
            [program, "-D", str(directory), "-p", str(port)],
            env=inherited_environment(),
            user=self._account.name,
            stop_signal=signal.SIGINT,  # "fast": ends sessions, keeps data
        )
        self._supervisor.wait_until(lambda: self._accepts(port), name, seconds=START_SECONDS)

    def _accepts(self, port: int) -> bool:
        if not answers(port):
            return False
        ready = [str(self._programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        return subprocess.run(ready, check=False).returncode == 0

    def _to_primary(self) -> Sequence[str]:
        return ("-h", "127.0.0.1", "-p", str(self.primary_port), "-U", USER)

    def _run(self, program: str, *arguments: str) -> str:
        try:
            done: subprocess.CompletedProcess[str] = subprocess.run(
                [str(self._programs / program), *arguments],
                capture_output=True,
                text=True,
                check=True,
                cwd="/",
                **self._account.popen(),
            )
        except subprocess.CalledProcessError as error:
            raise StackError(f"{program} failed: {error.stderr.strip()[-600:]}") from error
        except OSError as error:
            raise StackError(f"{program} cannot be run: {error}") from error
        return done.stdout.strip()
