"""The cookbook's recipes and its page agree, and every document is one that the gateway takes."""

import pytest

from graphql_api.documents import Documents
from graphql_api.schema import core_schema
from graphql_api.settings import GatewaySettings
from tests.support.cookbook import PAGE
from tests.support.cookbook_page import heading
from tests.support.pages import anchors, blocks, links
from tests.support.recipe import USERS, Recipe, recipes

RECIPES = recipes()


def test_recipes_are_numbered_without_a_gap() -> None:
    assert [recipe.number for recipe in RECIPES] == list(range(1, len(RECIPES) + 1))


def test_the_page_holds_every_recipe_as_its_file_says() -> None:
    documents = [recipe.document for recipe in RECIPES]

    assert [block.strip() for block in blocks(PAGE, "graphql")] == documents
    assert all(f"## {heading(recipe)}\n" in PAGE.read_text() for recipe in RECIPES)


def test_each_of_the_four_users_asks_something() -> None:
    assert {recipe.who for recipe in RECIPES} == set(USERS)


def test_what_the_page_links_to_is_there() -> None:
    assert {link.removeprefix("#") for link in links(PAGE) if link[0] == "#"} <= anchors(PAGE)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_a_recipe_is_a_document_of_one_named_operation(recipe: Recipe) -> None:
    document = Documents(core_schema, GatewaySettings()).prepare(recipe.document)

    assert document.operation(recipe.operation)
