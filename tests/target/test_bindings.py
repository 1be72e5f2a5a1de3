"""The golden cases through Python: the extension of CPython, the reference, the user module of MicroPython."""

import os
import shutil
import subprocess

import pytest

from tests.target import golden
from tests.target.conftest import HERE, ROOT, lacking, make_micropython
from tools import target

CORTEX_M7 = "-mcpu=cortex-m7 -mthumb -mfpu=fpv5-sp-d16 -mfloat-abi=hard"


def lines_of(dsp, capsys, **options):
    golden.run(dsp, **options)
    return capsys.readouterr().out.splitlines()


def cases(lines):
    return {line.split()[0] for line in lines}


def same_cases(demanded, lines):
    return [line for line in demanded if line.split()[0] in cases(lines)]


def test_the_extension_gives_the_bits_of_the_core(demanded, capsys):
    dsp = pytest.importorskip("_gwdsp")
    lines = lines_of(dsp, capsys)
    assert {"scene", "bank", "detector-events", "encode-g722"} <= cases(lines)
    assert lines == same_cases(demanded, lines)


def test_the_reference_in_python_gives_the_bits_of_the_core(demanded, capsys, monkeypatch):
    from firmware.dsp import reference

    monkeypatch.setattr(golden, "CODECS", reference_codecs(reference))
    lines = lines_of(reference, capsys, only_codecs=True)
    assert {"encode-pcma", "decode-pcmu", "encode-g726-32-aal2"} <= cases(lines)
    assert lines == same_cases(demanded, lines)


def reference_codecs(reference):
    """Those that it has."""
    found = []
    for codec in golden.CODECS:
        try:
            reference.Encoder(codec)
        except ValueError:
            continue
        found.append(codec)
    return tuple(found)


def test_every_codec_of_the_core_has_a_golden_case():
    dsp = pytest.importorskip("_gwdsp")
    assert set(golden.CODECS) == set(dsp.codecs)


def test_micropython_gives_the_bits_of_the_core(micropython, demanded):
    done = subprocess.run([micropython, HERE / "golden.py"], capture_output=True, text=True, check=False, timeout=60)
    lines = done.stdout.splitlines()
    assert done.returncode == 0, lines[-4:]
    assert {"scene", "bank-10", "ec-wide", "detector-events"} <= cases(lines)
    assert lines == same_cases(demanded, lines)


def test_micropython_says_of_bad_arguments_what_cpython_does(micropython):
    pytest.importorskip("_gwdsp")
    script = HERE / "refusals.py"
    here, there = (subprocess.run(command, capture_output=True, text=True, check=False, timeout=60,
                                  env={**os.environ, "PYTHONPATH": str(ROOT)})
                   for command in ([shutil.which("python3", path=str(ROOT / ".venv" / "bin")) or "python3", script],
                                   [micropython, script]))
    assert here.returncode == there.returncode == 0, here.stderr + there.stdout
    assert there.stdout == here.stdout


def test_micropython_on_a_cortex_m7_gives_the_bits_of_the_core(built, micropython_sources, demanded):
    into = ROOT / "build" / "upy-m7"
    done = make_micropython(micropython_sources, into, "CROSS_COMPILE=arm-none-eabi-", f"CPU={CORTEX_M7}")
    assert done.returncode == 0, done.stdout + done.stderr
    lines = target.run(target.TARGETS[1].machine, into / "micropython.elf", counted=False).splitlines()
    assert {"scene", "bank-10", "ec-wide", "detector-events"} <= cases(lines), lines[-4:]
    assert lines == same_cases(demanded, lines)


def test_cmake_builds_the_user_module(micropython, micropython_sources, tmp_path):
    if shutil.which("cmake") is None:
        lacking("no cmake here")
    configured = subprocess.run(["cmake", "-S", HERE / "upy", "-B", tmp_path, f"-DMICROPYTHON={micropython_sources}",
                                 f"-DGENERATED={micropython.parent}"], capture_output=True, text=True, check=False)
    assert configured.returncode == 0, configured.stderr
    done = subprocess.run(["cmake", "--build", tmp_path, "-j2"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(tmp_path.rglob("micropython_bank.c.o")) and list(tmp_path.rglob("kalman.c.o"))
