"""Lists of a script, and the objects that a pipe passes on from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy

from ipseclint.formats.powershell.script.values.value import (
    GIVEN_INSTEAD,
    MAY_NOT_BE_THERE,
    TABLE_INSTEAD,
    UNDECIDED,
    Block,
    Nothing,
    Perhaps,
    Repeated,
    Table,
    Thing,
    Unknown,
    Value,
    as_part,
)

MAX_ITEMS = 100_000
"""The longest list that a script may make (reasoned: more than any policy has addresses)."""

MAX_LIST_DEPTH = 8
MAX_LOOKED_INTO = 200_000
"""How deep nested lists, and how many elements in total, are examined (reasoned)."""

ORDER_NOT_KNOWN = "an order that a hashtable does not keep"
"""Why something is unknown that depends on the order of such a list; an `Unknown` of its own each time."""


class Collection(list[Value]):
    """A .NET list, which can grow, unlike an array; `gives_place`: adding an element gives its index."""

    gives_place: bool = False


def collection(items: Iterable[Value], type_name: str) -> Collection:
    """A .NET list with these elements, of the type with this folded name."""
    made = Collection(items)
    made.gives_place = "arraylist" in type_name
    return made


class Unordered(list[Value]):
    """A list whose order in PowerShell is not known, such as the keys of a hashtable."""

    __slots__ = ()

    @property
    def matters(self) -> bool:
        """Whether the order makes a difference."""
        return len(self) > 1


class Entries(list[Value]):
    """The keys or values of a table, in order; they cannot be indexed."""

    __slots__ = ()


def items_of(value: Value) -> list[Value]:
    """The elements of a list; nothing for null; anything else is one element, which is there."""
    if isinstance(value.data, list):
        return value.data
    return [] if value.data is None else there([value])


def there(items: list[Value]) -> list[Value]:
    """Objects as what they are handed to one by one knows them: it runs for those alone that are there."""
    if not any(isinstance(item, Perhaps) for item in items):
        return items
    return [Value(*item) if isinstance(item, Perhaps) else item for item in items]


def perhaps_given(items: list[Value]) -> list[Value]:
    """Output of which it is not known whether it is given, or how often: no text in it is known. Objects of Windows
    stay, as what they are made of is told."""
    made = [
        item
        if isinstance(item.data, Thing)
        else Repeated(*item)
        if item.is_unknown or isinstance(item.data, Table | Block)
        else Repeated(Unknown(MAY_NOT_BE_THERE), *item[1:])
        for item in items
    ]
    return Unordered(made) if isinstance(items, Unordered) else made


def one_of(item: Value) -> Value:
    """One of the objects that an element of a list stands for."""
    return Value(*item) if isinstance(item, Repeated) else item


def may_be_let_through(item: Value) -> bool:
    """Whether it is a known value that a filter may not let through, of which that is said there."""
    return isinstance(item, Repeated) and not isinstance(item.data, Unknown | Table | Block)


def handed_on(value: Value) -> list[Value]:
    """The objects that a pipe passes on: the elements of a list, none for `Nothing`, null as one object."""
    if isinstance(value.data, Unordered):
        return value.data
    if isinstance(value.data, list):
        return list(value.data)
    return [] if isinstance(value, Nothing) else [value]


def snapshot(value: Value) -> Value:
    """A snapshot of a value, which later changes of the list do not reach."""
    return value._replace(data=copy(value.data)) if isinstance(value.data, list) else value


def flat(value: Value) -> Iterator[Value]:
    """The elements of a list and of its nested lists, down to a limited depth: a list may contain itself."""
    open_ = [iter((value,))]
    for _ in range(MAX_LOOKED_INTO):
        item = next(open_[-1], None)
        if item is None:
            open_.pop()
            if not open_:
                return
        elif isinstance(item.data, list):
            open_ += [iter(item.data)] if len(open_) <= MAX_LIST_DEPTH else []
        elif item.data is not None:
            yield item


def unknown_within(value: Value) -> Unknown | None:
    """What makes a text unknown that is made of a value: an element that is not known, or may not be there."""
    return next((part.data for part in map(as_part, flat(value)) if isinstance(part.data, Unknown)), None)


def size_of(value: Value) -> int:
    """How many elements `flat` visits, empty ones included, up to its own limit."""
    open_ = [iter((value,))]
    for count in range(MAX_LOOKED_INTO):
        item = next(open_[-1], None)
        if item is None:
            open_.pop()
            if not open_:
                return count
        elif isinstance(item.data, list) and len(open_) <= MAX_LIST_DEPTH:
            open_.append(iter(item.data))
    return MAX_LOOKED_INTO


def one_way(items: list[Value]) -> list[Value]:
    """The output of a function that may return early, which is either what it returns there or what follows.

    Beside one object it is that object, perhaps; else it is known of no text whether it is given.
    """
    instead = [item for item in items if item.data is GIVEN_INSTEAD or item.data is TABLE_INSTEAD]
    if not instead:
        return items
    others = [item for item in items if item.data is not GIVEN_INSTEAD and item.data is not TABLE_INSTEAD]
    if any(item.data is TABLE_INSTEAD for item in instead):
        others = [item._replace(data=Unknown(UNDECIDED)) if isinstance(item.data, Table) else item for item in others]
    objects = [item for item in others if isinstance(item.data, Thing | Table)]
    if len(objects) == len(others) == 1:
        return [Perhaps(*objects[0])]
    is_one = len(others) <= 1 and not objects and not any(isinstance(item, Repeated) for item in items)
    made = (Value if is_one else Repeated)(Unknown(UNDECIDED), instead[0].start, instead[0].end)
    return [made, *perhaps_given(objects)]


def collected(items: list[Value], start: int, end: int) -> Value:
    """The output of a pipeline as one value: nothing, the single element, or a list.

    If a function may return something else, the output is unknown, or `Perhaps` the one object beside it.
    """
    if not items:
        return Nothing(None, start, end)
    instead = next((item for item in items if item.data is GIVEN_INSTEAD), None)
    if instead is not None:
        objects = [item for item in items if isinstance(item.data, Thing | Table)]
        if len(objects) == 1 and len(items) == 2:
            return Perhaps(*objects[0])
        if not objects:
            return instead._replace(data=Unknown(UNDECIDED))
    return items[0] if len(items) == 1 else Value(as_parts(items), start, end)


def as_parts(items: list[Value]) -> list[Value]:
    """The elements of a list, of which one that may not be given is as often there as is not known."""
    if not any(isinstance(item, Perhaps) for item in items):
        return items
    made = [part for item in items for part in (perhaps_given([item]) if isinstance(item, Perhaps) else (item,))]
    return Unordered(made) if isinstance(items, Unordered) else made
