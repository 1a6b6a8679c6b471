"""Options of rules that would not be heeded are refused, wherever they stand; which questions rules answer."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import pydantic
import pytest

from ipseclint.finding import Basis, Cause
from ipseclint.rule import QUEUE_DROPS, Concern, Options, Plugin, parse_text, rule
from ipseclint.rules import all_rules
from tests.cases import cases


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


def test_what_is_of_pydantic_is_refused() -> None:
    limit, table = pydantic.Field(ge=60), pydantic.create_model("Table", row=(int, ...))
    for options in (
        made(int, limit=limit),
        made(Annotated[int, limit]),
        made(pydantic.PositiveInt),
        made(tuple[Annotated[str, limit], ...]),
        made(table | None, limit=None),
        made(int, least=pydantic.field_validator("limit")(lambda value: value)),
    ):
        with pytest.raises(TypeError, match="ACME001: its options hold something of pydantic"):
            plugin(options)


@cases("options", [made(int), made(int, limit=60), made(Annotated[int, msgspec.Meta(ge=60)], limit=60)])
def test_what_is_heeded_is_taken(options: type[Options]) -> None:
    assert [each.code for each in plugin(options).rules] == ["ACME001"]


def test_a_rule_that_may_end_in_a_dropped_request_answers_whether_the_queue_overflows() -> None:
    others = [each for each in all_rules() if each.family != "QD" and each.concern is not Concern.QUEUE]
    leading = [each.code for each in others if set(QUEUE_DROPS) & set(each.leads_to)]
    assert leading
    assert [each.code for each in others if Concern.QUEUE in each.concerns] == leading


@pytest.mark.parametrize(
    ("code", "fields", "concerns"),
    [
        ("QD001", {}, (Concern.QUEUE,)),
        ("QD001", {"leads_to": (13811,)}, (Concern.QUEUE,)),
        ("CR001", {}, (Concern.WEAK,)),
        ("CR001", {"leads_to": (13868,)}, (Concern.WEAK,)),
        ("CR001", {"leads_to": (13811,)}, (Concern.WEAK, Concern.QUEUE)),
        ("CR001", {"cause": Cause.TOO_EXPENSIVE}, (Concern.WEAK,)),
        ("CR001", {"cause": Cause.NEVER_FINISHES}, (Concern.FAIL,)),
        ("AU001", {"cause": Cause.NEVER_FINISHES}, (Concern.FAIL,)),
        ("CR001", {"cause": Cause.NEVER_FINISHES, "concern": Concern.WEAK}, (Concern.WEAK,)),
        ("RF001", {}, (Concern.CONTRADICT,)),
        ("RF001", {"leads_to": (13868,)}, (Concern.CONTRADICT, Concern.FAIL)),
        ("RF001", {"leads_to": (13811,)}, (Concern.CONTRADICT, Concern.QUEUE, Concern.FAIL)),
        ("RF001", {"concern": Concern.FAIL, "leads_to": (13868,)}, (Concern.FAIL,)),
        ("ACME1", {"leads_to": (13811,)}, ()),
        ("ACME1", {"concern": Concern.WEAK}, (Concern.WEAK,)),
    ],
)
def test_the_questions_of_a_rule_go_by_its_family_its_cause_and_its_errors(
    code: str, fields: dict[str, Any], concerns: tuple[Concern, ...]
) -> None:
    @rule(code, "a-name", basis=Basis.REASONED, **fields)
    def check(_machine: Any, _options: Any) -> Any:
        return ()

    assert check.concerns == concerns
    assert (check.family, check.basis, check.told, check.is_ours) == (code[:2], (Basis.REASONED,), "", False)


def test_a_need_that_is_no_fact_of_the_site_is_refused() -> None:
    with pytest.raises(ValueError, match="ACME1: needs: no fact of the site is called 'rain'"):
        rule("ACME1", "a-name", basis=Basis.REASONED, needs=("peers", "rain"))  # type: ignore[arg-type]


TOLD = """What it
    is about.

    More of it: with a colon.

    Why: It is
    so.

    And so.

    Fix: Not: this.
    """


def test_the_documentation_of_a_rule_is_cut_at_its_headings_and_lines_are_joined() -> None:
    def check(_machine: Any, _options: Any) -> Any:
        return ()

    check.__doc__ = TOLD
    made = rule("ACME1", "a-name", basis=(Basis.DOCUMENTED, Basis.REASONED))(check)
    summary = "What it is about.\n\nMore of it: with a colon."
    assert made.summary == made.text.summary == summary
    assert made.text.sections == (("Why", "It is so.\n\nAnd so."), ("Fix", "Not: this."))
    assert [made.text.section(name) for name in ("Why", "Bad")] == ["It is so.\n\nAnd so.", None]
    assert (made.weakest_basis, made.where) == (Basis.REASONED, __name__)
    read = parse_text("A.\n\nWhy: B.")
    again = rule("ACME1", "a-name", basis=Basis.REASONED)(check)
    assert (msgspec.structs.replace(again, told=read).text, msgspec.structs.replace(again, told=read).summary) == (
        read,
        "A.",
    )
