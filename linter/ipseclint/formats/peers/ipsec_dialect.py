"""The daemon that an ipsec.conf is for, by keys and spellings that only strongSwan or only libreswan has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ipseclint.formats.kit.token import Token

_LIBRESWAN = frozenset(
    {
        *(
            "ikev2",
            "phase2alg",
            "phase2",
            "salifetime",
            "protostack",
            "virtual-private",
            "virtual_private",
            "narrowing",
        ),
        *("pfs", "pfsgroup", "leftsubnets", "rightsubnets", "leftaddresspool", "rightaddresspool", "esn", "listen"),
        *(
            "ms-dh-downgrade",
            "leftmodecfgserver",
            "leftmodecfgclient",
            "rightmodecfgclient",
            "ipsec-interface",
            "sareftrack",
        ),
        *(
            "sha2-truncbug",
            "sha2_truncbug",
            "ikev1-policy",
            "leftxauthserver",
            "rightxauthclient",
            "dpdtimeout",
            "plutodebug",
        ),
    }
)
_STRONGSWAN = frozenset(
    {
        *(
            "charondebug",
            "leftauth2",
            "rightauth2",
            "lifebytes",
            "lifepackets",
            "margintime",
            "leftfirewall",
        ),
        *(
            "keyingtries",
            "rightdns",
            "eap_identity",
            "leftsendcert",
            "rightsendcert",
            "uniqueids",
        ),
        *("installpolicy", "mobike", "cachecrls", "strictcrlpolicy", "closeaction", "inactivity"),
    }
)
_SHARED_WITH_LIBRESWAN = frozenset(
    {"keyingtries", "leftsendcert", "rightsendcert", "uniqueids", "mobike", "dpdtimeout"}
)
"""Keys of both lists that tell nothing."""


def dialect_of(sections: Sequence[Mapping[str, Token]]) -> str:
    """`libreswan` or `strongswan`, by keys that only one of them has; `unknown` without any."""
    keys = {key for section in sections for key in section} - _SHARED_WITH_LIBRESWAN
    values = {key: token.word for section in sections for key, token in section.items()}
    ours = bool(keys & _LIBRESWAN) or any(
        ";" in token.text or "+" in token.text or "_gcm" in token.text
        for section in sections
        for key, token in section.items()
        if key in {"ike", "esp", "ah"}
    )
    # libreswan has these too (`keyexchange=ikev1` since 5), so that they tell only where nothing else does.
    shared = "rightsourceip" in keys or values.get("keyexchange") in {"ikev1", "ikev2"}
    theirs = bool(keys & _STRONGSWAN) or (not ours and shared)
    theirs = theirs or any(
        token.text.endswith("!") or "pubkey" in token.word
        for section in sections
        for key, token in section.items()
        if key in {"ike", "esp", "ah", "leftauth", "rightauth", "authby"}
    )
    if ours == theirs:
        return "unknown"
    return "libreswan" if ours else "strongswan"
