"""The base classes of the values of a model, none of which can change once it is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Self, TypeVar, dataclass_transform

import pydantic
from msgspec import Struct, StructMeta, field
from msgspec.structs import replace
from pydantic import ConfigDict, GetCoreSchemaHandler
from pydantic_core.core_schema import IsInstanceSchema, is_instance_schema

from ipseclint.packing import Restorable, all_fields, filled, restored

_K = TypeVar("_K", bound="_Keywords")
_fill = object.__setattr__
T = TypeVar("T")


class _Keywords(StructMeta):
    """Makes structs that cannot change and whose fields are named where they are given."""

    def __new__(cls: type[_K], name: str, bases: tuple[type, ...], body: dict[str, Any], **options: Any) -> _K:
        return super().__new__(cls, name, bases, body, **{"frozen": True, "kw_only": True, **options})


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
class Frozen(Struct, frozen=True, metaclass=_Keywords):
    """A value that cannot change and takes nothing that is not declared."""

    def model_copy(self, *, update: Mapping[str, Any]) -> Self:
        """The same with other values in some fields."""
        return replace(self, **update)


class NotHeldError(Exception):
    """A field was asked for in which the objects differ that one of them stands for."""


class Validated(Restorable, pydantic.BaseModel):
    """A value that cannot change, is checked as it is made, and takes nothing that is not declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)

    def model_post_init(self, _context: object, /) -> None:
        """Shares the set of the names of its fields, of which pydantic keeps one in each object: nobody asks for it."""
        _fill(self, "__pydantic_fields_set__", all_fields(type(self)))

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            """Raises NotHeldError for a field that was left out of an object that stands for others."""
            if name in type(self).model_fields:
                raise NotHeldError(name)
            return super().__getattr__(name)

    def __copy__(self) -> Self:
        """The same values, without what was worked out of them."""
        kind, values = type(self), self.__dict__
        copied: Self = filled(kind, {name: values[name] for name in kind.model_fields})
        return copied

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[object, ...]]:
        """Its values in their order, without what was worked out of them: small, and soon restored."""
        values = self.__dict__
        return restored, (type(self), *[values[name] for name in type(self).model_fields])


class _IsMade:
    def __get_pydantic_core_schema__(self, source: type, _handler: GetCoreSchemaHandler) -> IsInstanceSchema:
        return is_instance_schema(source)


Made = Annotated[T, _IsMade()]
"""A value that was checked as it was made and is not looked into again: what holds it need not know how."""
