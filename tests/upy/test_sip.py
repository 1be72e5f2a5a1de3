"""SIP on a MicroPython board: it registers, takes a call's signalling, and stays up under fire."""

import asyncio
import contextlib
import random
import subprocess

import pytest

from sim.peers.phone import Phone
from sim.peers.registrar import Registrar
from sim.site import Site
from sim.stage import kamailio, sip_lines
from tests.firmware.sip import torture
from tests.peers.test_hostile import flood, mutilated
from tests.present import lacking, need_programs
from tests.upy.rig import Board

REALM = "pbx.example.com"
USERS = {"201": "secret", "202": "quiet"}


class Scene:
    """A registrar, a phone and the board on loopback; `board` is up and registers."""

    def __init__(self, image, folder, extra=()):
        self.site = Site()
        self.registrar = Registrar(self.site.time, self.site.net(), REALM, USERS, trunks={"3": "201"})
        self.phone = Phone(self.site.time, self.site.net(), "202", "quiet", seed=1)
        self.address = self.site.free_address()
        self.board = Board(image, folder, [("address", self.address)])
        self.board.start()
        for line in (*extra, *sip_lines(self.registrar.address, "201", "secret")):
            assert self.board.run(line) == "ok\r\n", line

    async def happens(self, condition, seconds=10):
        assert await self.site.until(condition, seconds)

    async def registered(self):
        await self.happens(lambda: self.registrar.registered("201"))

    async def calls(self, number):
        """The status with which a call of the phone to the board ends."""
        self.phone.register(self.registrar.address)
        await self.happens(lambda: self.phone.registered)
        call = self.phone.call(number)
        await self.happens(lambda: call.state == "ended")
        return call.code

    def page(self, path):
        """What the board's own web server answers an administrator."""
        need_programs("curl")
        done = subprocess.run(
            ["curl", "--silent", "--show-error", "--fail", "--max-time", "10", "--digest", "-u", "admin:upy-unix",
             f"http://{self.address}{path}"], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def close(self):
        self.board.stop()
        self.phone.close()
        self.registrar.close()
        self.site.close()


@pytest.fixture
def scene(image, tmp_path):
    made = Scene(image, tmp_path / "board", ["mod cmd FLASHDIR0 add-item 101 (cn=Anna)(e164=301)"])
    yield made
    made.close()


def test_it_registers_with_a_password_and_again_after_a_reset(scene):
    asyncio.run(scene.registered())
    assert "201@" in scene.board.run("mod cmd SIP info")
    assert scene.board.run("mod cmd SIP info").endswith("registered\r\n")
    scene.registrar.location.clear()
    scene.board.reset()
    asyncio.run(scene.registered())


@pytest.mark.parametrize(("number", "code"), [("301", 480), ("399", 404)])
def test_a_call_ends_with_what_the_board_can_say_of_the_number(scene, number, code):
    async def call():
        await scene.registered()
        return await scene.calls(number)

    assert asyncio.run(call()) == code
    assert "this board has no handsets" in scene.page("/log.txt")


def test_the_web_server_answers_beside_a_registration_with_the_configuration_and_with_a_line(scene):
    asyncio.run(scene.registered())
    assert "config change SIP REG1 /name pbx" in scene.page("/cfg.txt")
    assert 'product="UPY-UNIX"' in scene.page("/CMD0/box_info.xml")
    assert scene.page("/!config%20show%20CMD0") == "config change CMD0\n"


def test_it_registers_with_kamailio(image, tmp_path):
    with Site() as site, contextlib.ExitStack() as stack:
        (tmp_path / "kamailio").mkdir()
        directory = kamailio(site, stack, tmp_path / "kamailio", "secret")
        if directory is None:
            lacking("Kamailio is not installed")
        board = Board(image, tmp_path / "board", [("address", site.free_address())])
        stack.callback(board.stop)
        board.start()
        for line in sip_lines(directory.address, "201", "secret"):
            assert board.run(line) == "ok\r\n"
        asyncio.run(registered(site, board))


async def registered(site, board):
    """The registrar is another program, and so is the board: look now and then."""
    for _ in range(100):
        await site.pass_time(0.1)
        if board.run("mod cmd SIP info").endswith("registered\r\n"):
            return
    raise AssertionError(board.run("mod cmd SIP info"))


def fill(board, line, write=None):
    """Console lines with growing numbers until one is refused; how many were taken."""
    for number in range(2, 400):
        said = board.run(line.format(number))
        if said == "ok\r\n" and write is not None and number > 40:
            said = board.run(write)
        if said != "ok\r\n":
            assert "no space" in said, said
            return number
    raise AssertionError("the flash never filled")


def test_with_every_store_full_it_boots_and_registers(scene):
    board = scene.board
    fill(board, "mod cmd FLASHDIR0 add-item {0} (cn=User%20{0})(h323=user{0})(e164=3{0})(ipei=0466{0:09d})")
    fill(board, "config add SIP REG{0} /name trunk{0} /disable /aor 2{0}@pbx.example.com /proxy pbx.example.com "
                "/user 2{0} /pwd " + "x" * 20, "config write")
    fill(board, "vars create VAR/{} p " + "00" * 40)
    scene.registrar.location.clear()
    board.reset()
    asyncio.run(scene.registered())
    assert board.run("mod cmd SIP info").startswith("REG1 ")


def test_a_flood_of_strangers_is_turned_away_and_forgotten(scene):
    chance = random.Random(2)

    async def flooded():
        await scene.registered()
        net = scene.site.net()
        net.bind("gun", 5060)
        for _ in range(20):
            for shot in flood(chance) + mutilated(chance):
                net.send("gun", (scene.address, 5060), shot)
            await scene.site.pass_time(0.05)
        return await scene.calls("301")

    assert asyncio.run(flooded()) == 503
    assert scene.board.run("mod cmd SIP info").endswith("registered\r\n")


def test_it_stays_up_and_registered_under_fire(scene):
    chance = random.Random(1)
    shots = [chance.randbytes(size) for size in (0, 1, 4, 60, 1400, 9000)] * 5
    shots += [message for _, message, *_ in torture.VALID + torture.INVALID]

    async def fire():
        await scene.registered()
        net = scene.site.net()
        net.bind("gun", 5060)
        for shot in shots:
            net.send("gun", (scene.address, 5060), shot)
            await scene.site.pass_time(0.01)
        return await scene.calls("301")

    assert asyncio.run(fire()) == 480
    assert scene.board.run("mod cmd SIP info").endswith("registered\r\n")
