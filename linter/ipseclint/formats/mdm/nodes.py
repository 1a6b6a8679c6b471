"""Nodes of the Firewall and VPNv2 CSPs, from any input, and the policy they make.

Sources: Firewall CSP and VPNv2 CSP (learn.microsoft.com, client-management/mdm). The firewall's nodes are values of its
registry store under other names, and those of a VPN connection are the elements of its ProfileXML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from msgspec import Struct, field

from ipseclint.formats.kit.base64_text import from_base64
from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.policy_parts import PolicyParts
from ipseclint.formats.kit.read import decimal
from ipseclint.formats.kit.token import Token, joined
from ipseclint.formats.kit.unread import note_unread
from ipseclint.formats.registry.firewall.settings import global_settings, writing_host
from ipseclint.formats.registry.tree import Key, Kind, Value
from ipseclint.formats.vpn.profile import NOT_KNOWN
from ipseclint.formats.vpn.profile_xml import ProfileReader
from ipseclint.late import late
from ipseclint.vocabulary.rows import names

MAX_PATH_PARTS = 16
"""Parts of the path of a node before it is passed over; those of the two CSPs have at most ten (reasoned)."""

MAX_BASE64_CHARACTERS = 200_000
"""Characters of a profile in base64 before it is refused; Windows' profiles have a few thousand (reasoned)."""

_ESCAPED = "&lt;"
_ESCAPE = late(r"&(?:lt|gt|amp|quot|apos);")
_ESCAPED_TWICE = "a VPN profile that is escaped twice (`&amp;lt;`): it was read as if it were escaped once"

FIREWALL, VPN = "firewall", "vpnv2"
"""The CSPs that are read, folded."""

_ROOTS = frozenset({".", "", "device", "user", "vendor", "msft"})
_GLOBAL = "global"
_REGISTRY = {
    "saidletime": "saidltime",
    "presharedkeyencoding": "presharedkeyencoding",
    "ipsecexempt": "ipsecexempt",
    "crlcheck": "strongcrlcheck",
    "policyversion": "policyversion",
    "opportunisticallymatchauthsetperkm": "ipsecopportunisticallymatchauthsetperkm",
    "enablepacketqueue": "enablepacketqueue",
    "allowlocalipsecpolicymerge": "allowlocalipsecpolicymerge",
}
"""The registry's names for the nodes of the firewall that concern IPsec (MS-GPFAS 2.2.1, 2.2.2), both folded."""

_OF_NO_CONCERN = names(
    "policyversionsupported currentprofiles disablestatefulftp binaryversionsupported enablefirewall "
    "disablestealthmode shielded disableunicastresponsestomulticastbroadcast enablelogdroppedpackets "
    "enablelogsuccessconnections enablelogignoredrules logmaxfilesize logfilepath disableinboundnotifications "
    "authappsallowuserprefmerge globalportsallowuserprefmerge allowlocalpolicymerge defaultoutboundaction "
    "defaultinboundaction disablestealthmodeipsecsecuredpacketexemption"
)
"""Nodes of the store that say nothing of connection security (Firewall CSP)."""

_PROFILES = frozenset({"domainprofile", "privateprofile", "publicprofile"})
_FLAGS = {"true": 1, "false": 0}
_NAME = late(r"[A-Za-z][\w.-]*\Z", re.ASCII)


class Node(NamedTuple):
    """A node and its value. `path` begins with the CSP: `("Firewall", "MdmStore", "Global", "SaIdleTime")`."""

    path: tuple[str, ...]
    data: Token


def path_of(uri: Token, diagnostics: Diagnostics) -> tuple[str, ...] | None:
    """The path in an OMA-URI, from the CSP on; None if it is not read, which is noted."""
    parts = uri.text.strip().split("/")
    while parts and parts[0].casefold() in _ROOTS:
        parts.pop(0)
    if not parts or parts[0].casefold() not in {FIREWALL, VPN} or len(parts) > MAX_PATH_PARTS:
        if parts and parts[0]:
            note_unread(parts[0], uri.span, (FIREWALL, VPN), diagnostics, kind="CSP")
        return None
    return tuple(unquote(part) for part in parts)


class Nodes(Struct):
    """The nodes so far. A later node replaces an earlier one with its path."""

    diagnostics: Diagnostics
    _store: Key | None = None
    _vpn: dict[str, _Branch] = field(default_factory=dict)
    _profiles: list[Node] = field(default_factory=list)

    def add(self, node: Node) -> None:
        """Add a node of a CSP that is read; others have no bearing on IPsec."""
        match [part.casefold() for part in node.path]:
            case ["firewall", "mdmstore", place, name]:
                self._firewall(place, name, node)
            case ["vpnv2", _, "profilexml"] if not node.data.text.strip():
                message = f"the profile of {quoted(node.path[1])} is set to nothing: whether one stays is not known"
                self.diagnostics.not_understood(message, node.data.span)
            case ["vpnv2", _, "profilexml"]:
                self._profiles.append(node)
            case ["vpnv2", _, _, *_]:
                self._connection(node)
            case ["firewall", "mdmstore", "firewallrules" | "hypervfirewallrules" | "dynamickeywords", *_]:
                pass
            case _:
                self.diagnostics.not_read("/".join(node.path))

    def parts(self) -> PolicyParts:
        """The policy of all nodes."""
        parts = PolicyParts()
        if self._store is not None:
            settings = global_settings(self._store, None, self.diagnostics)
            host = writing_host(self._store, None)
            parts.globals += [] if settings is None else [settings]
            parts.hosts += [] if host is None else [host]
        profiles = ProfileReader(self.diagnostics)
        for node in self._profiles:
            text = self._profile(node.data)
            if text is not None:
                profiles.read_text(text, node.path[1])
        for name, branch in self._vpn.items():
            profiles.read_text(joined(_markup("VPNProfile", branch)), name)
        parts.extend(profiles.parts)
        return parts

    def _firewall(self, place: str, name: str, node: Node) -> None:
        folded = _REGISTRY.get(name) or (name if name.startswith("ipsec") else None)
        if place not in {_GLOBAL, *_PROFILES}:
            note_unread(node.path[2], node.data.span, (_GLOBAL, *_PROFILES), self.diagnostics, kind="node")
            return
        if folded is None:
            if name not in _OF_NO_CONCERN:
                note_unread(node.path[3], node.data.span, _REGISTRY, self.diagnostics, kind="node")
            return
        if NOT_KNOWN in node.data.text:
            written = node.data.text.replace(NOT_KNOWN, "")
            self.diagnostics.not_understood(
                f"unknown value of {quoted(node.path[-1])}: {quoted(written)}", node.data.span
            )
            return
        if self._store is None:
            self._store = Key("", node.data.span)
        key = self._store if place == _GLOBAL else self._store.make(place, node.data.span)
        if key is not None:
            text = node.data.strip()
            number = _FLAGS.get(text.word, decimal(text.text))
            key.values[folded] = Value(node.path[-1], Kind.DWORD, text, number=number)

    def _connection(self, node: Node) -> None:
        name, *path, leaf = node.path[1:]
        branch = self._vpn.setdefault(name, {})
        for part in path:
            below = branch.setdefault(_element(part), {})
            if isinstance(below, Token):
                return
            branch = below
        branch[_element(leaf)] = node.data.strip()

    def _profile(self, data: Token) -> Token | None:
        """The text of a profile, which Intune writes in base64."""
        text = data.strip()
        if text.text.startswith("<"):
            return text
        if text.text.startswith(_ESCAPED):
            self.diagnostics.malformed(_ESCAPED_TWICE, data.span)
            return _as_escaped_once(text)
        if len(text.text) > MAX_BASE64_CHARACTERS:
            self.diagnostics.refused(f"a VPN profile of more than {MAX_BASE64_CHARACTERS} characters", data.span)
            return None
        try:
            decoded = from_base64(text.text).decode("utf-8-sig")
        except ValueError:
            self.diagnostics.malformed("a VPN profile that is neither XML nor base64 of it", data.span)
            return None
        return text.replaced_by(decoded)


def _as_escaped_once(text: Token) -> Token:
    """The text without the escapes that are left in it, each sign with the place of its escape."""
    from html import unescape

    pieces: list[Token] = []
    at = 0
    for match in _ESCAPE.finditer(text.text):
        pieces += (text.part(at, match.start()), text.part(*match.span()).standing_for(unescape(match[0])))
        at = match.end()
    return joined([*pieces, text.part(at)])


_Branch = dict[str, "Token | _Branch"]


def _element(part: str) -> str:
    """The element name for a part of a path; list indices are numbers, which are no element names."""
    return part if _NAME.match(part) else f"Row{part}" if part.isdecimal() else "Row"


def _markup(name: str, content: Token | _Branch) -> Iterator[Token]:
    """An element with its content; each tag has the place of a value in it."""
    if isinstance(content, Token):
        yield content.standing_for(f"<{name}>")
        yield content if content.text.lstrip().startswith("<") else _escaped(content)
        yield content.part(len(content.text)).standing_for(f"</{name}>")
        return
    inner = [token for child, below in content.items() for token in _markup(child, below)]
    yield inner[0].standing_for(f"<{name}>")
    yield from inner
    yield inner[-1].standing_for(f"</{name}>")


def _escaped(content: Token) -> Token:
    text = content.text.replace("&", "&amp;").replace("<", "&lt;")
    return content if text == content.text else content.replaced_by(text)
