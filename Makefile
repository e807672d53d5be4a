# picbed: `make serve` and `make test` are all that a fresh Debian or Ubuntu with Swift needs.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
.PHONY: help serve test soak test-asan test-tsan fuzz bench bench-quick bench-deps build deps swift format lint clean

# Options of `picbed serve`, as in: make serve ARGS="--listen 127.0.0.1:9000 --data /srv/picbed"
ARGS ?=
# Options of `swift test`, as in: make test TESTS="--filter JSONTests"
TESTS ?=

# Options of `bench/run`, as in: make bench BENCH="--only list,view --rounds 9"
BENCH ?=

# What `make fuzz` runs, and for how long each.
FUZZ ?= chunked cookies forwarded head json media multipart query range redis
FUZZ_SECONDS ?= 60

# What picbed is linked with, and the redis-server that it runs (tests too).
LIBRARIES := libevent-dev libhiredis-dev libssl-dev
# Load generator and peers of the bench.
BENCH_PACKAGES := wrk nginx libnginx-mod-http-lua lua-nginx-redis lua-cjson webdis redis-tools python3
# A real browser, for the web client's tests; a load and a clock that jumps, for those of take-overs and faults.
TEST_PACKAGES := chromium chromium-driver wrk faketime
# Without the Swift runtime's shared libraries: the program runs where no Swift is. It also starts with 3 ms less
# CPU time and takes 3 MB less memory (measured with the same objects linked both ways).
RELEASE := -c release --static-swift-stdlib
# What the scenario tests start.
SERVER := PICBED_BINARY=$(CURDIR)/.build/release/picbed
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
SOURCES := Package.swift Sources Tests

help: ## Show this list.
	@grep -hE '^[a-z -]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z -]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

serve: build ## Install what is missing, build, and serve on 127.0.0.1:8080 (options in ARGS).
	@exec .build/release/picbed serve $(ARGS)

# The tests are a debug build: they look inside the modules (@testable), and its checks for overflow and misuse
# are on. The server that the scenario tests start is the release build.
test: MORE_PACKAGES := $(TEST_PACKAGES)
test: build ## Install what is missing, build, and run every test (options in TESTS).
	@$(SERVER) swift test --disable-xctest $(TESTS)

# All but the browser's tests, with a server that is built alike. What a sanitizer finds, in whichever process, is left
# in .build-asan/found.* and .build-tsan/found.*. Leaks are not looked for: Foundation's own file reads leak in the tests.
# PICBED_TSAN: see Sources/Events/Lock.swift.
test-asan: SANITIZED := --sanitize=address
test-tsan: SANITIZED := --sanitize=thread -Xswiftc -DPICBED_TSAN
test-asan: ## Every test but the browser's, and the server, under AddressSanitizer (about half an hour).
test-tsan: ## The same under ThreadSanitizer.
test-asan test-tsan: deps swift
	@folder=$$PWD/.build-$(@:test-%=%)
	build="$(SANITIZED) --scratch-path $$folder"
	swift build --build-tests $$build
	rm -f $$folder/found.*
	export PICBED_BINARY=$$folder/debug/picbed
	export ASAN_OPTIONS=detect_leaks=0:log_path=$$folder/found TSAN_OPTIONS=log_path=$$folder/found:suppressions=$$PWD/Tests/thread-sanitizer.txt
	status=0
	swift test --skip-build --disable-xctest $$build --skip BrowserTests $(TESTS) || status=$$?
	for found in $$folder/found.*; do
	  [[ ! -e $$found ]] || { cat "$$found"; status=1; }
	done
	exit $$status

# Under AddressSanitizer. What is found is left in .build-fuzz/, as are the inputs that reached new code; those that
# are worth keeping go to Tests/Fuzzing/Corpora by hand.
fuzz: deps swift ## Fuzz the parsers, a minute each (which ones in FUZZ, for how long in FUZZ_SECONDS).
	@PICBED_FUZZING=1 swift build --scratch-path .build-fuzz -c release --product Fuzzing \
	  --sanitize=fuzzer --sanitize=address -Xswiftc -enable-testing \
	  -Xswiftc -sanitize-coverage=edge,indirect-calls,trace-cmp,inline-8bit-counters,pc-table
	for target in $(FUZZ); do
	  echo "picbed: fuzzing $$target"
	  mkdir -p .build-fuzz/corpora/$$target
	  PICBED_FUZZ=$$target .build-fuzz/release/Fuzzing -max_total_time=$(FUZZ_SECONDS) -timeout=5 -max_len=2048 \
	    -verbosity=0 -print_final_stats=1 -artifact_prefix=.build-fuzz/found-$$target- \
	    .build-fuzz/corpora/$$target Tests/Fuzzing/Corpora/$$target 2>&1
	done

bench: build bench-deps ## Measure picbed and its peers on this machine (options in BENCH; about half an hour).
	@bench/run $(BENCH)

bench-quick: build bench-deps ## The main measurements in 3 minutes.
	@bench/run --quick $(BENCH)

# Kills and other faults at random moments for SOAK_SECONDS, and as many take-overs as fit.
SOAK_SECONDS ?= 300
soak: MORE_PACKAGES := wrk faketime
soak: build ## Kill picbed and Redis under load, and take over, for minutes (SOAK_SECONDS).
	@$(SERVER) PICBED_SOAK_SECONDS=$(SOAK_SECONDS) swift test --disable-xctest --filter 'S40Handover|S41Faults'

build: deps swift ## Install what is missing and build .build/release/picbed.
	@swift build $(RELEASE) --product picbed

# apt-get only runs when something is missing. A redis-server that comes this way is for picbed to start: the
# policy keeps the package from starting one on port 6379 (invoke-rc.d(8)), and it is not enabled for later either.
# So it is with the bench's peers.
deps: PACKAGES = $(LIBRARIES) $(MORE_PACKAGES)
bench-deps: PACKAGES := $(BENCH_PACKAGES)
deps bench-deps: ## Install the missing Debian packages (as root, or with sudo).
	@missing=()
	for package in $(PACKAGES); do
	  status=$$(dpkg-query --show --showformat='$${db:Status-Status}' "$$package" 2>/dev/null) || status=
	  [[ "$$status" == installed ]] || missing+=("$$package")
	done
	command -v redis-server >/dev/null || missing+=(redis-server)
	(( $${#missing[@]} )) || exit 0
	if ! command -v apt-get >/dev/null; then
	  echo "picbed: missing: $${missing[*]} (their names on Debian); install them and run make again" >&2
	  exit 1
	fi
	echo "picbed: installing $${missing[*]}"
	policy=/usr/sbin/policy-rc.d
	if [[ ! -e $$policy ]]; then
	  trap '$(SUDO) rm -f /usr/sbin/policy-rc.d' EXIT
	  printf '#!/bin/sh\nexit 101\n' | $(SUDO) tee $$policy >/dev/null
	  $(SUDO) chmod 755 $$policy
	fi
	$(SUDO) apt-get -qq update
	$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends "$${missing[@]}"
	command -v systemctl >/dev/null || exit 0
	for service in redis-server nginx webdis; do
	  [[ " $${missing[*]} " != *" $$service "* ]] || $(SUDO) systemctl --quiet disable $$service 2>/dev/null || true
	done

swift:
	@command -v swift >/dev/null || {
	  echo "picbed: swift is not in PATH: install Swift 6.2 or later from https://www.swift.org/install/linux" >&2
	  exit 1
	}

format: swift ## Format the sources in place.
	@swift format format --in-place --recursive --parallel $(SOURCES)

lint: swift ## Check the sources' format and style.
	@swift format lint --strict --recursive --parallel $(SOURCES)

clean: ## Remove everything that was built.
	@rm -rf .build .build-asan .build-fuzz .build-tsan
