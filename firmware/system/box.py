"""Module CMD0: the device's name, the admin account, its identity, and the reset by HTTP.

Shapes: `xml-info` gives `<info name=…>`, `box_info.xml` a `<sys>` with temp,
sync and, only while one is owed, reset-required; a reset answers with
reset="true" (reference console.md 1). The rest of the attributes is our choice.
"""

from firmware.config.schema import SECRET, TEXT, TRACE, Option
from firmware.effects import Restart
from firmware.module import Module
from firmware.system.words import line, value
from firmware.system.xml import element


class Account(Option):
    """`user,password`: what may log in. Empty stands for the account that the device was shipped with."""

    def read(self, text):
        user, comma, password = text.partition(",")
        if text and (not comma or not user or not password or ":" in user or len(text) > (self.high or 0)):
            raise ValueError("user,password of at most {} characters".format(self.high))
        return text


OPTIONS = (
    Option("name", TEXT, "", high=63, help="the device's name, as it shows it", source="reference console.md 1"),
    Account("admin", SECRET, "", high=80, help="administrator as user,password; empty: admin and the product's name",
            source="our choice"),
)


class Box(Module):
    """`product` ("IP1203"), `version` and `mac` (6 octets) identify the device.

    `pending` is true while a reset is owed; `sync()` names the source of air
    synchronization or is "-"; `temperature()` is in degrees Celsius or None.
    """

    name = "CMD0"
    schemas = {"": OPTIONS + TRACE}
    commands = {
        "xml-info": "the device's name", "box-info": "identity and state", "reset": "with /reset OK: restart now"}

    def __init__(self, product, version, mac, pending, sync=None, temperature=None):
        self.product = product
        self.version = version
        self.mac = mac
        self.title = ""
        self._pending = pending
        self._sync = sync
        self._temperature = temperature
        self._account = self._shipped()

    def configure(self, sub, values, changed, now):
        self.title = values["name"]
        user, comma, password = values["admin"].partition(",")
        self._account = (user, password) if comma else self._shipped()
        return []

    def password_of(self, user):
        """The password of an account, or None if there is no such account."""
        return self._account[1] if user == self._account[0] else None

    @property
    def serial(self):
        """The MAC address with dashes, which is the serial number too."""
        return "-".join(["{:02x}".format(octet) for octet in self.mac])

    def command(self, sub, words, now):
        word = words[0].lower() if words and not sub else ""
        if word == "xml-info":
            return line(element("info", [("name", self.title or self.product)])), []
        if word == "box-info":
            return line(element("info", (), self._sys())), []
        if word == "reset":
            return self._reset(words)
        return None, []

    def _sys(self):
        temperature = self._temperature() if self._temperature else None
        return element("sys", [
            ("name", self.title), ("product", self.product), ("version", self.version), ("mac", self.serial),
            ("serial", self.serial.replace("-", "")), ("temp", "-" if temperature is None else temperature),
            ("sync", self._sync() if self._sync else "-"), ("reset-required", "true" if self._pending else None)])

    def _reset(self, words):
        if (value(words, "reset") or "").upper() != "OK":
            return line(element("info")), []
        return line(element("info", [("reset", "true")])), [Restart("now", "mod cmd CMD0 reset")]

    def _shipped(self):
        return "admin", self.product.lower()
