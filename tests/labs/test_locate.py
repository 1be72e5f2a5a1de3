"""Lines of values in TOML: arrays of tables, multi-line strings and arrays, comments, dotted keys."""

import tomllib

import pytest

from sim.lab.locate import line_of, positions

TEXT = '''\
# [not.a.header]
top = 1

[lab]   # a comment
name = "a # b"   # c
about = """
[[handset]]
x = 1
"""
after = 'it''s'

[[board]]
"quoted key" = 1
lines = [
  "one",   # ]
  "two",
]
last = 2

[[plan.wall]]
from = [0, 0]

[[board]]
name = { a = 1, b = [1,
  2] }
raw = \'\'\'
[lab]
\'\'\'
a.b.c = 3

[[board.part]]
k = 1
[[board.part]]
k = 2

[[plan.wall]]
from = [1, 1]
'''.replace("'it''s'", "'its'")


@pytest.mark.parametrize(("path", "line"), [
    (("top",), 2), (("lab",), 4), (("lab", "name"), 5), (("lab", "about"), 6), (("lab", "after"), 10),
    (("board", 0), 12), (("board", 0, "quoted key"), 13), (("board", 0, "lines"), 14), (("board", 0, "last"), 18),
    (("plan", "wall", 0), 20), (("plan", "wall", 0, "from"), 21), (("board", 1), 23), (("board", 1, "name"), 24),
    (("board", 1, "name", "b"), 24), (("board", 1, "raw"), 26), (("board", 1, "a", "b", "c"), 29),
    (("board", 1, "part", 0, "k"), 32), (("board", 1, "part", 1, "k"), 34), (("plan", "wall", 1, "from"), 37),
])
def test_a_value_has_the_line_on_which_it_begins(path, line):
    value = tomllib.loads(TEXT)
    for key in path:
        value = value[key]
    assert positions(TEXT)[path] == line


def test_what_is_nested_deeper_has_the_line_of_what_it_is_in():
    found = positions(TEXT)
    assert line_of(found, ("board", 0, "lines", 1)) == 14
    assert line_of(found, ("board", 7, "x")) == 1


def test_an_array_of_inline_tables_has_a_line_for_each():
    text = 'phone = [\n  { name = "a" },\n  { name = "b", number = "1" },\n]\n'
    found = positions(text)
    assert [found["phone", 0, "name"], found["phone", 1, "name"], found["phone", 1, "number"]] == [2, 3, 3]


@pytest.mark.parametrize("text", [
    "", "\n\n", "a", "[", "[[", "=", '"""', "a = '''", 'a = "\\', "[]\n[[]]\n= = =", "a = [[["])
def test_anything_else_is_looked_through_without_complaint(text):
    assert positions(text)[()] == 1
