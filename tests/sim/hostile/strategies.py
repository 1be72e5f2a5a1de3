"""What hypothesis makes of each field of each burst and message."""

from hypothesis import strategies as st

from sim.peers.handset import codec, fields
from sim.peers.handset.call import ACTIONS as CC_ACTIONS
from sim.peers.handset.codec import Message
from sim.peers.handset.registration import ACTIONS as MM_ACTIONS
from tests.sim.hostile.stage import FMID, RFPI

ANNAS, OWN = 0x06789, 0xE1234
"""PMIDs: Anna's is her assigned TPUI, which anybody hears."""

PMID = st.sampled_from([OWN, OWN, ANNAS, 0xE6789, 0, 0xFFFFF, 0xC0001])
SLOT = st.integers(0, 11)
OWN_SLOT = st.sampled_from([2, 4, 6])
COMMAND = st.integers(0, 15)
HEADER = st.integers(0, 255)

REQUEST = st.builds(fields.request, st.sampled_from([*codec.REQUESTS, 3, 4, 5]),
                    st.sampled_from([FMID, FMID, FMID, 0, 0xFFF]), PMID, st.booleans())
CONTROL = st.builds(lambda kind, command, pmid: codec.control(command, FMID, pmid, kind),
                    st.sampled_from([0, 1, 2, 3, 5, 15]), COMMAND, PMID)
ATTRIBUTES = st.builds(lambda octets: codec.a_field(fields.MT, b"\x16" + octets), st.binary(min_size=4, max_size=4))
ANY_FIELD = st.binary(min_size=6, max_size=6)
BENT = st.builds(lambda header, field: bytes((header,)) + field[1:], HEADER, st.one_of(REQUEST, CONTROL))
FIELD = st.one_of(REQUEST, CONTROL, ATTRIBUTES, BENT, ANY_FIELD, st.just(codec.a_field(fields.NT, RFPI)))

CODES = st.sampled_from([0x01, 0x02, 0x05, 0x06, 0x07, 0x0A, 0x0C, 0x0D, 0x0E, 0x19, 0x28, 0x2C, 0x60, 0x63, 0x6C,
                         0x6D, 0x70, 0x77, 0x78, 0x7B, 0x7C])
ELEMENT = st.one_of(
    st.sampled_from([(0x05, b"\x80\xA8\x01\x23\x45\x67\x89"), (0x05, b"\x80\xA8\x01\x23\x45\x67\x94"),
                     (0x0A, b"\x01\x48\x00"), (0x0C, bytes(8)), (0x0D, bytes(4)), (0x2C, b"201"), (0x6D, b"\x80201")]),
    st.tuples(CODES, st.binary(max_size=70)),
    st.tuples(st.sampled_from([0xE0, 0xE2, 0xE4, 0xE5, 0xE8, 0xE9]), st.binary(min_size=1, max_size=1)))
KIND = st.one_of(st.sampled_from(sorted({(3, one) for one in CC_ACTIONS} | {(5, one) for one in MM_ACTIONS} | {
    (0, 0x71), (6, 1), (3, 5), (3, 0x4D), (5, 0x44), (5, 0x54), (5, 0x56), (5, 0x48), (5, 0x40), (5, 0x41),
    (5, 0x4C), (5, 0x4E)})), st.tuples(st.integers(0, 15), st.integers(0, 255)))
WHOLE = st.builds(lambda kind, elements, answer, transaction: codec.build_message(
    Message(*kind, elements, answer, transaction)), KIND, st.lists(ELEMENT, max_size=6), st.booleans(),
    st.integers(0, 7))


def cut(octets, at):
    """Truncated elements."""
    return octets[:at % (len(octets) + 1)]


def longer(octets, code, length, more):
    """An element that says it is longer than it is."""
    return octets + bytes((code, length)) + more


def bent(octets, at, mask):
    at %= len(octets)
    return octets[:at] + bytes((octets[at] ^ mask,)) + octets[at + 1:]


MESSAGE = st.one_of(WHOLE, st.builds(cut, WHOLE, st.integers(0, 80)),
                    st.builds(longer, WHOLE, CODES, st.integers(0, 255), st.binary(max_size=90)),
                    st.builds(bent, WHOLE, st.integers(0, 80), st.integers(1, 255)), st.binary(max_size=150))

ADDRESS = st.builds(lambda new, lln, sapi, command: {"new": new, "lln": lln, "sapi": sapi, "command": command},
                    st.booleans(), st.integers(0, 7), st.integers(0, 3), st.booleans())
RIGHT_FRAME = st.builds(codec.build_frame, ADDRESS, st.integers(0, 255), st.binary(max_size=63), st.booleans())
FRAME = st.one_of(RIGHT_FRAME, st.builds(bent, RIGHT_FRAME, st.integers(0, 70), st.integers(1, 255)),
                  st.builds(cut, RIGHT_FRAME, st.integers(0, 70)), st.binary(max_size=75))

WAIT = st.tuples(st.just("wait"), st.sampled_from([10, 30, 100, 400, 1200]))
CONNECT = st.tuples(st.just("connect"), OWN_SLOT, st.builds(
    lambda command, pmid: bytes((command,)) + pmid.to_bytes(3, "big"), st.sampled_from([0, 0, 0, 1, 2]),
    st.sampled_from([OWN, OWN, ANNAS, 0xE2345, 0xE6789])))
STRANGER = st.builds(lambda first, then: [*first, *then], st.lists(CONNECT, min_size=1, max_size=3), st.lists(st.one_of(
    st.tuples(st.just("ask"), SLOT, FIELD), st.tuples(st.just("ask"), OWN_SLOT, REQUEST),
    st.tuples(st.just("handshake"), OWN_SLOT, st.sampled_from([RFPI, b"", bytes(5)])),
    st.tuples(st.just("say"), OWN_SLOT, FIELD),
    st.tuples(st.just("segment"), OWN_SLOT, st.binary(min_size=5, max_size=5)),
    st.tuples(st.just("frame"), OWN_SLOT, FRAME), st.tuples(st.just("message"), OWN_SLOT, MESSAGE),
    st.tuples(st.just("mute"), OWN_SLOT), CONNECT, WAIT), min_size=8, max_size=25))

PLACE, MASK = st.integers(0, 70), st.integers(1, 255)
TWIST = st.one_of(
    st.tuples(st.sampled_from(["flip", "bend"]), PLACE, MASK), st.tuples(st.sampled_from(["number", "address"]), MASK),
    st.tuples(st.just("cut"), PLACE), st.tuples(st.just("grow"), st.binary(min_size=1, max_size=60)),
    st.tuples(st.just("instead"), MESSAGE), st.tuples(st.just("repeat"), st.integers(2, 5)),
    st.sampled_from([("more",), ("lose",)]))
DOES = st.sampled_from(["locate", "dial", "R2", "text", "hang up", "prove", "cipher", "hand over", "called", "answer"])
SAYS = st.one_of(st.tuples(st.just("field"), FIELD), st.tuples(st.just("message"), MESSAGE),
                 st.tuples(st.just("segment"), st.binary(min_size=5, max_size=5)))
BEGINNING = st.sampled_from([
    [], [("does", "locate"), ("wait", 100)], [("does", "dial"), ("wait", 30)], [("does", "dial"), ("wait", 1200)],
    [("does", "called"), ("wait", 1200)], [("does", "called"), ("wait", 1200), ("does", "answer"), ("wait", 400)]])
INSIDER = st.builds(lambda first, then: [*first, *then], BEGINNING, st.lists(
    st.one_of(st.tuples(st.just("twist"), TWIST), st.tuples(st.just("does"), DOES), SAYS, WAIT),
    min_size=8, max_size=25))

TAIL = st.binary(min_size=5, max_size=5)
BROADCAST = st.lists(st.builds(lambda ta, tail: bytes((ta << 5,)) + tail, st.integers(0, 7), st.one_of(
    TAIL, st.just(RFPI), st.builds(lambda kind, tail: bytes((kind << 4 | tail[0] & 15,)) + tail[1:], st.sampled_from(
        [0, 3, 5, 6, 12]), TAIL))), max_size=48)
BASE = st.builds(lambda first, then: [*first, *then], BEGINNING, st.lists(st.one_of(
    st.tuples(st.just("twist"), TWIST), st.tuples(st.just("does"), DOES), SAYS, WAIT,
    st.tuples(st.just("page"), TAIL), st.tuples(st.just("beacon"), BROADCAST),
    st.tuples(st.just("restart"), st.integers(0, 3))), min_size=8, max_size=25))
