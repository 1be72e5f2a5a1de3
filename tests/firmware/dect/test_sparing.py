"""Log lines that others cause are bounded, and what was left out is told."""

from firmware.dect.sparing import MINUTE, Sparing
from firmware.effects import MINOR, Log


def test_so_many_lines_a_minute_and_then_how_many_there_were_besides():
    sparing, line = Sparing(2), Log(MINOR, "refused")
    assert [sparing.take(line, 0) for _ in range(5)] == [[line], [line], [], [], []]
    assert sparing.take(line, MINUTE - 1) == []
    assert sparing.take(line, MINUTE) == [Log(MINOR, "refused; 4 more before")]
    assert sparing.take(line, MINUTE) == [line]
    assert sparing.take(line, MINUTE) == []
