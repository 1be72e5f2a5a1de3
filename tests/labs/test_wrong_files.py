"""Every mistake in a lab file is told with its line and what is allowed; none ends in a traceback."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.lab import LabError
from sim.lab.model import parse, read
from tests.cli.gatesim import inside, refused
from tests.labs.small import GOOD, line

WALK = 'board = "base"\nwalk = '

WRONG = [
    # what, by what, a part of the line that is named, parts of the text
    ('duration = "4s"', 'duration = "4 parsecs"', "parsecs", ('duration = "4 parsecs"', 'such as "12.5s"')),
    ('duration = "4s"', "duration = true", "true", ("duration = true", "must be a time")),
    ('duration = "4s"', "duration = -1", "-1", ("must be a time",)),
    ('duration = "4s"', "duration = nan", "nan", ("must be a time",)),
    ('duration = "4s"', 'duration = "4000000000h"', "4000", ("must be a time",)),
    ('duration = "4s"', "", "[lab]", ("[lab]: duration is missing",)),
    ('duration = "4s"', 'duration = "4s"\nseed = 1.5', "seed", ("whole number from 0 to 2147483647",)),
    ("[lab]", "[lap]", "[lap]", ("no section lap, did you mean lab?", "[[handset]]")),
    ("[lab]", "[[lab]]", "[[lab]]", ("lab must be a table: [lab]",)),
    ("[[handset]]", "[handset]", "[handset]", ("handset must be written [[handset]]",)),
    ('name = "anna"', 'nmae = "anna"', "nmae", ("[[handset]] has no field nmae, did you mean",)),
    ('name = "anna"', 'name = "base"', '"base"', ("has this name already",)),
    ('name = "anna"', 'name = "an na"', "an na", ("a name of letters, digits",)),
    ('name = "anna"', "name = 7", "name = 7", ("a name of letters, digits",)),
    ('board = "base"', 'board = "bass"', "bass", ("no [[board]] of this name, did you mean base?",)),
    ('board = "base"', 'board = "pbx"', 'board = "pbx"', ("that is a [[registrar]]", "it must name a [[board]]: base")),
    ('board = "base"', 'board = "base"\nposition = [1]', "position", ("[x, y] or [x, y, floor]",)),
    ('board = "base"', 'board = "base"\nposition = [1, 2, 0.5]', "position", ("[x, y, floor]",)),
    ('board = "base"', 'board = "base"\nposition = [1, "a"]', "position", ("[x, y, floor]",)),
    ('board = "base"', 'board = "base"\nposition = [1, inf]', "position", ("[x, y, floor]",)),
    ('board = "base"', WALK + '[["2s", 1, 1], ["1s", 2, 2]]', "walk", ("in rising order of time",)),
    ('board = "base"', WALK + '[]', "walk", ("in rising order of time",)),
    ('board = "base"', 'board = "base"\nmodel = "ip62"', "ip62", ("one of", '"ip65"')),
    ('board = "base"', 'board = "base"\nipei = "0466003541857"', "ipei", ("the check digit is wrong",)),
    ('board = "base"', 'board = "base"\nipei = "x"', "ipei", ("ipei",)),
    ('board = "base"', 'board = "base"\nac = "12ab"', "ac =", ("1 to 8 digits",)),
    ('board = "base"', 'board = "base"\nplays = "tone:5"', "tone", ("tone:HZ",)),
    ('board = "base"', 'board = "base"\nplays = "none.wav"', "none.wav", ("No such file",)),
    ('board = "base"', 'board = "base"\nnumber = "100"', '"100"', ("number 100 is that of anna already",)),
    ('number = "100"', 'number = "201"', '"201"', ("number 201 is that of anna already",)),
    ('sari = "31100422072149"', 'sari = "31100422072148"', "sari", ("the check digit is wrong",)),
    ('sari = "31100422072149"', 'sari = ""', "sari", ("must be a text",)),
    ('sari = "31100422072149"', "", 'board = "base"', ("that board has no sari: it is no master",)),
    ('sari = "31100422072149"', 'sari = "31100422072149"\nmodel = "ip1299"', "ip1299", ("no board 'ip1299'",)),
    ('sari = "31100422072149"', 'sari = "31100422072149"\nmodel = "rp2"', "rp2", ("has no radio",)),
    ('sari = "31100422072149"', 'sari = "31100422072149"\nmaster = "base"', "master", ("is no radio of another",)),
    ('sari = "31100422072149"', 'sari = "31100422072149"\naddress = "10.0.0.256"', "address", ("an IPv4 address",)),
    ('sari = "31100422072149"', 'sari = "31100422072149"\nantennas = ["omni"]', "antennas", ("antennas",)),
    ('sari = "31100422072149"', 'sari = "31100422072149"\nmodel = "ip1203e"\nantennas = ["whip"]', "whip", ("omni",)),
    ('sari = "31100422072149"', 'sari = "31100422072149"\nmodel = "ip1203e"\nantennas = ["omni"]\nazimuth = [0, 90]',
     "antennas", ("2 directions for 1 antennas",)),
    ('sari = "31100422072149"', 'sari = "31100422072149"\nazimuth = []', "azimuth", ("or a list of one each",)),
    ('sari = "31100422072149"', 'sari = "31100422072149"\nconfig = [1]', "config", ("lines of text",)),
    ('sari = "31100422072149"', 'sari = "31100422072149"\nconfig = "ping {nobody}"', "config",
     ("{nobody} is no board", "address, base, desk, pbx")),
    ('board = "base"', 'board = "base"\nmodel = "ip61"\nwideband = true', "wideband", ("an IP61 has none",)),
    ('[[step]]', '[[board]]\nname = "b"\nwideband = true\n[[step]]', "wideband", ("its master's (sari)",)),
    *(('number = "100"', f'number = "100"\naddress = "{address}"', "address", ("an IPv4 address of a host",))
      for address in ("0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255", "10.0.0.01")),
    ('[[step]]', '[[check]]\nkind = "state"\nwho = ["anna", "desk"]\nis = "talking"\n[[step]]', "is =",
     ('desk is never "talking"', "but one of", "connected")),
    ('number = "100"', 'number = "100"\ncodecs = ["pcmx"]', "codecs", ('there is no codec "pcmx"', "pcma")),
    ('number = "100"', 'number = "100"\ncodecs = "pcma"', "codecs", ("a list of texts",)),
    ('do = "call"', 'do = "cal"', '"cal"', ("does not exist, did you mean call or cable?", "switch-off")),
    ('do = "call"', "do = 5", "do = 5", ("does not exist", "switch-off")),
    ('do = "call"', "", "[[step]]", ("do is missing",)),
    ('do = "call"\nwho = "desk"', 'do = "call"', "[[step]]", ('[[step]] do = "call": who is missing',)),
    ('to = "anna"', 'to = "ana"', '"ana"', ("did you mean anna?",)),
    ('to = "anna"', "", "[[step]]", ("it needs either to or number",)),
    ('to = "anna"', 'to = "anna"\nnumber = "1"', "[[step]]", ("it needs either to or number",)),
    ('to = "anna"', "to = []", "to = []", ("or a list of such names",)),
    ('at = "2s"', "", "[[step]]", ("either at =", "or after =")),
    ('at = "2s"', 'at = "2s"\nafter = "anna located"', "[[step]]", ("either at =",)),
    ('at = "2s"', 'after = "nobody located"', "after", ("its first word must name",)),
    ('at = "2s"', 'after = "anna"', "after", ("what has happened to it is missing",)),
    ('at = "2s"', 'at = "9s"', '"9s"', ("later than the end of the lab",)),
    ('do = "call"\nwho = "desk"\nto = "anna"', 'do = "keys"\nwho = "desk"\nkeys = "1R"', "keys", ("has no R key",)),
    ('do = "call"\nwho = "desk"\nto = "anna"', 'do = "subscribe"\nwho = "anna"\nac = "x"', "ac", ("1 to 8 digits",)),
    ('[[step]]', '[[plan.wall]]\nfrom = [0, 0, 1]\nto = [1, 0, 2]\n[[step]]', "to = [1", ("on the same floor",)),
    ('number = "100"', 'number = "1 0"', "number", ("a number or name of",)),
    ('[[step]]', '[[foreign]]\nname = "f"\nsari = "31100422072148"\n[[step]]', "sari", ("check digit is wrong",)),
    ('kind = "event"', 'kind = "evnt"', "evnt", ("did you mean event?",)),
    ('kind = "event"', 'kind = "console"\ncommand = "x"', 'event = "ringing"', ("has no field event",)),
    ('event = "ringing"', 'event = "ringing"\nduring = ["3s", "1s"]', "during", ("two times",)),
    ('event = "ringing"', 'event = "ringing"\nduring = ["3s", "8s"]', "during", ("later than the end",)),
    ('event = "ringing"', 'event = "ringing"\ndetail = "("', "detail", ("is no regular expression",)),
    ('event = "ringing"', 'event = "ringing"\nat_least = 1', "at_least", ('[[check]] kind = "event" has no field',)),
    ('kind = "event"\nwho = "anna"\nevent = "ringing"', 'kind = "level"\nwho = "anna"', "[[check]]",
     ("it needs one of at_least, at_most",)),
    ('kind = "event"\nwho = "anna"\nevent = "ringing"', 'kind = "level"\nwho = "anna"\nat_least = 2\nat_most = 1',
     "at_least", ("is more than at_most",)),
    ('kind = "event"\nwho = "anna"\nevent = "ringing"', 'kind = "state"\nwho = "anna"\nis = "idle"\ncount = 2',
     "count", ("who names 1",)),
    ('name = "anna"', 'name = "anna', "anna", ("no TOML",)),
    ('name = "anna"', 'name = "anna"\nname = "ben"', '"ben"', ("no TOML",)),
    ('name = "anna"', "name = \x01", "name", ("no TOML",)),
]


@pytest.mark.parametrize(("old", "new", "where", "parts"), WRONG, ids=[repr(one[1])[:40] for one in WRONG])
def test_a_mistake_is_told_with_its_line_and_what_is_allowed(old, new, where, parts):
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    with pytest.raises(LabError) as caught:
        parse(text, "site.toml")
    told = str(caught.value)
    lines = [problem[0] for problem in caught.value.problems]
    expected = [number for number, one in enumerate(text.splitlines(), 1) if where in one]
    assert set(lines) & set(expected), told
    assert told.startswith("site.toml:")
    for part in parts:
        assert part in told


def test_what_is_right_is_taken():
    lab = parse(GOOD)
    assert lab.lab.duration == 4_000_000
    assert [part.name for part in lab.parts["handset"]] == ["anna"]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file():
    text = GOOD.replace('"4s"', '"x"').replace('board = "base"', 'board = "nobody"').replace('"desk"\nto', '"dsk"\nto')
    with pytest.raises(LabError) as caught:
        parse(text)
    assert [number for number, _ in caught.value.problems] == [
        line(text, '"x"'), line(text, "nobody"), line(text, '"dsk"')]


def test_more_handsets_than_a_board_registers_need_a_trunk():
    nine = "".join(f'[[handset]]\nname = "h{number}"\nboard = "base"\n' for number in range(9))
    with pytest.raises(LabError, match="10 handsets need as many registrations") as caught:
        parse(GOOD + nine)
    assert caught.value.problems[0][0] == line(GOOD, "[[board]]")
    parse(GOOD.replace('registrar = "pbx"\n', 'registrar = "pbx"\ntrunk = "gateway"\n', 1) + nine)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"\x00", b"[" * 3000, b"a = " + b"[" * 3000, b"= 1",
                                     b"[lab]\nduration = 1\n" + b"[[handset]]\n" * 300])
def test_any_octets_are_refused_in_words(content, tmp_path, capsys):
    path = tmp_path / "lab.toml"
    path.write_bytes(content)
    assert refused(inside(capsys, "lab", path), f"{path}:")


@pytest.mark.parametrize("path", ["/nowhere/lab.toml", "/"])
def test_a_file_that_cannot_be_read_is_named(path, capsys):
    assert refused(inside(capsys, "lab", path), path)


VALUES = st.recursive(
    st.one_of(st.booleans(), st.integers(-10, 300), st.floats(-5, 5).map(lambda one: round(one, 2)),
              st.sampled_from(["anna", "base", "desk", "5s", "speech", "call", "", "x y", "{nobody}", "anna located"])),
    lambda inner: st.lists(inner, max_size=3), max_leaves=4)


def written(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)


ASSIGNMENTS = [number for number, one in enumerate(GOOD.splitlines()) if "=" in one]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(ASSIGNMENTS), VALUES)
def test_any_value_of_any_field_is_taken_or_refused_at_a_line_of_the_file(where, value):
    lines = GOOD.splitlines()
    lines[where] = lines[where].split("=")[0] + "= " + written(value)
    try:
        parse("\n".join(lines))
    except LabError as error:
        assert all(1 <= number <= len(lines) for number, _ in error.problems)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(GOOD)), st.integers(0, 40), st.text('abc="[]{}#\n\\\'.,0', max_size=6))
def test_any_torn_file_is_taken_or_refused(start, length, filling):
    try:
        parse(GOOD[:start] + filling + GOOD[start + length:])
    except LabError as error:
        assert error.problems


def test_a_mark_of_the_byte_order_is_no_part_of_a_file(tmp_path):
    path = tmp_path / "lab.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert read(path).named["anna"].section == "handset"
