"""Put one call through a board and measure it.

An END is `handset:N` (the N-th handset of the board), `sip:NAME` (a SIP phone of gatesim's own) or
`sip:USER@HOST[:PORT]` (a real SIP program, to be called). Between gatesim's own ends the call runs on
virtual time, the same again for the same seed. First the caller speaks, then the called party.
Exit status 1 if the call was not answered, or speech did not come through.
"""

import asyncio
import json
import pathlib
import sys

from sim.commands.run import DSP_HELP, build, common
from sim.status import FAILED, SUCCESS, UserError

SHORTEST, LONGEST = 2, 3600
"""Seconds of a call: each side must have time for a sentence."""

CODECS = ("pcma", "pcmu", "g722", "g726-32", "aal2-g726-32", "opus", "opus-nb", "g729")

ENDS = "handset:N, sip:NAME or sip:USER@HOST[:PORT]"


def arguments(parser):
    parser.add_argument("--from", dest="caller", metavar="END", default="sip:phone",
                        help="who calls (default %(default)s)")
    parser.add_argument("--to", dest="called", metavar="END", default="handset:1",
                        help="who is called (default %(default)s)")
    common(parser)
    parser.add_argument("--seconds", type=float, default=10.0, metavar="S",
                        help="how long they talk (default %(default)s)")
    parser.add_argument("--ring", type=float, default=40.0, metavar="S",
                        help="how long to wait for an answer (default %(default)s)")
    parser.add_argument("--codec", choices=CODECS,
                        help="the one codec of the SIP phone (default: pcma or pcmu), or of the board where no phone "
                             "of gatesim's own takes part")
    parser.add_argument("--silence", action="store_true", help="compress silence, both ways (/sc of MEDIA)")
    parser.add_argument("--echo-loss", type=float, default=20.0, metavar="DB",
                        help="from a handset's loudspeaker to its microphone (default %(default)s)")
    parser.add_argument("--wideband", action="store_true", help="handsets and base take G.722 on long slots")
    parser.add_argument("--ec-type", type=int, choices=(0, 1, 2), default=2, help="echo canceller, as /ec-type of MSP0")
    parser.add_argument("-device", metavar="DEVICE", action="append", default=[], help=DSP_HELP)
    parser.add_argument("--real-time", action="store_true", help="by the wall clock between gatesim's own ends too")
    parser.add_argument("--out", metavar="DIR", help="write capture.pcap and what each end heard as WAV")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def execute(arguments):
    from sim.callrun import CallRun, Unanswered

    caller, called = end(arguments.caller, "--from"), end(arguments.called, "--to")
    if caller.remote:
        raise UserError(f"--from {arguments.caller}: a real program cannot be told to call; name it with --to, "
                        "or take sip:NAME for a phone of gatesim's own")
    if caller.kind == called.kind == "sip":
        raise UserError("a call from SIP to SIP passes no handset: one END must be handset:N")
    if caller.kind == called.kind == "handset" and caller.name == called.name:
        raise UserError("a handset cannot call itself: take handset:1 and handset:2")
    if not SHORTEST <= arguments.seconds <= LONGEST:
        raise UserError(f"--seconds {arguments.seconds:g}: a call is measured over {SHORTEST} to {LONGEST} seconds")
    if not 0 < arguments.ring <= LONGEST:
        raise UserError(f"--ring {arguments.ring:g}: wait for an answer between 0 and {LONGEST} seconds")
    if arguments.out:
        make_folder(arguments.out)
    run = CallRun(arguments, caller, called, build)
    try:
        result = asyncio.run(run.result())
    except Unanswered as failure:
        result = {"answered": False, "reason": str(failure)}
    show(result, arguments.json)
    return SUCCESS if result["answered"] and result["through"] else FAILED


def make_folder(path):
    try:
        pathlib.Path(path).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"cannot write to {path}: {error.strerror}") from error


class End:
    """One side of the call: `kind` "handset" or "sip"; `name` its number or user; `remote` (host, port) or None."""

    def __init__(self, kind, name, remote=None):
        self.kind, self.name, self.remote = kind, name, remote


def end(text, option):
    """The End that a word of the command line names."""
    kind, _, rest = text.partition(":")
    if kind == "handset" and (rest or "1").isdigit() and 1 <= int(rest or "1") <= 8:
        return End("handset", int(rest or "1"))
    if kind == "sip" and rest:
        user, at, host = rest.partition("@")
        if not at:
            return End("sip", user)
        host, _, port = host.partition(":")
        if user and host and (port or "5060").isdigit():
            return End("sip", user, (host, int(port or "5060")))
    if kind == "fax":
        raise UserError(f"{option} {text}: FAX lines are not part of this release")
    raise UserError(f"{option} {text}: an END is {ENDS}")


def show(result, as_json):
    if as_json:
        print(json.dumps(result, indent=2))
    elif not result["answered"]:
        print(f"no call: {result['reason']}", file=sys.stderr)
    else:
        for name, text in result["table"]:
            print(f"{name:26} {text}")
