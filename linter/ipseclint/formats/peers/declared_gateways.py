"""Gateways of Azure and AWS declared in Bicep, Terraform and YAML: connections and policies, where they are literal.

YAML is that of CloudFormation, and what `aws ec2 describe-vpn-connections --output yaml` prints.
"""

from __future__ import annotations

import re

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text
from ipseclint.formats.kit.yaml_places import read_yaml
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
_YAML = late(
    r"^[ \t]*Type[ \t]*:[ \t]*[\"']?AWS::EC2::VPNConnection[\"']?[ \t]*(?:#[^\n]*)?\r?$"
    r"|^[ \t-]*VpnConnectionId[ \t]*:[ \t]*[\"']?vpn-",
    re.MULTILINE,
)


def recognise(source: Source) -> bool:
    """Whether it declares a gateway or a connection of Azure, a policy of one, or an AWS VPN connection."""
    return any(sign.search(source.head_text) is not None for sign in (_RESOURCE, _POLICY, _AWS, _YAML))


@of_text
def parse(document: str, diagnostics: Diagnostics) -> Parsed:
    """The gateways that a document declares."""
    diagnostics.secrets += key_spans(document, diagnostics.path)
    tell_commands(document, diagnostics)
    if _YAML.search(document) is None:
        return gateways(values(document, diagnostics), diagnostics)
    declared, strays, end = read_yaml(document, diagnostics.path)
    for line in strays:
        diagnostics.not_understood("a line that is not read as YAML", line.span)
    if end is not None:
        diagnostics.not_understood("this is no YAML here: the document is not read, nor what is below it", end.span)
    return gateways(declared, diagnostics)


FORMATS = (
    Format(
        name="declared-gateway",
        title="connections and IPsec policies of an Azure gateway in Bicep or Terraform, of AWS in Terraform or YAML",
        short="a declared cloud gateway (Bicep, Terraform, CloudFormation)",
        recognise=recognise,
        parse=parse,
        how_to_export="the .bicep, .tf or .yaml file; what `az bicep build` or `terraform show -json` prints says more",
        can_express="what such a gateway offers, its lifetimes, its preshared key where it is literal",
        cannot_express="what is worked out when it is deployed; Windows policy",
    ),
)
