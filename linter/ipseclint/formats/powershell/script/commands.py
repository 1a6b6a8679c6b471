"""The commands of a script carried out: cmdlets that set policy on the objects, others on values alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from msgspec.structs import replace

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.run_files import RunFiles
from ipseclint.formats.powershell.script import elsewhere, pipes
from ipseclint.formats.powershell.script.binding import Bound, Refusal, bind
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator
from ipseclint.formats.powershell.script.grammar import Syntax
from ipseclint.formats.powershell.script.machines import SESSIONS, Machines
from ipseclint.formats.powershell.script.objects import (
    Objects,
    already_there,
    identity,
    in_other_phone_book,
    named_by_same,
    properties_of,
    selected,
    store_name,
)
from ipseclint.formats.powershell.script.programs import Programs
from ipseclint.formats.powershell.script.proposals import authentication_proposal
from ipseclint.formats.powershell.script.registry import key_path
from ipseclint.formats.powershell.script.run_scripts import RunScripts
from ipseclint.formats.powershell.script.services import get_service
from ipseclint.formats.powershell.script.started import starts
from ipseclint.formats.powershell.script.values import (
    MAX_WAYS,
    REFUSED,
    Block,
    Table,
    Thing,
    Unknown,
    Value,
    flat,
    items_of,
    text_of,
)
from ipseclint.formats.powershell.settings import MERGE
from ipseclint.formats.registry.policy import concerns_ipsec
from ipseclint.model.policy import Profile
from ipseclint.vocabulary import vpn
from ipseclint.vocabulary.builtin import DEFAULT_SET_NAMES
from ipseclint.vocabulary.cmdlets import Cmdlet, cmdlet, is_no_cmdlet
from ipseclint.vocabulary.ipsec_tools import Mention, mention_in

_DEFAULT_SETS = {
    "netipsecmainmodecryptoset": DEFAULT_SET_NAMES["main-mode-crypto"],
    "netipsecquickmodecryptoset": DEFAULT_SET_NAMES["quick-mode-crypto"],
    "netipsecphase1authset": DEFAULT_SET_NAMES["first-authentication"],
    "netipsecphase2authset": DEFAULT_SET_NAMES["second-authentication"],
}
"""The id of the default set of each kind."""

_KEYS = ("PreSharedKey", "L2tpPsk", "SharedSecret", "Password")
"""The parameters that take a secret."""

_SUITE = frozenset(name.casefold() for name in vpn.FIELDS)
"""The six parts of a suite, folded."""

_CALLED = re.compile(r"(?:[&.][ \t]{1,8}|&)?(?:\"([^\"\n]{0,300})\"|(\S{1,300}))")
_SCRIPTS = (".ps1", ".psm1", ".cmd", ".bat", ".vbs")
_SHELLS = ("netsh.exe", "powershell.exe", "pwsh.exe", "cmd.exe")
"""What is called, as it is written; and programs that may be told to change policy."""

_SETTINGS = frozenset({"netfirewallsetting"})
"""What every machine, or GPO, has one of."""


class Act(NamedTuple):
    """A cmdlet about to be carried out."""

    call: Call
    cmdlet: Cmdlet
    bound: Bound
    store: Value | None

    @property
    def kind(self) -> str:
        """The folded noun."""
        return self.call.name.partition("-")[2]

    @property
    def place(self) -> tuple[int, int]:
        """The offsets between which it stands."""
        return self.call.start, self.call.end


_TELLING = ("DisplayName", "LocalAddress", "RemoteAddress", "InboundSecurity", "OutboundSecurity", "Proposal")
"""Parameters that what is not known may give, and without which an object would be another."""
_SET_PARAMETERS = ("Phase1AuthSet", "Phase2AuthSet", "QuickModeCryptoSet", "MainModeCryptoSet")
"""The parameters by which a rule names its sets."""


class ScriptCommands:
    """Carries out the commands of one script; what they leave behind is in `objects`.

    `has_succeeded` tells of the last command whether it has, as `$?` does, where that is known. `names_not_followed`
    are the sets, in lower case, that a change gives to rules of which it is not known which.
    """

    def __init__(self, syntax: Syntax, diagnostics: Diagnostics, files: RunFiles) -> None:
        self.effects = 0
        self.objects = Objects()
        self.machines = Machines(syntax, self.objects)
        self.keys: list[Value] = []
        self.names_not_followed: set[str] = set()
        self.has_succeeded: bool | None = None
        self._aliases: dict[str, str] = {}
        self._unsaved: dict[int, Thing] = {}
        self.programs = Programs(syntax, diagnostics, files)
        self.scripts = RunScripts(files, syntax, diagnostics, self.programs)
        self._syntax = syntax
        self._diagnostics = diagnostics

    def run(self, call: Call, evaluator: Evaluator) -> list[Value]:
        """What a command gives."""
        self.has_succeeded = None
        written = call.name
        name = written.rpartition("\\")[2]
        name = pipes.ALIASES.get(name, name)
        if name in {"set-alias", "new-alias"}:
            self._alias(call)
        if name != written:
            call = call._replace(name=name)
        if (given := self.scripts.run(call, written, evaluator)) is not None:
            return given
        if (ran := self._other_script(call)) is not None:
            self.note(ran, call.start, call.end)
            return [Value(Unknown("what is run here gives"), call.start, call.end)]
        self.effects += self.programs.written.take(call, is_certain=not evaluator.doubts)
        if name in pipes.NOTHING:
            self.programs.move(call)
            return []
        if name == "invoke-command":
            return self.machines.invoke(call, evaluator)
        work = _PIPES.get(name)
        if work is not None:
            given = work(call, evaluator)
            if name == "new-object" and given[0].is_unknown and "mdm_vpn" not in self._said(call).casefold():
                self._other(call, evaluator)
            return given
        row = cmdlet(name)
        if row is not None:
            return self._cmdlet(row, call, evaluator)
        if name == "invoke-expression":
            outcome = pipes.invoke_expression(call, evaluator)
            if outcome is not None:
                return outcome
            self.effects += 1
            self.note("runs a text whose commands are not known", call.start, call.end)
            return [Value(Unknown("what `Invoke-Expression` gives"), call.start, call.end)]
        self.programs.services.only_starts = self.programs.is_aside = False
        if self.programs.run(call, evaluator):
            if not (self.programs.services.only_starts or self.programs.is_aside):
                self.effects += 1
                self.machines.note_beside(call)
            if self._deletes_by_netsh(call) and self.objects.of("netipsecrule"):
                self.note("whether netsh takes out rules that cmdlets make here is not followed", call.start, call.end)
            return []
        return self._other(call, evaluator)

    def _deletes_by_netsh(self, call: Call) -> bool:
        text = self._syntax.text[call.start : call.end].casefold()
        return "netsh" in text and (" consec " in text or " mainmode " in text) and " del" in text

    def _other_script(self, call: Call) -> str | None:
        """What to say of a command that is another script, a module of its own, or not known; None for others."""
        if call.name and call.name != "import-module" and not call.name.endswith(_SCRIPTS):
            return None
        match = _CALLED.match(self._syntax.text, call.start, call.end)
        path = (match[1] or match[2]).casefold() if match else ""
        if call.name == "import-module":
            text = self._syntax.text[call.start : call.end].casefold()
            return (
                "a module of its own is brought in here, which is not part of this run: it is not read"
                if ".psm1" in text
                else None
            )
        if path.endswith(_SCRIPTS):
            return "another script is run here, which is not part of this run: it is not read"
        if path.endswith((".exe", ".com")) and not path.endswith(_SHELLS):
            return None
        return "what is run here is not known"

    def _alias(self, call: Call) -> None:
        """Give a command another name."""
        named, rest = pipes.parameters(call)
        name = pipes.given(named, "name") or (rest.pop(0) if rest else None)
        value = pipes.given(named, "value") or (rest.pop(0) if rest else None)
        if name is None or value is None or name.is_unknown or value.is_unknown:
            self.note("a command gets another name here, which is not known", call.start, call.end)
        else:
            self._aliases[text_of(name).casefold()] = text_of(value).casefold()

    def named(self, name: str) -> str:
        """The command that a folded name stands for, which the script may have given it."""
        return self._aliases.get(name, name)

    def _is_given_profile(self, call: Call) -> bool:
        """Whether a command makes a VPN connection of a profile in a text of the script, which is read there."""
        tables = (each.value.data for each in call.arguments if each.value is not None)
        given = [table.values.get("profilexml") for table in tables if isinstance(table, Table)]
        return "<vpnprofile" in self._syntax.text.lower() and any(
            value is not None and not value.is_unknown and "vpnprofile" in text_of(value).lower() for value in given
        )

    def _service_in(self, piped: Iterable[Value]) -> Mention | None:
        """A service that IPsec stands on, among what is asked for and handed to a command."""
        for item in piped:
            mention = (
                mention_in(f"win32_service {self._syntax.text[item.start : item.end]}") if item.is_unknown else None
            )
            if mention is not None and mention.tool.kind == "service":
                return mention
        return None

    def _said(self, call: Call) -> str:
        """A command as it is written, with the texts that it is handed by variables, and what a method is called on."""
        values = [item for each in call.arguments if each.value is not None for item in flat(each.value)]
        texts = [text_of(value) for value in values if isinstance(value.data, str) and call.name in _BY_THEIR_TEXTS]
        begins = "stop-service" if call.name in _CHANGES_SERVICE else ""
        handed = [value for value in (*values, *(call.piped or ())) if value.is_unknown]
        written = [self._syntax.text[item.start : item.end] for item in handed if call.name in _CHANGES_CIM]
        return " ".join((begins, self._syntax.text[call.start : call.end], *texts, *written)).lstrip()

    def _is_of_ipsec(self, item: Value) -> bool:
        """Whether what is handed to a command is an object of IPsec, made here or asked for."""
        if isinstance(item.data, Thing):
            return item.data.kind.startswith("netipsec")
        return item.is_unknown and "-netipsec" in self._syntax.text[item.start : item.end].casefold()

    def _is_none(self, call: Call) -> bool:
        """Whether Windows has no such cmdlet, which is said."""
        if not is_no_cmdlet(call.name):
            return False
        name = self._syntax.text[call.start : call.end].split(None, 1)[0]
        self.effects += 1
        self._refuse([Refusal("Windows has no cmdlet of this name", -1, -1)], name, call)
        return True

    def note(self, message: str, start: int, end: int) -> None:
        """Note what bears on IPsec and is not followed."""
        self._diagnostics.not_understood(message, self._syntax.span(start, end))

    def _cmdlet(self, row: Cmdlet, call: Call, evaluator: Evaluator) -> list[Value]:
        verb = call.name.partition("-")[0]
        bound = bind(row, call.arguments, piped=call.piped is not None)
        unknown = Value(Unknown(f"what `{row.name}` gives"), call.start, call.end)
        self.keys += [value for name in _KEYS if (value := bound.given(name)) is not None]
        takes_nothing_out = verb == "remove" and not self.objects.of(call.name.partition("-")[2])
        if verb != "get" and not takes_nothing_out and _bears_on_ipsec(row.name, bound):
            self.effects += 1
        if bound.refusals and verb != "get":
            self._refuse(bound.refusals, row.name, call)
            return [Value(REFUSED, call.start, call.end)] if verb in {"new", "open"} else []
        if bound.is_on("WhatIf"):
            return []
        if verb in {"new", "set"}:
            self._note_unknown_sets(bound)
        act = Act(call, row, bound, self._store(bound))
        work = _CMDLETS.get(row.name.casefold()) or _VERBS.get(verb)
        with self.machines.on(bound.given("CimSession")):
            if verb != "get" and _bears_on_ipsec(row.name, bound):
                self.machines.note(call, act.store)
            given = [unknown] if work is None else work(self, act, evaluator)
        return [unknown] if bound.is_on("AsJob") else given

    def _note_unknown_sets(self, bound: Bound) -> None:
        """Note of each set that a rule names by what is not known, that which one it is is not."""
        for name in _SET_PARAMETERS:
            value = bound.values.get(name)
            if value is None or value.data is REFUSED or (items_of(value) and not value.is_unknown):
                continue
            message = f"which set `-{name}` names is not known here: what it offers or asks for is not read"
            self.note(message, value.start, value.end)
            self.names_not_followed.add(self._syntax.text[value.start : value.end].casefold())
            if not value.is_unknown:  # what a machine is asked for that has none of this script's
                bound.values[name] = value._replace(data=Unknown("a set of the machine"))

    def _refuse(self, refusals: list[Refusal], name: str, call: Call) -> None:
        """Note that PowerShell refuses a command, for one reason or several."""
        first, *more = (
            (
                refusal.message,
                self._syntax.span(*((refusal.start, refusal.end) if refusal.start >= 0 else (call.start, call.end))),
            )
            for refusal in refusals
        )
        self._diagnostics.refuse_command(name, *first, *more)

    def _store(self, bound: Bound) -> Value | None:
        """The store a command acts on: that of a GPO session, or the one it names."""
        session = bound.given("GPOSession")
        if session is not None:
            return session.data.store if isinstance(session.data, Thing) else session
        return bound.given("PolicyStore")

    def new(self, act: Act, evaluator: Evaluator) -> list[Value]:
        """Make an object."""
        call, bound = act.call, act.bound
        if act.kind == "netipsecauthproposal":
            thing = authentication_proposal(bound, call.start, call.end)
            return [Value(thing, call.start, call.end)]
        properties = properties_of(bound)
        if bound.unknown is not None:
            names = (name.casefold() for name in _TELLING if name in act.cmdlet.parameters)
            properties = {**dict.fromkeys(names, bound.unknown), **properties}
        thing = Thing(act.kind, call.start, call.end, properties, act.store, not evaluator.doubts)
        thing.ways = tuple(evaluator.ways[-MAX_WAYS:])
        made = Value(thing, call.start, call.end)
        if act.kind.endswith("proposal"):
            return [made]
        if bound.is_on("Default") and act.kind in _DEFAULT_SETS:
            thing.properties["name"] = Value(_DEFAULT_SETS[act.kind], call.start, call.end)
            thing.properties.pop("default", None)
        if act.kind == "vpnconnection":
            thing.properties["ipseccustompolicy"] = Value(None, call.start, call.end)
            if not bound.is_partial:
                thing.properties.setdefault("machinecertificateekufilter", Value(None, call.start, call.end))
        twins = self.objects.twins(thing)
        if twins and bound.is_on("Default"):
            self.objects.remove(twins[:1])
        elif twin := next((each for each in twins if each.is_certain or each.start == call.start), None):
            if not evaluator.doubts and twin.is_certain:
                self._refuse([already_there(thing, call.start, call.end)], act.cmdlet.name, call)
            return [Value(twin, call.start, call.end)]
        if len(twins) >= MAX_WAYS:
            return [Value(twins[0], call.start, call.end)]
        self.objects.add(thing)
        self.objects.part(thing)
        return [made]

    def change(self, act: Act, evaluator: Evaluator) -> list[Value]:
        """Change objects, as `Set-` does."""
        properties = properties_of(act.bound)
        for name in ("name", "displayname", "group", "displaygroup"):
            properties.pop(name, None)
        new_name = act.bound.given("NewDisplayName")
        if new_name is not None:
            properties["displayname"] = new_name
        for thing in self._affected(act, evaluator):
            if new_name is not None and "displayname" in thing.properties:
                # What refers to one whose id Windows chose has its first name for it.
                thing.properties.setdefault("name", thing.properties["displayname"])
            thing.properties.update(thing.pending | properties)
            thing.pending.clear()
        return []

    def switch(self, act: Act, evaluator: Evaluator) -> list[Value]:
        """Enable or disable rules."""
        is_on = act.call.name.startswith("enable-")
        for thing in self._affected(act, evaluator):
            thing.properties["enabled"] = Value(is_on, act.call.start, act.call.end)
        return []

    def remove(self, act: Act, evaluator: Evaluator) -> list[Value]:
        """Take objects out; those that the script does not make are gone in any case."""
        things = self._chosen(act)
        if things is None and act.kind != "netfirewallrule":
            self.note(f"which objects {act.cmdlet.name} takes out is not known", act.call.start, act.call.end)
        elif things is None:
            return []
        elif not evaluator.doubts:
            self.objects.remove(things)
        elif things:
            self.note("whether these objects are taken out is not known", act.call.start, act.call.end)
        return []

    def rename(self, act: Act, evaluator: Evaluator) -> list[Value]:
        """Give objects another id."""
        name = act.bound.given("NewName")
        for thing in self._affected(act, evaluator):
            if name is not None:
                self.objects.rename(thing, name)
        return []

    def copy(self, act: Act, evaluator: Evaluator) -> list[Value]:
        """Make copies of objects, in another store or under another id."""
        made = []
        session = act.bound.given("NewGPOSession")
        store = act.bound.given("NewPolicyStore")
        if session is not None:
            store = session.data.store if isinstance(session.data, Thing) else session
        for thing in self._affected(act, evaluator):
            twin = replace(thing, properties=dict(thing.properties), store=store or thing.store)
            twin.ways = (*thing.ways, *evaluator.ways)[-MAX_WAYS:]
            name = act.bound.given("NewName")
            if name is not None:
                twin.properties["name"] = name
            if self.objects.twin(twin) is None:
                self.objects.add(twin)
                made.append(Value(twin, act.call.start, act.call.end))
        return made

    def look(self, act: Act, evaluator: Evaluator) -> list[Value]:
        """The objects that the script has made so far; on a machine where nothing was before."""
        things = self._chosen(act, by_default_all=True)
        if things is None:
            return [Value(Unknown(f"what `{act.cmdlet.name}` gives"), act.call.start, act.call.end)]
        if act.kind in _SETTINGS and not things:
            return [Value(Unknown(f"what `{act.cmdlet.name}` gives"), act.call.start, act.call.end)]
        self.has_succeeded = bool(things) or not act.bound.values
        if not things and act.bound.text("ErrorAction").casefold() == "stop":
            evaluator.fail()
        return [Value(thing, act.call.start, act.call.end) for thing in things]

    def open(self, act: Act, _evaluator: Evaluator) -> list[Value]:
        """Open a GPO for changes."""
        thing = Thing("netgpo", act.call.start, act.call.end, {}, act.bound.given("PolicyStore"))
        self._unsaved[id(thing)] = thing
        return [Value(thing, act.call.start, act.call.end)]

    def save(self, act: Act, _evaluator: Evaluator) -> list[Value]:
        """Write a GPO back."""
        session = act.bound.given("GPOSession")
        saved = [] if session is None else [each.data for each in flat(session) if isinstance(each.data, Thing)]
        for thing in saved or list(self._unsaved.values()):  # which one is not known: each may be
            self._unsaved.pop(id(thing), None)
        return []

    def finish(self) -> None:
        """Note the sessions that hold changes and are never written back, and scripts that are written and not run."""
        for command in self.programs.written.not_run():
            self.note("writes a command into a file, which is not followed", command.start, command.end)
        for why, start, end in self.machines.part():
            self.note(why, start, end)
        stores = {id(thing.store) for thing in self.objects.made}
        for session in self._unsaved.values():
            if session.store is not None and id(session.store) in stores:
                reason = "no `Save-NetGPO` writes this session back: what is changed in it does not reach the GPO"
                self._diagnostics.refuse_command("Open-NetGPO", reason, self._syntax.span(session.start, session.end))

    def profile(self, act: Act, _evaluator: Evaluator) -> list[Value]:
        """What holds for profiles of the firewall: whether local rules hold beside those of Group Policy."""
        merge = act.bound.given(MERGE)
        names = act.bound.given("Name")
        state = act.bound.text("Enabled").casefold()
        if state and state not in {"true", "notconfigured"}:
            message = "the state of a profile's firewall is not read: what it does to the rules here is not known"
            self.note(message, act.call.start, act.call.end)
        if merge is None:
            return []
        given = [text_of(name).casefold() for name in flat(names)] if names is not None else []
        wanted = [part for name in given for part in name.replace(" ", "").split(",")]
        chosen = [profile for profile in Profile if not wanted or "any" in wanted or profile in wanted]
        kept = self._setting(act, "netfirewallsetting")
        for profile in chosen:
            kept.properties[f"{MERGE}.{profile}".casefold()] = merge
        return []

    def _setting(self, act: Act, kind: str) -> Thing:
        """What a store has one of: as it is so far, or made."""
        wanted = Thing(kind, act.call.start, act.call.end, {}, act.store)
        kept = next((each for each in self.objects.of(kind) if store_name(each) == store_name(wanted)), None)
        if kept is None:
            self.objects.add(wanted)
        return kept or wanted

    def settings(self, act: Act, evaluator: Evaluator) -> list[Value]:
        """Change what every machine or GPO has one of."""
        if act.kind not in _SETTINGS:
            return self.change(act, evaluator)
        self._setting(act, act.kind).properties.update(properties_of(act.bound))
        return []

    def _affected(self, act: Act, evaluator: Evaluator) -> list[Thing]:
        """The objects that a command changes; what is not known of them is noted."""
        things = self._chosen(act)
        call = act.call
        if not _bears_on_ipsec(act.cmdlet.name, act.bound):
            return things or []
        if things is None:
            return self._not_followed(act, f"which objects {act.cmdlet.name} changes is not known")
        if not things:
            made = self._default_set(act)
            if made is not None:
                return [made]
            message = f"{act.cmdlet.name} changes what this script does not make: it is not known"
            self.note(message, call.start, call.end)
            return []
        if evaluator.doubts:
            return self._not_followed(act, "whether this change is made is not known")
        return things

    def _not_followed(self, act: Act, why: str) -> list[Thing]:
        """Note a change of which it is not known what it does, and the sets that it names: it changes nothing."""
        self.note(why, act.call.start, act.call.end)
        self.names_not_followed |= {act.bound.text(name).casefold() for name in _SET_PARAMETERS} - {""}
        return []

    def _default_set(self, act: Act) -> Thing | None:
        """The default set that a command changes by its id, which every Windows has."""
        name = act.bound.given("Name")
        wanted = _DEFAULT_SETS.get(act.kind)
        if name is None or wanted is None or text_of(name).casefold() != wanted.casefold():
            return None
        thing = Thing(act.kind, act.call.start, act.call.end, {"name": name}, act.store)
        self.objects.add(thing)
        return thing

    def _chosen(self, act: Act, *, by_default_all: bool = False) -> list[Thing] | None:
        """The objects of the script that a command is for; None if that is not known."""
        given = act.bound.given("InputObject")
        listed = [*(flat(given) if given is not None else ()), *(act.call.piped or ())]
        if given is not None or act.call.piped is not None:
            if any(each.is_unknown for each in listed):
                return None if self.objects.of(act.kind) else []
            things = [each.data for each in listed if isinstance(each.data, Thing)]
            own = [thing for thing in things if thing.kind == act.kind]
            return own or [used for thing in things for used in self._associated(thing, act.kind)]
        is_all = by_default_all or (act.call.name.startswith("remove-") and not act.bound.values)
        candidates = self.objects.of(act.kind)
        chosen = selected(candidates, act.bound, act.store, by_default_all=is_all)
        return chosen if chosen is not None or candidates else []  # whatever is named, the script has made none

    def filters(self, act: Act, _evaluator: Evaluator) -> list[Value]:
        """The filters of rules: each stands here for its rule, which has what it says."""
        given = act.bound.given(*_RULES_OF_FILTERS)
        listed = [*(flat(given) if given is not None else ()), *(act.call.piped or ())]
        unknown = Value(Unknown(f"what `{act.cmdlet.name}` gives"), act.call.start, act.call.end)
        if given is None and act.call.piped is None:
            return [unknown]
        return [each if isinstance(each.data, Thing) else unknown for each in listed]

    def set_filters(self, act: Act, evaluator: Evaluator) -> list[Value]:
        """Change the part of rules that their filters hold."""
        given = act.bound.given("InputObject")
        listed = [*(flat(given) if given is not None else ()), *(act.call.piped or ())]
        things = [each.data for each in listed if isinstance(each.data, Thing)]
        statement = self._syntax.text[self._syntax.text.rfind("\n", 0, act.call.start) + 1 : act.call.end].casefold()
        of_firewall = "-netfirewallrule" in statement and "-netipsec" not in statement
        if of_firewall and not things and act.kind != "netfirewallsecurityfilter":
            return []
        if len(things) < len(listed) or (given is None and act.call.piped is None):
            self.note(f"which rules {act.cmdlet.name} changes is not known", *act.place)
        elif not things:
            self.note(f"{act.cmdlet.name} changes what this script does not make: it is not known", *act.place)
        elif evaluator.doubts:
            self.note("whether this change is made is not known", *act.place)
        else:
            for thing in things:
                thing.properties.update(properties_of(act.bound))
        return []

    def connect(self, act: Act, evaluator: Evaluator) -> list[Value]:
        """The cryptography of a VPN connection, which belongs to the connection of that name."""
        name = act.bound.given("ConnectionName")
        suite = {key: value for key, value in properties_of(act.bound).items() if key in _SUITE}
        custom = Value(Table(suite), act.call.start, act.call.end)
        if act.bound.is_on("RevertToDefault"):
            custom = Value(None, act.call.start, act.call.end)
        names = [] if name is None else list(flat(name))
        for each in names:
            made = Thing("vpnconnection", act.call.start, act.call.end, {"name": each}, None, not evaluator.doubts)
            made.ways = tuple(evaluator.ways[-MAX_WAYS:])
            if (all_users := act.bound.given("AllUserConnection")) is not None:
                made.properties["alluserconnection"] = all_users
            alike = named_by_same(self.objects.of("vpnconnection"), each) if each.is_unknown else None
            connections = self.objects.twins(made) if not each.is_unknown else [alike] if alike is not None else []
            if not (connections or act.bound.is_partial) and (other := self._in_other_book(each)) is not None:
                self._refuse([in_other_phone_book(other, each)], act.cmdlet.name, act.call)
                continue
            if not connections:
                self.objects.add(made)
            for connection in connections or [made]:
                connection.properties["ipseccustompolicy"] = custom
        return []

    def _in_other_book(self, name: Value) -> Thing | None:
        """The connection of a name that is in the other phone book than the one a command looks at."""
        wanted = "" if name.is_unknown else text_of(name).casefold()
        connections = self.objects.of("vpnconnection") if wanted else ()
        return next((each for each in connections if identity(each) == wanted and each.is_certain), None)

    def serve(self, act: Act, _evaluator: Evaluator) -> list[Value]:
        """What Routing and Remote Access takes as a server: several cmdlets set it, each a part."""
        server = next(iter(self.objects.of("vpnserver")), None)
        if server is None:
            server = Thing(
                "vpnserver", act.call.start, act.call.end, {"name": Value("RRAS", act.call.start, act.call.start)}
            )
            self.objects.add(server)
        if act.bound.is_on("RevertToDefault"):
            server.properties = {name: value for name, value in server.properties.items() if name not in _SUITE}
        properties = properties_of(act.bound)
        for name in ("reverttodefault", "tunneltype"):
            properties.pop(name, None)
        before = server.properties.get("ipaddressrange") if act.call.name.startswith("add-") else None
        if before is not None and (more := properties.get("ipaddressrange")) is not None:
            properties["ipaddressrange"] = Value([*flat(before), *flat(more)], more.start, more.end)
        server.properties.update(properties)
        return []

    def _associated(self, thing: Thing, kind: str) -> list[Thing]:
        """The sets of a kind that a rule names, or the rules of a kind that name a set."""
        named = kind.removeprefix("netipsec")
        if named in thing.properties:
            name = thing.text(named).casefold()
            candidates = [each for each in self.objects.of(kind) if store_name(each) == store_name(thing)]
            return [each for each in candidates if name in {identity(each), each.text("displayname").casefold()}]
        role = thing.kind.removeprefix("netipsec")
        names = {identity(thing), thing.text("displayname").casefold()}
        return [
            each
            for each in self.objects.of(kind)
            if store_name(each) == store_name(thing) and each.text(role).casefold() in names - {""}
        ]

    def _other(self, call: Call, evaluator: Evaluator) -> list[Value]:
        """A command that is not known: reported if it bears on IPsec, its blocks followed as if they ran."""
        given = Value(Unknown(f"what `{call.name}` gives", call.name == "read-host"), call.start, call.end)
        if self._is_none(call) or _is_of_no_concern(call) or elsewhere.is_of_no_concern(call, self._syntax.text):
            return [given]
        if elsewhere.is_resource(call, self._syntax.text):
            self.effects += 1
            if not elsewhere.set_by_resource(call, self.programs, evaluator):
                self.note("a resource of a DSC configuration sets this: it is not followed", call.start, call.end)
            return [given]
        if elsewhere.configured(call, evaluator):
            return [given]
        blocks = [
            argument.value.data
            for argument in call.arguments
            if argument.value is not None and isinstance(argument.value.data, Block)
        ]
        if blocks:
            why = f"{quoted(call.name)} is handed a block: whether it runs is not known; it is read as if it did"
            with evaluator.doubt(why, call.start, call.end):
                for block in blocks:
                    evaluator.run_block(block, None)
            return [given]
        if call.name in _CHANGES_CIM and any(self._is_of_ipsec(item) for item in call.piped or ()):
            self.effects += 1
            self.note("objects of IPsec are changed through CIM here: it is not followed", call.start, call.end)
            return [given]
        if call.name in _MAKES_CIM and self._is_given_profile(call):
            return [given]
        mention = mention_in(self._said(call)) or self._service_in(call.piped or ())
        if mention is None and (started := starts(call, self._syntax.text)) is not None:
            self.effects += 1
            self.note(started, call.start, call.end)
        if mention is not None and not call.name.startswith(_LOOKING):
            self.effects += 1
            self.note(mention.sentence(quoted(mention.words.lstrip("\\/"))), call.start, call.end)
        return [given]


_PIPES = pipes.PIPES | SESSIONS | {"get-service": get_service}
"""What carries out the commands that only give values."""

_FILTERS = ("address", "port", "interface", "interfacetype", "security")
_RULES_OF_FILTERS = ("AssociatedNetIPsecRule", "AssociatedNetIPsecMainModeRule", "AssociatedNetFirewallRule")
"""What a rule is for and asks of packets, in objects of its own; and how these are asked for."""

_CHANGES_CIM = frozenset(
    {
        "invoke-cimmethod", "invoke-wmimethod", "remove-ciminstance", "remove-wmiobject", "set-ciminstance",
        "set-wmiinstance",
    }
)  # fmt: skip
_MAKES_CIM = frozenset({"new-ciminstance", "set-ciminstance", "set-wmiinstance"})
_BY_THEIR_TEXTS = _CHANGES_CIM | {"add-type", "copy-item", "invoke-item", "move-item", "new-scheduledtaskaction"}
"""Commands of which also a text that a variable holds tells what they do."""
_CHANGES_SERVICE = frozenset({".stop", ".pause", ".delete", ".changestartmode", ".stopservice", ".change"})

_LOOKING = ("get-", "test-", "export-", "convertto-", "out-", "format-", "measure-", "compare-")
"""How the names of commands begin that leave what they are given as it is."""


def _bears_on_ipsec(name: str, bound: Bound) -> bool:
    """Whether a command may change what is negotiated: of the firewall's own cmdlets, few do."""
    folded = name.casefold()
    if folded.endswith("-netfirewallrule"):
        is_block = bound.text("Action").casefold() == "block"
        return is_block or bound.given("Authentication", "Encryption", "OverrideBlockRules") is not None
    return not folded.endswith("-netfirewallprofile") or bound.given(MERGE, "Enabled") is not None


def _is_of_no_concern(call: Call) -> bool:
    """Whether a command writes a key of a GPO that has nothing to do with IPsec, or installs the role of a VPN server.

    `Install-RemoteAccess -VpnType` sets no policy: other cmdlets do; with DirectAccess it writes GPOs.
    """
    named, _ = pipes.parameters(call)
    if call.name == "install-remoteaccess":
        return pipes.given(named, "vpntype") is not None and not any(name.startswith("da") for name in named)
    if not call.name.startswith("set-gp"):
        return False
    path = pipes.given(named, "key")
    where = None if path is None or path.is_unknown else key_path(text_of(path))
    return where is not None and not concerns_ipsec(where)


_CMDLETS: dict[str, Callable[[ScriptCommands, Act, Evaluator], list[Value]]] = {
    "set-vpnconnectionipsecconfiguration": ScriptCommands.connect,
    "set-netfirewallprofile": ScriptCommands.profile,
    **{f"get-netfirewall{each}filter": ScriptCommands.filters for each in _FILTERS},
    **{f"set-netfirewall{each}filter": ScriptCommands.set_filters for each in _FILTERS},
    "set-vpnserverconfiguration": ScriptCommands.serve,
    "set-vpnauthprotocol": ScriptCommands.serve,
    "set-vpnipaddressassignment": ScriptCommands.serve,
    "add-vpnipaddressrange": ScriptCommands.serve,
}
"""What carries out cmdlets that are not like others of their verb."""

_VERBS: dict[str, Callable[[ScriptCommands, Act, Evaluator], list[Value]]] = {
    "new": ScriptCommands.new,
    "add": ScriptCommands.new,
    "set": ScriptCommands.settings,
    "remove": ScriptCommands.remove,
    "rename": ScriptCommands.rename,
    "copy": ScriptCommands.copy,
    "enable": ScriptCommands.switch,
    "disable": ScriptCommands.switch,
    "get": ScriptCommands.look,
    "open": ScriptCommands.open,
    "save": ScriptCommands.save,
}
"""What carries out the cmdlets of each verb."""
