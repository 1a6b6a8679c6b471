"""A connection that was asked for its suite, and of which nothing was printed, has none."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source

LISTED = (
    "\nName                 : Work\nServerAddress        : vpn.example.org\nTunnelType           : Ikev2\n"
    "AuthenticationMethod : {Eap}\n\n"
)
ASKED = "PS C:\\> (Get-VpnConnection -Name Work).IPsecCustomPolicy\n"
AGAIN = "PS C:\\> \n"
SUITE = (
    "\nAuthenticationTransformConstants : SHA256128\nCipherTransformConstants         : AES256\n"
    "DHGroup                          : Group14\nIntegrityCheckMethod             : SHA256\n"
    "PfsGroup                         : PFS2048\nEncryptionMethod                 : AES256\n\n"
)


def read(text: str) -> Parsed:
    source = bytes_source("window.txt", text.encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "transcript"
    return form.parse(source)


@cases(
    ("text", "line"),
    [
        (f"PS C:\\> Get-VpnConnection Work\n{LISTED}{ASKED}{AGAIN}", 8),
        (f"{ASKED}PS C:\\> Get-VpnConnection Work\n{LISTED}", 1),
        (f"{LISTED}{ASKED}\n{AGAIN}", 7),
        (LISTED + "PS C:\\> Get-VpnConnection 'work' | Select-Object -ExpandProperty IPsecCustomPolicy\n" + AGAIN, 7),
        (LISTED + 'PS> Get-VpnConnection -AllUserConnection "Work" | select -expand ipseccustompolicy\n' + AGAIN, 7),
        (LISTED + "[pc1]: PS C:\\> ( Get-VpnConnection Work -AllUserConnection ).IPSecCustomPolicy\n" + AGAIN, 7),
    ],
)
def test_a_connection_without_an_answer_has_no_suite(text: str, line: int) -> None:
    parsed = read(text)
    (connection,) = parsed.policy.vpn_connections
    assert connection.custom_policy is not None
    assert (connection.custom_policy.known, connection.custom_policy.span.line) == (False, line)
    assert "IPSecCustomPolicy" not in dict(parsed.not_held)
    assert "CR005" in {finding.code for finding in check_text(text, "window.txt").findings}


@cases(
    "text",
    [
        f"PS C:\\> Get-VpnConnection Work\n{LISTED}{ASKED}",
        f"PS C:\\> Get-VpnConnection Work\n{LISTED}{ASKED.replace('Work', 'Home')}{AGAIN}",
        f"PS C:\\> Get-VpnConnection Work\n{LISTED}{ASKED.replace('Work', '$name')}{AGAIN}",
        f"PS C:\\> Get-VpnConnection Work\n{LISTED}{ASKED.replace('IPsecCustomPolicy', 'Guid')}{AGAIN}",
        f"PS C:\\> Get-VpnConnection Work\n{LISTED}{ASKED.rstrip()}.DHGroup\n{AGAIN}",
    ],
)
def test_what_was_not_asked_or_has_no_end_is_not_told(text: str) -> None:
    parsed = read(text)
    assert [each.custom_policy for each in parsed.policy.vpn_connections] == [None]
    assert dict(parsed.not_held)["IPSecCustomPolicy"] == 1


def test_an_answer_below_a_list_is_its_suite() -> None:
    parsed = read(f"{LISTED}{ASKED}{SUITE}")
    (connection,) = parsed.policy.vpn_connections
    assert connection.custom_policy is not None
    assert connection.custom_policy.known is True
    assert not parsed.problems


@cases(
    ("shown", "lines"),
    [
        ("", [7]),
        (" | fl *", [7]),
        (" | select Subject, Thumbprint", [7]),
        (" | Select-Object -Property *", [7]),
        (" | select -First 0", []),
        (" | select Subject -Skip 2", []),
        (" > c.txt", []),
        (" | fl * > c.txt", []),
        (" | Out-Null", []),
    ],
)
def test_a_store_is_empty_only_if_what_it_shows_goes_nowhere_else(shown: str, lines: list[int]) -> None:
    parsed = read(f"{LISTED}PS C:\\> dir Cert:\\LocalMachine\\My{shown}\n{AGAIN}")
    assert [each.span.line for each in parsed.policy.empty_stores] == lines
