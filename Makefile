# `make paper` and `make test` set everything up first; both can be run again at any time.
PYTHON ?= python3.11
CORES ?= $(shell getconf _NPROCESSORS_ONLN)
STUDY ?=
LOCK := requirements/python-3.11.txt
BIN := .venv/bin
INSTALLED := .venv/installed
# `$(CURDIR)` may hold spaces: it is used here only, in quotes
ENV := PATH="$(CURDIR)/$(BIN):$$PATH"
CONFIG := $(if $(STUDY),--config study=$(STUDY),)

.PHONY: paper test test-slow check resume bench env clean
.DEFAULT_GOAL := paper

paper: env          ## run the study to its PDF
	$(ENV) glasskt running
	$(ENV) snakemake --cores $(CORES) $(CONFIG) || { code=$$?; [ $$code = 2 ] || echo "make: if an engine was killed here, make resume goes on" >&2; exit $$code; }

test: check         ## style, types, and every test but the longest
	$(ENV) python -m pytest -n $(CORES) --dist loadfile

test-slow: env      ## the longest tests
	$(ENV) python -m pytest -m slow

check: env
	$(ENV) ruff check .
	$(ENV) ruff format --check .
	$(ENV) mypy
	$(ENV) glasskt dag --check

resume: env         ## after an engine was killed: check that its owner is dead, unlock, go on
	$(ENV) glasskt running
	$(ENV) snakemake --unlock --quiet all $(CONFIG)
	$(ENV) snakemake --rerun-incomplete --cores $(CORES) $(CONFIG)

bench: env          ## the committed benchmarks, as ratios
	$(ENV) python benchmarks/run.py

env: $(INSTALLED)

$(INSTALLED): $(LOCK) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "Python 3.11 is needed: make PYTHON=/path/to/python3.11"; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r $(LOCK)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m pip check
	touch $(INSTALLED)

clean:              ## everything generated, the environment apart
	rm -rf results logs data .snakemake .glasskt
