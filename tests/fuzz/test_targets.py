"""The fuzz targets hold on their seeds, on pieces of them and on what hypothesis thinks up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import fuzz_codecs, fuzz_config, fuzz_console, fuzz_dect, fuzz_http, fuzz_trunk

TARGETS = [fuzz_codecs, fuzz_console, fuzz_config, fuzz_dect, fuzz_http, fuzz_trunk]


@pytest.mark.parametrize("fuzz", TARGETS, ids=lambda fuzz: fuzz.__name__)
def test_a_target_holds_on_its_seeds_and_their_beginnings(fuzz):
    for seed in fuzz.SEEDS:
        for length in range(0, len(seed) + 1, 7):
            fuzz.target(seed[:length])
        fuzz.target(seed)


@pytest.mark.parametrize("fuzz", TARGETS, ids=lambda fuzz: fuzz.__name__)
@given(data=st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_a_target_holds_on_anything(fuzz, data):
    fuzz.target(data)
