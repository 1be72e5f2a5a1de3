"""hal.link's frames as `construct` structures: what tests hold the portable code to, and what a trace shows."""

from construct import (
    Array,
    Bytes,
    Computed,
    ConstructError,
    Container,
    Enum,
    Flag,
    Float32l,
    GreedyBytes,
    GreedyRange,
    GreedyString,
    Int8ub,
    Int16ul,
    Int32sl,
    Int32ul,
    PascalString,
    Rebuild,
    Struct,
    Switch,
    len_,
    this,
)

Kind = Enum(
    Int8ub, hello=0x01, welcome=0x02, boot=0x03, beat=0x04, tick=0x10, play=0x11, tock=0x20, packet=0x21, status=0x22,
    open=0x90, close=0x91, join=0x92, tone=0x93, event=0xA0, refused=0xA1)

ORDER = 0x80

Version = Struct("magic" / Bytes(4), "major" / Int8ub, "minor" / Int8ub)

Report = Struct(
    "channels" / Int8ub,
    "features" / Int8ub,
    "tail_ms" / Int16ul,
    "hertz" / Int32ul,
    "codecs" / PascalString(Int8ub, "ascii"),
    "name" / PascalString(Int8ub, "ascii"),
)

Field = Struct("place" / Int8ub, "octets" / Bytes(40))
Coded = Enum(Int8ub, speech=0, comfort=1)
End = Enum(Int8ub, handset=0, network=1)

BODIES = {
    "hello": Struct("version" / Version, "session" / Int32ul),
    "welcome": Struct("version" / Version, "session" / Int32ul, "report" / Report),
    "boot": Struct("version" / Version, "cause" / Enum(Int8ub, reset=0, fault=1), "code" / Int32ul),
    "beat": Struct(),
    "tick": Struct("number" / Int16ul, "fields" / GreedyRange(Field)),
    "play": Struct("place" / Int8ub, "kind" / Coded, "payload" / GreedyBytes),
    "tock": Struct("number" / Int16ul, "cost" / Int32ul, "fields" / GreedyRange(Field)),
    "packet": Struct("place" / Int8ub, "kind" / Coded, "at" / Int32ul, "payload" / GreedyBytes),
    "status": Struct(
        "place" / Int8ub, "level_in" / Float32l, "level_out" / Float32l, "erl" / Float32l, "erle" / Float32l,
        "played" / Int32ul, "missing" / Int32ul, "lost" / Int32ul, "dropped" / Int32ul),
    "open": Struct(
        "order" / Int8ub, "place" / Int8ub, "codec" / Int8ub, "packet_ms" / Int8ub, "ec_type" / Int8ub,
        "tail_ms" / Int16ul, "silence" / Flag, "detect" / Array(2, Int8ub)),
    "close": Struct("order" / Int8ub, "place" / Int8ub),
    "join": Struct("order" / Int8ub, "place" / Int8ub, "joined" / Flag),
    "tone": Struct("order" / Int8ub, "place" / Int8ub, "towards" / End, "name" / GreedyString("ascii")),
    "event": Struct(
        "order" / Int8ub, "place" / Int8ub, "source" / End,
        "kind" / Enum(Int8ub, dtmf=0, dtmf_end=1, fax=2, progress=3), "value" / Int32sl,
        "name" / GreedyString("ascii")),
    "refused": Struct("order" / Int8ub, "kind" / Kind, "place" / Int8ub),
}

Header = Struct(
    "kind" / Kind,
    "sequence" / Int8ub,
    "ack" / Int8ub,
    "expect" / Int8ub,
    "credit" / Int8ub,
    "length" / Rebuild(Int16ul, len_(this.body)),
    "body" / Bytes(this.length),
)

Content = Struct(
    "header" / Header,
    "message" / Computed(lambda context: message(context.header)),
)


def message(header) -> "Container | None":
    """What a frame's body says, or None where it does not keep to its form."""
    form = Switch(str(header.kind), BODIES)
    try:
        return form.parse(header.body)
    except ConstructError:
        return None


def parse(content: bytes) -> Container:
    """A frame's `header` and `message` from its octets without stuffing and CRC; ConstructError."""
    return Content.parse(content)


def show(content: bytes) -> str:
    """One line for people; long octets are counted, not shown."""
    try:
        frame = parse(content)
    except ConstructError:
        return f"not a frame: {content[:24].hex(' ')}"
    header = frame.header
    words = [f"{header.kind} seq={header.sequence} ack={header.ack} expect={header.expect} credit={header.credit}"]
    if frame.message is None:
        words.append(f"body={header.body[:24].hex()}")
    else:
        words.extend(f"{name}={_value(value)}" for name, value in frame.message.items() if not name.startswith("_"))
    return " ".join(words)


def _value(value) -> str:
    if isinstance(value, bytes):
        return value.hex() if len(value) <= 4 else f"<{len(value)} octets>"
    if isinstance(value, float):
        return f"{value:.1f}"
    if isinstance(value, Container):
        return "{" + " ".join(f"{name}={_value(one)}" for name, one in value.items() if not name.startswith("_")) + "}"
    if isinstance(value, list):
        return "[" + " ".join(_value(one) for one in value) + "]"
    return str(value)
