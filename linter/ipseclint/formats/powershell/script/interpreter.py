"""Follows the statements of a script in order, with its variables, functions and pipelines.

What cannot be decided is noted where it stands. Of a condition that is not known both ways are followed, each from the
same state; what differs behind them is unknown. A loop over what is not known is followed once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NoReturn

from msgspec.structs import replace
from tree_sitter import Node

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.powershell.script import function_calls, functions, pipelines, uncalled
from ipseclint.formats.powershell.script.binding import Argument
from ipseclint.formats.powershell.script.catching import trapped
from ipseclint.formats.powershell.script.classes import Classes
from ipseclint.formats.powershell.script.defaults import arguments_with_defaults, has_defaults
from ipseclint.formats.powershell.script.evaluator import (
    Call,
    CommandError,
    Commands,
    DeclaredClasses,
    ExhaustedError,
    LeaveError,
    StatementError,
)
from ipseclint.formats.powershell.script.expressions import STATEMENTS, core_value, value_of
from ipseclint.formats.powershell.script.flow import FLOW
from ipseclint.formats.powershell.script.grammar import Syntax
from ipseclint.formats.powershell.script.nodes import child_of, core_of, statements_in, within
from ipseclint.formats.powershell.script.texts import ITEMS_OF_A_STEP
from ipseclint.formats.powershell.script.trying import MAX_CONDITIONS, Failure, Tried
from ipseclint.formats.powershell.script.typed import as_type
from ipseclint.formats.powershell.script.unreached import say_what_is_behind
from ipseclint.formats.powershell.script.value_commands import NOTHING
from ipseclint.formats.powershell.script.values import (
    MAX_ITEMS,
    Block,
    Decision,
    Unknown,
    Unordered,
    Value,
    Way,
    collected,
    handed_on,
    nowhere,
    text_of,
)
from ipseclint.formats.powershell.script.variables import Changes, Variables, restore
from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import mention_within

MAX_STEPS = 50_000
"""How many commands and rounds of loops of one script are followed (reasoned: far above any real policy script)."""

MAX_NESTING = 60
"""How deep expressions, blocks and calls may lie within each other (reasoned)."""

_NO_STATEMENTS = frozenset({"comment", "empty_statement", "param_block"})
_DOTS = frozenset({". ", ".\t"})
"""How a call begins that runs a function or block in the scope of what calls it (about_Scopes)."""
_DECLARES = {"class": late(r"\bclass\b"), "enum": late(r"\benum\b")}
_ENDS = frozenset({"return", "exit"})
"""What leaves a function or the script: what is behind it runs only where it does not."""


class Interpreter:
    """Follows one script."""

    def __init__(self, syntax: Syntax, diagnostics: Diagnostics, commands: Commands) -> None:
        self.syntax = syntax
        self.doubts = 0
        self.ways: list[Way] = []
        self._rounds: list[tuple[int, frozenset[str]]] = []
        self._decisions = 0
        self._diagnostics = diagnostics
        self._commands = commands
        self._variables = Variables(syntax.path)
        self._functions = functions.Functions()
        self._steps = 0
        self._depth = 0
        self._tries = 0
        self._taken_for_so: dict[tuple[int, int], tuple[str, int]] = {}
        self._tried: list[Tried] = []
        self.failures: list[Failure] = []
        self.may_have_left = 0
        self._is_too_deep = self._has_traps = False
        self._called: set[int] = set()
        self._module = functions.Module({}, {})
        self._own_classes = Classes()
        self.classes: DeclaredClasses = self._own_classes

    def run(self, roots: Sequence[Node], words: Sequence[str] | None = None) -> None:
        """Follow the programs of the script, called with words where that is known."""
        statements = [statement for root in roots for statement in statements_in(root)]
        self._functions.foresee(functions.functions_in(statements, self.syntax))
        self._look_into(roots)
        place: Node | None = None
        try:
            traps = functions.traps_in(statements) if self._has_traps else []
            for place in statements:
                if place.type == "param_block" or functions.is_misplaced_declaration(place, self.syntax):
                    function_calls.script_parameters(place, self, words)
                elif not traps:
                    self._start(place)
            if traps:
                self._trapping(traps, (each for each in statements if each.type != "param_block"), [])
            self._uncalled()
        except ExhaustedError:
            message = f"the script takes more than {MAX_STEPS} steps: what is behind this is not followed"
            if place is not None:
                self._diagnostics.refused(message, self.syntax.span(place.start_byte, place.end_byte))
        except LeaveError as left:
            if left.kind == "throw" or (left.kind in {"exit", "return"} and not self._commands.effects):
                is_own = self.syntax.span(left.node.start_byte, left.node.end_byte).path == self.syntax.path
                end = left.node if is_own or place is None else place
                say_what_is_behind(end, roots, self.syntax, self._diagnostics)
        except CommandError:
            return
        finally:
            self._say_taken_for_so()

    def _say_taken_for_so(self) -> None:
        for place, (why, before) in self._taken_for_so.items():
            if self._commands.effects > before:
                self._diagnostics.not_understood(why, self.syntax.span(*place))

    def _uncalled(self) -> None:
        """Follow what nothing calls, as a module offers it: each once, what it is called with not known."""
        for name, function in uncalled.functions(self._functions, self._called, self._module, self.syntax):
            start, end = function.body.start_byte, function.body.end_byte
            with self.doubt(uncalled.reason(name), start, end):
                self._run_function(function, Call(name, (), None, start, end), uncalled.arguments(function))
        for own, method in uncalled.methods(self._own_classes, self.syntax):
            why = uncalled.reason(f"{own.name}.{method.name}")
            with self.doubt(why, method.body.start_byte, method.body.end_byte):
                self._own_classes.run_unknown(own, method, self)

    def _look_into(self, roots: Sequence[Node]) -> None:
        """Take in the classes and enumerations of the script, wherever they stand, and whether it traps failures."""
        code = self.syntax.code.lower()
        self._has_traps = "trap" in code
        declared = [word for word, alone in _DECLARES.items() if word in code and alone.search(code) is not None]
        for root in roots if declared else ():  # to look at every node takes as long as to parse
            if "class" in declared:
                self._own_classes.declare(within(root, "class_statement", in_blocks=True), self.syntax)
            if "enum" in declared:
                self._own_classes.declare_enumerations(within(root, "enum_statement", in_blocks=True), self.syntax)

    def look_up(self, name: str) -> Value | None:
        """The value of a variable by its folded name; None if it has none."""
        if name.startswith("function:"):
            return self._functions.as_block(name.partition(":")[2])
        if name == "?" and self._commands.has_succeeded is not None:
            return nowhere(self._commands.has_succeeded)
        return self._variables.look_up(name)

    def assign(self, name: str, value: Value) -> None:
        """Give a variable a value, by its folded name; a function or another name of a command, by its drive."""
        drive, _, bare = name.rpartition(":")
        if drive == "function" and isinstance(value.data, Block):
            self._functions.define(bare, functions.of_block(value.data, self.syntax))
        elif drive == "alias":
            place = (value.start, value.end)
            names = [Argument(None, each, *place) for each in (Value(bare, *place), value)]
            self._commands.run(Call("set-alias", names, None, *place), self)
        else:
            if self._variables.is_fixed(name):
                self.end_statement(f"`${bare}` is not to be changed", value.start, value.end)
            type_name = self._variables.type_of(name)
            self._variables.assign(name, as_type(value, type_name, self) if type_name else value)

    def fix(self, name: str, *, for_good: bool) -> None:
        """Have a variable not be changed any more: by nothing, or by force alone."""
        self._variables.fix(name, for_good=for_good)

    def is_fixed(self, name: str, *, by_force: bool = False) -> bool:
        """Whether PowerShell refuses to change a variable, by its folded name."""
        return self._variables.is_fixed(name, by_force=by_force)

    def forget(self, name: str) -> None:
        """Take a variable away, by its folded name; a function or another name of a command, by its drive."""
        drive, _, bare = name.rpartition(":")
        if drive == "function":
            self._functions.forget(bare)
        else:
            self._variables.forget(name)

    def offer(self, patterns: Sequence[str]) -> None:
        """Have the module that is followed just now offer functions of these patterns, and none that none is for."""
        self._module.exports = [*(self._module.exports or ()), *patterns]

    def hold_type(self, name: str, type_name: str) -> None:
        """Have a variable convert from now on what it is given, as one does that is assigned with a type before it."""
        self._variables.hold_type(name, type_name)

    def change(self, values: dict[str, Value], key: str, value: Value) -> None:
        """Put a value into a table or scope, so that it can be undone."""
        self._variables.change(values, key, value)

    @property
    def looked_in_vain(self) -> int:
        """How often the script has asked for objects of policy and found none."""
        return self._commands.looked_in_vain

    def remove(self, values: dict[str, Value], key: str) -> None:
        """Take a value out of a table, so that it can be undone."""
        self._variables.remove(values, key)

    def keep(self, items: list[Value]) -> None:
        """Note what a list holds that is about to be changed in place, so that it can be undone."""
        self.step(self._variables.keep(items) // ITEMS_OF_A_STEP)

    def enters(self, node: Node) -> bool:
        """Whether another level may be entered; the first that may not is reported."""
        if self._depth < MAX_NESTING:
            self._depth += 1
            return True
        if not self._is_too_deep:
            message = f"nested deeper than {MAX_NESTING} levels, which is not followed"
            self._diagnostics.refused(message, self.syntax.span(node.start_byte, node.end_byte))
        self._is_too_deep = True
        return False

    def leaves(self) -> None:
        """Leave the level."""
        self._depth -= 1

    def step(self, count: int = 1) -> None:
        """Count steps. Raises ExhaustedError."""
        self._steps += count
        if self._steps > MAX_STEPS:
            raise ExhaustedError

    def statements(self, node: Node) -> list[Value]:
        """What the statements in a node give."""
        if not self.enters(node):
            return []
        given: list[Value] = []
        try:
            if self._has_traps and (traps := functions.traps_in(statements_in(node))):
                self._trapping(traps, statements_in(node), given)
                return given
            for statement in statements_in(node):
                try:
                    found = self.statement(statement)
                except StatementError:
                    self._go_on(statement)
                    continue
                if isinstance(found, Unordered) and not given:
                    given = Unordered(found)
                else:
                    given += found
                if len(given) > MAX_ITEMS:
                    raise ExhaustedError
        except LeaveError as left:
            left.values = [*given, *left.values]
            raise
        finally:
            self.leaves()
        return given

    def _trapping(self, traps: Sequence[Node], statements: Iterable[Node], given: list[Value]) -> None:
        """Carry out the statements of a block that traps what fails; what they give is put behind what is given.

        A `trap` that nothing has run for certain may yet run.
        """
        has_run = False
        try:
            for statement in statements:
                if statement.type == "trap_statement" or not self._has_failed(statement, given):
                    continue
                has_run = True
                given += trapped(traps, statement, self)
        finally:
            for each in () if has_run else traps:
                self.statement(each)

    def _has_failed(self, statement: Node, given: list[Value]) -> bool:
        """Carry out a statement whose failure is trapped; whether it has failed."""
        self._tries += 1
        try:
            given += self.statement(statement)
        except LeaveError as left:
            if left.kind != "throw":
                raise
            given += left.values
        except CommandError:
            pass
        else:
            return False
        finally:
            self._tries -= 1
        return True

    def _start(self, node: Node) -> None:
        """Carry out a statement of the script itself, whose output nobody takes."""
        try:
            self.statement(node)
        except StatementError:
            self._go_on(node)

    def _go_on(self, node: Node) -> None:
        """Go on behind a statement that an error has ended, unless the script catches it or is to stop there."""
        if self._tries:
            raise StatementError
        preference = self.look_up("erroractionpreference")
        if preference is not None and text_of(preference).casefold() == "stop":
            raise LeaveError("throw", node, [])

    def end_statement(self, why: str, start: int, end: int) -> NoReturn:
        """End the statement that stands here by an error: what it would set or make, it does not."""
        if not self._tries:
            self.doubt_behind(f"PowerShell ends this statement with an error: {why}", start, end)
        raise StatementError

    def value(self, node: Node) -> Value:
        """What an expression amounts to."""
        return value_of(node, self)

    def pipeline(self, node: Node) -> Value:
        """What a statement gives, as one value; that of an expression as it is, a list of one or none too."""
        core = core_of(node)
        if core.type not in STATEMENTS and core.type not in FLOW:
            return core_value(core, self)
        return collected(self.statement(node), node.start_byte, node.end_byte)

    def run_block(self, block: Block, item: Value | None) -> list[Value]:
        """What a block gives for one object."""
        self.step()
        scope = self._variables.scope
        before = scope.get("_")
        if item is not None:
            scope["_"] = item
        inner = next((child for child in block.node.named_children if child.type == "script_block"), block.node)
        outer = len(self.ways)
        try:
            return self.statements(inner)
        except LeaveError as left:
            if left.kind != "return":
                raise
            return left.values
        finally:
            restore(scope, "_", before)
            del self.ways[outer:]

    def call_block(self, block: Block, call: Call) -> list[Value]:
        """What a block gives that is called with arguments."""
        return self._enter(functions.of_block(block, self.syntax), call)

    @contextmanager
    def doubt(self, why: str, start: int, end: int) -> Iterator[None]:
        """Follow what may not run; if it bears on IPsec, that is reported."""
        before = self._commands.effects
        self.doubts += 1
        try:
            yield
        finally:
            self.doubts -= 1
            if self._commands.effects > before and not self.doubts:
                self._diagnostics.not_understood(why, self.syntax.span(start, end))

    def doubt_behind(self, why: str, start: int, end: int) -> None:
        """Note what is taken for so and may not be; if anything behind it bears on IPsec, that is reported."""
        self._taken_for_so.setdefault((start, end), (why, self._commands.effects))

    @contextmanager
    def repeated(self, body: Node, *names: str) -> Iterator[None]:
        """Follow once what may run several times, each time with other values of these variables."""
        changed = {
            name for each in within(body, "left_assignment_expression", in_blocks=True) for name in self._in(each)
        }
        self._rounds.append((self._variables.depth, frozenset(names) | changed))
        try:
            yield
        finally:
            self._rounds.pop()

    def may_differ(self, test: Node) -> bool:
        """Whether a condition may hold one time and not another within what runs several times."""
        asks = next(within(test, "command", in_blocks=True), None) is not None
        names = self._in(test)
        return any(asks or depth < self._variables.depth or names & changed for depth, changed in self._rounds)

    def _in(self, node: Node) -> set[str]:
        variables = (node, *within(node, "variable", in_blocks=True))
        return {self.syntax.source(each).lstrip("$").rpartition(":")[2].casefold() for each in variables}

    def attempt(self, node: Node, clauses: int, *, catches_all: bool) -> tuple[list[Value] | None, Decision | None]:
        """What a block gives, None if a command in it fails or it throws; and when each clause that catches this runs.

        Which of the block and the clauses runs is not told where they may run several times.
        """
        self._tries += 1
        self._decisions += 1
        tried = Tried(self._decisions, clauses, len(self.ways), catches_all)
        if clauses and not self._rounds:
            self.ways.append(tried.so_far())
            self._tried.append(tried)
        try:
            given: list[Value] | None = self.statements(node)
        except CommandError:
            given = None
        except LeaveError as left:
            if left.kind != "throw":
                raise
            given = None
        finally:
            self._tries -= 1
            if is_told := tried in self._tried:
                self._tried.pop()
                del self.ways[tried.place]
        return given, tried.decision() if is_told else None

    def may_fail(self) -> None:
        """Note that here what is tried may fail: what it has made so far is then kept."""
        for tried in reversed(self._tried):
            inner = self.ways[tried.place + 1 :]
            failure = tried.fail(inner)
            if failure is not None and inner and len(self.failures) < MAX_CONDITIONS:
                self.failures.append(failure)
            self.ways[tried.place] = tried.so_far()
            if tried.catches_all:
                return

    def fail(self) -> None:
        """A command fails: leave the block that the script tries, if there is one."""
        if self._tries:
            raise CommandError

    def both(
        self,
        blocks: Sequence[Node],
        why: str,
        place: Node,
        *,
        has_rest: bool,
        is_one_of_them: bool = True,
        decision: Decision | None = None,
    ) -> list[Value]:
        """Follow blocks of which one runs, or none where `has_rest`, each from the same state.

        `is_one_of_them` is false where it is not certain that no other runs too; `decision` is the one that decides, if
        it decides on more than these.
        """
        ends: list[Changes] = []
        defined: list[dict[str, functions.Function]] = []
        gives = may_leave = leaves_all = False
        if decision is None:
            self._decisions += 1
            own = [frozenset({number}) for number in range(len(blocks) + has_rest)]
            decision = Decision(self._decisions, own, frozenset({len(blocks)}) if has_rest else frozenset())
        going_on = decision.rest
        with self.doubt(why, place.start_byte, place.end_byte):
            for number, block in enumerate(blocks):
                self._variables.begin_way()
                self._functions.begin_way()
                has_left = has_ended = False
                outer = len(self.ways)
                self.ways += [(decision.number, decision.blocks[number])] if is_one_of_them else []
                try:
                    gives = bool(self.statements(block)) or gives
                except (LeaveError, CommandError) as left:
                    has_left = True
                    gives = gives or (isinstance(left, LeaveError) and bool(left.values))
                    may_leave = may_leave or (isinstance(left, LeaveError) and left.kind != "continue")
                    has_ended = isinstance(left, LeaveError) and left.kind in _ENDS
                    leaves_all = leaves_all or has_ended
                finally:
                    changes = self._variables.end_way()
                    functions_here = self._functions.end_way()
                    del self.ways[outer:]
                if has_left:
                    self._variables.leave_behind(changes, self.may_have_left)
                else:  # what a block leaves for good does not matter behind it
                    ends.append(changes)
                    defined.append(functions_here)
                if not has_ended:  # behind a loop that is left, and where a failure is caught, it goes on
                    going_on |= decision.blocks[number]
        self._variables.join([*ends, {}] if has_rest else ends)
        for function in self._functions.join([*defined, {}] if has_rest else defined):
            why_this = "whether it is this function that is called further on is not known: it is read as if it were"
            self.doubt_behind(why_this, function.body.start_byte, function.body.end_byte)
        if leaves_all and is_one_of_them:
            self.ways.append((decision.number, going_on))
        self.may_have_left += may_leave
        why_not = Unknown("decided by what is not known")
        return [Value(why_not, place.start_byte, place.end_byte)] if gives else []

    def settle_loop(self, place: Node, since: int) -> None:
        """End a loop that may have been left: what was changed on the way out is not known behind it."""
        self._variables.settle(place.start_byte, place.end_byte, since)

    def is_own(self, name: str) -> bool:
        """Whether a folded name means in this script something else than Windows' command of that name."""
        return name in self._functions or self._commands.named(name) != name

    def call(self, call: Call) -> list[Value]:
        """What a command gives."""
        if (name := self._commands.named(call.name)) != call.name:
            call = call._replace(name=name)
        function = self._functions.get(call.name)
        if self._tried and function is None and call.name not in NOTHING:
            self.may_fail()
        if function is None:
            if (other := self._functions.out_of_sight(call.name)) is not None:
                self._say_out_of_sight(other, call)
            return self._commands.run(call, self)
        if not self._functions.is_unseen(call.name):
            return self._enter(function, call)
        why = f"a job or another machine does not know the function {quoted(call.name)}: it is read as if it did"
        with self.doubt(why, call.start, call.end):
            return self._enter(function, call)

    def _say_out_of_sight(self, function: functions.Function, call: Call) -> None:
        if mention_within(self.syntax.source(function.body)) is not None:
            why = f"PowerShell knows no function {quoted(call.name)} here, where that of this script is not seen"
            self._diagnostics.not_understood(why, self.syntax.span(call.start, call.end))

    def printed(self) -> list[Value]:
        """What a command gives that only prints: nothing."""
        self._commands.pass_over()
        return []

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Follow what runs in a job or elsewhere: it sees no variables but those that it asks for with `$using:`."""
        with self._variables.apart(), self._functions.apart():
            yield

    def _enter(self, function: functions.Function, call: Call) -> list[Value]:
        self.step()
        if not self.enters(function.body):
            return []
        if function.is_advanced and has_defaults(self):
            names = function_calls.names_in(function)
            call = arguments_with_defaults(call, names, function_calls.bound(function, call), self)
        try:
            return self._run_function(function, call, function_calls.bound(function, call))
        finally:
            self.leaves()

    def run_file(self, root: Node, call: Call, *, is_dotted: bool) -> list[Value]:
        """What the program of another file gives that is run, in this scope where it is dot-sourced."""
        self.step()
        if not self.enters(root):
            return []
        function = functions.Function(child_of(root, "param_block"), root, self.syntax)
        given = function_calls.bound(function, call)
        if is_dotted:
            self._foresee(root)
        self._look_into([root])
        outer = len(self.ways)
        try:
            if is_dotted:
                function_calls.complete(function, given, self)
                self._take_over(function, given)
                return self.statements(root)
            with self._variables.of_file(given), self._functions.within({}, is_of_file=True):
                function_calls.complete(function, given, self)
                self._foresee(root)
                return self.statements(root)
        except LeaveError as left:
            if left.kind not in {"return", "exit"}:
                raise
            return left.values
        finally:
            del self.ways[outer:]
            self.leaves()

    def _foresee(self, root: Node) -> None:
        self._functions.foresee(functions.functions_in(statements_in(root), self.syntax))

    def _take_over(self, function: functions.Function, given: Mapping[str, Value]) -> None:
        """Have the scope that is there hold the parameters of what runs in it."""
        for declared in function.parameters:
            self.assign(declared.name, given[declared.name])

    def run_module(self, roots: Sequence[Node]) -> list[Value]:
        """What the program of a module gives that is brought in: what it offers can be called from now on."""
        self.step()
        if not roots or not self.enters(roots[0]):
            return []
        outer, self._module = self._module, functions.Module({}, {})
        module, ways = self._module, len(self.ways)
        given: list[Value] = []
        self._look_into(roots)
        try:
            with self._within_module(module):
                for root in roots:
                    self._foresee(root)
                    given += self.statements(root)
        except LeaveError as left:
            if left.kind not in {"return", "exit"}:
                raise
            given += left.values
        finally:
            self._module = outer
            del self.ways[ways:]
            self.leaves()
        for name, function in list(module.functions.items()):
            own = module.functions[name] = replace(function, module=module)
            if module.offers(name):
                self._functions.define(name, own)
        return given

    @contextmanager
    def _within_module(self, module: functions.Module | None) -> Iterator[None]:
        if module is None:
            yield
            return
        with self._variables.of_file(module.variables), self._functions.within(module.functions, is_of_file=True):
            yield

    def run_method(self, body: Node, given: dict[str, Value], *, is_value: bool = False) -> list[Value]:
        """What a method of a class returns that begins with these variables; what it amounts to, for a value."""
        self.step()
        if not self.enters(body):
            return []
        outer = len(self.ways)
        try:
            with self._variables.within(given), self._functions.within({}):
                found = self.statements(body)
        except LeaveError as left:
            if left.kind != "return":
                raise
            return left.values
        finally:
            del self.ways[outer:]
            self.leaves()
        return found if is_value else []

    def _run_function(self, function: functions.Function, call: Call, given: dict[str, Value]) -> list[Value]:
        self._called.add(function.body.start_byte)
        outer = len(self.ways)
        try:
            if self.syntax.text[call.start : call.start + 2] in _DOTS:
                function_calls.complete(function, given, self)
                self._take_over(function, given)
                self._foresee(function.body)
                return function_calls.body_of(function, call, self._variables.scope, self)
            with self._within_module(function.module), self._variables.within(given), self._functions.within({}):
                function_calls.complete(function, given, self)
                self._foresee(function.body)
                return function_calls.body_of(function, call, given, self)
        except LeaveError as left:
            if left.kind != "return":
                raise
            return left.values
        finally:
            del self.ways[outer:]

    def statement(self, node: Node) -> list[Value]:
        """What one statement gives."""
        kind = node.type
        work = FLOW.get(kind)
        if work is not None:
            self.step()
            return work(node, self)
        if kind == "function_statement":
            for name, function in functions.functions_in((node,), self.syntax):
                self._functions.define(name, function)
            return []
        if kind in _NO_STATEMENTS:
            return []
        return pipelines.pipeline(node, self) if kind in STATEMENTS else handed_on(value_of(node, self))
