"""What every output makes of a folder with something of everything, and of two ends, is as stored.

After a change that is meant, `python -m tests.reporters.test_stored_outputs` stores it anew: read the difference.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ipseclint.reporters import format_names
from tests import ROOT
from tests.command_line import run_cli
from tests.semantics.negotiation.test_stored_outcomes import ENDS
from tests.test_demo import report

pytestmark = pytest.mark.drawn(3)

EXPECTED = ROOT / "tests" / "data" / "outputs"
FORMATS = ROOT / "fixtures" / "formats"
COPIED = (
    "security-events/without-root.xml",
    "netsh-script/isolation.bat",
    "vpn-phone-book/l2tp.pbk",
    "swanctl-conf/two-sites.conf",
    "netsh-ipsec-statistics",
)
POLICY = """netsh ipsec static add policy name="Branch" mmpfs=yes qmpermm=1 mmlifetime=5 mmsecmethods="3DES-MD5-1"
netsh ipsec static add rule name=R policy="Branch" filterlist=gone filteraction=missing
netsh ipsec static set policy name="Branch" frob=1
netsh ipsec static set policy name="Branch" pollinginterval=%LIMIT%
netsh advfirewall consec add rule name="A <b> | `c`" endpoint1=any endpoint2=any action=requireinrequestout ^
  auth1=computerpsk auth1psk=abcdefgh
netsh advfirewall consec add rule name="To DC" endpoint1=any endpoint2=10.0.0.1 action=noauthentication
"""
MANY = "".join(
    f'netsh advfirewall consec add rule name="Site {number}" endpoint1=any endpoint2=10.{number}.0.0/16 '
    "action=requireinrequestout auth1=computerkerb qmsecmethods=esp:sha1-3des+15min+20480kb\n"
    for number in range(1, 9)
)
OF_A_FLEET = """netsh advfirewall consec add rule name="Between" endpoint1=any endpoint2=10.0.0.0/8 action=ACTION
netsh advfirewall consec add rule name="Outside" endpoint1=any endpoint2=192.0.2.0/24 action=requireinrequestout
"""
ENDS_OF_TUNNEL = {"one": ("203.0.113.1", "10.1.0.0/16"), "two": ("203.0.113.2", "10.2.0.0/16")}
TOGETHER = ["fleet"], ["fleet/one", "fleet/two"], ["sites"], ["sites/one", "sites/two"], ["one.ps1", "two.cmd"]
IN_A_STORE = r"""
$p = New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -ESPHash SHA256 -Encryption AES256
New-NetIPsecQuickModeCryptoSet -DisplayName Q -Proposal $p -PolicyStore corp.example\G
New-NetIPsecRule -DisplayName A -RemoteAddress 10.0.0.0/8 -InboundSecurity Require -OutboundSecurity Require `
  -QuickModeCryptoSet Q -PolicyStore corp.example\G
"""
"""What PowerShell alone can change."""
TUNNEL = (
    "netsh advfirewall consec add rule name=Tunnel mode=tunnel localtunnelendpoint={} remotetunnelendpoint={} "
    "endpoint1={} endpoint2={} action=requireinrequireout\n"
)
STYLE = re.compile(r"(?s)<(style|script)\b.*?</\1>|sha256-[\w+/]{43}=")
"""What of a page is the same in all."""
CHECK = (
    *("check", ".", "--isolated", "--no-cache"),
    *("--select", "QD001,QD004,CR002,CR003,AU001,FL003,RF010,RF019,RF020,RT001,RT016"),
)
"""A rule of each severity, basis and kind of repair: what the others say is stored with their fixtures."""
TEXTS = {
    "by object": ("--group-by", "object", "--verbose"),
    "by file": ("--group-by", "file", "--sort", "place", "--statistics"),
    "by rule": ("--sort", "rule", "--show-sources"),
    "of a standard": ("--ruleset", "nist-sp800-77r1", "--statistics"),
    "of two standards, quiet": ("--ruleset", "nist-sp800-77r1", "--ruleset", "bsi-tr-02102-3", "--quiet"),
    "in colours": ("--color", "--verbose"),
}
ASKED = ("here", "back", "a peer with many offers", "strongSwan", "libreswan", "here with a certificate", "tunnel")


def lay(folder: Path) -> None:
    for name in COPIED:
        source = FORMATS / name
        if source.is_dir():
            shutil.copytree(source, folder / source.name)
        else:
            shutil.copy(source, folder / source.name)
    (folder / "policy.cmd").write_text(POLICY, "utf-8")
    (folder / "many.cmd").write_text(MANY, "utf-8")
    (folder / "cut.xml").write_bytes(b"<wfpstate><item>")
    (folder / "notes.txt").write_bytes(b"nothing of ours\n")


def outputs(folder: Path) -> Iterator[tuple[str, str]]:
    """The name and text of each output."""
    lay(folder)
    names = format_names()
    run_cli(*CHECK, *(f"-o{name}:out-{name}" for name in names))
    for name in names:
        yield f"check-{name}", report(folder, f"out-{name}")
        (folder / f"out-{name}").unlink()
    for title, options in TEXTS.items():
        ran = run_cli(*CHECK, *options)
        (folder / "told").write_text(ran.out + ran.err, "utf-8")
        yield f"check, {title}", report(folder, "told")
        (folder / "told").unlink()
    ends = [(folder / f"end-{number}.txt", ENDS[name]) for number, name in enumerate(ASKED)]
    for path, text in ends:
        path.write_text(text, "utf-8")
    for form in ("text", "json", "markdown", "html", "csv"):
        told = [run_cli("negotiate", ends[0][0].name, path.name, "--format", form).out for path, _ in ends[1:4]]
        yield f"negotiate-{form}", "\n".join(told)
    yield "peers", "\n".join(run_cli("negotiate", path.name, "--write-peer").out for path, _ in ends)
    for host, action in (("one", "requireinrequestout"), ("two", "requestinrequestout"), ("three", "noauthentication")):
        (folder / "fleet" / host).mkdir(parents=True)
        (folder / "fleet" / host / "policy.cmd").write_text(OF_A_FLEET.replace("ACTION", action), "utf-8")
    for host, other in (("one", "two"), ("two", "one")):
        (folder / "sites" / host).mkdir(parents=True)
        sides = [part for both in zip(ENDS_OF_TUNNEL[host], ENDS_OF_TUNNEL[other], strict=True) for part in both]
        (folder / "sites" / host / "policy.cmd").write_text(TUNNEL.format(*sides), "utf-8")
    (folder / "one.ps1").write_text(IN_A_STORE, "utf-8")
    (folder / "two.cmd").write_text(
        OF_A_FLEET.replace("ACTION", "requireinrequireout qmsecmethods=esp:sha1-aes128"), "utf-8"
    )
    packet = "--packet", "10.1.0.1 10.2.0.1 tcp 445"
    for form in ("text", "json", "markdown", "html", "csv"):
        told = [run_cli("negotiate", *ends, "--format", form).out for ends in TOGETHER]
        yield f"negotiate-fleet-{form}", "\n".join(told)
    yield "negotiate-packet", run_cli("negotiate", "fleet/one", "fleet/two", *packet).out
    (folder / "later.cmd").write_text(MANY.replace("requireinrequestout", "requestinrequestout", 3), "utf-8")
    for form in ("text", "json", "markdown", "html"):
        yield f"diff-{form}", run_cli("diff", "many.cmd", "later.cmd", "--format", form).out


def stored_form(text: str) -> str:
    """The text without styles, with the lines and the folder of any machine."""
    return STYLE.sub("", text).replace(Path.cwd().as_uri(), "file:///here").replace("\r\n", "\n")


def made(folder: Path) -> dict[str, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("COLUMNS", raising=False)
        return {name: stored_form(text) for name, text in outputs(folder)}


def test_every_output_is_as_stored(tmp_path: Path) -> None:
    told = made(tmp_path)
    assert told == {path.stem: path.read_text("utf-8") for path in EXPECTED.iterdir()}


def store() -> None:
    shutil.rmtree(EXPECTED, ignore_errors=True)
    EXPECTED.mkdir()
    with tempfile.TemporaryDirectory() as folder:
        for name, text in made(Path(folder)).items():
            (EXPECTED / f"{name}.txt").write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    store()
