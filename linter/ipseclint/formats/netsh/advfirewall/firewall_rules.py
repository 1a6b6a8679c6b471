"""Rules of the firewall itself, `advfirewall firewall add rule`: those that require security, or block.

Tags and words: the built-in help of `netsh advfirewall firewall add rule`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ipseclint.formats.kit import read
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.advfirewall.words import PROFILES, YES_NO
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
_SECURITY = {word: word for word in ("authenticate", "authenc", "authdynenc", "authnoencap", "notrequired")}
_NO_SECURITY = "notrequired"
_PORTS_AT_RUN_TIME = frozenset(ports.netsh for ports in RUN_TIME_PORTS)

_BEARING = frozenset({"block", "bypass"})
"""Words of a command that makes a rule which is kept; beside them the tag `security`, in full or shortened."""
_SECURITY_TAG = "sec"
"""As short as netsh takes it: `se` may be `service`."""

_OTHER_CONDITIONS = ("program", "service", "localip", "interfacetype", "rmtcomputergrp", "rmtusrgrp")
"""Conditions that narrow a rule further and are not modelled, unless they are `any`."""


def firewall_rule(
    tags: Mapping[str, Token], span: Span, store: str | None, diagnostics: Diagnostics
) -> FirewallRule | None:
    """The rule in these tags, if it requires security or blocks; None for the many others."""
    action = read.word(tags["action"], _ACTIONS, "firewall action", diagnostics)
    security = _security(tags.get("security"), diagnostics)
    if security is None and action.known is FirewallAction.ALLOW:
        return None
    _note_unfit(tags, diagnostics)
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


def _note_unfit(tags: Mapping[str, Token], diagnostics: Diagnostics) -> None:
    """Note what the help and the page `netsh advfirewall` (2025) take for one direction only."""
    if tags["dir"].word != "out":
        return
    security, edge = tags.get("security"), tags.get("edge")
    if security is not None and security.word == "authdynenc":
        diagnostics.malformed("`security=authdynenc` is for `dir=in` only", security.span)
    if edge is not None:
        diagnostics.malformed("`edge` is for `dir=in` only", edge.span)


def bears_on_ipsec(changes: Mapping[str, Token]) -> bool:
    """Whether changes may make an unknown rule one that requires security, or blocks."""
    return bool({"action", "security"} & changes.keys())


def is_of_no_concern(words: Sequence[Token], *, has_rules: bool) -> bool:
    """Whether the words of a command show that it neither makes, changes nor removes rules that are kept.

    `has_rules`: the script may have made such a rule before.
    """
    verb = words[0].text.casefold()
    parts = {part for word in words[1:] for part in word.text.casefold().split("=")}
    if not parts.isdisjoint(_BEARING) or any(part.startswith(_SECURITY_TAG) for part in parts):
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
    if value.word in _PORTS_AT_RUN_TIME:
        return Setting(Unknown(value.text), value.span)
    return read.ports_of_list(value, diagnostics)
