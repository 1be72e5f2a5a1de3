"""Calls over connections at several radios, without a radio: located, called, calling, handed over."""

from itertools import pairwise

import pytest

from firmware.call import cause, leg
from firmware.dect import bursts, dlc, elements, nwk
from firmware.dect.between import Access, Drop, Gone, Moved, Segment, Segments, To
from firmware.dect.dlc_b import DISC, SABM, UA
from tests.firmware.dect import beacons
from tests.firmware.dect.portable import ANNA, BERT, Room, user


@pytest.fixture
def room():
    return Room()


def talking(room, ipei=ANNA, radio=0, called="201", number=1):
    handset = room.portable(ipei, located=True)
    handset.room_radio = radio
    name = room.ring(called, number)
    room.run(1)
    handset.cc(nwk.CONNECT, answer=True)
    room.run(1)
    return handset, name


def test_a_handset_registers_and_its_link_ends(room):
    handset = room.portable(located=True)
    assert (nwk.MM, nwk.LOCATE_ACCEPT) in handset.kinds()
    assert handset.mac is None and room.calls.links.connections == []
    assert room.calls.due() is None


def test_a_call_in_rings_and_is_answered(room):
    handset, name = talking(room)
    assert room.of(leg.Alerting)[0].leg == name and room.of(leg.Alerting)[0].media.radio == 0
    assert isinstance(room.of(leg.Connect)[0].media, leg.Bearer)
    setup = next(one for one in handset.heard if one.type == nwk.SETUP)
    assert nwk.element(setup, nwk.CALLING_NAME)[1:] == b"Zoe"
    room.call(leg.Release(name, cause.NORMAL))
    room.run(2)
    assert handset.mac is None and room.calls.legs == []


def test_a_call_out_reaches_call_and_is_answered(room):
    handset = room.portable(located=True)
    handset.dial("300")
    room.run(1)
    setup = room.of(leg.Setup)[0]
    assert (setup.called, setup.calling, setup.name) == ("300", "201", "Anna")
    room.call(leg.Alerting(setup.leg, None))
    room.call(leg.Connect(setup.leg, None))
    room.run(1)
    assert handset.kinds()[-3:] == [(nwk.CC, nwk.CALL_PROC), (nwk.CC, nwk.ALERTING), (nwk.CC, nwk.CONNECT)]
    handset.cc(nwk.INFO, (nwk.KEYPAD, b"\x15"))
    room.run(1)
    assert room.of(leg.Digits) == [leg.Digits(setup.leg, "R")]
    handset.hang_up()
    room.run(1)
    assert room.of(leg.Release) == [leg.Release(setup.leg, cause.NORMAL)]
    assert handset.mac is None


def test_bearer_handover_moves_the_media(room):
    handset, name = talking(room)
    room.report(0, Moved(handset.mac[1], 5))
    assert room.of(leg.Media) == [leg.Media(name, leg.Bearer(0, 5, False))]


def test_connection_handover_keeps_link_and_call(room):
    handset, name = talking(room)
    old = handset.mac
    room.macs[old] = handset
    handset.connect(radio=1, kind="handover")
    assert room.of(leg.Media)[-1].media.radio == 1
    handset.cc(nwk.INFO, (nwk.KEYPAD, b"5"))
    room.run(1)
    assert room.of(leg.Digits) == [leg.Digits(name, "5")]
    room.gone(old, 4)
    room.run(20)
    assert len(room.calls.links.connections) == 1 and room.calls.busy() == 1
    room.call(leg.Release(name, cause.NORMAL))
    room.run(2)
    assert handset.heard[-1].type == nwk.RELEASE and room.calls.links.connections == []


def test_what_was_not_acknowledged_is_sent_again_at_the_new_radio(room):
    handset, name = talking(room)
    old = handset.mac
    room.call(leg.Notice(name, "waiting", "0309", "Yan"))
    room.queue.clear()
    handset.connect(radio=1, kind="handover")
    room.run(0.9)
    info = handset.heard[-1]
    assert info.type == nwk.INFO and nwk.element(info, nwk.SIGNAL) == b"\x07"
    assert old != handset.mac


def test_a_handset_that_is_still_heard_at_the_old_radio_after_the_handover_timer_is_there(room):
    """Whoever asked for the handover was somebody else."""
    handset, _ = talking(room)
    old = handset.mac
    false = handset.connect(radio=2, kind="handover").mac
    room.run(9.9)
    assert To(false[0], Drop(false[1], 3)) not in room.orders
    room.run(0.2)
    assert To(false[0], Drop(false[1], 3)) in room.orders
    assert To(old[0], Drop(old[1], 4)) not in room.orders
    assert room.of(leg.Media)[-1].media.radio == old[0]
    assert room.calls.busy() == 1


def test_a_handover_that_fails_goes_back_to_the_old_connection(room):
    handset, name = talking(room)
    old = handset.mac
    handset.connect(radio=1, kind="handover")
    new = handset.mac
    handset.mac = old
    room.gone(new, 7)
    assert room.of(leg.Media)[-1] == leg.Media(name, leg.Bearer(0, old[1] % 8, False))
    assert not room.of(leg.Release)


def test_a_handover_of_nobody_is_refused(room):
    room.report(1, Access(77, 0xE0001, "handover", 0, False))
    assert room.orders[-1] == To(1, Drop(77, 3))
    assert room.calls.links.connections == []


def test_a_broken_link_ends_the_call_once(room):
    handset, name = talking(room)
    room.gone(handset.mac, 7)
    assert room.of(leg.Release) == [leg.Release(name, cause.TEMPORARY_FAILURE)]
    assert room.calls.legs == [] and room.calls.due() is None


def test_a_handset_with_a_link_is_called_on_it_without_a_page(room):
    handset = room.portable()
    handset.acks = False
    handset.locate()
    room.run(0.5)
    assert handset.mac is not None
    room.ring()
    room.run(1)
    assert room.paged == [] and len(room.of(leg.Alerting)) == 1


def test_who_hangs_up_and_is_called_at_once_is_called_on_the_same_link(room):
    handset, name = talking(room)
    room.call(leg.Release(name, cause.NORMAL))
    mac, pages = handset.mac, len(room.paged)
    room.ring(number=3)
    room.run(1)
    assert handset.mac == mac and len(room.paged) == pages
    assert len(room.of(leg.Alerting)) == 2


def test_a_link_that_goes_before_the_call_reached_the_handset_is_followed_by_a_page(room):
    handset = room.portable(located=True)
    handset.mute = True
    handset.connect()
    handset.say(nwk.MM, nwk.INFO_REQUEST, *handset.me())
    room.run(0.2)
    connection = room.calls.links.of(ANNA)
    room.apply(room.calls.links.drop(connection, room.now))
    room.ring()
    assert room.paged == []
    handset.mute = False
    room.run(2)
    assert len(room.paged) == 1 and len(room.of(leg.Alerting)) == 1


def test_a_handset_that_does_not_answer_is_paged_four_times_and_given_up(room):
    handset = room.portable(located=True)
    handset.mute = True
    name = room.ring()
    room.run(11.9)
    assert [at for at, _ in room.paged] == [4_000_000 + 3_000_000 * number for number in range(4)]
    room.run(0.2)
    assert room.of(leg.Release) == [leg.Release(name, cause.NO_USER_RESPONDING)]
    assert room.calls.due() is None


def test_twelve_handsets_ring_within_a_second():
    users = [user("U{}".format(number), str(300 + number), ANNA + number) for number in range(12)]
    room = Room(users)
    for number in range(12):
        room.portable(ANNA + number, located=True)
    for number in range(12):
        room.ring(str(300 + number), 2 * number + 1)
    room.run(1)
    assert len(room.of(leg.Alerting)) == 12
    fields = [page.field for _, page in room.paged]
    assert len(set(fields)) == 12
    fast = [at for at, page in room.paged if page.fast]
    assert all(later - earlier >= 20_000 for earlier, later in pairwise(fast))


def test_normal_pages_keep_a_multiframe_apart():
    users = [user("U{}".format(number), str(300 + number), ANNA + number) for number in range(5)]
    room = Room(users)
    for number in range(5):
        room.portable(ANNA + number, located=True).mute = True
        room.ring(str(300 + number), 2 * number + 1)
    room.run(13)
    normal = [at for at, page in room.paged if not page.fast]
    assert all(later - earlier >= 160_000 for earlier, later in pairwise(normal))
    assert len(room.of(leg.Release)) == 5


def test_refusals_of_a_setup(room):
    room.ring("999")
    assert room.of(leg.Release)[-1].cause == cause.ABSENT
    room.ring("201")
    assert room.of(leg.Release)[-1].cause == cause.ABSENT
    talking(room)
    room.ring("201", 3)
    assert room.of(leg.Release)[-1] == leg.Release(leg.Leg("GW-DECT", 3), cause.BUSY)
    room.calls.capacity = 1
    room.portable(BERT, located=True)
    room.ring("202", 5)
    assert room.of(leg.Release)[-1].cause == cause.NO_CHANNEL
    room.apply(room.calls.stop(room.now))
    room.ring("202", 7)
    assert room.of(leg.Release)[-1].cause == cause.NETWORK_OUT_OF_ORDER


def test_stopping_ends_every_call_once(room):
    _, name = talking(room)
    room.apply(room.calls.stop(room.now))
    assert room.of(leg.Release) == [leg.Release(name, cause.TEMPORARY_FAILURE)]
    assert room.calls.due() is None and room.calls.locations.handsets == []


def test_a_notice_reaches_the_display(room):
    handset, name = talking(room)
    room.call(leg.Notice(name, None, "0309", "Yan"))
    room.run(1)
    info = handset.last()
    assert (info.type, nwk.element(info, nwk.SIGNAL)) == (nwk.INFO, b"\x3F")
    assert nwk.element(info, nwk.DISPLAY) == b"\x0CYan 0309"
    assert nwk.element(info, nwk.CALLING_NUMBER)[2:] == b"0309"
    for signal, octet in (("waiting", 7), ("dial", 0), ("ringing", 1), ("busy", 4), ("never heard of", 0x3F)):
        room.call(leg.Notice(name, signal, "", ""))
        room.run(1)
        assert nwk.element(handset.last(), nwk.SIGNAL) == bytes((octet,))


WIDE = elements.codec_list(True, more=True)


def test_a_wide_band_handset_is_paged_for_a_long_slot_and_says_its_codec():
    room = Room(wideband=True)
    handset = room.portable(wide=True, says=[WIDE], located=True)
    name = room.ring()
    room.run(1)
    page = beacons.page(bursts.unpack(room.paged[0][1].field).tail)
    assert page.tpui == handset.tpui
    setup = next(one for one in handset.heard if one.type == nwk.SETUP)
    assert nwk.element(setup, nwk.BASIC_SERVICE) == b"\x88"
    assert elements.codecs(setup)[0].id == elements.G722
    handset.cc(nwk.CONNECT, elements.codec_list(True), answer=True)
    room.run(1)
    assert room.of(leg.Connect) == [leg.Connect(name, leg.Bearer(0, handset.mac[1] % 8, True))]
    assert elements.codecs(handset.last()) == [elements.Codec(elements.G722, elements.LONG)]


def test_a_wide_band_handset_in_a_full_slot_gets_g726(room):
    handset = room.portable(says=[WIDE], located=True)
    handset.dial("300", elements.service(True), WIDE)
    room.run(1)
    name = room.of(leg.Setup)[0]
    assert name.media.wide is False
    room.call(leg.Connect(name.leg, None))
    room.run(1)
    assert elements.codecs(handset.last()) == [elements.Codec(elements.G726, elements.FULL)]
    handset.cc(nwk.SERVICE_CHANGE, WIDE)
    room.run(1)
    assert handset.last().type == nwk.SERVICE_REJECT
    handset.cc(nwk.SERVICE_CHANGE, elements.codec_list(False))
    room.run(1)
    assert handset.last().type == nwk.SERVICE_ACCEPT


def test_reports_of_links_that_nobody_knows_change_nothing(room):
    for report in (Segment(9, b"12345"), Moved(9, 1), Gone(9, 2), ("?",), None):
        room.report(4, report)
    assert room.orders == [] and room.calls.links.connections == []


def test_a_radio_that_uses_a_number_again_has_lost_the_old_connection(room):
    handset, name = talking(room)
    room.report(handset.mac[0], Access(handset.mac[1], 0xE1111, "setup", 3, False))
    assert room.of(leg.Release) == [leg.Release(name, cause.TEMPORARY_FAILURE)]
    assert len(room.calls.links.connections) == 1


def test_a_link_that_does_not_acknowledge_is_dropped(room):
    handset, name = talking(room)
    handset.link = None
    room.call(leg.Notice(name, "waiting", "1", ""))
    room.run(10)
    assert room.of(leg.Release) == [leg.Release(name, cause.TEMPORARY_FAILURE)]
    assert room.calls.links.connections == []


def test_of_two_connections_with_one_pmid_that_with_the_call_is_handed_over(room):
    handset, name = talking(room)
    room.report(2, Access(70, handset.pmid, "setup", 1, False))
    handset.connect(radio=1, kind="handover")
    assert room.of(leg.Media) == [leg.Media(name, leg.Bearer(1, handset.mac[1] % 8, False))]


def test_a_pmid_that_two_calls_share_names_neither(room):
    handset, _ = talking(room)
    other = room.portable(BERT, located=True)
    other.pmid = handset.pmid
    other.connect(radio=2)
    other.dial("300")
    room.run(1)
    assert room.calls.busy() == 2
    room.report(1, Access(71, handset.pmid, "handover", 0, False))
    assert room.orders[-1] == To(1, Drop(71, 3)) and not room.of(leg.Media)


class ClassB:
    """A handset on a link of class B that acknowledges by what it sends next."""

    def __init__(self, room):
        self.room, self.number, self.taken, self.at = room, 0, 0, (0, 5)
        self.frames, self.seen = dlc.Assembler(), len(room.orders)
        room.report(0, Access(5, 0xE1111, "setup", 0, False))

    def send(self, control, information=b""):
        for piece in dlc.segments(dlc.Frame(0x21, control, False, information)):
            self.room.report(self.at[0], Segment(self.at[1], piece))
        return self.answers()

    def say(self, *message):
        control, self.number = self.taken << 5 | self.number << 1, self.number + 1
        return self.send(control, nwk.encode(nwk.Message(*message)))

    def answers(self):
        orders, self.seen = self.room.orders[self.seen:], len(self.room.orders)
        pieces = [piece for one in orders if isinstance(one.order, Segments) for piece in one.order.segments]
        frames = [frame for frame in map(self.frames.take, pieces) if frame is not None]
        self.taken += len([frame for frame in frames if not frame.control & 1])
        return frames


def test_a_handset_may_ask_for_a_link_of_class_b_and_keeps_it_over_a_handover(room):
    handset = ClassB(room)
    assert [frame.control for frame in handset.send(SABM)] == [UA]
    accept = handset.say(False, 0, nwk.MM, nwk.LOCATE_REQUEST, [nwk.portable_ipui(ANNA)])
    assert [frame.control & 1 for frame in accept] == [1, 0] and accept[0].address & 0x70 == 0x20
    assert nwk.decode(accept[1].information).type == nwk.LOCATE_ACCEPT
    proceeding = handset.say(False, 0, nwk.CC, nwk.SETUP, [nwk.portable_ipui(ANNA), (nwk.MULTI_KEYPAD, b"300")])
    assert nwk.decode(proceeding[-1].information).type == nwk.CALL_PROC
    handset.taken -= 1
    handset.at = (1, 6)
    room.report(1, Access(6, 0xE1111, "handover", 2, False))
    again = handset.answers()
    assert [nwk.decode(frame.information).type for frame in again] == [nwk.CALL_PROC]
    assert handset.send(handset.taken << 5 | 1) == []
    assert room.calls.links.connections[0].dlc.idle() and room.calls.busy() == 1


def test_class_b_that_is_disconnected_ends_the_connection(room):
    handset = ClassB(room)
    handset.send(SABM)
    handset.say(False, 0, nwk.MM, nwk.LOCATE_REQUEST, [nwk.portable_ipui(ANNA)])
    handset.send(DISC)
    assert To(0, Drop(5, 2)) in room.orders
