"""The Windows services that IPsec stands on: their names, what the console calls them, how `sc` spells their start."""

from __future__ import annotations

SERVICES = {
    "ikeext": "IKEEXT",
    "ike and authip ipsec keying modules": "IKEEXT",
    "policyagent": "PolicyAgent",
    "ipsec policy agent": "PolicyAgent",
    "ipsec services": "PolicyAgent",
    "bfe": "BFE",
    "base filtering engine": "BFE",
    "mpssvc": "MpsSvc",
    "windows firewall": "MpsSvc",
    "windows defender firewall": "MpsSvc",
    "rasman": "RasMan",
    "remote access connection manager": "RasMan",
    "remoteaccess": "RemoteAccess",
    "routing and remote access": "RemoteAccess",
}
"""The services by name and by the name that is shown (the tools' own lists), folded."""

STARTS_OF_SC = {"auto": "automatic", "delayed-auto": "automatic", "demand": "manual", "disabled": "disabled"}
"""`start=` of `sc config`, and the start of a service."""
