"""What was read of one text is made again of another."""

from __future__ import annotations

import pytest
from tests.cases import cases

from ipseclint.formats.kit.mould import Mould, UnfitError
from ipseclint.model.policy import (
    AuthenticationMethod,
    AuthenticationSet,
    AuthMethod,
    AuthPhase,
    Dialect,
    DosProtection,
    MainModeRule,
    Profile,
    Reference,
)
from ipseclint.model.setting import Setting, default
from ipseclint.model.values import NotHeldError
from ipseclint.packing import packed, unpacked
from ipseclint.source import Span


def auth_set(name: str, method_at: int, whole: int) -> AuthenticationSet:
    """A set whose method stands at a column of a line of so many."""
    place = Span("x", 3, method_at, 4)
    method = AuthenticationMethod(
        span=place, method=Setting(AuthMethod.COMPUTER_KERBEROS, place), health=default(False, Span("x", 3, 1, whole))
    )
    return AuthenticationSet(
        name=name, span=Span("x", 3, 1, whole), dialect=Dialect.WFAS, phase=AuthPhase.FIRST, methods=(method,)
    )


def test_places_behind_a_piece_move_and_those_around_it_grow() -> None:
    mould = Mould([auth_set("R", 10, 20)], "R", [(3, 5, 6)], frozenset({"description"}))
    (cast,) = mould.cast(9, [6], {"description": "D"}, "Longer")
    wanted = auth_set("Longer", 15, 25).model_copy(update={"description": "D"})
    assert repr(cast) == repr(wanted).replace("line=3", "line=9")


@cases("piece", [(3, 9, 11), (3, 8, 12), (3, 12, 30)])
def test_a_place_that_begins_or_ends_in_a_piece_does_not_move_with_the_line(piece: tuple[int, int, int]) -> None:
    with pytest.raises(UnfitError):
        Mould([auth_set("R", 10, 20)], "R", [piece], frozenset())


def protection(line: int, columns: tuple[int, ...]) -> DosProtection:
    """A protection with a table of code points, which stand at some columns of a line."""
    code_points = {f"P{number}": Setting(number, Span("x", line, column)) for number, column in enumerate(columns)}
    return DosProtection(name="R", span=Span("x", line, 1), dscp=code_points)


def test_the_values_of_a_table_move_as_others_do() -> None:
    mould = Mould([protection(3, (10, 20))], "R", [(3, 5, 6), (3, 15, 16)], frozenset())
    (cast,) = mould.cast(9, [3, 2], {}, "R")
    assert cast == protection(9, (12, 23))


def test_an_object_with_a_name_of_its_own_is_not_made_again() -> None:
    with pytest.raises(UnfitError):
        Mould([auth_set("R", 10, 20), auth_set("S", 10, 20)], "R", [], frozenset())


def test_what_is_made_of_one_mould_is_like_one_object_without_name() -> None:
    first = auth_set("R", 10, 20)
    mould = Mould([first], "R", [(3, 5, 6)], frozenset())
    (one,), (other,) = mould.cast(9, [3], {}, "One"), mould.cast(11, [3], {}, "Two")
    assert one.like is other.like
    assert one.like is not None
    assert vars(one.like).keys() == AuthenticationSet.model_fields.keys() - {"name"}
    assert vars(one.like)["methods"] == first.methods
    assert first.like is None
    with pytest.raises(NotHeldError):
        one.like.name  # noqa: B018
    for alone in (one.model_copy(update={"id": "I"}), unpacked(packed(one))):
        assert alone.like is None


def test_a_reference_by_name_is_no_part_of_what_all_are_like_and_a_set_with_values_of_its_own_is_like_none() -> None:
    place = Span("x", 3, 10, 4)
    rule = MainModeRule(
        name="R",
        span=Span("x", 3, 1, 20),
        dialect=Dialect.WFAS,
        description="D",
        enabled=Setting(True, place),
        profiles=Setting(frozenset[Profile](), place),
        endpoint1=Setting((), place),
        endpoint2=Setting((), place),
        first_authentication=Reference(target="R", span=place),
        main_mode_crypto=Reference(target="Other", span=place),
    )
    made = [rule, auth_set("R", 10, 20)]
    cast, _ = Mould(made, "R", [(3, 5, 6)], frozenset({"description"})).cast(9, [3], {"description": "E"}, "Two")
    assert cast.like is not None
    assert vars(rule).keys() - vars(cast.like).keys() == {"name", "description", "first_authentication"}
    apart, _ = Mould(made, "R", [(3, 5, 6)], frozenset({"profiles"})).cast(9, [3], {"profiles": rule.profiles}, "Two")
    assert apart.like is None
