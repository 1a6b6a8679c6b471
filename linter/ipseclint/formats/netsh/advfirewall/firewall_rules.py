"""Rules of the firewall itself, `advfirewall firewall add rule`: those that require security, or block.

Tags and words: the built-in help of `netsh advfirewall firewall add rule`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ipseclint.formats.kit import read
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.advfirewall.words import DEMANDS, PROFILES, YES_NO
from ipseclint.model.policy import ALL_PROFILES, Direction, FirewallAction, FirewallRule
from ipseclint.model.selectors import ANY_ADDRESS, Ports
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.source import Span
from ipseclint.vocabulary.protocols import RUN_TIME_PORTS
from ipseclint.vocabulary.rows import folded, readings

TAGS = (
    "name", "dir", "action", "program", "service", "description", "enable", "profile", "localip", "remoteip",
    "localport", "remoteport", "protocol", "interfacetype", "rmtcomputergrp", "rmtusrgrp", "edge", "security",
)  # fmt: skip
REQUIRED = ("name", "dir", "action")
SELECTORS = (
    "name", "group", "dir", "profile", "program", "service", "localip", "remoteip", "localport", "remoteport",
    "protocol",
)  # fmt: skip

_DIRECTIONS = folded(readings(Direction, lambda direction: direction.row.netsh))
_ACTIONS = folded(readings(FirewallAction, lambda action: action.row.netsh))
_NO_SECURITY = "notrequired"
_SECURITY = {word: word for word in (*DEMANDS, _NO_SECURITY)}
_PORTS_AT_RUN_TIME = frozenset(ports.netsh for ports in RUN_TIME_PORTS)

_BEARING = frozenset({"block", "bypass"})
"""Words of a command that makes a rule which is kept; beside them these tags, in full or shortened."""
_BEARING_TAGS = ("sec", "rm")
"""`security` and the groups that need it, as short as netsh takes them: `se` may be `service`."""

_OTHER_CONDITIONS = ("program", "service", "localip", "interfacetype", "rmtcomputergrp", "rmtusrgrp")
"""Conditions that narrow a rule further and are not modelled, unless they are `any`."""


def firewall_rule(
    tags: Mapping[str, Token], span: Span, store: str | None, diagnostics: Diagnostics
) -> FirewallRule | None:
    """The rule in these tags, if it requires security or blocks; None for the many others."""
    from ipseclint.formats.netsh.advfirewall.unfit_firewall_rules import note_lacking_security, note_unfit

    action = read.word(tags["action"], _ACTIONS, "firewall action", diagnostics)
    security = _security(tags.get("security"), diagnostics)
    note_lacking_security(tags, security, action.known, diagnostics)
    if security is None and action.known is FirewallAction.ALLOW:
        return None
    note_unfit(tags, diagnostics)
    enable, profile, remote = tags.get("enable"), tags.get("profile"), tags.get("remoteip")
    return FirewallRule(
        name=tags["name"].text,
        span=span,
        enabled=default(True, span) if enable is None else read.word(enable, YES_NO, "value of `enable`", diagnostics),
        direction=read.word(tags["dir"], _DIRECTIONS, "direction", diagnostics),
        action=action,
        profiles=default(ALL_PROFILES, span)
        if profile is None
        else read.words_of_list(profile, PROFILES, "profile", diagnostics),
        protocol=_protocol(tags.get("protocol"), span, diagnostics),
        local_ports=_ports(tags.get("localport"), span, diagnostics),
        remote_ports=_ports(tags.get("remoteport"), span, diagnostics),
        remote=default((ANY_ADDRESS,), span) if remote is None else read.addresses_of_list(remote, diagnostics),
        security=security,
        narrowed=any(tag in tags and tags[tag].word != "any" for tag in _OTHER_CONDITIONS),
        store=store,
    )


def bears_on_ipsec(changes: Mapping[str, Token]) -> bool:
    """Whether changes may make an unknown rule one that requires security, or blocks."""
    return bool({"action", "security"} & changes.keys())


def is_of_no_concern(words: Sequence[Token], *, has_rules: bool) -> bool:
    """Whether the words of a command show that it neither makes, changes nor removes rules that are kept.

    `has_rules`: the script may have made such a rule before.
    """
    verb = words[0].text.casefold()
    parts = {part for word in words[1:] for part in word.text.casefold().split("=")}
    if not parts.isdisjoint(_BEARING) or any(part.startswith(_BEARING_TAGS) for part in parts):
        return False
    if "add".startswith(verb):
        return "allow" in parts
    changes_action = "set".startswith(verb) and any(part and "action".startswith(part) for part in parts)
    return not has_rules and not changes_action


def _security(value: Token | None, diagnostics: Diagnostics) -> Setting[str] | None:
    if value is None or value.word == _NO_SECURITY:
        return None
    return read.word(value, _SECURITY, "value of `security`", diagnostics)


def _protocol(value: Token | None, span: Span, diagnostics: Diagnostics) -> Setting[int | None]:
    if value is None:
        return default(None, span)
    name, _ = value.cut(":")  # of ICMP, types and codes follow
    return read.protocol(name, diagnostics)


def _ports(value: Token | None, span: Span, diagnostics: Diagnostics) -> Setting[Ports]:
    if value is None:
        return default((), span)
    at_run_time = _PORTS_AT_RUN_TIME.intersection(value.word.split(","))
    if not at_run_time:
        return read.ports_of_list(value, diagnostics)
    read.ports([item for item in value.split(",") if item.word not in at_run_time], diagnostics)
    return Setting(Unknown(value.text), value.span)
