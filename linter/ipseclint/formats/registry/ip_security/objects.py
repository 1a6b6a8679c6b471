"""Objects of IP Security Policies as stored: class, id, name, bytes and references."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct, field

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.token import Token
from ipseclint.formats.kit.unread import note_unread
from ipseclint.formats.registry.ip_security.blob import Blob, blob_of
from ipseclint.formats.registry.tree import Key, Kind, Value
from ipseclint.late import late
from ipseclint.model.policy import Reference
from ipseclint.source import Span
from ipseclint.vocabulary.rows import names

POLICY, MAIN_MODE, NEGOTIATION, RULE, FILTER = (
    "ipsecpolicy", "ipsecisakmppolicy", "ipsecnegotiationpolicy", "ipsecnfa", "ipsecfilter",
)  # fmt: skip
"""The classes, folded."""

CLASSES = (POLICY, MAIN_MODE, NEGOTIATION, RULE, FILTER)

REFERENCES = (
    "ipsecISAKMPReference", "ipsecNFAReference", "ipsecNegotiationPolicyReference", "ipsecFilterReference",
)  # fmt: skip
"""Attributes that point to other objects, by registry path or distinguished name."""

_READ = frozenset({"ipsecname", "description", "ipsecdata", "ipsecnegotiationpolicyaction"}) | {
    "ipsecnegotiationpolicytype", *(name.casefold() for name in REFERENCES),
}  # fmt: skip
_OF_NO_CONCERN = names(
    "name classname ipsecid ipsecdatatype ipsecownersreference whenchanged dn changetype objectclass objectcategory cn "
    "distinguishedname instancetype objectguid showinadvancedviewonly usncreated usnchanged whencreated "
    "dscorepropagationdata displayname ntsecuritydescriptor"
)
"""The attributes that are read, and those by which the store and the directory keep an object (MS-GPIPSEC 2.2.1)."""

_ID = late(r"(ipsec[a-z]{1,24})(\{[0-9a-f-]{36}\})", re.IGNORECASE)


class StoredObject(Struct):
    """One object. References are by folded attribute name; each is the folded class and id of its target."""

    kind: str
    id: str
    span: Span
    name: str = ""
    description: str | None = None
    data: Blob | None = None
    action: Token | None = None
    type: Token | None = None
    references: dict[str, list[Reference]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The key by which references name it."""
        return f"{self.kind}{self.id.casefold()}"

    @property
    def called(self) -> str:
        """Its name, else its id."""
        return self.name or self.id

    def targets(self, attribute: str) -> list[Reference]:
        """The references in an attribute."""
        return self.references.get(attribute.casefold(), [])

    def refer(self, attribute: str, text: str, span: Span) -> None:
        """Add a reference; text without an id is kept as written."""
        match = _ID.search(text)
        target = f"{match[1]}{match[2]}".casefold() if match else text
        self.references.setdefault(attribute.casefold(), []).append(Reference(target=target, span=span))


def identify(name: str) -> tuple[str, str] | None:
    """The folded class and the id in the name of a key or entry; None if it is no policy object."""
    match = _ID.search(name)
    if match is None or match[1].casefold() not in CLASSES:
        return None
    return match[1].casefold(), match[2]


def note_attribute(name: str, span: Span, diagnostics: Diagnostics) -> None:
    """Note an attribute that nothing looks at."""
    if name.casefold() not in _READ and name.casefold() not in _OF_NO_CONCERN:
        note_unread(name, span, _READ, diagnostics, kind="attribute")


def stored_objects(store: Key, diagnostics: Diagnostics) -> Iterator[StoredObject]:
    """The objects below a registry key; other keys are noted."""
    for value in store.values.values():
        if value.name.casefold() not in {"", "activepolicy"}:
            note_unread(value.name, value.text.span, ("ActivePolicy",), diagnostics, kind="value")
    for key in store.keys.values():
        identity = identify(key.name)
        if identity is not None:
            yield _stored_object(key, *identity, diagnostics)
        else:
            diagnostics.not_understood(f"unknown object {quoted(key.name)} in an IP Security Policy", key.span)


def active_policy(store: Key) -> list[Reference]:
    """The assigned policy of a registry store; empty if it does not say."""
    holder = StoredObject(POLICY, "", store.span)
    value = store.get("ActivePolicy")
    if value is not None and value.text.text:
        holder.refer("ActivePolicy", value.text.text, value.text.span)
    return holder.targets("ActivePolicy")


def _stored_object(key: Key, kind: str, object_id: str, diagnostics: Diagnostics) -> StoredObject:
    stored = StoredObject(kind, object_id, key.span)
    for attribute in key.values.values():
        note_attribute(attribute.name, attribute.text.span, diagnostics)
    name = key.get("ipsecName")
    stored.name = "" if name is None else name.text.text
    description = key.get("description")
    stored.description = None if description is None else description.text.text or None
    action, type_ = key.get("ipsecNegotiationPolicyAction"), key.get("ipsecNegotiationPolicyType")
    stored.action, stored.type = (None if each is None else each.text for each in (action, type_))
    data = key.get("ipsecData")
    if data is not None:
        stored.data = blob_of(data)
        if stored.data is None:
            diagnostics.malformed(f"`ipsecData` of {quoted(key.name)} holds no bytes", data.text.span)
    for reference in REFERENCES:
        value = key.get(reference)
        for text in () if value is None else _texts(value):
            stored.refer(reference, text, value.text.span if value else key.span)
    return stored


def _texts(value: Value) -> list[str]:
    """The texts in a value, one or several."""
    if value.kind == Kind.MULTI_SZ and value.data:
        wide = value.data[1:2] == b"\0"
        texts = value.data.decode("utf-16-le" if wide else "cp1252", errors="replace").split("\0")
    else:
        texts = value.text.text.replace("\\0ipsec", "\0ipsec").replace("\\0SOFTWARE", "\0SOFTWARE").split("\0")
    return [each for each in texts if each]
