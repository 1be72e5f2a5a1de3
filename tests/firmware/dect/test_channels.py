"""Where the dummy bearer goes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.dect import channels

QUIET = bytes([93]) * 120


def levels(**dbm):
    """All quiet but for some, as s5c3=-60."""
    octets = bytearray(QUIET)
    for name, level in dbm.items():
        slot, carrier = name[1:].split("c")
        octets[int(slot) * 10 + int(carrier)] = -level
    return bytes(octets)


def test_everything_quiet_is_equally_good():
    assert len(channels.best(QUIET, 10, ())) == 120


def test_levels_within_six_db_are_equally_good():
    found = channels.best(levels(s0c0=-88, s0c1=-86), 10, ())
    assert (0, 0) in found
    assert (0, 1) not in found


def test_slots_that_are_taken_are_left_out():
    assert {slot for slot, _ in channels.best(QUIET, 10, (0, 1, 5))} == set(range(12)) - {0, 1, 5}


def test_the_only_channel_below_minus_50_dbm_is_taken():
    octets = bytearray([40]) * 120
    octets[57] = 51
    assert channels.best(bytes(octets), 10, ()) == [(5, 7)]


def test_two_bases_that_start_together_draw():
    assert channels.choose(QUIET, 10, (), lambda below: below - 1) == (11, 9)
    assert channels.choose(QUIET, 10, (), lambda below: 0) == (0, 0)
    assert channels.choose(QUIET, 10, range(12), lambda below: 0) == (0, 0)


def test_a_dummy_bearer_is_disturbed_by_twelve_db():
    assert not channels.disturbed(levels(s5c3=-82), 10, 5, 3, (5,))
    assert channels.disturbed(levels(s5c3=-81), 10, 5, 3, (5,))
    assert not channels.disturbed(bytes([60]) * 120, 10, 5, 3, (5,))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=130), st.integers(1, 10), st.sets(st.integers(0, 11)))
def test_any_list_gives_a_channel_that_exists(octets, carriers, taken):
    slot, carrier = channels.choose(octets, carriers, taken, lambda below: below // 2)
    assert 0 <= slot < 12
    assert 0 <= carrier < carriers
    assert slot not in taken or len(taken) == 12
    channels.disturbed(octets, carriers, slot, carrier, taken)
