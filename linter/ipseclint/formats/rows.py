"""The readers of all formats in the order they are asked, a row each, with the signs that its inputs have."""

from __future__ import annotations

from ipseclint.formats.kit.yaml_blocks import SIGNS_OF_INSTALLERS, SIGNS_OF_RESOURCES, SIGNS_OF_TASKS
from ipseclint.formats.powershell.signs import COLUMN_SIGNS, LIST_SIGNS, SCRIPT_SIGNS, may_be_table, may_list
from ipseclint.formats.readers import (
    NO_DECLARATIONS,
    PRINTED_SIGNS,
    Reader,
    Shape,
    begins,
    may_be_carried,
    may_be_of_wmic,
    may_be_phone_book,
    may_be_printed,
    may_hold_cells,
    may_hold_documents,
)

_BLOCK_SIGNS = ("multipart/", ": |", ": >", "- |", "- >", "!sub |", "<<", "=> @(", "'''", '"""')
_OF_REG = ("windows registry", "windowsregistry", "regedit", "[", "hk", '"')
_AUDITED = (
    *("ipsec main mode ", "ipsec quick mode ", "ipsec extended mode ", "ipsec-haupt", "ipsec-schnell", "ipsec-erw"),
    *("ipsec-treiber", "mode principal ipsec", "mode rapide ipsec", "mode \u00e9tendu ipsec"),
)
_ABOUT_EVENTS = (
    *("microsoft-windows-", "ras client", "rasclient", "remoteaccess", "rasman", "ikeext", "ipsec", "policy", "coid={"),
    *(
        "pastore",
        "filtering platform",
        "filtering engine",
        "basisfilter",
        "firewall service",
        'firewall" wurde',
        "remote access",
        "rassstp",
        "principalname",
        "failurepoint",
        "dialed",
        "log name",
        "protokollname",
        "timecreated",
        "<event",
    ),
)
"""What tells what the text of an event is about, in lower case."""
_OF_PROPOSALS = tuple(f"{before}proposal" for before in (" ", "\n", "\t", "_", ":", "=", '"', "'", "(", "[", "|", "/"))
"""A word of a log that begins so, as names of cmdlets and their parameters do not."""
_NETSH_SIGNS = (
    *("netsh", "ipsec", "advfirewall", "powershell", "pwsh"),
    *("-net", "-vpn", "-remoteaccess", "-daserver", "-daclient", "-daentrypoint", "-damultisite"),
    *("ikeext", "policyagent", "bfe", "mpssvc", "rasman", "remoteaccess", "firewallpolicy", "windowsfirewall"),
    *("authip", "base filtering", "windows firewall", "windows defender", "remote access", "routing and"),
)
"""What one of stands in every script for netsh, or that sets the services or values of IPsec, in lower case."""
_OUTPUT_SIGNS = (
    *PRINTED_SIGNS,
    *("ipsec", "netsh", "ikeext", "policyagent", "mainmode", "quickmode", "hkey_local_machine", "displayname", "vpn"),
    *("charon", "pluto"),
)
"""One of these stands in an output that bears on IPsec, in lower case."""
SCRIPT = Reader("powershell.script.format", Shape.TEXT, SCRIPT_SIGNS)
_CARRIED_SIGNS = (
    *("netsh", "-net", "-vpn", "powershell", "pwsh", "reg add", "reg.exe", "sc config", "sc.exe"),
    *SIGNS_OF_TASKS,
    *SIGNS_OF_RESOURCES,
    *SIGNS_OF_INSTALLERS,
)
"""One of these stands in what a program or declaration runs that bears on IPsec, in lower case."""
BY_COLLECTOR = "by the collector of ipseclint"
NOTES = Reader("collector_notes", Shape.TEXT, (BY_COLLECTOR,), begins("collected "))
"""The reader of our own notes, which say so in the first line, whatever commands and errors they quote."""
MESSAGES_OF_DAEMONS = Reader("peers.ike_log", Shape.JSON, ("charon", "pluto", "[ike", "%asa-", "racoon", "iked"))
"""The reader of objects whose members nobody knows, in which a journal keeps what a daemon or a gateway logs."""
OF_SENTENCES = Reader("events.sentences", Shape.TEXT)
"""The reader asked last, for a whole text: prose of no other format."""

READERS = (
    Reader("table_cells", Shape.TEXT, ('"',), may_hold_cells),
    Reader("within", Shape.TEXT, _BLOCK_SIGNS, may_hold_documents, never=NO_DECLARATIONS),
    Reader(
        "wfp.state", Shape.XML, ("<wfpdiag", "<wfpstate", "<netevent", "fwpm_", "<filterkey", "<providercontextkey")
    ),
    Reader("events.security_events", Shape.XML, ("schemas.microsoft.com/win/2004/08/events",)),
    Reader("gpo.report", Shape.XML, ("grouppolicy",)),
    Reader("gpo.preferences", Shape.XML, ("<registry", "<ntservice")),
    Reader("gpo.backup", Shape.XML, ("<grouppolicybackupscheme",)),
    Reader("registry.policy_rules", Shape.XML, ("<policyrules",)),
    Reader("registry.wfw", Shape.BINARY),
    Reader("events.event_log", Shape.BINARY),
    Reader("registry.pol", Shape.BINARY),
    Reader("registry.reg_text", Shape.TEXT, _OF_REG, begins(*_OF_REG)),
    Reader("registry.reg_query", Shape.TEXT, ("hkey_", "reg query", "reg.exe query", "reg_dword", "reg_sz")),
    Reader(
        "registry.item_properties",
        Shape.TEXT,
        ("pspath", "get-itemproperty", "gp hklm", "gpv hklm", "hive: hkey", "fullkeypath"),
    ),
    Reader(
        "registry.lgpo",
        Shape.TEXT,
        ("computer",),
        beside=("dword:", "qword:", "sz:", "binary:", "delete", "createkey", "clear"),
    ),
    Reader("registry.collected", Shape.TEXT, ("hkey_", "hklm", "hivetype", "hivepath"), beside=("key", "path")),
    Reader("registry.security_template", Shape.TEXT, ("$chicago$",)),
    Reader(
        "registry.setup_inf",
        Shape.TEXT,
        ("addreg", "delreg", "addservice"),
        beside=("hklm", "hkcu", "hku", "hkr", "addservice"),
    ),
    Reader("registry.ip_security.ldif", Shape.TEXT, ("dn:",), begins("#", "version", "dn:")),
    Reader("powershell.clixml", Shape.XML, ("<objs",)),
    Reader("powershell.cim_xml", Shape.XML, ("<objects",)),
    Reader(
        "registry.collected",
        Shape.JSON,
        ("policyagent", "ikeext", "firewallpolicy", "windowsfirewall", "ipsec", "rasman"),
    ),
    Reader(
        "events.event_json", Shape.JSON, ('"id"', '"eventid"', '"_eventid"', '"event_id"', '"eventcode"', "<eventid")
    ),
    Reader("mdm.intune", Shape.JSON, ("microsoft.graph", "omauri", "settingdefinitionid", "--windows10endpoint")),
    Reader(
        "peers.clouds",
        Shape.JSON,
        (
            "ikeencryption",
            "ikeintegrity",
            "tunneloptions",
            "vpnconnectionid",
            "virtualnetworkgateway1",
            "site-vpn",
            "::vpnconnection",
        ),
    ),
    Reader("carried.format", Shape.JSON, _CARRIED_SIGNS),
    Reader("performance_counters", Shape.JSON, ("\\\\ipsec ", "\\\\ipsec-", "\\\\generic ikev1", "\\\\ikev1, ")),
    Reader("powershell.cim_json", Shape.JSON, ("{", "[")),
    Reader("output_strings", Shape.JSON, _OUTPUT_SIGNS),
    Reader(
        "peers.gateway_xml",
        Shape.XML,
        (
            "vpnserver",
            "azvpnprofile",
            "serversecret",
            "<vpn_connection",
            "<phase1>",
            "<pfsense",
            "<opnsense",
            "<mgt-config",
            "securityassociationparameters",
            "-crypto-profiles>",
        ),
    ),
    Reader("vpn.profile_xml", Shape.XML, ("vpnprofile", "nativeprofile", "cryptographysuite")),
    Reader("mdm.syncml", Shape.XML, ("vpnv2", "firewall/mdmstore", "vpnprofile")),
    Reader("carried.format", Shape.XML, _CARRIED_SIGNS),
    Reader("mdm.oma_uri", Shape.TEXT, ("vendor/msft/vpnv2/", "vendor/msft/firewall/mdmstore/")),
    Reader("vpn.rasphone", Shape.TEXT, ("encoding=", "pbversion=", "type=", "vpnstrategy="), may_be_phone_book),
    Reader("peers.description", Shape.TEXT, ("[peer",)),
    Reader(
        "peers.azure_commands",
        Shape.TEXT,
        (
            *("-azipsecpolicy", "-azurermipsecpolicy", "vpnclientipsecp", "ipsec-policy", "ikeencryption", "dhgroup="),
            *("virtualnetworkgateway1", "-ipsecpolic"),
        ),
    ),
    Reader("peers.listed_connections", Shape.TEXT, ("reauthentication",), beside=("rekeying",)),
    Reader(
        "peers.swanctl",
        Shape.TEXT,
        ("connections", "conn-defaults", "child-defaults", "secrets", "include"),
        beside=("{", "include"),
    ),
    Reader(
        "peers.ike_log",
        Shape.TEXT,
        (
            *(*_OF_PROPOSALS, "charon", "pluto", "ipsec,", "[ike", '" #', "!! ", "oakley", "subjectaltname"),
            *(
                "ike_sa",
                "ikev2",
                "isakmp",
                "ike phase-",
                "vpn ike - ",
                "ike negotiation",
                "matching policy",
                "vpn negotiation",
            ),
            *(
                "packet from ",
                "identify ourselves",
                "established, ikev",
                ", add_time=",
                "%asa-",
                "%ftd-",
                "ikmp_bad",
                "connecting",
            ),
            *("state_main_", "state_quick_", "state_parent_", "state_v2_", "to main mode", "start strongswan"),
            *("peer gateway notifies", "for the reason of", "key daemon", "sa=(enc=", "networkmanager[", "(prop#"),
            *("session_id", "[vpnd ", "[iked", "iked[", "[proto_", "[perr]", "[pntf]", "mismatched attribute "),
            *("ike packet on ", "> phase ", " phase 1: ", " phase 2: ", " negotiation failed", "[enc", "kmd["),
            *(" phase2 found", "racoon", "ike 0:", "ike v=", '"[', "subtype=", "ike responder:", "ike initiator:"),
        ),
    ),
    Reader("peers.ike_log", Shape.JSON, ("aws tunnel", "ike_phase1_state", "session_id", "textpayload", "[ike error]")),
    MESSAGES_OF_DAEMONS,
    Reader("peers.ipsec_conf", Shape.TEXT, ("conn ", "conn\t", "conn\n", "conn\r", "include")),
    Reader(
        "peers.gateway_configuration",
        Shape.TEXT,
        (
            "phase 1",
            "phase-1",
            "phase1",
            "phase i",
            "phase one",
            "crypto ",
            "config vpn ipsec",
            "security ike",
            "security ipsec",
            "ike {",
            "ipsec {",
            "crypto-profiles {",
            "/ip ipsec",
            "set network ike ",
            "network ike crypto-profiles ",
            "network ike gateway ",
            "/ip/ipsec",
            "vpn ipsec",
            "vpn policy ",
            "set ike ",
            "ike peer ",
            "ike proposal ",
        ),
    ),
    Reader("peers.ipsec_secrets", Shape.TEXT, ("psk ", "psk\t"), beside=(":",)),
    Reader("events.audit_policy", Shape.TEXT, ("-69ae-11d9-bed3-505054503030}", "ipsec driver", *_AUDITED)),
    Reader("certutil_store", Shape.TEXT, ("(sha1)", "certutil")),
    NOTES,
    Reader("powershell.asked_services", Shape.TEXT, ("get-service", "gsv", "win32_service"), beside=(").", "select")),
    Reader("powershell.list_text", Shape.TEXT, LIST_SIGNS, may_list),
    Reader(
        "netsh.ip_security.shown_store",
        Shape.TEXT,
        (
            "filterlist name",
            "筛选器列表名称",
            "master pfs",
            "polling interval",
            "已分配",
            "filteraction name",
            "activated",
        ),
    ),
    Reader("powershell.table", Shape.TEXT, (*COLUMN_SIGNS, "service_name:"), may_be_table),
    Reader(
        "peers.declared_gateways",
        Shape.TEXT,
        (
            *("microsoft.network/", "azurerm_", "ikeencryption", "ike_encryption", "aws_vpn_c"),
            *("::vpnconnection", "vpnconnectionid"),
        ),
    ),
    Reader("carried.format", Shape.TEXT, _CARRIED_SIGNS, may_be_carried),
    SCRIPT,
    Reader("powershell.printed_table", Shape.TEXT, ("----",)),
    Reader("powershell.wmic", Shape.TEXT, ("startmode", "state", "wmic"), may_be_of_wmic),
    Reader(
        "events.event_text",
        Shape.TEXT,
        (
            "event",
            "ereignis",
            "ipsec",
            "code returned",
            "coid={",
            "-auditing",
            "ras",
            "ike",
            "network policy",
            "pastore",
            "filtering platform",
            "filtering engine",
            "basisfilter",
            "firewall service",
            'firewall" wurde',
            "remote access",
        ),
        beside=_ABOUT_EVENTS,
    ),
    Reader(
        "netsh.ip_security.dynamic_shown",
        Shape.TEXT,
        (
            "mainmode",
            "quickmode",
            "main mode",
            "quick mode",
            "mm policy name",
            "negotiation policy name",
            "ipsec configuration p",
        ),
    ),
    Reader("netsh.ip_security.dynamic_statistics", Shape.TEXT, ("statistics",)),
    Reader(
        "performance_counters",
        Shape.TEXT,
        ("\\ipsec ", "\\ipsec-", "\\generic ikev1", "\\ikev1, ", "data_counters_ipsec", "data_counters_generic"),
    ),
    Reader("netsh.advfirewall.show", Shape.TEXT, PRINTED_SIGNS, may_be_printed),
    Reader("netsh.script", Shape.TEXT, _NETSH_SIGNS),
    Reader("events.audit_commands", Shape.TEXT, ("auditpol",)),
    OF_SENTENCES,
)
"""The readers in the order they are asked, the most specific first."""
