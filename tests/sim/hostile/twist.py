"""What is done to the data link frames of one side on their way to the MAC.

A twist is for the next frame with information: ("flip", place, mask) leaves its checksum wrong; ("number", mask) and
("address", mask) change its control and address octets, ("cut", length), ("grow", octets), ("bend", place, mask) and
("instead", octets) its message, all with a checksum that is right; ("more",) says that it is not the last;
("repeat", times) and ("lose",) are plain.
"""

from sim.peers.handset.codec import FRAME, MOST, SEGMENT, fletcher, frame_length


def framed(head, information, signature, more=False):
    """The frame with the checksum of its octets; one that is too long has it, too."""
    length = (len(information) & MOST) << 2 | more << 1 | 1
    octets = bytes((*head, length)) + information
    octets += b"\xF0" * (-(len(octets) + 2) % SEGMENT)
    first, second = fletcher(octets + b"\0\0")
    return octets + bytes(((first - second) % 255 ^ signature >> 8, (second - 2 * first) % 255 ^ signature & 0xFF))


class Twister:
    """`twists` are taken in turn; `signature` is asked for each frame."""

    def __init__(self, signature):
        self.twists = []
        self._signature = signature

    def __call__(self, segments):
        octets = b"".join(segments)
        if not self.twists or len(octets) < SEGMENT or octets[1] & 1 or len(octets) != frame_length(octets[2]):
            return segments
        name, *how = self.twists.pop(0)
        return [one[at:at + SEGMENT] for one in getattr(self, name)(octets, *how)
                for at in range(0, len(one), SEGMENT)]

    def _again(self, octets, information=None, head=None, more=False):
        read = FRAME.parse(octets)
        information = bytes(read.information) if information is None else information
        return framed(octets[:2] if head is None else head, information[:MOST], self._signature(),
                      more or bool(read.length.more))

    def flip(self, octets, place, mask):
        place %= len(octets)
        return [octets[:place] + bytes((octets[place] ^ mask,)) + octets[place + 1:]]

    def number(self, octets, mask):
        return [self._again(octets, head=(octets[0], octets[1] ^ mask))]

    def address(self, octets, mask):
        return [self._again(octets, head=(octets[0] ^ mask, octets[1]))]

    def cut(self, octets, length):
        information = bytes(FRAME.parse(octets).information)
        return [self._again(octets, information[:length % (len(information) + 1)])]

    def grow(self, octets, more):
        return [self._again(octets, bytes(FRAME.parse(octets).information) + more)]

    def bend(self, octets, place, mask):
        information = bytearray(FRAME.parse(octets).information)
        if information:
            information[place % len(information)] ^= mask
        return [self._again(octets, bytes(information))]

    def instead(self, octets, information):
        return [self._again(octets, information)]

    def more(self, octets):
        return [self._again(octets, more=True)]

    def repeat(self, octets, times):
        return [octets] * times

    def lose(self, octets):
        return []
