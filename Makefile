# Every target does its own set-up: `.venv` is made from requirements.lock when it is missing,
# unfinished or older than the lock. Another place or Python: make test VENV=build/312 PYTHON=python3.12

VENV ?= .venv
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3; do \
	"$$python" -c '$(SUPPORTED)' 2>/dev/null && echo "$$python" && break; done)
SUPPORTED = import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))

BIN := $(VENV)/bin
LOCKED := $(VENV)/.locked
READY := $(VENV)/.ready

# Installed by pip, hash-checked; they install and build the rest. Without uv, pip does it all, slowly.
FIRST = uv|setuptools
INSTALL = --require-hashes --no-build-isolation --requirement requirements.lock
PIP = $(BIN)/pip --disable-pip-version-check install --quiet --no-cache-dir --no-compile

# The certificates of the machine, as a company's proxy may need them.
export UV_SYSTEM_CERTS ?= 1

.PHONY: help demo annotate dataset test lint format generated lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

demo: $(READY) ## the whole loop on the seed texts, with a real Label Studio
	$(BIN)/corpus demo

annotate: $(READY) ## start Label Studio with the texts and open it (ARGS=--no-browser)
	@$(BIN)/corpus annotate $(ARGS)

dataset: $(READY) ## build/dataset: the release again, from the labels, held to dataset/checksums.txt
	$(BIN)/corpus build --check
	$(BIN)/corpus build

test: $(READY) ## all tests (ARGS='-k hash' for some)
	@scripts/needs.sh chromium postgresql
	$(BIN)/pytest $(ARGS)

lint: $(READY) ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY) ## mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

generated: $(READY) ## rewrite the committed files that the schema, the rules and the labels make
	$(call write,schemas/hedgerow.xml,$(BIN)/corpus schema config)
	$(call write,schemas/hedgerow.schema.json,$(BIN)/corpus schema json)
	$(call write,docs/measures.md,$(BIN)/python scripts/measure_page.py)
	$(BIN)/python scripts/rule_pages.py docs/rules
	$(BIN)/corpus build --out build/dataset
	@mkdir -p dataset
	@cd build/dataset && cp README.md croissant.json checksums.txt ../../dataset/
	$(BIN)/python scripts/notebook.py docs/hedgerow.ipynb

lock: $(READY) ## write requirements.lock from pyproject.toml (ARGS=--upgrade for newer versions)
	$(BIN)/uv pip compile --quiet --universal --all-extras --python-version 3.11 --generate-hashes \
		--no-emit-index-url --custom-compile-command 'make lock' $(ARGS) \
		pyproject.toml --output-file requirements.lock

clean: ## remove what make made (never .corpus/, which holds your Label Studio)
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find corpus scripts tests -name __pycache__ -type d -prune -exec rm -rf {} +

# $(call write,FILE,COMMAND): a command that fails leaves the file as it was.
define write
	@mkdir -p build
	$(2) > build/generated
	@mv build/generated $(1)
endef

$(READY): pyproject.toml $(LOCKED)
	@$(PIP) --no-index --no-deps --no-build-isolation --editable .
	@touch $@

$(LOCKED): requirements.lock
	@"$(PYTHON)" -c '$(SUPPORTED)' 2>/dev/null || { echo "Hedgerow needs Python 3.11, 3.12 or 3.13 with its venv module: install one, or name one with make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@test ! -e $(VENV) || test -f $(VENV)/pyvenv.cfg || { echo "$(VENV) is no virtual environment: remove it, or name another place with make VENV=..." >&2; exit 1; }
	@echo "Setting up $(VENV) with $(PYTHON): about half a minute"
	@rm -rf $(VENV)
	@"$(PYTHON)" -m venv $(VENV)
	@awk '/^[a-z]/ {first = /^($(FIRST))==/} first' requirements.lock > $(VENV)/first.lock
	@$(PIP) --require-hashes --requirement $(VENV)/first.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python $(INSTALL) || \
		{ echo "uv could not (is the index named to pip only?): pip now does it, in some minutes" >&2; \
		$(PIP) --use-pep517 $(INSTALL); }
	@touch $@
