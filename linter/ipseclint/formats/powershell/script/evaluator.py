"""What the parts of the evaluation ask of each other: a command to run, a state to change, ways to leave a block."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, NoReturn, Protocol

from tree_sitter import Node

from ipseclint.formats.powershell.script.binding import Argument
from ipseclint.formats.powershell.script.doubts import Doubts
from ipseclint.formats.powershell.script.functions import Functions
from ipseclint.formats.powershell.script.grammar import Syntax
from ipseclint.formats.powershell.script.not_given import NotGiven
from ipseclint.formats.powershell.script.pieces import Pieces
from ipseclint.formats.powershell.script.repeating import Repeating
from ipseclint.formats.powershell.script.trying import Tries
from ipseclint.formats.powershell.script.values import Block, Table, Value
from ipseclint.formats.powershell.script.variables import Variables
from ipseclint.formats.powershell.script.worlds import Worlds


class Call(NamedTuple):
    """One command of a pipeline: its name folded, its arguments, and the objects that come through the pipeline."""

    name: str
    arguments: Sequence[Argument]
    piped: list[Value] | None
    start: int
    end: int


DOTS = frozenset({". ", ".\t"})
"""How a call begins that runs a function, a block or a file in the scope of what calls it (about_Scopes)."""


class LeaveError(Exception):
    """Leaves a loop, a function or the script: `kind` is the keyword, in lower case, `node` where it stands.

    `label` is the folded one of the loop that is left; empty for the innermost.
    """

    def __init__(self, kind: str, node: Node, values: list[Value], label: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.node = node
        self.values = values
        self.label = label


class CommandError(Exception):
    """A command of the script fails where the script says that this is to stop it."""


class StatementError(CommandError):
    """An expression is one that PowerShell cannot carry out, which ends the statement that it stands in."""


class ExhaustedError(Exception):
    """More steps than are followed."""


class DeclaredClasses(Protocol):
    """The classes that a script declares, as expressions use them, each by the folded name of its type."""

    def has(self, type_name: str) -> bool:
        """Whether a type is a class of the script."""

    def new(self, type_name: str, arguments: Sequence[Value], place: tuple[int, int], run: Evaluator) -> Value:
        """An object of a class, made with arguments."""

    def of_table(self, type_name: str, value: Value, run: Evaluator) -> Value:
        """An object of a class with the properties of a table; other values as they are."""

    def converted(self, value: Value, type_name: str, run: Evaluator) -> Value | None:
        """A value as an object of a class, or a list of them; None for other types."""

    def call(
        self, type_name: str, holder: Value | None, name: str, arguments: Sequence[Value], run: Evaluator
    ) -> Value | None:
        """What a method of a class gives, called on an object, or on the class where there is none; or None."""

    def property_type(self, type_name: str, name: str) -> str:
        """The folded type of a property of a class, by its folded name; empty where it has none."""

    def statics(self, type_name: str, run: Evaluator) -> Table | None:
        """The properties that a class itself has; None if it is none of the script."""


class Evaluator(Protocol):
    """Follows a script, as the functions for each kind of statement and expression need it."""

    syntax: Syntax
    pieces: Pieces
    not_given: NotGiven
    blocks: dict[int, Node]
    """The blocks of script that have been met, by where each begins."""
    blocks_run: set[int]
    """Where those begin that have run."""
    doubts: Doubts
    tries: Tries
    repeating: Repeating
    worlds: Worlds
    variables: Variables
    functions: Functions
    classes: DeclaredClasses
    """The classes that the script declares."""
    may_have_left: int
    """How often a block under a condition that is not known has left what it stands in."""

    @property
    def looked_in_vain(self) -> int:
        """How often the script has asked for objects of policy and found none."""

    def look_up(self, name: str) -> Value | None:
        """The value of a variable, by its folded name with its scope; None if it has none."""

    def assign(self, name: str, value: Value) -> None:
        """Give a variable a value, by its folded name."""

    def forget(self, name: str) -> None:
        """Take a variable away, by its folded name; a function by its drive."""

    def keep(self, items: list[Value]) -> None:
        """Note what a list holds that is about to be changed in place, so that it can be undone."""

    def statement(self, node: Node) -> list[Value]:
        """What one statement gives."""

    def statements(self, node: Node) -> list[Value]:
        """What the statements in a node give."""

    def value(self, node: Node) -> Value:
        """What an expression amounts to."""

    def pipeline(self, node: Node) -> Value:
        """What a pipeline or another statement gives, as one value."""

    def run_block(self, block: Block, item: Value | None) -> list[Value]:
        """What a block gives for one object, `$_`."""

    def call_block(self, block: Block, call: Call) -> list[Value]:
        """What a block gives that is called with arguments."""

    def apart(self) -> AbstractContextManager[None]:
        """Follow what runs in a job or elsewhere: it sees no variables but those that it asks for with `$using:`."""

    def run_method(self, body: Node, given: dict[str, Value], *, is_value: bool = False) -> list[Value]:
        """What a method of a class returns that begins with these variables; what it amounts to, for a value."""

    def run_file(self, root: Node, call: Call, *, is_dotted: bool) -> list[Value]:
        """What the program of another file gives that is run, in this scope where it is dot-sourced."""

    def run_module(self, roots: Sequence[Node]) -> list[Value]:
        """What the program of a module gives that is brought in: what it offers can be called from now on."""

    def is_own(self, name: str) -> bool:
        """Whether a folded name means in this script something else than Windows' command of that name."""

    def call(self, call: Call) -> list[Value]:
        """What a command gives."""

    def printed(self) -> list[Value]:
        """What a command gives that only prints: nothing."""

    def step(self, count: int = 1) -> None:
        """Count steps. Raises ExhaustedError."""

    def fail(self) -> None:
        """A command fails: leave the block that the script tries, if there is one."""

    def look_into(self, roots: Sequence[Node]) -> None:
        """Take in the classes and enumerations of programs, wherever they stand, and whether they trap failures."""

    def end_statement(self, why: str, start: int, end: int) -> NoReturn:
        """End the statement that stands here by an error: what it would set or make, it does not."""

    def enters(self, node: Node) -> bool:
        """Whether another level may be entered; the first that may not is reported."""

    def leaves(self) -> None:
        """Leave the level."""


class Commands(Protocol):
    """What carries out the commands of a script."""

    @property
    def effects(self) -> int:
        """How many commands so far bear on IPsec."""

    @property
    def has_succeeded(self) -> bool | None:
        """Whether the last command has, where that is known."""

    @property
    def looked_in_vain(self) -> int:
        """How often a command was asked for objects of policy and found none."""

    def run(self, call: Call, evaluator: Evaluator) -> list[Value]:
        """What a command gives; its effects are kept."""

    def pass_over(self) -> None:
        """Let a command run that only prints: whether it succeeds is not known."""

    def named(self, name: str) -> str:
        """The command that a folded name stands for."""
