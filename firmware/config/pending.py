"""A reset that is owed: what has been changed but is not in full effect until the device restarts."""


class Pending:
    """`reasons` in the order in which they came, without repetition; a new one per boot."""

    def __init__(self):
        self.reasons = []

    def owe(self, reason):
        if reason not in self.reasons:
            self.reasons.append(reason)

    def __bool__(self):
        return bool(self.reasons)
