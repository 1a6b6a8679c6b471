"""Repairs the suites in a ProfileXML in place, and reads the result again to verify it.

Only words and, where a connection has none, one CryptographySuite are written: all else stays byte for byte.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple, cast

from msgspec import Struct

from ipseclint.finding import ProblemCode
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.late import late
from ipseclint.model.change import Edit
from ipseclint.model.machine import Machine
from ipseclint.model.policy import MainModeCryptoSet, Policy, QuickModeCryptoSet, VpnConnection
from ipseclint.model.setting import Setting
from ipseclint.repair.commands.arguments import Unwritable
from ipseclint.repair.commands.vpn import owner_of_edit
from ipseclint.repair.script.rewritten import Edits, LeftOut, Rewritten, policy_after
from ipseclint.semantics.defaults import completed
from ipseclint.semantics.sameness import same_remote_access
from ipseclint.semantics.vpn_suites import main_mode_of, quick_mode_of
from ipseclint.source import Source, Span
from ipseclint.vocabulary import vpn

_LINE_END = late(r"\r\n?|\n")
_SUITE = "CryptographySuite"
_COMMENT = r"(?:<|&lt;)!--.*?--(?:>|&gt;)"
_BEFORE = late(rf"{_COMMENT}|(?P<open><|&lt;)(?:Authentication|/NativeProfile)(?P<close>>|&gt;)", re.DOTALL)
"""The elements that follow a suite (ProfileXML XSD), plain or escaped inside SyncML; or a comment."""

_ORDER = (
    vpn.AUTHENTICATION_TRANSFORM,
    vpn.CIPHER_TRANSFORM,
    vpn.PFS_GROUP,
    vpn.DH_GROUP,
    vpn.INTEGRITY_CHECK_METHOD,
    vpn.ENCRYPTION_METHOD,
)
"""The parts of a suite in the order of the ProfileXML XSD."""


class _Halves(NamedTuple):
    """Both sets of a suite."""

    main: MainModeCryptoSet
    quick: QuickModeCryptoSet

    def parts(self) -> Iterator[tuple[vpn.Part[Any], Setting[Any]]]:
        """The six parts in the order of the ProfileXML XSD, each with its setting in the suite."""
        (one,), (offer,) = self.main.proposals, self.quick.proposals
        chosen = (
            offer.esp_integrity,
            offer.encryption,
            self.quick.pfs_group,
            one.dh_group,
            one.integrity,
            one.encryption,
        )
        yield from zip(_ORDER, chosen, strict=True)


class _Change(Struct, frozen=True):
    """A text to write at a place, in place of some characters."""

    begin: int
    end: int
    text: str


def with_suites(source: Source, policy: Policy, groups: Sequence[Edits]) -> Rewritten:
    """The profile with all groups of edits of its policy, each whole or not at all. Raises SourceError."""
    text = source.read_text()
    source.with_text(text)
    known = Counter(problem.code for problem in _parsed(source).problems)
    done: Edits = ()
    left_out: list[LeftOut] = []
    result = source
    for group in groups:
        # Always from the profile as it was, whose places the policy has.
        changes = _changes(text, (*done, *group), policy)
        if isinstance(changes, Unwritable):
            left_out.append(LeftOut(group, changes.reason))
            continue
        changed = source.with_text(_changed(text, changes))
        if _reads_as(changed, policy_after(policy, (*done, *group)), known):
            result, done = changed, (*done, *group)
        else:
            left_out.append(LeftOut(group, "the profile as it is written leaves no place for it"))
    return Rewritten(result, policy_after(policy, done), tuple(left_out))


def why_not_in_profile(edits: Sequence[Edit], machine: Machine) -> str | None:
    """Why edits of a policy cannot be written in any ProfileXML. None: they can, if the profile has a place for
    them."""
    for edit in edits:
        changes_set = isinstance(edit.after, MainModeCryptoSet | QuickModeCryptoSet)
        if not (changes_set and isinstance(owner_of_edit(edit, machine.policy), VpnConnection)):
            return "of a profile only the cryptographic suite is repaired"
    return None


def _changes(text: str, edits: Edits, policy: Policy) -> list[_Change] | Unwritable:
    """The changes of a profile's text for edits of its policy."""
    after = {id(edit.before): edit.after for edit in edits}
    changes: list[_Change] = []
    for owner in policy.vpn_connections:
        before = _halves(policy, owner)
        if before is None or not any(id(half) in after for half in before):
            continue
        now = _Halves(
            cast("MainModeCryptoSet", after.get(id(before.main), before.main)),
            cast("QuickModeCryptoSet", after.get(id(before.quick), before.quick)),
        )
        if any(len(half.proposals) != 1 for half in now):
            return Unwritable("a profile states one proposal for main mode and one for quick mode")
        suite = _new_suite(text, owner, now) if before.main.builtin else _other_words(text, owner, before, now)
        if isinstance(suite, Unwritable):
            return suite
        changes += suite
    return changes


def _halves(policy: Policy, owner: VpnConnection) -> _Halves | None:
    main, quick = main_mode_of(policy, owner), quick_mode_of(policy, owner)
    return None if main is None or quick is None else _Halves(main, quick)


def _other_words(text: str, owner: VpnConnection, before: _Halves, after: _Halves) -> list[_Change] | Unwritable:
    """The words of a suite that differ, each at its place."""
    changes: list[_Change] = []
    for (part, old), (_, new) in zip(before.parts(), after.parts(), strict=True):
        if old.value == new.value:
            continue
        # Not by its place, which inside CDATA is that of its line.
        place = _first(_element(part.name), text, owner, "word")
        word = _word(part, new)
        if word is None or place is None or part.words.get(place["word"].casefold()) != old.known:
            return Unwritable(f"the profile as it is written leaves no place for {part.name}")
        changes.append(_Change(place.start("word"), place.end("word"), word))
    return changes


@cache
def _element(name: str) -> re.Pattern[str]:
    return re.compile(rf"{_COMMENT}|(?:<|&lt;){name}(?:>|&gt;)\s*(?P<word>\w*)\s*(?:<|&lt;)/", re.DOTALL)


def _first(pattern: re.Pattern[str], text: str, owner: VpnConnection, group: str) -> re.Match[str] | None:
    """The first match from the start of a profile that is not in a comment."""
    matches = pattern.finditer(text, _offset(text, owner.span))
    return next((match for match in matches if match[group] is not None), None)


def _new_suite(text: str, owner: VpnConnection, suite: _Halves) -> list[_Change] | Unwritable:
    """A suite where the XSD has it, indented and escaped like the element that follows."""
    place = _first(_BEFORE, text, owner, "open")
    if place is None:
        return Unwritable("the profile has no NativeProfile")
    line_start = max(text.rfind("\n", 0, place.start()), text.rfind("\r", 0, place.start())) + 1
    before = text[line_start : place.start()]
    if line_start and not before.strip():
        end, step = "\r\n" if "\r\n" in text else "\n", "\t" if "\t" in before else "  "
    else:
        end = step = before = ""
    # An end tag stands one level higher than what it closes.
    indent = before + (step if "/" in place[0] else "")
    open_, close = place["open"], place["close"]
    lines = [f"{indent}{open_}{_SUITE}{close}"]
    for part, setting in suite.parts():
        word = _word(part, setting)
        if word is None:
            return Unwritable(f"a profile has no word for this {part.name}")
        lines.append(f"{indent}{step}{open_}{part.name}{close}{word}{open_}/{part.name}{close}")
    lines.append(f"{indent}{open_}/{_SUITE}{close}")
    begin = place.start() - len(before)
    return [_Change(begin, begin, "".join(f"{line}{end}" for line in lines))]


def _word(part: vpn.Part[Any], setting: Setting[Any]) -> str | None:
    return None if setting.known is None else part.in_profile.get(setting.known)


def _offset(text: str, span: Span) -> int:
    starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
    return starts[min(span.line, len(starts)) - 1] + span.column - 1


def _changed(text: str, changes: Iterable[_Change]) -> str:
    for change in sorted(changes, key=lambda change: change.begin, reverse=True):
        text = text[: change.begin] + change.text + text[change.end :]
    return text


def _reads_as(source: Source, meant: Policy, known: Counter[ProblemCode]) -> bool:
    """Whether the profile now gives exactly this policy, and no new problem."""
    parsed = _parsed(source)
    problems = Counter(problem.code for problem in parsed.problems)
    return problems <= known and same_remote_access(completed(parsed.policy), meant)


def _parsed(source: Source) -> Parsed:
    """The parse of a profile alone, or in a document that carries it."""
    format_ = recognise(source)
    return Parsed() if format_ is None else format_.parse(source)
