"""Session descriptions as a phone writes and reads them: one audio stream, RFC 8866."""

from dataclasses import dataclass

from sim.peers.codecs import CODECS

EVENT, WIDE_EVENT, COMFORT = "telephone-event", "telephone-event/48000", "cn"
"""Beside the names of codecs: RFC 4733 on either clock, RFC 3389."""

STATIC = {0: "pcmu", 8: "pcma", 9: "g722", 13: COMFORT, 18: "g729"}
WIRE = {**{name: codec.wire for name, codec in CODECS.items()}, EVENT: "telephone-event/8000", WIDE_EVENT: WIDE_EVENT,
        COMFORT: "CN/8000"}
NUMBERS = {**{name: codec.payload_type for name, codec in CODECS.items()}, COMFORT: 13, EVENT: 120, WIDE_EVENT: 121}
"""Payload types that we offer."""

PARAMETERS = {**{name: codec.parameters for name, codec in CODECS.items()}, EVENT: "0-15", WIDE_EVENT: "0-15"}
DIRECTIONS = ("sendrecv", "sendonly", "recvonly", "inactive")


@dataclass(frozen=True)
class Description:
    """`codecs` are (name, payload type), names in lower case, in the order of the m= line."""

    host: str
    port: int
    codecs: tuple[tuple[str, int], ...]
    packet_ms: int = 20
    direction: str = "sendrecv"

    def build(self, version: int = 1) -> bytes:
        """The body; `version` is to grow with each change of it (RFC 3264 8)."""
        numbers = " ".join(str(number) for _, number in self.codecs)
        lines = ["v=0", f"o=- 1 {version} IN IP4 {self.host}", "s=-", f"c=IN IP4 {self.host}", "t=0 0",
                 f"m=audio {self.port} RTP/AVP {numbers}"]
        for name, number in self.codecs:
            lines.append(f"a=rtpmap:{number} {WIRE[name]}")
            if PARAMETERS.get(name):
                lines.append(f"a=fmtp:{number} {PARAMETERS[name]}")
        lines += [f"a=ptime:{self.packet_ms}", f"a={self.direction}"]
        return "".join(f"{line}\r\n" for line in lines).encode()

    def number(self, name: str) -> "int | None":
        """The payload type of a codec, or None."""
        return dict(self.codecs).get(name)

    @property
    def sends(self) -> bool:
        return self.direction in ("sendrecv", "sendonly")

    @property
    def receives(self) -> bool:
        return self.direction in ("sendrecv", "recvonly")


def event(codec: str) -> str:
    """The telephone-event on the clock of a codec."""
    return WIDE_EVENT if codec in CODECS and CODECS[codec].clock == 48000 else EVENT


def read(body: bytes) -> "Description | None":
    """The first audio stream of a body, None if it has none that can be read."""
    host, direction, port, numbers, names, packet_ms = "", "sendrecv", None, [], dict(STATIC), 20
    try:
        for line in body.decode().splitlines():
            kind, _, value = line.partition("=")
            if kind == "m" and port is not None:
                break
            if kind == "c":
                host = value.split()[2]
            elif kind == "m" and value.startswith("audio "):
                port, numbers = int(value.split()[1]), [int(word) for word in value.split()[3:]]
            elif kind == "a" and value.startswith("rtpmap:"):
                number, name = value[7:].split()[:2]
                names[int(number)] = neutral(name)
            elif kind == "a" and value.startswith("fmtp:"):
                number, parameters = value[5:].split(maxsplit=1)
                if names.get(int(number)) == "opus" and "maxplaybackrate=8000" in parameters:
                    names[int(number)] = "opus-nb"
            elif kind == "a" and value.startswith("ptime:"):
                packet_ms = int(value[6:])
            elif kind == "a" and value in DIRECTIONS:
                direction = value
    except (ValueError, IndexError):
        return None
    if port is None:
        return None
    return Description(host, port, tuple((names.get(one, "?"), one) for one in numbers), packet_ms, direction)


def neutral(mapped: str) -> str:
    """The name of an encoding as in a=rtpmap."""
    mapped = mapped.lower()
    return WIDE_EVENT if mapped == WIDE_EVENT else mapped.partition("/")[0]


def shared(one: str, other: str) -> str:
    """The codec that two sides have in common, "" if none: Opus is narrow where one of them plays no more."""
    if one == other:
        return one
    return "opus-nb" if {one, other} == {"opus", "opus-nb"} else ""


def answer(offer: Description, host: str, port: int, known: "tuple[str, ...]") -> "Description | None":
    """What a phone that knows the codecs `known` answers, its first choice and what goes with it; None: nothing in
    common.
    """
    chosen = [(shared(name, theirs), number) for name in known if name in CODECS for theirs, number in offer.codecs
              if shared(name, theirs)]
    if not chosen or offer.port == 0:
        return None
    codec = chosen[0]
    beside = [one for one in offer.codecs if one[0] in known and one[0] in (event(codec[0]), COMFORT)]
    mirror = {"sendonly": "recvonly", "recvonly": "sendonly"}.get(offer.direction, offer.direction)
    return Description(host, port, (codec, *beside), offer.packet_ms, mirror)
