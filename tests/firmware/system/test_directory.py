"""firmware.system.directory: users as LDAP-like items that outlive a restart."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.config.configuration import Configuration
from firmware.config.options import OptionError
from firmware.config.pending import Pending
from firmware.config.store import NoSpace, Store
from firmware.console.interpreter import Interpreter
from firmware.effects import MINOR, Raise
from firmware.log import COPY_DAMAGED, NO_SPACE, Log
from firmware.module import Registry
from firmware.system.directory import Directory, parse, text_of
from hal.description import Region

SECTOR = 4096
A, B = Region("dir_a", 0, 4 * SECTOR), Region("dir_b", 4 * SECTOR, 4 * SECTOR)
ANNA = "(cn=Anna)(h323=anna)(e164=201)(ipei=0466003541858)"


class Ram:
    """hal.flash.Flash whose content outlives the objects that use it."""

    def __init__(self):
        self.size, self.sector, self.page = 8 * SECTOR, SECTOR, 256
        self.octets = bytearray(b"\xff" * self.size)
        self.operations = 0

    def read(self, at, length):
        return bytes(self.octets[at:at + length])

    def program(self, at, data):
        self.operations += 1
        for index, octet in enumerate(data):
            self.octets[at + index] &= octet

    def erase(self, at):
        self.operations += 1
        self.octets[at:at + SECTOR] = b"\xff" * SECTOR


def directory(flash=None):
    one = Directory(Store(flash or Ram(), A, B, SECTOR))
    one.start(0)
    return one


def console(one):
    registry, log = Registry([one]), Log()
    return Interpreter(registry, Configuration(registry, log, Pending()), None, None, log, Pending(), one)


def test_an_item_is_found_by_any_attribute():
    one = directory()
    one.add("101", ANNA)
    assert one.items == [("101", {"cn": "Anna", "h323": "anna", "e164": "201", "ipei": "0466003541858"})]
    assert one.find("e164", "201")["cn"] == "Anna"
    assert one.find("ipei", "0466003541858")["h323"] == "anna"
    assert one.find("e164", "202") is None and one.find("nothing", "201") is None


def test_an_item_is_in_flash_before_the_reply_and_survives_a_restart():
    flash = Ram()
    one = directory(flash)
    assert console(one).run("mod cmd FLASHDIR0 add-item 101 (cn=Anna%20B)(e164=%2b49+1)", 0).reply == "ok\r\n"
    assert directory(flash).find("e164", "+49 1")["cn"] == "Anna B"
    assert console(one).run("mod cmd FLASHDIR0 del-item 101", 0).reply == "ok\r\n"
    assert directory(flash).items == []


def test_the_same_id_again_replaces_the_item_in_its_place():
    one = directory()
    for identity, text in (("1", "(cn=a)"), ("2", "(cn=b)"), ("1", "(cn=c)(h323=d)")):
        one.add(identity, text)
    assert one.items == [("1", {"cn": "c", "h323": "d"}), ("2", {"cn": "b"})]
    assert one.find("cn", "a") is None and one.find("h323", "d") == {"cn": "c", "h323": "d"}


def test_show_lists_all_or_one_item():
    one = directory()
    one.add("1", "(cn=a)")
    one.add("2", "(CN=b (home))(pbx=<user a=\"(x)\"/>)")
    run = console(one).run
    second = "2 (cn=b \\28home\\29)(pbx=<user a=\"\\28x\\29\"/>)\r\n"
    assert run("mod cmd FLASHDIR0 show", 0).reply == "1 (cn=a)\r\n" + second
    assert run("mod cmd FLASHDIR0 show 1", 0).reply == "1 (cn=a)\r\n"


@pytest.mark.parametrize("text", ["", "cn=a", "(cn)", "(=a)", "(cn=a", "(cn=a))", "(cn=a)x", "(cn=a)(cn=b)", "(c n=a)",
                                  "(cn=\x01)", "(cn=" + "a" * 4001 + ")"])
def test_what_is_no_item_is_refused_and_changes_nothing(text):
    one = directory()
    with pytest.raises(OptionError):
        one.add("1", text)
    with pytest.raises(OptionError):
        one.add("bad id", "(cn=a)")
    assert one.items == []


def test_the_console_answers_errors():
    run = console(directory()).run
    for line in ("add-item", "add-item 1", "add-item 1 nonsense", "del-item", "del-item 7"):
        assert run("mod cmd FLASHDIR0 " + line, 0).reply.startswith("error: "), line
    assert run("mod cmd FLASHDIR0 nothing", 0).reply == "?\r\n"


def test_a_full_directory_refuses_the_item_and_keeps_the_others():
    one = directory()
    with pytest.raises(NoSpace):
        for number in range(100):
            one.add(str(number), "(cn=" + "x" * 1000 + ")")
    assert 5 < len(one.items) < 16
    assert one.find("cn", "x" * 1000) is not None
    line = "mod cmd FLASHDIR0 add-item 999 (cn=" + "y" * 1000 + ")"
    interpreter = console(one)
    assert interpreter.run(line, 0).reply.startswith("error: no space")
    assert [alarm.code for alarm in interpreter.log.alarms()] == [NO_SPACE]


def test_a_damaged_copy_raises_an_alarm_and_the_other_counts():
    flash = Ram()
    one = directory(flash)
    one.add("1", "(cn=a)")
    one.add("2", "(cn=b)")
    flash.octets[B.at + 260] ^= 1
    again = Directory(Store(flash, A, B, SECTOR))
    [effect] = again.start(0)
    assert isinstance(effect, Raise) and (effect.code, effect.severity) == (COPY_DAMAGED, MINOR)
    assert [identity for identity, _ in again.items] == ["1"]


def test_the_saved_lines_give_the_same_items_on_a_fresh_board():
    one, fresh = directory(), directory()
    one.add("7", "(cn=Zoë (x) 100%+)(loc=\\28)(pbx=<user a=\"b\"/>)")
    one.add("8", ANNA)
    run = console(fresh).run
    for line in one.lines():
        assert run(line, 0).reply == "ok\r\n"
    assert fresh.items == one.items and fresh.lines() == one.lines()


VALUES = st.text(alphabet=st.characters(min_codepoint=32, exclude_categories=("Cs",)), max_size=30)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text(alphabet="abc123-", min_size=1, max_size=6), VALUES, min_size=1, max_size=5))
def test_any_values_survive_text_and_console(attributes):
    pairs = list(attributes.items())
    assert parse(["1", text_of(pairs)]) == ("1", pairs)
    one, fresh = directory(), directory()
    one.add("1", text_of(pairs))
    assert console(fresh).run(one.lines()[0], 0).reply == "ok\r\n"
    assert fresh.items == [("1", attributes)]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="(=)\\28a5c\x00é", max_size=30))
def test_a_text_is_an_item_or_is_refused_and_nothing_else(text):
    try:
        _, pairs = parse(["1", text])
    except OptionError:
        return
    assert parse(["1", text_of(pairs)]) == ("1", pairs)
