"""The base class of what an input or a user says: policy objects, site facts, configuration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Self, TypeVar

import pydantic
from pydantic import ConfigDict, GetCoreSchemaHandler
from pydantic_core.core_schema import IsInstanceSchema, is_instance_schema

from ipseclint.model.frozen import Frozen
from ipseclint.packing import Restorable, all_fields, restored


class Validated(Restorable, pydantic.BaseModel):
    """A value that cannot change, is checked as it is made, and takes nothing that is not declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)

    def model_post_init(self, _context: object, /) -> None:
        """Shares the set of the names of its fields, of which pydantic keeps one in each object: nobody asks for it."""
        _fill(self, "__pydantic_fields_set__", all_fields(type(self)))

    def __copy__(self) -> Self:
        """The same values, without what was worked out of them."""
        kind, values = self.__reduce__()
        copied: Self = kind(*values)
        return copied

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[object, ...]]:
        """Its values in their order, without what was worked out of them: small, and soon restored."""
        values = self.__dict__
        return restored, (type(self), *[values[name] for name in type(self).model_fields])


_fill = object.__setattr__


Model = Validated | Frozen
"""An object of the model: settings are checked as they are made, rules and their sets, by the ten thousand, are not."""


class _IsMade:
    def __get_pydantic_core_schema__(self, source: type, _handler: GetCoreSchemaHandler) -> IsInstanceSchema:
        return is_instance_schema(source)


T = TypeVar("T")
Made = Annotated[T, _IsMade()]
"""A value that was checked as it was made and is not looked into again: what holds it need not know how."""
