"""The other end of a negotiation where it is not a Windows policy: what it offers, and how it answers.

The words are those of IKE. An attribute lists the values that one proposal offers for it, in order: IKEv2 sends them
together, so that every combination of one proposal counts, and none of two.
"""

from collections.abc import Collection, Iterable
from datetime import date
from enum import StrEnum

from ipseclint.model.selectors import Addresses, Ports
from ipseclint.model.setting import LEFT_OUT, Secret, Setting
from ipseclint.model.values import Frozen, Validated
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import Encapsulation, KeyModule
from ipseclint.vocabulary.authentication import AuthMethod, CertificateSigning
from ipseclint.vocabulary.settings import RuleMode

UNKNOWN_GROUP = "?"
"""Stands among the groups of a proposal for those that are not known, so that the rest of it is compared."""


class Offer(Frozen):
    """One proposal. An algorithm that Windows knows has its name in our vocabulary, any other its own.

    `encapsulation` is None in main mode. `groups` holds `UNKNOWN_GROUP` where they are not said, and `none` beside
    others where the exchange may be left out; in quick mode no groups mean none. `prfs` are for IKEv2; if empty, those
    of the integrity algorithms hold.
    """

    span: Span
    encapsulation: Encapsulation | None
    encryption: tuple[str, ...]
    integrity: tuple[str, ...]
    ah_integrity: tuple[str, ...] = ()
    prfs: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    extended_sequence_numbers: tuple[bool, ...] = (False,)
    is_understood: bool = True


class Credential(Frozen):
    """One way for an end to prove who it is, or for its peer to do so.

    `signings` are the types of a certificate's key, `hashes` those with which it signs in IKEv2 (`sha1`, `sha256`);
    empty: any. `authorities` are the names of certificate authorities; empty: not said. On a preshared key they mean
    that a certificate is asked for as well. `is_secret_missing`: its end has keys, and none for this peer. `is_root`
    tells whether an authority is a root, `days` are the first and the last day on which the end's own certificate is
    valid; None: not said.
    """

    span: Span
    method: AuthMethod | None
    secret: Secret | None = None
    is_secret_known: bool = True
    is_secret_missing: bool = False
    signings: frozenset[CertificateSigning] = frozenset()
    hashes: frozenset[str] = frozenset()
    authorities: tuple[str, ...] = ()
    is_root: bool | None = None
    days: tuple[date, date] | None = None


def of_any_key(credentials: Iterable[Credential]) -> tuple[Credential, ...]:
    """Credentials for certificates of every key type, for an end that does not restrict the type it accepts."""
    return tuple(credential.model_copy(update={"signings": frozenset()}) for credential in credentials)


class Order(StrEnum):
    """Whose order of proposals decides where an end answers: its own, or that of the peer that asks."""

    OWN = "own"
    PEER = "peer"
    UNKNOWN = "unknown"


class Narrowing(StrEnum):
    """How an end answers selectors that are not its own: it refuses them, or narrows them to what both have."""

    EQUAL = "equal"
    NARROWS = "narrows"


class Peer(Validated):
    """A connection of an end that no Windows policy describes. None: not said.

    `implementation` names what is known of how such ends answer (`strongswan`, `libreswan`, `azure`, ...). `own` is how
    it proves who it is, `accepted` how its peer may, `second` what either does in a second round; `identities` are the
    names by which keys for it are found, `identity` and `expected_identity` those that it shows and wants to be shown,
    where they are written. A client never answers, and a server never asks. `looks_for` is where it expects its peer.
    `is_either_side`: it may be at either of the two addresses it names. `is_aggressive`: IKEv1 in three messages
    instead of six. `childless`: whether IKEv2 begins without a child (RFC 6023), `allow`, `prefer`, `force` or `never`.
    `is_mode_strict` and `is_pfs_strict` tell whether it refuses what differs there. `renews`: it renews what is about
    to expire, and does not leave that to its peer.
    """

    name: str
    span: Span
    implementation: str = "unknown"
    answers_on: Addresses = ()
    looks_for: Addresses = ()
    is_either_side: bool = False
    is_client: bool = False
    is_server: bool = False
    key_modules: Setting[frozenset[KeyModule]] | None = None
    is_aggressive: bool = False
    childless: Setting[str] | None = None
    order: Order | None = None
    is_mode_strict: bool | None = None
    is_pfs_strict: bool | None = None
    narrowing: Narrowing | None = None
    main_mode: tuple[Offer, ...] | None = None
    main_mode_seconds: Setting[int] | None = None
    quick_mode: tuple[Offer, ...] | None = None
    quick_mode_seconds: Setting[int] | None = None
    quick_mode_kilobytes: Setting[int] | None = None
    renews: bool = True
    mode: Setting[RuleMode] | None = None
    local: Setting[Addresses] | None = None
    remote: Setting[Addresses] | None = None
    protocol: int | None = None
    local_ports: Ports = ()
    remote_ports: Ports = ()
    own: tuple[Credential, ...] | None = None
    accepted: tuple[Credential, ...] | None = None
    second: tuple[Credential, ...] = ()
    identities: tuple[str, ...] = ()
    identity: Setting[str] | None = None
    expected_identity: Setting[str] | None = None


def without_defaults(peer: Peer, places: Collection[Span]) -> Peer:
    """A peer of sections that an excerpt cuts short: what it has by default, at the sections' names, is not known."""
    by_default = {name: value.span for name, value in peer if isinstance(value, Setting) and value.span in places}
    lists = ("main_mode", "quick_mode", "own", "accepted")
    not_said = {name for name in lists if any(each.span in places for each in getattr(peer, name) or ())}
    sides: dict[str, Setting[Addresses]] = {
        name: Setting(LEFT_OUT, by_default[name]) for name in ("local", "remote") if name in by_default
    }
    return peer.model_copy(update=dict.fromkeys((*by_default, *not_said)) | sides)


class PeerKey(Validated):
    """A preshared key that is listed apart from the connections: for peers with one of these identities, or for all.

    `key` None: there is one, and it is hidden.
    """

    span: Span
    identities: tuple[str, ...]
    secret: Secret | None


def only_key(keys: Iterable[PeerKey]) -> Secret | None:
    """The key if all keys are the same; else None, since the peer may be any of theirs."""
    secrets = {key.secret for key in keys}
    return secrets.pop() if len(secrets) == 1 else None


def key_for(keys: Iterable[PeerKey], identities: Collection[str]) -> Secret | None:
    """The key that names most of the identities, or else a key for all; None if there is none, or more than one."""
    named = [(_shared(key, identities), key) for key in keys]
    fitting = [(count, key.secret) for count, key in named if count or not key.identities]
    best = max((count for count, _ in fitting), default=0)
    secrets = {secret for count, secret in fitting if count == best}
    return secrets.pop() if len(secrets) == 1 else None


def have_none_for(keys: Collection[PeerKey], identities: Collection[str]) -> bool:
    """Whether there are keys and each is for other identities. Patterns of identities may be for any peer."""
    names = {name for key in keys for name in key.identities} | set(identities)
    if not keys or not identities or any(mark in name for name in names for mark in "*%/"):
        return False
    return all(key.identities and not _shared(key, identities) for key in keys)


def _shared(key: PeerKey, identities: Collection[str]) -> int:
    """How many of a key's identities may be among some others."""
    from ipseclint.secrets.masks import may_be_one  # loads the whole search for keys, which few policies need

    return sum(any(may_be_one(name, other) for other in identities) for name in key.identities)
