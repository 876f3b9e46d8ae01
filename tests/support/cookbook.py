"""Asks the recipes of the cookbook of the demo's estate, over HTTP, and counts their statements.

`python -m tests.support.cookbook` writes docs/cookbook.md.
"""

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from secrets import token_hex

import httpx

from tests.support.cookbook_page import Outcome, page
from tests.support.demo_estate import DemoEstate, start_demo_estate
from tests.support.recipe import Recipe, recipes
from vminer.stack.install import install
from vminer.stack.stack import Stack

PAGE = Path(__file__).parents[2] / "docs" / "cookbook.md"


def ask(estate: DemoEstate, recipe: Recipe) -> Outcome:
    """Return what a recipe is answered, as the page shows it."""
    variables = estate.unmasked(recipe.variables)
    trace_id = token_hex(16)
    headers = {"traceparent": f"00-{trace_id}-{token_hex(8)}-01"}
    with httpx.Client(base_url=estate.system.url, timeout=30) as http:
        body = {"query": recipe.document, "variables": variables}
        if recipe.by == "GET":
            http.post("/graphql", json=body | {"extensions": recipe.persisted})
            asked = {"extensions": recipe.persisted, "variables": variables}
            parameters = {name: json.dumps(each) for name, each in asked.items()}
            answer = http.get("/graphql", params=parameters, headers=headers).json()
        else:
            answer = http.post("/graphql", json=body, headers=headers).json()
    assert "errors" not in answer, (recipe.name, answer["errors"])
    return Outcome(estate.mask().masked(answer["data"]), statements(estate, trace_id))


def statements(estate: DemoEstate, trace_id: str) -> int:
    """Return how many statements the gateway ran for a traced request."""
    found: list[str] = []

    def has_come() -> bool:
        number = estate.system.spans.attribute(trace_id, "execute", "vminer.statements")
        found.extend([number] if number is not None else [])
        return bool(found)

    estate.system.until(has_come, "the spans of the request came")
    return int(found[0])


def sections(path: Path) -> dict[int, str]:
    """Return the recipes of the page as it stands, by number."""
    _, *found = re.split(r"^## (?=\d+\. )", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {int(text.partition(".")[0]): f"## {text.rstrip()}\n" for text in found}


def ask_all(estate: DemoEstate) -> Mapping[Recipe, Outcome]:
    """Return what every recipe is answered."""
    return {each: ask(estate, each) for each in recipes()}


def main() -> int:
    """Start the estate, ask, write the page."""
    install()
    with Stack(purpose="cookbook", replicas=1, shared_buffers="128MB") as stack:
        estate = start_demo_estate(stack)
        try:
            PAGE.write_text(page(ask_all(estate)), encoding="utf-8")
        finally:
            estate.system.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
