"""The monitor of `gatesim run -qmp`, with the QMP client that QEMU's own tools use, and by hand."""

import asyncio
import contextlib
import json
import socket
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qemu.qmp import QMPClient
from qemu.qmp.qmp_client import ExecuteError

from sim.monitor import schema
from sim.monitor.commands import Commands
from sim.monitor.server import read
from sim.monitor.stream import Stream, TooLong
from sim.status import UserError
from tests.cli.gatesim import Running, gatesim, refused

ISOLATED = ("-net", "none", "-serial", "none")


@pytest.fixture
def place(tmp_path):
    return str(tmp_path / "qmp.sock")


def talk(place, *options, conversation):
    """Start a run with a monitor and hold a conversation with it, then end the run; its exit status."""
    with monitored(place, *options) as run:
        asyncio.run(held(place, conversation))
        return run.end()


def monitored(place, *options):
    return Running(*ISOLATED, "-qmp", f"unix:{place},server=on,wait=off", *options)


async def held(place, conversation):
    for _ in range(200):
        client = QMPClient("test")
        try:
            await client.connect(place)
            break
        except Exception:
            await asyncio.sleep(0.05)
    else:
        raise AssertionError("nobody listens at the monitor's place")
    try:
        await conversation(client)
    finally:
        # A run that has been told to quit may have hung up first.
        with contextlib.suppress(EOFError):
            await client.disconnect()


def test_qemus_client_greets_asks_and_is_told(place):
    async def conversation(client):
        status = await client.execute("query-status")
        assert status["status"] == "running" and status["running"] is True
        board, = await client.execute("query-board")
        assert (board["number"], board["model"], board["power"]) == (1, "ip1203", True)
        names = [one["name"] for one in await client.execute("query-commands")]
        assert names == [one.name for one in schema.COMMANDS]
        assert (await client.execute("query-radio"))["rfpi"] is None
        assert await client.execute("query-calls") == []
        assert isinstance((await client.execute("query-led"))["colour"], int)

    assert talk(place, conversation=conversation) == 0


def test_a_console_line_by_the_monitor_brings_the_radio_up(place):
    async def conversation(client):
        for line in ("config add GW-DECT MASTER /mode active /sari 31100422072149",
                     "config add GW-DECT RADIO /master 127.0.0.1", "config activate"):
            assert await client.execute("console-write", {"line": line}) == {"reply": "ok\r\n"}
        for _ in range(100):
            rfpi = (await client.execute("query-radio"))["rfpi"]
            if rfpi:
                break
            await asyncio.sleep(0.05)
        assert rfpi == "102243a300"

    assert talk(place, conversation=conversation) == 0


def test_time_is_halted_and_goes_on_with_events(place):
    async def conversation(client):
        assert (await client.execute("query-status"))["status"] == "paused"
        before = (await client.execute("query-status"))["now"]
        await asyncio.sleep(0.2)
        assert (await client.execute("query-status"))["now"] == before
        await client.execute("cont")
        assert (await client.events.get())["event"] == "RESUME"
        await asyncio.sleep(0.2)
        assert (await client.execute("query-status"))["now"] > before
        await client.execute("stop")
        assert (await client.events.get())["event"] == "STOP"
        await client.execute("cont")

    assert talk(place, "-S", conversation=conversation) == 0


def test_a_reset_is_an_event_and_quit_ends_the_run(place):
    async def conversation(client):
        await client.execute("system_reset")
        event = await client.events.get()
        assert (event["event"], event["data"]) == ("RESET", {"board": 1})
        assert (await client.execute("query-board"))[0]["boots"] == 2
        await client.execute("quit")

    with monitored(place) as run:
        asyncio.run(held(place, conversation))
        assert run.process.wait(20) == 0


@pytest.mark.parametrize("reads", [True, False])
def test_a_run_that_ends_hangs_up_on_its_clients_without_a_word(place, reads):
    with monitored(place) as run, socket.socket(socket.AF_UNIX) as client:
        while client.connect_ex(place):
            time.sleep(0.05)
        client.settimeout(10)
        # One who does not read leaves what is said to him in the socket.
        said = [b'{"execute": "qmp_capabilities"}', *[b'{"execute": "query-radio"}'] * (0 if reads else 2000)]
        with contextlib.suppress(TimeoutError):
            client.settimeout(1)
            client.sendall(b"\n".join(said))
        client.settimeout(10)
        if reads:
            client.recv(1000)
        assert run.end() == 0
        assert "Traceback" not in run.said


def test_what_cannot_be_done_is_an_error_that_says_why(place):
    async def conversation(client):
        for name, arguments, words in (
                ("query-radio", {"board": 7}, "there is no board 7"), ("nonsense", {}, "nonsense has not been found"),
                ("query-led", {"colour": 1}, "'colour' is unexpected"), ("console-write", {}, "'line' is missing"),
                ("console-write", {"line": 3}, "'line', expected: string")):
            with pytest.raises(ExecuteError, match=words):
                await client.execute(name, arguments)
        assert (await client.execute("query-status"))["running"]

    assert talk(place, conversation=conversation) == 0


def test_a_client_that_speaks_no_qmp_is_answered_and_others_go_on(place):
    async def conversation(client):
        with socket.socket(socket.AF_UNIX) as rude:
            rude.connect(place)
            rude.settimeout(5)
            lines = rude.makefile("rwb")
            assert "QMP" in json.loads(lines.readline())
            for said, words in ((b"\xff\x00\n", "JSON parse error"), (b"[]\n", "must be a JSON object"),
                                (b"{}\n", "lacks member 'execute'"),
                                (b'{"execute": "query-status"}\n', "capabilities negotiation"),
                                (b'{"execute": "qmp_capabilities", "arguments": 3}\n', "arguments")):
                lines.write(said)
                lines.flush()
                answer = await asyncio.to_thread(lines.readline)
                assert words in json.loads(answer)["error"]["desc"]
            lines.write(b'{"execute": "qmp_capabilities", "id": "a"}\n')
            lines.flush()
            assert json.loads(await asyncio.to_thread(lines.readline)) == {"return": {}, "id": "a"}
        assert (await client.execute("query-status"))["running"]

    assert talk(place, conversation=conversation) == 0


def test_every_command_of_the_schema_is_carried_out_by_somebody():
    for one in schema.COMMANDS:
        if one.name != "qmp_capabilities":
            assert callable(getattr(Commands, "_" + one.name.replace("-", "_")))


@pytest.mark.parametrize(("text", "place"), [("unix:/tmp/x,server=on", "/tmp/x"), ("tcp:127.0.0.1:4444",
                                             ("127.0.0.1", 4444)), ("tcp::4444", ("127.0.0.1", 4444))])
def test_a_place_is_written_as_qemu_has_it(text, place):
    assert read(text) == place


@pytest.mark.parametrize("text", ["", "unix:", "tcp:1", "tcp:h:99999", "udp:h:1"])
def test_anything_else_is_refused_with_the_forms(text):
    with pytest.raises(UserError, match="unix:PATH or tcp:HOST:PORT"):
        read(text)


@pytest.mark.parametrize(("words", "said"), [
    (("-S",), "without -qmp nobody could"), (("-qmp", "nowhere"), "unix:PATH"),
    (("-icount", "-qmp", "unix:/tmp/gatesim-none"), "leave out -icount"),
    (("-qmp", "unix:/nonexistent/folder/sock"), "cannot listen")])
def test_options_that_do_not_fit_are_refused(words, said):
    assert refused(gatesim("run", *ISOLATED, *words), said)


@given(st.lists(st.recursive(st.none() | st.integers() | st.text(max_size=5),
                             lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner,
                                                                                         max_size=3), max_leaves=5)
                .map(lambda value: {"execute": value}), max_size=5), st.data())
@settings(deadline=None)
def test_values_come_out_of_the_stream_however_it_is_cut(values, data):
    octets, stream, found = "".join(map(json.dumps, values)).encode(), Stream(), []
    while octets:
        cut = data.draw(st.integers(1, len(octets)))
        found += stream.feed(octets[:cut])
        octets = octets[cut:]
    assert found == values


@given(st.binary(max_size=200).filter(lambda octets: not set(octets) & set(b'{["')))
@settings(deadline=None)
def test_what_is_no_object_is_told_of_and_the_next_line_counts(octets):
    stream = Stream()
    assert all(isinstance(one, ValueError) for one in stream.feed(octets))
    assert {"a": 1} in stream.feed(b"\n{\"a\": 1}\n")


def test_a_value_without_an_end_is_cut_off():
    stream = Stream()
    with pytest.raises(TooLong):
        for _ in range(20):
            stream.feed(b'{"a": "' + bytes([65]) * 100_000)
