"""Master and radios as boards on a wire: who joins under which number, whom orders reach, what is refused."""

import pytest

from firmware.call.leg import Elsewhere
from firmware.dect import between, identities, options
from firmware.dect.between import To
from tests.firmware.dect.boards import FOUR, ONE, SARI, THREE, TWO, Wire, system

BITS = (45, 46)


def rfpi(rpn):
    return identities.rfpi(identities.parse_ari(SARI), rpn)


def test_a_lone_base_is_master_and_radio_without_a_word_on_the_wire():
    wire = Wire()
    board = wire.board(ONE).master().radio(ONE)
    assert board.part.of(between.Radiate) == [
        between.Radiate(rfpi(0), BITS, between.Sync(None, None, None), ())]
    assert board.dect.running() and board.starting() is False
    wire.run(3600)
    assert wire.sent == 0


def test_127_0_0_1_is_this_board_too():
    assert Wire().board(ONE).master().radio("127.0.0.1").dect.running()


def test_radios_get_numbers_in_the_order_in_which_they_join():
    _, boards = system(3)
    assert [board.part.rfpi for board in boards] == [rfpi(0), rfpi(1), rfpi(2)]


def test_a_radio_has_the_same_number_after_any_restart():
    wire, boards = system(3)
    wire.off(TWO)
    wire.off(THREE)
    wire.run(40)
    boards[0].boot().master().radio(ONE)
    late, early = boards[1].boot(), boards[2].boot()
    wire.boards[THREE] = early.radio(ONE)
    wire.run(5)
    wire.boards[TWO] = late.radio(ONE)
    wire.run(5)
    assert (late.part.rfpi, early.part.rfpi) == (rfpi(1), rfpi(2))


def test_a_radio_is_told_its_place_in_the_tree_of_synchronisation():
    _, boards = system(3)
    assert [board.part.wish for board in boards] == [
        between.Sync(None, None, 0), between.Sync(rfpi(0), None, 0), between.Sync(rfpi(0), rfpi(1), 0)]


def test_the_led_starts_until_the_radio_has_its_parameters_and_a_source():
    wire = Wire()
    master = wire.board(ONE).master().radio(ONE)
    radio = wire.board(TWO).radio(ONE)
    assert radio.starting() is True
    wire.run(1)
    assert radio.part.rfpi == rfpi(1) and radio.starting() is True
    radio.hears(r0=(-60, 0))
    wire.run(3)
    assert radio.starting() is False and master.starting() is False


def test_a_master_without_a_radio_of_its_own_is_no_longer_starting():
    wire = Wire()
    master = wire.board(ONE).master()
    radio = wire.board(TWO).radio(ONE)
    wire.run(2)
    assert master.starting() is False
    assert master.part.orders == [] or not master.part.of(between.Radiate)
    assert radio.part.rfpi == rfpi(1)


def test_orders_reach_the_radio_that_they_are_for_and_pages_reach_all():
    wire, boards = system(3)
    page, cipher = between.Page(b"page 1", True), between.Cipher(7, b"8 octets")
    boards[0].take(boards[0].dect._settle([To(None, page), To(2, cipher)], wire.now))
    wire.run(0.1)
    assert [board.part.of(between.Page) for board in boards] == [[page]] * 3
    assert [board.part.of(between.Cipher) for board in boards] == [[], [], [cipher]]


def test_more_segments_than_a_frame_holds_arrive_in_order():
    wire, boards = system(2)
    segments = [number.to_bytes(5, "big") for number in range(500)]
    boards[0].take(boards[0].dect._settle([To(1, between.Segments(7, segments))], wire.now))
    wire.run(1)
    arrived = boards[1].part.of(between.Segments)
    assert [one for order in arrived for one in order.segments] == segments


def test_reports_reach_the_master_part_with_the_radio_that_they_come_from():
    wire, boards = system(3)
    for board in boards:
        board.report(between.Access(board.part.rfpi[4] + 10, 0xE6789, "setup", 0, False))
    wire.run(0.1)
    links = boards[0].dect.calls.links.connections
    assert sorted((one.radio, one.link) for one in links) == [(0, 10), (1, 11), (2, 12)]


def test_octets_of_call_go_there_and_back():
    wire, boards = system(3)
    boards[0].receive(Elsewhere(2, b"open"))
    wire.run(0.1)
    assert boards[2].tellings(Elsewhere) == [Elsewhere(0, b"open")]
    boards[2].receive(Elsewhere(0, b"opened"))
    wire.run(0.1)
    assert boards[0].tellings(Elsewhere) == [Elsewhere(2, b"opened")]
    assert boards[1].tellings(Elsewhere) == []


def test_octets_that_no_frame_holds_are_logged():
    wire, boards = system(2)
    boards[0].receive(Elsewhere(1, bytes(1100)))
    boards[1].receive(Elsewhere(0, bytes(1100)))
    wire.run(1)
    assert "1100 octets for radio 1 are too many" in boards[0].logs
    assert "1100 octets for the master are too many" in boards[1].logs
    assert not boards[0].tellings(Elsewhere) + boards[1].tellings(Elsewhere)


def test_call_is_told_where_a_radio_is_and_what_it_can():
    wire, boards = system(2)
    assert boards[0].dect.radio_facts(1) == (TWO, 8, ("pcma", "pcmu"))
    assert boards[0].dect.radio_facts(0) is None
    assert boards[0].dect.radio_facts(7) is None
    wire.off(TWO)
    wire.run(40)
    assert boards[0].dect.radio_facts(1) is None


def test_a_radio_that_goes_takes_its_connections_along_and_both_sides_hear_of_it():
    wire, boards = system(3)
    boards[1].report(between.Access(11, 0xE6789, "setup", 0, False))
    wire.run(0.1)
    wire.cut.add(TWO)
    wire.run(31)
    assert boards[0].dect.calls.links.connections == []
    assert boards[0].tellings(Elsewhere) == [Elsewhere(1, None)]
    assert boards[1].tellings(Elsewhere) == [Elsewhere(0, None)]
    assert boards[1].part.rfpi is None and boards[1].starting() is True
    assert "no contact with 102243a301" in boards[0].alarms[options.RADIO_LOST]
    assert options.NO_MASTER in boards[1].alarms
    assert boards[2].part.wish == between.Sync(rfpi(0), None, 0)


def test_a_radio_that_comes_back_clears_the_alarms():
    wire, boards = system(3)
    wire.cut.add(TWO)
    wire.run(40)
    wire.cut.clear()
    wire.run(10)
    assert boards[1].part.rfpi == rfpi(1)
    assert not boards[0].alarms and not boards[1].alarms


def test_a_missing_radio_can_be_forgotten_and_its_number_goes_to_another():
    wire, boards = system(2)
    wire.off(TWO)
    wire.run(40)
    boards[0].hears()
    assert "missing" in boards[0].says("radios")
    assert boards[0].says("forget 1") == ""
    assert not boards[0].alarms
    new = wire.board(FOUR).radio(ONE)
    wire.run(2)
    assert new.part.rfpi == rfpi(1)


def test_a_session_that_is_replaced_ends_what_the_radio_had():
    wire, boards = system(2)
    boards[1].report(between.Access(11, 0xE6789, "setup", 0, False))
    wire.run(0.1)
    boards[1].boot().radio(ONE)
    wire.run(2)
    assert boards[0].tellings(Elsewhere) == [Elsewhere(1, None)]
    assert boards[0].dect.calls.links.connections == []
    assert boards[1].part.rfpi == rfpi(1)


@pytest.mark.parametrize(("ours", "theirs"), [("one", "two"), ("", "two"), ("one", "")])
def test_another_trunk_key_is_refused_with_an_alarm_on_both_sides(ours, theirs):
    wire = Wire()
    master = wire.board(ONE).master(trunk_key=ours).radio(ONE)
    radio = wire.board(TWO).radio(ONE, trunk_key=theirs)
    wire.run(3)
    assert "key differs" in master.alarms[options.TURNED_AWAY] and TWO in master.alarms[options.TURNED_AWAY]
    assert "key differs" in radio.alarms[options.NOT_TAKEN]
    assert radio.part.rfpi is None
    radio.radio(ONE, trunk_key=ours)
    wire.run(3)
    assert radio.part.rfpi == rfpi(1)
    assert not master.alarms and not radio.alarms


def test_without_a_key_it_works_and_both_sides_say_so():
    _, boards = system(2)
    assert all(any("no key" in text for text in board.logs) for board in boards)
    wire = Wire()
    wire.board(ONE).master(trunk_key="secret").radio(ONE)
    radio = wire.board(TWO).radio(ONE, trunk_key="secret")
    wire.run(2)
    assert radio.part.rfpi == rfpi(1)
    assert not any("no key" in text for board in wire.boards.values() for text in board.logs)


@pytest.mark.parametrize(("first", "second", "why"), [
    ({"title": "IP1202/4s", "multicell": False}, {}, "IP1202/4s is a single-cell base station: no other base"),
    ({}, {"title": "IP1202/4s", "multicell": False}, "IP1202/4s is a single-cell base station: it cannot join"),
    ({"release": (15, 1, 0)}, {"release": (13, 2, 10)}, "its firmware 13r2 is older than the system's 15r1"),
    ({"title": "IP1202", "release": (12, 2, 14)}, {"title": "IP1203", "release": (13, 1, 0)}, "need firmware 13")])
def test_what_may_not_be_in_one_system_is_refused_with_the_reason_on_both_sides(first, second, why):
    wire = Wire()
    master = wire.board(ONE, **first).master().radio(ONE)
    radio = wire.board(TWO, **second).radio(ONE)
    wire.run(5)
    assert why in master.alarms[options.TURNED_AWAY]
    assert why in radio.alarms[options.NOT_TAKEN]
    assert radio.part.rfpi is None and master.dect.running()
    assert any(why in text for text in master.logs)
    assert why in radio.says("status")


def test_ip1202_and_ip1203_run_together_with_firmware_13():
    wire = Wire()
    wire.board(ONE, title="IP1202", release=(13, 1, 0)).master().radio(ONE)
    radio = wire.board(TWO, title="IP1203", release=(13, 1, 0)).radio(ONE)
    wire.run(2)
    assert radio.part.rfpi == rfpi(1)


def test_the_alarm_about_a_refused_radio_ends_when_it_stops_trying():
    wire = Wire()
    master = wire.board(ONE).master(trunk_key="a").radio(ONE)
    wire.board(TWO).radio(ONE)
    wire.run(30)
    assert len(master.logs) < 6
    wire.off(TWO)
    wire.run(61)
    assert not master.alarms


def test_a_radio_without_a_master_says_so_after_ten_calls():
    wire = Wire()
    radio = wire.board(TWO).radio(ONE)
    wire.run(20)
    assert f"{ONE} does not answer" in radio.alarms[options.NO_MASTER]
    assert f"{ONE} does not answer" in radio.says("status")


def test_another_base_with_our_rfpi_raises_an_alarm_that_ends_with_it():
    _, boards = system(2)
    boards[1].hears(r0=(-60, 0), r1=(-70, 0))
    boards[1].wire.run(0.1)
    assert "102243a301" in boards[0].alarms[options.SAME_RFPI]
    boards[1].hears(r0=(-60, 0), r9=(-70, 0))
    boards[1].wire.run(0.1)
    assert "102243a309" in boards[0].alarms[options.SAME_RFPI]
    boards[1].hears(r0=(-60, 0))
    boards[1].wire.run(0.1)
    assert not boards[0].alarms


def test_a_radio_that_is_off_for_a_while_is_no_stranger():
    wire, boards = system(3)
    wire.off(THREE)
    boards[1].hears(r0=(-60, 0), r2=(-70, 0))
    wire.run(0.1)
    assert options.SAME_RFPI not in boards[0].alarms


def test_another_sari_makes_every_radio_another():
    wire, boards = system(2)
    boards[0].master(sari="31100422072202")
    wire.run(10)
    other = identities.parse_ari("31100422072202")
    assert [board.part.rfpi for board in boards] == [identities.rfpi(other, 0), identities.rfpi(other, 1)]


def test_a_pari_master_sends_its_own_pari_and_the_sari_beside_it():
    wire = Wire()
    board = wire.board(ONE).master(pari=5).radio(ONE)
    radiate = board.part.of(between.Radiate)[0]
    sari = identities.parse_ari(SARI)
    assert radiate.saris == (sari,)
    assert radiate.rfpi == identities.rfpi(identities.Ari(31, sari.value + 5), 0, True)
    assert options.paris(sari, 36) != options.paris(sari, 1) != sari


def test_switching_the_master_off_silences_all_radios():
    wire, boards = system(3)
    boards[0].master(mode="off")
    wire.run(1)
    assert [board.part.rfpi for board in boards] == [None] * 3
    assert all(board.starting() for board in boards)


def test_what_handsets_are_asked_reaches_every_radio():
    wire, boards = system(2)
    boards[0].master(ac="1234")
    wire.run(0.1)
    assert all(set(board.part.of(between.Radiate)[-1].bits) > set(BITS) for board in boards)


def test_a_radio_that_pins_its_source_by_an_option_keeps_to_it():
    wire, boards = system(3)
    boards[2].radio(ONE, sync_rfpi="102243a301", name="Hall")
    wire.run(3)
    assert boards[2].part.wish == between.Sync(rfpi(1), None, 0)
    assert "102243a302 Hall" in boards[0].says("radios")
    assert len(boards[2].part.of(between.Radiate)) == 1


def test_a_source_that_fails_is_replaced():
    wire, boards = system(3)
    boards[1].radio(ONE, sync_slave=True)
    boards[0].hears()
    boards[2].hears(r1=(-60, 0))
    wire.run(3)
    assert boards[2].part.wish == between.Sync(rfpi(1), None, 0)
    wire.off(TWO)
    wire.run(40)
    assert boards[2].part.wish == between.Sync(rfpi(0), None, 0)


def test_an_hour_of_three_idle_boards_is_a_few_frames_a_minute():
    wire, _ = system(3)
    before = wire.sent
    wire.run(3600)
    assert (wire.sent - before) / 60 <= 2 * 2 * 5.2


def test_what_ends_by_our_own_options_is_no_loss():
    wire, boards = system(2)
    boards[1].radio("")
    wire.run(1)
    assert not boards[1].alarms
    assert not any("other master" in text or "master is gone" in text for text in boards[1].logs)
    assert any("102243a301 IP1203 is gone: the radio is being configured" in text for text in boards[0].logs)
    assert boards[1].tellings(Elsewhere) == [Elsewhere(0, None)]
