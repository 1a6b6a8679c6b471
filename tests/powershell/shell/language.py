"""Runs the statements of a script, with the objects that they give."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tree_sitter import Node

from tests.powershell.shell import members, operators
from tests.powershell.shell.tree import (
    core_of,
    first_of,
    kids,
    parsed,
    targets_of,
    type_name,
    variable_name,
    within,
    written,
)
from tests.powershell.shell.values import (
    Block,
    Given,
    Table,
    Thing,
    Thrown,
    Type,
    UnknownError,
    collected,
    converted,
    items,
    same,
    text,
    truth,
)

COMMON = {"erroraction", "verbose", "whatif", "confirm", "warningaction", "debug", "errorvariable"}


class Leave(Exception):  # noqa: N818  # it is no error
    """`return`, `continue`, `break` or `exit`, with the objects given so far."""

    def __init__(self, kind: str, values: list[Any]) -> None:
        super().__init__(kind)
        self.kind = kind
        self.values = values


class Call(NamedTuple):
    """A command as it is called: its parameters by folded name, its other arguments, what comes by the pipeline."""

    shell: Shell
    name: str
    named: dict[str, Any]
    rest: list[Any]
    piped: list[Any] | None

    def get(self, name: str, position: int | None = None, default: Any = None) -> Any:
        """The value of a parameter by its name, or by its position among the unnamed."""
        folded = name.casefold()
        for given, value in self.named.items():
            if folded == given:
                return value
        if position is not None and position < len(self.rest):
            return self.rest[position]
        return default


class Ran(NamedTuple):
    """What a program did."""

    code: int
    out: Sequence[str] = ()
    err: Sequence[str] = ()


Cmdlet = Callable[[Call], list[Any]]
Program = Callable[[str, list[str]], Ran]


class Parameter(NamedTuple):
    name: str
    kind: str
    default: Node | None
    attributes: str
    """As they are written, blanks and case aside."""


class Function(NamedTuple):
    parameters: tuple[Parameter, ...]
    blocks: Mapping[str, Node]


class Shell:
    """A session: variables, functions, and what commands do."""

    def __init__(
        self,
        cmdlets: Mapping[str, Cmdlet],
        program: Program,
        *,
        version: tuple[int, ...] = (7, 4, 0),
        environment: Mapping[str, str] | None = None,
        constrained: bool = False,
    ) -> None:
        self.cmdlets = {name.casefold(): work for name, work in cmdlets.items()}
        self.program = program
        self.version = version
        self.constrained = constrained
        self.environment = dict(environment or {})
        self.functions: dict[str, Function] = {}
        mode = "ConstrainedLanguage" if constrained else "FullLanguage"
        context = Thing("EngineIntrinsics", SessionState=Thing("SessionState", LanguageMode=mode))
        self.scopes: list[dict[str, Any]] = [
            {"psversiontable": Table({"PSVersion": version}), "executioncontext": context}
        ]
        self.is_strict = False
        self.exit_code: int | None = None
        self.errors: list[str] = []
        self.warnings: list[str] = []
        self.verbose: list[str] = []
        self.stderr: list[str] = []
        self.asked: list[tuple[str, ...]] = []
        """What ShouldProcess was asked."""

    def load(self, path: Path) -> None:
        """Run a module: its functions and variables stay."""
        self.scopes[0]["psscriptroot"] = str(path.parent)
        root = parsed(path.read_text(encoding="utf-8"))
        self.statements(root)

    def run(self, script: str, **variables: Any) -> list[Any]:
        """What a script gives."""
        self.scopes[0].update({name.casefold(): value for name, value in variables.items()})
        try:
            return self.statements(parsed(script))
        except Leave as leave:
            return leave.values

    def script(self, text_of_it: str, named: Mapping[str, Any], folder: str = "") -> list[Any]:
        """What a script with a `param` block gives."""
        root = parsed(text_of_it)
        (block,) = [node for node in kids(root) if node.type == "param_block"] or [None]
        function = Function(_parameters(block), {"end": root})
        call = Call(self, "script", {name.casefold(): value for name, value in named.items()}, [], None)
        scope = self.bound(function, call)
        saved, functions = self.scopes, dict(self.functions)
        self.scopes = [saved[0], scope | ({"psscriptroot": folder} if folder else {}) | {"": True}]
        try:
            return self.statements(root)
        except Leave as leave:
            return leave.values
        finally:
            self.scopes, self.functions = saved, functions  # what a script defines is its own

    # Variables

    def look_up(self, name: str) -> Any:
        folded = name.casefold()
        constants = {"true": True, "false": False, "null": None}
        if folded in constants:
            return constants[folded]
        scope, _, bare = folded.rpartition(":")
        if scope == "env":
            return next((value for key, value in self.environment.items() if key.casefold() == bare), None)
        for scope_values in [self._script_scope()] if scope in {"script", "global"} else reversed(self.scopes):
            if bare in scope_values:
                return scope_values[bare]
        if self.is_strict:
            raise Thrown(f"The variable '${name}' cannot be retrieved because it has not been set.")
        return None

    def _script_scope(self) -> dict[str, Any]:
        return next((scope for scope in self.scopes if "" in scope), self.scopes[0])

    def assign(self, name: str, value: Any) -> None:
        scope, _, bare = name.casefold().rpartition(":")
        (self._script_scope() if scope in {"script", "global"} else self.scopes[-1])[bare] = value

    def preference(self, name: str, default: str) -> str:
        """A preference variable, which counts from the callers too."""
        return next((text(scope[name]) for scope in reversed(self.scopes) if name in scope), default)

    # Statements

    def statements(self, node: Node) -> list[Any]:
        given: list[Any] = []
        for child in kids(node):
            if child.type == "statement_list":
                try:
                    given += self.statements(child)
                except Leave as leave:
                    raise Leave(leave.kind, given + leave.values) from None
                continue
            try:
                given += self.statement(child)
            except Leave as leave:
                raise Leave(leave.kind, given + leave.values) from None
        return given

    def statement(self, node: Node) -> list[Any]:
        if node.type in {"comment", "param_block", "empty_statement"}:
            return []
        work = getattr(self, f"_{node.type}", None)
        if work is None:
            raise UnknownError(f"the statement {node.type}: {written(node)[:60]}")
        given: list[Any] = work(node)
        return given

    def _function_statement(self, node: Node) -> list[Any]:
        (name,) = [written(child) for child in node.children if child.type == "function_name"]
        (body,) = [child for child in node.children if child.type == "script_block"]
        self.functions[name.casefold()] = function_of(body)
        return []

    def _if_statement(self, node: Node) -> list[Any]:
        others = [kid for clauses in kids(node) if clauses.type == "elseif_clauses" for kid in kids(clauses)]
        for clause in (node, *others):
            if truth(self.value_of_pipeline(first_of(clause, "pipeline"))):
                return self.statements(first_of(clause, "statement_block"))
        for clause in (child for child in node.children if child.type == "else_clause"):
            return self.statements(first_of(clause, "statement_block"))
        return []

    def _foreach_statement(self, node: Node) -> list[Any]:
        name = written(first_of(node, "variable"))[1:]
        given: list[Any] = []
        for item in _each(self.value_of_pipeline(first_of(node, "pipeline"))):
            self.assign(name, item)
            try:
                given += self.statements(first_of(node, "statement_block"))
            except Leave as leave:
                given += leave.values
                if leave.kind == "break":
                    break
                if leave.kind != "continue":
                    raise Leave(leave.kind, given) from None
        return given

    def _do_statement(self, node: Node) -> list[Any]:
        given = self.statements(first_of(node, "statement_block"))
        while truth(self.value_of_pipeline(next(within(first_of(node, "while_condition"), "pipeline")))):
            given += self.statements(first_of(node, "statement_block"))
        return given

    def _switch_statement(self, node: Node) -> list[Any]:
        value = self.value_of_pipeline(next(within(node, "pipeline")))
        for clause in within(node, "switch_clause"):
            condition = first_of(clause, "switch_clause_condition")
            if same(value, self.word(kids(condition)[0])):
                return self.statements(first_of(clause, "statement_block"))
        return []

    def _try_statement(self, node: Node) -> list[Any]:
        try:
            return self.statements(first_of(node, "statement_block"))
        except Thrown as thrown:
            clauses = list(within(node, "catch_clause"))
            if not clauses:
                raise
            error = Thing("System.Management.Automation.ErrorRecord", FullyQualifiedErrorId=thrown.error_id)
            error.properties["Exception"] = Thing("System.Exception", Message=str(thrown))
            self.scopes[-1]["_"] = error
            return self.statements(first_of(clauses[0], "statement_block"))
        finally:
            for clause in (child for child in node.children if child.type == "finally_clause"):
                self.statements(first_of(clause, "statement_block"))

    def _flow_control_statement(self, node: Node) -> list[Any]:
        kind = written(node.children[0]).casefold()
        pipelines = [child for child in kids(node) if child.type == "pipeline"]
        values = self.pipeline(pipelines[0]) if pipelines else []
        if kind == "throw" and not pipelines:
            raise Thrown(text(self.look_up("_").properties["Exception"].properties["Message"]))
        if kind == "throw":
            raise Thrown(text(collected(values)))
        if kind == "exit":
            self.exit_code = int(text(collected(values)) or 0)
            raise Leave(kind, [])
        raise Leave(kind, values)

    def _pipeline(self, node: Node) -> list[Any]:
        return self.pipeline(node)

    # Pipelines

    def value_of_pipeline(self, node: Node) -> Any:
        return collected(self.pipeline(node))

    def pipeline(self, node: Node) -> list[Any]:
        if node.type != "pipeline":
            return self.statement(node)
        (inner,) = [child for child in kids(node) if child.type != "comment"]
        if inner.type == "assignment_expression":
            return self._assignment(inner)
        if inner.type != "pipeline_chain":
            raise UnknownError(f"the pipeline {inner.type}")
        piped: list[Any] | None = None
        for part in (child for child in kids(inner) if child.type != "comment"):
            if part.type == "command":
                piped = self.command(part, piped)
            else:
                core = core_of(part)
                if core.type in {"post_increment_expression", "pre_increment_expression"}:
                    name = written(core).strip("+$")
                    self.assign(name, self.look_up(name) + 1)
                    piped = []
                    continue
                value = self.value(part)
                is_void = core.type == "cast_expression" and written(core).casefold().startswith("[void]")
                piped = [] if is_void else items(value)
        return piped or []

    def _assignment(self, node: Node) -> list[Any]:
        left, sign, right = kids(node)
        value = collected(self.pipeline(right)) if right.type != "pipeline" else self._assigned(right)
        targets = targets_of(left)
        if len(targets) > 1:
            parts = items(value)
            for index, target in enumerate(targets):
                is_last = index == len(targets) - 1
                self._set(target, collected(parts[index:]) if is_last else (parts[index : index + 1] or [None])[0])
            return []
        if written(sign) == "+=":
            value = operators.plus(self.value(targets[0]), value)
        self._set(targets[0], value)
        return []

    def _assigned(self, node: Node) -> Any:
        """The value of a pipeline: an expression alone stays as it is, a list of one too."""
        inner = kids(node)[0]
        if inner.type == "assignment_expression":
            self._assignment(inner)
            return self.value(targets_of(kids(inner)[0])[0])
        if inner.type == "pipeline_chain" and len(kids(inner)) == 1 and kids(inner)[0].type != "command":
            return self.value(kids(inner)[0])
        return collected(self.pipeline(node))

    def _set(self, target: Node, value: Any) -> None:
        core = core_of(target)
        if core.type == "cast_expression":
            self._set(kids(core)[1], converted(value, type_name(kids(core)[0])))
        elif core.type == "variable":
            name = variable_name(core)
            if name.casefold().startswith("env:"):
                self.environment[name[4:]] = text(value)
            else:
                self.assign(name, value)
        elif core.type == "member_access":
            owner = self.value(kids(core)[0])
            members.put(owner, self._member_name(kids(core)[1]), value, self)
        elif core.type == "element_access":
            owner, key = self.value(kids(core)[0]), self.value(kids(core)[1])
            if isinstance(owner, Table):
                owner[owner.key(key)] = value
            else:
                owner[key] = value
        else:
            raise UnknownError(f"an assignment to {core.type}")

    def command(self, node: Node, piped: list[Any] | None) -> list[Any]:
        """What a command gives."""
        operator = next((written(child) for child in node.children if child.type == "command_invokation_operator"), "")
        head = next(child for child in node.children if child.type in {"command_name", "command_name_expr"})
        target: Any = written(head) if head.type == "command_name" else self.word(kids(head)[0])
        named: dict[str, Any] = {}
        rest: list[Any] = []
        in_order: list[Any] = []
        merges = False
        waiting: str | None = None
        elements = [c for c in node.children if c.type == "command_elements"]
        for element in elements[0].named_children if elements else ():
            if element.type in {"command_argument_sep", "comment"}:
                continue
            if element.type == "redirection":
                merges = written(element).strip() == "2>&1"
                if not merges:
                    raise UnknownError(f"the redirection {written(element)}")
                continue
            if element.type == "command_parameter" and re.match(r"-[A-Za-z]", written(element)):
                in_order.append(written(element))
                if waiting is not None:
                    named[waiting] = True
                waiting = written(element)[1:].rstrip(":").casefold()
                if not written(element).endswith(":") and self._is_switch(text(target), waiting):
                    named[waiting] = True
                    waiting = None
                continue
            source = written(element)
            if source.startswith("@") and re.fullmatch(r"@\w+", source):
                splatted = self.look_up(source[1:])
                if isinstance(splatted, Table):
                    named |= {name.casefold(): value for name, value in splatted.items()}
                else:
                    rest += splatted
                    in_order += splatted
                continue
            value = self.word(element)
            in_order.append(value)
            if waiting is not None:
                named[waiting] = value
                waiting = None
            else:
                rest.append(value)
        if waiting is not None:
            named[waiting] = True
        call = Call(self, "" if isinstance(target, Block) else text(target), named, rest, piped)
        return self.invoke(target, call, in_order, operator=operator, merges=merges)

    def _is_switch(self, command: str, name: str) -> bool:
        function = self.functions.get(command.casefold())
        if function is not None:
            kinds = {each.name.casefold(): each.kind for each in function.parameters}
            return kinds.get(name) == "switch" or name in {"whatif", "verbose", "confirm"}
        return name in SWITCHES

    def invoke(
        self, target: Any, call: Call, in_order: list[Any], *, operator: str = "", merges: bool = False
    ) -> list[Any]:
        """What a block, a function, a cmdlet or a program gives."""
        if isinstance(target, Block):
            return self.block(target, is_dotted=operator == ".")
        name = call.name
        function = self.functions.get(name.casefold())
        if function is not None:
            return self._function(function, call)
        cmdlet = self.cmdlets.get(name.casefold())
        if cmdlet is not None:
            return self._cmdlet(cmdlet, call)
        if name.casefold().endswith(".ps1") and Path(name).exists():
            return self.script(Path(name).read_text(encoding="utf-8-sig"), call.named, str(Path(name).parent))
        if not operator and not name.casefold().endswith(".exe"):
            raise Thrown(f"The term '{name}' is not recognized as a name of a cmdlet.", "CommandNotFoundException")
        words = [text(item) for each in in_order for item in items(each)]
        ran = self.program(name, operators.passed(words, self.version))
        self.scopes[0]["lastexitcode"] = ran.code
        self.scopes[-1].pop("lastexitcode", None)
        if not merges:
            self.stderr += ran.err
            return list(ran.out)
        errors = [self.error_record(line) for line in ran.err]
        return [*errors, *ran.out]

    def error_record(self, message: str) -> Thing:
        """What a line of stderr is in a pipeline."""
        record = Thing("System.Management.Automation.ErrorRecord")
        record.properties["Exception"] = Thing("System.Management.Automation.RemoteException", Message=message)
        return record

    def _cmdlet(self, cmdlet: Cmdlet, call: Call) -> list[Any]:
        action = text(call.named.get("erroraction", self.preference("erroractionpreference", "Continue"))).casefold()
        try:
            return cmdlet(call)
        except Thrown as thrown:
            if action == "stop" or call.name.casefold() in {"foreach-object", "where-object", "sort-object"}:
                raise  # what fails in a block of theirs is no failure of theirs
            if action == "continue":
                self.errors.append(str(thrown))
            return []

    def block(self, block: Block, *, is_dotted: bool = False) -> list[Any]:
        """What a block gives."""
        body = function_of(block.node)
        if not is_dotted:
            self.scopes.append({})
        try:
            return self.statements(body.blocks["end"]) if body.blocks else []
        except Leave as leave:
            if leave.kind == "return":
                return leave.values
            raise
        finally:
            if not is_dotted:
                self.scopes.pop()

    def for_item(self, block: Block, item: Any) -> list[Any]:
        """What a block gives for `$_`, in the scope that it stands in."""
        scope = self.scopes[-1]
        saved = scope.get("_")
        scope["_"] = item
        try:
            body = function_of(block.node)
            return self.statements(body.blocks["end"]) if body.blocks else []
        except Leave as leave:
            if leave.kind == "return":
                return leave.values
            raise
        finally:
            scope["_"] = saved

    def _function(self, function: Function, call: Call) -> list[Any]:
        from_pipe = next((each for each in function.parameters if "valuefrompipeline=$true" in each.attributes), None)
        named = dict(call.named)
        piped = call.piped
        if piped is not None and from_pipe is not None and from_pipe.name.casefold() not in named:
            named[from_pipe.name.casefold()] = piped[0] if piped else None
        else:
            piped = None
        scope = self.bound(function, Call(self, call.name, named, call.rest, call.piped))
        given: list[Any] = []
        self.scopes.append(scope)
        try:
            if "begin" in function.blocks:
                given += self.statements(function.blocks["begin"])
            if "process" in function.blocks:
                for item in piped if piped is not None else [None]:
                    if piped is not None and from_pipe is not None:
                        scope[from_pipe.name.casefold()] = converted(item, from_pipe.kind)
                        scope["_"] = item
                    given += self.statements(function.blocks["process"])
            if "end" in function.blocks:
                given += self.statements(function.blocks["end"])
        except Leave as leave:
            if leave.kind != "return":
                raise
            given += leave.values
        finally:
            self.scopes.pop()
        return given

    def bound(self, function: Function, call: Call) -> dict[str, Any]:
        """The variables of a function by its parameters. Raises Thrown where PowerShell refuses the call."""
        by_name = {each.name.casefold(): each for each in function.parameters}
        for each in function.parameters:
            if match := re.search(r"\[alias\('(\w+)'\)\]", each.attributes):
                by_name[match[1]] = each
        scope: dict[str, Any] = {}
        given = Given()
        for name, value in call.named.items():
            if name in COMMON:
                scope["whatifpreference" if name == "whatif" else f"{name}preference"] = value
                continue
            matching = [key for key in by_name if key == name] or [key for key in by_name if key.startswith(name)]
            if len(matching) != 1:
                raise Thrown(
                    f"A parameter cannot be found that matches parameter name '{name}'.", "NamedParameterNotFound"
                )
            given[by_name[matching[0]].name] = value
        free = [each for each in function.parameters if each.name not in given and each.kind != "switch"]
        if any("position=" in each.attributes for each in function.parameters):
            free = [each for each in free if "position=" in each.attributes]
        if len(call.rest) > len(free):
            raise Thrown("A positional parameter cannot be found.", "PositionalParameterNotFound")
        for each, value in zip(free, call.rest, strict=False):
            given[each.name] = value
        scope["psboundparameters"] = given
        for each in function.parameters:
            name = each.name.casefold()
            if each.name in given:
                scope[name] = converted(given[each.name], each.kind)
                self._validate(each, scope[name])
            elif "mandatory=$true" in each.attributes:
                raise Thrown(f"A mandatory parameter is missing: {each.name}", "MissingMandatoryParameter")
            elif each.default is not None:
                self.scopes.append(scope)
                scope[name] = converted(self.value(each.default), each.kind)
                self.scopes.pop()
            else:
                empty: dict[str, Any] = {"string": "", "switch": False, "int": 0, "bool": False}
                scope[name] = empty.get(each.kind)
        cmdlet = Thing("System.Management.Automation.PSCmdlet")
        cmdlet.methods["ShouldProcess"] = lambda *words: self._should(scope, words)
        scope["pscmdlet"] = cmdlet
        return scope

    def _should(self, scope: dict[str, Any], words: tuple[Any, ...]) -> bool:
        self.asked.append(tuple(map(text, words)))
        return not truth(scope.get("whatifpreference", False))

    @staticmethod
    def _validate(parameter: Parameter, value: Any) -> None:
        if match := re.search(r"\[validateset\(([^)]*)\)\]", parameter.attributes):
            allowed = re.findall(r"'([^']*)'", match[1])
            if text(value).casefold() not in allowed:
                raise Thrown(f"{value} is not one of {allowed}", "ParameterArgumentValidationError")
        if (match := re.search(r"\[validaterange\((\d+),(\d+)\)\]", parameter.attributes)) and not (
            int(match[1]) <= value <= int(match[2])
        ):
            raise Thrown(f"{value} is out of range", "ParameterArgumentValidationError")

    # Expressions

    def word(self, node: Node) -> Any:
        """An argument of a command."""
        if node.type in {
            "generic_token",
            "command_parameter",
            "simple_name",
            "path_command_name_token",
            "command_name",
        }:
            return operators.unquoted(written(node), self)
        if node.type == "path_command_name":
            return self.value(kids(node)[0]) if kids(node) else written(node)
        return self.value(node)

    def value(self, node: Node) -> Any:
        """What an expression is."""
        core = core_of(node)
        work = getattr(self, f"_{core.type}_value", None)
        if work is not None:
            return work(core)
        if (
            core.type.endswith("_expression")
            and len(core.children) == 3
            and not core.children[1].type.startswith("argument")
        ):
            return self._binary(core)
        raise UnknownError(f"the expression {core.type}: {written(core)[:80]}")

    def _binary(self, node: Node) -> Any:
        left, sign, right = node.children
        operator = written(sign).casefold()
        if operator in {"-and", "-or"}:
            first = truth(self.value(left))
            return first and truth(self.value(right)) if operator == "-and" else first or truth(self.value(right))
        return operators.binary(operator, self.value(left), self.value(right), self)

    def _array_literal_expression_value(self, node: Node) -> Any:
        return [self.value(child) for child in kids(node)]

    def _variable_value(self, node: Node) -> Any:
        return self.look_up(variable_name(node))

    def _string_literal_value(self, node: Node) -> Any:
        inner = kids(node)[0]
        if inner.type == "verbatim_string_characters":
            return written(inner)[1:-1].replace("''", "'")
        if inner.type == "expandable_string_literal":
            return operators.expanded(inner, self)
        raise UnknownError(f"the string {inner.type}")

    def _integer_literal_value(self, node: Node) -> Any:
        return int(written(node), 0)

    def _real_literal_value(self, node: Node) -> Any:
        return float(written(node))

    def _parenthesized_expression_value(self, node: Node) -> Any:
        inner = [child for child in kids(node) if child.type != "comment"]
        return self._assigned(inner[0]) if inner[0].type == "pipeline" else collected(self.statement(inner[0]))

    def _sub_expression_value(self, node: Node) -> Any:
        return collected(self.statements(node))

    def _array_expression_value(self, node: Node) -> Any:
        return self.statements(node)

    def _script_block_expression_value(self, node: Node) -> Any:
        return Block(first_of(node, "script_block"), node.text or b"")

    def _hash_literal_expression_value(self, node: Node) -> Any:
        table = Table()
        for entry in within(node, "hash_entry"):
            if entry.parent is None or entry.parent.parent != node:
                continue
            key, value = [child for child in kids(entry) if child.type != "comment"]
            inner = kids(key)[0] if kids(key) else key
            name = written(inner).strip() if inner.type in {"simple_name", "key_expression"} else self.value(inner)
            table[name] = self._assigned(value) if value.type == "pipeline" else collected(self.statement(value))
        return table

    def _cast_expression_value(self, node: Node) -> Any:
        kind, inner = kids(node)
        name = type_name(kind).casefold()
        value = self.value(inner)
        if name == "pscustomobject":
            if self.constrained:
                raise Thrown("Only core types are supported in this language mode.", "InvalidCastConstrained")
            thing = Thing(text(value.pop("PSTypeName", "System.Management.Automation.PSCustomObject")))
            thing.properties = value
            return thing
        if name == "ordered":
            value.ordered = True
            return value
        if name == "array":
            return items(value)
        return converted(value, name)

    def _expression_with_unary_operator_value(self, node: Node) -> Any:
        if len(node.children) == 1:
            return self.value(node.children[0])
        sign = written(node.children[0]).casefold()
        if sign == ",":
            return [self.value(node.children[1])]
        value = self.value(node.children[1])
        if sign in {"-not", "!"}:
            return not truth(value)
        if sign == "-":
            return -value
        return operators.unary(sign, value)

    def _member_access_value(self, node: Node) -> Any:
        owner, name = kids(node)
        if owner.type == "type_literal":
            return members.static(type_name(owner), self._member_name(name), None, self)
        return members.get(self.value(owner), self._member_name(name), self)

    def _element_access_value(self, node: Node) -> Any:
        return members.element(self.value(kids(node)[0]), self.value(kids(node)[1]))

    def _invokation_expression_value(self, node: Node) -> Any:
        owner, name, arguments = kids(node)
        given = [self.value(each) for each in within(arguments, "argument_expression")]
        if owner.type == "type_literal":
            return members.static(type_name(owner), self._member_name(name), given, self)
        return members.call(self.value(owner), self._member_name(name), given, self)

    def _type_literal_value(self, node: Node) -> Any:
        return Type(type_name(node))

    def _member_name(self, node: Node) -> str:
        inner = kids(node)[0]
        return written(inner).strip() if inner.type == "simple_name" else text(self.value(inner))

    def _pipeline_value(self, node: Node) -> Any:
        return self._assigned(node)


SWITCHES = {
    "force", "recurse", "whatif", "verbose", "confirm", "raw", "asplaintext", "daily", "usessl", "passthru",
    "alluserconnection", "compress", "allmatches", "nonewline", "noninteractive", "descending", "unique", "leaf",
    "parent",
}  # fmt: skip
"""Parameters of cmdlets that take no value."""


def _each(value: Any) -> list[Any]:
    return [] if value is None else items(value)


def function_of(body: Node) -> Function:
    """The parameters and blocks of a function or a script block."""
    parameters: tuple[Parameter, ...] = ()
    blocks: dict[str, Node] = {}
    for child in kids(body):
        if child.type == "param_block":
            parameters = _parameters(child)
        elif child.type == "script_block_body":
            named = list(within(child, "named_block")) if kids(child)[0].type == "named_block_list" else []
            for each in named:
                blocks[written(first_of(each, "block_name")).casefold()] = first_of(each, "statement_block")
            if not named:
                blocks["end"] = child
    return Function(parameters, blocks)


def _parameters(block: Node | None) -> tuple[Parameter, ...]:
    if block is None:
        return ()
    made = []
    for each in within(block, "script_parameter"):
        attributes = [child for child in kids(each) if child.type == "attribute_list"]
        all_text = re.sub(r"\s", "", written(attributes[0])).casefold() if attributes else ""
        kinds = [written(part).strip("[]") for part in within(attributes[0], "type_literal")] if attributes else []
        kind = re.findall(r"\[((?:[\w.]+)(?:\[\])?)\]", written(attributes[0])) if attributes else kinds
        default = [child for child in kids(each) if child.type == "script_parameter_default"]
        made.append(
            Parameter(
                written(first_of(each, "variable"))[1:],
                kind[-1].casefold() if kind else "object",
                default[0].named_children[0] if default else None,
                all_text,
            )
        )
    return tuple(made)
