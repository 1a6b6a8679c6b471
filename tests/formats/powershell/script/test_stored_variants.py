"""What is read of each program of `evaluated.txt` with one word of it another: unknown, empty, out of bounds,
of another type.

These are the values and forms that few people write and that every command may be given. Stored are the names of the
rules and all that is said, with its place. After a change that is meant, `python -m
tests.formats.powershell.script.test_stored_variants` stores it anew: read the difference.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest
from tests import ROOT
from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed
from tests.formats.powershell.script.test_evaluated import PROGRAMS, RULE

pytestmark = pytest.mark.drawn(4)

STORED = ROOT / "tests" / "data" / "varied_programs.txt"
VARIANTS = 2
AT_ONCE = 40
MAX_SHOWN = 100
"""So much of each message is stored."""

VALUES = (
    *("(Read-Host)", "$null", "''", "-1", "0", "300000", "1.5", "$true"),
    *("@('p', 'q')", "@()", "@{ k = 'v' }", "'a*'", "([char]'x')"),
)
OTHERS = {
    r"'[^'\n]*'|\"[^\"\n]*\"|(?<![\w$.])\d+(?:\.\d+)?\b": VALUES,
    r"[$](?!_\b|env\b)\w+\b(?![ ]*[-+*/%]?=|[ ]in[ ]|:)": VALUES,
    r"(?<=[ ])-[a-z]+\b": ("-eq", "-like", "-join", "-split", "-as", "-x"),
    r"(?<=[\w')\]])\.[A-Za-z]+": ("", ".Length", ".x", ".x()", "[0]", "[-1]"),
    r"\[[\w.]+\](?=[$'\"])": ("", "[int]", "[string[]]", "[char]", "[x]"),
}
"""What stands in a program, and what may stand there instead."""
ENDLESS = re.compile(r"\b(?:for|while|until)\b|\+\+", re.IGNORECASE)
"""With another number such a loop may go on to its limit, which costs more than it shows."""
WORDS = [(re.compile(pattern), others) for pattern, others in OTHERS.items()]


def variants(program: str) -> Iterator[tuple[str, str]]:
    """What is changed of a program, and the program with it: always the same."""
    script = program.rpartition("\n=>")[0]
    rng = random.Random(script)
    words = [(word, others) for pattern, others in WORDS for word in pattern.finditer(script)]
    for word, others in rng.sample(words, 0 if ENDLESS.search(script) else min(VARIANTS, len(words))):
        other = rng.choice(others)
        yield f"{word[0]} at {word.start()} is {other}", script[: word.start()] + other + script[word.end() :]


def read_of(script: str) -> str:
    """The names of the rules that a program makes, and what is said."""
    result = parsed(script.replace("EACH", "% { RULE $_ }").replace("RULE", RULE))
    said = [(each.span, each.message) for each in result.problems]
    said += [(command.span, f"refused: {command.reason}") for command in result.policy.refused_commands]
    names = " | ".join(rule.name for rule in result.policy.connection_security_rules)
    told = [f"{span.line}:{span.column} {message[:MAX_SHOWN]}" for span, message in said]
    return "; ".join([names, *told, *(f"given: {name}" for name, _ in result.given)]).replace("\n", "\\n")


def read_anew(first: int) -> list[str]:
    """What is read of the variants of some programs, a line for each."""
    some = PROGRAMS[first : first + AT_ONCE]
    lines = [f"{title} => {read_of(script)}" for program in some for title, script in variants(program)]
    return [f"% {first}", *(line.replace("\n", "\\n") for line in lines)]


def stored() -> dict[int, list[str]]:
    """What is stored of the programs from each number on."""
    _, *parts = re.split(r"^% (\d+)$\n", STORED.read_text("utf-8"), flags=re.MULTILINE)
    return {
        int(first): [f"% {first}", *block.splitlines()] for first, block in zip(parts[::2], parts[1::2], strict=True)
    }


@cases("first", range(0, len(PROGRAMS), AT_ONCE))
def test_a_program_with_another_word_is_read_as_stored(first: int) -> None:
    assert read_anew(first) == stored()[first]


if __name__ == "__main__":
    told = [line for first in range(0, len(PROGRAMS), AT_ONCE) for line in read_anew(first)]
    STORED.write_text("\n".join([*told, ""]), "utf-8", newline="\n")
