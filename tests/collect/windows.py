"""Hosts of several releases of Windows as the collector meets them: their cmdlets, tools, registry and logs.

The properties are those that Microsoft documents for each class (Windows Firewall WMI provider and RemoteAccess classes
on Microsoft Learn); what came later than a release is left out of its hosts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from ipseclint.collect import collector_script
from tests import ROOT
from tests.powershell.shell.cmdlets import CMDLETS
from tests.powershell.shell.language import Call, Cmdlet, Ran, Shell
from tests.powershell.shell.values import Thing, Thrown, text

KEY = "Sim&Key-<4711>"
FIXTURES = ROOT / "fixtures" / "formats"


class Release(NamedTuple):
    name: str
    build: int
    powershell: tuple[int, ...]
    is_server: bool


RELEASES = (
    Release("Windows Server 2012 R2", 9600, (4, 0), is_server=True),
    Release("Windows Server 2016", 14393, (5, 1), is_server=True),
    Release("Windows Server 2019", 17763, (5, 1), is_server=True),
    Release("Windows Server 2022", 20348, (5, 1), is_server=True),
    Release("Windows Server 2025", 26100, (7, 4, 6), is_server=True),
    Release("Windows 10", 19045, (5, 1), is_server=False),
    Release("Windows 11", 26100, (7, 4, 6), is_server=False),
)

MAIN_SET, QUICK_SET = "{E5A5D32A-4BCE-4E4D-B07F-4AB1BA7E5FE1}", "{E5A5D32A-4BCE-4E4D-B07F-4AB1BA7E5FE2}"
FIRST_SET = "{11111111-0000-0000-0000-000000000001}"
RULE = "{AAAAAAAA-0000-0000-0000-000000000001}"
SERVICES = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services"


def instance(name: str, **properties: Any) -> Thing:
    """A CIM object with its properties, as the NetSecurity cmdlets give it."""
    prefix = "Microsoft.Management.Infrastructure.CimInstance"
    made = Thing((f"{prefix}#root/standardcimv2/{name}", prefix), **properties)
    made.properties["CimSystemProperties"] = Thing(
        "CimSystemProperties", ClassName=name, Namespace="root/standardcimv2"
    )
    made.properties["CimInstanceProperties"] = [
        Thing("CimProperty", Name=key, Value=value) for key, value in properties.items()
    ]
    return made


def common(name: str, identity: str) -> dict[str, Any]:
    return {
        "Caption": None, "Description": f"about {name}", "ElementName": name, "InstanceID": identity,
        "CommonName": None, "PolicyKeywords": None, "Enabled": 1, "PolicyDecisionStrategy": 2, "PolicyRoles": None,
        "ConditionListType": 3, "CreationClassName": f"MSFT|FW|{identity}", "ExecutionStrategy": 2, "Mandatory": None,
        "PolicyRuleName": None, "Priority": None, "RuleUsage": None, "SequencedActions": 3,
        "SystemCreationClassName": None,
        "SystemName": None, "DisplayName": name, "DisplayGroup": None, "RuleGroup": None, "Status": "OK",
        "StatusCode": 65536,
        "EnforcementStatus": [1], "PolicyStoreSource": "PersistentStore", "PolicyStoreSourceType": 1, "Profiles": 0,
        "Platforms": [],
    }  # fmt: skip


def connection_security_rule() -> Thing:
    own = {
        "AllowSetKey": False, "AllowWatchKey": False, "BypassTunnelIfEncrypted": False, "ForwardPathLifetime": 0,
        "InboundSecurity": 2, "OutboundSecurity": 2, "KeyModule": 0, "LocalTunnelEndpoint": None, "Machines": None,
        "MaxReturnPathLifetimeSeconds": 0, "Mode": 1, "Phase1AuthSet": FIRST_SET, "Phase2AuthSet": None,
        "QuickModeCryptoSet": QUICK_SET, "MainModeCryptoSet": MAIN_SET, "RemoteTunnelEndpoint": None,
        "RemoteTunnelEndpointDNSName": None, "RequireAuthorization": False, "Users": None,
    }  # fmt: skip
    return instance("MSFT_NetConSecRule", **common("Servers of CORP", RULE), **own)


def main_mode_rule() -> Thing:
    own = {"Phase1AuthSet": FIRST_SET, "MainModeCryptoSet": MAIN_SET}
    return instance("MSFT_NetMainModeRule", **common("Main", "{AAAAAAAA-0000-0000-0000-000000000002}"), **own)


def sets() -> dict[str, Thing]:
    shown = {"Description": None, "PolicyStoreSource": "PersistentStore", "PolicyStoreSourceType": 1, "RuleGroup": None}
    main = instance("MSFT_NetIKEMMCryptoProposal", CipherAlgorithm=65003, HashAlgorithm=65002, GroupID=20)
    quick = instance(
        "MSFT_NetIKEQMCryptoProposal", CipherAlgorithm=65006, Encapsulation=2, HashAlgorithmAH=0,
        HashAlgorithmESP=65005,
        MaxLifetimeKilobytes=100000, MaxLifetimeMinutes=60,
    )  # fmt: skip
    kerberos = instance("MSFT_NetIKEKerbAuthProposal", AuthenticationMethod=65002)
    users = instance("MSFT_NetIKEKerbAuthProposal", AuthenticationMethod=65004)
    key = instance("MSFT_NetIKEPSKAuthProposal", AuthenticationMethod=2, PreSharedKey=KEY)
    return {
        "Get-NetIPsecMainModeCryptoSet": instance(
            "MSFT_NetIKEMMCryptoSet", ElementName="Main", InstanceID=MAIN_SET, DisplayName="Main",
            ForceDiffieHellman=False, MaxLifetimeMinutes=480, MaxLifetimeSessions=0, Proposals=[main], **shown,
        ),
        "Get-NetIPsecQuickModeCryptoSet": instance(
            "MSFT_NetIKEQMCryptoSet", ElementName="Quick", InstanceID=QUICK_SET, DisplayName="Quick",
            PfsGroupID=0, Proposals=[quick], **shown,
        ),
        "Get-NetIPsecPhase1AuthSet": instance(
            "MSFT_NetIKEP1AuthSet", ElementName="First", InstanceID=FIRST_SET, DisplayName="First",
            Proposals=[kerberos, key], **shown,
        ),
        "Get-NetIPsecPhase2AuthSet": instance(
            "MSFT_NetIKEP2AuthSet", ElementName="Second", InstanceID="{11111111-0000-0000-0000-000000000002}",
            DisplayName="Second", Proposals=[users], **shown,
        ),
    }  # fmt: skip


def settings() -> Thing:
    return instance(
        "MSFT_NetSecuritySettingData", AllowIPsecThroughNAT=1, CertValidationLevel=1, Exemptions=9, KeyEncoding=1,
        MaxSAIdleTimeSeconds=300, EnablePacketQueuing=0, EnableStatefulFtp=1, EnableStatefulPptp=1, Profile=0,
        RemoteMachineTransportAuthorizationList=None, RemoteMachineTunnelAuthorizationList=None,
        RemoteUserTransportAuthorizationList="O:LSD:(A;;CC;;;S-1-5-21-1004336348-1177238915-682003330-1104)",
        RemoteUserTunnelAuthorizationList=None, RequireFullAuthSupport=0, InstanceID="MSFT|FW|Settings",
        ElementName=None,
    )  # fmt: skip


def vpn_connection() -> Thing:
    suite = {"AuthenticationTransformConstants": "GCMAES256", "CipherTransformConstants": "GCMAES256",
             "DHGroup": "ECP384", "EncryptionMethod": "AES256", "IntegrityCheckMethod": "SHA384",
             "PfsGroup": "ECP384"}  # fmt: skip
    return Thing(
        "Microsoft.Management.Infrastructure.CimInstance#VpnConnection", Name="Corp", ServerAddress="vpn.corp.example",
        AllUserConnection=False, Guid="{33333333-0000-0000-0000-000000000001}", TunnelType="Ikev2",
        AuthenticationMethod=["MachineCertificate"], EncryptionLevel="Custom", L2tpIPsecAuth="Certificate",
        SplitTunneling=True,
        IdleDisconnectSeconds=0, EapConfigXmlStream=None, IPSecCustomPolicy=Thing("IPsecPolicy", **suite),
    )  # fmt: skip


def server_configuration() -> Thing:
    return Thing(
        "RemoteAccess.VpnServerConfiguration", SALifeTime=28800, MMSALifeTime=86400, SADataSizeForRenegotiation=1024000,
        IdleDisconnect=300, CustomPolicy=True, EncryptionType="RequireEncryption", Ikev2Ports=128, L2tpPorts=0,
        SstpPorts=128, GrePorts=0, AuthenticationTransformConstants="GCMAES256", CipherTransformConstants="GCMAES256",
        DHGroup="ECP384", EncryptionMethod="AES256", IntegrityCheckMethod="SHA384", PfsGroup="ECP384",
    )  # fmt: skip


def site_interface() -> Thing:
    return Thing(
        "RemoteAccess.VpnS2SInterface", Name="Berlin", Protocol="IKEv2", Destination=["203.0.113.4"],
        AuthenticationMethod="PSKOnly", ResponderAuthenticationMethod="PSKOnly", NetworkOutageTime=30, NumberOfTries=3,
        RetryInterval=10, Persistent=True, SourceIpAddress=None, SharedSecret=KEY, SALifeTime=28800, MMSALifeTime=86400,
        SADataSizeForRenegotiation=1024000, IdleDisconnect=0, CustomPolicy=True, EncryptionType="RequireEncryption",
        AuthenticationTransformConstants="GCMAES256", CipherTransformConstants="GCMAES256", DHGroup="ECP384",
        EncryptionMethod="AES256", IntegrityCheckMethod="SHA384", PfsGroup="ECP384",
    )  # fmt: skip


def certificate() -> Thing:
    names = [Thing("DnsName", Unicode="hub01.corp.example"), Thing("DnsName", Unicode="hub01")]
    usages = [Thing("Usage", FriendlyName="IP security IKE intermediate", ObjectId="1.3.6.1.5.5.8.2.2")]
    return Thing(
        "System.Security.Cryptography.X509Certificates.X509Certificate2", Subject="CN=hub01.corp.example",
        Issuer="CN=Issuing CA, DC=corp, DC=example", Thumbprint="A" * 40, DnsNameList=names,
        EnhancedKeyUsageList=usages,
        NotBefore=datetime(2026, 1, 1, tzinfo=UTC), NotAfter=datetime(2099, 1, 1, tzinfo=UTC), HasPrivateKey=True,
    )  # fmt: skip


def events() -> list[str]:
    """Failed negotiations of a main mode, as a log gives each."""
    written = (FIXTURES / "security-events" / "without-root.xml").read_text(encoding="utf-8")
    return [part[part.index("<Event") :] + "</Event>" for part in written.split("</Event>")[:-1]]


def _giving(*things: Thing) -> Cmdlet:
    def give(call: Call) -> list[Any]:
        del call
        return list(things)

    return give


class Host:
    """A host: its shell runs the collector, its tools answer it."""

    def __init__(
        self,
        release: Release,
        folder: Path,
        *,
        failing: Mapping[str, str] | None = None,
        is_constrained: bool = False,
        is_elevated: bool = True,
        has_firewall_cmdlets: bool = True,
        registry: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self.release = release
        self.folder = folder
        self.failing = {name.casefold(): why for name, why in (failing or {}).items()}
        self.is_elevated = is_elevated
        self.more_registry = registry or {}
        self.queries: list[str] = []
        self.asked: list[str] = []
        """The keys of the registry that were read."""
        self.tools: list[tuple[str, list[str]]] = []
        self.called: dict[str, set[str]] = {}
        """The cmdlets that were called, with the parameters that they were given."""
        (folder / "temp").mkdir(parents=True)
        self.temp = folder / "temp"
        cmdlets = {**CMDLETS, **self._reading()}
        if has_firewall_cmdlets:
            cmdlets |= self._firewall()
        if release.is_server:
            cmdlets |= self._remote_access()
        self.cmdlets = {name: self._guarded(name, work) for name, work in cmdlets.items()}
        self.shell = Shell(
            self.cmdlets,
            self.program,
            version=release.powershell,
            environment={
                "TEMP": str(self.temp), "PWD": str(folder), "COMPUTERNAME": "HUB01", "USERDOMAIN": "CORP",
                "USERDNSDOMAIN": "CORP.EXAMPLE",
            },
            constrained=is_constrained,
        )  # fmt: skip

    def collect(self, **asked: Any) -> Path:
        """Run the collector; the folder that it wrote."""
        out = self.folder / "out"
        self.shell.script(collector_script(), {"OutputFolder": str(out), **asked})
        return out

    def _guarded(self, name: str, work: Cmdlet) -> Cmdlet:
        def guarded(call: Call) -> list[Any]:
            self.called.setdefault(name.casefold(), set()).update(call.named)
            if name.casefold() in self.failing:
                raise Thrown(self.failing[name.casefold()], "Denied")
            return work(call)

        return guarded

    def _firewall(self) -> dict[str, Cmdlet]:
        def give(*things: Thing) -> Cmdlet:
            return lambda call: list(things) if text(call.get("PolicyStore") or "ActiveStore") == "ActiveStore" else []

        dos = instance(
            "MSFT_NetIPsecDoSPSetting", DefBlockExemptDscp=0, EnabledKeyingModules=7, InstanceID="dos",
            FilteringFlags=0,
            IpV6FilterExemptDscp=0, IpV6FilterExemptRateLimitBytesPerSec=0, IpV6IPsecAuthDscp=0,
            IpV6IPsecAuthRateLimitBytesPerSec=0, IpV6IPsecUnauthDscp=0, IpV6IPsecUnauthPerIPRateLimitBytesPerSec=0,
            IpV6IPsecUnauthRateLimitBytesPerSec=0, IcmpV6Dscp=0, IcmpV6RateLimitBytesPerSec=0,
            MaxPerIPRateLimitQueues=50000,
            MaxStateEntries=75000, PerIPRateLimitQueueIdleTimeoutSeconds=360, PublicInterfaceAliases=[],
            PrivateInterfaceAliases=[], PublicV6Address=None, PrivateV6Address=None, StateIdleTimeoutSeconds=360,
        )  # fmt: skip
        return {
            "Get-NetIPsecRule": give(connection_security_rule()),
            "Get-NetIPsecMainModeRule": give(main_mode_rule()),
            **{name: give(made) for name, made in sets().items()},
            "Get-NetFirewallSetting": give(settings()),
            "Get-NetIPsecDospSetting": give(dos),
            "Get-NetFirewallAddressFilter": give(
                Thing("A", LocalAddress="Any", RemoteAddress=["10.0.0.0/8", "192.0.2.7"])
            ),
            "Get-NetFirewallPortFilter": give(Thing("P", Protocol="TCP", LocalPort=["445"], RemotePort="Any")),
            "Get-NetFirewallInterfaceFilter": give(Thing("I", InterfaceAlias="Any")),
            "Get-NetFirewallInterfaceTypeFilter": give(Thing("T", InterfaceType="Any")),
            "Get-VpnConnection": lambda call: [] if call.get("AllUserConnection") else [vpn_connection()],
        }

    @staticmethod
    def _remote_access() -> dict[str, Cmdlet]:
        accepted = Thing("X509Certificate2", Subject="CN=Root CA")
        protocol = Thing(
            "VpnAuthProtocol", UserAuthProtocolAccepted=["EAP", "Certificate"],
            TunnelAuthProtocolsAdvertised="Certificates",
            CertificateEKUsToAccept=None, RootCertificateNameToAccept=accepted, CertificateAdvertised=None,
        )  # fmt: skip
        return {
            "Get-VpnServerConfiguration": _giving(server_configuration()),
            "Get-VpnAuthProtocol": _giving(protocol),
            "Get-VpnS2SInterface": _giving(site_interface()),
        }

    def _reading(self) -> dict[str, Cmdlet]:
        return {
            "Get-CimInstance": self._services,
            "Get-ItemProperty": self._values,
            "Get-ChildItem": self._children,
            "Get-WinEvent": self._events,
        }

    def _services(self, call: Call) -> list[Any]:
        wanted = text(call.get("Filter"))
        started = {"BFE": "Auto", "IKEEXT": "Auto", "MpsSvc": "Auto", "PolicyAgent": "Manual", "RasMan": "Manual"}
        if self.release.is_server:
            started["RemoteAccess"] = "Auto"
        return [
            instance("Win32_Service", Name=name, StartMode=mode, State="Running")
            for name, mode in started.items()
            if f"Name='{name}'" in wanted
        ]

    def _registry(self) -> dict[str, dict[str, Any]]:
        product = {"CurrentBuildNumber": str(self.release.build), "UBR": 4000, "ProductName": self.release.name}
        product["InstallationType"] = "Server" if self.release.is_server else "Client"
        keys: dict[str, dict[str, Any]] = {
            rf"{SERVICES}\IKEEXT\Parameters": {"IKENumEstablishedForInitialQuery": 3, "ServiceDll": "C:\\x\\ikeext.dll",
                                               "Blob": b"\0"},
            rf"{SERVICES}\PolicyAgent": {"Start": 3, "AssumeUDPEncapsulationContextOnSendRule": 2, "ObjectName": "N"},
            rf"{SERVICES}\RasMan\Parameters": {"NegotiateDH2048_AES256": 1, "AllowL2TPWeakCrypto": 0, "L2tpPsk": KEY},
            rf"{SERVICES}\SharedAccess\Parameters\FirewallPolicy\DomainProfile": {"EnableFirewall": 1},
            r"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\WindowsFirewall\DomainProfile":
                {"AllowLocalIPsecPolicyMerge": 0},
            r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion": product,
        }  # fmt: skip
        if self.release.is_server:
            pool = rf"{SERVICES}\RemoteAccess\Parameters\Ip\StaticAddressPool\0"
            keys[pool] = {"From": -1062731519, "To": -1062731000}
            device = (
                r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Class\{4D36E972-E325-11CE-BFC1-08002BE10318}\0003"
            )
            keys[device] = {"ComponentId": "ms_agilevpnminiport", "EnableForRas": 1, "WanEndpoints": 128}
        for key, values in self.more_registry.items():
            keys[key] = {**keys.get(key, {}), **values}
        return keys

    def _values(self, call: Call) -> list[Any]:
        path = text(call.get("LiteralPath")).removeprefix("Registry::").replace("/", "\\")
        self.asked.append(path)
        values = {key.casefold(): values for key, values in self._registry().items()}.get(path.casefold())
        if values is None:
            raise Thrown(f"Cannot find path '{path}'.", "PathNotFound")
        return [Thing("PSCustomObject", **values, PSPath=f"Registry::{path}", PSChildName=path.rpartition("\\")[2])]

    def _children(self, call: Call) -> list[Any]:
        path = text(call.get("LiteralPath")).replace("/", "\\")
        if path.startswith("Cert:"):
            return [certificate()]
        if not path.startswith("Registry::"):
            return CMDLETS["Get-ChildItem"](call)
        parent = path.removeprefix("Registry::")
        below = [key for key in self._registry() if key.rpartition("\\")[0].casefold() == parent.casefold()]
        if not below:
            raise Thrown(f"Cannot find path '{path}'.", "PathNotFound")
        return [Thing("RegistryKey", Name=name) for name in below]

    def _events(self, call: Call) -> list[Any]:
        self.queries.append(text(call.get("FilterXPath")))
        if text(call.get("LogName")) != "Security":
            raise Thrown("No events were found that match the specified selection criteria.",
                         "NoMatchingEventsFound,Microsoft.PowerShell.Commands.GetWinEventCommand")  # fmt: skip
        made = []
        for written in events():
            record = Thing("System.Diagnostics.Eventing.Reader.EventLogRecord")
            record.methods["ToXml"] = lambda written=written: written
            made.append(record)
        return made

    def program(self, name: str, words: list[str]) -> Ran:
        """What a tool of Windows does."""
        self.tools.append((name, words))
        if name in self.failing:
            return Ran(1, [], [self.failing[name]])
        if name == "whoami.exe":
            return Ran(0, ["Mandatory Label\\High  Label S-1-16-12288" if self.is_elevated else "Label S-1-16-8192"])
        if name == "auditpol.exe":
            if not self.is_elevated:
                return Ran(1314, [], ["A required privilege is not held by the client."])
            Path(words[1].removeprefix("/file:")).write_bytes((FIXTURES / "audit-policy" / "backup.csv").read_bytes())
            return Ran(0, ["The command was successfully executed."])
        if name == "wevtutil.exe":
            Path(words[2]).write_bytes(next((FIXTURES / "event-log").glob("*.evtx")).read_bytes())
            return Ran(0)
        return self._netsh(words)

    def _netsh(self, words: list[str]) -> Ran:
        if words[0] == "wfp":
            if not self.is_elevated:
                return Ran(1, ["Access is denied."])
            fixture = "wfp-state/untouched.xml" if words[2] == "state" else "wfp-netevents/capture.xml"
            written = (FIXTURES / fixture).read_text(encoding="utf-8-sig")
            Path(words[3].removeprefix("file=")).write_text(written, encoding="utf-8")
            return Ran(0, ["Data collection successful."])
        shown = {
            ("advfirewall", "consec"): "advfirewall-show/rules-aligned.txt",
            ("advfirewall", "mainmode"): "advfirewall-show/main-mode-rule.txt",
            ("advfirewall", "show"): "advfirewall-show/global-weak.txt",
            ("advfirewall", "monitor"): "advfirewall-monitor-sa/security-associations.txt",
            ("ipsec", "dynamic"): "netsh-ipsec-statistics/two-samples.txt",
        }
        lines = (FIXTURES / shown[words[0], words[1]]).read_text(encoding="utf-8-sig").splitlines()
        if words[1] == "monitor":
            half = next(number for number, line in enumerate(lines) if line.startswith("Quick Mode SA"))
            lines = lines[:half] if words[3] == "mmsa" else lines[half:]
        if words[1] == "consec":
            lines = [*lines, f"Auth1PSK:                             {KEY}"]
        return Ran(0, lines)
