"""IPsec task offload of network adapters: `Enable-`, `Disable-` and `Set-NetAdapterIPsecOffload`.

Source: the pages of the module NetAdapter.
"""

from __future__ import annotations

from ipseclint.formats.powershell.script.arguments.parameters import given, parameters
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator
from ipseclint.formats.powershell.script.values.lists import flat
from ipseclint.formats.powershell.script.values.value import (
    Thing,
    Value,
    text_of,
    truth_of,
)
from ipseclint.formats.powershell.script.values.wildcards import like

_VERBS = {"enable": True, "disable": False}


class AdapterChanges:
    """The state in which a script leaves the adapters: one object for each name, in the order of first change."""

    def __init__(self) -> None:
        self.made: list[Thing] = []

    def change(self, call: Call, _evaluator: Evaluator) -> bool:
        """Carry out one of these cmdlets; whether its effect is known."""
        named, rest = parameters(call)
        verb = call.name.partition("-")[0]
        enabled = given(named, "enabled") if verb == "set" else Value(_VERBS[verb], call.start, call.end)
        name = given(named, "name") or given(named, "interfacedescription") or next(iter(rest), None)
        names = list(flat(name)) if name is not None else []
        if enabled is None or enabled.is_unknown:
            return False
        is_known = bool(names) and not any(name.is_unknown for name in names)
        if not is_known:
            return not truth_of(enabled)  # an adapter that does none of it is the same as one that is not named
        if "whatif" not in named:
            for name in names:
                self._set(name, call, Value(truth_of(enabled), enabled.start, enabled.end))
        return True

    def _set(self, name: Value, call: Call, enabled: Value) -> None:
        known = text_of(name).casefold()
        if all(thing.text("name").casefold() != known for thing in self.made):
            self.made.append(Thing("netadapteripsecoffload", call.start, call.end, {"name": name}))
        for thing in self.made:
            if like(thing.text("name").casefold(), known):
                thing.properties["enabled"] = enabled
