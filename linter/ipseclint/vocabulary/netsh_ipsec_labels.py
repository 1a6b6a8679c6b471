"""The labels that `netsh ipsec static show` prints before values, by language, and what each stands for.

Those of policies and of filter lists are from published outputs, and from programs that read such outputs, named
below. All others are `reasoned`: we know of no published output of rules, of filter actions, or of what
`level=verbose` adds to a policy. They are made of the names that the page of `netsh ipsec static` gives to objects and
tags, in the spellings that seemed likely; that one is listed here does not show that netsh prints it. Labels are
compared without blanks, marks and case.

Sources:
POLICY  Microsoft's support article 4471134 (`show policy all`); scripts that look for a padded `Assigned : YES` in it
LIST    the same article and a test of Evulpes/IPSecDotNet5 (`show filterlist all level=verbose`, `show all`);
        wazuh/wazuh-qa issue 3295 (`show filterlist rule=`, without `level=verbose`)
CHINESE selboo/ipsecset, ipsecget.py, which reads `show all format=list` in Chinese and in English, and a program that
        reads `show policy` and `show filterlist` of both
RULE    scripts that look for `Rule Name` in `show rule all policy=P level=verbose` and count its rules, one of which,
        called dynamic, is the default response
"""

from __future__ import annotations

IGNORED = ""
"""The meaning of a label that says nothing about traffic."""

POLICY, FILTER_LIST, RULE, FILTER_ACTION = "policy", "filter list", "rule", "filter action"

ENGLISH = "english"

NOT_PRINTED = "rules, methods and lifetimes of a policy"
"""The name in reports for what an output of policies lacks without `level=verbose`, and rules examine."""

NAMED_ONLY = {FILTER_LIST: "filter lists that rules name", FILTER_ACTION: "filter actions that rules name"}
"""The names in reports for objects that an output of rules names and may not print."""

FIRST_LABELS = {
    ENGLISH: {
        "Policy Name": POLICY,
        "FilterList Name": FILTER_LIST,
        "Rule Name": RULE,
        "Rule ID": RULE,
        "FilterAction Name": FILTER_ACTION,
    },
    "chinese": {"策略名称": POLICY, "筛选器列表名称": FILTER_LIST},
}
"""The labels with which objects begin; a rule begins with either of its two."""

POLICY_LABELS = {
    ENGLISH: {
        "Description": "description",
        "Last Modified": IGNORED,
        "Assigned": "assigned",
        "Master PFS": "master_pfs",
        "Polling Interval": "polling_interval",
        "Store": IGNORED,
        "GUID": IGNORED,
        "No. of Rules": "rules",
        "Main Mode LifeTime": "lifetime",
        "Main Mode Key LifeTime": "lifetime",
        "IKE LifeTime": "lifetime",
        "Quick Mode Limit": "limit",
        "QM Limit Per MM": "limit",
        "QM Per MM": "limit",
        "Activate Default Rule": "default_rule",
        "Default Rule": "default_rule",
    },
    "chinese": {"描述": "description", "已分配": "assigned"},
}

LIST_LABELS = {
    ENGLISH: {
        "Description": "description",
        "Store": "store",
        "Last Modified": IGNORED,
        "GUID": "guid",
        "No. of Filters": "count",
    },
    "chinese": {"描述": "description", "GUID": IGNORED},
}

RULE_LABELS = {
    ENGLISH: {
        "Rule Name": "name",
        "Rule ID": "id",
        "Description": "description",
        "Activated": "activated",
        "Active": "activated",
        "Last Modified": IGNORED,
        "Store": IGNORED,
        "GUID": IGNORED,
        "Policy": IGNORED,
        "Tunnel": "tunnel",
        "Tunnel Address": "tunnel",
        "Tunnel Dest": "tunnel",
        "Tunnel Destination": "tunnel",
        "Tunnel Dest IP Address": "tunnel",
        "Tunnel Destination IP Address": "tunnel",
        "Tunnel Destination Address": "tunnel",
        "Tunnel Dst IP Address": "tunnel",
        "Tunnel Endpoint": "tunnel",
        "Connection Type": "connection_type",
        "Connection": "connection_type",
        "Conn Type": "connection_type",
        "Interface Type": "connection_type",
    },
}

ACTION_LABELS = {
    ENGLISH: {
        "Description": "description",
        "Store": "store",
        "Last Modified": IGNORED,
        "GUID": "guid",
        "Action": "action",
        "Filter Action": "action",
        "Negotiation Action": "action",
        "AllowUnsecure": "soft",
        "AllowUnsecure (Fallback)": "soft",
        "Allow Unsecured": "soft",
        "Allow Unsecured Fallback": "soft",
        "Allow Fallback to Clear": "soft",
        "Fallback to Clear": "soft",
        "Soft": "soft",
        "Soft Association": "soft",
        "Inbound Passthrough": "inpass",
        "InPass": "inpass",
        "Accept Unsecured": "inpass",
        "QMPFS": "pfs",
        "QM PFS": "pfs",
        "Quick Mode PFS": "pfs",
        "Session Key PFS": "pfs",
        "PFS": "pfs",
        "No. of Security.Methods": "count",
        "No. of Security Methods": "count",
    },
}

AUTHENTICATION_LABELS = {
    "Kerberos": "kerberos",
    "Kerberos V5": "kerberos",
    "Preshared Key": "psk",
    "Pre-shared Key": "psk",
    "PSK": "psk",
    "Shared Key": "psk",
    "Key": "psk",
    "Root CA": "rootca",
    "Certificate": "rootca",
    "Certificate Authority": "rootca",
    "Certification Authority": "rootca",
    "CA": "rootca",
    "CA Name": "rootca",
    "Cert": "rootca",
    "Cert Mapping": "mapping",
    "Certificate Mapping": "mapping",
    "Certificate to Account Mapping": "mapping",
    "CertMap": "mapping",
    "Exclude CA Name": "exclude",
    "ExcludeCAName": "exclude",
}
"""The labels before a rule's authentication method, or in its place."""

FILTER_LABELS = {
    ENGLISH: {
        "Description": "description",
        "Mirrored": "mirrored",
        "Source IP Address": "source",
        "Source Mask": "source_mask",
        "Source DNS Name": IGNORED,
        "Destination IP Address": "destination",
        "Destination Mask": "destination_mask",
        "Destination DNS Name": IGNORED,
        "Protocol": "protocol",
        "Source Port": "source_port",
        "Destination Port": "destination_port",
    },
    "chinese": {
        "描述": "description",
        "已镜像": "mirrored",
        "源 IP 地址": "source",
        "源掩码": "source_mask",
        "源 DNS 名称": IGNORED,
        "目标 IP 地址": "destination",
        "目标掩码": "destination_mask",
        "目标 DNS 名称": IGNORED,
        "协议": "protocol",
        "源端口": "source_port",
        "目标端口": "destination_port",
    },
}
"""DNS names are ignored: `resolvedns=yes` looks them up while it prints, and the address stands beside them."""

METHODS, AUTHENTICATION, DETAILS = "methods", "authentication", "details"

HEADINGS = {
    "Filter(s)": IGNORED,
    "Rule Details": IGNORED,
    "Rule(s)": IGNORED,
    "Policy Details": IGNORED,
    "Default Response Rule": IGNORED,
    "FilterList Details": DETAILS,
    "FilterAction Details": DETAILS,
    "Security Methods": METHODS,
    "Security Method(s)": METHODS,
    "Security Method Order": METHODS,
    "Main Mode Security Method Order": METHODS,
    "Main Mode Security Methods": METHODS,
    "Quick Mode Security Methods": METHODS,
    "Authentication Methods": AUTHENTICATION,
    "Authentication Method(s)": AUTHENTICATION,
}
"""The headings, with or without a colon, and the kind of rows after each."""

COLUMNS = frozenset(
    {
        *("ah", "esp", "auth", "encryption", "confidentiality", "conf", "integrity", "int", "hash", "dh", "group"),
        *(
            "rekey",
            "lifetime",
            "life",
            "time",
            "kb",
            "kbytes",
            "kilobytes",
            "k",
            "bytes",
            "sec",
            "secs",
            "seconds",
            "s",
        ),
        *(
            "algorithm",
            "order",
            "method",
            "no",
            "qm",
            "mm",
            "limit",
            "per",
            "pfs",
            "type",
            "key",
            "security",
            "methods",
            "con",
            "b",
            "r",
        ),
    }
)
"""The words of the line above rows of methods (reasoned)."""

YES_NO = {"yes": True, "no": False, "是": True, "否": False}
NOTHING = frozenset({"none", "无"})
"""The words for no description."""

ACTIONS = {"permit": "permit", "permitted": "permit", "allow": "permit", "passthrough": "permit"}
ACTIONS |= {"block": "block", "blocking": "block", "blocked": "block"}
ACTIONS |= dict.fromkeys(("negotiate", "negotiatesecurity", "negotiating", "secure"), "negotiate")
"""The action of a filter action, as `netsh ipsec` takes it, by the words that stand for it (reasoned)."""

CONNECTION_TYPES = {"all": "all", "any": "all", "allnetworkconnections": "all", "none": "all"}
CONNECTION_TYPES |= dict.fromkeys(("lan", "localareanetwork", "lanonly", "localareanetworklan"), "lan")
CONNECTION_TYPES |= dict.fromkeys(("dialup", "ras", "remoteaccess", "wan"), "dialup")
"""The connection type, as `netsh ipsec` takes it, by the words that stand for it (reasoned)."""

NO_TUNNEL = frozenset({"", "none", "na", "no", "nil", "0000", "unassigned", "notunnel", "notapplicable"})
"""The words for no tunnel, compared as labels are (reasoned)."""

DEFAULT_RESPONSE = frozenset({"dynamic", "defaultresponse", "defaultresponserule"})
"""The name or filter list of the default response rule, which answers peers that ask for security."""

ANY = frozenset({"any", "任何"})
"""The word for any protocol and any port."""

ADDRESSES = {"<anyipaddress>": "any", "<myipaddress>": "me", "<任何ip地址>": "any", "<我的ip地址>": "me"}
"""The words for addresses, without blanks, as `netsh ipsec` takes them."""
