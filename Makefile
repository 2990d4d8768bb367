# Every target makes .venv/ ready by itself; `make help` lists them.
SHELL := /bin/sh
PY := .venv/bin/python
MEDIA ?= media
QUALITY ?= h
JOBS ?= 2
LESSONS := ChainRuleBasic NeuralNetworkChainRule ComputationalGraph
unexport PYTHONPATH PYTHONHOME
.DEFAULT_GOAL := help
.PHONY: help setup render test golden mutants check lint types imports format bench doctor lock clean distclean

help: ## list what can be made
	@sed -n 's/^\([a-z][a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup: ## make .venv/ and what it needs from the system; every other target does it first
	@sh setup/setup.sh

render: setup ## render the first three lessons into media/ (QUALITY=l|m|h|p|k, MEDIA=folder)
	@$(PY) -m chainviz render scenes $(LESSONS:%=-s %) -q $(QUALITY) --media $(MEDIA)

test: check ## set up, check, and run every test (JOBS=2, ARGS=...)
	@$(PY) -m pytest -q -n $(JOBS) --dist worksteal $(ARGS)

golden: setup ## approve the lessons as they are now; refused while their audit has errors
	@$(PY) -m pytest -q -n $(JOBS) tests/test_golden_lessons.py --update-goldens $(ARGS)

mutants: setup ## seed defects into our films and count what is caught; 200 clean films besides
	@$(PY) tests/mutants

check: lint types imports ## style, types and the import order

lint: setup ## style alone
	@$(PY) -m ruff check --quiet src tests setup scenes
	@$(PY) -m ruff format --quiet --check src tests setup scenes

types: setup ## types alone
	@$(PY) -m mypy

imports: setup ## the import order alone
	@.venv/bin/lint-imports --no-logo

format: setup ## put the code into shape
	@$(PY) -m ruff check --fix src tests setup scenes
	@$(PY) -m ruff format src tests setup scenes

bench: setup ## measure how fast things are
	@for each in benchmarks/bench_*.py; do $(PY) $$each || exit 1; done

doctor: setup ## say what is here, what is missing, what to do
	@$(PY) -m chainviz doctor

lock: setup ## choose the newest versions again and write setup/*.lock
	@sh setup/lock.sh

clean: ## remove what tests, builds and renders left behind
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find $(MEDIA) -mindepth 1 ! -name README.md -delete

distclean: clean ## also remove .venv/
	rm -rf .venv
