"""What a console line comes to."""

from collections import namedtuple

EOL = "\r\n"
UNKNOWN = "?" + EOL
OK = "ok" + EOL
ERROR = "error: "
WARNING = "# warning: "


class Result(namedtuple("Result", ("reply", "effects", "changed", "warnings"))):
    """`reply` in lines that end with CRLF, warnings included; `changed` holds config.change.Change tuples."""

    def refused(self):
        """Whether the line was not carried out."""
        return self.reply == UNKNOWN or self.reply.startswith(ERROR)


def done(reply="", effects=(), changed=(), warnings=()):
    """A line that was carried out; warnings follow the reply as comment lines."""
    return Result((reply or OK) + lines(warnings, WARNING), list(effects), list(changed), list(warnings))


def shown(reply):
    """A line that only shows something, be it nothing."""
    return Result(reply, [], [], [])


def unknown(reason):
    """Exactly "?" as the devices answer; the reason stands only in the warnings, for `gatesim check`."""
    return Result(UNKNOWN, [], [], [reason])


def error(reason):
    """A line that was understood but not carried out."""
    return Result(ERROR + reason + EOL, [], [], [])


def lines(texts, prefix=""):
    return "".join([prefix + text + EOL for text in texts])
