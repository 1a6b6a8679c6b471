"""One end of a negotiation: what a rule, a connection or a peer's description offers, and where it is written."""

from __future__ import annotations

from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.finding import Basis
from ipseclint.model.dialect import Dialect
from ipseclint.model.peer import Credential, Offer
from ipseclint.model.policy import (
    ConnectionSecurityRule,
    MainModeCryptoSet,
    QuickModeCryptoSet,
    RuleAction,
    RuleMode,
    Security,
)
from ipseclint.model.remote_access import RemoteAccess
from ipseclint.model.selectors import Addresses, Ports
from ipseclint.model.setting import Setting
from ipseclint.semantics.negotiation.implementations import WINDOWS, Implementation
from ipseclint.semantics.negotiation.stage import Answer, Result, Stage
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import KeyModule


class Selectors(Struct, frozen=True):
    """The traffic that an end asks to protect. Empty addresses: those that the other end has; empty ports: any."""

    local: Addresses
    remote: Addresses
    span: Span
    protocol: int | None = None
    local_ports: Ports = ()
    remote_ports: Ports = ()
    is_understood: bool = True

    def turned(self) -> Selectors:
        """The same traffic with the sides exchanged."""
        return replace(
            self,
            local=self.remote,
            remote=self.local,
            local_ports=self.remote_ports,
            remote_ports=self.local_ports,
        )


class WindowsObjects(Struct, frozen=True):
    """The objects of a Windows policy behind an end, for repairs. None: Windows' own default."""

    rule: ConnectionSecurityRule
    main: MainModeCryptoSet | None
    quick: QuickModeCryptoSet | None


class End(Struct, frozen=True):
    """All that an end brings into a negotiation. None where it is not known.

    `own` is how it authenticates, `accepted` how its peer may, both in order; certificates are judged on `day`.
    `second` are the methods of the second authentication, empty for none. `outbound` and `inbound` tell whether it
    insists. `path` is the input, and `where` names the profiles and interfaces of a rule, if not all. `gateway` is its
    own address and `peer_gateway` where it looks for its peer; `is_either_side`: it may be at either. `dialect` is the
    tool of a rule, None for anything else. `owner` is its object of remote access, `suite` the sets of that, None where
    its offer is not known; a client never answers, and a server never asks. `dials` are the names of which the peer's
    certificate must hold one. `renews`: it renews what is about to expire. `offers_are_reported`: its offer is known
    from observations of others, not from its vendor.
    """

    path: str
    subject: str
    span: Span
    action: RuleAction
    implementation: Implementation = WINDOWS
    key_modules: frozenset[KeyModule] | None = None
    key_modules_span: Span | None = None
    is_aggressive: bool = False
    childless: Setting[str] | None = None
    main_mode: tuple[Offer, ...] | None = None
    main_mode_span: Span | None = None
    main_mode_seconds: Setting[int] | None = None
    forces_dh: bool = True
    quick_mode: tuple[Offer, ...] | None = None
    quick_mode_span: Span | None = None
    pfs_span: Span | None = None
    quick_mode_seconds: Setting[int] | None = None
    quick_mode_kilobytes: Setting[int] | None = None
    renews: bool = True
    own: tuple[Credential, ...] | None = None
    accepted: tuple[Credential, ...] | None = None
    day: date | None = None
    identity: Setting[str] | None = None
    expected_identity: Setting[str] | None = None
    dials: Setting[tuple[str, ...]] | None = None
    authentication_span: Span | None = None
    second: tuple[Credential, ...] | None = ()
    second_span: Span | None = None
    mode: RuleMode | None = None
    mode_span: Span | None = None
    selectors: Selectors | None = None
    gateway: Addresses = ()
    peer_gateway: Addresses = ()
    inbound: Security | None = Security.REQUIRE
    outbound: Security | None = Security.REQUIRE
    dialect: Dialect | None = None
    objects: WindowsObjects | None = None
    owner: RemoteAccess | None = None
    suite: tuple[MainModeCryptoSet, QuickModeCryptoSet] | None = None
    is_client: bool = False
    is_server: bool = False
    is_either_side: bool = False
    offers_are_reported: bool = False
    where: str = ""

    @property
    def words(self) -> str:
        """Its name, and where it holds if not everywhere."""
        return f"{self.subject}, {self.where}" if self.where else self.subject

    @property
    def holds_either_way(self) -> bool:
        """Whether its machine may be at either endpoint: a transport rule of Windows Firewall (page on Endpoints)."""
        return self.dialect is Dialect.WFAS and self.mode is RuleMode.TRANSPORT

    @property
    def is_assigned(self) -> bool:
        """Whether it is of remote access, where the ends assign what is protected while the tunnel comes up."""
        return self.owner is not None or self.is_client

    def turned(self) -> End:
        """The same connection from the address of its other side, where that is its own."""
        return replace(
            self,
            own=self.accepted,
            accepted=self.own,
            identity=self.expected_identity,
            expected_identity=self.identity,
            selectors=None if self.selectors is None else self.selectors.turned(),
            gateway=self.peer_gateway,
            peer_gateway=self.gateway,
        )

    def unsaid(self, stage: Stage, what: str) -> Result:
        """The result of a stage about which this end says nothing: its rule was not read, or its description
        lacks it."""
        if self.dialect is not None:
            return Result(stage, Answer.UNKNOWN, f"{what} of {self.subject} was not read", Basis.REASONED)
        why = f"{what} of {self.subject} is not said: it depends on the peer"
        outcomes = ("agreed, if the peer has the same", "refused")
        return Result(stage, Answer.DEPENDS, why, Basis.REASONED, outcomes=outcomes)

    def sent(self, proposals: tuple[Offer, ...], module: KeyModule) -> tuple[Offer, ...]:
        """The proposals as this end sends them: in IKEv1 some implementations send one value of each attribute.

        There each main mode has a hash (RFC 2409 4), so that no proposal with an AEAD cipher, which has a pseudorandom
        function alone, is sent. In aggressive mode only the group of the first proposal is offered (RFC 2409 5).
        """
        if module is not KeyModule.IKEV1:
            return proposals
        proposals = tuple(offer for offer in proposals if offer.integrity or not offer.prfs)
        if self.implementation.one_value_in_ikev1:
            proposals = tuple(map(_with_first_values, proposals))
        if self.is_aggressive and proposals and proposals[0].encapsulation is None:
            proposals = tuple(offer for offer in proposals if set(offer.groups) & set(proposals[0].groups[:1]))
        return proposals

    @property
    def is_rule(self) -> bool:
        """Whether it comes from a rule, not from a connection or a peer's description."""
        return self.dialect is not None

    @property
    def is_windows(self) -> bool:
        """Whether it is a Windows host, whose codes and events are known."""
        return self.implementation.is_windows


def _with_first_values(offer: Offer) -> Offer:
    """A proposal with one value of each attribute; of the groups of quick mode one is chosen once main mode has its."""
    attributes = ["encryption", "integrity", "ah_integrity", *(["groups"] if offer.encapsulation is None else [])]
    return offer.model_copy(update={name: getattr(offer, name)[:1] for name in attributes})
