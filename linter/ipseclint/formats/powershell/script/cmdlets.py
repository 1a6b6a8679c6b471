"""What the cmdlets of IPsec and VPN do to the objects of a script."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.powershell.script import vpn_cmdlets
from ipseclint.formats.powershell.script.binding import Bound, Refusal, bind, from_properties, lacking
from ipseclint.formats.powershell.script.defaults import bound_with_defaults, has_defaults
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator
from ipseclint.formats.powershell.script.grammar import Syntax
from ipseclint.formats.powershell.script.machines import Machines
from ipseclint.formats.powershell.script.objects import Objects, already_there, properties_of, store_name
from ipseclint.formats.powershell.script.proposals import authentication_proposal
from ipseclint.formats.powershell.script.selection import Act, chosen, may_be_another, named_by_same
from ipseclint.formats.powershell.script.unsaid import is_given
from ipseclint.formats.powershell.script.values import (
    MAX_WAYS,
    REFUSED,
    Table,
    Thing,
    Unknown,
    Value,
    flat,
    items_of,
    text_of,
    truth_of,
)
from ipseclint.formats.powershell.settings import MERGE
from ipseclint.model.policy import Profile
from ipseclint.vocabulary.builtin import DEFAULT_SET_NAMES
from ipseclint.vocabulary.cmdlets import Cmdlet

_DEFAULT_SETS = {
    "netipsecmainmodecryptoset": DEFAULT_SET_NAMES["main-mode-crypto"],
    "netipsecquickmodecryptoset": DEFAULT_SET_NAMES["quick-mode-crypto"],
    "netipsecphase1authset": DEFAULT_SET_NAMES["first-authentication"],
    "netipsecphase2authset": DEFAULT_SET_NAMES["second-authentication"],
}
"""The id of the default set of each kind."""

_KEYS = ("PreSharedKey", "L2tpPsk", "SharedSecret", "Password")
"""The parameters that take a secret."""

_SETTINGS = frozenset({"netfirewallsetting"})
"""What every machine, or GPO, has one of."""

_TELLING = ("DisplayName", "LocalAddress", "RemoteAddress", "InboundSecurity", "OutboundSecurity", "Proposal")
"""Parameters that what is not known may give, and without which an object would be another."""
_SET_PARAMETERS = ("Phase1AuthSet", "Phase2AuthSet", "QuickModeCryptoSet", "MainModeCryptoSet")
"""The parameters by which a rule names its sets."""


class Cmdlets:
    """Carries out the cmdlets of one script; what they leave behind is in `objects`.

    `effects` is how many of them bear on IPsec. `has_succeeded` tells of the last one whether it has, as `$?` does,
    where that is known; `looked_in_vain` is how often one asked for objects and found none. `names_not_followed` are
    the sets, in lower case, that a change gives to rules of which it is not known which.
    """

    def __init__(self, syntax: Syntax, diagnostics: Diagnostics) -> None:
        self.effects = 0
        self.objects = Objects()
        self.machines = Machines(syntax, self.objects)
        self.keys: list[Value] = []
        self.names_not_followed: set[str] = set()
        self.has_succeeded: bool | None = None
        self.looked_in_vain = 0
        self._kinds_open: set[str] = set()
        self._unsaved: dict[int, Thing] = {}
        self._unknown_stores: dict[int, Value] = {}
        self._syntax = syntax
        self._diagnostics = diagnostics

    def note(self, message: str, start: int, end: int) -> None:
        """Note what bears on IPsec and is not followed."""
        self._diagnostics.not_understood(message, self._syntax.span(start, end))

    def run(self, row: Cmdlet, call: Call, evaluator: Evaluator) -> list[Value]:
        """What a cmdlet gives; for each object that is piped in with properties that it takes for parameters."""
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
        bound = bind(row._replace(name=called), call.arguments, piped=call.piped is not None)
        if has_defaults(evaluator):
            bound = bound_with_defaults(row._replace(name=called), call, bound, evaluator)
        self.keys += [bound.values[name] for name in _KEYS if name in bound.values]
        sets_policy = verb != "get" and _bears_on_ipsec(row.name, bound)
        if sets_policy and (verb != "remove" or self.objects.of(kind)):
            self.effects += 1
        if bound.refusals and verb != "get":
            self.refuse(bound.refusals, called, call)
            evaluator.fail()
            return [Value(REFUSED, call.start, call.end)] if verb in {"new", "open"} else []
        if self._is_only_shown(row, bound, evaluator, call, sets_policy=sets_policy):
            return []
        if verb in {"new", "set"}:
            self._note_unknown_sets(bound)
        if call.piped is not None and verb in {"new", "add"} and (names := lacking(row, bound)):
            given_by_pipe = ", ".join(f"`-{name}`" for name in names)
            self.note(
                f"whether {called} takes {given_by_pipe} from what it is handed is not followed", call.start, call.end
            )
        act = Act(call, row, bound, self._store(bound), kind)
        if act.store is not None and act.store.is_unknown and sets_policy:
            self._note_unknown_store(act.store)
        work = _CMDLETS.get(row.name.casefold()) or _VERBS.get(verb)
        with self.machines.on(bound.given("CimSession")):
            if sets_policy:
                self.machines.note(call, act.store)
            given = [act.unknown] if work is None else work(self, act, evaluator)
        return [act.unknown] if bound.is_on("AsJob") else given

    def _is_only_shown(self, row: Cmdlet, bound: Bound, evaluator: Evaluator, call: Call, *, sets_policy: bool) -> bool:
        """Whether a cmdlet only says what it would do; where that is not known, that is noted, and it is followed."""
        preference = evaluator.look_up("whatifpreference") if "WhatIf" in row.parameters else None
        asked = bound.given("WhatIf") or preference
        truth = False if asked is None else truth_of(asked)
        if truth is None and sets_policy:
            self.note(
                "whether this is only shown, by `-WhatIf`, is not known: it is read as if it ran", call.start, call.end
            )
        return truth is True

    def _note_unknown_store(self, store: Value) -> None:
        """Note once of a store that is not known, that what is in it is read as the machine's own."""
        root = id(store.data.roots[0] if isinstance(store.data, Unknown) else store.data)
        if root not in self._unknown_stores:
            self._unknown_stores[root] = store
            self.note("in which store this is, is not known: it is read as the machine's own", store.start, store.end)

    def _called(self, row: Cmdlet, call: Call) -> str:
        """The name by which a script calls a cmdlet that had another one; else the name as its page has it."""
        typed = self._syntax.text[call.start : call.start + len(call.name)]
        is_former = typed.casefold() == call.name != row.name.casefold()
        return typed if is_former else row.name

    def _note_unknown_sets(self, bound: Bound) -> None:
        """Note of each set that a rule names by what is not known, that which one it is is not."""
        for name in _SET_PARAMETERS:
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
            message = f"which set `-{name}` names is not known here: what it offers or asks for is not read"
            self.note(message, value.start, value.end)
            if is_of_machine and not value.is_unknown:  # what a machine is asked for that has none of this script's
                value = bound.values[name] = value._replace(data=Unknown("a set of the machine"))
            self.names_not_followed.add(self._syntax.token(value).text.casefold())
            self._kinds_open.add(kind)

    def note_open_sets(self) -> None:
        """Note of each set that a rule may name it, where a rule names one of its kind that is not known."""
        for thing in (each for kind in self._kinds_open for each in self.objects.of(kind)):
            names = (thing.properties.get("name"), thing.properties.get("displayname"))
            self.names_not_followed |= {text_of(each).casefold() for each in names if each and not each.is_unknown}

    def refuse(self, refusals: list[Refusal], name: str, call: Call) -> None:
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
        thing.ways = tuple(evaluator.tries.ways[-MAX_WAYS:])
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
        if act.kind == "vpns2sinterface":
            vpn_cmdlets.join_sites(thing, is_whole=not bound.is_partial)
        twins = self.objects.twins(thing)
        if twins and bound.is_on("Default"):
            self.objects.remove(twins[:1])
        elif twin := next((each for each in twins if each.is_certain or each.start == call.start), None):
            if not evaluator.doubts and twin.is_certain:
                self.refuse([already_there(thing, call.start, call.end)], act.cmdlet.name, call)
            return [Value(twin, call.start, call.end)]
        if len(twins) >= MAX_WAYS:
            return [Value(twins[0], call.start, call.end)]
        self.objects.add(thing)
        if twins:
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
            thing.properties["enabled"] = Value(str(is_on), act.call.start, act.call.end)
        return []

    def remove(self, act: Act, evaluator: Evaluator) -> list[Value]:
        """Take objects out; those that the script does not make are gone in any case."""
        things = chosen(act, self.objects)
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
            twin.ways = (*thing.ways, *evaluator.tries.ways)[-MAX_WAYS:]
            name = act.bound.given("NewName")
            if name is not None:
                twin.properties["name"] = name
            if self.objects.twin(twin) is None:
                self.objects.add(twin)
                made.append(Value(twin, act.call.start, act.call.end))
        return made

    def look(self, act: Act, evaluator: Evaluator) -> list[Value]:
        """The objects that the script has made so far; on a machine where nothing was before."""
        things = chosen(act, self.objects, by_default_all=True)
        if things is None or (act.kind in _SETTINGS and not things):
            return [act.unknown]
        if act.kind == "vpnconnection":
            things = vpn_cmdlets.of_book(things, act.bound.given("AllUserConnection"))
        self.has_succeeded = bool(things) or not act.bound.values
        self.looked_in_vain += not things
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

    def note_unsaved(self) -> None:
        """Note the sessions that hold changes and are never written back."""
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
        things = chosen(act, self.objects)
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

    def filters(self, act: Act, _evaluator: Evaluator) -> list[Value]:
        """The filters of rules: each stands here for its rule, which has what it says."""
        given = act.bound.given(*_RULES_OF_FILTERS)
        listed = [*(flat(given) if given is not None else ()), *(act.call.piped or ())]
        if given is None and act.call.piped is None:
            return [act.unknown]
        return [each if isinstance(each.data, Thing) else act.unknown for each in listed]

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
        """Give VPN connections of a name their cryptography."""
        self._note_unknown_properties(act)
        for refusal in vpn_cmdlets.connect(act, self.objects, evaluator, self.note):
            self.refuse([refusal], act.cmdlet.name, act.call)
        return []

    def _note_unknown_properties(self, act: Act) -> None:
        """Note that a cmdlet takes more from what it is handed, of which it is not known what that is."""
        if any(item.is_unknown for item in act.call.piped or ()):
            self.note(f"what {act.cmdlet.name} takes from what it is handed is not known", *act.place)
        elif act.call.piped == [] and act.bound.given("ConnectionName") is None:
            self.note(f"{act.cmdlet.name} changes what this script does not make: it is not known", *act.place)

    def serve(self, act: Act, _evaluator: Evaluator) -> list[Value]:
        """Set what Routing and Remote Access takes as a server."""
        self._note_unknown_properties(act)
        vpn_cmdlets.serve(act, self.objects)
        return []


_FILTERS = ("address", "port", "interface", "interfacetype", "security")
_RULES_OF_FILTERS = ("AssociatedNetIPsecRule", "AssociatedNetIPsecMainModeRule", "AssociatedNetFirewallRule")
"""What a rule is for and asks of packets, in objects of its own; and how these are asked for."""


def _has_properties(item: Value, noun: str) -> bool:
    """Whether a cmdlet takes parameters from the properties of an object: one of its own kind it takes whole.

    So it does one of NetSecurity that its objects belong to.
    """
    if isinstance(item.data, Thing):
        return item.data.kind.startswith("vpn") and item.data.kind != noun
    return isinstance(item.data, Table)


def _bears_on_ipsec(name: str, bound: Bound) -> bool:
    """Whether a command may change what is negotiated: of the firewall's own cmdlets, few do."""
    folded = name.casefold()
    if folded.endswith("-netfirewallrule"):
        is_block = bound.text("Action").casefold() == "block"
        return is_block or bound.given("Authentication", "Encryption", "OverrideBlockRules") is not None
    return not folded.endswith("-netfirewallprofile") or bound.given(MERGE, "Enabled") is not None


_CMDLETS: dict[str, Callable[[Cmdlets, Act, Evaluator], list[Value]]] = {
    "set-vpnconnectionipsecconfiguration": Cmdlets.connect,
    "set-netfirewallprofile": Cmdlets.profile,
    **{f"get-netfirewall{each}filter": Cmdlets.filters for each in _FILTERS},
    **{f"set-netfirewall{each}filter": Cmdlets.set_filters for each in _FILTERS},
    "set-vpnserverconfiguration": Cmdlets.serve,
    "set-vpnauthprotocol": Cmdlets.serve,
    "set-vpnipaddressassignment": Cmdlets.serve,
    "add-vpnipaddressrange": Cmdlets.serve,
}
"""What carries out cmdlets that are not like others of their verb."""

_VERBS: dict[str, Callable[[Cmdlets, Act, Evaluator], list[Value]]] = {
    "new": Cmdlets.new,
    "add": Cmdlets.new,
    "set": Cmdlets.settings,
    "remove": Cmdlets.remove,
    "rename": Cmdlets.rename,
    "copy": Cmdlets.copy,
    "enable": Cmdlets.switch,
    "disable": Cmdlets.switch,
    "get": Cmdlets.look,
    "open": Cmdlets.open,
    "save": Cmdlets.save,
}
"""What carries out the cmdlets of each verb."""
