"""Where keys are found in a text, whatever it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from ipseclint import secrets

NESTED = {
    "a name of a key as its own value": "netsh ipsec static add rule " + "psk=" * 3_000,
    "labels": "psk:" * 3_000,
    "members": '"psk":' * 3_000,
    "members in members": '{"psk":' * 3_000,
    "lists": "psk=(" * 3_000,
    "quotes": "psk='" * 3_000,
    "here-strings": "psk=@'" * 3_000,
    "elements in elements": "<psk>" * 3_000,
    "elements that end": "<psk>" * 1_500 + "</psk>" * 1_500,
    "tags without an end": "<psk x" * 3_000,
    "tags as entities": "&lt;psk x" * 3_000,
    "attributes": "<a " + "psk=' " * 3_000,
}


@pytest.mark.parametrize("name", NESTED)
def test_a_text_is_gone_through_once_however_its_keys_are_nested(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text, passed = NESTED[name], 0
    after_name = secrets._after_name

    def counted(*given: object) -> list[secrets.Place]:
        nonlocal passed
        places = list(after_name(*given))  # type: ignore[arg-type]
        passed += sum(end - begin for begin, end in places)
        return places

    monkeypatch.setattr(secrets, "_after_name", counted)
    places, _ = secrets.keys_in(text)
    assert passed <= len(text)
    assert places


def test_the_values_of_many_variables_are_found_in_one_search(monkeypatch: pytest.MonkeyPatch) -> None:
    searches = 0

    class Counted:
        @staticmethod
        def finditer(text: str) -> Iterator[re.Match[str]]:
            nonlocal searches
            searches += 1
            return assignment.finditer(text)

    assignment = secrets._ASSIGNMENT
    monkeypatch.setattr(secrets, "_ASSIGNMENT", Counted)
    names = [f"v{number}" for number in range(200)]
    text = " & ".join(f"set {name}=Sommerregen{name}" for name in names) + "\n"
    text += "\n".join(f"netsh ipsec static add rule psk=%{name}%" for name in names)
    _, texts = secrets.keys_in(text)
    assert [name for name in names if f"Sommerregen{name}" not in texts] == []
    assert searches == 1
