# What a newcomer types. Each target does its own set-up; `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup servers demo test lint bench cookbook schema release-schema migrate lock clean

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
STAMP := $(VENV)/.installed

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP): requirements.lock pyproject.toml bootstrap.sh
	@PYTHON="$(PYTHON)" sh bootstrap.sh $(VENV)
	@touch $(STAMP)

setup: $(STAMP) ## Install the locked packages into .venv and the server programs

servers: $(STAMP)
	@$(RUN)/python -m vminer.stack.install

demo: servers ## Start everything with simulated vCenters and open the graph (ARGS="--vcenters 50")
	@$(RUN)/vminer demo $(ARGS)

test: servers ## Run the whole test suite against real servers (ARGS="-k replica")
	@$(RUN)/pytest $(ARGS)

lint: $(STAMP) ## Check style, types, import contracts, generated files
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports
	$(RUN)/python -m tests.support.generated --check
	$(RUN)/python -m tests.support.released --check

bench: servers ## Run the benchmarks and print their tables (ARGS="decode")
	@$(RUN)/python -m tests.benchmarks $(ARGS)

cookbook: servers ## Ask the recipes of docs/cookbook and write docs/cookbook.md
	@$(RUN)/python -m tests.support.cookbook

schema: $(STAMP) ## Write the generated files: graphql_api/schema.graphql and docs/settings.md
	@$(RUN)/python -m tests.support.generated

release-schema: $(STAMP) ## Keep the schema as that of the release pyproject.toml names
	@$(RUN)/python -m tests.support.released

migrate: $(STAMP) ## Bring the database of VMINER_PRIMARY_URL to the newest schema
	@$(RUN)/vminer migrate

LOCK := uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-header --no-annotate
lock: $(STAMP) ## Resolve the dependencies again into both lock files
	$(RUN)/$(LOCK) --all-extras --group dev --upgrade -o requirements.lock
	$(RUN)/$(LOCK) --constraint requirements.lock -o requirements-runtime.lock

clean: ## Remove what make made here
	rm -rf $(VENV) .vminer .mypy_cache .ruff_cache .pytest_cache
