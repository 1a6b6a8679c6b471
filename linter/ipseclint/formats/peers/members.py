"""Members of the JSON objects by which clouds describe their gateways: names in any case, words with their places."""

from __future__ import annotations

from collections.abc import Mapping

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.json_places import Json, JsonObject
from ipseclint.formats.kit.read import decimal, key_of
from ipseclint.formats.kit.token import Token
from ipseclint.formats.kit.unread import note_unread
from ipseclint.model.peer import Credential
from ipseclint.model.setting import Setting, Unknown
from ipseclint.source import Span
from ipseclint.vocabulary.authentication import AuthMethod

Members = Mapping[str, Json]
"""The members of an object by their names, folded."""


def members_of(value: JsonObject) -> dict[str, Json]:
    """The members of an object, the first of each name."""
    members: dict[str, Json] = {}
    for name, member in value.members:
        members.setdefault(name.text.casefold(), member)
    return members


def note_members(
    value: JsonObject, read: frozenset[str], of_no_concern: frozenset[str], diagnostics: Diagnostics
) -> None:
    """Note the members of an object that are neither read nor of no concern; both are folded names."""
    for name, _ in value.members:
        if name.word not in read and name.word not in of_no_concern:
            note_unread(name.text, name.span, read, diagnostics)


def text(members: Members, *names: str) -> Token | None:
    """The first of some members that is a word."""
    return next((member for name in names if isinstance(member := members.get(name), Token)), None)


def number(members: Members, diagnostics: Diagnostics, *names: str) -> Setting[int] | None:
    """The first of some members as a number."""
    token = text(members, *names)
    if token is None:
        return None
    if (known := decimal(token.text)) is None:
        diagnostics.not_understood(f"{quoted(token.text)} is not a number", token.span)
        return Setting(Unknown(token.text), token.span)
    return Setting(known, token.span)


def preshared(key: str | None, span: Span) -> tuple[Credential, ...]:
    """A preshared key; what is blotted out (`***`, `**hidden**`) or missing is not known."""
    secret = key_of(key) if key else None
    return (Credential(span=span, method=AuthMethod.PRESHARED_KEY, secret=secret, is_secret_known=secret is not None),)
