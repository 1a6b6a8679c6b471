"""A JSON document with objects of several formats, each of which is read by its own reader.

A collector writes rules, services and events into one array, or one below another into one file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from msgspec.structs import replace

from ipseclint.formats.parsed import Format, Parsed, joined
from ipseclint.formats.powershell.signs import OBJECT_SIGNS
from ipseclint.formats.readers import Looked, Reader, formats_of, with_sign
from ipseclint.source import MAX_TEXT_BYTES, Source

_OF_OBJECTS = {
    "collected-registry": "registry.collected",
    "event-json": "events.event_json",
    "intune-json": "mdm.intune",
    "cloud-gateway": "peers.clouds",
    "powershell-json": "powershell.cim_json",
}
"""The formats of JSON whose objects may stand beside each other, by name, with their readers."""


def with_others(first: Format, source: Source, readers: Iterable[Reader]) -> Format:
    """The format of a JSON document; a combined one if it also holds objects of others."""
    if first.name not in _OF_OBJECTS:
        return first
    whole = source if source.is_in_head else replace(source, head_bytes=MAX_TEXT_BYTES)
    known = {reader.module: reader for reader in readers}
    asked = [known[module] for name, module in _OF_OBJECTS.items() if module in known and name != first.name]
    others = []
    looked = whole.once(Looked.through_text if source.is_in_head else Looked.through_folded)
    for reader in with_sign(asked, looked):
        if reader.module != _OF_OBJECTS["powershell-json"]:
            others += [form for form in formats_of(reader.module) if whole.once(form.recognise)]
        elif any(map((whole.head_words if source.is_in_head else looked.words()).__contains__, OBJECT_SIGNS)):
            from ipseclint.formats.powershell.decode import holds_objects

            lines = source.head_lines if source.is_in_head else whole.head_text
            others += formats_of(reader.module) if holds_objects(whole.head_text, lines) else ()
    return together((first, *others))


def together(forms: Sequence[Format]) -> Format:
    """The combined format of several, named after the first."""
    first, *others = forms
    return replace(first, parse=partial(_parse, [form.parse for form in forms])) if others else first


def _parse(readers: Iterable[Callable[[Source], Parsed]], source: Source) -> Parsed:
    """The combined results of all readers, without duplicate problems."""
    parts = [read(source) for read in readers]
    whole = joined(parts)
    policy = parts[0].policy if all(part.policy.is_empty for part in parts) else whole.policy
    return replace(whole, policy=policy, problems=tuple(dict.fromkeys(whole.problems)))
