"""Which of several values takes effect, and what a repair makes of them."""

from __future__ import annotations

from ipseclint.model.policy import Dialect
from ipseclint.model.setting import Setting, Unknown
from ipseclint.semantics import effective
from tests.cases import cases
from tests.made_objects import SPAN, main_mode_proposal, main_mode_set, quick_mode_proposal, quick_mode_set, said


@cases(
    ("of_set", "of_proposals", "expected"),
    [
        (600, (None, None), 600),
        (600, (None, 900), 900),
        (600, (900, 300), 300),
        (600, (0, 900), 900),
        (600, (0, 0), None),
        (600, ("?", 700), 700),
        (0, (None, None), None),
        (1, (None,), 1),
        ("?", (None,), None),
    ],
)
@cases("name", ["lifetime_seconds", "quick_mode_limit"])
def test_what_a_proposal_says_of_main_mode_goes_before_what_the_set_says(
    name: str, of_set: int | str, of_proposals: tuple[int | str | None, ...], expected: int | None
) -> None:
    def setting(value: int | str | None) -> Setting[int] | None:
        return None if value is None else Setting(Unknown(value) if isinstance(value, str) else value, SPAN)

    proposals = tuple(main_mode_proposal().model_copy(update={name: setting(value)}) for value in of_proposals)
    crypto = main_mode_set(proposals=proposals, **{name: setting(of_set)})
    asked = effective.main_mode_lifetime if name == "lifetime_seconds" else effective.quick_mode_limit
    told = asked(crypto)
    assert (told and told.known) == expected


@cases(
    ("dialect", "values", "expected"),
    [
        (Dialect.WFAS, (299, 3600), 299),
        (Dialect.WFAS, (0, 3600), 3600),
        (Dialect.VPN, (299, 3600), None),
        (Dialect.VPN, (1023, 3600), (1023, None)),
        (Dialect.VPN, (300, 3600), (300, None)),
        (Dialect.VPN, (1024, 3600), 1024),
    ],
)
def test_a_lifetime_that_routing_and_remote_access_refuses_has_no_effect(
    dialect: Dialect, values: tuple[int, ...], expected: int | tuple[int | None, int | None] | None
) -> None:
    proposals = tuple(
        quick_mode_proposal(lifetime_seconds=said(value), lifetime_kilobytes=said(value)) for value in values
    )
    crypto = quick_mode_set(dialect=dialect, proposals=proposals)
    told = tuple(
        each and each.known for each in (effective.quick_mode_lifetime(crypto), effective.byte_lifetime(crypto))
    )
    assert told == (expected if isinstance(expected, tuple) else (expected, expected))


def test_only_what_is_known_and_below_the_bound_is_raised() -> None:
    unknown: Setting[int] = Setting(Unknown("?"), SPAN)
    values = (said(299), said(300), said(301), unknown)
    proposals = tuple(quick_mode_proposal(lifetime_seconds=value, lifetime_kilobytes=value) for value in values)
    crypto = quick_mode_set(proposals=proposals)
    raised = (said(900), said(300), said(301), unknown)
    by_time, by_volume = effective.with_lifetime(crypto, 900, 300), effective.with_byte_lifetime(crypto, 900, 300)
    assert tuple(each.lifetime_seconds for each in by_time) == raised
    assert tuple(each.lifetime_kilobytes for each in by_volume) == raised
    assert tuple(each.lifetime_kilobytes for each in by_time) == values
    assert tuple(each.lifetime_seconds for each in by_volume) == values
