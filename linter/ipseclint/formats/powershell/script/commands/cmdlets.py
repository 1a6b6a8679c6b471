"""IPsec and VPN cmdlets that a script calls: parameters are bound, what is unknown is noted, then they run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.powershell.script.arguments.binding import OBJECT_FOR_TEXT, Bound, bind, from_properties, lacking
from ipseclint.formats.powershell.script.arguments.defaults import bound_with_defaults, has_defaults
from ipseclint.formats.powershell.script.commands.cmdlet_notes import CmdletNotes
from ipseclint.formats.powershell.script.commands.machines import Machines
from ipseclint.formats.powershell.script.commands.objects import Objects, without_prefix
from ipseclint.formats.powershell.script.commands.only_shown import MAY_BE_SHOWN
from ipseclint.formats.powershell.script.commands.proposals import not_taken
from ipseclint.formats.powershell.script.commands.selection import Act, may_be_another, named_by_same
from ipseclint.formats.powershell.script.commands.verbs import SET_PARAMETERS, Verbs, bears_on_ipsec
from ipseclint.formats.powershell.script.commands.vpn_cmdlets import lacking_proof
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.unsaid import is_given
from ipseclint.formats.powershell.script.values.lists import items_of
from ipseclint.formats.powershell.script.values.value import (
    REFUSED,
    Table,
    Thing,
    Unknown,
    Value,
    text_of,
    truth_of,
)
from ipseclint.late import late
from ipseclint.model.dialect import UNKNOWN_DOMAIN, UNNAMED_GPO
from ipseclint.vocabulary.cmdlets import Cmdlet

_NAMES = ("Name", "DisplayName", "ConnectionName", "IPsecRuleName")
_WORD = late(r"\S+")
_KEYS = ("PreSharedKey", "L2tpPsk", "SharedSecret", "Password")
"""Parameters that take a secret."""


class Cmdlets:
    """Runs the cmdlets of one script; `verbs` keeps their effects.

    `effects` counts those that bear on IPsec, `vain_removals` those that remove what the script never made. `keys` are
    the values of parameters that take a secret.
    """

    def __init__(self, syntax: Syntax, diagnostics: Diagnostics) -> None:
        self.effects = self.vain_removals = 0
        self.keys: list[Value] = []
        self.notes = CmdletNotes(syntax, diagnostics)
        self.verbs = Verbs(syntax, self.notes)
        self.machines = Machines(syntax, self.objects)
        self._kinds_open: set[str] = set()
        self._left_empty: dict[tuple[int, int], Unknown] = {}
        self._unknown_stores: dict[int, Value] = {}
        self._unnamed: Sequence[Unknown | str] = ()
        self._gpos: set[str] = set()
        self._syntax = syntax

    @property
    def objects(self) -> Objects:
        """The objects that the script has made so far."""
        return self.verbs.objects

    def run(self, row: Cmdlet, call: Call, evaluator: Evaluator) -> list[Value]:
        """The output of a cmdlet; it runs once for each piped object that has properties for its parameters."""
        noun = call.name.partition("-")[2]
        if not any(_has_properties(item, noun) for item in call.piped or ()):
            return self._run(row, call, evaluator)
        given = bind(row, call.arguments, piped=True).values
        outcome: list[Value] = []
        for item in call.piped or ():
            evaluator.step()
            own = call._replace(piped=[item])
            if _has_properties(item, noun) and (more := list(from_properties(row, item, given))):
                own = call._replace(piped=None, arguments=[*call.arguments, *more])
            outcome += self._run(row, own, evaluator)
        return outcome

    def _run(self, row: Cmdlet, call: Call, evaluator: Evaluator) -> list[Value]:
        verb, _, kind = call.name.partition("-")
        called = self._called(row, call)
        bound = self._bound(row, call, called, evaluator)
        self._fill_in_names(bound)
        bound.refusals += not_taken(kind, bound, call.start, call.end)
        bound.refusals += lacking_proof(row.name, bound)
        sets_policy = verb != "get" and bears_on_ipsec(row.name, bound)
        if sets_policy:
            is_vain = verb == "remove" and not self.objects.of(kind)
            self.effects += not is_vain
            self.vain_removals += is_vain
        if bound.refusals and verb != "get":
            self.notes.refuse(bound.refusals, called, (call.start, call.end))
            evaluator.fail()
            return [Value(REFUSED, call.start, call.end)] if verb in {"new", "open"} else []
        for doubted in bound.doubted if sets_policy else ():
            why = f"{doubted.message}: whether it is given, so that PowerShell refuses the command, is not known"
            self.notes.not_followed(why, doubted.start, doubted.end)
        self._note_strays(bound, called)
        if sets_policy and (splat := bound.splat) is not None and _is_lost(verb, kind):
            why = f"what this hands to {called} is not known: it is read without it"
            self.notes.not_followed(why, splat.start, splat.end)
        if self._is_only_shown(row, bound, evaluator, call, sets_policy=sets_policy):
            return []
        if verb in {"new", "set"}:
            self._note_unknown_sets(bound)
        if call.piped is not None and verb in {"new", "add"} and (names := lacking(row, bound)):
            given_by_pipe = ", ".join(f"`-{name}`" for name in names)
            self.notes.not_followed(
                f"whether {called} takes {given_by_pipe} from what it is handed is not followed", call.start, call.end
            )
        act = Act(call, row, bound, self._store(row, bound), kind)
        if sets_policy and act.asks:
            self.notes.not_followed("`-Confirm` asks first: whether this is done is not known", call.start, call.end)
        if act.store is not None and act.store.is_unknown and sets_policy:
            self._note_unknown_store(act.store)
        with self.machines.on(bound.given("CimSession")):
            if sets_policy:
                self.machines.note(call, act.store)
            given = self.verbs.carry_out(act, evaluator)
        return [act.unknown] if bound.is_on("AsJob") else given

    def _bound(self, row: Cmdlet, call: Call, called: str, evaluator: Evaluator) -> Bound:
        """What a cmdlet is given, with defaults; its keys are kept, to be hidden."""
        bound = bind(row._replace(name=called), call.arguments, piped=call.piped is not None)
        if has_defaults(evaluator):
            bound = bound_with_defaults(row._replace(name=called), call, bound, evaluator)
        for stray in bound.strays:
            if stray.taker.name in _KEYS:  # nobody wrote it as a key
                del bound.values[stray.taker.name]
        keys = [bound.values[name] for name in _KEYS if name in bound.values]
        self.keys += [*keys, *_rests(keys, row, bound, self._syntax.text)]
        return bound

    def hide_rest(self, owed: str, call: Call) -> None:
        """Keep the words of a line, up to a parameter, as keys if a parameter for one above them has no value."""
        if any(key.casefold().startswith(owed[1:].casefold()) for key in _KEYS):
            for word in takewhile(
                lambda each: each[0][0] != "-", _WORD.finditer(self._syntax.text, call.start, call.end)
            ):
                self.keys.append(Value(word[0], *word.span()))

    def _note_strays(self, bound: Bound, called: str) -> None:
        """Note each value that goes to another parameter than to the switch before it."""
        for stray in () if called.casefold().startswith("get-") else bound.strays:
            self.notes.stray(stray, called, takes_key=stray.taker.name in _KEYS)

    def _fill_in_names(self, bound: Bound) -> None:
        """Treat an empty name in a template, which PowerShell refuses, as one that is filled in later."""
        for name in _NAMES:
            value = bound.values.get(name)
            if value is None or value.data != "":
                continue
            place = (value.start, value.end)
            if place not in self._left_empty:
                self._left_empty[place] = Unknown("a name that is left empty")
                self.notes.not_followed(
                    "a name is left empty here, which PowerShell refuses: it is read as if it were filled in", *place
                )
            bound.values[name] = value._replace(data=self._left_empty[place])

    def _is_only_shown(self, row: Cmdlet, bound: Bound, evaluator: Evaluator, call: Call, *, sets_policy: bool) -> bool:
        """Whether a cmdlet runs with `-WhatIf`; if that is unknown, it is noted and the cmdlet is followed."""
        preference = evaluator.look_up("whatifpreference") if "WhatIf" in row.parameters else None
        asked = bound.given("WhatIf") or preference
        truth = False if asked is None else truth_of(asked)
        if truth is None and sets_policy:
            self.notes.not_followed(MAY_BE_SHOWN, call.start, call.end)
        return truth is True

    def _note_unknown_store(self, store: Value) -> None:
        """Note, once for each unknown store, that its objects are read as the machine's own."""
        root = id(store.data.roots[0] if isinstance(store.data, Unknown) else store.data)
        if root not in self._unknown_stores:
            self._unknown_stores[root] = store
            self.notes.not_followed(
                "in which store this is, is not known: it is read as the machine's own", store.start, store.end
            )

    def _called(self, row: Cmdlet, call: Call) -> str:
        """The name to show for a cmdlet: a former name if the script uses one, else the documented one."""
        typed = self._syntax.text[call.start : call.start + len(call.name)]
        is_former = typed.casefold() == call.name != row.name.casefold()
        return typed if is_former else row.name

    def _note_unknown_sets(self, bound: Bound) -> None:
        """Note each set that a rule names by an unknown value: which set it is cannot be told."""
        for name in SET_PARAMETERS:
            value = bound.values.get(name)
            if value is None or value.data is REFUSED:
                continue
            kind = f"netipsec{name.casefold()}"
            sets = self.objects.of(kind) if kind in self.objects.kinds_with_open_names else []
            is_of_machine = not items_of(value)
            if not (is_of_machine or value.is_unknown or may_be_another(sets, value)):
                continue
            if is_given(value) and named_by_same(sets, value):
                continue
            message = (
                f"`-{name}` takes the name of a set, and is given an object: make a set with `New-NetIPsec{name}`, "
                "and give its `.Name`"
                if isinstance(value.data, Unknown) and value.data.why == OBJECT_FOR_TEXT
                else f"the set that `-{name}` names is unknown: what it offers or requires is not read"
            )
            self.notes.not_followed(message, value.start, value.end)
            if is_of_machine and not value.is_unknown:  # what a machine is asked for that has none of this script's
                value = bound.values[name] = value._replace(data=Unknown("a set of the machine"))
            self.verbs.names_not_followed.add(self._syntax.token(value).text.casefold())
            self._kinds_open.add(kind)

    def note_open_sets(self) -> None:
        """Note each set that an unknown reference of a rule may mean."""
        for thing in (each for kind in self._kinds_open for each in self.objects.of(kind)):
            names = (thing.properties.get("name"), thing.properties.get("displayname"))
            self.verbs.names_not_followed |= {
                text_of(each).casefold() for each in names if each and not each.is_unknown
            }

    def _store(self, row: Cmdlet, bound: Bound) -> Value | None:
        """The store that a cmdlet acts on: of its GPO session, or the one it names."""
        session = bound.given("GPOSession")
        if session is not None:
            return session.data.store if isinstance(session.data, Thing) else session
        store = without_prefix(bound.given("PolicyStore"))
        if store is None or not isinstance(store.data, Unknown):
            return store
        written = self._syntax.text[store.start : store.end]
        if row.name != "Open-NetGPO" and "\\" not in store.data.ending + written:
            return store  # it may be the machine's own
        return self._gpo_of_any_name(store, store.data, written)

    def _gpo_of_any_name(self, store: Value, name: Unknown, written: str) -> Value:
        """A GPO with an unknown name or domain; a second one of unknown name cannot be told from the first."""
        gpo = name.ending.rpartition("\\")[2]
        if not gpo:
            which = (written,) if "\\" in written else name.roots
            self._unnamed = self._unnamed or which
            if which[0] != self._unnamed[0]:
                return store
        text = f"{UNKNOWN_DOMAIN}\\{gpo}" if gpo else UNNAMED_GPO
        if text not in self._gpos:
            self._gpos.add(text)
            self.notes.given(store.start, store.end)
        return store._replace(data=text)


def _rests(keys: Iterable[Value], row: Cmdlet, bound: Bound, text: str) -> Iterator[Value]:
    """The refused words directly behind a key without quotation marks, as in `-L2tpPsk a -b`: they may be the rest of
    it, unless one is nearly a parameter."""
    for key in keys if bound.refusals else ():
        end = key.end if text[key.start] not in "\"'" else len(text)
        for refusal in sorted(bound.refusals, key=lambda each: each.start):
            word = text[refusal.start : refusal.end]
            if refusal.start >= end and not text[end : refusal.start].strip() and not _is_nearly_one_of(word, row):
                yield Value(word, refusal.start, refusal.end)
                end = refusal.end


def _is_nearly_one_of(word: str, row: Cmdlet) -> bool:
    from difflib import get_close_matches  # few scripts have such a word

    return bool(get_close_matches(word.removeprefix("-").casefold(), row.names, 1))


def _is_lost(verb: str, kind: str) -> bool:
    """Whether nothing says, of an object that a command makes or changes, which values it may be given besides.

    Of rules and sets that are made, each value that they need is said to be unknown.
    """
    return verb == "set" or not kind.startswith("netipsec")


def _has_properties(item: Value, noun: str) -> bool:
    """Whether a cmdlet takes parameters from an object's properties, instead of the object as a whole.

    An object of its own kind is taken as a whole, and so is a NetSecurity object that its own objects belong to.
    """
    if isinstance(item.data, Thing):
        return item.data.kind.startswith("vpn") and item.data.kind != noun
    return isinstance(item.data, Table)
