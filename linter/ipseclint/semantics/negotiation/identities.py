"""The identity that an end presents, and the one that its peer expects."""

from __future__ import annotations

import re
from typing import NamedTuple, Self

from ipseclint.finding import Basis
from ipseclint.late import late
from ipseclint.model.selectors import parse_address
from ipseclint.secrets.masks import MASK, may_be_one
from ipseclint.semantics.certificate_names import comparable_name
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.stage import Answer, Difference, Kind, Result, Stage
from ipseclint.semantics.negotiation.typed_identities import Identity, identity_of
from ipseclint.semantics.scope import share_a_host
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.vocabulary.authentication import AuthMethod


class Names(NamedTuple):
    """The identity that an end presents, and the different one that its peer expects.

    `in_certificate`: the peer looks for it among the names in the end's certificate, which is not known here.
    `by_default`: the end has no literal identity, and presents its address unless it is asked for another, which an
    initiator does not where `is_pattern`: several are expected. `by_pattern`: it presents what it is asked for, if
    that is one of its pattern.
    """

    end: End
    shown: str
    expected: str
    shown_span: Span | None
    expected_span: Span | None
    is_certain: bool
    in_certificate: bool = False
    by_default: bool = False
    is_pattern: bool = False
    by_pattern: bool = False

    @property
    def shows_what_is_asked(self) -> bool:
        """Whether the end presents what an initiator of IKEv2 asks for, if that names it (IDr)."""
        return self.by_default and not self.is_pattern and self.end.implementation.shows_what_is_asked

    def as_asked(self, initiator: End, module: KeyModule) -> Self | None:
        """The names where the end answers; None where it presents what the initiator asks for."""
        if module is not KeyModule.IKEV2 or not self.shows_what_is_asked:
            return self
        return None if initiator.implementation.shows_what_is_asked else self._replace(is_certain=False)

    def result(self, initiator: End) -> Result:
        """The result where the peer checks identities: refused, or unknown where none is presented."""
        words, spans = (self.shown, self.expected), (self.shown_span, self.expected_span)
        if self.end is not initiator:
            words, spans = words[::-1], spans[::-1]
        difference = Difference("identity", *words, *spans)
        why = f"an end shows the identity {self.shown}, and the other expects {self.expected}"
        if self.by_pattern:
            why = f"{self.end.subject} answers as one of {self.shown} if asked for it, and {self.expected} is expected"
        if self.is_certain:
            return Result(
                Stage.AUTHENTICATION, Answer.FAILS, why, Basis.DOCUMENTED, differences=(difference,), kind=Kind.IDENTITY
            )
        outcomes = ("authenticated, if it shows that", "refused")
        if self.by_pattern:
            outcomes = ("authenticated, if it is asked for one of them", "refused")
        else:
            why = f"{self.end.subject} does not state its identity, and the other expects {self.expected}"
        if self.in_certificate:
            why = f"{self.end.subject} shows the name {self.shown}, and {self.expected} is dialled"
            outcomes = ("authenticated, if its certificate has that name as well", "refused with 13801")
        return Result(
            Stage.AUTHENTICATION,
            Answer.DEPENDS,
            why,
            Basis.REASONED,
            differences=(difference,),
            outcomes=outcomes,
            kind=Kind.NAME if self.in_certificate else Kind.IDENTITY,
        )


def unexpected(end: End, other: End) -> Names | None:
    """The identities of an end, if it presents another than its peer expects.

    With a preshared key an end presents its address unless told otherwise, as seen with strongSwan and libreswan; a
    client of Windows with EAP presents the address of its own adapter (strongswan/strongswan, issue 2833).
    """
    shown, expected = end.identity, other.expected_identity
    if expected is None or not expected.known:
        return _not_dialled(end, other)
    if shown is not None and shown.known:
        is_unlike_seen = "*" in shown.known.replace(MASK, "") and _pattern(end) is None
        if is_unlike_seen or _are_one(end, other, shown.known, expected.known):
            return None
        return Names(end, shown.known, expected.known, shown.span, expected.span, is_certain=True)
    methods = _methods(end)
    if shown is not None or not methods or not methods <= _WITHOUT_NAMES:
        return None
    has_key_only = methods == {AuthMethod.PRESHARED_KEY}
    is_typed, typed = other.implementation.types_identities, identity_of(expected.known)
    address = typed.address if is_typed else parse_address(_plain(expected.known))
    is_client = end.implementation.is_windows and methods == {AuthMethod.EAP}
    is_certain = is_typed and address is None if is_client else has_key_only and end.implementation.shows_address
    by_default = Names(
        end,
        "its address" if has_key_only or is_client else "not stated",
        expected.known,
        end.authentication_span,
        expected.span,
        is_certain=is_certain,
        by_default=True,
        is_pattern=is_typed and not typed.is_literal and MASK not in expected.known,
    )
    if address is None or not has_key_only:
        return by_default
    if not end.gateway or share_a_host(end.gateway, (address,)):
        return None
    # Behind a NAT it may show another address than where it is looked for.
    return by_default._replace(shown=f"its address {', '.join(map(str, end.gateway))}", is_certain=False)


def answered(responder: End, initiator: End, module: KeyModule) -> Names | None:
    """The identities of a responder, if the initiator expects another than it presents.

    With a pattern strongSwan answers in IKEv2 as the one that is asked for, and as nobody without; to those that it
    calls, and in IKEv1, it shows the pattern as it is.
    """
    own = _pattern(responder)
    if own is None or responder.identity is None or module is not KeyModule.IKEV2:
        shown = unexpected(responder, initiator)
        return None if shown is None else shown.as_asked(initiator, module)
    expected, asks = initiator.expected_identity, initiator.implementation.shows_what_is_asked
    if expected is not None and expected.known is None:
        return None
    name = "no name" if expected is None or expected.known is None else expected.known
    asked = identity_of(name)
    if asks and expected is not None and asked.is_literal and own.takes(asked, is_typed=True):
        return None
    spans = (responder.identity.span, None if expected is None else expected.span)
    return Names(responder, own.words, name, *spans, is_certain=asks, by_pattern=True)


def _pattern(end: End) -> Identity | None:
    """The pattern that an end with a preshared key has as its own identity; what becomes of one was seen with
    strongSwan.
    """
    shown = end.identity
    if shown is None or not shown.known or MASK in shown.known or not end.implementation.types_identities:
        return None
    own = identity_of(shown.known)
    return own if own.is_pattern and _methods(end) == {AuthMethod.PRESHARED_KEY} else None


def _methods(end: End) -> set[AuthMethod | None]:
    return {credential.method for credential in end.own or ()}


def _not_dialled(end: End, other: End) -> Names | None:
    """The identities where a Windows client dials one name and the server presents another: the client checks that
    name.

    A certificate may hold both, so nothing is certain.
    """
    shown, dials = end.identity, other.dials
    if shown is None or not shown.known or dials is None or not dials.known or MASK in shown.known:
        return None
    name = _plain(shown.known).removeprefix("@")
    by_certificate = bool(end.own) and all(each.method is AuthMethod.COMPUTER_CERTIFICATE for each in end.own or ())
    if not by_certificate or _NAME.fullmatch(name) is None or name.casefold() in map(str.casefold, dials.known):
        return None
    return Names(end, name, dials.known[0], shown.span, dials.span, is_certain=False, in_certificate=True)


_WITHOUT_NAMES = frozenset({AuthMethod.PRESHARED_KEY, AuthMethod.EAP})
"""Methods in which no certificate holds the name that an end shows."""
_NAME = late(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]+")
"""A host name or an address; a distinguished name says nothing about the names in a certificate."""


def _plain(words: str) -> str:
    """An identity without the word for its type."""
    return re.sub(r"^(?:fqdn|ipv4|ipv6|rfc822|email|asn1dn|dns):#?", "", words.strip(), flags=re.IGNORECASE)


def _identity(words: str) -> object:
    """An identity in a normal form, whichever way its type is written: `@name`, `fqdn:name`, a distinguished name."""
    plain = _plain(words)
    return comparable_name(plain) if "=" in plain else plain.removeprefix("@").casefold()


def _are_one(end: End, other: End, shown: str, expected: str) -> bool:
    """Whether an end shows what the other expects, as far as both can be read: a part that is a key is masked."""
    if MASK not in shown + expected:
        if not other.implementation.types_identities:
            return _identity(shown) == _identity(expected)
        return identity_of(expected).takes(identity_of(shown), is_typed=end.implementation.types_identities)
    mine, theirs = (_plain(words).removeprefix("@").casefold() for words in (shown, expected))
    return may_be_one(mine, theirs)


def are_strangers(one: End, other: End) -> bool:
    """Whether one end presents an identity that the other does not expect."""
    is_asked = all(end.key_modules is None or KeyModule.IKEV2 in end.key_modules for end in (one, other))
    return any(
        names is not None
        and names.is_certain
        and not (is_asked and (names.shows_what_is_asked or _pattern(names.end) is not None))
        for names in (unexpected(one, other), unexpected(other, one))
    )
