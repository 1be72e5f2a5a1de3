"""A radio part at its master's orders: on the air and off, in step, in deployment mode."""

import pytest

from firmware.dect import between, bursts, identities, mt, qt
from firmware.effects import Tell
from firmware.led import Fact
from hal.radio import Followed, Neighbour, Strayed
from tests.firmware.dect import beacons
from tests.firmware.dect.controller import ALONE, RFPI, Base

LEADER, SECOND, FOREIGN = (bytes.fromhex(one) for one in ("102243a300", "102243a302", "1044444400"))
LEAD, SLAVE = between.Sync(None, None, 1), between.Sync(LEADER, SECOND, 1)
PMID = 0xE6789


def neighbour(rfpi, rssi=-60, fer=0):
    return Neighbour(rfpi, 3, 2, rssi, fer, 0, 0, 0)


def slave(*others):
    base = Base()
    base.radio.others = list(others)
    return base.start(SLAVE)


def in_step(*others):
    base = slave(*others)
    base.event(Followed(LEADER))
    return base


def state(base):
    return base.of(between.State)[-1]


def test_a_lone_base_is_on_the_air_at_once_and_says_so_once():
    base = Base().start(bits=(36,))
    assert base.radio.fields[1] == bursts.identity(RFPI, bursts.NO_B_FIELD)
    capabilities = [field for field in base.radio.fields if field[0] >> 5 == bursts.QT and qt.kind(field[1:]) == 3]
    assert 36 in beacons.bits(capabilities[0][1:])
    assert [(one.running, one.sync, one.busy) for one in base.of(between.State)] == [(True, "master", 0)]
    base.run(3600)
    assert len(base.of(between.State)) == 1
    assert base.radio.follows == []


def test_an_idle_lone_base_does_next_to_nothing():
    base = Base().start()
    base.run(24 * 3600)
    assert base.radio.read <= 24 * 3600 / 30 + 1


def test_no_orders_no_air():
    base = Base()
    assert base.part.due() is None
    assert base.request(5, PMID) is None
    for order in (between.Page(bytes(6), False), between.Segments(1, [b"AAAAA"]), between.Cipher(1, None),
                  between.Drop(1, 2), ALONE, "what?"):
        base.order(order)
    assert base.reports == base.effects == base.radio.sent == base.radio.pages == []


def test_other_capabilities_change_the_beacon_and_nothing_else():
    base = Base().start()
    bearer, _ = base.connect(5 if base.radio.dummy[0] != 5 else 6, PMID)
    base.start(bits=(36,))
    assert list(base.radio.duplex) == [bearer]
    assert base.of(between.Gone) == []
    assert qt.capabilities((36,)) in base.radio.fields


def test_another_rfpi_ends_every_connection():
    base = Base().start()
    _, link = base.connect(5, PMID)
    base.start(rfpi=LEADER)
    assert [one.link for one in base.of(between.Gone)] == [link]
    assert base.radio.fields[1] == bursts.identity(LEADER, bursts.NO_B_FIELD)


def test_silence_ends_every_connection_and_the_beacon():
    base = Base().start()
    _, link = base.connect(5, PMID)
    base.order(between.Silence())
    assert [one.link for one in base.of(between.Gone)] == [link]
    assert base.radio.fields == []
    assert base.radio.duplex == {}
    assert state(base)[:2] == (False, "off")
    assert base.part.due() is None


def test_saris_are_broadcast():
    ari = identities.Ari(31, 0x102243A3)
    base = Base().start(saris=(ari,))
    assert qt.sari(0x102243A3) in base.radio.fields


def test_pages_go_out_while_on_the_air():
    base = Base().start()
    base.order(between.Page(b"123456", False))
    base.order(between.Page(b"123456", True))
    base.order(between.Page(b"12345", False))
    assert base.radio.pages == [(b"123456", False), (b"123456", True)]


def test_a_disturbed_dummy_bearer_moves():
    base = Base().start()
    slot, carrier = base.radio.dummy
    octets = bytearray(base.radio.heard)
    octets[slot * 10 + carrier] = 60
    base.radio.heard = bytes(octets)
    base.run(31)
    assert base.radio.dummy != (slot, carrier)
    assert bursts.position(bursts.DUMMY_BEARER, *base.radio.dummy) in [
        beacons.note(field[1:]) for field in base.radio.fields if field[0] >> 5 == bursts.PT]


def test_the_dummy_bearer_keeps_out_of_the_way_of_calls():
    base = Base(bearers=11).start()
    for slot in set(range(11)) - {base.radio.dummy[0]}:
        base.connect(slot, 0xE0000 + slot)
    octets = bytearray(base.radio.heard)
    octets[base.radio.dummy[0] * 10 + base.radio.dummy[1]] = 51
    base.radio.heard = bytes(octets)
    base.run(31)
    assert base.radio.dummy[0] not in {slot for slot, _, _ in base.radio.duplex.values()}


def test_a_second_base_with_our_rfpi_is_reported_once():
    base = Base().start()
    base.radio.others = [neighbour(RFPI)]
    base.run(100)
    assert [one.neighbours for one in base.of(between.State)] == [[], [(RFPI, -60, 0)]]


def test_a_leader_listens_for_thirty_seconds_and_then_starts_freely():
    base = Base().start(LEAD)
    assert state(base)[:2] == (False, "searching")
    base.run(29)
    assert base.radio.fields == []
    base.run(2)
    assert base.radio.fields != []
    assert state(base)[:2] == (True, "master")


def test_the_time_to_listen_can_be_shortened():
    base = Base()
    base.apply(base.part.configure({"listen": 2}, 0))
    base.start(LEAD).run(2.1)
    assert base.radio.fields != []


def test_a_leader_takes_over_the_time_of_a_base_of_its_system():
    base = Base()
    base.radio.others = [neighbour(FOREIGN, -40), neighbour(SECOND, -50, 95), neighbour(LEADER, -70)]
    base.start(LEAD).run(30)
    assert base.radio.follows == [LEADER]
    assert base.radio.fields == []
    base.event(Followed(LEADER))
    assert base.radio.follows == [LEADER, None]
    assert state(base)[:3] == (True, "master", None)


def test_a_leader_that_cannot_get_in_step_starts_freely():
    base = Base()
    base.radio.others = [neighbour(LEADER)]
    base.start(LEAD).run(36)
    assert state(base)[:2] == (True, "master")
    assert base.radio.follows == [LEADER, None]


def test_a_slave_is_silent_until_it_is_in_step():
    base = slave(neighbour(LEADER, -71, 3))
    assert base.radio.follows == [LEADER]
    assert state(base)[:3] == (False, "searching", LEADER)
    assert base.radio.fields == []
    base.event(Followed(SECOND))
    assert base.radio.fields == []
    base.event(Followed(LEADER))
    assert base.radio.fields != []
    assert state(base)[:5] == (True, "synchronized", LEADER, -71, 3)
    assert state(base).neighbours == [(LEADER, -71, 3)]


def test_a_source_with_more_than_90_bad_fields_in_100_is_not_used():
    base = slave(neighbour(LEADER, -60, 91), neighbour(SECOND))
    assert base.radio.follows == [SECOND]
    base = slave(neighbour(LEADER, -60, 91), neighbour(SECOND, -60, 99))
    assert base.radio.follows == []
    assert state(base).sync == "searching"
    base.radio.others = [neighbour(LEADER, -60, 90)]
    base.run(11)
    assert base.radio.follows == [LEADER]


def test_a_slave_reports_every_ten_seconds():
    base = in_step(neighbour(LEADER))
    before = len(base.of(between.State))
    base.run(103)
    assert len(base.of(between.State)) == before + 10


def test_a_slave_coasts_for_nine_minutes_when_its_source_has_gone():
    base = in_step(neighbour(LEADER))
    _, link = base.connect(5, PMID)
    base.radio.others = []
    base.event(Strayed(LEADER, "signal"))
    assert state(base)[:2] == (True, "coasting")
    base.run(539)
    assert base.of(between.Gone) == []
    base.run(2)
    assert [one.link for one in base.of(between.Gone)] == [link]
    assert base.radio.fields == []
    assert (state(base).running, state(base).sync, state(base).lost) == (False, "searching", 1)
    assert "9 minutes" in state(base).cause
    base.event(Followed(LEADER))
    assert state(base)[:2] == (True, "synchronized")
    assert state(base).lost == 1


def test_a_source_that_comes_back_ends_coasting():
    base = in_step(neighbour(LEADER))
    base.event(Strayed(LEADER, "signal"))
    base.event(Followed(LEADER))
    base.run(600)
    assert state(base)[:2] == (True, "synchronized")
    assert state(base).lost == 0


def test_the_alternative_is_taken_when_the_source_has_gone():
    base = in_step(neighbour(LEADER))
    base.event(Strayed(LEADER, "signal"))
    assert base.radio.follows == [LEADER]
    base.radio.others = [neighbour(LEADER, -90, 95), neighbour(SECOND)]
    base.run(11)
    assert base.radio.follows == [LEADER, SECOND]
    assert state(base)[:2] == (True, "coasting")
    base.event(Followed(SECOND))
    assert state(base)[:3] == (True, "synchronized", SECOND)


def test_eighty_bad_fields_in_100_do_not_keep_a_base_in_step():
    base = in_step(neighbour(LEADER, -80, 79))
    base.run(11)
    assert state(base).sync == "synchronized"
    base.radio.others = [neighbour(LEADER, -80, 80)]
    base.run(11)
    assert state(base).sync == "coasting"
    base.radio.others = [neighbour(LEADER, -80, 20)]
    base.run(11)
    assert state(base).sync == "synchronized"


@pytest.mark.parametrize("why", ["frame", "multiframe", "pscn", "carriers"])
def test_a_source_that_jumps_stops_the_radio_at_once_and_is_counted(why):
    base = in_step(neighbour(LEADER))
    bearer, link = base.connect(5, PMID)
    base.event(Strayed(LEADER, why))
    assert base.radio.fields == []
    assert bearer not in base.radio.duplex
    assert [one.link for one in base.of(between.Gone)] == [link]
    assert (state(base).running, state(base).sync, state(base).lost, state(base).cause) == (False, "searching", 1, why)
    assert base.radio.follows == [LEADER, None, LEADER]
    base.event(Followed(LEADER))
    assert state(base)[:2] == (True, "synchronized")


def test_what_another_base_does_is_no_concern_of_a_slave():
    base = in_step(neighbour(LEADER))
    reports = len(base.reports)
    base.event(Strayed(SECOND, "frame"))
    base.event(Followed(SECOND))
    assert len(base.reports) == reports


def test_a_slave_goes_for_another_source_without_leaving_the_air():
    base = in_step(neighbour(LEADER))
    bearer, _ = base.connect(5, PMID)
    base.order(between.Sync(SECOND, None, 1))
    assert base.radio.follows == [LEADER, SECOND]
    assert state(base)[:2] == (True, "coasting")
    base.event(Followed(SECOND))
    assert state(base)[:3] == (True, "synchronized", SECOND)
    assert list(base.radio.duplex) == [bearer]


def test_a_slave_that_is_told_to_lead_goes_on_freely():
    base = in_step(neighbour(LEADER))
    bearer, _ = base.connect(5, PMID)
    base.order(LEAD)
    assert base.radio.follows == [LEADER, None]
    assert state(base)[:3] == (True, "master", None)
    assert list(base.radio.duplex) == [bearer]


@pytest.mark.parametrize("others, fact", [
    ((), "none"), ((neighbour(LEADER, -83, 9),), "good"), ((neighbour(LEADER, -84, 0),), "bad"),
    ((neighbour(LEADER, -60, 10),), "bad"), ((neighbour(LEADER, -60, 91),), "none"),
    ((neighbour(FOREIGN),), "none"), ((neighbour(LEADER, -90), neighbour(SECOND)), "good")])
def test_deployment_mode_shows_how_well_a_source_is_heard(others, fact):
    base = slave(*others)
    base.apply(base.part.configure({"deployment": True}, 0))
    assert base.effects[-1] == Tell("LED", Fact("sync", fact))
    base.radio.others = [neighbour(LEADER)]
    base.run(3)
    assert [effect for effect in base.effects if isinstance(effect, Tell)][-1] == Tell("LED", Fact("sync", "good"))
    base.apply(base.part.configure({"deployment": False}, base.now))
    assert base.effects[-1] == Tell("LED", Fact("sync", None))


def test_the_state_of_a_busy_base_counts_its_bearers():
    base = Base().start()
    bearer, link = base.connect(5, PMID)
    assert state(base).busy == 1
    assert base.part.bearers() == [(bearer, 5, 4, "established", link, PMID)]
    base.hear(bearer, mt.release(bursts.BEARER, PMID))
    assert state(base).busy == 0


def test_a_leader_whose_chosen_base_falls_silent_starts_freely():
    base = Base()
    base.radio.others = [neighbour(LEADER)]
    base.start(LEAD).run(30)
    base.event(Strayed(LEADER, "signal"))
    assert state(base)[:2] == (True, "master")


def test_a_state_can_be_asked_for_at_any_time():
    base = in_step(neighbour(LEADER))
    base.radio.others = [neighbour(LEADER, -77)]
    assert base.part.state().rssi == -77
    base.radio.others = [neighbour(LEADER, -78)]
    assert base.part.state().rssi == -78
