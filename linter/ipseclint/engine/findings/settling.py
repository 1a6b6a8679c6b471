"""The settlement of findings for the report: by the configuration, waivers, baseline and earlier report, one by one."""

from __future__ import annotations

import datetime
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from ipseclint.engine.checked import place_key
from ipseclint.engine.findings.waivers import Waiving
from ipseclint.engine.keys.gate import Keys
from ipseclint.engine.keys.last_gate import finding_without_keys
from ipseclint.finding import Finding, FindingChunk
from ipseclint.late import late_names
from ipseclint.packing import Chunk, unpacked
from ipseclint.report import ObjectAt, Resolved, Since

if TYPE_CHECKING:
    from ipseclint.engine.configuration.waiver_files import Entry
    from ipseclint.engine.findings.agreed_suites import agreeing
    from ipseclint.engine.findings.baseline import Baseline, Comparing
    from ipseclint.engine.findings.since import Following
else:
    (agreeing,) = late_names("ipseclint.engine.findings.agreed_suites", "agreeing")
    (Comparing,) = late_names("ipseclint.engine.findings.baseline", "Comparing")
    (Following,) = late_names("ipseclint.engine.findings.since", "Following")


class Terms(Struct, frozen=True):
    """The terms of settlement, as in Job."""

    adjust: Callable[[Finding], Finding | None] | None
    waivers: tuple[Entry, ...]
    waiver_file: str
    today: datetime.date
    baseline: Baseline | None
    since: Baseline | None
    since_path: str
    whole: bool
    of_files: bool = False
    not_run: frozenset[str] = frozenset()


class Settling:
    """Takes the packed findings of a run in order, and gives them as reported, packed again.

    All `keys` are masked. Findings that need no change are not unpacked.
    """

    def __init__(self, terms: Terms, keys: Keys) -> None:
        self._terms = terms
        self._keys = keys
        self._waiving = Waiving(terms.waivers, terms.waiver_file, terms.today)
        self._baseline = Comparing(terms.baseline) if terms.baseline else None
        self._following = Following(terms.since, terms.since_path) if terms.since else None
        self._is_idle = not (terms.adjust or terms.waivers or terms.baseline or terms.since)

    def chunk(self, found: FindingChunk | None, more: Sequence[Finding]) -> FindingChunk | None:
        """The settled findings of one input, with those on it that only several inputs show."""
        if not more and (self._is_idle or found is None):
            return self._without_keys(found)
        before: list[Finding] = list(found.findings()) if found is not None else []
        all_of_it = [*agreeing(before, more), *more]
        after = [self._marked(finding) for finding in sorted(self._waived(all_of_it), key=place_key)]
        if len(after) == len(before) and all(map(operator.is_, before, after)):
            return self._without_keys(found)  # packing takes as long as reading did
        return self._without_keys(FindingChunk.of(after))

    def last_chunk(self, more: Iterable[Finding]) -> FindingChunk | None:
        """The settled findings in no input, with those about waivers."""
        terms = self._terms
        about = self._waiving.about(whole=terms.whole, of_files=terms.of_files, not_run=terms.not_run)
        findings = [*self._waived(more), *about]
        return self._without_keys(FindingChunk.of([self._marked(each) for each in sorted(findings, key=place_key)]))

    def objects(self, chunks: Iterable[Chunk]) -> Iterator[Chunk]:
        """Packed objects, as they are reported."""
        for chunk in chunks:
            if self._keys.may_be_in(chunk.data):
                names = ObjectAt.__struct_fields__
                yield Chunk.of([self._keys.parts(each, names) for each in unpacked(chunk.data)])
            else:
                yield chunk

    def gone(self) -> tuple[Resolved, ...]:
        """The known findings of the baseline that the run did not have, once all are settled."""
        return self._baseline.gone if self._baseline is not None and self._terms.whole else ()

    def since(self) -> Since | None:
        """The comparison with an earlier report, once all findings are settled."""
        return self._following.since() if self._following is not None else None

    def _waived(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        adjust = self._terms.adjust
        for finding in findings:
            kept = finding if adjust is None else adjust(finding)
            if kept is not None:
                yield self._waiving.marked(kept)

    def _marked(self, finding: Finding) -> Finding:
        if self._baseline is not None:
            finding = finding.model_copy(update={"is_new": self._baseline.is_new(finding)})
        if self._following is not None:
            finding = self._following.marked(finding)
        return finding

    def _without_keys(self, chunk: FindingChunk | None) -> FindingChunk | None:
        """Findings with every key masked; they are unpacked only if there may be one."""
        if chunk is None or not any(self._keys.may_be_in(part.data) for part in chunk.packed):
            return chunk
        before = list(chunk.findings())
        after = [finding_without_keys(finding, self._keys) for finding in before]
        return chunk if all(map(operator.is_, before, after)) else FindingChunk.of(after)
