"""A new installation on the board's own file system: staged beside the old one, then taken over as a whole.

Whoever installs writes each changed file under its name with SUFFIX added, and then the list of all files under
the name NEXT, by a rename: from that moment on the new installation counts. `finish` puts it in place. It may be
cut short anywhere and be called again, so that a board boots either what it had or what it got.
The start calls it before anything else is imported; so does the host, which sends this file as it is.
"""

import os

LIST = "gatesim.list"
NEXT = "gatesim.next"
SUFFIX = ".gwnew"
DIGITS = 32
"""Of a file's SHA-256, in hexadecimal. A line with another mark is of a file that is not ours any more."""


def there(path):
    try:
        os.stat(path)
        return True
    except OSError:
        return False


def entries(name):
    """[(path, digest)] of an installation's list; empty without one. What is no such line says nothing."""
    found = []
    if there(name):
        with open(name, "rb") as lines:
            for line in lines:
                try:
                    digest, _, path = line.decode().strip().partition(" ")
                    found.append((path, digest))
                except ValueError:
                    pass
    return found


def finish():
    """Put a staged installation in place; whether there was one."""
    if not there(NEXT):
        return False
    new = [path for path, _ in entries(NEXT)]
    for path in new:
        if there(path + SUFFIX):
            os.rename(path + SUFFIX, path)
    for path, digest in entries(LIST):
        if len(digest) == DIGITS and path not in new:
            discard(path)
    os.rename(NEXT, LIST)
    return True


def discard(path):
    """Remove a file, if it is there, and the folders that it leaves empty."""
    try:
        os.remove(path)
    except OSError:
        pass
    while "/" in path:
        path = path[:path.rfind("/")]
        try:
            os.rmdir(path)
        except OSError:
            return
