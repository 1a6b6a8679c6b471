"""Each line of a long script is looked at a few times, however few of its lines are like those before them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import SupportsIndex

from tests.cases import cases

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.netsh.hosts import BATCH
from ipseclint.formats.netsh.lexer import Lexer
from ipseclint.formats.netsh.replays import Replays
from ipseclint.formats.netsh.script import LONG_LINES, _replay

RULE = "netsh advfirewall consec add rule name=R{} endpoint1=any endpoint2=10.{}.0.0/16 action=requestinrequestout"
FILTER = "netsh ipsec static add filter filterlist=L srcaddr=10.{}.0.1 dstaddr=10.{}.0.2"
MANY = LONG_LINES + 200

MOST_LOOKS = 8
"""How often a line is looked at: by the fast paths, with those beside it, and by the slow one."""

SCRIPTS = {
    "remarks": [RULE.format(0, 0), *["rem"] * MANY],
    "rules that are alike": [RULE.format(number, number % 200) for number in range(MANY)],
    "rules between remarks": [RULE.format(n, n % 200) if n % 2 else "rem" for n in range(MANY)],
    "filters between rules": [RULE.format(n, n % 200) if n % 2 else FILTER.format(n, n) for n in range(MANY)],
}


class Lines(list[str]):
    """Lines that count how often one is looked at."""

    looked_at = 0

    def __getitem__(self, place: SupportsIndex | slice) -> str | list[str]:
        found = super().__getitem__(place)
        self.looked_at += len(found) if isinstance(place, slice) else 1
        return found

    def __iter__(self) -> Iterator[str]:
        for line in super().__iter__():
            self.looked_at += 1
            yield line


@cases("written", SCRIPTS.values(), ids=SCRIPTS)
def test_each_line_is_looked_at_a_few_times(written: list[str]) -> None:
    lines = Lines(written)
    diagnostics = Diagnostics("policy.cmd")
    _replay(lines, Lexer(BATCH, diagnostics), Replays(diagnostics), ran := set[int]())
    assert ran
    assert len(lines) <= lines.looked_at <= MOST_LOOKS * len(lines)
