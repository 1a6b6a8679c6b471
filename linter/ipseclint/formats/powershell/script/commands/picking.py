"""PowerShell commands that select, sort and group the objects of a pipeline."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ipseclint.formats.powershell.script.arguments.parameters import given, parameters
from ipseclint.formats.powershell.script.commands.services import is_of_no_concern
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator
from ipseclint.formats.powershell.script.values.changes import ITEMS_OF_A_STEP, sort_key
from ipseclint.formats.powershell.script.values.lists import (
    Unordered,
    collected,
    items_of,
    one_of,
    perhaps_given,
    unknown_within,
)
from ipseclint.formats.powershell.script.values.members import member
from ipseclint.formats.powershell.script.values.value import (
    Block,
    Repeated,
    Table,
    Thing,
    Unknown,
    Value,
    number_of,
    text_of,
    truth_of,
)
from ipseclint.formats.powershell.script.values.wildcards import like


def let_through(item: Value, truth: bool | None, place: tuple[int, int], run: Evaluator) -> list[Value]:
    """The object, if a filter passes it; perhaps the object, if that is unknown, and that is noted."""
    if truth is not None:
        return [item] if truth else []
    if not item.is_unknown and not is_of_no_concern(item):
        run.doubts.behind("which of these this lets through is not known: it is read as if all were", *place)
    return [item if isinstance(item.data, Thing | Table) else Repeated(*item)]


def property_of(item: Value, name: Value) -> Value:
    """A property of an object; it has the object's place if it has none of its own."""
    own = member(one_of(item), text_of(name).casefold())
    return own if isinstance(own, Value) else Value(own, item.start, item.end)


def select(call: Call, run: Evaluator) -> list[Value]:
    """The output of `Select-Object`."""
    named, rest = parameters(call)
    items = list(call.piped or [])
    properties = given(named, "property") or (rest[0] if rest else None)
    if properties is not None:
        items = [_with_properties(item, items_of(properties), run) for item in items]
    expand = given(named, "expandproperty")
    if expand is not None:
        items = [each for item in items for each in items_of(property_of(item, expand))]
    if given(named, "unique") is not None:
        run.step(len(items) // ITEMS_OF_A_STEP)
        first_of: dict[object, Value] = {}
        for item in items:
            first_of.setdefault(_identity(item), Repeated(*item) if item.is_unknown and len(items) > 1 else item)
        items = list(first_of.values())
    counts = (given(named, name) for name in ("skip", "first", "last", "index", "skiplast"))
    if any(count is not None and unknown_within(count) is not None for count in counts):
        return perhaps_given(items)
    if (at := given(named, "index")) is not None:
        numbers = [int(number) for each in items_of(at) if (number := number_of(each)) is not None]
        return _with_unknown({number for number in numbers if 0 <= number < len(items)}, items)
    skip, first, last = (_count(given(named, name)) for name in ("skip", "first", "last"))
    not_last = _count(named.get("skiplast"))
    if last is not None and first is None:
        items = _with_unknown(range(len(items) - (skip or 0)), items)
        return items[max(0, len(items) - last) :]
    items = _with_unknown(range(skip or 0, len(items)), items)
    if last is not None:
        return items if (first or 0) + last >= len(items) else [*items[:first], *items[len(items) - last :]]
    if not_last:
        return _with_unknown(range(len(items) - not_last), items)
    return items if first is None else items[:first]


def _with_unknown(places: Collection[int], items: Sequence[Value]) -> list[Value]:
    """The items at these places, and those that are not known: each may be several, of which some are there."""
    return [item for place, item in enumerate(items) if place in places or item.may_be_several]


def _with_properties(item: Value, properties: list[Value], run: Evaluator) -> Value:
    """An object with selected and computed properties of another; objects not made by the script stay unchanged."""
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
            name = item.data.name_of(key) if isinstance(item.data, Table) else wanted
            table.set(name, property_of(item, Value(key, wanted.start, wanted.end)))
    return item._replace(data=table)


def _named_by(item: Value, pattern: str) -> list[str]:
    """The properties of an object that a name matches, which may contain `*`."""
    if not isinstance(item.data, Table):
        return [] if "*" in pattern else [pattern]
    return [key for key in item.data.values if like(key, pattern)]


def _entry(table: Table, name: str) -> Value | None:
    """An entry of a computed property, whose key may be shortened."""
    return next((value for key, value in table.values.items() if key and name.startswith(key)), None)


def _computed(item: Value, expression: Value, run: Evaluator) -> Value:
    if isinstance(expression.data, Block):
        return collected(run.run_block(expression.data, item), item.start, item.end)
    return property_of(item, expression)


def _identity(value: Value) -> object:
    """A key that is equal for values that count as the same."""
    if isinstance(value.data, Table):
        return tuple((key, text_of(each)) for key, each in value.data.values.items())
    return id(value.data) if isinstance(value.data, Thing | Unknown) else text_of(value)


def _count(value: Value | None) -> int | None:
    number = None if value is None else number_of(value)
    return None if number is None or number < 0 else int(number)


def _by(call: Call) -> tuple[dict[str, Value], list[Value]]:
    """The parameters of a command, with the properties to sort or group by."""
    named, rest = parameters(call)
    listed = given(named, "property") or (rest[0] if rest else None)
    return named, items_of(listed) if listed is not None else []


def sort(call: Call, run: Evaluator) -> list[Value]:
    """The output of `Sort-Object`, whose order is not known if a sort key is not."""
    named, by = _by(call)
    items = list(call.piped or [])
    run.step(len(items) // ITEMS_OF_A_STEP)
    keys = {id(item): _sort_keys(item, by, run) for item in items}
    is_falling = truth_of(given(named, "descending") or Value(False, 0, 0))
    if is_falling is None or any(key.is_unknown for each in keys.values() for key in each):
        return Unordered(perhaps_given(items) if given(named, "unique") is not None else items)
    for place in reversed(range(len(by) or 1)):
        falls = _falls(by[place]) if by else None
        items.sort(
            key=lambda item, place=place: sort_key(keys[id(item)][place]),  # type: ignore[misc]
            reverse=is_falling if falls is None else falls,
        )
    if given(named, "unique") is not None:
        alike = {tuple(_folded(key) for key in keys[id(item)]): item for item in reversed(items)}
        items = list(alike.values())[::-1]
    return items


def _sort_keys(item: Value, by: list[Value], run: Evaluator) -> list[Value]:
    """The sort keys of an object."""
    if not by:
        return [item]
    expressions = [(_entry(each.data, "expression") if isinstance(each.data, Table) else each) for each in by]
    return [item if expression is None else _computed(item, expression, run) for expression in expressions]


def _falls(how: Value) -> bool | None:
    """Whether one property sorts in descending order; None if it does not say."""
    falls = _entry(how.data, "descending") if isinstance(how.data, Table) else None
    return None if falls is None else truth_of(falls)


def _folded(value: Value) -> object:
    identity = _identity(value)
    return identity.casefold() if isinstance(identity, str) else identity


def group(call: Call, run: Evaluator) -> list[Value]:
    """The output of `Group-Object`: one group for each value, in the order of Windows PowerShell."""
    named, by = _by(call)
    place = (call.start, call.end)
    is_exact = given(named, "casesensitive") is not None
    groups: dict[tuple[object, ...], tuple[list[Value], list[Value]]] = {}
    for item in call.piped or []:
        keys = _sort_keys(item, by, run)
        if any(isinstance(key.data, Unknown | Table | Thing) for key in keys):
            return [Value(Unknown("what `Group-Object` gives"), *place)]
        groups.setdefault(tuple(_identity(key) if is_exact else _folded(key) for key in keys), (keys, []))[1].append(
            item
        )
    if any("ashashtable".startswith(name) for name in named if len(name) > 2):
        table = Table()
        for keys, items in groups.values():
            table.set(keys[0], Value(items, *place))
        return [Value(table, *place)]
    return [_as_group(keys, items, place) for keys, items in groups.values()]


def _as_group(keys: list[Value], items: list[Value], place: tuple[int, int]) -> Value:
    name = keys[0] if len(keys) == 1 else Value(", ".join(map(text_of, keys)), *place)
    table = Table()
    for key, value in (("Name", Value(text_of(name), name.start, name.end)), ("Count", Value(len(items), *place))):
        table.set(Value(key, *place), value)
    table.set(Value("Group", *place), Value(items, *place))
    table.set(Value("Values", *place), Value(keys, *place))
    return Value(table, *place)


def unique(call: Call, _run: Evaluator) -> list[Value]:
    """The output of `Get-Unique`: the first of each run of equal values."""
    items = call.piped or []
    return [
        item
        for before, item in zip((None, *items), items, strict=False)
        if before is None or _identity(before) != _identity(item)
    ]
