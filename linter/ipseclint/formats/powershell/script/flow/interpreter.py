"""The interpreter: follows the statements of a script in order, with its variables, functions and pipelines.

What cannot be decided is noted where it stands. Both ways of an undecided condition are followed from the same state,
and what differs afterwards is unknown. A loop over an unknown list is followed once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import NoReturn

from tree_sitter import Node

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.token import ALONE_TO_FILL_IN
from ipseclint.formats.netsh.unfollowed import FILLED_IN
from ipseclint.formats.powershell.script.arguments.binding import Argument, Refusal
from ipseclint.formats.powershell.script.commands.value_commands import NOTHING
from ipseclint.formats.powershell.script.evaluator import (
    Call,
    CommandError,
    Commands,
    DeclaredClasses,
    ExhaustedError,
    LeaveError,
    StatementError,
    drop_if_failed,
)
from ipseclint.formats.powershell.script.flow import (
    function_calls,
    functions,
    if_given,
    pipelines,
    procedures,
    uncalled,
)
from ipseclint.formats.powershell.script.flow.catching import trapping
from ipseclint.formats.powershell.script.flow.classes import Classes
from ipseclint.formats.powershell.script.flow.doubts import ONLY_IF_IT_FAILS, Doubts
from ipseclint.formats.powershell.script.flow.not_given import NotGiven
from ipseclint.formats.powershell.script.flow.repeating import Repeating
from ipseclint.formats.powershell.script.flow.statements import FLOW
from ipseclint.formats.powershell.script.flow.trying import LEAVING, Tries
from ipseclint.formats.powershell.script.flow.unreached import bar_before_all, say_what_is_behind
from ipseclint.formats.powershell.script.flow.validation import refused_by
from ipseclint.formats.powershell.script.flow.variables import Variables
from ipseclint.formats.powershell.script.flow.worlds import Worlds
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.syntax.nodes import core_of, statements_in, within
from ipseclint.formats.powershell.script.values.expressions import STATEMENTS, core_value, value_of
from ipseclint.formats.powershell.script.values.lists import (
    MAX_ITEMS,
    Unordered,
    collected,
    handed_on,
)
from ipseclint.formats.powershell.script.values.pieces import Pieces
from ipseclint.formats.powershell.script.values.texts import ITEMS_OF_A_STEP
from ipseclint.formats.powershell.script.values.typed import as_type
from ipseclint.formats.powershell.script.values.value import (
    Block,
    Unknown,
    Value,
    nowhere,
    text_of,
)
from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import mention_within

_NAMES = late(r"[\w-]{1,100}")
MAX_STEPS = 50_000
"""How many commands and rounds of loops of one script are followed (reasoned: far above any real policy script)."""

MAX_NESTING = 60
"""How deep expressions, blocks and calls may lie within each other (reasoned)."""

_BEGINS_FILLED_IN = frozenset("{_@")
"""The first sign of what a template puts in."""
_MAX_BLANKS = 80
"""How far before a statement a parenthesis is looked for (reasoned)."""
_NO_STATEMENTS = frozenset({"comment", "empty_statement", "param_block"})
_VALUES = frozenset({"array_expression", "sub_expression"})
_NOT_GIVEN = Unknown("what a statement gives that ends with an error")
"""Kinds of nodes whose statements give the parts of a value, and a part that is missing."""
_PROGRAMS = frozenset({"netsh", "reg", "net", "net1", "cmd", "certutil"})
"""Programs of Windows; `sc` is an alias."""
_RAISES_ERRORS = "psnativecommanduseerroractionpreference"
_DECLARES = {"class": late(r"\bclass\b"), "enum": late(r"\benum\b")}


class Interpreter:
    """Follows one script."""

    def __init__(self, syntax: Syntax, diagnostics: Diagnostics, commands: Commands) -> None:
        self.syntax = syntax
        self.pieces = Pieces(syntax)
        self.not_given = NotGiven(syntax)
        self.blocks: dict[int, Node] = {}
        self.blocks_run: set[int] = set()
        self.doubts = Doubts(syntax, diagnostics, commands)
        self.variables = Variables(syntax.path)
        self.tries = Tries(self.doubts, self.variables)
        self.repeating = Repeating(syntax, self.variables)
        self.worlds = Worlds(syntax)
        self.functions = functions.Functions()
        self.may_have_left = 0
        self._diagnostics = diagnostics
        self._commands = commands
        self._steps = 0
        self._depth = 0
        self._is_too_deep = self._has_traps = False
        self._own_classes = Classes()
        self.classes: DeclaredClasses = self._own_classes

    def run(self, roots: Sequence[Node], words: Sequence[str] | None = None) -> None:
        """Follow the programs of the script; `words` are the arguments it is called with, if known."""
        statements = [statement for root in roots for statement in statements_in(root)]
        self.functions.foresee(functions.functions_in(statements, self.syntax))
        self.look_into(roots)
        place: Node | None = None
        barred = bar_before_all(statements, self.syntax)
        try:
            traps = functions.traps_in(statements) if self._has_traps else []
            with self._minding_failures() as mind:
                for place in statements:
                    mind(place)
                    if place.type == "param_block" or functions.is_misplaced_declaration(place, self.syntax):
                        function_calls.script_parameters(place, self, words)
                    elif place == barred:
                        say_what_is_behind(place, roots, self.syntax, self._diagnostics, is_read=True)
                    elif not traps:
                        self._start(place)
            if traps:
                trapping(traps, (each for each in statements if each.type != "param_block"), [], self)
            self.tries.go_back((0, 0), *LEAVING)
            self._uncalled()
        except ExhaustedError:
            message = f"the script takes more than {MAX_STEPS} steps: what is behind this is not followed"
            if place is not None:
                self._diagnostics.refused(message, self.syntax.span(place.start_byte, place.end_byte))
        except LeaveError as left:
            if left.kind == "throw" or not self._commands.effects:
                is_own = self.syntax.span(left.node.start_byte, left.node.end_byte).path == self.syntax.path
                end = left.node if is_own or place is None else place
                say_what_is_behind(end, roots, self.syntax, self._diagnostics)
        except CommandError:
            return
        finally:
            self.tries.go_back((0, 0), *LEAVING)
            self.doubts.report_assumptions()

    def _uncalled(self) -> None:
        """Follow each function that nothing calls, as a module would export it, once with unknown arguments."""
        for name, function in uncalled.functions(self.functions, self.syntax):
            start, end = function.body.start_byte, function.body.end_byte
            with self._as_if_called(uncalled.reason(name), function.body):
                procedures.run_function(function, Call(name, (), None, start, end), uncalled.arguments(function), self)
        for own, method, body in uncalled.methods(self._own_classes, self.syntax):
            why = uncalled.reason(f"{own.name}.{method.name}")
            with self._as_if_called(why, body):
                self._own_classes.run_unknown(own, method, (body.start_byte, body.end_byte), self)

        told = {(problem.span.path, problem.span.line) for problem in self._diagnostics.problems}
        for node in uncalled.blocks(self.blocks, self.blocks_run, self.syntax):
            start, end = node.start_byte, node.end_byte
            if not told.isdisjoint((span.path, span.line) for span in self.syntax.spans(start, end)):
                continue
            function = functions.of_block(Block(node), self.syntax)
            if function.body.start_byte in self.functions.called:
                continue
            with self._as_if_called(uncalled.NOT_RUN, node):
                procedures.run_function(function, Call("", (), None, start, end), uncalled.arguments(function), self)

    @contextmanager
    def _as_if_called(self, why: str, body: Node) -> Iterator[None]:
        """Follow what nothing calls: what it leaves by ends no more than it."""
        before = self._commands.effects
        with (
            self.doubts.about(why, body.start_byte, body.end_byte, is_told=True),
            self.tries.apart(),
            self.tries.on_a_way(),
        ):
            try:
                yield
            except LeaveError as left:
                if self._commands.effects == before:
                    say_what_is_behind(left.node, (body,), self.syntax, self._diagnostics, within=body)

    def look_into(self, roots: Sequence[Node]) -> None:
        """Take in the classes and enumerations anywhere in the script, and whether it traps failures."""
        code = self.syntax.code.lower()
        self._has_traps = "trap" in code
        declared = [word for word, alone in _DECLARES.items() if word in code and alone.search(code) is not None]
        for root in roots if declared else ():  # to look at every node takes as long as to parse
            if "class" in declared:
                self._own_classes.declare(within(root, "class_statement", in_blocks=True), self.syntax)
            if "enum" in declared:
                self._own_classes.declare_enumerations(within(root, "enum_statement", in_blocks=True), self.syntax)

    def look_up(self, name: str) -> Value | None:
        """The value of a variable, by folded name; None if it is not set."""
        if name.startswith("function:"):
            return self.functions.as_block(name.partition(":")[2])
        if name == "?" and self._commands.has_succeeded is not None:
            return nowhere(self._commands.has_succeeded)
        return self.variables.look_up(name)

    def assign(self, name: str, value: Value) -> None:
        """Set a variable, by folded name; a function or an alias if the name has its drive."""
        drive, _, bare = name.rpartition(":")
        if drive == "function" and isinstance(value.data, Block):
            self.functions.define(bare, functions.of_block(value.data, self.syntax))
        elif drive == "alias":
            place = (value.start, value.end)
            names = [Argument(None, each, *place) for each in (Value(bare, *place), value)]
            self._commands.run(Call("set-alias", names, None, *place), self)
        else:
            if self.variables.is_fixed(name):
                self.end_statement(f"`${bare}` is not to be changed", value.start, value.end)
            type_name = self.variables.type_of(name)
            value = as_type(value, type_name, self) if type_name else value
            refusals = refused_by(checks, value) if (checks := self.variables.checks_of(name)) else []
            if refusals:
                self.end_statement(f"an attribute of `${bare}` refuses it", value.start, value.end)
            self.variables.assign(name, value)

    def forget(self, name: str) -> None:
        """Remove a variable, by folded name; a function or an alias if the name has its drive."""
        drive, _, bare = name.rpartition(":")
        if drive == "function":
            self.functions.forget(bare)
        else:
            self.variables.forget(name)

    @property
    def looked_in_vain(self) -> int:
        """How often the script asked for policy objects and found none."""
        return self._commands.looked_in_vain

    def keep(self, items: list[Value]) -> None:
        """Save the elements of a list before it is changed in place, so that the change can be undone."""
        self.step(self.variables.keep(items) // ITEMS_OF_A_STEP)

    def enters(self, node: Node) -> bool:
        """Whether evaluation may nest one level deeper; the first refusal is reported."""
        if self._depth < MAX_NESTING:
            self._depth += 1
            return True
        if not self._is_too_deep:
            message = f"nested deeper than {MAX_NESTING} levels, which is not followed"
            self._diagnostics.refused(message, self.syntax.span(node.start_byte, node.end_byte))
        self._is_too_deep = True
        return False

    def leaves(self) -> None:
        """Leave one level of nesting."""
        self._depth -= 1

    def step(self, count: int = 1) -> None:
        """Count steps. Raises ExhaustedError at the limit."""
        self._steps += count
        if self._steps > MAX_STEPS:
            raise ExhaustedError

    def statements(self, node: Node) -> list[Value]:
        """The output of the statements in a node."""
        if not self.enters(node):
            return []
        given: list[Value] = []
        try:
            if self._has_traps and (traps := functions.traps_in(statements_in(node))):
                trapping(traps, statements_in(node), given, self)
                return given
            with self._minding_failures() as mind:
                for statement in statements_in(node):
                    mind(statement)
                    try:
                        found = self.statement(statement)
                    except StatementError as error:
                        self._go_on(statement, error)
                        given += error.values
                        if node.type in _VALUES:
                            given.append(Value(_NOT_GIVEN, statement.start_byte, statement.end_byte))
                        continue
                    if isinstance(found, Unordered) and not given:
                        given = Unordered(found)
                    else:
                        given += found
                    if len(given) > MAX_ITEMS:
                        raise ExhaustedError
        except (LeaveError, CommandError) as left:
            left.values = [*given, *left.values]
            raise
        finally:
            self.leaves()
        return given

    @contextmanager
    def _minding_failures(self) -> Iterator[Callable[[Node], None]]:
        """Given each statement of a block before it runs: doubts the rest of the block from the first one on before
        which the block has been left unless something failed."""
        since: tuple[int, int] | None = self.tries.mark()  # None where the rest is in doubt
        with ExitStack() as behind:

            def mind(statement: Node) -> None:
                nonlocal since
                if since is None:
                    return
                if self.tries.has_failed_since(since):
                    place = statement.start_byte, statement.end_byte
                    behind.enter_context(self.doubts.about(ONLY_IF_IT_FAILS, *place, is_told=True))
                    since = None
                else:
                    since = self.tries.mark()

            yield mind

    def _start(self, node: Node) -> None:
        """Carry out a top-level statement, whose output is dropped."""
        try:
            self.statement(node)
        except StatementError as error:
            self._go_on(node, error)

    def _go_on(self, node: Node, error: StatementError) -> None:
        """Continue after a statement that ended in an error, unless the script catches it or stops on errors."""
        if error.why and self._concerns_policy(node):
            self.doubts.tell(error.why, *error.place)
            error.why = ""
        if error.stops:
            raise LeaveError("throw", node, error.values)
        if self.tries.depth:
            raise error
        preference = self.look_up("erroractionpreference")
        if preference is not None and text_of(preference).casefold() == "stop":
            raise LeaveError("throw", node, error.values)

    def end_statement(self, why: str, start: int, end: int) -> NoReturn:
        """End the current statement with an error, without its effects."""
        why = f"PowerShell ends this statement with an error: {why}"
        if not self.tries.depth:
            self.doubts.behind(why, start, end)
        raise StatementError(why, start, end)

    def _concerns_policy(self, node: Node) -> bool:
        """Whether a statement speaks of IPsec, or calls a function that does, which is called then."""
        source = self.syntax.source(node)
        called = {self.functions.get(word) for word in set(_NAMES.findall(source.casefold()))}
        own = [each.body for each in called if each is not None]
        self.functions.called.update(body.start_byte for body in own)
        return any(mention_within(each) is not None for each in (source, *map(self.syntax.source, own)))

    def refuse(self, call: Call, refusals: list[Refusal]) -> NoReturn:
        """End the current statement, as PowerShell refuses to call a function so."""
        self.note_refused(call, refusals)
        raise StatementError

    def note_refused(self, call: Call, refusals: list[Refusal]) -> None:
        """Note that PowerShell refuses to call a function so."""
        self._commands.refuse(call, refusals)

    def value(self, node: Node) -> Value:
        """The value of an expression."""
        return value_of(node, self)

    def pipeline(self, node: Node) -> Value:
        """The output of a statement as one value; an expression keeps its value, even a list of one element or none."""
        core = core_of(node)
        if core.type not in STATEMENTS and core.type not in FLOW:
            return core_value(core, self)
        try:
            return collected(self.statement(node), node.start_byte, node.end_byte)
        except (LeaveError, CommandError) as left:
            drop_if_failed(left)
            raise

    def run_block(self, block: Block, item: Value | None) -> list[Value]:
        """The output of a block for one object."""
        self.blocks_run.add(block.node.start_byte)
        return procedures.run_block(block, item, self)

    def call_block(self, block: Block, call: Call) -> list[Value]:
        """The output of a block called with arguments."""
        self.blocks_run.add(block.node.start_byte)
        return procedures.enter(functions.of_block(block, self.syntax), call, self)

    def fail(self) -> None:
        """Handle a failing command: leave the innermost `try` block, if there is one."""
        if self.tries.depth:
            raise CommandError

    def is_own(self, name: str) -> bool:
        """Whether the script redefines the Windows command with this folded name."""
        return name in self.functions or self._commands.named(name) != name

    def call(self, call: Call) -> list[Value]:
        """The output of a command."""
        if (name := self._commands.named(call.name)) != call.name:
            call = call._replace(name=name)
        function = self.functions.get(call.name)
        if self.tries and function is None and self.worlds.assumed is None and self._may_fail(call.name):
            self.tries.may_fail()
        if function is None:
            if (other := self.functions.out_of_sight(call.name)) is not None:
                self._say_out_of_sight(other, call)
            if not if_given.is_doubted((each.value for each in call.arguments if each.value is not None), self):
                return self._commands.run(call, self)
            with if_given.in_call(call, self):
                return self._commands.run(call, self)
        if self.functions.is_ahead(function) and len(self.syntax.ranges) == 1:
            why = (
                f"PowerShell knows no function {quoted(call.name)} here yet, which is declared below: read as if it did"
            )
            self.doubts.behind(why, call.start, call.end)
        if not self.functions.is_unseen(call.name):
            return procedures.enter(function, call, self)
        why = f"a job or another machine does not know the function {quoted(call.name)}: it is read as if it did"
        with self.doubts.about(why, call.start, call.end):
            return procedures.enter(function, call, self)

    def _may_fail(self, name: str) -> bool:
        """Whether a command may raise an error: a program of Windows leaves a number, unless errors are asked for.

        Source: about_Preference_Variables, `$PSNativeCommandUseErrorActionPreference`.
        """
        program = name.replace("/", "\\").rpartition("\\")[2].removesuffix(".exe")
        return name not in NOTHING and (program not in _PROGRAMS or self.look_up(_RAISES_ERRORS) is not None)

    def _say_out_of_sight(self, function: functions.Function, call: Call) -> None:
        if mention_within(self.syntax.source(function.body)) is not None:
            why = f"PowerShell knows no function {quoted(call.name)} here, where that of this script is not seen"
            self._diagnostics.not_understood(why, self.syntax.span(call.start, call.end))

    def printed(self) -> list[Value]:
        """The output of a command that only prints: none."""
        self._commands.pass_over()
        return []

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Follow code that runs in a job or remotely: it sees only the variables that it names with `$using:`."""
        with self.variables.apart(), self.functions.apart():
            yield

    def run_method(self, body: Node, given: dict[str, Value], *, is_value: bool = False) -> list[Value]:
        """The return value of a method that starts with these variables; with `is_value`, that of its expression."""
        return procedures.run_method(body, given, self, is_value=is_value)

    def run_file(self, root: Node, call: Call, *, is_dotted: bool) -> list[Value]:
        """The output of another script; `is_dotted`: it runs in the current scope."""
        return procedures.run_file(root, call, self, is_dotted=is_dotted)

    def run_module(self, roots: Sequence[Node]) -> list[Value]:
        """The output of importing a module, whose exports can be called from then on."""
        return procedures.run_module(roots, self)

    def _note_filled_in(self, node: Node) -> None:
        """Note a statement that is a placeholder, unless it stands for the parts of a value."""
        if ALONE_TO_FILL_IN.fullmatch(self.syntax.source(node).strip()) is None:
            return
        around = [node.parent, node.parent and node.parent.parent]
        before = self.syntax.text[max(0, node.start_byte - _MAX_BLANKS) : node.start_byte].rstrip()
        if not (before.endswith("(") or any(each is not None and each.type in _VALUES for each in around)):
            self.doubts.of_all(FILLED_IN, node.start_byte, node.end_byte)

    def statement(self, node: Node) -> list[Value]:
        """The output of one statement."""
        kind = node.type
        work = FLOW.get(kind)
        if work is not None:
            self.step()
            return work(node, self)
        if kind == "function_statement":
            for name, function in functions.functions_in((node,), self.syntax):
                self.functions.define(name, function)
            return []
        if kind in _NO_STATEMENTS:
            return []
        if self.syntax.text[node.start_byte] in _BEGINS_FILLED_IN:
            self._note_filled_in(node)
        return pipelines.pipeline(node, self) if kind in STATEMENTS else handed_on(value_of(node, self))
