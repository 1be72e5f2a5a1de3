"""change replaces, add merges, rem removes; activate hands over exactly what differs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.config.configuration import Configuration, UnknownPart
from firmware.config.options import OptionError, encode
from firmware.config.pending import Pending
from firmware.effects import As
from firmware.log import Log
from firmware.module import Registry
from tests.both.stubs import modules


def fresh(**more):
    return Configuration(Registry(modules()), **more)


def booted(**more):
    configuration = fresh(**more)
    configuration.activate(0)
    for module in configuration.registry.modules:
        module.seen = []
    return configuration


def seen(configuration, name):
    module = configuration.registry.find(name)
    seen, module.seen = module.seen, []
    return seen


def test_add_merges_change_replaces_rem_removes():
    configuration = fresh()
    configuration.add("CMD0", "", [("name", "a"), ("x", None)])
    configuration.add("CMD0", "", [("name", "b"), ("y", "1")])
    assert configuration.lines() == ["config change CMD0 /name b /x /y 1"]
    configuration.rem("CMD0", "", [("x", None)])
    assert configuration.lines() == ["config change CMD0 /name b /y 1"]
    configuration.change("CMD0", "", [("z", None)])
    assert configuration.lines() == ["config change CMD0 /z"]
    configuration.change("CMD0", "", [])
    assert configuration.lines() == []


def test_the_difference_is_what_changed():
    configuration = fresh()
    configuration.add("CMD0", "", [("name", "a"), ("x", None)])
    edited = configuration.change("CMD0", "", [("name", "b"), ("y", "1")])
    assert [(one.name, one.old, one.new) for one in edited.changed] == [
        ("x", "", None), ("name", "a", "b"), ("y", None, "1")]
    assert configuration.change("CMD0", "", [("name", "b"), ("y", "1")]).changed == []


def test_names_are_case_insensitive():
    configuration = fresh()
    configuration.add("gw-dect", "master", [("mode", "active")])
    assert configuration.lines("GW-DECT", "MASTER") == ["config change GW-DECT MASTER /mode active"]


@pytest.mark.parametrize(("module", "sub"), [("NOSUCH", ""), ("MSP0", "X"), ("SIP", "REG"), ("SIP", "REGX")])
def test_an_unknown_part_is_told(module, sub):
    for edit in ("change", "add", "rem"):
        with pytest.raises(UnknownPart):
            getattr(fresh(), edit)(module, sub, [("x", None)])


def test_an_unknown_option_is_kept_and_warned_about():
    configuration = fresh()
    edited = configuration.add("MSP0", "", [("nonsense", "1")])
    assert len(edited.warnings) == 1 and "/nonsense" in edited.warnings[0]
    assert configuration.lines() == ["config change MSP0 /nonsense 1"]


def test_a_value_outside_its_schema_changes_nothing():
    configuration = fresh()
    configuration.add("MSP0", "", [("ec-type", "1")])
    for edit in (configuration.add, configuration.change):
        with pytest.raises(OptionError, match="MSP0 /ec-type takes a number from 0 to 2, not 7"):
            edit("MSP0", "", [("trace", None), ("ec-type", "7")])
    assert configuration.lines() == ["config change MSP0 /ec-type 1"]


def test_a_refused_secret_is_not_shown():
    with pytest.raises(OptionError) as refusal:
        fresh().add("CMD0", "", [("pwd", "x" * 25)])
    assert "xx" not in str(refusal.value)


@pytest.mark.parametrize("edit", ["change", "add"])
def test_a_bare_option_that_erases_a_value_is_warned_about(edit):
    configuration = fresh()
    configuration.add("DEVMANBW", "", [("hs-param-url", "http://192.0.2.1/p.xml")])
    warnings = getattr(configuration, edit)("DEVMANBW", "", [("hs-param-url", None)]).warnings
    assert warnings == ["DEVMANBW /hs-param-url without a value erases http://192.0.2.1/p.xml"]
    assert getattr(configuration, edit)("DEVMANBW", "", [("hs-param-url", None)]).warnings == []


def test_a_bare_flag_is_no_erasure():
    configuration = fresh()
    configuration.add("SIP", "", [("pai", "off")])
    assert configuration.add("SIP", "", [("pai", None)]).warnings == []


def test_of_an_option_given_twice_the_last_counts():
    edited = (configuration := fresh()).add("MSP0", "", [("ec-type", "0"), ("trace", None), ("ec-type", "1")])
    assert len(edited.warnings) == 1
    assert configuration.lines() == ["config change MSP0 /ec-type 1 /trace"]


def test_the_boot_configures_every_part_with_its_defaults_and_what_is_set():
    configuration = fresh()
    configuration.add("SIP", "REG2", [("aor", "a@b")])
    configuration.add("MSP0", "", [("ec-type", "1")])
    configuration.activate(0)
    assert seen(configuration, "MSP0") == [("", {"ec-type": 1, "trace": False, "module-trace": "off"}, ["ec-type"])]
    assert seen(configuration, "SIP") == [
        ("", {"pai": False, "options-interval": 0}, []), ("REG2", {"aor": "a@b"}, ["aor"])]
    assert [sub for sub, _, _ in seen(configuration, "GW-DECT")] == ["", "MASTER"]


def test_activate_hands_over_exactly_what_differs():
    configuration = booted()
    configuration.add("MSP0", "", [("ec-type", "1"), ("unknown", "x")])
    configuration.add("SIP", "REG1", [("aor", "a@b")])
    configuration.add("CMD0", "", [("name", "x")])
    configuration.rem("CMD0", "", [("name", None)])
    assert configuration.activate(7) == [As("MSP0", [("configured", "")]), As("SIP", [("configured", "REG1")])]
    assert seen(configuration, "MSP0")[0][2] == ["ec-type"]
    assert seen(configuration, "SIP") == [("REG1", {"aor": "a@b"}, ["aor"])]
    assert seen(configuration, "CMD0") == []
    assert [(one.name, one.old, one.new) for one in configuration.activated] == [
        ("ec-type", 2, 1), ("aor", None, "a@b")]
    assert configuration.activate(8) == []


def test_setting_a_default_or_an_unknown_option_is_no_difference():
    configuration = booted()
    configuration.add("MSP0", "", [("ec-type", "2"), ("unknown", "x")])
    assert configuration.activate(0) == []


def test_a_removed_option_falls_back_to_its_default():
    configuration = booted()
    configuration.add("MSP0", "", [("ec-type", "0")])
    configuration.activate(0)
    configuration.change("MSP0", "", [])
    configuration.activate(0)
    assert [(values["ec-type"], changed) for _, values, changed in seen(configuration, "MSP0")] == [
        (0, ["ec-type"]), (2, ["ec-type"])]


def test_trace_options_switch_the_modules_trace():
    log = Log()
    configuration = booted(log=log)
    configuration.add("CUNITE", "FILEGET", [("trace", None), ("module-trace", "verbose")])
    configuration.activate(0)
    assert log.tracing == {"CUNITE"}
    configuration.change("CUNITE", "FILEGET", [])
    configuration.activate(0)
    assert log.tracing == set()


def test_a_change_that_needs_a_reset_owes_one_but_not_at_boot():
    pending = Pending()
    configuration = fresh(pending=pending)
    configuration.add("GW-DECT", "MASTER", [("sari", "1")])
    configuration.activate(0)
    assert not pending
    configuration.add("GW-DECT", "MASTER", [("sari", "2")])
    configuration.activate(0)
    assert pending.reasons == ["GW-DECT MASTER /sari"]


def test_what_this_release_does_not_know_survives_load_and_save():
    configuration = fresh()
    saved = b"config change FUTURE0 SUB /x 1\nconfig change MSP0 /ec-type 9\nconfig change MSP0 SUB /y\n"
    warnings = configuration.load(saved)
    assert len(warnings) == 3
    assert configuration.serialise() == saved
    configuration.activate(0)
    assert seen(configuration, "MSP0")[0][1]["ec-type"] == 2


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_loading_never_raises(data):
    configuration = fresh()
    configuration.load(data)
    configuration.load(b"config change " + data)
    assert isinstance(configuration.serialise(), bytes)


NAMES = st.text("abcxyz-019", min_size=1, max_size=8)
PAIRS = st.lists(st.tuples(NAMES, st.none() | st.text(max_size=20)), max_size=6)
EDITS = st.lists(st.tuples(
    st.sampled_from(["change", "add", "rem"]),
    st.sampled_from([("CMD0", ""), ("MATP", ""), ("SIP", "REG1"), ("SIP", "REG12"), ("CUNITE", "FILEGET")]),
    PAIRS), max_size=12)


@given(EDITS)
@settings(max_examples=200, deadline=None)
def test_a_saved_configuration_loads_as_the_same(edits):
    configuration = fresh()
    for edit, part, pairs in edits:
        try:
            getattr(configuration, edit)(*part, pairs)
        except OptionError:
            pass
    again = fresh()
    again.load(configuration.serialise())
    assert again.serialise() == configuration.serialise()
    assert again.size == configuration.size == sum(
        len(name) + len(text or "") + 3 for part in again._parts.values() for name, text in part.values.items())


def test_long_parts_are_split_into_lines_that_can_be_typed():
    configuration = fresh()
    for number in range(2000):
        configuration.add("CMD0", "", [(f"option-{number}", "value")])
    lines = configuration.lines()
    assert len(lines) > 1 and max(map(len, lines)) <= 4000
    again = fresh()
    again.load(configuration.serialise())
    assert again.lines() == lines


def test_a_value_too_long_to_be_typed_again_is_refused():
    configuration = fresh()
    configuration.add("CMD0", "", [("x", "v" * 3000)])
    with pytest.raises(OptionError, match="3000 octets"):
        configuration.add("CMD0", "", [("x", "+" * 1001)])
    assert len(encode("+" * 1000)) == 3000


def test_all_options_together_are_bounded():
    configuration = fresh(limit=1000)
    with pytest.raises(OptionError, match="no space"):
        for number in range(100):
            configuration.add("CMD0", "", [(f"x{number}", "v" * 20)])
    assert configuration.size <= 1000
    configuration.change("CMD0", "", [])
    assert configuration.size == 0
