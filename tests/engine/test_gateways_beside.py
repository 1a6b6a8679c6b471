"""What a text holds of gateways that are not read is said, whatever else of the text is read."""

from __future__ import annotations

from ipseclint import check_text
from tests.cases import cases

ROUTER = "/ip ipsec profile\nset [ find default=yes ] dh-group=modp1024 enc-algorithm=3des hash-algorithm=sha1\n"
PALO_ALTO = "set network ike crypto-profiles ike-crypto-profiles default hash sha1\n"
SENTENCE = "The VPN client says error 789.\n"
EVENT = """Log Name:      Application
Source:        RasClient
Date:          3/4/2025 10:15:22 AM
Event ID:      20227
Level:         Error
Description:
CoId={A1}: The user CORP\\bob dialed a connection named Work which has failed. The error code returned on failure is \
789.
"""
LOG = """Oct 12 09:15:01 gw charon: 07[CFG] received proposals: IKE:AES_CBC_256/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_1024
Oct 12 09:15:01 gw charon: 07[CFG] configured proposals: IKE:AES_CBC_256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/ECP_256
Oct 12 09:15:01 gw charon: 07[IKE] received proposals unacceptable
"""


@cases(("gateway", "make"), [(ROUTER, "MikroTik"), (PALO_ALTO, "Palo Alto Networks")])
@cases("pasted", [SENTENCE, EVENT, LOG])
@cases("name", ["ticket.txt", "ticket.md"])
def test_a_gateway_that_is_not_read_is_said_beside_what_is(pasted: str, gateway: str, make: str, name: str) -> None:
    report = check_text(f"{pasted}\n{gateway}", name)
    assert report.findings
    (problem,) = report.problems
    assert f"a gateway of {make} shows: give all of" in problem.message
    assert problem.span.line == pasted.count("\n") + 2


@cases("pasted", [SENTENCE, EVENT, LOG])
def test_a_gateway_that_prose_names_is_none(pasted: str) -> None:
    report = check_text(f"{pasted}\nThe router is a MikroTik, see /ip ipsec there, or a Palo Alto.\n", "ticket.txt")
    assert report.findings
    assert report.problems == ()
