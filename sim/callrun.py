"""One measured call: the site it needs, the call, and its result."""

import contextlib
import pathlib
import sys

from sim.commands.run import must_have
from sim.conversation import Conversation, enough, loudness, rows
from sim.dsp_device import FORM, Attachment, attach, chosen
from sim.peers import spandsp
from sim.peers.codecs import CODECS, LibraryMissing
from sim.peers.handset import Audio, Handset
from sim.peers.handset.identity import printed_ipei
from sim.peers.handset.sound import RATE, at_rate
from sim.peers.phone import Phone
from sim.peers.registrar import Registrar
from sim.site import Site
from sim.stage import dect_lines, sip_lines
from sim.status import UserError
from sim.trace import Pcap, Wav

PASSWORD = "secret"
CODERS = {"pcma": "g711a", "pcmu": "g711u", "opus": "opus-wb"}
"""Codecs that the console calls otherwise."""
EMC = 0x1234
"""Manufacturer code of the handsets: the one of reference examples."""


class Unanswered(Exception):
    """The call did not come about; the text says how far it got."""


class CallRun:
    """`build` makes the Machine from the command line's options."""

    def __init__(self, arguments, caller, called, build):
        self.arguments = arguments
        self.caller, self.called = caller, called
        self.build = build
        self.handsets: dict[int, Handset] = {}
        self.phones: list[Phone] = []
        self.attached: "Attachment | None" = None

    async def result(self) -> dict:
        """What came of the call, as a dict for JSON; `table` holds the same as printed."""
        check_libraries(self.arguments.codec)
        remote = self.called.remote
        virtual = remote is None and not self.arguments.real_time
        with Site(virtual=virtual, seed=self.arguments.seed) as site, contextlib.ExitStack() as stack:
            self.site = site
            self.talk = Conversation(self.arguments.seconds, self.arguments.seed)
            self.machine = self._board(stack)
            self.machine.on_news = lambda text: print(f"gatesim call: {text}", file=sys.stderr)
            self._people()
            await self._configure()
            return await self._call()

    def _board(self, stack):
        net = self.site.net()
        if self.arguments.out:
            pcap = stack.enter_context(Pcap(str(pathlib.Path(self.arguments.out) / "capture.pcap")))
            net.tap = pcap.packet
        dsp, others = chosen(self.arguments.device)
        if others:
            raise UserError(f"-device {others[0]}: a call takes a DSP only: {FORM}")
        self.attached = attached = attach(dsp, self.site.pace, stack) if dsp else None
        machine = self.build(self.site, self.arguments, net=net, attached=attached)
        must_have(machine.board, radio=True)
        machine.power_on()
        return machine

    def _people(self):
        """Every End's handset or phone; the caller speaks first."""
        for place, one in enumerate((self.caller, self.called)):
            says = (self.talk.first_says, self.talk.second_says)[place]
            if one.kind == "handset":
                handset = Handset(self.site.air, self.site.time, ipei(one.name), "31100422072149",
                                  position=(4.0 + one.name, 0.0), name=f"handset {one.name}", seed=self.arguments.seed,
                                  wideband=self.arguments.wideband,
                                  audio=Audio(echo_loss_db=self.arguments.echo_loss, seed=self.arguments.seed))
                handset.audio.play(says)
                handset.auto_answer = 500_000
                self.handsets[one.name] = handset
            elif one.remote is None:
                codecs = (self.arguments.codec,) if self.arguments.codec else ("pcma", "pcmu")
                self.phones.append(Phone(self.site.time, self.site.net(), one.name, PASSWORD, codecs=codecs,
                                         silence=self.arguments.silence, source=says, auto_answer=0.5,
                                         seed=self.arguments.seed))

    async def _configure(self):
        net = self.machine.net
        users = [(ipei(number), str(200 + number), f"Handset{number}") for number in self.handsets]
        if self.arguments.wideband:
            self._type(["config add GW-DECT MASTER /wideband"])
        self._type(dect_lines(net.address, users))
        self._type([f"config add MSP0 /ec-type {self.arguments.ec_type}", *self._media(), "config activate"])
        if self.called.remote:
            host, port = self.called.remote
            self._type([f"config change SIP REG1 /no-reg /aor {users[0][1]}@{host}:{port} /proxy {host}:{port}",
                        "config activate"])
        else:
            await self._register(users)
        await self._happens(lambda: all(handset.located for handset in self.handsets.values()), 30,
                            "a handset did not register with the base")

    def _media(self):
        """Lines for what is spoken; where a phone takes part, the codec is its choice."""
        words = ["/sc /local-sc"] if self.arguments.silence else []
        if self.arguments.codec and not self.phones:
            coder = CODERS.get(self.arguments.codec, self.arguments.codec)
            words.append(f"/coder {coder} /exclusive /local-coder {coder} /local-exclusive")
        return ["config change MEDIA " + " ".join(words)] if words else []

    async def _register(self, users):
        """A registrar, with every user of the board and the phone registered there."""
        names = [number for _, number, _ in users] + [phone.user for phone in self.phones]
        registrar_net = self.site.net()
        registrar = Registrar(self.site.time, registrar_net, registrar_net.address, dict.fromkeys(names, PASSWORD))
        for place, (_, number, _) in enumerate(users, 1):
            self._type(sip_lines(registrar.address, number, PASSWORD, f"REG{place}"))
        for phone in self.phones:
            phone.register(registrar.address, domain=registrar.realm)
        await self._happens(lambda: all(registrar.registered(name) for name in names), 10,
                            "not everybody registered at the registrar")

    async def _call(self):
        await self._dial()
        calls = self.machine.gateway.calls
        progress(f"calling {self.arguments.called}")
        await self._happens(lambda: calls.speaking() > 0 and self._talking(), self.arguments.ring, None)
        progress(f"talking for {self.arguments.seconds:g} s")
        # ERLE is what stands at the end of the network's turn, when the handset was only listening.
        await self.site.pass_time(self.talk.seconds / 2)
        after_first = calls.active()
        await self.site.pass_time(self.talk.seconds / 2)
        live = self._listening(after_first, calls.active())
        await self.site.pass_time(0.5)
        self._hang_up()
        await self._happens(lambda: not calls.busy(), 10, "the call did not end")
        return self._measure(calls.records(), live)

    async def _dial(self):
        number = str(200 + self.called.name) if self.called.kind == "handset" else self.called.name
        if self.caller.kind == "sip":
            self.phones[0].call(number)
            return
        handset = self.handsets[self.caller.name]
        # Not while the bearer of its registration is still up.
        await self._happens(lambda: handset.dial(number), 10, "the handset found no bearer to dial on")

    def _talking(self):
        return all(handset.call == "talking" for handset in self.handsets.values())

    def _listening(self, after_first, after_second):
        """The record of the call in which a handset has just been listening to the network."""
        incoming = [record for record in after_first if record["incoming"]]
        return incoming[0] if incoming else after_second[0]

    def _hang_up(self):
        if self.caller.kind == "sip":
            self.phones[0].calls[0].hang_up()
        else:
            self.handsets[self.caller.name].hang_up()

    def _heard(self, one):
        """What an End heard, None for a real program, which keeps it to itself."""
        if one.kind == "handset":
            audio = self.handsets[one.name].audio
            return at_rate(audio.heard(), audio.rate, RATE)
        return None if one.remote else self.phones[0].calls[0].record

    def _measure(self, records, live):
        record = records[-1] if records[-1]["incoming"] else records[0]
        echo = {"erl": live["erl"], "erle": live["erle"]} if live["erle"] is not None else None
        table = rows(record, echo)
        through: dict[str, float] = {}
        heard: dict[str, float | None] = {}
        ends = (("called", self.called, self.caller, self.talk.of_first),
                ("caller", self.caller, self.called, self.talk.of_second))
        for name, one, other, likeness in ends:
            samples = self._heard(one)
            if samples is None:
                continue
            self._save(f"{name}-heard.wav", samples)
            heard[name] = loudness(samples)
            table.append((f"level at the {name}", "silence" if heard[name] is None else f"{heard[name]:.1f} dBm0"))
            if other.remote is None:
                # What a real program says is its own affair.
                through[name] = likeness(samples)
                table.append((f"speech to the {name}", f"correlation {through[name]:.3f}"))
        if self.attached is not None:
            table.extend(self.attached.rows())
        return {"answered": True, "through": all(value >= enough(record["codec"]) for value in through.values()),
                "table": table,
                "call": record, "echo": echo, "correlation": through, "level_dbm0": heard}

    def _save(self, name, samples):
        if self.arguments.out:
            with Wav(str(pathlib.Path(self.arguments.out) / name)) as wav:
                wav.put(samples.astype("<i2").tobytes())

    def _type(self, lines):
        for line in lines:
            result = self.machine.run_line(line)
            if result.refused():
                raise UserError(f"the board refused {line!r}: {result.reply.strip()}")

    async def _happens(self, condition, seconds, failure):
        if not await self.site.until(condition, seconds):
            raise Unanswered(failure or self._how_far())

    def _how_far(self):
        records = self.machine.gateway.calls.records()
        if records and records[-1]["cause"] is not None:
            return f"the call was released with cause {records[-1]['cause']} (Q.850)"
        return "the call was not answered"


def check_libraries(codec):
    """UserError if what handsets speak on the air, or a phone by the name of `codec`, is not installed."""
    try:
        spandsp.load()
        if codec:
            CODECS[codec].make()
    except (LibraryMissing, spandsp.SpandspMissing) as missing:
        raise UserError(str(missing)) from None


def ipei(number):
    """The printed IPEI of the N-th handset."""
    return printed_ipei(EMC, number)


def progress(text):
    if sys.stderr.isatty():
        print(text, file=sys.stderr)
