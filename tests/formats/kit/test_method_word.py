"""An authentication method that resembles none may be a key in its place, and is neither quoted nor kept."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.read import method_word
from ipseclint.formats.kit.token import Token
from ipseclint.model.setting import Unknown

METHODS = {"machinecert": 1, "machineshkey": 2, "userntlm": 3}


@cases("written", ["Sommerregen", "MachineSHKey,Sommer", "MachineSHKey Regen", "12345678", "Machine SHKey = x", "abc"])
def test_what_resembles_no_method_is_a_secret(written: str) -> None:
    diagnostics = Diagnostics("a.reg")
    token = Token(written, "a.reg", 3, 5)
    assert method_word(token, METHODS, diagnostics).value == Unknown("")
    assert diagnostics.secrets == [token.span]
    assert [written in problem.message for problem in diagnostics.problems] == [False]


@cases("written", ["MachineCret", "MachineSHKeys", "UserNTLM2", "machine-cert", "250", ""])
def test_what_resembles_a_method_is_quoted(written: str) -> None:
    diagnostics = Diagnostics("a.reg")
    assert method_word(Token(written, "a.reg", 3, 5), METHODS, diagnostics).value == Unknown(written)
    assert diagnostics.secrets == []
    assert [written in problem.message for problem in diagnostics.problems] == [True]


def test_a_method_that_is_known_is_read() -> None:
    diagnostics = Diagnostics("a.reg")
    assert method_word(Token("MachineCert", "a.reg", 3, 5), METHODS, diagnostics).value == 1
    assert (diagnostics.secrets, diagnostics.problems) == ([], [])
