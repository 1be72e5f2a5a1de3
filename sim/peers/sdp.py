"""Session descriptions as a phone writes and reads them: one audio stream, RFC 8866."""

from dataclasses import dataclass

STATIC = {0: "pcmu", 8: "pcma", 9: "g722", 18: "g729"}
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
        lines += [f"a=rtpmap:{number} {name.upper()}/8000" for name, number in self.codecs]
        lines += [f"a=ptime:{self.packet_ms}", f"a={self.direction}"]
        return "".join(f"{line}\r\n" for line in lines).encode()

    @property
    def sends(self) -> bool:
        return self.direction in ("sendrecv", "sendonly")

    @property
    def receives(self) -> bool:
        return self.direction in ("sendrecv", "recvonly")


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
                names[int(number)] = name.split("/")[0].lower()
            elif kind == "a" and value.startswith("ptime:"):
                packet_ms = int(value[6:])
            elif kind == "a" and value in DIRECTIONS:
                direction = value
    except (ValueError, IndexError):
        return None
    if port is None:
        return None
    return Description(host, port, tuple((names.get(one, "?"), one) for one in numbers), packet_ms, direction)


def answer(offer: Description, host: str, port: int, known: "tuple[str, ...]") -> "Description | None":
    """What a phone that knows the codecs `known` answers, its first choice only; None: nothing in common."""
    chosen = [one for name in known for one in offer.codecs if one[0] == name]
    if not chosen or offer.port == 0:
        return None
    mirror = {"sendonly": "recvonly", "recvonly": "sendonly"}.get(offer.direction, offer.direction)
    return Description(host, port, (chosen[0],), offer.packet_ms, mirror)
