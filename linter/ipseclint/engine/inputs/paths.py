"""The inputs of a run: paths, folders and patterns resolved to sources."""

from __future__ import annotations

import errno
import glob
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.engine.inputs.archives import Entry, entries_of, may_be_archive
from ipseclint.engine.inputs.daemon_files import in_archive, may_include, on_disk
from ipseclint.engine.inputs.remote import SKIPPED_FOLDERS, is_url
from ipseclint.engine.inputs.remote import entries_of as entries_behind
from ipseclint.engine.inputs.remote import shown as shown_url
from ipseclint.engine.keys.gate import hidden
from ipseclint.late import late
from ipseclint.source import Source, SourceError, failing_source, file_source, special_kind, stdin_source

BACKUP_INDEX = "backup.xml"
_BACKUP_ROOT = b"<GroupPolicyBackupScheme"
_BACKUP_HEAD_BYTES = 4096
"""The sign of a GPO backup folder: a file of this name that begins with this element."""

_BACKUP_PARTS = late(r"gpreport\.xml|bkupinfo\.xml|domainsysvol/.*(?:registry\.pol|audit\.csv)")
"""The files of a backup that belong to its index, by their path in lower case; all others are inputs."""


class Candidate(Struct, frozen=True):
    """One source to examine. A source that was `named` by the user is reported even if it holds no policy.

    `skipped` is why it is not examined; it is then only counted. `wanted` is the path of the only machine to read from
    a text of several.
    """

    source: Source
    named: bool
    folder: str | None = None
    skipped: str | None = None
    wanted: str | None = None


def candidates(
    paths: Iterable[str],
    stdin_name: str = "<stdin>",
    exclude: Sequence[str] = (),
    *,
    any_files: bool = False,
    remote: bool = False,
) -> Iterator[Candidate]:
    """The sources behind paths: files, folders walked in name order, patterns, and `-` for standard input.

    Patterns are expanded here since cmd.exe does not. A literal path that does not exist is yielded too: reading it
    reports the error. `exclude` are patterns as in .gitignore for a walk. A walk yields everything that it meets, also
    what it does not examine. `any_files`: the paths come from a hook that passes all changed files, and those without
    policy are skipped. `remote`: URLs are fetched.
    """
    seen: set[str] = set()
    excluded = path_matcher(exclude)
    for path in paths:
        for candidate in _remote(path, fetched=remote) if _is_remote(path) else _expand(path, stdin_name):
            if candidate.source.path not in seen:
                seen.add(candidate.source.path)
                is_named = candidate.named and not any_files
                is_excluded = not is_named and candidate.skipped is None and excluded(candidate.source.path)
                yield replace(
                    candidate,
                    named=is_named,
                    skipped="excluded by the configuration" if is_excluded else candidate.skipped,
                )


def path_matcher(patterns: Sequence[str]) -> Callable[[str], bool]:
    """A test whether a path matches one of some patterns as in .gitignore. Raises ValueError for an invalid pattern."""
    if not patterns:
        return lambda _path: False
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(patterns).match_file
    except re.error as error:
        raise ValueError(str(error)) from error


_EMPTY_PATH = "the path is empty, as of a variable that is not set; this folder is `.`"


def _expand(path: str, stdin_name: str) -> Iterator[Candidate]:
    if path == "-":
        yield Candidate(stdin_source(stdin_name), named=True)
        return
    if not path.strip():
        yield Candidate(failing_source(f'"{path}"', OSError(errno.EINVAL, _EMPTY_PATH)), named=True)
        return
    place = Path(path)
    if _holds(place.is_dir):
        yield from _or_nothing(_walk(place), f"{shown(path).rstrip(os.sep)}/", "folder without a file")
    elif not _holds(place.exists) and glob.has_magic(path):
        matches = sorted(glob.glob(path, recursive=True))  # noqa: PTH207 - Path.glob refuses absolute patterns
        found = chain.from_iterable(_expand(match, stdin_name) for match in matches)
        yield from _or_nothing(found, shown(path), "pattern that no file matches")
    elif place.name.casefold() == BACKUP_INDEX and _is_backup(index := file_source(place, shown(path))):
        yield Candidate(_backup(index, _parts(_within_it(place.parent), {})), named=True)
    elif not _holds(place.exists) and (parts := list(_within(place))):
        yield from parts
    elif not _holds(place.exists) and (plain := hidden(path)) != path:
        yield Candidate(file_source(place, shown(plain)), named=True)  # a word of another command, pasted here
    else:
        source = on_disk(place, shown)[0] if may_include(path) else file_source(place, shown(path))
        yield from _file_or_archive(Candidate(source, named=True))


def _or_nothing(found: Iterator[Candidate], path: str, why: str) -> Iterator[Candidate]:
    """What was found behind a path that the user named; if it is nothing, the path itself, with why."""
    first = next(found, None)
    if first is None:
        yield Candidate(_nothing(path), named=False, skipped=why)
    else:
        yield first
        yield from found


def _within(place: Path) -> Iterator[Candidate]:
    """The files below a path in an archive, or the text whose machine the path names, with paths as in reports."""
    file = next((parent for parent in place.parents if _holds(parent.is_file)), None)
    if file is None:
        return
    path = shown(str(place))
    for candidate in _file_or_archive(Candidate(file_source(file, shown(str(file))), named=True)):
        if candidate.source.path == path or candidate.source.path.startswith(f"{path}/"):
            yield replace(candidate, named=True)
        elif path.startswith(f"{candidate.source.path}/"):
            yield replace(candidate, named=True, wanted=path)


def _is_remote(path: str) -> bool:
    return is_url(path) and not _holds(Path(path).exists)


def _holds(question: Callable[[], bool]) -> bool:
    """The answer to a question about a path; false if the path is too long or not accessible: reading it then
    says why."""
    try:
        return question()
    except OSError:
        return False


def _remote(url: str, *, fetched: bool) -> Iterator[Candidate]:
    """The sources behind a URL, as for a folder or an archive."""
    if not fetched:
        error = OSError(errno.EINVAL, "it is a URL, which only `ipseclint check --remote` reads")
        yield Candidate(failing_source(shown_url(url), error), named=True)
        return
    entries = list(entries_behind(url))
    is_one = [entry.path for entry in entries] == [""]
    plain: list[Entry] = []
    for entry in entries:
        file = Candidate(entry.source, named=is_one, folder=None if is_one else _folder_of(entry.source.path))
        within = entries_of(entry.source) if entry.skipped is None and may_be_archive(entry.path or url) else None
        if within is None:
            plain.append(entry)
        else:
            yield from _files_together(file, within)
    file = Candidate(failing_source(url, OSError()), named=is_one, folder=None if is_one else "")
    for candidate in _files_together(file, plain):
        yield candidate if candidate.folder is None else replace(candidate, folder=_folder_of(candidate.source.path))


def _folder_of(path: str) -> str:
    return path.rpartition("/")[0]


class _Listed(NamedTuple):
    """What a folder holds, in name order: its folders, each with whether it is a link, and all else."""

    folders: dict[str, bool]
    others: list[str]


def _walk(folder: Path) -> Iterator[Candidate]:
    failed: list[OSError] = []
    ahead: dict[str, _Listed] = {}
    parts: set[str] = set()
    waiting = [_within_it(folder)]
    while waiting:
        root = waiting.pop()
        try:
            listed = ahead[root] = ahead.get(root) or _listed(root)
        except OSError as why_not:
            failed.append(why_not)
            continue
        places = {name: f"{root}{name}" for name in listed.others}
        index_at = next((place for name, place in places.items() if name.casefold() == BACKUP_INDEX), None)
        if index_at is not None and _is_backup(index := file_source(index_at, shown(index_at))):
            own = _parts(root, ahead)
            parts.update((index_at, *own))
            yield Candidate(_backup(index, own), named=False)
        del ahead[root]
        whys = {name: _why_not_entered(name, is_link=is_link) for name, is_link in listed.folders.items()}
        for name, why in whys.items():
            if why:
                yield Candidate(_nothing(f"{shown(f'{root}{name}')}/"), named=False, skipped=why)
        waiting += reversed([f"{root}{name}{os.sep}" for name, why in whys.items() if not why])
        configurations = {}
        for name in filter(may_include, places):
            if places[name] not in parts:  # of two that include each other one stays
                configurations[name], included = on_disk(Path(places[name]), shown)
                parts.update(map(str, included))
        for name, place in places.items():
            if place not in parts:
                file = _file(place, shown(root))
                if name in configurations and file.skipped is None:
                    file = replace(file, source=configurations[name])
                yield from _file_or_archive(file) if may_be_archive(name) else (file,)
    for error in failed:
        yield Candidate(failing_source(shown(str(error.filename)), error), named=False)


def _within_it(folder: Path) -> str:
    """How the paths of what a folder holds begin: with nothing in the current one."""
    return "" if folder == Path() else os.path.join(folder, "")  # noqa: PTH118 - a Path has no separator at its end


def _listed(folder: str) -> _Listed:
    """What a folder holds. Raises OSError."""
    folders, others = {}, []
    with os.scandir(folder or os.curdir) as entries:
        for entry in sorted(entries, key=attrgetter("name")):
            if _holds(entry.is_dir):
                folders[entry.name] = entry.is_symlink()
            else:
                others.append(entry.name)
    return _Listed(folders, others)


def _why_not_entered(name: str, *, is_link: bool) -> str | None:
    if name.startswith("."):
        return "hidden folder"
    if name in SKIPPED_FOLDERS:
        return "folder of tools"
    return "linked folder" if is_link else None


def _file(place: str, folder: str) -> Candidate:
    source = file_source(place, shown(place))
    try:
        mode = os.stat(place).st_mode  # noqa: PTH116 - a walk makes no Path of each file
    except OSError:
        return Candidate(source, named=False, folder=folder)  # reading it says why
    return Candidate(source, named=False, folder=folder, skipped=None if stat.S_ISREG(mode) else special_kind(mode))


def _file_or_archive(file: Candidate) -> Iterator[Candidate]:
    """A file, or the files in it if it is an archive; a GPO backup is one input."""
    entries = entries_of(file.source) if file.skipped is None else None
    if entries is None:
        yield file
    else:
        yield from _files_together(file, entries)


def _files_together(file: Candidate, entries: Sequence[Entry]) -> Iterator[Candidate]:
    """The files behind one path as inputs of the same kind; a GPO backup, or one configuration, is one input."""
    indexes = {
        entry.path.rpartition("/")[0]: entry
        for entry in entries
        if entry.path.rpartition("/")[2].casefold() == BACKUP_INDEX and _is_index(entry.source)
    }
    sources = [entry.source for entry in entries if entry.skipped is None]
    configurations: dict[str, Source] = {}
    included: set[str] = set()
    for source in sources:
        if may_include(source.path) and source.path not in included:
            configurations[source.path] = in_archive(source, sources)
            included |= {member.path for member in configurations[source.path].members}
    members: dict[str, list[Source]] = {folder: [] for folder in indexes}
    others: list[Candidate] = []
    for entry in entries:
        folder = next((folder for folder in indexes if _is_part(entry.path, folder)), None)
        if folder is not None:
            members[folder].append(entry.source)
        elif entry not in indexes.values() and entry.source.path not in included:
            # A refused archive counts as named; of the files in another only those with policy matter.
            is_named = file.named and len(entries) == 1
            source = configurations.get(entry.source.path, entry.source)
            others.append(replace(file, source=source, named=is_named, skipped=entry.skipped))
    for folder, index in sorted(indexes.items()):
        parts = tuple(sorted(members[folder], key=lambda member: member.path))
        yield replace(file, source=replace(index.source, members=parts), folder=None)
    yield from others


def _is_index(source: Source) -> bool:
    try:
        return _BACKUP_ROOT in source.head
    except SourceError:
        return False


def _is_part(path: str, folder: str) -> bool:
    prefix = f"{folder}/" if folder else ""
    return path.startswith(prefix) and _BACKUP_PARTS.fullmatch(path.removeprefix(prefix).casefold()) is not None


def _nothing(path: str) -> Source:
    return failing_source(path, OSError("it is not read"))


def _is_backup(index: Source) -> bool:
    """Whether a file of that name was written by Backup-GPO."""
    try:
        return _BACKUP_ROOT in index.head[:_BACKUP_HEAD_BYTES]
    except SourceError:
        return False


def _backup(index: Source, parts: Iterable[str]) -> Source:
    """The backup of a GPO as one input: its index, with the files that belong to it as members."""
    return replace(index, members=tuple(file_source(place, shown(place)) for place in parts))


def _parts(folder: str, ahead: dict[str, _Listed]) -> list[str]:
    """The files of a backup in its folder, without its index, in name order; `ahead` has what folders hold."""
    found: list[str] = []
    waiting = [folder]
    while waiting:
        root = waiting.pop()
        try:
            listed = ahead[root] = ahead.get(root) or _listed(root)
        except OSError:
            continue  # a walk says why
        below = root[len(folder) :].replace(os.sep, "/").casefold()
        found += (f"{root}{name}" for name in listed.others if _BACKUP_PARTS.fullmatch(f"{below}{name.casefold()}"))
        waiting += (f"{root}{name}{os.sep}" for name, is_link in listed.folders.items() if not is_link)
    return sorted(filter(os.path.isfile, found), key=lambda file: os.path.normcase(file).replace(os.sep, "\0"))


def shown(path: str) -> str:
    """A path for reports: with forward slashes, so that a report is the same on every system."""
    tidy = os.path.normpath(path)
    return tidy.replace("\\", "/") if os.sep == "\\" else tidy
