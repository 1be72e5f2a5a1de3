"""The firmware image as the host sees it: the twin of firmware/update/image.py, which packs by hand."""

import zlib

from construct import Bytes, Checksum, Const, Int16ub, Int32ub, PaddedString, Padding, RawCopy, Struct, this

HEADER = Struct(
    "fields" / RawCopy(Struct(
        Const(b"gsFW"),
        "version" / Const(1, Int16ub),
        Padding(2),
        "product" / PaddedString(16, "ascii"),
        "release" / PaddedString(16, "ascii"),
        "build" / Int32ub,
        "length" / Int32ub,
        "checksum" / Int32ub,
        Padding(8),
    )),
    "checksum" / Checksum(Int32ub, zlib.crc32, this.fields.data),
)

IMAGE = Struct("header" / HEADER, "payload" / Bytes(this.header.fields.value.length))


def build(product: str, release: str, payload: bytes, number: int = 0) -> bytes:
    """An image that the bootcode starts on boards called `product` (up to 16 ASCII characters)."""
    fields = {"product": product, "release": release, "build": number, "length": len(payload),
              "checksum": zlib.crc32(payload)}
    return IMAGE.build({"header": {"fields": {"value": fields}}, "payload": payload})
