# digits · test · check · parity · fuzz · bench: the words that the README and CI use.
# What is installed goes into .venv; parity and bench have rivals in .parity as well.
# Rivals in diagnosis lie in .rivals, as they do not run beside the newest packages.

PYTHON ?= python3
PIP = -m pip --disable-pip-version-check -q
BUILT = CMakeLists.txt pyproject.toml $(shell find native -name '*.cc' -o -name '*.h' -o -name '*.inc')
RUN = PATH="$(CURDIR)/.venv/bin:$$PATH"

.PHONY: digits test chromium check parity fuzz quality bench bench-cost diagnose-bench diagnose-rivals stub format clean

digits: .venv/ranvier.stamp
	.venv/bin/ranvier train digits

test: .venv/dev.stamp chromium
	$(RUN) .venv/bin/python -m pytest -n auto

# A browser opens the report in the tests; where there is none they are skipped by name.
chromium:
	@command -v chromium > /dev/null || \
	  { apt-get update -qq && apt-get install -y -qq chromium; } > /dev/null 2>&1 || \
	  echo "no Chromium: the tests that open a page are skipped; install Debian's chromium"

check: .venv/dev.stamp
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) clang-format --dry-run -Werror $(shell find native -name '*.cc' -o -name '*.h' -o -name '*.inc')

parity: .parity/parity.stamp
	.parity/bin/python -m pytest --override-ini addopts= -q tests/parity

MINUTES ?= 10
fuzz: .venv/dev.stamp
	$(RUN) .venv/bin/python -m tests.fuzz $(MINUTES)

quality: .venv/dev.stamp
	.venv/bin/python -m benchmarks.quality

bench: .parity/bench.stamp
	.parity/bin/python -m benchmarks

bench-cost: .parity/bench.stamp
	.parity/bin/python -m benchmarks.cost

diagnose-bench: .venv/ranvier.stamp
	.venv/bin/python -m benchmarks.diagnosis

diagnose-rivals: .rivals/rivals.stamp
	.rivals/bin/python -m benchmarks.diagnosis.rivals --jobs $$(nproc)

stub: .venv/dev.stamp
	$(RUN) python -m nanobind.stubgen -q -m ranvier.engine.native._native -o src/ranvier/engine/native/_native.pyi

format: .venv/dev.stamp
	$(RUN) ruff format .
	$(RUN) clang-format -i $(shell find native -name '*.cc' -o -name '*.h' -o -name '*.inc')

clean:
	rm -rf build .venv .parity .rivals

.venv/bin/python:
	$(PYTHON) -m venv .venv
	.venv/bin/python $(PIP) install --upgrade "pip>=25.1"

.venv/ranvier.stamp: .venv/bin/python $(BUILT)
	.venv/bin/python $(PIP) install -e .
	touch $@

.venv/dev.stamp: .venv/ranvier.stamp
	.venv/bin/python $(PIP) install --group dev
	touch $@

.parity/parity.stamp: $(BUILT)
	test -x .parity/bin/python || $(PYTHON) -m venv .parity
	.parity/bin/python $(PIP) install --upgrade "pip>=25.1"
	.parity/bin/python $(PIP) install --group parity
	.parity/bin/python $(PIP) install -e .
	touch $@

.parity/bench.stamp: .parity/parity.stamp
	.parity/bin/python $(PIP) install --group bench
	touch $@

.rivals/rivals.stamp: $(BUILT)
	test -x .rivals/bin/python || $(PYTHON) -m venv .rivals
	.rivals/bin/python $(PIP) install --upgrade "pip>=25.1"
	.rivals/bin/python $(PIP) install --group diagnose-rivals
	.rivals/bin/python $(PIP) install -e .
	touch $@
