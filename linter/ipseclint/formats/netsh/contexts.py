"""The contexts of netsh, what they are called, and the words that lead into them."""

from __future__ import annotations

from ipseclint.formats.kit.token import Token

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

VERBS = ("add", "delete", "dump", "export", "exportpolicy", "help", "import", "importpolicy", "reset", "set", "show")
"""What a line may begin with inside a context."""


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


def is_verb(text: str) -> bool:
    """Whether a word, in lower case, is a verb or short for one."""
    return bool(text) and any(each.startswith(text) for each in VERBS)
