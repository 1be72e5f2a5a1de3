"""How many bits are wrong at which ratio, and which ones are turned over."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.air.errors import LEAK, NOISE, SENSITIVITY, ber, flip, milliwatts, ratio


def test_at_the_sensitivity_one_bit_in_a_thousand_is_wrong():
    assert abs(ber(ratio(SENSITIVITY)) - 1e-3) < 1e-9


@pytest.mark.parametrize(("apart", "interferer"), [(0, -83.5), (1, -60.0), (2, -39.0), (3, -33.0), (9, -33.0)])
def test_an_interferer_at_its_limit_wrongs_one_bit_in_a_thousand(apart, interferer):
    wrong = ber(ratio(-73.0, milliwatts(interferer) * LEAK[apart]))
    assert 5e-4 < wrong < 3e-3


def test_errors_grow_from_none_to_every_other_bit():
    shares = ber([-100.0, 0.0, 5.0, 10.5, 20.0])
    assert (np.diff(shares) < 0).all()
    assert abs(shares[0] - 0.5) < 1e-6
    assert shares[-1] < 1e-20


def test_noise_counts_as_an_interferer():
    assert abs(ratio(-60.0, milliwatts(NOISE)) - (ratio(-60.0) - 3.0103)) < 1e-3


def test_further_carriers_disturb_less():
    assert LEAK[0] == 1.0
    assert (np.diff(LEAK) <= 0).all()


def ones(octets):
    return np.unpackbits(octets, axis=1)


@settings(max_examples=100, deadline=None)
@given(st.integers(-5, 330), st.integers(-5, 330), st.sampled_from([0.0, 0.01, 0.5, 1.0]), st.integers(0, 99))
def test_only_bits_inside_are_turned_and_all_are_counted(start, stop, share, seed):
    octets = np.zeros((7, 40), np.uint8)
    wrong = flip(octets, start, stop, share, np.random.default_rng(seed))
    turned = ones(octets)
    assert (turned.sum(axis=1) == wrong).all()
    assert not turned[:, :max(start, 0)].any()
    assert not turned[:, max(stop, 0):].any()
    if share == 1.0:
        assert (wrong == max(0, min(stop, 320) - max(start, 0))).all()


def test_each_row_has_its_own_part_and_share():
    octets = np.zeros((4, 8), np.uint8)
    wrong = flip(octets, [0, 8, 60, 0], [64, 16, 70, 64], [1.0, 1.0, 1.0, 0.0], np.random.default_rng(1))
    assert wrong.tolist() == [64, 8, 4, 0]
    assert octets.tolist() == [[255] * 8, [0, 255] + [0] * 6, [0] * 7 + [15], [0] * 8]


def test_the_share_is_met_in_the_long_run_and_evenly_over_the_bits():
    octets = np.zeros((20_000, 10), np.uint8)
    flip(octets, 8, 72, 0.05, np.random.default_rng(3))
    each = ones(octets).mean(axis=0)[8:72]
    assert abs(each.mean() - 0.05) < 0.001
    assert np.abs(each - 0.05).max() < 0.01


def test_the_same_generator_gives_the_same_errors():
    one, other = (np.zeros((50, 40), np.uint8) for _ in range(2))
    flip(one, 0, 320, 0.02, np.random.default_rng(9))
    flip(other, 0, 320, 0.02, np.random.default_rng(9))
    assert (one == other).all()
    assert one.any()


def test_no_rows_are_no_error():
    assert flip(np.zeros((0, 6), np.uint8), 0, 48, 0.5, np.random.default_rng(1)).tolist() == []
