"""Which inputs of one folder describe one machine: of every few kinds of inputs beside one another it is as stored.

After a change that is meant, `python -m tests.engine.test_stored_machines` stores it anew: read the difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations_with_replacement

import msgspec

from ipseclint.engine.machines import Part, Share, by_machine
from ipseclint.source import Source, bytes_source
from tests import ROOT

EXPECTED = ROOT / "tests" / "data" / "machines.txt"
SHARES = {
    **{part.name.lower(): Share(part) for part in Part},
    "suite": Share(Part.VPN_SERVER, ("suite",)),
    "protocols": Share(Part.VPN_SERVER, ("protocols",)),
    "unsaid": Share(Part.VPN_SERVER, ()),
}
"""Inputs by what they say; the last three are parts of a VPN server."""
MOST = 3


class Met(msgspec.Struct, frozen=True):
    """An input that a walk met."""

    source: Source
    folder: str | None
    share: Share


def met(folder: str | None, names: tuple[str, ...]) -> list[Met]:
    return [
        Met(bytes_source(f"{folder}/{number}-{name}", b""), folder, SHARES[name]) for number, name in enumerate(names)
    ]


def answers() -> Iterator[str]:
    for count in range(1, MOST + 1):
        for names in combinations_with_replacement(SHARES, count):
            groups = list(by_machine(met("f", names), None))
            yield f"{' + '.join(names)}: {'one' if groups[0][0] == 'f' else len(groups)}"


def test_which_inputs_of_a_folder_are_one_machine_is_as_stored() -> None:
    assert list(answers()) == EXPECTED.read_text("utf-8").split("\n")[:-1]


def test_each_machine_stands_where_its_first_input_does() -> None:
    one, two, named = met("one", ("policy", "evidence")), met("two", ("policy", "policy")), met(None, ("policy",))
    inputs = [two[0], one[0], *named, two[1], one[1]]
    assert list(by_machine(inputs, None)) == [
        ("two/0-policy", [two[0]]),
        ("one", one),
        ("None/0-policy", named),
        ("two/1-policy", [two[1]]),
    ]
    assert list(by_machine(inputs, "M")) == [("M", inputs)]
    assert list(by_machine([], "M")) == []


def store() -> None:
    EXPECTED.write_text("\n".join([*answers(), ""]), "utf-8", newline="\n")


if __name__ == "__main__":
    store()
