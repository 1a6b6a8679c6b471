"""What certutil and the cmdlets import into an own store, and whose it is."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.kit.imported_certificates import Imported, is_of_user, of_certutil
from ipseclint.source import bytes_source

PFX = Imported(1, of_user=False, has_key=True)


@cases(
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


@cases(
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


def test_a_batch_file_imports_too() -> None:
    rule = "netsh advfirewall consec add rule name=R endpoint1=any endpoint2=any action=requireinrequireout"
    source = bytes_source("setup.cmd", f"certutil -user -importpfx %~dp0pc.pfx\n{rule}\n".encode())
    form = recognise(source)
    assert form is not None
    (certificate,) = form.parse(source).policy.certificates
    assert (certificate.name, certificate.of_user, certificate.is_imported) == ("%~dp0pc.pfx", True, True)
