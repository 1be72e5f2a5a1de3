"""The configuration that the modules were last handed."""

from firmware.config.change import Change
from firmware.config.part import Part
from firmware.effects import As


class Running:
    """Typed values by (module, sub-module), as `Module.configure` got them."""

    def __init__(self, registry, log=None, pending=None):
        self.registry = registry
        self.log = log
        self.pending = pending
        self._values = {}

    def boot_keys(self, more):
        """(module, sub-module) of all there is to configure at boot, with the `more` that are set."""
        keys = []
        for module in self.registry.modules:
            subs = set([sub for sub in module.schemas if not sub.endswith("*")])
            subs.update([key[1] for key in more if key[0] == module.name])
            keys.extend([(module.name, sub) for sub in sorted(subs)])
        return keys

    def hand_over(self, part, boot, now):
        """(effects, Changes) of what differs in a part; at boot, of all that is set."""
        module = self.registry.find(part.module)
        if module is None or part.schema is None:
            return [], []
        values, given = part.typed()
        old = self._values.get((part.module, part.sub))
        if old is None:
            old = Part(part.module, part.sub, part.schema).typed()[0]
        self._values[(part.module, part.sub)] = values
        changed = [option for option in part.schema
                   if (option.name in given if boot else old.get(option.name) != values.get(option.name))]
        if not changed and not boot:
            return [], []
        if not boot:
            self._owe(part, changed)
        self._trace(module)
        effects = module.configure(part.sub, values, [option.name for option in changed], now)
        changes = [Change(part.module, part.sub, option.name, old.get(option.name), values.get(option.name))
                   for option in changed]
        return ([As(module.name, effects)] if effects else []), changes

    def _owe(self, part, changed):
        for option in changed:
            if option.reset and self.pending is not None:
                self.pending.owe("{} /{}".format(part.title(), option.name))

    def _trace(self, module):
        if self.log is not None:
            parts = [self._values[key] for key in self._values if key[0] == module.name]
            self.log.set_trace(module.name, any([
                values.get("trace") or values.get("module-trace", "off") != "off" for values in parts]))
