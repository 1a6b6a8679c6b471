"""The traffic of a tunnel as a short text."""

from __future__ import annotations

from ipseclint.model.selectors import Address, PortRange, parse_address
from ipseclint.semantics.negotiation.ends import Selectors
from ipseclint.semantics.negotiation.selectors import words
from ipseclint.semantics.negotiation.table import Side
from tests.cases import cases
from tests.made_objects import SPAN
from tests.semantics.negotiation.two_ends import PSK, answer, rule


def networks(count: int) -> tuple[Address, ...]:
    found = (parse_address(f"10.{number}.0.0/16") for number in range(count))
    return tuple(each for each in found if each is not None)


@cases("count", range(6))
def test_of_many_addresses_three_are_named_and_the_rest_counted(count: int) -> None:
    listed = ", ".join(f"10.{number}.0.0/16" for number in range(min(count, 3))) or "itself"
    side = f"{listed} and {count - 3} more" if count > 3 else listed
    assert words(Selectors(networks(count), networks(1), SPAN)) == f"{side} - 10.0.0.0/16"
    assert words(Selectors(networks(1), networks(count), SPAN)) == f"10.0.0.0/16 - {side}"


def test_ports_and_the_protocol_stand_behind_the_addresses() -> None:
    ports = (PortRange(80, 80), PortRange(443, 444))
    told = words(Selectors(networks(1), networks(1), SPAN, protocol=6, remote_ports=ports))
    assert told == "10.0.0.0/16 - 10.0.0.0/16 port 80, 443-444 tcp"


GATES = "mode=tunnel localtunnelendpoint={} remotetunnelendpoint={} exemptipsecprotectedconnections=no"
HERE, THERE = "198.51.100.1", "203.0.113.1"


@cases(
    ("sides", "verdict", "asked", "had"),
    [
        (("dns", "10.1.0.0/16"), "depends", "10.1.0.0/16 - dns", "10.2.0.7 - 10.1.0.0/16"),
        (("10.2.0.0/16", "10.1.0.0/16"), "depends", "10.1.0.0/16 - 10.2.0.0/16", "10.2.0.7 - 10.1.0.0/16"),
        (("10.2.0.8", "10.1.0.0/16"), "fails", "10.1.0.0/16 - 10.2.0.8", "10.2.0.7 - 10.1.0.0/16"),
    ],
)
def test_what_is_not_agreed_on_names_what_each_end_protects(
    sides: tuple[str, str], verdict: str, asked: str, had: str
) -> None:
    one = rule(f"{PSK} {GATES.format(HERE, THERE)}", ends=(sides[1], sides[0]))
    other = rule(f"{PSK} {GATES.format(THERE, HERE)}", ends=("10.2.0.7", "10.1.0.0/16"))
    outcome = answer(one, other).outcome
    (difference,) = [each for each in outcome.differences if each.attribute == "selectors"]
    assert (outcome.verdict.value, outcome.stage) == (verdict, "selectors")
    assert (difference.initiator, difference.responder) == (asked, had)
    assert outcome.outcomes[1:] == (("it is refused",) if verdict == "depends" else ())


HOST = (
    "$a = New-NetIPsecAuthProposal -Machine -Cert -Authority 'CN=Lab' -AuthorityType Root\n"
    "$s = New-NetIPsecPhase1AuthSet -DisplayName A -Proposal $a\n"
    "New-NetIPsecRule -DisplayName R -LocalAddress 10.1.0.4 -RemoteAddress 10.0.0.0/8 -Mode Transport"
    " -InboundSecurity Require -OutboundSecurity Require -KeyModule {} -Phase1AuthSet $s.Name\n"
)
LINUX = (
    "conn a\n keyexchange={}\n type=transport\n authby=pubkey\n left=10.2.0.5\n leftcert=a.pem\n{}"
    " ike=aes128-sha1-modp1024\n esp=aes128-sha1\n auto=route\n"
)
SUBNET, ONE_HOST = " right=%any\n rightsubnet=10.0.0.0/8\n", " right=10.1.0.4\n"


@cases(
    ("module", "version", "peer", "told"),
    [
        ("IKEv2", "ikev2", SUBNET, "depends"),
        ("IKEv2", "ikev2", ONE_HOST, "agreed"),
        ("IKEv1", "ikev1", SUBNET, "agreed"),
    ],
)
def test_windows_takes_single_addresses_in_transport_mode_of_ikev2(
    module: str, version: str, peer: str, told: str
) -> None:
    script, configuration = HOST.format(module), LINUX.format(version, peer)
    stages = {each.stage.value: each for each in answer(script, configuration, Side.B).outcome.stages}
    assert stages["selectors"].answer.value == told
    stages = {each.stage.value: each for each in answer(script, configuration).outcome.stages}
    assert stages["selectors"].answer.value == "agreed"


AZURE = """{"connectionType": "IPsec", "virtualNetworkGateway1": {"id": "gw"}, "connectionProtocol": "IKEv2",
 "ipsecPolicies": [{"ikeEncryption": "AES256", "ikeIntegrity": "SHA256", "dhGroup": "DHGroup14",
  "ipsecEncryption": "AES256", "ipsecIntegrity": "SHA256", "pfsGroup": "None", "saLifeTimeSeconds": 3600}]}"""
CLIENT = """Add-VpnConnection -Name x -ServerAddress a.test -TunnelType IKEv2 -AuthenticationMethod MachineCertificate
$set = @{ ConnectionName = "x"; AuthenticationTransformConstants = "SHA256128"; PfsGroup = "None"; DHGroup = "Group14"
  CipherTransformConstants = "AES256"; EncryptionMethod = "AES256"; IntegrityCheckMethod = "SHA256" }
Set-VpnConnectionIPsecConfiguration @set -Force
"""
POLICY_BASED = """conn site
\tkeyexchange=ikev2
\tike=aes256-sha256-modp2048!
\tesp=aes256-sha256!
\tauthby=secret
\tleftsubnet=10.1.0.0/16
\trightsubnet={}
"""


def test_an_end_that_says_nothing_of_its_traffic_does_not_agree_with_one_that_names_networks() -> None:
    outcome = answer(AZURE, POLICY_BASED.format("10.2.0.0/16")).outcome
    assert (outcome.verdict, outcome.stage) == ("depends", "selectors")
    assert outcome.why == 'the traffic of connection "Azure gateway" is not said: it depends on the peer'
    server = POLICY_BASED.format("10.2.0.0/16").replace("authby=secret", "authby=pubkey")
    stages = {each.stage.value: each for each in answer(CLIENT, server).outcome.stages}
    assert stages["selectors"].chosen == "assigned"
