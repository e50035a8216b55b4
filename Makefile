# One word runs everything; `make` alone lists the words.
SHELL := /bin/bash
.DEFAULT_GOAL := help

SWIFT  ?= swift
DEBUG  := .build/debug
# Static in the Swift runtime; symbols that nobody looks up by name would keep unused code. The toolchain's own linker packs the
# addresses that the loader adjusts into a fiftieth of their size (DT_RELR, glibc 2.36), and maps constants without the right to run.
STATIC := --static-swift-stdlib -Xswiftc -use-ld=lld -Xlinker --no-export-dynamic -Xlinker -z -Xlinker pack-relative-relocs
# What --version says; + for changes beside the commit.
export IX_COMMIT ?= $(shell git describe --always --dirty=+ --abbrev=10 --exclude '*' 2>/dev/null || echo unknown)

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install the packages that building, demo, tests and a private PostgreSQL need
	@.ci/setup all

# What building and the demo on the embedded store need: no server.
setup-demo:
	@.ci/setup demo $(STORE)
setup-test:
	@.ci/setup test
setup-model:
	@.ci/setup model
setup-cluster:
	@.ci/setup cluster
setup-browser:
	@.ci/setup browser
setup-package:
	@.ci/setup package
setup-docs:
	@.ci/setup docs

$(DEBUG)/.programs: setup-demo
	@.ci/quiet build "building ix-worker and ixctl; the first build takes minutes" .ci/build $(SWIFT)

build: setup-demo ## Build the release programs, static in the Swift runtime
	@.ci/quiet release "building the release programs; the first build takes minutes" \
	    .ci/build $(SWIFT) -c release $(STATIC)
	@ls -l .build/release/ix-worker .build/release/ixctl

demo: $(DEBUG)/.programs ## Put real documents through and show what comes out (STORE=postgres: on PostgreSQL)
	@Config/demo/demo.sh $(DEBUG) $(STORE)

run: $(DEBUG)/.programs ## Run the daemon in the foreground (STORE=postgres: on IX_POSTGRES_URL or a private PostgreSQL)
	@Config/demo/run.sh $(DEBUG) $(STORE)

test: setup-test ## Run every test, on a private PostgreSQL (FAST=1: what needs no server and no program, under a minute)
	@.ci/quiet tests "building the tests; the first build takes minutes" \
	    $(SWIFT) build --build-tests --explicit-target-dependency-import-check error
	@$(if $(FAST),.ci/test-fast,.ci/test) $(SWIFT)

man: $(DEBUG)/.programs ## Write man pages and shell completions to .build/share
	@.ci/manuals $(DEBUG) .build/share

smoke: setup-test $(DEBUG)/.programs ## Run the demo on every store and check that both print the same
	@.ci/smoke $(DEBUG)

example: $(DEBUG)/.programs ## Build the example program with Swift pipelines of its own, and run jobs through it
	@.ci/example $(DEBUG) $(SWIFT)

exposure: setup-test ## Rate how much the units leave open, and fail above 1.2
	@for unit in ix-worker.service ix-worker@.service; do \
	    systemd-analyze security --offline=true --threshold=12 systemd/$$unit | tail -n 1; \
	    test $${PIPESTATUS[0]} = 0 || exit 1; done

install: ## Install what `make build` and `make man` made (DESTDIR= PREFIX=/usr/local SYSCONFDIR=/etc)
	@.ci/install .build/release .build/share

deb: setup-package build man ## Build the Debian package, into .build/deb
	@.ci/deb .build/release .build/share .build/deb

dist: build man ## Pack the programs for any Linux of this architecture, with a checksum, into .build/dist
	@.ci/dist .build/release .build/share .build/dist

apt-repository: setup-package ## Make or extend a signed apt repository of the package, in .build/apt (KEY=gpg key PACKAGES=folder FOLDER= APT_URI=)
	@.ci/apt-repository $(or $(PACKAGES),.build/deb) $(or $(FOLDER),.build/apt) "$(KEY)"

chart: setup-test ## Check the Helm chart by helm itself and by the manifests' schemas
	@.ci/chart

image: deb chart ## Check deploy/, and run the image's root file system without an engine, as root
	@.ci/image .build/deb

package-test: setup-package ## Install, upgrade under load (UPGRADES=) and purge the package on a plain Debian, as root
	@.ci/package-test $(or $(UPGRADES),2) $(SWIFT)

check: test lint docs observability alerts model storm-cluster-short smoke example schemathesis test-dashboard man exposure deb dist image package-test ## Everything CI runs

schemathesis: setup-test $(DEBUG)/.programs ## Call the HTTP API with generated requests, as each role, by its own document (SEED= REQUESTS=)
	@.ci/schemathesis $(DEBUG) $(or $(SEED),20261) $(or $(REQUESTS),6)

test-dashboard: setup-browser $(DEBUG)/.programs ## Use the dashboard in Chromium as people do, against a real daemon on both stores (STORES= ONLY=word SHIFT=seconds)
	@.ci/dashboard run.py $(DEBUG) $(if $(STORES),--stores $(STORES)) --shift $(or $(SHIFT),60) $(if $(ONLY),--only $(ONLY))

screenshots: setup-browser $(DEBUG)/.programs ## Take pictures of every page of the dashboard, into .build/screenshots (README=file: the one of the README)
	@.ci/dashboard screenshots.py $(DEBUG) .build/screenshots $(if $(README),--readme $(README))

observability: setup-test ## Check the alert rules and the dashboard by promtool
	@.ci/observability

alerts: setup-test $(DEBUG)/.programs ## Provoke every alert at real daemons, and wait until a real Prometheus says that it fires (two minutes)
	@PYTHONDONTWRITEBYTECODE=1 Tests/observability/alerts.py $(DEBUG)

lint: ## Check the format of the Swift sources, words that they must not hold, the prose, the pages' links and names, circles between files, the page of the public surface, and breaks of the HTTP API
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests Config
	@.ci/lint
	@.ci/prose
	@.ci/docs-test
	@.ci/docs
	@.ci/circles
	@.ci/surface --check
	@.ci/sql-list --check
	@.ci/routes --check
	@.ci/api-break-test
	@.ci/api-break docs/api/v1.json Sources/IXServer/OpenAPI/openapi.json

docs: setup-docs ## Make the documentation's static site, which works offline, in .build/site
	@.ci/site .build/site

format: ## Format the Swift sources
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests Config

bench: ## Print a table of ratios to what machine and database allow (PARTS= ROUNDS= HISTORY=rows HARNESS= PYTHON= PEERS=)
	@.ci/setup bench
	@for product in ix-worker ixctl ix-bench-mark ix-bench-bare; do \
	    $(SWIFT) build -c release $(STATIC) --product $$product || exit 1; done
	@HISTORY=$(or $(HISTORY),1000000) HARNESS=$(HARNESS) PYTHON=$(PYTHON) PEERS=$(PEERS) Tests/bench/bench.py .build/release \
	    --rounds $(or $(ROUNDS),3) $(if $(PARTS),--parts $(PARTS)) $(if $(filter sqlite,$(STORE)),--parts embedded)

bench-pipelines: setup-test ## Measure pipelines: exec, worker, http, a flood (PROGRAMS=folder, PARTS=, JOBS=, ROUNDS=)
	@Tests/bench/pipelines.py $(or $(PROGRAMS),.build/release) $(PARTS)

idle: $(DEBUG)/.programs ## Measure start, idle cost and pick-up latency (STORE=sqlite: on the file; PROGRAMS=folder)
ifeq ($(STORE),sqlite)
	@Tests/bench/idle_file.py $(or $(PROGRAMS),$(DEBUG))
else
	@Tests/bench/idle.py $(or $(PROGRAMS),$(DEBUG))
endif

bench-peers: setup-demo ## Let a harness measure all it knows of other queues and of ours (HARNESS=folder PYTHON=with the peers' packages ARGS=)
	$(SWIFT) build -c release $(STATIC) --product ix-bench-mark
	@$(or $(PYTHON),python3) Tests/bench/side_by_side.py $(HARNESS) $(ARGS)

bench-callbacks: ## Measure what callbacks cost and how soon they come, as ratios of one run (PROGRAMS=folder)
	@Tests/bench/callbacks.py $(or $(PROGRAMS),.build/release)

bench-instructions: setup-test ## Count a drained job's instructions in server and daemon by callgrind (PROGRAMS=folder AGAINST=folder JOBS=)
	@Tests/bench/instructions.py $(or $(PROGRAMS),.build/release) --jobs $(or $(JOBS),500) $(if $(AGAINST),--against $(AGAINST))

ifeq ($(KIND),patroni)
storm: storm-cluster
else
storm: setup-test ## Do to daemons and servers all that can be done, and look for every job (DURATION=seconds SEED= KINDS= ROUNDS=; KIND=patroni: storm-cluster)
	$(SWIFT) build --build-tests
	@for servers in one synchronous asynchronous; do $(DEBUG)/ix-storm --servers $$servers \
	    --seconds $(or $(DURATION),120) $(if $(SEED),--seed $(SEED)) $(if $(KINDS),--kinds $(KINDS)) || exit 1; done
	IX_TEST_STORM_ROUNDS=$(or $(ROUNDS),100) $(SWIFT) test --skip-build --filter EmbeddedStormTests
endif

storm-cluster: setup-cluster $(DEBUG)/.programs ## Do to three nodes under Patroni all that can be done, as root, fifteen minutes (FORM=short FAULTS= ROUNDS= MODE=asynchronous PROGRAMS=folder)
	@.ci/quiet storm "building the history checker" $(SWIFT) build --product ix-storm
	@python3 Tests/patroni/storm.py $(or $(PROGRAMS),$(DEBUG)) --checker $(DEBUG)/ix-storm $(if $(FORM),--$(FORM)) \
	    $(if $(MODE),--$(MODE)) $(if $(FAULTS),--faults "$(FAULTS)") $(if $(ROUNDS),--rounds $(ROUNDS))

storm-cluster-short: ## The short form: three faults, three minutes
	@$(MAKE) --no-print-directory storm-cluster FORM=short

storm-flow: setup-test ## Kill four daemons and their sessions under limits and strict groups, and look at each start; a million jobs of one key (JOBS= BACKLOG=)
	$(SWIFT) build --build-tests
	IX_TEST_FLOW_JOBS=$(or $(JOBS),20000) IX_TEST_FLOW_BACKLOG=$(or $(BACKLOG),1000000) $(SWIFT) test --skip-build \
	    --filter 'FlowStormTests|BacklogTests'

storm-schedules: setup-test ## Kill daemons, their sessions and the primary, edit schedules, set plans and clocks back, and look at each moment (DURATION=seconds)
	$(SWIFT) build --build-tests
	IX_TEST_SCHEDULE_SECONDS=$(or $(DURATION),300) $(SWIFT) test --skip-build \
	    --filter 'ScheduleStormTests|ScheduleClockTests|ScheduleFailoverTests'

fuzz: setup-test ## Read many mutated inputs as the product does (INPUTS= SEED= KINDS=documents,configuration,lines,answers,imports,words,cron COMPARED=)
	$(SWIFT) build -c release --product ix-fuzz
	.build/release/ix-fuzz --inputs $(or $(INPUTS),10000000) --compared $(or $(COMPARED),100000) \
	    $(if $(SEED),--seed $(SEED)) $(if $(KINDS),--kinds $(KINDS))

flood: setup-test ## Run 20,000 mixed jobs through one daemon and look at what it holds afterwards (JOBS=number)
	$(SWIFT) build --build-tests
	IX_TEST_FLOOD_JOBS=$(or $(JOBS),20000) $(SWIFT) test --skip-build --filter 'a thousand mixed jobs'

slips: setup-test ## Run jobs of which a third has a slip of its handler's author, and look at all others (JOBS=number)
	$(SWIFT) build --build-tests
	IX_TEST_SLIP_JOBS=$(or $(JOBS),2000) $(SWIFT) test --skip-build --filter SlipStormTests

kills: setup-test ## Kill the daemon at every point of a callback's way, and look for each callback (ROUNDS= per point)
	$(SWIFT) build --build-tests
	IX_TEST_KILL_ROUNDS=$(or $(ROUNDS),200) $(SWIFT) test --skip-build --filter CallbackKillTests

model: setup-model ## Let spin visit every state of the model, and show that each guard is needed
	@model/check

sanitize: setup-test ## Run the tests under ThreadSanitizer and AddressSanitizer (KIND=thread or address, FILTER=regular expression)
	@for kind in $(or $(KIND),thread address); do .ci/sanitize $$kind "$(or $(FILTER),.)" $(SWIFT) || exit 1; done

db: ## Start a private PostgreSQL for trying things out; ends with Ctrl-C
	@.ci/setup demo postgres
	@Tests/cluster.sh hold "$${TMPDIR:-/tmp}/ix-worker-db-$$USER"

clean: ## Remove what was built
	rm -rf .build

.PHONY: help setup setup-demo setup-test setup-model setup-cluster setup-package build demo run test man exposure install deb dist apt-repository chart image package-test smoke example schemathesis test-dashboard screenshots setup-browser setup-docs docs check observability alerts lint format bench bench-pipelines bench-callbacks bench-instructions bench-peers idle storm storm-cluster storm-cluster-short storm-flow storm-schedules flood slips kills model sanitize db clean $(DEBUG)/.programs
