"""Two outputs in one text, and one in what people paste it into: each is read, or something is said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from html import escape
from itertools import permutations, product
from textwrap import indent

import pytest

from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.machines import read_inputs
from ipseclint.source import bytes_source
from tests import ROOT
from tests.cases import cases

pytestmark = pytest.mark.drawn(4)

SAMPLES = dict(
    re.findall(
        r"^=== (\w+)\n((?:(?!=== ).*\n)+)", (ROOT / "tests/data/outputs_side_by_side.txt").read_text(), re.MULTILINE
    )
)
"""What tools print and people type, by a name of its own."""

BETWEEN = {"nothing": "", "an empty line": "\n", "a sentence": "\nand this is what the other one says:\n\n"}
SHARED = frozenset({"authentication_set", "main_mode_crypto_set", "quick_mode_crypto_set", "global_settings"})
"""Objects of which two outputs may make one."""

CODE = "    "
"""What stands before each line of code in a post of a forum."""

LISTS = frozenset({"list", "qms", "certs", "srv", "vpnlist", "cust", "itemprop", "winevttab"})
"""Lists of properties, around which PowerShell leaves an empty line."""

ONE_OF_TWO = {
    frozenset({"event", "winevt"}), frozenset({"event", "wevtutil"}), frozenset({"winevt", "wevtutil"}),
    frozenset({"vpnlist", "cust"}),
}  # fmt: skip
"""Pairs that say the same, or of which the second says more of the first."""


def read(text: str, path: str = "a.txt") -> tuple[Counter[str], bool]:
    """How many objects of each kind are read in a text, and whether there are problems."""
    (input_,) = read_inputs([Candidate(bytes_source(path, text.encode()), named=True)])
    objects = {kind: number for kind, number in input_.input.objects.items() if kind != "builtin"}
    return Counter(objects), bool(input_.parsed.problems)


@cache
def alone(name: str) -> Counter[str]:
    """How many objects of each kind a sample has by itself."""
    return read(SAMPLES[name])[0]


def test_each_sample_alone_is_read() -> None:
    assert len(SAMPLES) > 35
    assert [name for name in SAMPLES if not alone(name)] == []


@pytest.mark.drawn(40)
@cases("first", SAMPLES)
def test_nothing_is_passed_over_below_another_output(first: str) -> None:
    lost = []
    for (one, second), between in product(permutations(SAMPLES, 2), BETWEEN):
        if one != first or {one, second} in ONE_OF_TWO or (not BETWEEN[between] and second in LISTS):
            continue
        objects, is_said = read(SAMPLES[one] + BETWEEN[between] + SAMPLES[second])
        missing = [
            kind
            for kind, number in (alone(one) + alone(second)).items()
            if objects[kind] < (1 if kind in SHARED else number)
        ]
        if missing and not is_said:
            lost.append((second, between, missing))
    assert lost == []


def _behind(mark: str, text: str) -> str:
    return "".join(f"{mark}{line}\n" for line in text.splitlines())


CARRIED: dict[str, Callable[[str], tuple[str, str]]] = {
    "a fence": lambda text: (f"Some words before.\n\n```\n{text}```\n\nand after.\n", "a.md"),
    "a fence in a list": lambda text: (f"1. first do this:\n\n   ```\n{_behind('   ', text)}   ```\n", "a.md"),
    "a quote in a mail": lambda text: (f"Hi,\n\n{_behind('> ', text)}\nregards\n", "a.txt"),
    "a paragraph": lambda text: (f"We see this:\n\n{_behind('    ', text)}\nWhat is wrong?\n", "a.txt"),
    "a page": lambda text: (f"<html><body><p>We see this</p><pre>{escape(text)}</pre></body></html>", "a.html"),
    "a part of a page": lambda text: (f'<div><pre><code class="x">{escape(text)}</code></pre></div>', "a.htm"),
    "Jira": lambda text: (f"h2. Output\n{{noformat}}\n{text}{{noformat}}\n", "a.txt"),
    "a forum": lambda text: (f"Hello\n[code]\n{text}[/code]\nthanks\n", "a.txt"),
    "reStructuredText": lambda text: (f"Output::\n\n{_behind('    ', text)}\nEnd.\n", "a.rst"),
    "AsciiDoc": lambda text: (f"= Title\n\n----\n{text}----\n", "a.adoc"),
    "numbers": lambda text: ("".join(f"{row}: {line}\n" for row, line in enumerate(text.splitlines(), 1)), "a.txt"),
    "a letter": lambda text: (
        f"Dear all,\n\nplease see what it prints.\n\n{text}\nKind regards,\nJane\n-- \nIT\n",
        "a.txt",
    ),
    "empty lines": lambda text: (text.replace("\n", "\n\n"), "a.txt"),
    "CRLF": lambda text: (text.replace("\n", "\r\n"), "a.txt"),
    "blanks": lambda text: ("".join(f"{line}   \n" for line in text.splitlines()), "a.txt"),
}
"""What people paste an output into, and the name of the file that it becomes."""


@pytest.mark.drawn(8)
@cases("carrier", CARRIED)
def test_an_output_is_read_or_said_in_whatever_it_is_pasted_into(carrier: str) -> None:
    unread = []
    for name, text in SAMPLES.items():
        data, path = CARRIED[carrier](text)
        objects, is_said = read(data, path)
        if any(objects[kind] < number for kind, number in alone(name).items()):
            unread.append((name, is_said))
    assert [name for name, is_said in unread if not (is_said and carrier in SAID)] == []


SAID = frozenset({"numbers", "empty lines"})
"""What changes an output so much that it is enough to say that some are not read."""


@pytest.mark.drawn(40)
@cases("captions", [("Client:\n\n", "\nLog:\n\n"), ("On the client I ran:\n\n", "\nNow it says this.\n\n")])
@cases("first", SAMPLES)
def test_code_of_a_post_is_read_by_its_indent(first: str, captions: tuple[str, str]) -> None:
    above, between = captions
    lost = []
    for second, text in SAMPLES.items():
        if second == first or frozenset({first, second}) in ONE_OF_TWO:
            continue
        objects, _ = read(f"{above}{indent(SAMPLES[first], CODE)}{between}{indent(text, CODE)}")
        wanted = alone(first) + alone(second)
        missing = [kind for kind, number in wanted.items() if objects[kind] < (1 if kind in SHARED else number)]
        if missing:
            lost.append((second, missing))
    assert lost == []
