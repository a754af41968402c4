# `make chat` opens the chat and `make test` passes the tests; both do all the set-up themselves.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Build requirements are held to the same versions as everything else
export PIP_CONSTRAINT := $(CURDIR)/constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Where it is set, as in many containers, each of the hundred processes that tests start compiles all
unexport PYTHONDONTWRITEBYTECODE

TORCH := $(shell grep '^torch==' constraints.txt)

.PHONY: help chat test quick long coverage lint format clean

help:  ## Show this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 10

chat: $(VENV)/chat-installed  ## Set up and serve the chat on http://127.0.0.1:7860
	@$(BIN)/verbatim chat

# Each process has its share of the files, for what the tests of a file share. Who is done first takes
# over tests of another, or one long file would be waited for. `tests/conftest.py` says how many
TESTING := $(BIN)/python -m pytest -n auto --dist worksteal

test: $(VENV)/tests-installed  ## Set up and run the tests
	$(TESTING) -m 'not long'

quick: $(VENV)/tests-installed  ## Run the fast tests: no models, no browser, nothing slow
	$(TESTING) -m 'not slow and not model and not browser and not long'

long: $(VENV)/tests-installed  ## Run what `make test` leaves out, and thirty and twenty times as many kills and inputs (hours)
	$(TESTING) -m long
	VERBATIM_DURABILITY_RUNS=1000 VERBATIM_FUZZ_INPUTS=20000 \
	  $(BIN)/python -m pytest tests/durability tests/fuzz tests/ui/test_rest_fuzz.py

coverage: $(VENV)/tests-installed  ## Run the tests and report which lines they reach
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(TESTS); status=$$?; \
	  $(BIN)/coverage combine --quiet && $(BIN)/coverage report; exit $$status

lint: $(VENV)/tests-installed  ## Check format, style, types and layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(VENV)/tests-installed  ## Put the code in its format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:  ## Remove the environment and what tools left behind
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.*

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Verbatim needs Python 3.11 or newer. Name one: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# On Linux the general index gives a torch with gigabytes of CUDA. uv knows where PyTorch's own builds
# for processors are: whether they can be had is asked first, for 15 s whatever stands in the way, and
# where they can't, what is installed next brings torch.
$(VENV)/torch-asked-for: $(BIN)/python constraints.txt
	@if [ "$$(uname)" = Linux ] && $(BIN)/python -m pip install --quiet uv \
	    && echo $(TORCH) | timeout 15 $(BIN)/uv pip compile --quiet --no-deps --torch-backend cpu - \
	      >/dev/null 2>&1; then \
	  echo "Installing $(TORCH) without CUDA"; \
	  $(BIN)/uv pip install --quiet --no-deps --python $(BIN)/python --torch-backend cpu $(TORCH) \
	    || echo "Not to be had: the general index is asked"; \
	fi
	@touch $@

$(VENV)/chat-installed: $(VENV)/torch-asked-for pyproject.toml constraints.txt
	@echo "Installing what Verbatim needs; the first time takes a few minutes"
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/tests-installed: $(VENV)/chat-installed
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@
