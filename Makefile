# Everything below runs in $(VENV), which needs nothing but Python 3.11 or newer and make.
# PYTHON picks the interpreter the venv is made with; ARGS is passed on to the command of `serve` and `bench`,
# and PYTEST_ARGS to pytest.

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3)
VENV ?= .venv
ARGS ?=
PYTEST_ARGS ?=
# Each worker may start a PostgreSQL of its own.
PYTEST_WORKERS ?= 2

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
PIP_TOOLS := pip-tools==7.6.2

RUNTIME := $(VENV)/.runtime-installed
DEV := $(VENV)/.dev-installed
PACKAGE := $(VENV)/.package-installed

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help serve test browser lint bench screenshots messages lock clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

serve: $(RUNTIME) $(PACKAGE) ## install what is needed and run the server
	$(BIN)/leadkeep serve $(ARGS)

test: lint browser ## lint, then run the whole test suite
	$(BIN)/python -m pytest -n $(PYTEST_WORKERS) $(PYTEST_ARGS)

# No Python package holds a browser. Where we may, we install Debian's; elsewhere the browser tests say what is missing.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || { \
		command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && apt-get update && \
		DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends chromium; } || \
		echo 'The browser tests need Chromium; on Debian: apt-get install chromium' >&2

lint: $(DEV) $(PACKAGE) ## ruff, mypy and the import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy src tests tools $(wildcard benchmarks)
	$(BIN)/lint-imports --no-logo

bench: $(DEV) $(PACKAGE) ## measure, as the README reports it
	$(BIN)/python -m benchmarks $(ARGS)

screenshots: $(DEV) $(PACKAGE) browser ## take the pictures of the documentation anew
	$(BIN)/python tools/screenshots.py

messages: $(DEV) $(PACKAGE) ## gather the texts of the console for translation
	$(BIN)/python tools/messages.py

# pip's own settings are shut out: an index or a folder known only to this machine must not decide what is locked.
# PIP_INDEX_URL from the environment still holds, for whoever reaches packages through a mirror.
lock: $(BIN)/python ## pin all dependencies anew, Python and npm
	@set -eu; tools=$$(mktemp -d); trap 'rm -rf "$$tools"' EXIT; \
	unset PIP_FIND_LINKS PIP_EXTRA_INDEX_URL; export PIP_CONFIG_FILE=/dev/null CUSTOM_COMPILE_COMMAND='make lock'; \
	$(BIN)/python -m venv "$$tools"; \
	"$$tools/bin/pip" --disable-pip-version-check --quiet install '$(PIP_TOOLS)'; \
	compile="$$tools/bin/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras \
		--no-emit-options --no-emit-index-url --no-emit-trusted-host --no-emit-find-links"; \
	$$compile --output-file=requirements/runtime.txt pyproject.toml; \
	$$compile --extra=dev --constraint=requirements/runtime.txt --output-file=requirements/dev.txt pyproject.toml
	cd frontend && npm update --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts \
		--no-audit --no-fund

clean: ## remove whatever these targets made; data stays
	rm -rf $(VENV) build dist src/leadkeep/api/native/static/vendor src/leadkeep/console/static/vendor
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find src tests $(wildcard benchmarks) hatch_build.py -name __pycache__ -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo 'Leadkeep needs Python 3.11 or newer, and $(PYTHON) is not: try `make PYTHON=/path/to/python3.11 ...`.' >&2; \
		exit 1; }
	@$(PYTHON) -c 'import ensurepip' || { \
		echo '$(PYTHON) cannot make virtual environments; on Debian, install the package python3.11-venv.' >&2; \
		exit 1; }
	$(PYTHON) -m venv $(VENV)

$(RUNTIME): requirements/runtime.txt | $(BIN)/python
	$(PIP) install --require-hashes -r $<
	@touch $@

# The runtime pins are a part of these, so that the two locks cannot pull the venv apart.
$(DEV): requirements/dev.txt | $(BIN)/python
	$(PIP) install --require-hashes -r $<
	@touch $@

$(PACKAGE): pyproject.toml hatch_build.py frontend/package-lock.json | $(BIN)/python
	$(PIP) install --no-deps --editable .
	@touch $@
