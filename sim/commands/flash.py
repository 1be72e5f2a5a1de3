"""Write the firmware onto a MicroPython board, or start the DSP board.

A board with MicroPython (`gatesim boards` names the kinds) gets the firmware over its serial line: compiled for
it, only what has changed, read back, and put in place as a whole, so that the board boots the old or the new
whenever the cable or the power goes; the next run goes on from there. Files that are not gatesim's are not
touched. Then the board restarts, and the command waits for its prompt.

PORT is anything that pyserial opens: a device, a pty, socket://H:P, rfc2217://H:P. Without one, upy-unix is the
MicroPython VM on this machine, as a board behind a pty, and mps2-an386 and mps2-an500 are the DSP board in QEMU.
Both stay on when the command has ended: `port` in their folder is their serial line, --stop ends them.

Exit status: 0 it runs; 1 the board or the line failed, run it again; 2 it may not be done so, nothing was written.
"""

import json
import sys

from sim.status import FAILED, SUCCESS, UserError

DSP_BOARDS = ("mps2-an386", "mps2-an500")
VM_BOARD = "upy-unix"


def arguments(parser):
    parser.add_argument("--board", metavar="BOARD", help=f"the kind of board: rp2, esp32 ..., {VM_BOARD}, "
                        + " or ".join(DSP_BOARDS))
    parser.add_argument("--port", metavar="PORT", help="its serial line; --list finds it")
    parser.add_argument("--baud", type=int, default=115200, help="bit/s of a real line (default %(default)s)")
    parser.add_argument("--list", action="store_true", help="list the serial ports of this machine and what answers "
                        "there; asks without stopping what runs")
    parser.add_argument("--stop", action="store_true", help="switch off the board that an earlier run has left on")
    parser.add_argument("--folder", metavar="DIR", help="where a board on this machine lives (default: its name)")
    parser.add_argument("--gdb", type=int, metavar="PORT", help="DSP board: wait at its first instruction for a "
                        "debugger on this TCP port")
    parser.add_argument("--source", action="store_true", help="write the sources instead of compiling them")
    parser.add_argument("--force", action="store_true", help="overwrite files that are not gatesim's where they are "
                        "in the way")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def execute(arguments):
    from sim.devboard.keeper import KeeperError

    try:
        if arguments.list:
            return listed(arguments)
        if arguments.board is None:
            raise UserError("name the kind of board with --board; `gatesim boards` lists them, --list finds ports")
        if arguments.stop:
            return stopped(arguments)
        if arguments.board.replace("_", "-") in DSP_BOARDS:
            return dsp_board(arguments)
        return python_board(arguments)
    except KeeperError as failure:
        raise UserError(str(failure)) from None


def kept(arguments):
    from sim.devboard.keeper import Keeper

    return Keeper(arguments.folder or arguments.board.replace("_", "-"))


def stopped(arguments):
    keeper = kept(arguments)
    if not keeper.stop():
        raise UserError(f"no board is on in the folder {keeper.folder}")
    return SUCCESS


def listed(arguments):
    from tools.flash.ports import survey

    rows = survey(arguments.baud, [arguments.port] if arguments.port else None)
    if arguments.json:
        print(json.dumps([row._asdict() for row in rows], indent=2))
    elif not rows:
        print("no serial port on this machine; boards that `gatesim flash` left on would be listed too")
    else:
        width = max(len(row.port) for row in rows)
        for row in rows:
            print(f"{row.port:{width}}  {row.kind:13}  {row.what}")
    return SUCCESS


def dsp_board(arguments):
    from sim.devices.link_line import LineError
    from sim.devices.link_qemu import must_be_free
    from tools import target

    if arguments.port:
        raise UserError(f"{arguments.board} is emulated: it has no --port of a real line; a real board gets the image "
                        "from its vendor's own programmer, see docs/boards.md")
    keeper = kept(arguments)
    name = arguments.board.replace("_", "-")
    if arguments.gdb is not None and not 0 < arguments.gdb < 65536:
        raise UserError(f"--gdb {arguments.gdb}: a TCP port is 1 to 65535")
    try:
        image = target.board_image(name)
    except RuntimeError as failure:
        raise UserError(str(failure)) from None
    if keeper.process() is not None:
        keeper.stop()
    if arguments.gdb:
        try:
            must_be_free(arguments.gdb)
        except LineError as failure:
            raise UserError(f"--gdb: {failure}") from None
    keeper.start("dsp", name, str(image), *([str(arguments.gdb)] if arguments.gdb else []))
    return tell(arguments, {"board": name, "image": str(image), "port": str(keeper.port), "gdb": arguments.gdb},
                [f"{name} runs {image}; its line is {keeper.port}",
                 f"use it: gatesim run -M ip1203 -device dsp,port={keeper.port}", stop_line(arguments)])


def python_board(arguments):
    from sim.line import LineLost, open_line
    from tools.flash.flasher import Flasher, NotRunning
    from tools.flash.repl import FlashError
    from tools.flash.show import Progress, sentences

    board, wanted = description(arguments.board)
    keeper = None if arguments.port else own_board(arguments, board)
    port = str(keeper.port) if keeper else arguments.port
    images = images_of(board, arguments.source)
    with open_line(port, arguments.baud) as line, Progress(sys.stderr) as progress:
        try:
            report = Flasher(line, wanted, images, progress, arguments.force).run()
        except (FlashError, LineLost) as failure:
            progress.stop()
            mend = "" if isinstance(failure, NotRunning) else "; run it again, it goes on from there"
            print(f"gatesim flash: {port}: {failure}{mend}", file=sys.stderr)
            return FAILED
        except KeyboardInterrupt:
            progress.stop()
            print(f"gatesim flash: {port}: interrupted; the board boots what it had or what it got; run it again, "
                  "it goes on from there", file=sys.stderr)
            raise
    report["port"] = port
    return tell(arguments, report, sentences(report) + ([stop_line(arguments)] if keeper else []))


def description(name):
    """(hal.description.Board, Wanted) of a board with MicroPython."""
    import boards
    from tools.flash.flasher import Wanted

    try:
        board = boards.find(name)
    except KeyError as error:
        raise UserError(f"{error.args[0]}, {', '.join(DSP_BOARDS)}") from None
    python = board.micropython
    if python is None:
        raise UserError(f"{board.title} is emulated and needs no flashing: gatesim run -M {board.name}")
    return board, Wanted(name, python.port, python.arch)


def own_board(arguments, board):
    """The Keeper of the VM, which is on."""
    from sim.devboard.vm import MissingVm, find_vm

    if board.name != VM_BOARD.replace("-", "_"):
        raise UserError(f"name the serial line of the {board.title} with --port; --list finds it")
    try:
        find_vm()
    except MissingVm as missing:
        raise UserError(str(missing)) from None
    keeper = kept(arguments)
    keeper.start("vm", str(board.micropython.heap))
    return keeper


def images_of(board, as_sources):
    from tools import portable
    from tools.flash import images

    files = portable.files(board.name)
    if as_sources:
        return images.sources(files)
    return images.compiled(files, (portable.OPTIMISE, *images.march(board.micropython.arch)))


def stop_line(arguments):
    folder = f" --folder {arguments.folder}" if arguments.folder else ""
    return f"switch it off: gatesim flash --board {arguments.board}{folder} --stop"


def tell(arguments, report, lines):
    print(json.dumps(report, indent=2) if arguments.json else "\n".join(lines))
    return SUCCESS


