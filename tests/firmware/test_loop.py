"""The loop: effects in order, events to their owners, sockets, serial backpressure, the button."""

from types import SimpleNamespace

import pytest

from firmware.button import Button, Pressed
from firmware.effects import (
    As,
    Bind,
    Clear,
    Close,
    Do,
    Failed,
    Listen,
    Log,
    Raise,
    Restart,
    Send,
    Show,
    Stream,
    Tell,
    Trace,
    Write,
)
from firmware.log import Log as RingLog
from firmware.loop import Loop, Typed
from firmware.module import Module, Registry
from hal.dsp import DspBusy
from hal.flash import FlashError
from hal.net import Accepted, Bound, Closed, Datagram, Received, Refused


class Stub(Module):
    """Notes what it receives; answers with what `answers` gives for a message."""

    def __init__(self, name, answers=None, start=()):
        self.name = name
        self.seen = []
        self._answers = answers or {}
        self._start = start
        self.at = None
        self.ticks = []

    def start(self, now):
        return list(self._start)

    def receive(self, message, now):
        self.seen.append((message, now))
        return self._answers.get(message, []) if isinstance(message, str) else []

    def tick(self, now):
        self.ticks.append(now)
        self.at = None
        return []

    def due(self):
        return self.at


class Line:
    """A serial line whose transmit FIFO holds `room` octets."""

    def __init__(self, room=1000):
        self.room = room
        self.sent = b""
        self.typed, self.happened = b"", []

    def read(self):
        data, self.typed = self.typed, b""
        return data

    def events(self):
        events, self.happened = self.happened, []
        return events

    def write(self, data):
        taken = data[:self.room]
        self.sent += taken
        self.room -= len(taken)
        return len(taken)


class Net:
    address, link = "192.0.2.1", True

    def __init__(self):
        self.done = []
        self.events = []

    def bind(self, key, port):
        return Refused(key, "address already in use") if port == 99 else Bound(key, port or 5000)

    listen = bind

    def send(self, *given):
        self.done.append(("send", *given))

    def write(self, *given):
        self.done.append(("write", *given))

    def close(self, key):
        self.done.append(("close", key))

    def poll(self):
        events, self.events = self.events, []
        return events


class Device:
    def __init__(self, error=None):
        self.error = error
        self.calls = []
        self.events = []

    def open(self, *arguments):
        if self.error:
            raise self.error
        self.calls.append(arguments)

    def poll(self):
        events, self.events = self.events, []
        return events


class Finger:
    held = False

    def pressed(self):
        return self.held


def loop(*modules, **devices):
    parts = {"serial": Line(), "net": Net(), "led": SimpleNamespace(show=lambda colour: None), "button": Finger(),
             "radio": None, "dsp": None, "fax": None, **devices}
    return Loop(SimpleNamespace(**parts), Registry(modules), RingLog())


def test_effects_are_applied_in_order_and_followers_after_those_before_them():
    b = Stub("B", {"go": [Write(b"3"), Tell("A", "back")]})
    a = Stub("A", {"back": [Write(b"4")]})
    one = loop(a, b)
    one.apply(a, [Write(b"1"), Tell("B", "go"), Write(b"2")], 7)
    assert one.hardware.serial.sent == b"1234"
    assert b.seen == [("go", 7)]
    assert a.seen == [("back", 7)]


def test_a_message_to_a_module_that_this_firmware_lacks_is_dropped():
    a = Stub("A")
    one = loop(a)
    one.apply(a, [Tell("NOBODY", "hello"), Write(b"on")], 0)
    assert one.hardware.serial.sent == b"on"


def test_effects_passed_on_for_another_module_count_as_its_own():
    a, b = Stub("A"), Stub("B")
    one = loop(a, b)
    one.apply(a, [As("B", [Log(0, "mine"), Raise(5, 2, "bad"), Bind("socket", 5060)])], 0)
    assert [line.module for line in one.log.entries()] == ["B", "B"]
    assert [alarm.module for alarm in one.log.alarms()] == ["B"]
    one.apply(a, [As("B", [Clear(5)])], 1)
    assert one.log.alarms() == []
    assert one.sockets() == [("udp", "B", 5060)]
    assert b.seen == [(Bound("socket", 5060), 0)]


def test_what_does_not_fit_the_line_is_sent_when_there_is_room_and_in_order():
    a = Stub("A")
    line = Line(room=3)
    one = loop(a, serial=line)
    one.apply(a, [Write(b"abcde"), Write(b"fg")], 0)
    assert line.sent == b"abc"
    line.room = 1
    one.apply(a, [Write(b"h")], 0)
    assert line.sent == b"abcd"
    line.room = 100
    one.poll(1)
    assert line.sent == b"abcdefgh"


def test_typed_octets_and_events_of_the_line_go_to_the_console():
    console = Stub("CONSOLE")
    one = loop(console)
    one.hardware.serial.typed, one.hardware.serial.happened = b"x", ["break"]
    one.poll(3)
    one.poll(4)
    ((typed, now),) = console.seen
    assert isinstance(typed, Typed)
    assert (typed.data, typed.events, now) == (b"x", ["break"], 3)


def test_events_of_a_socket_and_of_its_connections_go_to_the_module_that_opened_it():
    a, b = Stub("A"), Stub("B")
    one = loop(a, b)
    one.apply(a, [Bind("u", 5060)], 0)
    one.apply(b, [Listen("t", 80)], 0)
    events = [Datagram("u", ("h", 1), b"x"), Accepted("t", 17, ("h", 2)), Received(17, b"y"), Closed(17, "gone"),
              Received(17, b"late"), Datagram("unknown", ("h", 1), b"z")]
    one.hardware.net.events = events
    one.poll(5)
    assert [message for message, _ in a.seen] == [Bound("u", 5060), events[0]]
    assert [message for message, _ in b.seen] == [Bound("t", 80), *events[1:4]]


def test_a_refused_socket_is_told_to_its_owner_and_listed():
    a = Stub("A")
    one = loop(a)
    one.apply(a, [Bind("u", 99), Listen("t", 0)], 0)
    assert a.seen == [(Refused("u", "address already in use"), 0), (Bound("t", 5000), 0)]
    assert one.refused == [("udp", "A", 99, "address already in use")]
    assert one.sockets() == [("tcp", "A", 5000)]
    one.apply(a, [Close("t")], 1)
    assert one.sockets() == []


def test_network_effects_reach_the_network():
    a = Stub("A")
    one = loop(a)
    one.apply(a, [Send("u", ("h", 1), b"x"), Stream(17, b"y"), Close(17)], 0)
    assert one.hardware.net.done == [("send", "u", ("h", 1), b"x"), ("write", 17, b"y"), ("close", 17)]


@pytest.mark.parametrize("error", [ValueError("taken"), DspBusy("busy"), OSError("the line to the DSP is cut")])
def test_what_a_device_refuses_comes_back_to_the_module_as_failed(error):
    a = Stub("A")
    one = loop(a, dsp=Device(error))
    effect = Do("dsp", "open", (1, "pcma"))
    one.apply(a, [effect], 2)
    assert a.seen == [(Failed(effect, str(error)), 2)]


def test_a_device_that_the_board_lacks_fails_and_an_unknown_role_too():
    a = Stub("A")
    one = loop(a)
    effects = [Do("fax", "open", ()), Do("flash", "erase", (0,))]
    one.apply(a, effects, 0)
    assert [message for message, _ in a.seen] == [Failed(effect, "no such device") for effect in effects]


@pytest.mark.parametrize("error", [TypeError("a mistake of ours"), KeyError("x"), FlashError("x")])
def test_a_mistake_in_a_device_is_not_taken_for_a_refusal(error):
    a = Stub("A")
    with pytest.raises(type(error)):
        loop(a, dsp=Device(error)).apply(a, [Do("dsp", "open", ())], 0)


def test_a_call_that_no_device_has_is_a_mistake_of_ours():
    a = Stub("A")
    with pytest.raises(AttributeError):
        loop(a, dsp=Device()).apply(a, [Do("dsp", "explode", ())], 0)


def test_events_of_devices_go_to_the_modules_of_their_roles():
    modules = [Stub(name) for name in ("GW-DECT", "CALL", "FAX0")]
    devices = {role: Device() for role in ("radio", "dsp", "fax")}
    one = loop(*modules, **devices)
    for role, device in devices.items():
        device.events = [role + " event"]
    one.poll(1)
    assert [module.seen for module in modules] == [[("radio event", 1)], [("dsp event", 1)], [("fax event", 1)]]


def test_modules_start_in_their_order_and_tick_when_due_and_not_before():
    a, b = Stub("A", start=[Write(b"a")]), Stub("B", start=[Write(b"b")])
    one = loop(a, b)
    one.start(0)
    assert one.hardware.serial.sent == b"ab"
    assert one.due() is None
    a.at, b.at = 30, 20
    assert one.due() == 20
    one.poll(25)
    assert (a.ticks, b.ticks) == ([], [25])
    one.tick(31)
    assert a.ticks == [31]


class Alone(Stub):
    alone = True

    def __init__(self, name, answers=None):
        super().__init__(name, answers)
        self.asked = 0

    def due(self):
        self.asked += 1
        return self.at


def test_who_is_alone_is_asked_for_its_due_again_only_once_something_was_given_to_it():
    a, b = Alone("A", {"go": [Tell("B", "x")]}), Alone("B")
    one = loop(a, b)
    assert one.due() is None
    b.asked = 0
    a.at = 30
    one.receive(a, "more", 0)
    assert (one.due(), b.asked) == (30, 0)
    b.at = 20
    one.receive(a, "go", 0)
    assert (one.due(), b.asked) == (20, 1)
    one.poll(25)
    assert (a.ticks, b.ticks, one.due()) == ([], [25], 30)


def test_all_are_asked_again_after_somebody_who_may_change_others():
    a, console = Alone("A"), Stub("CONSOLE")
    one = loop(a, console)
    assert one.due() is None
    a.at = 30
    assert one.due() is None
    one.apply(console, [], 0)
    assert one.due() == 30


def test_a_restart_is_kept_for_whoever_drives_the_loop():
    a = Stub("A")
    one = loop(a)
    assert one.restart is None
    one.apply(a, [Restart("idle", "why")], 0)
    assert one.restart == Restart("idle", "why")


def test_a_trace_is_kept_only_while_its_module_is_traced():
    a = Stub("A")
    one = loop(a)
    one.apply(a, [Trace("unseen")], 0)
    one.log.set_trace("A", True)
    one.apply(a, [Trace("seen"), Log(0, "said")], 0)
    assert [line.text for line in one.log.entries()] == ["seen", "said"]


def test_a_colour_reaches_the_led():
    shown = []
    a = Stub("A")
    loop(a, led=SimpleNamespace(show=shown.append)).apply(a, [Show(0xFF), Show(0)], 0)
    assert shown == [0xFF, 0]


def test_the_button_is_told_at_its_edges_only():
    button = Stub("BUTTON")
    one = loop(button)
    one.poll(0)
    one.hardware.button.held = True
    one.poll(1)
    one.poll(2)
    one.hardware.button.held = False
    one.poll(3)
    assert button.seen == [(Pressed(True), 1), (Pressed(False), 3)]


# The module BUTTON.

class Store:
    def __init__(self, error=None):
        self.error, self.committed = error, []

    def commit(self, data):
        if self.error:
            raise self.error
        self.committed.append(data)


@pytest.mark.parametrize(("held", "restarts"), [(1, True), (999_999, True), (1_000_000, False)])
def test_only_a_release_within_a_second_restarts(held, restarts):
    button = Button(Store(), False)
    button.receive(Pressed(True), 50)
    assert button.due() == 1_000_050
    effects = button.receive(Pressed(False), 50 + held)
    assert effects == ([Restart("now", "the reset button")] if restarts else [])
    assert button.due() is None


def test_a_second_on_the_button_restarts_once():
    button = Button(Store(), False)
    button.receive(Pressed(True), 0)
    assert button.tick(999_999) == []
    assert button.tick(1_000_000) == [Restart("now", "the reset button is held")]
    assert button.tick(2_000_000) == []
    assert button.receive(Pressed(False), 2_000_000) == []


def test_in_tftp_mode_the_second_before_the_restart_counts_towards_the_ten():
    store = Store()
    button = Button(store, True)
    button.start(0)
    button.receive(Pressed(True), 0)
    assert button.tick(8_999_999) == []
    assert len(button.tick(9_000_000)) == 1
    assert store.committed == [b""]
    assert button.tick(20_000_000) == []
    assert button.receive(Pressed(False), 20_000_000) == []


def test_a_flash_that_refuses_to_be_cleared_is_logged():
    button = Button(Store(FlashError("worn out")), True)
    button.start(0)
    (said,) = button.tick(9_000_000)
    assert "worn out" in said.text


def test_the_button_takes_no_other_message_for_a_press():
    button = Button(Store(), False)
    assert button.receive("noise", 0) == []
    assert button.due() is None
