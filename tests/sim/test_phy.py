"""Check sums and losses of the physical layer, against published values."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import phy


def octets(*rows):
    return np.array([list(row) for row in rows], np.uint8)


def test_published_r_crcs_of_many_rows_at_once():
    fields = octets(bytes.fromhex("6e902243a307"), bytes(6), b"\xFF" * 6)
    assert phy.r_crc(fields).tolist() == [0xFD01, 0x0001, 0x6C6D]


def test_published_x_crcs():
    assert phy.x_crc(octets(range(40), [255] * 40)).tolist() == [1, 0]


def divided(field):
    """The R-CRC by long division, bit by bit."""
    rest = 0
    for bit in "".join(f"{octet:08b}" for octet in field):
        top = rest >> 15 & 1
        rest = rest << 1 & 0xFFFF
        if top != int(bit):
            rest ^= phy.R_CRC_POLYNOMIAL
    return rest ^ 1


@settings(max_examples=200, deadline=None)
@given(st.binary(min_size=6, max_size=6))
def test_the_table_agrees_with_long_division(field):
    assert phy.r_crc(octets(field))[0] == divided(field)


@pytest.mark.parametrize("bit", range(48))
def test_one_wrong_bit_changes_the_r_crc(bit):
    field = bytearray.fromhex("6e902243a307")
    field[bit // 8] ^= 0x80 >> bit % 8
    assert phy.r_crc(octets(field))[0] != 0xFD01


def test_path_loss_is_38_db_at_a_metre_and_30_more_each_decade():
    assert phy.path_loss(np.array([0.0, 1.0, 10.0, 100.0])).tolist() == [38.0, 38.0, 68.0, 98.0]
