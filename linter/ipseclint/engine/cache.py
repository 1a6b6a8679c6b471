"""A folder with the results of inputs, so that an input that has not changed is not read again.

The key of an entry covers all that decides the result: the content and path of the input, the code of this version, the
rules and their numbers, the site's facts, and what the run asks for. It holds no preshared key: an input with a key is
not kept. A damaged entry, or one of another day where certificates are judged by the day, is ignored.
"""

from __future__ import annotations

import contextlib
import inspect
import os
import sys
import zlib
from _blake2 import blake2b  # hashlib would load OpenSSL
from _pickle import dumps  # see `packing`
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct, json
from msgspec.structs import asdict

from ipseclint.engine.apply_rules import Outcome
from ipseclint.engine.checked import Checked, Work, crashes_of, light
from ipseclint.engine.inputs.paths import Candidate
from ipseclint.finding import ProblemCode
from ipseclint.packing import PackingError, packed, unpacked
from ipseclint.report import Ignored
from ipseclint.rule import Rule
from ipseclint.semantics.digest import Fleet
from ipseclint.source import Source, SourceError
from ipseclint.version import __version__

_LEFT_OUT = frozenset({"source", "keys"})
"""The fields of a result that are not kept: the source is opened anew, and there are no keys."""


class Cache:
    """The results of earlier runs in a folder, for one kind of work; without a folder there are none.

    Several runs may use the folder at once.
    """

    def __init__(self, folder: Path | None, work: Work) -> None:
        self._folder = folder
        self._day = work.as_of.isoformat()
        self._work = _mark_of_work(work) if folder is not None else b""
        self._marks: list[str | None] = []
        self._written: list[list[tuple[int, ...] | None]] = []
        self._kept: list[bool] = []
        self._is_foreign = any(not _is_ours(rule) for plan in work.plans for rule in plan.ruleset.known)

    def results(self, candidates: Sequence[Candidate]) -> list[Checked | Ignored | None]:
        """The earlier result of each candidate, or None."""
        if self._folder is None:
            return [None] * len(candidates)
        self._written = [_written(each) for each in candidates]
        self._marks = [self._mark(each) for each in candidates]
        results = [
            self._read(mark, each.source) if mark else None for mark, each in zip(self._marks, candidates, strict=True)
        ]
        self._kept = [
            result is not None or each.skipped is not None for result, each in zip(results, candidates, strict=True)
        ]
        return results

    def compared(self, fleet: Fleet) -> tuple[Outcome, ...] | None:
        """The earlier result of comparing these machines, if all inputs are unchanged."""
        kept = self._entry(self._mark_of(fleet)) if self._folder is not None and all(self._kept) else None
        return kept if isinstance(kept, tuple) else None

    def keep(self, candidates: Sequence[Candidate], results: Sequence[Checked | Ignored], texts: Iterable[str]) -> None:
        """Keep the new results, except those that contain one of `texts`, which are keys.

        An input that changed while it was checked now has another key, or was rewritten as it was before; its result is
        not kept.
        """
        for place, mark in enumerate(self._marks):
            is_new = mark is not None and not self._kept[place] and mark == self._mark(candidates[place])
            if mark is not None and is_new and self._written[place] == _written(candidates[place]):
                self._kept[place] = self._write(mark, results[place], texts)
        if self._folder is not None and all(self._kept) and not self._is_foreign:
            sys.audit("ipseclint.kept")  # cli/unchanged.py may keep the whole answer

    def keep_compared(self, fleet: Fleet, outcomes: Sequence[Outcome]) -> None:
        """Keep the result of comparing machines, if the results of all their inputs are kept."""
        if self._folder is not None and all(self._kept) and not crashes_of(outcomes):
            self._put(self._mark_of(fleet), self._day, tuple(outcomes))

    def _mark_of(self, fleet: Fleet) -> str:
        """The key of a comparison of machines."""
        mark = blake2b(self._work, digest_size=20)
        mark.update(repr((self._day, self._marks, [(each.name, each.paths) for each in fleet.digests])).encode())
        return mark.hexdigest()

    def _mark(self, candidate: Candidate) -> str | None:
        """The key of a candidate's result; None where the candidate cannot be read."""
        if candidate.skipped is not None:
            return None
        mark = blake2b(self._work, digest_size=20)
        mark.update(repr((candidate.named, candidate.folder)).encode("utf-8", "surrogatepass"))
        try:
            for part in candidate.source.all:
                mark.update(repr((part.path, part.head_bytes)).encode("utf-8", "surrogatepass"))
                for block in part.blocks():
                    mark.update(len(block).to_bytes(8, "big"))
                    mark.update(block)
        except SourceError:
            return None
        return mark.hexdigest()

    def _read(self, mark: str, source: Source) -> Checked | Ignored | None:
        """The earlier result under a key, if there is one."""
        kept = self._entry(mark)
        try:
            return kept if isinstance(kept, Ignored) else Checked(source=light(source), **kept)
        except TypeError:
            return None

    def _entry(self, mark: str) -> Any:
        """The value under a key; None if it is missing, damaged or of another day."""
        try:
            place = self._place(mark)
            if not place.is_file():  # a pipe that somebody put there would wait for ever
                return None
            day, kept = unpacked(place.read_bytes())
        except (OSError, PackingError, TypeError, ValueError):
            return None
        return kept if day in {None, self._day} else None

    def _write(self, mark: str, result: Checked | Ignored, texts: Iterable[str]) -> bool:
        """Write a result if it may be kept; whether it was."""
        if (isinstance(result, Checked) and _is_not_kept(result)) or _holds_keys(result, texts):
            return False
        day = self._day if isinstance(result, Checked) and result.is_of_today else None
        self._put(mark, day, result if isinstance(result, Ignored) else _without_source(result))
        return True

    def _put(self, mark: str, day: str | None, kept: object) -> None:
        import tempfile  # tempfile loads much, and most runs keep nothing

        place = self._place(mark)
        with contextlib.suppress(OSError):  # a folder that cannot be written, or is full, keeps nothing
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            number, name = tempfile.mkstemp(prefix=".new-", dir=place.parent)
            new = Path(name)
            try:
                with os.fdopen(number, "wb") as stream:
                    stream.write(packed((day, kept)))
                new.replace(place)  # in one step, whoever else writes it
            finally:
                new.unlink(missing_ok=True)

    def _place(self, mark: str) -> Path:
        return (self._folder or Path()) / mark[:2] / mark


def _written(candidate: Candidate) -> list[tuple[int, ...] | None]:
    """For each file of an input, which it is and when it was written; None for what is no file."""
    stamps: list[tuple[int, ...] | None] = []
    for part in candidate.source.all:
        try:
            with part.open_bytes() as stream:
                state = os.fstat(stream.fileno())
                stamps.append((state.st_ino, state.st_mtime_ns, state.st_ctime_ns))
        except OSError:  # also for bytes in memory
            stamps.append(None)
    return stamps


def _is_not_kept(result: Checked) -> bool:
    """Whether a result must not be kept: it has keys, or came about by chance, such as a timeout."""
    was_lost = any(problem.code in {ProblemCode.LOST, ProblemCode.UNREADABLE} for problem in result.problems)
    return bool(result.keys.texts or result.keys.places or result.crash or result.crashes or was_lost)


def _without_source(result: Checked) -> dict[str, Any]:
    return {name: value for name, value in asdict(result).items() if name not in _LEFT_OUT}


def _holds_keys(result: Checked | Ignored, texts: Iterable[str]) -> bool:
    """Whether a preshared key of any input of the run, or a text made from one, stands in a result."""
    blobs = list(_blobs(result))
    return any(b"Secret" in blob for blob in blobs) or any(
        text.encode("utf-8", "surrogatepass") in blob for text in texts for blob in blobs
    )


def _blobs(result: Checked | Ignored) -> Iterator[bytes]:
    if isinstance(result, Ignored):
        yield dumps(result)
        return
    yield dumps(_without_source(result))
    inner = [result.gpos, result.parsed]
    inner += [part.data for part in result.findings.packed] if result.findings is not None else []
    inner += [result.objects.data] if result.objects is not None else []
    inner += [result.digest.policy] if result.digest is not None else []
    yield from (zlib.decompress(data) for data in inner if data is not None)


def _mark_of_work(work: Work) -> bytes:
    """A digest of all that decides results besides the input."""
    mark = blake2b(__version__.encode(), digest_size=32)
    wants = (work.alone, work.digests, work.objects, work.whole, work.isolated)
    for text in (repr(wants), repr(work.site), *_code()):
        mark.update(text.encode("utf-8", "surrogatepass"))
    for plan in work.plans:
        mark.update(json.encode(plan.ruleset))
        for rule in plan.rules:
            mark.update(rule.code.encode())
            mark.update(_mark_of_check(rule))
    return mark.digest()


def _code() -> Iterator[str]:
    """What distinguishes two states of the program's code that have the same version."""
    root = Path(__file__).parents[1]
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            if name.endswith((".py", ".toml")):
                state = os.stat(os.path.join(folder, name))  # noqa: PTH116, PTH118 - hundreds of files at every start
                yield f"{name} {state.st_size} {state.st_mtime_ns}"


def _is_ours(rule: Rule) -> bool:
    return rule.check.__module__.startswith("ipseclint.")


def _mark_of_check(rule: Rule) -> bytes:
    """What tells the check of a rule from another of its name: the intents that it holds, or code that is not ours."""
    if isinstance(rule.check, Struct):
        return repr(rule.check).encode("utf-8", "surrogatepass")
    if _is_ours(rule):
        return b""
    try:
        return Path(inspect.getfile(rule.check)).read_bytes()
    except (OSError, TypeError):
        return repr(rule).encode()
