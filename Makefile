# Everything needs only git, make and Python 3.11 or newer; the first target that runs sets the rest up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= out/2024
export DO_NOT_TRACK := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/ready: constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "Python 3.11 or newer is needed: make PYTHON=python3.12 …"'
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { $(PYTHON) -m pip install -q --user virtualenv && $(PYTHON) -m virtualenv -q $(VENV); }
	@echo "Installing the pinned libraries (once, about a minute) …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

year: $(VENV)/ready  ## rehearse the sample district's whole year 2024; results in $(OUT)
	@$(BIN)/jixiao year rehearse --data examples/district --work-year 2024 --out $(OUT)

browser:
	@command -v chromium >/dev/null || { echo "Installing chromium for the browser tests …"; apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; }

test: $(VENV)/ready browser  ## lint, types, import contracts, all tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

office: $(VENV)/ready  ## forms and reports through LibreOffice, which is installed if missing (Debian, as root)
	@command -v soffice >/dev/null && command -v pdftotext >/dev/null || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends libreoffice-calc libreoffice-writer poppler-utils >/dev/null; }
	$(BIN)/pytest tests/office -n 0

serve: $(VENV)/ready  ## Prefect server, worker and all deployments on this machine
	@$(BIN)/jixiao serve

kills: $(VENV)/ready browser  ## the kill table: run, worker, server, Prefect's database, at 20 moments each (under an hour)
	KILLS=20 $(BIN)/pytest -n 0 -s --timeout 7200 tests/storms/test_kills.py

growing: $(VENV)/ready  ## PostgreSQL for both databases, two workers, two districts (two to six minutes)
	$(BIN)/pytest -n 0 -s --timeout 900 tests/flows/growing.py

bench: $(VENV)/ready  ## all benchmarks, each as a ratio against a named yardstick
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[bench]'
	@for one in benchmarks/*.py; do echo "== $$one"; $(BIN)/python $$one || exit 1; done

precision: $(VENV)/ready  ## precision and recall of the problem finder on the labelled projects
	@$(BIN)/python tests/cases/problems/precision.py

mutate: $(VENV)/ready  ## mutation testing of models/rules: all (over an hour), or a fixed random sample with SAMPLE=600
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[mutation]'
	rm -rf out/mutation && mkdir -p out/mutation && cp -r models tasks flows notifications tests tests/models/rules/mutation/* out/mutation/
	rm -rf out/mutation/tests/storms out/mutation/tests/walks out/mutation/tests/house out/mutation/tests/notifications
	cd out/mutation && ORACLE_ROWS=1000 ../../$(BIN)/python sample.py $(or $(SAMPLE),100000)

.PHONY: help year browser test office precision serve kills growing bench mutate
.DEFAULT_GOAL := help
