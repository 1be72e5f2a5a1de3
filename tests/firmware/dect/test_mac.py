"""One bearer: what it asks of the radio, and when."""

from firmware.dect import bursts, mac
from firmware.effects import Do
from hal.radio import Burst

PMID = 0xE6789
ACCESS = bursts.Control(bursts.ACCESS_REQUEST, 0x307, PMID)
WAIT = bursts.control(bursts.WAIT, 0x307, PMID)


def sent(effects):
    return [effect.arguments[1] for effect in effects if isinstance(effect, Do) and effect.method == "send"]


def confirmed():
    bearer = mac.Bearer(2)
    bearer.request(Burst(None, 17, 4, -60, b""), ACCESS, 0)
    return bearer


def established():
    bearer = confirmed()
    bearer.receive(WAIT, 10_000)
    return bearer


def test_an_access_request_is_confirmed_in_the_paired_slot():
    bearer = mac.Bearer(2)
    effects = bearer.request(Burst(None, 17, 4, -60, b""), ACCESS, 0)
    assert effects == [Do("radio", "open", (2, 5, 4)),
                       Do("radio", "send", (2, bursts.control(bursts.BEARER_CONFIRM, 0x307, PMID)))]
    assert bearer.state == mac.CONFIRMING


def test_the_handsets_wait_establishes_the_bearer():
    bearer = confirmed()
    assert mac.Established(2) in bearer.receive(WAIT, 10_000)
    assert bearer.state == mac.OPEN


def test_the_wait_of_another_handset_changes_nothing():
    bearer = confirmed()
    assert bearer.receive(bursts.control(bursts.WAIT, 0x307, PMID ^ 1), 10_000) == []
    assert bearer.state == mac.CONFIRMING


def test_a_repeated_segment_is_taken_once():
    bearer = established()
    first, second = bursts.pack(0, b"AAAAA"), bursts.pack(1, b"BBBBB")
    taken = [bearer.receive(field, 0) for field in (first, first, second, second, first)]
    assert taken == [[mac.Segment(2, b"AAAAA")], [], [mac.Segment(2, b"BBBBB")], [], [mac.Segment(2, b"AAAAA")]]


def test_segments_go_out_with_alternating_numbers():
    fields = sent(established().send([b"AAAAA", b"BBBBB", b"CCCCC"], 0))
    assert [bursts.unpack(field).ta for field in fields] == [0, 1, 0]


def test_release_goes_out_twice_and_then_the_bearer_is_free():
    bearer = established()
    assert sent(bearer.release(bursts.CONNECTION, 100_000)) == [bursts.release(bursts.CONNECTION, PMID)]
    assert bearer.due() == 120_000
    assert sent(bearer.tick(120_000)) == [bursts.release(bursts.CONNECTION, PMID)]
    assert bearer.tick(bearer.due()) == [Do("radio", "close", (2,)), mac.Freed(2, bursts.CONNECTION)]
    assert bearer.due() is None


def test_a_release_from_the_handset_frees_at_once():
    assert established().receive(bursts.release(bursts.BEARER, PMID), 0) == [
        Do("radio", "close", (2,)), mac.Freed(2, bursts.BEARER)]


def test_a_crossed_release_frees_at_once():
    bearer = established()
    bearer.release(bursts.CONNECTION, 0)
    assert mac.Freed(2, bursts.BEARER) in bearer.receive(bursts.release(bursts.BEARER, PMID), 10_000)


def test_silence_releases_after_t201_unless_it_ends():
    bearer = established()
    bearer.lost(1_000_000)
    assert bearer.due() == 6_000_000
    bearer.found()
    assert bearer.due() is None
    bearer.lost(2_000_000)
    assert bearer.tick(6_999_999) == []
    assert sent(bearer.tick(7_000_000)) == [bursts.release(bursts.LOST_HANDSHAKE, PMID)]


def test_silence_during_set_up_frees_at_once():
    assert mac.Freed(2, bursts.LOST_SIGNAL) in confirmed().lost(1_000_000)
