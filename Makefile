# SPDX-License-Identifier: Apache-2.0
# `make run` is all a user needs; `make help` lists the rest. The work is in scripts/ and CMakePresets.json.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
JOBS ?= $(shell nproc)
SECONDS ?= 600
MINUTES ?= 20
CASES ?= 400
ROUNDS ?= 1000
SYNC_SECONDS ?= 180

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-20s %s\n", $$1, $$2 }' Makefile

build: ## install what is missing and build build/release/src/cli/spanreel
	@scripts/setup
	@cmake --preset release >/dev/null
	@cmake --build --preset release -- -j $(JOBS)

run: build ## build and start the server on ./data (flags of `spanreel serve` in ARGS="...")
	@build/release/src/cli/spanreel serve $(ARGS)

demo: build ## a generated video and a scripted agent on a server of their own, to look at; until Ctrl-C
	@scripts/demo

test: ## everything a change has to pass: format, headers, unit, system, conformance, browser, short fuzzing
	@scripts/test

test-deep: ## what is too slow for every change: clang-tidy, ThreadSanitizer, crash rounds, ten minutes of fuzzing a target
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

# What the show targets run: the build of `make test`.
checked:
	@scripts/setup --tests
	@cmake --preset ci >/dev/null
	@cmake --build --preset ci -- -j $(JOBS)

show-conformance: checked ## the operations of both APIs, by the unmodified SDKs and by recorded requests
	@scripts/show conformance tests/conformance/*.test.mjs

interop: checked ## clients in Python and the OpenTelemetry Collector: session, tokens and cost as the model's endpoint counted
	@scripts/interop

show-samples: checked ## the code samples of the SDKs' documents as printed; Orq's too if ORQ_SDK names its compiled package
	@scripts/show samples tests/conformance/livepeer_samples.test.mjs tests/conformance/orq_samples.test.mjs

show-sdk: show-sdk-ledger show-sdk-differential show-sdk-package show-sdk-asan show-sdk-threads show-sdk-fuzz ## the six below

show-sdk-ledger: checked ## the C++ libraries' side of docs/ledger.md: every call by its tests, the documents' samples, the API pages
	@build/ci/sdk/src/orq/spanreel_orq_test --gtest_brief=1
	@build/ci/sdk/src/livepeer/spanreel_livepeer_test --gtest_brief=1
	@scripts/show "samples and pages in C++" tests/sdk/samples.test.mjs tests/sdk/api_pages.test.mjs

show-sdk-differential: checked ## CASES (400) calls of the C++ libraries beside the npm packages', and their connections
	@SDK_CASES=$(CASES) scripts/show "calls beside the npm packages'" tests/sdk/differential.test.mjs tests/sdk/connections.test.mjs tests/sdk/driver.test.mjs

show-sdk-package: checked ## the C++ libraries installed, static and shared, and used by CMake and pkg-config
	@scripts/show "installed C++ libraries" tests/sdk/package.test.mjs

show-sdk-asan: ## the C++ libraries' unit tests under AddressSanitizer and UBSan
	@scripts/sdk-tests address,undefined

show-sdk-threads: ## the C++ libraries' unit tests, with many threads on one client, under ThreadSanitizer
	@scripts/sdk-tests thread

show-sdk-fuzz: ## what the C++ libraries read of answers, fuzzed for SECONDS (600)
	@scripts/fuzz $(SECONDS) sdk_answer

sdk-docs: ## docs/sdk/api-*.md from the headers and samples of the C++ libraries
	@scripts/setup --tests
	@tests/node_modules/node-linux-*/bin/node tests/sdk/api_pages.mjs --write

show-cli: checked ## the commands that talk to a server, their exit codes, on a terminal and off it; completion and manual page
	@scripts/show "command line" tests/system/client_commands.test.mjs tests/system/client_watch.test.mjs \
		tests/system/completion.test.mjs

show-media: checked ## what ffmpeg pushes, every file decoded in full, hls.js and Chromium playing it
	@scripts/show "pushes and playback" tests/system/push.test.mjs tests/browser/playback.test.mjs

show-push: checked ## `spanreel push`: recordings compared with the files picture by picture, ends of the server and of the file
	@scripts/show push tests/system/push_command.test.mjs tests/system/push_signals.test.mjs

show-import-export: checked ## spans out of one server and into another: every field, and the same sums
	@scripts/show "import and export" tests/system/import_export.test.mjs

show-clip: checked ## clips of numbered pictures, exact to the picture at both ends
	@scripts/show clips tests/system/clip.test.mjs

show-thumbnails: checked ## pictures of moments, exact to the number on them, live and recorded, and what a decoder may not do
	@scripts/show thumbnails tests/system/thumbnail.test.mjs

show-recording-crash: checked ## ROUNDS (20) kill -9 while recording: at most the last second lost
	@SPANREEL_ROUNDS=$(if $(filter file,$(origin ROUNDS)),20,$(ROUNDS)) \
		scripts/show "kills while recording" tests/system/recording_crash.test.mjs

show-counting: checked ## any order, batching and repetition of spans ends in the same sums: 20,000 cases
	@SPANREEL_PROPERTY_CASES=20000 build/ci/src/trace/spanreel_trace_rules_test --gtest_filter='DeriveProperty*'

show-filters: checked ## 5,000 random list bodies over 2,000 random sessions, against a reference
	@SPANREEL_PROPERTY_CASES=5000 scripts/show filters tests/system/filters.test.mjs

show-permissions: checked ## every route of the server against every key and token that must not open it
	@scripts/show permissions tests/conformance/permissions.test.mjs

show-tls: checked ## everything over TLS, certificates renewed under open connections
	@scripts/show TLS tests/system/tls.test.mjs

show-crash: checked ## ROUNDS (200) kill -9 under OTLP load: every acknowledged span counted once
	@SPANREEL_ROUNDS=$(if $(filter file,$(origin ROUNDS)),200,$(ROUNDS)) \
		scripts/show "kills under load" tests/system/crash.test.mjs

show-power-cuts: checked ## ROUNDS (1000) seeded lives of a data directory on a disk that loses power
	@SPANREEL_ROUNDS=$(ROUNDS) build/ci/tests/crash/spanreel_crash_test

show-demo: build ## `make demo`, ended by itself when its session is recorded
	@DEMO_ONCE=1 scripts/demo

show-fresh: ## `make run` and `make test` in a bare Debian 12 root, timed; needs root and debootstrap
	@scripts/prove-fresh

show-fuzz: ## each fuzz target for SECONDS (600)
	@scripts/fuzz $(SECONDS)

show-fuzz-edges: ## the parsers of requests to the sessions APIs, until MINUTES (20) of processor time bring no new edge
	@MINUTES=$(MINUTES) scripts/fuzz-edges $(TARGETS)

show-screenshot: checked ## the README's picture, docs/session-page.png, drawn anew while the page is checked
	@SPANREEL_SCREENSHOT=docs/session-page.png tests/run tests/browser/session_page.test.mjs

show-sync: checked ## spans and the picture of their moment, at most 33 ms apart over SYNC_SECONDS (180) with a reconnect
	@SPANREEL_SYNC_SECONDS=$(SYNC_SECONDS) tests/run tests/system/sync.test.mjs

# What the bench targets run: the product as `make run` builds it, and what puts load on it.
measured:
	@scripts/setup --tests
	@cmake --preset bench >/dev/null
	@cmake --build --preset bench -- -j $(JOBS)

show-otlp-rate: measured ## SPANS (20,000,000) over OTLP: rate, CPU, disk, memory, stored count checked; Jaeger and SQLite beside
	@bench/otlp

bench-sessions: measured ## SESSIONS (1,000,000) in lists of both APIs: p99 of each beside ingest, GET by id, start; SQLite and a bare server
	@bench/sessions

bench-rtmp: measured ## STREAMS (20) paced RTMP publishers, then unpaced ones, beside nginx-rtmp: CPU, memory, first part
	@bench/rtmp

bench-sdk: measured ## a call of the C++ client library beside a bare loop over libcurl: CPU a call
	@bench/sdk

clean: ## delete what was built; data stays
	@rm -rf build

.PHONY: help build run demo test test-deep format check-format tidy headers coverage checked clean interop \
	show-conformance show-samples show-media show-clip show-thumbnails show-recording-crash show-counting show-filters \
	show-permissions show-cli show-sdk show-sdk-ledger show-sdk-differential show-sdk-package show-sdk-asan show-sdk-threads \
	show-sdk-fuzz sdk-docs show-tls show-crash show-power-cuts show-demo show-fresh show-fuzz show-fuzz-edges show-screenshot \
	show-sync show-push show-import-export measured show-otlp-rate bench-sessions bench-rtmp bench-sdk
