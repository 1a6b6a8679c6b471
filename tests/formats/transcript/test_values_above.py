"""Values that a pasted script sets above a heading, and certificates within its texts, are parts of the script."""

from __future__ import annotations

import html

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source

MAIL = "From: a@example.org\nTo: b@example.org\nSubject: VPN\nDate: Mon, 4 Jan 2027 10:00:00 +0000\n\n{}\nBob\n"
PAGE = "<html><body><p>Run:</p><pre><code>{}</code></pre></body></html>"
VALUES = '$name = "Office"\n$server = "vpn.example.net"\n'
CREATES = "Add-VpnConnection -Name $name -ServerAddress $server -TunnelType Ikev2\n"
CERTIFICATE = '$ca = @"\n-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"@\nSet-Content ca.crt $ca\n'


def read(path: str, text: str) -> Parsed:
    source = bytes_source(path, text.encode())
    form = recognise(source)
    assert form is not None
    return form.parse(source)


@cases("path", ["a.eml", "a.html", "a.txt"])
@cases(
    "script",
    [
        f"{VALUES}\n# Do not change what is below\n\n{CREATES}",
        f"# The names\n{VALUES}\n# Do not change what is below\n\n{CREATES}",
        f"{VALUES}{CERTIFICATE}{CREATES}",
    ],
)
def test_values_above_a_heading_and_around_a_certificate_are_known(path: str, script: str) -> None:
    text = {"a.eml": MAIL.format(script), "a.html": PAGE.format(html.escape(script))}.get(path, script)
    parsed = read(path, text)
    (connection,) = parsed.policy.vpn_connections
    assert (connection.name, parsed.problems) == ("Office", ())
