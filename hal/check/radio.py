"""The contract of hal.radio, as far as one radio on a quiet air shows it."""

from hal.check.contract import need, refuses
from hal.radio import FULL, LONG, QUIET, Lost

SECOND = 1_000_000
FIELD = b"\xa0\x00\x00\x00\x00\x00"
SEGMENT = b"\x00\x01\x02\x03\x04\x05"
KEY = b"\x01\x02\x03\x04\x05\x06\x07\x08"


def check_radio(radio, advance):
    """`radio` hears nobody while this runs."""
    _geometry(radio)
    need(radio.poll() == [], "nothing is heard on a quiet air")
    _beacons(radio, advance)
    _finds_nobody(radio, advance)
    _hears_nothing(radio, advance)
    _refuses(radio)
    if radio.bearers > 1:
        _twins(radio, advance)
    _long(radio, advance)
    _opens_all(radio, advance)


def _geometry(radio):
    need(isinstance(radio.carriers, int) and 1 <= radio.carriers <= 64, "carriers is a number")
    need(isinstance(radio.bearers, int) and 1 <= radio.bearers <= 12, "a frame has room for twelve duplex bearers")
    need(isinstance(radio.antennas, int) and radio.antennas >= 1, "there is at least one antenna")


def _beacons(radio, advance):
    radio.beacon([FIELD, FIELD], 2, radio.carriers - 1)
    radio.page(FIELD)
    radio.page(FIELD, True)
    advance(SECOND // 10)
    refuses(ValueError, "the dummy bearer's slot is free for no other", radio.open, 0, 2, 0)
    radio.beacon([FIELD], 0, 0)
    radio.beacon([])
    need(radio.poll() == [], "a radio does not hear itself")


def _finds_nobody(radio, advance):
    levels = radio.levels()
    need(len(levels) == 12 * radio.carriers, "levels has an octet for each pair of slots and carrier")
    need(all(level == QUIET for level in levels), "nothing is louder than QUIET on a quiet air")
    need(radio.neighbours() == [], "a quiet air has no other bases")
    radio.follow(b"\x10\x22\x43\xa3\x07")
    advance(3 * SECOND)
    need(radio.poll() == [], "a base that is not there is not followed")
    radio.follow(None)


def _hears_nothing(radio, advance):
    radio.open(0, 0, 0)
    radio.send(0, FIELD)
    advance(SECOND // 2)
    need(radio.poll() == [], "a bearer is not lost before it has heard nothing for a second")
    advance(SECOND)
    need(radio.poll() == [Lost(0)], "Lost is reported when a bearer has heard nothing good for a second")
    need(radio.quality(0) == (-QUIET, 100), "quality counts a hundred frames of nothing")
    advance(3 * SECOND)
    need(radio.poll() == [], "Lost is reported once")
    radio.close(0)
    advance(3 * SECOND)
    need(radio.poll() == [], "a closed bearer reports nothing")


def _refuses(radio):
    for bearer in (-1, radio.bearers):
        refuses(ValueError, "bearers are numbered 0 .. bearers - 1, others are refused", radio.open, bearer, 0, 0)
    for slot in (-1, 12):
        refuses(ValueError, "a duplex bearer sends in slot 0 .. 11, others are refused", radio.open, 0, slot, 0)
    refuses(ValueError, "a field is sent on an open bearer, else refused", radio.send, 0, FIELD)
    radio.open(0, 3, 0)
    refuses(ValueError, "a bearer that is open cannot be opened again", radio.open, 0, 4, 0)
    if radio.bearers > 1:
        refuses(ValueError, "a slot that is taken is refused", radio.open, 1, 3, 1)
        refuses(ValueError, "a long slot takes up the next one", radio.open, 1, 2, 1, LONG)
        refuses(ValueError, "a bearer that is not open has no twin", radio.open, 1, 5, 1, FULL, 1)
    radio.close(0)
    radio.close(0)
    radio.close(radio.bearers - 1)


def _twins(radio, advance):
    radio.open(0, 3, 0)
    radio.cipher(0, KEY)
    radio.open(1, 5, 0, FULL, 0)
    radio.cipher(1, KEY)
    radio.send(0, SEGMENT)
    radio.close(0)
    advance(SECOND // 10)
    radio.send(1, SEGMENT)
    radio.cipher(1, None)
    radio.close(1)
    need(radio.poll() == [], "two bearers of one connection hear as little as one")


def _long(radio, advance):
    radio.open(0, 4, 0, LONG)
    if radio.bearers > 1:
        refuses(ValueError, "the slot behind a long one is taken", radio.open, 1, 5, 1)
    refuses(ValueError, "there is no slot behind the last for a long one", radio.open, radio.bearers - 1, 11, 0, LONG)
    advance(SECOND // 10)
    radio.close(0)


def _opens_all(radio, advance):
    for bearer in range(radio.bearers):
        radio.open(bearer, bearer, bearer % radio.carriers)
    advance(SECOND // 10)
    for bearer in range(radio.bearers):
        radio.close(bearer)
    radio.open(0, 0, 0)
    radio.close(0)
    radio.poll()
