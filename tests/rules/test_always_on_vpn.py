"""A well-built Always On VPN is left alone, and each single fault in it is named alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from enum import Enum, auto
from pathlib import Path
from typing import Any

import pytest

from ipseclint.api import check_paths
from ipseclint.finding import Severity
from ipseclint.vocabulary import vpn
from ipseclint.vocabulary.registry_keys import VPN_PORTS
from ipseclint.vocabulary.vpn import FIELDS

pytestmark = pytest.mark.drawn(3)

SUITE = {
    "AuthenticationTransformConstants": "GCMAES256",
    "CipherTransformConstants": "GCMAES256",
    "PfsGroup": "ECP384",
    "DHGroup": "ECP384",
    "IntegrityCheckMethod": "SHA384",
    "EncryptionMethod": "AES_GCM_256",
}
EAP = """<EapHostConfig xmlns="http://www.microsoft.com/provisioning/EapHostConfig"><EapMethod><Type>13</Type></EapMethod>
<Config><Eap><Type>13</Type><EapType><CredentialsSource><CertificateStore><SimpleCertSelection>true</SimpleCertSelection>
</CertificateStore></CredentialsSource><ServerValidation><ServerNames>nps.example.org</ServerNames></ServerValidation>
<TLSExtensions><FilteringInfo>
<EKUMapping><EKUMap><EKUName>VPN</EKUName><EKUOID>1.3.6.1.4.1.311.87</EKUOID></EKUMap></EKUMapping>
<ClientAuthEKUList Enabled="true"><EKUMapInList><EKUName>VPN</EKUName></EKUMapInList></ClientAuthEKUList>
</FilteringInfo></TLSExtensions></EapType></Eap></Config></EapHostConfig>"""
DEVICE = "<MachineMethod>Certificate</MachineMethod>"
USER = f"<UserMethod>Eap</UserMethod><Eap><Configuration>{EAP}</Configuration></Eap>"


class Form(Enum):
    """How the deployment is exported: profiles and objects, lists of the console, the scripts that make it, what
    Windows stores: a phone book and the registry."""

    PROFILES = auto()
    LISTS = auto()
    SCRIPTS = auto()
    STORED = auto()


class Site:
    """The files of a deployment: both tunnels of a client, and the server with its registry and certificates."""

    def __init__(self) -> None:
        self.suite = dict(SUITE)
        self.dialled = "vpn.example.org"
        self.eap = EAP
        self.server: dict[str, Any] = {
            **SUITE,
            "EncryptionMethod": "GCMAES256",
            "CimClass": "VpnServerIPsecCustomConfiguration",
            "CustomPolicy": True,
            "SALifeTime": 28_800,
            "MMSALifeTime": 86_000,
            "SADataSizeForRenegotiation": 33_553_408,
            "IdleDisconnect": 3600,
            "Ikev2Ports": 512,
        }
        self.values = {"EnableServerFragmentation": 1, "networkBlackoutTime": 300, "CertAuthFlags": 4}
        self.certificate: dict[str, Any] = {
            "Subject": "CN=vpn.example.org",
            "Thumbprint": "AB" * 20,
            "DnsNameList": [{"Unicode": "vpn.example.org"}],
            "EnhancedKeyUsageList": [{"ObjectId": "1.3.6.1.5.5.7.3.1"}, {"ObjectId": "1.3.6.1.5.5.8.2.2"}],
            "NotAfter": "2099-01-01T00:00:00Z",
            "HasPrivateKey": True,
        }
        self.root: str | None = "CN=Example Root CA"
        self.services = {"IKEEXT": "Auto"}

    def write(self, folder: Path, form: Form) -> None:
        client, server = folder / "client", folder / "server"
        client.mkdir()
        server.mkdir()
        protocol: dict[str, Any] = {
            "CimClass": "VpnAuthProtocol",
            "UserAuthProtocolAccepted": ["EAP", "CERTIFICATE"],
            "RootCertificateNameToAccept": self.root,
        }
        match form:
            case Form.PROFILES:
                (client / "device.xml").write_text(self._profile("Device tunnel", DEVICE, device=True))
                (client / "user.xml").write_text(
                    self._profile("User tunnel", USER.replace(EAP, self.eap), device=False)
                )
                (server / "rras.json").write_text(json.dumps([self.server, protocol]))
            case Form.LISTS:
                connections = [self._connection("Device tunnel", device=True), self._connection("User tunnel")]
                (client / "vpn.json").write_text(json.dumps(connections))
                (server / "rras.txt").write_text(_list(self.server))
                (server / "protocol.txt").write_text(_list(protocol))
            case Form.SCRIPTS:
                (client / "vpn.ps1").write_text(self._connecting())
                (server / "rras.ps1").write_text(_serving(self.server, self.root))
            case Form.STORED:
                (client / "rasphone.pbk").write_text(self._phone_book())
                (server / "rras.reg").write_text(_stored(self.server))
        services = [
            {"CimClass": "Win32_Service", "Name": name, "StartMode": start, "State": "Stopped"}
            for name, start in self.services.items()
        ]
        (server / "certificates.json").write_text(json.dumps([self.certificate]))
        (server / "services.json").write_text(json.dumps(services))
        values = "".join(f'"{name}"=dword:{value:08x}\n' for name, value in self.values.items())
        key = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\RemoteAccess\Parameters\IKEV2"
        (server / "ikev2.reg").write_text(f"Windows Registry Editor Version 5.00\n\n[{key}]\n{values}")

    def _connection(self, name: str, *, device: bool = False) -> dict[str, Any]:
        """A connection as Get-VpnConnection has it; the user's with its EAP, the device's with a filter."""
        method = {"AuthenticationMethod": ["MachineCertificate"], "MachineCertificateEKUFilter": ["1.3.6.1.4.1.311.87"]}
        eap = {"AuthenticationMethod": ["Eap"], "EapConfigXmlStream": self.eap}
        return {
            "Name": name,
            "ServerAddress": self.dialled,
            "TunnelType": "Ikev2",
            "AllUserConnection": device,
            "IPSecCustomPolicy": self.client_suite,
            **(method if device else eap),
        }

    def _phone_book(self) -> str:
        """The phone book that holds both: a machine certificate for the device, EAP for the user."""
        numbers = _numbers(self.client_suite)
        suite = b"".join(numbers[name].to_bytes(4, "little") for name in FIELDS if name in numbers).hex().upper()
        return "".join(
            f"[{name}]\nEncoding=1\nPBVersion=8\nType=2\nVpnStrategy=7\nAuthRestrictions={methods}\nDEVICE=vpn\n"
            f"PhoneNumber={self.dialled}\nNumCustomPolicy={int(bool(suite))}\nCustomIPSecPolicies={suite}\n\n"
            for name, methods in (("Device tunnel", _BY_MACHINE), ("User tunnel", _BY_EAP))
        )

    def _connecting(self) -> str:
        """The script that makes both."""
        words = " ".join(f"-{name} {word}" for name, word in self.client_suite.items())
        device = (
            f"Add-VpnConnection -Name Device -ServerAddress {self.dialled} -TunnelType Ikev2 -AllUserConnection "
            "-AuthenticationMethod MachineCertificate -MachineCertificateEKUFilter 1.3.6.1.4.1.311.87\n"
        )
        user = (
            f"Add-VpnConnection -Name User -ServerAddress {self.dialled} -TunnelType Ikev2 -AuthenticationMethod Eap "
            f"-EapConfigXmlStream @'\n{self.eap}\n'@\n"
        )
        suites = (
            f"Set-VpnConnectionIPsecConfiguration -ConnectionName {name} {words} -Force\n"
            for name in ("Device -AllUserConnection", "User")
        )
        return device + user + "".join(suites)

    @property
    def client_suite(self) -> dict[str, str]:
        """The client's suite in the words of the cmdlets."""
        return self.suite | {"EncryptionMethod": _CMDLET_WORDS.get(*[self.suite["EncryptionMethod"]] * 2)}

    def _profile(self, name: str, authentication: str, *, device: bool) -> str:
        parts = "".join(f"<{part}>{_PROFILE_WORDS.get(word, word)}</{part}>" for part, word in self.suite.items())
        suite = f"<CryptographySuite>{parts}</CryptographySuite>" if parts else ""
        return (
            f"<VPNProfile><ProfileName>{name}</ProfileName><AlwaysOn>true</AlwaysOn>"
            f"<DeviceTunnel>{str(device).lower()}</DeviceTunnel><NativeProfile><Servers>{self.dialled}</Servers>"
            "<RoutingPolicyType>SplitTunnel</RoutingPolicyType><NativeProtocolType>IKEv2</NativeProtocolType>"
            f"<Authentication>{authentication}</Authentication>{suite}</NativeProfile></VPNProfile>"
        )


_CMDLET_WORDS = {"AES_GCM_256": "GCMAES256"}
_PROFILE_WORDS = {"SHA1": "SHA196"}
_UNITS = {"SALifeTime": "(s)", "MMSALifeTime": "(s)", "IdleDisconnect": "(s)", "SADataSizeForRenegotiation": "(KB)"}


def _list(members: dict[str, Any]) -> str:
    """What the console prints of an object."""
    return "".join(
        f"{name}{_UNITS.get(name, '')} : {'{' + ', '.join(value) + '}' if isinstance(value, list) else value or ''}\n"
        for name, value in members.items()
        if name != "CimClass"
    )


_BY_MACHINE, _BY_EAP = 0x800, 0x80


def _numbers(words: Mapping[str, str]) -> dict[str, int]:
    """The numbers of the words of a suite."""
    numbers = {}
    for name, word in words.items():
        if (part := _PARTS.get(name)) is not None:
            value = part.words[word.casefold()]
            numbers[name] = next(number for number, other in part.numbers.items() if other is value)
    return numbers


_PARTS = {
    part.name: part
    for part in (
        *(vpn.INTEGRITY_CHECK_METHOD, vpn.ENCRYPTION_METHOD, vpn.DH_GROUP),
        *(vpn.CIPHER_TRANSFORM, vpn.AUTHENTICATION_TRANSFORM, vpn.PFS_GROUP),
    )
}
_STORED = {
    "SALifeTime": "saLifeTime",
    "SADataSizeForRenegotiation": "saDataSize",
    "IdleDisconnect": "idleTimeout",
}
_STORED_SUITE = {
    "IntegrityCheckMethod": "IntegrityMethod",
    "EncryptionMethod": "EncryptionMethod",
    "CipherTransformConstants": "CipherTransformConstant",
    "AuthenticationTransformConstants": "AuthTransformConstant",
    "PfsGroup": "PFSGroup",
    "DHGroup": "DHGroup",
}


def _stored(members: dict[str, Any]) -> str:
    """What the registry holds of the server: its settings, its suite, its ports."""
    key = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\RemoteAccess\Parameters\IKEV2"
    ports = rf"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\{VPN_PORTS}\0003"
    suite = _numbers({name: word for name, word in members.items() if name in _STORED_SUITE})
    keys: dict[str, dict[str, int | str]] = {
        key: {_STORED[name]: value for name, value in members.items() if name in _STORED},
        rf"{key}\IKEv2CustomPolicy": {_STORED_SUITE[name]: number for name, number in suite.items()},
        ports: {"ComponentId": "ms_agilevpnminiport", "WanEndpoints": members["Ikev2Ports"], "EnableForRas": 1},
    }
    lines = ["Windows Registry Editor Version 5.00", ""]
    for path, values in keys.items():
        shown = (f'"{value}"' if isinstance(value, str) else f"dword:{value:08x}" for value in values.values())
        lines += [f"[{path}]", *(f'"{name}"={data}' for name, data in zip(values, shown, strict=True)), ""]
    return "\n".join(lines)


_PARAMETERS = {
    "SALifeTime": "SALifeTimeSeconds",
    "MMSALifeTime": "MMSALifeTimeSeconds",
    "SADataSizeForRenegotiation": "SADataSizeForRenegotiationKilobytes",
    "IdleDisconnect": "IdleDisconnectSeconds",
}


def _serving(members: dict[str, Any], root: str | None) -> str:
    """The script that sets the server up."""
    words = " ".join(
        f"-{_PARAMETERS.get(name, name)} {value}"
        for name, value in members.items()
        if name not in {"CimClass", "CustomPolicy"}
    )
    named = "" if root is None else f' -RootCertificateNameToAccept "{root}"'
    return (
        f"Set-VpnServerConfiguration -CustomPolicy {words}\n"
        f"Set-VpnAuthProtocol -UserAuthProtocolAccepted EAP, Certificate{named}\n"
    )


def found(site: Site, folder: Path, facts: str = "", form: Form = Form.PROFILES) -> set[str]:
    """The codes of the findings on a deployment."""
    site.write(folder, form)
    config = folder / "ipseclint.toml"
    config.write_text(f"[site]\nip_fragments_dropped = false\n{facts}")
    report = check_paths([folder / "client", folder / "server"], config=config)
    assert [problem.message for problem in report.problems] == []
    return {finding.code for finding in report.findings}


@pytest.mark.parametrize("form", Form)
def test_a_well_built_deployment_has_no_warning(form: Form, tmp_path: Path) -> None:
    assert found(Site(), tmp_path, "vpn_clients = 500\nresponder_behind_nat = false\n", form) == set()


def both(site: Site, part: str, word: str) -> None:
    site.suite[part] = site.server[part] = word


NOT_SAID = {
    ("any root will do", Form.SCRIPTS),
    ("any root will do", Form.STORED),
    ("main mode of five minutes", Form.STORED),
}
"""A script without the parameter leaves what was there; of the main mode and the root the registry has no value."""

FAULTS: dict[str, tuple[Callable[[Site], object], str]] = {
    "the client's ESP is another": (
        lambda site: site.suite.update(
            CipherTransformConstants="GCMAES128", AuthenticationTransformConstants="GCMAES128"
        ),
        "CR026",
    ),
    "the client's IKE is another": (lambda site: site.suite.update(EncryptionMethod="AES256"), "CR026"),
    "both use group 2": (lambda site: both(site, "DHGroup", "Group2"), "CR005"),
    "both use SHA-1 in main mode": (lambda site: both(site, "IntegrityCheckMethod", "SHA1"), "CR004"),
    "no group for renewals at the client": (lambda site: site.suite.update(PfsGroup="None"), "CR030"),
    "keys renewed every minute": (lambda site: site.server.update(SALifeTime=600), "QD004"),
    "main mode of five minutes": (lambda site: site.server.update(MMSALifeTime=300), "QD001"),
    "little data before renewal": (lambda site: site.server.update(SADataSizeForRenegotiation=1024), "QD006"),
    "a lifetime that Windows refuses": (lambda site: site.server.update(SALifeTime=200), "QD039"),
    "so little data that Windows refuses it": (
        lambda site: site.server.update(SADataSizeForRenegotiation=512),
        "QD039",
    ),
    "clients cut off when idle": (lambda site: site.server.update(IdleDisconnect=60), "QD039"),
    "certificate for clients": (
        lambda site: site.certificate.update(EnhancedKeyUsageList=[{"ObjectId": "1.3.6.1.5.5.7.3.2"}]),
        "AU023",
    ),
    "certificate expired": (lambda site: site.certificate.update(NotAfter="2020-01-01T00:00:00Z"), "AU023"),
    "another name is dialled": (lambda site: setattr(site, "dialled", "vpn2.example.org"), "AU025"),
    "any root will do": (lambda site: setattr(site, "root", None), "AU020"),
    "few ports": (lambda site: site.server.update(Ikev2Ports=128), "QD041"),
    "the service is disabled": (lambda site: setattr(site, "services", {"IKEEXT": "Disabled"}), "RF012"),
}


@pytest.mark.drawn(3)
@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("name", FAULTS)
def test_a_single_fault_is_named_alone(name: str, form: Form, tmp_path: Path) -> None:
    if (name, form) in NOT_SAID:
        pytest.skip("this form does not hold it")
    fault, code = FAULTS[name]
    site = Site()
    fault(site)
    assert found(site, tmp_path, "vpn_clients = 500\n", form) == {code}


def test_messages_that_ip_splits_where_fragments_are_lost(tmp_path: Path) -> None:
    site = Site()
    site.values["EnableServerFragmentation"] = 0
    site.write(tmp_path, Form.PROFILES)
    config = tmp_path / "ipseclint.toml"
    config.write_text("[site]\nip_fragments_dropped = true\n")
    report = check_paths([tmp_path / "server"], config=config)
    assert [each.code for each in report.findings if each.severity is not Severity.INFO] == ["QD040"]
