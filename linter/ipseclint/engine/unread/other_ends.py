"""What the other end shows or holds that no reader takes: what to give instead.

Gateways and daemons show their associations, or a part of what is set up, which leaves out what they offer; programs
and data of other tools hold values of daemons that become a configuration only when they run.
"""

from __future__ import annotations

import re
from itertools import islice

from ipseclint.engine.unread.daemons import sets_up_daemon
from ipseclint.formats.peers.vendors import EXPORTS, OFFERED, foreign, instead
from ipseclint.late import late

_TYPED = r"(?:\A\s*+(?:[^\r\n#>$]{0,80}[#>$][ ]?)?|^[ \t]*+[^\s#>$-][^\r\n#>$]{0,80}[#>$][ ]?)(?:sudo[ ])?"
"""What stands before a command of which an answer is shown: a prompt, or nothing where the text begins."""
_SHOWN = {
    "Cisco": (
        r"show[ ](?:crypto[ ](?:ipsec|ikev[12]|isakmp|session|map)|vpn-sessiondb)\b",
        (
            r"IPv4 Crypto (?:IKEv2|ISAKMP) +SA\b|Crypto map tag: \S|#pkts encaps: \d|Session-id:\d+, Status:\S"
            r"|Crypto session current status\b|Tunnel-id[ ]+Local[ ]+Remote\b|Session Type: (?:LAN-to-LAN|IKEv)"
        ),
    ),
    "Fortinet": (
        r"(?:get[ ]vpn[ ](?:ipsec|ike)\b|diag(?:nose)?[ ](?:debug[ ])?vpn[ ](?:tunnel|ike)\b)",
        r"'[^'\r\n]{1,80}' [\d.:a-f]{3,45}:\d+ +selectors\(total,up\): |list all ipsec tunnel in vd\b",
    ),
    "Juniper": (
        r"show[ ]security[ ](?:ike|ipsec)\b",
        r"Index +State +Initiator cookie\b|Total active tunnels: \d",
    ),
    "Palo Alto Networks": (
        r"(?:show|test)[ ]vpn[ ](?:ike-sa|ipsec-sa|flow|gateway|tunnel)\b",
        r"Gateway ID +Peer-Address\b|GwID/client IP +TnID\b",
    ),
    "VyOS": (
        r"show[ ]vpn[ ](?:ike|ipsec|debug)\b",
        r"Connection +State +(?:Up|Uptime) +Bytes In/Out\b|Peer ID / IP +Local ID / IP\b",
    ),
    "strongSwan": (
        r"(?:swanctl[ ](?:--list-(?:sas?|conns|pols)|-[lLP]\b)|(?:strongswan|ipsec)[ ]status(?:all)?\b)",
        r"Status of IKE charon daemon\b|Security Associations \(\d+ up, \d+ connecting\)",
    ),
    "Libreswan": (r"ipsec[ ](?:auto[ ]--status|whack[ ]--status|trafficstatus|showstates)\b", r"000 #\d+: \""),
    "racoon": (r"(?:racoonctl[ ](?:-l[ ])?(?:show-|s[seip]\b)|setkey[ ]-D)", r"Destination +Cookies +Created\b"),
    "OpenBSD": (
        r"(?:ipsecctl[ ]-[kmvn]*s|ikectl[ ](?:-s[ ]\S+[ ])?show)",
        r"(?:esp|ah) (?:tunnel|transport) from \S+ to \S+ spi 0x[\da-f]",
    ),
    "Check Point": (r"vpn[ ](?:tu|overlap_encdom)\b", r"Peer +[\d.]+ *(?:\([^)\r\n]{1,60}\))?,? SAs:"),
}
"""Of each maker how a command begins that shows associations or a part of its configuration, and what only a list of
associations has."""
_FILES = {
    "strongSwan": "swanctl.conf or ipsec.conf",
    "Libreswan": "ipsec.conf",
}
"""The file of each daemon that is read."""
_SHOWS = tuple(
    (maker, late(rf"{_TYPED}{command}|^[^\r\n]{{0,80}}?(?:{shown})", re.MULTILINE))
    for maker, (command, shown) in _SHOWN.items()
)
_OF_DAEMON = late(
    r"\b(?:ipsec\.(?:conf|secrets)|swanctl(?:\.conf|/)|ipsec\.d/|strongswan/(?:ipsec|swanctl))"
    r"|^[ \t]*(?:-[ ])?[\"':]?(?:keyexchange|(?:esp_|ah_)?proposals|ike|esp|phase2alg)[\"']?[ ]{0,8}(?::|=>|=)[ ]{0,8}"
    r"[\"'\[]{0,2}(?:ikev[12]\b|(?:aes|3des|camellia|chacha20|null)\w{0,16}-\w)",
    re.MULTILINE | re.IGNORECASE,
)
"""The name of a file of a daemon, or one of its settings in the form of another language."""

_OF_CLOUDS = (
    (
        late(
            r"^[ \t]*resource[ \t]+\"google_compute_vpn_tunnel\"|\bgcloud[ ]compute[ ]vpn-tunnels[ ]create\b"
            r"|\bkind[\"']?:[ ]{0,8}[\"']?compute#vpnTunnel\b",
            re.MULTILINE,
        ),
        f"it sets up a VPN tunnel of Google Cloud, which is not read: {OFFERED}",
    ),
    (
        late(r"\baz[ ]network[ ](?:vpn-connection|vpn-gateway[ ]connection)[ ]create\b"),
        "it makes a connection in Azure without its policy: `az network vpn-connection show` prints what is read",
    ),
    (
        late(r"\baws[ ]ec2[ ]create-vpn-connection\b"),
        "it makes a connection at AWS: `aws ec2 describe-vpn-connections` prints what is read",
    ),
    (
        late(r"\"(?:ike|child)(?:Cipher|Auth)Algo\"\s{0,4}:"),
        f"it is what Meraki's API tells of VPN peers, which is not read: {OFFERED}",
    ),
    (
        late(
            r"[\"']type[\"']\s{0,4}:\s{0,4}[\"']"
            r"(?:ikev[12](?:policy|(?:ipsec)?proposal)|s2sconnectionprofile|ftds2svpn)[\"']",
            re.IGNORECASE,
        ),
        f"it is what the API of Cisco's firewalls (FDM, FMC) tells of a VPN, which is not read: {OFFERED}",
    ),
    (
        late(r"[\"']type[\"']\s{0,4}:\s{0,4}[\"']vpn-community-(?:star|meshed)[\"']"),
        f"it is what Check Point's API tells of a VPN community, which is not read: {OFFERED}",
    ),
    (
        late(r"^[ \t]*(?:uci[ ](?:set|add_list|add)[ ]ipsec\b|config[ \t]+crypto_proposal\b)", re.MULTILINE),
        "it sets up strongSwan on OpenWrt: give /var/swanctl/swanctl.conf or /var/ipsec/ipsec.conf, which come of it",
    ),
    (
        late(r"^[ \t]*spdadd[ \t](?:-[46n]{1,3}[ \t])?\S{1,80}[ \t]\S{1,80}[ \t]", re.MULTILINE),
        f"it sets what a kernel protects (setkey), which is no offer of IKE: {OFFERED}",
    ),
    (
        late(r"\borg\.freedesktop\.NetworkManager\.(?:strongswan|(?:libre|open)swan|l2tp)\b"),
        f"it is a VPN connection of NetworkManager, which is not read: {OFFERED}",
    ),
    (
        late(r"<key>\s{0,8}VPNType\s{0,8}</key>\s{0,80}<string>\s{0,8}(?:IKEv2|IPSec|L2TP)\s{0,8}</string>"),
        f"it is a VPN profile of an iPhone or a Mac that leaves what is offered to the system: {OFFERED}",
    ),
)
"""What sets up an end in a cloud or an Apple client without what it offers, and what to give instead."""


_EMPTY = late(r"<Swanctl\b[^>]{0,80}(?:/>|>\s{0,80}<Connections(?:/>|>\s{0,80}</Connections>))")
_OF_EMPTY = "the list of IPsec connections in this backup of OPNsense is empty: it sets up no other end"
"""What an appliance saves that sets up no connection, and what is said of it."""

_PHASE = late(
    r"\b(?:ike(?:v[12])?|isakmp|ipsec|esp|phase[ -]?(?:1|2|one|two|ii?)|(?:main|quick)[ -]mode|child[ -]sa)\b",
    re.IGNORECASE,
)
_CIPHER = late(r"\b(?:aes[ _-]?(?:cbc|gcm|ctr)?[ _-]?\(?(?:128|192|256)|3des\b|chacha20)", re.IGNORECASE)
_WITH_CIPHER = late(
    r"\b(?:(?:hmac[ _-])?(?:sha[ -]?\d|md5\b)|(?:dh|diffie[ -]hellman|group|modp|ecp)[ _-]?(?:group[ ]?)?\d)",
    re.IGNORECASE,
)
"""What tells a phase, and the parts of a suite, in anybody's words."""
_MAX_PHASES = 200
_MAX_SUITE_CHARACTERS = 400
INSTEAD_OF_WORDS = (
    "a suite told in words is not read: write each phase on a line of its own, `Phase 1: AES256, SHA256, DH14` and "
    f"`Phase 2: AES256, SHA256, no PFS`, or {OFFERED}"
)


def instead_of(text: str) -> str | None:
    """What is said of a text that no reader takes and that tells of another end of IPsec than Windows; None without."""
    if "<Swanctl" in text and "<phase1>" not in text and _EMPTY.search(text) is not None:
        return _OF_EMPTY
    if (gateway := foreign(text)) is not None:
        return instead(gateway[0])
    shows = next((maker for maker, sign in _SHOWS if sign.search(text) is not None), None)
    if shows is not None:
        return _instead_of_shown(shows)
    if (why := next((why for sign, why in _OF_CLOUDS if sign.search(text) is not None), None)) is not None:
        return why
    if _OF_DAEMON.search(text) is not None:
        return sets_up_daemon(text.casefold().replace('"', "").encode()) or (
            "it names files or settings of an IKE daemon and is no configuration itself: give the ipsec.conf, "
            "ipsec.secrets or swanctl.conf that comes of it"
        )
    return INSTEAD_OF_WORDS if tells_suite(text) else None


def tells_suite(text: str) -> bool:
    """Whether a text tells a suite in words: a cipher, and a hash or a group, in what follows the name of a phase."""
    return any(
        _CIPHER.search(text, phase.end(), phase.end() + _MAX_SUITE_CHARACTERS) is not None
        and _WITH_CIPHER.search(text, phase.end(), phase.end() + _MAX_SUITE_CHARACTERS) is not None
        for phase in islice(_PHASE.finditer(text), _MAX_PHASES)
    )


def _instead_of_shown(maker: str) -> str:
    """What to give instead of a list of associations or of parts, which says little of what an end offers."""
    whose = f"what {maker} shows here, such as its associations, is not all that it offers"
    if maker in _FILES:
        return f"{whose}: give its {_FILES[maker]}, or the log of the daemon"
    return f"{whose}: give all of `{EXPORTS[maker][1]}`, or {OFFERED}" if maker in EXPORTS else f"{whose}: {OFFERED}"
