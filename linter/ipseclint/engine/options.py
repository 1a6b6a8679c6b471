"""The options of a rule, built from a ruleset; mistakes are reported as for any configuration."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from functools import cache
from math import isfinite
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from msgspec import NODEFAULT, convert, structs
from msgspec import ValidationError as MisfitError
from pydantic import ConfigDict, Field, ValidationError, create_model

from ipseclint.engine.toml_files import explain
from ipseclint.model.values import Frozen, Validated

T = TypeVar("T", bound=Frozen)

_PLAIN: dict[object, type] = {"bool": bool, "int": int, "str": str}
"""The types of fields, as annotated, whose values need no conversion."""


class OptionsError(ValueError):
    """Invalid options of a rule; the message says which is wrong and what is expected."""


def options_of(said: Mapping[str, Any], kind: type[T]) -> T:
    """The options of a rule from the values in a ruleset. Raises OptionsError."""
    if (plain := _of_plain_values(said, kind)) is not None:
        return plain
    with contextlib.suppress(MisfitError):
        if not any(isinstance(value, float) and not isfinite(value) for value in said.values()):
            return convert(said, kind, str_keys=True)
    # It may be written otherwise, such as a number as text; if not, it is said what is expected.
    model = explaining(kind)
    try:
        return convert(model.model_validate(said).model_dump(), kind)
    except ValidationError as error:
        raise OptionsError(explain(error, model)) from error
    except MisfitError as error:  # a limit that only a struct knows of
        what, _, place = str(error).partition(" - at `$.")
        raise OptionsError(f"{place.rstrip('`')}: {what[:1].lower()}{what[1:]}") from error


def _of_plain_values(said: Mapping[str, Any], kind: type[T]) -> T | None:
    """Options that are only numbers and texts of the right types: resolving all types takes longer than a rule."""
    hints = kind.__annotations__
    if any(_PLAIN.get(hints.get(name)) is not type(value) for name, value in said.items()):
        return None
    try:
        return kind(**said)
    except (TypeError, ValueError):  # one is missing, or beyond a limit
        return None


class _Explaining(Validated):
    model_config = ConfigDict(allow_inf_nan=False)


@cache
def explaining(kind: Any) -> type[Validated]:
    """A model with the same fields, made only to explain an error: making one takes as long as ten structs."""
    hints = get_type_hints(kind)
    fields = {each.name: (_explained(hints[each.name]), Field(**_default(each))) for each in structs.fields(kind)}
    return create_model(kind.__name__, __base__=_Explaining, **fields)  # type: ignore[call-overload, no-any-return]


def _explained(hint: Any) -> Any:
    """A type with structs replaced by models."""
    if isinstance(hint, type) and issubclass(hint, Frozen):
        return explaining(hint)
    inner = get_args(hint)
    if not inner or not any(isinstance(each, type) and issubclass(each, Frozen) for each in inner):
        return hint
    return get_origin(hint)[tuple(map(_explained, inner))]


def _default(field: structs.FieldInfo) -> dict[str, Any]:
    given = {"default": field.default, "default_factory": field.default_factory}
    return {name: value for name, value in given.items() if value is not NODEFAULT}
