"""Values survive being sent to another process, and tables that users write are checked by what a struct declares."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import pytest
from msgspec import field
from pydantic import ConfigDict, Field, ValidationError

from ipseclint.model.values import Frozen, Table, model_of
from tests.cases import cases


class Inner(Table):
    """A table within another."""

    number: Annotated[int, Field(ge=1)] = 1
    numbers: tuple[float, ...] = ()


class Outer(Table):
    """A table with others in it."""

    form: ClassVar[ConfigDict] = {"populate_by_name": True}

    one: Annotated[Inner, Field(alias="the-one")] = Inner(number=7)
    many: tuple[Inner, ...] = ()
    named: dict[str, Inner] = field(default_factory=dict)


def test_a_table_is_made_of_what_is_written_and_has_its_defaults_else() -> None:
    assert Outer.of({}) == Outer() == Outer(one=Inner(number=7), many=(), named={})
    written = {"number": 2, "numbers": [0.5]}
    made = Inner(number=2, numbers=(0.5,))
    assert Outer.of({"the-one": written, "many": [written], "named": {"a": written}}) == Outer(
        one=made, many=(made,), named={"a": made}
    )
    assert Outer.of({"one": written}).one == made  # as the form of the table has it


@cases(
    "written",
    [
        {"other": 1},
        {"one": {"other": 1}},
        {"many": [{"number": 0}]},
        {"named": {"a": {"number": 0}}},
        {"one": {"numbers": [float("inf")]}},
    ],
)
def test_what_a_table_does_not_declare_is_refused_however_deep_it_stands(written: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Outer.of(written)


class Part(Frozen):
    """A value that no user writes as a table of its own."""

    number: Annotated[int, Field(ge=1)]


class Whole(Frozen):
    """A value with others in it."""

    one: Part
    named: dict[str, Part] = field(default_factory=dict)


def test_the_model_of_a_value_checks_the_values_in_it() -> None:
    model = model_of(Whole)
    assert model.model_validate({"one": {"number": 1}}).model_dump() == {"one": {"number": 1}, "named": {}}
    for wrong in ({"one": {"number": 0}}, {"one": {"number": 1}, "named": {"a": {"number": 0}}}):
        with pytest.raises(ValidationError, match="greater than or equal to 1"):
            model.model_validate(wrong)
