"""How a mail ends is no part of what is pasted above; what is more than a name below stays."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats.pasted.closings import without_closing

ABOVE = "conn rw\n  keyexchange=ikev2\n\n"


@cases(
    ("end", "lines"),
    [
        ("Thanks\n", 1),
        ("Thanks,\nAna\n", 2),
        ("Mit freundlichen Gr\u00fc\u00dfen\n\nAnna M\u00fcller\nIT, Example GmbH\n", 4),
        ("Kind regards\r\nA. B. Smith", 1),
        ("Thanks\nJuan Carlos Garc\u00eda L\u00f3pez\n", 2),
        ("  danke!\n\n\n", 3),
        ("Vielen Dank im Voraus\n", 1),
        ("Merci d'avance\n", 1),
        ("Saludos, Juan\n", 1),
        ("Algu\u00e9m sabe?\nObrigado\n", 2),
        ("Any ideas?\n\nThanks Ana\n", 3),
        ("\u0421\u043f\u0430\u0441\u0438\u0431\u043e!\n", 1),
        ("\u8c22\u8c22\u3002\n", 1),
        ("--\nAna Lima\nExample SA | +351 21 000 00 00\n", 3),
        ("Kind regards\nAna Lima\nNetwork Engineer, Example SA\nT +44 20 7946 0000 | ana@example.org\n", 4),
        ('--\nAna Lima\nRua Nova 5, 1200 Lisboa\nwww.example.org\n"Nothing is as it was."\n', 5),
        ("Regards\nAna\nSales | Example SA\n", 3),
        ("\u3088\u308d\u3057\u304f\u304a\u9858\u3044\u3057\u307e\u3059\u3002\n", 1),
    ],
)
def test_words_that_close_and_a_name_are_left_out(end: str, lines: int) -> None:
    assert without_closing(ABOVE + end) == ABOVE + "\n" * lines


@cases(
    "text",
    [
        "Thanks\n",
        ABOVE,
        ABOVE + "Thanks\nnetsh advfirewall reset\n",
        ABOVE + "Thanks\nNetsh Advfirewall Reset\n",
        ABOVE + "Thanks\nNETSH ADVFIREWALL RESET\n",
        ABOVE + "Thanks\nGet-VpnConnection\n",
        ABOVE + "Thanks\n  ike=aes128\n",
        ABOVE + "--\nServerAddress : 203.0.113.50 | vpn.example.org\n",
        ABOVE + "--\nGet-VpnConnection | Remove-VpnConnection\n",
        ABOVE + "--\n$all | Remove-VpnConnection\n",
        ABOVE + "--\nreg delete HKLM\\SYSTEM www.example.org\n",
        ABOVE + "--\nesp=aes128 | +351 21 000 00 00\n",
        ABOVE + "Thanks\nOne Two Three Four Five\n",
        ABOVE + "Thanks for it\nAna\n",
        ABOVE + "Does it work?\n  ike=aes128\n",
        ABOVE + "netsh advfirewall consec show rule name=all?\n",
        ABOVE + "ikev2?\n",
        ABOVE + "netsh advfirewall consec add rule ?\n",
        ABOVE + "Thanks\n" + "\n" * 9 + "Ana\n",
    ],
)
def test_what_says_more_stays(text: str) -> None:
    assert without_closing(text) == text


def test_a_ticket_with_a_heading_between_both_ends_and_a_name_below_is_understood_whole() -> None:
    ticket = (
        'The VPN says "Policy match error".\n\nClient:\nPS C:\\> (Get-VpnConnection Work).IPsecCustomPolicy\n\n'
        "AuthenticationTransformConstants : GCMAES256\nCipherTransformConstants         : GCMAES256\n"
        "DHGroup                          : ECP384\nIntegrityCheckMethod             : SHA384\n"
        "PfsGroup                         : ECP384\nEncryptionMethod                 : AES256\n\n"
        "Server (strongSwan 5.9):\n\nconn rw\n  keyexchange=ikev2\n  ike=aes256-sha256-modp2048!\n"
        "  esp=aes256-sha256!\n  left=%any\n  leftid=@vpn.example.org\n  right=%any\n  rightauth=eap-mschapv2\n"
        "  auto=add\n\nBest regards\nAna\n"
    )
    report = check_text(ticket, "ticket.txt")
    assert [problem.message for problem in report.problems] == []
