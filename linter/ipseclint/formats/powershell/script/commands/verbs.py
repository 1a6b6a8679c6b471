"""The effects of each verb of cmdlets on the objects of a script, and of the cmdlets that differ from their verb."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from ipseclint.formats.powershell.script.arguments.binding import Bound, Refusal
from ipseclint.formats.powershell.script.commands import vpn_cmdlets
from ipseclint.formats.powershell.script.commands.cmdlet_notes import CmdletNotes
from ipseclint.formats.powershell.script.commands.errors import stops_at_error
from ipseclint.formats.powershell.script.commands.objects import (
    ID_PARAMETERS,
    Objects,
    already_there,
    properties_of,
    store_name,
    without_prefix,
)
from ipseclint.formats.powershell.script.commands.proposals import authentication_proposal
from ipseclint.formats.powershell.script.commands.selection import Act, chosen
from ipseclint.formats.powershell.script.evaluator import Evaluator
from ipseclint.formats.powershell.script.flow.alternatives import is_within
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.values.lists import flat
from ipseclint.formats.powershell.script.values.value import (
    MAX_WAYS,
    Thing,
    Value,
    text_of,
)
from ipseclint.formats.powershell.script.values.wildcards import is_pattern
from ipseclint.formats.powershell.settings import MERGE
from ipseclint.model.policy import Profile
from ipseclint.vocabulary.builtin import DEFAULT_SET_NAMES
from ipseclint.vocabulary.ipsec_tools import FIREWALL_STATE_UNREAD

_DEFAULT_SETS = {
    "netipsecmainmodecryptoset": DEFAULT_SET_NAMES["main-mode-crypto"],
    "netipsecquickmodecryptoset": DEFAULT_SET_NAMES["quick-mode-crypto"],
    "netipsecphase1authset": DEFAULT_SET_NAMES["first-authentication"],
    "netipsecphase2authset": DEFAULT_SET_NAMES["second-authentication"],
}
"""The id of the default set of each kind."""

_SETTINGS = frozenset({"netfirewallsetting"})
"""Objects that each machine or GPO has once."""
_KNOWN_IN_PART = frozenset({*_DEFAULT_SETS, "vpnconnection"})
"""The kinds of which one is kept that a script changes and does not make."""
_MAY_NOT_BE_MADE = "whether this change is made is not known"
"""The message about a change of an object that may not be there."""

_TELLING = ("DisplayName", "LocalAddress", "RemoteAddress", "InboundSecurity", "OutboundSecurity", "Proposal")
"""Parameters that an unknown argument may set, and that identify an object."""
SET_PARAMETERS = ("Phase1AuthSet", "Phase2AuthSet", "QuickModeCryptoSet", "MainModeCryptoSet")
"""The parameters by which a rule names its sets."""


class Verbs:
    """Carries out cmdlets with bound parameters on `objects`.

    `has_succeeded` is `$?` after the last one, None if unknown; `looked_in_vain` counts queries that found no objects.
    `names_not_followed` are the folded names of sets that a change gives to unknown rules.
    """

    def __init__(self, syntax: Syntax, notes: CmdletNotes) -> None:
        self.objects = Objects()
        self.names_not_followed: set[str] = set()
        self.has_succeeded: bool | None = None
        self.looked_in_vain = 0
        self._unsaved: dict[int, Thing] = {}
        self._syntax = syntax
        self._notes = notes

    def carry_out(self, act: Act, evaluator: Evaluator) -> list[Value]:
        """The output of a cmdlet, whose effect on the objects is kept."""
        verb = act.call.name.partition("-")[0]
        work = _CMDLETS.get(act.cmdlet.name.casefold()) or _VERBS.get(verb)
        return [act.unknown] if work is None else work(self, act, evaluator)

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
        thing.ways = evaluator.tries.ways_here
        made = Value(thing, call.start, call.end)
        if act.kind.endswith("proposal"):
            return [made]
        _give_defaults(thing, act)
        twins = self.objects.twins(thing)
        if twins and bound.is_on("Default"):
            self.objects.remove(twins[:1])
        elif twin := next((each for each in twins if each.is_certain or each.start == call.start), None):
            is_shown_again = evaluator.syntax.shows_again((twin.start, twin.end), (call.start, call.end))
            if not evaluator.doubts and twin.is_certain and not is_shown_again:
                self._notes.refuse([already_there(thing, call.start, call.end)], act.cmdlet.name, act.place)
                _stop_at_error(act, evaluator)
            return [Value(twin, call.start, call.end)]
        is_behind_failure = evaluator.tries.is_behind_failure
        if (before := self.objects.made_at_first(thing, is_behind_failure=is_behind_failure)) is not None:
            return [Value(before, call.start, call.end)]
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
        things = self._affected(act, evaluator)
        for thing in things:
            if new_name is not None and "displayname" in thing.properties:
                # What refers to one whose id Windows chose has its first name for it.
                thing.properties.setdefault("name", thing.properties["displayname"])
            _write_back(thing, properties)
        return _passed(act, things)

    def switch(self, act: Act, evaluator: Evaluator) -> list[Value]:
        """Enable or disable rules."""
        is_on = act.call.name.startswith("enable-")
        things = self._affected(act, evaluator)
        for thing in things:
            thing.properties["enabled"] = Value(str(is_on), act.call.start, act.call.end)
        return _passed(act, things)

    def remove(self, act: Act, evaluator: Evaluator) -> list[Value]:
        """Remove objects; those that the script did not make are gone in any case."""
        things = chosen(act, self.objects)
        if things is None and act.kind != "netfirewallrule":
            self._notes.not_followed(f"which objects {act.cmdlet.name} takes out is not known", *act.place)
        elif things is None or act.asks:
            return []
        elif _are_there_only_here(things, evaluator):
            self.objects.remove(things)
        elif things:
            self._notes.not_followed("whether these objects are taken out is not known", *act.place)
        return []

    def rename(self, act: Act, evaluator: Evaluator) -> list[Value]:
        """Change the id of objects."""
        name = act.bound.given("NewName")
        things = self._affected(act, evaluator)
        for thing in things:
            if name is not None:
                self.objects.rename(thing, name)
        return _passed(act, things)

    def copy(self, act: Act, evaluator: Evaluator) -> list[Value]:
        """Copy objects to another store or another id."""
        made = []
        session = act.bound.given("NewGPOSession")
        store = without_prefix(act.bound.given("NewPolicyStore"))
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
        """The objects made so far; a machine is assumed to have had none before."""
        things = chosen(act, self.objects, by_default_all=True)
        if things is None or (act.kind in _SETTINGS and not things):
            return [act.unknown]
        if act.kind == "vpnconnection":
            things = vpn_cmdlets.of_book(things, act.bound.given("AllUserConnection"))
        self.has_succeeded = bool(things) or not act.bound.values
        self.looked_in_vain += not things
        if not things and (name := act.bound.given(*_NAMED_BY)) is not None and "*" not in text_of(name):
            _stop_at_error(act, evaluator)
        return [Value(thing, act.call.start, act.call.end) for thing in things]

    def open(self, act: Act, _evaluator: Evaluator) -> list[Value]:
        """Open a session on a GPO."""
        thing = Thing("netgpo", act.call.start, act.call.end, {}, act.store)
        self._unsaved[id(thing)] = thing
        return [Value(thing, act.call.start, act.call.end)]

    def save(self, act: Act, _evaluator: Evaluator) -> list[Value]:
        """Save a session to its GPO."""
        session = act.bound.given("GPOSession")
        saved = [] if session is None else [each.data for each in flat(session) if isinstance(each.data, Thing)]
        for thing in saved or list(self._unsaved.values()):  # which one is not known: each may be
            self._unsaved.pop(id(thing), None)
        return []

    def note_unsaved(self) -> None:
        """Note sessions with changes that are never saved."""
        stores = {id(thing.store) for thing in self.objects.made}
        for session in self._unsaved.values():
            if session.store is not None and id(session.store) in stores:
                reason = "no `Save-NetGPO` writes this session back: what is changed in it does not reach the GPO"
                self._notes.refuse(
                    [Refusal(reason, session.start, session.end)], "Open-NetGPO", (session.start, session.end)
                )

    def profile(self, act: Act, _evaluator: Evaluator) -> list[Value]:
        """Change settings of firewall profiles: whether local rules apply beside those of Group Policy."""
        merge = act.bound.given(MERGE)
        names = act.bound.given("Name")
        state = act.bound.text("Enabled").casefold()
        if state and state not in {"true", "notconfigured"}:
            self._notes.not_followed(FIREWALL_STATE_UNREAD, *act.place)
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
        """The object of a kind that a store has only one of; added if it is not there yet."""
        wanted = Thing(kind, act.call.start, act.call.end, {}, act.store)
        kept = next((each for each in self.objects.of(kind) if store_name(each) == store_name(wanted)), None)
        if kept is None:
            self.objects.add(wanted)
        return kept or wanted

    def settings(self, act: Act, evaluator: Evaluator) -> list[Value]:
        """Change settings that each machine or GPO has once."""
        if act.kind not in _SETTINGS:
            return self.change(act, evaluator)
        setting = self._setting(act, act.kind)
        setting.properties.update(properties_of(act.bound))
        return _passed(act, [setting])

    def _affected(self, act: Act, evaluator: Evaluator) -> list[Thing]:
        """The objects that a command changes; if they are unknown, that is noted."""
        things = chosen(act, self.objects)
        if not bears_on_ipsec(act.cmdlet.name, act.bound):
            return things or []
        if things is None:
            return self._not_followed(act, f"which objects {act.cmdlet.name} changes is not known")
        if not things:
            made = self._default_set(act)
            if made is not None:
                return [made]
            if evaluator.tries.depth and act.bound.given(*_NAMED_BY) is not None:
                _stop_at_error(act, evaluator)
            return self._made_elsewhere(act, evaluator)
        if not _are_there_only_here(things, evaluator):
            return self._not_followed(act, _MAY_NOT_BE_MADE)
        return [] if act.asks else things

    def _not_followed(self, act: Act, why: str) -> list[Thing]:
        """Note a change with an unknown effect, and the sets that it names; it changes nothing."""
        self._notes.not_followed(why, *act.place)
        self._follow_no_names(act)
        return []

    def _follow_no_names(self, act: Act) -> None:
        """Keep the names of sets that a change gives to rules which are not followed."""
        self.names_not_followed |= {act.bound.text(name).casefold() for name in SET_PARAMETERS} - {""}

    def _note_not_made_here(self, act: Act) -> None:
        message = f"{act.cmdlet.name} changes what this script does not make: it is not known"
        self._notes.not_followed(message, *act.place)

    def _made_elsewhere(self, act: Act, evaluator: Evaluator) -> list[Thing]:
        """The objects that a command names and no command here makes: known of them is what is set from here on."""
        given = act.bound.given(*_NAMED_BY)
        names = [] if given is None else list(flat(given))
        self._follow_no_names(act)
        is_kept = act.call.name.startswith("set-") and act.kind in _KNOWN_IN_PART and not act.asks
        if not names or not is_kept or any(is_pattern(text_of(name)) for name in names):
            self._note_not_made_here(act)
            return []
        message = f"{act.cmdlet.name} changes what this script does not make: its other values are not known"
        self._notes.not_followed(message, *act.place)
        key = "displayname" if act.bound.given(*ID_PARAMETERS) is None else "name"
        all_users = act.bound.given("AllUserConnection")
        book = {} if all_users is None else {"alluserconnection": all_users}
        things = [Thing(act.kind, *act.place, {key: name, **book}, act.store, not evaluator.doubts) for name in names]
        for thing in things:
            thing.is_changed_alone = True
            thing.ways = evaluator.tries.ways_here
            self.objects.add(thing)
            self.names_not_followed |= {text_of(thing.properties[key]).casefold()} - {""}
        return things

    def _default_set(self, act: Act) -> Thing | None:
        """The built-in default set of Windows, if a command changes it by its id."""
        name = act.bound.given("Name")
        wanted = _DEFAULT_SETS.get(act.kind)
        if name is None or wanted is None or text_of(name).casefold() != wanted.casefold():
            return None
        thing = Thing(act.kind, act.call.start, act.call.end, {"name": name}, act.store)
        self.objects.add(thing)
        return thing

    def filters(self, act: Act, _evaluator: Evaluator) -> list[Value]:
        """The filter objects of rules; each is represented by its rule, which has its properties."""
        given = act.bound.given(*_RULES_OF_FILTERS)
        listed = [*(flat(given) if given is not None else ()), *(act.call.piped or ())]
        if given is None and act.call.piped is None:
            return [act.unknown]
        return [each if isinstance(each.data, Thing) else act.unknown for each in listed]

    def set_filters(self, act: Act, evaluator: Evaluator) -> list[Value]:
        """Change the properties of rules that their filters hold."""
        given = act.bound.given("InputObject")
        listed = [*(flat(given) if given is not None else ()), *(act.call.piped or ())]
        things = [each.data for each in listed if isinstance(each.data, Thing)]
        statement = self._syntax.text[self._syntax.text.rfind("\n", 0, act.call.start) + 1 : act.call.end].casefold()
        of_firewall = "-netfirewallrule" in statement and "-netipsec" not in statement
        if of_firewall and not things and act.kind != "netfirewallsecurityfilter":
            return []
        if len(things) < len(listed) or (given is None and act.call.piped is None):
            self._notes.not_followed(f"which rules {act.cmdlet.name} changes is not known", *act.place)
        elif not things:
            self._note_not_made_here(act)
        elif not _are_there_only_here(things, evaluator):
            self._notes.not_followed(_MAY_NOT_BE_MADE, *act.place)
        elif not act.asks:
            for thing in things:
                _write_back(thing, properties_of(act.bound))
        return _passed(act, things)

    def connect(self, act: Act, evaluator: Evaluator) -> list[Value]:
        """Set the cryptography of VPN connections, by name."""
        self._note_unknown_properties(act)
        for refusal in vpn_cmdlets.connect(act, self.objects, evaluator, self._notes.not_followed):
            self._notes.refuse([refusal], act.cmdlet.name, act.place)
        return _passed(act, [])

    def change_interface(self, act: Act, evaluator: Evaluator) -> list[Value]:
        """Change a site-to-site interface; one that is made elsewhere is known by the suite that it is given."""
        is_elsewhere = act.bound.given("Name") is not None and chosen(act, self.objects) == []
        if is_elsewhere and act.bound.is_on("CustomPolicy") and not act.asks:
            vpn_cmdlets.give_suite(act, self.objects, evaluator)
            return _passed(act, [])
        return self.change(act, evaluator)

    def _note_unknown_properties(self, act: Act) -> None:
        """Note that a cmdlet takes parameters from piped objects that are unknown."""
        if any(item.is_unknown for item in act.call.piped or ()):
            self._notes.not_followed(f"what {act.cmdlet.name} takes from what it is handed is not known", *act.place)
        elif act.call.piped == [] and act.bound.given("ConnectionName") is None:
            self._note_not_made_here(act)

    def serve(self, act: Act, _evaluator: Evaluator) -> list[Value]:
        """Configure Routing and Remote Access as a server."""
        self._note_unknown_properties(act)
        vpn_cmdlets.serve(act, self.objects)
        return _passed(act, [])

    def take_range(self, act: Act, _evaluator: Evaluator) -> list[Value]:
        """Take a range out of the pool of Routing and Remote Access."""
        vpn_cmdlets.take_range(act, self.objects)
        return _passed(act, [])


def _passed(act: Act, things: Sequence[Thing]) -> list[Value]:
    """What `-PassThru` hands on: the objects that a command changed, or what is not known of them."""
    if not act.bound.is_on("PassThru"):
        return []
    return [Value(thing, act.call.start, act.call.end) for thing in things] or [act.unknown]


def _write_back(thing: Thing, properties: dict[str, Value]) -> None:
    """Set properties of an object, and those that the script has changed in its copy of it."""
    thing.properties.update(thing.pending | properties)
    thing.pending.clear()


def _give_defaults(thing: Thing, act: Act) -> None:
    """Set the defaults of Windows on a new object."""
    call, bound = act.call, act.bound
    if bound.is_on("Default") and act.kind in _DEFAULT_SETS:
        thing.properties["name"] = Value(_DEFAULT_SETS[act.kind], call.start, call.end)
        thing.properties.pop("default", None)
    if act.kind == "vpnconnection":
        thing.properties["ipseccustompolicy"] = Value(None, call.start, call.end)
        if not bound.is_partial:
            thing.properties.setdefault("machinecertificateekufilter", Value(None, call.start, call.end))
        if not bound.is_partial and bound.given("PlugInApplicationID") is None:
            thing.properties.setdefault("tunneltype", Value(_TUNNEL_TYPE, call.start, call.end))
    if act.kind == "vpns2sinterface":
        vpn_cmdlets.join_sites(thing, is_whole=not bound.is_partial)


_TUNNEL_TYPE = "Automatic"
"""What `Add-VpnConnection` makes without `-TunnelType` (its page, example 1)."""


def _are_there_only_here(things: Sequence[Thing], evaluator: Evaluator) -> bool:
    """Whether objects exist only on the ways being followed."""
    if not evaluator.doubts:
        return True
    ways = evaluator.tries.ways
    return evaluator.tries.are_told and all(is_within(thing.ways, ways) for thing in things)


_NAMED_BY = (*ID_PARAMETERS, "DisplayName")
"""Parameters that name the objects of a command: a missing object is an error, unless named by a pattern."""


def _stop_at_error(act: Act, evaluator: Evaluator) -> None:
    """Leave the `try` block if errors of this command stop it, by its own `-ErrorAction` or the preference."""
    if stops_at_error(act.bound.given("ErrorAction"), evaluator):
        evaluator.fail()


_FILTERS = ("address", "port", "interface", "interfacetype", "security")
_RULES_OF_FILTERS = ("AssociatedNetIPsecRule", "AssociatedNetIPsecMainModeRule", "AssociatedNetFirewallRule")
"""What a rule is for and asks of packets, in objects of its own; and how these are asked for."""


_SETS_UP_VPN = (
    "ServerAddress", "ServerList", "TunnelType", "AuthenticationMethod", "EncryptionLevel", "L2tpPsk",
    "EapConfigXmlStream", "MachineCertificateEKUFilter", "MachineCertificateIssuerFilter", "CustomConfiguration",
    "PlugInApplicationID", "ThirdPartyVpn",
)  # fmt: skip
"""What of a VPN connection has to do with how its tunnel is made; routes, names and credentials have not."""


def bears_on_ipsec(name: str, bound: Bound) -> bool:
    """Whether a command may change what is negotiated; few of the firewall's own cmdlets do."""
    folded = name.casefold()
    if folded == "set-vpnconnection":
        return bound.given(*_SETS_UP_VPN) is not None or bound.splat is not None
    if folded.endswith("-netfirewallrule"):
        is_block = bound.text("Action").casefold() == "block"
        return is_block or bound.given("Authentication", "Encryption", "OverrideBlockRules") is not None
    return not folded.endswith("-netfirewallprofile") or bound.given(MERGE, "Enabled") is not None


_CMDLETS: dict[str, Callable[[Verbs, Act, Evaluator], list[Value]]] = {
    "set-vpnconnectionipsecconfiguration": Verbs.connect,
    "set-vpns2sinterface": Verbs.change_interface,
    "set-netfirewallprofile": Verbs.profile,
    **{f"get-netfirewall{each}filter": Verbs.filters for each in _FILTERS},
    **{f"set-netfirewall{each}filter": Verbs.set_filters for each in _FILTERS},
    "set-vpnserverconfiguration": Verbs.serve,
    "set-vpnauthprotocol": Verbs.serve,
    "set-vpnipaddressassignment": Verbs.serve,
    "add-vpnipaddressrange": Verbs.serve,
    "remove-vpnipaddressrange": Verbs.take_range,
}
"""The functions for cmdlets that differ from others of their verb."""

_VERBS: dict[str, Callable[[Verbs, Act, Evaluator], list[Value]]] = {
    "new": Verbs.new,
    "add": Verbs.new,
    "set": Verbs.settings,
    "remove": Verbs.remove,
    "rename": Verbs.rename,
    "copy": Verbs.copy,
    "enable": Verbs.switch,
    "disable": Verbs.switch,
    "get": Verbs.look,
    "open": Verbs.open,
    "save": Verbs.save,
}
"""The function for the cmdlets of each verb."""
