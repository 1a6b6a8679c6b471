r"""What each text that carries registry values says of each type, written in each way, is as stored.

After a change that is meant, `python -m tests.formats.registry.test_stored_notations` stores it anew: read the
difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests import ROOT
from tests.cases import cases
from tests.formats.spoilt import differences, told_by
from tests.formats.test_every_format import FORMATS

EXPECTED = ROOT / "tests" / "data" / "notations"
KEY = r"SYSTEM\CurrentControlSet\Services\IKEEXT\Parameters"
OTHERS = (
    *(r"SYSTEM\CurrentControlSet\Services\PolicyAgent", r"SYSTEM\ControlSet002\Services\IKEEXT"),
    *(r"SYSTEM\CurrentControlSet\Services\Spooler", r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"),
)
DATA = (
    *("", "0", "1", "10", "007", "-1", "0x1f", "0xg", "4294967296", "18446744073709551616", "text", '"quoted"', '"'),
    *('"a', "1,2", "01 02", "0102", "0x0102", "xyz", "a;b", r"a\0b", r"a\\b", r"C:\a b", " spaced ", "1 ; note"),
)


def template(path: str, name: str, kind: str, data: str) -> str:
    head = '[Version]\nsignature="$CHICAGO$"\n[Registry Values]\n'
    return f"{head}MACHINE\\{path}\\{name}={kind},{data}\n"


def lgpo(path: str, name: str, kind: str, data: str) -> str:
    return f"; note\n\nComputer\n{path}\n{name}\n{kind}:{data}\n\n"


def queried(path: str, name: str, kind: str, data: str) -> str:
    return f"\nHKEY_LOCAL_MACHINE\\{path}\n    {name}    {kind}    {data}\n\n"


def reg(path: str, name: str, kind: str, data: str) -> str:
    return f'Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\{path}]\n"{name}"={kind}{data}\n'


NOTATIONS: dict[str, tuple[Callable[[str, str, str, str], str], tuple[str, ...]]] = {
    "security-template": (template, ("1", "2", "3", "4", "7", "5", "x", "")),
    "lgpo-text": (
        lgpo,
        ("DWORD", "QWORD", "SZ", "EXSZ", "MULTISZ", "BINARY", "DELETE", "DELETEALLVALUES", "CLEAR", "CREATEKEY", "X"),
    ),
    "reg-query": (
        queried,
        ("REG_DWORD", "REG_QWORD", "REG_SZ", "REG_EXPAND_SZ", "REG_MULTI_SZ", "REG_BINARY", "REG_NONE", "REG_X"),
    ),
    "firewall-registry-reg": (
        reg,
        ("dword:", "hex:", "hex(1):", "hex(2):", "hex(7):", "hex(b):", "hex(0):", "hex(10):", "", "-"),
    ),
}
HEXADECIMAL = ("1f,00", "01,00,00,00", "61,00,00,00", "6", "zz", "0000001f", "1f", "61,00,\\\n  62,00", "01,", "a b")


def answers(name: str) -> Iterator[str]:
    written, kinds = NOTATIONS[name]
    whole = _told(name, written(KEY, "Value", kinds[0], "00000001" if name == "firewall-registry-reg" else "1"))
    yield "# whole"
    yield from whole
    for kind in kinds:
        for data in (*DATA, *(HEXADECIMAL if name == "firewall-registry-reg" else ())):
            yield from _new(f"{kind} {data!r}", whole, _told(name, written(KEY, "Value", kind, data)))
    for path in OTHERS:
        for value in ("Start", "CurrentBuild", "x" * 50, "a b", r"a\b", "ü", ""):
            yield from _new(f"{path} {value}", whole, _told(name, written(path, value, kinds[0], "2")))


def _told(name: str, text: str) -> list[str]:
    return told_by(FORMATS[name], name, text.encode())


def _new(title: str, before: list[str], after: list[str]) -> Iterator[str]:
    if told := differences(before, after):
        yield f"# {title}"
        yield from told


# ---- rules and sets of the firewall, whose values are texts of fields ----

STORE = r"SOFTWARE\Policies\Microsoft\WindowsFirewall"
FIELDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "ConSecRules": (
        "v2.30|Action=Secure|Active=TRUE|Name=R|Auth1Set={E5A5D32A-4BCE-4e4d-B07F-4AB1BA7E5FE3}|",
        (
            *("Action=SecureServer", "Action=Boundary", "Action=DoNotSecure", "Action=X", "Active=FALSE", "Active=X"),
            *("Desc=d", "EmbedCtxt=c", "Profile=Domain", "Profile=X", "Protocol=6", "Protocol=256", "Protocol=x"),
            *("EP1_4=10.0.0.0/255.0.0.0", "EP2_4=10.1.0.1", "EP2_4=10.1.0.1-10.1.0.9", "EP1_6=2001:db8::/32"),
            *("EP2_4=LocalSubnet", "EP2_4=DNS", "EP2_4=x", "EP1Port=443", "EP2Port=80", "EP2_2=x", "EP2Port=80-90"),
            *("IF={A}", "IFType=Lan", "IFType=Wireless", "IFType=X", "KeyMod=IkeV2", "KeyMod=IkeV1", "KeyMod=X"),
            *("LTunnel4=192.0.2.1", "RTunnel4=192.0.2.2", "RTunnel4_2=192.0.2.3", "RTunnel6=2001:db8::1", "RTunnel4=x"),
            *("SecureInClearOut=TRUE", "ByPassTunnel=TRUE", "Authz=TRUE", "ATunnel=x", "Unknown=1", "Auth2Set={X}"),
            *("Platform=2:6:1", "Platform=x", "Platform2=GTEQ", "FwdLifetime=5", "Transport=Any", "RTunnelEP=x"),
        ),
    ),
    r"Phase1CryptoSet\{E5A5D32A-4BCE-4E4D-B07F-4AB1BA7E5FE1}": (
        "v2.30|Name=P|TimeOutMinutes=480|TimeOutSessions=0|",
        ("TimeOutMinutes=5", "TimeOutSessions=7", "TimeOutMinutes=x", "SkipVersion=2.0", "DoNotSkipDH=TRUE", "X=1"),
    ),
    r"Phase2CryptoSet\{E5A5D32A-4BCE-4E4D-B07F-4AB1BA7E5FE2}": (
        "v2.30|Name=Q|Pfs=Disable|",
        ("Pfs=EnableDHFromPhase1", "Pfs=ReKeyDH1", "Pfs=ReKeyDH2048", "Pfs=ReKeyECDH256", "Pfs=X", "X=1"),
    ),
    r"Phase1AuthenticationSet\{E5A5D32A-4BCE-4E4D-B07F-4AB1BA7E5FE3}": (
        "v2.30|Name=A|",
        ("Desc=d", "EmbeddedContext=c", "Version=2", "X=1"),
    ),
}
SUITES: dict[str, tuple[str, ...]] = {
    r"Phase1CryptoSet\{E5A5D32A-4BCE-4E4D-B07F-4AB1BA7E5FE1}\0000": (
        *("Encryption=AES128", "Hash=SHA1", "KeyExchange=DH2", "Encryption=3DES|Hash=MD5|KeyExchange=DH1", "X=1"),
        *("Encryption=AES256|Hash=SHA384|KeyExchange=ECDH-384", "KeyExchange=X|Hash=X|Encryption=X", "SkipVersion=2.0"),
    ),
    r"Phase2CryptoSet\{E5A5D32A-4BCE-4E4D-B07F-4AB1BA7E5FE2}\0000": (
        *(
            "Protocol=ESP|EspHash=SHA1|Encryption=AES128|TimeOutMinutes=60|TimeOutKBytes=100000",
            "Protocol=AH|AhHash=SHA1",
        ),
        *("Protocol=Both|AhHash=MD5|EspHash=SHA1|Encryption=3DES", "Protocol=AuthNoEncap|EspHash=SHA1", "Protocol=X"),
        *("Protocol=ESP|EspHash=AESGCM256|Encryption=AESGCM256|TimeOutMinutes=x|TimeOutKBytes=-1", "X=1"),
    ),
    r"Phase1AuthenticationSet\{E5A5D32A-4BCE-4E4D-B07F-4AB1BA7E5FE3}\0000": (
        *("Method=MachineKerb", "Method=MachineSHKey|SHKey=an example", "Method=MachineCert|CAName=CN=R", "Method=X"),
        *(
            "Method=Anonymous",
            "Method=MachineNtlm",
            "Method=MachineCert|CAName=CN=R|HealthCert=TRUE|ExcludeCAName=TRUE",
        ),
        *("Method=MachineCert|CAName=CN=R|CertAccountMapping=TRUE|CACertType=IntermediateCA|Signing=ECDSA256", "X=1"),
    ),
}


def of_firewall() -> Iterator[str]:
    yield "# whole"
    whole = _told("firewall-registry-reg", _store())
    yield from whole
    for path, (_, parts) in FIELDS.items():
        for part in parts:
            yield from _new(f"{path}: {part}", whole, _told("firewall-registry-reg", _store({path: part})))
    for path, rows in SUITES.items():
        for row in rows:
            yield from _new(f"{path}: {row}", whole, _told("firewall-registry-reg", _store(suites={path: row})))


def _store(more: dict[str, str] | None = None, suites: dict[str, str] | None = None) -> str:
    """A store of one rule and its sets, with a field more in one of them, or with a suite."""
    lines = ["Windows Registry Editor Version 5.00", ""]
    for path, (text, _) in FIELDS.items():
        part = (more or {}).get(path)
        name = part and part.partition("=")[0]
        kept = [each for each in text.split("|") if each and each.partition("=")[0] != name]
        said = "|".join([*kept, *([part] if part else []), ""])
        folder, _, own = path.partition("\\")
        if own:
            values = [f'"{key}"="{value}"' for key, _, value in (each.partition("=") for each in said.split("|")[:-1])]
            lines += [
                f"[HKEY_LOCAL_MACHINE\\{STORE}\\{path}]",
                *(line.replace('"v2.30"=""', '"Version"="2.30"') for line in values),
                "",
            ]
        else:
            lines += [f"[HKEY_LOCAL_MACHINE\\{STORE}\\{folder}]", f'"{{A}}"="{said}"', ""]
    for path, row in (suites or {}).items():
        values = [f'"{key}"="{value}"' for key, _, value in (each.partition("=") for each in row.split("|"))]
        lines += [f"[HKEY_LOCAL_MACHINE\\{STORE}\\{path}]", *values, ""]
    return "\n".join(lines)


# ---- what RRAS has of its clients, and the Windows of an export ----

SERVICE = r"SYSTEM\CurrentControlSet\Services\RemoteAccess\Parameters"
SERVER = f"{SERVICE}\\Ikev2"
PORT = r"SYSTEM\CurrentControlSet\Control\Class\{4d36e972-e325-11ce-bfc1-08002be10318}\0001"
WINDOWS = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"
KEYS: dict[str, dict[str, tuple[str, ...]]] = {
    SERVER: dict.fromkeys(
        (
            *(
                "idleTimeout",
                "networkBlackoutTime",
                "saLifeTime",
                "saDataSize",
                "EnableServerFragmentation",
                "CertAuthFlags",
            ),
            "Odd",
        ),
        ("dword:00000000", "dword:00000001", "dword:00000004", "dword:00000e10", '"x"'),
    ),
    f"{SERVER}\\Ikev2CustomPolicy": dict.fromkeys(
        (
            "integrityMethod",
            "encryptionMethod",
            "cipherTransformConstant",
            "authTransformConstant",
            "pfsGroup",
            "dhGroup",
        ),
        ("dword:00000000", "dword:00000001", "dword:00000003", "dword:00000005", "dword:000000ff", '"x"'),
    ),
    f"{SERVICE}\\Ip\\StaticAddressPool\\0": dict.fromkeys(("From", "To"), ("dword:0a000001", "dword:0a0000ff", '"x"')),
    PORT: {
        "ComponentId": ('"ms_agilevpnminiport"', '"MS_L2TPMINIPORT"', '"ms_sstpminiport"', '"ms_pptpminiport"', '"x"'),
        "WanEndpoints": ("dword:00000080", '"x"'),
        "EnableForRas": ("dword:00000000", "dword:00000001"),
    },
    WINDOWS: {
        "CurrentBuildNumber": ('"20348"', '"9600"', '"1234567"', '"x"', '""'),
        "CurrentBuild": ('"17763"',),
        "InstallationType": ('"Server"', '"Client"', '"Server Core"'),
        "UBR": ("dword:00000001", '"x"'),
    },
}
USUAL = {
    SERVER: {"saLifeTime": "dword:00007080", "saDataSize": "dword:00019000", "idleTimeout": "dword:0000012c"},
    f"{SERVER}\\Ikev2CustomPolicy": {"encryptionMethod": "dword:00000004", "dhGroup": "dword:00000004"},
    f"{SERVICE}\\Ip\\StaticAddressPool\\0": {"From": "dword:0a000001", "To": "dword:0a00000f"},
    PORT: {"ComponentId": '"ms_agilevpnminiport"', "WanEndpoints": "dword:00000010", "EnableForRas": "dword:00000001"},
    WINDOWS: {"CurrentBuildNumber": '"20348"', "InstallationType": '"Server"'},
}


def of_servers() -> Iterator[str]:
    """Each value of RRAS as it may be, with all other keys, with its own alone, and each key left out."""
    whole = _told("firewall-registry-reg", _keys(USUAL))
    yield "# whole"
    yield from whole
    for path, values in KEYS.items():
        without = {each: said for each, said in USUAL.items() if each != path}
        yield from _new(f"without {path}", whole, _told("firewall-registry-reg", _keys(without)))
        yield from _new(f"{path} alone", whole, _told("firewall-registry-reg", _keys({path: USUAL[path]})))
        yield from _new(f"{path} empty", whole, _told("firewall-registry-reg", _keys(USUAL | {path: {}})))
        for name, written in values.items():
            for value in written:
                said = USUAL | {path: USUAL[path] | {name: value}}
                yield from _new(f"{path} {name}={value}", whole, _told("firewall-registry-reg", _keys(said)))


def _keys(said: dict[str, dict[str, str]]) -> str:
    lines = ["Windows Registry Editor Version 5.00", ""]
    for path, values in said.items():
        lines += [f"[HKEY_LOCAL_MACHINE\\{path}]", *(f'"{name}"={value}' for name, value in values.items()), ""]
    return "\n".join(lines)


PARTS: dict[str, Callable[[], Iterator[str]]] = {
    **{name: lambda name=name: answers(name) for name in NOTATIONS},  # type: ignore[misc]
    "firewall": of_firewall,
    "servers": of_servers,
}


@cases("part", PARTS)
def test_each_type_in_each_notation_says_what_is_stored(part: str) -> None:
    assert list(PARTS[part]()) == (EXPECTED / f"{part}.txt").read_text("utf-8").split("\n")[:-1]


def store() -> None:
    EXPECTED.mkdir(exist_ok=True)
    for name, told in PARTS.items():
        (EXPECTED / f"{name}.txt").write_text("\n".join([*told(), ""]), "utf-8", newline="\n")


if __name__ == "__main__":
    store()
