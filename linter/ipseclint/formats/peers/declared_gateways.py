"""Gateways of Azure and AWS declared in Bicep and Terraform: connections and IPsec policies, where they are literal."""

from __future__ import annotations

import re

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.peers.clouds import gateways
from ipseclint.formats.peers.commands_beside import tell_commands
from ipseclint.formats.peers.declared import values
from ipseclint.late import late
from ipseclint.secrets import key_spans
from ipseclint.source import Source

_RESOURCE = late(
    r"^[ \t]*resource[ \t]+(?:\w+[ \t]+'Microsoft\.Network/(?:connections|vpnGateways|p2sVpnGateways|"
    r"virtualNetworkGateways|vpnServerConfigurations)\b[^'\n]*'|\"azurerm_(?:virtual_network_gateway|"
    r"virtual_network_gateway_connection|vpn_gateway_connection|vpn_server_configuration)\")",
    re.MULTILINE | re.IGNORECASE,
)
_POLICY = late(r"^[ \t]*(?:ikeEncryption[ \t]*:|ike_encryption(?:_algorithm)?[ \t]*=)", re.MULTILINE)


_AWS = late(r'^[ \t]*resource[ \t]+"aws_vpn_connection"', re.MULTILINE)


def recognise(source: Source) -> bool:
    """Whether it declares a gateway or a connection of Azure, a policy of one, or an AWS VPN connection."""
    return any(sign.search(source.head_text) is not None for sign in (_RESOURCE, _POLICY, _AWS))


@of_text
def parse(document: str, diagnostics: Diagnostics) -> Parsed:
    """The gateways that a document declares."""
    diagnostics.secrets += key_spans(document, diagnostics.path)
    tell_commands(document, diagnostics)
    return gateways(values(document, diagnostics), diagnostics)


FORMATS = (
    Format(
        name="declared-gateway",
        title="connections and IPsec policies of an Azure gateway in Bicep or Terraform, of AWS in Terraform",
        short="a declared cloud gateway (Bicep, Terraform)",
        recognise=recognise,
        parse=parse,
        how_to_export="the .bicep or .tf file; what `az bicep build` or `terraform show -json` prints says more",
        can_express="what such a gateway offers, its lifetimes, its preshared key where it is literal",
        cannot_express="what is worked out when it is deployed; Windows policy",
    ),
)
