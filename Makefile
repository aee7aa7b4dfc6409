# The same words everywhere: setup, demo, test, check.
PORT ?= 8000
PYTHON ?= python3
BIN := .venv/bin
NPM_BUILT := pdportal/static/dist/manifest.json
FRONTEND := $(shell find frontend -type f 2>/dev/null) package.json package-lock.json

# Runs a command that says nothing, with a line every four seconds for whoever waits.
PATIENTLY = sh -c '"$$@" & job=$$!; ( while sleep 4 >&- 2>&-; do echo "  … still at it"; done ) & tick=$$!; \
  trap "kill $$job $$tick 2>/dev/null" INT TERM; wait $$job; code=$$?; kill $$tick 2>/dev/null; exit $$code' patiently

# Tests are compiled once for all processes that run them, whatever the environment says.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format browser bench lock clean

help:            ## Say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:           ## Everything the portal and its tests need, in this folder
	@$(MAKE) --silent --jobs=2 .venv/ready $(NPM_BUILT)

.venv/ready: requirements/dev.txt pyproject.toml
	@echo "· making a virtual environment in .venv"
	@test -x $(BIN)/python || $(PATIENTLY) $(PYTHON) -m venv .venv
	@echo "· installing packages, each checked against its hash"
	@$(PATIENTLY) $(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/uv.txt
	@$(PATIENTLY) $(BIN)/uv pip install --quiet --system-certs --compile-bytecode --python $(BIN)/python --require-hashes --requirement requirements/dev.txt
	@SKIP_FRONTEND_BUILD=1 $(BIN)/uv pip install --quiet --system-certs --python $(BIN)/python --no-deps --editable .
	@$(BIN)/python -m compileall -q -j 0 pdportal migrations
	@touch $@

node_modules/ready: package.json package-lock.json
	@echo "· installing front-end packages"
	@$(PATIENTLY) npm ci --silent --no-audit --no-fund
	@touch $@

$(NPM_BUILT): node_modules/ready $(FRONTEND)
	@echo "· building the front end"
	@$(PATIENTLY) npm run --silent build
	@touch $@

demo: setup      ## A living portal with a demo district: make demo PORT=8123
	@echo "· starting the demo"
	@$(BIN)/pdportal demo --port $(PORT)

test: setup browser  ## Every test: scripts, SQLite and PostgreSQL, and in a browser
	@echo "· tests of the front end's scripts"
	@npm run --silent test
	@echo "· tests on SQLite, and in the browser"
	@$(BIN)/python -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder
	@echo "· tests on PostgreSQL"
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder --database postgresql -m "not browser and not one_database"

browser: setup
	@$(BIN)/python -m tests.browser.install

CHECKS := types python layers templates scripts content collected
.PHONY: $(CHECKS)

check: setup     ## Format, lint, types, layers, templates, front end, content; then the tests
	@echo "· looking it through"
	@$(PATIENTLY) $(MAKE) --no-print-directory --jobs=3 $(CHECKS)
	@$(MAKE) --no-print-directory test

types:
	@$(BIN)/mypy

python:
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

layers:
	@$(BIN)/lint-imports

templates:
	@$(BIN)/djlint --quiet --lint --check pdportal/templates

scripts:
	@npm run --silent lint

content:
	@$(BIN)/pdportal content check content/modules content/protocols

collected:       # every process that runs tests then finds them compiled
	@$(BIN)/python -m pytest --collect-only --quiet >/dev/null

format: setup    ## Put Python, templates and the front end into shape
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix --quiet .
	@$(BIN)/djlint --quiet --reformat pdportal/templates || true
	@npm run --silent format

bench: setup     ## Measure the hot pages beside the least that Flask can cost
	@$(BIN)/python -m bench
	@$(BIN)/python -m bench.writes

lock: setup      ## Renew the lock files from pyproject.toml
	@$(BIN)/uv pip compile pyproject.toml --quiet --universal --generate-hashes --no-header --python-version 3.11 --extra postgres --extra video --extra redis --output-file requirements/base.txt
	@$(BIN)/uv pip compile pyproject.toml --quiet --group dev --universal --generate-hashes --no-header --python-version 3.11 --extra postgres --extra video --extra redis --output-file requirements/dev.txt
	@printf 'uv\n' | $(BIN)/uv pip compile - --quiet --generate-hashes --no-header --universal --python-version 3.11 --output-file requirements/uv.txt

clean:           ## Remove what was built and installed here
	@rm -rf .venv node_modules pdportal/static/dist .pytest_cache .mypy_cache .ruff_cache
