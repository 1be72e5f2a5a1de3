"""The command table of the console, and what each command does.

Grammar and facts: reference console.md 1. A command's function takes the
interpreter, the words after its keywords, and now; it returns a Result.
"""

from collections import namedtuple

from firmware.config.configuration import head
from firmware.config.options import OptionError, decode, parse
from firmware.config.part import Part
from firmware.config.schema import FLAG
from firmware.console.result import done, lines, shown, unknown
from firmware.effects import As, Restart

Command = namedtuple("Command", ("keywords", "run", "usage", "help"))

RESET_VARS = ("X509/TRUSTED",)
"""Vars that are read at boot only: article 16 asks for a restart after them."""


def find(words):
    """(the Command that these words begin with, the words after its keywords), or (None, words)."""
    keyword = words[0].lower()
    second = words[1].lower() if len(words) > 1 else ""
    for command in COMMANDS:
        count = len(command.keywords)
        if command.keywords == (keyword, second)[:count]:
            return command, words[count:]
    return None, words


def _edit(method):
    def run(on, words, now):
        module = _module(words)
        sub, rest = head(words)
        on.configuration.check(module, sub)
        edited = getattr(on.configuration, method)(module, sub, parse(rest))
        return done(changed=edited.changed, warnings=edited.warnings)
    return run


def _module(words):
    if not words or words[0][:1] == "/":
        raise OptionError("name a module")
    return words[0]


def _config_show(on, words, now):
    return shown(lines(on.configuration.lines(words[0] if words else None, words[1] if len(words) > 1 else None)))


def _config_write(on, words, now):
    on.store.commit(on.configuration.serialise())
    on.configuration.unsaved = False
    on.written(now)
    return done()


def _config_activate(on, words, now):
    effects = on.configuration.activate(now)
    return done(effects=effects, changed=on.configuration.activated)


def _config_template(on, words, now):
    modules = on.registry.modules
    if words:
        on.configuration.check(words[0], "")
        modules = [on.registry.find(words[0])]
    texts = []
    for module in modules:
        for sub in sorted(module.schemas):
            part = Part(module.name, sub, module.schemas[sub])
            texts.extend(["# {} /{}: {}".format(part.title(), option.name, _describe(option))
                          for option in module.schemas[sub]])
    return shown(lines(texts))


def _describe(option):
    text = option.form()
    if option.default is not None:
        default = ("on" if option.default else "off") if option.kind == FLAG else option.default
        text += ", default {}".format(default)
    return text + ("; " + option.help if option.help else "")


def _mod(on, words, now):
    if words:
        return unknown("mod lists the modules; mod cmd MODULE addresses one")
    return shown(lines([module.name for module in on.registry.modules]))


def _mod_cmd(on, words, now):
    name, _, sub = _module(words).partition("/")
    module = on.registry.find(name)
    if module is None:
        return unknown("no module " + name[:40])
    reply, effects = module.command(sub.upper(), [decode(word) for word in words[1:]], now)
    if reply is None:
        return unknown("{} has no such command".format(module.name))
    return done(_crlf(reply), [As(module.name, effects)] if effects else [])


def _crlf(text):
    text = text.replace("\r\n", "\n")
    if text and not text.endswith("\n"):
        text += "\n"
    return text.replace("\n", "\r\n")


def _vars_create(on, words, now):
    if len(words) not in (2, 3):
        raise OptionError("vars create NAME FLAGS HEX")
    name = on.variables.create(words[0], words[1], words[2] if len(words) == 3 else "")
    on.written(now)
    _owe(on, name)
    return done()


def _vars_del(on, words, now):
    if len(words) != 1:
        raise OptionError("vars del NAME")
    gone = on.variables.delete(words[0])
    if gone:
        on.written(now)
    for name in gone:
        _owe(on, name)
    return done(warnings=() if gone else [words[0][:40] + " was not set"])


def _owe(on, name):
    for owed in RESET_VARS:
        if name == owed or name.startswith(owed + "/"):
            on.pending.owe("vars " + owed)


def _vars_read(on, words, now):
    return shown(lines(on.variables.read(words[0] if words else "")))


def _reset(when, only_if_owed):
    def run(on, words, now):
        if only_if_owed and not on.pending:
            return done()
        warnings = []
        if on.configuration.unsaved:
            warnings.append("changes since the last config write are lost by this reset")
        reason = ", ".join(on.pending.reasons) if only_if_owed else "asked for at the console"
        return done(effects=[Restart(when, reason)], warnings=warnings)
    return run


def _nothing(on, words, now):
    return done()


def _mem(on, words, now):
    return shown(lines([
        "configuration {} of {} octets".format(on.configuration.size, on.configuration.limit),
        "log {} of {} octets".format(on.log.used, on.log.size),
        "flash: configuration {} of {} octets".format(on.store.used, on.store.capacity),
        "flash: vars {} of {} octets".format(on.variables.store.used, on.variables.store.capacity),
    ]))


def _buf(on, words, now):
    return shown(lines(["no packet buffers: each datagram is handled as it arrives"]))


def _help(on, words, now):
    return shown(lines(["{:<44} {}".format(command.usage, command.help) for command in COMMANDS]))


COMMANDS = (
    Command(("config", "add"), _edit("add"), "config add MODULE [SUB] /option [value] ...",
            "set the options named, keep the others"),
    Command(("config", "change"), _edit("change"), "config change MODULE [SUB] /option ...",
            "set the options named, erase the others"),
    Command(("config", "rem"), _edit("rem"), "config rem MODULE [SUB] /option ...", "erase the options named"),
    Command(("config", "show"), _config_show, "config show [MODULE [SUB]]", "the configuration, ready to be replayed"),
    Command(("config", "write"), _config_write, "config write", "save the configuration to flash"),
    Command(("config", "activate"), _config_activate, "config activate", "hand what changed to the modules"),
    Command(("config", "template"), _config_template, "config template [MODULE]", "the options that there are"),
    Command(("mod", "cmd"), _mod_cmd, "mod cmd MODULE[/SUB] word ...", "a module's own command"),
    Command(("mod",), _mod, "mod", "the modules"),
    Command(("vars", "create"), _vars_create, "vars create NAME FLAGS HEX", "flags: p lasting, b hex, a append"),
    Command(("vars", "del"), _vars_del, "vars del NAME", "remove a value; NAME/ removes all below"),
    Command(("vars", "read"), _vars_read, "vars read [NAME]", "show a value; NAME/ shows all below"),
    Command(("reset",), _reset("now", False), "reset", "restart now"),
    Command(("ireset",), _reset("idle", False), "ireset", "restart as soon as no call is up"),
    Command(("resetn",), _reset("now", True), "resetn", "restart now if a reset is owed"),
    Command(("iresetn",), _reset("idle", True), "iresetn", "restart when idle if a reset is owed"),
    Command(("ser",), _nothing, "ser", "do nothing"),
    Command(("mem",), _mem, "mem", "what memory and flash hold"),
    Command(("buf",), _buf, "buf", "packet buffers"),
    Command(("help",), _help, "help", "this list"),
)
