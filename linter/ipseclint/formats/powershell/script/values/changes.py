"""Lists and tables that a script changes in place, and new ones that it makes."""

from __future__ import annotations

from collections.abc import Sequence

from ipseclint.formats.powershell.script.evaluator import Evaluator, ExhaustedError
from ipseclint.formats.powershell.script.values.lists import (
    MAX_ITEMS,
    Collection,
    collection,
    items_of,
)
from ipseclint.formats.powershell.script.values.value import (
    MAY_NOT_BE_THERE,
    UNDECIDED,
    Data,
    Repeated,
    Table,
    Unknown,
    Value,
    number_of,
    text_of,
)


def change(holder: Value, name: str, arguments: Sequence[Value], run: Evaluator) -> Value | None:
    """Carry out a method that changes a table or a list, and give its result; None for other methods.

    Raises ExhaustedError if a list grows beyond the limit.
    """
    data, (start, end) = holder.data, (holder.start, holder.end)
    given: Value | Data
    if isinstance(data, Table) and name in _CHANGE_TABLES:
        given = _change_table(data, name, arguments, run)
    elif isinstance(data, list) and name in _CHANGE_LISTS:
        run.keep(data)
        if name not in _ADD_ONE:
            run.step(len(data) // ITEMS_OF_A_STEP)
        if name in _OF_COLLECTIONS and not isinstance(data, Collection):
            return Value(
                Unknown(f"an array has a fixed size: `{name}()` does not change it", is_error=True), start, end
            )
        given = change_list(data, name, arguments)
        if name == "add" and isinstance(data, Collection) and data.gives_place:
            given = len(data) - 1
    else:
        return None
    return given if isinstance(given, Value) else Value(given, start, end)


_CHANGE_TABLES = frozenset({"add", "remove", "set_item", "clear", "insert", "removeat"})
_CHANGE_ENTRIES = frozenset({"insert", "remove", "removeat", "set_item"})
"""Methods that change an entry of a table that is there, or its place."""
_ADD_ONE = frozenset({"add", "enqueue", "push", "pop", "set", "set_item", "setvalue"})
"""Methods whose cost does not depend on the length of the list."""
ITEMS_OF_A_STEP = 16
"""How many elements are sorted or examined for one step (reasoned)."""
_OF_COLLECTIONS = frozenset({"add", "addrange", "insert", "insertrange", "remove", "removeat", "removerange"})
"""Methods that change the length of a list, which arrays lack."""
_CHANGE_LISTS = frozenset(
    {
        "add", "addrange", "clear", "dequeue", "enqueue", "insert", "insertrange", "pop", "push", "remove", "removeall",
        "removeat", "removerange", "reverse", "set", "setvalue", "set_item", "sort",
    }
)  # fmt: skip


def make_unknown(table: Table, why: str, run: Evaluator) -> None:
    """Make every value of a table unknown of which it may be another's turn to be changed or taken out."""
    run.step(len(table.values) // ITEMS_OF_A_STEP)
    for key, value in list(table.values.items()):
        run.variables.change(table.values, key, value._replace(data=Unknown(why)))


def _change_table(table: Table, name: str, arguments: Sequence[Value], run: Evaluator) -> Data:
    if name == "clear":
        for key in tuple(table.values):
            run.variables.remove(table.values, key)
        return None
    if not arguments:
        return Unknown(f"what `{name}()` gives")
    if arguments[0].is_unknown and name in _CHANGE_ENTRIES:
        make_unknown(table, MAY_NOT_BE_THERE if name.startswith("remove") else UNDECIDED, run)
    behind: list[tuple[str, Value]] = []
    if name == "insert":
        at = number_of(arguments[0])
        behind = [] if at is None else list(table.values.items())[int(at) :]
        arguments = arguments[1:]
    if name == "removeat":
        at = number_of(arguments[0])
        key = list(table.values)[int(at)] if at is not None and 0 <= at < len(table.values) else ""
    else:
        key = table.key(arguments[0])
    if name in {"remove", "removeat"}:
        run.variables.remove(table.values, key)
    elif len(arguments) > 1:
        table.names.setdefault(key, arguments[0])
        run.variables.change(table.values, key, arguments[1])
        run.step(len(behind) // ITEMS_OF_A_STEP)
        for other, value in behind:
            run.variables.remove(table.values, other)
            run.variables.change(table.values, other, value)
    return None


def change_list(items: list[Value], name: str, arguments: Sequence[Value]) -> Value | Data:
    """Change a list in place; if the effect is unknown, all its elements become unknown."""
    if _put_in(items, name, arguments):
        return None
    ats = [at for at in map(_place, arguments) if at is not None]
    match name, arguments:
        case "clear", _:
            items.clear()
        case "dequeue", [] if items:
            return items.pop(0)
        case "pop", [] if items:
            return items.pop()
        case "remove", [item] if not any(each.is_unknown for each in (item, *items)):
            wanted = text_of(item)
            at = next((at for at, each in enumerate(items) if each.data is item.data or text_of(each) == wanted), None)
            if at is not None:
                del items[at]
            return at is not None
        case "removeat", [_] if len(ats) == 1 and 0 <= ats[0] < len(items):
            del items[ats[0]]
        case "removerange", [_, _] if len(ats) == 2:
            del items[ats[0] : ats[0] + ats[1]]
        case "reverse", []:
            items.reverse()
        case "sort", [] if not any(each.is_unknown for each in items):
            items.sort(key=sort_key)
        case _:
            unknown = Unknown("changed in a way that is not followed")
            items[:] = [Repeated(unknown, each.start, each.end) for each in items or arguments]
    return None


def _put_in(items: list[Value], name: str, arguments: Sequence[Value]) -> bool:
    """Add elements to a list; whether the method does so, and at a known index."""
    match name, arguments:
        case "add" | "enqueue" | "push", [item]:
            _insert(items, len(items), [item])
        case "addrange", [more]:
            _insert(items, len(items), [Repeated(*more)] if more.is_unknown else list(items_of(more)))
        case "insert", [at, item] if (place := _place(at)) is not None:
            _insert(items, place, [item])
        case "insertrange", [at, more] if (place := _place(at)) is not None:
            _insert(items, place, list(items_of(more)))
        case (("set" | "set_item"), [at, item]) | ("setvalue", [item, at]) if (
            place := _place(at)
        ) is not None and 0 <= place < len(items):
            items[place] = item
        case _:
            return False
    return True


def _place(value: Value) -> int | None:
    """The index that a value gives; None if unknown."""
    number = number_of(value)
    return None if number is None else int(number)


def _insert(items: list[Value], at: int, more: list[Value]) -> None:
    if len(items) + len(more) > MAX_ITEMS:
        raise ExhaustedError
    items[at:at] = more


def sort_key(value: Value) -> tuple[int, float, str]:
    """The sort order of values: null first, then numbers, then texts without regard to case."""
    if value.data is None:
        return 0, 0, ""
    if isinstance(value.data, int | float):
        return 1, value.data, ""
    return 2, 0, text_of(value).casefold()


def list_of(arguments: Sequence[Value], type_name: str) -> Data:
    """A new list of a .NET type: a copy of another list's elements, or empty if given a capacity."""
    if not arguments:
        return collection((), type_name)
    first = arguments[0]
    if len(arguments) == 1 and isinstance(first.data, list | Unknown):
        return collection(first.data, type_name) if isinstance(first.data, list) else first.data
    return (
        collection((), type_name)
        if len(arguments) == 1 and number_of(first) is not None
        else Unknown("a list made of what is not known")
    )


def table_of(type_name: str) -> Table:
    """A new empty table of a .NET type, by folded name; its keys are case-sensitive."""
    return Table(is_ordered="ordered" in type_name, is_exact=True)
