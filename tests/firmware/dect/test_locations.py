"""Which temporary names handsets are given (EN 300 175-6 6.3)."""

import pytest

from firmware.dect.mm import Locations

EMC = 0x1234 << 20


class Directory:
    def find(self, name, value):
        return {"cn": "somebody", "ipei": value}


def given(*serials):
    locations = Locations(Directory())
    for serial in serials:
        locations.take(EMC | serial, 0)
    return [locations.of(EMC | serial).offered for serial in serials]


@pytest.mark.parametrize(("serials", "tpuis"), [
    ((0x56789,), [0x6789]),
    ((0x00000,), [1]), ((0x30000,), [1]),
    ((0x10001, 0x20001, 0x30000), [1, 2, 3]),
    ((0x0FFFF, 0x1FFFF), [0xFFFF, 1]),
])
def test_a_handset_gets_a_name_of_its_own_that_is_not_zero(serials, tpuis):
    assert given(*serials) == tpuis
