"""The contexts of netsh, what they are called, and the words that lead into them; the other tools that are read."""

from __future__ import annotations

from itertools import pairwise

from ipseclint.formats.kit.token import Token
from ipseclint.vocabulary.services import SERVICES

CONTEXTS: dict[str, tuple[str, ...]] = {
    "": (
        "advfirewall", "branchcache", "bridge", "dhcpclient", "dnsclient", "firewall", "http", "interface",
        "ipsec", "ipsecdosprotection", "lan", "mbn", "namespace", "netio", "nlm", "p2p", "ras", "rpc", "trace",
        "wcn", "wfp", "winhttp", "winsock", "wlan",
    ),
    "ipsec": ("static", "dynamic"),
    "advfirewall": ("consec", "firewall", "mainmode", "monitor"),
}  # fmt: skip
"""The contexts of netsh that a context holds: those of the root as `netsh ?` lists them."""

READ_CONTEXTS = frozenset(
    {"ipsec static", "ipsec dynamic", "advfirewall"} | {f"advfirewall {each}" for each in CONTEXTS["advfirewall"]}
)
"""The contexts whose commands become Commands."""

TOOL_CONTEXTS = frozenset({"reg", "sc", "net", "ipseccmd"})
"""Tools beside netsh whose commands become Commands: `reg` for keys of IPsec, `sc` and `net` for its services.

`ipseccmd` stands for `ipsecpol` too, which has the same words.
"""

_TOOL_VERBS = {"reg": {"add", "delete"}, "sc": {"config", "start", "stop"}, "net": {"start", "stop"}}

VERBS = ("add", "delete", "dump", "export", "exportpolicy", "help", "import", "importpolicy", "reset", "set", "show")
"""What a line may begin with inside a context."""


_LOOKING = ("show", "dump", "help", "export", "exportpolicy")


def context_of(words: tuple[Token, ...], base: str) -> tuple[str, tuple[Token, ...]]:
    """The context reached from a base by as many words as name one, and the words that are left."""
    context = base
    for index, word in enumerate(words):
        names = CONTEXTS.get(context, ())
        text = word.text.casefold()
        matches = [text] if text in names else [each for each in names if each.startswith(text)] if text else []
        if len(matches) != 1 or (context and text not in names and is_verb(text)):
            return context, words[index:]
        context = f"{context} {matches[0]}".lstrip()
    return context, ()


def sets_ikev2(words: tuple[Token, ...]) -> bool:
    """Whether what follows `netsh ras` sets what IKEv2 uses on a VPN server."""
    return len(words) > 1 and words[0].text.casefold() == "set" and words[1].text.casefold() in IKEV2_OBJECTS


IKEV2_OBJECTS = ("ikev2connection", "ikev2saexpiry")


def is_verb(text: str) -> bool:
    """Whether a word, in lower case, is a verb or short for one."""
    return bool(text) and any(each.startswith(text) for each in VERBS)


def only_looks(verb: str) -> bool:
    """Whether a verb, in lower case, leaves the policy as it is."""
    return bool(verb) and any(each.startswith(verb) for each in _LOOKING)


def tool_command(words: tuple[Token, ...]) -> tuple[str, tuple[Token, ...]] | None:
    """The tool beside netsh that a command calls for IPsec, and its words from the verb on; None for any other."""
    tool = words[0].text.casefold().replace("/", "\\").rpartition("\\")[2].removesuffix(".exe")
    tool = {"net1": "net", "ipsecpol": "ipseccmd"}.get(tool, tool)
    if tool == "ipseccmd":
        from ipseclint.formats.netsh.ip_security.older_tools import written

        return (tool, words[1:]) if written(words[1:]) else None
    if tool not in TOOL_CONTEXTS or len(words) < 3 or words[1].text.casefold() not in _TOOL_VERBS[tool]:
        return None
    if tool == "reg":
        from ipseclint.formats.registry.policy import has_settings, says_start

        key, options = words[2].text, [word.text.casefold() for word in words[3:]]
        names = (name for option, name in pairwise(options) if option == "/v")
        return (tool, words[1:]) if has_settings(key) or any(says_start(key, name) for name in names) else None
    name = " ".join(word.text for word in words[2:]) if tool == "net" else words[2].text
    return (tool, words[1:]) if name.split(" /")[0].casefold() in SERVICES else None
