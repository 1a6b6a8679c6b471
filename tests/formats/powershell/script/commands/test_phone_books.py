"""What a script changes in a phone book is named where it bears on IPsec; any other was a problem, too."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import said_of

BOOK = '$pbk = "$env:AppData\\Microsoft\\Network\\Connections\\Pbk\\rasphone.pbk"\n'
SUITE = "VpnStrategy", "NumCustomPolicy", "NetworkOutageTime", "DataEncryption"
NOT_FOLLOWED = "a phone book is written here: what it then holds is not followed; check the phone book itself"


def messages(script: str) -> list[str]:
    return [message for *_, message in said_of(BOOK + script)]


@cases(
    "script",
    [
        "(Get-Content $pbk) -replace '{name}=.*', '{name}=7' | Set-Content $pbk",
        "(Get-Content $pbk) -replace '^{name}=\\d+', '{name}=7' | Set-Content $pbk",
        "Get-Content $pbk | % {{ $_ -Replace '{name}=.*', \"{name}=$new\" }} | Set-Content $pbk -Force",
        "$text = [IO.File]::ReadAllText($pbk).Replace('{name}=0', '{name}=1')\n[IO.File]::WriteAllText($pbk, $text)",
        "$new = \"{name}=$value\"\n(gc $pbk) -replace '{name}=.*', $new | Out-File $pbk",
    ],
)
@cases("name", [*SUITE, "IpInterfaceMetric", "UseRasCredentials", "DisableMobility", "IpDnsFlags"])
def test_a_setting_is_named_if_it_bears_on_ipsec(script: str, name: str) -> None:
    why = f"this changes `{name}` in a phone book, which is not followed: check the phone book itself"
    assert messages(script.format(name=name)) == ([why] if name in SUITE else [])


def test_several_settings_are_named_together() -> None:
    script = "(gc $pbk) -replace 'VpnStrategy=.*', 'VpnStrategy=7' -replace \"NumCustomPolicy=0\", 'x' | sc $pbk"
    why = "this changes `NumCustomPolicy`, `VpnStrategy` in a phone book, which is not followed: check the phone book"
    assert messages(script + "; Set-Content $pbk $x") == [f"{why} itself"]


@cases(
    "script",
    [
        '(Get-Content $pbk) -replace "$SettingName=.*", "$SettingName=$value" | Set-Content $pbk',
        "(gc $pbk) -replace 'IpDnsFlags=0', 'IpDnsFlags=1' -replace \"$Name=.*\", $x | Set-Content $pbk",
        "(gc $pbk) -replace 'IpDnsFlags=0', 'IpDnsFlags=1' | Set-Content $pbk; Copy-Item \\\\server\\a.pbk $pbk",
        "Set-Content $pbk $entries",
    ],
)
def test_what_else_writes_a_phone_book_is_not_followed(script: str) -> None:
    assert messages(script) == [NOT_FOLLOWED]


def test_what_a_comment_or_an_alias_names_is_not_changed() -> None:
    param = "param([Alias('DeviceTunnel')][switch]$All) # 'VpnStrategy=5' is for SSTP\n"
    assert [
        message
        for *_, message in said_of(f"{param}{BOOK}(gc $pbk) -replace 'IpDnsFlags=0', 'IpDnsFlags=1' | Set-Content $pbk")
    ] == []


def test_a_shortcut_that_is_saved_is_no_phone_book() -> None:
    script = "$Shortcut.Save()\n(gc $pbk) -replace 'UseRasCredentials=1', 'UseRasCredentials=0' | Set-Content $pbk"
    assert messages(script) == []
