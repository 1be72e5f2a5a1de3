"""The DSP on a board of its own keeps the contract of hal.dsp, with the bits of the emulated one."""

import pytest

from hal import check
from hal.dsp import Settings
from sim.devices.dsp import Dsp
from sim.time import Time
from tests.target.call_script import Script, same
from tests.target.virtual_board import Errors, Silence, attached

CODECS = ("pcma", "pcmu", "g726-32", "g726-32-aal2", "g722")
SPEECH = Settings("pcma", 20, 0, 32, False, False, "g726")


def emulated(codec="pcma", silence=False):
    time = Time(50_000)
    script = Script(time, codec=codec, silence=silence)
    script.begin(Dsp(time, script, 4, CODECS))
    time.run_until(lambda: script.ended, time.now + 10_000_000)
    return script


@pytest.mark.parametrize("channels", [1, 4, 16])
def test_the_board_keeps_the_contract(board_library, channels):
    time, _line, host = attached(board_library, channels=channels, codecs=CODECS)
    assert (host.channels, host.codecs) == (channels, CODECS)
    check.check_dsp(host, lambda microseconds: time.run(time.now + microseconds))
    assert host.link.counts.lost == host.link.counts.dropped == 0


def test_a_board_offers_what_both_the_base_and_it_have(board_library):
    _time, _line, host = attached(board_library, channels=2, codecs=("g722", "opus", "pcmu"))
    assert host.codecs == ("g722", "pcmu")
    assert host.report.name == "test"


@pytest.mark.parametrize(("codec", "silence"), [("pcma", False), ("pcmu", True), ("g722", False), ("g726-32", False)])
def test_the_board_gives_the_bits_of_the_emulated_chip(board_library, codec, silence):
    wanted = emulated(codec, silence)
    radio = Script(Time(), codec=codec, silence=silence)
    time, _line, host = attached(board_library, radio, codecs=CODECS)
    radio.time = time
    radio.begin(host)
    time.run_until(lambda: radio.ended, time.now + 10_000_000)
    assert len(radio.fields) > 100 and len(radio.packets) > 40
    assert radio.digits() == wanted.digits() == ["7"]
    same(wanted, radio)


def test_lost_ticks_do_not_make_a_calls_clock_slip(board_library):
    time, line, host = attached(board_library)
    host.open(0, SPEECH)
    time.run(time.now + 100_000)
    whole, line.to_board = line.to_board, lambda octets: b""
    time.run(time.now + 40_000)
    line.to_board = whole
    time.run(time.now + 200_000)
    assert [packet.at for packet in host.poll()] == [20 * number for number in range(17)]


def test_a_jam_that_clears_costs_the_handset_frames_and_no_lasting_delay(board_library):
    class Radio(Silence):
        fields = 0

        def put_b(self, bearer, data):
            self.fields += 1

    radio = Radio()
    time, line, host = attached(board_library, radio)
    host.open(0, SPEECH)
    host.join(0, 1)
    time.run(time.now + 100_000)
    kept = []
    line.to_host = kept.append
    time.run(time.now + 150_000)
    line.to_host = bytes
    host.received(b"".join(kept))
    assert host.ticks.waiting() == 6
    time.run(time.now + 10_000_000)
    assert host.ticks.waiting() <= 2


def test_packets_of_an_earlier_opening_do_not_get_into_the_next(board_library):
    time, line, host = attached(board_library)
    host.open(0, SPEECH)
    time.run(time.now + 104_000)
    late = []
    line.to_host = late.append
    time.run(time.now + 50_000)
    host.close(0)
    host.open(0, Settings("pcmu", 20, 0, 32, False, False, "g726"))
    line.to_host = bytes
    host.poll()
    host.received(b"".join(late))
    assert host.poll() == []


@pytest.mark.parametrize("settings", [
    SPEECH._replace(codec="opus"), SPEECH._replace(packet_ms=15), SPEECH._replace(packet_ms=70),
    SPEECH._replace(ec_type=3), SPEECH._replace(tail_ms=31), SPEECH._replace(tail_ms=257)])
def test_what_the_board_would_refuse_is_refused_at_once(board_library, settings):
    _time, _line, host = attached(board_library)
    check.contract.refuses(check.dsp.DspBusy, "refused", host.open, 0, settings)


@pytest.mark.parametrize(("name", "towards"), [
    ("", "network"), ("x", "network"), ("5", "sideways"), ("1" * 33, "handset")])
def test_tones_that_no_board_plays_are_refused_at_once(board_library, name, towards):
    _time, _line, host = attached(board_library)
    host.open(0, SPEECH)
    check.contract.refuses(check.dsp.DspBusy, "refused", host.tone, 0, name, towards)


def test_a_tone_that_the_board_refuses_is_told(board_library):
    time, _line, host = attached(board_library)
    news = []
    host.on_news = lambda text, standing: news.append((text, standing))
    host.open(0, SPEECH)
    for _ in range(3):
        host.tone(0, "1" * 30, "network")
    time.run(time.now + 100_000)
    assert news[0] == ("DSP board test refused to play a tone on channel 0", None)


def test_power_going_from_the_base_closes_the_channels(board_library):
    time, _line, host = attached(board_library)
    host.open(0, SPEECH)
    host.open(1, SPEECH)
    time.run(time.now + 100_000)
    host.reset()
    time.run(time.now + 100_000)
    assert host.poll() == [] and host.figures(0) is None
    assert host.status(0).level_in == -96.0
    host.open(0, SPEECH)


def test_speech_is_heard_through_a_bad_line(board_library):
    """Errors cost frames, and no order."""
    wanted = emulated()
    radio = Script(Time())
    time, line, host = attached(board_library, radio)
    line.to_board, line.to_host = Errors(1000, 1), Errors(1000, 2)
    radio.time = time
    radio.begin(host)
    time.run_until(lambda: radio.ended, time.now + 10_000_000)
    assert len(wanted.packets) * 0.8 < len(radio.packets) <= len(wanted.packets)
    assert [packet.at % 20 for packet in radio.packets] == [0] * len(radio.packets)
