"""The options of a rule, built from a ruleset; mistakes are reported as for any configuration."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from math import isfinite
from typing import Any, TypeVar

from msgspec import ValidationError as MisfitError
from msgspec import convert
from pydantic import ValidationError

from ipseclint.engine.configuration.toml_files import explain
from ipseclint.model.values import Frozen, model_of

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
    model = model_of(kind)
    try:
        return convert(model.model_validate(said).model_dump(), kind)
    except ValidationError as error:
        raise OptionsError(explain(error, model)) from None
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
