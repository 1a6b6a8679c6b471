"""Properties read as words, numbers, flags, addresses and references."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.formats.kit.values import digits, unknown, word
from ipseclint.formats.powershell.instance import Instance
from ipseclint.formats.powershell.words import BOOLEANS, UNSET
from ipseclint.model.policy import Reference
from ipseclint.model.selectors import ANY_ADDRESS, Address, Addresses, parse_address
from ipseclint.model.setting import Setting, default
from ipseclint.source import Span
from ipseclint.vocabulary.builtin import DEFAULT_SET_NAMES

T = TypeVar("T")


def flag(item: Instance, name: str, diagnostics: Diagnostics, *aliases: str) -> Setting[bool] | None:
    """A boolean property; None if it is absent or null."""
    value = item.text(name, *aliases)
    return None if value is None else word(BOOLEANS, value, f"value of `{name}`", diagnostics)


def members(
    values: list[Token], bits: Mapping[int, T], names: Mapping[str, T], what: str, diagnostics: Diagnostics
) -> Setting[frozenset[T]] | None:
    """A set written as a number of bits, a word, or words with commas; None if nothing is written."""
    if not values:
        return None
    found: frozenset[T] = frozenset()
    for value in values:
        for part in value.split(","):
            mask = digits(part)
            if mask is not None and mask < 1 << 32 and mask & ~sum(bits) == 0:
                found |= {each for bit, each in bits.items() if mask & bit}
            elif part.word in names:
                found |= {names[part.word]}
            elif part.word not in UNSET:
                return Setting(unknown(part, what, diagnostics), values[0].span)
    return Setting(found, values[0].span)


def addresses(values: list[Token], span: Span, diagnostics: Diagnostics, *, names: bool = False) -> Setting[Addresses]:
    """A list of addresses; nothing written is any. With `names`, what is no address may be a DNS name."""
    found: dict[Address, None] = {}
    for each in values:
        address = parse_address(each.text)
        if address is None and names and _is_name(each.text):
            address = Address(name=each.text.strip())
        if address is None:
            return Setting(unknown(each, "address, subnet, range or address keyword", diagnostics), each.span)
        found[address] = None
    if not values:
        return default((ANY_ADDRESS,), span)
    return Setting((ANY_ADDRESS,) if ANY_ADDRESS in found else tuple(found), values[0].span)


def _is_name(text: str) -> bool:
    return all(part.replace("-", "").isalnum() for part in text.strip().split(".")) and not text.strip().isdigit()


def reference(item: Instance, name: str, kind: str) -> Reference | None:
    """The set that a property names; `Default` is the default set of its kind, `None` none."""
    value = item.text(name)
    if value is None or value.word == "none":
        return None
    target = DEFAULT_SET_NAMES[kind] if value.word == "default" else identity(value.text)
    return Reference(target=target, span=value.span)


def identity(text: str) -> str:
    """The id of an object without the store that some cmdlets write behind it."""
    return text.strip().partition("|")[0]
