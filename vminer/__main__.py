"""`vminer`: one command line for operators and for the containers of the chart."""

import sys

import typer
from rich.console import Console

from runtime.errors import InputError, VMinerError
from vminer.commands import demo, healthcheck, keygen, migrate, processes, vcenter

app = typer.Typer(
    name="vminer",
    help="The inventory of a whole VMware estate, answered over GraphQL.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("demo")(demo.demo)
app.command("migrate")(migrate.migrate)
app.command("serve")(processes.serve)
app.command("agent")(processes.agent)
app.command("schedule")(processes.schedule)
app.command("keygen")(keygen.keygen)
app.command("healthcheck")(healthcheck.healthcheck)
app.add_typer(vcenter.app, name="vcenter")


def main() -> None:
    """Run a subcommand; an error vMiner knows ends as one sentence with its code."""
    try:
        app()
    except VMinerError as error:
        Console(stderr=True, soft_wrap=True).print(
            f"[red]error:[/red] {error.message} [dim]({error.code})[/dim]", highlight=False
        )
        sys.exit(2 if isinstance(error, InputError) else 1)


if __name__ == "__main__":
    main()
