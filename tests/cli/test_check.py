"""`gatesim check`: what it says of each line, and how it takes what no script should hold."""

import json
import time

import pytest

from tests.cli.gatesim import ROOT, gatesim, inside, refused


@pytest.fixture
def check(tmp_path, capsys):
    """Checks octets or text; (Done, report of --json)."""
    def run(script, *words):
        path = tmp_path / "script"
        path.write_bytes(script if isinstance(script, bytes) else script.encode())
        done = inside(capsys, "check", path, *words, "--json")
        assert "Traceback" not in done.stderr
        return done, json.loads(done.stdout)

    return run


@pytest.mark.parametrize("name", ["article-31.txt", "article-09.txt"])
def test_the_lines_of_the_articles_are_all_accepted(name, capsys):
    done = inside(capsys, "check", ROOT / "examples" / name, "-M", "ip1203", "--fw", "15r1sr4")
    assert done.returncode == 0
    assert " 0 refused, 0 warnings" in done.stdout
    assert done.stdout.startswith("IP1203, firmware 15r1sr4\n")


def test_the_report_says_per_line_what_changed(check):
    done, report = check("config add CMD0 /name Nico%20Mobile\nconfig change CMD0 /name Anna\nconfig rem CMD0 /name\n")
    assert done.returncode == 0
    assert set(report) == {"board", "firmware", "lines", "refused", "warnings", "reset_owed", "flash"}
    assert (report["board"], report["firmware"], report["refused"]) == ("IP1203", "15r1sr4", 0)
    assert report["lines"][0] == {
        "line": 1, "text": "config add CMD0 /name Nico%20Mobile", "reply": ["ok"], "refused": False,
        "changed": [{"option": "CMD0 /name", "old": None, "new": "Nico Mobile"}], "warnings": []}
    assert [line["changed"][0]["old"] for line in report["lines"][1:]] == ["Nico Mobile", "Anna"]
    assert report["lines"][2]["changed"][0]["new"] is None


def test_the_report_says_how_much_flash_is_left(check):
    _, before = check("")
    _, after = check("config add CMD0 /name Nico\nconfig write\nvars create A p 12345\n")
    assert set(after["flash"]) == {"config", "vars", "dir"}
    for name, used in (("config", len("config change CMD0 /name Nico\n")), ("vars", len("A p 12345\n")), ("dir", 0)):
        assert after["flash"][name]["used"] == used
        assert before["flash"][name]["free"] - after["flash"][name]["free"] == used


@pytest.mark.parametrize("line", ["config add NOBODY /x 1", "nonsense", "config add MSP0 /ec-type 7",
                                  "vars create A pb 0g", "mod cmd CMD0 dance", "config add"])
def test_a_refused_line_makes_the_status_1_and_is_shown(line, check, capsys, tmp_path):
    done, report = check(f"config add CMD0 /name A\n{line}\nconfig show CMD0\n")
    assert done.returncode == 1
    assert [one["refused"] for one in report["lines"]] == [False, True, False]
    assert report["refused"] == 1
    done = inside(capsys, "check", tmp_path / "script", "--quiet")
    assert f"    2 ! {line}" in done.stdout
    assert "config add CMD0" not in done.stdout


@pytest.mark.parametrize(("script", "warning"), [
    ("config add MEDIA /not-an-option 1\n", "MEDIA has no documented option /not-an-option; it is kept"),
    ("config add CMD0 /name Nico\nconfig add CMD0 /name\n", "CMD0 /name without a value erases Nico"),
    ("vars create X509/TRUSTED pba 6239\n", "a reset is owed: vars X509/TRUSTED"),
    ("config add CMD0 /name A\nreset\n", "changes since the last config write are lost by this reset"),
    ("config add CMD0 /name A /name B\n", "CMD0 /name is given twice: the last one counts"),
    ("config add NOBODY /x\n", "no module NOBODY"),
])
def test_what_a_user_should_know_is_a_warning_and_no_failure_by_itself(script, warning, check):
    done, report = check(script)
    assert warning in report["lines"][-1]["warnings"]
    assert done.returncode == report["refused"]


def test_a_reset_that_is_owed_is_warned_about_once_and_listed_at_the_end(check):
    _, report = check("vars create X509/TRUSTED pba 6239\nconfig show\n")
    assert [len(line["warnings"]) for line in report["lines"]] == [1, 0]
    assert report["reset_owed"] == ["vars X509/TRUSTED"]
    _, report = check("vars create X509/TRUSTED pba 6239\nresetn\nconfig show\n")
    assert report["reset_owed"] == []
    assert report["lines"][-1]["line"] == 3


def test_a_script_goes_on_after_a_reset_with_what_was_written(check):
    _, report = check("config add CMD0 /name A\nconfig write\nconfig add CMD0 /name B\nreset\nconfig show\n"
                      "ireset\nmod\n")
    assert report["lines"][4]["reply"] == ["config change CMD0 /name A"]
    assert len(report["lines"]) == 7


def test_a_script_that_resets_for_ever_is_stopped(tmp_path, capsys):
    (tmp_path / "loop").write_text("reset\n" * 200)
    assert refused(inside(capsys, "check", tmp_path / "loop"), "restarts the board more than 100 times")


def test_a_bom_and_any_line_end_are_taken(check):
    done, report = check(b"\xef\xbb\xbf!config add CMD0 /name A\r\nconfig show\rconfig show\n")
    assert done.returncode == 0
    assert [line["line"] for line in report["lines"]] == [1, 2, 3]


@pytest.mark.parametrize("script", [
    b"config add CMD0 /name " + b"x" * (1 << 20), b"x" * (1 << 20) + b"\n", b"\0" * 1000, b"config\0show\n",
    b"config add CMD0 /name %zz%4\n", b"config add CMD0 /name %00\n", b"\xff\xfe\xfd\n", bytes(range(256)) * 4,
    b"vars create A pb zz\n", b"vars create A pb 123\n", b"mod cmd FLASHDIR0 add-item (\n",
    b"config change " + b"/" * 5000 + b"\n", b"config add \xf0\x9f\x98\x80 /x\n",
], ids=range(13))
def test_no_script_makes_it_fail_otherwise_than_by_refusing_lines(script, check):
    done, report = check(script)
    assert done.returncode in (0, 1)
    assert done.returncode == bool(report["refused"])
    # Every line is answered, and the board after it still works.
    done, report = check(script + b"\nconfig show LED\n")
    assert report["lines"][-1]["reply"] == ["config change LED"]


def test_a_bad_escape_stays_literal(check):
    _, report = check("config add CMD0 /name %zz%4\nconfig show CMD0\n")
    assert report["lines"][0]["changed"][0]["new"] == "%zz%4"
    assert report["lines"][1]["reply"] == ["config change CMD0 /name %25zz%254"]


def test_two_thousand_options_in_one_line_are_kept_and_warned_about(check):
    lines = ["config add MEDIA " + " ".join(f"/{letter}{number} {number}" for number in range(1000)) for letter in "op"]
    done, report = check("\n".join([*lines, "config write"]))
    assert done.returncode == 0
    assert report["warnings"] == 2000
    assert sum(len(line["changed"]) for line in report["lines"]) == 2000


def test_ten_thousand_lines_are_checked_in_seconds(tmp_path):
    script = tmp_path / "long"
    script.write_text("".join(f"config add CMD0 /name N{number}\nmod cmd CMD0 xml-info\n" for number in range(5000)))
    began = time.monotonic()
    done = gatesim("check", script, "--quiet")
    assert time.monotonic() - began < 15
    assert done.returncode == 0
    assert "10000 lines, 0 refused, 0 warnings" in done.stdout


def test_the_script_may_come_from_standard_input():
    done = gatesim("check", "-", input="config add CMD0 /name A\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert "CMD0 /name: not set -> A" in done.stdout


@pytest.mark.parametrize(("words", "parts"), [
    (("/nowhere/script",), ("cannot read /nowhere/script: No such file",)),
    (("/",), ("cannot read /", "directory")),
    (("/dev/null", "-M", "ip1"), ("no board 'ip1'",)),
    (("/dev/null", "--fw", "1r1"), ("firmware 1r1 does not run on IP1203",)),
    ((), ("the following arguments are required: SCRIPT",)),
])
def test_usage_errors_have_status_2(words, parts, capsys):
    assert refused(inside(capsys, "check", *words), *parts)


def test_a_secret_is_not_shown_in_a_warning(check):
    _, report = check("config add SIP REG1 /pwd hush\nconfig add SIP REG1 /pwd\n")
    assert report["lines"][1]["warnings"] == ["SIP REG1 /pwd without a value erases ********"]
