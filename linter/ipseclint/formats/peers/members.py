"""Members of the JSON objects in which clouds describe gateways: names in any case, values with places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeGuard

from msgspec.structs import astuple

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.json_places import Json, JsonObject
from ipseclint.formats.kit.read import decimal, key_of
from ipseclint.formats.kit.token import OpenToken, Token
from ipseclint.formats.kit.unread import note_unread
from ipseclint.model.peer import Credential
from ipseclint.model.setting import Setting, Unknown
from ipseclint.source import Span
from ipseclint.vocabulary.authentication import AuthMethod

Members = Mapping[str, Json]
"""The members of an object by their names, folded."""


class DefaultToken(Token, frozen=True, gc=False):
    """A word of the default of a parameter, which begins `at` a line and column: a deployment may replace it."""

    at: tuple[int, int] = (1, 1)


def as_default(value: Json, at: tuple[int, int] | None = None) -> Json:
    """A value as the default of a parameter, with all that is in it."""
    if isinstance(value, list):
        return [as_default(part, at) for part in value]
    if value is None or isinstance(value, OpenToken | DefaultToken):
        return value
    at = at or (value.line, value.column)
    if isinstance(value, JsonObject):
        members = tuple((name, as_default(part, at)) for name, part in value.members)
        return JsonObject(value.line, value.column, members)
    text, path, line, column, breaks, stride, is_quoted = astuple(value)[:7]
    return DefaultToken(text, path, line, column, breaks, stride, is_quoted, at)


def note_defaults(values: Iterable[Json], diagnostics: Diagnostics) -> None:
    """Say once of each default that it is read, and that it is not sure."""
    told = {(problem.span.line, problem.span.column) for problem in diagnostics.problems}
    for value in values:
        if isinstance(value, DefaultToken) and value.at not in told:
            told.add(value.at)
            is_whole = value.at == (value.line, value.column)
            what = f"{quoted(value.text)} is" if is_whole else "what begins here is"
            span = value.span if is_whole else Span(value.path, *value.at, 1)
            message = f"{what} the default of a parameter: it is read, and a deployment may replace it"
            diagnostics.not_understood(message, span)


def is_worked_out(value: Json) -> TypeGuard[Token]:
    """Whether a value is an expression, which is worked out when it is deployed."""
    if isinstance(value, OpenToken):
        return True
    return isinstance(value, Token) and value.text.startswith("[") and not value.text.startswith("[[")


def note_worked_out(token: Token, diagnostics: Diagnostics) -> None:
    """Say that a value is an expression."""
    diagnostics.not_understood(f"{quoted(token.text)} is worked out when it is deployed", token.span)


def members_of(value: JsonObject) -> dict[str, Json]:
    """The members of an object by folded name; the first of duplicates."""
    members: dict[str, Json] = {}
    for name, member in value.members:
        members.setdefault(name.text.casefold(), member)
    return members


def note_members(
    value: JsonObject, read: frozenset[str], of_no_concern: frozenset[str], diagnostics: Diagnostics
) -> None:
    """Note members of an object that are neither read nor of no concern; both sets have folded names."""
    for name, _ in value.members:
        if name.word not in read and name.word not in of_no_concern:
            note_unread(name.text, name.span, read, diagnostics)


def text(members: Members, *names: str) -> Token | None:
    """The first of these members that is a text."""
    return next((member for name in names if isinstance(member := members.get(name), Token)), None)


def number(members: Members, diagnostics: Diagnostics, *names: str) -> Setting[int] | None:
    """The first of some members as a number."""
    token = text(members, *names)
    if token is None:
        return None
    if is_worked_out(token):
        note_worked_out(token, diagnostics)
        return Setting(Unknown(token.text), token.span)
    if (known := decimal(token.text)) is None:
        diagnostics.not_understood(f"{quoted(token.text)} is not a number", token.span)
        return Setting(Unknown(token.text), token.span)
    return Setting(known, token.span)


def literal_key(key: Token | None, diagnostics: Diagnostics) -> str | None:
    """A preshared key if it is certain: a deployment replaces a default, and an expression is no key."""
    if isinstance(key, DefaultToken):
        diagnostics.secrets += key.spans
        return None
    return None if key is None or is_worked_out(key) else key.text


def preshared(key: str | None, span: Span) -> tuple[Credential, ...]:
    """A preshared key; unknown if it is blotted out (`***`, `**hidden**`) or missing."""
    secret = key_of(key) if key else None
    return (Credential(span=span, method=AuthMethod.PRESHARED_KEY, secret=secret, is_secret_known=secret is not None),)
