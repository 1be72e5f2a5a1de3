"""`gatesim flash --list`: what a far end says of itself, and when."""

from tools.flash.ports import identify

BANNER = b'\r\nMicroPython v1.28.0 on 2026-04-01; Fake with nothing\r\nType "help()" for more information.\r\n>>> '


class Late:
    """A far end whose answers come in pieces, one a look."""

    def __init__(self, answers):
        self.answers, self.pieces = answers, []

    def write(self, data, seconds=None):
        self.pieces += self.answers.get(data, [])

    def wait(self, seconds=None, other=None):
        return bool(self.pieces), False

    def read(self):
        return self.pieces.pop(0)


def test_a_board_that_has_just_started_still_owes_a_prompt_and_is_known_all_the_same():
    line = Late({b"\r": [b">>> ", b"\r\n>>> "], b"\x02": [BANNER]})
    assert identify(line) == ("MicroPython", "v1.28.0 on 2026-04-01; Fake with nothing")


def test_a_console_that_answers_in_pieces_is_known():
    assert identify(Late({b"\r": [b"\r\n", b"IP1203", b"> "]})) == ("gatesim", "console of IP1203")
