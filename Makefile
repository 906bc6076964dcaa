# The commands of the project. `make help` lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Metadata in MySQL, OceanBase and PostgreSQL is tested, so everything is built with it: one set
# of features means one build.
FEATURES := --features oms-chassis/metadata-mysql,oms-chassis/metadata-postgres
BUILT    := $${CARGO_TARGET_DIR:-target}/debug
export CARGO_TERM_COLOR ?= auto

.PHONY: help
help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-14s %s\n", $$1, $$2 }'

.PHONY: deps
deps: ## Install what building and testing needs and is missing
	@scripts/install-build-deps.sh

.PHONY: build
build: deps ## Build everything (debug)
	cargo build --workspace $(FEATURES)

.PHONY: run
run: deps ## Start all services in one process
	cargo run -p oms -- up $(ARGS)

.PHONY: demo
demo: ## Show the main job on real databases, from nothing
	@scripts/demo.sh

.PHONY: demo-check
demo-check: ## Run the demo once with what is built, and fail if it takes a minute
	DEMO_BIN=$(BUILT) DEMO_STAY=0 DEMO_LISTEN=127.0.0.1:0 timeout 60 scripts/demo.sh

.PHONY: servers
servers: deps ## Start one of each database for hand work, until Ctrl-C
	cargo build --quiet -p oms-testkit --bin servers
	@$(BUILT)/servers up

.PHONY: test
test: deps ## Run every test, against real databases
	@scripts/install-tools.sh cargo-nextest
	cargo nextest run --workspace $(FEATURES) --no-run
	$(BUILT)/servers exec -- cargo nextest run --workspace $(FEATURES) --no-fail-fast $(ARGS)

.PHONY: check
check: fmt clippy doc deny ## Formatting, lints, documentation, licences

.PHONY: fmt
fmt: ## Check formatting
	cargo fmt --all --check

.PHONY: clippy
clippy: deps ## Lint everything, warnings are errors
	cargo clippy --workspace --all-targets $(FEATURES) -- -D warnings

.PHONY: doc
doc: deps ## Build the documentation, broken links are errors
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items $(FEATURES) --quiet

.PHONY: deny
deny: ## Check licences, banned crates and sources
	@scripts/install-tools.sh cargo-deny
	cargo deny --log-level error check licenses bans sources

.PHONY: docs
docs: deps ## Write the generated documents (docs/ERRORS.md)
	UPDATE_DOCS=1 cargo test --quiet -p oms-tests --test architecture $(FEATURES) documents

.PHONY: env
env: ## Write .env with fresh secrets for docker compose
	@scripts/make-env.sh

.PHONY: bench-gateway
bench-gateway: deps ## Measure the gateway: requests a second and latency (needs wrk)
	@scripts/install-tools.sh wrk
	@benches/gateway.sh

.PHONY: bench-start
bench-start: deps ## Measure start time, idle memory and idle CPU of `oms up`
	@benches/start.sh

.PHONY: bench-full
bench-full: deps ## Measure whole tables beside other tools, and the limit of a target (hours)
	@benches/full.sh

.PHONY: bench-incr
bench-incr: deps ## Measure changes: drain, capture, latency, memory, beside native replication (hours)
	@benches/incr.sh
