"""The standby master: what it copies, when it takes over, and how it gives back."""

from firmware.call.leg import Elsewhere
from firmware.dect import between, identities, options
from firmware.dect.between import Kept, Located
from tests.firmware.dect.boards import FOUR, IPEI, ONE, SARI, THREE, TWO, Wire

UAK = bytes(range(16))
RADIO = {"standby": TWO, "trunk_key": "secret"}
KEYED = {"trunk_key": "secret"}


def rfpi(rpn):
    return identities.rfpi(identities.parse_ari(SARI), rpn)


def pair(**more):
    """A primary with its radio at ONE, the standby with its radio at TWO, a radio at THREE."""
    wire = Wire()
    primary = wire.board(ONE).master(**KEYED, **more).radio(ONE, **RADIO)
    standby = wire.board(TWO).master(mode="standby", primary=ONE, **KEYED, **more).radio(ONE, **RADIO)
    wire.run(2)
    radio = wire.board(THREE).radio(ONE, **RADIO)
    wire.run(2)
    return wire, primary, standby, radio


def changed(board, *changes):
    board.take(board.dect._settle(list(changes), board.wire.now))
    board.wire.run(0.1)


def test_while_the_primary_serves_the_standbys_radio_is_the_primarys():
    _, primary, standby, radio = pair()
    assert [board.part.rfpi for board in (primary, standby, radio)] == [rfpi(0), rfpi(1), rfpi(2)]
    assert not standby.dect.system.running()
    assert "watches it" in standby.says("status")
    assert not primary.alarms and not standby.alarms


def test_keys_and_numbers_are_copied_when_it_joins_and_as_they_come():
    wire, primary, standby, _ = pair()
    primary.dect.calls.gate.keys.keep(IPEI, UAK)
    changed(primary, Kept(IPEI, UAK))
    assert standby.dect.calls.gate.keys.of(IPEI) == UAK
    wire.off(TWO)
    changed(primary, Kept(IPEI + 1, None))
    primary.dect.calls.gate.keys.drop(IPEI)
    primary.dect.calls.gate.keys.keep(IPEI + 1, UAK)
    wire.boards[TWO] = standby.boot().master(mode="standby", primary=ONE, **KEYED)
    wire.run(3)
    assert standby.dect.calls.gate.keys.handsets() == [IPEI + 1]
    assert standby.dect.hosting.system.numbers.items() == primary.dect.hosting.system.numbers.items()


def test_a_thousand_keys_are_copied():
    wire = Wire()
    primary = wire.board(ONE).master(**KEYED)
    for number in range(1000):
        primary.dect.calls.gate.keys.keep(number, UAK)
    standby = wire.board(TWO).master(mode="standby", primary=ONE, **KEYED)
    wire.run(5)
    assert len(standby.dect.calls.gate.keys.handsets()) == 1000
    assert standby.dect.hosting.standby.contact


def test_it_takes_over_when_the_primary_is_gone_and_every_radio_keeps_its_rfpi():
    wire, primary, standby, radio = pair()
    wire.off(ONE)
    wire.run(45)
    assert standby.dect.system.running()
    assert (standby.part.rfpi, radio.part.rfpi) == (rfpi(1), rfpi(2))
    assert "serves" in standby.says("status")
    assert standby.dect.radio_facts(2)[0] == THREE and standby.dect.radio_facts(0) is None
    late = wire.board(FOUR).radio(ONE, **RADIO)
    wire.run(20)
    assert late.part.rfpi == rfpi(3)
    assert primary.dect.system.running()


def test_its_own_radio_is_radio_0_for_calls_though_its_rpn_is_another():
    wire, _, standby, radio = pair()
    wire.off(ONE)
    wire.run(45)
    standby.report(between.Access(5, 0xE6789, "setup", 0, False))
    radio.report(between.Access(6, 0xE6780, "setup", 0, False))
    wire.run(0.1)
    links = standby.dect.calls.links.connections
    assert sorted((one.radio, one.link) for one in links) == [(0, 5), (2, 6)]


def test_a_radio_with_rpn_0_can_join_the_standby():
    wire, _, standby, _ = pair()
    wire.cut.add(ONE)
    wire.run(45)
    old = wire.boards[ONE]
    old.master(mode="off").radio(TWO, **KEYED)
    wire.cut.clear()
    wire.run(20)
    assert old.part.rfpi == rfpi(0)
    standby.receive(Elsewhere(1, b"to the board whose RPN is 0"))
    wire.run(0.1)
    assert old.tellings(Elsewhere)[-1] == Elsewhere(0, b"to the board whose RPN is 0")


def test_handsets_that_were_registered_can_be_called_at_the_standby():
    wire, primary, standby, _ = pair()
    primary.take(primary.dect._settle(primary.dect.calls.locations.take(IPEI, 2), wire.now))
    wire.run(0.1)
    wire.off(ONE)
    wire.run(45)
    assert standby.dect.calls.locations.known(IPEI)
    assert "0466003541858 201 Anna" in standby.says("users")


def test_one_that_left_the_primary_is_not_known_at_the_standby():
    wire, primary, standby, _ = pair()
    changed(primary, Located(IPEI, 2), Located(IPEI, None))
    wire.off(ONE)
    wire.run(45)
    assert not standby.dect.calls.locations.known(IPEI)


def test_it_gives_back_when_the_primary_returns_and_all_radios_follow():
    wire, primary, standby, radio = pair()
    wire.off(ONE)
    wire.run(45)
    wire.boards[ONE] = primary.boot().master(**KEYED).radio(ONE, **RADIO)
    wire.run(20)
    assert not standby.dect.system.running()
    assert [board.part.rfpi for board in (primary, standby, radio)] == [rfpi(0), rfpi(1), rfpi(2)]
    assert {one.rpn for one in primary.dect.system.radios} == {0, 1, 2}
    assert not primary.alarms and not standby.alarms and not radio.alarms


def test_while_a_call_is_up_it_keeps_the_radios_for_a_minute_at_most(monkeypatch):
    wire, primary, standby, _ = pair()
    wire.off(ONE)
    wire.run(45)
    monkeypatch.setattr(standby.dect.calls, "busy", lambda: 1)
    wire.boards[ONE] = primary.boot().master(**KEYED).radio(ONE, **RADIO)
    wire.run(50)
    assert standby.dect.system.running()
    wire.run(30)
    assert not standby.dect.system.running()


def test_a_standby_without_a_primary_serves_after_a_while():
    wire = Wire()
    standby = wire.board(TWO).master(mode="standby", primary=ONE).radio(TWO)
    wire.run(10)
    assert standby.starting() is True
    wire.run(10)
    assert standby.dect.system.running() and standby.part.rfpi == rfpi(0)
    assert standby.starting() is False


def test_a_radio_that_asks_the_standby_while_the_primary_serves_is_refused():
    wire, _, standby, _ = pair()
    lost = wire.board(FOUR).radio("10.0.0.9", **RADIO)
    wire.run(10)
    assert lost.part.rfpi is None
    assert any("primary" in text for text in lost.alarms.values())
    assert not standby.dect.system.running()


def test_a_primary_that_refuses_is_there_so_the_standby_does_not_serve():
    wire = Wire()
    wire.board(ONE).master(trunk_key="one").radio(ONE)
    standby = wire.board(TWO).master(mode="standby", primary=ONE, trunk_key="two").radio(TWO)
    wire.run(60)
    assert not standby.dect.system.running()
    assert any("key differs" in text for text in standby.logs)


def test_without_a_trunk_key_no_standby_gets_the_handsets_keys():
    wire = Wire()
    primary = wire.board(ONE).master().radio(ONE)
    primary.dect.calls.gate.keys.keep(IPEI, UAK)
    standby = wire.board(TWO).master(mode="standby", primary=ONE)
    wire.run(30)
    assert standby.dect.calls.gate.keys.handsets() == []
    assert "the trunk needs a /trunk-key" in primary.alarms[options.TURNED_AWAY]
    assert any("the trunk needs a /trunk-key" in text for text in standby.logs)
    assert not standby.dect.system.running()


def test_a_standby_of_nobody_says_so():
    wire = Wire()
    standby = wire.board(TWO).master(mode="standby")
    assert any("no /primary" in text for text in standby.alarms.values())
    wire.run(60)
    assert not standby.dect.system.running()


def test_a_cut_between_primary_and_standby_alone_ends_when_the_radios_are_back():
    wire, primary, standby, radio = pair()
    wire.cut.add(TWO)
    wire.run(45)
    assert standby.dect.system.running()
    assert radio.part.rfpi == rfpi(2) and {one.rpn for one in primary.dect.system.radios} == {0, 2}
    wire.cut.clear()
    wire.run(30)
    assert not standby.dect.system.running()
    assert {one.rpn for one in primary.dect.system.radios} == {0, 1, 2}
