"""Members of values: properties, elements, methods."""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.powershell.shell.values import (
    Given,
    Members,
    Table,
    Thing,
    Thrown,
    UnknownError,
    date_text,
    regex,
    replacement,
    text,
)

if TYPE_CHECKING:
    from tests.powershell.shell.language import Shell


def get(owner: Any, name: str, shell: Shell) -> Any:
    """A property of a value. Raises Thrown where strict mode refuses it."""
    folded = name.casefold()
    if folded == "psobject":
        return Thing("PSObject", Of=owner)
    if isinstance(owner, Thing):
        if owner.types[0] == "PSObject":
            return _ps_object(owner.properties["Of"], folded)
        if owner.properties.key(name) in owner.properties:
            return owner.properties[owner.properties.key(name)]
    elif isinstance(owner, Table):
        if owner.key(name) in owner:
            return owner[owner.key(name)]
        if folded in {"keys", "values", "count"}:
            return {"keys": list(owner), "values": list(owner.values()), "count": len(owner)}[folded]
    elif isinstance(owner, list):
        if folded in {"count", "length"}:
            return len(owner)
        found = [get(each, name, shell) for each in owner]
        if found or not shell.is_strict:
            return [each for each in found if each is not None] or None
    elif isinstance(owner, str) and folded == "length":
        return len(owner)
    elif isinstance(owner, datetime) and folded in {"year", "month", "day", "hour", "minute", "second"}:
        return getattr(owner, folded)
    elif isinstance(owner, tuple) and folded in {"major", "minor"}:
        return owner[0 if folded == "major" else 1]
    if folded == "count" and not shell.is_strict:
        return 0 if owner is None else 1
    if shell.is_strict:
        raise Thrown(f"The property '{name}' cannot be found on this object.", "PropertyNotFoundStrict")
    return None


def _ps_object(owner: Any, name: str) -> Any:
    if name == "typenames":
        names = (
            list(owner.types)
            if isinstance(owner, Thing)
            else [{str: "System.String"}.get(type(owner), "System.Object")]
        )
        return [*names, "System.Object"] if "System.Object" not in names else names
    if name == "properties":
        properties = owner.properties if isinstance(owner, Thing) else Table()
        return Members(Thing("Property", Name=key, Value=value) for key, value in properties.items())
    raise UnknownError(f"PSObject.{name}")


def element(owner: Any, key: Any) -> Any:
    """`[...]` behind a value."""
    if isinstance(owner, Members):
        return next((each for each in owner if each.properties["Name"].casefold() == text(key).casefold()), None)
    if isinstance(owner, Table):
        return owner.get(owner.key(key))
    if isinstance(owner, (list, str)):
        if isinstance(key, list):
            return [owner[each] for each in key if -len(owner) <= each < len(owner)]
        return owner[key] if -len(owner) <= key < len(owner) else None
    if owner is None:
        raise Thrown("Cannot index into a null array.", "NullArray")
    raise UnknownError(f"an element of {owner!r}")


def put(owner: Any, name: str, value: Any, shell: Shell) -> None:
    """Set a property. Raises Thrown for what constrained language mode refuses."""
    if shell.constrained and not isinstance(owner, Table):
        raise Thrown("Property setting is supported only on core types in this language mode.", "PropertySetter")
    if isinstance(owner, Table):
        owner[owner.key(name)] = value
    elif isinstance(owner, Thing) and owner.properties.key(name) in owner.properties:
        owner.properties[owner.properties.key(name)] = value
    else:
        raise UnknownError(f"setting {name} of {owner!r}")


def call(owner: Any, name: str, given: list[Any], shell: Shell) -> Any:
    """What a method gives. Raises Thrown for what constrained language mode refuses."""
    folded = name.casefold()
    if isinstance(owner, str):
        return _of_text(owner, folded, given)
    if isinstance(owner, datetime):
        if folded == "tostring":
            return date_text(owner, given[0])
        if folded == "touniversaltime":
            return owner
        if folded == "adddays":
            return owner + timedelta(days=given[0])
    if isinstance(owner, Given) and shell.constrained:
        raise Thrown("Method invocation is supported only on core types in this language mode.", "MethodInvocation")
    if isinstance(owner, Table) and folded in {"containskey", "contains"}:
        return owner.key(given[0]) in owner
    if isinstance(owner, (int, float)) and folded == "tostring" and not given:
        return text(owner)
    if isinstance(owner, Thing):
        if shell.constrained and owner.types[0] != "System.Guid" and folded != "tostring":
            raise Thrown("Method invocation is supported only on core types in this language mode.", "MethodInvocation")
        method = next((work for key, work in owner.methods.items() if key.casefold() == folded), None)
        if method is not None:
            return method(*given)
    raise UnknownError(f"the method {name} of {owner!r}")


def _of_text(owner: str, name: str, given: list[Any]) -> Any:
    words = [text(each) for each in given]
    if name == "substring":
        start = given[0]
        if start > len(owner) or (len(given) > 1 and start + given[1] > len(owner)):
            raise Thrown("Index and length must refer to a location within the string.", "ArgumentOutOfRange")
        return owner[start : start + given[1]] if len(given) > 1 else owner[start:]
    works = {
        "replace": lambda: owner.replace(words[0], words[1]),
        "trim": lambda: owner.strip(*words),
        "trimend": lambda: owner.rstrip("".join(words) or None),
        "startswith": lambda: owner.startswith(words[0]),
        "endswith": lambda: owner.endswith(words[0]),
        "tolowerinvariant": owner.lower,
        "toupperinvariant": owner.upper,
        "contains": lambda: words[0] in owner,
        "indexof": lambda: owner.find(words[0]),
        "tostring": lambda: owner,
    }
    if name not in works:
        raise UnknownError(f"the method {name} of a text")
    return works[name]()


def static(kind: str, name: str, given: list[Any] | None, shell: Shell) -> Any:
    """A static member of a type; only of core types in constrained language mode."""
    folded = (kind.casefold(), name.casefold())
    if shell.constrained and kind.casefold() not in {"regex", "guid", "string", "datetime", "int"}:
        raise Thrown(f"Only core types are supported in this language mode: {kind}", "MethodInvocation")
    if folded == ("regex", "replace") and given is not None:
        return regex(given[1], with_case=True).sub(replacement(given[2]), text(given[0]))
    if folded == ("regex", "escape") and given is not None:
        return re.escape(text(given[0]))
    if folded == ("math", "min") and given is not None:
        return min(given)
    if folded == ("int", "maxvalue"):
        return int(math.pow(2, 31)) - 1
    raise UnknownError(f"[{kind}]::{name}")
