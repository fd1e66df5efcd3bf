# The commands of this repository. Each script can be called alone, too.

.DEFAULT_GOAL := help
.PHONY: help run dev test lint advisories fuzz fmt bench site setup

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Build the release and start it on http://127.0.0.1:3000 with demo data (ARGS="--listen ..." to change that)
	@scripts/run.sh $(ARGS)

dev: ## Run a debug build and build it again on every change
	@scripts/dev.sh $(ARGS)

test: ## Everything that CI runs: lints, tests on SQLite and PostgreSQL, the release in a browser
	@scripts/test.sh

lint: ## The lints of `make test` alone
	@scripts/test.sh lint

advisories: ## Ask the RustSec database whether a dependency has a known hole; needs the network
	@scripts/setup-deny.sh
	@scripts/advisories.sh

fuzz: ## Make thousands of requests from the API's description, and try every parser with a hundred times as many texts (CASES=100000)
	@scripts/test.sh api
	@PROPTEST_CASES=$(or $(CASES),100000) cargo test --locked --features ssr --test parsers

fmt: ## Format the Rust sources
	@cargo fmt
	@cargo fmt --manifest-path tools/site/Cargo.toml

bench: ## Measure, and write the tables of docs/benchmarks.md
	@scripts/with-postgres.sh cargo bench --locked --features ssr --bench '*'

site: ## Build only what browsers download, and show its size
	@scripts/setup.sh
	@scripts/site.sh

setup: ## Bring what builds and tests need
	@scripts/setup-tests.sh
