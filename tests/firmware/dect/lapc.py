"""LAPC frames out of the bursts of the air, in clear, without a line of the gateway's or the handset's own."""

import struct

NUMBERS = (0, 1)
"""TA of a C_T segment: its number (EN 300 175-3 7.1.2)."""


class Sender:
    """The C_T segments of one station on one bearer, put together."""

    def __init__(self):
        self.frames = []
        self._octets = b""
        self._number = None

    def take(self, field):
        number = field[0] >> 5
        if number in NUMBERS and number != self._number:
            self._number = number
            self._octets += field[1:6]
            self._cut()

    def _cut(self):
        """Address, control, length; contents; fill and FCS up to a multiple of five (175-4 6.1.2, 7.2)."""
        while len(self._octets) >= 5:
            size = -(-(3 + (self._octets[2] >> 2) + 2) // 5) * 5
            if len(self._octets) < size:
                return
            self.frames.append(self._octets[:size])
            self._octets = self._octets[size:]


def frames(bursts):
    """The frames of each (station, carrier, slot), in their order."""
    senders = {}
    for burst in bursts:
        name = id(burst.station), burst.carrier, burst.slot
        senders.setdefault(name, Sender()).take(burst.field)
    return [sender.frames for sender in senders.values() if sender.frames]


def capture(path, frames):
    """As a capture of link type USER0, which tshark is told to be DECT's DLC."""
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 147))
        for at, frame in enumerate(frames):
            file.write(struct.pack("<IIII", at, 0, len(frame), len(frame)) + frame)


DLC = ("-o", 'uat:user_dlts:"User 0 (DLT=147)","dect_dlc","0","","0",""')
