"""Compiled files from one run to the next: where nothing has changed, the compiler need not run."""

import hashlib
import os
import pathlib
import tempfile

KEY = 32


class Cache:
    """One entry a file of the board and set of options; it holds what was made of the last source."""

    def __init__(self, folder=None):
        base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
        self._folder = pathlib.Path(folder or pathlib.Path(base) / "gatesim" / "mpy")

    def made(self, name: str, source: bytes, make) -> bytes:
        """What `make()` gives for this source, from the last time if it was the same. `name` tells the entry."""
        place = self._folder / hashlib.sha256(name.encode()).hexdigest()[:KEY]
        key = hashlib.sha256(source).digest()
        try:
            kept = place.read_bytes()
        except OSError:
            kept = b""
        head = key + hashlib.sha256(kept[2 * KEY:]).digest()
        if kept[:2 * KEY] == head:
            return kept[2 * KEY:]
        data = make()
        self._keep(place, key + hashlib.sha256(data).digest() + data)
        return data

    def _keep(self, place, content):
        """As a whole or not at all; a folder that cannot be written is no matter."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as file:
                file.write(content)
            os.replace(file.name, place)
        except OSError:
            pass
