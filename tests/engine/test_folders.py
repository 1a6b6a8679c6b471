"""In a folder nothing vanishes: every file is read, or said to be of no concern, or a problem."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import json
import lzma
import os
import socket
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipseclint.engine.unread.signs import command_in, sign_of
from ipseclint.source import bytes_source
from tests import ROOT, unwrapped

pytestmark = pytest.mark.drawn(4)

GOOD = "netsh advfirewall set global mainmode mmkeylifetime 480min,0sess\r\n"
WEAK = "netsh advfirewall set global mainmode mmkeylifetime 5min,0sess\r\n"
FIXTURES = ROOT / "fixtures" / "twins" / "weak"


def archive(names: dict[str, bytes]) -> bytes:
    """The files in a zip, of 1980: the bytes of another time may be a line end, and change what is said."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as target:
        for name, content in names.items():
            target.writestr(zipfile.ZipInfo(name), content)
    return data.getvalue()


def tarred(name: str, content: bytes) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as target:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        target.addfile(member, io.BytesIO(content))
    return data.getvalue()


LARGE = base64.b64decode("QlpoOTFBWSZTWbXShMYASEhAQMAAAAQACCAAMMwFKaYIgjYhEEeLuSKcKEha6UJjAA==")
"""What bz2 makes of 9 MiB of zeros."""


SUSPICIOUS: dict[str, bytes] = {
    "typo.cmd": b"netsh adfirewall consec add rule name=x endpoint1=any endpoint2=any\r\n",
    "encoded.ps1": b"powershell -NoP -EncodedCommand " + base64.b64encode(WEAK[:-9].encode("utf-16-le")) + b"..",
    "encoded.yml": b"user_data: |\n"
    + base64.encodebytes(b"#ps1\nNew-NetIPsecRule -DisplayName a -InboundSecurity Require\n"),
    "carets.cmd": b"n^etsh advfire^wall con^sec add rule name=w endpoint1=any endpoint2=any\r\n",
    "variable.cmd": b"set /p N=Tool? \r\n%N% advfirewall consec add rule name=w endpoint1=any\r\n",
    "old.cmd": b'ipseccmd -f 0+* -n ESP[3DES,MD5] -a PRESHARE:"x"\r\n',
    "quoted.cmd": b'"net"sh "adv"firewall consec add rule name=w endpoint1=any\r\n',
    "ebcdic.cmd": WEAK.encode("cp037"),
    "half.xml": (FIXTURES / "wfpstate.xml").read_bytes()[400:20_000],
    "half-tag.xml": b"  <filterCondition><item><layerKey>FWPM_LAYER_IKEEXT_V4</layerKey></item>",
    "registry-lost-head.pol": "[Software\\Policies\\Microsoft\\WindowsFirewall\\ConSecRules;x]".encode("utf-16-le"),
    "hive-cut": b"regf\x01\0\0\0",
    "log-cut": b"ElfFile\0\x01\0",
    "policy-cut": b"PReg\x01\0\0\0[\0S\0",
    "index.txt": b"GroupPolicyBackupScheme bkp:version=2.0 without its angle brackets",
    "phonebook-part.txt": b"CustomIPSecPolicies=030000000100000002000000\r\nVpnStrategy=7\r\n",
    "profile-part.txt": b"<NativeProtocolType>IKEv2</NativeProtocolType><CryptographySuite>",
    "rules-part.json": b'  "InboundSecurity": 1,\n  "OutboundSecurity": 1\n}',
    "events-part.txt": b"</System><EventID>4653</EventID><EventData>",
    "mmsa-cut.txt": b"Main Mode SA at 03/02/2024 09:15:00\r\n--------\r\nLocal IP Addr",
    "offer-part.txt": b"MM Offer:                             None-AES128-SHA256\r\n",
    "rule-cut.txt": b"\r\nRule Name:                            Hub\r\n" + b"-" * 70 + b"\r\nEnabled:    ",
    "rule-without-dashes.txt": b"Rule Name:  t\r\nEnabled:  Yes\r\nAction:  RequireInRequireOut\r\n",
    "events-cut.xml": b"<Events><Event xmlns='x'><System><EventID>46",
    "template.inf": b"[Registry Values]\r\nMACHINE\\System\\CurrentControlSet\\Services\\IKEEXT\\Start=4,4\r\n",
    "audit-cut.csv": b"Machine Name,Policy Target,Subcategory,Subcateg",
    "services.inf": b'[Service General Setting]\r\n"PolicyAgent",4,""\r\n',
    "syslog.txt": b"4653: An IPsec main mode negotiation failed. Local Endpoint: 10.0.0.1 Keying Module Name: IKEv1\n",
    "weak.cmd.bz2": bz2.compress(WEAK.encode()),
    "weak.cmd.xz": lzma.compress(WEAK.encode(), preset=0),
    "setup.7z": b"7z\xbc\xaf\x27\x1c" + bytes(20),
    "setup.rar": b"Rar!\x1a\x07\0" + bytes(20),
    "setup.cab": b"MSCF" + bytes(20),
    "zip.txt": archive({"weak.cmd": WEAK.encode()}),
    "zipped.bz2": bz2.compress(archive({"weak.cmd": WEAK.encode()})),
    "cut.xz": lzma.compress(WEAK.encode(), preset=0)[:30],
    "large.bz2": LARGE,
    "behind-nothing.bin": b"\0" * 3_000_000 + WEAK.encode().replace(b"netsh", b"netsx") + b"consec add rule name=x",
}
"""What speaks of IPsec, or of what carries it, and cannot be read: a problem each."""

HIDDEN: dict[str, bytes] = {
    "given.cmd": b"set /p C=Which? \r\nnetsh %C%\r\n",
    "piped.cmd": b"type commands.txt | netsh\r\n",
    "fed.cmd": b"netsh < commands.txt\r\n",
    "from-a-file.cmd": b"netsh -f commands.txt\r\n",
    "cut-in-two.cmd": b"net^\r\nsh advfirewall reset\r\n",
    "put-together.vbs": b'x = "ne" & "tsh advfire" & "wall reset"\r\n',
    "defaults.vbs": b'CreateObject("HNetCfg.FwPolicy2").RestoreLocalFirewallDefaults\r\n',
    "stopped.cmd": b"sc \\\\other config policyagent start= disabled\r\n",
    "started.cmd": b'wmic service where name="IKEEXT" call ChangeStartMode Disabled\r\n',
    "service.yml": b"- win_service:\n    name: '{{ item }}'\n    start_mode: disabled\n"
    b"  loop: \"{{ services | default(['IKEEXT']) }}\"\n",
}
"""Commands for IPsec that no format claims by them alone, and commands that may be some."""

OTHER_SYSTEM = "of no concern: another system's IPsec"

NO_CONCERN: dict[str, tuple[str, bytes]] = {
    "notes.txt": ("of no concern", b"shopping list\n"),
    "prose.txt": ("of no concern", b"The IPsec rollout begins in May.\n"),
    "photo.png": ("of no concern", b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
    "data.json": ("of no concern", b'{"a": [1, 2, 3]}'),
    "page.html": ("of no concern", b"<!doctype html><title>Intranet</title>"),
    "other.xml": ("of no concern", b"<?xml version='1.0'?><inventory><pc name='a'/></inventory>"),
    "program.py": ("of no concern", b"print('hello')\n"),
    "library.dll": ("of no concern", b"MZ\x90\0" + bytes(2000)),
    "utf16.txt": ("of no concern", "Grüße aus Köln".encode("utf-16")),
    ".editorconfig": ("of no concern", b"root = true\n"),
    "README.md": ("prose about IPsec", b"# Rules\n\nWe use `New-NetIPsecRule` on servers.\n"),
    "empty.cmd": ("empty", b""),
    "blank.cmd": ("empty", b"\r\n \r\n"),
    "zeros.bin": ("empty", bytes(4096)),
    "main.tf": (OTHER_SYSTEM, b'resource "azurerm_x" "y" {\n  ipsec_policy {\n    dh_group = "DHGroup1"\n  }\n}\n'),
    "firewall-rule.txt": (
        "of no concern",
        b"Rule Name:  Web\r\n" + b"-" * 70 + b"\r\nEnabled:  Yes\r\nDirection:  In\r\nAction:  Allow\r\n",
    ),
    "log.bz2": ("archive", bz2.compress(b"log")),
    "log.xz": ("archive", lzma.compress(b"log", preset=0)),
    "empty.zip": ("archive", archive({})),
}


ARCHIVES: dict[str, tuple[str, bytes]] = {
    "photos.zip": ("cat.jpg", archive({"cat.jpg": b"x" * 100})),
    "log.gz": ("log", gzip.compress(b"log")),
    "photos.tar": ("cat.jpg", tarred("cat.jpg", b"x")),
}
"""Archives that are looked into, and what is in them."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.cmd").write_bytes(GOOD.encode())
    return tmp_path


@pytest.fixture
def crowded(folder: Path) -> Path:
    for name, data in SUSPICIOUS.items():
        (folder / name).write_bytes(data)
    for name, (_, data) in NO_CONCERN.items():
        (folder / name).write_bytes(data)
    for name, (_, data) in ARCHIVES.items():
        (folder / name).write_bytes(data)
    for name in (".git", "node_modules", "__pycache__"):
        (folder / name).mkdir()
        (folder / name / "weak.cmd").write_text(WEAK)
    (folder / "gone.cmd").symlink_to(folder / "nowhere.cmd")
    (folder / "linked").symlink_to(folder / ".git", target_is_directory=True)
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
    return folder


def test_each_of_forty_kinds_of_files_is_named(crowded: Path, cli: Callable[..., Any]) -> None:
    text, ran = cli(".", "--jobs", "1"), cli(".", "--jobs", "1", "-o", "json")
    assert (text.code, ran.code) == (4, 4)
    body = json.loads(ran.out)
    problems = {problem["location"]["path"]: problem["code"] for problem in body["problems"]}
    cut = {"hive-cut", "log-cut", "policy-cut", "profile-part.txt", "half.xml", "setup.cab"}
    assert {name: problems.get(name) for name in SUSPICIOUS if name not in cut} == {
        name: "IN003" for name in SUSPICIOUS if name not in cut
    }
    assert cut <= set(problems)
    assert problems["gone.cmd"] == "IN001"
    ignored = {path: kind for kind, paths in body["coverage"]["ignored"].items() for path in paths}
    assert ignored == {
        **{name: kind for name, (kind, _) in NO_CONCERN.items()},
        **{f"{name}/{inner}": "of no concern" for name, (inner, _) in ARCHIVES.items()},
        ".git/": "hidden folder",
        "node_modules/": "folder of tools",
        "__pycache__/": "folder of tools",
        "linked/": "linked folder",
        "pipe": "named pipe",
        "socket": "socket",
    }
    names = {*SUSPICIOUS, *ignored, "gone.cmd", "good.cmd"}
    assert len(names) >= 40
    assert [name for name in sorted(names) if name not in text.out] == []
    assert body["inputs"][[row["path"] for row in body["inputs"]].index("good.cmd")]["status"] == "understood"


@pytest.mark.parametrize("name", HIDDEN)
def test_a_file_that_may_change_the_policy_is_a_problem(name: str, folder: Path, cli: Callable[..., Any]) -> None:
    (folder / name).write_bytes(HIDDEN[name])
    ran = cli(".", "-o", "json")
    problems = [problem["location"]["path"] for problem in json.loads(ran.out)["problems"]]
    assert (ran.code, problems) == (4, [name])


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_folder_with_one_policy_and_harmless_files_is_clean(folder: Path, cli: Callable[..., Any], jobs: str) -> None:
    for name, (_, data) in NO_CONCERN.items():
        (folder / name).write_bytes(data)
    ran = cli(".", "-o", "json", "--jobs", jobs)
    assert (ran.code, json.loads(ran.out)["problems"]) == (0, [])


def test_a_pipe_that_is_named_is_refused_and_not_opened(folder: Path, cli: Callable[..., Any]) -> None:
    os.mkfifo(folder / "pipe")
    ran = cli("pipe")
    assert ran.code == 4
    assert "it is a named pipe, not a file" in ran.out
    assert cli("/dev/zero").code == 4


def test_policy_far_behind_the_beginning_is_read(folder: Path, cli: Callable[..., Any]) -> None:
    (folder / "late.cmd").write_text("rem a comment\r\n" * 8000 + WEAK)
    ran = cli("late.cmd", "--select", "QD001", "-o", "json")
    assert [finding["location"]["line"] for finding in json.loads(ran.out)["findings"]] == [8001]


def test_objects_behind_a_long_name_are_read(folder: Path, cli: Callable[..., Any]) -> None:
    policy = json.loads((FIXTURES / "policy.json").read_text())
    (folder / "long.json").write_text(json.dumps([{"Description": "x" * 100_000}, *policy]))
    body = json.loads(cli("long.json", "-o", "json").out)
    assert [(row["format"], row["status"]) for row in body["inputs"]] == [("powershell-json", "understood")]


@pytest.mark.parametrize("first", ["<nul rem x", "{"])
def test_a_first_line_that_looks_like_xml_or_json_hides_nothing(
    folder: Path, cli: Callable[..., Any], first: str
) -> None:
    (folder / "w.cmd").write_text(f"{first}\r\n{WEAK}")
    assert cli("w.cmd", "--select", "QD001").code in {1, 4}


@pytest.mark.parametrize("head", ["[x]\r\nPBVersion=1\r\n", "Windows Registry Editor Version 5.00\r\n\r\n"])
def test_the_beginning_of_another_format_hides_no_command(folder: Path, cli: Callable[..., Any], head: str) -> None:
    (folder / "w.cmd").write_text(head + WEAK)
    ran = cli(".")
    assert ran.code == 4 or (ran.code == 1 and "w.cmd" in ran.out)


@pytest.mark.drawn(4)
@pytest.mark.parametrize("part", ["\n", " ", "<eventid ", "netsh ", "ipsec ", "@(", "advfirewall\n", "consec add "])
def test_a_long_row_of_beginnings_is_looked_through_at_once(folder: Path, cli: Callable[..., Any], part: str) -> None:
    # Where looking took the square of the length, this would not end.
    source = bytes_source("x", b"-vpn eventid " + part.encode() * (250_000 // len(part)))
    assert (sign_of(source).is_suspicious, command_in(source)) == (False, None)


def test_a_backup_claims_what_belongs_to_it(folder: Path, cli: Callable[..., Any]) -> None:
    (folder / "Backup.xml").write_text("<GroupPolicyBackupScheme/>")
    (folder / "w.cmd").write_text(WEAK)
    scripts = folder / "DomainSysvol" / "GPO" / "Machine" / "Scripts" / "Startup"
    scripts.mkdir(parents=True)
    (scripts / "start.cmd").write_text(WEAK)
    body = json.loads(cli(".", "--select", "QD001", "-o", "json").out)
    assert sorted(finding["location"]["path"] for finding in body["findings"]) == [
        "DomainSysvol/GPO/Machine/Scripts/Startup/start.cmd",
        "w.cmd",
    ]


def test_a_folder_that_cannot_be_listed_is_a_problem(
    folder: Path, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "locked").mkdir()
    scandir = os.scandir

    def refusing(path: Any) -> Any:
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    ran = cli(".", "-o", "json")
    assert ran.code == 4
    assert [(row["code"], row["location"]["path"]) for row in json.loads(ran.out)["problems"]] == [("IN001", "locked")]
    (folder / "ipseclint.toml").write_text('exclude = ["locked"]')
    assert json.loads(cli(".", "-o", "json").out)["problems"] == []


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), OSError(36, "File name too long")])
def test_a_file_that_may_not_even_be_looked_at_costs_no_other(
    folder: Path, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    good, hidden, real = folder / "good.cmd", folder / "hidden.cmd", Path.stat

    def stat(path: Path, **options: Any) -> os.stat_result:
        if path.name == hidden.name:
            raise error
        return real(path, **options)

    monkeypatch.setattr(Path, "stat", stat)
    ran = cli(good, hidden, "-o", "json")
    report = json.loads(ran.out)
    assert ran.code == 4
    assert [Path(put["path"]).name for put in report["inputs"]] == ["good.cmd", "hidden.cmd"]
    assert [problem["code"] for problem in report["problems"]] == ["IN001"]


def test_our_own_reports_are_no_policy(folder: Path, cli: Callable[..., Any]) -> None:
    outputs = ("json", "jsonl", "sarif", "junit", "gitlab", "markdown", "csv", "html")
    (folder / "good.cmd").write_text(WEAK)
    assert cli(".", *[f"-o{name}:report.{name}" for name in outputs]).code == 1
    ran = cli(".", "-o", "json")
    assert (ran.code, json.loads(ran.out)["problems"]) == (1, [])


def test_the_report_says_what_it_was_configured_by(folder: Path, cli: Callable[..., Any]) -> None:
    (folder / "lab").mkdir()
    (folder / "lab" / "weak.cmd").write_text(WEAK)
    (folder / "ipseclint.toml").write_text('exclude = ["lab/"]\nignore = ["CR"]\nfail-on = "never"\n')
    ran = cli(".", "-o", "json")
    body = json.loads(ran.out)
    assert body["settings"] == {
        "configuration": "ipseclint.toml",
        "isolated": False,
        "rulesets": ["default"],
        "waivers": None,
        "baseline": None,
        "select": [],
        "ignore": ["CR"],
        "severity": {},
        "overrides": [],
        "exclude": ["lab/"],
        "fail_on": "never",
        "allow_partial": False,
        "allow_empty": False,
        "redacted": False,
    }
    line = "configured by ipseclint.toml; rulesets: default; ignored: CR; excluded (1 file): lab/; fail-on: never"
    for output in ("text", "github", "azure", "csv", "junit", "html"):
        assert line in unwrapped(cli(".", "-o", output).out), output
    assert line in json.loads(cli(".", "-o", "gitlab").out)[-1]["description"]


def test_isolated_takes_nothing_from_the_folder(folder: Path, cli: Callable[..., Any]) -> None:
    (folder / "good.cmd").write_text(WEAK)
    (folder / "ipseclint.toml").write_text('fail-on = "never"\n')
    (folder / "ipseclint-waivers.toml").write_text('[[waiver]]\nrule = "QD001"\nreason = "mine"\n')
    assert cli("good.cmd", "--select", "QD001").code == 0
    ran = cli("good.cmd", "--select", "QD001", "--isolated", "-o", "json")
    assert ran.code == 1
    assert json.loads(ran.out)["settings"]["waivers"] is None


@pytest.mark.parametrize("name", ["NegotiateDH2048_AES256", "KeepRasConnections"])
def test_a_value_that_no_rule_looks_at_is_said(folder: Path, cli: Callable[..., Any], name: str) -> None:
    key = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\RasMan\Parameters"
    (folder / "vpn.reg").write_text(
        f'Windows Registry Editor Version 5.00\n\n[{key}]\n"{name}"=dword:00000001\n', encoding="utf-16"
    )
    ran = cli("vpn.reg", "-o", "json")
    assert json.loads(ran.out)["coverage"]["not_judged"] == {"registry_value": [f"{key}\\{name}"]}
    assert f"read, and no rule looks at it: {key}\\{name}" in unwrapped(cli("vpn.reg").out)


@pytest.mark.parametrize(
    ("key", "is_looked_at"), [("RasMan\\Parameters", True), ("PolicyAgent", False), ("IKEEXT\\Parameters", False)]
)
def test_a_value_under_a_key_where_windows_does_not_look_for_it_is_named(
    folder: Path, cli: Callable[..., Any], key: str, is_looked_at: bool
) -> None:
    path = f"SYSTEM\\CurrentControlSet\\Services\\{key}"
    (folder / "a.cmd").write_text(f"reg add HKLM\\{path} /v AllowL2TPWeakCrypto /t REG_DWORD /d 1 /f\n")
    answer = json.loads(cli("a.cmd", "-o", "json").out)
    assert ("RF023" in {finding["code"] for finding in answer["findings"]}) != is_looked_at
    assert answer["coverage"]["not_judged"] == {}  # a finding names it


def test_the_value_that_decides_what_a_connection_offers_is_looked_at_beside_one(folder: Path, cli: Any) -> None:
    key = r"HKLM:\SYSTEM\CurrentControlSet\Services\RasMan\Parameters"
    (folder / "a.ps1").write_text(
        "Add-VpnConnection -Name W -ServerAddress vpn.example.org -TunnelType Ikev2\n"
        f"Set-ItemProperty -Path {key} -Name NegotiateDH2048_AES256 -Value 2\n"
    )
    assert json.loads(cli("a.ps1", "-o", "json").out)["coverage"]["not_judged"] == {}


def test_values_that_a_server_or_a_service_is_read_of_are_no_further_objects(folder: Path, cli: Any) -> None:
    services = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services"
    (folder / "a.reg").write_text(
        f"Windows Registry Editor Version 5.00\n\n[{services}\\RemoteAccess\\Parameters\\Ikev2]\n"
        '"EnableServerFragmentation"=dword:00000000\n"CertAuthFlags"=dword:00000004\n\n'
        f'[{services}\\PolicyAgent]\n"Start"=dword:00000003\n'
    )
    report = json.loads(cli("a.reg", "-o", "json").out)
    assert "QD040" in {each["code"] for each in report["findings"]}
    assert report["coverage"]["not_judged"] == {}


def test_kinds_that_no_rule_of_a_selection_looks_at_are_said_in_one_line(folder: Path, cli: Callable[..., Any]) -> None:
    (folder / "rule.cmd").write_text(
        "netsh ipsec static add policy name=p\n"
        "netsh ipsec static add filterlist name=f\n"
        "netsh ipsec static add filter filterlist=f srcaddr=me dstaddr=any\n"
        "netsh ipsec static add filteraction name=a action=negotiate\n"
        "netsh ipsec static add rule name=r policy=p filterlist=f filteraction=a\n"
    )
    inputs = ("rule.cmd", ROOT / "fixtures/rules/EX011-ike-ports-blocked/bad-blocked.reg")
    not_judged = {
        selected: json.loads(cli(*inputs, "--select", selected, "-o", "json").out)["coverage"]["not_judged"]
        for selected in ("RT001", "QD", "EX011", "CR001")
    }
    assert not_judged["QD"] == {"firewall_rule": ["3 firewall rules"]}
    assert not_judged["EX011"] == {}
    assert set(not_judged["CR001"]) == {*not_judged["RT001"]} - {
        "authentication_set",
        "main_mode_crypto_set",
        "quick_mode_crypto_set",
    }
    assert {"ipsec_policy", "filter_list", "filter_action", "firewall_rule"} < set(not_judged["RT001"])
    (line,) = [line for line in cli(*inputs, "--select", "RT001").out.splitlines() if "no rule looks at" in line]
    assert "1 policy, 1 filter list, 1 filter action" in line
    assert json.loads(cli(*inputs, "-o", "json").out)["coverage"]["not_judged"] == {}


def test_the_release_of_windows_beside_a_vpn_server_is_that_of_its_host(folder: Path, cli: Any) -> None:
    (folder / "gateway").mkdir()
    (folder / "gateway" / "host.reg").write_text(
        "Windows Registry Editor Version 5.00\n\n"
        "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion]\n"
        '"CurrentBuildNumber"="20348"\n"UBR"=dword:00001135\n"InstallationType"="Server"\n'
    )
    (folder / "gateway" / "rras.ps1").write_text("Set-VpnServerConfiguration -Ikev2Ports 500 -L2tpPorts 0\n")
    report = json.loads(cli("gateway", "--as-of", "2026-11-01", "-o", "json").out)
    assert "RF014" in {each["code"] for each in report["findings"]}
