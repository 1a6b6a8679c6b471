"""The sets of a policy: proposals for main and quick mode, and methods of authentication."""

from collections.abc import Hashable
from enum import StrEnum
from typing import ClassVar

from ipseclint.model.dialect import Dialect
from ipseclint.model.selectors import Addresses
from ipseclint.model.setting import Secret, Setting
from ipseclint.model.values import Frozen, Validated
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity, KeyModule
from ipseclint.vocabulary.authentication import AuthMethod, AuthorityType, CertificateSigning


class MainModeProposal(Frozen, gc=False):
    """One combination that main mode offers. Only WFP sets the lifetime and the limit here; None: see the set."""

    span: Span
    encryption: Setting[Cipher]
    integrity: Setting[Integrity]
    dh_group: Setting[DhGroup]
    lifetime_seconds: Setting[int] | None = None
    quick_mode_limit: Setting[int] | None = None

    @property
    def algorithms(self) -> tuple[Hashable, ...]:
        """Encryption, integrity and group: equal for proposals that mean the same, wherever they stand."""
        return self.encryption.value, self.integrity.value, self.dh_group.value


class MainModeCryptoSet(Validated):
    """Main-mode proposals in order of preference, with their lifetime and the limit of quick modes.

    `quick_mode_limit` 0 is unlimited. `builtin` marks an object that every Windows has.
    """

    kind: ClassVar[str] = "main_mode_crypto_set"

    name: str
    id: str | None = None
    span: Span
    dialect: Dialect
    proposals: tuple[MainModeProposal, ...]
    lifetime_seconds: Setting[int]
    quick_mode_limit: Setting[int]
    force_dh: Setting[bool]
    key_module: Setting[KeyModule] | None = None
    retransmit_duration_seconds: Setting[int] | None = None
    max_dynamic_filters: Setting[int] | None = None
    is_default: bool = False
    builtin: bool = False
    store: str | None = None


class QuickModeProposal(Frozen, gc=False):
    """One combination that quick mode offers. Only WFP sets `pfs_group` here; None: see the set."""

    span: Span
    encapsulation: Setting[Encapsulation]
    ah_integrity: Setting[Integrity]
    esp_integrity: Setting[Integrity]
    encryption: Setting[Cipher]
    lifetime_seconds: Setting[int]
    lifetime_kilobytes: Setting[int]
    lifetime_packets: Setting[int] | None = None
    pfs_group: Setting[DhGroup] | None = None

    @property
    def algorithms(self) -> tuple[Hashable, ...]:
        """Encapsulation, integrity of AH and of ESP, and encryption: equal for proposals that mean the same."""
        return self.encapsulation.value, self.ah_integrity.value, self.esp_integrity.value, self.encryption.value


class WfpTunnel(Frozen):
    """The ends of a tunnel, which WFP stores in the quick-mode policy, not in the rule. None: not written."""

    span: Span
    local: Setting[Addresses] | None = None
    remote: Setting[Addresses] | None = None
    remote_name: Setting[str] | None = None
    forward_path_lifetime_seconds: Setting[int] | None = None


class NegotiationDiscovery(StrEnum):
    """Whether traffic flows in the clear until negotiation succeeds: never, outbound only, both ways."""

    OFF = "off"
    SECURE = "secure"
    BOUNDARY = "boundary"


class QuickModeCryptoSet(Validated):
    """Quick-mode proposals in order of preference and the group for perfect forward secrecy.

    For `netsh ipsec` this is the cryptographic half of a filter action. Only WFP sets `tunnel` and
    `negotiation_discovery`: other formats say these in the rule.
    """

    kind: ClassVar[str] = "quick_mode_crypto_set"

    name: str
    id: str | None = None
    span: Span
    dialect: Dialect
    proposals: tuple[QuickModeProposal, ...]
    pfs_group: Setting[DhGroup]
    key_module: Setting[KeyModule] | None = None
    sa_idle_seconds: Setting[int] | None = None
    tunnel: WfpTunnel | None = None
    negotiation_discovery: Setting[NegotiationDiscovery] | None = None
    is_default: bool = False
    builtin: bool = False
    store: str | None = None


class AuthPhase(StrEnum):
    """First authentication (main mode, the machine) or second (extended mode, the user)."""

    FIRST = "first"
    SECOND = "second"


class CertificateCriteria(Frozen):
    """What a certificate must show, and whether that selects one's own or validates the peer's."""

    span: Span
    selection: bool
    validation: bool
    name: str | None = None
    name_type: str | None = None
    ekus: tuple[str, ...] = ()
    thumbprint: str | None = None
    follow_renewal: bool = False


class AuthenticationMethod(Frozen, gc=False):
    """One method of an authentication set; the certificate fields are None for other methods."""

    span: Span
    method: Setting[AuthMethod]
    preshared_key: Setting[Secret] | None = None
    certificate_authority: Setting[str] | None = None
    certificate_authority_type: Setting[AuthorityType] | None = None
    signing: Setting[CertificateSigning] | None = None
    health: Setting[bool] | None = None
    account_mapping: Setting[bool] | None = None
    exclude_ca_name: Setting[bool] | None = None
    criteria: tuple[CertificateCriteria, ...] = ()
    crl_check_disabled: Setting[bool] | None = None


class AuthenticationSet(Validated):
    """Authentication methods in order of preference. `inline` means written on the rule that uses it."""

    kind: ClassVar[str] = "authentication_set"

    name: str
    id: str | None = None
    span: Span
    dialect: Dialect
    phase: AuthPhase
    methods: tuple[AuthenticationMethod, ...]
    inline: bool = False
    is_default: bool = False
    builtin: bool = False
    store: str | None = None
