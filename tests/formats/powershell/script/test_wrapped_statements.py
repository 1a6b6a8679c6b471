"""A statement within another one that surely runs it once: what is read of the program stays the same.

Each seed draws a program of `evaluated.txt`, a statement of it, and what is put around that.
"""

from __future__ import annotations

import random
import re
from functools import lru_cache

import pytest
from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed
from tests.formats.powershell.script.test_evaluated import PROGRAMS, RULE

pytestmark = pytest.mark.drawn(4)

SEEDS, AT_ONCE = 240, 40
OWN = r"\$args|\$input|\$MyInvocation|\$PSBound|\+\+|--"
"""What is another in a block with a scope of its own, or is changed there alone."""
ITEM = r"\$_|\$PSItem"
AROUND = {
    "if ($true) { STATEMENT }": "",
    "if ($false) { } else { STATEMENT }": "",
    "if (1 -eq 1 -and -not $false) { STATEMENT } elseif ($true) { RULE other }": "",
    "do { STATEMENT } while ($false)": "",
    "do { STATEMENT } until ($true)": "",
    "while ($true) { STATEMENT; break }": "",
    "for (;;) { STATEMENT; if ($env:Q) { break }; break }": "",
    "for ($round = 0; $round -lt 1; $round++) { STATEMENT }": "",
    "foreach ($round in 1) { STATEMENT }": "",
    "foreach ($round in 1, 2) { if ($round -eq 2) { STATEMENT } }": "",
    ":outer foreach ($round in 1..3) { foreach ($inner in 1) { STATEMENT; break outer } }": "",
    "try { STATEMENT } finally { }": "",
    "try { throw 'x' } catch { STATEMENT }": rf"{ITEM}|\$error|\$\?",
    "switch (1) { 1 { STATEMENT } }": ITEM,
    "switch -Regex ('a') { '^a' { STATEMENT } }": rf"{ITEM}|Matches",
    "1 | ForEach-Object { STATEMENT }": ITEM,
    ". { STATEMENT }": r"\$args|\$input",
    "& { STATEMENT }": OWN,
    "$block = { STATEMENT }; & $block": OWN,
    "Invoke-Command -ScriptBlock { STATEMENT }": OWN,
    "function Around { STATEMENT }; Around": rf"{OWN}|{ITEM}",
    "$($true ? $(STATEMENT) : $null)": "",
}
"""What is put around a statement, and what stands in none that it is put around."""
STATEMENT = re.compile(r"(?:(?<=\A)|(?<=[;{\n]))[ ]*(RULE [^;{}|\n@`&<>=#]+?)(?=[ ]*(?:[;}\n]|\Z))")


def is_whole(text: str) -> bool:
    """Whether no quotation mark and no parenthesis in a text is left open."""
    return text.count("'") % 2 == 0 and text.count('"') % 2 == 0 and text.count("(") == text.count(")")


def wrapped(seed: int) -> tuple[str, str] | None:
    """A program, and the same with something around one of its statements; None where they do not go together."""
    rng = random.Random(seed)
    script = rng.choice(PROGRAMS).rpartition("\n=>")[0]
    found = [each for each in STATEMENT.finditer(script) if is_whole(script[: each.start(1)]) and is_whole(each[1])]
    around, bars = rng.choice(list(AROUND.items()))
    if not found or (statement := rng.choice(found)) is None or (bars and re.search(bars, statement[1], re.IGNORECASE)):
        return None
    if "@'" in script or '@"' in script or "private:" in script:
        return None
    start, end = statement.span(1)
    return script, script[:start] + around.replace("STATEMENT", statement[1]) + script[end:]


@lru_cache(maxsize=AT_ONCE)
def read_of(script: str) -> tuple[list[str], list[str], list[str]]:
    """The names of the rules that a program makes, and what is said, without lines."""
    result = parsed(script.replace("EACH", "% { RULE $_ }").replace("RULE", RULE))
    said = [each.message for each in result.problems] + [each.reason for each in result.policy.refused_commands]
    given = [name.partition(", line")[0] for name, _ in result.given]
    return [rule.name for rule in result.policy.connection_security_rules], sorted(said), sorted(given)


@cases("first", range(0, SEEDS, AT_ONCE))
def test_what_surely_runs_once_does_what_it_does_alone(first: int) -> None:
    for seed in range(first, first + AT_ONCE):
        if (pair := wrapped(seed)) is not None:
            script, other = pair
            assert read_of(other) == read_of(script), f"{seed}: {other}"
