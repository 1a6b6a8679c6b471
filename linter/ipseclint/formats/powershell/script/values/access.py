"""Properties, elements and method calls: the nodes of the syntax tree that access a member."""

from __future__ import annotations

import re

from tree_sitter import Node

from ipseclint.formats.powershell.script.arguments.binding import Argument
from ipseclint.formats.powershell.script.commands import net_processes, services
from ipseclint.formats.powershell.script.commands.picking import let_through
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator
from ipseclint.formats.powershell.script.flow.running import roots_of, run_for_each
from ipseclint.formats.powershell.script.syntax.nodes import core_of
from ipseclint.formats.powershell.script.values import changes, members, static_members, xml_objects
from ipseclint.formats.powershell.script.values.conversions import type_in
from ipseclint.formats.powershell.script.values.lists import collected, flat, items_of
from ipseclint.formats.powershell.script.values.texts import (
    CHARACTERS_OF_A_STEP,
    ITEMS_OF_A_STEP,
    ITEMS_PASSED_IN_A_STEP,
    word_value,
)
from ipseclint.formats.powershell.script.values.typed import certain
from ipseclint.formats.powershell.script.values.value import (
    Block,
    EnumWord,
    Nothing,
    Perhaps,
    Table,
    Unknown,
    Value,
    as_part,
    number_of,
    text_of,
    truth_of,
)
from ipseclint.late import late

_PRINTS = late(r"\[(?:system\.)?(?:console|datetime|string|math|io\.path)\]", re.IGNORECASE)
_RUNS_TEXT = frozenset(
    {"addcommand", "addscript", "addstatement", "exec", "invokescript", "newscriptblock", "run", "shellexecute"}
)
"""Methods of hosts and COM objects that run a text, or a program with arguments."""
_LOOKS = late(
    r"add(?:days|hours|minutes|seconds|range|argument|parameters?)?\Z|append|clear\Z|clone\Z|close|compareto|contains|count"
    r"|debug|dispose|endswith|enumerate|equals|error|exists|find|foreach|format|get|has|index|info|insert|is|join|lastindex|load"
    r"|log|match|open|pad|query|read|replace|show|split|startswith|substring|to|trim|trace|wait|warn|where|write"
)
"""Prefixes of methods that leave policy unchanged, whatever their arguments."""
_WRITES_KEYS = frozenset({"createsubkey", "deletesubkey", "deletesubkeytree"})
""".NET methods that change a registry key; also `OpenSubKey` if it opens for writing."""
_ASKS_WHAT_IF = frozenset({"shouldprocess", "shouldcontinue"})
_BY_REFERENCE = late(r"\[ref\][ \t]*\$\{?(\w{1,100})\b", re.IGNORECASE)
"""A variable passed by reference, which the method sets."""
_WRITES_FILE = {
    "writealltext": "set-content",
    "writealllines": "set-content",
    "appendalltext": "add-content",
    "appendalllines": "add-content",
}
"""Methods of `System.IO.File`, each with the cmdlet that does the same."""
_READS_FILE = frozenset({"readalltext", "readalllines"})
_REGISTRY = late(r"\[(?:Microsoft\.Win32\.)?Registry\]", re.IGNORECASE)
_OF_REGISTRY = {
    "setvalue": ("set-itemproperty", ("path", "name", "value", "propertytype")),
    "getvalue": ("get-itempropertyvalue", ("path", "name")),
}
"""The cmdlet that does what a method of `Microsoft.Win32.Registry` does, and its parameters by the method's arguments.

What `GetValue` gives in place of a value that is lacking is left out.
"""


def member(node: Node, run: Evaluator) -> Value:
    """The value of a property."""
    children = node.named_children
    if len(children) < 2:
        return Value(Unknown("a member not followed"), node.start_byte, node.end_byte)
    name = _member_name(children[1], run)
    if children[0].type == "type_literal":
        kind = run.syntax.source(children[0])
        statics = run.classes.statics(type_in(kind), run)
        if statics is not None:
            held = statics.values.get(name)
            if held is not None and not isinstance(held.data, EnumWord):
                return held
            return Value(None if held is None else held.data, node.start_byte, node.end_byte)
        data = static_members.member(kind, name)
    else:
        holder = run.value(children[0])
        if name == "psobject" and isinstance(holder.data, Table):
            run.step(len(holder.data.values) // ITEMS_OF_A_STEP)
        if isinstance(holder.data, list) and name in members.SIZES:
            run.step(len(holder.data) // ITEMS_OF_A_STEP)
        found = members.member(holder, name)
        value = found if isinstance(found, Value) else Value(found, node.start_byte, node.end_byte)
        return Perhaps(*value) if isinstance(holder, Perhaps) else value
    return Value(data, node.start_byte, node.end_byte)


def _member_name(node: Node, run: Evaluator) -> str:
    core = core_of(node)
    if core.type in {"simple_name", "member_name", "type_identifier", "generic_token"}:
        return text_of(word_value(core.start_byte, core.end_byte, run)).strip().casefold()
    return text_of(run.value(core)).casefold()


def call(node: Node, run: Evaluator) -> Value:
    """The result of a method call, whose effects are carried out."""
    children = node.named_children
    start, end = node.start_byte, node.end_byte
    if len(children) < 2:
        return Value(Unknown("a call not followed"), start, end)
    name = _member_name(children[1], run)
    arguments = [
        run.value(each)
        for holder in children[2:]
        for listed in holder.named_children
        for each in (listed.named_children if listed.type == "argument_expression_list" else [listed])
    ]
    for match in _BY_REFERENCE.finditer(run.syntax.text, children[1].end_byte, end):
        run.assign(match[1].casefold(), Value(Unknown("what a method puts into it"), start, end))
    if children[0].type == "type_literal":
        return _static_call(run.syntax.source(children[0]), name, arguments, (start, end), run)
    if name in _RUNS_TEXT or name in _WRITES_KEYS or (name == "opensubkey" and len(arguments) > 1):
        run.call(Call(f".{name}", [], None, start, end))
    return _call_of_value(run.value(children[0]), name, arguments, (start, end), run)


def _handed(values: list[Value]) -> list[Argument]:
    """Values as positional arguments of a command."""
    return [Argument(None, value, value.start, value.end) for value in values]


def _static_call(kind: str, name: str, arguments: list[Value], place: tuple[int, int], run: Evaluator) -> Value:
    """What a method of a type gives: a class of the script, files, a text made a block, or a type of .NET."""
    start, end = place
    if (own := _of_classes(kind, name, arguments, place, run)) is not None:
        return own
    if name in _READS_FILE and arguments:
        is_raw = [Argument("raw", None, start, end)] if name == "readalltext" else []
        return collected(run.call(Call("get-content", _handed(arguments[:1]) + is_raw, None, start, end)), start, end)
    if (writer := _WRITES_FILE.get(name)) is not None and len(arguments) > 1:
        run.call(Call(writer, _handed(arguments[:2]), None, start, end))
        return Value(None, start, end)
    of_registry = _OF_REGISTRY.get(name) if len(arguments) > 2 and _REGISTRY.fullmatch(kind) else None
    if of_registry is not None:
        key, *rest = arguments
        if not key.is_unknown:  # .NET knows no drives
            key = Value(f"Registry::{text_of(key)}", key.start, key.end)
        cmdlet, parameters = of_registry
        named = zip(parameters, [key, *rest], strict=False)
        listed = [Argument(what, each, *place) for what, each in named]
        return collected(run.call(Call(cmdlet, listed, None, start, end)), start, end)
    if kind.casefold() == "[scriptblock]" and name == "create" and len(arguments) == 1:
        roots = roots_of(arguments[0], run)
        if roots is not None and len(roots) == 1:
            return Value(Block(roots[0]), start, end)
    given = static_members.call(kind, name, [as_part(each) for each in arguments])
    if isinstance(given, Unknown) and not _PRINTS.fullmatch(kind):
        run.call(Call(f"{kind}::{name}", [], None, start, end))  # it may do what its words say
    return certain(Value(given, start, end), run)


def _of_classes(kind: str, name: str, arguments: list[Value], place: tuple[int, int], run: Evaluator) -> Value | None:
    """What a static method of a class of the script, or of a process, gives; None for other types."""
    type_name = type_in(kind)
    if run.classes.has(type_name):
        if name == "new":
            return run.classes.new(type_name, arguments, place, run)
        return run.classes.call(type_name, None, name, arguments, run)
    if name == "new":
        return services.controller(kind, arguments, place) or net_processes.made(kind, arguments, *place)
    return net_processes.started(kind, name, arguments, place, run)


def _call_of_value(holder: Value, name: str, arguments: list[Value], place: tuple[int, int], run: Evaluator) -> Value:
    """The result of a method of a value: of an object of the script, of a block, or of a .NET type."""
    start, end = place
    if name in _ASKS_WHAT_IF and (preference := run.look_up("whatifpreference")) is not None:
        truth = truth_of(preference)
        return Value(preference.data if truth is None else not truth, start, end)
    if isinstance(holder.data, Table) and holder.data.kind:
        of_object = net_processes.started(holder, name, arguments, place, run)
        of_object = of_object or run.classes.call(holder.data.kind, holder, name, arguments, run)
        if of_object is not None:
            return of_object
    if name.startswith("select"):
        run.step(xml_objects.size_of(holder) // xml_objects.ELEMENTS_OF_A_STEP)
    if isinstance(holder.data, Block) and name in {"invoke", "invokereturnasis"}:
        return collected(run.call_block(holder.data, Call("", _handed(arguments), None, start, end)), start, end)
    block = next((each.data for each in arguments if isinstance(each.data, Block)), None)
    if name in {"foreach", "where"} and block is not None:
        found = _each(name, holder, block, run, start, end)
        return found if name == "foreach" or len(arguments) < 2 else _picked(holder, found, arguments[1:])
    own = holder.data.values.get(name) if isinstance(holder.data, Table) else None
    if own is not None and isinstance(own.data, Block):
        run.assign("this", holder)
        return collected(run.call_block(own.data, Call("", _handed(arguments), None, start, end)), start, end)
    if (cmdlet := services.cmdlet_of(holder, name)) is not None:
        return collected(run.call(Call(cmdlet, (), list(flat(holder)), start, end)), start, end)
    if (changed := changes.change(holder, name, [as_part(each) for each in arguments], run)) is not None:
        return certain(changed, run) if changed.data is not None else Nothing(None, start, end)
    return _given_back(holder, name, arguments, run, start, end)


def _given_back(holder: Value, name: str, arguments: list[Value], run: Evaluator, start: int, end: int) -> Value:
    """The result of a method that changes nothing."""
    if isinstance(holder.data, str):
        run.step(len(holder.data) // CHARACTERS_OF_A_STEP)
    given_back = members.call(as_part(holder), name, [as_part(each) for each in arguments])
    if isinstance(given_back, Unknown) and name not in _RUNS_TEXT | _WRITES_KEYS and not _LOOKS.match(name):
        # It may do what its words say, change what it is of, or run a block, as when a button of a form is pressed.
        handed = _handed([each for each in arguments if isinstance(each.data, Block)])
        run.call(Call(f".{name}", handed, list(flat(holder)), start, end))
    result = certain(Value(given_back, start, end), run)
    if run.syntax.has_document and name == "replace" and len(arguments) == _WORDS_OF_REPLACE:
        run.pieces.replaced(holder, text_of(arguments[0]), arguments[1], result)
    return result


_WORDS_OF_REPLACE = 2


def _each(name: str, holder: Value, block: Block, run: Evaluator, start: int, end: int) -> Value:
    found: list[Value] = []
    for item in items_of(holder):
        if name == "foreach":
            found += run_for_each(block, item, start, end, run)
            continue
        with run.repeating.of_item(item, block.node, "_", "psitem"):
            given = run.run_block(block, item)
        found += let_through(item, truth_of(collected(given, start, end)), (start, end), run)
    return Value(found, start, end)


def _picked(holder: Value, found: Value, options: list[Value]) -> Value:
    """Which of the items found `.Where` returns, if its arguments choose."""
    mode, kept, all_ = text_of(options[0]).casefold(), items_of(found), items_of(holder)
    number = number_of(options[1]) if len(options) > 1 else None
    most = len(all_) if number is None or number <= 0 else int(number)
    chosen = {id(each) for each in kept}
    first = next((at for at, each in enumerate(all_) if id(each) in chosen), len(all_))
    rest = [each for each in all_ if id(each) not in chosen]
    split = [Value(part, found.start, found.end) for part in (kept[:most], rest + kept[most:])]
    picked = {
        "default": kept[:most],
        "first": kept[: most if number is not None else 1],
        "last": kept[-(most if number is not None else 1) :],
        "skipuntil": all_[first:][:most],
        "until": all_[:first][:most],
        "split": split,
    }.get(mode)
    is_known = picked is not None and not any(each.is_unknown for each in map(as_part, options))
    data = picked if is_known else Unknown("what `where()` gives")
    return Value(data, found.start, found.end)


def element(node: Node, run: Evaluator) -> Value:
    """The element of a list at an index, or the value of a table under a key."""
    children = node.named_children
    start, end = node.start_byte, node.end_byte
    if len(children) < 2:
        return Value(Unknown("an element not followed"), start, end)
    holder, index = run.value(children[0]), run.value(children[1])
    if isinstance(holder.data, list):
        run.step(len(holder.data) // ITEMS_PASSED_IN_A_STEP)
    found = members.element(holder, index)
    value = found if isinstance(found, Value) else Value(found, start, end)
    return Perhaps(*value) if isinstance(holder, Perhaps) else value
