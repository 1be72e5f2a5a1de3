"""Module X509: what the vars under X509/ hold. Their values are opaque (reference console.md 1)."""

from firmware.config.schema import TRACE
from firmware.module import Module
from firmware.system.words import line
from firmware.system.xml import element


class Certificates(Module):
    """`variables` is the device's firmware.config.vars.Vars."""

    name = "X509"
    schemas = {"": TRACE}
    commands = {"xml-info": "certificates, requests and trust list",
                "servercert-create": "not part of this release"}

    def __init__(self, variables):
        self._vars = variables

    def command(self, sub, words, now):
        word = words[0] if words and not sub else ""
        if word == "xml-info":
            return line(element("info", [("busy", "false")], self._shown())), []
        if word == "servercert-create":
            return line("servercert-create: this release makes no certificates; nothing was changed"), []
        return None, []

    def _shown(self):
        chain = self._entries("certificate", "X509/REQUESTRESPONSE")
        requests = self._entries("request", "X509/REQUEST")
        trusted = self._entries("certificate", "X509/TRUSTED")
        return element("servercert", (), chain) + element("requests", (), requests) + element("trusted", (), trusted)

    def _entries(self, name, variable):
        """One element for each value of a variable, with its size in octets."""
        shown = []
        for one in self._vars.read(variable):
            words = one.split(" ")
            shown.append(element(name, [("id", words[0]), ("size", len(words[-1]) // 2 if len(words) > 2 else 0)]))
        return "".join(shown)
