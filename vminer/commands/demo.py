"""`vminer demo`: start everything on this machine, sync simulated vCenters, serve GraphiQL."""

from typing import Annotated

import typer


def demo(
    vcenters: Annotated[int, typer.Option(min=1, max=1000, help="Simulated vCenters.")] = 5,
    vms: Annotated[
        int, typer.Option(min=10, max=50_000, help="VMs in each vCenter, on average.")
    ] = 1000,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the API.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=32, help="Worker processes of the agent.")] = 2,
    once: Annotated[
        bool, typer.Option("--once", help="End after the first sync and a check through GraphQL.")
    ] = False,
) -> None:
    """Show the whole system at work; Ctrl-C ends it and leaves nothing running."""
    from vminer.demo.run import DemoOptions, run

    options = DemoOptions(vcenters=vcenters, vms=vms, port=port, workers=workers, once=once)
    raise typer.Exit(run(options))
