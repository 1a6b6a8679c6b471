"""The labels that `netsh ipsec static show` prints before values, by language, and what each stands for.

Only labels of published outputs, and of programs that read such outputs, stand here: those of policies and of filter
lists. None was found for what it prints of rules and filter actions.

Sources:
POLICY  Microsoft's support article 4471134 (`show policy all`); scripts that look for a padded `Assigned : YES` in it
LIST    the same article and a test of Evulpes/IPSecDotNet5 (`show filterlist all level=verbose`, `show all`);
        wazuh/wazuh-qa issue 3295 (`show filterlist rule=`, without `level=verbose`)
CHINESE selboo/ipsecset, ipsecget.py, which reads `show all format=list` in Chinese and in English, and a program that
        reads `show policy` and `show filterlist` of both
"""

from __future__ import annotations

IGNORED = ""
"""The meaning of a label that says nothing about traffic."""

POLICY, FILTER_LIST = "policy", "filter list"

ENGLISH = "english"

NOT_PRINTED = "rules, methods and lifetimes of a policy"
"""What rules look at and no published output has, as reports say it."""

FIRST_LABELS = {
    ENGLISH: {"Policy Name": POLICY, "FilterList Name": FILTER_LIST},
    "chinese": {"策略名称": POLICY, "筛选器列表名称": FILTER_LIST},
}
"""The labels that policies and filter lists begin with. The programs show of the Chinese policy only how it ends."""

POLICY_LABELS = {
    ENGLISH: {
        "Description": "description",
        "Last Modified": IGNORED,
        "Assigned": "assigned",
        "Master PFS": "master_pfs",
        "Polling Interval": "polling_interval",
    },
    "chinese": {"描述": "description", "已分配": "assigned"},
}

LIST_LABELS = {
    ENGLISH: {
        "Description": "description",
        "Store": IGNORED,
        "Last Modified": IGNORED,
        "GUID": IGNORED,
        "No. of Filters": "count",
    },
    "chinese": {"描述": "description", "GUID": IGNORED},
}

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
"""The DNS names are what the addresses are called; `resolvedns=yes` looks them up while it prints."""

HEADINGS = frozenset({"filter(s)"})
"""What stands above the filters of a list."""

YES_NO = {"yes": True, "no": False, "是": True, "否": False}
NOTHING = frozenset({"none", "无"})
"""What stands in place of a description."""

ANY = frozenset({"any", "任何"})
"""The word for any protocol and any port."""

ADDRESSES = {"<anyipaddress>": "any", "<myipaddress>": "me", "<任何ip地址>": "any", "<我的ip地址>": "me"}
"""The words for addresses, without blanks, as `netsh ipsec` takes them."""
