# make demo   set up, build, and run the main job on a bundled graph
# make test   set up, build, and run every test
# make help   what else there is

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

AKIN := .build/release/akin
DEMO := demo
PREFIX ?= /usr/local
# What building needs besides Swift, and what pictures need: a font.
PACKAGES := libgraphviz-dev libhnswlib-dev liblapacke-dev liblzma-dev libopenblas-dev libpango1.0-dev libsqlite3-dev \
  libturbojpeg0-dev libzstd-dev zlib1g-dev pkg-config fonts-dejavu-core
SOURCES := Package.swift Sources Tests examples/embedding

.PHONY: help setup build install demo docs gallery examples test fuzz crash coverage bench format format-check sanitize clean

help: ## Show this list.
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: ## Install the system packages that are missing (Debian, Ubuntu).
	@missing=(); \
	for package in $(PACKAGES); do \
	  [ "$$(dpkg-query -W -f '$${db:Status-Abbrev}' $$package 2>/dev/null | cut -c1-2)" = ii ] || missing+=($$package); \
	done; \
	if [ $${#missing[@]} -eq 0 ]; then exit 0; fi; \
	if ! command -v apt-get > /dev/null; then \
	  echo "setup: this system has no apt-get; install what corresponds to: $${missing[*]}" >&2; exit 1; fi; \
	run=(); \
	if [ "$$(id -u)" -ne 0 ]; then \
	  if ! command -v sudo > /dev/null; then \
	    echo "setup: these packages are missing and only root can install them: $${missing[*]}" >&2; \
	    echo "setup: run as root: apt-get install $${missing[*]}" >&2; exit 1; fi; \
	  run=(sudo); \
	fi; \
	echo "setup: installing $${missing[*]}"; \
	"$${run[@]}" apt-get update -qq; \
	"$${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$${missing[@]}" > /dev/null

build: setup ## Build the program, optimised.
	@swift build -c release --product akin

install: setup ## Install the program and its completions; PREFIX=/usr/local, DESTDIR=.
	@swift build -c release --product akin --static-swift-stdlib --scratch-path .build-install
	@install -D -m 755 .build-install/release/akin "$(DESTDIR)$(PREFIX)/bin/akin"
	@install -d "$(DESTDIR)$(PREFIX)/share/bash-completion/completions" \
	  "$(DESTDIR)$(PREFIX)/share/zsh/site-functions" "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d"
	@.build-install/release/akin --generate-completion-script bash > "$(DESTDIR)$(PREFIX)/share/bash-completion/completions/akin"
	@.build-install/release/akin --generate-completion-script zsh > "$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_akin"
	@.build-install/release/akin --generate-completion-script fish > "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/akin.fish"
	@echo "installed $(DESTDIR)$(PREFIX)/bin/akin, which needs no Swift"

demo: build ## Import Debian's dependencies, list the kin of three packages, draw one.
	@mkdir -p $(DEMO)
	$(AKIN) import graphs/debian/depends.csv.xz -o $(DEMO)/debian.akin \
	  --source package --target depends --source-type package --target-type package --relation depends
	$(AKIN) related $(DEMO)/debian.akin git -k 10
	$(AKIN) related $(DEMO)/debian.akin python3-numpy -k 10
	$(AKIN) related $(DEMO)/debian.akin samtools -k 10
	$(AKIN) draw $(DEMO)/debian.akin git -o $(DEMO)/git.svg

docs: setup ## Make the documentation of the library, to be read in a browser.
	@swift build --target AkinEngine
	@bash docs/archives.sh

gallery: build ## Draw the pictures of docs/gallery.md anew, from the bundled graphs.
	@bash docs/gallery.sh $(AKIN)

examples: setup ## Run the stories of examples/ and the guides of docs/, and build and run the example that has Akin in it.
	@swift build --product akin
	@examples/run.sh .build/debug/akin
	@swift run --package-path examples/embedding --scratch-path .build-examples embedding \
	  graphs/southern-women/attendance.csv E1

test: setup ## Run every test.
	@swift build --build-tests
	@swift test --skip-build --disable-xctest
	@AKIN_TESTS_ALONE=1 swift test --skip-build --disable-xctest --filter 'SceneTests.*leave nothing behind'

fuzz: setup ## Fuzz the readers and the snapshots from a seed of the moment; ROUNDS=100000 SEED=7 for others.
	@swift build --build-tests
	@seed=$${SEED:-$$(date +%s)}; echo "fuzz: seed $$seed"; \
	AKIN_FUZZ_ROUNDS=$${ROUNDS:-20000} AKIN_FUZZ_SEED=$$seed swift test --skip-build --disable-xctest --filter Fuzz

crash: setup ## Kill import, append, compact and train ROUNDS=200 times each, and look at what is left.
	@swift build --build-tests
	@AKIN_KILL_ROUNDS=$${ROUNDS:-200} swift test --skip-build --disable-xctest --filter CrashTests

coverage: setup ## Run every test and say which lines none of them reached, by file, least covered first.
	@swift build --build-tests --enable-code-coverage --scratch-path .build-coverage
	@rm -rf .build-coverage/debug/codecov
	@swift test --skip-build --disable-xctest --enable-code-coverage --scratch-path .build-coverage \
	  || echo "not every test passed; the figures are of what ran"
	@# Processes that tests end from outside leave no profile, or half of one.
	@tools=$$(dirname "$$(realpath "$$(command -v swift)")"); cd .build-coverage/debug/codecov && \
	find . -name '*.profraw' > profiles.txt && \
	"$$tools/llvm-profdata" merge -sparse -failure-mode=all -f profiles.txt -o merged.profdata 2> merging.txt && \
	"$$tools/llvm-cov" report -instr-profile merged.profdata \
	  ../akinPackageTests.xctest -object ../akin \
	  -ignore-filename-regex='(/Tests/|/checkouts/|/\.build)' > ../../report.txt 2>> merging.txt
	@awk '/\.(swift|c|cpp|h) / { print $$10, $$9, $$1 }' .build-coverage/report.txt | sort -n | head -n 40 \
	  | awk 'BEGIN { print " lines  missed  file" } { printf "%6s  %6d  %s\n", $$1, $$2, $$3 }'
	@grep '^TOTAL' .build-coverage/report.txt | awk '{ print "in all " $$10 " of lines; every file: .build-coverage/report.txt" }'

bench: build ## Time the store, the walks, PageRank and nearest neighbours on made graphs; EDGES=40000000 for another size, PEERS=folder to run other systems beside.
	@swift build --package-path Benchmarks -c release
	@Benchmarks/.build/release/Benchmarks $(EDGES)
	@Benchmarks/peers.sh $(AKIN) Benchmarks/.build/release/Benchmarks

format: ## Format all code.
	@swift format --in-place --recursive $(SOURCES)

format-check: ## Fail where code is not formatted.
	@swift format lint --strict --recursive $(SOURCES)

sanitize: setup ## Run every test under the address and the thread sanitizer.
	@# Fontconfig keeps what it read to the end.
	@ASAN_OPTIONS=detect_leaks=0 swift test --disable-xctest --sanitize address --scratch-path .build-address
	@# A bound on the size of files is one on those of this sanitizer, too.
	@TSAN_OPTIONS="suppressions=$(CURDIR)/Tests/thread-sanitizer.supp" \
	  swift test --disable-xctest --sanitize thread --scratch-path .build-thread --skip 'a full disk is an error'

clean: ## Remove everything that was built.
	@rm -rf .build .build-* $(DEMO)
