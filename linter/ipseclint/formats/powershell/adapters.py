"""Network adapters as `Get-NetAdapterIPsecOffload` shows them.

Source: win32, the class MSFT_NetAdapterIPsecOffloadV2SettingData, whose `Enabled` is whether the adapter does IPsec.
"""

from __future__ import annotations

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.powershell.instance import Instance
from ipseclint.formats.powershell.values import flag
from ipseclint.model.policy import NetworkAdapter

CLASS = "msft_netadapteripsecoffloadv2settingdata"
"""Its folded name."""

OF_CLASS = frozenset(
    f"{part}{side}".casefold()
    for side in ("Enabled", "Supported")
    for part in (
        "Ah", "AhEspCombined", "AuthenticationAlgorithms", "EncryptionAlgorithms", "Esp", "IPv4Options", "IPv6",
        "IPv6NonIPsecExtensionHeaders", "Lso", "SaOffloadCapacity", "Transport", "Tunnel", "UdpEsp",
    )
) | {"source", "ifalias", "ifdesc"}  # fmt: skip
"""What else such an object says: which parts of IPsec the adapter could do, and does where it is enabled; folded."""


def adapter(item: Instance, diagnostics: Diagnostics) -> NetworkAdapter:
    """One network adapter; if its name is missing, its description or GUID is used."""
    name = item.text("Name", "InterfaceAlias", "ifAlias", "InterfaceDescription", "ElementName", "InstanceID")
    return NetworkAdapter(
        name="" if name is None else name.text,
        ipsec_offload=flag(item, "Enabled", diagnostics, "IPsecOffloadV2Enabled"),
    )
