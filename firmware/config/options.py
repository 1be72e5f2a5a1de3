"""The words of a command: `/option value /flag`, percent-encoded.

A word that begins with "/" names an option; the word after it, unless it
begins with "/" too, is its value. So a URL stands as it is, and only a value
that begins with "/" must be written with %2f. A space is %20 or "+"; a plus
sign is %2b. An escape that is none stays as it was typed. Octets that are not
UTF-8 are taken for Latin-1. (What is documented: reference/console.md 1,
"Quoting"; the rest is our choice.)
"""

HEX = "0123456789abcdefABCDEF"
PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/:@!$&'()*,;=?<>[]{}|^`\"\\#"
NAME = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
NAME_LENGTH = 64


class OptionError(ValueError):
    """Words that are no option list; the text says what would be right."""


def split(line):
    """The words of a line; only space and tab divide, on every Python alike."""
    return [word for word in line.replace("\t", " ").split(" ") if word]


def parse(words, encoded=True):
    """(name, value or None) for each option, in order; names in lower case.

    `encoded` is False for the words of a `mod cmd`, which the console has decoded.
    Raises OptionError for a word that belongs to no option.
    """
    pairs = []
    for word in words:
        if word[:1] == "/":
            pairs.append((_name(word), None))
        elif not pairs:
            raise OptionError("{}: an option begins with /".format(word[:40]))
        elif pairs[-1][1] is not None:
            raise OptionError("{} after /{}: a space within a value is written %20".format(word[:40], pairs[-1][0]))
        else:
            pairs[-1] = (pairs[-1][0], decode(word) if encoded else word)
    return pairs


def _name(word):
    name = word[1:]
    if not name:
        raise OptionError("/: an option needs a name")
    if len(name) > NAME_LENGTH:
        raise OptionError("{}...: an option's name has at most {} characters".format(word[:40], NAME_LENGTH))
    for character in name:
        if character == "/":
            raise OptionError("{}: a value that begins with / is written %2f...".format(word[:40]))
        if character not in NAME:
            raise OptionError("{}: an option's name consists of letters, digits, - _ .".format(word[:40]))
    return name.lower()


def decode(text):
    """The text meant by a percent-encoded word."""
    if "+" in text:
        text = text.replace("+", " ")
    if "%" not in text:
        return text
    first, *parts = text.split("%")
    done = [first]
    octets = bytearray()
    for part in parts:
        if len(part) >= 2 and part[0] in HEX and part[1] in HEX:
            octets.append(int(part[:2], 16))
            rest = part[2:]
            if not rest:
                continue
        else:
            rest = "%" + part
        done.append(decode_text(bytes(octets)))
        done.append(rest)
        octets = bytearray()
    done.append(decode_text(bytes(octets)))
    return "".join(done)


def decode_path(text):
    """Percent-decoding in which a plus sign is a plus sign, as in the path of a URL."""
    return decode(text.replace("+", "%2b"))


def decode_text(octets):
    """Octets as text: UTF-8, or Latin-1 if they are not that."""
    try:
        return octets.decode("utf-8")
    except UnicodeError:
        return "".join([chr(octet) for octet in octets])


def encode(text):
    """A word that `decode` turns into `text` again."""
    words = []
    for index, character in enumerate(text):
        if character in PLAIN and (index or character != "/"):
            words.append(character)
        else:
            words.extend(["%{:02x}".format(octet) for octet in character.encode("utf-8")])
    return "".join(words)
