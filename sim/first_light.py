"""What `make run` shows: a base station from power-on to a call with speech both ways.

An IP1203 boots with its console on a pseudo-terminal; a client drives it through pyserial; it
registers at a SIP registrar; a SIP phone calls the handset. Kamailio and baresip are registrar and
phone where they are installed, gatesim's own peers where not. Then two calls with a phone of gatesim's
own show what the DSP does. Exit status 1 if any part did not happen.
"""

import argparse
import asyncio
import contextlib
import pathlib
import sys
import time

from sim.conversation import ENOUGH, Conversation, loudness, rows
from sim.devices.uart_backends import PtyBackend
from sim.dsp_show import LINES as DSP_LINES
from sim.dsp_show import DspShow
from sim.peers.handset import Audio, Handset
from sim.serial_client import SerialClient
from sim.site import Site
from sim.stage import dect_lines, kamailio, own_phone, own_registrar, program_phone, sip_lines
from sim.status import FAILED, SUCCESS
from sim.trace import Pcap, Transcript, Wav

EXAMPLES = pathlib.Path(__file__).resolve().parent.parent / "examples"
IPEI, NUMBER, PASSWORD = "0466003541858", "201", "secret"
ECHO_LOSS = 14.0
"""dB between the handset's loudspeaker and its microphone: a bad one, so that there is something to cancel."""


class Failure(Exception):
    """One step did not happen; the text says which and what was seen."""


def main(argv=None):
    parser = argparse.ArgumentParser(prog="python -m sim.first_light", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", default="out", metavar="DIR", help="folder for transcript, capture and WAVs")
    parser.add_argument("--seconds", type=float, default=8.0, metavar="S", help="length of the conversation")
    parser.add_argument("--own-peers", action="store_true", help="gatesim's own registrar and phone in any case")
    arguments = parser.parse_args(argv)
    out = pathlib.Path(arguments.out).resolve()
    out.mkdir(parents=True, exist_ok=True)
    with Site() as site, contextlib.ExitStack() as stack:
        show = Show(site, out, arguments, stack)
        try:
            asyncio.run(show.run())
        except (Failure, RuntimeError, TimeoutError) as failure:
            print(f"\nFAILED: {failure}", file=sys.stderr)
            return FAILED
        except (KeyboardInterrupt, asyncio.CancelledError):
            print("\ninterrupted", file=sys.stderr)
            return 130
    return SUCCESS


class Show:
    """The steps in their order; each raises Failure if it does not come about."""

    def __init__(self, site, out, arguments, stack):
        self.site, self.out, self.stack = site, out, stack
        self.arguments = arguments
        self.talk = Conversation(arguments.seconds)
        self.lines = self.accepted = 0

    async def run(self):
        self.boot()
        registrar = self.registrar()
        await self.configure(registrar)
        phone = self.phone(registrar)
        await self.call(phone)
        self.report(phone)
        await self.dsp(registrar)

    def boot(self):
        site, out = self.site, self.out
        pty = PtyBackend(site.pace)
        net = site.net()
        pcap = self.stack.enter_context(Pcap(str(out / "capture.pcap"), time.time()))
        net.tap = pcap.packet
        self.machine = machine = site.board("ip1203", net=net, backend=pty)
        transcript = Transcript(self.stack.enter_context((out / "console.txt").open("w")))
        self.stack.callback(transcript.close)
        machine.uart.tap = transcript.tap
        self.handset = Handset(site.air, site.time, IPEI, "31100422072149", name="Anna",
                               audio=Audio(echo_loss_db=ECHO_LOSS))
        self.handset.auto_answer = 1_000_000
        self.handset.audio.play(self.talk.second_says)
        self.path = pty.path
        machine.power_on()
        release = machine.gateway.release.text()
        step(f"{machine.board.title} with firmware {release} on {net.address}, console {pty.path}")

    async def configure(self, registrar):
        """The articles' lines and the site's, typed into the serial line as a user's program does."""
        client = SerialClient(self.path, self.machine.board.title + "> ")
        scripts = [(EXAMPLES / name).read_text() for name in ("article-31.txt", "article-09.txt")]
        site = [*DSP_LINES, *dect_lines(self.machine.net.address, [(IPEI, NUMBER, "Anna")]),
                *sip_lines(registrar.address, NUMBER, PASSWORD)]
        typing = asyncio.to_thread(client.type_scripts, [*scripts, "\n".join(site)])
        task = asyncio.create_task(typing)
        task.add_done_callback(lambda _: self.site.pace.stop())
        while not task.done():
            await self.site.pace.run()
        for line, reply in task.result():
            self.count(line, reply)
        await self.happens(lambda: self.handset.located, 10, "the handset did not register with the base")
        step(f"handset {IPEI} located; LED {self.led()}")
        await self.happens(self.registered, 10, "the board did not register at the registrar")
        step(f"registered as {NUMBER} with digest")

    def count(self, line, reply):
        self.lines += 1
        self.accepted += not (reply.startswith("error") or reply.strip() == "?")
        print(f"    {line}")
        for text in reply.strip().splitlines():
            if text != "ok":
                print(f"      {text}")

    def registrar(self):
        found = None if self.arguments.own_peers else kamailio(self.site, self.stack, self.out / "kamailio", PASSWORD)
        found = found or own_registrar(self.site, dict.fromkeys((NUMBER, "phone", "desk"), PASSWORD))
        step(f"registrar: {found.title} at {found.address[0]}:{found.address[1]}")
        return found

    def registered(self):
        return self.machine.gateway.registry.find("SIP").command("", ["info"], 0)[0].endswith(" registered\r\n")

    def phone(self, registrar):
        says = self.talk.first_says
        phone = None if self.arguments.own_peers else program_phone(
            self.site, self.stack, self.out / "baresip", registrar, PASSWORD, says)
        phone = phone or own_phone(self.site, registrar, PASSWORD, says)
        step(f"phone: {phone.title}")
        return phone

    async def call(self, phone):
        calls = self.machine.gateway.calls
        await self.happens(phone.ready, 5, "the phone did not register")
        phone.call(NUMBER)
        await self.happens(lambda: self.handset.call == "ringing", 10, "the handset does not ring")
        step(f"handset rings: {' '.join(self.handset.caller).strip()}; LED {self.led()}")
        await self.happens(lambda: calls.speaking() == 1, 10, "the call was not answered")
        step(f"talking for {self.talk.seconds:.0f} s; LED {self.led()}")
        await self.site.pass_time(self.talk.seconds / 2)
        (live,) = calls.active()
        self.echo = {"erl": live["erl"], "erle": live["erle"]}
        await self.site.pass_time(self.talk.seconds / 2 + 0.5)
        phone.hang_up()
        await self.happens(lambda: not calls.busy() and self.led() == "idle", 5, "the call did not end")
        step(f"call ended; LED {self.led()}")

    def report(self, phone):
        record = self.machine.gateway.calls.records()[-1]
        to_handset, to_network = self.handset.audio.heard(), phone.heard()
        for name, heard in (("handset-heard.wav", to_handset), ("phone-heard.wav", to_network)):
            self.save(name, heard)
        likeness = self.talk.of_first(to_handset), self.talk.of_second(to_network)
        table = [
            ("console lines accepted", f"{self.accepted} of {self.lines}"),
            ("registration", "yes"),
            *rows(record, self.echo),
            ("level at the handset", level(to_handset)),
            ("level at the phone", level(to_network)),
            ("speech phone -> handset", f"correlation {likeness[0]:.3f}"),
            ("speech handset -> phone", f"correlation {likeness[1]:.3f}"),
        ]
        print()
        for name, text in table:
            print(f"  {name:26} {text}")
        if self.accepted != self.lines:
            raise Failure("the board refused a console line")
        if min(likeness) < ENOUGH:
            raise Failure(f"speech did not come through both ways (correlation below {ENOUGH})")

    async def dsp(self, registrar):
        """The other two calls, and what the recordings show."""
        show = DspShow(self.site, self.machine, self.handset, registrar, NUMBER, PASSWORD, self.save)
        missed = []
        for title, call in (("a wide-band call with pauses compressed", show.wide), ("a call in G.726", show.narrow)):
            print()
            step(title)
            findings = await call()
            if findings is None:
                raise Failure(f"{title}: it was not answered")
            for name, text, held in findings:
                print(f"  {name:26} {text}{'' if held else '   <- not as it should be'}")
                missed += [] if held else [name]
        print(f"\n  in {self.arguments.out}/: console.txt, capture.pcap and what each heard: *.wav")
        if missed:
            raise Failure("the DSP did not do what it should: " + ", ".join(missed))

    def save(self, name, samples):
        with Wav(str(self.out / name)) as wav:
            wav.put(samples.astype("<i2").tobytes())

    def led(self):
        return self.machine.gateway.registry.find("LED").state

    async def happens(self, condition, seconds, failure):
        if not await self.site.until(condition, seconds):
            raise Failure(failure)


def level(heard):
    dbm0 = loudness(heard)
    return "silence" if dbm0 is None else f"{dbm0:.1f} dBm0"


def step(text):
    print(f"* {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
