# make run    set everything up and serve http://127.0.0.1:8000
# make test   set everything up and run every check and test
# make check  lint, types and import contracts alone        make bench  measure, into docs/performance.md
# make fuzz   random and mutated lines at a terminal (LINES=100000, SEED=1)
# make soak   kills, disconnects, manifests against a real server (docs/soak.md)
# make walk   random commands and faults against the invariants (SEEDS=1000, FROM=0; docs/walk.md)

PYTHON ?= python3
PORT ?= 8000
SEEDS ?= 1000
SEED ?= 1
LINES ?= 100000
FROM ?= 0
KILLS ?= 1000
DISCONNECTS ?= 10000
MANIFESTS ?= 10000
BIN := .venv/bin
say = @printf '\n\033[1m==> %s\033[0m\n'

.PHONY: run test check pytest bench fuzz soak walk lessons browser prepare
.DELETE_ON_ERROR:

run: prepare
	$(say) "k8slab: http://127.0.0.1:$(PORT)  (Ctrl+C ends it)"
	@ORIGINS="$${ORIGINS:-http://127.0.0.1:$(PORT),http://localhost:$(PORT)}" \
	exec $(BIN)/uvicorn k8slab.asgi:application --host 127.0.0.1 --port $(PORT) \
		--http k8slab.sockets:Http --ws k8slab.sockets:Protocol --ws-max-size 65536 --ws-per-message-deflate false \
		--timeout-graceful-shutdown 3

test: check browser static/vendor/.built build/.translations
	$(say) "tests (those in a browser run beside the others, and are shown after them)"
	@$(BIN)/python -m pytest tests/browser >build/browser.log 2>&1 & beside=$$!; \
	$(BIN)/python -m pytest --ignore=tests/browser; code=$$?; \
	wait $$beside || code=1; cat build/browser.log; exit $$code

check: build/.dev
	$(say) "lint (ruff)"
	@$(BIN)/ruff check .
	$(say) "types (mypy)"
	@$(BIN)/mypy
	$(say) "import contracts (import-linter)"
	@$(BIN)/lint-imports --no-cache

lessons: build/.dev
	$(say) "lessons: each start is unsolved, each solution passes, each number is the engine's"
	@$(BIN)/python manage.py check_lessons

bench: build/.dev browser static/vendor/.built
	$(say) "bench, into build/bench.json and docs/performance.md"
	@$(BIN)/python -m bench
	@$(BIN)/python -m bench.report

walk: build/.dev
	$(say) "walk: $(SEEDS) seeds from $(FROM) on"
	@$(BIN)/python -m tests.walk $(FROM) --seeds $(SEEDS)

fuzz: build/.dev
	$(say) "fuzz: $(LINES) lines of seed $(SEED)"
	@$(BIN)/python -m tests.fuzz $(SEED) --lines $(LINES)

soak: build/.dev
	$(say) "soak: $(KILLS) kills, $(DISCONNECTS) disconnects, $(MANIFESTS) manifests"
	@$(BIN)/python -m tests.soak kills $(KILLS)
	@$(BIN)/python -m tests.soak disconnects $(DISCONNECTS)
	@$(BIN)/python -m tests.soak manifests $(MANIFESTS)

prepare: static/vendor/.built build/.translations
	$(say) "database"
	@$(BIN)/python manage.py migrate --verbosity 0

# Each of these is done again only when what it depends on has changed.

build/.venv: requirements.txt
	$(say) "Python packages (about a minute the first time)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "k8slab needs Python 3.11 or newer; make PYTHON=... chooses one")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@mkdir -p build && touch $@

build/.dev: build/.venv requirements-dev.txt
	$(say) "Python packages for tests"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

static/vendor/.built: build/.venv package-lock.json tools/build_frontend $(wildcard static/vendor-src/*)
	$(say) "front-end packages"
	@$(BIN)/python tools/build_frontend
	@touch $@

build/.translations: build/.venv tools/compile_translations $(wildcard locale/*/LC_MESSAGES/*.po)
	$(say) "translations"
	@$(BIN)/python tools/compile_translations
	@touch $@

browser:
	$(say) "browser"
	@tools/find_browser --install
	@tools/find_kubectl --install
