# Two commands: `make run` (the main job on a ready county) and `make test` (everything the tests prove).
# Only Python 3.11+, pip and make are needed. WHEELHOUSE=dir installs from a folder of wheels, without a network.
PY ?= python3
VENV ?= .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
PYTHON := $(BIN)/python
PIP := $(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary=:all: \
       $(if $(WHEELHOUSE),--no-index --find-links $(WHEELHOUSE),)
RUN_STAMP := $(VENV)/.run-stamp
TEST_STAMP := $(VENV)/.test-stamp
PYTEST_JOBS ?= 2

.PHONY: run setup test test-setup check format lint types contracts pytest wheel-test bench lock clean

run: setup
	@$(BIN)/inspector demo

setup: $(RUN_STAMP)

test: test-setup pytest wheel-test

test-setup: $(TEST_STAMP)

check: test-setup lint types contracts pytest

$(RUN_STAMP): requirements/run.lock pyproject.toml
	@$(PY) -c 'import sys; sys.exit("Python 3.11, 3.12 or 3.13 is needed; PY=/path/to/python chooses one") if not (3, 11) <= sys.version_info < (3, 14) else None'
	@test -x $(PYTHON) || $(PY) -m venv $(VENV)
	@echo "installing what the program needs into $(VENV) (once)" >&2
	@$(PIP) -r requirements/run.lock
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --no-index --no-build-isolation -e .
	@touch $@

$(TEST_STAMP): $(RUN_STAMP) requirements/test.lock
	@echo "installing what the tests need into $(VENV) (once)" >&2
	@$(PIP) -r requirements/test.lock
	@touch $@

format: test-setup
	@$(PYTHON) -m ruff format .
	@$(PYTHON) -m ruff check --fix --quiet .

lint: test-setup
	@$(PYTHON) -m ruff format --check --quiet .
	@$(PYTHON) -m ruff check --quiet .

types: test-setup
	@$(PYTHON) -m mypy

contracts: test-setup
	@$(BIN)/lint-imports

pytest: test-setup
	@$(PYTHON) -m pytest -n $(PYTEST_JOBS) --dist worksteal

wheel-test: test-setup
	@$(PYTHON) tools/wheel_test.py

bench: test-setup
	@$(PYTHON) -m bench

# For developers with uv: rewrites the pinned requirements; no index address gets into them.
lock:
	uv pip compile --quiet --no-header --universal --generate-hashes --python-version 3.11 --no-emit-index-url --extra pdf pyproject.toml requirements/build.in -o requirements/run.lock
	uv pip compile --quiet --no-header --universal --generate-hashes --python-version 3.11 --no-emit-index-url --extra pdf pyproject.toml requirements/test.in -c requirements/run.lock -o requirements/test.lock

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
