# Everything installs itself into .venv and node_modules; a second call finds its work done.
PYTHON ?= python3
WORKERS ?= 2

VENV := .venv
BIN := $(VENV)/bin
STATE := $(VENV)/.made
VENDOR := src/vizavi/web/static/vendor
# uv does not read pip's settings: where pip is told of a mirror, uv shall use it too
MIRROR = UV_DEFAULT_INDEX="$${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$$($(BIN)/pip config get global.index-url 2> /dev/null)}}"
INSTALL = $(MIRROR) $(BIN)/uv pip install --quiet --python $(BIN)/python
CATALOGUES := $(shell find src -name '*.po' -not -path '*/node_modules/*')

.PHONY: help demo test check soak bench lint lock clean browser wheel

help:
	@echo "make demo    try everything: application, local Google, demo data (VIZAVI_PORT, VIZAVI_SANDBOX_PORT)"
	@echo "make test    lint, types, layers and the whole suite, browser included"
	@echo "make check   the quick loop: lint, types, layers, unit tests"
	@echo "make soak    random histories of people, faults, deaths; prints what fails (HISTORIES, SEED)"
	@echo "make bench   speed and cost against their bars, about 15 minutes (ONLY=import measures some)"
	@echo "make wheel   build dist/vizavi-….whl and try it in an empty environment"
	@echo "make lock    renew the lock files from pyproject.toml"
	@echo "make clean   remove what was installed and built (not your data)"

demo: $(STATE)/ready
	@exec $(BIN)/vizavi demo

test: $(STATE)/ready $(STATE)/dev browser lint
	$(BIN)/python tools/suite.py --workers $(WORKERS)

check: $(STATE)/ready $(STATE)/dev lint
	$(BIN)/pytest src -m "not browser and not slow" -n $(WORKERS)

soak: $(STATE)/ready $(STATE)/dev
	@$(BIN)/python tools/soak.py

bench: $(STATE)/ready $(STATE)/dev
	@VIZAVI_BENCH_DATABASE_URL=$${VIZAVI_TEST_DATABASE_URL:-postgres://postgres@127.0.0.1:5432/postgres} \
		VIZAVI_BENCH_QUEUE_URL=$${VIZAVI_BENCH_QUEUE_URL:-redis://127.0.0.1:6379/14} \
		$(BIN)/vizavi bench $(or $(ONLY),--into docs/performance.md)

lint: $(STATE)/ready $(STATE)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/messages.py check
	VIZAVI_HOME=$(STATE)/home $(BIN)/vizavi makemigrations --check --dry-run

wheel: $(STATE)/ready
	@$(BIN)/python tools/wheel.py --keep dist

browser:
	@sh tools/browser.sh

# --- installation -----------------------------------------------------------------------------------------------------

$(STATE)/venv: tools/uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Vizavi needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3"; exit 1; }
	@echo "Preparing the Python environment …"
	@$(PYTHON) -m venv $(VENV) \
		|| { echo "Python's venv module is missing (Debian, Ubuntu: apt-get install python3-venv)."; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tools/uv.lock
	@mkdir -p $(STATE) && touch $@

$(STATE)/python: requirements.lock pyproject.toml $(STATE)/venv
	@echo "Installing the locked Python packages …"
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(STATE)/dev: requirements-dev.lock $(STATE)/python
	@echo "Installing the locked development packages …"
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

node_modules/.made: package.json package-lock.json tools/node.lock $(STATE)/python
	@echo "Installing the locked front-end packages …"
	@command -v npm > /dev/null || $(INSTALL) --require-hashes -r tools/node.lock
	@PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(VENDOR)/.made: node_modules/.made tools/frontend.py
	@$(BIN)/python tools/frontend.py
	@touch $@

$(STATE)/messages: $(CATALOGUES) tools/messages.py $(STATE)/python
	@$(BIN)/python tools/messages.py compile
	@touch $@

$(STATE)/ready: $(STATE)/python $(VENDOR)/.made $(STATE)/messages
	@touch $@

# --- upkeep -----------------------------------------------------------------------------------------------------------

LOCK = $(MIRROR) $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --upgrade

lock: $(STATE)/venv
	$(LOCK) --extra build pyproject.toml -o requirements.lock
	$(LOCK) --extra build --extra dev pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) node_modules $(VENDOR) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
	find src -name '*.mo' -delete
