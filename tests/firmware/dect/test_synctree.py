"""The tree of air synchronisation: who leads, who follows whom, and that nothing closes a ring."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.dect import identities
from firmware.dect.between import Sync
from firmware.dect.synctree import CHAIN, Node, Tree

ARI = identities.parse_ari("31100422072149")


def name(rpn):
    return identities.rfpi(ARI, rpn)


def node(rpn, heard=None, region=0, lead=True, follows=None, source=None, alternative=None, running=True):
    """`heard`: RPN -> RSSI or (RSSI, FER)."""
    levels = {name(other): level if isinstance(level, tuple) else (level, 0) for other, level in (heard or {}).items()}
    return Node(rpn, name(rpn), running, region, lead, None if source is None else name(source),
                None if alternative is None else name(alternative), None if follows is None else name(follows), levels)


def sources(places):
    """RPN -> (source, alternative) as RPNs."""
    return {rpn: tuple(None if one is None else one[4] for one in (place.sync.source, place.sync.alternative))
            for rpn, place in places.items()}


def test_a_lone_radio_has_no_synchronisation():
    assert Tree().assign([node(0)])[0].sync == Sync(None, None, None)


def test_the_lowest_rpn_leads_and_the_others_follow_it():
    places = Tree().assign([node(2, {0: -60, 1: -50}), node(1, {0: -60, 2: -50}), node(0, {1: -60, 2: -60})])
    assert sources(places) == {0: (None, None), 1: (0, None), 2: (0, 1)}
    assert [places[rpn].hop for rpn in (0, 1, 2)] == [0, 1, 1]
    assert places[0].sync == Sync(None, None, 0)


def test_who_may_not_lead_does_not():
    tree = Tree()
    assert tree.assign([node(0, {1: -60}, lead=False), node(1, {0: -60})])[1].role == "master"
    assert tree.leaders == {0: 1}


def test_a_leader_stays_when_a_lower_rpn_comes_back():
    tree = Tree()
    tree.assign([node(0, {1: -60}), node(1, {0: -60})])
    tree.assign([node(0, running=False), node(1)])
    assert tree.leaders == {0: 1}
    places = tree.assign([node(0, {1: -60}), node(1, {0: -60})])
    assert tree.leaders == {0: 1}
    assert sources(places)[0] == (1, None)


def test_fewest_hops_come_before_the_strongest_signal():
    places = Tree().assign([node(0, {1: -50}), node(1, {0: -50}), node(2, {0: -80, 1: -50})])
    assert sources(places)[2] == (0, 1)


def test_among_equal_hops_the_strongest_is_taken():
    places = Tree().assign([node(0), node(1, {0: -50}), node(2, {0: -50}), node(3, {1: -70, 2: -60})])
    assert sources(places)[3] == (2, 1)
    assert places[3].hop == 2


@pytest.mark.parametrize(("fer", "follows", "taken"), [
    (90, None, True), (91, None, False), (79, 0, True), (80, 0, False), (85, None, True)])
def test_a_source_is_taken_up_to_ninety_and_kept_below_eighty(fer, follows, taken):
    places = Tree().assign([node(0), node(1, {0: (-60, fer)}, follows=follows)])
    assert (places[1].hop == 1) == taken


def test_a_good_source_is_kept_until_another_is_clearly_stronger():
    def of(levels):
        return sources(Tree().assign([node(0), node(1, {0: -50}), node(2, {0: -50}), node(3, levels, follows=1)]))[3]

    assert of({1: -70, 2: -65}) == (1, 2)
    assert of({1: -70, 2: -64}) == (2, 1)


def test_when_a_source_fails_those_below_it_get_another():
    tree = Tree()
    nodes = [node(0, {1: -50, 2: -50}), node(1, {0: -50, 3: -50}), node(2, {0: -50, 3: -60}), node(3, {1: -50, 2: -60})]
    assert sources(tree.assign(nodes))[3] == (1, 2)
    nodes[1] = node(1, running=False)
    assert sources(tree.assign(nodes))[3] == (2, None)


def test_when_the_leader_fails_another_leads():
    tree = Tree()
    nodes = [node(0, {1: -50, 2: -50}), node(1, {0: -50, 2: -50}), node(2, {0: -50, 1: -50})]
    tree.assign(nodes)
    nodes[0] = node(0, running=False)
    assert sources(tree.assign(nodes)) == {1: (None, None), 2: (1, None)}


def test_a_pinned_source_is_taken_even_if_it_is_weaker_and_further():
    places = Tree().assign([node(0), node(1, {0: -50}), node(2, {0: -50, 1: -80}, source=1)])
    assert sources(places)[2] == (1, None)
    assert places[2].hop == 2


def test_the_pinned_alternative_takes_over_when_the_pinned_source_is_gone():
    nodes = [node(0), node(1, {0: -50}), node(2, {0: -50}), node(3, {0: -40, 1: -80, 2: -70}, source=1, alternative=2)]
    assert sources(Tree().assign(nodes))[3] == (1, 2)
    nodes[1] = node(1, running=False)
    assert sources(Tree().assign(nodes))[3] == (2, None)


def test_radios_pinned_to_one_another_search_rather_than_close_a_ring():
    places = Tree().assign([node(0), node(1, {0: -50, 2: -50}, source=2), node(2, {0: -50, 1: -50}, source=1)])
    assert places[1].hop is None and places[2].hop is None


def test_who_hears_nobody_searches_for_the_leader():
    places = Tree().assign([node(0), node(1)])
    assert places[1].sync == Sync(name(0), None, 0)
    assert places[1].hop is None


def test_a_chain_has_at_most_eight_hops():
    line = [node(0)] + [node(rpn, {rpn - 1: -60}) for rpn in range(1, 11)]
    places = Tree().assign(line)
    assert [places[rpn].hop for rpn in range(11)] == [0, 1, 2, 3, 4, 5, 6, 7, 8, None, None]


def test_each_region_has_its_leader_and_refers_to_a_lower_region_never_in_a_ring():
    nodes = [node(0, {1: -60, 2: -60}, region=5), node(1, {0: -60, 2: -60}, region=7),
             node(2, {0: -60, 1: -60}, region=9), node(3, {2: -60}, region=9)]
    places = Tree().assign(nodes)
    assert [places[rpn].role for rpn in range(4)] == ["master", "master", "master", "slave"]
    assert sources(places) == {0: (None, None), 1: (0, None), 2: (0, None), 3: (2, None)}


def ring(places):
    """Whether sources and alternatives, taken together, ever lead back."""
    up = {rpn: {one for one in pair if one is not None and places[rpn].hop is not None}
          for rpn, pair in sources(places).items()}
    done = set()
    while True:
        free = [rpn for rpn in up if rpn not in done and up[rpn] <= done]
        if not free:
            return len(done) < len(up)
        done.update(free)


LEVEL = st.tuples(st.integers(-95, -40), st.integers(0, 100))


@st.composite
def systems(draw):
    count = draw(st.integers(1, 12))
    rpns = st.integers(0, count - 1)
    return [node(rpn, draw(st.dictionaries(rpns.filter(lambda other, rpn=rpn: other != rpn), LEVEL, max_size=6)),
                 draw(st.integers(0, 2)), draw(st.integers(0, 3)) > 0, draw(st.none() | rpns),
                 draw(st.none() | st.none() | rpns), None, draw(st.integers(0, 5)) > 0) for rpn in range(count)]


@settings(max_examples=300, deadline=None)
@given(systems(), systems())
def test_no_system_gets_a_ring_or_a_long_chain_or_two_leaders(before, after):
    tree = Tree()
    for nodes in (before, after):
        places = tree.assign(nodes)
        assert sorted(places) == sorted(one.rpn for one in nodes if one.running)
        assert not ring({rpn: place for rpn, place in places.items()})
        assert all(place.hop is None or place.hop <= CHAIN for place in places.values())
        for region in {one.region for one in nodes}:
            assert sum(places[one.rpn].role == "master" for one in nodes if one.running and one.region == region) <= 1


def test_the_same_system_gets_the_same_tree_again():
    nodes = [node(0, {1: -50}), node(1, {0: -50, 2: -70}), node(2, {1: -60, 0: -60})]
    tree = Tree()
    first = tree.assign(nodes)
    assert tree.assign(list(reversed(nodes))) == first
