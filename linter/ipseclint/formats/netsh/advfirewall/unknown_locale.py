"""Resolves labels of an unknown language, as far as values and positions determine them.

The words of parameters are printed in English in every language: `RequestInRequestOut` is an action and `480min,0sess`
a lifetime, whatever the label. The rest follows from the order in which a rule is printed, if only one assignment of
the block's lines to it is possible.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import product

from msgspec.structs import replace

from ipseclint.formats.netsh.advfirewall.output import OTHER, Block, Entry
from ipseclint.formats.netsh.advfirewall.words import ACTIONS, AUTH_METHODS
from ipseclint.late import late
from ipseclint.model.policy import AuthPhase
from ipseclint.model.selectors import parse_address, parse_ports
from ipseclint.vocabulary.netsh_labels import RULE_ORDER, SOMETIMES

_METHOD = r"(?:dhgroup|ecdhp)\d+-[a-z0-9]+-[a-z0-9]+"
_BY_VALUE = {
    "mmkeylifetime": late(r"\d+min,\d+sess"),
    "mmsecmethods": late(rf"{_METHOD}(?:,{_METHOD})*"),
    "qmsecmethods": late(r"(?:ah|esp|authnoencap):[a-z0-9+:,-]+"),
    "action": late("|".join((*ACTIONS, "noauthentication"))),
}
"""Values that only one label has before them, with blanks left out and folded."""

RULER = "-" * 20
"""What begins the line below the name of every rule that is printed."""
_LINE_OF_RULER = late(rf"\n{RULER}-*+[ \t]*$", re.MULTILINE)
_LABELLED = late(r"\n[^:\uff1a\n]{1,60}+[:\uff1a][ \t]+(\S[^\r\n]*)")
_ENOUGH = 2

_WORD = late(r"[^\W\d]+(?:[ ,][^\W\d]+)*")
_KEYED = "computerpsk"


def looks_like_rules(text: str) -> bool:
    """Whether an output has values that only connection security and main-mode rules have, under any labels."""
    text = f"\n{text}"
    if _LINE_OF_RULER.search(text) is None:
        return False
    words = {"".join(match[1].split()).casefold() for match in _LABELLED.finditer(text)}
    return sum(any(map(pattern.fullmatch, words)) for pattern in _BY_VALUE.values()) >= _ENOUGH


def resolve_labels(block: Block) -> Block:
    """The block with the other labels that values or positions determine; the rest remain."""
    if not block.others:
        return block
    entries: dict[str, list[Entry]] = {}
    for entry in _by_place(_by_value(block)):
        entries.setdefault(entry.meaning, []).append(entry)
    others = entries.pop(OTHER, [])
    return replace(block, entries=entries, others=others)


def _by_value(block: Block) -> list[Entry]:
    """All entries in the order printed, with the meaning that the value alone determines."""
    known = [entry for entries in block.entries.values() for entry in entries]
    lines = sorted([*known, *block.others], key=lambda each: each.line.line)
    taken = set(block.entries)
    resolved: list[Entry] = []
    for line in lines:
        meaning = _meaning_from_value(line.value.word, taken) if line.meaning == OTHER else line.meaning
        if meaning == OTHER and resolved:
            meaning = _meaning_after(resolved[-1], taken)
        taken.add(meaning)
        resolved.append(replace(line, meaning=meaning))
    return resolved


def _meaning_from_value(word: str, taken: set[str]) -> str:
    for meaning, pattern in _BY_VALUE.items():
        if meaning not in taken and pattern.fullmatch(word):
            return meaning
    methods = word.split(",")
    if "auth1" not in taken and all(each in AUTH_METHODS[AuthPhase.FIRST] for each in methods):
        return "auth1"
    if "auth1" in taken and "auth2" not in taken and all(each in AUTH_METHODS[AuthPhase.SECOND] for each in methods):
        return "auth2"
    return OTHER


def _meaning_after(entry: Entry, taken: set[str]) -> str:
    """The meaning of the next line: a preshared key follows its method, the source of the rule the quick mode."""
    if entry.meaning == "auth1" and _KEYED in entry.value.word.split(",") and "auth1psk" not in taken:
        return "auth1psk"
    return "source" if entry.meaning == "qmpfs" and "source" not in taken else OTHER


def _by_place(lines: Sequence[Entry]) -> list[Entry]:
    """The entries, with the meaning that the order gives to those before the action, if only one order fits."""
    end = next((number for number, line in enumerate(lines) if line.meaning == "action"), None)
    if end is None:
        return list(lines)
    head = lines[: end + 1]
    fitting = [order for order in _orders() if len(order) == len(head) and all(map(_fits, head, order))]
    if len(fitting) != 1:
        return list(lines)
    return [
        *(replace(each, meaning=meaning) for each, meaning in zip(head, fitting[0], strict=True)),
        *lines[end + 1 :],
    ]


@cache
def _orders() -> tuple[tuple[str, ...], ...]:
    """Every order in which a rule may be printed."""
    choices = [((), part) if part[0] in SOMETIMES else (part,) for part in RULE_ORDER]
    return tuple(tuple(meaning for part in parts for meaning in part) for parts in product(*choices))


def _fits(entry: Entry, meaning: str) -> bool:
    if entry.meaning != OTHER:
        return entry.meaning == meaning
    value = entry.value
    if meaning == "description":
        return True
    if meaning in {"endpoint1", "endpoint2", "localtunnelendpoint", "remotetunnelendpoint"}:
        return _is_word(value.text) or all(parse_address(part.text) is not None for part in value.split(","))
    if meaning in {"port1", "port2"}:
        return _is_word(value.text) or all(bool(parse_ports(part.text)) for part in value.split(",") if part.text)
    return _is_word(value.text) or meaning == "protocol"


def _is_word(text: str) -> bool:
    return _WORD.fullmatch(text) is not None
