"""What `netsh advfirewall firewall` refuses in a rule: words that it has not, and values that do not go together.

Sources: the built-in help of `add rule`, its remarks on the page `netsh advfirewall` (2025), and the semantic checks of
MS-FASP 2.2.37, which Windows makes of each firewall rule.
"""

from __future__ import annotations

from collections.abc import Mapping

from ipseclint.formats.kit import read
from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.advfirewall.rules import note_protocol, note_words
from ipseclint.formats.netsh.advfirewall.state import ALL
from ipseclint.formats.netsh.advfirewall.words import DEMANDS, INTERFACE_TYPES, is_sddl
from ipseclint.formats.netsh.tags import listing
from ipseclint.model.policy import FirewallAction
from ipseclint.model.setting import Setting

_GROUPS = ("rmtcomputergrp", "rmtusrgrp")
_EDGES = {word: word for word in ("yes", "deferapp", "deferuser", "no")}
_WITH_PORTS = frozenset({"tcp", "udp", "6", "17"})
_OF_TCP, _OF_UDP = frozenset({"rpc", "rpc-epmap"}), frozenset({"teredo"})
_TCP, _UDP = frozenset({"tcp", "6"}), frozenset({"udp", "17"})
_ICMP = frozenset({"icmpv4", "icmpv6"})
_ICMP_NUMBERS = range(256)


def note_lacking_security(
    tags: Mapping[str, Token], security: Setting[str] | None, action: FirewallAction | None, diagnostics: Diagnostics
) -> None:
    """Note groups and an action that need security, and one that has none."""
    place = tags["action"].span
    groups = {tag: tags[tag] for tag in _GROUPS if tag in tags}
    for tag, group in groups.items():
        if security is None:
            diagnostics.malformed(f"`{tag}` needs `security=` with one of {listing(DEMANDS)}", group.span)
        elif not is_sddl(group.text):
            diagnostics.unknown_value(f"{quoted(group.text)} is no SDDL string, which `{tag}` is", group.span)
    if security is not None and action is FirewallAction.BLOCK:
        diagnostics.malformed("`action=block` does not go with `security`, which is for what is allowed", place)
    if action is not FirewallAction.BYPASS:
        return
    if security is None:
        diagnostics.malformed(f"`action=bypass` needs `security=` with one of {listing(DEMANDS)}", place)
    if tags["dir"].word == "in" and "rmtcomputergrp" not in tags:
        diagnostics.malformed("`action=bypass` with `dir=in` needs `rmtcomputergrp`", place)


def note_unfit(tags: Mapping[str, Token], diagnostics: Diagnostics) -> None:
    """Note the other words and values that netsh does not take, or not with each other."""
    _note_name(tags["name"], diagnostics)
    is_outbound = tags["dir"].word == "out"
    security, edge, interface = tags.get("security"), tags.get("edge"), tags.get("interfacetype")
    if security is not None and security.word == "authdynenc" and is_outbound:
        diagnostics.malformed("`security=authdynenc` is for `dir=in` only", security.span)
    if edge is not None and is_outbound:
        diagnostics.malformed("`edge` is for `dir=in` only", edge.span)
    elif edge is not None:
        read.word(edge, _EDGES, "value of `edge`", diagnostics)
    if interface is not None:
        read.words_of_list(interface, INTERFACE_TYPES, "interface type", diagnostics)
    local, remote, protocol = tags.get("localip"), tags.get("remoteip"), tags.get("protocol")
    if local is not None:
        _note_local(local, diagnostics)
    if remote is not None:
        note_words(remote, diagnostics)
    if protocol is not None:
        _note_protocol(protocol, diagnostics)
    if protocol is None or not diagnostics.is_open(protocol.span):
        _note_ports(tags, is_outbound, diagnostics)


def _note_name(name: Token, diagnostics: Diagnostics) -> None:
    if name.text.casefold() == ALL:
        diagnostics.malformed("a rule cannot be named `all`, which stands for every rule", name.span)
    elif "|" in name.text:
        diagnostics.malformed("`|` cannot stand in the name of a rule", name.span)


def _note_local(value: Token, diagnostics: Diagnostics) -> None:
    known = read.addresses_of_list(value, diagnostics).known or ()
    if any(address.keyword is not None and not address.is_any for address in known):
        diagnostics.unknown_value(f"{quoted(value.text)} is not `any` or addresses, as `localip` is", value.span)


def _note_protocol(value: Token, diagnostics: Diagnostics) -> None:
    name, kind = value.cut(":")
    note_protocol(name, diagnostics)
    parts = () if kind is None else kind.word.split(",")
    if kind is None or (name.word in _ICMP and len(parts) == 2 and all(map(_is_of_icmp, parts))):
        return
    form = "`icmpv4:type,code` or `icmpv6:type,code`, numbers from 0 to 255 or `any`"
    diagnostics.unknown_value(f"{quoted(value.text)} is not {form}", value.span)


def _is_of_icmp(text: str) -> bool:
    return text == "any" or read.decimal(text) in _ICMP_NUMBERS


def _note_ports(tags: Mapping[str, Token], is_outbound: bool, diagnostics: Diagnostics) -> None:
    protocol = tags["protocol"].word if "protocol" in tags else "any"
    for tag in ("localport", "remoteport"):
        if tag in tags and tags[tag].word != "any" and protocol not in _WITH_PORTS:
            diagnostics.malformed("a port needs `protocol=tcp` or `protocol=udp`", tags[tag].span)
            return
    if "localport" not in tags:
        return
    words = frozenset(tags["localport"].word.split(","))
    for known, protocols, name in ((_OF_TCP, _TCP, "tcp"), (_OF_UDP, _UDP, "udp")):
        if words & known and (protocol not in protocols or is_outbound):
            message = f"`{min(words & known)}` is for `dir=in` and `protocol={name}` only"
            diagnostics.malformed(message, tags["localport"].span)
