"""The options of a rule, made of what a ruleset says; what it says wrong is told as of any configuration."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from msgspec import NODEFAULT, convert, structs
from msgspec import ValidationError as MisfitError
from pydantic import Field, create_model

from ipseclint.model.frozen import Frozen
from ipseclint.model.validated import Validated

T = TypeVar("T", bound=Frozen)


def options_of(said: Mapping[str, Any], kind: type[T]) -> T:
    """What a ruleset says, as a rule takes it. Raises ValidationError."""
    try:
        return convert(said, kind, str_keys=True)
    except MisfitError:  # it may be written otherwise, such as a number as text; if not, it is said what is expected
        return convert(explaining(kind).model_validate(said).model_dump(), kind)


@cache
def explaining(kind: Any) -> type[Validated]:
    """A model of the same fields, which tells what is wrong with them: to make one takes as long as ten structs."""
    hints = get_type_hints(kind)
    fields = {each.name: (_explained(hints[each.name]), Field(**_default(each))) for each in structs.fields(kind)}
    return create_model(kind.__name__, __base__=Validated, **fields)  # type: ignore[call-overload, no-any-return]


def _explained(hint: Any) -> Any:
    """A type in which models stand for structs."""
    if isinstance(hint, type) and issubclass(hint, Frozen):
        return explaining(hint)
    inner = get_args(hint)
    if not inner or not any(isinstance(each, type) and issubclass(each, Frozen) for each in inner):
        return hint
    return get_origin(hint)[tuple(map(_explained, inner))]


def _default(field: structs.FieldInfo) -> dict[str, Any]:
    given = {"default": field.default, "default_factory": field.default_factory}
    return {name: value for name, value in given.items() if value is not NODEFAULT}
