"""Changes as netsh commands."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from ipseclint.model.change import MAX_KINDS, Edit
from ipseclint.model.machine import PolicyIndex
from ipseclint.model.policy import Dialect, DosProtection, FilterList, FirewallRule, GlobalSettings, PolicyObject
from ipseclint.repair.commands import advfirewall, netsh_ipsec
from ipseclint.repair.commands.arguments import (
    Argument,
    Form,
    Head,
    Line,
    Unwritable,
    Writer,
    for_batch,
    netsh_name,
    netsh_value,
    powershell_argument,
)
from ipseclint.repair.commands.given_names import why_not_named
from ipseclint.repair.commands.netsh_ipsec import Lines

FORMS: dict[tuple[Dialect, str], tuple[Form, ...]] = {
    key: advfirewall.FORMS.get(key, ()) + netsh_ipsec.FORMS.get(key, ())
    for key in (*advfirewall.FORMS, *netsh_ipsec.FORMS)
}
"""How an object of a dialect and kind is changed; the first form that has the field is used."""

ADDITIONS: dict[tuple[Dialect, str], Callable[[Any, PolicyIndex], Lines]] = {
    **advfirewall.ADDITIONS,
    **netsh_ipsec.ADDITIONS,
}
"""How an object is created."""

REMOVALS: dict[tuple[Dialect, str], Callable[[Any, PolicyIndex], tuple[Head, ...] | Unwritable]] = {
    **advfirewall.REMOVALS,
    **netsh_ipsec.REMOVALS,
}
"""How an object is deleted."""


_Known = dict[tuple[Writer, Hashable], tuple[Argument, ...] | Unwritable]
"""The arguments that each writer gave for edits of one kind."""


def netsh_lines(edits: Iterable[Edit], index: PolicyIndex) -> Lines:
    """The commands for all edits, or why one of them cannot be written. `index` knows the policy before them."""
    lines: list[Line] = []
    known: _Known = {}
    for edit in edits:
        edit_lines = _lines_of(edit, index, known)
        if isinstance(edit_lines, Unwritable):
            return edit_lines
        lines += edit_lines
    return _joined(lines)


def batch_commands(lines: Iterable[Line]) -> tuple[str, ...] | Unwritable:
    """The commands as lines of a batch file."""
    return _commands(lines, lambda words: for_batch(" ".join(("netsh", *words))))


def powershell_commands(lines: Iterable[Line]) -> tuple[str, ...] | Unwritable:
    """The commands as PowerShell that starts netsh.exe."""
    return _commands(
        lines, lambda words: " ".join(("netsh.exe", *(powershell_argument(_without_quotes(word)) for word in words)))
    )


def _commands(lines: Iterable[Line], written: Callable[[Sequence[str]], str]) -> tuple[str, ...] | Unwritable:
    texts: list[str] = []
    for line in lines:
        words = line_words(line)
        if isinstance(words, Unwritable):
            return words
        texts.append(written(words))
    return tuple(texts)


def line_words(line: Line) -> Sequence[str] | Unwritable:
    """The words of a netsh command, quoted for netsh."""
    words = _words(line.head, "=")
    if isinstance(words, Unwritable):
        return words
    more = _words_of_arguments(line.arguments, line.separator)
    return more if isinstance(more, Unwritable) else (*words, *more)


def _words(parts: Iterable[str | Argument], separator: str) -> tuple[str, ...] | Unwritable:
    words: list[str] = []
    for part in parts:
        if isinstance(part, str):
            words.append(part)
            continue
        value = netsh_name(part.value) if part.name else netsh_value(part.value)
        if isinstance(value, Unwritable):
            return value
        words += [f"{part.tag}={value}"] if separator == "=" else [part.tag, value]
    return tuple(words)


_words_of_arguments = lru_cache(maxsize=256)(_words)
"""The words of arguments, which the commands for thousands of sets share."""


def _lines_of(edit: Edit, index: PolicyIndex, known: _Known) -> Lines:
    subject = edit.subject
    if index.policy.names_given and (why_not := why_not_named(edit, index.policy, by_id=False)) is not None:
        return why_not
    if isinstance(subject, FirewallRule):
        return Unwritable("firewall rules often share a name, by which alone netsh finds them")
    if isinstance(subject, DosProtection):
        return Unwritable("DoS protection is repaired with PowerShell only")
    if getattr(subject, "store", None) is not None:
        return Unwritable("netsh changes a GPO only after `set store gpo=` in the same session")
    key = (subject.dialect, subject.kind)
    if edit.before is None:
        add = ADDITIONS.get(key)
        return add(subject, index) if add else _no_way("create", subject)
    if edit.result is None:
        remove = REMOVALS.get(key)
        heads = remove(subject, index) if remove else _no_way("delete", subject)
        return heads if isinstance(heads, Unwritable) else tuple(Line(head) for head in heads)
    lines: list[Line] = []
    for field in edit.fields:
        form = next((each for each in FORMS.get(key, ()) if field in each.writers and each.serves(subject)), None)
        field_lines = _changing_lines(form, field, edit, index, known) if form else _lines_of_their_own(edit, field)
        if isinstance(field_lines, Unwritable):
            return field_lines
        lines += field_lines
    return tuple(lines)


def _lines_of_their_own(edit: Edit, field: str) -> Lines:
    """The commands for a field that takes one for each of its members."""
    match edit.before, edit.after, field:
        case FilterList() as before, FilterList() as after, "filters":
            return netsh_ipsec.filter_changes(before, after)
        case GlobalSettings(), GlobalSettings() as after, "local_rules_merge":
            return advfirewall.merge_lines(after)
        case _:
            return Unwritable(f"netsh has no argument for the {field.replace('_', ' ')} of this object")


def _changing_lines(form: Form, field: str, edit: Edit, index: PolicyIndex, known: _Known) -> Lines:
    """The commands of one form that set a field to its new value."""
    heads = form.heads(edit.before, index)
    if isinstance(heads, Unwritable):
        return heads
    writer = form.writers[field]
    arguments = known.get((writer, edit.kind))
    if arguments is None:
        arguments = _arguments(writer(edit.after, index))
        if edit.kind is not None and len(known) < MAX_KINDS:
            known[writer, edit.kind] = arguments
    if isinstance(arguments, Unwritable):
        return arguments
    return tuple([Line(head, arguments, form.separator) for head in heads])


def _arguments(parts: Iterable[Argument | Unwritable]) -> tuple[Argument, ...] | Unwritable:
    arguments: dict[Argument, None] = {}
    for part in parts:
        if isinstance(part, Unwritable):
            return part
        arguments[part] = None
    return tuple(arguments)


def _joined(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The lines, with those on the same object joined where the object is first named."""
    by_head: dict[Line | Head, Line] = {}
    for line in lines:
        if line.arguments and line.separator == "=":
            before = by_head.setdefault(line.head, line)
            if before is not line:
                by_head[line.head] = Line(line.head, tuple(dict.fromkeys((*before.arguments, *line.arguments))))
        else:
            by_head[line] = line
    return tuple(by_head.values())


def _no_way(verb: str, subject: PolicyObject) -> Unwritable:
    return Unwritable(f"netsh cannot {verb} such an object ({subject.kind.replace('_', ' ')})")


def _without_quotes(word: str) -> str:
    # netsh_value quotes the whole value or nothing, and a value holds no double quote.
    return word.replace('"', "")
