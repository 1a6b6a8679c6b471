"""ProfileXML of the VPNv2 CSP: in a document, in text within one, or only a part."""

from __future__ import annotations

import re
from functools import partial

from msgspec import Struct, field

from ipseclint.finding import Problem
from ipseclint.formats.kit.diagnostics import Diagnostics, of_source
from ipseclint.formats.kit.policy_parts import PolicyParts
from ipseclint.formats.kit.token import OpenToken, Token
from ipseclint.formats.kit.xml.document import read
from ipseclint.formats.kit.xml.element import Element, secret_places, text_of
from ipseclint.formats.kit.xml.wanted import Subtree, Wanted
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.vpn.profile import KEYS, NATIVE, NOT_KNOWN, PROFILE, SUITE, Placed, profile_parts
from ipseclint.late import late
from ipseclint.source import Source, Span, bytes_source

_ALL = frozenset[str]()
_PROFILES = dict.fromkeys((PROFILE, NATIVE, SUITE), _ALL)
_BARE = late(rf"<(?:{'|'.join(_PROFILES)})[\s>]")
_OF_SOPHOS = "<KeyingMethod>"
"""What a `VPNProfile` of a firewall of Sophos has, in the XML of its export."""
_LINE_END = late("\n")
_FOLDED = late(r"^([ \t]{0,80})[-+](?=[ \t]{0,8}<[A-Za-z])", re.MULTILINE)
SYNCML = late(r"<(?:\w+:)?(?:SyncML|SyncBody|Replace|Add|Atomic|Results)[\s>]")
"""Commands of device management, which `formats.mdm.syncml` reads with the profiles in them."""


def recognise(source: Source) -> bool:
    """Whether it contains a VPN profile without commands around it."""
    text = source.head_text
    is_bare = text.lstrip().startswith("<") and _BARE.search(text) is not None and SYNCML.search(text) is None
    return is_bare and _OF_SOPHOS not in text


@of_source
def parse(source: Source) -> Parsed:
    """The connections of all VPN profiles. Fold marks of a browser's XML view are removed."""
    diagnostics = Diagnostics(source.path)
    reader = ProfileReader(diagnostics)
    if _FOLDED.search(source.head_text) is not None:
        source = bytes_source(source.path, _FOLDED.sub(r"\1 ", source.read_text()).encode("utf-8", "replace"))
    reader.read(source)
    return diagnostics.parsed(reader.parts.policy())


class ProfileReader(Struct):
    """Reads profiles into `parts`."""

    diagnostics: Diagnostics
    parts: PolicyParts = field(default_factory=PolicyParts)

    def read(self, source: Source, inside: _Inside | None = None, name: str | None = None) -> None:
        """Read the profiles of a document; `inside` is the text around it, which knows its places."""
        for part in read(source, Wanted(subtrees=_PROFILES)):
            if isinstance(part, Problem):
                span = part.span if inside is None else inside.place(part.span.line, part.span.column).span
                self.diagnostics.add(part.model_copy(update={"span": span}))
            elif isinstance(part, Subtree):
                self.read_element(part.element, name, inside)

    def read_text(self, text: Token, name: str | None) -> bool:
        """Read the profile in a text; whether it has one.

        `name` is that of the CSP node that it is written to, if known.
        """
        if _BARE.search(text.text) is None:
            return False
        inside = _inside(text)
        self.read(bytes_source(text.path, inside.text.text.encode("utf-8", "replace")), inside, name)
        return True

    def read_element(self, profile: Element, name: str | None, inside: _Inside | None = None) -> None:
        """Read the profile in an element."""
        for element in profile.walk():
            if element.name in KEYS and element.text.strip():
                self.diagnostics.secrets.extend(self._secret(element, inside))
        place = partial(self._place, inside=inside)
        self.parts.add_vpn(profile_parts(profile, name, place, self.diagnostics))

    def _secret(self, element: Element, inside: _Inside | None) -> list[Span]:
        path = self.diagnostics.path
        if inside is None:
            return secret_places(element, path)
        start = inside.place(element.line, element.column)
        end = inside.place(element.end_line, element.end_column)
        return [Span(path, line, 1, 1_000_000) for line in range(start.line, end.line + 1)]

    def _place(self, element: Element, inside: _Inside | None) -> Placed:
        path = self.diagnostics.path
        text = text_of(element, path).strip()
        if inside is None:
            return Placed(text, Span(path, element.line, element.column))
        place, start = inside.place(text.line, text.column), inside.place(element.line, element.column)
        end = inside.place(*text.end)
        is_known = NOT_KNOWN not in text.text
        written = text.text.replace(NOT_KNOWN, "")
        token = (Token if is_known else OpenToken)(
            written, path, place.line, place.column, ((len(written), end.line, end.column),)
        )
        return Placed(token, Span(path, start.line, start.column))


class _Inside(Struct, frozen=True):
    """The text of an element that contains another document, and the starts of its lines."""

    text: Token
    line_starts: tuple[int, ...]

    def place(self, line: int, column: int) -> Token:
        """The place in the input of a place in the text."""
        start = self.line_starts[min(line, len(self.line_starts)) - 1]
        offset = min(start + column - 1, max(0, len(self.text.text) - 1))
        place = self.text.part(offset, offset)
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
