"""Commands that a console broke at its width say what they say on one row, and keep their places."""

from __future__ import annotations

import re

from tests.cases import cases
from tests.formats.stored_inputs import said_of

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.transcript.console_rows import unbroken
from ipseclint.source import bytes_source

_PLACE = re.compile(r"\d+:\d+\+\d+")
KEY = "correct-horse-battery"
COMMANDS = [
    (
        'C:\\>netsh advfirewall consec add rule name="To the hub" endpoint1=any endpoint2=10.7.0.0/16 '
        f"action=requireinrequireout auth1=computerpsk auth1psk={KEY} qmsecmethods=esp:sha1-aes128"
    ),
    (
        'PS C:\\> New-NetIPsecRule -DisplayName "To the hub" -RemoteAddress 10.7.0.0/16 -InboundSecurity Require '
        "-OutboundSecurity Require -Profile Domain -Mode Transport"
    ),
    (
        "C:\\>reg add HKLM\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent "
        "/v AssumeUDPEncapsulationContextOnSendRule /t REG_DWORD /d 2 /f"
    ),
    (
        "PS C:\\> Set-VpnConnectionIPsecConfiguration -ConnectionName Hub -AuthenticationTransformConstants SHA256128 "
        "-CipherTransformConstants AES256 -EncryptionMethod AES256 -IntegrityCheckMethod SHA256 -DHGroup Group14 "
        "-PfsGroup PFS2048 -Force"
    ),
]


def broken(command: str, width: int) -> str:
    return "\n".join(command[at : at + width] for at in range(0, len(command), width))


def read(text: str) -> Parsed:
    source = bytes_source("window.txt", text.encode())
    form = recognise(source)
    assert form is not None
    return form.parse(source)


def without_places(parsed: Parsed) -> list[str]:
    said = (line for line in said_of(parsed, "window.txt") if not line.startswith("secrets "))
    return [_PLACE.sub("", line) for line in said]


@cases("command", COMMANDS)
@cases("width", [80, 100, 120])
@cases("behind", ["", "Users\\adm", "Users\\adminis", "Windows\\system32"])
def test_a_command_says_the_same_at_each_width(behind: str, width: int, command: str) -> None:
    typed = command.replace("C:\\", f"C:\\{behind}", 1)
    whole, rows = (read(f"{each}\n\nOk.\n\nC:\\>\n") for each in (typed, broken(typed, width)))
    assert without_places(rows) == without_places(whole)


def test_the_width_of_a_console_is_told_by_its_rows() -> None:
    whole, rows = (read(f"{each}\nOk.\n\nC:\\>\n") for each in (COMMANDS[0], broken(COMMANDS[0], 67)))
    assert without_places(rows) == without_places(whole)
    (rule,) = rows.policy.connection_security_rules
    row = broken(COMMANDS[0], 67).split("\n")[1]
    assert (rule.endpoint2.span.line, rule.endpoint2.span.column) == (2, row.index("10.7.0.0") + 1)


def test_a_key_over_two_rows_is_known_in_each() -> None:
    width = 160
    typed = COMMANDS[0].replace("C:\\", "C:\\".ljust(width - COMMANDS[0].index(KEY) - 4, "x"))
    rows = broken(typed, width)
    assert rows.split("\n")[1].startswith(KEY[7:])
    parsed = read(f"{rows}\n\nOk.\n")
    assert {(span.line, span.column, span.length) for span in parsed.secrets} >= {
        (1, width - 6, 7),
        (2, 1, len(KEY) - 7),
    }


@cases(
    "text",
    [
        "PS C:\\> Get-NetIPsecRule -PolicyStore ActiveStore -DisplayName 'All of the servers' | fl\nDisplayName : A\n",
        f"C:\\>{'netsh advfirewall consec delete rule name=Hub'.ljust(76, 'b')}\nOk.\n\n",
        f"C:\\>{'sc config PolicyAgent start= '.ljust(76, 'b')}\n[SC] ChangeServiceConfig SUCCESS\n",
        f"C:\\>{'netsh advfirewall consec show rule name='.ljust(76, 'b')}\n\nRule Name: A\n",
        f"C:\\>{'netsh ipsec static add policy name='.ljust(76, 'b')}\nC:\\>exit\n",
        f"PS C:\\> {'Get-Service | ft Status,'.ljust(72, 'b')}\nStatus  Name\n------  ----\n",
        f"C:\\>{'netsh advfirewall consec delete rule name=H'.ljust(76, 'b')}\nDer Vorgang wurde beendet.\n",
        f"C:\\>{'netsh advfirewall consec delete rule name=Hub'.ljust(76, 'b')}\nL'opération a réussi.\n",
        f"{'a line of 80 characters'.ljust(80, '.')}\nand the next one\n",
    ],
)
def test_what_is_no_rest_of_a_command_is_left(text: str) -> None:
    assert unbroken(text).text is text
