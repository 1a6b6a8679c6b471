"""Where keys are found in a text, whatever it is."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import SupportsIndex

import pytest

from ipseclint import secrets, text_blocks
from ipseclint.secrets import announced, elsewhere, masks
from ipseclint.secrets.places import Place
from ipseclint.source import bytes_source, file_source
from tests.cases import cases

NESTED = {
    "a name of a key as its own value": "netsh ipsec static add rule " + "psk=" * 3_000,
    "labels": "psk:" * 3_000,
    "members": '"psk":' * 3_000,
    "members in members": '{"psk":' * 3_000,
    "lists": "psk=(" * 3_000,
    "quotes": "psk='" * 3_000,
    "here-strings": "psk=@'" * 3_000,
    "elements in elements": "<psk>" * 3_000,
    "elements that end": "<psk>" * 1_500 + "</psk>" * 1_500,
    "tags without an end": "<psk x" * 3_000,
    "tags as entities": "&lt;psk x" * 3_000,
    "attributes": "<a " + "psk=' " * 3_000,
}


@pytest.mark.parametrize("name", NESTED)
def test_a_text_is_gone_through_once_however_its_keys_are_nested(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text, passed = NESTED[name], 0
    after_name = announced._after_name

    def counted(*given: object) -> list[Place]:
        nonlocal passed
        places = list(after_name(*given))  # type: ignore[arg-type]
        passed += sum(end - begin for begin, end in places)
        return places

    monkeypatch.setattr(announced, "_after_name", counted)
    places, _ = secrets.keys_in(text)
    assert passed <= 2 * len(text)  # as it is written and as it is meant
    assert places


def test_a_source_and_its_text_for_its_reader_are_searched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "set PSK=Autumn%%21\npsk: 'Winter leaves'\n"
    searched = []
    found_in = secrets._announced
    monkeypatch.setattr(secrets, "_announced", lambda text: searched.append(text) or found_in(text))
    secrets.keys_in("")
    places, texts = secrets.key_places(bytes_source("x", text.replace("\n", "\r\n").encode()))
    once = len(searched)
    assert (secrets.key_spans(text, "x"), once) == (places, len(searched))
    told = secrets.keys_in(text)
    told[0].clear()
    told[1].clear()
    assert secrets.keys_in(text)[1] == texts
    assert searched.count(text) == 1


def test_many_variables_are_found_in_one_search_for_values_and_one_for_names(monkeypatch: pytest.MonkeyPatch) -> None:
    searches = 0

    class Counted:
        @staticmethod
        def finditer(text: str) -> Iterator[re.Match[str]]:
            nonlocal searches
            searches += 1
            return assignment.finditer(text)

    assignment = elsewhere._ASSIGNMENT
    monkeypatch.setattr(elsewhere, "_ASSIGNMENT", Counted)
    names = [f"v{number}" for number in range(200)]
    text = " & ".join(f"set {name}=Sommerregen{name}" for name in names) + "\n"
    text += "\n".join(f"netsh ipsec static add rule psk=%{name}%" for name in names)
    _, texts = secrets.keys_in(text)
    assert [name for name in names if f"Sommerregen{name}" not in texts] == []
    assert searches == 2


KEY = "Sommerregenbogen"
BESIDE = {
    "an entity": ("<a>netsh ipsec static add rule psk=&quot;{}&quot; name=r</a>", " name=r"),
    "a number of a quote": ("<a>netsh ipsec static add rule psk=&#34;{}&#34; name=r</a>", " name=r"),
    "an apostrophe": ("<a>-Command New-NetIPsecAuthProposal -PreSharedKey &apos;{}&apos; -Machine</a>", " -Machine"),
    "an entity of an entity": ("<a>psk=&amp;quot;{}&amp;quot; name=r</a>", " name=r"),
    "a member in markup": ("<a>&quot;psk&quot;: &quot;{}&quot;, &quot;name&quot;: 1</a>", "&quot;name&quot;: 1"),
    "a text of a program": (r'subprocess.run("netsh ipsec static add rule psk=\"{}\" name=r")', " name=r"),
    "a command's end": ("netsh ipsec static add rule psk=a&{} name=r", " name=r"),
    "a line that goes on": ("netsh advfirewall consec add rule auth1psk={} ^\naction=x", "action=x"),
    "a line that goes on within a key": ("netsh advfirewall consec add rule auth1psk=ab^\n{} action=x", " action=x"),
    "a word on the next line": ("netsh advfirewall consec add rule auth1psk=ab ^\n {} action=x", " action=x"),
    "a sign that no code page has": ("netsh ipsec dynamic add rule psk?{} mmpolicy=m", " mmpolicy"),
    "a sign within a text": (r'run("netsh ipsec static add rule psk;\"{}\"", next)', ", next"),
    "a default of Bicep": ("param sharedKey string = '{}'\nparam next int = 1", "\nparam next"),
    "a name in braces": ('add "a" {{Preshared-Key}} "{}"\nnext', "\nnext"),
    "a broken line of a router": ("crypto isakmp key 6 ab\n  {} address 192.0.2.1", " address"),
    "a prompt before a pipe": ("gw# {} | % {{ New-NetIPsecAuthProposal -PreSharedKey $_ -Machine }}", " -Machine"),
    "a connection to a database": ('<add connectionString="Server=s;Password={};Next=1" />', ";Next=1"),
    "a node": ("<a><LocURI>./Lab/L2tpPsk</LocURI></a>\n<Data>{}</Data><b>next</b>", "<b>next"),
    "a baseline's value": ("<Value>SHKey</Value>\n<RegType>REG_SZ</RegType>\n<RegData>{}</RegData>\n", "REG_SZ"),
    "a torn one": ("<Value>SHKey</Val\n<RegType>REG_SZ</RegTy@{{>\n<RegData>{}</RegData><b>next</b>", "<b>next"),
    "a node of a kind": ("<LocURI>./L2tpPsk</LocURI><Format>chr</Format><Data>{}</Data><b>next</b>", "<b>next"),
    "an entry of a property list": ("<key>SharedSecret</key><string>{}</string><key>x</key>", "<key>x"),
    "an address and its value": ('{{"omaUri":"./Lab/L2tpPsk","value":"{}","next":1}}', '"next"'),
    "a value and its address": ('{{"next":1,"value":"{}","omaUri":"./Lab/L2tpPsk"}}', '"next"'),
    "a value and its name": ('<Properties next="1" value="{}" name="PreSharedKey"/>', "next="),
    "a name and its value": ('<Properties name="PreSharedKey" value="{}" next="1"/>', "next="),
    "a column": ("Name,PreSharedKey,x\nNew-NetIPsecRule,{},y\n", ",y"),
    "a column of a client": ("Name,ServerAddress,L2tpPsk\na,b,{}\n", "\n"),
    "a quoted column": ('"Name";"PSK";"x"\n"New-NetIPsecRule";"{}";"y"\n', ';"y"'),
    "a router's command": ('set ike policy p pre-shared-key ascii-text "{}"\nset x', "set x"),
    "a parameter on the next line": ("New-NetIPsecAuthProposal -PreSharedKey {} `\n  -Machine", "-Machine"),
}


@cases("name", BESIDE)
def test_a_key_ends_where_its_quote_or_word_ends(name: str) -> None:
    template, beside = BESIDE[name]
    text = template.format(KEY)
    places, texts = secrets.keys_in(text)
    assert any(begin <= text.index(KEY) and text.index(KEY) + len(KEY) <= end for begin, end in places)
    assert not any(begin < text.index(beside) + len(beside) and text.index(beside) < end for begin, end in places)
    assert KEY in texts


@cases(
    "word",
    [
        "Remove-NetIPsecPhase1AuthSet",
        "Set-IKEv2VpnSecurityBaseline.ps1",
        "srcaddr=192.168.0.10",
        "dstaddr=10.0.0.0/24",
        "10.8.0.0/33",
        "192.168.0.0/255.255.0.0",
        "fd00:8::/200",
        "auth1ecdsap256certname",
        "EnableIKEv2Fragmentation4Servers",
        "esp:sha1-3des",
        "dhgroup14-3des",
        "mlkem768-ke1",
        "modp4096-ke3",
        "$Version080Updates.Exception.Message",
        "$Win10Hosts.Count",
    ],
)
def test_a_word_of_the_tools_is_no_lookalike_of_a_key(word: str) -> None:
    assert masks.lookalikes(word) == []


@cases("word", ["Gk7pQ2xW9m", "psk=Gk7pQ2xW9m", "Set-a1b2c3d4e5", "$Gk7pQ2xW9m", "$Gk7pQ2.xW9m"])
def test_a_word_that_changes_often_between_letters_and_digits_looks_like_a_key(word: str) -> None:
    assert masks.lookalikes(word) == [word]


@cases(
    "text",
    [
        "see psk-rules.txt",
        "a/site-psk-nospace.txt | b",
        "psk_based",
        "the PSK-less rule",
        "-AuthenticationMethod PSKOnly",
    ],
)
def test_a_longer_name_or_a_file_name_holds_no_key(text: str) -> None:
    assert secrets.keys_in(text) == ([], set())


def test_what_stands_behind_a_key_in_a_variable_is_no_key() -> None:
    text = "Add-VpnS2SInterface -SharedSecret $key -SADataSizeForRenegotiationKilobytes 102400 -CustomPolicy"
    places, texts = secrets.keys_in(text)
    assert [text[begin:end] for begin, end in places] == ["$key"]
    assert texts == set()


@cases(
    "text",
    [
        "$pskAuthSet = New-NetIPsecPhase1AuthSet -DisplayName 'By key' -Proposal $pskProposal",
        "$setPSK2 = Get-NetIPsecPhase1AuthSet -DisplayName 'By key'",
        "New-NetIPsecRule -DisplayName 'A' -Phase1AuthSet $Psk1AuthSet.Name -Group 'By key'",
        "Set-NetIPsecRule @pskRuleParams -Group 'By key'",
    ],
)
def test_a_variable_for_an_object_with_a_key_in_it_is_no_key(text: str) -> None:
    assert not secrets.keys_in(text)[1]


@cases(
    "text",
    [
        f"$pskProposal = New-NetIPsecAuthProposal -Machine -PreSharedKey '{KEY}'",
        f"$pskProposal = New-NetIPsecAuthProposal -Machine -PreS '{KEY}'",
        f"$pskSet = '{KEY}'",
        f"$psk{KEY}",
        f"$psk1 = ConvertTo-SecureString '{KEY}' -AsPlainText -Force",
        f"pskSet = New-NetIPsecPhase1AuthSet {KEY}",
    ],
)
def test_a_variable_for_a_key_is_one(text: str) -> None:
    assert any(KEY in each for each in secrets.keys_in(text)[1])


def test_a_key_right_behind_its_name_is_one() -> None:
    assert secrets.keys_in("netsh ipsec static add rule pskSommerregenbogen")[1] == {"Sommerregenbogen"}


@cases("before", ["", "x", "xy", "<?xml version='1.0'?>\n"])
def test_a_key_of_a_profile_in_base64(before: str) -> None:
    code = base64.b64encode(f"{before}<VPNProfile><L2tpPsk>Kan4rie7Q9zX</L2tpPsk></VPNProfile>".encode()).decode()
    text = f'"value": "{code}", "displayName": "Kan4rie7Q9zX"'
    places, texts = secrets.keys_in(text)
    assert [text[begin:end] for begin, end in places] == [code]
    assert "Kan4rie7Q9zX" in texts


@cases(
    "behind",
    [
        " -IPv4Subnet 10.1.0.0/16:100 -Persistent",
        " -Verbose:$false",
        "; Write-Host 'Site A is done'",
        " | Out-Null",
        " # asked for by the owners",
        " `\n    -Destination 203.0.113.7",
    ],
)
@cases("sign", [" ", ":"])
def test_the_value_of_a_parameter_ends_where_powershell_ends_it(sign: str, behind: str) -> None:
    text = f"Add-VpnS2SInterface -Name A -AuthenticationMethod PSKOnly -SharedSecret{sign}Hunter2Hunter{behind}\n"
    places, texts = secrets.keys_in(text)
    assert [text[begin:end] for begin, end in places] == ["Hunter2Hunter"]
    assert texts == {"Hunter2Hunter"}


@cases("key", [r"C:\rie7.txt", "`Kan4`rie7", "a:b=c"])
def test_a_key_on_the_line_below_its_label_is_one_whatever_its_signs(key: str) -> None:
    text = (
        f"Auth1:{' ' * 32}ComputerPSK\nAuth1PSK:\n{' ' * 38}{key}\nMainModeSecMethods:{' ' * 19}DHGroup2-AES128-SHA1\n"
    )
    places, _ = secrets.keys_in(text)
    assert key in [text[begin:end] for begin, end in places]


@cases(
    ("written", "key"),
    [
        ("hex(1):4b,00,61,00,6e,00,34,00,72,00,69,00,65,00,37,00,51,00,58b,00,00,00", "Kan4rie7QX"),
        ("hex(1):4b,00,61,00,6e,00,34,00,72,00,69,00,zz,00,37,00,51,00,58,00", "Kan4ri"),
        ("hex(1):4b,00,61,6e,00,34,00,72,00,69,00,65,00,37,00,51,00,58,00", "Kan4rie7QX"),
        ("hex(1):4b,00,61,00,6e,00,34,00,\\\n  72,00,69,00,65,0|,37,00,51,00,58,00", "Kan4rie7QX"),
        ("4b0061x06e00340072006900650037005100580000", "n4rie7QX"),
    ],
)
def test_of_damaged_bytes_what_they_still_spell_is_masked_everywhere(written: str, key: str) -> None:
    text = f'"SHKey"={written}\n"Name"="n"\n'
    places, texts = secrets.keys_in(text)
    assert key in texts
    assert text[places[0][0] : places[0][1]] == written


@pytest.mark.parametrize(
    ("data", "most", "expected"),
    [
        (b"name=r", 6, False),
        (b"name=r", 5, True),
        (b"psk", 3, True),
        (b"\xff\xfep\x00s\x00k\x00", 100, True),
        (b"\xff\xfen\x00", 100, False),
    ],
)
def test_a_source_names_keys_or_is_too_large_to_be_searched_whole(
    data: bytes, most: int, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "_MAX_SEARCHED_BYTES", most)
    assert secrets.names_keys(bytes_source("x", data)) is expected


def test_what_cannot_be_read_names_no_key(tmp_path: Path) -> None:
    assert secrets.names_keys(file_source(tmp_path / "gone.txt")) is False
    assert secrets.key_places(file_source(tmp_path / "gone.txt")) == ([], set())


@pytest.mark.parametrize("between", [" ", "\n", "\r\n"])
def test_a_key_has_its_line_and_column_in_whatever_block_of_the_input_it_stands(
    between: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_blocks, "_BLOCK_BYTES", 64)
    monkeypatch.setattr(text_blocks, "_REPEATED_BYTES", 32)
    text = between.join(f"{'x' * number} psk='Key{number:04}'" for number in range(20))
    whole = {(span.line, span.column, span.length) for span in secrets.key_spans(text, "x")}
    found = {(span.line, span.column, span.length) for span in secrets.key_places(bytes_source("x", text.encode()))[0]}
    assert whole <= found
    assert {place[:2] for place in found} == {place[:2] for place in whole}  # at a block's end a key may be cut


@cases(
    "given",
    [
        *("$k", "$k]]></ac:plain-text-body>", "$k</code>", "<b>$k</b>", "**$k**", "$k`", "`$k`", "$k}}", "$k~", "$k*"),
        *(
            "$k.",
            "$k.Trim()",
            "$k[0]",
            "$($k)",
            '"$($k)"',
            '"x$k"',
            "[string]$k",
            "${k}",
            "$using:k",
            "\\$k",
            "_$($k)_",
        ),
        *("\u201c$k\u201d", "&quot;$k&quot;"),
    ],
)
def test_a_variable_tells_its_key_whatever_stands_around_it(given: str) -> None:
    text = f'$k = "correct horse"\nNew-NetIPsecAuthProposal -PreSharedKey {given}\n'
    assert any("correct horse" in text[begin:end] for begin, end in secrets.keys_in(text)[0])


@cases("given", ["%k%", "!k!", "%k:~0,3%", "!k:a=b!", "%k%</pre>", "x%k%"])
def test_a_variable_of_a_batch_file_tells_its_key_whatever_stands_around_it(given: str) -> None:
    text = f'set "k=correct horse"\nnetsh ipsec static add rule psk={given}\n'
    assert any("correct horse" in text[begin:end] for begin, end in secrets.keys_in(text)[0])


@cases(
    "told",
    [
        "if ($k -eq 'correct horse') { $x = 1 }",
        "if ('correct horse' -cne $k) { $x = 1 }",
        "if ($k -notin 'correct horse', 'y') { $x = 1 }",
        'if "%k%"=="correct horse" echo ok',
        "foreach ($k in 'a', 'correct horse') { $x = 1 }",
        "New-Variable -Name k -Value 'correct horse'",
        "$x = 'correct horse'; $k = $x",
        "set x=correct horse\ncall set k=%%x%%",
        "[Environment]::SetEnvironmentVariable('k', 'correct horse')",
        "'a{b', 'correct horse' | ForEach-Object {{ netsh ipsec static add rule psk=$_ }",
        "'a', 'correct horse' | ForEach-Object { netsh ipsec static add rule psk=$_ }",
        "echo correct horse| (set /p k= & call :add %k%)",
        'echo correct horse | cmd /v:on /c "set /p k=& netsh ipsec static add rule psk=!k!"',
        "New-NetIPsecAuthProposal -PreSharedKey $(if ($x) {'correct horse'} else {'b'})",
    ],
)
def test_a_key_that_a_variable_is_compared_with_or_gets_elsewhere_is_one(told: str) -> None:
    text = f"{told}\nNew-NetIPsecAuthProposal -PreSharedKey $k\nnetsh ipsec static add rule psk=%k%\n"
    assert any("correct horse" in text[begin:end] for begin, end in secrets.keys_in(text)[0])


def test_words_behind_a_colon_are_masked_together_and_elsewhere_shown() -> None:
    places, texts = secrets.keys_in("# PSK: ask in Hamburg\nNew-NetIPsecRule -DisplayName Hamburg\n")
    assert (places, texts) == ([(7, 21)], {"ask in Hamburg"})


@cases("setting", ['shared_key = "{}"', 'Pre-Shared-Key: "{}"', "  'psk' : '{}'", '"sharedSecret": "{}",'])
def test_of_a_text_of_words_the_whole_is_the_key(setting: str) -> None:
    key = "Hamburg Garten Abend"
    assert secrets.keys_in(f"next\n{setting.format(key)}\nname = Hamburg\n")[1] == {key}
    assert "Garten7" in secrets.keys_in(setting.format("Hamburg Garten7"))[1]


@cases("given", ['$psk = "{}"', 'set psk = "{}"', 'netsh advfirewall consec add rule auth1psk="{}"', 'psk "{}"'])
def test_of_a_text_that_a_command_may_part_each_word_may_be_one(given: str) -> None:
    assert {"Hamburg", "Garten"} <= secrets.keys_in(given.format("Hamburg Garten Abend"))[1]


@cases(
    ("table", "key"),
    [
        ("Name,VpnPsk,x\na,Som;mer,re|gen,c\n", "Som;mer,re|gen"),
        ("Name;PSK\na;b1x;c d4;e\n", "b1x;c d4;e"),
        ("PSK,Name\nab3cd,ef7,n\n", "ab3cd,ef7"),
        ("Name,PSK,x\na,Sommerregen,c\n", "Sommerregen"),
        ("Name Psk   X\n---- ----- -\na    Som`\nmer; b\nc    d     e\n", "mer; b"),
        ("Name Psk   X\n---- ----- -\na    Som`\nmer; b\nc    d     e\n", "Som`"),
    ],
)
def test_a_key_in_a_table_may_hold_the_delimiter_of_its_columns(table: str, key: str) -> None:
    assert key in [table[begin:end] for begin, end in secrets.keys_in(table)[0]]


def test_the_line_below_the_head_of_a_table_has_no_key() -> None:
    table = "| Name | Place | PSK |\n|---|:-:|---|\n| Office | Kiel | Sommer |\n"
    assert [table[begin:end] for begin, end in secrets.keys_in(table)[0]] == [" Sommer "]


@cases("said", ["disabled", "Erforderlich", "obligatoire", "obligatoria"])
def test_what_a_cell_says_of_a_key_is_masked_nowhere_else(said: str) -> None:
    assert secrets.keys_in(f"| Setting | Value |\n|---|---|\n| IKE pre-shared key | {said} |\n")[1] == set()


def test_a_row_below_a_whole_one_is_not_its_rest() -> None:
    table = "Name Psk   X\n---- ----- -\na    Som   b\nnext\n"
    assert "next" not in [table[begin:end] for begin, end in secrets.keys_in(table)[0]]


def test_a_key_in_json_within_a_text_of_json_ends_at_its_own_quote() -> None:
    inner = json.dumps({"PreSharedKey": "Sommer regen", "Next": "shown"})
    for text in (json.dumps({"value": inner}), json.dumps([inner, inner])):
        assert {text[begin:end] for begin, end in secrets.keys_in(text)[0]} == {"Sommer regen"}


def test_a_key_is_found_however_many_texts_of_json_hold_each_other() -> None:
    text = json.dumps({"L2tpPsk": "Sommer regen", "PskOnly": "no", "Next": "shown"})
    for _ in range(6):
        text = json.dumps({"value": text, "more": "shown"})
        assert {text[begin:end] for begin, end in secrets.keys_in(text)[0]} == {"Sommer regen"}


def test_a_key_beside_its_name_is_found_however_many_texts_of_json_hold_each_other() -> None:
    text = json.dumps({"name": "PreSharedKey", "type": "string", "value": 'Sommer "regen', "next": "shown"})
    for _ in range(4):
        text = json.dumps({"body": text, "more": "shown"})
        (found,) = {text[begin:end] for begin, end in secrets.keys_in(text)[0]}
        assert found.replace("\\", "") == 'Sommer "regen'


class Looked(str):
    """A text that counts the characters which searches for a text pass, and those of pieces that are cut out."""

    __slots__ = ("passed",)
    passed: int

    def find(self, sign: str, start: SupportsIndex | None = 0, end: SupportsIndex | None = None, /) -> int:
        first, last, _ = slice(start, end).indices(len(self))
        at = super().find(sign, first, last)
        self.passed += (last if at < 0 else at) - first
        return at

    def rfind(self, sign: str, start: SupportsIndex | None = 0, end: SupportsIndex | None = None, /) -> int:
        first, last, _ = slice(start, end).indices(len(self))
        at = super().rfind(sign, first, last)
        self.passed += last - max(at, first)
        return at

    def __getitem__(self, at: SupportsIndex | slice) -> str:
        piece = super().__getitem__(at)
        self.passed += len(piece)
        return piece


ON_ONE_LINE = {
    "an element": "<PreSharedKey>Sommerregen</PreSharedKey>",
    "an element in an element": "<PreSharedKey><data>Sommerregen</data></PreSharedKey>",
    "the end of an element": "Sommerregen</PreSharedKey>",
    "an element as entities": "&lt;PreSharedKey&gt;Sommerregen&lt;/PreSharedKey&gt;",
    "a locator": "<LocURI>./x/L2tpPsk</LocURI><Data>Sommerregen</Data>",
    "an attribute": "<connection PreSharedKey='Sommerregen'/>",
    "an element that names a key": "<Name>psk</Name><Value>Sommerregen</Value>",
    "a name of a key alone": "<Name>psk</Name>",
    "a cell of Markdown": "|psk|Sommerregen|",
    "a cell": "<tr><td>psk</td><td>Sommerregen</td></tr>",
    "a member": '{"PreSharedKey": "Sommerregen"},',
    "a parameter": "-PreSharedKey 'Sommerregen';",
}


@cases("name", ON_ONE_LINE)
def test_of_a_text_of_one_line_the_rest_is_not_gone_through_for_each_key(name: str) -> None:
    def passed(number: int) -> int:
        text = Looked((ON_ONE_LINE[name] + "x" * 4_000 + " ") * number)
        text.passed = 0
        secrets.keys_in(text)
        return text.passed - len(text)

    assert passed(128) <= 2.3 * passed(64)


@cases(
    "text",
    [
        "Replace `<EAP password>` in the script.\nConnection Branch, for `<customer>`\n",
        "Replace <your pre-shared key> and send it.\nConnection Branch\n",
        '$Psk = "<psk-from-portal>"\nsc config IKEEXT start= auto\n',
        "UPDATE radcheck SET Value='<real-password>' WHERE UserName='<customer>';\nSELECT 1;\n",
        "# usage: vpn.ps1 <server> <preshared-key>\nAdd-VpnConnection -Name Branch\n",
        "rem usage: isolate.cmd [<password>]\nnetsh advfirewall consec show rule name=Branch\n",
        "Then type `crypto isakmp key <very-secret-key> address <peer-ip>`.\nConnection Branch\n",
        "Run it with -Psk <psk>, and again after a change.\nConnection Branch\n",
        "Test it: `radtest <user> <password> 127.0.0.1 1812 <secret>`\nConnection Branch\n",
    ],
)
def test_what_is_left_open_between_angle_brackets_begins_no_element(text: str) -> None:
    places, _ = secrets.keys_in(text)
    assert all("\n" not in text[begin:end] for begin, end in places)
    assert not any("Branch" in text[begin:end] or "IKEEXT" in text[begin:end] for begin, end in places)


@cases(
    "text",
    [
        'xml = "<sharedSecret>" + "Kan4rie7Q9zX" + "</sharedSecret>"\n',
        "x = '<psk>' & \"Kan4rie7Q9zX\" & '</psk>'\n",
        "<psk>Kan4rie7Q9zX",
        "<branch>one</branch> <psk> Kan4rie7Q9zX",
        "the key is <psk> Kan4rie7Q9zX",
        "the key is <psk>\n Kan4rie7Q9zX\n</psk>",
        "key: <psk>Kan4rie7Q9zX\n",
        "<password kept>Kan4rie7Q9zX</password>",
        '<psk value="Kan4rie7Q9zX" kept>',
        "<add key='PreSharedKey' value='Kan4rie7Q9zX'/>",
    ],
)
def test_an_element_that_a_script_puts_together_or_that_is_damaged_still_has_its_key(text: str) -> None:
    places, _ = secrets.keys_in(text)
    assert any("Kan4rie7Q9zX" in text[begin:end] for begin, end in places)


TABLE = (
    "Name   ServerAddress L2tpPsk      TunnelType\n"
    "{0}----   ------------- ------------ ----------\n"
    "{0}Office vpn.next.test {1} L2tp\n"
)


@cases("before", ["<pre>", "<html><body><h1>x</h1><pre>", "<pre><code>", "PS C:\\> ", "> ", "  "])
def test_a_table_in_a_page_or_behind_a_prompt_hides_its_column(before: str) -> None:
    for key in ("Sommer", "Sommer # regen", "Sommer\tregen"):
        text = before + TABLE.format(before if before.endswith(" ") else "", key)
        assert [text[begin:end] for begin, end in secrets.keys_in(text)[0]] == [key]


@cases("head", ["<pre>Name and PSK", "PS Name PSK", "<p>Name PSK</p>", "<code>Name, Psk"])
def test_what_is_no_head_of_a_table_hides_nothing(head: str) -> None:
    assert secrets.keys_in(f"{head}\nOffice vpn\n") == ([], set())


@cases("margin", ["", "PS C:\\> ", "> ", "2026-01-01 12:00:00 INFO "])
def test_a_table_is_one_behind_a_prompt_or_another_margin(margin: str) -> None:
    text = f"{margin}Name,PreSharedKey,Mode\n{margin}a,Kuckucksuhr Werk,b\n"
    assert [text[begin:end] for begin, end in secrets.keys_in(text)[0]] == ["Kuckucksuhr Werk"]


@cases(
    ("text", "keys"),
    [
        ("x psk=Kuckuck`\n    Suhrwerk name=x\n", ["Kuckuck`", "Suhrwerk"]),
        ("x psk=Kuckuck^\n> Suhrwerk\n", ["Kuckuck^", "Suhrwerk"]),
        ("x psk=Kuckuck^\nname=x y\n", ["Kuckuck^"]),
        ("x psk=Kuckuck^\n    name=x y\n", ["Kuckuck^"]),
        ("x -PreSharedKey Kuckuck`\n    -Force\n", ["Kuckuck`"]),
        ("x psk=`Kuckuck`\n   pass if needed\n", ["`Kuckuck`"]),
        ("`x psk=Kuckuck`\n   * next\n", ["Kuckuck`"]),
    ],
)
def test_a_value_goes_on_below_where_its_line_does_and_no_argument_stands(text: str, keys: list[str]) -> None:
    assert [text[begin:end] for begin, end in secrets.keys_in(text)[0]] == keys


def test_what_a_loop_whose_use_is_cut_gives_is_found_in_a_cell_of_a_table() -> None:
    text = 'h,"for /f ""tokens=1,2"" %%a in (""v Kuckuck"") do netsh advfirewall consec add rule name=x"\n'
    assert [text[begin:end] for begin, end in secrets.keys_in(text)[0]] == ['""v Kuckuck""']


PROPOSAL = "New-NetIPsecAuthProposal -Machine -PreSharedKey "
WITHOUT_A_KEY = (
    "Name   ServerAddress L2tpPsk      TunnelType\n----   ------------- ------------ ----------\nOffice vpn.example.x\n"
)


@cases(
    "text",
    [
        f'> $k = @"\n> Kuckuck Uhr\n>   "@\n> {PROPOSAL}$k\n',
        f"+$c = @'\n+Site,Value\n+a,Kuckuck Uhr\n+'@ | ConvertFrom-Csv\n+{PROPOSAL}$c.Value\n",
        f"function New-P([string]$k, $n) {{\n  {PROPOSAL}$k\n}}\n$p = New-P 'Kuckuck Uhr' 3\n",
        f"function New-P {{\n param($Value)\n  {PROPOSAL}$Value\n}}\n$p = New-P -Value 'Kuckuck Uhr'; -x\n",
        f"Invoke-Command -ArgumentList 'Kuckuck Uhr' -ScriptBlock {{ param($x) {PROPOSAL}$x }}\n",
        f"icm -ArgumentList 'Kuckuck Uhr\nwerk' -ScriptBlock {{ param($x) {PROPOSAL}$x }}\n",
        '$c = "Kuckuck Uhr | ConvertTo-SecureString -AsPlainText -Force\n',
        f"foreach ($x in Kuckuck Uhr) {{ {PROPOSAL}$x }}\n",
        "fa in (Kuckuck Uhr) do netsh advfirewall consec add rule name=x auth1psk=%%a\n",
        "cmd /c set K=Kuckuck Uhr\\nnetsh advfirewall consec",
        "$keys = @{ 'srv01' = 'Kuckuck Uhr' }\n$p = New-NetIPsecAuthPropos",
        "$vpnKey = 'Kuckuck Uhr'\n$p = New-NetIPsecAuthPropos",
        f"{WITHOUT_A_KEY}Kuckuck Uhr  x L2tp\n",
        f"}}) $k]= 'Kuckuck Uhr'\n{PROPOSAL}$k\n",
        f"icm -ScriptBlock {{ param($x) {PROPOSAL}$x }} -ArgumentList\n'Kuckuck Uhr'\n",
        f"icm -ScriptBlock {{ param($x) {PROPOSAL}$x }} -ArgumentList 'a',\n 'Kuckuck Uhr'\n",
        f"icm -ScriptBlock {{ param($x) {PROPOSAL}$x }} -ArgumentList `\n  'a', 'Kuckuck Uhr'\n",
        f"$k = if ($x) {{\n  'Kuckuck Uhr'\n}} else {{\n  ''\n}}\n{PROPOSAL}$k\n",
        f"$k =\n  'Kuckuck Uhr'\n{PROPOSAL}$k\n",
        f"$k = switch ($x) {{\n  'Berlin' {{ 'Kuckuck Uhr' }}\n  default {{ 'y' }}\n}}\n{PROPOSAL}$k\n",
        f"'Kuckuck Uhr;werk' | % {{ {PROPOSAL}$_ }}\n",
        "$s = ConvertTo-SecureString -String\n> 'Kuckuck Uhr' -AsPlainText -Force\n",
        "for %%a\nin (Kuckuck Uhr) do netsh advfirewall consec add rule name=x auth1psk=%%a\n",
        "+fa in (Kuckuck Uhr) do netsh advfirewall consec add rule name=x auth1psk=%%a\n",
        "IKE key: Kuckuck Uhr\n",
        "ikev2-key=Kuckuck Uhr\n",
        f"Set-Variable \n-Name k -Value 'Kuckuck Uhr'\n{PROPOSAL}$k\n",
        "<LocURI>./Vendor/MSFT/VPNv2/a/NativeProfile/L2tpPsk/Kuckuck Uhr</LocURI>",
        "netsh ipsec static add rule psk\uff1d'Kuckuck Uhr' name=a",
        "Pre-shared key\uff1aKuckuck Uhr\n",
        "password\uff1aKuckuck Uhr\n",
        "<td>PSK</td><td>Kuckuck Uhr",
        "<td>PSK</td><td>Kuckuck Uhr</td>\n<tr><td>Mode</td>",
        '<c t="inlineStr"><is><t>Pre-shared key</t></is></c><c t="inlineStr"><is><t>Kuckuck Uhr</t></is></c>',
        "<si><t>Pre-shared key</t></si><si><t>Kuckuck Uhr</t></si>",
        "<w:t>PSK</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Kuckuck Uhr</w:t>",
        "<text:p>PSK</text:p></table:table-cell><table:table-cell><text:p>Kuckuck Uhr</text:p>",
        "| VPN password | Kuckuck Uhr |\n",
        "{\u201cpsk\u201d: \u201cKuckuck Uhr\u201d}",
        "{\u201cn\u201d:\u201ca\u201d,\u201ct\u201d:\u201c1d8161b41c41cde\u201d,\u201cp\u201d:\u201cKuckuck Uhr\u201d}",
        '{"n":"Administrator","t":"1dc161b41c41cde","p":"Kuckuck Uhr"}',
        '"{\\"n\\":\\"a\\",\\"t\\":\\"1dd161b41c41cde\\",\\"p\\":\\"Kuckuck Uhr\\"}"',
        "Content-Transfer-Encoding: quoted-printable\n\naz network x --shared-sec=\nret=3D'Kuckuck Uhr'\n",
        "name=3D'psk' value=3D'x' psk=3D'Kuckuck Uhr'\n",
        f"function mk {{\n  $n = $args[0]; $k = $args[1]\n  {PROPOSAL}$k\n}}\nmk Office 'Kuckuck Uhr'\n",
        f"function mk {{ {PROPOSAL}$args[1] }}\n2026-03-04 10:11:01 INFO mk Office 'Kuckuck Uhr'\n",
        f'function mk {{ {PROPOSAL}$args[1] }}\\nmk Office \\"Kuckuck Uhr\\"\\n',
        '[HKLM\\SNMP\\Parameters\\ValidCommunities]\n+"Kuckuck Uhr"=dword:4\n',
        "Site;PSK-Schl\u00fcssel\nx;Kuckuck Uhr\n",
    ],
)
def test_a_value_of_what_stands_in_the_place_of_a_key_is_one(text: str) -> None:
    at = text.index("Kuckuck Uhr")
    assert any(begin <= at and at + 11 <= end for begin, end in secrets.keys_in(text)[0])


@cases(
    "text",
    [
        f"function New-P([string]$n) {{\n  {PROPOSAL}$k\n}}\n$p = New-P 'Kuckuck Uhr' 3\n",
        f"New-Q 'Kuckuck Uhr'\nfunction New-P($k) {{\n  {PROPOSAL}$k\n}}\n",
        f"Invoke-Command -ArgumentList 'Kuckuck Uhr' -ScriptBlock {{ param($y) {PROPOSAL}$x }}\n",
        f"foreach ($x in $Uhren) {{ {PROPOSAL}$x }}\nKuckuck Uhr\n",
        f"$d = @'\nKuckuck Uhr\n'@\n{PROPOSAL}$c.Value\n",
        "for %%a in (Kuckuck Uhr) do netsh advfirewall consec add rule name=%%a\n",
        "./Vendor/MSFT/VPNv2/a/NativeProfile/L2tpPsk/LocURI>\nKuckuck Uhr",
        f"Get-Kuckuck Uhr | % {{ {PROPOSAL}$_ }}\n",
        "<td>PSK</td><td>Kuckuck Uhr</td><td>yes</td></tr>",
        f"function mk {{ Get-Uhr $args[0] }}\nfunction mp {{ {PROPOSAL}$args[0] }}\nmk 'Kuckuck Uhr'\n",
        "It\u2019s the \u201cpassword\u201d field of \u201cKuckuck Uhr\u201d.\n",
        '{"n":"a","t":"1dc161b41c41cde","q":"Kuckuck Uhr"}',
        "<w:t>Pre-shared key</w:t></w:r></w:p><w:p><w:r><w:t>Kuckuck Uhr</w:t>",
        f"$k = if ($x) {{\n  Read-Host 'Kuckuck Uhr'\n}}\n{PROPOSAL}$k\n",
        f"$k = if ($x) {{\n  'y'\n}}\nWrite-Host `\n  'Kuckuck Uhr'\n{PROPOSAL}$k\n",
    ],
)
def test_what_stands_in_no_place_of_a_key_is_none(text: str) -> None:
    at = text.index("Kuckuck Uhr")
    assert not any(begin <= at < end for begin, end in secrets.keys_in(text)[0])


@cases("before", ["", "> ", "if ($x) {", "a; ", "2026-03-04 10:11:01 ", "1) ", "- ", 'run("', "'"])
@cases("key", ["Kuckucksuhr", "Kuckucks$uhr"])
def test_a_text_that_is_piped_is_one_without_its_quotation_marks(before: str, key: str) -> None:
    text = f"{before}{key} | ForEach-Object {{ {PROPOSAL}$_ }}\nGet-Uhr | % {{ {PROPOSAL}$_ }}\n"
    places, _ = secrets.keys_in(text)
    assert [text[begin:end] for begin, end in places] == [key, "$_", "$_"]


def test_an_argument_of_a_block_is_one_without_its_quotation_marks() -> None:
    text = f"icm srv -ScriptBlock {{ param($k) {PROPOSAL}$k }} -ArgumentList Kuckucksuhr, $n -AsJob\nUhrwerk\n"
    assert "Kuckucksuhr" in [text[begin:end] for begin, end in secrets.keys_in(text)[0]]
    assert not any(
        "Uhrwerk" in text[begin:end] or "-AsJob" in text[begin:end] for begin, end in secrets.keys_in(text)[0]
    )


@cases("fence", ["```", "```text", "~~~"])
def test_a_key_in_a_block_of_a_document_below_its_label_is_one(fence: str) -> None:
    for gap in ("", "\n"):
        text = f"PSK:\n{gap}{fence}\nKuckucksuhr\n{fence[:3]}\nUhrwerk\n"
        assert [text[begin:end] for begin, end in secrets.keys_in(text)[0]] == ["Kuckucksuhr"]


def test_of_what_a_function_is_called_with_nothing_is_masked_elsewhere() -> None:
    text = f"function New-P($k, $n) {{\n  {PROPOSAL}$k\n}}\nNew-P 'Kuckuck Uhr' 'Turmuhr'\n"
    assert secrets.keys_in(text)[1].isdisjoint({"Kuckuck Uhr", "Turmuhr", "Kuckuck"})


def test_below_a_row_without_its_key_another_row_is_none_of_it() -> None:
    text = f"{WITHOUT_A_KEY}Branch vpn.example.y Kuckuckuhr   L2tp\n"
    assert [text[begin:end] for begin, end in secrets.keys_in(text)[0]] == ["Kuckuckuhr"]
