"""The rows of an audit of facts, findings and repairs, A to J: each of its inputs, run through the whole program.

The name of a case is the audit's own: `B1.3` is the third input of B1. What a row is about in depth has tests of its
own, in `rules/test_audited_inputs.py`, `rules/test_exempt_traffic.py`, `test_twins.py`, `test_noise_budget.py`,
`vocabulary/test_audited_defaults.py`, `load/test_audited_arithmetic.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from ipseclint import check_paths, check_text
from ipseclint.finding import Finding
from ipseclint.report import Report
from tests.cases import cases
from tests.command_line import Ran, run_cli
from tests.twins.policy import MainMode, MainProposal, Method, QuickProposal, Rule, Told, Tunnel
from tests.twins.write import WRITERS
from tests.well_built import report_on

SET = "netsh advfirewall set global "
PSK = 'name=K endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequireout auth1=computerpsk auth1psk="short"'


def consec(text: str) -> str:
    return f"netsh advfirewall consec add rule {text}\n"


def exempt(text: str, own: str = "any") -> str:
    return consec(f"name=X endpoint1={own} {text} action=noauthentication")


def secured(remote: str, action: str, more: str = "auth1=computerkerb") -> str:
    return consec(f"name=I endpoint1=any endpoint2={remote} action={action} {more}")


DOMAIN = secured("any", "requireinrequireout", "auth1=computerkerb profile=domain")
ASKED = secured("any", "requestinrequestout")
INTRANET = secured("10.0.0.0/8", "requireinrequireout")
PUBLISHED = secured("any", "requireinrequireout", 'auth1=computercert auth1ca="CN=Contoso Root CA"')
ISSUED = secured("10.0.0.0/8", "requireinrequestout", 'auth1=computercert auth1ca="CN=A catype:intermediate"')
SYSLOG = secured("10.1.1.5", "requireinrequestout", "auth1=computerkerb protocol=udp port2=514")
GATEWAYS = (
    "mode=tunnel endpoint1=10.1.0.0/16 localtunnelendpoint=198.51.100.1 remotetunnelendpoint=203.0.113.7 "
    'auth1=computercert auth1ca="CN=DigiCert Global Root" qmsecmethods=esp:aesgcm256-aesgcm256 applyauthz='
)


def firewall(text: str) -> str:
    return f"netsh advfirewall firewall add rule name=b {text}\n"


def queued(proposal: str, pfs: str = "none", remote: str = "10.1.0.0/16") -> str:
    return secured(remote, "requestinrequestout", f"auth1=computerkerb qmpfs={pfs} qmsecmethods={proposal}")


class Row(NamedTuple):
    """An input with the facts of its site; which severities of a rule's findings it gives; a part of their words."""

    script: str
    code: str
    severities: tuple[str, ...]
    site: str = ""
    says: str = ""


DCS = 'domain_controllers = ["10.0.0.10"]'
PLAIN = 'non_ipsec_ranges = ["10.9.0.0/16"]'
SHARED = 'nat_groups = [{{ address = "203.0.113.1", initiators = {} }}]'.format
DAY = "esp:sha256-aes128+{}min+{}kb".format

ROWS = {
    "A1": Row(SYSLOG, "QD029", ()),
    "A2": Row(ISSUED, "QD017", ("info",), "all_peers_support_authip = true", "before Windows 11 24H2 and Server 2025"),
    "A2 on 2025": Row(ISSUED, "QD017", (), 'all_peers_support_authip = true\nwindows = ["Windows Server 2025"]'),
    "A3": Row(SET + "ipsec ipsecthroughnat never\n" + DOMAIN, "EX012", (), SHARED(5)),
    "A3 explicit never": Row(SET + "ipsec ipsecthroughnat never\n" + DOMAIN, "EX012", ()),
    "A3 never, 36": Row(SET + "ipsec ipsecthroughnat never\n" + DOMAIN, "QD022", ("warning",), SHARED(36)),
    "A3 server, 36": Row(SET + "ipsec ipsecthroughnat serverbehindnat\n" + DOMAIN, "QD022", ("warning",), SHARED(36)),
    "A5 psk": Row(consec(PSK + " qmpfs=dhgroup14"), "QD010", ()),
    "A5 2880 min": Row(SET + "mainmode mmkeylifetime 2880min,0sess\n", "RF004", ("error",), says="reference of netsh"),
    "B1.1": Row(DOMAIN + exempt("endpoint2=any protocol=icmpv4"), "EX001", ("error",), says="no rule exempts"),
    "B1.2": Row(DOMAIN + exempt("endpoint2=10.0.0.10 profile=public"), "EX001", ("error",), DCS, "no rule exempts"),
    "B1.3": Row(
        DOMAIN + exempt("endpoint2=10.0.0.53 profile=public"), "EX002", ("error",), 'dns_servers = ["10.0.0.53"]'
    ),
    "B1.4": Row(
        DOMAIN + exempt("endpoint2=10.0.0.10 protocol=tcp port2=88"),
        "EX001",
        ("warning",),
        DCS,
        "UDP 88, UDP 389, TCP 389 and TCP 445 are not",
    ),
    "B1.5": Row(ASKED + exempt("endpoint2=any protocol=icmpv4"), "QD014", ("info",), says="but for ICMPV4"),
    "B1.6": Row(
        INTRANET + exempt("endpoint2=10.9.0.0/16 protocol=tcp port2=9100"),
        "QD015",
        ("error",),
        PLAIN,
        "but for TCP 9100",
    ),
    "B1.7": Row(
        INTRANET + exempt("endpoint2=10.9.0.0/16", "10.0.0.77"),
        "QD015",
        ("error",),
        PLAIN,
        "but for own address 10.0.0.77",
    ),
    "B1.8": Row(
        SET + "ipsec strongcrlcheck 2\n" + PUBLISHED + exempt("endpoint2=10.0.0.80 protocol=icmpv4"),
        "AU007",
        ("error",),
        'pki_servers = ["10.0.0.80"]',
        "requires IPsec to 10.0.0.80",
    ),
    "B2 no": Row(
        secured("10.2.0.0/16", "requireinrequireout", GATEWAYS + "no").replace("endpoint1=any ", ""),
        "AU009",
        ("warning",),
    ),
    "B2 yes": Row(
        secured("10.2.0.0/16", "requireinrequireout", GATEWAYS + "yes").replace("endpoint1=any ", ""), "AU009", ()
    ),
    "B3": Row(
        SET + "mainmode mmkeylifetime 10min,0sess\n" + INTRANET,
        "QD033",
        ("warning",),
        "peers = 7000",
        "the main-mode lifetime decides",
    ),
    "B4 server": Row(
        secured("any", "requireinrequestout", "auth1=computerkerb profile=any") + exempt("endpoint2=10.0.0.10"),
        "QD014",
        ("info",),
        'host_type = "server"\n' + DCS,
    ),
    "B4 100.64/10": Row(secured("100.64.0.0/10", "requestinrequestout"), "QD014", ()),
    "B4 130.60/16": Row(secured("130.60.0.0/16", "requestinrequestout"), "QD014", ()),
    "B4 twice": Row(secured("any", "requireinrequestout"), "QD014", (), 'host_type = "portable"'),
    "B4 once": Row(secured("any", "requireinrequestout"), "QD016", ("warning",), 'host_type = "portable"'),
    "B5 in 500": Row(ASKED + firewall("dir=in action=block protocol=udp localport=500"), "EX011", ("error",)),
    "B5 out 4500": Row(ASKED + firewall("dir=out action=block protocol=udp remoteport=4500"), "EX011", ("error",)),
    "B5 authenticate": Row(
        secured("10.0.0.0/8", "requestinrequestout", "auth1=computerkerb profile=domain")
        + firewall("dir=in action=allow protocol=tcp localport=445 security=authenticate"),
        "FL014",
        ("warning",),
        says="on the private, public profile",
    ),
    "B6 DH14, all defaults": Row(
        secured("10.1.0.0/16", "requestinrequestout", "auth1=computerkerb qmpfs=dhgroup14"), "QD008", ()
    ),
    "B6 DH2 is weak": Row(queued(DAY(60, 100_000), "dhgroup2"), "CR005", ("warning",)),
    "B6 3DES": Row(queued("esp:sha1-3des+60min+50000kb"), "QD006", ()),
    "B6 none written, QD011": Row(
        secured("10.1.0.0/16", "requestinrequestout", "auth1=computerkerb qmpfs=dhgroup14"), "QD011", ()
    ),
    "B6 none written, QD009": Row(
        secured("10.1.0.0/16", "requestinrequestout", "auth1=computerkerb qmpfs=dhgroup14"),
        "QD009",
        ("info",),
        says="perfect forward secrecy: AuthIP needs two exchanges",
    ),
    "B6 everything": Row(
        SET + "mainmode mmkeylifetime 5min,1sess\n" + INTRANET,
        "QD036",
        ("info",),
        "peers = 300000\ndrop_probability_budget = 0.001",
    ),
    "E1": Row(ASKED + exempt("endpoint2=10.0.0.10"), "QD014", ("info",), DCS),
    "J 60 min": Row(SET + "mainmode mmkeylifetime 60min,0sess\n" + INTRANET, "QD001", ()),
    "J 59 min": Row(SET + "mainmode mmkeylifetime 59min,0sess\n" + INTRANET, "QD001", ("warning",)),
    "J 10 quick modes": Row(SET + "mainmode mmkeylifetime 480min,10sess\n" + INTRANET, "QD002", ("warning",)),
    "J 11 quick modes": Row(SET + "mainmode mmkeylifetime 480min,11sess\n" + INTRANET, "QD002", ("info",)),
    "J 99 quick modes": Row(SET + "mainmode mmkeylifetime 480min,99sess\n" + INTRANET, "QD002", ("info",)),
    "J 100 quick modes": Row(SET + "mainmode mmkeylifetime 480min,100sess\n" + INTRANET, "QD002", ()),
    "J 30 min": Row(queued(DAY(30, 100_000)), "QD004", ()),
    "J 29 min": Row(queued(DAY(29, 100_000)), "QD004", ("warning",)),
    "J 100,000 KB": Row(queued(DAY(60, 100_000)), "QD006", ()),
    "J 99,999 KB": Row(queued(DAY(60, 99_999)), "QD006", ("warning",)),
    "J 35 behind an address": Row(DOMAIN, "QD022", (), SHARED(35)),
    "J 36 behind an address": Row(DOMAIN, "QD022", ("warning",), SHARED(36)),
    "J a day": Row(SET + "mainmode mmkeylifetime 1440min,0sess\n" + INTRANET, "CR022", ()),
    "J a day and a minute": Row(SET + "mainmode mmkeylifetime 1441min,0sess\n" + INTRANET, "CR022", ("warning",)),
    "J switched off": Row(
        SET + "mainmode mmkeylifetime 480min,0sess\n" + DOMAIN.replace("name=I", "name=I enable=no"), "EX001", ()
    ),
}


def settled(folder: Path, script: str, site: str = "", name: str = "policy.cmd") -> tuple[Path, Path]:
    """A policy in a folder, and the configuration with the facts of its site."""
    policy, config = folder / name, folder / "ipseclint.toml"
    policy.write_bytes(script.encode())
    config.write_text(f"[site]\n{site}\n", encoding="utf-8")
    return policy, config


def report_of(folder: Path, script: str, site: str = "") -> Report:
    policy, config = settled(folder, script, site)
    report = check_paths(policy, config=config)
    assert not report.crashes
    assert [problem.message for problem in report.problems] == []
    return report


@pytest.mark.drawn(2)
@pytest.mark.parametrize("name", ROWS)
def test_a_row_gives_what_it_should(name: str, tmp_path: Path) -> None:
    row = ROWS[name]
    found = [finding for finding in report_of(tmp_path, row.script, row.site).findings if finding.code == row.code]
    assert tuple(finding.severity.value for finding in found) == row.severities, [each.message for each in found]
    assert all(row.says in finding.message for finding in found)


@pytest.mark.drawn(3)
@pytest.mark.parametrize("name", ROWS)
def test_d_no_repair_of_a_row_brings_a_finding_and_the_default_ones_lower_nothing(name: str, tmp_path: Path) -> None:
    row = ROWS[name]
    policy, config = settled(tmp_path, row.script, row.site)
    for more in ((), ("--include-risky", "--allow-lowering")):
        ran = run_cli("fix", policy, "--config", config, "--verify", *more)
        assert ran.code in {0, 1}, ran.err
        assert "came:" not in ran.out + ran.err
        assert more or "protection: lowers" not in ran.out


def fixed(folder: Path, script: str, *more: str, site: str = "", name: str = "policy.cmd") -> Ran:
    policy, config = settled(folder, script, site, name)
    return run_cli("fix", policy, "--config", config, *more)


def test_a4_refusals_for_the_rate_of_one_address_lead_to_their_rule(tmp_path: Path) -> None:
    explained = run_cli("explain", "13903").out
    assert "QD022 many-initiators-behind-one-address" in explained
    assert "our inference" in explained


def test_c1_the_syslog_rule_stays(tmp_path: Path) -> None:
    ran = fixed(tmp_path, SYSLOG, "--include-risky", "--allow-lowering")
    assert (ran.code, ran.out, ran.err.strip()) == (0, "", "ipseclint: nothing to repair by script")


def test_c2_a_requirement_of_a_server_stays_on_every_profile(tmp_path: Path) -> None:
    script = consec(
        'name="Server iso" endpoint1=10.4.0.0/24 endpoint2=any action=requireinrequestout auth1=computerkerb'
    )
    assert fixed(tmp_path, script, "--include-risky", "--allow-lowering").out == ""


def test_information_that_comes_of_a_repair_keeps_none_back_and_is_named(tmp_path: Path) -> None:
    script = consec(f"{PSK} qmpfs=ecdhp384 qmsecmethods=esp:aesgcm256-aesgcm256+60min+2147483647kb")
    ran = fixed(tmp_path, script, "--include-risky", "--as", "netsh", "--only", "AU001")
    assert "new auth1=computerkerb" in ran.out
    assert (ran.code, ran.err.count("comes of it: QD009")) == (0, 1)


def test_c3_strong_revocation_is_not_softened(tmp_path: Path) -> None:
    ran = fixed(tmp_path, SET + "ipsec strongcrlcheck 2\n" + PUBLISHED, "--include-risky")
    assert (ran.code, ran.out) == (1, "")
    assert "rule of its own. Traffic with these hosts is then not protected. With `pki_servers`" in ran.err
    known = fixed(
        tmp_path, SET + "ipsec strongcrlcheck 2\n" + PUBLISHED, "--allow-lowering", site='pki_servers = ["10.0.0.80"]'
    )
    assert "strongcrlcheck" not in known.out
    assert "RevocationCheck" not in known.out


@pytest.mark.parametrize(
    ("name", "script", "site", "lowers"),
    [
        (
            "C4",
            secured("any", "requireinrequestout", "auth1=computerkerb auth2=userkerb"),
            'host_type = "server"',
            "AU016",
        ),
        ("C5", INTRANET, "first_deployment = true", "EX007"),
    ],
)
def test_what_lowers_protection_is_left_out_and_named(
    name: str, script: str, site: str, lowers: str, tmp_path: Path
) -> None:
    ran = fixed(tmp_path, script, site=site)
    assert ran.out == "", name
    (line,) = [line for line in ran.err.splitlines() if f"left out: {lowers} " in line]
    assert "lowers protection:" in line
    assert line.endswith("(--allow-lowering takes it)")
    allowed = fixed(tmp_path, script, "--allow-lowering", site=site).out
    assert "protection: lowers (" in allowed


def test_c6_a_preshared_key_is_never_given_to_authip(tmp_path: Path) -> None:
    found = report_of(tmp_path, consec(PSK), "all_peers_support_authip = true").findings
    assert "QD017" not in {finding.code for finding in found}
    ran = fixed(tmp_path, consec(PSK), "--include-risky", site="all_peers_support_authip = true")
    assert "AuthIP" not in ran.out


@pytest.mark.parametrize("tool", ["netsh", "powershell"])
def test_c7_the_way_back_asks_for_the_key(tool: str, tmp_path: Path) -> None:
    ran = fixed(tmp_path, consec(PSK), "--include-risky", "--as", tool)
    assert ("Read-Host" if tool == "powershell" else "set /p") in ran.out
    assert "<preshared key>" not in ran.out


def test_c8_the_way_back_looks_into_the_same_gpo(tmp_path: Path) -> None:
    script = (
        "advfirewall set store gpo=corp.example\\X\n"
        'advfirewall consec add rule name="Isolated domain" endpoint1=any endpoint2=any action=requireinrequestout '
        "auth1=computerkerb auth2=userkerb profile=domain\n"
    )
    more = ("--include-risky", "--allow-lowering", "--as", "powershell")
    ran = fixed(tmp_path, script, *more, site="peers = 500", name="policy.txt")
    cmdlets = [line for line in ran.out.splitlines() if "-NetIPsec" in line and not line.strip().startswith("#")]
    assert len(cmdlets) >= 4
    asked = sum(line.count("Get-NetIPsec") + line.count("Set-NetIPsec") for line in cmdlets)
    piped = sum(line.count("| Get-NetIPsec") + line.count("$found | Set-NetIPsec") for line in cmdlets)
    assert sum(line.count(r"-PolicyStore 'corp.example\X'") for line in cmdlets) == asked - piped


def test_c9_what_netsh_cannot_write_keeps_nothing_else_back(tmp_path: Path) -> None:
    script = secured("10.0.0.0/8", "requireinrequestout", "auth1=computerkerb qmsecmethods=esp:sha1-3des+5min+20480kb")
    fixed(tmp_path, script, "--in-place", "--include-risky", site="all_peers_support_authip = true")
    assert "qmsecmethods=esp:sha256-aes256+60min+2147483647kb" in (tmp_path / "policy.cmd").read_text()


@pytest.mark.parametrize("tool", ["netsh", "powershell"])
def test_c10_of_what_is_not_repaired_nothing_is_undone(tool: str, tmp_path: Path) -> None:
    ran = fixed(tmp_path, exempt("endpoint2=10.0.0.5 auth1=computerkerb"), "--as", tool)
    assert (ran.code, ran.out) == (1, "")
    assert "left out: RF005 exemption-rule-with-sets on X" in ran.err


def test_c11_what_is_repaired_is_not_said_to_stay(tmp_path: Path) -> None:
    script = 'netsh advfirewall mainmode add rule name=M auth1=computerpsk auth1psk="a" auth1=\n' + consec(
        'name=A endpoint1=any endpoint2=10.1.0.0/16 action=requireinrequireout auth1=computerpsk auth1psk="short"'
    )
    before = {finding.code for finding in check_text(script, "p.cmd").findings}
    ran = fixed(tmp_path, script, "--in-place", "--include-risky")
    after = {finding.code for finding in check_text((tmp_path / "policy.cmd").read_text(), "p.cmd").findings}
    assert before - after
    assert not [code for code in before - after if f"stays: {code}" in ran.err or f"left out: {code}" in ran.err]


@cases(
    ("kind", "absent"),
    [
        ("domain-isolation-servers", {"QD005", "QD016"}),
        ("certificates", {"QD005"}),
        ("tunnel-gateway", {"QD009"}),
        ("vpn-device-tunnel", {"QD009", "CR036"}),
        ("hub-of-branches", {"EX012"}),
    ],
)
def test_e_a_well_built_policy_of_the_audit_is_not_told_what_it_does_right(kind: str, absent: set[str]) -> None:
    findings: tuple[Finding, ...] = tuple(report_on(kind).findings)
    assert {finding.severity.value for finding in findings} <= {"info"}
    assert {finding.code for finding in findings}.isdisjoint(absent)


F_POLICY = Told(
    rules=(
        Rule(
            "Partner",
            "requireinrequireout",
            local="10.1.0.0/16",
            remote="10.2.0.0/16",
            first=(Method("computerkerb"),),
            quick=(QuickProposal("sha1", "3des", 5, 20_480),),
            tunnel=Tunnel("198.51.100.1", "203.0.113.7"),
        ),
        Rule(
            "Isolation",
            "requireinrequestout",
            remote="10.0.0.0/8",
            first=(Method("computerkerb"),),
            quick=(QuickProposal("sha256", "aes128"),),
            pfs="dhgroup2",
        ),
        Rule(
            "Lab",
            "requireinrequireout",
            remote="172.20.0.0/16",
            first=(Method("computerpsk", key="short"),),
            quick=(QuickProposal("md5", "des"),),
        ),
    ),
    main_mode=MainMode((MainProposal("dhgroup2", "3des", "md5"),), minutes=10, sessions=1),
    nat="never",
)
"""Three rules with faults in what they offer, whom they let in, and how often they negotiate."""


def graded(name: str) -> dict[str, str]:
    findings = check_text(WRITERS[name](F_POLICY), name).findings
    ranked = sorted(findings, key=lambda finding: finding.severity.rank)
    return {finding.code: finding.severity.value for finding in ranked}


@cases("name", ["show.txt", "policy.reg", "policy.json", "gpreport.xml", "policy.ps1", "policy.clixml"])
def test_f_one_policy_gives_the_same_codes_and_severities_in_every_format(name: str) -> None:
    told = graded("advfirewall.cmd")
    assert len(told) >= 10
    if name == "show.txt":  # the exemptions in force are Windows' own there, whoever chose them
        assert told.pop("EX005") == "info"
    assert graded(name) == told


G_ROWS = {
    "main mode": ("main-mode crypto set", "DH2-AES128-SHA1, DH2-3DES-SHA1; 480 min, 0 sessions"),
    "quick mode": ("quick-mode crypto set", "60 min, 100000 KB, no PFS"),
    "NAT": ("IPsec through NAT", "none by the cmdlet"),
    "idle": ("idle time of a security association", "300 s (300 to 3600 s)"),
    "CRL": ("check of revocation lists", "none"),
    "exempt, Vista": ("exempt protocols", "Windows Server 2008: neighbor discovery ["),
    "exempt, 7": ("exempt protocols", "Windows 7 and later: neighbor discovery and DHCP"),
    "key modules": ("key modules of a rule", "Windows Vista to Windows Server 23H2: IKEv1 and AuthIP"),
    "key modules, 24H2": ("key modules of a rule", "Windows 11 24H2 and later: IKEv1 and IKEv2; AuthIP only where"),
}


@cases("row", G_ROWS)
def test_g_a_default_is_what_its_source_says(row: str) -> None:
    item, value = G_ROWS[row]
    table = " ".join(run_cli("explain", "defaults").out.split())
    assert value in table.partition(f" {item} ")[2][:400]


@pytest.mark.parametrize(("version", "named"), [("0x0200", True), ("0x0201", True), ("0x020A", False)])
def test_g_vista_exempts_no_dhcp(version: str, named: bool, tmp_path: Path) -> None:
    (tmp_path / "p.reg").write_text(
        "Windows Registry Editor Version 5.00\n\n"
        "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy]\n"
        f'"PolicyVersion"=dword:{int(version, 16):08x}\n\n'
        "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\ConSecRules]\n"
        '"{9D000000-0000-4000-8000-000000000009}"="v2.0|Action=Secure|Active=TRUE|Name=R|'
        "Auth1Set={E5A5D32A-4BCE-4E4D-B07F-4AB1BA7E5FE3}|Crypto2Set={E5A5D32A-4BCE-4E4D-B07F-4AB1BA7E5FE2}|"
        'InboundSecurity=Require|"\n'
    )
    report = check_paths(tmp_path / "p.reg")
    assert ("EX003" in {finding.code for finding in report.findings}) is named


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("13860", "The most common cause for this is if the IKE negotiation took too long"),
        ("13860", "reduce the load on the machine"),
        ("13811", "our reading"),
        ("13811", "(our reasoning)"),
        ("Negotiation request sat in Queue too long", "Negotiation request sat in Queue too long"),
        ("13903", "Incoming SA request was dropped due to peer IP address rate limiting"),
        ("13916", "Rules that report it"),
        ("13912", "Rules that report it"),
    ],
)
def test_h_explain_says_what_windows_says_and_marks_the_rest(word: str, says: str) -> None:
    ran = run_cli("explain", word)
    assert ran.code == 0
    assert says in " ".join(ran.out.split())


def test_i_no_group_is_advised_where_authip_negotiates_none(tmp_path: Path) -> None:
    policy, config = settled(tmp_path, INTRANET, "peers = 5000")
    ran = run_cli("load", policy, "--config", config)
    assert ran.code in {0, 1}
    assert "DH19" not in ran.out
    assert "DH14" not in ran.out
