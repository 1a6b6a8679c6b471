"""Waiver files: their entries, read and validated, and the writing of new ones."""

from __future__ import annotations

import datetime
import fnmatch
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints, ValidationError

from ipseclint.engine.configuration.toml_files import ConfigError, bytes_of, decode, explain, read_written
from ipseclint.engine.keys.gate import hidden
from ipseclint.finding import Finding, Waiver
from ipseclint.model.values import Table, model_of
from ipseclint.words import nearest

RESERVED = ("IN0", "WV0")
"""Prefixes of codes that cannot be waived."""


class Entry(Table):
    """One waiver as written. Without `subject` and `path` it holds for every finding of the rule.

    `subject` and `path` are patterns with `*` and `?`. `fingerprint` binds it to the offending value: a
    changed value wakes the finding. It holds through the day `expires`.
    """

    rule: str
    subject: str | None = None
    path: str | None = None
    fingerprint: str | None = None
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    owner: str | None = None
    ticket: str | None = None
    expires: datetime.date | None = None

    def matches(self, finding: Finding) -> bool:
        """Whether it covers this finding, whatever the date."""
        return (
            self.rule.casefold() in {finding.code.casefold(), finding.name}
            and (self.subject is None or fnmatch.fnmatchcase(finding.subject.name.casefold(), self.subject.casefold()))
            and (self.path is None or fnmatch.fnmatchcase(finding.span.path, _as_shown(self.path)))
            and (self.fingerprint is None or self.fingerprint == finding.fingerprint)
        )

    def as_waiver(self) -> Waiver:
        """The waiver as the report shows it."""
        expires = self.expires.isoformat() if self.expires else None
        return Waiver(reason=hidden(self.reason), owner=self.owner, ticket=self.ticket, expires=expires)


def _as_shown(path: str) -> str:
    """A path pattern in the form of paths in reports: with slashes, and without a leading `./`."""
    return path.replace("\\", "/").removeprefix("./")


class _File(Table):
    waiver: tuple[Entry, ...] = ()


def load_waivers(path: Path, unwaivable: frozenset[str], known: frozenset[str]) -> tuple[Entry, ...]:
    """The waivers of a file. `known` are all codes and names. Raises ConfigError."""
    entries = _read_file(path).waiver
    for number, entry in enumerate(entries, start=1):
        word = entry.rule.casefold()
        if word.upper().startswith(RESERVED) or word in unwaivable:
            raise ConfigError(f"{path}: waiver {number}: {entry.rule} cannot be waived")
        if word not in known:
            raise ConfigError(f"{path}: waiver {number}: unknown rule {entry.rule!r}{nearest(word, known)}")
    return entries


def _read_file(path: Path) -> _File:
    try:
        return _File.of(read_written(path))
    except ValidationError as error:
        raise ConfigError(f"{path}: {explain(error, model_of(_File))}") from None


def waiver_text(finding: Finding, reason: str, owner: str | None, ticket: str | None, expires: str | None) -> str:
    """A waiver of one finding as TOML, bound to its value, to append to the file."""
    from ipseclint.engine.configuration.toml_text import toml_string

    # A name with half a character cannot stand in TOML; the fingerprint binds the waiver all the same.
    is_text = not any("\ud800" <= letter <= "\udfff" for letter in finding.subject.name)
    rows = {
        "rule": finding.code,
        "subject": finding.subject.name if is_text else None,
        "fingerprint": finding.fingerprint,
        "reason": reason,
        "owner": owner,
        "ticket": ticket,
    }
    lines = [f"{key} = {toml_string(value)}" for key, value in rows.items() if value is not None]
    if expires is not None:
        lines.append(f"expires = {expires}")
    return "\n".join(["[[waiver]]", *lines]) + "\n"


def with_waivers(path: Path, entries: Iterable[str]) -> bytes:
    """The content of a waiver file, in its encoding, with more entries at its end.

    Raises ConfigError where the file is something else, OSError where it cannot be read.
    """
    if not path.exists():
        return "\n".join(entries).encode()
    _read_file(path)
    data = bytes_of(path)
    text = decode(data)
    encoding = next(
        (name for mark, name in _MARKS if data.startswith(mark)), "utf-16-le" if data[1:2] == b"\0" else "utf-8"
    )
    gap = "" if not text or text.endswith("\n\n") else "\n" if text.endswith("\n") else "\n\n"
    line_end = "\r\n" if "\r\n" in text else "\n"
    return data + (gap + "\n".join(entries)).replace("\n", line_end).encode(encoding)


_MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
