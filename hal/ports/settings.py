"""What a board must be told about itself, in a file of its own: `board.txt`, lines of a name and a value.

    address 192.0.2.7      unless DHCP gives one; on the unix VM the address of the host to use
    netmask, gateway, dns  with an address
    mac 00:90:33:00:00:07  only where the hardware has none
    ssid, password         of the radio network to join; country (DE) for its channels
"""

FILE = "board.txt"


def read(path=FILE):
    """A dict; empty if there is no file. A line without a value and one that begins with # say nothing."""
    found = {}
    try:
        with open(path) as file:
            for line in file:
                name, _, value = line.strip().partition(" ")
                if value and name[:1] != "#":
                    found[name] = value.strip()
    except OSError:
        pass
    return found


def mac(settings):
    """The MAC address that is written there, or None."""
    try:
        octets = bytes([int(part, 16) for part in settings["mac"].split(":")])
    except (KeyError, ValueError):
        return None
    return octets if len(octets) == 6 else None
