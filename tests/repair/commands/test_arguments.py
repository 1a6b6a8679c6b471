"""What a command cannot say is Unwritable with its reason, never an error."""

from __future__ import annotations

from ipseclint.model.setting import Setting, Unknown
from ipseclint.repair.commands.arguments import (
    Unwritable,
    filled,
    joined,
    netsh_value,
    spelled,
    value_of,
    whole,
    yes_no,
)
from tests.cases import cases
from tests.made_objects import SPAN, said

ABSENT = Unwritable("the idle time is not given")
NOT_UNDERSTOOD = Unwritable("the idle time was not understood")
UNKNOWN: Setting[int] = Setting(Unknown("soon"), SPAN)


def test_a_setting_that_is_absent_or_not_understood() -> None:
    assert value_of(None, "idle time") == ABSENT
    assert value_of(UNKNOWN, "idle time") == NOT_UNDERSTOOD
    assert value_of(said(300), "idle time") == 300


@cases(("setting", "reason"), [(None, ABSENT), (UNKNOWN, NOT_UNDERSTOOD)])
def test_no_writer_makes_text_of_it(setting: Setting[int] | None, reason: Unwritable) -> None:
    assert spelled(setting, {300: "five"}, "idle time", "netsh") == reason
    assert whole(setting, 60, "idle time", "minutes") == reason
    assert yes_no(setting, "idle time") == reason  # type: ignore[arg-type]
    assert filled("{a}:{b}", a="x", b=value_of(setting, "idle time")) == reason  # type: ignore[arg-type]
    assert joined(",", ["x", value_of(setting, "idle time")]) == reason  # type: ignore[list-item]


def test_words_numbers_and_parts() -> None:
    assert spelled(said(300), {300: "five"}, "idle time", "netsh") == "five"
    assert spelled(said(301), {300: "five"}, "idle time", "netsh") == Unwritable(
        "netsh has no word for the idle time 301"
    )
    assert whole(said(300), 60, "idle time", "minutes") == "5"
    assert whole(said(301), 60, "idle time", "minutes") == Unwritable(
        "the idle time is 301 s, which is not a whole number of minutes"
    )
    assert (yes_no(said(True), "x"), yes_no(said(False), "x")) == ("yes", "no")
    assert filled("{a}", a="x", b=ABSENT) == "x"
    assert joined("+", ["a", "b"]) == "a+b"


@cases(
    ("text", "written"),
    [
        ("Servers", "Servers"),
        ("two words", '"two words"'),
        ("50% & more", '"50% & more"'),
        ('a "b"', Unwritable("netsh has no escape for a double quote in a name")),
        ("C:\\Program Files\\", Unwritable("netsh takes a backslash before the closing quote for an escape")),
        *(
            (
                text,
                Unwritable("netsh cannot be given control characters, nor what a pipeline agent takes for a command"),
            )
            for text in ("a\nb", "a\x1bb", "##vso[task]")
        ),
    ],
)
def test_a_value_is_quoted_where_netsh_needs_it_or_cannot_be_given(text: str, written: str | Unwritable) -> None:
    assert netsh_value(text) == written
