"""Connections that strongSwan has loaded, from `swanctl --list-conns`: a peer for each child of each.

    office: IKEv2, no reauthentication, rekeying every 14400s, dpd delay 30s
      local:  198.51.100.1
      remote: %any
      local public key authentication:
        id: gateway.example.org
      remote EAP authentication:
        id: %any
      net: TUNNEL, rekeying every 3600s, dpd action is restart
        local:  10.1.0.0/24
        remote: dynamic

Neither proposals nor keys are listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct, field

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text, quoted
from ipseclint.formats.kit.read import decimal
from ipseclint.formats.kit.token import Token, lines_of
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.peers.words import MODES_OF_STRONGSWAN, note_no_address, typed_identity
from ipseclint.late import late
from ipseclint.model.peer import Credential, Peer
from ipseclint.model.policy import Policy, RuleMode
from ipseclint.model.selectors import Address, Addresses, parse_address
from ipseclint.model.setting import Setting, Unknown
from ipseclint.source import Source
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.vocabulary.authentication import AuthMethod

_CONNECTION = late(
    r"^[ \t]{0,24}+([\w.%@-]{1,80}): (IKEv1/2|IKEv[12]), (?:(no reauthentication)|reauthentication every (\d{1,9})s)"
    r", (?:(no rekeying)|rekeying every (\d{1,9})s)",
    re.MULTILINE,
)
_MAY_BE_CONNECTION = late(r"[ \t]{0,24}+[\w.%@-]{1,80}: [^\r\n]{0,200}?\b(?:reauthentication|IKEv\d)\b")
_ROUND = late(r"[ \t]+(local|remote) ([\w -]{2,40}) authentication:[ \t]*")
_CHILD = late(
    r"[ \t]+([\w.%@-]{1,80}): ([A-Z][A-Z_]{2,20})(?:, (?:no rekeying|rekeying every (\d{1,9})s))?(?:,[^\r\n]*)?[ \t]*"
)
_SAID = late(r"[ \t]+(local|remote|id|certs|cacerts|eap_id|xauth_id|groups):[ \t]+")
_AT_MARGIN = late(r"[ \t]*+(?:local|remote)(?::[ \t]| [\w -]{2,40} authentication:)")
"""A line of a connection, wherever it begins."""
_SETTING = late(
    r"[ \t]*+(?:(?:(?:esp|ah)_)?proposals|(?:local|remote)_(?:ts|addrs)|version|mode|(?:rekey|reauth|life|over)_time)"
    r"[ \t]*+=|[ \t]*+(?:connections|children)[ \t]*+\{"
)
"""A line of swanctl.conf, which some paste beside what the daemon lists."""
_VERSIONS = {
    "IKEv1": frozenset({KeyModule.IKEV1}),
    "IKEv2": frozenset({KeyModule.IKEV2}),
    "IKEv1/2": frozenset({KeyModule.IKEV1, KeyModule.IKEV2}),
}
_METHODS = {"public key": AuthMethod.COMPUTER_CERTIFICATE, "pre-shared key": AuthMethod.PRESHARED_KEY}
_EAP, _XAUTH = "eap", "xauth"
_MODES = {name.upper(): mode for name, mode in MODES_OF_STRONGSWAN.items()}
_POLICIES = frozenset({"PASS", "DROP"})
"""What children that protect nothing are listed with."""
_OWN_ADDRESSES = "dynamic"


class _Child(Struct):
    """A child of a connection, as far as the lines so far tell."""

    name: Token
    mode: Token
    seconds: Token | None
    sides: dict[str, Token] = field(default_factory=dict)


class _Connection(Struct):
    """A connection, as far as the lines so far tell. For each side: its authentication rounds and its identity."""

    name: Token
    version: Token
    seconds: Token | None
    sides: dict[str, Token] = field(default_factory=dict)
    rounds: dict[str, list[Credential]] = field(default_factory=dict)
    names: dict[str, Token] = field(default_factory=dict)
    children: list[_Child] = field(default_factory=list)


def recognise(source: Source) -> bool:
    """Whether it lists connections."""
    return _CONNECTION.search(source.head_text) is not None


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The connections."""
    peers = [peer for each in _connections(text, diagnostics) for peer in _peers(each, diagnostics)]
    return diagnostics.parsed(Policy(peers=tuple(peers)))


def _tell_at_margin(line: Token, diagnostics: Diagnostics) -> None:
    """Say that a line of a connection has lost its indentation."""
    if _AT_MARGIN.match(line.text) is not None:
        why = "a line of a connection that is not indented: of which it is, is not known"
        diagnostics.not_understood(why, line.strip().span)


def _tell_setting(line: Token, diagnostics: Diagnostics) -> None:
    """Say that a line is one of swanctl.conf, which is read as a block or a file of its own."""
    if _SETTING.match(line.text) is not None:
        why = "a line of swanctl.conf beside listed connections is not read: give the file by itself"
        diagnostics.not_understood(why, line.strip().span)


def _connections(text: str, diagnostics: Diagnostics) -> Iterator[_Connection]:
    connection: _Connection | None = None
    side = ""
    margin = 0
    for line in lines_of(text, diagnostics.path):
        if head := _CONNECTION.match(line.text):
            if connection is not None:
                yield connection
            lasts = line.part(*head.span(6 if head[6] else 4)) if head[6] or head[4] else None
            connection = _Connection(line.part(*head.span(1)), line.part(*head.span(2)), lasts)
            side, margin = "", head.start(1)
        elif _MAY_BE_CONNECTION.match(line.text):
            diagnostics.not_understood("a connection is not read: its first line is not known", line.strip().span)
            if connection is not None:
                yield connection
            connection = None
        elif connection is None or not line.text.strip() or _SETTING.match(line.text) is not None:
            _tell_setting(line, diagnostics)
        elif len(line.text) - len(line.text.lstrip()) <= margin:
            _tell_at_margin(line, diagnostics)
            yield connection
            connection = None
        elif match := _ROUND.fullmatch(line.text):
            side = match[1]
            credential = _credential(line.part(*match.span(2)), diagnostics)
            connection.rounds.setdefault(side, []).append(credential)
        elif match := _SAID.match(line.text):
            _note(connection, side, match[1], line.part(match.end()).strip())
        elif match := _CHILD.fullmatch(line.text):
            lasts = line.part(*match.span(3)) if match[3] else None
            connection.children.append(_Child(line.part(*match.span(1)), line.part(*match.span(2)), lasts))
        else:
            diagnostics.not_understood("a line of a connection that is not known", line.strip().span)
    if connection is not None:
        yield connection


def _note(connection: _Connection, side: str, name: str, value: Token) -> None:
    """Add what a line tells of a connection, one of its sides, or its last child."""
    if name in {"local", "remote"}:
        sides = connection.children[-1].sides if connection.children else connection.sides
        sides[name] = value
    elif name == "id" and len(connection.rounds.get(side, ())) == 1:
        connection.names[side] = value


def _credential(word: Token, diagnostics: Diagnostics) -> Credential:
    method = _METHODS.get(word.text)
    if word.word.startswith(_EAP):
        method = AuthMethod.EAP
    elif word.word.startswith(_XAUTH):
        method = AuthMethod.XAUTH
    elif method is None:
        diagnostics.not_understood(f"unknown authentication {quoted(word.text)}", word.span)
    is_known = method is not AuthMethod.PRESHARED_KEY
    return Credential(span=word.span, method=method, is_secret_known=is_known)


def _peers(connection: _Connection, diagnostics: Diagnostics) -> Iterator[Peer]:
    children = [child for child in connection.children if child.mode.text not in _POLICIES]
    listed: list[_Child | None] = [*children] if connection.children else [None]
    for child in listed:
        place = connection.name
        is_alone = child is None or len(children) == 1
        own, accepted = (connection.rounds.get(side, []) for side in ("local", "remote"))
        yield Peer(
            name=place.text if is_alone or child is None else f"{place.text}/{child.name.text}",
            span=place.span,
            implementation="strongswan",
            answers_on=_addresses(connection.sides.get("local"), diagnostics),
            looks_for=_addresses(connection.sides.get("remote"), diagnostics),
            key_modules=Setting(_VERSIONS[connection.version.text], connection.version.span),
            main_mode_seconds=_seconds(connection.seconds),
            quick_mode_seconds=None if child is None else _seconds(child.seconds),
            mode=None if child is None else _mode(child.mode, diagnostics),
            local=None if child is None else _traffic(child.sides.get("local"), diagnostics),
            remote=None if child is None else _traffic(child.sides.get("remote"), diagnostics),
            own=tuple(own[:1]) or None,
            accepted=tuple(accepted[:1]) or None,
            second=(*own[1:], *accepted[1:]),
            identity=typed_identity(connection.names.get("local")),
            expected_identity=typed_identity(connection.names.get("remote")),
        )


def _seconds(token: Token | None) -> Setting[int] | None:
    number = None if token is None else decimal(token.text)
    return None if token is None or number is None else Setting(number, token.span)


def _mode(token: Token, diagnostics: Diagnostics) -> Setting[RuleMode]:
    known = _MODES.get(token.text)
    if known is None:
        diagnostics.not_understood(f"mode {quoted(token.text)} is not tunnel or transport", token.span)
    return Setting(Unknown(token.text) if known is None else known, token.span)


def _addresses(token: Token | None, diagnostics: Diagnostics) -> Addresses:
    """The numeric addresses; a name or %any is skipped."""
    parts = [] if token is None else token.split(",")
    for part in parts:
        note_no_address(part.strip(), diagnostics)
    parsed = [parse_address(part.text) for part in parts]
    return tuple(address for address in parsed if address is not None and address.version)


def _traffic(token: Token | None, diagnostics: Diagnostics) -> Setting[Addresses] | None:
    """The addresses of one side of a child; empty for `dynamic`, the peer itself. Unknown with protocols."""
    if token is None:
        return None
    addresses: list[Address] = []
    for part in re.split(r"[ ,]+", token.text):
        address = parse_address(part)
        if address is None and part != _OWN_ADDRESSES:
            if "[" not in token.text and ".." not in part:  # protocols and ranges are no addresses that are compared
                diagnostics.not_understood(f"{quoted(part)} is not an address", token.span)
            return Setting(Unknown(token.text), token.span)
        addresses += [] if address is None else [address]
    return Setting(tuple(addresses), token.span)


FORMATS = (
    Format(
        name="swanctl-conns",
        title="connections that strongSwan has loaded (swanctl --list-conns)",
        recognise=recognise,
        parse=parse,
        how_to_export="swanctl --list-conns (better: swanctl-conf, which says what is offered)",
        can_express="versions, addresses, how the ends prove who they are, lifetimes, modes, selectors",
        cannot_express="the proposals, which are not listed",
        without_key="connections are listed without their keys",
    ),
)
