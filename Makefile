# Everything a person does here, by name. `make help` lists it.
#
# Settings, with their defaults:
#   STACK            the stack to work on         (up, drill, status, env: sandbox; others: all)
#   PYTHON           the interpreter to set up with                       (python3)
#   COREBANK_CACHE   where compiled tools are kept, for all clones         (~/.cache/corebank)
#   COREBANK_REHEARSALS  where this clone's rehearsals live                (.rehearsal)

SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

PYTHON ?= python3
COREBANK_CACHE ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/corebank
UV_VERSION := 0.13.9
UV := $(or $(shell command -v uv),$(COREBANK_CACHE)/uv-$(UV_VERSION)/bin/uv)
RUN := .venv/bin/python
REHEARSE := $(RUN) -m rehearsal

export COREBANK_CACHE
# Imports are four to five times faster with bytecode, whatever this machine prefers.
export UV_COMPILE_BYTECODE := 1
export UV_PYTHON_DOWNLOADS := never
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup check atlas controls preview up drill status env down bench lint types unit browser live test

help: ## List the commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name what; do \
		printf '  make %-9s %s\n' "$$name" "$$what"; done

setup: .venv/.complete ## Install the pinned Python packages into .venv

.venv/.complete: pyproject.toml uv.lock | $(UV)
	@$(UV) sync --frozen --python $(PYTHON)
	@touch $@

$(COREBANK_CACHE)/uv-$(UV_VERSION)/bin/uv:
	@echo "uv is not on PATH: installing $(UV_VERSION) into $(COREBANK_CACHE)" >&2
	@$(PYTHON) -m venv $(COREBANK_CACHE)/uv-$(UV_VERSION)
	@$(COREBANK_CACHE)/uv-$(UV_VERSION)/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

check: setup ## Read the stack files and the catalogue, and tell everything that is wrong
	@$(RUN) check.py $(STACK)

atlas: setup ## Draw docs/atlas from the catalogue and the stack files
	@$(RUN) -m atlas

controls: setup ## Write docs/controls.md from the catalogue of controls
	@$(RUN) -m policies.report --catalogue docs/controls.md

preview: check ## Show what an update would change, without servers  [STACK=, all without it]
	@$(REHEARSE) preview $(STACK)

up: check ## Bring a stack up on this machine: servers, update, drills  [STACK=sandbox]
	@$(REHEARSE) up $(or $(STACK),sandbox)

drill: setup ## Try to break into the running stack  [STACK=sandbox]
	@$(REHEARSE) drill $(or $(STACK),sandbox)

status: setup ## Tell servers, addresses, logins and resources  [STACK=sandbox FORMAT=text|json]
	@$(REHEARSE) status $(or $(STACK),sandbox) --format $(or $(FORMAT),text)

env: setup ## Print the lines for a shell in which plain pulumi and kubectl work  [STACK=sandbox]
	@$(REHEARSE) env $(or $(STACK),sandbox)

down: setup ## Take rehearsals away: resources, processes, data  [STACK=, all without it]
	@$(REHEARSE) down $(STACK)

bench: setup ## Time previews against the bare engine, in turns  [STACK=, all without it]
	@$(RUN) -m benchmarks.preview $(STACK)

lint: setup ## Check style and format
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .

types: setup ## Check types
	@.venv/bin/pyright --warnings

unit: setup ## Run the tests that need no server
	@$(RUN) -m pytest -m 'not rehearsal and not browser'

live: setup ## Run the tests that bring servers up, and loosen what protects  (an hour and more)
	@$(RUN) -m pytest -m rehearsal

browser: setup ## Look at pages in a real browser, which root gets installed
	@if [ -x /usr/bin/chromium ] && [ -x /usr/bin/chromedriver ]; then :; \
	elif [ -e /etc/debian_version ] && [ "$$(id -u)" = 0 ]; then \
		apt-get update --quiet && \
		apt-get install --yes --no-install-recommends chromium chromium-driver fonts-dejavu-core; \
	else \
		echo "/usr/bin/chromium or /usr/bin/chromedriver is not there; on Debian, as root:" >&2; \
		echo "  apt-get install --no-install-recommends chromium chromium-driver fonts-dejavu-core" >&2; \
		exit 1; \
	fi
	@$(RUN) -m pytest -m browser

test: lint types unit ## Lint, types and tests
