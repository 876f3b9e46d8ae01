"""Apollo Client with types made by graphql-codegen, as docs/guide.md sets them up."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support import node
from tests.support.cookbook import ask
from tests.support.demo_estate import DemoEstate
from tests.support.recipe import DIRECTORY, named

PROJECT = Path(__file__).parent / "apollo"
SCHEMA = Path(__file__).parents[2] / "graphql_api" / "schema.graphql"
ASKED = (
    "01-running-web-servers",
    "03-machine-in-detail",
    "04-tree-of-an-estate",
    "05-numbers-of-a-dashboard",
    "06-saved-selection",
)
MISTAKE = """
import { RunningWebServersDocument } from "./generated/graphql.ts";
import type { ResultOf } from "@graphql-typed-document-node/core";
export const wrong = (data: ResultOf<typeof RunningWebServersDocument>) => data.hosts;
"""


@pytest.fixture(scope="module")
def project() -> Path:
    """The project with its packages, and with the types of five recipes."""
    copy = node.installed(PROJECT)
    shutil.rmtree(copy / "documents", ignore_errors=True)
    (copy / "documents").mkdir()
    for name in ASKED:
        shutil.copy(DIRECTORY / f"{name}.graphql", copy / "documents")
    shutil.copy(SCHEMA, copy)
    node.run(copy, "node_modules/@graphql-codegen/cli/esm/bin.js", "--config", "codegen.ts")
    return copy


def typed(copy: Path) -> None:
    node.run(copy, "node_modules/typescript/bin/tsc")


def without_typenames(value: Any) -> Any:
    """Return an answer without what Apollo Client adds to documents of its own accord."""
    if isinstance(value, dict):
        return {k: without_typenames(v) for k, v in value.items() if k != "__typename"}
    return [without_typenames(each) for each in value] if isinstance(value, list) else value


def test_what_codegen_makes_of_the_schema_and_recipes_is_strictly_typed(project: Path) -> None:
    typed(project)


def test_what_a_recipe_does_not_ask_for_does_not_compile(project: Path) -> None:
    mistake = project / "src" / "mistake.ts"
    mistake.write_text(MISTAKE)
    try:
        with pytest.raises(node.NodeError, match="Property 'hosts' does not exist"):
            typed(project)
    finally:
        mistake.unlink()


def test_apollo_client_is_answered_as_any_other_client(
    demo_estate: DemoEstate, project: Path
) -> None:
    recipes = [named(name) for name in ASKED]
    variables = {recipe.operation: recipe.variables for recipe in recipes}

    printed = node.run(
        project,
        "src/ask.ts",
        environment={
            "VMINER_URL": f"{demo_estate.system.url}/graphql",
            "VMINER_VARIABLES": json.dumps(variables),
        },
    )

    mask, answers = demo_estate.mask(), json.loads(printed)["answers"]
    assert all(json.loads(printed)["clusters"])
    for recipe in recipes:
        answer = without_typenames(mask.masked(answers[recipe.operation]))
        assert answer == without_typenames(ask(demo_estate, recipe).data)
