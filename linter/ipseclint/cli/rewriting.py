"""`ipseclint fix --in-place` and `--diff`: the repair in the input itself, merged or, in PowerShell, appended."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ipseclint.cli.files import replace_file
from ipseclint.cli.messages import fail, in_words, reason, say
from ipseclint.cli.repair_messages import say_notes
from ipseclint.escape import visible
from ipseclint.formats.parsed import VPN_PROFILE_FORMATS
from ipseclint.outcome import Exit
from ipseclint.source import Source, SourceError, lines_of_text
from ipseclint.words import plural

if TYPE_CHECKING:
    from ipseclint.engine.machines import ReadInput
    from ipseclint.repair.plan import Repair

_NETSH, _POWERSHELL = "netsh-script", "powershell-script"
_LINES_AROUND = 3
"""Lines that `--diff` shows before and behind a change."""


def editable_as(read: Sequence[ReadInput]) -> str:
    """The form in which the one input is edited, for `writer_for`; ends unless there is one."""
    path = read[0].source.path
    if len(read) > 1:
        fail(f"{path}: --in-place and --diff take one script or VPN profile, and here are {len(read)} inputs")
    kind = read[0].input.format
    if kind not in {_NETSH, _POWERSHELL, *VPN_PROFILE_FORMATS}:
        fail(f"{path}: --in-place and --diff edit scripts of netsh and PowerShell and VPN profiles, and this is {kind}")
    if read[0].followed:
        fail(f"{path}: --in-place and --diff edit one file, and this script runs others: {', '.join(read[0].followed)}")
    return "profile" if kind in VPN_PROFILE_FORMATS else _POWERSHELL if kind == _POWERSHELL else "script"


def rewrite(source: Source, result: Repair, file: Path | None) -> Exit:
    """Write the repaired input to the file, or without one show the changes. Says what could not be written."""
    from ipseclint.formats import recognise
    from ipseclint.repair.script.writing import written
    from ipseclint.repair.steps import together
    from ipseclint.semantics.sameness import same_policy

    if file is not None and not file.is_file():
        fail(f"{source.path}: --in-place needs a file; --diff shows the changes")
    groups = together(result.steps)
    try:
        format_ = recognise(source)
        edits = [tuple(step.edit for step in group) for group in groups]
        done = written(source, None if format_ is None else format_.name, result.machine.policy, edits)
        before, after = source.read_text(), done.source.read_text()
    except SourceError as error:
        fail(f"{source.path}: cannot be edited: {error}")
    if not done.left_out and not same_policy(done.policy, result.repaired.policy):
        fail(f"{source.path}: the edited file would not say what the repair means; nothing is written")
    findings = {id(step.edit): step.findings for step in result.steps}
    for left in done.left_out:
        for unrepaired in {
            finding.fingerprint: finding for edit in left.edits for finding in findings[id(edit)]
        }.values():
            say(f"ipseclint: not repaired here: {in_words(unrepaired)} ({visible(left.reason)})", err=True)
    say_notes(result)
    if file is None:
        say("".join(_diff(source, done.source)), nl=False)
    elif before != after:
        try:
            replace_file(file, done.source.read_bytes())
        except OSError as error:
            fail(f"cannot write {source.path}: {reason(error)}")
        say(f"ipseclint: {visible(source.path)}: {plural(len(result.resolved), 'finding')} repaired", err=True)
    return Exit.FINDINGS if done.left_out else Exit.CLEAN


def _diff(before: Source, after: Source) -> Iterable[str]:
    """The changes as they may be shown: the keys of both sides masked on both, control characters visible.

    Lines around a change are shown where each was understood and none refused: a key may stand in one that was not. Of
    what is beside a key, or right below, only what is known to be none is shown.
    """
    from ipseclint.engine.keys.gate import Keys, find_keys, with_known
    from ipseclint.engine.keys.rests import with_rests
    from ipseclint.engine.unread.text_windows import text_windows
    from ipseclint.formats import recognise
    from ipseclint.model.setting import noted_keys

    def keys_of(source: Source) -> tuple[Keys, bool]:
        """The keys of one side, and whether all of it was understood and nothing refused."""
        keys_read: set[str] = set()
        format_ = recognise(source)
        with noted_keys(keys_read):
            parsed = None if format_ is None else format_.parse(source)
        keys = with_known(find_keys(source), source, () if parsed is None else parsed.secrets, keys_read)
        lines = range(1, source.read_text().count("\n") + 2)
        windows = text_windows(source, ((line, 1) for line in lines))
        every_line = {(source.path, line) for line in lines}
        keys = with_rests(keys, {source.path: source}, {source.path: windows}, every_line)
        return keys, parsed is not None and not (parsed.problems or parsed.policy.refused_commands)

    both_keys, understood = zip(*(keys_of(source) for source in (before, after)), strict=True)
    texts = frozenset[str]().union(*(keys.texts for keys in both_keys))
    old, new = (
        [
            visible(Keys(texts, keys.places).line(source.path, number, line).text)
            for number, line in enumerate(lines_of_text(source.read_text()), start=1)
        ]
        for source, keys in zip((before, after), both_keys, strict=True)
    )
    path = visible(Keys(texts).hidden(before.path))
    around = _LINES_AROUND if all(understood) else 0
    return (f"{line}\n" for line in difflib.unified_diff(old, new, path, path, lineterm="", n=around))
