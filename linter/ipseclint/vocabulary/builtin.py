"""What Windows uses where nobody configured anything: default sets, default values.

Sources:

MSC    help of the Windows Firewall with Advanced Security console, topic "Default settings": key exchange
       480 minutes / 0 sessions, Diffie-Hellman group 2, SHA1, AES-128 before 3DES; data integrity ESP before
       AH, SHA1, 60 minutes / 100,000 KB; data encryption ESP, SHA1, AES-128 before 3DES, the same lifetimes;
       authentication by the computer's Kerberos V5 ticket
NETSH  `netsh advfirewall` reference of Microsoft Learn, windowsserverdocs, 2025
SHOW   output of `consec show rule` in Microsoft's support article on L2TP and IPHTTPS on one server
NFS    Set-NetFirewallSetting, NQP New-NetIPsecQuickModeCryptoProposal, NIR New-NetIPsecRule
"""

from __future__ import annotations

from collections.abc import Mapping

from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity, KeyModule
from ipseclint.vocabulary.authentication import AuthMethod
from ipseclint.vocabulary.settings import CrlCheck, Exemption, NatTraversal, PacketQueuing

MAIN_MODE_PROPOSALS = (
    (Cipher.AES_128, Integrity.SHA1, DhGroup.GROUP_2),
    (Cipher.TRIPLE_DES, Integrity.SHA1, DhGroup.GROUP_2),
)
"""Encryption, integrity and group of main mode, in order: `dhgroup2-aes128-sha1,dhgroup2-3des-sha1` (NETSH, MSC)."""

MAIN_MODE_LIFETIME_SECONDS = 480 * 60
"""How long a main mode holds (MSC, NETSH; seen in exported policies of `netsh ipsec`, and what 0 is in MS-GPIPSEC)."""

MAIN_MODE_QUICK_MODE_LIMIT = 0
"""How many quick modes a main mode serves; 0 is no limit (MSC, NETSH)."""

MAIN_MODE_FORCE_DH = False
"""Whether AuthIP must use Diffie-Hellman (NETSH: `mmforcedh` no)."""

QUICK_MODE_PROPOSALS = (
    (Encapsulation.ESP, Integrity.NONE, Integrity.SHA1, Cipher.NONE),
    (Encapsulation.ESP, Integrity.NONE, Integrity.SHA1, Cipher.AES_128),
    (Encapsulation.ESP, Integrity.NONE, Integrity.SHA1, Cipher.TRIPLE_DES),
    (Encapsulation.AH, Integrity.SHA1, Integrity.NONE, Cipher.NONE),
)
"""Encapsulation, AH integrity, ESP integrity and encryption of quick mode. MSC has the combinations, SHOW the order."""

QUICK_MODE_LIFETIME_SECONDS = 60 * 60
"""How long a quick mode holds; also what a proposal has that names only kilobytes (MSC, NQP)."""

QUICK_MODE_LIFETIME_KILOBYTES = 100_000
"""How much a quick mode carries; also what a proposal has that names only minutes (MSC, NQP)."""

QUICK_MODE_PFS_GROUP = DhGroup.NONE
"""Perfect forward secrecy of quick mode (NETSH: `qmpfs` none)."""

FIRST_AUTHENTICATION = (AuthMethod.COMPUTER_KERBEROS,)
"""The methods of the default first authentication (MSC). No source names a default second authentication."""

SA_IDLE_SECONDS = 5 * 60
"""After how long without traffic a security association is deleted (NETSH, NFS)."""

EXEMPTIONS = frozenset({Exemption.NEIGHBOR_DISCOVERY, Exemption.DHCP})
"""Traffic that is never protected, since Windows 7 (NETSH, NFS)."""

CRL_CHECK = CrlCheck.OFF
"""Revocation checking of certificates, since Windows 7 (NETSH, NFS)."""

NAT_TRAVERSAL = NatTraversal.NEVER
"""Who may stand behind a NAT (NETSH, NFS)."""

PACKET_QUEUING: frozenset[PacketQueuing] = frozenset()
"""Which packets of a tunnel are spread over processors (Set-NetFirewallSetting, `-EnablePacketQueuing`)."""

SETTINGS: Mapping[str, object] = {
    "sa_idle_seconds": SA_IDLE_SECONDS,
    "exemptions": EXEMPTIONS,
    "crl_check": CRL_CHECK,
    "nat_traversal": NAT_TRAVERSAL,
    "packet_queuing": PACKET_QUEUING,
}
"""The global settings of a machine that nobody sets, as Windows has them, by the field of the model."""

KEY_MODULES = frozenset({KeyModule.IKEV1, KeyModule.AUTHIP})
"""The meaning of the key module `Default`; from Windows 11 24H2 and Server 2025 on it is IKEv1 and IKEv2, and AuthIP
only where a method needs it (NIR). An export does not say on which it was made."""

DEFAULT_SET_NAMES = {
    "main-mode-crypto": "{E5A5D32A-4BCE-4E4D-B07F-4AB1BA7E5FE1}",
    "quick-mode-crypto": "{E5A5D32A-4BCE-4E4D-B07F-4AB1BA7E5FE2}",
    "first-authentication": "{E5A5D32A-4BCE-4E4D-B07F-4AB1BA7E5FE3}",
    "second-authentication": "{E5A5D32A-4BCE-4E4D-B07F-4AB1BA7E5FE4}",
}
"""The ids of the default sets in the local store (MS-GPFAS)."""
