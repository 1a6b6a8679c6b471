"""Values of the registry that a script sets where they are lacking: behind it they are there, either way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from ipseclint.formats.powershell.script.arguments.calls import read
from ipseclint.formats.powershell.script.arguments.registry_values import ASKS, answer, set_by
from ipseclint.formats.powershell.script.commands.registry import options_of
from ipseclint.formats.powershell.script.commands.value_commands import ALIASES
from ipseclint.formats.powershell.script.evaluator import Call, CommandError, Evaluator, LeaveError
from ipseclint.formats.powershell.script.flow.worlds import Assumed, Named
from ipseclint.formats.powershell.script.syntax.nodes import within
from ipseclint.formats.powershell.script.values.expressions import value_asked
from ipseclint.formats.powershell.script.values.lists import flat
from ipseclint.formats.powershell.script.values.texts import CHARACTERS_OF_A_STEP
from ipseclint.formats.powershell.script.values.value import Value, text_of, truth_of
from ipseclint.formats.registry.written import key_in_scripts
from ipseclint.late import late

_SETS = late(r"\b(?:(?:New|Set)-ItemProperty|sp|reg(?:\.exe)?\s++add)\b", re.IGNORECASE)
_LOOKS = late(r"\b(?:Get-Item(?:Property(?:Value)?)?|gi|gpv?|Test-Path|GetValue)\b", re.IGNORECASE)
_VARIABLE = late(r"\$(?:script:|global:)?(\w+)")
_PRINTS = ("write-", "out-null")
_ASKS = (*sorted(ASKS), "gi ", "gp ", "gpv ", "select", *_PRINTS)
"""How commands begin that print, and that may be carried out once more to try a condition."""
_CALLS = late(
    r"::(?:GetValue|IsNullOr(?:Empty|WhiteSpace))\b|\.(?:Contains|Equals|ToLower|ToString|ToUpper|Trim)\b",
    re.IGNORECASE,
)
"""Methods that a condition may call to be tried."""
_VALUE_IN_TEXT = late(r"\$\(\$[\w:]++(?:\.\w++)*+\)")
_MAX_VARIABLES_DEEP = 4
"""How many variables deep a question for the registry is traced (reasoned)."""
_MAX_FUNCTIONS = 4
"""Through how many functions a question for the registry is traced (reasoned)."""
_MAX_BYTES = 4_000
"""How much code a question for the registry may run to be tried: it runs twice more for each condition (reasoned: one
that asks for a value has a few lines)."""


def where_it_is_lacking(test: Node, block: Node, others: Sequence[Node], run: Evaluator) -> bool | None:
    """Whether a condition holds on a machine that lacks a value of the registry, which the branch then taken sets.

    None for any other condition: where it does not hold the other way round with the value set, or where the branch
    that is not taken does more than print.
    """
    if not any(_SETS.search(run.syntax.source(each)) for each in (block, *others)):
        return None
    sources = _sources(test, run)
    if sources is None:
        return None
    for truth, taken, passed in ((True, [block], others), (False, others, [block])):
        values = {} if not all(_only_prints(each, run) for each in passed) else _set_in(taken, run)
        without, with_them = (values and _tried(test, sources, Assumed(values, each), run) for each in (False, True))
        if (without, with_them) == (truth, not truth):
            return truth
    return None


def _sources(test: Node, run: Evaluator) -> dict[str, Node] | None:
    """What the variables of a condition were given that hang on a question for the registry, the first asked first.

    None where nothing in it asks for the registry, or where it does more than ask.
    """
    found: dict[str, Node] = {}
    nodes, asks = [test], False
    for _ in range(_MAX_VARIABLES_DEEP):
        carried_out = _carried_out(nodes, run)
        if carried_out is None:
            return None
        asks = asks or any(_LOOKS.search(run.syntax.source(each)) for each in carried_out)
        texts = [run.syntax.source(each) for each in nodes]
        names = dict.fromkeys(name.casefold() for text in texts for name in _VARIABLE.findall(text))
        given = {name: value for name in names if name not in found and (value := _not_known(name, run)) is not None}
        nodes = [run.syntax.fragment(value.start, value.end) for value in given.values()]
        found = {**dict(zip(given, nodes, strict=True)), **found}
        if not nodes:
            return found if asks else None
    return None


def _not_known(name: str, run: Evaluator) -> Value | None:
    """What a variable holds, if that is not known and stands somewhere."""
    value = run.look_up(name)
    return value if value is not None and value.is_unknown and value.end > value.start else None


def _runs_in_text(source: str) -> bool:
    """Whether more than a value may be put in a text, where what is run is no node of its own."""
    return "$(" in source and "$(" in _VALUE_IN_TEXT.sub("", source)


def _only_prints(node: Node, run: Evaluator) -> bool:
    """Whether a node carries out nothing but commands that print, and leaves nothing."""
    does_more = within(node, "invokation_expression", "flow_control_statement", in_blocks=True)
    if _runs_in_text(run.syntax.source(node)) or next(does_more, None) is not None:
        return False
    return all(each.startswith(_PRINTS) for each in _commands_in(node, run))


def _carried_out(nodes: Sequence[Node], run: Evaluator) -> list[Node] | None:
    """The nodes with what the functions hold that they call; None where they do more than ask for the registry, or are
    long."""
    all_of_them, met, length = list(nodes), set[str](), 0
    for node in all_of_them:
        size = node.end_byte - node.start_byte
        length += size
        if length > _MAX_BYTES:
            return None
        run.step(1 + size // CHARACTERS_OF_A_STEP)
        source, calls = run.syntax.source(node), within(node, "invokation_expression", in_blocks=True)
        if _runs_in_text(source) or not all(_CALLS.search(run.syntax.source(each)) for each in calls):
            return None
        for name, written in {each.split(None, 1)[0]: each for each in _commands_in(node, run)}.items():
            function = run.functions.get(name)
            if function is None and written.startswith(_ASKS):
                continue
            if function is None or len(met) >= _MAX_FUNCTIONS:
                return None
            if name not in met:
                all_of_them += filter(None, (function.holder, function.body))
            met.add(name)
    return all_of_them


def _commands_in(node: Node, run: Evaluator) -> Iterator[str]:
    """The commands in a node, folded."""
    return (f"{run.syntax.source(each).casefold()} " for each in within(node, "command", in_blocks=True))


def _set_in(blocks: Sequence[Node], run: Evaluator) -> dict[Named, Value]:
    """The values of the registry that a block sets, as far as they are known before it runs."""
    calls = (read(each, run) for block in blocks for each in within(block, "command", in_blocks=True))
    return dict(filter(None, (_set_by(call) for call in calls if call is not None)))


def _set_by(call: Call) -> tuple[Named, Value] | None:
    """The value that a command sets, `reg add` too, and to what."""
    if call.name.removesuffix(".exe") != "reg":
        return set_by(_as_named(call))
    words = [item for each in call.arguments if each.value is not None for item in flat(each.value)]
    options = options_of(words[2:])
    if len(words) < 2 or text_of(words[0]).casefold() != "add" or not {"/v", "/d"} <= options.keys():
        return None
    key, data = key_in_scripts(text_of(words[1])), options["/d"]
    return None if key is None or data.is_unknown else ((key.casefold(), text_of(options["/v"]).casefold()), data)


def _tried(test: Node, sources: dict[str, Node], assumed: Assumed, run: Evaluator) -> bool | None:
    """Whether a condition holds where that is assumed of the registry; what is assigned on the way is taken back."""
    run.variables.begin_way()
    run.worlds.assumed = assumed
    try:
        for name, source in sources.items():
            run.assign(name, run.pipeline(source))
        return truth_of(value_asked(test, run))
    except (CommandError, LeaveError):
        return None
    finally:
        run.worlds.assumed = None
        run.variables.end_way()


def fails_without(body: Node, caught: Node, run: Evaluator) -> bool:
    """Whether the one command of a `try` asks for a value of the registry that its `catch` sets."""
    values = _set_in([caught], run) if _SETS.search(run.syntax.source(caught)) else {}
    calls = (read(each, run) for each in within(body, "command")) if values else ()
    without = Assumed(values, are_there=False)
    return any(call is not None and answer(_as_named(call), without) is not None for call in calls)


def _as_named(call: Call) -> Call:
    return call._replace(name=ALIASES.get(call.name, call.name))
