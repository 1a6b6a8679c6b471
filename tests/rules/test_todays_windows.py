"""What changed in Windows from 2022 to 2026: the faulty line of each change is named, the right one is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipseclint import check_paths

REG = "Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\{}]\n{}\n"
CERTIFICATES = (
    "$p = New-NetIPsecAuthProposal -Machine -Cert -Authority 'CN=Corp Root' -AuthorityType Intermediate\n"
    "$a = New-NetIPsecPhase1AuthSet -DisplayName Certs -Proposal $p\n"
    "New-NetIPsecRule -DisplayName Servers -RemoteAddress 10.0.0.0/8 -Phase1AuthSet $a.Name -InboundSecurity Require"
)
CONSEC = "netsh advfirewall consec add rule name=R endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequestout {}\n"
SERVICES = "SYSTEM\\CurrentControlSet\\Services"
RRAS = f"{SERVICES}\\RemoteAccess\\Parameters\\Ikev2"
ADAPTER = "SYSTEM\\CurrentControlSet\\Control\\Class\\{{4d36e972-e325-11ce-bfc1-08002be10318}}\\0001"
AUDIT = (
    "Machine Name,Policy Target,Subcategory,Subcategory GUID,Inclusion Setting,Exclusion Setting,Setting Value\n"
    "HUB01,System,IPsec Driver,{{0CCE9213-69AE-11D9-BED3-505054503030}},{}\n"
)
EVENT = (
    '<Events><Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System>'
    '<Provider Name="Microsoft-Windows-Kerberos-Key-Distribution-Center"/><EventID>{}</EventID>'
    '<TimeCreated SystemTime="2026-05-04T08:00:00Z"/></System></Event></Events>'
)
SHOWN_OFFLOAD = (
    "PS C:\\> Get-NetAdapterIPsecOffload | fl\n\nName                  : Ethernet\nIPsecOffloadV2Enabled : {}\n"
)
ROOT_TO_ACCEPT = (
    "PS C:\\> Get-VpnAuthProtocol\n\nUserAuthProtocolAccepted      : {{Certificate, EAP}}\n"
    "TunnelAuthProtocolsAdvertised : Certificates\nRootCertificateNameToAccept   : {}\n"
)
CHANGES = {
    "RT028": ("e.xml", EVENT, "39", "16"),
    "AU020": ("p.txt", ROOT_TO_ACCEPT, "", "[Subject] CN=Corp Root"),
    "AU017": ("p.ps1", "{}", CERTIFICATES, CERTIFICATES + " -KeyModule IKEv2"),
    "QD038": (
        "p.reg",
        REG.format(f"{SERVICES}\\IKEEXT\\Parameters", '"IkeNumEstablishedForInitialQuery"=dword:{}'),
        "0000000a",
        "00001770",
    ),
    "CR025": (
        "p.ps1",
        "Set-VpnServerConfiguration -Ikev2Ports 500 {}",
        "-CustomPolicy:$false",
        (
            "-CustomPolicy -EncryptionMethod AES256 -IntegrityCheckMethod SHA384 -DHGroup ECP384 "
            "-CipherTransformConstants GCMAES256 -AuthenticationTransformConstants GCMAES256 -PfsGroup ECP384"
        ),
    ),
    "QD040": ("p.reg", REG.format(RRAS, '"EnableServerFragmentation"=dword:{}'), "00000000", "00000001"),
    "QD039": ("p.reg", REG.format(RRAS, '"idleTimeout"=dword:{}'), "0000003c", "0000012c"),
    "AU018": (
        "p.reg",
        REG.format(f"{SERVICES}\\Kdc", '"StrongCertificateBindingEnforcement"=dword:{}'),
        "00000001",
        "00000002",
    ),
    "RF015": (
        "p.reg",
        REG.format(
            "SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\PublicProfile", '"AllowLocalIPsecPolicyMerge"=dword:{}'
        ),
        "00000001",
        "00000000",
    ),
    "RT024": ("audit.csv", AUDIT, "No Auditing,,0", "Success and Failure,,3"),
    "RF016": ("p.ps1", "Set-VpnServerConfiguration {}", "-L2tpPorts 128", "-L2tpPorts 0 -Ikev2Ports 500"),
    "RF017": (
        "p.ps1",
        (
            "New-NetIPsecRule -DisplayName T -TunnelType PointToSite -LocalAddress 10.1.0.0/16 "
            "-RemoteAddress 10.2.0.0/16 -InboundSecurity Require -OutboundSecurity Require {}"
        ),
        "-Mode Transport",
        "-Mode Tunnel -LocalTunnelEndpoint 192.0.2.1 -RemoteTunnelEndpoint Any",
    ),
    "CR034": ("p.cmd", CONSEC, "qmsecmethods=ah:sha256", "qmsecmethods=esp:sha256-none"),
    "CR035": (
        "p.cmd",
        "netsh advfirewall set global mainmode mmsecmethods ecdhp384:aes256-sha384\n" + CONSEC,
        "qmsecmethods=esp:sha256-aes256 qmpfs=dhgroup14",
        "qmsecmethods=esp:sha256-aes256 qmpfs=ecdhp384",
    ),
    "QD043": ("p.reg", REG.format(ADAPTER, '"*IPsecOffloadV2"="{}"'), "3", "0"),
    "RF018": (
        "p.cmd",
        CONSEC.replace("name=R", 'name="{}"').replace(" {}\n", "\n"),
        "DirectAccess Policy-ClientToCorp",
        "Always On VPN",
    ),
    "AU021": ("p.reg", REG.format(RRAS, '"CertAuthFlags"=dword:{}'), "00000000", "00000004"),
}
"""Of each rule the input, with a place for what is wrong and what is right."""


def codes(folder: Path, name: str, text: str, ruleset: str = "default", *, windows: str = "") -> set[str]:
    (folder / name).write_text(text)
    (folder / "ipseclint.toml").write_text(
        f'[site]\nwindows = [{windows}"Windows Server 2025"]\n'
        'nat_groups = [{ address = "203.0.113.1", initiators = 3000 }]\n'
    )
    report = check_paths(folder / name, config=folder / "ipseclint.toml", rulesets=ruleset)
    assert not report.crashes
    return {finding.code for finding in report.findings}


@pytest.mark.parametrize("code", CHANGES)
def test_the_faulty_line_of_a_change_is_named_and_the_right_one_is_not(code: str, tmp_path: Path) -> None:
    name, text, bad, good = CHANGES[code]
    ruleset = "cis-windows" if code in {"RF015", "RT024"} else "default"
    windows = '"Windows Server 2019", ' if code == "AU017" else ""
    assert code in codes(tmp_path, name, text.format(bad), ruleset, windows=windows)
    assert code not in codes(tmp_path, name, text.format(good), ruleset, windows=windows)


@pytest.mark.parametrize(
    ("name", "text", "bad", "good"),
    [
        ("p.txt", SHOWN_OFFLOAD, "True", "False"),
        ("p.ps1", "Set-NetAdapterIPsecOffload -Name Ethernet -Enabled {}\n", "$true", "$false"),
        ("p.ps1", "{}-NetAdapterIPsecOffload -Name *\n", "Enable", "Disable"),
    ],
    ids=["shown", "set", "enabled"],
)
def test_an_adapter_that_does_ipsec_itself_is_named_in_every_writing(
    name: str, text: str, bad: str, good: str, tmp_path: Path
) -> None:
    assert "QD043" in codes(tmp_path, name, text.format(bad))
    assert "QD043" not in codes(tmp_path, name, text.format(good))


@pytest.mark.parametrize(("revision", "named"), [(4405, True), (5386, False)])
def test_a_host_without_the_updates_of_the_ike_service_is_named(revision: int, named: bool, tmp_path: Path) -> None:
    (tmp_path / "build.reg").write_text(
        REG.format(
            "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion",
            f'"CurrentBuildNumber"="20348"\n"InstallationType"="Server"\n"UBR"=dword:{revision:08x}',
        )
        + f'\n[HKEY_LOCAL_MACHINE\\{SERVICES}\\IKEEXT]\n"Start"=dword:00000002\n'
    )
    (tmp_path / "p.cmd").write_text(CONSEC.format("auth1=computerkerb"))
    report = check_paths(tmp_path, machine="HUB01")
    assert any(finding.code == "RF014" for finding in report.findings) is named


@pytest.mark.parametrize(("types", "named"), [("00000004", True), ("00000018", False)])
def test_a_host_that_takes_no_aes_ticket_is_named(types: str, named: bool, tmp_path: Path) -> None:
    (tmp_path / "kerberos.reg").write_text(
        REG.format(
            "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\Kerberos\\Parameters",
            f'"SupportedEncryptionTypes"=dword:{types}',
        )
    )
    (tmp_path / "p.cmd").write_text(CONSEC.format("auth1=computerkerb"))
    report = check_paths(tmp_path, machine="HUB01")
    assert any(finding.code == "AU019" for finding in report.findings) is named


def test_no_policy_withstands_a_quantum_computer(tmp_path: Path) -> None:
    text = CONSEC.format("qmsecmethods=esp:aesgcm256-aesgcm256 qmpfs=ecdhp384")
    assert "CR028" in codes(tmp_path, "p.cmd", text, "cnsa-2.0")
    assert "CR028" not in codes(tmp_path, "p.cmd", text)
