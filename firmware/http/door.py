"""What the paths of the device mean: every one of them ends in a console line or in a text to read.

`/!LINE` runs a percent-encoded console line. `/MODULE[/SUB]/mod_cmd.xml?cmd=x&a=b`
is `mod cmd MODULE/SUB x /cmd x /a b` (reference console.md 1, "UI equivalence").
"""

from firmware.config.options import decode_path, encode

NAME = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
BOX_INFO = "mod cmd CMD0 box-info"
TEXT, XML = "text/plain; charset=utf-8", "application/xml; charset=utf-8"


class Door:
    """`interpreter.run(line, now, who)` answers lines; `texts` maps a path to a callable of now that gives a str.

    A page is (status, body, content type, headers, effects). The status of a
    line that failed is 200 all the same: the body tells ("?" for an unknown
    module is documented, its status is not).
    """

    def __init__(self, interpreter, texts):
        self._interpreter = interpreter
        self._texts = texts

    def page(self, request, who, now):
        path = request.path
        if path in self._texts:
            if request.method not in ("GET", "HEAD"):
                return _refused("GET, HEAD")
            return 200, self._texts[path](now).encode(), TEXT, [], []
        if not (path[:2] == "/!" or path.endswith(".xml")):
            return _plain(404, "not found")
        if request.method != "GET":
            return _refused("GET")
        if path[:2] == "/!":
            return self._line(decode_path(request.target[2:] if request.target[:2] == "/!" else path[2:]), who, now)
        return self._command(path, request.query, who, now)

    def _line(self, line, who, now, sheet=None):
        if any([ord(character) < 32 or ord(character) == 127 for character in line]):
            return _plain(400, "a console line has no control characters")
        result = self._interpreter.run(line, now, who)
        reply, kind = result.reply, TEXT
        if reply[:1] == "<":
            reply, kind = _prolog(sheet) + reply, XML
        return 200, reply.encode(), kind, [], result.effects

    def _command(self, path, query, who, now):
        """A path that ends in .xml, as the console line that it stands for."""
        parts = path[1:].split("/")
        if not all([_is_name(part) for part in parts]):
            return _plain(404, "not found")
        sheet = None
        for name, value in query:
            sheet = value if name == "xsl" else sheet
        if sheet is not None and not _is_name(sheet):
            return _plain(400, "xsl names a style sheet")
        if [part.lower() for part in parts] == ["cmd0", "box_info.xml"]:
            return self._line(BOX_INFO, who, now, sheet)
        if parts[-1] != "mod_cmd.xml" or not 2 <= len(parts) <= 3:
            return _plain(404, "not found")
        line = command_line("/".join(parts[:-1]), query)
        return _plain(400, "cmd= is missing, or a name is none") if line is None else self._line(line, who, now, sheet)


def command_line(module, query):
    """The `mod cmd` that a query stands for, or None if it names no command or holds an impossible name."""
    command = [value for name, value in query if name == "cmd" and value]
    if not command or not all([_is_name(name) for name, _ in query]):
        return None
    words = ["mod cmd", module, encode(command[0])]
    for name, value in query:
        words.append("/" + name + (" " + encode(value) if value else ""))
    return " ".join(words)


def _prolog(sheet):
    prolog = '<?xml version="1.0" encoding="utf-8"?>\r\n'
    return prolog if sheet is None else prolog + '<?xml-stylesheet type="text/xsl" href="{}"?>\r\n'.format(sheet)


def _is_name(text):
    return bool(text) and all([character in NAME for character in text])


def _plain(status, text):
    return status, (text + "\r\n").encode(), TEXT, [], []


def _refused(allowed):
    return 405, b"method not allowed\r\n", TEXT, [("Allow", allowed)], []
