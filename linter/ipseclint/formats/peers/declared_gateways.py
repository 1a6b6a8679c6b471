"""Azure's gateways as Bicep and Terraform declare them: connections and IPsec policies, where they are literal."""

from __future__ import annotations

import re

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.peers.clouds import gateways
from ipseclint.formats.peers.declared import values
from ipseclint.secrets import key_spans
from ipseclint.source import Source

_RESOURCE = re.compile(
    r"^[ \t]*resource[ \t]+(?:\w+[ \t]+'Microsoft\.Network/(?:connections|vpnGateways|p2sVpnGateways|"
    r"virtualNetworkGateways|vpnServerConfigurations)\b[^'\n]*'|\"azurerm_(?:virtual_network_gateway|"
    r"virtual_network_gateway_connection|vpn_gateway_connection|vpn_server_configuration)\")",
    re.MULTILINE | re.IGNORECASE,
)
_POLICY = re.compile(r"^[ \t]*(?:ikeEncryption[ \t]*:|ike_encryption(?:_algorithm)?[ \t]*=)", re.MULTILINE)


def recognise(source: Source) -> bool:
    """Whether it declares a gateway or a connection of Azure, or a policy of one."""
    head = source.head_text
    return _RESOURCE.search(head) is not None or _POLICY.search(head) is not None


@of_text
def parse(document: str, diagnostics: Diagnostics) -> Parsed:
    """The gateways that a document declares."""
    diagnostics.secrets += key_spans(document, diagnostics.path)
    return gateways(values(document, diagnostics.path), diagnostics)


FORMATS = (
    Format(
        name="declared-gateway",
        title="connections and IPsec policies of an Azure gateway in Bicep or Terraform",
        recognise=recognise,
        parse=parse,
        how_to_export="the .bicep or .tf file; what `az bicep build` or `terraform show -json` prints says more",
        can_express="what such a gateway offers, its lifetimes, its preshared key where it is literal",
        cannot_express="what is worked out when it is deployed; Windows policy",
    ),
)
