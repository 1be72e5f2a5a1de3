"""`make target`: the DSP core on emulated Cortex-M processors, bit for bit and instruction by instruction.

Builds firmware/dsp/target, runs its golden cases on this machine and on each image under QEMU, compares them
line by line, and prints sizes and costs.

How instructions are counted: QEMU's `-icount shift=6` lets each of them take 64 ns of virtual time, and the
board's SysTick counts that time at 25 MHz, so that one is 1.6 ticks. The image measures this scale on a loop
of known length. Counts are the same in each run. They are no cycles: a Cortex-M4 needs two for most loads, a
Cortex-M7 often starts two instructions in one.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
from collections import namedtuple

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCES = ROOT / "firmware" / "dsp" / "target"
BUILD = ROOT / "build" / "target"
PROGRAMS = ("make", "cc", "arm-none-eabi-gcc", "arm-none-eabi-size", "qemu-system-arm")
CALIBRATION = 100000
FRAMES_A_SECOND = 100
DEMAND_MHZ = 15
"""For a channel of 8 kHz with its canceller, on the Cortex-M7."""

Target = namedtuple("Target", ("name", "label", "machine"))
TARGETS = (Target("m4f", "Cortex-M4F", "mps2-an386"), Target("m7", "Cortex-M7", "mps2-an500"))

Cost = namedtuple("Cost", ("mean", "worst", "stack", "state"))
"""Instructions a frame of 10 ms, on average and in the dearest; octets of stack and of state."""

Sizes = namedtuple("Sizes", ("text", "data", "bss"))

Run = namedtuple("Run", ("lines", "costs"))


def missing():
    """The programs that are not here."""
    return [program for program in PROGRAMS if shutil.which(program) is None]


def build(into=None, what=None):
    """All, or the one file of that name; raises RuntimeError with what the compiler said."""
    into = into or BUILD
    goal = [str(into / what)] if what else []
    done = subprocess.run(["make", "-s", "-j2", "-C", str(SOURCES), f"BUILD={into}", *goal], capture_output=True,
                          text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)


BOARD_PROGRAMS = ("make", "cc", "arm-none-eabi-gcc", "arm-none-eabi-ar")


def board_image(machine, into=BUILD):
    """The image of the DSP board for a machine, built where its compiler is here; RuntimeError says what is not."""
    name = next(target.name for target in TARGETS if target.machine == machine)
    image = into / f"{name}-board.elf"
    absent = [program for program in BOARD_PROGRAMS if shutil.which(program) is None]
    if not absent:
        done = subprocess.run(["make", "-s", "-j2", "-C", str(SOURCES), f"BUILD={into}", str(image)],
                              capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{image.name} cannot be built: {(done.stdout + done.stderr).strip()}")
    elif not image.exists():
        raise RuntimeError(f"{image} is not there, and to build it {' '.join(absent)} is missing: "
                           "tools/packages required target")
    return image


def run_host(program="host", built=BUILD):
    """Lines of the golden cases on this machine."""
    return subprocess.run([str(built / program)], capture_output=True, text=True, check=True,
                          timeout=60).stdout.splitlines()


def run(machine, image, counted=True):
    """What an image prints on the emulated machine; RuntimeError where it does not end well."""
    command = ["qemu-system-arm", "-M", machine, "-kernel", str(image), "-display", "none", "-monitor", "none",
               "-serial", "stdio", "-semihosting-config", "enable=on,target=native"]
    if counted:
        command += ["-icount", "shift=6,sleep=off"]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False, timeout=100)
    if done.returncode:
        raise RuntimeError(f"{image} ended with {done.returncode}: {done.stdout[-200:]}{done.stderr}")
    return done.stdout


def run_image(target, built=BUILD):
    """A Run of the golden image; RuntimeError where it faults."""
    return parse(run(target.machine, built / f"{target.name}.elf"))


def parse(text):
    lines, costs, clock = [], {}, 0
    for line in text.splitlines():
        words = line.split()
        if words[0] == "clock":
            clock = int(words[1])
        elif words[0] == "cost":
            costs[words[1]] = cost([int(word) for word in words[2:]], clock)
        else:
            lines.append(line)
    return Run(lines, costs)


def cost(numbers, clock):
    frames, ticks, most, stack, state = numbers
    return Cost(round(ticks * CALIBRATION / clock / frames), round(most * CALIBRATION / clock), stack, state)


def difference(demanded, lines):
    """What the first line is that differs, in words; None where none does."""
    for wanted, got in zip(demanded, lines, strict=False):
        if wanted != got:
            return f"{got!r}, but here {wanted!r}"
    if len(demanded) != len(lines):
        return f"{len(lines)} lines, but here {len(demanded)}"
    return None


def sizes(path):
    """Octets of text, data and bss of an image, or of an archive's members together."""
    done = subprocess.run(["arm-none-eabi-size", "-t", str(path)], capture_output=True, text=True, check=True)
    return Sizes(*(int(word) for word in done.stdout.splitlines()[-1].split()[:3]))


def mhz(instructions):
    return instructions * FRAMES_A_SECOND / 1e6


def hosts(built=BUILD):
    """Lines of both programs for this machine, by a name; the first is built as the extension is."""
    return {"this machine": run_host("host", built), "without wide registers": run_host("host-narrow", built)}


def print_sizes(built):
    print(f"\n{'octets':24}{'text':>9}{'data':>9}{'bss':>9}")
    for target in TARGETS:
        print(f"{'core, ' + target.label:24}" + "".join(f"{n:9}" for n in sizes(built / target.name / "core.a")))
    for target in TARGETS:
        board = built / f"{target.name}-board.elf"
        print(f"{board.name:24}" + "".join(f"{n:9}" for n in sizes(board)) + f"  the DSP board, for {target.machine}")


def print_costs(runs):
    first = runs[TARGETS[0].name].costs
    print(f"\n{'instructions a frame':24}" + "".join(f"{t.label:>12}{'worst':>9}{'MHz':>7}" for t in TARGETS)
          + f"{'stack':>8}{'state':>8}")
    for name in first:
        row = [runs[target.name].costs[name] for target in TARGETS]
        print(f"{name:24}" + "".join(f"{one.mean:12}{one.worst:9}{mhz(one.mean):7.2f}" for one in row)
              + f"{max(one.stack for one in row):8}{row[0].state:8}")
    print("counted by QEMU's -icount, the same in each run; MHz if each took one cycle; stack and state in octets")
    channel = mhz(runs["m7"].costs["channel"].mean)
    verdict = "met" if channel < DEMAND_MHZ else "missed"
    print(f"\none channel of 8 kHz with canceller on the Cortex-M7: {channel:.1f} MHz; under {DEMAND_MHZ} is {verdict}")


def as_json(runs, built):
    return {target.label: {"sizes": sizes(built / target.name / "core.a")._asdict(),
                           "costs": {name: one._asdict() for name, one in runs[target.name].costs.items()}}
            for target in TARGETS}


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m tools.target", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="sizes and costs for a program to read")
    options = parser.parse_args(arguments)
    if missing():
        sys.exit("not here: " + " ".join(missing()))
    build()
    lines = hosts()
    demanded = next(iter(lines.values()))
    runs = {target.name: run_image(target) for target in TARGETS}
    lines.update((target.label, runs[target.name].lines) for target in TARGETS)
    apart = {name: text for name, text in ((name, difference(demanded, got)) for name, got in lines.items()) if text}
    if options.json:
        print(json.dumps({"lines": len(demanded), "apart": apart, **as_json(runs, BUILD)}, indent=2))
    else:
        print(f"{len(demanded)} golden lines: " + "; ".join(f"{name} {apart.get(name, 'the same')}" for name in lines))
        print_sizes(BUILD)
        print_costs(runs)
    return 1 if apart else 0


if __name__ == "__main__":
    sys.exit(main())
