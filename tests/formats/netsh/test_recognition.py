"""Which texts are scripts of PowerShell, and which of cmd.exe or netsh: what one of them alone says."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import format_of


@cases(
    "writes",
    ['"{}" > a.txt', "echo '{}' >> a.txt", "'{}' | sc a.txt", "'{}' | ac a.txt", "[IO.File]::WriteAllText('a', '{}')"],
)
def test_what_writes_a_file_for_netsh_is_a_script_by_its_name(writes: str) -> None:
    text = "netsh ipsec static show all\n" + writes.format("ipsec static add policy name=P")
    assert format_of(text, "a.ps1") == "powershell-script"
    assert format_of(text, "a.cmd") != "powershell-script"


@cases(("name", "form"), [("a.ps1", "powershell-script"), ("a.cmd", "netsh-script"), ("a.txt", "netsh-script")])
def test_netsh_with_a_variable_of_powershell_is_a_script_by_its_name(name: str, form: str) -> None:
    text = "netsh advfirewall consec add rule name=$name endpoint1=any endpoint2=any action=noauthentication"
    assert format_of(text, name) == form
