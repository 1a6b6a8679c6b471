"""The labels and headings that `netsh ipsec dynamic show` prints, and what each stands for.

All of them are `reasoned`: we know of no published output of policies, filters or associations. They are made of the
names that the pages of `netsh ipsec dynamic` and `netsh ipsec static` give to objects and tags, and of the labels that
published outputs of `netsh ipsec static show` have (`netsh_ipsec_labels`), in the spellings that seemed likely. That
one is listed here does not show that netsh prints it; a line that no label here begins is reported as not understood.
Labels are compared without blanks, marks and case.
"""

from __future__ import annotations

IGNORED = ""

MAIN_MODE, QUICK_MODE = "main-mode policy", "quick-mode policy"
MAIN_MODE_FILTER, QUICK_MODE_FILTER = "main-mode filter", "quick-mode filter"
MAIN_MODE_SA, QUICK_MODE_SA = "main-mode association", "quick-mode association"
STATISTICS, CONFIGURATION = "statistics", "configuration"

HEADINGS = {
    "Mainmode Polic": MAIN_MODE,
    "Quickmode Polic": QUICK_MODE,
    "Mainmode Filter": MAIN_MODE_FILTER,
    "Quickmode Filter": QUICK_MODE_FILTER,
    "IKE Mainmode SA": MAIN_MODE_SA,
    "Mainmode SA": MAIN_MODE_SA,
    "Quickmode SA": QUICK_MODE_SA,
    "IPsec Quickmode SA": QUICK_MODE_SA,
    "IKE Statistics": STATISTICS,
    "IPsec Statistics": STATISTICS,
    "IPsec Configuration": CONFIGURATION,
    "IKE Configuration": CONFIGURATION,
    "Configuration Parameters": CONFIGURATION,
    "Dynamic Configuration": CONFIGURATION,
}
"""The headings of the parts of an output."""

POLICY_NAMES = {
    "IKE MM Policy Name": MAIN_MODE,
    "MM Policy Name": MAIN_MODE,
    "Mainmode Policy Name": MAIN_MODE,
    "QM Negotiation Policy Name": QUICK_MODE,
    "Negotiation Policy Name": QUICK_MODE,
    "QM Policy Name": QUICK_MODE,
    "Quickmode Policy Name": QUICK_MODE,
}

FILTER_NAMES = {
    "Filter Name": IGNORED,
    "Mainmode Filter Name": MAIN_MODE_FILTER,
    "MM Filter Name": MAIN_MODE_FILTER,
    "Quickmode Filter Name": QUICK_MODE_FILTER,
    "QM Filter Name": QUICK_MODE_FILTER,
}
"""The first labels of filters. `Filter Name` alone does not tell the mode: the heading above does."""

OF_POLICY = {
    "IKE Soft SA Lifetime": IGNORED,
    "Soft SA Lifetime": IGNORED,
    "Soft SA Expiration Time": IGNORED,
    "Allow Fallback to Clear": "soft",
    "AllowUnsecure": "soft",
    "AllowUnsecure (Fallback)": "soft",
    "Soft": "soft",
    "Inbound Passthrough": IGNORED,
    "PFS": "pfs",
    "PFS Group": "pfs",
    "PFS DH Group": "pfs",
    "Mainmode Lifetime": "lifetime",
    "IKE Lifetime": "lifetime",
    "Lifetime": "lifetime",
    "QM Limit Per MM": "limit",
    "Quickmode Limit": "limit",
    "GUID": IGNORED,
}

OF_FILTER = {
    "Connection Type": "connection_type",
    "Interface Type": "connection_type",
    "Source Address": "source",
    "Source IP Address": "source",
    "Source": "source",
    "Source Mask": "source_mask",
    "Destination Address": "destination",
    "Destination IP Address": "destination",
    "Destination": "destination",
    "Destination Mask": "destination_mask",
    "Protocol": "protocol",
    "Source Port": "source_port",
    "Src Port": "source_port",
    "Destination Port": "destination_port",
    "Dest Port": "destination_port",
    "Dst Port": "destination_port",
    "Mirrored": "mirrored",
    "Inbound Action": "inbound",
    "Outbound Action": "outbound",
    "Mainmode Policy": "main_mode",
    "MM Policy": "main_mode",
    "IKE MM Policy": "main_mode",
    "IKE MM Policy Name": "main_mode",
    "MM Policy Name": "main_mode",
    "Mainmode Policy Name": "main_mode",
    "Quickmode Policy": "quick_mode",
    "QM Policy": "quick_mode",
    "Negotiation Policy": "quick_mode",
    "QM Negotiation Policy": "quick_mode",
    "QM Negotiation Policy Name": "quick_mode",
    "Negotiation Policy Name": "quick_mode",
    "QM Policy Name": "quick_mode",
    "Quickmode Policy Name": "quick_mode",
    "Tunnel Source": IGNORED,
    "Tunnel Source Address": IGNORED,
    "Tunnel Destination": "tunnel",
    "Tunnel Destination Address": "tunnel",
    "Tunnel Dst Address": "tunnel",
    "Tunnel Endpoint": "tunnel",
    "Weight": IGNORED,
    "Direction": IGNORED,
    "GUID": IGNORED,
    "Source DNS Name": IGNORED,
    "Destination DNS Name": IGNORED,
}

OF_ASSOCIATION = {
    "Source Address": "local_address",
    "Source IP Address": "local_address",
    "Source": "local_address",
    "From": "local_address",
    "My Address": "local_address",
    "Me": "local_address",
    "Destination Address": "remote_address",
    "Destination IP Address": "remote_address",
    "Destination": "remote_address",
    "To": "remote_address",
    "Peer": "remote_address",
    "Peer Address": "remote_address",
    "Auth": "first_authentication",
    "Auth Method": "first_authentication",
    "Authentication": "first_authentication",
    "Authentication Method": "first_authentication",
    "Sec Methods": "offer",
    "Security Methods": "offer",
    "Security Method": "offer",
    "Offer": "offer",
    "Offer Used": "offer",
}

NO_GROUP = frozenset({"unassigned", "none", "nopfs", "no", "na"})
"""The words for no perfect forward secrecy, compared as labels are."""
