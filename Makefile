# Thin: every target is a script in scripts/ that sets up what it needs by itself.
.DEFAULT_GOAL := help
.PHONY: help run test dev lint tidy e2e sqlx build bench faults fuzz

help: ## What can be done here
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name what; do printf '%-16s %s\n' "$$name" "$$what"; done

run: build ## Build Laurel and serve a demonstration shop on http://127.0.0.1:3000
	@scripts/run.sh

test: ## Everything: lints, laws, verbs on a real Postgres, HTTP, journeys in a browser
	@scripts/test.sh

build: ## The release: one file, target/release/laurel
	@scripts/setup.sh run && scripts/build.sh

dev: ## Serve while you work: builds anew at every change
	@scripts/setup.sh dev && scripts/dev.sh

lint: ## Formatting and clippy, both worlds
	@scripts/setup.sh lint && scripts/lint.sh

tidy: ## The walls of the house alone, in a second or two
	@scripts/tidy.sh

e2e: build ## Journeys in a browser against the release
	@scripts/setup.sh test && scripts/e2e.sh

bench: build ## How fast Laurel is, beside pgbench on the same Postgres in the same run
	@scripts/bench.sh

faults: ## Kill, hang up, storm: what `make test` tries briefly, ten times as hard
	@scripts/setup.sh sqlx && LAUREL_FAULTS=10 cargo test --test faults -- --nocapture

fuzz: ## Made-up requests to every call of the API: none may break it, none may get an answer that is not described
	@scripts/setup.sh sqlx && scripts/fuzz.sh

sqlx: ## Renew .sqlx/ after a query or a migration changed
	@scripts/setup.sh sqlx && scripts/sqlx.sh
