"""Documents of other formats in here-strings of a script, beside its own commands."""

from __future__ import annotations

import pytest
from tests.cases import cases
from tests.formats.powershell.script.evaluating import format_of, parsed, said_of

from ipseclint.model.setting import Unknown

RULE = "New-NetIPsecRule -DisplayName Beside -InboundSecurity Require\n"
PHONE_BOOK = "[{}]\nEncoding=1\nPBVersion=6\nType=2\nVpnStrategy=7\nPhoneNumber=vpn.example.com\n"
VALUE = r"System\CurrentControlSet\Services\RasMan\Parameters"
TEMPLATE = f'[Version]\nsignature="$CHICAGO$"\n[Registry Values]\nMACHINE\\{VALUE}\\ProhibitIpSec=4,1\n'
INF = (
    '[Version]\nSignature="$Windows NT$"\n[DefaultInstall]\nAddReg=A\n[A]\n'
    f'HKLM,"{VALUE}","ProhibitIpSec",0x00010001,1\n'
)
TASK = """<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <Actions Context="Author">
    <Exec>
      <Command>netsh</Command>
      <Arguments>advfirewall consec add rule name=Task endpoint1=any endpoint2=any action=noauthentication</Arguments>
    </Exec>
  </Actions>
</Task>
"""
BOOK = r"'C:\ProgramData\Microsoft\Network\Connections\Pbk\rasphone.pbk'"


@pytest.mark.parametrize(
    ("before", "document", "behind"),
    [
        ("$Book = @'\n", PHONE_BOOK, f"'@\nSet-Content -Path {BOOK} -Value $Book\n"),
        ('@"\n', PHONE_BOOK, f'"@ | Out-File {BOOK}\n'),
        (f'[IO.File]::WriteAllText({BOOK}, @"\n', PHONE_BOOK, '"@)\n'),
        ("$Inf = @'\n", TEMPLATE, "'@\n$Inf | Out-File a.inf\nsecedit /configure /db a.sdb /cfg a.inf\n"),
        (
            "$Inf = @'\n",
            INF,
            "'@\nSet-Content a.inf $Inf\nrundll32 setupapi,InstallHinfSection DefaultInstall 132 a.inf\n",
        ),
        ("$Task = @'\n", TASK, "'@\nRegister-ScheduledTask -TaskName T -Xml $Task\n"),
        ("$Task = @'\n", TASK, "'@\n$Task | Set-Content a.xml\nschtasks /create /tn T /xml a.xml\n"),
    ],
)
@pytest.mark.parametrize("path", ["set.ps1", "pasted.txt"])
def test_a_document_is_read_in_its_place_and_so_is_the_script(
    before: str, document: str, behind: str, path: str
) -> None:
    text = before + document + behind + RULE
    assert format_of(text, path) == "powershell-script"
    assert said_of(text, path) == []
    policy = parsed(text, path).policy
    rules = {rule.name: rule.span.line for rule in policy.connection_security_rules}
    assert rules["Beside"] == text.count("\n")
    if document is PHONE_BOOK:
        assert [connection.span.line for connection in policy.vpn_connections] == [2]
    elif document is TASK:
        assert rules["Task"] == 7
    else:
        (value,) = policy.registry
        assert (value.data.value, value.data.span.line) == ("1", before.count("\n") + document.count("\n"))


def test_a_task_of_a_file_that_is_not_here_is_said() -> None:
    said = "`register-scheduledtask` brings in a task from a file or a text whose commands are not known"
    register = "Register-ScheduledTask -TaskName T -Xml (Get-Content other.xml -Raw)\n"
    assert said_of(f"{RULE}{register}") == [(2, 1, said)]
    assert said_of(f"$Task = @'\n{TASK}'@\n{RULE}{register}") == [(13, 1, said)]


@cases(
    ("written", "server"),
    [
        ("vpn.example.com", "vpn.example.com"),
        ("$Server", "vpn.example.com"),
        ("${Server}", "vpn.example.com"),
        ("$($Server)", "vpn.example.com"),
        ("$($Table.Server)", "vpn.example.org"),
        ("vpn`$x", "vpn$x"),
        ("$(Get-Server (1) )", None),
        ("$env:SERVER", None),
    ],
)
def test_a_value_in_a_profile_is_the_one_inserted_and_not_known_where_nothing_runs(
    written: str, server: str | None
) -> None:
    set_up = "$Server = 'vpn.example.com'\n$Table = @{ Server = 'vpn.example.org' }\n"
    profile = f"<VPNProfile>\n<NativeProfile>\n<Servers>{written}</Servers>\n</NativeProfile>\n</VPNProfile>\n"
    for stop in ("", "exit\n"):
        text = f'{RULE}{set_up}{stop}$Profile = @"\n{profile}"@\n'
        (connection,) = parsed(text).policy.vpn_connections
        assert connection.servers is not None
        is_known = server is not None and not (stop and written.startswith("$"))
        assert connection.servers.known == ((server,) if is_known else None)
        assert is_known or connection.servers.value == Unknown(written)
        line, column = connection.servers.span.line, connection.servers.span.column
        origin = server if server is not None and is_known and written.startswith("$") else written
        assert text.split("\n")[line - 1][column - 1 :].startswith(origin)
