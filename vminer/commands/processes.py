"""`vminer serve`, `vminer agent`, `vminer schedule`: the three long-running processes."""

from typing import Annotated

import typer


def serve() -> None:
    """Serve GraphQL over HTTP (VMINER_API_HOST, VMINER_API_PORT)."""
    from graphql_api.serve import run_gateway

    raise typer.Exit(run_gateway())


def agent(
    workers: Annotated[
        int | None, typer.Option(min=1, help="Worker processes; default VMINER_AGENT_WORKERS.")
    ] = None,
) -> None:
    """Take sync runs from RabbitMQ and carry them out."""
    from sync_agent.agent import run_agent

    raise typer.Exit(run_agent(workers))


def schedule() -> None:
    """Ask for syncs when they are due; several may run, one leads."""
    from sync_agent.scheduler import run_scheduler

    raise typer.Exit(run_scheduler())
