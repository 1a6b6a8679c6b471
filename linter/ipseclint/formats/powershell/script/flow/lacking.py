"""Code that runs only if the machine already has policy, which it is assumed not to have; and only if a value is given,
which a script leaves empty and asks for."""

from __future__ import annotations

import re
from itertools import islice

from tree_sitter import Node

from ipseclint.formats.powershell.script.evaluator import Evaluator
from ipseclint.formats.powershell.script.syntax.nodes import statements_in
from ipseclint.formats.powershell.script.values.lists import items_of
from ipseclint.formats.powershell.script.values.value import TO_FILL_IN, Unknown, Value
from ipseclint.late import late
from ipseclint.vocabulary.cmdlets import cmdlet
from ipseclint.vocabulary.ipsec_tools import mention_within

_LOOKS = late(r"\bGet-(?:Net(?:IPsec|Firewall)|Vpn)\w*", re.IGNORECASE)
"""Queries for the machine's policy objects."""
TAKES_OUT = late(r"\b(?:Remove|Save|Open)-\w+", re.IGNORECASE)
"""Commands without effect on a machine without policy."""
_VARIABLE = late(r"\$(?:\w+:)?(\w+)")
_LEAVES = late(r"(?:throw|exit|return|break|continue)\b", re.IGNORECASE)
_HAS_CMDLET = late(
    r"[\s(]*+(?P<no>(?:!|-not\b)[\s(]*+)?(?:\$null\s++-ne\s++)?[\s(]*+(?:Get-Command|gcm)\s++(?:-Name\s++)?['\"]?"
    r"(?P<name>[a-z]++-[a-z0-9]++)['\"]?"
    r"(?:\s++-(?:ErrorAction|ea|Module|CommandType)(?:\s++|:)['\"]?\w++['\"]?)*+[\s)]*+(?:-ne\s++\$null\s*+)?\)*+",
    re.IGNORECASE,
)
"""A condition that asks the machine for a cmdlet, and nothing else."""
_ENDS = late(r"(?<![\w$-])(?:exit|throw|return)\b", re.IGNORECASE)
_EMPTY = late(r"[\"']{0,2}|\$null", re.IGNORECASE)
_SAMPLE = late(r"\A<[^<>]*+>\Z|(?<![a-z])(?:replace|change|your|placeholder|fill|todo|fixme|x{3})", re.IGNORECASE)
"""A text that stands for the one to be given."""
_WHERE_NONE = late(
    r"\bif\s*+\(\s*+(?:(?:!|-not\b)\s*+\(?\s*+\$(\w++)|\$null\s++-eq\s++\$(\w++)|\$(\w++)\s++-eq\s++\$null)\s*+\)",
    re.IGNORECASE,
)
"""A condition that asks whether a variable holds nothing."""
_MAX_BEHIND = 4000
"""How many characters behind an `if` are looked at for one that makes what it asks for (reasoned)."""
_MAX_VARIABLES_DEEP = 16
"""How many variables deep a query is traced (reasoned)."""


def is_asked_of_machine(node: Node, run: Evaluator, *, is_lacking: bool = True) -> bool:
    """Whether a node's output depends on policy of the machine, which is assumed to have none.

    `is_lacking` is false if the node's own query found objects.
    """
    source = run.syntax.source(node)
    return _is_asked(source if is_lacking else _LOOKS.sub("", source), run)


def _is_asked(text: str, run: Evaluator) -> bool:
    """Whether a text asks for policy, or a variable in it holds nothing that what it holds was asked for in turn."""
    texts, seen = [text], set[str]()
    for _ in range(_MAX_VARIABLES_DEEP + 1):
        if any(_LOOKS.search(each) is not None for each in texts):
            return True
        names = {name.casefold() for each in texts for name in _VARIABLE.findall(each)} - seen
        seen |= names
        texts = [source for name in names if (source := _source_of_nothing(name, run))]
    return False


def _source_of_nothing(name: str, run: Evaluator) -> str:
    """What a variable was given where that is nothing; empty where it is something, or not known."""
    value = run.look_up(name)
    is_nothing = value is not None and not value.is_unknown and not items_of(value)
    return run.syntax.text[value.start : value.end] if value is not None and is_nothing else ""


def _is_lacking(name: str, run: Evaluator) -> bool:
    return _is_asked(_source_of_nothing(name.casefold(), run), run)


def has_cmdlet(test: Node, run: Evaluator) -> bool | None:
    """Whether a condition holds that asks the machine for a cmdlet that sets policy; None for any other.

    Windows has had these cmdlets since 8 and Server 2012; without them nothing of what they set here is set.
    """
    asked = _HAS_CMDLET.fullmatch(run.syntax.source(test))
    if asked is None or cmdlet(asked["name"]) is None:
        return None
    return asked["no"] is None


def take_for_there(node: Node, run: Evaluator) -> dict[str, Value]:
    """Assume that the machine has what a node asks for, with unknown content; the former values of its variables."""
    before: dict[str, Value] = {}
    for name in {name.casefold() for name in _VARIABLE.findall(run.syntax.source(node))}:
        value = run.look_up(name)
        if value is not None and _is_lacking(name, run):
            before[name] = value
            run.assign(name, Value(Unknown("what the machine has"), value.start, value.end))
    return before


def passes_guard(test: Node, block: Node, run: Evaluator, *, is_asked: bool) -> bool:
    """Whether a guard is passed on what it asks for: policy of the machine, or a value that the script leaves empty."""
    if is_asked:
        take_for_there(test, run)
    return is_asked or _take_for_filled_in(test, block, run)


def _take_for_filled_in(test: Node, block: Node, run: Evaluator) -> bool:
    """Assume that what a script leaves empty is filled in, if a guard ends the script without; whether it is so.

    A script that never runs as it stands is meant to be given a key or a name.
    """
    if _ENDS.search(run.syntax.source(block)) is None:
        return False
    empty: list[tuple[str, Value]] = []
    for name in {name.casefold() for name in _VARIABLE.findall(run.syntax.source(test))}:
        value = run.look_up(name)
        if value is not None and _is_to_be_given(value, run.syntax.text[value.start : value.end]):
            empty.append((name, value))
    for name, value in empty:
        run.assign(name, value._replace(data=Unknown(TO_FILL_IN)))
    return bool(empty)


def _is_to_be_given(value: Value, written: str) -> bool:
    """Whether a script leaves a value empty, or writes a text there that only stands for it."""
    if not isinstance(value.data, str | None):
        return False
    if not value.data:
        return _EMPTY.fullmatch(written) is not None
    return value.data == written and _SAMPLE.search(written) is not None


def changes_policy(node: Node, run: Evaluator) -> bool:
    """Whether a node changes policy, other than by removing objects."""
    return mention_within(TAKES_OUT.sub("", run.syntax.source(node))) is not None


def is_guard(block: Node, run: Evaluator) -> bool:
    """Whether a block only leaves its enclosing block, perhaps with a message."""
    return bool(leaving_by(block, run)) and not changes_policy(block, run)


def leaving_by(block: Node, run: Evaluator) -> str:
    """The keyword by which the last statement of a block leaves it; empty if it does not."""
    held = list(statements_in(block))
    left = _LEAVES.match(run.syntax.source(held[-1])) if held else None
    return "" if left is None else left[0].casefold()


def leaves_to_what_makes_it(block: Node, run: Evaluator) -> bool:
    """Whether a block leaves its enclosing block, and the code behind that block makes what this one changes."""
    if not leaving_by(block, run):
        return False
    return mention_within(TAKES_OUT.sub("", _behind(block, run))) is not None


def is_made_behind(test: Node, block: Node, run: Evaluator) -> bool:
    """Whether an `if` behind that of a block makes what the block's condition asks for, where there is none."""
    asked = {name.casefold() for name in _VARIABLE.findall(run.syntax.source(test)) if _is_lacking(name, run)}
    behind = _behind(block, run)[:_MAX_BEHIND] if asked else ""
    found = (match for match in _WHERE_NONE.finditer(behind) if (match[1] or match[2] or match[3]).casefold() in asked)
    made = (behind[match.end() :].partition("}")[0] for match in islice(found, 1))
    return any(mention_within(TAKES_OUT.sub("", each)) is not None for each in made)


def _behind(block: Node, run: Evaluator) -> str:
    """What stands behind the `if` that a block is of, in what that stands in."""
    statement: Node | None = block
    while statement is not None and statement.type != "if_statement":
        statement = statement.parent
    around = None if statement is None else statement.parent
    return "" if statement is None or around is None else run.syntax.text[statement.end_byte : around.end_byte]
