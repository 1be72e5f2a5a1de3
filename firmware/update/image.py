"""A firmware image in flash: our own format, since the vendor's is not public.

A header of 64 octets, big-endian, then the payload:

    offset  octets
    0       4       magic "gsFW"
    4       2       version of this header, 1
    6       2       zero
    8       16      product, e.g. "IP1203", ASCII, filled with zeros
    24      16      release, e.g. "15r1sr4", ASCII, filled with zeros
    40      4       build number, e.g. 1510536
    44      4       length of the payload
    48      4       CRC-32 of the payload
    52      8       zero
    60      4       CRC-32 of octets 0 to 59
"""

import binascii
import struct
from collections import namedtuple

MAGIC = b"gsFW"
VERSION = 1
HEADER = ">4sHH16s16sIII8s"
SIZE = 64
NAME = 16
CHUNK = 4096

Image = namedtuple("Image", ("product", "release", "build", "length"))
"""What the header of a good image says; `length` of the payload, in octets."""


def pack(product, release, payload, build=0):
    """Header and payload; ValueError for a name that is no ASCII or too long."""
    fields = (MAGIC, VERSION, 0, _name(product), _name(release), build, len(payload), binascii.crc32(payload), b"")
    header = struct.pack(HEADER, *fields)
    return header + struct.pack(">I", binascii.crc32(header)) + payload


def check(flash, region):
    """The Image in a Region of a hal.flash.Flash, or the reason (str) why none can be started there."""
    header = flash.read(region.at, SIZE)
    if header == b"\xff" * SIZE:
        return "no image"
    magic, version, _, product, release, build, length, payload_sum, _ = struct.unpack(HEADER, header[:60])
    if magic != MAGIC:
        return "no image: foreign data"
    if struct.unpack(">I", header[60:])[0] != binascii.crc32(header[:60]):
        return "the header is damaged"
    if version != VERSION:
        return "the header has version {}, not {}".format(version, VERSION)
    if length > region.size - SIZE:
        return "the payload does not fit the region"
    if _sum(flash, region.at + SIZE, length) != payload_sum:
        return "the payload is damaged"
    return Image(_text(product), _text(release), build, length)


def payload(flash, region, image):
    """The payload of an Image that `check` found."""
    return flash.read(region.at + SIZE, image.length)


def _sum(flash, at, length):
    total = 0
    for offset in range(0, length, CHUNK):
        total = binascii.crc32(flash.read(at + offset, min(CHUNK, length - offset)), total)
    return total


def _name(text):
    octets = text.encode()
    if not 0 < len(octets) <= NAME or any([not 32 < octet < 127 for octet in octets]):
        raise ValueError("{}: up to {} ASCII characters without spaces".format(text[:40], NAME))
    return octets + bytes(NAME - len(octets))


def _text(octets):
    return "".join([chr(octet) for octet in octets if octet])
