"""A proposal that many rules have: each says where its own stands, and what is wrong with it is told of each."""

from __future__ import annotations

from collections.abc import Iterator

from tests.cases import cases

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.advfirewall.crypto import quick_mode_proposals
from ipseclint.model.policy import QuickModeProposal
from ipseclint.model.setting import Setting, Unknown

LIST = "esp:sha256-aes256+60min+100000kb, ah:sha1+esp:sha1-3des"


def settings(proposal: QuickModeProposal) -> Iterator[tuple[str, Setting[object]]]:
    for name in proposal.__struct_fields__:
        value = getattr(proposal, name)
        if isinstance(value, Setting):
            yield name, value


@cases(("line", "column"), [(1, 1), (1, 40), (7, 3)])
def test_the_same_text_is_the_same_proposal_in_its_own_place(line: int, column: int) -> None:
    diagnostics = Diagnostics("b.cmd")
    first = quick_mode_proposals(Token(LIST, "a.cmd", 1, 1), diagnostics)
    there = quick_mode_proposals(Token(LIST, "b.cmd", line, column), diagnostics)
    assert not diagnostics.problems
    for one, other in zip(first, there, strict=True):
        assert (other.span.path, other.span.line, other.span.column) == ("b.cmd", line, one.span.column + column - 1)
        for (name, mine), (_, its) in zip(settings(one), settings(other), strict=True):
            assert (its.value, its.origin, its.span.length) == (mine.value, mine.origin, mine.span.length), name
            assert (its.span.line, its.span.column) == (line, mine.span.column + column - 1), name
    assert there[0].encryption.span.column == column + LIST.index("aes256")
    assert there[1].encryption.span.column == column + LIST.index("3des")


@cases("text", ["esp:sha256-aes999", "esp:sha999-aes256", "esp", "esp:sha1-aes128+60min+60min"])
def test_what_is_unknown_is_told_of_each(text: str) -> None:
    for line in (1, 2):
        diagnostics = Diagnostics("a.cmd", of_command=True)
        (proposal,) = quick_mode_proposals(Token(text, "a.cmd", line, 5), diagnostics)
        assert [(each.span.line, each.span.column >= 5) for each in diagnostics.problems] == [(line, True)]
        assert any(isinstance(value.value, Unknown) for _, value in settings(proposal))
