"""Two masters of one system: each takes the handsets of the other's users, with the keys that they have at home."""

import pytest

from firmware.dect import identities, options
from firmware.dect.between import Kept, Located
from firmware.dect.roaming import Guests
from firmware.dect.trunk_codec import encode
from tests.firmware.dect.boards import IPEI, ONE, TWO, Wire

UAK, OTHER = bytes(range(16)), bytes(range(16, 32))
KEYED = {"trunk_key": "secret"}
ANNA = {"cn": "Anna", "h323": "anna", "e164": "201", "ipei": "0466003541858", "node": "root"}


class Users:
    """A directory of its own for a board."""

    def __init__(self, *users):
        self.items = [(str(number), user) for number, user in enumerate(users)]

    def find(self, attribute, value):
        return next((user for _, user in self.items if user.get(attribute) == value), None)


def masters(**second):
    """Anna's master at ONE, another at TWO that knows it."""
    wire = Wire()
    home, away = wire.board(ONE), wire.board(TWO)
    for board, users in ((home, Users(ANNA)), (away, Users())):
        board.dect.hosting.guests.directory = users
    home.dect.calls.gate.keys.begin(identities.parse_ari("31100422072149"))
    home.dect.calls.gate.keys.keep(IPEI, UAK)
    home.master(pari=1, mobility=TWO, **KEYED).radio(ONE)
    away.master(**{"pari": 2, "mobility": ONE, **KEYED, **second}).radio(TWO)
    wire.run(3)
    return wire, home, away


def locate(board, radio=0):
    board.take(board.dect._settle(board.dect.calls.locations.take(IPEI, radio), board.wire.now))
    board.wire.run(0.1)


def test_a_master_knows_the_users_of_another_and_their_keys():
    _, home, away = masters()
    user = away.dect.calls.locations.user(IPEI)
    assert {name: user[name] for name in ("cn", "h323", "e164")} == {"cn": "Anna", "h323": "anna", "e164": "201"}
    assert "node" not in user
    assert away.dect.calls.locations.called("201") == IPEI
    assert away.dect.calls.gate.keys.of(IPEI) == UAK
    assert not home.alarms and not away.alarms


def test_a_handset_that_registers_away_is_forgotten_at_home_and_the_other_way_round():
    _, home, away = masters()
    locate(home)
    locate(away)
    assert not home.dect.calls.locations.known(IPEI)
    assert away.dect.calls.locations.known(IPEI)
    locate(home)
    assert home.dect.calls.locations.known(IPEI)
    assert not away.dect.calls.locations.known(IPEI)


def test_a_key_that_is_made_away_counts_at_home():
    wire, home, away = masters()
    away.dect.calls.gate.keys.keep(IPEI, OTHER)
    away.take(away.dect._settle([Kept(IPEI, OTHER)], wire.now))
    wire.run(0.1)
    assert home.dect.calls.gate.keys.of(IPEI) == OTHER


def test_a_key_that_goes_at_home_goes_away_too():
    wire, home, away = masters()
    home.dect.calls.gate.keys.drop(IPEI)
    home.take(home.dect._settle([Kept(IPEI, None)], wire.now))
    wire.run(0.1)
    assert away.dect.calls.gate.keys.of(IPEI) is None


def test_a_user_who_was_entered_later_comes_with_his_key():
    wire, home, away = masters()
    late = {"cn": "Zoe", "h323": "zoe", "e164": "209", "ipei": identities.print_ipei(IPEI + 7)}
    home.dect.hosting.guests.directory.items.append(("9", late))
    home.take(home.dect._settle([Kept(IPEI + 7, OTHER)], wire.now))
    wire.run(0.1)
    assert away.dect.calls.locations.called("209") == IPEI + 7
    assert away.dect.calls.gate.keys.of(IPEI + 7) == OTHER


def test_a_master_does_not_take_another_ones_word_about_its_own_users():
    wire, home, away = masters()
    home.dect.hosting.guests.take(TWO, type(home.dect.hosting.guests.own()[0])(IPEI, (("cn", "Mallory"),)))
    assert home.dect.calls.locations.user(IPEI)["cn"] == "Anna"
    assert home.dect.hosting.guests.home(IPEI) is None
    for change in (Kept(IPEI + 1, OTHER), Located(IPEI + 1, 0)):
        away.dect.hosting.roaming.callers[0].session.send(encode(change))
    away.take(away.dect._settle([], wire.now))
    wire.run(0.1)
    assert home.dect.calls.gate.keys.of(IPEI + 1) is None


@pytest.mark.parametrize("second", [{"trunk_key": "other"}, {"trunk_key": ""}])
def test_without_the_same_key_nothing_is_told(second):
    _, _, away = masters(**second)
    assert away.dect.calls.locations.user(IPEI) is None
    assert options.TURNED_AWAY in away.alarms


def test_without_mobility_each_keeps_to_its_own():
    wire, home, _ = masters()
    stranger = wire.board("10.0.0.9")
    stranger.dect.hosting.guests.directory = Users()
    stranger.master(pari=3, **KEYED)
    wire.run(3)
    assert stranger.dect.calls.locations.user(IPEI) is None
    assert len(home.dect.hosting.roaming.callers) == 1


def test_when_the_other_master_is_gone_its_guests_are_served_on():
    wire, _, away = masters()
    locate(away)
    wire.off(ONE)
    wire.run(60)
    assert away.dect.calls.locations.known(IPEI)


def test_a_directory_without_guests_is_the_directory():
    guests = Guests(Users(ANNA))
    assert guests.find("e164", "201") == ANNA and guests.find("e164", "202") is None
    assert guests.home(IPEI) is None
