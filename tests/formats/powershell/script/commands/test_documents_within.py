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


def _in_book(lines: str, set_up: str = "", *, opening: str = '"', behind: str = "") -> str:
    book = f"[Main]\nEncoding=1\nPBVersion=6\nType=2\n{lines}\n"
    return f"{RULE}{set_up}$Book = @{opening}\n{book}{opening}@{behind}\nSet-Content {BOOK} $Book\n"


@cases(
    ("written", "server"),
    [
        ("vpn.example.com", "vpn.example.com"),
        ("$Server", "vpn.example.com"),
        ("${Server}", "vpn.example.com"),
        ("$($Table.Server)", "vpn.example.org"),
        ("a.$Server", "a.vpn.example.com"),
        ("vpn`$x", "vpn$x"),
        ("$Number.example", "7.example"),
        ("{0}", "{0}"),
    ],
)
def test_a_value_in_a_phone_book_is_the_one_inserted(written: str, server: str) -> None:
    set_up = "$Server = 'vpn.example.com'\n$Table = @{ Server = 'vpn.example.org' }\n$Number = 7\n"
    text = _in_book(f"PhoneNumber={written}\nVpnStrategy=$Number", set_up)
    assert said_of(text) == []
    (connection,) = parsed(text).policy.vpn_connections
    assert connection.servers is not None
    assert connection.strategy is not None
    assert (connection.servers.known, connection.strategy.known) == ((server,), "IKEv2")
    span = connection.servers.span
    assert (span.line, span.column, span.length) == (10, 13, len(written))


@cases(
    ("written", "named"),
    [
        ("$Server", "`$Server`"),
        ("$env:SERVER", "`$env:SERVER`"),
        ("$(Get-Server 'a')", "`$(…)`"),
        ("$(Get-Server $Site)", "`$Site`"),
        ("$Lines", "`$Lines`"),
        ("vpn.$Zone.example", "`$Zone`"),
    ],
)
def test_a_value_in_a_phone_book_that_is_not_known_is_said_and_left_out(written: str, named: str) -> None:
    text = _in_book(f"PhoneNumber={written}\nVpnStrategy=7", "$Lines = Get-Content a.txt\n")
    at = 13 + written.index("$")
    assert (8, at, f"what is filled in for {named} is not known") in said_of(text)
    (connection,) = parsed(text).policy.vpn_connections
    assert connection.servers is None
    assert connection.strategy is not None
    assert connection.strategy.known == "IKEv2"


def test_what_says_nothing_of_ipsec_in_a_phone_book_is_given_at_run_time() -> None:
    text = _in_book("PreviewDomain=$Domain\nPhoneNumber=vpn.example.com").replace("[Main]", "[$Name]")
    assert said_of(text) == []
    assert [name for name, _ in parsed(text).given] == ["`$Domain`, line 7", "`$Name`, line 3"]


def test_a_value_of_two_lines_and_one_that_must_be_a_number_are_not_known() -> None:
    said = "what is filled in for `$Two` is not known"
    assert said_of(_in_book("PhoneNumber=$Two", '$Two = "a`nb"\n')) == [(8, 13, said)]
    assert said_of(_in_book("Type=$Kind")) == []  # the first one counts
    said = "what is filled in for `$Kind` is not known"
    assert said_of(_in_book("X=1").replace("Type=2", "Type=$Kind"))[0] == (6, 6, said)


def test_nothing_is_inserted_into_a_literal_here_string_but_by_the_operator() -> None:
    text = _in_book("PhoneNumber=$Server\nVpnStrategy={0}", "$Server = 'a'\n", opening="'", behind=" -f 7")
    (connection,) = parsed(text).policy.vpn_connections
    assert connection.servers is not None
    assert connection.servers.known == ("$Server",)
    assert connection.strategy is not None
    assert connection.strategy.known == "IKEv2"


def test_a_key_that_is_inserted_is_a_secret_where_it_is_set_and_where_it_is_used() -> None:
    result = parsed(_in_book("PreSharedKey=$Key", "$Key = 'kept-from-all'\n"))
    assert {span.line for span in result.secrets} >= {2, 8}


REG = f'Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\{VALUE}]\n"ProhibitIpSec"=@\n'


@cases(
    ("document", "line", "name"),
    [
        (REG, 8, "$Word"),
        (TEMPLATE.replace("4,1", "4,@").replace("$CHICAGO$", "`$CHICAGO`$"), 8, "$One"),
        (INF.replace("0x00010001,1", "0x00010001,@").replace("$Windows NT$", "`$Windows NT`$"), 10, "$One"),
    ],
)
def test_values_of_the_registry_are_those_inserted(document: str, line: int, name: str) -> None:
    script = RULE + "$One = 1\n$Word = 'dword:00000001'\n$Text = @\"\n{}\"@\nSet-Content a.inf $Text\n"
    text = script.format(document.replace("@", name))
    (value,) = parsed(text).policy.registry
    assert (value.data.value, value.data.span.line) == ("1", line)
    unknown = script.format(document.replace("@", "$Given"))
    assert any("`$Given`" in message for _, _, message in said_of(unknown))
    assert parsed(unknown).policy.registry == ()


def test_a_dollar_sign_in_the_signature_of_an_inf_is_no_value() -> None:
    assert said_of(f'{RULE}$Text = @"\n{TEMPLATE}"@\nSet-Content a.inf $Text\n') == []


def test_the_command_of_a_task_has_the_values_inserted() -> None:
    task = TASK.replace("name=Task", "name=$Rule")
    text = '{}$Task = @"\n{}"@\nRegister-ScheduledTask -TaskName T -Xml $Task\n'
    (rule,) = parsed(text.format("$Rule = 'Given'\n", task)).policy.connection_security_rules
    assert (rule.name, rule.span.line) == ("Given", 8)
    said = said_of(text.format("", task))
    assert [message for _, _, message in said] == ["the program puts a value into this command: it is not read"]


def test_columns_count_what_is_written_and_not_what_is_inserted() -> None:
    template = TEMPLATE.replace("ProhibitIpSec=4,1", "$Name=$Kind,$One").replace("$CHICAGO$", "`$CHICAGO`$")
    set_up = "$Name = 'ProhibitIpSec'; $Kind = 4; $One = 1\n"
    text = f'{RULE}{set_up}$Text = @"\n{template}"@\nSet-Content a.inf $Text\n'
    (value,) = parsed(text).policy.registry
    line = text.split("\n")[value.data.span.line - 1]
    assert value.data.value == "1"
    assert line[value.data.span.column - 1 :][: value.data.span.length] == "$One"
