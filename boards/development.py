"""What the boards with MicroPython share: the stores in a part of their file system, SIP over UDP.

They have neither radio nor DSP, and so no handset that could take a call. The
firmware itself lies in the file system, not in a region of the flash.
"""

from hal.description import KIB, NorFlash, regions

LAYOUT = regions(
    ("config_a", 8 * KIB), ("config_b", 8 * KIB),
    ("vars_a", 4 * KIB), ("vars_b", 4 * KIB),
    ("dir_a", 2 * KIB), ("dir_b", 2 * KIB),
)
"""As much as the firmware can hold in 512 KiB of heap beside a registration: there an octet takes up to fifteen."""

FLASH = NorFlash(size=28 * KIB, sector=2 * KIB, page=256)
"""A sector is a file (hal.ports.flash)."""

TRANSPORTS = ("udp",)
NONE = ()
