PYTHON ?= python3
BIN := .venv/bin
# Tests wait for processes and browsers a good part of their time: one more than there are cores.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')
# The build back-end would tell at length what an editable installation is: no warnings.
PIP := PYTHONWARNINGS=ignore $(BIN)/python -m pip install -q --disable-pip-version-check
# The program is ready; the tools of its tests and checks come on top.
READY := .venv/.ready
TOOLS := .venv/.tools

.PHONY: demo run test check format fuzz bench bench-sdk bench-storm migration pins messages clean

demo: $(READY)  ## the whole product with a simulated Telegram, in a browser
	$(BIN)/dispatcher demo

run: $(READY)  ## the server, with the settings of .env
	$(BIN)/dispatcher serve

test: $(TOOLS)  ## every test, on SQLite and PostgreSQL, and in a browser
	$(BIN)/python -m tests.chromium
	$(BIN)/python -m tests.alertmanager
	$(BIN)/pytest -n $(WORKERS) $(ARGS)

check: $(TOOLS)  ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy --config-file maker/pyproject.toml maker/dispatcher_maker
	$(BIN)/lint-imports

format: $(TOOLS)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

fuzz: $(TOOLS)  ## bodies that nobody would send, for about an hour
	FUZZ_EXAMPLES=20000 $(BIN)/pytest tests/fuzz $(ARGS)

bench: $(TOOLS)  ## speed, as ratios within one run
	$(BIN)/python -m benchmarks.intake $(ARGS)

bench-sdk: $(TOOLS)  ## the SDK beside sentry-sdk, as ratios; takes a minute
	$(BIN)/python -m benchmarks.sdk

bench-storm: $(TOOLS)  ## delivery under storms, beside the targets; takes a quarter of an hour
	$(BIN)/python -m benchmarks.storm $(ARGS)

migration: $(READY)  ## make migration m="what changes"
	$(BIN)/python -m migrations.new "$(m)"

messages: $(READY)  ## collect new messages into the catalogs
	$(BIN)/python -m core.locales.update

pins:  ## renew the pins with hashes
	$(PYTHON) -m venv .venv-pins && .venv-pins/bin/pip install -q uv
	.venv-pins/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url pyproject.toml -o requirements.txt
	.venv-pins/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url --extra dev pyproject.toml -o requirements-dev.txt

clean:
	rm -rf .venv .venv-pins .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

$(READY): requirements.txt pyproject.toml maker/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Dispatcher needs Python 3.11 or newer: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Installing into .venv, for about a minute ..."
	$(PYTHON) -m venv .venv
	@# The build back-end is pinned among the tools.
	sed -n '/^setuptools==/,/[^\\]$$/p' requirements-dev.txt > .venv/requirements-build.txt
	$(PIP) --require-hashes -r requirements.txt -r .venv/requirements-build.txt
	$(PIP) --no-deps --no-build-isolation -e . -e maker
	@touch $@

$(TOOLS): requirements-dev.txt $(READY)
	$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@
