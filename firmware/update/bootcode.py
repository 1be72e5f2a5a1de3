"""The boot code: which firmware to start (reference console.md 2, "Boot" and "Button")."""

from collections import namedtuple

Boot = namedtuple("Boot", ("kind", "reason"))
"""`kind`: "main", "mini" or "tftp"; `reason` says why, for the log and the boot banner."""

MINI_MODULES = ("LED", "CONSOLE", "CMD0", "IP0", "ETH0", "HTTP0", "UP0", "FLASHMAN0", "BUTTON")
"""Modules of the mini firmware: it has no PBX, gateway, DECT, LDAP nor logging modules."""

MAIN, MINI = "firmware", "mini"
"""Names of the flash regions that hold the images."""


def choose(flash, regions, button):
    """A Boot: TFTP while `button` (hal.button.Button) is held, else main, else mini, else TFTP.

    `regions` are those of the board; `flash` is only read. A board that has no region for
    images runs its main firmware from a file system.
    """
    if button.pressed():
        return Boot("tftp", "the reset button is held")
    if not any([one.name in (MAIN, MINI) for one in regions]):
        return Boot("main", "from the board's file system")
    main = checked(flash, regions, MAIN)
    if not isinstance(main, str):
        return Boot("main", "{} {}".format(main.product, main.release))
    mini = checked(flash, regions, MINI)
    if not isinstance(mini, str):
        return Boot("mini", "main firmware: " + main)
    return Boot("tftp", "main firmware: {}; mini firmware: {}".format(main, mini))


def checked(flash, regions, name):
    """The firmware.update.image.Image in the region of that name, or why there is none."""
    from firmware.update.image import check

    found = [one for one in regions if one.name == name]
    return check(flash, found[0]) if found else "no such region"
