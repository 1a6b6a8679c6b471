"""IP Security Policies as objects of the registry or the directory (MS-GPIPSEC 2.2.1).

Each object has references to others, and its settings in `ipsecData`, a structure of bytes. Where the layout is
not that of the specification, it is that of policies seen in exports.
"""
