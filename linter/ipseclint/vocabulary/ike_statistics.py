"""The counters of IKE and of the IPsec driver that `netsh ipsec dynamic show stats` prints.

Names: Microsoft's "Viewing main mode and quick mode statistics in IP Security Monitor" (Windows Server 2003, cc737334)
and MSiSCSI_MMIPSECStats and MSiSCSI_QMIPSECStats (iscsiprf.h), which hold the same counters. netsh's own
spacing and punctuation were not seen in a published output: labels are compared without them.
"""

from __future__ import annotations

_MAIN_MODE = (
    "Active Acquire",
    "Active Receive",
    "Acquire Failures",
    "Receive Failures",
    "Send Failures",
    "Acquire Heap Size",
    "Receive Heap Size",
    "Negotiation Failures",
    "Authentication Failures",
    "Invalid Cookies Received",
    "Total Acquire",
    "Total Get SPI",
    "Key Additions",
    "Key Updates",
    "Get SPI Failures",
    "Key Addition Failures",
    "Key Update Failures",
    "ISADB List Size",
    "Connection List Size",
    "IKE Main Mode",
    "IKE Quick Mode",
    "Soft Associations",
    "Invalid Packets Received",
)
_DRIVER = (
    "Active Security Associations",
    "Offloaded Security Associations",
    "Pending Key Operations",
    "Key Additions",
    "Key Deletions",
    "Rekeys",
    "Active Tunnels",
    "Bad SPI Packets",
    "Packets Not Decrypted",
    "Packets Not Authenticated",
    "Packets With Replay Detection",
    "Confidential Bytes Sent",
    "Confidential Bytes Received",
    "Authenticated Bytes Sent",
    "Authenticated Bytes Received",
    "Transport Bytes Sent",
    "Transport Bytes Received",
    "Bytes Sent In Tunnels",
    "Bytes Received In Tunnels",
    "Offloaded Bytes Sent",
    "Offloaded Bytes Received",
)

_OTHER_NAMES = {
    "oakleymainmode": "IKE Main Mode",
    "oakleymainmodes": "IKE Main Mode",
    "oakleyquickmode": "IKE Quick Mode",
    "oakleyquickmodes": "IKE Quick Mode",
    "invalidpackets": "Invalid Packets Received",
    "activeassociations": "Active Security Associations",
    "softassociation": "Soft Associations",
    "mainmodes": "IKE Main Mode",
    "quickmodes": "IKE Quick Mode",
    "softsas": "Soft Associations",
    "acquirefail": "Acquire Failures",
    "receivefail": "Receive Failures",
    "sendfail": "Send Failures",
    "invalidcookiesrcvd": "Invalid Cookies Received",
    "invalidpacketsrcvd": "Invalid Packets Received",
    "totalkeyadd": "Key Additions",
    "totalkeyupdate": "Key Updates",
    "getspifail": "Get SPI Failures",
    "keyaddfail": "Key Addition Failures",
    "keyupdatefail": "Key Update Failures",
    "connlistsize": "Connection List Size",
    "activeassoc": "Active Security Associations",
    "offloadsas": "Offloaded Security Associations",
    "pendingkey": "Pending Key Operations",
    "keyadds": "Key Additions",
    "keydeletes": "Key Deletions",
    "badspipkts": "Bad SPI Packets",
    "pktsnotdecrypted": "Packets Not Decrypted",
    "pktsnotauthenticated": "Packets Not Authenticated",
    "pktswithreplaydetection": "Packets With Replay Detection",
}
"""Other names: of older Windows, of the structures, and the short ones of `ipseccmd show stats`."""


def folded(label: str) -> str:
    """A label in its form for comparison: letters and digits only, case folded."""
    return "".join(filter(str.isalnum, label)).casefold()


STATISTICS = {folded(each): each for each in (*_MAIN_MODE, *_DRIVER)} | _OTHER_NAMES
"""The name of a counter by its folded label."""

HEADINGS = {"ikestatistics": "ike", "ipsecstatistics": "ipsec"}
"""The headings of the two lists, folded, with the group of their counters."""
