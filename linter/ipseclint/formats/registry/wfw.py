"""`.wfw` files, a registry hive that `netsh advfirewall export` and the console write.

The root of the hive is the store itself. The system and software hives of a machine are read too.
"""

from __future__ import annotations

from ipseclint.formats.kit.diagnostics import Diagnostics, unreadable
from ipseclint.formats.kit.policy_parts import PolicyParts
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.registry.firewall.decode import LOCAL_KEY, decode_store
from ipseclint.formats.registry.policy import LEFT_OUT_KEYS, decode
from ipseclint.formats.registry.regf import MAGIC, Hive, HiveError
from ipseclint.formats.registry.tree import Key
from ipseclint.source import Source, SourceError, Span
from ipseclint.vocabulary import registry_keys as keys

_STORE_KEYS = (*keys.FIREWALL_RULES, "DomainProfile", "StandardProfile", "PublicProfile")
"""Keys of which the root of an exported store has at least one."""

_HIVE_PATHS = (
    *(
        f"{control_set}\\{key}"
        for control_set in ("ControlSet001", "ControlSet002")
        for key in (keys.FIREWALL, keys.IKE_SERVICE, keys.POLICY_AGENT, keys.IPSEC_DRIVER, keys.FILTERING_ENGINE)
    ),
    keys.FIREWALL_OF_GPO,
    keys.IP_SECURITY_POLICIES,
)
"""What is looked for in the system and the software hive of a machine."""


def recognise(source: Source) -> bool:
    """Whether it begins with the signature of a registry hive."""
    return source.head.startswith(MAGIC)


def parse(source: Source) -> Parsed:
    """The policy of the store at the root, or of the stores within."""
    diagnostics = Diagnostics(source.path)
    try:
        with source.opened() as stream:
            return _read(Hive(stream, diagnostics), diagnostics)
    except HiveError as error:
        diagnostics.malformed(f"{error}: the hive cannot be read", Span(source.path, 1, error.offset + 1))
        return Parsed(problems=diagnostics.listed())
    except (OSError, SourceError) as error:
        return Parsed(problems=(unreadable(source, error),))


def _read(hive: Hive, diagnostics: Diagnostics) -> Parsed:
    root = hive.root()
    tree = Key.root(diagnostics.path)
    if any(hive.find(root, name) for name in _STORE_KEYS):
        hive.load(root, tree, "", lambda at: not ("\\" + at.casefold()).startswith(LEFT_OUT_KEYS))
        parts = PolicyParts()
        decode_store(LOCAL_KEY, tree, None, parts, diagnostics)
        return diagnostics.parsed(parts.policy())
    for hive_path in _HIVE_PATHS:
        node = hive.find(root, hive_path)
        if node is None:
            continue
        if (key := tree.make(f"HIVE\\{hive_path}", Span(diagnostics.path, 1, node.offset + 1))) is not None:
            hive.load(node, key, hive_path, lambda at: not any(left in "\\" + at.casefold() for left in LEFT_OUT_KEYS))
    return decode(tree, diagnostics)


FORMATS = (
    Format(
        name="wfw",
        title="exported firewall policy (.wfw), or a registry hive",
        recognise=recognise,
        parse=parse,
        how_to_export="netsh advfirewall export policy.wfw",
        can_express="the rules, sets and settings of the local store",
        cannot_express="what Group Policy adds; the default sets where nobody configured them",
    ),
)
