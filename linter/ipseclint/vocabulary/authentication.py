"""Authentication methods and the kinds of their certificates: one row each, with its spelling in every tool."""

from __future__ import annotations

from ipseclint.vocabulary.key_modules import KeyModule
from ipseclint.vocabulary.rows import Row, RowValue
from ipseclint.vocabulary.settings import SettingRow, SettingValue


class AuthMethodRow(Row):
    """Each tool's word for an authentication method. None: it does not offer it."""

    name: str
    netsh_first: str | None
    """`auth1` of `netsh advfirewall`, where the key type of a certificate is appended."""
    netsh_second: str | None
    """`auth2`."""
    netsh_ipsec: str | None
    """The tag of `netsh ipsec`."""
    powershell: str | None
    """The switches of New-NetIPsecAuthProposal."""
    cim: int | None
    """AuthenticationMethod of the proposal classes without a certificate."""
    cim_certificate: int | tuple[int, ...] | None
    """AuthenticationMethod of MSFT_NetIKECertAuthProposal.

    The reference gives 65005 for the machine's certificate and for NTLM of the user alike, and none for 65006: the
    class tells which is meant.
    """
    registry: str | None
    """Method of an authentication set (MS-GPFAS 2.2.4)."""
    nfa: int | None
    """The number in an ipsecNFA (MS-GPIPSEC 2.2.1.4)."""
    wfp: str | tuple[str, ...] | None
    """IKEEXT_AUTHENTICATION_METHOD_TYPE (iketypes.h)."""
    wfp_impersonation: str | None
    """IKEEXT_AUTHENTICATION_IMPERSONATION_TYPE: whose credentials an initiator presents. None: it does not matter."""


class AuthMethod(RowValue):
    """A method of authentication."""

    row: AuthMethodRow

    ANONYMOUS = AuthMethodRow(
        name="anonymous",
        netsh_first="anonymous",
        netsh_second="anonymous",
        netsh_ipsec=None,
        powershell="-Anonymous",
        cim=65001,
        cim_certificate=None,
        registry="Anonymous",
        nfa=None,
        wfp="IKEEXT_ANONYMOUS",
        wfp_impersonation=None,
    )
    COMPUTER_KERBEROS = AuthMethodRow(
        name="computer-kerberos",
        netsh_first="computerkerb",
        netsh_second=None,
        netsh_ipsec="kerberos",
        powershell="-Machine -Kerberos",
        cim=65002,
        cim_certificate=None,
        registry="MachineKerb",
        nfa=5,
        wfp="IKEEXT_KERBEROS",
        wfp_impersonation="IKEEXT_IMPERSONATION_NONE",
    )
    COMPUTER_CERTIFICATE = AuthMethodRow(
        name="computer-certificate",
        netsh_first="computercert",
        netsh_second="computercert",
        netsh_ipsec="rootca",
        powershell="-Machine -Cert",
        cim=None,
        cim_certificate=(65005, 65006, 65008),
        registry="MachineCert",
        nfa=3,
        wfp=("IKEEXT_CERTIFICATE", "IKEEXT_CERTIFICATE_ECDSA_P256", "IKEEXT_CERTIFICATE_ECDSA_P384"),
        wfp_impersonation="IKEEXT_IMPERSONATION_NONE",
    )
    COMPUTER_NTLM = AuthMethodRow(
        name="computer-ntlm",
        netsh_first="computerntlm",
        netsh_second=None,
        netsh_ipsec=None,
        powershell="-Machine -Ntlm",
        cim=65003,
        cim_certificate=None,
        registry="MachineNtlm",
        nfa=None,
        wfp="IKEEXT_NTLM_V2",
        wfp_impersonation="IKEEXT_IMPERSONATION_NONE",
    )
    PRESHARED_KEY = AuthMethodRow(
        name="preshared-key",
        netsh_first="computerpsk",
        netsh_second=None,
        netsh_ipsec="psk",
        powershell="-Machine -PreSharedKey",
        cim=2,
        cim_certificate=None,
        registry="MachineSHKey",
        nfa=1,
        wfp="IKEEXT_PRESHARED_KEY",
        wfp_impersonation=None,
    )
    USER_KERBEROS = AuthMethodRow(
        name="user-kerberos",
        netsh_first=None,
        netsh_second="userkerb",
        netsh_ipsec=None,
        powershell="-User -Kerberos",
        cim=65004,
        cim_certificate=None,
        registry="UserKerb",
        nfa=None,
        wfp="IKEEXT_KERBEROS",
        wfp_impersonation="IKEEXT_IMPERSONATION_SOCKET_PRINCIPAL",
    )
    USER_CERTIFICATE = AuthMethodRow(
        name="user-certificate",
        netsh_first=None,
        netsh_second="usercert",
        netsh_ipsec=None,
        powershell="-User -Cert",
        cim=None,
        cim_certificate=65007,
        registry="UserCert",
        nfa=None,
        wfp=("IKEEXT_CERTIFICATE", "IKEEXT_CERTIFICATE_ECDSA_P256", "IKEEXT_CERTIFICATE_ECDSA_P384"),
        wfp_impersonation="IKEEXT_IMPERSONATION_SOCKET_PRINCIPAL",
    )
    USER_NTLM = AuthMethodRow(
        name="user-ntlm",
        netsh_first=None,
        netsh_second="userntlm",
        netsh_ipsec=None,
        powershell="-User -Ntlm",
        cim=65005,
        cim_certificate=None,
        registry="UserNtlm",
        nfa=None,
        wfp="IKEEXT_NTLM_V2",
        wfp_impersonation="IKEEXT_IMPERSONATION_SOCKET_PRINCIPAL",
    )
    EAP = AuthMethodRow(
        name="eap",
        netsh_first=None,
        netsh_second=None,
        netsh_ipsec=None,
        powershell=None,
        cim=None,
        cim_certificate=None,
        registry=None,
        nfa=None,
        wfp="IKEEXT_EAP",
        wfp_impersonation=None,
    )
    XAUTH = AuthMethodRow(  # of other daemons only: Windows has no such round
        name="xauth",
        netsh_first=None,
        netsh_second=None,
        netsh_ipsec=None,
        powershell=None,
        cim=None,
        cim_certificate=None,
        registry=None,
        nfa=None,
        wfp=None,
        wfp_impersonation=None,
    )
    NULL = AuthMethodRow(  # RFC 7619, of other daemons only: an end that proves nothing
        name="null",
        netsh_first=None,
        netsh_second=None,
        netsh_ipsec=None,
        powershell=None,
        cim=None,
        cim_certificate=None,
        registry=None,
        nfa=None,
        wfp=None,
        wfp_impersonation=None,
    )
    CGA = AuthMethodRow(
        name="cga",
        netsh_first=None,
        netsh_second=None,
        netsh_ipsec=None,
        powershell=None,
        cim=None,
        cim_certificate=None,
        registry=None,
        nfa=None,
        wfp="IKEEXT_IPV6_CGA",
        wfp_impersonation=None,
    )
    SSL = AuthMethodRow(
        name="ssl",
        netsh_first=None,
        netsh_second=None,
        netsh_ipsec=None,
        powershell=None,
        cim=None,
        cim_certificate=None,
        registry=None,
        nfa=None,
        wfp=("IKEEXT_SSL", "IKEEXT_SSL_ECDSA_P256", "IKEEXT_SSL_ECDSA_P384"),
        wfp_impersonation=None,
    )


class SigningRow(Row):
    """Each tool's word for the key type of a certificate. None: it is the default."""

    name: str
    netsh: str
    """The suffix of `computercert`, `usercert` and `auth1…ca`."""
    powershell: str
    """`-Signing` of New-NetIPsecAuthProposal."""
    cim: int
    """SigningAlgorithm of MSFT_NetIKECertAuthProposal."""
    registry: str | None
    """OtherCertSigning (MS-GPFAS 2.2.4)."""
    wfp: tuple[str, ...]
    """The WFP methods that use such a certificate."""


class CertificateSigning(RowValue):
    """The key type of a certificate that an authentication method accepts."""

    row: SigningRow

    RSA = SigningRow(
        name="RSA",
        netsh="",
        powershell="RSA",
        cim=1,
        registry=None,
        wfp=("IKEEXT_CERTIFICATE", "IKEEXT_SSL"),
    )
    ECDSA_P256 = SigningRow(
        name="ECDSA-P256",
        netsh="ecdsap256",
        powershell="ECDSA256",
        cim=2,
        registry="ECDSA256",
        wfp=("IKEEXT_CERTIFICATE_ECDSA_P256", "IKEEXT_SSL_ECDSA_P256"),
    )
    ECDSA_P384 = SigningRow(
        name="ECDSA-P384",
        netsh="ecdsap384",
        powershell="ECDSA384",
        cim=3,
        registry="ECDSA384",
        wfp=("IKEEXT_CERTIFICATE_ECDSA_P384", "IKEEXT_SSL_ECDSA_P384"),
    )


class CertificateNameRow(Row):
    """Each tool's word for a part of a certificate's name. None: it has none."""

    name: str
    powershell: str
    """`-SubjectNameType` of New-NetIPsecAuthProposal."""
    cim: int
    """CertNameType of MSFT_NetIKECertAuthProposal."""
    registry: str | None
    """NameType of CertCriteria (MS-GPFAS 2.2.4)."""
    wfp: str | None
    """IKEEXT_CERT_CRITERIA_NAME_TYPE (iketypes.h)."""


class CertificateName(RowValue):
    """The part of a certificate's name that criteria compare, in the words of the registry."""

    row: CertificateNameRow

    NONE = CertificateNameRow(
        name="none",
        powershell="None",
        cim=0,
        registry=None,
        wfp=None,
    )
    DNS = CertificateNameRow(
        name="DNS",
        powershell="DomainName",
        cim=1,
        registry="DNS",
        wfp="IKEEXT_CERT_CRITERIA_DNS",
    )
    UPN = CertificateNameRow(
        name="UPN",
        powershell="UserPrincipalName",
        cim=2,
        registry="UPN",
        wfp="IKEEXT_CERT_CRITERIA_UPN",
    )
    RFC822 = CertificateNameRow(
        name="RFC822",
        powershell="EmailAddress",
        cim=3,
        registry="RFC822",
        wfp="IKEEXT_CERT_CRITERIA_RFC822",
    )
    COMMON_NAME = CertificateNameRow(
        name="CN",
        powershell="CN",
        cim=4,
        registry="CN",
        wfp="IKEEXT_CERT_CRITERIA_CN",
    )
    ORGANIZATIONAL_UNIT = CertificateNameRow(
        name="OU",
        powershell="OU",
        cim=5,
        registry="OU",
        wfp="IKEEXT_CERT_CRITERIA_OU",
    )
    ORGANIZATION = CertificateNameRow(
        name="O",
        powershell="O",
        cim=6,
        registry="O",
        wfp="IKEEXT_CERT_CRITERIA_O",
    )
    DOMAIN_COMPONENT = CertificateNameRow(
        name="DC",
        powershell="DC",
        cim=7,
        registry="DC",
        wfp="IKEEXT_CERT_CRITERIA_DC",
    )


class AuthorityType(SettingValue):
    """Whether a certificate's authority is a root or below one. `catype`, `-AuthorityType`, TrustedCAType."""

    ROOT = SettingRow(name="root", netsh="root", netsh_ipsec=None, powershell="Root", number=1, registry=None)
    INTERMEDIATE = SettingRow(
        name="intermediate", netsh="intermediate", netsh_ipsec=None, powershell="Intermediate", number=2, registry=None
    )


CERTIFICATE_METHODS = frozenset({AuthMethod.COMPUTER_CERTIFICATE, AuthMethod.USER_CERTIFICATE})

OF_AUTHORITIES = CERTIFICATE_METHODS | {AuthMethod.SSL}
"""Methods with an authority: a set may hold each of them more than once (MS-FASP 2.2.65)."""

NOT_SUPPORTED = {
    KeyModule.IKEV1: frozenset({AuthMethod.COMPUTER_NTLM}),
    KeyModule.AUTHIP: frozenset({AuthMethod.PRESHARED_KEY}),
    KeyModule.IKEV2: frozenset({AuthMethod.COMPUTER_KERBEROS, AuthMethod.PRESHARED_KEY, AuthMethod.COMPUTER_NTLM}),
}
"""First authentication that a key module does not support for a Windows rule (New-NetIPsecRule, MS-AIPS)."""

SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1"
CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2"
IKE_INTERMEDIATE = "1.3.6.1.5.5.8.2.2"
ANY_USAGE = "2.5.29.37.0"

USAGES = {
    "serverauthentication": SERVER_AUTHENTICATION,
    "clientauthentication": CLIENT_AUTHENTICATION,
    "ipsecurityikeintermediate": IKE_INTERMEDIATE,
    "anypurpose": ANY_USAGE,
}
"""Usages of certificates by the words that an English Windows shows for them, folded (RFC 5280 4.2.1.12)."""
