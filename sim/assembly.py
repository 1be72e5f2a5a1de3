"""Option strings of the command line, in QEMU's spelling, made into devices; UserError says what is right."""

import math
import wave

from sim.site import obstacle
from sim.status import UserError

SERIAL_FORMS = "pty[:LINK], stdio, tcp:HOST:PORT, unix:PATH or none"
TEST_SARI = "31100422072149"
"""For test and training (article 31): the system of a handset that names no other."""

HANDSET_OPTIONS = ("ipei", "play", "record", "answer", "x", "y", "floor", "sari", "name", "ac", "model",
                   "wideband")
HANDSET_FORMS = ("handset,ipei=NUMBER[,play=WAV][,record=WAV][,answer=SECONDS][,x=METRES][,y=METRES][,floor=N]"
                 "[,sari=SARI][,name=NAME][,ac=CODE][,model=MODEL][,wideband=on|off]")


def serial_backend(text, pace):
    """The far end of the serial line that `-serial` names."""
    from sim.devices.uart_backends import BackendError, MemoryBackend, PtyBackend, StdioBackend
    from sim.devices.uart_sockets import TcpBackend, UnixBackend

    kind, _, rest = text.partition(":")
    try:
        if text == "none":
            return MemoryBackend()
        if text == "stdio":
            return StdioBackend(pace)
        if pace is None:
            raise UserError(f"-serial {text}: virtual time has no real lines; take stdio or none")
        if kind == "pty":
            return PtyBackend(pace, link=rest or None)
        if kind == "unix" and rest:
            return UnixBackend(pace, rest)
        if kind == "tcp" and rest:
            host, _, port = rest.rpartition(":")
            return TcpBackend(pace, host, whole(port, "-serial " + text))
    except BackendError as error:
        raise UserError(str(error)) from error
    raise UserError(f"-serial {text}: a serial line is {SERIAL_FORMS}")


def network(site, text):
    """The NIC that `-net` names."""
    kind, _, address = text.partition("=")
    if kind == "none":
        return site.unplugged()
    if kind != "host":
        raise UserError(f"-net {text}: a network is host, host=127.0.0.N or none")
    if address and not loopback(address):
        raise UserError(f"-net {text}: an address on loopback is 127.0.0.1 to 127.255.255.254")
    reason = obstacle(address) if address else None
    if reason:
        raise UserError(f"-net {text}: {reason}; is another board running there? "
                        "-net host without an address takes a free one")
    return site.net(address or None)


def loopback(address):
    parts = address.split(".")
    return len(parts) == 4 and parts[0] == "127" and all(part.isdigit() and int(part) < 256 for part in parts)


def open_flash(arguments):
    """(NorFlash of `-flash FILE`, or None for one in memory; why a new file was begun, or None).

    A file that holds no flash of this board is kept under another name.
    """
    if arguments.flash is None:
        return None, None
    import boards
    from sim.devices.flash import NorFlash
    from sim.devices.flash_cells import FlashFileError, ForeignFile, set_aside
    from sim.machine import foreign

    path = arguments.flash
    try:
        board = boards.find(arguments.machine)
    except KeyError as error:
        raise UserError(error.args[0]) from error
    try:
        try:
            flash = NorFlash(board.flash, path=path, seed=arguments.seed)
            reason = foreign(flash, board)
            if reason is None:
                return flash, None
            flash.close()
            reason = f"{path}: {reason}"
        except ForeignFile as error:
            reason = str(error)
        notice = f"{reason}; it is kept as {set_aside(path)}, a new one has been begun"
        return NorFlash(board.flash, path=path, seed=arguments.seed), notice
    except FlashFileError as error:
        raise UserError(str(error)) from error


def properties(text, known, form):
    """`a=1,b=2` after a device's name as a dict."""
    found = {}
    for part in text.split(",")[1:]:
        name, mark, value = part.partition("=")
        if not mark or name not in known:
            raise UserError(f"-device {text}: {form}")
        found[name] = value
    return found


def whole(text, place):
    if not text.isdigit():
        raise UserError(f"{place}: {text!r} is no whole number")
    return int(text)


def handsets(site, texts, stack):
    """The handsets that `-device handset,...` puts into the air; their recordings are saved when `stack` closes."""
    made = []
    for text in texts:
        if text.split(",")[0] != "handset":
            raise UserError(f"-device {text}: a device is {HANDSET_FORMS}")
        options = properties(text, HANDSET_OPTIONS, HANDSET_FORMS)
        try:
            handset = one_handset(site, options)
        except KeyError:
            raise UserError(f"-device {text}: the handset's IPEI is missing: {HANDSET_FORMS}") from None
        except OSError as error:
            raise UserError(f"-device {text}: {error.filename}: {error.strerror}") from error
        except (ValueError, EOFError, wave.Error) as error:
            raise UserError(f"-device {text}: {error or 'it is no WAV file'}") from error
        if "record" in options:
            stack.callback(handset.audio.save, options["record"])
        made.append(handset)
    return made


def one_handset(site, options):
    """KeyError without an IPEI, ValueError or OSError for what cannot be."""
    from sim.peers.handset import DEFAULT_AC, Handset
    from sim.peers.handset.models import DEFAULT

    floor = whole(options.get("floor", "0"), "-device handset: floor")
    place = number(options, "x", 5.0), number(options, "y", 0.0), floor
    if "record" in options:
        # Told now, not when the run is over.
        with open(options["record"], "ab"):
            pass
    handset = Handset(site.air, site.time, options["ipei"], options.get("sari", TEST_SARI),
                      name=options.get("name", ""), position=place, ac=options.get("ac", DEFAULT_AC),
                      model=options.get("model", DEFAULT), wideband=switch(options, "wideband"))
    if "play" in options:
        handset.audio.play(options["play"], loop=True)
    if "answer" in options:
        handset.auto_answer = round(number(options, "answer", 0.0, least=0.0) * 1_000_000)
    return handset


def switch(options, name):
    if options.get(name, "off") not in ("on", "off"):
        raise UserError(f"-device handset: {name}={options[name]}: it is on or off")
    return options.get(name) == "on"


def number(options, name, default, device="handset", least=-math.inf):
    try:
        found = float(options.get(name, default))
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise UserError(f"-device {device}: {name}={options[name]} is no number")
    if found < least:
        raise UserError(f"-device {device}: {name}={options[name]} is less than {least:g}")
    return found
