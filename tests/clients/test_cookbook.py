"""What docs/cookbook.md says is answered is answered, in as many statements."""

import pytest

from tests.support.cookbook import PAGE, ask, sections
from tests.support.cookbook_page import section
from tests.support.demo_estate import DemoEstate
from tests.support.recipe import Recipe, recipes, with_larger_pages

RECIPES = pytest.mark.parametrize("recipe", recipes(), ids=lambda recipe: recipe.name)
MOST_STATEMENTS = 8


@RECIPES
def test_a_recipe_is_answered_as_the_page_says(demo_estate: DemoEstate, recipe: Recipe) -> None:
    outcome = ask(demo_estate, recipe)

    assert section(recipe, outcome) == sections(PAGE)[recipe.number], "is `make cookbook` due?"


@RECIPES
def test_larger_pages_take_no_more_statements(demo_estate: DemoEstate, recipe: Recipe) -> None:
    larger = with_larger_pages(recipe)
    if larger is None:
        pytest.skip("it has no pages")

    few, many = ask(demo_estate, recipe), ask(demo_estate, larger)

    assert len(str(many.data)) >= len(str(few.data))
    assert many.statements == few.statements <= MOST_STATEMENTS
