"""The DSP channels of the board, and who holds them."""


class Channels:
    """An alerting call holds a channel (article 31, "limited to number of radio/DSP channels").

    Owners are any objects with an attribute `alerting`; one owner holds at
    most one channel.
    """

    def __init__(self, count, entropy):
        self.holders = [None] * count
        self._entropy = entropy

    def claim(self, owner):
        """A free channel for `owner`, or None."""
        for channel, holder in enumerate(self.holders):
            if holder is None:
                self.holders[channel] = owner
                return channel
        return None

    def contest(self, owner):
        """(channel or None, the call that lost its own or None) for one more alerting call.

        With all channels held, one of the alerting calls and the newcomer,
        any with the same chance, goes without.
        """
        channel = self.claim(owner)
        if channel is not None:
            return channel, None
        rivals = [number for number, holder in enumerate(self.holders)
                  if holder is not None and holder.alerting]
        draw = self._entropy(2)
        chosen = (draw[0] << 8 | draw[1]) % (len(rivals) + 1)
        if chosen == len(rivals):
            return None, None
        channel = rivals[chosen]
        loser, self.holders[channel] = self.holders[channel], owner
        return channel, loser

    def free(self, channel):
        if channel is not None:
            self.holders[channel] = None

    def holder(self, channel):
        return self.holders[channel] if 0 <= channel < len(self.holders) else None

    def busy(self):
        """How many are held."""
        return len([1 for holder in self.holders if holder is not None])
