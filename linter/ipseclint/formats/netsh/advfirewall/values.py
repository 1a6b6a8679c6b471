"""Values of `netsh advfirewall` tags that are lists: of words, addresses or ports. Their place is the whole list's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from ipseclint.formats.kit import read
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.model.selectors import Addresses, Ports
from ipseclint.model.setting import Setting, Unknown

T = TypeVar("T")


def words(
    value: Token, table: Mapping[str, frozenset[T]], what: str, diagnostics: Diagnostics
) -> Setting[frozenset[T]]:
    """Words that each stand for members of a set."""
    return _whole(value, read.union(value.split(","), table, what, diagnostics))


def addresses(value: Token, diagnostics: Diagnostics) -> Setting[Addresses]:
    """Addresses, subnets, ranges and keywords."""
    return _whole(value, read.addresses(value.split(","), diagnostics))


def ports(value: Token, diagnostics: Diagnostics) -> Setting[Ports]:
    """Ports and port ranges; any is empty."""
    return _whole(value, read.ports(value.split(","), diagnostics))


def _whole(value: Token, setting: Setting[T] | None) -> Setting[T]:
    if setting is None or isinstance(setting.value, Unknown):
        return Setting(Unknown(value.text, hidden=setting is not None and _is_hidden(setting)), value.span)
    return Setting(setting.value, value.span)


def _is_hidden(setting: Setting[T]) -> bool:
    return isinstance(setting.value, Unknown) and setting.value.hidden
