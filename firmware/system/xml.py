"""XML as the web pages and monitoring agents read it: one element at a time, always escaped."""

ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"))


def escape(text):
    """Text for an attribute or for content; what XML 1.0 2.2 forbids becomes a question mark."""
    text = str(text)
    for plain, escaped in ESCAPES:
        text = text.replace(plain, escaped)
    if all([_allowed(ord(character)) for character in text]):
        return text
    return "".join([character if _allowed(ord(character)) else "?" for character in text])


def element(name, pairs=(), inner=""):
    """`<name a="b">inner</name>`; `inner` is XML already, attributes that are None are left out."""
    shown = "".join([' {}="{}"'.format(key, escape(value)) for key, value in pairs if value is not None])
    return "<{}{}>{}</{}>".format(name, shown, inner, name) if inner else "<{}{}/>".format(name, shown)


def _allowed(code):
    if code < 32:
        return code in (9, 10, 13)
    return not 0xD800 <= code < 0xE000 and code not in (0xFFFE, 0xFFFF)
