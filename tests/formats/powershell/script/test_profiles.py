"""VPN profiles that a script puts together: what it puts in is known, at its place, or said to be given."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed

from ipseclint.formats.parsed import Parsed
from ipseclint.model.policy import VpnConnection

SUITE = (
    "<CryptographySuite><AuthenticationTransformConstants>SHA256128</AuthenticationTransformConstants>"
    "<CipherTransformConstants>{cipher}</CipherTransformConstants><EncryptionMethod>AES128</EncryptionMethod>"
    "<IntegrityCheckMethod>SHA256</IntegrityCheckMethod><DHGroup>Group14</DHGroup><PfsGroup>None</PfsGroup>"
    "</CryptographySuite>"
)


def profile(server: str, cipher: str = "AES256", more: str = "") -> str:
    suite = SUITE.replace("{cipher}", cipher)
    return (
        f"<VPNProfile><NativeProfile><Servers>{server}</Servers><NativeProtocolType>IKEv2</NativeProtocolType>"
        f"<Authentication><MachineMethod>Certificate</MachineMethod>{more}</Authentication>{suite}"
        "</NativeProfile></VPNProfile>"
    )


def connection_of(result: Parsed) -> VpnConnection:
    (connection,) = result.policy.vpn_connections
    return connection


def cipher_at(result: Parsed) -> tuple[str, int, int, int]:
    (made,) = result.policy.quick_mode_crypto_sets
    cipher = made.proposals[0].encryption
    return str(cipher.known), cipher.span.line, cipher.span.column, cipher.span.length


SET = "$s = 'v.example'; $c = 'DES'\n"
PUT_TOGETHER = {
    "joined": SET + "$x = '" + profile("' + $s + '", "' + $c + '") + "'\n",
    "joined over lines": SET + "$x = '"
    + profile("' +\n  $s +\n  '", "'+$c+'").replace("><Auth", ">' +\n'<Auth") + "'\n",
    "added to": SET + "$x = '" + profile("' + $s\n$x += '", "' + $c + '") + "'\n",
    "in a text": SET + '$x = "' + profile("$s", "$($c)") + '"\n',
    "in lines": SET + '$x = @"\n' + profile("$s", "${c}") + '\n"@\n',
    "formatted": SET + "$x = '" + profile("{0}", "{1}") + "' -f $s, $c\n",
    "replaced by an operator": SET + "$x = '" + profile("%S%", "@@C") + "' -replace '%S%', $s -replace '@@C', $c\n",
    "replaced by a method": SET + "$x = @'\n" + profile("SRV", "[C]") + "\n'@\n"
    "$x = $x.Replace('SRV', $s).Replace('[C]', $c)\n",
    "replaced by escaped words": SET + "$x = @'\n" + profile("SRV", "[C]") + "\n'@\n"
    "$x = $x -replace 'SRV', $s -replace '\\[C\\]', $c\n",
    "by a function": "function f($s, $c) { \"" + profile("$s", "$c") + "\" }\nf v.example 'DES'\n",
}  # fmt: skip


@cases("form", ["'{}'", '"{}"', "@'\n{}\n'@", '@"\n{}\n"@'])
def test_a_profile_whose_markup_is_escaped_is_read_at_its_places(form: str) -> None:
    escaped = profile("v.example", "DES").replace("<", "&lt;").replace(">", "&gt;")
    script = (
        f"$x = {form.format(escaped)}\n"
        "New-CimInstance -Namespace root/cimv2/mdm/dmmap -ClassName MDM_VPNv2_01 -Property @{ ProfileXML = $x }\n"
    )
    result = parsed(script)
    assert result.problems == ()
    servers = connection_of(result).servers
    assert servers is not None
    assert servers.known == ("v.example",)
    before = script[: script.index("DES")]
    column = len(before) - before.rfind("\n")
    assert cipher_at(result) == ("DES", before.count("\n") + 1, column, len("DES"))


@cases("how", PUT_TOGETHER)
def test_what_is_put_into_a_profile_is_known_where_it_is_written(how: str) -> None:
    script = PUT_TOGETHER[how]
    result = parsed(script)
    assert [problem.message for problem in result.problems] == []
    assert result.given == ()
    servers = connection_of(result).servers
    assert servers is not None
    assert servers.known == ("v.example",)
    line = next(number for number, line in enumerate(script.splitlines(), start=1) if "'DES'" in line)
    column = script.splitlines()[line - 1].index("DES") + 1
    assert cipher_at(result) == ("DES", line, column, 3)


@cases(
    ("script", "given"),
    [
        ("param($s)\n$x = '" + profile("' + $s + '") + "'\n", (("`$s`, line 2", 1),)),
        ('param($s)\n$x = @"\n' + profile("https://$s/x") + '\n"@\n', (("`$s`, line 3", 1),)),
        ("$s = Read-Host\n$x = '" + profile("{0}") + "' -f $s\n", (("`{0}`, line 2", 1),)),
        ("$s = Read-Host\n$x = '" + profile("#S#") + "'.Replace('#S#', $s)\n", (("`#S#`, line 2", 1),)),
        ("foreach ($s in 'a.example', 'b.example') { \"" + profile("$s") + '" }\n', (("`$s`, line 1", 1),)),
        ("exit\n$x = \"" + profile("$s") + '"\n', (("`$s`, line 2", 1),)),
        ("exit\n$x = \"" + profile("$(f ($s))") + '"\n', (("`$s`, line 2", 1),)),
    ],
)  # fmt: skip
def test_a_server_that_is_not_known_is_given_when_it_runs(script: str, given: tuple[tuple[str, int], ...]) -> None:
    result = parsed(script)
    servers = connection_of(result).servers
    assert servers is not None
    assert servers.known is None
    assert connection_of(result).name == "VPN profile"
    assert result.given == given


@cases("cipher", ["' + $c + '", "' + (f $c) + '"])
def test_a_part_of_a_suite_that_is_not_known_is_a_problem(cipher: str) -> None:
    result = parsed("param($c)\n$x = '" + profile("v.example", cipher) + "'\n")
    ((message, line),) = [(each.message, each.span.line) for each in result.problems]
    assert message.startswith("unknown encryption `")
    assert line == 2
    assert "' +" not in message
    assert result.given == ()


def test_a_document_that_is_put_into_a_profile_is_read_at_its_own_lines() -> None:
    suite = SUITE.replace("{cipher}", "DES").replace("><", ">\n<")
    script = f"$suite = @'\n{suite}\n'@\n$x = @\"\n" + profile("v.example").replace(
        SUITE.replace("{cipher}", "AES256"), "$suite"
    )
    result = parsed(script + '\n"@\n')
    assert cipher_at(result) == ("DES", 4, 27, 3)


def test_an_authentication_that_is_read_from_a_file_does_not_hide_the_rest() -> None:
    more = "<UserMethod>Eap</UserMethod><Eap><Configuration>' + $eap + '</Configuration></Eap>"
    script = "$eap = Get-Content eap.xml\n$x = '" + profile("v.example", "DES", more)
    result = parsed(script + "'\n")
    assert cipher_at(result)[:2] == ("DES", 2)
    assert result.given == (("`$eap`, line 2", 1),)


def test_single_quotes_around_lines_put_nothing_in() -> None:
    result = parsed("$s = 'v.example'\n$x = @'\n" + profile("$s") + "\n'@\n")
    servers = connection_of(result).servers
    assert servers is not None
    assert servers.known == ("$s",)


def test_a_key_that_is_put_into_a_profile_is_hidden_where_it_is_written() -> None:
    key = "MadeUpKeyOfNobody7"
    script = (
        f"param($s, $psk = '{key}')\n$x = '<VPNProfile><NativeProfile><Servers>' + $s + '</Servers>"
        "<NativeProtocolType>L2tp</NativeProtocolType><L2tpPsk>' + $psk + '</L2tpPsk></NativeProfile></VPNProfile>'\n"
    )
    result = parsed(script)
    (made,) = result.policy.authentication_sets
    assert made.methods[0].preshared_key is not None
    column = script.index(key) + 1
    assert any(
        span.line == 1 and span.column <= column and span.column + span.length >= column + len(key)
        for span in result.secrets
    )


def test_a_profile_of_many_pieces_takes_time_by_their_number() -> None:
    routes = "".join(f"<Route><Address>$r{index}</Address></Route>" for index in range(2000))
    script = '$x = @"\n' + profile("v.example").replace("</VPNProfile>", routes + "</VPNProfile>") + '\n"@\n'
    result = parsed(script)
    assert len(result.given) == 2000


@cases(
    ("script", "line"),
    [
        (
            (
                "$writer = New-Object System.Xml.XmlTextWriter('device.xml', $null)\n"
                "$writer.WriteStartElement('VPNProfile')\n$writer.WriteElementString('NativeProtocolType', 'IKEv2')\n"
            ),
            2,
        ),
        ('$xml = [xml]::new()\n$suite = $xml.CreateElement( "CryptographySuite" )\n', 2),
        ("# $writer.WriteStartElement('VPNProfile')\n$a = 1\n", None),
        ("$writer.WriteStartElement('Settings')\n$writer.WriteElementString('Servers', 'a.example')\n", None),
    ],
)
def test_a_profile_that_is_written_element_by_element_is_said(script: str, line: int | None) -> None:
    why = "a VPN profile is written here element by element, which is not followed: give the file that it becomes"
    said = [(problem.span.line, problem.message) for problem in parsed(script).problems]
    assert said == ([] if line is None else [(line, why)])


NATIVE = "<Servers>vpn.example.com</Servers><NativeProtocolType>IKEv2</NativeProtocolType>"
OPEN_PROFILE = "[xml]$x = '<VPNProfile>' + $Body + '</VPNProfile>'"
OPEN_NATIVE = f'$x = "<VPNProfile><NativeProfile>{NATIVE}$Suite</NativeProfile></VPNProfile>"'
OPEN_METHODS = f"""$x = @"
<VPNProfile>
<NativeProfile>
{NATIVE}
<Authentication>
$Method
</Authentication>
</NativeProfile>
</VPNProfile>
"@"""
OPEN_ROUTES = OPEN_NATIVE.replace("$Suite</NativeProfile>", "</NativeProfile>$Routes")
OPEN_EAP = OPEN_NATIVE.replace(
    "$Suite", "<Authentication><Eap><Configuration>$Eap</Configuration></Eap></Authentication>"
)
OPEN_SERVER = OPEN_NATIVE.replace("$Suite", "").replace("vpn.example.com", "$Name")


@cases(
    ("script", "element"),
    [(OPEN_PROFILE, "VPNProfile"), (OPEN_NATIVE, "NativeProfile"), (OPEN_METHODS, "Authentication")],
)
def test_a_profile_whose_elements_are_put_in_is_understood_in_part(script: str, element: str) -> None:
    result = parsed(f"param($Body, $Suite, $Method)\n{script}\n")
    (problem,) = result.problems
    assert problem.message.startswith(f"the elements of <{element}> come from elsewhere")
    connection = connection_of(result)
    assert (connection.custom_policy is None) is (element != "Authentication")


@cases("script", [OPEN_ROUTES, OPEN_EAP, OPEN_SERVER])
def test_a_value_of_a_profile_that_is_put_in_is_given_later(script: str) -> None:
    result = parsed(f"param($Routes, $Eap, $Name)\n{script}\n")
    assert not result.problems
    assert connection_of(result).custom_policy is not None
