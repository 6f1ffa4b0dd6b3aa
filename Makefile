# Two commands do everything on a fresh machine with Python >= 3.11: make backtest, make test.
PYTHON ?= python3
BIN := .venv/bin
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help backtest test check check-style check-types check-rooms check-pages bench rooms tables simulated study ablation trading profiles expected coverage
.PHONY: fire faults kills soak parity options mutants profile walk clean lock

help: ## Show this list
	@grep -hE '^[a-z.]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv: .venv/installed ## Create the environment from requirements.lock, without running anything

# --no-deps: the lock file names everything; it leaves out NVIDIA's 300 MB that only GPUs use. pip would compile
# the 13,000 files one after the other, compileall does it on every core, without what is hardly ever imported; what does
# not compile is never imported.
.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Auriga needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) -V). Try: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@echo "Installing into .venv (a few minutes the first time) ..."
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --no-compile \
		-r requirements.lock
	@$(BIN)/python -m compileall -qq -j 0 -x '/(tests|plotly)/' .venv/lib || true
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

backtest: .venv/installed ## Train and backtest one model per regime, on a simulated market, offline
	$(BIN)/auriga backtest

# One worker more than cores: tests of live bots mostly wait for the next candle. Files keep the order that
# tests/conftest.py gives them, the longest first; otherwise xdist would start those with most tests first.
test: .venv/installed ## Run the test suite, without what make fire runs
	$(BIN)/python -m pytest -n $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )) --dist loadfile --no-loadscope-reorder

fire: .venv/installed ## The long tests of a live bot under faults, kills and restarts (10 minutes, two bots)
	$(BIN)/python -m pytest -m fire -n 2 --dist loadfile tests

# Side by side, each part's output in one piece; every part runs to its end even if another fails.
check: .venv/installed ## Lint, type-check, architecture tests, doctests, documentation build
	@$(MAKE) --no-print-directory --jobs 2 --keep-going --output-sync=target \
		check-types check-style check-rooms check-pages

check-style: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

check-types: .venv/installed
	$(BIN)/mypy

check-rooms: .venv/installed
	$(BIN)/python -m pytest -q tests/architecture src

check-pages: .venv/installed
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict --site-dir site

bench: .venv/installed ## Measure speed and memory against stock FreqAI: benchmarks/RESULTS.md (20 minutes, nothing else running)
	$(BIN)/python -m benchmarks.speed

rooms: .venv/installed ## Measure features, labels and regimes on their own: benchmarks/ROOMS.md and costs.json (2 minutes)
	$(BIN)/python -m benchmarks.rooms
	$(BIN)/python -m docs.generate

tables: .venv/installed ## Write the catalogue tables of docs/ anew, from the code and benchmarks/costs.json
	$(BIN)/python -m docs.generate

simulated: .venv/installed ## Measure how much of the possible edge is captured on simulated markets (6 minutes)
	$(BIN)/python -m studies.truth

study: .venv/installed ## Does the regime split pay? On real candles (AURIGA_REAL_DATA, about an hour)
	$(BIN)/python -m studies.split

ablation: .venv/installed ## What each feature group and regime detector adds, on real candles (AURIGA_REAL_DATA, half an hour)
	$(BIN)/python -m studies.features

coverage: .venv/installed ## Measure how often 95 % intervals cover the truth on simulated returns: docs/evaluation.md (20 minutes)
	$(BIN)/python -m studies.coverage
	$(BIN)/python -m docs.generate

trading: .venv/installed ## Each trading rule on the same predictions, and hyperopt, on real candles (AURIGA_REAL_DATA, an hour)
	$(BIN)/python -m studies.trading

expected: .venv/installed ## Whether moves come as large as predictions expect them, on real candles (AURIGA_REAL_DATA, ten minutes)
	$(BIN)/python -m studies.expected

profiles: .venv/installed ## What the three profiles are worth, and what timing saves, on real candles (AURIGA_REAL_DATA, half an hour)
	$(BIN)/python -m studies.profiles

faults: .venv/installed ## What Binance can do to a live bot: every fault at every place, and docs/faults.md (an hour, two bots)
	$(BIN)/python -m studies.faults matrix --jobs 2

options: .venv/installed ## Try every option of Freqtrade that touches us with every command, and write docs/options.md (an hour)
	$(BIN)/python -m tests.options

mutants: .venv/installed ## Plant faults in a copy, see which the suite notices: studies/MUTANTS.md (half an hour; goes on where it ended)
	$(BIN)/python -m studies.mutants --jobs $$(getconf _NPROCESSORS_ONLN)

profile: .venv/installed ## Show where the time of a backtest goes
	$(BIN)/python -m benchmarks.profile

kills: .venv/installed ## Kill -9 a live bot at 50 random moments on the offline exchange: studies/faults/kills.json (an hour)
	$(BIN)/python -m studies.faults kills

soak: .venv/installed ## Hours of accelerated live trading under random faults: studies/faults/soak.json (20 minutes; faketime)
	$(BIN)/python -m studies.faults soak

parity: .venv/installed ## Days of accelerated dry-run, then auriga parity: studies/PARITY.md (half an hour; faketime)
	$(BIN)/python -m studies.parity

walk: .venv/installed ## Run the README on real candles, twice in one folder: the same end? (AURIGA_REAL_DATA, 15 minutes)
	$(BIN)/python -m studies.walk

clean: ## Forget simulated candles, their models and results, and caches; keeps .venv and your own data
	rm -rf user_data/offline site build src/*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

lock: .venv/installed ## Renew requirements.lock (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra dev \
		--override requirements.override --output-file requirements.lock pyproject.toml
