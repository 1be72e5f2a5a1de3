"""The C core itself: what it may use, and what sanitizers say of it."""

import pathlib
import re
import shutil
import subprocess

import pytest

from tests.present import need_programs

CORE = pathlib.Path(__file__).resolve().parents[3] / "firmware" / "dsp" / "core"
HARNESS = pathlib.Path(__file__).with_name("harness.c")
STRICT = ["-std=c11", "-ffp-contract=off", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror"]
SOURCES = sorted(CORE.glob("*.c"))


def need(compiler):
    """Its path; absence is a failure in CI and a skip elsewhere."""
    need_programs(compiler)
    return shutil.which(compiler)


def build(compiler, into, *options):
    command = [need(compiler), *options, "-I", str(CORE), *map(str, SOURCES), str(HARNESS), "-o", str(into), "-lm"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def checksum(program):
    done = subprocess.run([program], capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """What the harness prints when built as the extension is."""
    program = tmp_path_factory.mktemp("core") / "plain"
    built = build("cc", program, "-std=c11", "-ffp-contract=off", "-O2")
    assert built.returncode == 0, built.stderr
    return checksum(program)


@pytest.mark.parametrize(("compiler", "options"), [
    ("gcc", ["-O0"]), ("gcc", ["-O3", "-ftree-vectorize"]), ("gcc", ["-O3", "-march=native"]), ("clang", ["-O2"]),
    ("gcc", ["-O2", "-DGW_NO_WIDE"])])
def test_every_build_gives_the_same_bits(compiler, options, plain, tmp_path):
    built = build(compiler, tmp_path / "other", "-std=c11", "-ffp-contract=off", *options)
    assert built.returncode == 0, built.stderr
    assert checksum(tmp_path / "other") == plain


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_it_compiles_without_a_warning_and_freestanding(compiler, tmp_path):
    for source in SOURCES:
        done = subprocess.run([need(compiler), *STRICT, "-O2", "-ffreestanding", "-c", str(source), "-o",
                               str(tmp_path / (source.stem + ".o"))], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_it_calls_nothing_but_memory_moves_and_keeps_no_state(tmp_path):
    objects = []
    for source in SOURCES:
        objects.append(str(tmp_path / (source.stem + ".o")))
        subprocess.run([need("cc"), "-std=c11", "-O2", "-ffp-contract=off", "-fno-stack-protector", "-c", str(source),
                        "-o", objects[-1]], check=True)
    symbols = [line.split() for line in
               subprocess.run([need("nm"), *objects], capture_output=True, text=True, check=True).stdout.splitlines()]
    wanted = {words[1] for words in symbols if len(words) == 2 and words[0] == "U"}
    kept = [words[2] for words in symbols if len(words) == 3 and words[1] in "dDbBC"]
    outside = {name for name in wanted if not name.lower().startswith("gw_") and name != "_GLOBAL_OFFSET_TABLE_"}
    assert outside <= {"memcpy", "memmove", "memset", "memcmp"}
    assert kept == []


def test_it_includes_nothing_but_stdint_and_string():
    text = "".join(path.read_text() for path in CORE.iterdir() if path.suffix in (".c", ".h"))
    assert set(re.findall(r"#include <(.*)>", text)) == {"stdint.h", "string.h"}
