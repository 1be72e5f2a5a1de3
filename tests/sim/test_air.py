"""Bearers on the air: A-fields, queues, B-fields, silence."""

import pytest

from sim.air import SILENCE
from tests.sim.air_rig import ASK, CT, MT, OTHER, RFPI, B, Rig, handshake


@pytest.fixture
def rig():
    return Rig()


def test_what_both_expect_is_no_event_and_counts_as_good(rig):
    base, handset = rig.call()
    rig.frames(10)
    assert base.fields == handset.fields == []
    for end in (base, handset):
        assert (end.counts["sent"], end.counts["good"], end.bad, end.silent) == (10, 10, 0, 0)


def test_a_control_field_arrives_in_the_next_frame_once_with_its_level(rig):
    base, handset = rig.call()
    base.send(MT)
    rig.frames(3)
    assert [(number, field[1:], rssi) for number, field, rssi in handset.fields] == [(1, MT[1:], 24 - 68)]


def test_a_handset_answers_in_the_frame_in_which_it_was_asked(rig):
    base, handset = rig.call()
    handset.on_field = lambda field, rssi: handset.send(ASK)
    base.send(MT)
    rig.frames(1)
    assert [(number, field[1:]) for number, field, _ in base.fields] == [(1, ASK[1:])]


def test_control_goes_before_segments_and_segments_wait_for_their_frames(rig):
    base, handset = rig.call()
    for end in (base, handset):
        end.segment(CT[0])
        end.send(MT)
        end.segment(CT[1])
    rig.frames(6)
    assert [(number, field[0] >> 5) for number, field, _ in handset.fields] == [(1, 6), (3, 0), (5, 1)]
    assert [(number, field[0] >> 5) for number, field, _ in base.fields] == [(1, 6), (2, 0), (4, 1)]
    assert base.pending() == handset.pending() == 0


def test_a_segment_is_repeated_until_it_is_acknowledged_and_arrives_once(rig):
    base, handset = rig.call()
    rig.frames(1)
    handset.cycle = []
    base.segment(CT[0])
    rig.frames(6)
    assert base.pending() == 1
    handset.cycle = [handshake()]
    rig.frames(4)
    assert base.pending() == 0
    assert [field[0] >> 5 for _, field, _ in handset.fields] == [0]


def test_the_acknowledgement_is_the_bit_q2_of_the_answer(rig):
    base, handset = rig.call()
    base.cycle = []
    rig.frames(2)
    base.send(MT)
    handset.send(MT)
    rig.frames(1)
    handset.send(MT)
    rig.frames(1)
    assert [field[0] & 1 for _, field, _ in base.fields] == [1, 0]


def test_an_identity_that_is_not_expected_is_no_handshake_and_is_shown(rig):
    base, handset = rig.call()
    handset.cycle = [handshake(OTHER)]
    rig.frames(5)
    assert (base.counts["good"], base.bad, base.silent) == (0, 5, 5)
    assert [field[1:] for _, field, _ in base.fields] == [OTHER] * 5


def test_an_end_without_a_cycle_is_heard_only_when_it_says_something(rig):
    base, handset = rig.call()
    handset.cycle = []
    rig.frames(4)
    handset.send(ASK)
    rig.frames(3)
    assert [number for number, _, _ in base.fields] == [5]
    assert handset.counts["sent"] == 1


def test_a_cycle_follows_the_frame_number_and_is_seen_by_who_is_curious(rig):
    base, handset = rig.call()
    base.cycle = [b"\x80\x30" + bytes((number,)) * 4 for number in range(4)]
    handset.curious = True
    rig.frames(6)
    assert [(number, field[-1]) for number, field, _ in handset.fields] == [(n, n % 4) for n in range(1, 7)]
    handset.curious = False
    rig.frames(3)
    assert len(handset.fields) == 6
    assert handset.bad == 0


def test_the_controller_fills_in_pscn_slot_and_the_multiframe_number(rig):
    base, handset = rig.call()
    rig.air.clock(base.station).set(frames=0x1234567, pscn=3)
    rig.air.clock(handset.station).follow(base.station)
    base.cycle = [bytes.fromhex("8e0003ff0000"), bytes.fromhex("8e6f0f000000")]
    handset.curious = True
    rig.frames(2)
    static, multiframe = handset.fields[0][1], handset.fields[1][1]
    assert static.hex() == "800203ff0504"
    assert multiframe.hex() == "816f0f123456"


def test_bad_frames_of_the_last_hundred_are_counted_and_make_q1_invite(rig):
    base, handset = rig.call()
    rig.frames(50)
    handset.cycle = []
    rig.frames(30)
    assert base.bad == 30
    handset.cycle = [handshake()]
    rig.frames(1)
    assert handset.q1
    rig.frames(98)
    assert base.bad == 1
    assert not handset.q1


def test_silence_is_told_once_after_a_hundred_frames_and_its_end_as_well(rig):
    base, handset = rig.call()
    rig.frames(10)
    handset.cycle = []
    rig.frames(250)
    handset.cycle = [handshake()]
    rig.frames(5)
    assert base.silences == [(110, True), (261, False)]


def test_b_fields_are_taken_once_and_sent_once(rig):
    base, handset = rig.call()
    handset.put_b(B)
    base.put_b(B[::-1])
    rig.frames(1)
    assert (base.take_b(), handset.take_b()) == (B, B[::-1])
    assert base.take_b() is None
    rig.frames(1)
    assert base.take_b() == SILENCE


def test_a_frame_without_a_burst_has_no_b_field(rig):
    base, handset = rig.call()
    rig.frames(1)
    handset.cycle = []
    rig.frames(1)
    assert base.take_b() is None
    assert base.counts["b_missing"] == 1


def test_what_nobody_drives_becomes_noise_after_a_second(rig):
    base, handset = rig.call()
    base.undriven()
    rig.frames(99)
    assert handset.take_b() == SILENCE
    rig.frames(3)
    noise = handset.take_b()
    rig.frames(1)
    assert SILENCE != noise != handset.take_b()
    base.put_b(B)
    rig.frames(1)
    assert handset.take_b() == B
    rig.frames(1)
    assert handset.take_b() == SILENCE
    assert base.counts["b_late"] == 0


def test_octets_that_come_twice_in_one_frame_are_counted_as_late(rig):
    base, _ = rig.call()
    base.put_b(B)
    base.put_b(B)
    assert base.counts["b_late"] == 1


def test_arrays_are_sent_and_recorded_without_anyone_asking(rig):
    base, handset = rig.call()
    rows = rig.air.tables.random.astype("u1").repeat(3 * 40).reshape(3, 40) + [[1], [2], [3]]
    handset.play(rows)
    base.record()
    rig.frames(5)
    octets, good = base.recorded()
    assert octets[:3].tolist() == (rows % 256).tolist()
    assert (octets[3:] == 0xFF).all() and good.all()


def test_a_loop_begins_again(rig):
    base, handset = rig.call()
    handset.play([[1] * 40, [2] * 40], loop=True)
    base.record()
    rig.frames(5)
    assert base.recorded()[0][:, 0].tolist() == [1, 2, 1, 2, 1]


def test_frames_run_only_while_something_is_open_or_waits(rig):
    base, handset = rig.call()
    rig.frames(10)
    base.close()
    handset.close()
    handset.close()
    rig.frames(1000)
    assert rig.air.frames <= 11
    assert rig.time.next() is None


def test_a_closed_end_does_nothing(rig):
    base, handset = rig.call()
    base.close()
    base.put_b(B)
    base.cycle = [handshake()]
    assert base.take_b() is None
    rig.frames(3)
    assert handset.bad == 3
    assert (base.counts, base.silent) == ({}, 0)


def test_rows_are_used_again_without_a_trace(rig):
    base, handset = rig.call()
    handset.cycle = []
    base.segment(CT[0])
    rig.frames(50)
    base.close()
    again = rig.end(base.station, 2, 5)
    assert again.row == base.row
    handset.cycle = [handshake()]
    rig.frames(5)
    assert again.counts == {"sent": 5, "good": 5, "bad": 0, "b_good": 5, "b_missing": 0, "sliding": 0, "b_late": 0}
    assert [number for number, _, _ in handset.fields] == [1]


@pytest.mark.parametrize(("slot", "carrier"), [(24, 0), (-1, 0), (0, 10), (0, -1)])
def test_what_does_not_exist_is_refused(rig, slot, carrier):
    with pytest.raises(ValueError):
        rig.air.end(rig.base(), slot, carrier)


def test_fields_of_another_length_are_refused(rig):
    base, _ = rig.call()
    for refuses in (base.send, base.segment, lambda field: setattr(base, "cycle", [field])):
        with pytest.raises(ValueError, match="six"):
            refuses(RFPI)


def test_who_moves_at_one_instant_is_told_so_at_that_instant_once_all_have_moved(rig):
    base = rig.base()
    told, near = [], [rig.handset(base, (10 + number, 0)) for number in range(3)]
    for number, one in enumerate(near):
        one.system_changed = lambda one=one: told.append((rig.time.now, rig.air.level(one, base)))
        rig.time.at(1_000, lambda one=one, number=number: rig.air.move(one, (100.0 + number, 0.0)))
    rig.time.at(1_000, lambda: told.append("behind the moves"))
    rig.time.run(2_000)
    levels = [rig.air.level(one, base) for one in near]
    assert told == ["behind the moves"] + [(1_000, level) for level in levels]
    assert levels[0] > levels[1] > levels[2]
    rig.air.move(near[0], (10.0, 0.0))
    assert told[-1] == (2_000, rig.air.level(near[0], base)) > (2_000, levels[0])
