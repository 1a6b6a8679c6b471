"""IP Security Policies as objects of the registry or the directory (MS-GPIPSEC 2.2.1).

Each object has references to others, and its settings in `ipsecData`, a binary structure. Where the layout differs from
the specification, it is that of policies seen in exports.
"""
