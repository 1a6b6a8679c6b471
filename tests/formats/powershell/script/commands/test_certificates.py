"""Certificates that a script imports, and whose store they go into."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import policy_of

from ipseclint.api import check_text

VPN = "Add-VpnConnection -Name V -ServerAddress v.example -TunnelType IKEv2 -AuthenticationMethod MachineCertificate\n"
INTO = "Import-PfxCertificate -FilePath C:\\pc.pfx -CertStoreLocation Cert:\\{}\\My\n"


@cases(
    ("script", "of_user"),
    [
        (INTO.format("CurrentUser"), [True]),
        ("certutil.exe -user -p Secret-Word -importpfx C:\\pc.pfx\n", [True]),
        ("Import-Certificate C:\\pc.cer Cert:\\CurrentUser\\My\n", [True]),
        (INTO.format("LocalMachine"), [False]),
        (INTO.format("CurrentUser") + INTO.format("LocalMachine"), [True, False]),
        (INTO.format("CurrentUser") + INTO.format("$where"), [True, False]),
        (INTO.format("CurrentUser").replace("\\My", "\\Root"), []),
        ("certutil -importpfx C:\\pc.pfx\n", [False]),
    ],
)
def test_a_certificate_goes_into_the_store_that_is_named(script: str, of_user: list[bool]) -> None:
    assert [each.of_user for each in policy_of(script + VPN).certificates] == of_user


@cases(("place", "fires"), [("CurrentUser", True), ("LocalMachine", False)])
def test_a_script_that_imports_for_the_user_alone_is_warned_of(place: str, *, fires: bool) -> None:
    report = check_text(INTO.format(place) + VPN, "setup.ps1")
    assert ("AU024" in {finding.code for finding in report.findings}) is fires
    assert "AU022" in {finding.code for finding in report.findings}
    assert not report.problems
    assert not report.ignored


@cases(
    "command",
    [
        "Import-PfxCertificate",
        "Import-PfxCertificate -CertStoreLocation Cert:\\CurrentUser\\My",
        "Import-Certificate -CertStoreLocation Cert:\\LocalMachine\\My",
        "certutil -importpfx",
        "certutil -user -importpfx -p x",
    ],
)
def test_an_import_of_no_file_imports_nothing(command: str) -> None:
    assert policy_of(f"{command}\n{VPN}").certificates == ()
