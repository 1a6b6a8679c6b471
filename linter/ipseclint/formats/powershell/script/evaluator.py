"""Interfaces between the parts of the evaluation: the evaluator, command calls, and exceptions that leave a block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import NamedTuple, NoReturn, Protocol

from tree_sitter import Node

from ipseclint.formats.powershell.script.arguments.binding import Argument, Refusal
from ipseclint.formats.powershell.script.flow.doubts import Doubts
from ipseclint.formats.powershell.script.flow.functions import Functions
from ipseclint.formats.powershell.script.flow.not_given import NotGiven
from ipseclint.formats.powershell.script.flow.repeating import Repeating
from ipseclint.formats.powershell.script.flow.trying import Tries
from ipseclint.formats.powershell.script.flow.variables import Variables
from ipseclint.formats.powershell.script.flow.worlds import Worlds
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.values.pieces import Pieces
from ipseclint.formats.powershell.script.values.value import Block, Table, Value


class Call(NamedTuple):
    """One command of a pipeline: its folded name, its arguments, and the objects piped into it."""

    name: str
    arguments: Sequence[Argument]
    piped: list[Value] | None
    start: int
    end: int


DOTS = frozenset({". ", ".\t"})
"""How a call begins that runs a function, a block or a file in the scope of what calls it (about_Scopes)."""


class LeaveError(Exception):
    """Leaves a loop, a function or the script: `kind` is the lower-case keyword, `node` its node.

    `label` is the folded label of the loop that is left; empty for the innermost.
    """

    def __init__(self, kind: str, node: Node, values: list[Value], label: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.node = node
        self.values = values
        self.label = label


class CommandError(Exception):
    """A failing command, where the script asks to stop on errors; `values` are what was given before it."""

    def __init__(self, why: str = "") -> None:
        super().__init__(why)
        self.values: list[Value] = []


class StatementError(CommandError):
    """An expression that PowerShell cannot evaluate, which ends its statement; `why`, from `start` to `end`.

    Why is empty if it is said already. `stops`: it ends what the statement stands in too, as `throw` does.
    """

    def __init__(self, why: str = "", start: int = 0, end: int = 0, *, stops: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.place = (start, end)
        self.stops = stops


@contextmanager
def given_before(given: list[Value]) -> Iterator[None]:
    """Follow what comes behind these values: they are given, too, where it is left."""
    try:
        yield
    except (LeaveError, CommandError) as left:
        left.values = [*given, *left.values]
        raise


def drop_if_failed(left: LeaveError | CommandError) -> None:
    """Let go of what was given before a failure, where it would have become a value."""
    if isinstance(left, CommandError) or left.kind == "throw":
        left.values = []


class ExhaustedError(Exception):
    """The script takes more steps than the limit."""


class DeclaredClasses(Protocol):
    """The classes that a script declares, as expressions use them; types are named by folded name."""

    def has(self, type_name: str) -> bool:
        """Whether a type is a class of the script."""

    def new(self, type_name: str, arguments: Sequence[Value], place: tuple[int, int], run: Evaluator) -> Value:
        """A new object of a class, constructed with these arguments."""

    def of_table(self, type_name: str, value: Value, run: Evaluator) -> Value:
        """A table cast to an object of a class; other values as they are."""

    def converted(self, value: Value, type_name: str, run: Evaluator) -> Value | None:
        """A value as an object of a class of the script, or a list of them; None for other types."""

    def call(
        self, type_name: str, holder: Value | None, name: str, arguments: Sequence[Value], run: Evaluator
    ) -> Value | None:
        """The result of a method of a class; None if it has none. `holder` is the object; None for a static method."""

    def property_type(self, type_name: str, name: str) -> str:
        """The folded type of a property, by folded name; empty if it has none."""

    def statics(self, type_name: str, run: Evaluator) -> Table | None:
        """The static properties of a class; None if the script declares no such class."""


class Evaluator(Protocol):
    """The evaluator of a script, as the functions for each kind of statement and expression see it."""

    syntax: Syntax
    pieces: Pieces
    not_given: NotGiven
    blocks: dict[int, Node]
    """The script blocks met so far, by start offset."""
    blocks_run: set[int]
    """The start offsets of the blocks that ran."""
    doubts: Doubts
    tries: Tries
    repeating: Repeating
    worlds: Worlds
    variables: Variables
    functions: Functions
    classes: DeclaredClasses
    """The classes that the script declares."""
    may_have_left: int
    """How often a block under an undecided condition left its enclosing block."""

    @property
    def looked_in_vain(self) -> int:
        """How often the script asked for policy objects and found none."""

    def look_up(self, name: str) -> Value | None:
        """The value of a variable, by folded name with scope; None if it is not set."""

    def assign(self, name: str, value: Value) -> None:
        """Set a variable, by folded name."""

    def forget(self, name: str) -> None:
        """Remove a variable, by folded name; a function if the name has its drive."""

    def keep(self, items: list[Value]) -> None:
        """Save the elements of a list before it is changed in place, so that the change can be undone."""

    def statement(self, node: Node) -> list[Value]:
        """The output of one statement."""

    def statements(self, node: Node) -> list[Value]:
        """The output of the statements in a node."""

    def value(self, node: Node) -> Value:
        """The value of an expression."""

    def pipeline(self, node: Node) -> Value:
        """The output of a pipeline or another statement, as one value."""

    def run_block(self, block: Block, item: Value | None) -> list[Value]:
        """The output of a block for one object, `$_`."""

    def call_block(self, block: Block, call: Call) -> list[Value]:
        """The output of a block called with arguments."""

    def apart(self) -> AbstractContextManager[None]:
        """Follow code that runs in a job or remotely: it sees only the variables that it names with `$using:`."""

    def run_method(self, body: Node, given: dict[str, Value], *, is_value: bool = False) -> list[Value]:
        """The return value of a method that starts with these variables; with `is_value`, that of its expression."""

    def run_file(self, root: Node, call: Call, *, is_dotted: bool) -> list[Value]:
        """The output of another script; `is_dotted`: it runs in the current scope."""

    def run_module(self, roots: Sequence[Node]) -> list[Value]:
        """The output of importing a module, whose exports can be called from then on."""

    def is_own(self, name: str) -> bool:
        """Whether the script redefines the Windows command with this folded name."""

    def call(self, call: Call) -> list[Value]:
        """The output of a command."""

    def printed(self) -> list[Value]:
        """The output of a command that only prints: none."""

    def step(self, count: int = 1) -> None:
        """Count steps. Raises ExhaustedError at the limit."""

    def fail(self) -> None:
        """Handle a failing command: leave the innermost `try` block, if there is one."""

    def look_into(self, roots: Sequence[Node]) -> None:
        """Take in the classes and enumerations anywhere in programs, and whether they trap failures."""

    def end_statement(self, why: str, start: int, end: int) -> NoReturn:
        """End the current statement with an error, without its effects."""

    def refuse(self, call: Call, refusals: list[Refusal]) -> NoReturn:
        """End the current statement, as PowerShell refuses to call a function so."""

    def note_refused(self, call: Call, refusals: list[Refusal]) -> None:
        """Note that PowerShell refuses to call a function so."""

    def enters(self, node: Node) -> bool:
        """Whether evaluation may nest one level deeper; the first refusal is reported."""

    def leaves(self) -> None:
        """Leave one level of nesting."""


class Commands(Protocol):
    """What carries out the commands of a script."""

    @property
    def effects(self) -> int:
        """The number of commands so far that bear on IPsec."""

    @property
    def has_succeeded(self) -> bool | None:
        """Whether the last command succeeded; None if unknown."""

    @property
    def looked_in_vain(self) -> int:
        """How often a command asked for policy objects and found none."""

    def run(self, call: Call, evaluator: Evaluator) -> list[Value]:
        """The output of a command, whose effects are kept."""

    def refuse(self, call: Call, refusals: list[Refusal]) -> None:
        """Note that PowerShell refuses a call."""

    def pass_over(self) -> None:
        """Skip a command that only prints; whether it succeeds is unknown."""

    def named(self, name: str) -> str:
        """The command behind a folded name, with aliases resolved."""
