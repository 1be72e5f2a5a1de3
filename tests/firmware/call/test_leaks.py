"""Whatever is said in whatever order: when all calls have ended, nothing is held."""


from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.call.leg import Alerting, Audio, Bearer, Codec, Connect, Digits, Leg, Media, Proceeding, Release, Setup
from firmware.media import rtp
from hal.dsp import Event, Packet
from hal.net import Datagram
from tests.firmware.call.rig import OFFER, Rig, spoken
from tests.firmware.call.system import System

EVENT = Codec("telephone-event", 101, 8000)
AUDIOS = (OFFER, None, OFFER._replace(direction="sendonly"), OFFER._replace(port=0),
          Audio("192.0.2.9", 4000, (Codec("pcmu", 0, 8000),), 30, "sendrecv"),
          Audio("192.0.2.9", 4000, (Codec("g729", 18, 8000),), 20, "inactive"),
          Audio("192.0.2.9", 4000, (Codec("opus", 111, 48000), Codec("telephone-event", 112, 48000)), 20, "sendrecv"),
          Audio("0.0.0.0", 4000, (Codec("g722", 9, 8000), Codec("cn", 13, 8000), EVENT), 20, "sendrecv"))
KEYS = ("0", "#", "R", "1", "R1", "R2", "R4", "R3", "RR7#", "R0", "R7#")
CODECS = ("pcma", "pcmu", "g722", "opus")
LEGS = [Leg("SIP", number) for number in range(1, 9)] + [Leg("GW-DECT", number) for number in range(1, 9)]


def message(draw_kind, leg, choice):
    sip = leg.module == "SIP"
    bearers = (Bearer(choice % 4, choice, choice % 5 == 0), Bearer(None, None, False), None)
    media = AUDIOS[choice % len(AUDIOS)] if sip else bearers[choice % 3]
    called = ("201", "anna", "999", "", "07")[choice % 5]
    return {
        "setup": lambda: Setup(leg._replace(id=leg.id * 2), called, "1", None, media),
        "proceeding": lambda: Proceeding(leg), "alerting": lambda: Alerting(leg, None if sip else media),
        "connect": lambda: Connect(leg, media), "media": lambda: Media(leg, media),
        "digits": lambda: Digits(leg, KEYS[choice % len(KEYS)]), "release": lambda: Release(leg, choice % 128),
        "packet": lambda: Packet(choice % 5, b"p" * 160, ("speech", "comfort")[choice % 2], 20 * choice),
        "digit": lambda: Event(choice % 5, "handset", "dtmf", "5"),
        "voice": lambda: Datagram(("rtp", choice), (OFFER.host, OFFER.port), rtp.build(8, choice, 0, 1, False, b"v")),
        "report": lambda: Datagram(("rtcp", choice), (OFFER.host, OFFER.port), b"\x80\xc9\0\1abcd"),
    }[draw_kind]()


KINDS = ("gone", "setup", "setup", "proceeding", "alerting", "connect", "connect", "media", "digits", "release",
         "packet",
         "digit", "voice", "report", "wait")
BEGINNINGS = (b"", b"\x80\x08", b"\x80\x88", b"\x80\x0d", b"\x80\x65", b"\x90\x08")
"""Of what is no RTP, and of speech, its first packet, comfort noise, an event, a header with an extension."""
STEP = st.tuples(st.sampled_from(KINDS), st.sampled_from(LEGS), st.integers(0, 29))


@settings(max_examples=200, deadline=None)
@given(st.lists(STEP, max_size=80), st.integers(0, 5), st.sampled_from([(), (16384, 16389), range(16384, 32768)]),
       st.booleans())
def test_no_order_of_messages_leaks_a_channel_or_a_port(steps, seed, taken, silence):
    rig = System(radios=(1, 2), channels=3, seed=seed, taken=taken, codecs=CODECS, there=CODECS[:2])
    rig.net.taken = set(taken)
    rig.configure(sc=silence, local_sc=silence)
    rig.call.configure("", {"conference": "800"}, ["conference"], 0)
    gone = []
    for kind, leg, choice in steps:
        if kind == "wait":
            rig.run(rig.now + choice * 1000000)
        elif kind == "gone":
            gone.extend([rig.gone(rpn) for rpn in (1, 2) if rpn in rig.radios and choice % 8 == rpn])
        else:
            rig.tell(message(kind, leg, choice))
        for place in rig.call.places.all():
            dsp = rig.dsp if place.local is not None else rig.radios[place.radio].dsp
            assert set(dsp.running) <= {number for number, holder in enumerate(place.channels.holders) if holder}
    while rig.call.calls:
        call = next(iter(rig.call.calls.values()))
        rig.tell(Release(call.legs["a"], 16))
    assert rig.all_at_rest() and all(board.at_rest() for board in gone)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(("rtp", "rtcp")), st.binary(max_size=60), st.sampled_from(BEGINNINGS)),
                max_size=20))
def test_any_octets_on_the_media_sockets_change_nothing_but_counters(datagrams):
    rig = Rig()
    rig.configure(sc=True)
    sip, dect = rig.incoming(offer=OFFER._replace(codecs=(*OFFER.codecs, Codec("cn", 13, 8000), EVENT)))
    rig.tell(Connect(dect, Bearer(0, 5, False)))
    for name, data, beginning in datagrams:
        octets = (b"\x80\xc8\0\6" if name == "rtcp" and beginning else beginning) + data
        rig.now += 20000
        rig.tell(Datagram((name, 1), (OFFER.host, OFFER.port), octets), spoken(rig.now // 1000))
        rig.run(rig.now)
    assert rig.call.busy() == 1 and len(rig.dsp.played) <= len(datagrams)
    rig.tell(Release(sip, 16))
    assert rig.at_rest()
