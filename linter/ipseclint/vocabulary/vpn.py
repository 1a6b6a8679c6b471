"""The cryptography of VPN connections: words and numbers, and what they mean in the model's enumerations, as text.

Words: VPNv2 CSP (CryptographySuite) and Set-VpnConnectionIPsecConfiguration, which name the same six things and
differ in a few spellings; both are read. Numbers: ROUTER_CUSTOM_IKEv2_POLICY0 (mprapi.h), whose members take
those of IKEEXT_INTEGRITY_TYPE, IKEEXT_CIPHER_TYPE, IKEEXT_DH_GROUP, IPSEC_AUTH_TYPE, IPSEC_PFS_GROUP and, for
the cipher of quick mode, IPSEC_CIPHER_CONFIG (ipsectypes.h).
"""

from __future__ import annotations

FIELDS = (
    "IntegrityCheckMethod",
    "EncryptionMethod",
    "DHGroup",
    "CipherTransformConstants",
    "AuthenticationTransformConstants",
    "PfsGroup",
)
"""The parts of a suite, in the order in which `CustomIPSecPolicies` of a phone book holds them.

No reference gives that order. It is derived (reasoned) from pairs of cmdlet parameters and the phone book they
left behind that several public projects recorded: it is the only order under which all pairs agree, among them
SHA384, AES256, Group2, AES256, SHA256128, None with 3, 4, 2, 5, 2, 0, and SHA256, AES256, Group14, AES256,
SHA256128, None with 2, 4, 3, 5, 2, 0.
"""

INTEGRITY_WORDS = {
    "MD5": "MD5",
    "SHA1": "SHA-1",
    "SHA196": "SHA-1",
    "SHA256": "SHA-256",
    "SHA384": "SHA-384",
}
"""IntegrityCheckMethod: the hash of main mode."""

INTEGRITY_NUMBERS = {0: "MD5", 1: "SHA-1", 2: "SHA-256", 3: "SHA-384"}
"""IKEEXT_INTEGRITY_TYPE."""

ENCRYPTION_WORDS = {
    "DES": "DES",
    "DES3": "3DES",
    "AES128": "AES-128",
    "AES192": "AES-192",
    "AES256": "AES-256",
    "AES_GCM_128": "AES-GCM-128",
    "AES_GCM_256": "AES-GCM-256",
    "GCMAES128": "AES-GCM-128",
    "GCMAES256": "AES-GCM-256",
}
"""EncryptionMethod: the cipher of main mode."""

ENCRYPTION_NUMBERS = {
    0: "DES",
    1: "3DES",
    2: "AES-128",
    3: "AES-192",
    4: "AES-256",
    5: "AES-GCM-128",
    6: "AES-GCM-256",
}
"""IKEEXT_CIPHER_TYPE."""

GROUP_WORDS = {
    "None": "none",
    "Group1": "DH1",
    "Group2": "DH2",
    "Group14": "DH14",
    "Group24": "DH24",
    "ECP256": "DH19",
    "ECP384": "DH20",
}
"""DHGroup: the key exchange of main mode."""

GROUP_NUMBERS = {0: "none", 1: "DH1", 2: "DH2", 3: "DH14", 4: "DH19", 5: "DH20", 6: "DH24"}
"""IKEEXT_DH_GROUP."""

CIPHER_WORDS = {
    "None": "none",
    "DES": "DES",
    "DES3": "3DES",
    "AES128": "AES-128",
    "AES192": "AES-192",
    "AES256": "AES-256",
    "GCMAES128": "AES-GCM-128",
    "GCMAES192": "AES-GCM-192",
    "GCMAES256": "AES-GCM-256",
}
"""CipherTransformConstants: the cipher of quick mode."""

CIPHER_NUMBERS = {
    1: "DES",
    2: "3DES",
    3: "AES-128",
    4: "AES-192",
    5: "AES-256",
    6: "AES-GCM-128",
    7: "AES-GCM-192",
    8: "AES-GCM-256",
}
"""IPSEC_CIPHER_CONFIG."""

AUTHENTICATION_WORDS = {
    "None": "none",
    "MD596": "MD5",
    "SHA196": "SHA-1",
    "SHA256128": "SHA-256",
    "GCMAES128": "AES-GMAC-128",
    "GCMAES192": "AES-GMAC-192",
    "GCMAES256": "AES-GMAC-256",
}
"""AuthenticationTransformConstants: the integrity of quick mode."""

AUTHENTICATION_NUMBERS = {
    0: "MD5",
    1: "SHA-1",
    2: "SHA-256",
    3: "AES-GMAC-128",
    4: "AES-GMAC-192",
    5: "AES-GMAC-256",
}
"""IPSEC_AUTH_TYPE."""

PFS_WORDS = {
    "None": "none",
    "PFS1": "DH1",
    "PFS2": "DH2",
    "PFS2048": "DH14",
    "PFS24": "DH24",
    "ECP256": "DH19",
    "ECP384": "DH20",
    "PFSMM": "same-as-main-mode",
}
"""PfsGroup."""

PFS_NUMBERS = {
    0: "none",
    1: "DH1",
    2: "DH2",
    3: "DH14",
    4: "DH19",
    5: "DH20",
    6: "same-as-main-mode",
    7: "DH24",
}
"""IPSEC_PFS_GROUP."""

WORDS = {
    "IntegrityCheckMethod": INTEGRITY_WORDS,
    "EncryptionMethod": ENCRYPTION_WORDS,
    "DHGroup": GROUP_WORDS,
    "CipherTransformConstants": CIPHER_WORDS,
    "AuthenticationTransformConstants": AUTHENTICATION_WORDS,
    "PfsGroup": PFS_WORDS,
}
"""The words of each part."""

NUMBERS = {
    "IntegrityCheckMethod": INTEGRITY_NUMBERS,
    "EncryptionMethod": ENCRYPTION_NUMBERS,
    "DHGroup": GROUP_NUMBERS,
    "CipherTransformConstants": CIPHER_NUMBERS,
    "AuthenticationTransformConstants": AUTHENTICATION_NUMBERS,
    "PfsGroup": PFS_NUMBERS,
}
"""The numbers of each part."""
