"""Commands as written: the name, the arguments, and redirection of the output."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tree_sitter import Node

from ipseclint.formats.kit.token import OTHER_DASHES
from ipseclint.formats.powershell.script.arguments.binding import Argument
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator
from ipseclint.formats.powershell.script.syntax.nodes import core_of
from ipseclint.formats.powershell.script.values.lists import collected
from ipseclint.formats.powershell.script.values.texts import PLAIN, plain_parts, plain_value, word_value
from ipseclint.formats.powershell.script.values.value import (
    FUNCTION,
    Block,
    NumberWord,
    Table,
    Unknown,
    Value,
    number_in,
    text_of,
)
from ipseclint.late import late

COMMANDS = frozenset({"command", "command_name", "path_command_name"})
"""Kinds of nodes that are commands."""
_ESCAPE = "\x1b"
"""What PowerShell 7 reads for a backtick before `e`: no command name contains it. Windows PowerShell reads `e`."""
_BETWEEN_ARGUMENTS = frozenset({"command_argument_sep", "comment"})
_BODY_BLOCKS = frozenset({"begin", "process", "end"})
"""The blocks of a script's own body, which the grammar takes for commands."""
_REDIRECTION = late(r"[\d*]?>>?(?:&\d)?")
_MEMBER = late(r"\$\w{1,100}(?:\.\w{1,100}){1,8}")
"""A property that names what is called, as in `. $file.FullName`."""
_PRINTS = frozenset(
    {"write-host", "write-verbose", "write-debug", "write-warning", "write-information", "write-progress"}
)
_VALUES = r"\$\(\$[\w:]++(?:\.\w++)*+\)|\$(?!\()"
_ONLY_VALUES = late(
    r"(?:[^'\"`\u2018-\u201e$(){}=;|&\[+-]++|'[^'\u2018-\u201b]*+'"
    rf"|\"(?:[^\"`\u201c-\u201e$]|`.|{_VALUES})*+\""
    rf"|`\r?\n|[+-](?![+-])|{_VALUES}|(?<=[\s(,])\((?=[\"'\d$])|\))*+",
    re.DOTALL,
)
"""Commands that print; and arguments in which nothing can be run or assigned, so that they need not be looked at."""
_SEPARATOR = r"(?:[ \t]++(?:`\r?\n[ \t]++)?|\Z)"
_NAME = late(rf"([A-Za-z][\w-]*+){_SEPARATOR}")
_ARGUMENT = late(
    r"(?:-(?P<parameter>[A-Za-z_]\w*+)|@(?P<table>\w++)|(?P<word>[A-Za-z_][\w.:*\\/-]*+)"
    rf"|{PLAIN}){_SEPARATOR}"
)
"""The name of a command; and a plain argument of one, each with what parts it from the next."""
_QUOTED = frozenset({"single", "double"})


def command(node: Node, piped: list[Value] | None, run: Evaluator) -> list[Value]:
    """The output of a command, given the objects piped into it, if any."""
    run.step()
    start, end = node.start_byte, node.end_byte
    word = _NAME.match(run.syntax.text, start, end)
    if word is not None:
        plain_name, behind = word[1].casefold(), word.end()
        if _is_printed(plain_name, behind, end, run):
            return run.printed()
        plain = plain_parts(_ARGUMENT, behind, end, run)
        if plain is not None:
            return run.call(Call(plain_name, [_plain_argument(each, run) for each in plain], piped, start, end))
    while node.type not in COMMANDS and node.named_child_count:
        node = node.named_children[0]
    name, arguments = _name_and_arguments(node, run)
    if name is None:
        return []
    if isinstance(name.data, Table) and name.data.kind == FUNCTION:
        name = name.data.values["scriptblock"]
    given = _given(name, Call("", arguments, piped, start, end), run)
    is_redirected = bool(given) and ">" in run.syntax.text[start:end]  # to look at the nodes again takes time
    for child in node.named_children if is_redirected else ():
        if child.type == "command_elements" and redirect(child, given, run):
            given = []
    return given


def read(node: Node, run: Evaluator) -> Call | None:
    """A command as it is written, which is not run; None where it runs another, or has no plain name."""
    if "(" in run.syntax.source(node):
        return None
    name, arguments = _name_and_arguments(node, run)
    if name is None or not isinstance(name.data, str):
        return None
    return Call(name.data.casefold(), arguments, None, node.start_byte, node.end_byte)


def _given(name: Value, call: Call, run: Evaluator) -> list[Value]:
    """The output of what has this name, or is it."""
    if isinstance(name.data, Block):
        if run.syntax.text[call.start] == "." and not call.arguments and call.piped is None:
            return run.run_block(name.data, None)
        return run.call_block(name.data, call)
    text = "" if name.is_unknown else text_of(name).strip().replace(_ESCAPE, "e").casefold()
    if text in _BODY_BLOCKS and (body := _block_alone(call.arguments)) is not None:
        return run.run_block(body, None)
    return run.call(call._replace(name=text))


def _block_alone(arguments: Sequence[Argument]) -> Block | None:
    """The block that is a command's only argument; None otherwise."""
    value = arguments[0].value if len(arguments) == 1 else None
    return value.data if value is not None and isinstance(value.data, Block) else None


def _name_and_arguments(node: Node, run: Evaluator) -> tuple[Value | None, list[Argument]]:
    """The name and the arguments of a command."""
    name: Value | None = None
    arguments: list[Argument] = []
    for child in node.named_children if node.type == "command" else [node]:
        if child.type in COMMANDS or child.type == "command_name_expr":
            core = core_of(child)
            is_word = core.type in COMMANDS or core.type == "path_command_name_token"
            if is_word and _MEMBER.fullmatch(run.syntax.text, core.start_byte, core.end_byte):
                fragment = run.syntax.fragment(core.start_byte, core.end_byte)
                name = collected(run.statements(fragment), core.start_byte, core.end_byte)
            else:
                name = word_value(core.start_byte, core.end_byte, run) if is_word else run.value(core)
        elif child.type == "command_elements":
            called = name.data if name is not None and isinstance(name.data, str) else ""
            is_printed = _is_printed(called.casefold(), child.start_byte, child.end_byte, run)
            arguments = [] if is_printed else _arguments(child, run)
    return name, arguments


def _plain_argument(match: re.Match[str], run: Evaluator) -> Argument:
    start, kind = match.start(), match.lastgroup or ""
    end = match.end(kind)
    if kind == "parameter":
        return Argument(match[kind], None, start, end)
    if kind == "table":
        return _splat(start, end, run)
    value = plain_value(match, run)
    if kind == "number":
        value = _as_written(value, start, end, run)
    return Argument(None, value, start, end + match.start(kind) - start if kind in _QUOTED else end)


def _is_printed(name: str, start: int, end: int, run: Evaluator) -> bool:
    """Whether these are values passed to a Windows command that only prints them, so that they do not matter."""
    if name not in _PRINTS or run.is_own(name):
        return False
    return _ONLY_VALUES.fullmatch(run.syntax.text, start, end) is not None


_DASHES = f"-{OTHER_DASHES}"


def _arguments(node: Node, run: Evaluator) -> list[Argument]:
    arguments: list[Argument] = []
    text = run.syntax.text
    is_redirected = False
    for child in node.named_children:
        kind = child.type
        if kind in _BETWEEN_ARGUMENTS or kind.startswith("redirection"):
            continue
        start, end = child.start_byte, child.end_byte
        if kind == "generic_token" and (match := _REDIRECTION.match(text, start, end)):
            is_redirected = match.end() == end and "&" not in match[0]
        elif is_redirected:
            is_redirected = False
        elif kind == "command_parameter":
            name = text[start + 1 : end] if text[start] in _DASHES else text[start:end]  # the grammar may part it off
            arguments.append(Argument(name.rstrip(":"), None, start, end))
        elif text[start] == "@" and text[start + 1 : start + 2] not in {"(", "{", "'", '"'}:
            arguments.append(_splat(start, end, run))
        elif arguments and arguments[-1].value is None and _is_behind_colon(text, arguments[-1].end, start):
            last = arguments.pop()
            arguments.append(Argument(last.name, run.value(child), last.start, last.end))
        elif text[start] == "-" and text[start + 1 : start + 2] == "$":  # a word, and nothing is taken away
            arguments.append(Argument(None, word_value(start, end, run), start, end))
        else:
            arguments.append(Argument(None, _as_written(run.value(child), start, end, run), start, end))
    return arguments


def _is_behind_colon(text: str, parameter_end: int, start: int) -> bool:
    """Whether a colon joins a value to the parameter before it; blanks may stand between."""
    return text[parameter_end - 1 : start].rstrip(" \t").endswith(":")


def _as_written(value: Value, start: int, end: int, run: Evaluator) -> Value:
    """A number as the text that a text parameter receives: `1.10`, `007`."""
    written = run.syntax.text[start:end]
    is_number = isinstance(value.data, int | float) and written[:1].isdigit() and number_in(written) is not None
    return Value(NumberWord(written), start, end) if is_number and text_of(value) != written else value


def _splat(start: int, end: int, run: Evaluator) -> Argument:
    """A splatted variable, `@rule`, each entry of which is an argument."""
    value = run.look_up(run.syntax.text[start + 1 : end].casefold())
    written = run.syntax.text[start:end]
    return Argument(None, value or Value(Unknown(f"`{written}`"), start, end), start, end, is_splat=True)


_TAKES_OUTPUT = late(r"[1*]?>>?")
"""How output is redirected to a file, other than errors alone (about_Redirection)."""


def redirect(node: Node, values: list[Value], run: Evaluator) -> bool:
    """Write a pipeline's output into a file, as `>` and `>>` do; whether it goes into one, and nothing of it on."""
    is_taken = False
    for redirection in (child for child in node.named_children if child.type in {"redirection", "generic_token"}):
        operator, *names = redirection.named_children or [redirection]
        mark = run.syntax.source(operator)
        is_taken = is_taken or _TAKES_OUTPUT.fullmatch(mark) is not None
        if mark not in {">", ">>"} or not names or not values or any(value.is_unknown for value in values):
            continue
        path = run.value(names[0].named_children[-1])
        arguments = [Argument(None, path, path.start, path.end)]
        arguments += [Argument("append", None, operator.start_byte, operator.end_byte)] if mark == ">>" else []
        run.call(Call("out-file", arguments, values, node.start_byte, node.end_byte))
    return is_taken
