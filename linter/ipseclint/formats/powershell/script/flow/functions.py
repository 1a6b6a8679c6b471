"""Functions of a script and of imported modules: their declarations, and which are visible where."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct
from tree_sitter import Node

from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.syntax.nodes import child_of, within
from ipseclint.formats.powershell.script.values.conversions import type_in
from ipseclint.formats.powershell.script.values.value import Block, Data, Value
from ipseclint.late import late
from ipseclint.vocabulary.cmdlets import OTHER_NAMES, cmdlet
from ipseclint.vocabulary.ipsec_tools import mention_within

_UNSET: Mapping[str, Data] = {
    "switch": False, "switchparameter": False, "bool": False, "boolean": False, "string": "", "int": 0, "int32": 0,
    "uint32": 0, "uint64": 0, "byte": 0, "int16": 0, "int64": 0, "long": 0, "uint16": 0, "double": 0,
}  # fmt: skip
"""The initial value of a parameter by type, for when it is not given."""
_MISPLACED = late(r"param[ \t]*\(", re.IGNORECASE)
_SWITCHES = frozenset({"switch", "switchparameter"})
_FROM_PIPELINE = late(r"\bvaluefrompipeline\b", re.IGNORECASE)
_TAKES_REST = late(r"\bvaluefromremainingarguments\b", re.IGNORECASE)
_POSITION = late(r"\bposition\s*=\s*(\d{1,4})\b", re.IGNORECASE)
_ALIAS = late(r"\[\s*(?:System\.Management\.Automation\.)?Alias\s*\(([^()]{1,500})\)", re.IGNORECASE)
_QUOTED = late("[\"'\u2018\u2019\u201c\u201d]([^\"'\u2018\u2019\u201c\u201d]{1,100})[\"'\u2018\u2019\u201c\u201d]")
_IS_ADVANCED = late(r"\[\s*(?:CmdletBinding|Parameter)\b", re.IGNORECASE)
_ATTRIBUTE = late(r"\[\s*Parameter\s*\(", re.IGNORECASE)
_OF_SET = late(r"\bParameterSetName\s*=\s*[\"']([^\"']{1,200})[\"']", re.IGNORECASE)
_TEXT = late(r"'[^']{0,2000}'|\"[^\"]{0,2000}\"")
_MANDATORY = late(r"\bMandatory\b(?!\s*=\s*(?:\$false|\$null|0)\b)", re.IGNORECASE)
_ALLOWS_EMPTY = late(r"\[\s*Allow(?:Null|EmptyString|EmptyCollection)\s*\(", re.IGNORECASE)
_BINDS_BY_NAME = late(r"\bPositionalBinding\s*=\s*\$false\b", re.IGNORECASE)
_DEFAULT_SET = late(r"\bDefaultParameterSetName\s*=\s*[\"']([^\"']{1,200})[\"']", re.IGNORECASE)
_MAKES_PARAMETERS = late(r"\bdynamicparam\s*\{", re.IGNORECASE)
_PAGES = late(r"\bSupportsPaging\b(?!\s*=\s*\$false)", re.IGNORECASE)
_SUPPORTS_WHAT_IF = late(r"\bSupportsShouldProcess\b(?!\s*=\s*\$false)", re.IGNORECASE)


class Declared(NamedTuple):
    """One parameter: its folded name, its default, and its type (folded, without brackets) if known."""

    name: str
    default: Node | None
    type_name: str
    node: Node
    takes_pipeline: bool
    takes_property: bool
    aliases: tuple[str, ...]
    position: int | None
    takes_rest: bool
    written_type: str = ""
    """Its last type as written, folded; it may be a class of the script."""
    is_of_call: bool = False
    """Whether it depends on how the function is called: it is mandatory, or belongs to one parameter set."""
    is_mandatory: bool = False
    """Whether it is mandatory in every set of parameters."""
    allows_empty: bool = False
    """Whether it takes nothing although it is mandatory."""
    sets: frozenset[str] = frozenset()
    """The sets of parameters that it belongs to, folded; empty if it belongs to all."""

    @property
    def is_switch(self) -> bool:
        """Whether it takes no value, and is off if not given."""
        return self.type_name in _SWITCHES

    @property
    def unset(self) -> Data:
        """The initial value of its type, for when it is not given."""
        return _UNSET.get(self.type_name)


class Module(Struct, eq=False):
    """An imported module: its variables and functions, which its own functions see.

    `exports` are patterns of the functions that it exports; None if it names none, and so exports all.
    """

    variables: dict[str, Value]
    functions: dict[str, Function]
    exports: list[str] | None = None

    def offers(self, name: str) -> bool:
        """Whether it exports the function with this folded name."""
        return self.exports is None or any(fnmatchcase(name, pattern) for pattern in self.exports)


class Function(Struct, frozen=True, dict=True):
    """A function: the node of its parameters, and its body; a filter runs as a whole for each piped object.

    `module` is the one that it belongs to. `is_workflow`: PowerShell gives it parameters for the machines that it is
    run on, and more.
    """

    holder: Node | None
    body: Node
    syntax: Syntax
    is_filter: bool = False
    module: Module | None = None
    is_workflow: bool = False

    @cached_property
    def parameters(self) -> tuple[Declared, ...]:
        """Its parameters, parsed when it is first called."""
        return () if self.holder is None else tuple(parameters_in(self.holder, self.syntax))

    @cached_property
    def blocks(self) -> Mapping[str, list[Node]]:
        """Its blocks by name: `begin` runs before, `process` for each piped object, `end` after them."""
        blocks: dict[str, list[Node]] = {"begin": [], "process": [], "end": []}
        for block in within(self.body, "named_block"):
            name = child_of(block, "block_name")
            blocks.setdefault("" if name is None else self.syntax.source(name).casefold(), []).append(block)
        return blocks if not self.is_filter else {**blocks, "process": [self.body]}

    @cached_property
    def _declaration(self) -> str:
        """The source before its statements: attributes and parameters."""
        if self.holder is None:
            return ""
        return self.syntax.text[min(self.holder.start_byte, self.body.start_byte) : self.holder.end_byte]

    @cached_property
    def is_advanced(self) -> bool:
        """Whether it is called like a cmdlet: undeclared parameters are refused."""
        return _IS_ADVANCED.search(self._declaration) is not None

    @cached_property
    def binds_by_position(self) -> bool:
        """Whether a parameter without a position takes a value without a name."""
        return _BINDS_BY_NAME.search(self._declaration) is None

    @cached_property
    def default_set(self) -> str:
        """The set of parameters that a call means which tells none, folded; empty if the function names none."""
        named = _DEFAULT_SET.search(self._declaration)
        return "" if named is None else named[1].casefold()

    @cached_property
    def takes_others(self) -> bool:
        """Whether it takes parameters that it does not declare, made when it is called."""
        return self.is_workflow or _MAKES_PARAMETERS.search(self.syntax.source(self.body)) is not None

    @cached_property
    def pages(self) -> bool:
        """Whether it takes the parameters of a cmdlet that pages."""
        return _PAGES.search(self._declaration) is not None

    @cached_property
    def supports_what_if(self) -> bool:
        """Whether it takes `-WhatIf`."""
        return _SUPPORTS_WHAT_IF.search(self._declaration) is not None


_TAKES_OUT = late(r"\b(?:remove|get|test)-(?:netipsec|netfirewall|vpn)\w{0,60}", re.IGNORECASE)
_IS_MANDATORY = late(r"=?\s*\$?\(\s*throw\b", re.IGNORECASE)
"""A default that ends the script, so that the parameter is in effect mandatory."""
_IS_OF_CALL = late(r"\bParameterSetName\b|\bMandatory\b(?!\s{0,20}=\s{0,20}\$false\b)", re.IGNORECASE)


def functions_in(statements: Iterable[Node], syntax: Syntax) -> Iterator[tuple[str, Function]]:
    """The functions that statements declare, by folded name; a script may call one before its declaration."""
    for statement in statements:
        if statement.type != "function_statement":
            continue
        if (name := child_of(statement, "function_name")) is None:
            continue
        body = child_of(statement, "script_block") or name  # one that does nothing has no block
        holder = child_of(statement, "function_parameter_declaration") or child_of(body, "param_block")
        keyword = syntax.source(statement)[: len("workflow")].casefold()
        is_filter, is_workflow = keyword.startswith("filter"), keyword == "workflow"
        function = Function(holder, body, syntax, is_filter, is_workflow=is_workflow)
        yield syntax.source(name).strip().casefold(), function


def traps_in(statements: Iterable[Node]) -> list[Node]:
    """The `trap` statements among these."""
    return [each for each in statements if each.type == "trap_statement"]


class Functions:
    """The functions of a script by folded name and scope; definitions on a way are recorded, to be undone.

    A function may be called before its declaration, as in concatenated files: it is taken in ahead. `called` holds the
    start offsets of bodies called, `active` how often each is being followed now, `only_give` whether one that calls
    itself gives a value and does nothing else; `module` is the one being followed.
    """

    def __init__(self) -> None:
        self._scopes: list[dict[str, Function]] = [{}]
        self._of_file = 0
        self._known: dict[str, Function] = {}
        self._ways: list[dict[tuple[int, str], tuple[dict[str, Function], Function | None]]] = []
        self._seen: set[str] | None = None
        self._ahead: set[int] = set()
        self.called: set[int] = set()
        self.active: Counter[int] = Counter()
        self.only_give: dict[int, bool] = {}
        self.module = Module({}, {})

    def __contains__(self, name: str) -> bool:
        return self.get(name) is not None

    def get(self, name: str) -> Function | None:
        """The function with this name, as seen from the innermost scope."""
        if name not in self._known:
            return None
        return next((scope[name] for scope in reversed(self._scopes) if name in scope), None)

    def as_block(self, name: str) -> Value | None:
        """The function as a script block, with the parameters before its body."""
        function = self.get(name)
        if function is None:
            return None
        body, whole = function.body, function.body.parent
        is_declared = whole is not None and whole.type == "function_statement"
        return Value(Block(whole if whole is not None and is_declared else body), body.start_byte, body.end_byte)

    def out_of_sight(self, name: str) -> Function | None:
        """A function of this name in any scope, past or present, visible here or not."""
        return self._known.get(name)

    def items(self) -> list[tuple[str, Function]]:
        """The functions of the global scope."""
        return list(self._scopes[0].items())

    @property
    def scope(self) -> dict[str, Function]:
        """The innermost scope."""
        return self._scopes[-1]

    @contextmanager
    def within(self, scope: dict[str, Function], *, is_of_file: bool = False) -> Iterator[None]:
        """Enter a scope, which may be that of another file or a module."""
        outer = self._of_file
        self._of_file = len(self._scopes) if is_of_file else outer
        self._scopes.append(scope)
        try:
            yield
        finally:
            self._scopes.pop()
            self._of_file = outer

    def foresee(self, declared: Iterable[tuple[str, Function]]) -> None:
        """Take in functions declared further on, the first of each name, if nothing has it yet."""
        for name, function in declared:
            bare = name.rpartition(":")[2]
            if bare not in self and bare not in OTHER_NAMES and cmdlet(bare) is None:
                self.define(name, function)
                self._ahead.add(function.body.start_byte)

    def is_ahead(self, function: Function) -> bool:
        """Whether a function is only declared further on."""
        return function.body.start_byte in self._ahead

    def define(self, name: str, function: Function) -> None:
        """Define a function, in the scope that its name may give before a colon."""
        self._ahead.discard(function.body.start_byte)
        where, _, bare = name.rpartition(":")
        scope = self._scopes[0 if where == "global" else self._of_file if where == "script" else -1]
        if self._seen is not None:
            self._seen.add(bare)
        self._note(scope, bare)
        scope[bare] = self._known[bare] = function

    def offer(self, patterns: Sequence[str]) -> None:
        """Export functions matching these patterns from the current module."""
        self.module.exports = [*(self.module.exports or ()), *patterns]

    def forget(self, name: str) -> None:
        """Remove the function of this name that is visible here."""
        scope = next((each for each in reversed(self._scopes) if name in each), None)
        if scope is not None:
            self._note(scope, name)
            del scope[name]

    def _note(self, scope: dict[str, Function], name: str) -> None:
        if self._ways:
            self._ways[-1].setdefault((id(scope), name), (scope, scope.get(name)))

    def is_unseen(self, name: str) -> bool:
        """Whether the current code runs where the script's function of this name does not exist."""
        return self._seen is not None and name not in self._seen

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Follow code in a job or remotely, which sees none of the existing functions."""
        before, self._seen = self._seen, set()
        try:
            yield
        finally:
            self._seen = before

    def begin_way(self) -> None:
        """Record definitions from now on."""
        self._ways.append({})

    def end_way(self) -> dict[str, Function]:
        """Undo the definitions since the way began, and give those that would remain visible."""
        defined: dict[str, Function] = {}
        for (_, name), (scope, before) in self._ways.pop().items():
            if name in scope and any(scope is each for each in self._scopes):
                defined[name] = scope[name]
            if before is None:
                scope.pop(name, None)
            else:
                scope[name] = before
        return defined

    def join(self, ways: Sequence[Mapping[str, Function]]) -> Iterator[Function]:
        """Define what the ways defined; yields the functions that differ between the ways."""
        for name in dict.fromkeys(name for way in ways for name in way):
            behind = [way.get(name, self.get(name)) for way in ways]
            last = [each for each in behind if each is not None][-1]
            self.define(name, last)
            if any(each is None or each.body.id != last.body.id for each in behind):
                yield last


def only_takes_out(source: str) -> bool:
    """Whether a function only removes IPsec objects."""
    rest, count = _TAKES_OUT.subn("", source)
    return count > 0 and mention_within(rest) is None


def of_block(block: Block, syntax: Syntax) -> Function:
    """A script block that is called, as a function: it may declare parameters. That of a function is the function."""
    declared = next(functions_in((block.node,), syntax), None)
    if declared is not None:
        return declared[1]
    body = child_of(block.node, "script_block") or block.node
    return Function(child_of(body, "param_block"), body, syntax)


def is_misplaced_declaration(node: Node, syntax: Syntax) -> bool:
    """Whether a statement is `param(...)` behind other statements, as in concatenated scripts: it declares nothing."""
    return node.type == "pipeline" and _MISPLACED.match(syntax.text, node.start_byte, node.end_byte) is not None


def parameters_in(node: Node, syntax: Syntax) -> Iterator[Declared]:
    """The parameters of a declaration; in one that is parsed as an expression, each is a cast variable."""
    kind = "cast_expression" if node.type == "pipeline" else "script_parameter"
    for parameter in within(node, kind):
        own = child_of(parameter, "variable")  # others may stand in the attributes before it, as `Mandatory=$true`
        variable = own or next(within(parameter, "variable"), parameter)
        default = child_of(parameter, "script_parameter_default")
        if default is not None and _IS_MANDATORY.match(syntax.source(default)):
            default = None
        types = [type_in(syntax.source(each)) for each in within(parameter, "type_literal")]
        source = syntax.source(parameter)
        position = _POSITION.search(source)
        aliases = (quoted[1] for match in _ALIAS.finditer(source) for quoted in _QUOTED.finditer(match[1]))
        is_mandatory, sets = _sets(parameter, syntax)
        yield Declared(
            name=syntax.source(variable).strip("${}").casefold(),
            default=default.named_children[0] if default is not None and default.named_children else None,
            type_name=next((each for each in types if each in _UNSET or each.endswith("[]")), ""),
            node=parameter,
            takes_pipeline=_FROM_PIPELINE.search(source) is not None,
            takes_property="valuefrompipelinebypropertyname" in source.casefold(),
            aliases=tuple(alias.casefold() for alias in aliases),
            position=None if position is None else int(position[1]),
            takes_rest=_TAKES_REST.search(source) is not None,
            written_type=types[-1] if types else "",
            is_of_call=_IS_OF_CALL.search(source) is not None,
            allows_empty=_ALLOWS_EMPTY.search(source) is not None,
            is_mandatory=is_mandatory,
            sets=sets,
        )


def _sets(parameter: Node, syntax: Syntax) -> tuple[bool, frozenset[str]]:
    """Whether a parameter is mandatory in every set, and those that it belongs to, folded; none if it is in all."""
    attributes = [source for each in within(parameter, "attribute") if _ATTRIBUTE.match(source := syntax.source(each))]
    named = [match and match[1].casefold() for match in map(_OF_SET.search, attributes)]
    is_mandatory = [_MANDATORY.search(_TEXT.sub("''", source)) is not None for source in attributes]
    return (
        bool(attributes) and all(is_mandatory) and None in named,
        frozenset() if None in named else frozenset(name for name in named if name),
    )
