# Every command of the book. `make help` lists them; the first use of any of them sets up what it needs.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help book serve pdf offline lab test chapter affected everything check lint unit node pyodide pyodide-rooms pyodide-exercises recorded notebooks browser jupyterlab faults lighthouse links bench measure weekly wheel class clean

PYTHON ?= python3
# More arguments for pip, e.g. PIP_ARGS="--extra-index-url https://download.pytorch.org/whl/cpu"
PIP_ARGS ?=
BIN := .venv/bin
ENV := .venv/.installed
FRONT := node_modules/.installed
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# The book's arrays are small: with two threads the chapters take as long as with one, and two processes with two threads
# each on two cores wait for each other, up to ten times as long.
export OMP_NUM_THREADS ?= 1

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## (.*)/  make \1|\2/' | column -t -s '|'

book: $(ENV) $(FRONT) ## build the book: environment, front end, notebooks, pages
	python tools/build_book.py

serve: book ## build, then read the book at http://localhost:8000
	python tools/serve.py --open

ANSWERS ?= yes
pdf: book ## the whole book as _build/dlbook.pdf, in minutes; ANSWERS=no: without hints, solutions and answers
	@tools/need_chromium.sh
	python tools/make_pdf.py --answers $(ANSWERS)

offline: $(ENV) $(FRONT) ## the book as a folder and a zip in _build/offline that open from disk, with Python inside
	python tools/make_offline.py

lab: $(ENV) ## open the chapters in JupyterLab
	jupyter lab --notebook-dir=. chapters

test: $(if $(filter affected,$(ONLY)),affected,everything) ## everything, as CI runs it; ONLY=affected: what a change can turn red

chapter: $(ENV) $(FRONT) ## what one chapter needs, for its author: make chapter SLUG=optimizers
	python tools/chapter.py $(SLUG)

affected: $(ENV) $(FRONT)
	python tools/affected.py --run

everything:
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory unit
	@$(MAKE) --no-print-directory -j 2 --output-sync=target RECORDED=yes book pyodide node
	@$(MAKE) --no-print-directory browser
	@$(MAKE) --no-print-directory jupyterlab
	@echo "make test: everything passed"

check: $(ENV) $(FRONT) ## the fast checks, in under a minute: lint, registry, twins
	@$(MAKE) --no-print-directory lint
	pytest -q -n 2 tests/concepts tests/panes tests/book/test_{registry,notebooks,border,figures,display,panes}.py
	@python tools/measure.py --check

lint: $(ENV) $(FRONT)
	ruff check .
	ruff format --check .
	check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	zizmor --offline --quiet --persona pedantic --min-severity medium .github/workflows
	node_modules/.bin/eslint dlbook tests eslint.config.mjs

# What looks at the built pages waits for them.
OF_PAGES := $(patsubst %,tests/book/test_%.py,links pane_pages language explorer_pages copy_pages policy licences slides search)
unit: $(ENV) $(FRONT)
	PYTHONPATH=tests/pyodide:$${PYTHONPATH:-.} pytest -n 2 -p recording --doctest-modules dlbook \
	  tests/concepts tests/panes tests/experiments tests/book $(OF_PAGES:%=--ignore %)

node: $(FRONT)
	node --test tests/node/*.test.mjs

# Two halves, so that two cores share them: the rooms, and the exercises.
ROOMS := --doctest-modules dlbook/scratch tests/concepts
EXERCISES := $(patsubst %,tests/book/test_%.py,exercises checker names)
IN_PYODIDE := node tests/pyodide/run.mjs -q --durations 5
pyodide: pyodide-rooms pyodide-exercises ## the NumPy room's tests in the Python that the pages run

pyodide-rooms: recorded
	$(IN_PYODIDE) $(ROOMS)

pyodide-exercises: recorded
	$(IN_PYODIDE) $(EXERCISES)

# Answers of the PyTorch room are recorded by `make unit`, or here.
recorded: $(ENV) $(FRONT) .cache/pyodide-tests/.installed
	python tools/fetch_pyodide.py
	[ -n "$(RECORDED)" ] || PYTHONPATH=tests/pyodide:$${PYTHONPATH:-.} pytest -q -n 2 -p recording --twins-only $(ROOMS) $(EXERCISES)

.cache/pyodide-tests/.installed: tests/pyodide/requirements.txt $(ENV)
	pip install --quiet --no-deps --no-compile --platform any --python-version 3.12 --only-binary :all: --upgrade \
	  $(PIP_ARGS) --target $(@D) -r $<
	@touch $@

# As a student runs them; `make book` runs every cell, too, with a warning as an error.
notebooks: $(ENV) ## run every notebook from top to bottom with nbval
	PYTHONWARNINGS=error pytest --nbval-lax --nbval-kernel-name=python3 chapters

# The files that take longest first, so that neither of two processes waits for the other at the end.
LONGEST := $(patsubst %,tests/browser/test_%.py,live_chapters pages explorers live)
PAGES := $(LONGEST) $(filter-out $(LONGEST) tests/browser/test_jupyterlab.py,$(wildcard tests/browser/test_*.py)) \
  $(OF_PAGES)
# Two browsers on two cores make each other late now and then: what fails is named, and tried once more by itself.
browser: book
	@tools/need_chromium.sh
	pytest -v -n 2 --dist loadfile --no-loadscope-reorder $(PAGES) || { [ $$? = 1 ] && echo "Once more, alone: what failed" && pytest -v --last-failed $(PAGES); }

jupyterlab: $(ENV)
	@tools/need_chromium.sh
	pytest -v -n 2 tests/browser/test_jupyterlab.py

faults: $(ENV) $(FRONT) ## plant one fault per kind of check in a copy, and expect each check to turn red
	python tools/faults.py

lighthouse: book ## Lighthouse's four scores for each chapter, median of five runs
	@tools/need_chromium.sh
	python tools/lighthouse.py

links: $(ENV) $(FRONT) ## ask whether every page that the book cites still answers
	jupyter-book build . --builder custom --custom-builder linkcheck

bench: $(ENV) ## time the NumPy rooms against scikit-learn and PyTorch, one thread, as ratios
	@for file in benchmarks/bench_*.py; do python $$file; done

measure: $(ENV) ## measure anew what takes longer than a chapter's minute, where its code has changed (minutes)
	python tools/measure.py

weekly: book ## what takes too long for `make test`: tests marked so, on all pages; PDF; the wheel in environments of its own
	@tools/need_chromium.sh
	pytest -v -n 2 --dist loadfile -m weekly tests/browser tests/experiments
	pytest -v tests/weekly

wheel: $(ENV) ## build the package as a wheel, the same bytes from the same sources, in dist/
	python tools/build_wheel.py

class: book ## what a teacher needs, in _build/class: students' and teacher's notebooks, assignments, slides
	python tools/make_class.py

clean: ## remove everything that was built (the environment stays; `rm -r .venv node_modules` removes it too)
	rm -rf _build .cache/folder-build .cache/notebooks .pytest_cache .ruff_cache .hypothesis

$(ENV): requirements.txt constraints.txt pyproject.toml
	@command -v $(PYTHON) > /dev/null || { echo "Python 3.11.5 or newer is missing: install it, or name it with PYTHON=…"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11, 5))' || \
	  { echo "Python 3.11.5 or newer is needed, $(PYTHON) is $$($(PYTHON) -V): name another with PYTHON=…"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || \
	  { echo "Python's venv module is missing: on Debian and Ubuntu, apt install python3-venv"; exit 1; }
	@echo "Setting up .venv (a few minutes, once)"
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --progress-bar on $(PIP_ARGS) --require-hashes --no-deps -r lock.txt
	$(BIN)/pip install --progress-bar on $(PIP_ARGS) -r requirements.txt -c constraints.txt
	$(BIN)/pip install --no-deps --no-build-isolation -e .
	@touch $@

.PHONY: sbom
sbom: $(ENV) $(FRONT) ## what the book is made with and carries, as bills of materials (CycloneDX), in _build/sbom
	python tools/make_sbom.py

# Torch is in no lock: by version alone, so that PIP_ARGS may name the build for CPUs. All that it needs elsewhere is locked.
UV := .cache/uv/bin/uv pip compile --system-certs --quiet --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links
.PHONY: lock
lock: $(ENV) ## write the hashes of lock.txt and tests/pyodide anew, after constraints.txt has changed
	$(PYTHON) -m venv .cache/uv
	.cache/uv/bin/pip install --quiet uv==0.13.9
	{ echo setuptools; grep -v '^torch==' constraints.txt; } | $(UV) --universal --python-version 3.11.5 -o lock.txt -
	grep -oE '^[^# ]+==[^ ]+' tests/pyodide/requirements.txt | $(UV) --no-deps --python-version 3.12 -o .cache/pyodide-lock.txt -
	{ grep '^#' tests/pyodide/requirements.txt; cat .cache/pyodide-lock.txt; } > .cache/pyodide-requirements.txt
	mv .cache/pyodide-requirements.txt tests/pyodide/requirements.txt

$(FRONT): package.json package-lock.json $(ENV)
	@echo "Fetching the pinned front-end parts"
	npm ci --ignore-scripts --no-audit --no-fund
	@touch $@
