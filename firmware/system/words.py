"""The words of a `mod cmd`, as the console has decoded them."""


def value(words, name):
    """What follows `/name`, "" if nothing does, None if the option is not there.

    The web adds options of its own (/cmd, /xsl, /redirect), so that a command
    looks for what it knows and leaves the rest alone.
    """
    wanted = "/" + name
    for index, word in enumerate(words):
        if word.lower() == wanted:
            return words[index + 1] if index + 1 < len(words) else ""
    return None


def line(text):
    """A reply of one line."""
    return text + "\r\n"


def lines(texts):
    return "".join([text + "\r\n" for text in texts])
