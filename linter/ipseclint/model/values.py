"""The base classes of the model's values, which cannot change once made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Self,
    TypeVar,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

import pydantic
from msgspec import NODEFAULT, Struct, StructMeta, field, structs
from msgspec.structs import replace
from pydantic import ConfigDict, Field, GetCoreSchemaHandler, create_model
from pydantic_core.core_schema import (
    CoreSchema,
    IsInstanceSchema,
    is_instance_schema,
    no_info_after_validator_function,
)

from ipseclint.packing import Restorable, all_fields, filled, restored

if TYPE_CHECKING:
    from pydantic import TypeAdapter

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
    """A frozen value of declared fields only, validated when it is made.

    `like` is an object with the fields in which all agree that were made of one: what is worked out of these, places
    aside, is so once for all of them. It is None where nothing is like this one.
    """

    if TYPE_CHECKING:
        like: ClassVar[Any]  # or a plugin takes it for a field
    __slots__ = ("like",)
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)

    def model_post_init(self, _context: object, /) -> None:
        """Replace pydantic's set of field names, one per object, by one shared set: nobody reads it."""
        _fill(self, "__pydantic_fields_set__", all_fields(type(self)))
        _fill(self, "like", None)

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


_STRICT = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, allow_inf_nan=False, defer_build=True)


class Table(Frozen):
    """A table that users write, its fields annotated as pydantic takes them; `form` is what its model heeds besides.

    Most runs have no file with one, and to make its model takes as long as to make ten structs.
    """

    form: ClassVar[ConfigDict] = {}

    @classmethod
    def of(cls, written: Mapping[str, Any]) -> Self:
        """The table that is written. Raises ValidationError of pydantic."""
        table: Self = _checked_by(cls).validate_python(written)
        return table

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[Self], handler: GetCoreSchemaHandler) -> CoreSchema:
        def made(model: pydantic.BaseModel) -> Table:
            return source(**{name: getattr(model, name) for name in model.model_fields_set})

        return no_info_after_validator_function(made, handler(model_of(source)))


@cache
def _checked_by(kind: type[Table]) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter  # with a module of its own, that is not loaded for the model

    return TypeAdapter(kind)


@cache
def model_of(kind: type[Frozen]) -> type[pydantic.BaseModel]:
    """The model with the fields of a struct: what is wrong in a file is said in its terms."""
    hints = get_type_hints(kind, include_extras=True)
    fields = {each.name: (_modelled(hints[each.name]), Field(**_default(each))) for each in structs.fields(kind)}
    form = kind.form if issubclass(kind, Table) else {}
    return create_model(kind.__name__, __config__=_STRICT | form, __doc__=kind.__doc__, **fields)  # type: ignore[call-overload, no-any-return]


def _modelled(hint: Any) -> Any:
    """A type with models in place of structs, but for tables, which have theirs asked of them."""
    if isinstance(hint, type) and issubclass(hint, Frozen):
        return hint if issubclass(hint, Table) else model_of(hint)
    inner = get_args(hint)
    if not inner or not any(isinstance(each, type) and issubclass(each, Frozen) for each in inner):
        return hint
    return get_origin(hint)[tuple(map(_modelled, inner))]


def _default(field: structs.FieldInfo) -> dict[str, Any]:
    default = field.default
    if isinstance(default, Table):
        default = model_of(type(default)).model_construct()
    given = {"default": default, "default_factory": field.default_factory}
    return {name: value for name, value in given.items() if value is not NODEFAULT}
