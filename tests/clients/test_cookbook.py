"""What docs/cookbook.md says is answered is answered, in as many statements."""

import pytest

from tests.support.cookbook import PAGE, ask, sections
from tests.support.cookbook_page import section
from tests.support.demo_estate import DemoEstate
from tests.support.recipe import Recipe, recipes, with_larger_pages

LARGER = [larger for recipe in recipes() if (larger := with_larger_pages(recipe))]
MOST_STATEMENTS = 8


@pytest.mark.parametrize("recipe", recipes(), ids=lambda recipe: recipe.name)
def test_a_recipe_is_answered_as_the_page_says(demo_estate: DemoEstate, recipe: Recipe) -> None:
    outcome = ask(demo_estate, recipe)

    assert section(recipe, outcome) == sections(PAGE)[recipe.number], "is `make cookbook` due?"


@pytest.mark.parametrize("recipe", LARGER, ids=lambda recipe: recipe.name)
def test_larger_pages_take_no_more_statements(demo_estate: DemoEstate, recipe: Recipe) -> None:
    outcome = ask(demo_estate, recipe)

    assert f"statements: {outcome.statements}\n" in sections(PAGE)[recipe.number]
    assert outcome.statements <= MOST_STATEMENTS
