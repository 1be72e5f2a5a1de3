"""A lab that is right, to be made wrong."""

GOOD = """\
[lab]
duration = "4s"

[[registrar]]
name = "pbx"

[[board]]
name = "base"
sari = "31100422072149"
registrar = "pbx"

[[handset]]
name = "anna"
board = "base"

[[phone]]
name = "desk"
number = "100"
registrar = "pbx"

[[step]]
at = "2s"
do = "call"
who = "desk"
to = "anna"

[[check]]
kind = "event"
who = "anna"
event = "ringing"
"""


def line(text, part):
    """The number of the line that holds `part`."""
    return next(number for number, one in enumerate(text.splitlines(), 1) if part in one)
