"""`gatesim check` on a long script."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.bench
LINES = 10_000
KINDS = (
    "config change SIP REG{0} /name pbx{1} /aor 20{1}@127.0.0.9 /proxy 127.0.0.9:5060 /user u{1} /pwd secret{1}",
    "config add MSP0 /ec-type {2}",
    "config change GW-DECT MASTER /mode active /sari 31100422072149 /name site%20{1}",
    "mod cmd FLASHDIR0 add-item {3} (cn=User{3})(h323=user{3})(e164={4})",
    "vars create TEST/V{3} pb {1:08x}",
    "config show MSP0",
)


def test_ten_thousand_configuration_lines(benchmark, figure, tmp_path):
    script = tmp_path / "long.txt"
    lines = [KINDS[n % len(KINDS)].format(n // 6 % 8 + 1, n, n % 3, 100 + n // 6 % 200, 3000 + n // 6 % 200)
             for n in range(LINES)]
    script.write_text("\n".join(lines) + "\n")
    outputs = []

    def check():
        outputs.append(subprocess.run([sys.executable, "-m", "sim.cli", "check", script, "-M", "ip1203"],
                                      check=False, capture_output=True, text=True))

    benchmark.pedantic(check, rounds=3)
    assert f"{LINES} lines, 0 refused" in outputs[0].stdout, outputs[0].stdout[-2000:] + outputs[0].stderr
    figure(f"gatesim check of {LINES:,} lines, whole process", "<= 2 s", f"{benchmark.stats.stats.median:.2f} s")
