"""A command whose name Windows does not have is told where it would bear on IPsec, and no other."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import refused_of, said_of

from ipseclint.formats import recognise
from ipseclint.formats.powershell.script.commands.misspelt import OTHER_DASH
from ipseclint.source import bytes_source

AGENT = "HKLM:\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent"
NONE = "Windows has no cmdlet of this name"


@cases(
    "command",
    [
        "Set-Srvice IKEEXT -StartupType Disabled",
        "Stop-Servcie -Name PolicyAgent",
        "Sop-Service BFE",
        "SetService IKEEXT -StartupType Disabled",
        f"Set-ItemPropery -Path {AGENT} -Name NoDefaultExempt -Value 3",
        "Import-PfxCertificat -FilePath a.pfx -CertStoreLocation Cert:\\CurrentUser\\My",
        "Import-Certificat -FilePath a.cer -CertStoreLocation Cert:\\CurrentUser\\My",
        "Set\u2011Service IKEEXT -StartupType Disabled",
        "New\u2011NetIPsecRule -DisplayName A",
        "New\u2212NetIPsecRule -DisplayName A",
    ],
)
def test_a_cmdlet_that_is_one_letter_off_is_refused(command: str) -> None:
    assert refused_of(command) == [(1, 1, NONE)]


@cases("words", ["-user -importpfx a.pfx", "-importpfx a.pfx", "-addstore my a.cer"])
def test_a_program_that_is_one_letter_off_is_refused(words: str) -> None:
    assert refused_of(f"certuitl {words}") == [(1, 1, "Windows has no program of this name")]


@cases(
    "command",
    [
        "Set-Srvice Spooler -StartupType Disabled",
        "Set\u2011Service Spooler -StartupType Disabled",
        "Set\u2013Service Spooler -StartupType Disabled",
        "Get-Servic IKEEXT",
        "certuitl -dump",
        "Import-Clixm a.xml",
        "Set-ItemPropery -Path HKCU:\\Software\\X -Name Y -Value 3",
    ],
)
def test_what_is_of_no_concern_is_none_misspelt(command: str) -> None:
    assert (refused_of(command), said_of(command)) == ([], [])


@cases("dash", "\u2013\u2014\u2015")
@cases("command", ["New{}NetIPsecRule -DisplayName A", "Set{}Service IKEEXT -StartupType Disabled"])
def test_whether_windows_finds_a_cmdlet_with_another_dash_is_not_known(command: str, dash: str) -> None:
    assert said_of(command.format(dash)) == [(1, 1, OTHER_DASH)]


@cases("command", ["Set-Srvice IKEEXT -StartupType Disabled", "Stop\u2011Service PolicyAgent"])
def test_a_script_of_nothing_else_is_of_concern(command: str) -> None:
    form = recognise(bytes_source("a.ps1", command.encode()))
    assert form is not None
    assert form.name == "powershell-script"
