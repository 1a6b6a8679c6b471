"""Commands of PowerShell that pick objects of a pipeline, put them in order and give them other properties."""

from __future__ import annotations

from ipseclint.formats.powershell.script import operators
from ipseclint.formats.powershell.script.changes import sort_key
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator
from ipseclint.formats.powershell.script.members import member
from ipseclint.formats.powershell.script.parameters import given, parameters
from ipseclint.formats.powershell.script.values import (
    Block,
    Table,
    Thing,
    Unknown,
    Value,
    collected,
    items_of,
    number_of,
    text_of,
    truth_of,
)


def property_of(item: Value, name: Value) -> Value:
    """A property of an object, at its own place."""
    own = member(item, text_of(name).casefold())
    return own if isinstance(own, Value) else Value(own, item.start, item.end)


def select(call: Call, run: Evaluator) -> list[Value]:
    """What `Select-Object` gives."""
    named, rest = parameters(call)
    items = list(call.piped or [])
    properties = given(named, "property") or (rest[0] if rest else None)
    if properties is not None:
        items = [_with_properties(item, items_of(properties), run) for item in items]
    expand = given(named, "expandproperty")
    if expand is not None:
        items = [each for item in items for each in items_of(property_of(item, expand))]
    if any(len(key) > 1 and "unique".startswith(key) for key in named):
        run.step(len(items) // _SORTED_IN_A_STEP)
        items = list({_identity(item): item for item in reversed(items)}.values())[::-1]
    if (at := given(named, "index")) is not None:
        numbers = [int(number) for each in items_of(at) if (number := number_of(each)) is not None]
        return [items[number] for number in sorted(numbers) if 0 <= number < len(items)]
    skip, first, last = (_count(given(named, name)) for name in ("skip", "first", "last"))
    not_last = _count(named.get("skiplast"))
    items = items[skip or 0 :]
    items = items[:-not_last] if not_last else items if first is None else items[:first]
    return items[-last:] if last else items


def _with_properties(item: Value, properties: list[Value], run: Evaluator) -> Value:
    """An object with some properties of another, of which some are computed; others than of the script as they are."""
    computed = [each for each in properties if isinstance(each.data, Table)]
    if not isinstance(item.data, Table) and not computed:
        return item
    if item.is_unknown:
        return item
    table = Table()
    for wanted in properties:
        if isinstance(wanted.data, Table):
            name = _entry(wanted.data, "name") or _entry(wanted.data, "label")
            expression = _entry(wanted.data, "expression")
            if name is not None and expression is not None:
                table.set(name, _computed(item, expression, run))
            continue
        for key in _named_by(item, text_of(wanted).casefold()):
            name = item.data.names[key] if isinstance(item.data, Table) else wanted
            table.set(name, property_of(item, Value(key, wanted.start, wanted.end)))
    return Value(table, item.start, item.end)


def _named_by(item: Value, pattern: str) -> list[str]:
    """The properties of an object that a name with `*` stands for."""
    if not isinstance(item.data, Table):
        return [] if "*" in pattern else [pattern]
    return [key for key in item.data.values if operators.like(key, pattern)]


def _entry(table: Table, name: str) -> Value | None:
    """An entry of a computed property, whose key may be cut short."""
    return next((value for key, value in table.values.items() if key and name.startswith(key)), None)


def _computed(item: Value, expression: Value, run: Evaluator) -> Value:
    if isinstance(expression.data, Block):
        return collected(run.run_block(expression.data, item), item.start, item.end)
    return property_of(item, expression)


def _identity(value: Value) -> object:
    """What is the same of values that are taken for one."""
    if isinstance(value.data, Table):
        return tuple((key, text_of(each)) for key, each in value.data.values.items())
    return id(value.data) if isinstance(value.data, Thing | Unknown) else text_of(value)


def _count(value: Value | None) -> int | None:
    number = None if value is None else number_of(value)
    return None if number is None or number < 0 else int(number)


_SORTED_IN_A_STEP = 16
"""How many objects are put in order for one step (reasoned)."""


def sort(call: Call, run: Evaluator) -> list[Value]:
    """What `Sort-Object` gives; by what is not known, in the order in which it is."""
    named, rest = parameters(call)
    listed = given(named, "property") or (rest[0] if rest else None)
    by = items_of(listed) if listed is not None else []
    items = list(call.piped or [])
    run.step(len(items) // _SORTED_IN_A_STEP)
    keys = {id(item): _sort_keys(item, by, run) for item in items}
    is_falling = truth_of(given(named, "descending") or Value(False, 0, 0)) is True
    if not any(key.is_unknown for each in keys.values() for key in each):
        for place in reversed(range(len(by) or 1)):
            falls = _falls(by[place]) if by else None
            items.sort(
                key=lambda item, place=place: sort_key(keys[id(item)][place]),  # type: ignore[misc]
                reverse=is_falling if falls is None else falls,
            )
    if any(len(key) > 1 and "unique".startswith(key) for key in named):
        alike = {tuple(_folded(key) for key in keys[id(item)]): item for item in reversed(items)}
        items = list(alike.values())[::-1]
    return items


def _sort_keys(item: Value, by: list[Value], run: Evaluator) -> list[Value]:
    """What an object is put in order by."""
    if not by:
        return [item]
    expressions = [(_entry(each.data, "expression") if isinstance(each.data, Table) else each) for each in by]
    return [item if expression is None else _computed(item, expression, run) for expression in expressions]


def _falls(how: Value) -> bool | None:
    """Whether one property is put in order from its greatest value, where that is said of it alone."""
    falls = _entry(how.data, "descending") if isinstance(how.data, Table) else None
    return None if falls is None else truth_of(falls)


def _folded(value: Value) -> object:
    identity = _identity(value)
    return identity.casefold() if isinstance(identity, str) else identity


def unique(call: Call, _run: Evaluator) -> list[Value]:
    """What `Get-Unique` gives: of equal values behind each other the first."""
    items = call.piped or []
    return [
        item
        for before, item in zip((None, *items), items, strict=False)
        if before is None or _identity(before) != _identity(item)
    ]
