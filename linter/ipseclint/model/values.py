"""The base classes of the model's values, which cannot change once made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Self, TypeVar, dataclass_transform, get_origin

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
    """The metaclass of structs that are frozen and take their fields by name only."""

    def __new__(cls: type[_K], name: str, bases: tuple[type, ...], body: dict[str, Any], **options: Any) -> _K:
        return super().__new__(cls, name, bases, body, **{"frozen": True, "kw_only": True, **options})


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
class Frozen(Struct, frozen=True, metaclass=_Keywords):
    """A frozen value, of declared fields only."""

    def model_copy(self, *, update: Mapping[str, Any]) -> Self:
        """A copy with other values in some fields."""
        return replace(self, **update)


class NotHeldError(Exception):
    """A field was asked for that a stand-in does not have, because the objects it stands for differ there."""


class Validated(Restorable, pydantic.BaseModel):
    """A frozen value of declared fields only, validated when it is made."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)

    def model_post_init(self, _context: object, /) -> None:
        """Replace pydantic's set of field names, one per object, by one shared set: nobody reads it."""
        _fill(self, "__pydantic_fields_set__", all_fields(type(self)))

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            """Raises NotHeldError for a field that a stand-in lacks."""
            if name in type(self).model_fields:
                raise NotHeldError(name)
            return super().__getattr__(name)

    def __copy__(self) -> Self:
        """The same values, without cached results."""
        kind, values = type(self), self.__dict__
        copied: Self = filled(kind, {name: values[name] for name in kind.model_fields})
        return copied

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[object, ...]]:
        """Its values in order, without cached results: small, and quick to restore."""
        values = self.__dict__
        return restored, (type(self), *[values[name] for name in type(self).model_fields])


class _IsMade:
    def __get_pydantic_core_schema__(self, source: type, _handler: GetCoreSchemaHandler) -> IsInstanceSchema:
        return is_instance_schema(get_origin(source) or source)


Made = Annotated[T, _IsMade()]
"""A value that was validated when it was made, or a tuple of rows: its holder looks at its class alone."""
