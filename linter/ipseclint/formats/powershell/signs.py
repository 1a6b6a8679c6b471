"""Words and layouts by which PowerShell output and scripts are told from other texts."""

from __future__ import annotations

from ipseclint.formats.readers import Looked
from ipseclint.late import late
from ipseclint.source import first_line

_ADAPTER_SIGNS = ("ipsecoffloadv2enabled", "ahenabled", "espenabled", "ahsupported", "espsupported")
LIST_SIGNS = (
    *_ADAPTER_SIGNS,
    "ipsecrulename",
    "inboundsecurity",
    "forcediffiehellman",
    "maxsessions",
    "perfectforwardsecrecygroup",
    "ciphertransformconstants",
    "certvalidationlevel",
    "enabledkeyingmodules",
    "mainmodecryptoset",
    "salifetime",
    "tunneltype",
    "localfirstid",
    "hashalgorithm",
    "keyexchange",
    "esphash",
    "encapsulationmode",
    "transportlayerfiltername",
    "thumbprint",
    "canpauseandcontinue",
    "starttype",
    "startmode",
    "ipassignmentmethod",
    "userauthprotocolaccepted",
    "enhancedkeyusagelist",
    "responderauthenticationmethod",
    "cimclass",
    "connectionstate",
    "adminstatus",
    "profilexml",
    "allowlocalipsecrules",
    "status",
)
"""The properties by which lists of PowerShell objects are recognised, in lower case."""
_LISTED = late(rf"\n[ \t\r\ufeff]*+(?:{'|'.join(LIST_SIGNS)})")

COLUMN_SIGNS = (
    *_ADAPTER_SIGNS, "saoffloadcapacityenabled",
    "inboundsecurity", "remoteaddress", "remoteport", "interfacetype", "interfacealias", "forcediffiehellman",
    "maxsessions",
    "perfectforwardsecrecygroup", "pfsgroupid", "localendpoint", "certvalidationlevel", "enabledkeyingmodules",
    "responderauthenticationmethod", "salifetime", "ciphertransformconstants", "ipassignmentmethod",
    "userauthprotocolaccepted", "tunneltype", "notafter", "canpauseandcontinue", "startmode", "starttype",
    "startuptype", "start_type", "ikev2ports", "not_valid_after", "keyexchange", "esphash",
    "displayname", "status", "startup type", "starttyp", "enhancedkeyusagelist", "hasprivatekey",
    "connectionstate", "adminstatus", "allowlocalipsecrules", "profilexml",
)  # fmt: skip
"""What the heads of tables with commas name, in lower case."""
_COLUMN = late(rf"[,;\t\n\"](?:{'|'.join(COLUMN_SIGNS)})\"?[,;\t\r\n]")
"""One of them among others, which may stand below other tables."""

SCRIPT_SIGNS = (
    "-netipsec", "-netfirewall", "-netgpo", "-vpnconnection", "-vpnserver", "-vpns2s", "-vpnauth", "-vpnipaddress",
    "-netadapteripsec",
    "-item", "-service", "<vpnprofile", "windows registry editor", "netsh", "reg add", "reg.exe", "reg delete",
    "sc.exe", "configuration", "ikeext", "policyagent", "registry]::", "registrykey]::", "registryvalue", "omauri",
    "hklm:", "registry::", "vendor_msft_", "encoding=1", "pbversion=", "$chicago$", "addreg", "addservice", "/mit/task",
)  # fmt: skip
"""What cmdlets and programs are called by that set policy, values of the registry or services, in lower case.

Among them are services, which a cmdlet whose name is misspelt is handed, and signs of documents in a script."""

OBJECT_SIGNS = (
    *(sign for sign in COLUMN_SIGNS if sign not in {"displayname", "remoteaddress", "remoteport", "localendpoint"}),
    *("localfirstid", "transportlayerfiltername", "msft_net"),
)
"""What one of stands in all JSON with objects of PowerShell that make policy, and in little other, in lower case."""


def may_list(looked: Looked, _path: str) -> bool:
    """Whether there may be a list of properties, at the start or behind prose."""
    lines = looked.lines()
    is_list = "  : " in lines or ":" in first_line(looked.head())
    return is_list and _LISTED.search(f"\n{lines}") is not None


def may_be_table(looked: Looked, _path: str) -> bool:
    """Whether the first lines may name columns, or a table of columns or services may stand further down."""
    head = looked.head()
    first = "\n".join(head.lstrip("\r\n").split("\n", 2)[:2])
    names_columns = any(sign in first for sign in ",;\t") and any(sign in first for sign in COLUMN_SIGNS)
    lines = looked.lines()
    return (
        names_columns
        or "service_name:" in lines
        or ("displayname" in lines and "status " in lines)
        or _COLUMN.search(lines) is not None
    )
