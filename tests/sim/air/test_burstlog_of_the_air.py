"""Bursts that the engine sent, as Wireshark reads them: right where they came through, wrong where they did not."""

import numpy as np
import pytest

from sim.air import bits
from sim.burstlog import BurstLog
from sim.peers.programs import tshark
from tests.present import need_programs
from tests.sim.air.bearer import Bearer

KEY = bytes.fromhex("8560dc324ea49f37")


def tapped(apart):
    """A bearer, and the list that its bursts go into."""
    bearer, bursts = Bearer(apart), []
    bearer.air.tap(lambda now, number, burst: bursts.append(burst))
    return bearer, bursts


def speech(number, slot):
    return np.random.default_rng([number, slot]).integers(0, 256, 40, np.uint8).tobytes()


def clear(burst, key):
    """The B-field that was said, by undoing what a controller does."""
    b = bits.scramble(np.frombuffer(burst.b, np.uint8)[None], burst.number)[0]
    row = np.frombuffer(key, np.uint8)[None]
    stream = bits.keystream(row, burst.number >> 4, burst.number & 15)[0]
    return (b ^ (stream[5:45] if burst.direction == 0 else stream[50:90])).tobytes()


def test_what_is_on_the_air_is_ciphered_scrambled_and_checked():
    bearer, bursts = tapped(5.0)
    for end in bearer.ends:
        end.cipher(KEY)
    bearer.run(20, speech)
    said = {speech(number, slot) for number in range(20) for slot in (4, 16)}
    heard = [burst for burst in bursts if burst.b is not None]
    read = [clear(burst, KEY) for burst in heard]
    assert len(set(read) & said) >= 36
    assert not {burst.b for burst in heard} & said
    for burst in heard:
        assert int(bits.x_crc(np.frombuffer(burst.b, np.uint8)[None])[0]) == burst.x


@pytest.mark.peer
def test_every_undisturbed_burst_is_right_to_wireshark(tmp_path):
    need_programs("tshark")
    bearer, bursts = tapped(5.0)
    with BurstLog(str(tmp_path / "x")) as log:
        bearer.air.tap(log.burst)
        bearer.run(50, speech)
    rows = tshark.fields(tmp_path / "x", "dect", "dect.afield.rcrc", "dect.bfield.xcrc", "dect.afield.tail.Nt",
                         "_ws.malformed")
    assert len(rows) == len(bursts) >= 98
    assert {(a, x, name.replace(":", ""), wrong) for a, x, name, wrong in rows} == {("1", "1", "102243a300", "")}


@pytest.mark.peer
def test_a_disturbed_burst_is_wrong_exactly_where_the_air_says_so(tmp_path):
    need_programs("tshark")
    bearer, bursts = tapped(225.0)
    with BurstLog(str(tmp_path / "x")) as log:
        bearer.air.tap(log.burst)
        bearer.run(300, speech)
    rows = tshark.fields(tmp_path / "x", "dect", "dect.slot", "dect.afield.rcrc", "dect.bfield.xcrc")
    told = [(str(burst.slot), *(str(int(ok)) for one in burst.heard for ok in (one.a_ok, one.x_ok)))
            for burst in bursts]
    heard = [(row, one) for row, one in zip(rows, told, strict=True) if len(one) == 3]
    assert all(row == one for row, one in heard)
    wrong = [one for _, one in heard if one[1] == "0"]
    assert 20 < len(wrong) < len(heard) - 20
    assert any(one[2] == "0" for _, one in heard)
