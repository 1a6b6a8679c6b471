"""Registry values that a script sets in GPOs: those of each GPO are kept apart.

Sources: the pages of Set-GPRegistryValue, Set-GPPrefRegistryValue and of their Remove- (GroupPolicy).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.powershell.script.arguments.binding import Refusal
from ipseclint.formats.powershell.script.arguments.parameters import parameters
from ipseclint.formats.powershell.script.commands.cmdlet_notes import CmdletNotes
from ipseclint.formats.powershell.script.commands.gpos import Gpos
from ipseclint.formats.powershell.script.commands.registry import RegistryWrites
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.values.lists import items_of
from ipseclint.formats.powershell.script.values.value import Table, Value, text_of, truth_of
from ipseclint.model.dialect import UNNAMED_GPO
from ipseclint.vocabulary.cmdlets import parameter_of

_SET, _SET_PREFERENCE = "set-gpregistryvalue", "set-gpprefregistryvalue"
_REMOVING = frozenset({"remove-gpregistryvalue", "remove-gpprefregistryvalue"})
_CMDLETS = _REMOVING | {_SET, _SET_PREFERENCE}
_ALIASES = {"displayname": "name", "id": "guid", "fullkeypath": "key", "domainname": "domain", "wi": "whatif"}
_BY_PLACE = ("name", "key", "valuename", "domain", "server")
"""The parameters of `Remove-GPRegistryValue` by position; the other cmdlets have the first alone."""
_NEEDED = {_SET: ("type", "value"), _SET_PREFERENCE: ("context", "action", "type", "value")}
"""What each must be given to set a value."""
_WRITTEN = {"type": "Type", "value": "Value", "context": "Context", "action": "Action", "valueprefix": "ValuePrefix"}
_TEXTS = frozenset({"string", "expandstring"})
_NOT_WITH_DISABLE = ("type", "value", "valueprefix")

Given = Mapping[str, Value]
"""What a cmdlet is given, by parameter."""


class GpoRegistry:
    """The registry values that a script has set in GPOs so far: `written` has those of each GPO by its name."""

    def __init__(self, syntax: Syntax, diagnostics: Diagnostics) -> None:
        self.written: dict[str, RegistryWrites] = {}
        self._syntax = syntax
        self._diagnostics = diagnostics
        self._notes = CmdletNotes(syntax, diagnostics)

    def change(self, call: Call, gpos: Gpos, evaluator: Evaluator) -> bool:
        """Carry out a cmdlet for each GPO or setting that is piped in; whether it concerns IPsec."""
        if call.name not in _CMDLETS:
            return False
        bears = False
        for item in call.piped or (None,):
            evaluator.step()
            bears = self._change(call, {**_properties(item), **_given(call)}, item, gpos, evaluator) or bears
        return bears

    def _change(self, call: Call, given: Given, item: Value | None, gpos: Gpos, evaluator: Evaluator) -> bool:
        key = given.get("key")
        if key is None or key.is_unknown:
            return False
        named = given.get("guid") or given.get("name") or item
        store = self._store(named, given.get("domain"), gpos)
        writes = self.written.get(store) or RegistryWrites(self._syntax, self._diagnostics)
        names = items_of(given["valuename"]) if "valuename" in given else None
        if not writes.concerns(key, names or (), drive=False):
            return False
        self.written[store] = writes
        if store == UNNAMED_GPO and named is not None:
            self._notes.given(named.start, named.end)
        if (why := _refused(call, given)) is not None:
            self._notes.refuse(
                [why], self._syntax.text[call.start : call.end].split(None, 1)[0], (call.start, call.end)
            )
        elif not _is_only_shown(given, evaluator):
            self._carry_out(writes, call, given, names)
        return True

    def _carry_out(self, writes: RegistryWrites, call: Call, given: Given, names: Sequence[Value] | None) -> None:
        """Do to the settings of one GPO what a cmdlet does; without names, to all those of the key."""
        key = given["key"]
        takes_out = call.name in _REMOVING or _deletes(call, given)
        if takes_out and any(name.is_unknown for name in names or ()):
            self._notes.not_followed("which value is taken out here is not known", call.start, call.end)
        elif call.name in _REMOVING:
            writes.forget(key, names)
        elif takes_out:
            writes.take_out(key, names)
        elif _is_on(given, "disable") or (names is None and "value" not in given):
            return
        elif names is None:
            message = "a list of values is set here whose names Windows makes up: it is not read"
            self._notes.not_followed(message, call.start, call.end)
        else:
            data = items_of(given["value"]) if len(names) > 1 else [given["value"]]
            for name, value in zip(names, data, strict=True):
                writes.set(key, name, value, given["type"], drive=False)

    def _store(self, named: Value | None, domain: Value | None, gpos: Gpos) -> str:
        """The name of a GPO, with its domain if that is known."""
        made = None if named is None else gpos.of(named)
        if made is not None:
            named, domain = made.values["displayname"], domain or made.values["domainname"]
        if named is None or named.is_unknown or not isinstance(named.data, str):
            return UNNAMED_GPO
        above = "" if domain is None or domain.is_unknown else f"{text_of(domain)}\\"
        return above + text_of(named)


def _given(call: Call) -> dict[str, Value]:
    """What a cmdlet is given, by the whole names of its parameters."""
    named, rest = parameters(call)
    of_name = {_whole(call.name, name): value for name, value in named.items()}
    open_places = [name for name in _BY_PLACE[: 1 if call.piped is None else 0] if "guid" not in of_name]
    if call.name == "remove-gpregistryvalue":
        open_places = [name for name in _BY_PLACE[0 if call.piped is None else 1 :] if name not in of_name]
    return dict(zip(open_places, rest, strict=False)) | of_name


def _whole(cmdlet: str, written: str) -> str:
    name = parameter_of(cmdlet, written) or written
    return _ALIASES.get(name, name)


def _properties(item: Value | None) -> dict[str, Value]:
    """What a piped object says of a setting, by the parameters that take it."""
    values = item.data.values if item is not None and isinstance(item.data, Table) else {}
    known = {_ALIASES.get(name, name): value for name, value in values.items()}
    return {name: known[name] for name in ("key", "valuename", "value", "type", "domain") if name in known}


def _is_on(given: Given, switch: str) -> bool:
    return switch in given and truth_of(given[switch]) is not False


def _deletes(call: Call, given: Given) -> bool:
    """Whether the setting then takes values out of the registry of each machine that the GPO applies to."""
    if call.name == _SET:
        return _is_on(given, "disable")
    return "action" in given and text_of(given["action"]).casefold() == "delete" and not _is_on(given, "disable")


def _is_only_shown(given: Given, evaluator: Evaluator) -> bool:
    asked = given.get("whatif") or evaluator.look_up("whatifpreference")
    return asked is not None and truth_of(asked) is True


def _refused(call: Call, given: Given) -> Refusal | None:
    """Why the cmdlet takes none of what it is given."""
    if call.name in _REMOVING:
        return None
    if call.name == _SET and _is_on(given, "disable"):
        others = (name for name in _NOT_WITH_DISABLE if name in given)
        return next(
            (_refusal_of(given[name], f"takes no `-{_WRITTEN[name]}` with `-Disable`") for name in others), None
        )
    lacking = next((name for name in _needed(call, given) if name not in given), None)
    if lacking is not None:
        return Refusal(f"it is given no `-{_WRITTEN[lacking]}`", -1, -1)
    names, kind = given.get("valuename"), given.get("type")
    if names is None or kind is None or len(items_of(names)) < 2:
        return None
    if not kind.is_unknown and text_of(kind).casefold() not in _TEXTS:
        return _refusal_of(kind, "sets several values at once only as String or ExpandString")
    if not given["value"].is_unknown and len(items_of(given["value"])) != len(items_of(names)):
        return _refusal_of(given["value"], "is given another number of values than of names")
    return None


def _refusal_of(value: Value, why: str) -> Refusal:
    return Refusal(f"it {why}", value.start, value.end)


def _needed(call: Call, given: Given) -> Sequence[str]:
    """What the cmdlet must be given: for a key alone, or to take a value out, neither type nor value."""
    of_key = "valuename" not in given and "value" not in given
    needed = _NEEDED[call.name]
    return needed[:-2] if of_key or _deletes(call, given) else needed
