"""What a file leads to, and what that leads to in turn, are its members: by path, once, and no more than so many."""

from __future__ import annotations

from ipseclint.engine.inputs.belonging import with_belonging
from ipseclint.source import Source, bytes_source
from tests.cases import cases

LEADS = {"a": ["c", "b"], "b": ["d", "a"], "c": ["b", "e"], "d": ["f"], "e": [], "f": ["f"]}


@cases(
    ("most", "members"),
    [(9, "bcdef"), (5, "bcdef"), (4, "bcdf"), (3, "bcd"), (2, "bc"), (1, "c"), (0, "")],
)
def test_members_are_those_that_are_met_first_by_path(most: int, members: str) -> None:
    asked: list[str] = []

    def leads_to(source: Source) -> list[Source]:
        asked.append(source.path)
        return [bytes_source(name, b"") for name in LEADS[source.path]]

    whole = with_belonging(bytes_source("a", b"own"), leads_to, most)
    assert (whole.path, whole.read_bytes()) == ("a", b"own")
    assert [member.path for member in whole.members] == list(members)
    assert asked == list("abdfce"[: {0: 0, 1: 1, 2: 1, 3: 2, 4: 3, 5: 5, 9: 6}[most]])


def test_what_leads_nowhere_stays_as_it_is() -> None:
    alone = bytes_source("e", b"")
    assert with_belonging(alone, lambda _: [alone], 5) is alone
