"""Conditions that tests decide in one way alone are named, each once and as it is written."""

from __future__ import annotations

import ast
from pathlib import Path

from .undecided import Telling, undecided

MODULE = """
def shown(values, most):
    if values and most > 1 or not most:
        return [each for each in values if each]
    while True:
        return "a" if most else "b"
"""


def test_every_condition_tells_how_it_is_decided_and_the_code_does_what_it_did() -> None:
    telling = Telling("shown.py")
    tree = telling.visit(ast.parse(MODULE))
    told: list[tuple[str, bool]] = []

    def tell(condition: tuple[str, int, str], value: object) -> object:
        told.append((condition[2], bool(value)))
        return value

    names: dict[str, object] = {"__told__": tell}
    exec(compile(tree, "shown.py", "exec"), names)  # noqa: S102 - our own code
    shown = names["shown"]
    assert callable(shown)
    assert shown(("x", ""), 2) == ["x"]
    assert shown((), 1) == "a"
    whole = "values and most > 1 or not most"
    assert told == [
        *(("values", True), ("most > 1", True), ("values and most > 1", True), (whole, True)),
        *(("each", True), ("each", False)),
        *(("values", False), ("values and most > 1", False), ("not most", False), (whole, False), ("most", True)),
    ]
    assert {(path, text) for path, _, text in telling.conditions} == {("shown.py", text) for text, _ in told}


def test_what_some_tests_decide_in_one_way_is_named(tmp_path: Path) -> None:
    test = tmp_path / "test_code_page.py"
    test.write_text(
        "from ipseclint.formats.powershell.script.values.conversions import type_in, address\n"
        "def test_one(): assert address('10.0.0.1') == '10.0.0.1'\n"
    )
    path = Path("linter/ipseclint/formats/powershell/script/values/conversions.py")
    found = {text: ways for (_, _, text), ways in undecided([path], [str(test)]).items()}
    assert found["shown == text.casefold()"] == {True}
    assert found["name == 'char'"] == set()
