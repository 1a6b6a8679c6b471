"""Classes that a script declares, the objects made of them, and their methods.

Source: about_Classes. An object is a table of its properties that knows its class. What a class inherits from one that
the script does not declare is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct
from tree_sitter import Node

from ipseclint.formats.powershell.script.evaluator import Evaluator
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.syntax.nodes import child_of
from ipseclint.formats.powershell.script.values.conversions import BITS, FRACTIONS, OF_TIME, converted, type_in
from ipseclint.formats.powershell.script.values.enums import Enumeration, enumerations_in
from ipseclint.formats.powershell.script.values.lists import collected, items_of
from ipseclint.formats.powershell.script.values.value import (
    Data,
    Table,
    Unknown,
    Value,
    nowhere,
    text_of,
)
from ipseclint.late import late

_UNSET: Mapping[str, Data] = {
    **dict.fromkeys([*BITS, *FRACTIONS], 0),
    **dict.fromkeys(["bool", "boolean"], False),
}
"""The initial value of a property by type; null for other types."""
_UNSAID = frozenset({*OF_TIME, "char", "guid"})
"""Types whose initial value is neither null nor shown as 0 (reasoned)."""
_TO_BASE = late(r"(?<!:):\s*+base\s*+\(((?>::|:(?!\s{0,8}+base\b)|[^{}:]){0,1000})\)\s*+\{?+\s*+\Z", re.IGNORECASE)
_MAX_BASES = 16
"""How many ancestors of a class are followed (reasoned)."""


class Method(Struct, frozen=True):
    """A method or constructor: its folded name, its parameters with their folded types, and its body, if not empty.

    `to_base` are the offsets of the arguments that a constructor passes to its base.
    """

    name: str
    parameters: tuple[tuple[str, str], ...]
    body: Node | None
    is_static: bool
    to_base: tuple[int, int] | None = None


class Property(Struct, frozen=True):
    """A property: its name as written, its folded type, and its initial value, if any."""

    name: Value
    type_name: str
    default: Node | None
    is_static: bool


class ScriptClass(Struct, frozen=True, dict=True):
    """A class as declared: its name, and the folded name of its base."""

    name: str
    base: str
    node: Node
    syntax: Syntax
    statics: Table

    @cached_property
    def properties(self) -> tuple[Property, ...]:
        """Its own properties."""
        return tuple(self._properties())

    @cached_property
    def methods(self) -> tuple[Method, ...]:
        """Its own methods; constructors have the name of the class."""
        return tuple(self._methods())

    def _properties(self) -> Iterator[Property]:
        for node in self.node.named_children:
            variable = child_of(node, "variable") if node.type == "class_property_definition" else None
            if variable is None:
                continue
            start, end = variable.start_byte + 1, variable.end_byte
            default = next((each for each in reversed(node.named_children) if each.start_byte > end), None)
            name = Value(self.syntax.text[start:end], start, end)
            yield Property(name, _type_of(node, self.syntax), default, _is_static(node, self.syntax))

    def _methods(self) -> Iterator[Method]:
        for node in self.node.named_children:
            name = child_of(node, "simple_name") if node.type == "class_method_definition" else None
            if name is None:
                continue
            body = child_of(node, "script_block")
            listed = child_of(node, "class_method_parameter_list")
            parameters = tuple(
                (self.syntax.source(variable)[1:].casefold(), _type_of(each, self.syntax))
                for each in (listed.named_children if listed is not None else ())
                if (variable := child_of(each, "variable")) is not None
            )
            begins = node.end_byte - 1 if body is None else body.start_byte
            handed = _TO_BASE.search(self.syntax.text, name.end_byte, begins)
            yield Method(
                name=self.syntax.source(name).strip().casefold(),
                parameters=parameters,
                body=body,
                is_static=_is_static(node, self.syntax),
                to_base=None if handed is None else handed.span(1),
            )


def _type_of(node: Node, syntax: Syntax) -> str:
    literal = child_of(node, "type_literal")
    return "" if literal is None else type_in(syntax.source(literal))


def _is_static(node: Node, syntax: Syntax) -> bool:
    attributes = (each for each in node.named_children if each.type == "class_attribute")
    return any(syntax.source(each).casefold() == "static" for each in attributes)


def classes_in(statements: Iterable[Node], syntax: Syntax) -> Iterator[ScriptClass]:
    """The classes that statements declare."""
    for node in statements:
        names = [each for each in node.named_children if each.type == "simple_name"]
        if node.type == "class_statement" and names:
            name, *bases = (syntax.source(each).strip() for each in names)
            yield ScriptClass(name, bases[0].casefold() if bases else "", node, syntax, Table())


class Classes:
    """The classes of a script by folded name; `called` are the methods called so far."""

    def __init__(self) -> None:
        self._classes: dict[str, ScriptClass] = {}
        self._enumerations: dict[str, Enumeration] = {}
        self.called: set[int] = set()

    def declare(self, statements: Iterable[Node], syntax: Syntax) -> None:
        """Take in the classes that statements declare."""
        for declared in classes_in(statements, syntax):
            self._classes[declared.name.casefold()] = declared

    def declare_enumerations(self, nodes: Iterator[Node], syntax: Syntax) -> None:
        """Take in the enumerations that nodes declare."""
        self._enumerations |= {each.name: each for each in enumerations_in(nodes, syntax)}

    def __bool__(self) -> bool:
        return bool(self._classes)

    def has(self, type_name: str) -> bool:
        """Whether a type (folded name) is a class of the script."""
        return type_name in self._classes

    def new(self, type_name: str, arguments: Sequence[Value], place: tuple[int, int], run: Evaluator) -> Value:
        """A new object of a class (folded name), constructed with these arguments."""
        own = self._classes[type_name]
        made = Value(Table(kind=type_name), *place)
        self._set_up(made, own, run)
        if not self._construct(own, made, arguments, run, _MAX_BASES):
            return Value(Unknown(f"what the class `{own.name}` makes of what it is given"), *place)
        return made

    def _construct(self, own: ScriptClass, made: Value, arguments: Sequence[Value], run: Evaluator, bases: int) -> bool:
        """Run the constructor that fits, after that of the base; False if there are arguments and none fits."""
        constructor = _fitting(own.methods, own.name.casefold(), len(arguments))
        base = self._classes.get(own.base) if bases else None
        handed: list[Value] = []
        if constructor is not None and constructor.to_base is not None and base is not None:
            start, end = constructor.to_base
            given = self._given(constructor, arguments)
            listed = run.run_method(run.syntax.fragment(start, end), given, is_value=True) if end > start else []
            handed = [item for each in listed for item in items_of(each)]
        if base is not None and not self._construct(base, made, handed, run, bases - 1):
            return False
        if constructor is not None:
            self._run(constructor, made, arguments, run)
        return constructor is not None or not arguments

    def of_table(self, type_name: str, value: Value, run: Evaluator) -> Value:
        """A table cast to an object of a class; other values as they are."""
        if not isinstance(value.data, Table) or value.data.kind:
            return value
        made = self.new(type_name, (), (value.start, value.end), run)
        if isinstance(made.data, Table):
            for key, each in value.data.values.items():
                made.data.set(value.data.name_of(key), each)
        return made

    def converted(self, value: Value, type_name: str, run: Evaluator) -> Value | None:
        """A value as an object of a class of the script, or a list of them; None for other types."""
        bare = type_name.removesuffix("[]")
        enumeration = self._enumerations.get(bare)
        if bare not in self._classes and enumeration is None:
            return None
        if enumeration is not None:
            words = [Value(enumeration.converted(each), each.start, each.end) for each in items_of(value)]
            return Value(words, value.start, value.end) if bare != type_name else (words or [value])[0]
        many = [self.of_table(bare, each, run) for each in items_of(value)]
        return Value(many, value.start, value.end) if bare != type_name else (many or [value])[0]

    def call(
        self, type_name: str, holder: Value | None, name: str, arguments: Sequence[Value], run: Evaluator
    ) -> Value | None:
        """The result of a method of a class; None if it has none. `holder` is the object; None for a static method."""
        for own in self._lineage(type_name):
            method = _fitting(own.methods, name, len(arguments))
            if method is not None and method.is_static == (holder is None):
                return self._run(method, holder, arguments, run)
        return None

    def property_type(self, type_name: str, name: str) -> str:
        """The folded type of a property, by folded name; empty if it has none."""
        for own in self._lineage(type_name):
            for declared in own.properties:
                if text_of(declared.name).casefold() == name:
                    return declared.type_name
        return ""

    def statics(self, type_name: str, run: Evaluator) -> Table | None:
        """The static properties of a class; None if the script declares no such class."""
        if (enumeration := self._enumerations.get(type_name)) is not None:
            return enumeration.words
        own = self._classes.get(type_name)
        if own is None:
            return None
        for own_property in own.properties if not own.statics.values else ():
            if own_property.is_static:
                own.statics.set(own_property.name, self._first_value(own_property, run))
        return own.statics

    def uncalled(self) -> Iterator[tuple[ScriptClass, Method, Node]]:
        """The methods that nothing has called so far, each with its body."""
        for own in list(self._classes.values()):
            for method in own.methods:
                if method.body is not None and method.body.id not in self.called:
                    yield own, method, method.body

    def run_unknown(self, own: ScriptClass, method: Method, place: tuple[int, int], run: Evaluator) -> None:
        """Follow a method as if called once, on an object with unknown properties; `place` is that of its body."""
        some = Table(kind=own.name.casefold())
        for name in (each.name for one in self._lineage(some.kind) for each in one.properties if not each.is_static):
            some.set(name, Value(Unknown(f"the property `{name.data}`"), name.start, name.end))
        arguments = [Value(Unknown(f"the parameter `${name}`"), *place) for name, _ in method.parameters]
        self._run(method, None if method.is_static else Value(some, *place), arguments, run)

    def _set_up(self, made: Value, own: ScriptClass, run: Evaluator) -> None:
        if not isinstance(made.data, Table):
            return
        for ancestor in reversed(list(self._lineage(own.name.casefold()))):
            for own_property in ancestor.properties:
                if not own_property.is_static:
                    made.data.set(own_property.name, self._first_value(own_property, run))

    def _first_value(self, declared: Property, run: Evaluator) -> Value:
        if declared.default is None:
            return self._unset(declared.type_name.removeprefix("system."), declared.name)
        value = run.value(declared.default)
        return Value(converted(value, declared.type_name), value.start, value.end) if declared.type_name else value

    def _unset(self, type_name: str, name: Value) -> Value:
        """What a property of a type is before it is set."""
        if type_name in _UNSAID:
            return name._replace(data=Unknown(f"what `[{type_name}]` is before it is set"))
        if (enumeration := self._enumerations.get(type_name)) is not None:
            zero = name._replace(data=0)
            word = enumeration.converted(zero)
            return zero if isinstance(word, Unknown) else name._replace(data=word)
        return name._replace(data=_UNSET.get(type_name))

    def _run(self, method: Method, holder: Value | None, arguments: Sequence[Value], run: Evaluator) -> Value:
        if method.body is None:
            return nowhere(None)
        self.called.add(method.body.id)
        given = self._given(method, arguments)
        if holder is not None:
            given["this"] = holder
        return collected(run.run_method(method.body, given), method.body.start_byte, method.body.end_byte)

    def _given(self, method: Method, arguments: Sequence[Value]) -> dict[str, Value]:
        """The variables that a method starts with."""
        return {
            name: Value(converted(value, type_name), value.start, value.end)
            for (name, type_name), value in zip(method.parameters, arguments, strict=False)
        }

    def _lineage(self, type_name: str) -> Iterator[ScriptClass]:
        """A class and its ancestors, as far as the script declares them."""
        for _ in range(_MAX_BASES):
            own = self._classes.get(type_name)
            if own is None:
                return
            yield own
            type_name = own.base


def _fitting(methods: Iterable[Method], name: str, count: int) -> Method | None:
    """The method with this name and number of parameters."""
    return next((each for each in methods if each.name == name and len(each.parameters) == count), None)
