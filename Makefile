# Every command a developer or an operator needs. `make` alone lists them.

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev setup-tests run test check format bench evaluate soak lock clean

help: ## List the commands
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

setup: .venv/.ready ## The environment in .venv/
setup-dev: .venv/.ready-dev ## The environment with what checks and tests need

.venv/.ready: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Python 3.11 or newer is needed; name it with PYTHON=…" >&2; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	@$(PIP) -r requirements.lock
	@touch $@

.venv/.ready-dev: .venv/.ready requirements-dev.lock
	@$(PIP) -r requirements-dev.lock
	@touch $@

setup-tests: setup-dev ## What the tests need beside it: PostgreSQL, Chromium, a font, npm packages
	@sh tests/install.sh

run: setup ## Web, delivery, timers and the WeChat simulator in one process: make run PORT=8000
	@exec $(BIN)/flask --app wsgi start --port $(PORT)

test: setup-tests check ## Every check and every test
	@$(BIN)/pytest

check: setup-dev ## Format, lint, types and the shape of the house
	@$(BIN)/ruff format --check --quiet . || { echo "run 'make format'" >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache --verbose >.venv/imports.txt || { cat .venv/imports.txt; exit 1; }

format: setup-dev ## Format the code
	@$(BIN)/ruff format --quiet . && $(BIN)/ruff check --quiet --fix .

bench: setup-dev ## Measure: reply time and the costs of understanding, beside the machine's own commit and scan
	@$(BIN)/python -m tests.bench

evaluate: setup-dev ## Measure: how well questions and categories are found, beside other ways, on public data and our own set
	@$(BIN)/python -m tests.bench.public

soak: setup-tests ## The long proofs
	@$(BIN)/pytest -m soak -n 0 -s -o faulthandler_timeout=0 tests/soak

lock: ## Pin every dependency anew (needs uv)
	@uv pip compile pyproject.toml --universal --generate-hashes --no-header --no-annotate --upgrade -q -o requirements.lock
	@uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-header --no-annotate -q -c requirements.lock -o requirements-dev.lock

clean: ## Remove the environment and what was built; var/ with its data stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis tests/conformance/node_modules
