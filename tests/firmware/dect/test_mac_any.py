"""Anything may come from the air and from the master, in any order: nothing raises, nobody else is put off."""

from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.dect import between, bursts, mt
from hal.radio import Burst, Followed, Found, Lost, Neighbour, Strayed
from tests.firmware.dect.controller import FMID, RFPI, Base

VICTIM, KEY = 0xE6789, bytes(range(8))
LEADER = bytes.fromhex("102243a300")

PMIDS = st.sampled_from([VICTIM, 0xE0001, 0xE0002, 0, 0xC1234])
CONTROL = st.builds(
    lambda kind, command, pmid, first, long: bytes((mt.control(command, FMID, pmid, kind, first)[0] | long << 1,))
    + mt.control(command, FMID, pmid, kind)[1:],
    st.sampled_from([0, 1, 3, 5]), st.integers(0, 15), PMIDS, st.booleans(), st.sampled_from([0, 5]))
FIELD = st.one_of(st.binary(min_size=6, max_size=6), st.binary(max_size=8), CONTROL, CONTROL,
                  st.tuples(st.sampled_from([0, 1]), st.binary(min_size=5, max_size=5)).map(
                      lambda one: bursts.pack(*one)),
                  st.builds(mt.release, st.integers(0, 15), PMIDS))
SLOT, CARRIER, NUMBER = st.integers(0, 23), st.integers(0, 9), st.integers(0, 7)

FROM_AIR = st.one_of(
    st.builds(lambda slot, carrier, field: Burst(None, slot, carrier, -60, field), SLOT, CARRIER, FIELD),
    st.builds(lambda number, field: Burst(number, 12, 0, -60, field), NUMBER, FIELD),
    NUMBER.map(Lost), NUMBER.map(Found))
LINKS = st.integers(0, 6)
FROM_MASTER = st.one_of(
    st.builds(between.Segments, LINKS, st.lists(st.binary(min_size=4, max_size=5), max_size=4)),
    st.builds(between.Cipher, LINKS, st.sampled_from([KEY, None, b"short"])),
    st.builds(between.Drop, LINKS, st.integers(0, 255)),
    st.builds(between.Page, st.binary(min_size=5, max_size=6), st.booleans()))
SOURCE = st.sampled_from([None, LEADER, RFPI])
SYNC = st.builds(between.Sync, SOURCE, SOURCE, st.sampled_from([None, 3]))
FOR_SYNC = st.one_of(
    SYNC, SYNC.map(lambda sync: between.Radiate(RFPI, (36,), sync, ())), st.just(between.Silence()),
    st.sampled_from([Followed(LEADER), Followed(RFPI), Strayed(LEADER, "signal"), Strayed(LEADER, "pscn"),
                     Strayed(RFPI, "frame")]))
PAUSE = st.sampled_from([0.0, 0.01, 0.05, 0.2, 1.1, 5.0, 40.0])
NEIGHBOURS = st.lists(st.builds(lambda rfpi, rssi, fer: Neighbour(rfpi, 1, 1, rssi, fer, 0, 0, 0),
                                st.sampled_from([LEADER, RFPI, bytes(5)]), st.integers(-93, -33),
                                st.integers(0, 100)), max_size=3)


def happen(base, what):
    if isinstance(what, float):
        base.run(what)
    elif isinstance(what, list):
        base.radio.others = what
    elif type(what).__module__ == "hal.radio" or isinstance(what, (Burst, Lost, Found, Followed, Strayed)):
        base.event(what)
    else:
        base.order(what)


def consistent(base):
    """The controller and the firmware are of one mind, and the master knows every connection."""
    assert base.radio.refused == []
    assert {number for number, *_ in base.part.bearers()} == set(base.radio.duplex)
    assert len(base.part.bearers()) == len(base.radio.duplex)
    known = {one.link for one in base.of(between.Access)} - {one.link for one in base.of(between.Gone)}
    assert {connection.link for connection in base.part.mac.connections if connection.known} == known
    ended = [one.link for one in base.of(between.Gone)]
    assert len(ended) == len(set(ended))
    due = base.part.due()
    assert due is None or due >= base.now


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(FROM_AIR, FROM_AIR, FROM_MASTER, FOR_SYNC, PAUSE, NEIGHBOURS), max_size=40))
def test_nothing_raises_and_nothing_is_left_behind(steps):
    base = Base().start()
    for what in steps:
        happen(base, what)
        consistent(base)
    base.order(between.Silence())
    base.run(60)
    consistent(base)
    assert base.radio.duplex == {}
    assert base.radio.fields == []
    assert base.part.due() is None


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(FROM_AIR, FROM_AIR, FROM_MASTER, PAUSE), max_size=40), st.booleans())
def test_nobody_is_put_off_by_what_others_say(steps, ciphered):
    base = Base().start()
    bearer, link = base.connect(5 if base.radio.dummy[0] != 5 else 6, VICTIM)
    if ciphered:
        base.order(between.Cipher(link, KEY))
        base.say(bearer, VICTIM, mt.START_REQUEST, mt.ENCRYPTION)
        base.say(bearer, VICTIM, mt.START_GRANT, mt.ENCRYPTION)
    key = base.radio.keys[bearer]
    for what in steps:
        if getattr(what, "bearer", None) == bearer or getattr(what, "link", None) == link:
            continue
        happen(base, what)
        consistent(base)
        assert bearer in base.radio.duplex
        assert base.radio.keys[bearer] == key
        assert link not in [one.link for one in base.of(between.Gone)]
