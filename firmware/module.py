"""A module: what the console addresses by name, and what the loop drives."""


class Module:
    """A name, option schemas per sub-module, commands, and the sans-I/O shape.

    `schemas` maps a sub-module's name ("" for the module itself; "REG*" for a
    numbered family REG1, REG2 ...) to a tuple of `firmware.config.schema.Option`.
    `commands` maps the first word of a `mod cmd` to one line of help.
    `alone`: what is given to it changes the `due` of no other module except by effects; the loop then does
    not ask the others again.
    """

    name = ""
    alone = False
    schemas: dict = {"": ()}
    commands: dict = {}

    def start(self, now):
        """Effects at boot, before any configuration is handed over."""
        return []

    def configure(self, sub, values, changed, now):
        """Take the options of one sub-module into use; returns effects.

        `values` maps each option of the schema that is set to its typed value,
        and those with a default to it; `changed` lists the names that differ
        from what was in use, in the schema's order; at boot all that are set. `values` may be
        kept, not changed.
        """
        return []

    def command(self, sub, words, now):
        """Answer `mod cmd NAME[/SUB] words...`: (reply text or None for unknown, effects)."""
        return None, []

    def receive(self, message, now):
        return []

    def tick(self, now):
        return []

    def due(self):
        """The instant at which `tick` next has work, or None."""
        return None


class Registry:
    """The modules of one device, in their order of start; names are case-insensitive."""

    def __init__(self, modules=()):
        self.modules = []
        self._by_name = {}
        for module in modules:
            self.add(module)

    def add(self, module):
        """Append a module; those that hold the registry see it from then on."""
        if module.name.upper() in self._by_name:
            raise ValueError("two modules named " + module.name)
        self.modules.append(module)
        self._by_name[module.name.upper()] = module

    def find(self, name):
        return self._by_name.get(name.upper())

    def schema(self, name, sub):
        """The options of a sub-module, or None if the module has no such part."""
        module = self.find(name)
        if module is None:
            return None
        sub = sub.upper()
        if sub in module.schemas:
            return module.schemas[sub]
        family = sub.rstrip("0123456789")
        return module.schemas.get(family + "*") if family != sub else None


def earliest(*instants):
    """The smallest of some instants, None meaning never."""
    first = None
    for instant in instants:
        if instant is not None and (first is None or instant < first):
            first = instant
    return first
