"""Replay of `netsh ipsec static` commands as Windows carries them out.

A command that Windows refuses changes nothing and is noted: an existing object stays as it was. An object that the
script changes and does not create is kept with its other values unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from msgspec.structs import replace

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.command import Command, is_taken, refuse
from ipseclint.formats.netsh.ip_security.commands import ParsedCommand, read_command
from ipseclint.formats.netsh.ip_security.grammar import STATIC
from ipseclint.formats.netsh.ip_security.static_objects import build_policy
from ipseclint.formats.netsh.ip_security.static_state import (
    FilterActionState,
    FilterListState,
    PolicyState,
    RuleState,
    Store,
)
from ipseclint.formats.netsh.ip_security.tag_values import TagValues
from ipseclint.formats.netsh.ip_security.values import choice
from ipseclint.formats.netsh.process import Session
from ipseclint.model.policy import Policy
from ipseclint.model.selectors import LegacyFilter
from ipseclint.source import Span

_ALL = "all"
_STORES = {"local": "local", "domain": "domain"}
_BATCH_MODES = {"enable": True, "disable": False}
_TRAFFIC = frozenset(STATIC["add"]["filter"].tags) - {"filterlist", "description"}

State = TypeVar("State", PolicyState, FilterListState, FilterActionState, RuleState)


class StaticReplay:
    """Carries out static commands and tells which policy they leave behind."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self.diagnostics = diagnostics
        self._stores = {"local": Store("local")}
        self._store = self._stores["local"]
        self._session = Session()
        self._has_missed = False

    def begin(self, process: int) -> None:
        """Take the process of the next command: a chosen store is lost when its process ends."""
        if self._session.begins_anew(process):
            self._store = self._stores["local"]

    def apply(self, command: Command) -> bool:
        """Carry out one command; whether it is understood, and finds what it removes."""
        self.begin(command.process)
        self._has_missed = False
        parsed = read_command(command, STATIC, self.diagnostics)
        if parsed is not None:
            if parsed.kind not in {"store", "batch"} and (parsed.verb, parsed.kind) != ("add", "filter"):
                self._session.change(parsed.span)
            _HANDLERS[parsed.verb, parsed.kind](self, parsed)
        return parsed is not None and not self._has_missed

    def append_filter(self, filter_list: str, row: LegacyFilter, name_column: int) -> None:
        """Add a filter, and its filter list if that is missing; `name_column` is that of the list's name."""
        if self._session.has_chosen:
            self._session.change(Span(self.diagnostics.path, row.line, row.column))
        state = self._store.filter_lists.get(filter_list.casefold())
        if state is None:
            name = Token(filter_list, self.diagnostics.path, row.line, name_column)
            state = self._store.filter_lists[_key(name)] = FilterListState(name, name.span)
        state.filters.append(row)

    def policy_names(self) -> frozenset[str]:
        """The folded names of the policies so far."""
        return frozenset(self._store.policies)

    def finish(self) -> Policy:
        """The resulting policies, lists, actions and rules."""
        policy = build_policy(self._stores.values(), self.diagnostics)
        return policy.model_copy(update={"lost_stores": self._session.lost()})

    def add_policy(self, command: ParsedCommand) -> None:
        """Create a policy."""
        name = command.arguments.values["name"].value
        state = self._store.policies.get(_key(name))
        if state is None:
            state = self._store.policies[_key(name)] = PolicyState(name, command.span)
        elif state.created:
            self._exists(name, state, "policy", command)
            return
        for rule in state.rules.values():
            reason = f"policy {quoted(name.text)} is created only in line {command.span.line}"
            refuse(rule.command, self.diagnostics, (reason, rule.span))
        state.rules.clear()
        state.created, state.name, state.span, state.values = True, name, command.span, TagValues()
        self._give_policy(state, command)

    def set_policy(self, command: ParsedCommand) -> None:
        """Change a policy."""
        name = self._name_of(command)
        if name is None:
            return
        state = self._store.policies.get(_key(name))
        if state is None:
            state = self._store.policies[_key(name)] = PolicyState(name, command.span, created=False)
        if not state.created:
            self._elsewhere(name, "policy")
        state.changed = True
        self._give_policy(state, command)
        self._rename(self._store.policies, state, command, "policy")

    def add_filter_list(self, command: ParsedCommand) -> None:
        """Create a filter list."""
        name = command.arguments.values["name"].value
        if self._is_free(self._store.filter_lists, name, "filter list", command):
            self._store.filter_lists[_key(name)] = FilterListState(name, command.span)

    def set_filter_list(self, command: ParsedCommand) -> None:
        """Rename a filter list; its description is ignored."""
        name = self._name_of(command)
        if name is None:
            return
        state = self._store.filter_lists.get(_key(name))
        if state is None:
            self._elsewhere(name, "filter list")
        else:
            self._rename(self._store.filter_lists, state, command, "filter list")

    def add_filter(self, command: ParsedCommand) -> None:
        """Add a filter, and its filter list if that is missing, as the tool's help says."""
        name = command.arguments.values["filterlist"].value
        if command.traffic is not None and not command.open_tags & _TRAFFIC:
            row = LegacyFilter(*command.traffic, command.span.line, command.span.column)
            self.append_filter(name.text, row, name.column)
        else:
            self._store.filter_lists.setdefault(_key(name), FilterListState(name, name.span))

    def delete_filter(self, command: ParsedCommand) -> None:
        """Delete a filter from its list."""
        traffic = command.traffic
        state = self._store.filter_lists.get(_key(command.arguments.values["filterlist"].value))
        if traffic is None or state is None:
            self._has_missed = True
            return
        count = state.filters.count
        if state.filters.delete(traffic, frozenset(command.arguments.values)):
            message = "other filters between these addresses differ in what this command does not name; they are kept"
            self.diagnostics.not_understood(message, command.span)
        self._has_missed = state.filters.count == count

    def add_filter_action(self, command: ParsedCommand) -> None:
        """Create a filter action."""
        name = command.arguments.values["name"].value
        state = self._store.filter_actions.get(_key(name))
        if state is None:
            state = self._store.filter_actions[_key(name)] = FilterActionState(name, command.span)
        elif state.created:
            self._exists(name, state, "filter action", command)
            return
        state.created, state.name, state.span = True, name, command.span
        state.values = command.values

    def set_filter_action(self, command: ParsedCommand) -> None:
        """Change a filter action."""
        name = self._name_of(command)
        if name is None:
            return
        state = self._store.filter_actions.get(_key(name))
        if state is None:
            state = self._store.filter_actions[_key(name)] = FilterActionState(name, command.span, created=False)
        if not state.created:
            self._elsewhere(name, "filter action")
        state.values = state.values.updated(command.values)
        self._rename(self._store.filter_actions, state, command, "filter action")

    def add_rule(self, command: ParsedCommand) -> None:
        """Create a rule in its policy."""
        name = command.arguments.values["name"].value
        policy = self._policy_of(command)
        if self._is_free(policy.rules, name, "rule", command):
            state = RuleState(name, command.arguments.values["policy"].value, command.source)
            policy.rules[_key(name)] = state
            self._give_rule(state, command)

    def set_rule(self, command: ParsedCommand) -> None:
        """Change a rule."""
        name = self._name_of(command)
        if name is None:
            return
        policy = self._policy_of(command)
        state = policy.rules.get(_key(name))
        if state is None:
            self._elsewhere(name, "rule")
            return
        self._give_rule(state, command)
        self._rename(policy.rules, state, command, "rule")

    def set_default_rule(self, command: ParsedCommand) -> None:
        """Change the default response rule of a policy."""
        policy = self._policy_of(command)
        if policy.default_rule is None:
            place = command.arguments.values["policy"].value
            policy.default_rule = RuleState(place, place, command.source)
        self._give_rule(policy.default_rule, command)

    def delete_policy(self, command: ParsedCommand) -> None:
        """Delete a policy with its rules, or all policies."""
        store = self._store
        self._delete(store.policies, command)
        if store.assigned is not None and _key(store.assigned.name) not in store.policies:
            store.assigned = None

    def delete_filter_list(self, command: ParsedCommand) -> None:
        """Delete a filter list, or all."""
        self._delete(self._store.filter_lists, command)

    def delete_filter_action(self, command: ParsedCommand) -> None:
        """Delete a filter action, or all."""
        self._delete(self._store.filter_actions, command)

    def delete_rule(self, command: ParsedCommand) -> None:
        """Delete a rule of a policy, or all its rules."""
        policy = self._store.policies.get(_key(command.arguments.values["policy"].value))
        self._has_missed = policy is None
        if policy is not None and (command.get("name") is not None or self._name_of(command) is not None):
            self._delete(policy.rules, command)

    def delete_all(self, _command: ParsedCommand) -> None:
        """Empty the store."""
        self._stores[self._store.name] = self._store = Store(self._store.name)

    def set_store(self, command: ParsedCommand) -> None:
        """Select another store for the commands from here on."""
        trial = Diagnostics(self.diagnostics.path, of_command=True)
        location = choice(command.arguments.values["location"].value, _STORES, trial).known
        if is_taken(replace(command.source, variables=()), trial, self.diagnostics) and location is not None:
            domain = command.get("domain")
            name = location if location == "local" or domain is None else f"{location} {domain.text.casefold()}"
            self._store = self._stores.setdefault(name, Store(name))
            self._session.choose(None if name == "local" else name, command.source)

    def set_batch(self, command: ParsedCommand) -> None:
        """Change nothing: batch mode tells when commands are carried out, not what they do."""
        trial = Diagnostics(self.diagnostics.path, of_command=True)
        choice(command.arguments.values["mode"].value, _BATCH_MODES, trial)
        is_taken(replace(command.source, variables=()), trial, self.diagnostics)

    def _give_policy(self, state: PolicyState, command: ParsedCommand) -> None:
        values = command.values
        assign = values.assigned
        if assign is not None and assign.known and self._store.name != "local" and command.get("gponame") is None:
            self.diagnostics.contradictory("`assign` has no effect while the store is a domain's", assign.span)
            values = replace(values, assigned=None)
        elif assign is not None and assign.known:
            self._store.assigned, self._store.assigned_span = state, assign.span
        elif assign is not None and self._store.assigned is state:
            self._store.assigned = None
        state.values = state.values.updated(values)

    def _give_rule(self, state: RuleState, command: ParsedCommand) -> None:
        state.values = state.values.updated(command.values)
        filter_list, filter_action = command.get("filterlist"), command.get("filteraction")
        if filter_list is not None:
            state.filter_list = filter_list
            state.filter_list_target = self._store.filter_lists.get(_key(filter_list))
        if filter_action is not None:
            state.filter_action = filter_action
            state.filter_action_target = self._store.filter_actions.get(_key(filter_action))
        if command.methods is not None:
            # The methods of a `set` replace all that were there (the tool's help).
            state.methods = command.methods

    def _policy_of(self, command: ParsedCommand) -> PolicyState:
        name = command.arguments.values["policy"].value
        state = self._store.policies.get(_key(name))
        if state is None:
            state = self._store.policies[_key(name)] = PolicyState(name, command.span, created=False)
        return state

    def _name_of(self, command: ParsedCommand) -> Token | None:
        """The name of the object that a command changes; None, noted, if it is given by number."""
        name = command.get("name")
        if name is not None:
            return name
        number = command.get("guid") or command.get("id")
        if number is None:
            reason = f"`{command.verb} {command.kind}` needs a name"
            refuse(command.source, self.diagnostics, (reason, command.span))
        else:
            by = "GUID" if command.get("id") is None else "its number in the policy"
            self.diagnostics.not_understood(
                f"identified by {by} only; the policy store would be needed to resolve it", number.span
            )
        return None

    def _is_free(self, states: dict[str, State], name: Token, kind: str, command: ParsedCommand) -> bool:
        known = states.get(_key(name))
        if known is not None:
            self._exists(name, known, kind, command)
        return known is None

    def _exists(self, name: Token, known: State, kind: str, command: ParsedCommand) -> None:
        reason = f"{kind} {quoted(name.text)} exists since line {known.name.line}"
        refuse(command.source, self.diagnostics, (reason, name.span))

    def _rename(self, states: dict[str, State], state: State, command: ParsedCommand, kind: str) -> None:
        name = command.get("newname")
        if name is None or not (_key(name) == _key(state.name) or self._is_free(states, name, kind, command)):
            return
        del states[_key(state.name)]
        state.name = name
        states[_key(name)] = state

    def _elsewhere(self, name: Token, kind: str) -> None:
        message = (
            f"changes {kind} {quoted(name.text)}, which this input does not create: its other values are not known"
        )
        self.diagnostics.not_understood(message, name.span)

    def _delete(self, states: dict[str, State], command: ParsedCommand) -> None:
        name = command.get("name")
        self._has_missed = name is None
        if name is None:
            return
        if name.text.casefold() == _ALL:
            states.clear()
        else:
            self._has_missed = states.pop(_key(name), None) is None


def _key(name: Token) -> str:
    return name.text.casefold()


_HANDLERS: dict[tuple[str, str], Callable[[StaticReplay, ParsedCommand], None]] = {
    ("add", "policy"): StaticReplay.add_policy,
    ("add", "filterlist"): StaticReplay.add_filter_list,
    ("add", "filter"): StaticReplay.add_filter,
    ("add", "filteraction"): StaticReplay.add_filter_action,
    ("add", "rule"): StaticReplay.add_rule,
    ("set", "policy"): StaticReplay.set_policy,
    ("set", "filterlist"): StaticReplay.set_filter_list,
    ("set", "filteraction"): StaticReplay.set_filter_action,
    ("set", "rule"): StaticReplay.set_rule,
    ("set", "defaultrule"): StaticReplay.set_default_rule,
    ("set", "store"): StaticReplay.set_store,
    ("set", "batch"): StaticReplay.set_batch,
    ("delete", "policy"): StaticReplay.delete_policy,
    ("delete", "filterlist"): StaticReplay.delete_filter_list,
    ("delete", "filteraction"): StaticReplay.delete_filter_action,
    ("delete", "rule"): StaticReplay.delete_rule,
    ("delete", "filter"): StaticReplay.delete_filter,
    ("delete", "all"): StaticReplay.delete_all,
}
