import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from runtime.errors import StackError
from runtime.settings import inherited_environment
from vminer.stack import binaries
from vminer.stack.account import Account
from vminer.stack.ports import require_free_port
from vminer.stack.postgres import Postgres
from vminer.stack.settings import StackSettings
from vminer.stack.stack import Stack

REPOSITORY = Path(__file__).parent.parent.parent
HOLDER = """
import signal, sys, time
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
from vminer.stack.stack import Stack
with Stack(purpose="held", replicas=1, directory=Path(sys.argv[1])) as stack:
    stack.spawn_python("ours", ["-c", "import time; time.sleep(600)"])
    print("READY", flush=True)
    time.sleep(600)
"""


def processes_of(directory: Path) -> list[str]:
    """Return the command lines of every process that has to do with a stack's directory."""
    found = []
    for process in psutil.process_iter():
        try:
            about = [*process.cmdline(), process.cwd(), *process.environ().values()]
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
        if process.pid != os.getpid() and any(str(directory) in text for text in about):
            found.append(" ".join(process.cmdline())[:120])
    return found


def wait_until_none_is_left(directory: Path) -> list[str]:
    end = time.monotonic() + 30
    while (left := processes_of(directory)) and time.monotonic() < end:
        time.sleep(0.1)
    return left


def start_holder(directory: Path, **popen) -> subprocess.Popen[str]:
    environment = inherited_environment() | popen.pop("env", {})
    holder = subprocess.Popen(
        [popen.pop("python", sys.executable), "-c", HOLDER, str(directory)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        **popen,
    )
    assert holder.stdout
    line = holder.stdout.readline()
    if line != "READY\n":
        raise AssertionError(holder.communicate()[1])
    return holder


@pytest.fixture
def directory():
    path = Path(f"/var/tmp/vminer-{os.getuid()}-held-{os.getpid()}")
    yield path
    shutil.rmtree(path, ignore_errors=True)


def test_all_replicas_stream_from_the_primary(stack):
    streaming = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"

    assert stack.postgres.execute(stack.postgres.primary_port, streaming) == "3"


def test_a_replica_refuses_writes(stack):
    with pytest.raises(StackError, match="read-only transaction"):
        stack.postgres.execute(stack.postgres.replica_ports[0], "CREATE TABLE stray (x int)")


@pytest.mark.parametrize(
    "number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda s: s.name
)
def test_no_process_is_left_when_the_parent_ends_by(number, directory, stack):
    holder = start_holder(directory)
    assert len(processes_of(directory)) > 5

    holder.send_signal(number)
    holder.communicate(timeout=60)

    assert wait_until_none_is_left(directory) == []


def test_a_second_start_copes_with_what_a_killed_one_left(directory, stack):
    first = start_holder(directory)
    first.kill()
    first.communicate()
    wait_until_none_is_left(directory)
    assert (directory / "servers" / "postgres" / "primary" / "postmaster.pid").parent.exists()

    second = start_holder(directory)

    second.terminate()
    second.communicate(timeout=60)
    assert wait_until_none_is_left(directory) == []


def test_a_directory_in_use_is_refused_with_the_holder_named(directory, stack):
    holder = start_holder(directory)
    try:
        with pytest.raises(StackError, match=f"process {holder.pid}"):
            Stack(purpose="held", replicas=0, directory=directory).start()
    finally:
        holder.terminate()
        holder.communicate(timeout=60)


def test_a_taken_port_is_named_with_what_needs_it():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(StackError, match=f"port {port} is taken, and the API needs it"):
            require_free_port(port, "the API")


def test_a_missing_program_is_named_with_what_installs_it(monkeypatch):
    monkeypatch.setattr(binaries, "DEBIAN_RABBITMQ", Path("/nowhere"))
    monkeypatch.setattr(binaries, "private_rabbitmq", lambda: None)

    with pytest.raises(StackError, match=r"RabbitMQ is missing; run .*install"):
        binaries.rabbitmq_server(StackSettings())


def test_a_server_that_cannot_start_is_shown_with_its_last_words(stack, tmp_path):
    broken = Postgres(stack.supervisor, Path("/usr/bin"), tmp_path, Account.choose())

    with pytest.raises(StackError, match="initdb"):
        broken.create(0)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can try another account")
def test_it_runs_as_an_ordinary_user(stack, tmp_path_factory):
    account = pwd.getpwnam("nobody")
    base = Path(f"/var/tmp/vminer-nobody-{os.getpid()}")
    base.mkdir(mode=0o700)
    os.chown(base, account.pw_uid, account.pw_gid)
    packages = Path(psutil.__file__).parent.parent
    environment = {"HOME": str(base), "PYTHONPATH": f"{REPOSITORY}:{packages}"}
    try:
        holder = start_holder(
            base / "stack",
            python="/usr/bin/python3",
            env=environment,
            user=account.pw_uid,
            group=account.pw_gid,
            extra_groups=[],
            cwd="/",
        )
        holder.terminate()
        holder.communicate(timeout=60)
        assert wait_until_none_is_left(base) == []
    finally:
        shutil.rmtree(base)
