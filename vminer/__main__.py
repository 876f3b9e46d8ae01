"""`vminer`: one command line for operators and for the containers of the chart."""

import sys
from collections.abc import Sequence
from importlib import import_module

import typer

from runtime.errors import InputError, VMinerError

GROUPS = {"vcenter", "keys", "export"}
COMMANDS = {
    "demo": "vminer.commands.demo",
    "migrate": "vminer.commands.migrate",
    "serve": "vminer.commands.processes",
    "agent": "vminer.commands.processes",
    "schedule": "vminer.commands.processes",
    "vcenter": "vminer.commands.vcenter",
    "keys": "vminer.commands.keys",
    "export": "vminer.commands.export",
    "purge": "vminer.commands.purge",
    "keygen": "vminer.commands.keygen",
    "healthcheck": "vminer.commands.healthcheck",
}


def command_line(arguments: Sequence[str]) -> typer.Typer:
    """Return the command line, having imported only the subcommand that is asked for.

    A probe runs `vminer healthcheck` every few seconds; it must not pay for SQLAlchemy.
    """
    app = typer.Typer(
        name="vminer",
        help="The inventory of a whole VMware estate, answered over GraphQL.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(lambda: None)
    asked = [argument for argument in arguments[:1] if argument in COMMANDS]
    for name in asked or COMMANDS:
        module = import_module(COMMANDS[name])
        if name in GROUPS:
            app.add_typer(module.app, name=name)
        else:
            app.command(name)(getattr(module, name))
    return app


def main() -> None:
    """Run a subcommand; an error vMiner knows ends as one sentence with its code."""
    try:
        command_line(sys.argv[1:])()
    except VMinerError as error:
        print(f"error: {error.message} ({error.code})", file=sys.stderr)
        sys.exit(2 if isinstance(error, InputError) else 1)


if __name__ == "__main__":
    main()
