# Everything a person types. It needs make and Python 3.11+ with venv; what is missing is named when it is needed.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell sh scripts/find-python)

.PHONY: help run test faults soak fuzz bench bench-quick bench-ablation bench-sizing bench-volume plans bench-scrolling bench-mail lint format screenshots lighthouse messages lock audit

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

run: $(VENV)/run.stamp ## Start everything; Ctrl-C stops it (PORT, FLOWER_PORT and STATE_DIR may be set)
	@DEBUG=$${DEBUG:-1}; export DEBUG; exec $(BIN)/python manage.py up

test: $(VENV)/dev.stamp ## Run the test suite, browser tests and the short faults included
	@CHROMIUM=$$(sh scripts/find-chromium) && DOVECOT=$$(sh scripts/find-dovecot) || exit 1; export CHROMIUM DOVECOT; exec $(BIN)/python -m pytest -n 2 --dist loadfile -m "not faults or short"

faults: $(VENV)/dev.stamp ## Break everything in turn under load, count what is left, write docs/reliability.md
	@FAULTS_TABLE=$$(date -u "+%Y-%m-%d %H:%M"); export FAULTS_TABLE; failed=0; \
	$(BIN)/python -m pytest tests/faults tests/security tests/upgrades -n 3 --dist loadfile --no-loadscope-reorder -m "faults and not alone and not soak" || failed=1; \
	$(BIN)/python -m pytest tests/faults tests/security tests/upgrades -m "faults and alone" -v || failed=1; exit $$failed

fuzz: $(VENV)/dev.stamp ## Make up requests and frames for as long as it takes (EXAMPLES=200 for each address)
	@FUZZ_EXAMPLES=$${EXAMPLES:-200}; export FUZZ_EXAMPLES; exec $(BIN)/python -m pytest tests/fuzzing -v

soak: $(VENV)/dev.stamp ## Fifty messages a second for ten minutes, with a fault every twenty seconds, with no deaths, with nothing (MINUTES=2 for less)
	@FAULTS_TABLE=$$(date -u "+%Y-%m-%d %H:%M"); export FAULTS_TABLE; exec $(BIN)/python -m pytest tests/faults/test_soak.py tests/faults/test_calm.py -v

bench: $(VENV)/dev.stamp ## Measure everything beside its peers and say which goals are reached, 25 minutes at most (ONLY="chat idle" for some), write docs/performance.md
	@DEBUG=1; export DEBUG; DJANGO_SETTINGS_MODULE=core.settings exec $(BIN)/python -m tests.benchmarks.run $(if $(ONLY),--only $(ONLY))

bench-quick: $(VENV)/dev.stamp ## Measure chat beside its peers, three minutes at most, write docs/performance.md
	@DEBUG=1; export DEBUG; DJANGO_SETTINGS_MODULE=core.settings exec $(BIN)/python -m tests.benchmarks.run --quick

bench-ablation: $(VENV)/dev.stamp ## Take back one setting after another and see what each gave, write docs/performance.md
	@DEBUG=1; export DEBUG; DJANGO_SETTINGS_MODULE=core.settings exec $(BIN)/python -m tests.benchmarks.ablation

bench-sizing: $(VENV)/dev.stamp ## Append what 100,000 sockets would say, with one drain and with more, write docs/sizing.md
	@DEBUG=1; export DEBUG; DJANGO_SETTINGS_MODULE=core.settings exec $(BIN)/python -m tests.benchmarks.simulation

bench-volume: $(VENV)/dev.stamp ## Ask lists, search and ticket pages of a thousand tickets and of a million (VOLUME=100000 for fewer), write docs/performance.md
	@DEBUG=1; export DEBUG; DJANGO_SETTINGS_MODULE=core.settings exec $(BIN)/python -m tests.benchmarks.volume

bench-mail: $(VENV)/dev.stamp ## Mail one event to a thousand people beside two bare loops, write docs/performance.md
	@DEBUG=1; export DEBUG; DJANGO_SETTINGS_MODULE=core.settings exec $(BIN)/python -m tests.benchmarks.mail

plans: $(VENV)/dev.stamp ## Ask PostgreSQL how it goes about every hot query (PLAN_TICKETS=20000)
	@PLAN_TICKETS=$${PLAN_TICKETS:-20000}; export PLAN_TICKETS; exec $(BIN)/python -m pytest tests/budgets/test_plans.py

bench-scrolling: $(VENV)/dev.stamp ## Scroll, type, send and switch tickets on a slow processor, open pages on a slow line, write docs/performance.md (ROUNDS=3)
	@CHROMIUM=$$(sh scripts/find-chromium) || exit 1; export CHROMIUM; DEBUG=1; export DEBUG; \
	DJANGO_SETTINGS_MODULE=core.settings exec $(BIN)/python -m tests.benchmarks.scrolling

lint: $(VENV)/dev.stamp ## Say what the linters say
	@DEBUG=1; export DEBUG; failed=0; \
	for tool in "ruff check ." "ruff format --check ." "mypy ." "lint-imports"; do \
		echo "== $$tool"; $(BIN)/$$tool || failed=1; \
	done; exit $$failed

format: $(VENV)/dev.stamp ## Fix what the linters can fix
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

screenshots: $(VENV)/dev.stamp ## Take a picture of every state at three widths, light and dark (ONLY="desk-*" for some)
	@CHROMIUM=$$(sh scripts/find-chromium) || exit 1; export CHROMIUM; DEBUG=1; export DEBUG; \
	DJANGO_SETTINGS_MODULE=core.settings exec $(BIN)/python -m tests.browser.screenshots $(ONLY)

lighthouse: $(VENV)/dev.stamp ## Measure the two busiest pages (LIGHTHOUSE=path of npm's command, RUNS=3)
	@CHROMIUM=$$(sh scripts/find-chromium) || exit 1; export CHROMIUM; DEBUG=1; export DEBUG; \
	DJANGO_SETTINGS_MODULE=core.settings exec $(BIN)/python -m tests.browser.lighthouse $(RUNS)

messages: $(VENV)/dev.stamp ## Bring the catalogues of other languages up to date, and compile them
	@DEBUG=1; export DEBUG; exec $(BIN)/python -m tests.languages.messages

lock: ## Pin the newest versions that requirements*.in allow (needs uv)
	@for name in requirements requirements-otel requirements-dev; do \
		uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --no-emit-index-url \
			--python-version 3.11 --upgrade $$name.in --output-file $$name.txt || exit 1; \
	done

audit: $(VENV)/dev.stamp ## Ask whether what is locked has known vulnerabilities (needs the network; SERVICE=osv asks another)
	@for name in requirements requirements-otel requirements-dev; do \
		$(BIN)/pip-audit --strict --disable-pip --require-hashes -s $${SERVICE:-pypi} -r $$name.txt || exit 1; \
	done

# A stamp is younger than the requirements it was made from; deleting .venv starts afresh.
$(VENV)/run.stamp: requirements.txt | $(BIN)/python
	@echo "Installing the locked requirements (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt | $(BIN)/python
	@echo "Installing the locked requirements for development (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/run.stamp

$(BIN)/python:
	@sh scripts/check-python "$(PYTHON)"
	@"$(PYTHON)" -m venv --clear $(VENV)
