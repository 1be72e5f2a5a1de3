"""The `gatesim` command: one file of sim/commands a subcommand, imported when it is asked for."""

import argparse
import errno
import importlib
import os
import sys

from sim.status import FAILED, INTERRUPTED, USAGE, UserError

COMMANDS = ("run", "check", "call", "lab", "boards", "console", "flash", "dsp")


def parser():
    """The manual: every subcommand with its options."""
    top = argparse.ArgumentParser(
        prog="gatesim", allow_abbrev=False,
        description="A virtual IP-DECT, FAX and SIP gateway: boots boards, drives their consoles, puts calls through.",
        epilog="Exit status: 0 success, 1 a check failed, 2 usage. `gatesim COMMAND --help` tells more.")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in COMMANDS:
        module = importlib.import_module("sim.commands." + name)
        one = commands.add_parser(
            name, help=(module.__doc__ or "").splitlines()[0], description=module.__doc__, allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter)
        module.arguments(one)
        one.set_defaults(execute=module.execute)
    return top


def main(argv=None):
    """Run one command; returns its exit status. Ctrl-C has been cleaned up after when it comes here."""
    try:
        return carried_out(parser().parse_args(argv))
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone; say nothing, as any filter does, not even at exit.
        hush()
        return FAILED
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print(f"gatesim: cannot write the output: {error.strerror}", file=sys.stderr)
        hush()
        return USAGE


def hush():
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def carried_out(arguments):
    try:
        status = arguments.execute(arguments)
        sys.stdout.flush()
        return status
    except UserError as error:
        print(f"gatesim {arguments.command}: {error}", file=sys.stderr)
        return USAGE


if __name__ == "__main__":
    sys.exit(main())
