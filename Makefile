# SPDX-License-Identifier: Apache-2.0
# `make run` is all a user needs; `make help` lists the rest. The work is in scripts/ and CMakePresets.json.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
JOBS ?= $(shell nproc)
SECONDS ?= 600

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

build: ## install what is missing and build build/release/src/cli/spanreel
	@scripts/setup
	@cmake --preset release >/dev/null
	@cmake --build --preset release -- -j $(JOBS)

run: build ## build and start the server on ./data (flags of `spanreel serve` in ARGS="...")
	@build/release/src/cli/spanreel serve $(ARGS)

test: ## everything a change has to pass: format, headers, unit, system, conformance, browser, short fuzzing
	@scripts/test

test-deep: ## what is too slow for every change: ThreadSanitizer, clang-tidy, ten minutes of fuzzing per target
	@scripts/test --deep

format: ## write all C++ as .clang-format wants it
	@scripts/format

check-format: ## fail if `make format` would change a file
	@scripts/format --check

tidy: ## clang-tidy over all C++, or over FILES="..."
	@scripts/tidy $(FILES)

headers: ## compile each header alone
	@scripts/setup
	@cmake --preset dev >/dev/null
	@cmake --build --preset dev --target check_headers -- -j $(JOBS)

coverage: ## which lines the unit tests reach, as a table and as pages in build/coverage/report
	@scripts/coverage

show-fresh: ## `make run` and `make test` in a bare Debian 12 root, timed; needs root and debootstrap
	@scripts/prove-fresh

show-fuzz: ## each fuzz target for SECONDS (600)
	@scripts/fuzz $(SECONDS)

clean: ## delete what was built; data stays
	@rm -rf build

.PHONY: help build run test test-deep format check-format tidy headers coverage show-fresh show-fuzz clean
