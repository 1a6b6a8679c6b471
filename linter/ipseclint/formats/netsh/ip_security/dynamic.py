"""The replay of `netsh ipsec dynamic`: the running policy and the settings of the driver.

A dynamic rule has no name and is identified by its traffic. `softsaexpirationtime` is not read: sources differ on its
unit, and nothing depends on it.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.netsh.command import Command, is_taken, refuse
from ipseclint.formats.netsh.ip_security.authentication import inline_set
from ipseclint.formats.netsh.ip_security.commands import ParsedCommand, read_command
from ipseclint.formats.netsh.ip_security.dynamic_config import DriverConfig
from ipseclint.formats.netsh.ip_security.dynamic_objects import (
    READ_AS_MIRRORED,
    CryptoState,
    DynamicRuleState,
    authentication_id,
    build_main_mode,
    build_quick_mode,
    build_rule,
)
from ipseclint.formats.netsh.ip_security.filters import FilterSelectors
from ipseclint.formats.netsh.ip_security.grammar import DYNAMIC
from ipseclint.model.policy import Dialect, Policy, RuleAction

_ALL = "all"
_PLACES = ("srcaddr", "dstaddr", "protocol", "srcport", "dstport")
_TRAFFIC = frozenset({*_PLACES, "mirrored", "srcmask", "dstmask"})
Key = tuple[FilterSelectors, object, object, object]


class DynamicReplay:
    """Carries out dynamic commands, and gives the running policy."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self.diagnostics = diagnostics
        self._config = DriverConfig()
        self._policies: dict[str, dict[str, CryptoState]] = {"mmpolicy": {}, "qmpolicy": {}}
        self._rules: dict[Key, DynamicRuleState] = {}
        self._has_missed = False

    def apply(self, command: Command) -> bool:
        """Carry out one command; whether it is understood, and finds what it removes."""
        self._has_missed = False
        parsed = read_command(command, DYNAMIC, self.diagnostics)
        if parsed is not None:
            _HANDLERS[parsed.verb, parsed.kind](self, parsed)
        return parsed is not None and not self._has_missed

    def finish(self) -> Policy:
        """The resulting policies, rules and settings."""
        main_modes, quick_modes = self._policies["mmpolicy"], self._policies["qmpolicy"]
        rules = []
        for rule in self._rules.values():
            quick_mode = None if rule.quick_mode is None else quick_modes.get(rule.quick_mode.text.casefold())
            rules.append(build_rule(rule, quick_mode))
        return Policy(
            main_mode_crypto_sets=tuple(map(build_main_mode, main_modes.values())),
            quick_mode_crypto_sets=tuple(map(build_quick_mode, quick_modes.values())),
            authentication_sets=tuple(
                inline_set(each.name, authentication_id(each), each.methods, each.span, Dialect.DYNAMIC)
                for each in self._rules.values()
            ),
            connection_security_rules=tuple(rules),
            global_settings=self._config.objects(),
        )

    def add_policy(self, command: ParsedCommand) -> None:
        """Create a main-mode or quick-mode policy."""
        states, name = self._policies[command.kind], command.arguments.values["name"].value
        known = states.get(name.text.casefold())
        if known is not None:
            reason = f"{command.kind} {quoted(name.text)} exists since line {known.name.line}"
            refuse(command.source, self.diagnostics, (reason, name.span))
            return
        states[name.text.casefold()] = CryptoState(name, command.span, command.values)

    def set_policy(self, command: ParsedCommand) -> None:
        """Change a main-mode or quick-mode policy."""
        name = command.arguments.values["name"].value
        state = self._policies[command.kind].get(name.text.casefold())
        if state is None:
            self.diagnostics.not_understood(
                f"changes {command.kind} {quoted(name.text)}, which this input does not create", name.span
            )
            return
        state.values = state.values.updated(command.values)

    def delete_policy(self, command: ParsedCommand) -> None:
        """Delete a main-mode or quick-mode policy, or all of them."""
        states, name = self._policies[command.kind], command.arguments.values["name"].value.text.casefold()
        if name == _ALL:
            states.clear()
        else:
            self._has_missed = states.pop(name, None) is None

    def add_rule(self, command: ParsedCommand) -> None:
        """Create a rule."""
        key = self._key(command)
        if key is None:
            return
        known = self._rules.get(key)
        if known is not None:
            reason = f"a rule for this traffic exists since line {known.span.line}"
            refuse(command.source, self.diagnostics, (reason, command.span))
            return
        places = {tag: item.value for tag, item in command.arguments.values.items() if tag in _PLACES}
        self._rules[key] = state = DynamicRuleState(key[0], command.span, places, command.open_tags)
        self._give(state, command)
        if not key[0].mirrored and "mirrored" not in command.open_tags:
            self.diagnostics.not_understood(READ_AS_MIRRORED, command.span)

    def set_rule(self, command: ParsedCommand) -> None:
        """Change the policies, actions or authentication of a rule."""
        key = self._key(command)
        state = None if key is None else self._rules.get(key)
        if state is not None:
            self._give(state, command)
        elif key is not None:
            self.diagnostics.not_understood("changes a rule that this input does not create", command.span)

    def delete_rule(self, command: ParsedCommand) -> None:
        """Delete a rule."""
        key = self._key(command)
        self._has_missed = key is None or self._rules.pop(key, None) is None
        if self._has_missed and key is not None and any(_are_of_same_ends(key, kept) for kept in self._rules):
            message = "rules between these addresses differ in the rest of what is said here; they are kept"
            self.diagnostics.not_understood(message, command.span)

    def delete_all(self, _command: ParsedCommand) -> None:
        """Delete policies and rules; the settings of the driver stay."""
        self._rules.clear()
        for states in self._policies.values():
            states.clear()

    def set_config(self, command: ParsedCommand) -> None:
        """Change a setting of the driver."""
        values = command.arguments.values
        places = tuple(place.span for place in command.source.variables)
        trial = Diagnostics(self.diagnostics.path, of_command=True, open_places=places)
        self._config.apply(values["property"].value, values["value"].value, command.span, trial)
        is_taken(replace(command.source, variables=()), trial, self.diagnostics)

    def _give(self, state: DynamicRuleState, command: ParsedCommand) -> None:
        state.values = state.values.updated(command.values)
        state.main_mode = command.get("mmpolicy") or state.main_mode
        state.quick_mode = command.get("qmpolicy") or state.quick_mode
        if command.methods is not None:
            state.methods = command.methods
        settings = (state.values.inbound_action, state.values.outbound_action)
        actions = {setting.known for setting in settings if setting is not None}
        if RuleAction.BLOCK in actions and len(actions) > 1:
            self.diagnostics.not_understood(
                "a rule that blocks one direction is read as if it blocked both", command.span
            )

    def _key(self, command: ParsedCommand) -> Key | None:
        """The identity of a rule: traffic, kind of connection, tunnel."""
        traffic = command.traffic
        if traffic is None:
            return None
        tunnel, connections = command.get("tunneldstaddress"), command.get("conntype")
        return (
            traffic,
            None if tunnel is None else tunnel.text.casefold(),
            None if connections is None or connections.text.casefold() == _ALL else connections.text.casefold(),
            tuple(command.arguments.values[tag].value.text for tag in sorted(command.open_tags & _TRAFFIC)),
        )


def _are_of_same_ends(one: Key, other: Key) -> bool:
    """Whether two rules are for the same addresses, from either side."""
    ends = (one[0].source, one[0].destination)
    return ends in {(other[0].source, other[0].destination), (other[0].destination, other[0].source)}


_HANDLERS: dict[tuple[str, str], Callable[[DynamicReplay, ParsedCommand], None]] = {
    ("add", "mmpolicy"): DynamicReplay.add_policy,
    ("add", "qmpolicy"): DynamicReplay.add_policy,
    ("add", "rule"): DynamicReplay.add_rule,
    ("set", "mmpolicy"): DynamicReplay.set_policy,
    ("set", "qmpolicy"): DynamicReplay.set_policy,
    ("set", "rule"): DynamicReplay.set_rule,
    ("set", "config"): DynamicReplay.set_config,
    ("delete", "mmpolicy"): DynamicReplay.delete_policy,
    ("delete", "qmpolicy"): DynamicReplay.delete_policy,
    ("delete", "rule"): DynamicReplay.delete_rule,
    ("delete", "all"): DynamicReplay.delete_all,
}
