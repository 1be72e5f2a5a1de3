"""Firmware releases, and what differs from one to the next."""

from collections import namedtuple

FORM = "a release is written like 15r1 or 15r1sr4"

SWITCHES = (
    ("large_vars", (15, 1, 0), "the IP1203 has more flash for vars (article 31)"),
    ("g729_played_only", (15, 1, 0), "G.729 is still played but no longer encoded, so no call offers it (article 10)"),
)
"""(name, first release that has it, what it means); each is an attribute of `Profile`."""

DEFAULT = "15r1sr4"


class Release(namedtuple("Release", ("major", "minor", "service"))):
    """`13r2sr10` as (13, 2, 10): orders as releases do; service release 0 is the release itself."""

    def text(self):
        """As the vendor writes it."""
        base = "{}r{}".format(self.major, self.minor)
        return base + "sr{}".format(self.service) if self.service else base


def parse(text):
    """`13r2sr10`, `15r1`, also in capitals and with a leading V; ValueError names the right form."""
    rest = text.lower()
    rest = rest[1:] if rest[:1] == "v" else rest
    major, mark, rest = rest.partition("r")
    minor, service_mark, service = rest.partition("sr")
    if not mark or not _number(major) or not _number(minor) or (service_mark and not _number(service)):
        raise ValueError("{}: {}".format(text[:40], FORM))
    return Release(int(major), int(minor), int(service) if service_mark else 0)


def _number(text):
    return 0 < len(text) <= 3 and all(digit in "0123456789" for digit in text)


class Profile:
    """How one release behaves: `SWITCHES` as booleans; `release` is its `Release`."""

    large_vars = g729_played_only = False

    def __init__(self, release=DEFAULT):
        self.release = release if isinstance(release, Release) else parse(release)
        for name, since, _ in SWITCHES:
            setattr(self, name, tuple(self.release) >= since)

    def refusal(self, board):
        """Why this release does not run on a board (hal.description.Board), or None."""
        if not board.smallest or self.release >= parse(board.smallest):
            return None
        return "firmware {} does not run on {}: it needs {} or later".format(
            self.release.text(), board.title, board.smallest)

    def vars_space(self, board, size):
        """Octets of a vars region of `size` that this release uses on a board: half, before they were increased."""
        return size if self.large_vars or not board.name.startswith("ip1203") else size // 2

    def codecs(self, names):
        """Those of a DSP's codecs that a call may use: it both plays and encodes."""
        return tuple([name for name in names if not (self.g729_played_only and name == "g729")])
