"""VPN connections as `Get-VpnConnection` and `Set-VpnConnectionIPsecConfiguration -PassThru` show them.

Servers and interfaces between sites, as `Get-VpnServerIPsecConfiguration` and `Get-VpnS2SInterface` show them, have the
same six parts and lifetimes besides.
"""

from __future__ import annotations

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.formats.powershell.instance import Instance
from ipseclint.formats.vpn.suite import LIFETIMES, suite_sets
from ipseclint.model.policy import MainModeCryptoSet, QuickModeCryptoSet
from ipseclint.vocabulary import vpn

_CUSTOM = "IPSecCustomPolicy"
_PORTS = "Ikev2Ports"


def vpn_connection(item: Instance, diagnostics: Diagnostics) -> tuple[MainModeCryptoSet, QuickModeCryptoSet] | None:
    """The sets of a connection with a custom policy; None for one that takes what Windows offers by itself."""
    holder = item
    custom = item.get(_CUSTOM)
    if isinstance(custom, Instance):
        holder = custom
    elif isinstance(custom, Token) and custom.text:
        diagnostics.not_understood("a custom IPsec policy that the export cut short: export with -Depth 3", custom.span)
        return None
    suite = {name: value for name in vpn.FIELDS if (value := holder.text(name)) is not None}
    if not suite:
        return None
    name = item.text("Name", "ConnectionName")
    suite |= {member: value for member in LIFETIMES if (value := holder.text(member)) is not None}
    what = "VPN server" if item.class_name.startswith("vpnserver") or item.has(_PORTS) else "VPN connection"
    return suite_sets(what if name is None else name.text, holder.span, suite, diagnostics)
