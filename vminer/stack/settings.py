"""Where the embedded stack lives and which server programs it starts."""

from pathlib import Path

from runtime.settings import Settings


class StackSettings(Settings):
    """The embedded servers of `make demo` and `make test`; production never reads these."""

    stack_directory: Path | None = None
    """Private directory of the embedded servers; empty: one below the system's temporary files."""

    stack_postgres_bin: Path | None = None
    """Directory with initdb, postgres and pg_basebackup; empty: the installed wheel's."""

    stack_valkey: Path | None = None
    """A valkey-server or redis-server program; empty: the installed wheel's."""

    stack_rabbitmq: Path | None = None
    """RabbitMQ's own sbin/rabbitmq-server script; empty: Debian's package or the private copy."""
