"""A board on loopback with handsets, and what the tests of this folder do with it."""

import contextlib

from sim.callrun import ipei
from sim.peers.handset import Audio, Handset
from sim.site import Site
from sim.stage import dect_lines, sip_lines

PASSWORD = "secret"
AFTERWARDS = 40
"""Seconds after which no SIP transaction is left: 64*T1 is 32 s (RFC 3261 17.1.2.2, 17.2.2)."""

LOOK = 20_000
APART = 300.0
"""Metres."""


class Lab:
    """`site` with wall-clock pace, `folder` for the programs' files; programs given to `run` end with the lab."""

    def __init__(self, folder):
        self.folder = folder
        self.site = Site()
        self.handsets: list[Handset] = []
        self._stack = contextlib.ExitStack()

    def board(self, handsets=1, says=None, answer=0.0):
        """An IP1203, on, master of its own system: handset N has the number 200 + N, answers after so many seconds.

        A second board stands so far away that its handsets hear it best.
        """
        place = APART * len(self.site.machines)
        machine = self.machine = self.site.board("ip1203", position=(place, 0.0))
        machine.power_on()
        first = len(self.handsets) + 1
        numbers = range(first, first + handsets)
        self.type(dect_lines(machine.net.address, [(ipei(n), str(200 + n), f"User{n}") for n in numbers]))
        for number in numbers:
            handset = Handset(self.site.air, self.site.time, ipei(number), "31100422072149",
                              position=(place + 3.0 + number / 10, 0.0), audio=Audio(seed=number), seed=number)
            handset.auto_answer = round(answer * 1_000_000)
            if says is not None:
                handset.audio.play(says)
            self.handsets.append(handset)
        return machine

    def type(self, lines):
        for line in lines:
            result = self.machine.run_line(line)
            assert not result.refused(), (line, result.reply)

    def trunk(self, server):
        """Calls go to and come from `server` without a registration."""
        host, port = server
        self.type([f"config change SIP REG1 /no-reg /aor 201@{host}:{port} /proxy {host}:{port}", "config activate"])

    def account(self, registrar, user="201", password=PASSWORD):
        self.type(sip_lines(registrar.address, user, password))

    def run(self, program):
        return self._stack.enter_context(program)

    async def located(self):
        """Every handset has registered with the base and let go of the bearer it did that on."""
        await self.happens(lambda: all(one.located and one.status.slot is None for one in self.handsets), 20)

    async def happens(self, condition, seconds=10):
        """Also what no event of ours announces, as a program's output, is seen within LOOK µs."""
        def look():
            self._looking = self.site.time.after(LOOK, look)

        look()
        held = await self.site.until(condition, seconds)
        self.site.time.cancel(self._looking)
        assert held, f"did not happen within {seconds} s"

    async def ended(self, program, seconds):
        """A program has come to its end; its exit status."""
        await self.happens(lambda: not program.running(), seconds)
        return program.popen.returncode

    def registered(self):
        return self.ask("SIP", "info").endswith(" registered\r\n")

    def ask(self, module, word, machine=None):
        return (machine or self.machine).gateway.registry.find(module).command("", [word], 0)[0]

    def later(self, seconds=AFTERWARDS):
        """Let virtual time run ahead of the wall, where nothing but timers is left to wait for."""
        self.site.time.run(self.site.time.now + round(seconds * 1_000_000))

    def left(self, machine=None):
        """What a board still holds: (calls, SIP's own count, DSP channels held)."""
        calls = (machine or self.machine).gateway.calls
        return calls.busy(), self.ask("SIP", "calls", machine).strip(), calls.channels.busy()

    def close(self):
        self._stack.close()
        self.site.close()


NOTHING_LEFT = (0, "0 calls, 0 client and 0 server transactions", 0)
