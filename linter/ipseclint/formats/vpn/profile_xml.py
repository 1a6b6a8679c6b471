"""ProfileXML of the VPNv2 CSP, bare or escaped inside SyncML."""

from __future__ import annotations

import re

from ipseclint.data import vpn
from ipseclint.finding import Problem
from ipseclint.formats.located import Located
from ipseclint.formats.notes import Notes
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.vpn.suite import suite_sets
from ipseclint.formats.xml_element import Element
from ipseclint.formats.xml_place import secret_places, text_of
from ipseclint.formats.xml_stream import stream
from ipseclint.formats.xml_wanted import Subtree, Wanted
from ipseclint.model.policy import MainModeCryptoSet, Policy, QuickModeCryptoSet
from ipseclint.source import Source, Span, bytes_source

_BARE = re.compile(r"<VPNProfile[\s>]")
_ESCAPED = re.compile(r"&lt;VPNProfile(?:\s|&gt;)|<!\[CDATA\[\s*<VPNProfile")
_SYNC = re.compile(r"<(?:\w+:)?(?:SyncML|SyncBody|Replace|Add|Atomic)[\s>]")
_ALL = frozenset[str]()
_KEYS = frozenset({"L2tpPsk", "PreSharedKey"})


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
        self._notes = Notes()
        self._main: list[MainModeCryptoSet] = []
        self._quick: list[QuickModeCryptoSet] = []

    def parsed(self) -> Parsed:
        """All of it."""
        policy = Policy(main_mode_crypto_sets=tuple(self._main), quick_mode_crypto_sets=tuple(self._quick))
        return Parsed(policy=policy, problems=self._notes.listed(), secrets=tuple(self._notes.secrets))

    def read(self, source: Source, inside: Located | None) -> None:
        """Read profiles; of an escaped one `inside` is its text, which knows where it stands."""
        wanted = Wanted(subtrees={"VPNProfile": _ALL} | ({} if inside else {"Data": _ALL}))
        for each in stream(source, wanted):
            if isinstance(each, Problem):
                span = each.span if inside is None else _outside(inside, each.span.line, each.span.column).span
                self._notes.add(each.model_copy(update={"span": span}))
            elif isinstance(each, Subtree):
                self._take(each.element, inside)

    def _take(self, element: Element, inside: Located | None) -> None:
        if element.name == "VPNProfile":
            self._profile(element, inside)
            return
        for profile in element.walk():
            if profile.name == "VPNProfile":
                self._profile(profile, inside)
                return
        text = text_of(element, self._path)
        if _BARE.search(text.text):
            self.read(bytes_source(self._path, text.text.lstrip().encode("utf-8", "replace")), _left_stripped(text))

    def _profile(self, profile: Element, inside: Located | None) -> None:
        for each in profile.walk():
            if each.name in _KEYS and each.text.strip():
                self._notes.secrets.extend(self._secret(each, inside))
            if each.name == "CryptographySuite":
                self._suite(each, profile, inside)

    def _secret(self, element: Element, inside: Located | None) -> list[Span]:
        if inside is None:
            return secret_places(element, self._path)
        lines = {_outside(inside, line, 1).line for line in range(element.line, element.end_line + 1)}
        return [Span(self._path, line, 1, 1_000_000) for line in sorted(lines)]

    def _suite(self, suite: Element, profile: Element, inside: Located | None) -> None:
        parts: dict[str, Located] = {}
        for each in suite.children:
            if each.name not in vpn.FIELDS:
                place = self._place(each, inside)
                self._notes.not_understood(f"a CryptographySuite has no <{each.name}> that is known here", place.span)
            else:
                parts.setdefault(each.name, self._place(each, inside))
        main, quick = suite_sets(_name(profile), self._span(suite, inside), parts, self._notes)
        self._main.append(main)
        self._quick.append(quick)

    def _place(self, element: Element, inside: Located | None) -> Located:
        text = text_of(element, self._path).strip()
        if inside is None:
            return text
        place = _outside(inside, text.line, text.column)
        return Located(text.text, self._path, place.line, place.column)

    def _span(self, element: Element, inside: Located | None) -> Span:
        if inside is None:
            return Span(self._path, element.line, element.column)
        place = _outside(inside, element.line, element.column)
        return Span(self._path, place.line, place.column)


def _name(profile: Element) -> str:
    """What tells profiles apart: the name if it is there, else the servers."""
    for name in ("ProfileName", "Servers", "ServerUrlList"):
        found = next((each.text.strip() for each in profile.walk() if each.name == name and each.text.strip()), "")
        if found:
            return found
    return "VPN profile"


def _left_stripped(text: Located) -> Located:
    return text.part(len(text.text) - len(text.text.lstrip()))


def _outside(inside: Located, line: int, column: int) -> Located:
    """The place in the input of a place in the text of one of its elements."""
    offset = 0
    for _ in range(line - 1):
        following = inside.text.find("\n", offset)
        if following < 0:
            break
        offset = following + 1
    offset = min(offset + column - 1, len(inside.text))
    return inside.part(offset, offset + 1)


FORMATS = (
    Format(
        name="vpn-profile-xml",
        title="VPN profile (ProfileXML of the VPNv2 CSP)",
        recognise=recognise,
        parse=parse,
        how_to_export="(Get-CimInstance -Namespace root/cimv2/mdm/dmmap -ClassName MDM_VPNv2_01).ProfileXML "
        "| Set-Content profile.xml",
        can_express="the CryptographySuite of an IKEv2 profile",
        cannot_express="what Windows offers where there is no CryptographySuite; lifetimes; plug-in profiles",
    ),
)
