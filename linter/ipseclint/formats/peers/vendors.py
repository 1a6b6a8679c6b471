"""Gateways in whose configuration no connection is read: how each is recognised, and what to do instead."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from ipseclint.late import late

_BELOW = r"[ \t]*\r?\n(?:[ \t]*(?:#|/\*)[^\n]{0,200}\n){0,8}[ \t]*(?:(?:inactive|protect): )?"
"""What stands between the head of a block and what is in it, its remarks among it."""
_PROMPT = (
    r"[\w.-]{1,60}(?:@[\w.:~-]{1,60})?(?:[ ]?\([\w/.-]{1,60}\)[ ]?|[ ](?=#[ ](?:config|edit|set|next|end)\b))?[#>$][ ]?"
)
"""What stands before a command that was typed at a gateway: `vyos@vyos# `, `asa(config)# `, `FGT (phase1) # `."""
PROMPTS = late(rf"^[ \t]*{_PROMPT}(?:(?:enable|conf(?:igure|ig)?(?:[ ]t\w{{0,7}})?)[ \t]*$|(?=[a-z]))", re.MULTILINE)
"""A prompt before a command, with the one that begins to configure."""
_UNKNOWN = "a maker that is not known"
_IOS_XR = "Cisco (IOS XR)"
OFFERED = "write what it offers as `[peer]`, as `ipseclint negotiate --write-peer` shows it"
"""What to do for another end of which no reader takes what there is."""
_VENDORS = {
    "Cisco": (
        r"crypto (?:ikev[12]|isakmp|ipsec|map) \S|Transform set \S{1,60}: \{"
        r"|Crypto Map (?:IPv4 )?\"[^\"\r\n]{1,60}\" \d|Protection suite of priority \d|IKEv2 proposal:? \S"
    ),
    "Fortinet": r"config vpn ipsec \S",
    "Juniper": (
        r"set (?:groups \S{1,63} )?security (?:ike|ipsec) \S"
        rf"|(?:ike|ipsec) \{{{_BELOW}(?:(?:proposal|policy|gateway|vpn)[ ][\w.-]{{1,64}}|traceoptions) \{{"
        rf"|security \{{{_BELOW}(?:ike|ipsec) \{{"
    ),
    "MikroTik": (
        r"(?:/|\[[^\[\]@\r\n]{1,80}@[^\[\]\r\n]{1,80}\][ ]?(?:>[ ]?)?/?)ip[ /]ipsec(?:[ /]\S|[ \t]*\r?$)"
        r"|Columns: (?:[A-Z0-9-]{2,40}, ){0,20}(?:EXCHANGE-MODE|ENC-ALGORITHMS?|PFS-GROUP|PH2-(?:COUNT|STATE|TOTAL))\b"
    ),
    "Palo Alto Networks": (
        r"set (?:template \S{1,63} config {1,2})?(?:devices \S{1,63} )?network ike \S"
        rf"|ike \{{{_BELOW}(?:crypto-profiles|gateway) \{{|(?:ike|ipsec)-crypto-profiles \{{"
        rf"|ipsec \{{{_BELOW}\S{{1,63}} \{{{_BELOW}auto-key \{{"
    ),
    "ScreenOS": (
        r"(?:set ike (?:p[12]-proposal|gateway) \S|set vpn \"?\S{1,64} gateway \S"
        r"|\S{1,60}->[ ]?get (?:ike|sa)\b|get ike (?:gateway|p[12]-|cookie))"
    ),
    "SonicWall": r"vpn policy (?:site-to-site|tunnel-interface|group-vpn) \S",
    "Huawei": (
        r"(?:\[[~*]?[\w./-]{1,60}\][ ]?)?(?:ike (?:proposal \d{1,5}|peer \S{1,64}(?: v[12])?)[ \t]*\r?$"
        r"|ipsec policy \S{1,64} \d{1,5} isakmp\b)"
    ),
    "H3C": r"(?:\[[\w./-]{1,60}\][ ]?)?ike (?:profile|keychain) \S{1,64}[ \t]*\r?$",
    _IOS_XR: (
        r"ikev2 proposal \S{1,64}[ \t]*\r?\n(?:[ \t]+[^\r\n]{1,200}\r?\n){0,4}?[ \t]+dh-group \d"
        r"|ipsec transform-set \S{1,64}[ \t]*\r?\n(?:[ \t]+[^\r\n]{1,200}\r?\n){0,4}?[ \t]+transform (?:esp|ah)-"
    ),
    "ZyXEL": r"(?:isakmp|ikev2) policy [\w-]{1,31}[ \t]*\r?$",
    "Aruba": r"crypto-local (?:ipsec-map|isakmp) \S",
    "AVM (FRITZ!Box)": r"vpncfg \{[ \t]*\r?$",
    "VyOS": (
        rf"set (?:security )?vpn ipsec \S|set vpn l2tp remote-access ipsec-settings \S|vpn \{{{_BELOW}ipsec \{{"
        rf"|ipsec \{{{_BELOW}(?:(?:ike|esp)-group \S{{1,64}} \{{|ipsec-interfaces \{{|site-to-site \{{)"
    ),
    _UNKNOWN: r"(?:ike|ipsec) \{[ \t]*\r?$",
}
"""How a line of each begins that sets IPsec up, or shows how it is set up."""
_OF_ANY = late(
    rf"^[ \t]*(?:{_PROMPT})?(?:{'|'.join(f'({expression})' for expression in _VENDORS.values())})[^\r\n]*", re.MULTILINE
)
SIGNS = (
    *("crypto ", "Transform set ", "Crypto Map ", "Protection suite of ", "IKEv2 proposal"),
    *(
        "vpn ipsec ",
        "vpn l2tp remote-access ",
        "security ike",
        "security ipsec",
        "ike {",
        "ipsec {",
        "crypto-profiles {",
        "network ike ",
        "vpn policy ",
    ),
    *("set ike p", "set ike gateway ", "get ike", "get sa"),
    *("ike proposal ", "ike peer ", "ike profile ", "ike keychain ", "ipsec policy ", "crypto-local ", "vpncfg {"),
    *("isakmp policy ", "ikev2 policy ", "ikev2 proposal ", "ipsec transform-set "),
    *("ip ipsec", "ip/ipsec", "EXCHANGE-MODE", "ENC-ALGORITHM", "PFS-GROUP", "PH2-"),
)
"""One of these is in every such text: quicker to look for."""

EXPORTS = {
    "Cisco": ("Cisco", "show running-config"),
    "Fortinet": ("Fortinet", "show full-configuration vpn ipsec"),
    "Huawei": ("Huawei", "display current-configuration"),
    "Juniper": ("Junos", "show configuration security | display set"),
    "MikroTik": ("MikroTik", "/ip ipsec export"),
    "Palo Alto Networks": ("PAN-OS", "show with cli config-output-format set"),
    "ScreenOS": ("ScreenOS", "get config"),
    "SonicWall": ("SonicOS", "show current-config"),
    "VyOS": ("VyOS", "show configuration commands"),
}
"""Of each make whose configuration is read its system, and what shows the configuration."""

_ALIKE = {"H3C": "Huawei", "ZyXEL": "Cisco", "Aruba": "Cisco", _IOS_XR: "ZyXEL"}
"""Makes some of whose lines begin like those of another one (`crypto map`, `ikev2 policy`, `ike proposal`)."""

_APPLIANCE = late(r"<(pfsense|opnsense|keyingmethod|vpnipsecconnection)\b", re.IGNORECASE)
_APPLIANCES = {
    "pfsense": "pfSense",
    "opnsense": "OPNsense",
    "keyingmethod": "Sophos",
    "vpnipsecconnection": "Sophos",
}
_OF_APPLIANCE = ("<phase1>", "<ikeid>", "<Swanctl", "<KeyingMethod>", "<VPNIPSecConnection")
"""What the XML of an appliance has where it sets IPsec up."""


def makes(text: str) -> dict[str, int]:
    """The makers of gateway configurations in a text, each with the offset of its first IPsec line."""
    found: dict[str, int] = {}
    if any(sign in text for sign in _OF_APPLIANCE) and (root := _APPLIANCE.search(text)) is not None:
        found[_APPLIANCES[root[1].lower()]] = root.start()
    for match in _OF_ANY.finditer(text) if any(sign in text for sign in SIGNS) else ():
        begin = match.start() + len(match[0]) - len(match[0].lstrip())
        found.setdefault(tuple(_VENDORS)[(match.lastindex or 1) - 1], begin)
    mistaken = {_ALIKE.get(make) for make in found} | ({_UNKNOWN} if len(found) > 1 else set())
    return {make: begin for make, begin in found.items() if make not in mistaken}


def not_read(text: str, read: Collection[str] = ()) -> Iterator[tuple[str, int, int]]:
    """What is said of each of these configurations but those that are read, with its line and column, from 1."""
    for make, begin in makes(text).items():
        if make not in read:
            yield instead(make), text.count("\n", 0, begin) + 1, begin - text.rfind("\n", 0, begin)


def foreign(text: str) -> tuple[str, int] | None:
    """The first of these makers, and the offset of its first IPsec line; None without any.

    Lines are those of Cisco's `crypto ikev2 policy`, Fortinet's `config vpn ipsec phase1-interface` and the like.
    """
    return next(iter(makes(text).items()), None)


def instead(vendor: str) -> str:
    """The message for such a configuration, or for what else such a gateway shows, with what to do instead."""
    if vendor not in EXPORTS:
        return f"no connection is read in the configuration of a gateway of {vendor}: {OFFERED}"
    _, command = EXPORTS[vendor]
    return f"no connection is read in what a gateway of {vendor} shows: give all of `{command}`, or {OFFERED}"
