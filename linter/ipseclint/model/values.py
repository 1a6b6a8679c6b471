"""The base classes of the model's values, which cannot change once made."""

from __future__ import annotations

import copy
from collections.abc import Container, Mapping
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

from msgspec import NODEFAULT, Struct, StructMeta, field, structs
from msgspec.structs import replace

from ipseclint.model.lazily import Field, pydantic

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

_K = TypeVar("_K", bound="_Keywords")


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


class Entity(Frozen, dict=True):
    """An object of a policy. One that stands in for several may lack fields; what is worked out of one is kept."""

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            """Raises NotHeldError for a field that a stand-in lacks."""
            if name in self.__struct_fields__:
                raise NotHeldError(name)
            raise AttributeError(name)

    def without(self, fields: Container[str]) -> Self:
        """A stand-in: a copy without some fields."""
        copied, kind = copy.copy(self), type(self)
        for name in kind.__struct_fields__:
            if name in fields:
                getattr(kind, name).__delete__(copied)  # a frozen struct refuses `del`
        return copied


class Checked(Struct, frozen=True, eq=False):
    """What is asked of a text in a table: `check` gives it back or raises ValueError, `schema` is what is published."""

    check: Callable[[str], str]
    schema: dict[str, Any]

    def __get_pydantic_core_schema__(self, source: type, handler: GetCoreSchemaHandler) -> CoreSchema:
        return handler(Annotated[source, pydantic.AfterValidator(self.check), pydantic.WithJsonSchema(self.schema)])


class AtLeast(Struct, frozen=True):
    """What is asked of a number in a table: whole, and no less than this."""

    least: int

    def __get_pydantic_core_schema__(self, _source: type, handler: GetCoreSchemaHandler) -> CoreSchema:
        return handler(Annotated[pydantic.StrictInt, Field(ge=self.least)])


_STRICT: pydantic.ConfigDict = {
    "frozen": True,
    "extra": "forbid",
    "arbitrary_types_allowed": True,
    "allow_inf_nan": False,
    "defer_build": True,
}


class Table(Frozen):
    """A table that users write, its fields annotated as pydantic takes them; `form` is what its model heeds besides.

    Most runs have no file with one, and to make its model takes as long as to make ten structs.
    """

    form: ClassVar[pydantic.ConfigDict] = {}

    @classmethod
    def of(cls, written: Mapping[str, Any]) -> Self:
        """The table that is written. Raises ValidationError of pydantic."""
        table: Self = _checked_by(cls).validate_python(written)
        return table

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[Self], handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core.core_schema import no_info_after_validator_function

        def made(model: pydantic.BaseModel) -> Table:
            return source(**{name: getattr(model, name) for name in model.model_fields_set})

        return no_info_after_validator_function(made, handler(model_of(source)))


@cache
def _checked_by(kind: type[Table]) -> pydantic.TypeAdapter[Any]:
    return pydantic.TypeAdapter(kind)


@cache
def model_of(kind: type[Frozen]) -> type[pydantic.BaseModel]:
    """The model with the fields of a struct: what is wrong in a file is said in its terms."""
    hints = get_type_hints(kind, include_extras=True)
    fields = {each.name: (_modelled(hints[each.name]), Field(**_default(each))) for each in structs.fields(kind)}
    form = kind.form if issubclass(kind, Table) else {}
    return pydantic.create_model(kind.__name__, __config__=_STRICT | form, __doc__=kind.__doc__, **fields)  # type: ignore[call-overload, no-any-return]


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
