# The commands of this house; `make help` lists them. They need python3 (3.11) and nothing else to begin with.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
PYTHON ?= $(shell python3.11 -c 'import sys; print(sys.executable)' 2>/dev/null || command -v python3)
VENV := .venv/bin
RUN := $(VENV)/python

help: ## This list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | while IFS="$$(printf '\t')" read -r name text; do \
	printf '  make %-8s %s\n' "$$name" "$$text"; done

up: setup ## Start everything and say where it is; Ctrl-C stops it
	@$(RUN) -m deploy.up $(ARGS)

down: ## Stop what `make up` started elsewhere
	@$(PYTHON) -m deploy.up.lock

setup: ## Install the packages and prepare the model, without starting anything
	@$(PYTHON) -m deploy.up.install runtime
	@$(RUN) -m deploy.up.model

test: dev ## Everything CI checks: format, lint, types, migrations, schema, front end, tests
	@$(RUN) -m deploy.up.model
	@$(RUN) -m deploy.up.check

check: dev ## Only some of it: make check STEP="types pytest"
	@$(RUN) -m deploy.up.check $(STEP)

lint: dev ## Format, lint, layers, templates
	@$(RUN) -m deploy.up.check format lint imports templates

types: dev ## mypy, strict
	@$(RUN) -m deploy.up.check types

fix: dev ## Mend what ruff, djlint and biome can mend by themselves
	@$(VENV)/ruff format .
	@$(VENV)/ruff check --fix .
	@$(VENV)/djlint --reformat --quiet assistant crm_integration
	@if [ -d node_modules ]; then npm run --silent format; fi

assets: ## Build the widget and the dashboard (needs npm)
	@npm ci --no-audit --no-fund
	@npm run --silent build

docs: dev ## Write the generated files again: settings table, API schema, types of frames
	@$(RUN) manage.py generate

bench: setup ## Measure a running installation: first words, memory, transfer
	@$(RUN) manage.py bench

clean: ## Remove environment, caches, model, logs; with DATA=1 also database and secrets
	@$(PYTHON) -B -m deploy.up.clean $(if $(DATA),--data)

dev:
	@$(PYTHON) -m deploy.up.install dev

.PHONY: help up down setup test check lint types fix assets docs bench clean dev
