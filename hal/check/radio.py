"""The contract of hal.radio, as far as one radio on a quiet air shows it."""

from hal.check.contract import need, refuses
from hal.radio import Lost

SECOND = 1_000_000
FIELD = b"\xa0\x00\x00\x00\x00\x00"


def check_radio(radio, advance):
    """`radio` hears nobody while this runs."""
    _geometry(radio)
    need(radio.poll() == [], "nothing is heard on a quiet air")
    _beacons(radio, advance)
    _hears_nothing(radio, advance)
    _refuses(radio)
    _opens_all(radio, advance)


def _geometry(radio):
    need(isinstance(radio.carriers, int) and 1 <= radio.carriers <= 64, "carriers is a number")
    need(isinstance(radio.bearers, int) and 1 <= radio.bearers <= 12, "a frame has room for twelve duplex bearers")
    need(isinstance(radio.antennas, int) and radio.antennas >= 1, "there is at least one antenna")


def _beacons(radio, advance):
    radio.beacon([FIELD, FIELD])
    radio.page(FIELD)
    advance(SECOND // 10)
    radio.beacon([])
    need(radio.poll() == [], "a radio does not hear itself")


def _hears_nothing(radio, advance):
    radio.open(0, 0, 0)
    radio.send(0, FIELD)
    advance(SECOND // 2)
    need(radio.poll() == [], "a bearer is not lost before it has heard nothing for a second")
    advance(SECOND)
    need(radio.poll() == [Lost(0)], "Lost is reported when a bearer has heard nothing good for a second")
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
    radio.close(0)
    radio.close(0)
    radio.close(radio.bearers - 1)


def _opens_all(radio, advance):
    for bearer in range(radio.bearers):
        radio.open(bearer, bearer, bearer % radio.carriers)
    advance(SECOND // 10)
    for bearer in range(radio.bearers):
        radio.close(bearer)
    radio.open(0, 0, 0)
    radio.close(0)
    radio.poll()
