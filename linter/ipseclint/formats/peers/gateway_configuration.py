"""Configurations of other makers' gateways: IOS, ASA, FortiOS, Junos, RouterOS, PAN-OS, ScreenOS, SonicOS, VRP, VyOS,
and phases as a list."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text, quoted
from ipseclint.formats.kit.templates import without_statements
from ipseclint.formats.kit.token import PAGER, is_left_out, lines_of
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.pasted.marks import tell_pager_left
from ipseclint.formats.peers import phases
from ipseclint.formats.peers.gateway_tree import Node, of_blocks, of_indents, of_menus, of_policies, of_statements
from ipseclint.formats.peers.gateways.cisco import cisco
from ipseclint.formats.peers.gateways.fortinet import fortinet
from ipseclint.formats.peers.gateways.huawei import huawei, of_views
from ipseclint.formats.peers.gateways.junos import junos
from ipseclint.formats.peers.gateways.paloalto import paloalto
from ipseclint.formats.peers.gateways.parts import SWITCHED_OFF, Maker
from ipseclint.formats.peers.gateways.routeros import routeros
from ipseclint.formats.peers.gateways.screenos import screenos
from ipseclint.formats.peers.gateways.sonicwall import sonicwall
from ipseclint.formats.peers.gateways.vyos import vyos
from ipseclint.formats.peers.vendors import EXPORTS, PROMPTS, SIGNS, makes, not_read
from ipseclint.formats.peers.words import note_networks, note_typographic
from ipseclint.late import late
from ipseclint.model.peer import Peer
from ipseclint.model.policy import Policy
from ipseclint.model.setting import Unknown
from ipseclint.secrets import key_spans
from ipseclint.source import Source, suffix_of
from ipseclint.words import slip_of

_MAKES: Mapping[str, tuple[Callable[[str, str], Node], Callable[[Node, Maker], Iterator[Peer]]]] = {
    "Cisco": (of_indents, cisco),
    "Fortinet": (of_blocks, fortinet),
    "Huawei": (of_views, huawei),
    "Juniper": (of_statements, junos),
    "MikroTik": (of_menus, routeros),
    "Palo Alto Networks": (of_statements, paloalto),
    "ScreenOS": (of_statements, screenos),
    "SonicWall": (of_policies, sonicwall),
    "VyOS": (of_statements, vyos),
}
"""How a configuration of each make is read into a tree, and what makes peers of that."""
_KEYWORD = late(r"[a-z][a-z-]{4,}")
"""A word of a maker that is long enough that another one with a slip is not by chance (reasoned)."""
_EMPHASISED = late(r"^([ \t]*+)(?:\*\*(?=[a-z])([^*\r\n]+)\*\*|__(?=[a-z])([^*\r\n]+)__)(?=[ \t]*+\r?$)", re.MULTILINE)
"""A line in bold, as a post or a runbook shows what it is about."""
_OFF = quoted(SWITCHED_OFF)
_SET_AGAIN = (
    "{} of the same object is something else on line {}: if these are two gateways, write above each which one it is, "
    "as `Site A:` and `Site B:`, or make it a file for each"
)
_ENCRYPTED = "ENC"
"""What stands before a key that FortiOS shows, encrypted anew each time."""
_BEHIND_A_KEY = "text behind a key"
_ELLIPSIS = frozenset("[](){}. #!\u2026")
_BEHIND_PAGER = (
    "a line behind the mark of a pager is not read: show the configuration without one (`terminal length 0`, "
    "`terminal pager 0`, `| no-more`)"
)


def _peers_of(make: str, text: str, diagnostics: Diagnostics) -> tuple[Peer, ...]:
    """The peers in a maker's configuration; none if it is not read."""
    if make not in _MAKES:
        return ()
    tree_of, peers = _MAKES[make]
    if "**" in text or "__" in text:
        text = _EMPHASISED.sub(lambda line: f"{line[1]}  {line[2] or line[3]}  ", text)
    typed = PROMPTS.sub(lambda prompt: " " * len(prompt[0]), text)
    if typed != text and tree_of is of_indents:
        tree_of = partial(of_indents, is_typed=True)
    tree = tree_of(typed, diagnostics.path)
    described = tuple(peers(tree, Maker(diagnostics)))
    if described:
        _note_set_again(tree, diagnostics)
        _note_unread(tree, diagnostics)
    return described


def _note_set_again(tree: Node, diagnostics: Diagnostics) -> None:
    """Tell of the first key that is read and set a second time, to something else, as nobody does for one gateway."""
    secret = {(span.line, span.column) for span in diagnostics.secrets}
    again = [(key, value) for key, value in tree.again if key.is_read and value.text != _ENCRYPTED]
    again.sort(key=lambda each: (each[1].line, each[1].column) in secret)  # a key is masked, and tells least
    for key, value in again[:1]:
        diagnostics.not_understood(_SET_AGAIN.format(quoted(key.place.text), key.place.span.line), value.span)


def _note_unread(tree: Node, diagnostics: Diagnostics) -> None:
    """Count the words that nobody asked for; what stands behind a key may be of the key, and is not named.

    A word with one slip in it is told: the gateway refuses the line, or has not what was meant.
    """
    for value in tree.read():
        note_typographic(value, diagnostics)
    known = sorted(filter(_KEYWORD.fullmatch, tree.asked))
    keys: dict[int, int] = {}
    for key in diagnostics.secrets:
        keys[key.line] = min(key.column, keys.get(key.line, key.column))
    for word in tree.unread():
        if _KEYWORD.fullmatch(word.text) is not None and (meant := slip_of(word.text, known)) is not None:
            diagnostics.not_understood(f"unknown word {quoted(word.text)}; did you mean `{meant}`?", word.span)
        is_behind = word.span.column + word.span.length > keys.get(word.span.line, math.inf)
        diagnostics.not_read(_BEHIND_A_KEY if is_behind else word.text)


def _note_left_out(text: str, diagnostics: Diagnostics) -> None:
    """Note what stands in place of lines left out: an ellipsis at the margin parts what is whole on both sides."""
    for token in lines_of(text, diagnostics.path):
        line = token.text.strip()
        if is_left_out(line) and (token.text[:1].isspace() or not _ELLIPSIS.issuperset(line)):
            diagnostics.cut_short(token.strip().span)
        elif (mark := PAGER.match(token.text)) is None:
            continue
        elif line != mark[0].strip():
            diagnostics.not_understood(_BEHIND_PAGER, token.strip().span)
    tell_pager_left(text, diagnostics)


_SCRIPTS = frozenset({".bat", ".cmd", ".ps1", ".psm1"})


def recognise(source: Source) -> bool:
    """Whether a line begins such a configuration, and it describes a peer, or as much of a phase as is said to lack.

    What a script tells of phases is a comment or a text of it.
    """
    may_tell = source.has_sign("phase") and suffix_of(source.path) not in _SCRIPTS
    if may_tell and phases.are_told(source.head_lines):
        read = source.once(_read)
        return bool(read.policy.peers or read.problems)
    if not source.holds_any(SIGNS):
        return False
    if source.is_in_head:
        read = source.once(_read)
        return bool(read.policy.peers) or _OFF in dict(read.unread)
    text = source.head_text
    return any(_peers_of(make, text, Diagnostics(source.path)) for make in makes(text))


def parse(source: Source) -> Parsed:
    """The peers of a configuration; cached from recognition if that read all of it."""
    return source.once(_read)


@of_text
def _read(text: str, diagnostics: Diagnostics) -> Parsed:
    found, has_phases = makes(text), phases.are_told(text)
    if not (found or has_phases):
        return Parsed()  # no such configuration, which is all that recognition asks
    diagnostics.secrets += key_spans(text, diagnostics.path)
    text = without_statements(text, diagnostics)
    read = {
        make: described
        for make in found
        if (described := _peers_of(make, text, diagnostics)) or _OFF in diagnostics.unread
    }
    for message, line, column in not_read(text, read):
        diagnostics.not_understood(message, diagnostics.place(line, column))
    _note_left_out(text, diagnostics)
    peers = [peer for described in read.values() for peer in described]
    if has_phases:
        peers += phases.peers_of(text, Maker(diagnostics))
    note_networks(peers, diagnostics)
    for peer in peers:
        if peer.mode is not None and isinstance(peer.mode.value, Unknown):
            message = f"{quoted(peer.mode.value.raw)} is neither tunnel nor transport mode"
            diagnostics.unknown_value(message, peer.mode.span)
    return diagnostics.parsed(Policy(peers=tuple(peers)))


FORMATS = (
    Format(
        name="gateway-configuration",
        title="configuration of a gateway of Cisco, Fortinet, Juniper, MikroTik, Palo Alto, VyOS, or the phases of any",
        short="a configuration of a gateway",
        recognise=recognise,
        parse=parse,
        how_to_export=f"{', '.join(f'{command} ({system})' for system, command in EXPORTS.values())}, or what the "
        "page of its settings has below Phase 1 and Phase 2",
        can_express="what such a gateway offers, its lifetimes, how it authenticates, and which networks it protects",
        cannot_express="traffic of protocols, ports or several access lists; Windows policy",
    ),
)
