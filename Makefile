# Two commands for a newcomer: `make demo` and `make test`. Everything they need is installed into .venv by hash.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: help install demo test test-all check docs lock clean

help:
	@echo "make demo      a small election night on this machine, then the pages at local addresses"
	@echo "make test      all tests, typing, lint and import rules (under 10 minutes)"
	@echo "make test-all  the same and the slow ones"
	@echo "make install   only the command: $(BIN)/waarmerk"

install: $(VENV)/.service
demo: $(VENV)/.service
	$(BIN)/waarmerk demo $(DEMO)

$(VENV)/.service: locks/service.txt pyproject.toml
	$(PYTHON) scripts/python_is_new_enough.py
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes --only-binary :all: -r locks/service.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.service locks/dev.txt
	$(PIP) install --require-hashes --only-binary :all: -r locks/dev.txt
	@touch $@

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy

test: check
	sh scripts/test-tools
	$(BIN)/python -m pytest -n 2 -m "not slow"

test-all: check
	sh scripts/test-tools
	$(BIN)/python -m pytest -n 2
	for reader in eml csv zip; do $(BIN)/python fuzz/readers.py $$reader --seconds 60 || exit 1; done
	for target in age ustar contents manifest sshsig sshkey receipt enrolment trust open; do \
		$(BIN)/python fuzz/seal.py $$target --seconds 60 || exit 1; done

lock:
	sh scripts/lock

clean:
	rm -rf $(VENV)
