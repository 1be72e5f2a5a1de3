"""Keys edit a line, whatever ends it; no octets whatever break the editor."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.console.history import LINES, SIZE
from firmware.console.line import LIMIT, Echo, Entered, LineEditor, Refused

LEFT, RIGHT, UP, DOWN, HOME, END, DELETE = b"\x1b[D", b"\x1b[C", b"\x1b[A", b"\x1b[B", b"\x1b[H", b"\x1b[F", b"\x1b[3~"


def entered(*chunks, editor=None):
    editor = editor or LineEditor()
    return [result.text for chunk in chunks for result in editor.receive(chunk) if isinstance(result, Entered)]


class Screen:
    """A terminal of one endless row: what a user would see."""

    def __init__(self):
        self.cells, self.at = [], 0

    def show(self, data):
        text = data.decode()
        while text:
            text = self._escape(text[2:]) if text.startswith("\x1b[") else self._one(text[0], text[1:])

    def _escape(self, text):
        count = text[:len(text) - len(text.lstrip("0123456789"))]
        if text[len(count)] == "D":
            self.at -= int(count)
        else:
            assert text[len(count)] == "K"
            del self.cells[self.at:]
        assert self.at >= 0
        return text[len(count) + 1:]

    def _one(self, character, rest):
        if character == "\b":
            self.at -= 1
            assert self.at >= 0
        elif character == "\r":
            self.cells, self.at = [], 0
        elif character != "\n":
            self.cells[self.at:self.at + 1] = [character]
            self.at += 1
        return rest

    def text(self):
        return "".join(self.cells).rstrip(" ")


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\r\x00"])
def test_each_line_end_ends_one_line(end):
    assert entered(b"mod" + end + b"help" + end) == ["mod", "help"]


def test_crlf_is_one_end_even_in_two_pieces():
    assert entered(b"mod\r", b"\nhelp\r", b"\n") == ["mod", "help"]
    assert entered(b"a\r\r\nb\n\n") == ["a", "", "b", ""]


@pytest.mark.parametrize(("keys", "line"), [
    (b"ab\x7fc", "ac"), (b"ab\x08c", "ac"), (b"\x7fa", "a"), (b"ab\x15c", "c"), (b"one two  \x17x", "one x"),
    (b"ac" + LEFT + b"b", "abc"), (b"ac" + LEFT * 5 + RIGHT + b"b", "abc"), (b"b" + HOME + b"a" + END + b"c", "abc"),
    (b"abc" + LEFT * 2 + b"\x0b", "a"), (b"xab" + HOME + DELETE, "ab"), (b"ab" + HOME + b"\x04", "b"),
    (b"b\x01a\x05c", "abc"), (b"b\x1b[1~a\x1b[4~c", "abc"), (b"b\x1bOHa\x1bOFc", "abc"), (b"ab" + LEFT + b"\x15", "b"),
    (b"a\x00\x07b", "ab"), (b"a\x1b[12;5mb", "ab"), (b"a\x1bxb", "ab"), (b"\xef\xbb\xbfab", "ab"),
    ("Müller €".encode(), "Müller €"), (b"a\xff\xc3b\x80", "ab"), (b"\xe2\x82\x7fab", "ab"), (b"a\xc0\xafb", "ab"),
    ("ü".encode() + b"\x7fu", "u"), (b"a\x1b[" + b"1" * 100 + b"b", "a" + "1" * 83 + "b"),
])
def test_keys_edit_the_line(keys, line):
    assert entered(keys + b"\r") == [line]
    assert entered(*[bytes([key]) for key in keys + b"\r"]) == [line]


def test_control_c_abandons_the_line_and_says_so():
    results = LineEditor().receive(b"reset\x03mod\r")
    assert Refused("") in results
    assert [result.text for result in results if isinstance(result, Entered)] == ["mod"]
    assert results[0] == Echo(b"reset^C\r\n")


def test_history_walks_up_and_down_and_back_to_what_was_typed():
    editor = LineEditor()
    assert entered(b"one\rtwo\r\rtwo\r", editor=editor) == ["one", "two", "", "two"]
    assert entered(UP + b"\r", editor=editor) == ["two"]
    assert entered(UP + UP + UP + b"\r", editor=editor) == ["one"]
    assert entered(b"typed" + UP + UP + DOWN + DOWN + DOWN + b"!\r", editor=editor) == ["typed!"]
    assert entered(DOWN + b"x\r", editor=editor) == ["x"]


def test_history_is_bounded():
    editor = LineEditor()
    entered(b"".join(b"line %d\r" % number for number in range(3 * LINES)), editor=editor)
    assert entered(UP * 4 * LINES + b"\r", editor=editor) == [f"line {2 * LINES}"]
    entered(b"".join(b"%d" % (number % 10) * 4000 + b"\r" for number in range(20)), editor=editor)
    assert sum(map(len, editor.history.lines)) <= SIZE


def test_an_endless_line_is_discarded_with_one_message():
    editor = LineEditor()
    results = [result for _ in range(1024) for result in editor.receive(b"x" * 1024)]
    refused = [result for result in results if isinstance(result, Refused)]
    assert refused == [Refused(f"a line may have {LIMIT} characters")]
    assert sum(len(result.data) for result in results if isinstance(result, Echo)) < 2 * LIMIT
    assert editor.edit.text() == ""
    assert entered(b"tail\rmod\r", editor=editor) == ["mod"]


def test_a_line_of_exactly_the_limit_is_entered():
    assert entered(b"x" * LIMIT + b"\r") == ["x" * LIMIT]
    assert entered(b"x" * (LIMIT + 1) + b"\rmod\r") == ["mod"]


def test_without_echo_nothing_is_shown():
    assert LineEditor(echo=False).receive(b"ab\x7f" + LEFT + b"\r") == [Entered("a")]


KEYS = st.one_of(
    st.binary(max_size=4),
    st.sampled_from([LEFT, RIGHT, UP, DOWN, HOME, END, DELETE, b"\x7f", b"\x15", b"\x17", b"\x0b", b"\x01", b"\x05",
                     b"ab", b" c", b"\r"]))


@given(st.lists(KEYS, max_size=40))
@settings(max_examples=300, deadline=None)
def test_the_terminal_shows_the_line_that_is_edited(keys):
    editor, screen = LineEditor(), Screen()
    for result in editor.receive(b"".join(keys)):
        if isinstance(result, Echo):
            screen.show(result.data)
        elif result == Refused(""):
            screen = Screen()
    assert screen.text() == editor.edit.text().rstrip(" ")
    assert screen.at == len(editor.edit.left)


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=5))
@settings(max_examples=300, deadline=None)
def test_any_octets_in_any_pieces_give_the_same_lines(data, cuts):
    edges = [0, *sorted(cuts), len(data)]
    pieces = [data[first:last] for first, last in pairwise(edges)]
    assert entered(*pieces) == entered(data)
    for line in entered(data):
        assert "\r" not in line and "\n" not in line and "\0" not in line
