"""What docs/operations.md says, and the commands, settings and links of every page, are true."""

import ast
import re
from pathlib import Path

import pytest
from typer.main import get_command

from models.enums import RequestClass, SyncRunState, VCenterState
from models.queue import QueueSettings
from sync_agent.metrics import CHANGES
from sync_agent.retry import STOPS
from tests.support import source
from tests.support.generated import GROUPS
from tests.support.pages import (
    GUIDE,
    OPERATIONS,
    README,
    anchors,
    codes,
    commands,
    links,
    table,
)
from vminer.__main__ import command_line

PAGES = pytest.mark.parametrize("page", [README, GUIDE, OPERATIONS], ids=lambda page: page.name)
SETTING = re.compile(r"\bVMINER_[A-Z_]*[A-Z]\b(?![_*])")
SECONDS = "s"


def instruments() -> dict[str, str]:
    """Return every instrument the code makes, by the name Prometheus gives it, with its kind."""
    found: dict[str, str] = {}
    for call in source.nodes(ast.Call, *source.PACKAGES):
        made = call.func
        if isinstance(made, ast.Name) and made.id == "Tally":
            name = source.text_of(call.args[0])
            assert name is not None, f"line {call.lineno}: the name must be a literal"
            found[f"{name}_total"] = "counter"
            continue
        if isinstance(made, ast.Name) and made.id == "Durations":
            name = source.text_of(call.args[0])
            assert name is not None, f"line {call.lineno}: the name must be a literal"
            found[name] = "histogram"
            continue
        if not isinstance(made, ast.Attribute) or not made.attr.startswith("create_"):
            continue
        if not isinstance(made.value, ast.Name) or made.value.id != "meter":
            continue
        name = source.text_of(call.args[0])
        assert name is not None, f"line {call.lineno}: the name must be a literal"
        unit = source.keyword(call, "unit")
        name += "_seconds" if unit is not None and source.text_of(unit) == SECONDS else ""
        name += "_total" if made.attr == "create_counter" else ""
        found[name] = made.attr.removeprefix("create_")
    return found


def settings() -> set[str]:
    """Return every setting as an environment variable."""
    own = {f"VMINER_{name.upper()}" for group in GROUPS for name in group.model_fields}
    return own | {"VMINER_SETTINGS_FILE"}


def subcommands(*pages: Path) -> list[list[str]]:
    """Return what follows `vminer` in the commands of some pages, there or in a container."""
    found = []
    for words in (words for page in pages for words in commands(page)):
        typed = words[words.index("--") + 1 :] if "--" in words else words
        if typed[0] == "vminer":
            found.append(typed[1:])
    return found


def test_the_table_of_metrics_names_exactly_the_instruments_the_code_makes() -> None:
    named = [name for row in table(OPERATIONS, "Metrics") for name in codes(row[0])]

    assert set(named) == set(instruments())
    assert len(named) == len(set(named))


def test_the_table_of_metrics_names_every_change_that_is_counted() -> None:
    rows = {codes(row[0])[0]: row for row in table(OPERATIONS, "Metrics")}

    assert set(codes(rows["vminer_sync_objects_total"][3])) == {*CHANGES, "heavy", "guest"}


@pytest.mark.parametrize(
    ("heading", "states"),
    [("Sync runs", SyncRunState), ("vCenter states", VCenterState)],
    ids=["runs", "vCenters"],
)
def test_the_tables_of_states_name_each_of_them(heading: str, states: type[str]) -> None:
    named = [state for row in table(OPERATIONS, heading) for state in codes(row[0])]

    assert named == [str(state) for state in states]  # type: ignore[attr-defined]


def test_the_states_that_are_not_scheduled_are_those_that_stop_a_vcenter() -> None:
    rows = table(OPERATIONS, "vCenter states")

    assert {codes(row[0])[0] for row in rows if row[2] == "no"} == {*STOPS.values()}


def test_the_names_in_rabbitmq_are_the_settings_defaults() -> None:
    defaults = QueueSettings(rabbitmq_url="amqp://nobody@127.0.0.1/")
    exchanges = {defaults.rabbitmq_exchange, defaults.rabbitmq_dead_exchange}

    named = {codes(row[0])[0] for row in table(OPERATIONS, "RabbitMQ")}

    assert named == exchanges | {
        *(defaults.requests_queue(each) for each in RequestClass),
        defaults.dead_queue,
    }


@PAGES
def test_every_setting_a_page_names_exists(page: Path) -> None:
    assert set(SETTING.findall(page.read_text())) <= settings()


@pytest.mark.parametrize("words", subcommands(README, OPERATIONS), ids=" ".join)
def test_every_command_a_page_shows_exists_with_its_options(words: list[str]) -> None:
    rest, command = list(words), get_command(command_line(words[:1]))
    while hasattr(command, "commands"):
        command = command.commands[rest.pop(0)]

    command.make_parser(command.context_class(command)).parse_args(rest)


@pytest.mark.parametrize("page", [GUIDE, OPERATIONS], ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link
