# Everything people and CI do, by name. 'make help' lists it.

VENV := .venv
BIN := $(VENV)/bin
PYTHON := $(BIN)/python
UV := $(BIN)/uv
UV_VERSION := 0.13.9
LLM ?=
PORT ?= 8501

PINS := requirements.txt constraints.txt pyproject.toml Makefile
STAMP := $(VENV)/installed
# A checkout that was moved, or whose pins changed, is installed again.
KEY = $(CURDIR) $(shell cat $(PINS) | cksum)

# uv does not read pip's configuration, so what is set for pip is handed on.
INDEXES = $(addprefix --find-links ,$(PIP_FIND_LINKS)) $(addprefix --default-index ,$(PIP_INDEX_URL)) \
	$(if $(PIP_EXTRA_INDEX_URL),--index-strategy unsafe-best-match $(addprefix --index ,$(PIP_EXTRA_INDEX_URL)))
INSTALL = $(UV) pip install --quiet --python $(PYTHON) --compile-bytecode $(INDEXES)
REQUIRED = -r requirements.txt -c constraints.txt

ifneq ($(LLM),)
export ADVISOR_LLM := $(LLM)
endif

.DEFAULT_GOAL := help
.PHONY: help setup install run ingest test lint types corpus-check golden-check eval eval-gate eval-report bench requirements clean

help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 22

setup: ## the environment in .venv, from the pinned requirements
	@test "$$(cat $(STAMP) 2>/dev/null)" = "$(KEY)" || $(MAKE) --no-print-directory install

install:
	@for python in python3.11 python3 python3.13 python3.12; do \
	    $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && break; \
	    python=; \
	done; \
	if [ -z "$$python" ]; then echo "Python 3.11, 3.12 or 3.13 is needed; install one and run make again." >&2; exit 1; fi; \
	$(PYTHON) -m pip --version >/dev/null 2>&1 || $$python -m venv --clear $(VENV) || { \
	    echo "$$python cannot create environments; install its venv module (python3-venv on Debian)." >&2; exit 1; }
	@echo "Installing into $(VENV); the first time takes a minute or two."
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
# PyTorch without a local wheel brings gigabytes for graphics cards, which its CPU index spares; where that index
# cannot be reached, everything comes from the usual one. Where uv finds no index, pip, with its own settings, may.
	@$(if $(PIP_FIND_LINKS),false,$(INSTALL) --torch-backend cpu $(REQUIRED) 2>/dev/null) \
	    || $(INSTALL) $(REQUIRED) \
	    || $(PYTHON) -m pip install --quiet --disable-pip-version-check $(REQUIRED)
	@$(UV) pip install --quiet --python $(PYTHON) --no-deps --no-build-isolation --editable .
	@$(PYTHON) -m compileall -q advisor eval ingest ui
	@echo "$(KEY)" > $(STAMP)

run: setup ## fetches the local model, builds the index, serves the app (LLM=extractive PORT=8501)
ifeq ($(filter-out auto local,$(or $(LLM),$(ADVISOR_LLM))),)
	@$(BIN)/career-advisor models pull || echo "The app starts without the language model and says so."
endif
	@$(BIN)/career-advisor ingest
	@exec $(BIN)/career-advisor ui --port $(PORT)

ingest: setup ## brings the index in line with the corpus folder
	@$(BIN)/career-advisor ingest

test: lint types corpus-check golden-check ## lint, types, the corpus, the golden questions and every test
	@$(PYTHON) -m pytest

lint: setup
	@$(PYTHON) -m ruff check .

types: setup
	@$(PYTHON) -m mypy

corpus-check: setup ## front matter, links, snippets and more of the corpus (CORPUS=folder)
	@$(PYTHON) -m ingest.corpus_check $(CORPUS)

golden-check: setup ## golden questions against the corpus
	@$(PYTHON) -m eval.check_golden

eval: ingest ## every golden question, beside the baseline (LLM=local SAMPLE=60 SPLIT=holdout)
	@$(PYTHON) -m eval run --llm $(or $(LLM),extractive) --sample $(or $(SAMPLE),0) --split $(or $(SPLIT),all)
	@$(if $(EVAL_JUDGE),$(PYTHON) -m eval judge)

eval-gate: ingest ## the same, and exit status 1 where it is worse than the baseline
	@$(PYTHON) -m eval gate

eval-report: setup ## one HTML page on the last run (eval/report.html)
	@$(PYTHON) -m eval report

bench: setup ## latency and memory, beside the tutorial chain
	@$(PYTHON) -m eval.bench

# What CUDA needs is kept apart: as constraints it is pinned for those who install it and absent for the others.
CUDA := ^(nvidia-|triton|cuda-)
requirements: setup ## compiles requirements.txt and constraints.txt (UPGRADE=--upgrade for newer versions)
	@cat requirements.txt constraints.txt > $(VENV)/pins.txt
	@$(UV) pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url \
	    --no-emit-find-links --extra dev $(UPGRADE) pyproject.toml --output-file $(VENV)/pins.txt
	@grep -vE '$(CUDA)' $(VENV)/pins.txt > requirements.txt
	@grep -E '$(CUDA)' $(VENV)/pins.txt > constraints.txt

clean: ## removes the environment and caches; the data folder stays
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find advisor eval ingest ui tests -name __pycache__ -type d -prune -exec rm -rf {} +
