"""What outputs say of none, one and many of each thing that a report has: what each more adds is as stored.

After a change that is meant, `python -m tests.reporters.test_stored_numbers` stores it anew: read the difference.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from ipseclint import check_paths
from ipseclint.report import Crash, Report, Resolved
from ipseclint.reporters import RenderOptions, reporter
from tests import ROOT
from tests.reporters.test_stored_outputs import CHECK, lay, stored_form

pytestmark = pytest.mark.drawn(3)

EXPECTED = ROOT / "tests" / "data" / "numbers.txt"
NUMBERS = (0, 1, 2, 3, 4, 5, 6, 7)
FIELDS = (
    *("inputs findings", "inputs", "findings", "problems", "ignored", "not_judged", "outdated", "crashes", "gone"),
    *("explanations", "actions", "outlines", "load"),
)
NAMED = ("path", "name", "message", "gpo", "where", "statement", "cause", "fingerprint")
"""In what two things of a report differ."""
FORMS = ("text", "markdown", "html")


@cache
def report() -> Report:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        lay(Path(folder))
        patch.chdir(folder)
        found = check_paths(".", isolated=True, details=True, select=CHECK[-1])
    crashes = (Crash(where="a.cmd", error="ValueError"),)
    gone = tuple(Resolved(code=each.code, subject=each.subject.name, count=1) for each in found.findings[:1])
    return replace(
        found,
        findings=found.findings[:9],
        version="1",
        rules_known=200,
        crashes=crashes,
        gone=gone,
        outdated=("the list of builds is old",),
    )


def numbered(thing: Any, number: int) -> Any:
    """One of several things of a kind, each with a name of its own."""
    if isinstance(thing, str):
        return f"{thing} {number}"
    names = {name: getattr(thing, name, None) for name in NAMED if name in thing.__struct_fields__}
    own: dict[str, Any] = {name: f"{value}-{number}" for name, value in names.items() if isinstance(value, str)}
    own |= {name: f"{name} {number}" for name in ("gpo", "machine") if name in thing.__struct_fields__}
    if "span" in thing.__struct_fields__:
        own["span"] = replace(thing.span, path=f"{thing.span.path}-{number}")
    return replace(thing, **own)


def of_fields(fields: str) -> Iterator[str]:
    """What more of some fields of a report add, of each as many."""
    whole = report()
    first = {field: getattr(whole, field)[0] for field in fields.split()}
    for form in FORMS:
        before: set[str] = set()
        for number in NUMBERS:
            things = {name: tuple(numbered(one, each) for each in range(number)) for name, one in first.items()}
            told = stored_form("".join(reporter(form)(replace(whole, **things), RenderOptions()))).splitlines()
            yield f"# {form} of {number} {fields}: {len(told)} lines"
            if number:
                yield from (line.strip()[:300] for line in told if line not in before)
            before = set(told)


def answers() -> list[str]:
    return [line for fields in FIELDS for line in of_fields(fields)]


def test_each_number_of_things_is_told_as_stored() -> None:
    assert answers() == EXPECTED.read_text("utf-8").split("\n")[:-1]


def store() -> None:
    EXPECTED.write_text("\n".join([*answers(), ""]), "utf-8", newline="\n")


if __name__ == "__main__":
    store()
