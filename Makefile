# Lynceus: `make catalog` builds and releases the catalogue, `make test` tests it. See README.md.

PYTHON ?= python3
BIN := .venv/bin
export DBT_PROJECT_DIR := $(CURDIR)
export DBT_PROFILES_DIR := $(CURDIR)
# what Python compiles is kept, or each command would compile it again
unexport PYTHONDONTWRITEBYTECODE

# the simulated sky: its size, its seed, and hard (as the real one) or kind
SOURCES ?= 20000
POINTINGS ?= 400
SEED ?= 1
PRESET ?= hard
SKY = --sources $(SOURCES) --pointings $(POINTINGS) --seed $(SEED) --preset $(PRESET)

.PHONY: catalog sky build release match explain test real bench clean help

help:
	@echo "make catalog [VARS='{...}']    the catalogue, from LYNCEUS_DATA or a simulated sky, with other vars of dbt_project.yml"
	@echo "make match MATCH=<file>        a match of any catalogues, described in a YAML file (matches/)"
	@echo "make explain MATCH=<file> ID=<id>   every factor of one source's probabilities, and its field"
	@echo "make test                      all tests"
	@echo "make real REAL_DATA=<folder>   measure on real tables, write results/"
	@echo "make bench                     compare speed and memory with other ways"
	@echo "make sky SOURCES=n POINTINGS=m SEED=s PRESET=hard|kind   make the simulated sky anew"

catalog: $(BIN)/ready
	@$(BIN)/lynceus catalog $(SKY) $(if $(VARS),--vars '$(VARS)')

sky: $(BIN)/ready
	@$(BIN)/lynceus sky $(SKY)

build: $(BIN)/ready
	@$(BIN)/dbt build

release: $(BIN)/ready
	@$(BIN)/lynceus release

match: $(BIN)/ready
	@$(BIN)/lynceus match $(if $(MATCH),$(MATCH),$(error say which: make match MATCH=matches/<name>.yml))

explain: $(BIN)/ready
	@$(BIN)/lynceus explain $(if $(MATCH),$(MATCH),$(error say which: make explain MATCH=matches/<name>.yml ID=<id>)) "$(ID)"

test: $(BIN)/testable
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/sqlfmt --check --quiet models macros analyses tests
	@$(BIN)/pytest

real: $(BIN)/ready
	@$(BIN)/lynceus real $(if $(REAL_DATA),$(REAL_DATA),$(error say where the real tables lie: make real REAL_DATA=<folder>))

bench: $(BIN)/ready
	@$(BIN)/python -m bench

clean:
	rm -rf target logs lynceus.duckdb lynceus.duckdb.wal lynceus.models lynceus_counterparts.*

# The environment: made anew whenever what it is made from has changed. uv takes a quarter of pip's
# time; where there is none, or it cannot reach the index that pip is told of, pip does it. Python
# compiles what it imports; to compile all of it at once takes longer.
install = { command -v uv > /dev/null && uv pip install --quiet --python $(BIN)/python $(1) 2> /dev/null; } \
	|| $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile $(1)

$(BIN)/ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; say which with PYTHON=..."; exit 1; }
	@echo "Making the environment .venv (a minute the first time)"
	@$(PYTHON) -m venv --clear .venv
	@$(call install,--constraint constraints.txt --editable .)
	@touch $@

# with what only the tests need
$(BIN)/testable: $(BIN)/ready
	@$(call install,--constraint constraints.txt --editable '.[test]')
	@touch $@
