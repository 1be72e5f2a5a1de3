"""How a command ends."""

SUCCESS, FAILED, USAGE = 0, 1, 2
INTERRUPTED = 130


class UserError(Exception):
    """Something the user can mend; the text names the place and the mend. Exit status 2."""
