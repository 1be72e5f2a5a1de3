"""What the flash tool has the board do. Sent as it stands, after hal/ports/staged.py, into the raw REPL: it runs
on MicroPython. One line of output an answer, its words apart by blanks."""

import binascii
import gc
import hashlib
import os
import sys

from hal.ports.staged import DIGITS, SUFFIX, entries

ABSENT = "-"
FOLDER = "/"
EEXIST = 17


def who():
    """Name, platform, version, bytecode; octets free, in all, of a block, of heap; machine."""
    kind = sys.implementation
    space = os.statvfs(os.getcwd())
    gc.collect()
    version = ".".join([str(part) for part in kind.version[:3]])
    print(kind.name, sys.platform, version, getattr(kind, "_mpy", 0),
          space[1] * space[4], space[1] * space[2], space[1], gc.mem_free() + gc.mem_alloc(),
          getattr(kind, "_machine", "?"))


def digest(path):
    """Of a file's octets; a mark for what is no file."""
    try:
        if os.stat(path)[0] & 0x4000:
            return FOLDER
        found, block = hashlib.sha256(), bytearray(512)
        view = memoryview(block)
        with open(path, "rb") as file:
            while True:
                count = file.readinto(block)
                if not count:
                    return binascii.hexlify(found.digest()).decode()[:DIGITS]
                found.update(view[:count])
    except OSError:
        return ABSENT


def look(paths):
    for path in paths:
        print(digest(path), digest(path + SUFFIX))


def litter(folders):
    """Staged files in some folders, whoever staged them."""
    for folder in folders:
        try:
            for entry in os.ilistdir(folder or os.getcwd()):
                if entry[0].endswith(SUFFIX):
                    print((folder + "/" if folder else "") + entry[0][:-len(SUFFIX)])
        except OSError:
            pass


def listed(name):
    for path, mark in entries(name):
        print(mark, path)


def begin(path):
    """An empty staged file, and the folders above it."""
    at = path.find("/", 1)
    while at > 0:
        try:
            os.mkdir(path[:at])
        except OSError as error:
            if error.errno != EEXIST:
                raise
        at = path.find("/", at + 1)
    with open(path + SUFFIX, "wb"):
        pass


def put(path, text):
    with open(path + SUFFIX, "ab") as file:
        file.write(binascii.a2b_base64(text))


def end(path):
    print(digest(path + SUFFIX))


def decide(name):
    os.rename(name + SUFFIX, name)
