PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed

.PHONY: demo run test check format bench migration pins messages clean

demo: $(INSTALLED)  ## the whole product with a simulated Telegram, in a browser
	$(BIN)/dispatcher demo

run: $(INSTALLED)  ## the server, with the settings of .env
	$(BIN)/dispatcher serve

test: $(INSTALLED)  ## every test, on SQLite and PostgreSQL, and in a browser
	$(BIN)/python -m tests.chromium
	$(BIN)/pytest $(ARGS)

check: $(INSTALLED)  ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy --config-file maker/pyproject.toml maker/dispatcher_maker
	$(BIN)/lint-imports

format: $(INSTALLED)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(INSTALLED)  ## speed, as ratios within one run
	$(BIN)/python -m benchmarks.intake $(ARGS)

migration: $(INSTALLED)  ## make migration m="what changes"
	$(BIN)/python -m migrations.new "$(m)"

messages: $(INSTALLED)  ## collect new messages into the catalogs
	$(BIN)/python -m core.locales.update

pins: $(INSTALLED)  ## renew the pins with hashes
	$(PYTHON) -m venv .venv-pins && .venv-pins/bin/pip install -q uv
	.venv-pins/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url pyproject.toml -o requirements.txt
	.venv-pins/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url --extra dev pyproject.toml -o requirements-dev.txt

clean:
	rm -rf .venv .venv-pins .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

$(INSTALLED): requirements-dev.txt pyproject.toml maker/pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . -e maker
	@touch $@
