"""ProfileXML of the VPNv2 CSP, bare or escaped inside SyncML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from urllib.parse import unquote

from ipseclint.finding import Problem
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.policy_parts import PolicyParts
from ipseclint.formats.kit.token import Token
from ipseclint.formats.kit.xml.document import read
from ipseclint.formats.kit.xml.element import Element, secret_places, text_of
from ipseclint.formats.kit.xml.wanted import Subtree, Wanted
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.vpn.profile import KEYS, Placed, profile_parts
from ipseclint.source import Source, Span, bytes_source

_BARE = re.compile(r"<VPNProfile[\s>]")
_ESCAPED = re.compile(r"&lt;VPNProfile(?:\s|&gt;)|<!\[CDATA\[\s*<VPNProfile")
_SYNC = re.compile(r"<(?:\w+:)?(?:SyncML|SyncBody|Replace|Add|Atomic)[\s>]")
_LINE_END = re.compile("\n")
_ALL = frozenset[str]()
_NODE = re.compile(r"/VPNv2/([^/\s]+)(?:/|$)", re.IGNORECASE)


def recognise(source: Source) -> bool:
    """Whether it holds a VPN profile, or SyncML with one in it."""
    text = source.head_text
    if _BARE.search(text):
        return text.lstrip().startswith("<")
    return _SYNC.search(text) is not None and _ESCAPED.search(text) is not None


def parse(source: Source) -> Parsed:
    """The custom cryptography of all VPN profiles."""
    reader = _Reader(source.path)
    reader.read(source, None)
    return reader.parsed()


class _Reader:
    """What has come in of one input."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._diagnostics = Diagnostics(path)
        self._parts = PolicyParts()
        self._node: str | None = None

    def parsed(self) -> Parsed:
        """All of it."""
        problems, secrets = self._diagnostics.listed(), tuple(self._diagnostics.secrets)
        return Parsed(policy=self._parts.policy(), problems=problems, secrets=secrets)

    def read(self, source: Source, inside: _Inside | None) -> None:
        """Read profiles; of an escaped one `inside` is its text, which knows where it stands."""
        wanted = Wanted(subtrees={"VPNProfile": _ALL} | ({} if inside else {"Data": _ALL, "LocURI": _ALL}))
        for each in read(source, wanted):
            if isinstance(each, Problem):
                span = each.span if inside is None else inside.place(each.span.line, each.span.column).span
                self._diagnostics.add(each.model_copy(update={"span": span}))
            elif isinstance(each, Subtree):
                self._take(each.element, inside)

    def _take(self, element: Element, inside: _Inside | None) -> None:
        if element.name == "LocURI":
            self._node = _node_name(element.text)
            return
        if element.name == "VPNProfile":
            self._profile(element, inside)
            return
        for profile in element.walk():
            if profile.name == "VPNProfile":
                self._profile(profile, inside)
                return
        text = text_of(element, self._path)
        if _BARE.search(text.text):
            inside = _inside(text)
            self.read(bytes_source(self._path, inside.text.text.encode("utf-8", "replace")), inside)

    def _profile(self, profile: Element, inside: _Inside | None) -> None:
        for element in profile.walk():
            if element.name in KEYS and element.text.strip():
                self._diagnostics.secrets.extend(self._secret(element, inside))
        place = partial(self._place, inside=inside)
        self._parts.add_vpn(profile_parts(profile, self._node, place, self._diagnostics))

    def _secret(self, element: Element, inside: _Inside | None) -> list[Span]:
        if inside is None:
            return secret_places(element, self._path)
        lines = {inside.place(line, 1).line for line in range(element.line, element.end_line + 1)}
        return [Span(self._path, line, 1, 1_000_000) for line in sorted(lines)]

    def _place(self, element: Element, inside: _Inside | None) -> Placed:
        text = text_of(element, self._path).strip()
        if inside is None:
            return Placed(text, Span(self._path, element.line, element.column))
        place, start = inside.place(text.line, text.column), inside.place(element.line, element.column)
        token = Token(text.text, self._path, place.line, place.column)
        return Placed(token, Span(self._path, start.line, start.column))


def _node_name(uri: str) -> str | None:
    """The profile's name in the path of a node, `./Device/Vendor/MSFT/VPNv2/NAME/ProfileXML` (VPNv2 CSP)."""
    match = _NODE.search(uri.strip())
    return None if match is None else unquote(match[1])


@dataclass(frozen=True, slots=True)
class _Inside:
    """The text of an element that holds another document, and where its lines begin."""

    text: Token
    line_starts: tuple[int, ...]

    def place(self, line: int, column: int) -> Token:
        """The place in the input of a place in the text."""
        start = self.line_starts[min(line, len(self.line_starts)) - 1]
        offset = min(start + column - 1, max(0, len(self.text.text) - 1))
        place = self.text.part(offset, offset + 1)
        # A line's end stands before the first column of the next line.
        return place if place.column else Token(place.text, place.path, place.line, 1)


def _inside(text: Token) -> _Inside:
    stripped = text.part(len(text.text) - len(text.text.lstrip()))
    starts = (0, *(match.end() for match in _LINE_END.finditer(stripped.text)))
    return _Inside(stripped, starts)


FORMATS = (
    Format(
        name="vpn-profile-xml",
        title="VPN profile (ProfileXML of the VPNv2 CSP)",
        recognise=recognise,
        parse=parse,
        how_to_export="(Get-CimInstance -Namespace root/cimv2/mdm/dmmap -ClassName MDM_VPNv2_01).ProfileXML "
        "| Set-Content profile.xml",
        can_express="a VPN connection: protocols, authentication, choice of certificates, CryptographySuite",
        cannot_express="what Windows offers where there is no CryptographySuite; lifetimes; plug-in profiles",
    ),
)
