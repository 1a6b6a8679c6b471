"""Flip each predicate and each number of the rules, and see whether the suite notices.

    python -m tests.mutation.mutate_rules [CODE|FAMILY|MODULE ...] [--survivors] [--jobs N] [--again FILE]

Each mutant is one change: a comparison, a boolean operator or a negation in a module of rules, or a value in
the ruleset. It is killed when a fixture of a rule, or one of the tests of rules, that runs through the changed
line no longer gives what it must. What no test runs through survives. Mutants that change nothing that could
be seen are listed in equivalent.toml with the reason, and are counted apart. Prints the rate by family and
ends with 1 if one is below the wanted rate. With the code of a rule, its own tests are run first, and if they are red
nothing else is. `--again` takes what an earlier run printed with `--survivors`, and
tries those alone, to see what new tests are good for.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import io
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest

from ipseclint.engine.rulesets.options import options_of
from ipseclint.engine.rulesets.ruleset import Ruleset, RuleSettings
from ipseclint.rule import Options, Rule
from ipseclint.rules import all_rules
from tests.mutation.mutants import PACKAGE, Mutant, compiled, of_module, of_options
from tests.mutation.witnesses import Fixture, Lines, fails, fixtures_of, lines_run

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WANTED_RATE = 0.97
PATIENCE_SECONDS = 60
"""Of the processor, which a busy machine does not change."""
_CODE = re.compile(r"\b[A-Z]{2}\d{3}\b")
SHARED = "shared"
TESTS = ("tests/rules", "tests/test_domain_isolation.py")
"""Where, beside the fixtures, the tests of rules are."""


def family_of(stem: str) -> str:
    """The family whose rules a module holds most of; `shared` for one that holds none."""
    families = Counter(rule.family for rule in all_rules() if rule.check.__module__.endswith(f".{stem}"))
    return families.most_common(1)[0][0] if families else SHARED


def wanted_mutants(words: list[str]) -> list[Mutant]:
    """The mutants of the modules and rules that the words name; all without words."""
    rules = [rule for rule in all_rules() if not words or {rule.code, rule.family} & set(words)]
    holding = {rule.check.__module__.rpartition(".")[2] for rule in rules}
    stems = sorted(path.stem for path in PACKAGE.glob("*.py") if path.stem != "__init__")
    chosen = [
        stem
        for stem in stems
        if not words or stem in words or family_of(stem) in words or (stem in holding and _names_code(words))
    ]
    return [each for stem in chosen for each in of_module(stem)] + [each for rule in rules for each in of_options(rule)]


def _names_code(words: list[str]) -> bool:
    return any(word in {rule.code for rule in all_rules()} for word in words)


class Witnesses:
    """Fixtures and tests by the lines that they run through."""

    def __init__(self, items: list[pytest.Item]) -> None:
        self.fixtures: dict[str, list[tuple[Fixture, Lines]]] = defaultdict(list)
        self.tests: list[tuple[pytest.Item, Lines]] = []
        broken = []
        for rule in all_rules():
            for fixture in fixtures_of(rule):
                with lines_run() as lines:
                    broken += [f"{rule.code} of {fixture.folder}"] if fixture.notices() else []
                self.fixtures[rule.code].append((fixture, frozenset(lines)))
        for item in items:
            with lines_run(whole_functions=True) as lines:
                broken += [item.nodeid] if fails(item) else []
            self.tests.append((item, frozenset(lines)))
        if broken:
            raise SystemExit("\n".join(["these fail without any change:", *broken]))

    def notice(self, mutant: Mutant) -> bool:
        """Whether the change, already made, is noticed."""
        touched = {(mutant.where, line) for line in range(mutant.line, mutant.end_line + 1)}
        codes = [mutant.code] if mutant.code else sorted(self.fixtures)
        reached = set()
        for code in codes:
            for fixture, lines in self.fixtures[code]:
                if mutant.code or touched & lines:
                    reached.add(code)
                    if fixture.notices():
                        return True
        named = [item for item, _ in self.tests if codes_in(item) & reached]
        others = [item for item, lines in self.tests if not codes_in(item) and (touched | self.home(mutant)) & lines]
        return any(map(fails, (*named, *others)))

    def home(self, mutant: Mutant) -> Lines:
        """The lines that the fixtures of a changed value's rule run through; none for changed code."""
        if mutant.code is None:
            return frozenset()
        module = next(rule for rule in all_rules() if rule.code == mutant.code).check.__module__.rpartition(".")[2]
        return frozenset(each for _, lines in self.fixtures[mutant.code] for each in lines if each[0] == module)


def codes_in(item: pytest.Item) -> set[str]:
    """The rules that a test's parameters name."""
    _, _, parameters = item.nodeid.partition("[")
    return set(_CODE.findall(parameters))


def functions_of(mutant: Mutant) -> dict[tuple[str, int], list[FunctionType]]:
    """The living functions of the mutant's module, by name and line."""
    found: dict[tuple[str, int], list[FunctionType]] = defaultdict(list)
    for each in gc.get_objects():
        if isinstance(each, FunctionType) and each.__code__.co_filename == str(mutant.path):
            found[each.__code__.co_qualname, each.__code__.co_firstlineno].append(each)
    return found


def all_code(code: CodeType) -> Iterator[CodeType]:
    """A code object and all within it."""
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from all_code(each)


@contextlib.contextmanager
def made(mutant: Mutant) -> Iterator[None]:
    """The change made in the running functions, and taken back."""
    if mutant.code:
        with other_options(mutant):
            yield
        return
    functions = functions_of(mutant)
    kept = {each: each.__code__ for same in functions.values() for each in same}
    try:
        for code in all_code(compiled(mutant)):
            for each in functions.get((code.co_qualname, code.co_firstlineno), ()):
                each.__code__ = code
        forget()
        yield
    finally:
        for each, code in kept.items():
            each.__code__ = code
        forget()


@contextlib.contextmanager
def other_options(mutant: Mutant) -> Iterator[None]:
    """Every ruleset with the changed value."""
    of_settings, of_options = Ruleset.settings, Ruleset.options
    (mutated,) = (rule for rule in all_rules() if rule.code == mutant.code)
    changed = options_of(mutant.options or {}, mutated.options)

    def settings(self: Ruleset, rule: Rule) -> RuleSettings:
        found = of_settings(self, rule)
        return found.model_copy(update={"options": mutant.options}) if rule.code == mutant.code else found

    def options(self: Ruleset, rule: Rule) -> Options:
        """Not those that a ruleset remembers."""
        return changed if rule.code == mutant.code else of_options(self, rule)

    Ruleset.settings, Ruleset.options = settings, options  # type: ignore[method-assign]
    try:
        yield
    finally:
        Ruleset.settings, Ruleset.options = of_settings, of_options  # type: ignore[method-assign]


def forget() -> None:
    """Empties what functions of the rules remember."""
    for name, module in list(sys.modules.items()):
        if name.startswith("ipseclint.rules."):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


WITNESSES: Witnesses | None = None


def is_killed(mutant: Mutant) -> bool:
    """Whether the suite notices a mutant: by another result, by an error, or by never ending."""
    assert WITNESSES is not None
    signal.signal(signal.SIGPROF, _give_up)
    signal.setitimer(signal.ITIMER_PROF, PATIENCE_SECONDS)
    try:
        with made(mutant), contextlib.redirect_stdout(io.StringIO()):
            try:
                return WITNESSES.notice(mutant)
            except Exception:  # noqa: BLE001 - a mutant that crashes is noticed; a change that cannot be made is not
                return True
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _give_up(_signal: int, _frame: Any) -> None:
    raise TimeoutError


class Session:
    """Takes the place of pytest's loop, to run collected tests again and again."""

    def __init__(self, mutants: list[Mutant], jobs: int) -> None:
        self.mutants, self.jobs, self.killed = mutants, jobs, list[bool]()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        global WITNESSES  # noqa: PLW0603 - forked processes find it there
        gc.unfreeze()  # what was collected is frozen, and the living functions among it are looked for
        of_code = next((mutant for mutant in self.mutants if mutant.code is None), None)
        if of_code is not None and not functions_of(of_code):
            raise SystemExit(f"no function of {of_code.where} is found: no change could be made")
        WITNESSES = Witnesses(session.items)
        print(f"{len(self.mutants)} mutants", file=sys.stderr, flush=True)
        with multiprocessing.get_context("fork").Pool(self.jobs) as pool:
            for number, dead in enumerate(pool.imap(is_killed, self.mutants, chunksize=8), start=1):
                self.killed.append(dead)
                if number % 200 == 0:
                    print(f"{number}: {sum(self.killed)} killed", file=sys.stderr, flush=True)
        return True


def family(mutant: Mutant) -> str:
    return mutant.code[:2] if mutant.code else family_of(mutant.where)


def report(mutants: list[Mutant], killed: list[bool], *, survivors: bool) -> int:
    """Prints the rates, and gives the exit code."""
    listed = tomllib.loads((HERE / "equivalent.toml").read_text(encoding="utf-8")).get("equivalent", [])
    equivalent = {(each["where"], each["text"], each["what"]) for each in listed}
    stale = equivalent & {each.key for each, dead in zip(mutants, killed, strict=True) if dead}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for mutant, dead in zip(mutants, killed, strict=True):
        word = "killed" if dead else "equivalent" if mutant.key in equivalent else "survived"
        counts[family(mutant)][word] += 1
        counts["all"][word] += 1
        if survivors and word == "survived":
            print(f"survived: {mutant.title}")
    low = False
    for name, count in sorted(counts.items()):
        rate = count["killed"] / max(1, count["killed"] + count["survived"])
        low |= rate < WANTED_RATE
        print(f"{name:<8}{count['killed']:>6} killed {count['survived']:>5} survived", end=" ")
        print(f"{count['equivalent']:>4} equivalent {rate:>8.1%}")
    for each in sorted(stale):
        print("killed although listed as equivalent: " + " | ".join(each))
    return int(low or bool(stale))


def _without_line(title: str) -> str:
    return re.sub(r":\d+ ", " ", title, count=1)


def _are_red(codes: list[str], options: list[str]) -> bool:
    """Whether the tests of these rules fail as they stand, which is quickly found out and makes all else idle."""
    tests = ["tests/test_rules.py", "tests/rules/test_details.py"]
    command = [sys.executable, "-m", "pytest", *options, "-x", *tests, "-k", " or ".join(codes)]
    return subprocess.run(command, check=False).returncode != 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--survivors", action="store_true")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--again", type=Path)
    arguments = parser.parse_args()
    os.chdir(ROOT)
    mutants = wanted_mutants(arguments.words)
    if arguments.again:
        before = set(map(_without_line, arguments.again.read_text(encoding="utf-8").splitlines()))
        mutants = [each for each in mutants if _without_line(f"survived: {each.title}") in before]
    options = ["-p", "no:cacheprovider", "-p", "no:randomly", "-q", "--no-header"]
    codes = [word for word in arguments.words if _CODE.fullmatch(word)]
    if codes and _are_red(codes, options):
        print(f"the tests of {', '.join(codes)} fail without any change", file=sys.stderr)
        return 1
    session = Session(mutants, arguments.jobs)
    ended = pytest.main([*TESTS, *options], plugins=[session])
    if len(session.killed) < len(session.mutants):
        return int(ended) or 1
    return report(session.mutants, session.killed, survivors=arguments.survivors)


if __name__ == "__main__":
    sys.exit(main())
