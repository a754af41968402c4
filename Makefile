# `make chat` opens the chat and `make test` passes the tests; both do all the set-up themselves.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Build requirements are held to the same versions as everything else
export PIP_CONSTRAINT := $(CURDIR)/constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help chat test lint format clean

help:  ## Show this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 10

chat: $(VENV)/chat-installed  ## Set up and serve the chat on http://127.0.0.1:7860
	@$(BIN)/verbatim chat

test: $(VENV)/tests-installed  ## Set up and run all tests
	$(BIN)/python -m pytest

lint: $(VENV)/tests-installed  ## Check format, style, types and layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(VENV)/tests-installed  ## Put the code in its format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:  ## Remove the environment and what tools left behind
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Verbatim needs Python 3.11 or newer. Name one: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/chat-installed: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing what Verbatim needs; the first time takes a few minutes"
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/tests-installed: $(VENV)/chat-installed
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@
