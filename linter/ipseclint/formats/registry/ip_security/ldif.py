"""LDIF (RFC 2849) with IP Security Policies, as `ldifde` exports them from the directory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ipseclint.formats.kit.base64_text import from_base64
from ipseclint.formats.kit.diagnostics import Diagnostics, of_text, quoted
from ipseclint.formats.kit.token import token_at
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.registry.ip_security.blob import Blob
from ipseclint.formats.registry.ip_security.objects import POLICY, REFERENCES, StoredObject, identify, note_attribute
from ipseclint.formats.registry.ip_security.policy import build_policy
from ipseclint.late import late
from ipseclint.model.policy import Reference
from ipseclint.source import Source, Span, lines_of_text

_FIRST = late(
    r"\s*+(?:#[^\n]*\n\s*+)*+(?:version\s*+:\s*+\w{1,9}[^\S\n]*+\n\s*+(?:#[^\n]*\n\s*+)*+)?"
    r"dn::?\s[^\n]*\n(?: [^\n]*\n|#[^\n]*\n)*+(?:[A-Z][A-Z0-9.;-]*:|\Z)",
    re.IGNORECASE,
)
"""The name of an entry and an attribute of it; events name an object of the directory by its DN alone."""
_LINE = late(r"([A-Za-z][A-Za-z0-9.;-]*)(::|:<|:) *(.*)", re.DOTALL)
_REFERENCES = {each.casefold(): each for each in REFERENCES}
_ASSIGNED = "ipsecownersreference"
_OF_IPSEC = frozenset({"ipsecname", "ipsecdata", "ipsecdatatype", "ipsecid"})
"""What the objects of a policy have, and no other entry, folded (MS-GPIPSEC 2.2.1)."""


class _Attribute(NamedTuple):
    """One attribute value of an entry: its folded name, its place, and its bytes."""

    name: str
    span: Span
    data: bytes

    @property
    def text(self) -> str:
        return self.data.decode("utf-8", errors="replace")


def recognise(source: Source) -> bool:
    """Whether it begins with the distinguished name of an entry, as LDIF does."""
    head = source.head_text
    return _FIRST.match(head.replace("\r\n", "\n") if "\r" in head else head) is not None


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The policies among the entries. Assignments are in the entries of GPOs, if these are included."""
    objects: list[StoredObject] = []
    assigned: list[Reference] = []
    for entry in _entries(text, diagnostics):
        for version in (each for each in entry if each.name == "version" and each.text.strip() != "1"):
            diagnostics.not_understood(
                f"LDIF of version {quoted(version.text)} is not known, for there is 1 alone (RFC 2849)", version.span
            )
        stored = _stored_object(entry, diagnostics)
        if stored is not None:
            objects.append(stored)
        else:
            assigned += _assignments(entry)
    policy = build_policy(objects, assigned or None, diagnostics)
    return diagnostics.parsed(policy)


def _stored_object(entry: list[_Attribute], diagnostics: Diagnostics) -> StoredObject | None:
    dn = next((each for each in entry if each.name == "dn"), None)
    identity = None if dn is None else identify(dn.text.split(",")[0])
    if dn is None or identity is None:
        if dn is not None and any(each.name in _OF_IPSEC for each in entry):
            diagnostics.malformed("an object of IPsec whose name is none: it is not read", dn.span)
        return None
    stored = StoredObject(*identity, dn.span)
    for attribute in entry:
        match attribute.name:
            case "ipsecname":
                stored.name = attribute.text
            case "description":
                stored.description = attribute.text
            case "ipsecdata":
                stored.data = _blob(attribute)
            case "ipsecnegotiationpolicyaction":
                stored.action = token_at(attribute.text, attribute.span)
            case "ipsecnegotiationpolicytype":
                stored.type = token_at(attribute.text, attribute.span)
            case name if name in _REFERENCES:
                stored.refer(name, attribute.text, attribute.span)
            case name:
                note_attribute(name, attribute.span, diagnostics)
    return stored


def _blob(attribute: _Attribute) -> Blob:
    span = attribute.span
    return Blob(attribute.data, lambda _offset, _size: (span,))


def _assignments(entry: list[_Attribute]) -> Iterator[Reference]:
    """The policies that an entry of a GPO assigns."""
    for attribute in entry:
        if attribute.name == _ASSIGNED:
            holder = StoredObject(POLICY, "", attribute.span)
            holder.refer(attribute.name, attribute.text, attribute.span)
            yield from (
                reference for reference in holder.targets(attribute.name) if reference.target.startswith(POLICY)
            )


def _entries(text: str, diagnostics: Diagnostics) -> Iterator[list[_Attribute]]:
    entry: list[_Attribute] = []
    for number, room, line in _unfolded(text):
        if not line:
            if entry:
                yield entry
            entry = []
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            if line != "-":
                diagnostics.malformed(
                    f"{quoted(line)} is not an attribute", Span(diagnostics.path, number, 1, max(1, room))
                )
            continue
        attribute = _attribute(match, _place(match, diagnostics.path, number, room), diagnostics)
        if attribute is not None:
            entry.append(attribute)
    if entry:
        yield entry


def _place(match: re.Match[str], path: str, line: int, room: int) -> Span:
    """The place of a value on its first line, which has `room` characters."""
    begin = min(match.start(3), room)
    return Span(path, line, begin + 1, max(1, min(match.end(3), room) - begin))


def _attribute(match: re.Match[str], span: Span, diagnostics: Diagnostics) -> _Attribute | None:
    name = match[1].partition(";")[0].casefold()
    if match[2] == ":":
        return _Attribute(name, span, match[3].encode("utf-8", errors="replace"))
    if match[2] == ":<":
        if name == "ipsecdata":
            diagnostics.not_understood("data in another file, which is not read", span)
        return None
    try:
        return _Attribute(name, span, from_base64(match[3].strip()))
    except ValueError:
        if name.startswith("ipsec") or name == "dn":
            diagnostics.malformed(f"the value of {quoted(match[1])} is not base64", span)
        return None


def _unfolded(text: str) -> Iterator[tuple[int, int, str]]:
    """The unfolded lines without comments: number and length of the first physical line, and the whole text."""
    begin, pieces = 0, [""]
    for number, line in enumerate(lines_of_text(text), start=1):
        if line.startswith(" ") and begin:
            pieces.append(line[1:])
            continue
        if begin and not pieces[0].startswith("#"):
            yield begin, len(pieces[0]), "".join(pieces)
        begin, pieces = number, [line]
    if begin and not pieces[0].startswith("#"):
        yield begin, len(pieces[0]), "".join(pieces)


FORMATS = (
    Format(
        name="ipsec-ldif",
        title="IP Security Policies of the directory (LDIF)",
        recognise=recognise,
        parse=parse,
        how_to_export='ldifde -f ipsec.ldf -d "CN=IP Security,CN=System,DC=example,DC=com"',
        can_express="policies, rules, filter lists and filter actions of netsh ipsec, as the directory holds them",
        cannot_express="which GPO assigns a policy, unless its entries are exported too",
    ),
)
