"""What an edit or an activation changed."""

from collections import namedtuple

Change = namedtuple("Change", ("module", "sub", "name", "old", "new"))
"""Texts for an edit, typed values for an activation; None: not set, "": set by its bare name.

Passwords stand in it as they are: whoever shows a Change asks `Configuration.is_secret`.
"""

Edited = namedtuple("Edited", ("changed", "warnings"))
"""Lists of Change and of sentences."""
