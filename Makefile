# On a bare machine with Python >= 3.11, git and make:   make demo   |   make test
#
# Everything lives in .venv, made on first use and again when a file it depends on changes.
# `demo` and `test` install the light group only; `check` adds the linters and type checkers.

PYTHON ?= python3
WORKERS ?= 2
ARGS ?=

BIN := .venv/bin
INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python
# By file: the blocks of one page run one after the other and share their names.
PYTEST_PARALLEL := -n $(WORKERS) --dist loadfile

# The tests start many interpreters. Compiled once, modules are kept in build/, not in the tree.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(abspath build/pycache)

# Tests on real exports look for a data folder beside the checkout, unless told where it is.
ifndef REVCYCLE_DATA
ifneq ($(wildcard ../shared/data),)
export REVCYCLE_DATA := $(abspath ../shared/data)
endif
endif

.PHONY: demo demo-portals test check bench bench-peers soak soak-portals lock clean

demo: .venv/test.ready ## the main job on a seeded book; ARGS="--synthea DIR" for an export
	@$(BIN)/python docs/examples/statement_cycle.py --pages build $(ARGS)

demo-portals: .venv/test.ready ## a morning at a made-up portal hub; writes build/portal.html and portal_all.html
	@$(BIN)/python docs/examples/portal_morning.py $(ARGS)

test: .venv/test.ready ## every test; ARGS="-k plans" for some
	$(BIN)/python -m pytest $(PYTEST_PARALLEL) $(ARGS)

check: .venv/check.ready ## what a change must pass, beside `make test`
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python
	rm -rf build/coverage
	$(BIN)/coverage run -m pytest $(PYTEST_PARALLEL) --hypothesis-profile=coverage $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

bench: .venv/test.ready ## the figures of the speed promises; ARGS="predicate" for some of them
	$(BIN)/python benchmarks/run.py $(ARGS)

bench-peers: .venv-peers/ready ## our rules beside other rule engines
	.venv-peers/bin/python benchmarks/peers.py $(ARGS)

soak: .venv/test.ready ## a million random operations, sharded and resumable
	$(BIN)/python -m tests.soak $(ARGS)

soak-portals: .venv/test.ready ## 200,000 random acts on access issues
	$(BIN)/python -m tests.portal_soak $(ARGS)

# The second lock is bound by the first, so the two never disagree about a version.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --upgrade pyproject.toml

lock: .venv/uv.ready ## newest allowed versions into the requirement locks
	$(COMPILE) --group test -o requirements/test.txt
	$(COMPILE) --group dev -c requirements/test.txt --no-annotate -o requirements/check.txt
	$(COMPILE) --group peers --no-annotate -o requirements/peers.txt

clean:
	rm -rf .venv .venv-peers build

# ------------------------------------------------------------------------------------ set-up

# Written for any Python, so that one too old can still say which it is.
ASK_VERSION := import sys; print("ok" if sys.version_info >= (3, 11) else "%d.%d.%d" % sys.version_info[:3])
ANSWER = $(shell ( $(PYTHON) -c '$(ASK_VERSION)' ) 2>/dev/null)
REFUSE = $(error revcycle needs Python 3.11 or newer, and $(PYTHON) is $(if $(filter 2.% 3.%,$(ANSWER)),$(ANSWER),not to be had) (another: make PYTHON=/path/to/python))

# uv goes inside .venv, because a system Python may refuse to be installed into.
.venv/uv.ready:
	$(if $(filter ok,$(ANSWER)),,$(REFUSE))
	@echo "Setting up .venv (once) ..."
	@rm -rf .venv
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.9,<1"
	@touch $@

.venv/test.ready: .venv/uv.ready requirements/test.txt pyproject.toml
	@$(INSTALL) --require-hashes -r requirements/test.txt
	@$(INSTALL) --no-deps --editable .
	@touch $@

.venv/check.ready: .venv/test.ready requirements/check.txt
	@echo "Installing the linters and type checkers ..."
	@$(INSTALL) --require-hashes -r requirements/check.txt
	@touch $@

.venv-peers/ready: .venv/uv.ready requirements/peers.txt pyproject.toml
	@echo "Setting up .venv-peers (once) ..."
	@rm -rf .venv-peers
	@$(BIN)/python -m venv --without-pip .venv-peers
	@$(BIN)/uv pip install --quiet --python .venv-peers/bin/python --require-hashes -r requirements/peers.txt
	@$(BIN)/uv pip install --quiet --python .venv-peers/bin/python --no-deps --editable .
	@touch $@
