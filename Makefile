# Everything sets itself up: a fresh machine needs Python 3.11 or newer and make.

# Another one, as in `make test PYTHON=python3.13`, gets an environment of its own beside the first.
PYTHON ?= python3
VENV := .venv$(if $(filter-out python3,$(notdir $(PYTHON))),-$(notdir $(PYTHON)))
BIN := $(VENV)/bin
READY := $(VENV)/ready
COMPILE := $(BIN)/pip-compile --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --strip-extras --allow-unsafe
SOURCES := audit bench broker cli client console delivery desk embedded handbook intake models pages policies runtime scoring sealing sight simulate state streams tests

# How many tests run side by side. Most of them wait for servers, so that two cores carry four.
JOBS ?= 4
PYTEST = $(BIN)/pytest --numprocesses $(JOBS) --dist loadscope --no-loadscope-reorder

# A suite starts hundreds of processes; without this each would compile the code that it loads once more.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup check quick test thorough others test-all coverage bench bench-quick crash soak demo desk docs lock release vulnerabilities clean

setup: $(READY)

TOO_OLD := "harmwatch needs Python 3.11 or newer, $(PYTHON) is %s: install a newer one, then make PYTHON=python3.12 setup"

NO_PACKAGES := The packages could not be installed; pip says why above. If it gets no answer, look at the network and the proxy (HTTPS_PROXY, PIP_CERT); then start again.

$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and $(TOO_OLD) % sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)
	@echo "Downloading and installing the packages, once; this takes a minute or two"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt || { echo "$(NO_PACKAGES)" >&2; exit 1; }
	$(BIN)/pip install --quiet --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	-@$(BIN)/pytest --quiet --collect-only > /dev/null 2>&1 # compiles all of it once, and not in each of the processes that run the tests
	touch $(READY)

check: setup
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy $(SOURCES)
	$(BIN)/lint-imports
	.ci/subjects

quick: setup
	$(PYTEST) -m "not stack and not thorough"

# Its tests wait for servers for a third of the time: one process more than for the others uses that.
test: JOBS = 5
test: setup
	$(PYTEST) -m "not thorough" $(SAMPLE)

# What `make test` leaves out.
thorough: setup
	$(PYTEST) -m thorough

# The oldest and the newest Python of this machine that are supported, but for the one that the rest runs on. What depends
# on Python is in process; of what needs servers a sample shows that each kind of process starts and ends (tests/sample.py).
others: setup
	@for python in $$($(PYTHON) .ci/other_pythons); do $(MAKE) test PYTHON="$$python" SAMPLE=--sample || exit 1; done

test-all: test thorough others

coverage: setup
	$(PYTEST) --cov models --cov scoring --cov state --cov sealing --cov-branch --cov-report term:skip-covered \
		tests/models tests/scoring tests/state tests/sealing tests/engines tests/audit -m "not thorough"

MINUTES ?= 15
soak: setup
	$(BIN)/python -m tests.crash.soak --minutes $(MINUTES)

bench: setup .venv-baselines/ready
	$(BIN)/python -m bench race --write
	$(BIN)/python -m bench latency --write
	$(BIN)/python -m bench store --write
	$(BIN)/python -m bench race --years 2 --scale 1 --only "1 worker" "Quix Streams, sum" --write
	$(BIN)/python -m bench shapes --write
	$(BIN)/python -m bench pairs --write

bench-quick: setup .venv-baselines/ready
	$(BIN)/python -m bench race --quick --repeat 2

.venv-baselines/ready: bench/baselines/requirements.txt
	$(PYTHON) -m venv .venv-baselines
	.venv-baselines/bin/pip install --quiet --disable-pip-version-check --require-hashes -r bench/baselines/requirements.txt
	touch .venv-baselines/ready

# ROWS (a regular expression), RUNS per row, SEED of the first, AT_ONCE. The whole matrix writes docs/reliability.md.
RUNS ?= 8
SEED ?= 1
AT_ONCE ?= 3
crash: setup
	$(BIN)/python -m tests.crash --runs $(RUNS) --seed $(SEED) --at-once $(AT_ONCE) $(if $(INTO),--into $(INTO)) $(if $(ROWS),--rows '$(ROWS)',--report docs/reliability.md)

# The reference pages from the code, then the site in build/site; it opens from the folder.
docs: setup
	$(BIN)/python -m handbook
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

demo: setup
	$(BIN)/harmwatch demo

# The console on a synthetic London that goes on, in a browser of this machine, until Ctrl-C.
desk: setup
	$(BIN)/harmwatch demo --console

# The wheels, their bill of materials and the licences of what they need, in build/release.
release: setup .venv-release/ready .venv-run/ready
	.ci/release

# Asks the registry about every package that the service and its console need; one that it cannot ask about is a fault too.
vulnerabilities: .venv-release/ready
	.venv-release/bin/pip-audit --strict --require-hashes --disable-pip -r requirements/extras.txt

.venv-release/ready: requirements/release.txt
	$(PYTHON) -m venv .venv-release
	.venv-release/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/release.txt
	touch .venv-release/ready

# What the service and its console need to run, and nothing else: not even pip.
.venv-run/ready: requirements/extras.txt .venv-release/ready
	$(PYTHON) -m venv --without-pip .venv-run
	.venv-release/bin/pip --python .venv-run/bin/python install --quiet --disable-pip-version-check --require-hashes -r requirements/extras.txt
	touch .venv-run/ready

lock: setup
	$(COMPILE) --extra embedded --extra simulate --extra audit --extra pages --extra console --extra traces --extra docs --extra dev --output-file requirements/dev.txt pyproject.toml
	$(COMPILE) --constraint requirements/dev.txt --output-file requirements/run.txt pyproject.toml
	$(COMPILE) --constraint requirements/dev.txt --extra console --extra pages --extra traces --output-file requirements/extras.txt pyproject.toml
	$(COMPILE) --constraint requirements/dev.txt --output-file requirements/build.txt requirements/build.in
	$(COMPILE) --output-file requirements/release.txt requirements/release.in
	$(COMPILE) --output-file bench/baselines/requirements.txt bench/baselines/requirements.in

clean:
	rm -rf .venv .venv-* .mypy_cache .ruff_cache .pytest_cache .coverage .hypothesis .import_linter_cache build
