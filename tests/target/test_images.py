"""The core on emulated Cortex-M processors: the same bits, and nothing in the image that could change them."""

import re
import subprocess

import pytest

from tools import target

NAMES = [one.name for one in target.TARGETS]


@pytest.mark.parametrize("name", NAMES)
def test_an_image_gives_the_bits_of_this_machine(name, runs, demanded):
    assert target.difference(demanded, runs[name].lines) is None


def test_wide_registers_change_no_bit(built, demanded):
    assert target.difference(demanded, target.run_host("host-narrow", built)) is None


def test_every_case_has_the_memory_it_needs(demanded):
    assert [line for line in demanded if "memory" in line] == []


def test_a_changed_bit_is_told_with_its_case(demanded):
    spoiled = demanded[:7] + [demanded[7][:-1] + "x"] + demanded[8:]
    assert demanded[7] in target.difference(demanded, spoiled)
    assert "lines" in target.difference(demanded, demanded[:-1])


def test_counts_are_the_same_in_each_run(runs, built):
    assert target.run_image(target.TARGETS[1], built).costs == runs["m7"].costs


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_frame_costs_its_call_and_no_stack(name, runs):
    nothing = runs[name].costs["nothing"]
    assert nothing.worst < 40
    assert nothing.stack == 0


@pytest.mark.parametrize("name", NAMES)
def test_stack_stays_within_4_kilobytes(name, runs):
    assert max(cost.stack for cost in runs[name].costs.values()) <= 4096


@pytest.mark.parametrize("name", NAMES)
def test_four_channels_cost_what_four_times_one_does(name, runs):
    costs = runs[name].costs
    assert costs["channels-4"].mean == pytest.approx(4 * costs["channel"].mean, rel=0.05)


@pytest.mark.parametrize("name", NAMES)
def test_the_core_keeps_no_data_in_ram(name, built):
    _text, data, bss = target.sizes(built / name / "core.a")
    assert (data, bss) == (0, 0)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_fused_and_nothing_is_emulated(name, built):
    """Neither fused multiply-adds, which round once, nor double precision, which these processors lack."""
    listing = subprocess.run(["arm-none-eabi-objdump", "-d", str(built / f"{name}.elf")], capture_output=True,
                             text=True, check=True).stdout
    assert re.findall(r"\tvfn?m[as]\S*", listing) == []
    assert set(re.findall("<(__aeabi_[df]\\w+)>:", listing)) == set()


def test_an_image_that_faults_is_an_error_with_its_cause(built, tmp_path):
    (tmp_path / "main.c").write_text("int main(void) { __asm volatile(\"udf #0\"); return 0; }\n")
    sources = [str(target.SOURCES / (name + ".c")) for name in ("start", "memory", "mps2", "text")]
    subprocess.run(["arm-none-eabi-gcc", "-mcpu=cortex-m7", "-mthumb", "-mfpu=fpv5-sp-d16", "-mfloat-abi=hard",
                    "-ffreestanding", "-nostdlib", "-I", str(target.SOURCES), "-T",
                    str(target.SOURCES / "cortex_m.ld"), *sources, str(tmp_path / "main.c"), "-lgcc", "-o",
                    str(tmp_path / "m7.elf")], check=True, capture_output=True)
    with pytest.raises(RuntimeError, match=r"ended with 70: fault 0001\d{4}"):
        target.run_image(target.TARGETS[1], tmp_path)
