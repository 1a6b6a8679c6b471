"""Tables of files that users write: structs, and the models of pydantic that check what is written.

Most runs have no such file, and to make a model takes as long as to make ten structs.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self, get_args, get_origin, get_type_hints

from msgspec import NODEFAULT, structs
from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, create_model
from pydantic_core.core_schema import CoreSchema, no_info_after_validator_function

from ipseclint.model.values import Frozen

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_STRICT = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, allow_inf_nan=False, defer_build=True)


class Table(Frozen):
    """A table that users write, its fields annotated as pydantic takes them; `form` is what its model heeds besides."""

    form: ClassVar[ConfigDict] = {}

    @classmethod
    def of(cls, written: Mapping[str, Any]) -> Self:
        """The table that is written. Raises ValidationError of pydantic."""
        table: Self = _checked_by(cls).validate_python(written)
        return table

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[Self], handler: GetCoreSchemaHandler) -> CoreSchema:
        def made(model: BaseModel) -> Table:
            return source(**{name: getattr(model, name) for name in model.model_fields_set})

        return no_info_after_validator_function(made, handler(model_of(source)))


@cache
def _checked_by(kind: type[Table]) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter  # with a module of its own, that is not loaded for the model

    return TypeAdapter(kind)


@cache
def model_of(kind: type[Frozen]) -> type[BaseModel]:
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
