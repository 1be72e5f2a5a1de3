"""What the base stations share: one flash chip, ten carriers, the codecs of the DSP.

Nothing public states the sizes inside the flash; see docs/ASSUMPTIONS.md.
"""

from hal.description import KIB, MIB, DspPart, NorFlash, RadioPart, regions

FLASH = NorFlash(size=8 * MIB, sector=4 * KIB, page=256)


def layout(vars_size):
    """The regions of an 8 MiB chip; each store has two copies of equal size."""
    return regions(
        ("boot", 64 * KIB),
        ("mini", 1 * MIB),
        ("firmware", 5 * MIB),
        ("config_a", 128 * KIB), ("config_b", 128 * KIB),
        ("vars_a", vars_size), ("vars_b", vars_size),
        ("dir_a", 128 * KIB), ("dir_b", 128 * KIB),
    )


LAYOUT_1202 = layout(vars_size=64 * KIB)
LAYOUT_1203 = layout(vars_size=256 * KIB)
"""IP1203: the VARs space grew with 15r1 (article 31); earlier releases use the first 64 KiB."""

BUILT_IN = RadioPart(carriers=10, bearers=11, antennas=2, external=False)
EXTERNAL = RadioPart(carriers=10, bearers=11, antennas=2, external=True)
"""A transceiver has twelve pairs of slots (EN 300 175-2), one of which the dummy bearer keeps. What
limits speech is the DSP: a fifth handset alerts on a four-channel base, and has no audio (article 31).
"""

SPEECH = ("pcma", "pcmu", "g722", "g726-32", "g726-32-aal2", "opus", "g729", "opus-nb")
"""What the chip speaks, in order of preference."""
EIGHT = DspPart(channels=8, codecs=SPEECH)
FOUR = DspPart(channels=4, codecs=SPEECH)

TRANSPORTS = ("udp", "tcp", "tls")
CODES_1202 = ("IPBS2-M3A", "IPBS2-M4A", "IPBS2-M5A")
