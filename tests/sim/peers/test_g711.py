"""G.711 of the peers against the sweeps of the ITU-T software tool library."""

from pathlib import Path

import numpy as np
import pytest

from sim.peers import g711

VECTORS = Path(__file__).parents[4] / "shared" / "vectors" / "g711"
pytestmark = pytest.mark.skipif(not VECTORS.is_dir(), reason="../shared/vectors/g711 is absent")


def words(name):
    return np.fromfile(VECTORS / name, dtype="<u2")


@pytest.mark.parametrize(("law", "suffix"), [("pcma", "a"), ("pcmu", "u")])
def test_all_65536_samples_encode_and_decode_as_the_reference(law, suffix):
    samples = words("sweep.src").view(np.int16)
    assert len(np.unique(samples)) == 65536
    coded = words("sweep-r." + suffix)
    mine = np.frombuffer(g711.encode(law, samples), dtype=np.uint8)
    assert np.array_equal(mine, coded & 0xFF)
    decoded = words("sweep-r.re" + suffix).view(np.int16)
    assert np.array_equal(g711.decode(law, mine.tobytes()), decoded)


@pytest.mark.parametrize("law", ["pcma", "pcmu"])
def test_silence_decodes_to_next_to_nothing(law):
    assert abs(int(g711.decode(law, bytes([g711.SILENCE[law]]))[0])) <= 8
