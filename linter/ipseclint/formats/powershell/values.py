"""Property values: flags, ports and references."""

from __future__ import annotations

from ipseclint.formats.kit import read
from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.token import OpenToken
from ipseclint.formats.powershell.instance import Instance
from ipseclint.formats.powershell.words import BOOLEANS
from ipseclint.model.policy import Reference
from ipseclint.model.selectors import Ports
from ipseclint.model.setting import Setting, Unknown
from ipseclint.vocabulary.builtin import DEFAULT_SET_NAMES


def flag(item: Instance, name: str, diagnostics: Diagnostics, *aliases: str) -> Setting[bool] | None:
    """A boolean property; None if absent or null."""
    value = item.text(name, *aliases)
    return None if value is None else read.word(value, BOOLEANS, f"value of `{name}`", diagnostics)


def ports(item: Instance, name: str, diagnostics: Diagnostics) -> Setting[Ports] | None:
    """The ports of a property; None if it is absent or null.

    Of a script each port is a text of its own, as its cmdlets take them: a number, a range or a keyword.
    """
    tokens = item.texts(name)
    known = [token for token in tokens if not isinstance(token, OpenToken)] if item.is_complete else []
    listed = next((token for token in known if "," in token.text), None)
    if listed is None:
        return read.ports(tokens, diagnostics)
    diagnostics.unknown_value(f"unknown port {quoted(listed.text)}: each port is a text of its own", listed.span)
    return Setting(Unknown(listed.text), listed.span)


def reference(item: Instance, name: str, kind: str) -> Reference | None:
    """The set that a property names; `Default` is the default set of its kind; None if it names none."""
    value = item.text(name)
    if value is None or (folded := value.word) == "none":
        return None
    named = value.text if item.is_complete else identity(value.text)
    target = DEFAULT_SET_NAMES[kind] if folded == "default" else named
    return Reference(target=target, span=value.span)


def identity(text: str) -> str:
    """The id of an object, without the store that some cmdlets append."""
    return text.strip().partition("|")[0]
