"""What each property of an object changes, by class, is as stored: alone, and left out beside all others.

Where an object has all that are read, each is its own name, so that what is read tells which of several names counts.
After a change that is meant, `python -m tests.formats.powershell.test_stored_properties` stores it anew: read the
difference.
"""

from __future__ import annotations

import pytest
from tests import ROOT
from tests.formats.spoilt import differences
from tests.formats.stored_inputs import said_of

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import OpenToken, Token
from ipseclint.formats.powershell.contents import KINDS
from ipseclint.formats.powershell.decode import decode
from ipseclint.formats.powershell.filters import CMDLETS
from ipseclint.formats.powershell.instance import Instance, Node
from ipseclint.formats.powershell.properties import READ
from ipseclint.source import Span
from ipseclint.vocabulary.builtin import DEFAULT_SET_NAMES

STORED = ROOT / "tests" / "data" / "properties.txt"
PATH = "p"
VALUES: tuple[tuple[str, Node], ...] = (
    ("a number", Token("1", PATH, 1, 9)),
    ("a word", Token("True", PATH, 1, 9)),
    ("a time", Token("2026-03-04", PATH, 1, 9)),
    ("an open word", OpenToken("$x", PATH, 1, 9)),
    ("nothing", None),
    ("two", [Token("10.0.0.1", PATH, 1, 9), Token("10.0.0.9", PATH, 1, 19)]),
    ("an object", Instance("", Span(PATH, 2, 1), {"cipheralgorithm": Token("65003", PATH, 2, 2)})),
)
_NOT_READ = "members that are not read"
IDS = {
    "msft_netikemmcryptoset": DEFAULT_SET_NAMES["main-mode-crypto"],
    "msft_netikeqmcryptoset": DEFAULT_SET_NAMES["quick-mode-crypto"],
    "msft_netikep1authset": DEFAULT_SET_NAMES["first-authentication"],
}
"""Sets of these classes are the default ones."""
RULE = {"instanceid": Token("r", PATH, 9, 1), "mode": Token("2", PATH, 9, 2)}


def said(class_name: str, properties: dict[str, Node], *, is_complete: bool = False) -> list[str]:
    """What is read of an object of a class, and of a rule beside it if it is a filter."""
    diagnostics = Diagnostics(PATH)
    item = Instance(class_name, Span(PATH, 1, 1), properties, is_complete)
    beside = [Instance("msft_netconsecrule", Span(PATH, 9, 1), dict(RULE))] if class_name in CMDLETS else []
    return list(said_of(decode([item, *beside], diagnostics), PATH, defaults=True))


def named(name: str) -> Node:
    """A value by which a property is known: its own name."""
    return Token(name, PATH, 3, 1)


def answers(pairs: set[tuple[str, ...]] | None = None) -> list[str]:
    """What each property changes; `pairs` are the classes and properties that are tried, all without it."""
    told: list[str] = []
    for class_name in (*KINDS, *CMDLETS):
        identity = "r" if class_name in CMDLETS else IDS.get(class_name)
        alone: dict[str, Node] = {} if identity is None else {"instanceid": Token(identity, PATH, 1, 1)}
        bare, scripted = said(class_name, dict(alone)), said(class_name, dict(alone), is_complete=True)
        told += [f"# {class_name}", *bare, "# in a script", *differences(bare, scripted)]
        whole = {name: named(name) for name in sorted(READ)} | alone
        beside = said(class_name, dict(whole))
        for name in sorted(READ):
            if pairs is not None and (class_name, name) not in pairs:
                continue
            changes = {title: differences(bare, said(class_name, {**alone, name: value})) for title, value in VALUES}
            in_script = said(class_name, {**alone, name: VALUES[0][1]}, is_complete=True)
            changes["a number in a script"] = differences(scripted, in_script)
            rest = {key: value for key, value in whole.items() if key != name}
            changes["left out"] = differences(beside, said(class_name, rest))
            for title, new in changes.items():
                if any(_NOT_READ not in line for line in new):
                    told += [f"# {class_name} {name}: {title}", *new]
    return told


@pytest.mark.drawn(3)
def test_each_property_changes_what_is_stored() -> None:
    stored = STORED.read_text("utf-8").splitlines()
    titled = [line[2:].partition(":")[0] for line in stored if line.startswith("# ")]
    assert answers({tuple(title.rsplit(" ", 1)) for title in titled}) == stored


if __name__ == "__main__":
    STORED.write_text("\n".join([*answers(), ""]), "utf-8", newline="\n")
