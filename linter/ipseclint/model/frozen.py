"""The base class of the model's immutable values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, dataclass_transform

from msgspec import Struct, StructMeta, field
from msgspec.structs import replace

_K = TypeVar("_K", bound="_Keywords")


class _Keywords(StructMeta):
    """Makes structs that cannot change and whose fields are named where they are given."""

    def __new__(cls: type[_K], name: str, bases: tuple[type, ...], body: dict[str, Any], **options: Any) -> _K:
        return super().__new__(cls, name, bases, body, **{"frozen": True, "kw_only": True, **options})

    @property
    def model_fields(cls) -> tuple[str, ...]:
        """The names of the fields, by the name that models have for them."""
        return cls.__struct_fields__


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
class Frozen(Struct, frozen=True, metaclass=_Keywords):
    """A value that cannot change and takes nothing that is not declared."""

    def model_copy(self, *, update: Mapping[str, Any]) -> Self:
        """The same with other values in some fields."""
        return replace(self, **update)
