.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test lint format requirements clean servers headers

BIN := .venv/bin
INSTALL := deploy/install
NODE := sh $(INSTALL)/node.sh npm --silent
NPM := $(NODE) --prefix chat/frontend
INSTALLED := .venv/installed
PAGE := chat/static/chat/build/chat.js
PAGE_SOURCES := $(shell find chat/frontend chat/credentials \( -name node_modules -o -name .test -o -name dist \) -prune -o -type f -print)
PAGE_PACKAGES := chat/frontend/node_modules/.package-lock.json
CLIENTS := tests/localaws/clients tests/accounts/clients
CLIENT_PACKAGES := $(CLIENTS:%=%/node_modules/.package-lock.json)
# A file's tests share the servers that they start, so they stay together.
TOGETHER := $(BIN)/pytest --numprocesses auto --dist loadfile -m "not journey and not live"
PIN := $(BIN)/uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --no-header

help: ## Show this list.
	@sed -n 's/^\([a-z]*\):.*## /\1 /p' $(MAKEFILE_LIST) | while read -r name text; do printf 'make %-13s %s\n' "$$name" "$$text"; done

demo: $(INSTALLED)/requirements.txt $(PAGE) ## Install what is missing, then run the whole portal on loopback until Ctrl-C.
	@$(BIN)/python manage.py demo

test: servers lint $(PAGE) $(CLIENT_PACKAGES) ## Install what is missing, then run every check and every test.
	@echo "test: the chat page"
	@$(NPM) test
	@echo "test: migrations are complete"
	@$(BIN)/python manage.py makemigrations --check --dry-run
	@echo "test: the suite without journeys and what needs no database, on PostgreSQL"
	@$(BIN)/python -m tests.servers postgresql -- $(TOGETHER) --ignore tests/house --ignore tests/localaws
	@echo "test: the same and the rest, on SQLite"
	@env -u DATABASE_URL $(TOGETHER)
	@echo "test: the journeys, one after another"
	@env -u DATABASE_URL $(BIN)/pytest -m "journey and not live"

lint: $(INSTALLED)/requirements-dev.txt ## Check style, floors and types.
	@echo "lint: ruff"
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --quiet --check
	@echo "lint: import-linter"
	@$(BIN)/lint-imports
	@echo "lint: mypy"
	@$(BIN)/mypy .

format: $(INSTALLED)/requirements-dev.txt ## Put the code into the style of the house.
	@$(BIN)/ruff check --quiet --fix-only
	@$(BIN)/ruff format

requirements: $(INSTALLED)/requirements.txt ## Pin what the requirement files (*.in) ask for.
	@$(PIN) requirements.in -o requirements.txt
	@$(PIN) requirements-ldap.in -o requirements-ldap.txt
	@$(PIN) requirements-dev.in -o requirements-dev.txt
	@$(PIN) $(INSTALL)/uv.in -o $(INSTALL)/uv.txt
	@$(PIN) $(INSTALL)/node.in -o $(INSTALL)/node.txt

clean: ## Remove all that was installed, built or stored here, the demo's data included.
	@rm -rf .venv .demo .mypy_cache .ruff_cache .pytest_cache .import_linter_cache chat/frontend/node_modules $(CLIENTS:%=%/node_modules) $(dir $(PAGE)) chat/credentials/dist

# The checks and the suite keep their hands off the data of the demo.
lint test: export DATA_DIR := $(CURDIR)/.venv/data

servers:
	@sh $(INSTALL)/debian.sh chromium postgresql rabbitmq-server redis-server slapd ldap-utils \
		simplesamlphp php-cli php-mbstring php-xml

# python-ldap is compiled where it is installed.
headers:
	@sh $(INSTALL)/debian.sh gcc libldap-dev libsasl2-dev python3-dev

# What is installed for the tests holds what the demo needs too, so it leaves both marks.
$(INSTALLED)/%.txt: %.txt $(INSTALL)/python.sh
	@sh $(INSTALL)/python.sh $<
	@mkdir -p $(INSTALLED)
	@touch $(if $(findstring dev,$<),$(INSTALLED)/requirements.txt) $@

$(INSTALLED)/requirements-dev.txt: | headers

$(PAGE_PACKAGES): chat/frontend/package-lock.json | $(INSTALLED)/requirements.txt
	@echo "install: packages of the chat page"
	@$(NPM) ci --no-audit --no-fund

$(CLIENT_PACKAGES): %/node_modules/.package-lock.json: %/package-lock.json | $(INSTALLED)/requirements-dev.txt
	@echo "install: packages of the clients in $*"
	@$(NODE) --prefix $* ci --no-audit --no-fund

$(PAGE): $(PAGE_PACKAGES) $(PAGE_SOURCES)
	@echo "install: the chat page is built"
	@$(NPM) run build
	@touch $@
