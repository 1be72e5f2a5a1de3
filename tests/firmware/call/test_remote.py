"""Orders and reports as octets: what is packed is read again, and any octets are a message or None."""

from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.call import remote
from firmware.call.leg import Codec
from firmware.media.negotiation import Agreement
from firmware.media.orders import COUNTED, FIGURES, Counts, Dial, End, Ready, Taken, Trouble, Want

SESSIONS = st.integers(1, 0xFFFF)
PORTS = st.integers(512, 32767).map(lambda half: 2 * half)
CODECS = st.builds(Codec, st.sampled_from(("pcma", "g726-32-aal2", "opus-nb", "telephone-event", "cn")),
                   st.integers(0, 127), st.sampled_from((8000, 16000, 48000)))
AGREED = st.builds(
    Agreement, CODECS, st.sampled_from((10, 20, 30, 60)), st.none() | CODECS, st.none() | CODECS, st.booleans(),
    st.dictionaries(st.integers(0, 127), st.sampled_from(("speech", "comfort", "event")), max_size=8))
ADDRESSES = st.tuples(st.sampled_from(("10.0.0.1", "192.0.2.9", "0.0.0.0", "255.255.255.255")), st.integers(0, 65535))
NUMBERS = st.none() | st.integers(0, 0xFFFE)
WANTS = st.builds(Want, SESSIONS, PORTS, NUMBERS, NUMBERS, st.booleans(), AGREED, ADDRESSES,
                  st.sampled_from(("sendrecv", "sendonly", "recvonly", "inactive")), st.booleans())
WORDS = st.text("0123456789*#ABCDdsp: ", max_size=40)
FIGURE_VALUES = st.fixed_dictionaries({
    name: st.none() | (st.integers(-1000, 2**31 - 1) if name in COUNTED else
                       st.integers(-10**6, 10**6).map(lambda value: value / 1000)) for name in FIGURES})
MESSAGES = st.one_of(
    WANTS, WANTS.map(lambda want: want._replace(agreed=None, remote=None)),
    st.builds(Dial, SESSIONS, WORDS, st.booleans()), st.builds(End, SESSIONS), st.builds(Ready, SESSIONS, PORTS),
    st.builds(Taken, SESSIONS, PORTS), st.builds(Trouble, SESSIONS, WORDS),
    st.builds(Counts, SESSIONS, FIGURE_VALUES, st.booleans()))


@settings(max_examples=300, deadline=None)
@given(MESSAGES)
def test_what_is_packed_is_read_again(message):
    octets = remote.pack(message)
    assert len(octets) <= 200
    assert remote.read(octets) == message
    assert remote.is_order(message) is isinstance(message, (Want, Dial, End))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=120))
def test_any_octets_are_a_message_or_none(octets):
    read = remote.read(octets)
    assert read is None or remote.read(remote.pack(read)) == read


@settings(max_examples=300, deadline=None)
@given(MESSAGES, st.data())
def test_a_message_cut_or_changed_anywhere_is_another_or_none(message, data):
    octets = bytearray(remote.pack(message))
    assert remote.read(bytes(octets[:-1])) is None
    assert remote.read(bytes(octets) + b"\0") is None
    at = data.draw(st.integers(0, len(octets) - 1))
    octets[at] ^= data.draw(st.integers(1, 255))
    read = remote.read(bytes(octets))
    assert read is None or remote.read(remote.pack(read)) == read


def test_a_figure_beyond_its_field_is_the_most_that_fits():
    figures = dict.fromkeys(FIGURES)
    figures["sent"], figures["level_in"] = 2**40, -1e30
    read = remote.read(remote.pack(Counts(1, figures, True)))
    assert read.figures["sent"] == 2**31 - 1 and read.figures["level_in"] is None


def test_a_host_that_is_no_address_is_left_out():
    """A name has no address here (there is no DNS): then nothing can be sent."""
    want = Want(1, 16384, 0, 1, False, None, ("pbx.example", 4000), "sendrecv", False)
    assert remote.read(remote.pack(want)).remote is None
