"""What certutil and the cmdlets import into an own store, and whose it is."""

from __future__ import annotations

import pytest

from ipseclint.api import check_text
from ipseclint.formats import recognise
from ipseclint.formats.kit.imported_certificates import Imported, is_of_user, of_certutil
from ipseclint.source import bytes_source

PFX = Imported(1, of_user=False, has_key=True)


@pytest.mark.parametrize(
    ("words", "imported"),
    [
        ("-importpfx pc.pfx", PFX),
        ("/importPFX pc.p12 NoRoot", PFX),
        ("-f -p secret -importpfx pc.pfx", PFX._replace(file=4)),
        ("-importpfx My pc.pfx", PFX._replace(file=2)),
        ("-user -importpfx pc.pfx", Imported(2, of_user=True, has_key=True)),
        ("-addstore -user MY pc.cer", Imported(3, of_user=True, has_key=False)),
        ("-addstore my pc.cer", Imported(2, of_user=False, has_key=False)),
        ("-user -importpfx %PFX%", Imported(2, of_user=True, has_key=True)),
        ("-importpfx Root ca.pfx", None),
        ("-addstore root ca.cer", None),
        ("-addstore my", None),
        ("-store my", None),
        ("-importpfx", None),
    ],
)
def test_certutil_imports(words: str, imported: Imported | None) -> None:
    assert of_certutil(words.split()) == imported


@pytest.mark.parametrize(
    ("location", "of_user"),
    [
        ("Cert:\\LocalMachine\\My", False),
        ("cert:\\currentuser\\my\\", True),
        ("Cert:/CurrentUser/My", True),
        ("Cert:CurrentUser\\My", True),
        ("Microsoft.PowerShell.Security\\Certificate::CurrentUser\\My", True),
        ("Cert:\\CurrentUser\\Root", None),
        ("C:\\My", None),
    ],
)
def test_an_own_store_is_known_by_its_path(location: str, of_user: bool | None) -> None:
    assert is_of_user(location) is of_user


VPN = "Add-VpnConnection -Name V -ServerAddress v.example -TunnelType IKEv2 -AuthenticationMethod MachineCertificate\n"
INTO = "Import-PfxCertificate -FilePath C:\\pc.pfx -CertStoreLocation Cert:\\{}\\My\n"


@pytest.mark.parametrize(
    ("script", "fires"),
    [
        (INTO.format("CurrentUser"), True),
        ("certutil.exe -user -p Secret-Word -importpfx C:\\pc.pfx\n", True),
        ("Import-Certificate C:\\pc.cer Cert:\\CurrentUser\\My\n", True),
        (INTO.format("LocalMachine"), False),
        (INTO.format("CurrentUser") + INTO.format("LocalMachine"), False),
        (INTO.format("CurrentUser") + INTO.format("$where"), False),
        (INTO.format("CurrentUser").replace("\\My", "\\Root"), False),
        ("certutil -importpfx C:\\pc.pfx\n", False),
    ],
)
def test_a_script_that_imports_for_the_user_alone_is_warned_of(script: str, fires: bool) -> None:
    report = check_text(script + VPN, "setup.ps1")
    assert ("AU024" in {finding.code for finding in report.findings}) is fires
    assert "AU022" in {finding.code for finding in report.findings}
    assert not report.problems


def test_a_batch_file_imports_too() -> None:
    rule = "netsh advfirewall consec add rule name=R endpoint1=any endpoint2=any action=requireinrequireout"
    source = bytes_source("setup.cmd", f"certutil -user -importpfx %~dp0pc.pfx\n{rule}\n".encode())
    form = recognise(source)
    assert form is not None
    (certificate,) = form.parse(source).policy.certificates
    assert (certificate.name, certificate.of_user, certificate.is_imported) == ("%~dp0pc.pfx", True, True)
