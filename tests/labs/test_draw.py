"""The drawings that need no run."""

from types import SimpleNamespace

from hal.radio import LONG
from sim.lab.draw import calls, occupancy, stretches, sync_tree
from sim.lab.pictures import taken
from sim.lab.record import Note


def result(*events, duration=20.0):
    notes = [Note(round(at * 1e6), who, event, "") for at, who, event in events]
    return SimpleNamespace(events=notes, duration=duration)


def test_a_call_is_a_row_of_stretches_until_it_ends():
    told = result((1, "anna", "located"), (2, "anna", "ringing"), (3, "ben", "ringing"), (4, "anna", "answering"),
                  (4.5, "anna", "talking"), (6, "anna", "connection handover"), (9, "anna", "idle"))
    assert stretches(told, "anna") == [(2.0, 4.0, "ringing"), (4.0, 4.5, "setting up"), (4.5, 9.0, "talking")]
    assert stretches(told, "ben") == [(3.0, 20.0, "ringing")]
    assert stretches(told, "nobody") == []


def test_calls_have_a_row_for_each_person_and_a_mark_for_each_handover():
    told = result((2, "anna", "talking"), (6, "anna", "connection handover"), (7, "anna", "bearer handover"))
    axes = calls(told, ["anna", "ben"]).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["anna", "ben"]
    assert sum(line.get_marker() == "v" for line in axes.get_lines()) == 2


def test_slots_have_a_panel_for_each_base_and_nothing_is_a_panel_too():
    figure = occupancy([(0, "one", 3, 4), (100_000, "one", 3, 4), (0, "two", 11, 9)], 100_000, 1.0)
    assert [axes.get_ylabel().split("\n")[0] for axes in figure.axes] == ["one", "two"]
    assert len(occupancy([], 100_000, 1.0).axes) == 1


def radio(rfpi, state, source=None, hop=None, system=()):
    return {"rfpi": rfpi, "running": rfpi is not None, "system": list(system),
            "sync": {"state": state, "source": source, "rssi": -70 if source else None, "fer": 3 if source else None,
                     "hop": hop}}


def test_the_tree_has_an_arrow_for_each_that_follows_one_of_ours():
    system = [{"rfpi": "a", "hop": 0}, {"rfpi": "b", "hop": 1}, {"rfpi": "c", "hop": 2}]
    axes = sync_tree({"one": radio("a", "master", system=system), "two": radio("b", "synchronized", "a"),
                      "three": radio("c", "coasting", "b"), "four": radio("d", "searching", "elsewhere"),
                      "five": radio(None, "off")}).axes[0]
    arrows = [one for one in axes.texts if getattr(one, "arrow_patch", None) is not None]
    boxes = {one.get_text().split("\n")[0]: one.get_position()[0] for one in axes.texts if one.get_text()}
    assert len(arrows) == 2
    assert boxes == {"one": 0, "two": 1, "three": 2, "four": 0, "five": 0}


def test_a_long_slot_takes_two_of_the_picture():
    assert taken({"slot": 4, "carrier": 1, "kind": LONG}) == (4, 5)
    assert taken({"slot": 4, "carrier": 1}) == (4,)
