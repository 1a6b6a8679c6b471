"""Options of rules of which a part would not be heeded are refused, wherever in them it stands."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import pydantic
import pytest

from ipseclint.finding import Basis
from ipseclint.rule import QUEUE_DROPS, Concern, Options, Plugin, rule
from ipseclint.rules import all_rules

LIMIT = pydantic.Field(ge=60)


class Table(pydantic.BaseModel):
    row: int


def made(annotation: Any, **members: Any) -> type[Options]:
    namespace = {"__annotations__": {"limit": annotation}, "__module__": __name__}
    options: type[Options] = type(Options)("Made", (Options,), namespace | members)
    return options


def plugin(options: type[Options]) -> Plugin:
    @rule("ACME001", "acme-limit", basis=Basis.REASONED, options=options)
    def check(_machine: Any, _options: Any) -> Any:
        """A limit.

        Why: ACME says so.
        """
        return ()

    return Plugin((check,), {})


@pytest.mark.parametrize(
    "options",
    [
        made(int, limit=LIMIT),
        made(Annotated[int, LIMIT]),
        made(pydantic.PositiveInt),
        made(tuple[Annotated[str, LIMIT], ...]),
        made(Table | None, limit=None),
        made(int, least=pydantic.field_validator("limit")(lambda value: value)),
    ],
    ids=["default", "annotated", "type", "inside", "model", "member"],
)
def test_what_is_of_pydantic_is_refused(options: type[Options]) -> None:
    with pytest.raises(TypeError, match="ACME001: its options hold something of pydantic"):
        plugin(options)


@pytest.mark.parametrize(
    "options", [made(int), made(int, limit=60), made(Annotated[int, msgspec.Meta(ge=60)], limit=60)]
)
def test_what_is_heeded_is_taken(options: type[Options]) -> None:
    assert [each.code for each in plugin(options).rules] == ["ACME001"]


def test_a_rule_that_may_end_in_a_dropped_request_answers_whether_the_queue_overflows() -> None:
    others = [each for each in all_rules() if each.family != "QD" and each.concern is not Concern.QUEUE]
    leading = [each.code for each in others if set(QUEUE_DROPS) & set(each.leads_to)]
    assert leading
    assert [each.code for each in others if Concern.QUEUE in each.concerns] == leading
